"""The packaged pilots: each loads, is complete, rests on sources or stated choices."""

import csv
import inspect
from importlib.resources import files

import pytest

from scsfast.errors import ConfigError
from scsfast.model import library
from scsfast.model.acts import default_catalogue
from scsfast.model.integers import build_rules
from scsfast.model.parameters import MARKS, sourced_values, strip_sources
from scsfast.model.world import Scenario, World

PILOTS = library.names()
RELEASED = ["fair-rongcheng", "lottery", "market", "oracle", "rongcheng"]

# Words say what a thing is, not how much of it: their sources stand in comments.
WORDS = {
    "name",
    "title",
    "about",
    "scorer",
    "norm",
    "channel",
    "allocation",
    "deciding",
}

# Priced rows of Rongcheng in catalogue.csv that say what a score buys.
BENEFIT_ROWS = {34, 35}
BASE_ROW = 1

MARK_OF_CONFIDENCE = {
    "official": "O",
    "official-translation": "O",
    "press": "P",
    "secondary": "S",
    "own-knowledge-unverified": "U",
}


def read_catalogue() -> dict[int, dict]:
    """Return the rows of catalogue.csv by number, counted from 1."""
    text = (files("scsfast.model") / "pilots" / "catalogue.csv").read_text("utf-8")
    return dict(enumerate(csv.DictReader(text.splitlines()), start=1))


def priced_rongcheng_rows() -> dict[int, dict]:
    """Return the rows of Rongcheng, city and villages, that state points."""
    return {
        number: row
        for number, row in read_catalogue().items()
        if row["pilot"].startswith("rongcheng") and row["points_min"]
    }


def sourced(pilot: str) -> list[tuple[str, dict | None]]:
    """Return (path, record) of every value of a pilot that is not a word."""
    leaves = sourced_values(library.tree(pilot))
    return [leaf for leaf in leaves if leaf[0].rpartition(".")[2] not in WORDS]


def references() -> list[tuple[str, int, float, dict]]:
    """Return (path, row, units, record) of every reference to the catalogue."""
    found = []
    for path, record in sourced("rongcheng"):
        rows = record.get("rows", [record["row"]] if "row" in record else [])
        units = record.get("units", [1] * len(rows))
        pairs = zip(rows, units, strict=True)
        found += [(path, row, unit, record) for row, unit in pairs]
    return found


def is_founded(record: dict | None) -> bool:
    """Say whether a value has a source and its mark, or a choice and its range."""
    record = record or {}
    has_source = "source" in record and record.get("mark") in MARKS
    return has_source or ("choice" in record and "range" in record)


def ends(value) -> list[float]:
    """Return the lowest and highest points of a value, which may be a range."""
    return [min(value), max(value)] if isinstance(value, list) else [value, value]


def test_pilots_of_this_release_are_packaged():
    assert set(RELEASED) <= set(PILOTS)


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_loads_under_its_own_name(pilot):
    assert library.load(pilot).name == pilot


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_fits_the_default_world(pilot):
    world = World(n_citizens=1000, n_ticks=12)
    build_rules(Scenario(name=pilot, world=world, regime=library.load(pilot)))


@pytest.mark.parametrize("pilot", PILOTS)
def test_every_value_has_a_source_or_a_choice(pilot):
    bare = [path for path, record in sourced(pilot) if not is_founded(record)]
    assert bare == []


@pytest.mark.parametrize("pilot", PILOTS)
def test_ranges_contain_their_values(pilot):
    ranged = [(p, r["value"], *r["range"]) for p, r in sourced(pilot) if "range" in r]
    assert [entry for entry in ranged if not entry[2] <= entry[1] <= entry[3]] == []


@pytest.mark.parametrize("pilot", PILOTS)
def test_pilot_scores_only_acts_of_the_catalogue(pilot):
    known = {act.name for act in default_catalogue()}
    assert set(library.load(pilot).acts) <= known


@pytest.mark.parametrize("pilot", PILOTS)
def test_points_have_the_sign_of_their_act(pilot):
    scored = {"negative": [], "positive": []}
    acts = library.load(pilot).acts
    for act in default_catalogue():
        if act.name in acts:
            scored[act.sign] += acts[act.name].range
    assert max(scored["negative"], default=-1) < 0 < min(scored["positive"], default=1)


def test_every_priced_rongcheng_row_is_used():
    used = {row for _, row, _, _ in references()}
    assert used == set(priced_rongcheng_rows()) - BENEFIT_ROWS


def test_benefit_rows_are_benefits():
    rows = read_catalogue()
    assert {rows[number]["category"] for number in BENEFIT_ROWS} == {"benefit"}


def test_base_row_is_referenced_by_base_alone():
    assert [path for path, row, _, _ in references() if row == BASE_ROW] == ["base"]


def test_conduct_rows_are_referenced_by_points_of_acts():
    paths = [path.split(".") for path, row, _, _ in references() if row != BASE_ROW]
    assert {(first, last) for first, *_, last in paths} == {("acts", "points")}


def test_points_equal_their_row():
    rows = priced_rongcheng_rows()
    wrong = {
        path: row
        for path, row, units, record in references()
        if [units * points for points in ends(record["value"])]
        != [float(rows[row]["points_min"]), float(rows[row]["points_max"])]
    }
    assert wrong == {}


