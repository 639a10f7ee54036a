"""Parts of the reference against formulas of their own, and states at their bounds."""

from dataclasses import replace
from decimal import Decimal, getcontext
from types import SimpleNamespace

import numpy as np
import pytest
from support.dense_worlds import DENSE_CASES, dense
from support.small_scenarios import rules

from scsfast.engine.check import differences
from scsfast.engine.simulation import Simulation
from scsfast.model import outcomes
from scsfast.model.reference import (
    appeals,
    careers,
    consent,
    prizes,
    scores,
    targets,
    world,
)
from scsfast.model.reference.reference import Published, Reference
from scsfast.model.regime import ALLOCATIONS


@pytest.fixture(scope="module")
def twin() -> Reference:
    """Return a dense world before its first tick; tests do not run it."""
    return Reference(rules(**DENSE_CASES["dense: ledger"]), 35)


@pytest.mark.parametrize("draw", [0, 1, 12_345, 2**31, 2**32 - 2, 2**32 - 1])
@pytest.mark.parametrize("weight", [1, 2, 3, 1_000, 2**24 + 1])
def test_rank_in_a_weighted_lottery_is_the_logarithm_of_weight_over_waiting(
    draw, weight
):
    """-log2(1 - u) is the waiting time, u the middle of the draw's interval."""
    getcontext().prec = 40
    waiting = -(1 - Decimal(2 * draw + 1) / 2**33).ln() / Decimal(2).ln()
    exact = 1024 * (6 + (weight / waiting).ln() / Decimal(2).ln())
    assert -1 < prizes.weighted(draw, weight) - exact < Decimal("0.1")
    assert prizes.weighted(draw, weight) > prizes.weighted(draw, 0) == 0


def test_chance_is_an_exponential_function_and_then_0():
    exact = np.rint(65536 * np.exp(-np.arange(4096) / 256))
    assert [world.chance(x) for x in range(4096)] == exact.tolist()
    assert world.chance(-1) == 65536
    assert world.chance(4096) == world.chance(10**9) == 0


def test_wealth_bins_are_those_that_outputs_name():
    starts = 256 * np.array(outcomes.wealth_bin_starts())
    wealth = np.arange(5_000)
    expected = np.searchsorted(starts, wealth, "right") - 1
    assert [world.wealth_bin(int(w)) for w in wealth] == expected.tolist()


@pytest.mark.parametrize("means", [0, 1, 2, 255])
@pytest.mark.parametrize("price", range(1, 900, 53))
def test_mean_cost_of_a_deed_has_the_price_by_income(twin, means, price):
    act = replace(twin.rules.deeds[0], price=price, scale=77)
    of = SimpleNamespace(
        rules=SimpleNamespace(price_weight=98_304),  # 1.5
        world=SimpleNamespace(means=[means]),
    )
    felt = price * 98_304 // (max(1, means) * 4096)
    expected = round(2**24 / (77 + felt)) if felt else act.inverse_scale
    assert Reference.inverse_cost(of, 0, act) == expected


def test_published_payoffs_keep_16_bits(twin):
    for payoff, published in ((1 << 30, 32767), (-1 << 30, -32768), (640, 10)):
        twin.payoff[0] = payoff
        assert Published(twin, 0).payoff == published


def test_two_reversals_of_a_tick_keep_the_lower_grade():
    lower, upper = 1 << appeals.GRADE, 2 << appeals.GRADE
    assert appeals.joined(lower | 2, upper | 4) == appeals.joined(upper | 4, lower | 2)
    assert appeals.joined(lower | 2, upper | 4) == lower | 6
    assert appeals.joined(0, upper) == upper
    assert appeals.joined(upper | 1, lower | upper) == upper | 1


@pytest.mark.parametrize("quality", [0, 100, 255])
def test_hopes_are_the_outlook_at_the_ends_of_quality(twin, quality):
    asked = replace(twin.rules, outlook=256 * 60)
    expected = asked.base + asked.outlook * (2 * quality - 255) // 256
    assert consent.hoped(asked, quality) == expected


def test_gain_from_joining_has_the_sign_of_its_difference(twin):
    """Also where the difference is one unit, as with the longest foresight."""
    of = SimpleNamespace(
        rules=replace(twin.rules, sloped=1, slope=1, foresight=1 << 28, opt_cost=3),
        world=SimpleNamespace(enrolled=[True]),
        score=[twin.rules.base - 5],
    )
    assert consent.gain(of, 0) == -16 - 3
    of.score = [twin.rules.base + 65_536]
    assert consent.gain(of, 0) == 16 - 3


def test_worth_of_points_has_the_sign_of_its_difference(twin):
    of = SimpleNamespace(
        rules=replace(twin.rules, sloped=1, slope=1, foresight=1 << 28),
        world=SimpleNamespace(aware=[True], enrolled=[True]),
    )
    for points, worth in ((-5, -16), (65_536, 16)):
        assert scores.worth(of, 0, replace(twin.rules.deeds[0], points=points)) == worth


