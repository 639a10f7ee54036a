"""Sums that must agree: the same quantity in two tables, or in the state itself."""

import numpy as np
import pytest
from support.busy_parts import BUSY, KINDS, LIST, RULES, SCORERS, SEVERE
from support.small_scenarios import rules

from scsfast.engine.simulation import Simulation
from scsfast.model.outcomes import named

CASES = {
    **{name: {"regime": regime} for name, regime in SCORERS.items()},
    "kinds": {
        "world": {"prize": KINDS},
        "regime": {"allocation": RULES, "listing": LIST, "acts": SEVERE},
    },
}


@pytest.fixture(params=CASES, scope="module")
def after(request):
    """Return rules, simulation and outputs after eight ticks with busy leaders."""
    asked = rules(**CASES[request.param], leaders={"all": BUSY})
    simulation = Simulation(asked, 4, 1)
    simulation.run(8)
    return asked, simulation, named(simulation.outputs())


def test_groups_add_up_to_everyone(after):
    _, _, out = after
    for part, whole in (
        ("group_score", "score"),
        ("group_fair_score", "fair_score"),
    ):
        assert (out[part].sum(axis=1) == out[whole]).all()
    for part, whole in (
        ("group_violations", "violations"),
        ("group_violations_observed", "violations_observed"),
        ("group_deeds", "deeds"),
        ("group_deeds_observed", "deeds_observed"),
        ("group_prizes", "prizes"),
    ):
        assert (out[part].sum(axis=1) == out[whole].sum(axis=1)).all()
    assert (out["group_bad"].sum(axis=1) == out["grade_bad"].sum(axis=1)).all()


def test_groups_are_counted_as_the_state_says(after):
    asked, simulation, out = after
    arrays = simulation.arrays
    group, bad = arrays["traits"] & 3, arrays["quality"] < asked.bad_quality
    for twin in ("", "fair_"):
        low = arrays[f"{twin}score"] < asked.good_from
        listed = np.zeros_like(low)
        if asked.listing:
            listed = arrays[f"{twin}listed"] > 0
        for name, is_so in (("low", low | listed), ("listed", listed)):
            counted = np.bincount(group[is_so], minlength=4)
            truly_bad = np.bincount(group[is_so & bad], minlength=4)
            assert (out[f"group_{twin}{name}"][-1] == counted).all()
            assert (out[f"group_{twin}{name}_bad"][-1] == truly_bad).all()


def test_prizes_of_every_kind_are_places(after):
    asked, _, out = after
    assert out["prizes"].shape == (8, len(asked.prizes))
    assert (out["prizes"] == out["places"]).all()
    assert (out["prizes_moved"] <= out["prizes"]).all()
    assert (out["oracle_prize_value"] >= out["prize_value"]).all()


def test_connected_are_those_tied_to_leaders_in_office(after):
    _, simulation, out = after
    ties = simulation.arrays["ties"]
    for level in range(4):
        tied = (ties >> level & 1).sum()
        assert out["connected"][-1, level].sum() == tied
    assert out["connected"][-1, 6].sum() == (ties > 0).sum()


def test_leaders_counted_are_leaders_in_office(after):
    asked, simulation, out = after
    for level, manipulates in enumerate(simulation.arrays["manipulates"]):
        assert out["manipulating"][-1, level] == manipulates.sum()
        replaced = out["caught"][:, level].sum() + out["retired"][:, level].sum()
        assert replaced == simulation.arrays["serial"][level].sum()


def test_flows_of_the_list_explain_its_stock(after):
    asked, simulation, out = after
    if not asked.listing:
        assert out["listings"].sum() == 0
        return
    stock = out["group_listed"].sum(axis=1)
    grown = np.diff(stock, prepend=0)
    expired = out["listings"] - out["performed"] - out["taken_off"] - grown
    assert (expired >= 0).all()
    assert expired[: asked.list_term - 1].sum() == 0


def test_welfare_is_gains_worth_of_prizes_and_social_value():
    """With payoffs that forget at once, their sum is what citizens gained in the tick, the
    value of their prizes to themselves included; welfare counts a prize as its worth instead.
    """
    asked = rules(world={"meetings": {"payoff_memory": 1.0}}, leaders={"all": BUSY})
    simulation = Simulation(asked, 4, 1)
    simulation.run(8)
    out = named(simulation.outputs())
    words = out["words_kept"] * (asked.benefit - asked.cost)
    private = out["prizes"] @ np.array([prize.value for prize in asked.prizes])
    gains = out["payoff"] // 256 - private + out["offender_gain"]
    assert out["offender_gain"].all() and out["prize_worth"].any()
    assert (
        out["welfare"] == gains + out["prize_worth"] + out["social_value"] - words
    ).all()
