"""Scores in the reference: ledger, index, black box, list, and the worth of points.

Plain Python, one citizen at a time; `twin` is the `Reference` whose tick it is. The fair
score is computed in the same way from the same observations, without leaders' acts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers import ridge
from ..integers.fixed_point import FULL, NO_LIMIT
from ..integers.rules import (
    BY_CUT,
    BY_GRADE,
    BY_LIST,
    BY_NOTHING,
    BY_SCORE,
    INDEX,
    LEDGER,
    MODEL,
)
from ..scorers import FEATURES
from . import appeals, careers, misfiling
from .favouritism import is_dissenter
from .orders import is_client, manipulates
from .world import clamp, toward_zero, wealth_bin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..integers.rules import ActRule, PrizeRule, Rules
    from .reference import Month, Reference

MOST_OF_A_YEAR = 1 << 28  # points of one cohort stay within this
HISTORY = FEATURES.index("history")
RURAL, MIGRANT = 1, 2  # as population.GROUPS
N_BINS = 128


def begin(twin: Reference) -> None:
    """Set up the state of the scorer other than the score."""
    rules, n = twin.rules, twin.rules.n_citizens
    start = rules.history_start
    twin.history, twin.fair_history = [start] * n, [start] * n
    twin.circle, twin.fair_circle = [start] * n, [start] * n
    twin.cohorts = [[0] * n for _ in range(rules.n_cohorts)]
    twin.fair_cohorts = [[0] * n for _ in range(rules.n_cohorts)]
    twin.fits = [ridge.nothing(len(FEATURES)) for _ in range(2)]  # actual, fair
    twin.sums = [ridge.no_sums(len(FEATURES)) for _ in range(2)]
    twin.belief = [[0] * N_BINS for _ in rules.prizes]
    twin.belief[0] = [int(value) for value in rules.belief]
    twin.bin_count = [[0] * N_BINS for _ in rules.prizes]
    twin.bin_wins = [[0] * N_BINS for _ in rules.prizes]
    appeals.begin(twin)
    misfiling.begin(twin)
    careers.begin(twin)


def change(twin: Reference) -> None:
    """Start another regime; scores and the list are kept if it has them."""
    rules, citizens = twin.rules, range(twin.rules.n_citizens)
    begin(twin)
    twin.violated = [False for _ in citizens]
    for scores, cohorts in (
        (twin.score, twin.cohorts),
        (twin.fair_score, twin.fair_cohorts),
    ):
        for i in citizens:
            kept = rules.scored and twin.world.enrolled[i]
            scores[i] = (
                clamp(scores[i], rules.floor, rules.ceiling) if kept else rules.base
            )
            if cohorts:
                cohorts[year(twin)][i] = scores[i] - rules.base
    if not rules.listing:
        twin.listed = [0 for _ in citizens]
        twin.fair_listed = [0 for _ in citizens]


def year(twin: Reference) -> int:
    """Return which cohort this tick's points belong to."""
    return twin.now // twin.rules.ticks_per_year % twin.rules.n_cohorts


# What others see ----------------------------------------------------------------------


def good_standing(rules: Rules, score: int, listed: int) -> bool:
    """Return whether a score is high enough and its owner not listed."""
    return score >= rules.good_from and not listed


def level(rules: Rules, score: int) -> int:
    """Return a score as 0 .. 255 over the regime's range."""
    return (score - rules.floor) * rules.level_factor >> 32


# What points are worth ----------------------------------------------------------------


def worth(twin: Reference, i: int, act: ActRule) -> int:
    """Return the worth of a record of an act to citizen i: money, signed."""
    rules = twin.rules
    if not (twin.world.aware[i] and twin.world.enrolled[i]):
        return 0
    difference = 0
    if rules.sloped:
        difference = rules.slope * (act.points + foreseen(twin, i, act)) >> 16
    else:
        score, points = twin.score[i], act.points + foreseen(twin, i, act)
        moved = clamp(min(score + points, act.limit), rules.floor, rules.ceiling)
        for kind, belief in zip(rules.prizes, twin.belief, strict=True):
            if kind.bins == BY_SCORE:
                difference += value_of(rules, belief, moved)
                difference -= value_of(rules, belief, score)
            elif kind.bins == BY_GRADE:
                difference += belief[grade(rules, moved)] - belief[grade(rules, score)]
            elif kind.bins == BY_CUT:
                difference += belief[moved >= kind.cut] - belief[score >= kind.cut]
            elif kind.bins == BY_LIST and act.lists and not twin.listed[i]:
                difference += belief[1] - belief[0]
    size = rules.foresight * abs(difference) >> 24
    return size if difference >= 0 else -size


