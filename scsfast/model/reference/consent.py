"""Awareness and consent in the reference: citizens learn of the regime, join and leave it.

Plain Python, one citizen at a time; `twin` is the `Reference` whose tick it is, `month`
holds the counts of the tick for citizen i.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import ONE16
from ..integers.rules import BY_CUT, BY_GRADE, BY_LIST, BY_SCORE
from . import scores
from .world import chance, clamp

if TYPE_CHECKING:
    from ..integers.rules import PrizeRule, Rules
    from .reference import Month, Reference


def begin(twin: Reference) -> None:
    """Reset the experience of citizens outside, by kind: sums of citizens and wins, value."""
    twin.outside = [[0, 0, 0] for _ in twin.rules.prizes]


def hear(twin: Reference, i: int, month: Month) -> None:
    """Let an unaware citizen learn of the regime by an aware partner or by publicity."""
    rules, count = twin.rules, twin.outputs.count
    if twin.world.aware[i]:
        return
    knows = month.other is not None and twin.published[month.other].aware
    told = knows and twin.draw("told", i) < rules.told
    reached = twin.draw("publicity_heard", i) < rules.publicity_heard
    month.learns = told or reached
    count("sums", "told", by=told)
    count("sums", "reached", by=reached and not told)


def reconsider(twin: Reference, i: int) -> None:
    """Let an aware citizen who reconsiders join the regime, or leave it, for a gain.

    The chance is P = 1 - E(|gain| / scale). Citizens outside join if the gain is above 0,
    citizens inside leave if it is below 0.
    """
    rules, world, count = twin.rules, twin.world, twin.outputs.count
    if not world.aware[i] or twin.draw("reconsider", i) >= rules.opt_rate:
        return
    expected = gain(twin, i)
    moves = expected < 0 if world.enrolled[i] else expected > 0
    stays = chance(abs(expected) * rules.opt_inverse >> 16)
    if not moves or twin.draw("opt", i) >= ONE16 - stays:
        return
    count("sums", "opted_out" if world.enrolled[i] else "opted_in")
    world.enrolled[i] = not world.enrolled[i]
    for by_citizen in (twin.score, twin.fair_score):
        by_citizen[i] = rules.base
    for cohort in (*twin.cohorts, *twin.fair_cohorts):
        cohort[i] = 0


def gain(twin: Reference, i: int) -> int:
    """Return citizen i's gain from being in the regime instead of outside, in money."""
    rules, score = twin.rules, twin.score[i]
    if not twin.world.enrolled[i]:
        score = hoped(rules, twin.world.quality[i])
    if rules.sloped:
        difference = rules.slope * (score - rules.base) >> 16
    else:
        kinds = zip(rules.prizes, twin.belief, twin.outside, strict=True)
        difference = sum(
            inside(twin, i, kind, belief, score) - outside(rules, kind, belief, learnt)
            for kind, belief, (_, _, learnt) in kinds
        )
    size = rules.foresight * abs(difference) >> 24
    return (size if difference >= 0 else -size) - rules.opt_cost


def hoped(rules: Rules, quality: int) -> int:
    """Return the score that a citizen outside expects to reach."""
    above = rules.outlook * (2 * quality - 255) >> 8
    return clamp(rules.base + above, rules.floor, rules.ceiling)


def inside(
    twin: Reference, i: int, kind: PrizeRule, belief: list[int], score: int
) -> int:
    """Return the value per tick of one kind of prize at a score, or off or on the list."""
    if kind.bins == BY_SCORE:
        return scores.value_of(twin.rules, belief, score)
    if kind.bins == BY_GRADE:
        return belief[scores.grade(twin.rules, score)]
    if kind.bins == BY_CUT:
        return belief[score >= kind.cut]
    return belief[twin.listed[i] > 0] if kind.bins == BY_LIST else 0


def outside(rules: Rules, kind: PrizeRule, belief: list[int], learnt: int) -> int:
    """Return the value per tick of one kind of prize to citizens outside.

    It is learnt from experience; otherwise it is B at the base if they rank as if there,
    else 0.
    """
    if kind.learns or kind.bins != BY_SCORE or not rules.at_base:
        return learnt
    return scores.value_of(rules, belief, rules.base)


def learn(twin: Reference) -> None:
    """Update the value of prizes to citizens outside, by kind; call after `scores.learn`."""
    for number, kind in enumerate(twin.rules.prizes):
        if twin.rules.opt_rate and kind.learns:
            learn_outside(twin, number, kind)


def learn_outside(twin: Reference, number: int, kind: PrizeRule) -> None:
    """Update the mean prize per tick of citizens outside, mixed with that of those inside."""
    rules = twin.rules
    citizens, wins, value = twin.outside[number]
    citizens -= citizens // rules.belief_memory
    wins -= wins // rules.belief_memory
    winners = twin.winners[number]
    for (_, _, enrolled), won in zip(twin.starting, winners, strict=True):
        citizens += 16 * (not enrolled)
        wins += 16 * (not enrolled and won)
    members = sum(twin.bin_count[number])
    if members and citizens + rules.prior:
        mean = (sum(twin.bin_wins[number]) << 20) // members
        share = ((wins << 20) + rules.prior * mean) // (citizens + rules.prior)
        value = (kind.value << 8) * share >> 20
    twin.outside[number] = [citizens, wins, value]
