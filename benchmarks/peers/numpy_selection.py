"""Selection and measurement in NumPy, for the peers that keep or collect arrays.

`model` has ``rules``, ``world``, ``now``, the arrays of citizens, and ``of``, the tick's
rows of the output tables.
"""

import numpy as np
from common import (
    BY_GRADE,
    BY_GROUP,
    BY_LEVEL,
    BY_PRIZE,
    BY_STRATUM,
    BY_TIE,
    SUMS,
    tie_masks,
)
from philox import philox

from scsfast.model.draws import LOTS


def allot(model) -> np.ndarray:
    """Hand out the prizes of every pool; return who won."""
    n, span = model.rules.n_citizens, model.rules.prizes[0].pool_span
    won = np.zeros(n, bool)
    for first in range(0, n, span):
        allot_pool(model, first, min(first + span, n), won)
    return won


def allot_pool(model, first: int, stop: int, won: np.ndarray) -> None:
    """Hand out the prizes of one pool."""
    rules, w, of, prize = model.rules, model.world, model.of, model.rules.prizes[0]
    need = model.need[first:stop].astype(np.int64)
    i = np.flatnonzero(need >= prize.need_from) + first
    need, quality = need[i - first], w.quality[i]
    value = need * quality
    lot = philox(i, model.now, LOTS)[0] & 0xFFFF
    ties = lot << 31 | 0x7FFFFFFF - i
    lifted = (w.ties[i] & w.manipulating[i]) >> prize.desk_level & 1
    lifted *= prize.desk_bonus > 0
    of.by_level[prize.desk_level, BY_LEVEL.desk_lifted] += lifted.sum()
    share = (prize.capacity * stop >> 32) - (prize.capacity * first >> 32)
    places = min(share, len(i))
    row = of.by_prize[0]
    row[BY_PRIZE.places] += places
    if len(i):
        mean = (int(value.sum()) << 16) // len(i)
        row[BY_PRIZE.lottery_prize_value] += places * mean
    ranks = (
        (model.score[i] - rules.floor >> 8) + 1 + prize.desk_bonus * lifted,
        (model.fair_score[i] - rules.floor >> 8) + 1,
        value,
        quality,
        need,
    )
    chosen = [best(rank, ties, places) for rank in ranks]
    won[i] = chosen[0]
    count_applicants(model, i, need, value, chosen)


def best(ranks: np.ndarray, ties: np.ndarray, places: int) -> np.ndarray:
    """Return which applicants are among the first `places` by rank, ties by lot."""
    if not places:
        return np.zeros(len(ranks), bool)
    order = ranks << 47 | ties
    return order >= np.partition(order, -places)[-places]


