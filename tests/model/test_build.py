"""Integers of a scenario at the bounds of its parameters, and what is refused."""

import re

import pytest
from support.busy_parts import BUSY, MODEL
from support.small_scenarios import ACTS, rules

from scsfast.errors import ConfigError
from scsfast.model.integers.fixed_point import ONE16, ONE32

FULL_RATES = {"negative": 12.0, "positive": 12.0}  # an act in every tick


def acts(negative: float, positive: float) -> list[dict]:
    """Return two kinds of acts of each sign, whose rates add up to these."""
    kept = {"littering": 0.5, "petition": 0.5, "labour": 0.75, "donation": 0.25}
    total = {"negative": negative, "positive": positive}
    return [
        {**act, "rate": total[act["sign"]] * kept[act["name"]]}
        for act in ACTS
        if act["name"] in kept
    ]


def with_acts(negative: float, positive: float):
    """Return the integers of a scenario with acts at these rates."""
    scored = {"littering": {"points": -5}, "labour": {"points": 2}}
    return rules(
        world={"acts": acts(negative, positive)},
        regime={"acts": scored},
        leaders={"all": {"credit_rate": 0.0, "frame_rate": 0.0}},
    )


def test_acts_may_be_offered_in_every_tick():
    found = with_acts(12.0, 12.0)
    assert found.offences[-1].until == found.deeds[-1].until == ONE32


@pytest.mark.parametrize("sign", ["negative", "positive"])
def test_more_than_one_act_a_tick_is_refused(sign):
    with pytest.raises(ConfigError, match=f"rates of {sign} acts must add up"):
        with_acts(**{**FULL_RATES, sign: 12.01})


@pytest.mark.parametrize(
    ("leaders", "key"),
    [
        ({"audit_rate": 13.0}, "audit_rate"),
        ({"career": {"learning": 13.0}}, "career.learning"),
    ],
)
def test_rates_of_one_level_above_one_a_tick_are_refused(leaders, key):
    with pytest.raises(ConfigError, match=re.escape(key)):
        rules(leaders={"township": leaders})


def test_fits_of_exactly_2_to_the_47_citizen_ticks_are_taken():
    """The ticks of the run limit those of a fit."""

    def built(refit: int, n_ticks: int):
        world = {"n_citizens": 2**30, "n_ticks": n_ticks, "distribution_every": n_ticks}
        return rules(world=world, regime={**MODEL, "model": {"refit": refit}})

    assert built(2**17, 2**17).refit == 2**17
    assert built(2**17 + 1, 2**17).refit == 2**17 + 1
    assert built(2**17, 2**17 + 1).refit == 2**17
    with pytest.raises(ConfigError, match="must be at most 2"):
        built(2**17 + 1, 2**17 + 1)


def test_regimes_without_scores_take_the_range_of_the_first():
    unscored = {"scorer": "none", "allocation": "lottery"}
    found = rules(
        regime={**unscored, "base": 1001},
        change=[(2, {**unscored, "base": 1002}), (4, {**unscored, "base": 1003})],
    )
    bases = [found.base, *(later.base for _, later in found.later)]
    assert bases == [256 * 1001] * 3


def test_scales_are_at_least_one_unit_of_money():
    found = rules(
        world={"acts": [{**act, "scale": 0.0001} for act in ACTS]},
        regime={"opt_in": {"scale": 0.0001}},
    )
    inverses = {act.inverse_scale for act in (*found.offences, *found.deeds)}
    assert inverses == {found.opt_inverse} == {ONE16 * 256}


def test_no_unit_means_are_marked_by_a_level_below_all():
    found = rules(world={"unit_means": None})
    assert (found.mean_level, found.mean_span, found.n_mean_units) == (-1, 0, 0)
    assert rules(world={"unit_means": "village"}).n_mean_units == 8


def test_scores_have_parts_under_an_index_and_a_black_box_alone():
    parts = {"index": True, "model": True, "ledger": False, "none": False}
    for scorer, expected in parts.items():
        regime = {"scorer": scorer, "memory_years": None, "allocation": "lottery"}
        assert rules(regime=regime).has_parts == expected


def test_a_given_table_is_by_the_score_of_the_first_kind_of_prize():
    table = {"kind": "table", "values": [0.0] * 128}
    kinds = {"loan": {"capacity": 0.1}, "flat": {"capacity": 0.1}}
    found = rules(world={"prize": kinds}, regime={"belief": table})
    assert [kind.bins for kind in found.prizes] == [1, 0]
    unscored = {"scorer": "none", "allocation": "lottery", "belief": table}
    found = rules(world={"prize": kinds}, regime=unscored)
    assert [kind.bins for kind in found.prizes] == [0, 0]


@pytest.mark.parametrize(("tenure", "ticks"), [(0.01, 1), (0.3, 4), (None, 0)])
def test_a_tenure_lasts_at_least_a_tick(tenure, ticks):
    assert rules(leaders={"all": {"tenure": tenure}}).tenure[:4] == (ticks,) * 4


def test_targets_have_limits():
    target = {"judged_by": "mean", "prize": 1000.0, "effort_cost": 0.001, "width": 0.01}
    found = rules(leaders={"all": {**BUSY, "target": target}})
    assert found.target_effort[0] == 4096 * ONE16
    assert found.target_width[0] == 3


@pytest.mark.parametrize(
    ("coverage", "bodies"), [(0.0, 0), (0.062, 0), (0.0625, 1), (0.1874, 1), (1.0, 8)]
)
def test_units_with_a_body_are_the_nearest_number(coverage, bodies):
    found = rules(regime={"appeal": {"level": "village", "coverage": coverage}})
    assert found.appeal_bodies == bodies
    assert bool(found.appeals) == bool(found.appeal_delay) == bool(bodies)


@pytest.mark.parametrize("off", [{"chance": 0.0}, {"reverses": []}])
def test_appeals_that_nobody_wins_are_none(off):
    found = rules(regime={"appeal": {"level": "village", "coverage": 1.0, **off}})
    assert (found.appeals, found.appeal_delay) == (0, 0)
