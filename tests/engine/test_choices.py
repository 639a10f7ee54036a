"""Mechanisms that cannot act change nothing: prices, fakes, thresholds."""

import numpy as np
import pytest
from support.small_scenarios import ACTS, REGIME, rules

from scsfast.engine.simulation import Simulation
from scsfast.errors import ConfigError
from scsfast.model.messages import validated
from scsfast.model.outcomes import named
from scsfast.model.regime import Regime

FREE = {"acts": [{**act, "price": 0.0, "due": 0.0} for act in ACTS]}


def outputs(**changes) -> dict:
    """Return the outputs of eight ticks by name."""
    simulation = Simulation(rules(**changes), 35, 3)
    simulation.run(8)
    return named(simulation.outputs())


def unlike(one: dict, other: dict) -> set[str]:
    return {name for name in one if not np.array_equal(one[name], other[name])}


@pytest.mark.parametrize("conduct", [{"price_weight": 0.0}, {"fake_cost": 1.0}])
def test_weights_of_prices_change_nothing_without_prices(conduct):
    found = outputs(world={**FREE, "conduct": conduct})
    assert unlike(found, outputs(world=FREE)) == set()
    assert unlike(outputs(world={"conduct": conduct}), outputs()) != set()


def test_unpaid_amounts_are_counted_only_where_something_is_due():
    assert outputs()["violations_unable"].any()
    assert not outputs(world=FREE)["violations_unable"].any()


def test_points_move_nobody_if_nobody_is_aware():
    found = outputs(world={"population": {"aware": 0.0}})
    assert found["deeds"].any() and not found["deeds_moved"].any()


def test_known_patrons_change_nothing_if_points_have_no_worth():
    given = {"regime": {"belief": {"kind": "none"}}}
    leaders = {"all": {"share": 1.0, "favouritism": 1.0}}
    known = outputs(**given, leaders={**leaders, "clients_know": True})
    assert unlike(known, outputs(**given, leaders=leaders)) == set()


def test_threshold_at_the_floor_serves_every_enrolled_applicant():
    everyone = {"population": {"enrolled": 1.0}}
    regime = {"allocation": "threshold", "serves_from": 800}
    found = outputs(world=everyone, regime=regime)
    assert (found["prizes"] == found["applicants"]).all()
    assert (found["oracle_prize_value"] == found["prize_value"]).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"allocation": "threshold"}, "needs `serves_from`"),
        (
            {"allocation": "threshold", "serves_from": 5000},
            "at most ceiling 1200, got 5000",
        ),
        (
            {"allocation": "threshold", "serves_from": 900, "scorer": "none"},
            "needs a scorer",
        ),
        ({"allocation": "proportional", "scorer": "none"}, "needs a scorer"),
        (
            {"allocation": {"loan": "score"}, "serves_from": {"loan": 900}},
            "serves_from.loan: must be a kind with allocation 'threshold'",
        ),
    ],
)
def test_contradicting_access_rules_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        validated(Regime, {**REGIME, **changes}, "here")