def count_applicants(model, i, need, value, chosen) -> None:
    """Record the applicants of a pool by yardsticks, group, ties and favour."""
    rules, w, of = model.rules, model.world, model.of
    won, fair, oracle, by_quality, by_need = chosen
    favoured, opposed = standing(rules, w, i)
    row, moved, quality = of.by_prize[0], won & ~fair, w.quality[i]
    row[BY_PRIZE.applicants] += len(i)
    for name, found in {
        "prizes": won,
        "prize_value": value[won],
        "fair_prize_value": value[fair],
        "oracle_prize_value": value[oracle],
        "prizes_moved": moved,
        "quality_prize_value": value[by_quality],
        "need_prize_value": value[by_need],
        "winners_quality": quality[won],
        "winners_need": need[won],
        "prizes_again": won & (model.prizes[i] > 0),
        "favoured_prizes": won & favoured,
        "favoured_fair_prizes": fair & favoured,
        "opposed_prizes": won & opposed,
        "opposed_fair_prizes": fair & opposed,
    }.items():
        row[getattr(BY_PRIZE, name)] += found.sum()
    worth = (rules.prizes[0].value * value[won] >> 16).sum()
    of.sums[SUMS.prize_worth] += worth
    of.sums[SUMS.welfare] += worth
    group, tercile = w.group[i], w.tercile[i]
    for name, found in {"group_prizes": won, "group_fair_prizes": fair}.items():
        column = getattr(BY_GROUP, name)
        of.by_group[:, column] += np.bincount(group[found], minlength=4)
    for tie, of_tie in enumerate(tie_masks(rules, w.ties[i])):
        for name, found in {"prizes": won, "fair_prizes": fair}.items():
            column = getattr(BY_TIE, f"connected_{name}")
            hits = np.bincount(tercile[of_tie & found], minlength=3)
            of.by_tie[tie, :, column] += hits
    stratum = 2 * group + (w.ties[i] > 0)
    for name, found, weights in (
        ("applicants", None, None),
        ("applicant_value", None, value),
        ("prizes", won, None),
        ("fair_prizes", fair, None),
        ("prizes_moved", moved, None),
        ("prize_value", won, value),
        ("quality_prizes", by_quality, None),
        ("quality_prize_value", by_quality, value),
        ("winners_quality", won, quality),
        ("winners_need", won, need),
    ):
        at = slice(None) if found is None else found
        by = None if weights is None else weights[at]
        hits = np.bincount(stratum[at], by, minlength=8).astype(np.int64)
        of.by_stratum[..., getattr(BY_STRATUM, f"stratum_{name}")] += hits.reshape(4, 2)


def standing(rules, w, i) -> tuple[np.ndarray, np.ndarray]:
    """Return which citizens a leader favours, and which one opposes."""
    prize, levels = rules.prizes[0], range(rules.n_levels)
    at_desk = [prize.desk_bonus and level == prize.desk_level for level in levels]
    favours = sum(1 << k for k in levels if rules.favours[k] or at_desk[k])
    opposes = sum(1 << k for k in levels if rules.opposes[k])
    ties, manipulating = w.ties[i], w.manipulating[i]
    favoured = ties & manipulating & favours > 0
    opposed = w.dissenter[i] & (~ties & manipulating & opposes > 0)
    return favoured, opposed & ~favoured


def measure(model) -> None:
    """Add the state at the end of a tick to its sums."""
    rules, w, of, sums = model.rules, model.world, model.of, model.of.sums
    score, fair = model.score, model.fair_score
    grade, fair_grade = np.digitize(score, rules.cuts), np.digitize(fair, rules.cuts)
    sums[SUMS.score], sums[SUMS.fair_score] = score.sum(), fair.sum()
    sums[SUMS.displacement] = np.abs(score - fair).sum()
    sums[SUMS.grades_moved] = np.count_nonzero(grade != fair_grade)
    sums[SUMS.wealth], sums[SUMS.payoff] = model.wealth.sum(), model.payoff.sum()
    strategies = np.bincount(model.strategy, minlength=3)
    sums[SUMS.reliable : SUMS.discriminator + 1] = strategies
    bad = w.quality < rules.bad_quality
    low, fair_low = score < rules.good_from, fair < rules.good_from
    n = len(of.by_grade)
    for name, found in {
        "grade_citizens": grade,
        "grade_fair_citizens": fair_grade,
        "grade_bad": grade[bad],
        "grade_fair_bad": fair_grade[bad],
    }.items():
        of.by_grade[:, getattr(BY_GRADE, name)] = np.bincount(found, minlength=n)
    group = w.group
    of.by_group[:, BY_GROUP.group_score] = np.bincount(group, score, minlength=4)
    of.by_group[:, BY_GROUP.group_fair_score] = np.bincount(group, fair, minlength=4)
    for name, found in {
        "group_low": low,
        "group_low_bad": low & bad,
        "group_fair_low": fair_low,
        "group_fair_low_bad": fair_low & bad,
    }.items():
        hits = np.bincount(group[found], minlength=4)
        of.by_group[:, getattr(BY_GROUP, name)] = hits
