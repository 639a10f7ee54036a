"""The parameter at a path: kinds of numbers, units, and plausible ranges."""

import pytest

from scsfast.model import pilot_library
from scsfast.model.acts import Act
from scsfast.model.government import LEVELS, Government
from scsfast.model.parameters import Parameters, basis, is_sourced, param
from scsfast.model.regime import Regime
from scsfast.model.schema import about, is_number, is_whole, plausible
from scsfast.model.world import World

SOURCED = {"value": 0.1, "choice": "mine", "range": [0.05, 0.2]}


@pytest.mark.parametrize(
    ("path", "bounds"),
    [
        ("world.population.aware", (0.05, 1)),
        ("world.conduct.horizon", (12, 60)),
        ("world.prize.loan.capacity", (0.001, 0.05)),
        ("world.prize.loan.need_from", (0, 0.95)),
        ("leaders.all.share", (0, 1)),
        ("leaders.village.credit_points", (1, 30)),
        ("leaders.city.retaliation_points", (5, 50)),
        ("leaders.county.tenure", (3, 10)),
        ("regime.belief.prior", (10, 1000)),
        ("regime.index.rate", (0.05, 1)),
        ("regime.listing.term", None),
        ("regime.loss", None),
        ("world.meetings.cost", None),  # its range is that of c/b
        ("world.population.ties.0", None),
        ("world.population.quality.a", None),
        ("world.population.nonsense", None),
        ("nonsense.loss", None),
    ],
)
def test_range_of_a_default(path, bounds):
    assert plausible(path, []) == bounds


@pytest.mark.parametrize("bounds", [(2, 3), (0, 0.5), (1, 1), (2, 0)])
def test_a_range_must_hold_its_default(bounds):
    with pytest.raises(ValueError, match="a number: 1.0 must be in the range"):
        param(1.0, "a number", plausible=bounds)


@pytest.mark.parametrize(
    ("source", "bounds", "words"),
    [
        ("modelling choice", (0.5, 1500), "modelling choice; plausible 0.5..1500"),
        ("S1: counted (O)", None, "S1: counted (O)"),
        ("", None, ""),
    ],
)
def test_basis_names_source_and_range(source, bounds, words):
    assert basis(param(1.0, "a number", source=source, plausible=bounds)) == words


def test_range_of_a_pilot():
    trees = [{"regime": pilot_library.tree("rongcheng")}]
    assert plausible("regime.loss", trees) == (0.0, 0.095)
    assert plausible("regime.discretion.village", trees) == (0.4, 1.0)
    assert plausible("regime.acts.contract-breach.points", trees) is None


def test_range_of_a_pilot_that_extends_another():
    trees = [{"regime": pilot_library.tree("fair-rongcheng")}]
    assert plausible("regime.loss", trees) == (0.0, 0.095)
    assert plausible("regime.discretion.village", trees) == (0.0, 0.0)


def test_nearest_written_range_takes_precedence():
    near = {"regime": {"loss": SOURCED}, "leaders": {"all": {"share": SOURCED}}}
    trees = [near, {"regime": pilot_library.tree("rongcheng")}]
    assert plausible("regime.loss", trees) == (0.05, 0.2)
    assert plausible("regime.noise", trees) == (0.0, 0.05)
    assert plausible("leaders.city.share", trees) == (0.05, 0.2)


@pytest.mark.parametrize("bounds", [[0.1], [False, True], ["a", "b"], 3, None])
def test_range_that_is_no_pair_of_numbers_is_ignored(bounds):
    tree = {"regime": {"loss": {**SOURCED, "range": bounds}}}
    assert plausible("regime.loss", [tree]) is None


def numbers(kind: type[Parameters], path: str):
    """Yield (path, default) of every number of a class of parameters."""
    for name, field in kind.model_fields.items():
        value = field.get_default(call_default_factory=True)
        inner = f"{path}.{field.alias or name}"
        if type(value) in (int, float):
            yield inner, value
        elif isinstance(value, Parameters):
            yield from numbers(type(value), inner)


@pytest.mark.parametrize(
    ("root", "kind"),
    [("world", World), ("leaders", Government), ("regime", Regime)],
    ids=str,
)
def test_every_range_of_the_model_holds_its_default(root, kind):
    found = {path: (plausible(path, []), value) for path, value in numbers(kind, root)}
    ranges = {path: pair for path, pair in found.items() if pair[0]}
    assert len(ranges) > 10
    for path, ((low, high), value) in ranges.items():
        assert low <= value <= high, path
        assert low < high, path
        assert is_number(path), path


def test_every_range_of_every_pilot_is_found():
    for name in pilot_library.names():
        tree = pilot_library.tree(name)
        for path, node in leaves(tree, "regime"):
            if not (is_sourced(node) and "range" in node):
                continue
            if all(type(bound) in (int, float) for bound in node["range"]):
                assert plausible(path, [{"regime": tree}]) == tuple(node["range"])
                assert is_number(path) or path == "regime.discretion", path


def leaves(node, path):
    if isinstance(node, dict) and not is_sourced(node):
        for key, value in node.items():
            yield from leaves(value, f"{path}.{key}")
    else:
        yield path, node


def test_kinds_of_numbers():
    assert is_whole("regime.valid_years")
    assert is_whole("world.spans.0")
    assert is_whole("world.n_citizens")
    assert is_number("world.population.ties.0")
    assert not is_whole("world.population.ties.0")
    assert not is_whole("leaders.all.tenure")
    assert not is_number("leaders.clients_know")
    assert not is_number("regime.scorer")
    assert is_number("regime.acts.anything.points")
    assert is_number("world.acts.0.rate")
    assert is_number(f"leaders.{LEVELS[0]}.agenda.social")


def test_about_returns_unit_and_meaning():
    assert about("leaders.city.tenure")[0] == "year"
    assert about("world.acts.0.rate") == (
        "1/year",
        Act.model_fields["rate"].description,
    )
    assert about("leaders.city.nonsense") == ("1", "leaders.city.nonsense")
