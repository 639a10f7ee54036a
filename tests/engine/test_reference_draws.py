"""Draws that equal a chance, and sums that equal a bound, in functions of the reference.

A chance n is that of the draws 0 .. n - 1. In a world a draw equals it once in 65,536
draws or less; here the draw is given.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace

import pytest
from support.dense_worlds import DENSE_CASES
from support.small_scenarios import rules

from scsfast.model.integers.fixed_point import FULL, ONE16
from scsfast.model.integers.rules import BY_COUNT, BY_NOTHING, INDEX
from scsfast.model.reference import (
    appeals,
    careers,
    consent,
    favouritism,
    prizes,
    records,
    scores,
    targets,
    world,
)
from scsfast.model.reference.reference import Month, Published, Reference
from scsfast.model.regime import ALLOCATIONS

CITIZEN = 0
ONE_LOG = 1 << 24  # inverse of a scale of 1/256: E(amount) = exp(-amount)
AT_1 = 24_109  # round(65536 exp(-1))


class Tally(Counter):
    """Counts of outputs by name."""

    def count(self, _table: str, output: str, *_where: int, by: int = 1) -> None:
        """Add to an output."""
        self[output] += by


@pytest.fixture(scope="module")
def twin() -> Reference:
    """Return a dense world before its first tick; tests change copies of it."""
    found = Reference(rules(**DENSE_CASES["dense: ledger"]), 35)
    found.published = [Published(found, i) for i in range(found.rules.n_citizens)]
    return found


def given(
    twin: Reference, draws=None, asked=None, citizen=None, **state
) -> tuple[Reference, Tally]:
    """Return a copy of a reference whose draws are given, and its counts.

    Parameters
    ----------
    twin : Reference
    draws : dict, optional
        Bits by purpose; of the others all bits are 0.
    asked : dict, optional
        Changes to its rules.
    citizen : dict, optional
        Traits of `CITIZEN`.
    **state
        Changes to other attributes.
    """
    of, tally = copy.copy(twin), Tally()
    of.rules = replace(twin.rules, **(asked or {}))
    of.world = copy.copy(twin.world)
    for name, value in (citizen or {}).items():
        setattr(of.world, name, [value] * of.rules.n_citizens)
    bits = {"deed_clerk": ONE16, "offence_clerk": ONE16} | (draws or {})
    of.draw = of.draws = lambda purpose, *_: bits.get(purpose, 0)
    of.outputs = tally
    for name, value in state.items():
        setattr(of, name, value)
    return of, tally


def offence(twin: Reference, **changes):
    """Return a negative act that the regime does not record, of which fines deter."""
    own = {"scored": 0, "due": 0, "penalty": 1, "inverse_scale": ONE_LOG}
    own |= {
        "until": 1 << 32,
        "only": 15,
        "seen": (ONE16,) * 4,
        "seen_low": (ONE16,) * 4,
    }
    return replace(twin.rules.offences[0], **{**own, **changes})


def deed(twin: Reference, **changes):
    """Return a positive act, free of charge, that the regime does not record."""
    own = {"scored": 0, "price": 0, "inverse_scale": ONE_LOG, "seen": (ONE16,) * 4}
    own |= {"until": 1 << 32, "only": 15}
    return replace(twin.rules.deeds[0], **{**own, **changes})


@pytest.mark.parametrize(("draw", "commits"), [(AT_1 - 1, 1), (AT_1, 0)])
def test_offence_is_committed_with_the_chance_of_its_cost(twin, draw, commits):
    asked = {"offences": (offence(twin),), "moral": 0}
    of, tally = given(twin, {"commit": draw}, asked)
    of.face_temptation(CITIZEN, Month())
    assert tally["temptations"] == 1
    assert tally["violations"] == commits


@pytest.mark.parametrize(("draw", "seen"), [(29_999, 1), (30_000, 0)])
def test_offence_is_seen_with_its_chance(twin, draw, seen):
    act = offence(twin, seen=(30_000,) * 4, seen_low=(30_000,) * 4)
    asked = {"offences": (act,), "moral": 0}
    of, tally = given(twin, {"offence_seen": draw}, asked)
    of.face_temptation(CITIZEN, Month())
    assert tally["violations"] == 1
    assert tally["violations_observed"] == seen


@pytest.mark.parametrize(("draw", "done"), [(ONE16 - AT_1 - 1, 1), (ONE16 - AT_1, 0)])
def test_unscored_deed_is_done_with_the_chance_of_its_own_worth(twin, draw, done):
    """Of worth 1 in itself and none for points, whatever they would be worth."""
    asked = {"deeds": (deed(twin),), "intrinsic": 256}
    of, tally = given(twin, {"do": draw, "fake": ONE16}, asked, {"quality": 1})
    of.use_free_time(CITIZEN, Month())
    assert tally["occasions"] == 1
    assert tally["deeds"] == done


@pytest.mark.parametrize("worth", [0, -5])
def test_points_that_cost_do_not_deter_from_a_deed(twin, monkeypatch, worth):
    monkeypatch.setattr(scores, "worth", lambda *_: worth)
    asked = {"deeds": (deed(twin, scored=1),), "intrinsic": 256, "recorded": 0}
    draws = {"do": ONE16 - AT_1 - 1, "fake": ONE16, "deed_seen": ONE16}
    of, tally = given(twin, draws, asked, {"quality": 1})
    of.use_free_time(CITIZEN, Month())
    assert tally["deeds"] == 1


@pytest.mark.parametrize(("draw", "moved"), [(ONE16 - AT_1 - 1, 0), (ONE16 - AT_1, 1)])
def test_points_move_to_a_deed_that_its_own_worth_would_not(
    twin, monkeypatch, draw, moved
):
    monkeypatch.setattr(scores, "worth", lambda *_: 1 << 20)
    asked = {"deeds": (deed(twin, scored=1),), "intrinsic": 256}
    draws = {"do": draw, "deed_seen": ONE16}
    of, tally = given(twin, draws, asked, {"quality": 1})
    assert of.use_free_time(CITIZEN, Month()) == moved
    assert (tally["deeds"], tally["deeds_moved"]) == (1, moved)


@pytest.mark.parametrize(("wealth", "done"), [(699, 0), (700, 1)])
def test_deed_is_done_by_those_who_can_pay_its_price(twin, monkeypatch, wealth, done):
    monkeypatch.setattr(scores, "worth", lambda *_: 1 << 26)
    asked = {"deeds": (deed(twin, scored=1, price=700),), "fake_cost": ONE16}
    draws = {"do": 0, "fake": ONE16, "deed_seen": ONE16}
    of, tally = given(twin, draws, asked, wealth=[wealth] * 60)
    of.use_free_time(CITIZEN, Month())
    assert tally["deeds"] == done


FAKED = {"guile": 128}  # of a net gain of 2, half: 1


@pytest.mark.parametrize(
    ("draw", "wealth", "faked"),
    [
        (ONE16 - AT_1 - 1, 700, 1),
        (ONE16 - AT_1, 700, 0),
        (ONE16 - AT_1 - 1, 699, 0),
    ],
)
def test_deed_is_faked_with_the_chance_of_its_net_gain_by_those_who_can_pay(
    twin, monkeypatch, draw, wealth, faked
):
    monkeypatch.setattr(scores, "worth", lambda *_: 702)
    asked = {"deeds": (deed(twin, scored=1, price=1_400),), "fake_cost": ONE16 // 2}
    asked |= {"inverse_fake": ONE_LOG}
    draws = {"do": 0, "fake": draw, "deed_seen": ONE16}
    of, tally = given(twin, draws, asked, FAKED, wealth=[wealth] * 60)
    of.use_free_time(CITIZEN, Month())
    assert (tally["deeds"], tally["deeds_faked"]) == (0, faked)


NEVER, HALF, ALWAYS = 0, ONE16 // 2, ONE16
FERMI = [(-1, NEVER), (0, HALF), (1, ALWAYS)]  # chances where selection is strong


@pytest.mark.parametrize(("difference", "copies"), FERMI)
@pytest.mark.parametrize("below", [0, 1])
def test_citizens_copy_by_the_fermi_rule(twin, difference, copies, below):
    """A draw that equals the chance does not copy, one below it does."""
    asked = {"selection": 1 << 26, "learning": ONE16}
    published = [Published(twin, 0) for _ in range(2)]
    for citizen, (payoff, strategy) in zip(published, [(7, 0), (7, 1)], strict=True):
        citizen.payoff, citizen.strategy = payoff, strategy
    published[1].payoff += difference
    draws = {"learner": 0, "learn": max(0, copies - below)}
    of, _ = given(twin, draws, asked, published=published)
    months = [Month(), Month()]
    of.learn(0, 1, months[0])
    copied = months[0].strategy == 1
    assert copied == bool(below and copies)


@pytest.mark.parametrize(("difference", "copies"), FERMI)
@pytest.mark.parametrize("below", [0, 1])
def test_leaders_copy_by_the_fermi_rule(twin, monkeypatch, difference, copies, below):
    monkeypatch.setattr(careers, "pay_off", lambda _twin, _level, unit, *_: pays[unit])
    pays = {0: 7, 1: 7 + difference}
    asked = {"career_selection": (1 << 32,) * 6}
    of, tally = given(twin, {"copies_0": max(0, copies - below)}, asked)
    of.world.manipulating = [[False, True]]
    careers.copy(of, 0, 0, [0, 1], (0, 1), [0, 0])
    assert tally["turned"] == bool(below and copies)


@pytest.mark.parametrize(("draw", "moves"), [(ONE16 - AT_1 - 1, 1), (ONE16 - AT_1, 0)])
def test_citizens_leave_for_the_least_gain_with_its_chance(twin, draw, moves):
    """The regime is worth nothing and costs 1/256 monthly income."""
    asked = {
        "sloped": 1,
        "slope": 0,
        "opt_cost": 1,
        "opt_inverse": ONE_LOG,
        "opt_rate": 1,
    }
    who = {"aware": True, "enrolled": True}
    of, tally = given(twin, {"opt": draw}, asked, who, score=[0] * 60)
    of.fair_score = [0] * 60
    consent.reconsider(of, CITIZEN)
    assert tally["opted_out"] == moves


@pytest.mark.parametrize("prior", [16, 160])
@pytest.mark.parametrize("outside", [0, 1, 10])
def test_value_outside_is_the_mean_prize_mixed_with_that_inside(twin, prior, outside):
    """One of those outside wins; inside 1 citizen in 4 does. Also where all are `prior`."""
    kind = replace(twin.rules.prizes[0], value=256)
    starting = [(0, 0, False)] * outside
    winners = [i == 0 for i in range(outside)]
    of, _ = given(
        twin, asked={"prior": prior}, starting=starting, winners=[winners],
        outside=[[0, 0, 0]], bin_count=[[64]], bin_wins=[[16]],
    )  # fmt: skip
    consent.learn_outside(of, 0, kind)
    share = (16 * bool(outside) + prior / 4) / (16 * outside + prior)
    assert of.outside[0][2] == pytest.approx(share * 2**16, abs=1)


def test_prizes_that_a_regime_does_not_decide_are_worth_nothing_inside(twin):
    kind = replace(twin.rules.prizes[0], bins=BY_NOTHING)
    assert consent.inside(twin, CITIZEN, kind, [77] * 128, twin.rules.ceiling) == 0


@pytest.mark.parametrize(("draw", "is_dissenter"), [(999, True), (1_000, False)])
def test_placebo_draws_dissenters_with_their_share(twin, draw, is_dissenter):
    asked = {"placebo": 1, "dissenter": 1_000}
    of, _ = given(twin, {"placebo_dissenter": draw}, asked)
    assert favouritism.is_dissenter(of, CITIZEN) == is_dissenter


@pytest.mark.parametrize(("draw", "is_tied"), [(999, True), (1_000, False)])
def test_placebo_draws_clients_with_their_share(twin, draw, is_tied):
    asked = {"placebo": 1, "tie_share": (1_000,) * 6}
    of, _ = given(twin, {"placebo_client_1": draw}, asked)
    assert favouritism.is_tied(of, CITIZEN, 1) == is_tied


def by_rule(twin: Reference, rule: str, **asked) -> dict:
    """Return rules whose first kind of prize is allocated by a rule."""
    kind = replace(twin.rules.prizes[0], rule=ALLOCATIONS.index(rule), desk_bonus=1)
    return {"prizes": (kind,), "at_base": 0, "scored": 1, **asked}


def test_lowest_grade_ranks_before_citizens_without_a_score(twin):
    asked = by_rule(twin, "grade")
    lowest = {name: [twin.rules.floor] * 60 for name in ("score", "fair_score")}
    ranks = []
    for enrolled in (True, False):
        of, _ = given(twin, asked=asked, citizen={"enrolled": enrolled}, **lowest)
        of.world.manipulating = [[False] * 60 for _ in range(4)]
        ranks.append(prizes.rank(of, 0, CITIZEN, 5, 7))
    assert ranks == [(1, 1, 7), (0, 0, 7)]


def test_desk_adds_its_points_to_the_weight_in_a_lottery(twin):
    """A score of the floor with a bonus of 1 point ranks as a score of 1 point more."""
    asked, draw = by_rule(twin, "proportional"), {"weighted_0": 1 << 30}
    who = {"enrolled": True, "tied": [True] * 4, "manipulating": [True] * 60}
    ranks = []
    for points, manipulated in ((0, True), (256, False)):
        score = [twin.rules.floor + points] * 60
        of, _ = given(twin, draw, asked, who, score=score, fair_score=score)
        of.world.manipulating = [[manipulated] * 60 for _ in range(4)]
        ranks.append(prizes.rank(of, 0, CITIZEN, 5, 7)[0])
    assert ranks[0] == ranks[1] == prizes.weighted(1 << 30, 256)
    assert len({prizes.weighted(1 << 30, weight) for weight in (255, 256, 257)}) == 3


@pytest.mark.parametrize(
    ("wealth", "score", "sold"),
    [(900, 999, 1), (899, 999, 0), (900, 1_000, 0), (900, 949, 0), (900, 950, 1)],
)
def test_points_are_sold_to_those_who_can_pay_and_are_below_a_cut(
    twin, wealth, score, sold
):
    """50 points for 900, with a cut at 1,000."""
    asked = {
        "sale_cuts": (1_000,), "sale_points": (50,) * 6, "sale_price": (900,) * 6,
        "sale_rate": (1 << 32,) * 6, "recorded": 1,
    }  # fmt: skip
    who = {"enrolled": True, "means": 255, "bought": False}
    state = {"wealth": [wealth] * 60, "score": [score] * 60, "listed": [0] * 60}
    of, tally = given(
        twin, {}, asked, who, **state, bribes=[[0] * 60 for _ in range(4)]
    )
    of.world.manipulating = [[True] * 60 for _ in range(4)]
    of.world.tied = [[True] * 4 for _ in range(60)]
    records.sell(of, CITIZEN, Month())
    assert tally["sold"] == sold


@pytest.mark.parametrize(("draw", "granted"), [(999, 1), (1_000, 0)])
def test_appeal_body_decides_for_a_leader_it_is_tied_to_with_the_chance_of_a_tie(
    twin, draw, granted
):
    """Of an act on a citizen that the body would not reverse otherwise."""
    of, tally = given(
        twin, {"lot": 10, "appeal_tie": draw},
        {"appeal_chance": 11, "appeal_grants": 10, "appeals": 255},
    )  # fmt: skip
    of.rules = replace(of.rules, tie=0 * of.rules.tie + 1_000)
    of.bodies = [True] * 60
    of.remedy_points = [[0] * 60 for _ in range(of.rules.appeal_delay)]
    of.remedy_marks = [[0] * 60 for _ in range(of.rules.appeal_delay)]
    appeals.contest(of, CITIZEN, "framed", 0, (5, 0), "lot")
    assert (tally["appeals"], tally["appeals_granted"]) == (1, granted)


@pytest.mark.parametrize(("draw", "level"), [(999, 0), (1_000, 1), (1_999, None)])
def test_records_are_hushed_up_with_the_chance_of_each_level(twin, draw, level):
    """1,000 of 65,536 in the village; 1,000 of the rest, 984 rounded up, in the township."""
    asked = {"target": (BY_COUNT,) * 6, "deciding": 1}
    hush = [[1_000] * 60 for _ in range(4)]
    of, _ = given(twin, {"hush_offence": draw}, asked, hush=hush)
    assert targets.hushed_at(of, CITIZEN, 1, "hush_offence") == level


@pytest.mark.parametrize("history", [0, 1, 2, FULL])
@pytest.mark.parametrize("positive", [0, 1])
def test_mark_in_an_index_is_worth_the_weight_of_the_history(twin, positive, history):
    """The history moves to 0 or 1, here at once."""
    asked = {
        "scorer": INDEX, "record_weight": ONE16,
        "weights": (30_000, 1, 2, 3, 4), "floor": 0, "ceiling": 1 << 20,
    }  # fmt: skip
    of, _ = given(twin, asked=asked, fair_history=[history] * 60)
    moved = (FULL if positive else 0) - history
    expected = (30_000 * moved // 2**16) * 2**20 // 2**16
    assert scores.foreseen(of, CITIZEN, deed(twin, positive=positive)) == expected


def test_draws_of_a_campaign_are_whole_words_of_their_block():
    draws = world.Draws(35 << 32 | 7, 3)
    found = [draws.of_campaign("stratum", level) for level in range(6)]
    plan = world.PLAN["stratum"]
    words = [world.philox((k, 0, 0, plan.block), draws.seed) for k in range(6)]
    assert found == [block[plan.word] for block in words]
    assert {word % 2 for word in found} == {0, 1}
