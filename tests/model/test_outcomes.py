"""The registry of outputs: complete, and the kernel's columns are in its order."""

import pytest
from support.small_scenarios import rules as small_rules

from scsfast.engine import available_variants, load_kernel, state
from scsfast.engine.simulate import Simulation
from scsfast.model import pilot_library
from scsfast.model.integers.build import build_rules
from scsfast.model.outcomes import DIMENSIONS, TABLES, distribution_ticks, named, shape
from scsfast.model.reference.world import exponentials
from scsfast.model.world import Scenario, World

OUTPUTS = [output for table in TABLES for output in table.outputs]
VARIANTS = available_variants()


@pytest.fixture(scope="module")
def rules():
    world = World(n_citizens=25_000, n_ticks=30, unit_means="township")
    regime = pilot_library.load("rongcheng")
    return build_rules(Scenario(name="one", world=world, regime=regime))


def test_names_are_unique():
    names = [output.name for output in OUTPUTS]
    assert len(set(names)) == len(names)


def test_every_output_has_a_unit_and_a_meaning():
    assert [o.name for o in OUTPUTS if not (o.unit and o.meaning)] == []


def test_every_dimension_is_known():
    counted = {"tick", "distribution_tick", "unit", "prize_kind"}
    used = {dim for table in TABLES for dim in table.dims}
    assert used == counted | set(DIMENSIONS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_kernel_writes_the_columns_of_the_registry(variant):
    expected = [(t.name, [output.name for output in t.outputs]) for t in TABLES]
    assert list(load_kernel(variant).output_names().items()) == expected


@pytest.mark.parametrize("variant", VARIANTS)
def test_kernel_has_the_exponentials_of_the_reference(variant):
    assert tuple(load_kernel(variant).exponentials().tolist()) == exponentials()


def test_shapes_follow_dimensions(rules):
    found = {table.name: shape(table, rules) for table in TABLES}
    assert found == {
        "sums": (30, 39),
        "by_prize": (30, 1, 17),
        "by_domain": (30, 4, 10),
        "by_level": (30, 6, 22),
        "by_tie": (30, 8, 3, 3),
        "by_group": (30, 4, 18),
        "by_stratum": (30, 4, 2, 11),
        "by_grade": (30, 8, 4),
        "grade_transitions": (3, 8, 8, 1),
        "score_histogram": (3, 2, 128, 16, 1),
        "histograms": (3, 128, 2),
        "stratum_histograms": (3, 4, 2, 128, 3),
        "by_unit": (3, 3, 3),
    }


@pytest.mark.parametrize(
    ("n_ticks", "every", "ticks"),
    [(30, 12, [11, 23, 29]), (24, 12, [11, 23]), (5, 12, [4]), (3, 1, [0, 1, 2])],
)
def test_distributions_are_every_nth_tick_and_the_last(n_ticks, every, ticks):
    assert distribution_ticks(n_ticks, every) == ticks


def test_named_outputs_are_the_columns(rules):
    arrays = {name: a[0] for name, a in state.allocate_outputs(rules, 1).items()}
    for table in TABLES:
        arrays[table.name][...] = range(len(table.outputs))
    outputs = named(arrays)
    wrong = [
        output.name
        for table in TABLES
        for k, output in enumerate(table.outputs)
        if outputs[output.name].shape != shape(table, rules)[:-1]
        or (outputs[output.name] != k).any()
    ]
    assert wrong == []


def test_grade_transitions_lead_from_the_start_to_the_grades_of_now():
    """Rows are grades at the start of measuring, columns grades now."""
    changes = {"n_citizens": 3_000, "n_ticks": 12, "warmup": 5, "distribution_every": 4}
    twin = Simulation(small_rules(world=changes), 35)
    twin.run(12)
    outputs = named(twin.outputs())
    counts = outputs["grade_transition_count"]
    assert twin.rules.distribution_ticks == (3, 7, 11)
    assert not counts[0].any()
    for row, tick in ((1, 7), (2, 11)):
        assert (counts[row].sum(axis=0) == outputs["grade_citizens"][tick]).all()
        assert (counts[row].sum(axis=1) == outputs["grade_citizens"][4]).all()
    assert (counts[2] != counts[1]).any()