def foreseen(twin: Reference, i: int, act: ActRule) -> int:
    """Return the points of target that a record's mark in the history is good for.

    The honest rules apply: the fair history, the index's own weights, the fair fit.
    """
    rules = twin.rules
    if not rules.has_parts:
        return 0
    target = FULL if act.positive else 0
    marked = toward_zero(target - twin.fair_history[i], rules.record_weight)
    span = rules.ceiling - rules.floor
    if rules.scorer == INDEX:
        return (rules.weights[0] * marked >> 16) * span >> 16
    _, weights = twin.fits[1]
    return clamp(-weights[HISTORY] * (marked >> 8) >> 16, -span, span)


def value_of(rules: Rules, belief: list[int], score: int) -> int:
    """Return B(score): the mean prize per tick, linear between bin centres."""
    position = ((score - rules.floor) * rules.bin_factor >> 24) - 128
    position = clamp(position, 0, 127 * 256)
    k, part = position >> 8, position & 255
    here, above = belief[k], belief[min(k + 1, 127)]
    return here + ((above - here) * part >> 8)


def grade(rules: Rules, score: int) -> int:
    """Return the number of the grade of a score, the lowest is 0."""
    return sum(score >= cut for cut in rules.cuts)


def learn(twin: Reference) -> None:
    """Refit the black box when it is due; update B from this tick's prizes."""
    rules = twin.rules
    if rules.scorer == MODEL and (twin.now + 1) % rules.refit == 0:
        twin.fits = [ridge.fit(sums, rules.ridge, rules.gain) for sums in twin.sums]
        twin.sums = [ridge.no_sums(len(FEATURES)) for _ in range(2)]
    for number, kind in enumerate(rules.prizes):
        if kind.learns:
            learn_value(twin, number, kind)


