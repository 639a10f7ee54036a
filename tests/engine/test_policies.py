"""Policies in Python: a decision is a change of regime, bit for bit."""

import numpy as np
import pytest
from support.small_scenarios import REGIME, scenario

import scsfast
from scsfast.engine import load_kernel
from scsfast.engine.policies import Policed, run_policed
from scsfast.engine.simulation import Simulation
from scsfast.errors import ConfigError, KernelError
from scsfast.model.integers.build import build_rules

LEVELS = ("village", "township")
ASKED = {"n_citizens": 2_000, "n_ticks": 24, "seed": 3}


def test_a_decision_equals_the_same_change_of_regime():
    def policy(now):
        return "fair-rongcheng" if now.tick == 9 else None

    decided = scsfast.simulate("rongcheng", each_tick=policy, **ASKED)
    change = [{"tick": 9, "regime": "fair-rongcheng"}]
    fixed = scsfast.simulate("rongcheng", change=change, **ASKED)
    assert [c.tick for c in decided.scenario.change] == [9]
    assert decided.scenario == fixed.scenario
    for name, values in fixed.outputs.items():
        np.testing.assert_array_equal(decided[name], values)


def test_a_policy_without_decisions_changes_nothing():
    plain = scsfast.simulate("rongcheng", **ASKED)
    seen = []
    watched = scsfast.simulate(
        "rongcheng", each_tick=lambda t: seen.append(t.tick), **ASKED
    )
    assert seen == list(range(1, 25))
    for name, values in plain.outputs.items():
        np.testing.assert_array_equal(watched[name], values)


def test_a_policy_sees_what_the_run_has_recorded():
    scores, prizes = [], []

    def watch(now):
        scores.append(now.by_unit("score").sum())
        assert len(now.by_unit("score")) == 2_000 // 500
        assert now["prizes"].shape[0] == now.tick
        prizes.append(now["prizes"][-1].sum())

    run = scsfast.simulate("rongcheng", each_tick=watch, **ASKED)
    np.testing.assert_array_equal(prizes, run["prizes"].sum(1))
    assert run.citizens["score"].sum() == scores[-1]


def test_several_decisions_follow_what_was_seen_under_those_before():
    def policy(now):
        """Suspend discretion after much suppression, and give it back after calm."""
        recent = now["suppressed"][-3:].sum()
        if now.tick in (6, 12, 18):
            return "fair-rongcheng" if recent else "rongcheng"
        return None

    run = scsfast.simulate("rongcheng", each_tick=policy, **ASKED)
    names = [(c.tick, c.regime.name) for c in run.scenario.change]
    assert [tick for tick, _ in names] == [6, 12, 18]
    assert names[0][1] != names[1][1] != names[2][1]
    assert run["suppressed"][9:12].sum() == 0 < run["suppressed"][3:6].sum()


def test_invalid_decisions_are_refused():
    with pytest.raises(ConfigError):
        scsfast.simulate("rongcheng", each_tick=lambda now: "no-such-pilot", **ASKED)


def test_a_level_that_the_world_does_not_have_is_named():
    def asks(now):
        now.by_unit("quality", "province")

    with pytest.raises(ConfigError, match=r"village, township, county, .*'province'"):
        scsfast.simulate("rongcheng", each_tick=asks, **ASKED)


def test_a_policy_sees_the_sums_of_units_of_unequal_size():
    village = np.repeat(np.arange(4), [700, 1, 299, 1_000])
    seen = []
    people = {"village": village, "township": np.array([0, 1, 1, 2])[village]}
    scsfast.simulate(
        "rongcheng",
        each_tick=lambda now: seen.append([
            (now.by_unit("quality", level), now.citizens("quality")) for level in LEVELS
        ]),
        **{**ASKED, "n_ticks": 2, "people": people},
    )  # fmt: skip
    for level, (sums, quality) in zip(LEVELS, seen[0], strict=True):
        assert sums.tolist() == np.bincount(people[level], quality).tolist()


def decided(*decisions):
    """Return the regimes of a scenario whose policy decides so, one after each tick."""
    asked, left = scenario(), list(decisions)
    rules = build_rules(asked)
    policed = Policed(asked, lambda now: left.pop(0) if left else None)
    found, simulation = run_policed(policed, rules, lambda at: Simulation(at, 3))
    assert simulation.tick == rules.n_ticks
    return [(change.tick, change.regime) for change in found.change]


def test_a_decision_may_be_a_regime_or_its_values():
    own = scenario().regime.model_copy(update={"loss": 0.4})
    values = {**REGIME, "loss": 0.2}
    (_, first), (_, second) = found = decided(own, None, values)
    assert [tick for tick, _ in found] == [1, 3]
    assert (first.loss, second.loss) == (0.4, 0.2)


@pytest.mark.parametrize("odd", [7, "mine.toml", ["rongcheng"]])
def test_a_decision_must_be_a_regime(odd):
    with pytest.raises(ConfigError) as caught:
        decided(odd)
    assert "policy of 'test': must return None, the name of a packaged pilot" in str(
        caught.value
    )
    assert f"got {odd!r}" in str(caught.value)


def test_an_output_that_does_not_exist_is_named():
    with pytest.raises(KeyError, match="no output 'prizez'; did you mean 'prizes'"):
        run_policed(
            Policed(scenario(), lambda now: now["prizez"]),
            build_rules(scenario()),
            lambda at: Simulation(at, 3),
        )


def test_kernel_that_this_machine_does_not_have_is_named(monkeypatch):
    monkeypatch.setenv("SCSFAST_KERNEL", "v9")
    with pytest.raises(KernelError, match=r"one of .*base on this machine, got 'v9'"):
        load_kernel()
