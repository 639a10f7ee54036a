"""The citizens' side of a regime: refusals, exact chances, and use in designs."""

import numpy as np
import pytest
from support.small_scenarios import rules, scenario

from scsfast.campaign.config import campaign_from_dict
from scsfast.errors import ConfigError
from scsfast.model.citizens import MAX_OBSERVERS, Observers
from scsfast.model.integers.citizens import reported, verdicts
from scsfast.model.messages import validated
from scsfast.model.regime import Regime

WRONG = {
    "quorum above the number of observers": (
        {"observers": {"number": 3, "quorum": 4}},
        "quorum must be at most number, 3, got 4",
    ),
    "consent to a list": (
        {"scorer": "list", "listing": {}, "allocation": "exclusion", "opt_in": {}},
        "opt_in needs a regime with scores, got scorer 'list'",
    ),
    "no observer": (
        {"observers": {"number": 0}},
        "observers.number` must be a whole number in [1, 101], got 0",
    ),
    "unknown norm of a group": (
        {"meeting": {"group_norms": {"rural": "stren"}}},
        "meeting.group_norms.rural` must be",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_contradictions_are_refused_with_their_key(case):
    keys, message = WRONG[case]
    with pytest.raises(ConfigError, match=".*") as refused:
        validated(Regime, {"name": "r", **keys}, "r")
    assert message in str(refused.value)


def test_rates_above_one_a_tick_are_refused():
    regime = {
        "opt_in": {"review_rate": 12.1},
        "awareness": {"publicity_rate": 12.1},
    }
    with pytest.raises(ConfigError) as refused:
        rules(regime=regime)
    assert "regime.opt_in.review_rate" in str(refused.value)
    assert "regime.awareness.publicity_rate" in str(refused.value)


def test_one_observer_without_error_changes_no_chance():
    chances = [0, 1, 2, 777, 32_768, 65_535, 65_536]
    alone = Observers()
    assert [reported(chance, alone) for chance in chances] == chances
    assert [verdicts(chance, alone) for chance in chances] == [(c, c) for c in chances]


@pytest.mark.parametrize(("seen", "chance"), [(32_768, 32_768), (32_769, 32_768)])
def test_chances_are_the_nearest(seen, chance):
    """Half a unit, and one 2^-32 less than half a unit: the first is rounded up."""
    nearly_right = Observers(error=1 / 65_536)
    assert seen * 65_535 % 65_536 in (32_767, 32_768)
    assert reported(seen, nearly_right) == chance
    assert verdicts(seen, nearly_right)[0] == chance


def test_as_many_who_report_the_opposite_decide_nothing():
    """Of two who both see it and err half of the time, one is alone right a quarter."""
    assert verdicts(65_536, Observers(number=2, quorum=1, error=0.5)) == (
        16_384,
        32_768,
    )


def test_more_observers_and_a_lower_quorum_report_more():
    by_number = [reported(9_000, Observers(number=n, quorum=1)) for n in (1, 2, 9, 101)]
    by_quorum = [reported(9_000, Observers(number=9, quorum=q)) for q in (9, 5, 2, 1)]
    for chances in (by_number, by_quorum):
        assert (np.diff(chances) > 0).all()


@pytest.mark.parametrize("number", [1, 2, 5, MAX_OBSERVERS])
@pytest.mark.parametrize("error", [0.0, 0.25, 0.5, 1.0])
def test_observers_who_err_as_often_as_not_judge_either_way(number, error):
    quorum = (number + 1) // 2
    one = Observers(number=number, quorum=quorum, error=error)
    other = Observers(number=number, quorum=quorum, error=1 - error)
    (right, judged), (wrong, total) = verdicts(40_000, one), verdicts(40_000, other)
    assert judged == total
    assert abs(judged - right - wrong) <= 1


def test_designs_reach_norms_observers_awareness_and_consent():
    swept = {
        "regime.meeting.group_norms.migrant": ["none", "shunning"],
        "regime.observers.number": [3, 5],
        "regime.awareness.word": [0.0, 0.1],
        "regime.opt_in.cost": [0.0, 0.2],
    }
    campaign = campaign_from_dict(
        {
            "world": {"n_citizens": 9},
            "scenario": [{"pilot": "rongcheng-2021"}],
            "sweep": swept,
        }
    )
    assert len(campaign.scenarios) == 16
    assert {s.regime.opt_in.cost for s in campaign.scenarios} == {0.0, 0.2}
    assert {s.regime.observers.number for s in campaign.scenarios} == {3, 5}


def test_awareness_outlasts_a_change_of_regime():
    from scsfast.engine.simulation import Simulation

    spreading = {"awareness": {"publicity_rate": 6.0}}
    simulation = Simulation(rules(regime=spreading, change=[(4, {})]), 35)
    simulation.run(4)
    known = simulation.arrays["traits"] & 16
    simulation.run(2)
    assert (simulation.arrays["traits"] & 16 == known).all()
    assert scenario().world.population.aware * len(known) < (known > 0).sum()