def learn_value(twin: Reference, number: int, kind: PrizeRule) -> None:
    """Update B of one kind of prize from the citizens and winners of each bin."""
    rules, bins, belief = twin.rules, range(N_BINS), twin.belief[number]
    counts = [c - c // rules.belief_memory for c in twin.bin_count[number]]
    wins = [w - w // rules.belief_memory for w in twin.bin_wins[number]]
    for i, (score, listed, enrolled) in enumerate(twin.starting):
        if enrolled:
            k = bin_of(rules, kind, score, listed)
            counts[k] += 16
            wins[k] += 16 * twin.winners[number][i]
    twin.bin_count[number], twin.bin_wins[number] = counts, wins
    total = sum(counts)
    mean = (sum(wins) << 20) // total if total else 0
    value = kind.value << 8
    filled = [k for k in bins if counts[k]]
    for k in filled:
        share = (wins[k] << 20) + rules.prior * mean
        belief[k] = value * (share // (counts[k] + rules.prior)) >> 20
    for k in bins:
        if filled and not counts[k]:
            belief[k] = belief[min(filled, key=lambda other: (abs(other - k), other))]


def bin_of(rules: Rules, kind: PrizeRule, score: int, listed: int) -> int:
    """Return the bin of B that a citizen belongs to."""
    if kind.bins == BY_GRADE:
        return grade(rules, score)
    if kind.bins == BY_LIST:
        return int(listed > 0)
    if kind.bins == BY_CUT:
        return int(score >= kind.cut)
    assert kind.bins != BY_NOTHING
    return (score - rules.floor) * rules.bin_factor >> 32


# Parts of an index, features of a black box --------------------------------------------


def capacity(twin: Reference, i: int) -> int:
    """Return the capacity part: wealth, saturating."""
    return int(twin.rules.capacity_table[wealth_bin(twin.wealth[i])])


def behaviour(twin: Reference, i: int) -> int:
    """Return the behaviour part: the payoff, one half where it is 0."""
    return clamp(32768 + (twin.payoff[i] * twin.rules.behaviour_slope >> 16), 0, FULL)


def note_features(twin: Reference, i: int) -> None:
    """Note the features of citizen i for the black box at the start of the tick."""
    if twin.rules.scorer != MODEL:
        return
    group, published = twin.world.group[i], twin.published[i]
    twin.features = [
        [
            1,
            history[i] >> 8,
            capacity(twin, i) >> 8,
            behaviour(twin, i) >> 8,
            circle[i] >> 8,
            255 * (group == RURAL),
            255 * (group == MIGRANT),
            255 * (not good),
        ]
        for history, circle, good in (
            (twin.history, twin.circle, published.good),
            (twin.fair_history, twin.fair_circle, published.fair_good),
        )
    ]


def index_target(
    twin: Reference, i: int, history: int, circle: int, weights: Sequence[int]
) -> int:
    """Return the score that the five parts add up to."""
    rules = twin.rules
    identity = rules.identity[twin.world.group[i]]
    parts = (history, capacity(twin, i), behaviour(twin, i), identity, circle)
    total = sum(int(w) * part for w, part in zip(weights, parts, strict=True)) >> 16
    return rules.floor + (total * (rules.ceiling - rules.floor) >> 16)


def tilt(twin: Reference, i: int) -> int:
    """Return the points by which leaders tilt the target of citizen i."""
    rules, total = twin.rules, 0
    for at in range(rules.deciding + 1):
        if not (rules.tilt[at] and manipulates(twin, i, at)):
            continue
        client = is_client(twin, i, at)
        if client or is_dissenter(twin, i):
            twin.outputs.count("by_level", "tilted", at)
            total += rules.tilt[at] if client else -rules.tilt[at]
    return total


# Settling -----------------------------------------------------------------------------


def settle(twin: Reference, i: int, month: Month) -> None:
    """Set the new scores of citizen i."""
    rules = twin.rules
    if rules.has_parts and month.other is not None:
        partner = twin.published[month.other]
        twin.circle[i] += toward_zero(
            257 * partner.level - twin.circle[i], rules.circle_weight
        )
        twin.fair_circle[i] += toward_zero(
            257 * partner.fair_level - twin.fair_circle[i], rules.circle_weight
        )
    if not (rules.scored and twin.world.enrolled[i]):
        return
    limit = min(month.limits, default=NO_LIMIT)
    fair_limit = min(month.fair_limits, default=NO_LIMIT)
    twin.outputs.count("sums", "dropped", by=limit < NO_LIMIT)
    if rules.scorer == LEDGER:
        settle_ledger(twin, i, twin.score, twin.cohorts, month.points, limit)
        settle_ledger(
            twin, i, twin.fair_score, twin.fair_cohorts, month.fair_points, fair_limit
        )
        return
    manipulated = twin.world.leader_manipulates(i, rules.deciding)
    tilted = tilt(twin, i)
    if rules.scorer == INDEX:
        weights = rules.manipulated_weights if manipulated else rules.weights
        target = index_target(twin, i, twin.history[i], twin.circle[i], weights)
        fair_target = index_target(
            twin, i, twin.fair_history[i], twin.fair_circle[i], rules.weights
        )
    else:
        for sums, features, violated in zip(
            twin.sums,
            twin.features,
            (month.violated, month.fair_violated),
            strict=True,
        ):
            ridge.add(sums, features, violated)
        target, fair_target = (
            rules.base + ridge.predict(fit, features)
            for fit, features in zip(twin.fits, twin.features, strict=True)
        )
    for scores, goal, points, most in (
        (twin.score, target + tilted, month.points, limit),
        (twin.fair_score, fair_target, month.fair_points, fair_limit),
    ):
        goal = clamp(goal, rules.floor, rules.ceiling)
        moved = scores[i] + toward_zero(goal - scores[i], rules.score_rate) + points
        scores[i] = clamp(min(moved, most), rules.floor, rules.ceiling)


def settle_ledger(
    twin: Reference,
    i: int,
    scores: list[int],
    cohorts: list[list[int]],
    points: int,
    limit: int,
) -> None:
    """Apply drift or expiry, then the tick's points, grade rules and the clamp."""
    rules = twin.rules
    if not cohorts:
        drifted = scores[i] + toward_zero(rules.base - scores[i], rules.drift)
        scores[i] = clamp(min(drifted + points, limit), rules.floor, rules.ceiling)
        return
    cohort = cohorts[year(twin)]
    if twin.now % rules.ticks_per_year == 0 and twin.now > rules.begins:
        cohort[i] = 0
    cohort[i] = clamp(cohort[i] + points, -MOST_OF_A_YEAR, MOST_OF_A_YEAR)
    total = rules.base + sum(each[i] for each in cohorts)
    if total > limit:
        kept = clamp(cohort[i] - (total - limit), -MOST_OF_A_YEAR, MOST_OF_A_YEAR)
        total += kept - cohort[i]
        cohort[i] = kept
    scores[i] = clamp(total, rules.floor, rules.ceiling)


def update_list(twin: Reference, i: int, month: Month) -> None:
    """Update the list: one tick less, early exits by performance, entries, other exits."""
    rules, count = twin.rules, twin.outputs.count
    if not rules.listing:
        return
    performs = twin.draw("perform", i) < rules.list_exit * twin.world.quality[i] >> 8
    for listed, severe, entries, taken_off in (
        (twin.listed, month.severe, "listings", month.taken_off),
        (twin.fair_listed, month.fair_severe, "fair_listings", False),
    ):
        left = max(0, listed[i] - 1)
        if left and performs:
            left = 0
            if listed is twin.listed:
                count("sums", "performed")
        if left and month.repaired and rules.list_repair:
            count("sums", "repaired", by=listed is twin.listed)
            left = max(0, left - rules.list_repair)
        if severe and twin.world.enrolled[i]:
            count("sums", entries, by=not left)
            left = min(rules.list_term + (rules.list_extension if left else 0), 255)
        if left and taken_off:
            left = 0
            count("sums", "taken_off")
        listed[i] = left
