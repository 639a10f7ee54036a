"""The kernel gives the reference's bits: every state array and output, every tick.

The quick form has fewer citizens and ticks. Of the pairs of a case and an output that is not
always 0 in the slow form, the quick form keeps 99 %, and each output in at least one case.
"""

import numpy as np
import pytest
from support.busy_parts import BUSY, CITIZENS, FREE, INDEX, SCORERS
from support.busy_worlds import CASES, CHANGES, assert_equal
from support.small_scenarios import ACTS, merged, rules

from scsfast.engine import available_variants, load_kernel
from scsfast.engine.check import first_difference
from scsfast.engine.simulation import Simulation
from scsfast.model.outcomes import TABLES, named
from scsfast.model.reference.reference import Reference

FEWER, TICKS = {"world": {"n_citizens": 200}}, 5  # of the quick form


@pytest.mark.parametrize("case", CASES)
def test_kernel_equals_reference(case):
    """Same bits in every variant, on 1 and 2 threads, after each tick."""
    assert_equal(rules(**merged(FEWER, CASES[case])), TICKS)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_kernel_equals_reference_for_longer(case):
    assert_equal(rules(**CASES[case]), 8)


@pytest.mark.parametrize("case", CHANGES)
def test_kernel_equals_reference_through_changes_of_regime(case):
    """Both carry scores, list, parts and beliefs over in the same way."""
    assert_equal(rules(change=CHANGES[case], leaders={"all": BUSY}), 8)


def marks(case) -> set[str]:
    """Return the outputs that are not 0 throughout in the eight ticks of a case."""
    simulation = Simulation(rules(**case), 35, 5)
    simulation.run(8)
    return {name for name, v in named(simulation.outputs()).items() if v.any()}


def test_test_cases_use_every_mechanism():
    """Busy leaders move every output of leaders, most of them under every scorer."""
    always = {"suppressed", "credited", "framed", "retired", "caught", "manipulating"}
    listing = {"listings", "fair_listings", "taken_off", "performed"}
    found = set()
    for name, regime in SCORERS.items():
        seen = marks({"regime": regime, "leaders": {"all": BUSY}})
        assert always <= seen, name
        assert {"index", "model"}.isdisjoint({regime.get("scorer")}) or "tilted" in seen
        assert listing <= seen or "exit_rate" not in regime.get("listing", {}), name
        found |= seen
    found |= marks(CASES["acts of one group, and defiance"])
    found |= marks(CASES["credit repair"])
    found |= marks(CASES["records of namesakes: ledger"])
    found |= marks(CITIZENS)
    found |= marks(CASES["judged by count: ledger"])
    found |= marks(CASES["leaders learn: ledger"])
    outputs = {output.name for table in TABLES for output in table.outputs}
    assert outputs - found == set()


def test_cases_of_the_quick_form_move_every_output():
    found = set()
    for case in CASES.values():
        simulation = Simulation(rules(**merged(FEWER, case)), 35, 2)
        simulation.run(TICKS)
        found |= {name for name, v in named(simulation.outputs()).items() if v.any()}
    assert found >= {output.name for table in TABLES for output in table.outputs}


LEVELS = ("village", "township", "county", "city", "province", "centre")


OF_A_LEADER = (  # acts of manipulating leaders alone, by level
    *("suppressed", "credited", "framed", "retaliated", "sold", "tilted", "inflated"),
    *("weighted", "desk_lifted", "caught", "manipulating"),
)


def alone(level: str, scorer: dict):
    """Return a case in which only the leaders of one level manipulate."""
    few = {"credit_rate": 1.5, "frame_rate": 1.5, "sale_rate": 1.5, "tenure": None}
    busy = {
        **BUSY,
        **few,
        "share": 1.0,
        "retaliation": 1.0,
        "agenda": {"social": 2.0},
        "favouritism": 1.0,
    }
    pool = {"loan": {"pool": level, "capacity": 0.2, "need_from": 0.2}}
    defying = [{**act, "defies": True} for act in ACTS]
    size = {"spans": [3, 6, 12, 24, 48, 96], "prize": pool, "acts": defying}
    return {
        "world": {**size, "population": {"ties": [0.3] * 6, "dissenters": 0.5}},
        "regime": {"discretion": FREE, "deciding": level, **scorer},
        "leaders": {
            "all": {**dict.fromkeys(few, 0.0), "tenure": None, "share": 0.0},
            level: busy,
        },
    }


@pytest.mark.parametrize("variant", available_variants())
def test_applicants_are_those_of_the_reference_where_needs_do_not_rise(variant):
    falling = {"kind": "table", "values": [(255 - k) / 256 for k in range(256)]}
    loan = {"need": falling, "capacity": 0.2, "need_from": 0.7}
    asked = rules(world={"prize": {"loan": loan}})
    simulations = {variant: Simulation(asked, 5, 0, 1, load_kernel(variant))}
    assert first_difference(simulations, Reference(asked, 5), 3) == ""


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_manipulates_alone(level):
    """Every channel works at every level, and leaves its mark at that level only."""
    found = set()
    for scorer in ({}, INDEX):
        asked = rules(**alone(level, scorer))
        simulation = Simulation(asked, 35, 2)
        assert first_difference({"": simulation}, Reference(asked, 35, 2), 8) == ""
        outputs = named(simulation.outputs())
        at = {
            name: set(np.flatnonzero(outputs[name].sum(axis=0))) for name in OF_A_LEADER
        }
        found |= {name for name, levels in at.items() if levels}
        assert set().union(*at.values()) == {LEVELS.index(level)}
    assert found == set(OF_A_LEADER)
