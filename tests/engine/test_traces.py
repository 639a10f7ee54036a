"""A mechanism that is off changes nothing, in random worlds."""

import numpy as np
from hypothesis import given, settings
from support.random_worlds import SEARCH, anything, rules_of

from scsfast.engine.simulation import Simulation
from scsfast.model.outcomes import named

TWINS = ("score", "listed", "history", "circle")  # arrays with a fair twin


def simulated(rules, asked) -> Simulation:
    """Return a simulation run to its end; its scores may part from the fair ones."""
    simulation = Simulation(rules, asked.seed, given=asked.own)
    simulation.run(rules.n_ticks)
    return simulation


def traces(simulation) -> list[str]:
    """Return the arrays that differ from their fair counterparts."""
    arrays = simulation.arrays
    pairs = [(name, arrays[name], arrays[f"fair_{name}"]) for name in TWINS]
    cohorts = zip(arrays["cohorts"], arrays["fair_cohorts"], strict=True)
    pairs += [("cohorts", actual, fair) for actual, fair in cohorts]
    pairs.append(("fits", *arrays["fits"]))
    return [name for name, actual, fair in pairs if not np.array_equal(actual, fair)]


@settings(max_examples=40, **SEARCH)
@given(asked=anything())
def test_discretion_0_changes_nothing(asked):
    """No state differs from the fair one, and busy leaders have the effects of honest ones."""
    none, no_audit = {"discretion": 0.0}, {"audit_rate": 0.0}
    busy = rules_of(asked, of_regimes=none, of_leaders=no_audit)
    honest = rules_of(
        asked, of_regimes=none, of_leaders={**no_audit, "share": 0.0, "recentring": 0.0}
    )
    ours, theirs = simulated(busy, asked), simulated(honest, asked)
    assert traces(ours) == []
    found, expected = named(ours.outputs()), named(theirs.outputs())
    unlike = {k for k in found if not np.array_equal(found[k], expected[k])}
    assert unlike <= {"manipulating"}


@settings(max_examples=40, **SEARCH)
@given(asked=anything())
def test_honest_leaders_change_nothing(asked):
    """Without manipulators and re-centring, score is fair score in every scorer."""
    honest = rules_of(asked, of_leaders={"share": 0.0, "recentring": 0.0})
    assert traces(simulated(honest, asked)) == []