def test_marks_agree_with_the_confidence_of_their_row():
    rows = priced_rongcheng_rows()
    wrong = {
        path: row
        for path, row, _, record in references()
        if record["mark"] != MARK_OF_CONFIDENCE[rows[row]["confidence"]]
    }
    assert wrong == {}


def test_rongcheng_has_no_act_without_a_row():
    acts = {path.split(".")[1] for path, *_ in references() if path.startswith("acts.")}
    assert acts == set(library.load("rongcheng").acts)


def test_fair_rongcheng_differs_in_discretion_alone():
    fair, real = library.load("fair-rongcheng"), library.load("rongcheng")
    keys = type(real).model_fields
    differing = [key for key in keys if getattr(fair, key) != getattr(real, key)]
    assert differing == ["name", "title", "about", "discretion"]


def test_fair_rongcheng_has_no_discretion():
    discretion = library.load("fair-rongcheng").discretion
    assert set(discretion.model_dump().values()) == {0.0}


@pytest.mark.parametrize("pilot", ["lottery", "market", "oracle"])
def test_baseline_allocates_as_it_is_called(pilot):
    regime = library.load(pilot)
    assert (regime.scorer, regime.allocation) == ("none", pilot)


def test_source_is_the_file_with_its_comments():
    assert "# Left out, and why" in library.source("rongcheng")


def test_user_tree_changes_one_key_of_a_table():
    tree = {"extends": "rongcheng", "discretion": {"village": 0.1}}
    regime = library.load_tree(tree, "my.toml")
    parent = library.load("rongcheng").discretion
    assert regime.discretion == parent.model_copy(update={"village": 0.1})


def test_sourced_value_replaces_a_table_whole():
    discretion = library.tree("fair-rongcheng")["discretion"]
    assert set(discretion) == {"value", "choice", "range"}


def test_table_replaces_a_sourced_value_whole():
    tree = {"extends": "fair-rongcheng", "discretion": {"village": 0.1}}
    regime = library.load_tree(tree, "my.toml")
    assert (regime.discretion.village, regime.discretion.county) == (0.1, 0.0)


def test_bare_number_replaces_a_table():
    regime = library.load_tree({"extends": "rongcheng", "discretion": 1}, "my.toml")
    assert set(regime.discretion.model_dump().values()) == {1.0}


def test_tree_without_its_sources_is_what_load_gives():
    bare = strip_sources(library.tree("fair-rongcheng"))
    assert library.load_tree(bare, "bare") == library.load("fair-rongcheng")


def refusal(action, *arguments) -> str:
    """Return the message with which a call is refused."""
    with pytest.raises(ConfigError) as caught:
        action(*arguments)
    return str(caught.value)


THERE_ARE = f"there are: {', '.join(PILOTS)}"

REFUSED_TREES = {
    "unknown parent": (
        {"extends": "rongchen"},
        "my.toml: `extends`: no pilot 'rongchen'; "
        f"did you mean 'rongcheng'? {THERE_ARE}",
    ),
    "parent is no name": (
        {"extends": 3},
        "my.toml: `extends` must be the name of a pilot, got 3",
    ),
    "misspelt key": (
        {"extends": "rongcheng", "los": 0.1},
        "my.toml: `los`: unknown key; did you mean `loss`?",
    ),
    "probability above 1": (
        {"extends": "rongcheng", "loss": {"value": 1.2, "choice": "no"}},
        "my.toml: `loss` must be a number in [0, 1], got 1.2",
    ),
    "two faults at once": (
        {"name": "mine", "noise": 0.7, "meeting": {"sen": 1}},
        "my.toml: `meeting.sen`: unknown key; did you mean `seen`?\n"
        "my.toml: `noise` must be a number in [0, 0.5], got 0.7",
    ),
    "no name": (
        {},
        "my.toml: `name`: missing key, must be text of 1 or more characters",
    ),
}


@pytest.mark.parametrize(("tree", "message"), REFUSED_TREES.values(), ids=REFUSED_TREES)
def test_wrong_tree_is_refused(tree, message):
    assert refusal(library.load_tree, tree, "my.toml") == message


def test_misspelt_pilot_is_refused_with_the_nearest_name():
    message = f"no pilot 'rongchen'; did you mean 'rongcheng'? {THERE_ARE}"
    assert refusal(library.load, "rongchen") == message


def test_pilot_like_no_other_is_refused_with_the_list():
    assert refusal(library.source, "../acts") == f"no pilot '../acts'; {THERE_ARE}"


def test_circle_of_pilots_is_refused(monkeypatch):
    texts = {"a": 'extends = "b"', "b": 'extends = "a"'}
    monkeypatch.setattr(library, "names", lambda: list(texts))
    monkeypatch.setattr(library, "source", texts.get)
    must = "`extends` must not lead back to a pilot before it"
    assert refusal(library.tree, "a") == f"pilot 'b': {must}, got a -> b -> a"


def test_library_names_no_pilot():
    code = inspect.getsource(library)
    assert [pilot for pilot in PILOTS if pilot in code] == []