def test_pay_off_of_a_leader_is_favours_bribes_and_standing_less_audits(twin):
    rules_of_leaders = {"favour_value": 1_000, "standing_value": 900, "audit_cost": 77}
    values = {name: (value,) * 6 for name, value in rules_of_leaders.items()}
    asked = replace(twin.rules, sale_price=(50,) * 6, **values)
    of = SimpleNamespace(rules=asked, world=SimpleNamespace(manipulating=[[True] * 20]))
    careers.begin(of)
    assert careers.pay_off(of, 0, 2, [1, 2, 3, 4], [9, 9, 9, 5, 4]) == 900 * 2 // 3 - 77
    for i in (6, 7, 7):  # of unit 2, which has three citizens
        careers.note_favour(of, i, 0)
        careers.note_bribe(of, i, 0)
    earned = (3 * 1_000 + 3 * 50 * 256) // 3
    assert careers.pay_off(of, 0, 2, [1, 2, 3], [9, 9, 9, 9]) == earned - 77
    of.world.manipulating[0][2] = False
    assert careers.pay_off(of, 0, 2, [1, 2, 3], [9, 8, 9, 7]) == earned + 900


def test_truncation_is_toward_0():
    assert [world.toward_zero(amount, 65_535) for amount in (-2, -1, 0, 1)] == [
        -1,
        0,
        0,
        0,
    ]
    assert world.toward_zero(-1, 1) == 0


def test_belief_at_the_floor_is_that_of_the_lowest_bin(twin):
    assert scores.value_of(twin.rules, [0, *[-1] * 127], twin.rules.floor) == 0


def test_recorded_violations_are_counted_per_1000_citizens(twin):
    twin.violated = [i % 3 == 0 for i in range(60)]
    expected = [
        256_000 * sum(twin.violated[i] for i in citizens) // len(citizens)
        for citizens in (twin.rules.citizens_of(1, unit) for unit in range(4))
    ]
    assert targets.counts(twin, 1) == expected
    twin.violated = [True] * 60
    assert targets.counts(twin, 1) == [256_000] * 4


def test_bids_are_need_by_wealth_up_to_65000(twin):
    kind = replace(twin.rules.prizes[0], rule=ALLOCATIONS.index("market"))
    of = SimpleNamespace(
        rules=replace(twin.rules, prizes=(kind,)), world=twin.world, listed=twin.listed,
        score=twin.score, fair_score=twin.fair_score, wealth=[0],
        fair_listed=twin.fair_listed,
    )  # fmt: skip
    for need, months, bid in (
        (209, 311, 64_999),
        (200, 325, 65_000),
        (255, 999, 65_000),
    ):
        of.wealth = [256 * months + 255]
        assert prizes.rank(of, 0, 0, need, 7) == (bid, bid, 7)


RICH = {name: {"value": 16384.0, "wealth": 16384.0, "capacity": 1.0, "need_from": 0.0}
        for name in ("loan", "school", "ticket", "flat")}  # fmt: skip
BOUNDS = {  # state: the value that it may not pass
    "wealth": 2**30,
    "prizes": 2**16 - 1,
}


@pytest.mark.parametrize("below", [0, 1])
def test_kernel_equals_reference_at_the_bounds_of_wealth_and_prizes(below):
    asked = replace(rules(**dense({"prize": RICH})), wealth_rate=0)
    kernel, reference = Simulation(asked, 35), Reference(asked, 35)
    for name, bound in BOUNDS.items():
        kernel.arrays[name][:] = bound - below
        setattr(reference, name, [bound - below] * asked.n_citizens)
    for _ in range(4):
        kernel.run(1)
        reference.run(1)
        assert differences(kernel, reference) == []
    assert kernel.arrays["wealth"].max() == BOUNDS["wealth"]
    assert kernel.arrays["prizes"].max() == BOUNDS["prizes"]


@pytest.mark.parametrize("sign", [-1, 1])
def test_kernel_equals_reference_at_the_bounds_of_points_of_a_year(sign):
    """Of citizens who are all in the regime and stay."""
    regime = {"memory_years": None, "valid_years": 2, "opt_in": None, "enrolled": 1.0}
    asked = rules(**dense(regime=regime))
    kernel, reference = Simulation(asked, 35), Reference(asked, 35)
    for cohorts in ("cohorts", "fair_cohorts"):
        for ours, theirs in zip(
            kernel.arrays[cohorts], getattr(reference, cohorts), strict=False
        ):
            ours[:] = sign * 2**28
            theirs[:] = [sign * 2**28] * asked.n_citizens
    for _ in range(3):
        kernel.run(1)
        reference.run(1)
        assert differences(kernel, reference) == []
    assert abs(kernel.arrays["cohorts"][1]).max() == 2**28
