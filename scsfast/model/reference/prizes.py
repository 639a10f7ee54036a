"""Prizes in the reference: ranks of applicants, and winners.

Plain Python, one citizen at a time; `twin` is the `Reference` whose tick it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..regime import ALLOCATIONS
from .favouritism import is_favoured, is_opposed, is_tied
from .scores import grade

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..integers.rules import PrizeRule
    from .reference import Reference

BY_SCORES = ("score", "grade", "threshold", "proportional")


class Allotment:
    """One kind of prize in one tick: winners, winners by other ranks, and values."""

    def __init__(self, n_citizens: int) -> None:
        self.won, self.fair, self.oracle = ([False] * n_citizens for _ in range(3))
        self.by_quality, self.by_need = ([False] * n_citizens for _ in range(2))
        # Need, and need x quality, by applicant.
        self.needs: dict[int, int] = {}
        self.values: dict[int, int] = {}
        # Applicants whom leaders in office favour and oppose.
        self.favoured: set[int] = set()
        self.opposed: set[int] = set()
        self.places = self.lottery_value = self.lifted = 0


def allocate(twin: Reference) -> list[Allotment]:
    """Hand out the places of every kind and pool, under the leaders now in office."""
    return [allot(twin, number, kind) for number, kind in enumerate(twin.rules.prizes)]


def allot(twin: Reference, number: int, kind: PrizeRule) -> Allotment:
    """Hand out one kind of prize."""
    n = twin.rules.n_citizens
    of = Allotment(n)
    need = [need_of(twin, number, kind, i) for i in range(n)]
    lot = [twin.draw(f"lot_{number}", i) for i in range(n)]
    for unit in range(twin.rules.units.count(kind.pool_level)):
        pool = twin.rules.citizens_of(kind.pool_level, unit)
        asking = [i for i in pool if need[i] >= kind.need_from]
        values = {i: need[i] * twin.world.quality[i] for i in asking}
        ranks = {
            i: (
                *rank(twin, number, i, need[i], values[i]),
                twin.world.quality[i],
                need[i],
            )
            for i in asking
        }
        places = places_of(kind, pool, ranks)
        by_rule = (of.won, of.fair, of.oracle, of.by_quality, of.by_need)
        for key, chosen in enumerate(by_rule):
            order = sorted(asking, key=lambda i: (-ranks[i][key], -lot[i], i))
            if key < 2 and ALLOCATIONS[kind.rule] == "threshold":
                order = [i for i in asking if ranks[i][key]]
            else:
                order = order[:places]
            for i in order:
                chosen[i] = True
        of.places += places
        of.values |= values
        of.needs |= {i: need[i] for i in asking}
        for i in asking:
            if is_favoured(twin, i, kind):
                of.favoured.add(i)
            elif is_opposed(twin, i):
                of.opposed.add(i)
        if asking:
            mean = (sum(values.values()) << 16) // len(values)
            of.lottery_value += places * mean
        of.lifted += sum(lifted(twin, kind, i) for i in asking)
    return of


def need_of(twin: Reference, number: int, kind: PrizeRule, i: int) -> int:
    """Return the need of citizen i, drawn with what happened in the tick before."""
    before = twin.now - 1 & 0xFFFFFFFF
    return int(kind.need_table[twin.draws(f"need_{number}", i, before)])


def places_of(
    kind: PrizeRule, pool: range, ranks: Mapping[int, tuple[int, ...]]
) -> int:
    """Return the places of a pool: its capacity, or all applicants above a threshold."""
    if ALLOCATIONS[kind.rule] == "threshold":
        return sum(actual for actual, *_ in ranks.values())
    share = (kind.capacity * pool.stop >> 32) - (kind.capacity * pool.start >> 32)
    return min(share, len(ranks))


def rank(
    twin: Reference, number: int, i: int, need: int, value: int
) -> tuple[int, int, int]:
    """Return the integer ranks of an applicant: actual, fair, oracle."""
    kind = twin.rules.prizes[number]
    rules, rule = twin.rules, ALLOCATIONS[kind.rule]
    lift = lifted(twin, kind, i)
    bonus = kind.desk_bonus if lift else 0
    score, fair = twin.score[i], twin.fair_score[i]
    if rule == "exclusion":
        return int(not twin.listed[i] or lift), int(not twin.fair_listed[i]), value
    counts = twin.world.enrolled[i] or rules.at_base
    if rule in BY_SCORES and not (counts and rules.scored):
        return 0, 0, value
    if rule == "score":
        points, fair_points = score - rules.floor >> 8, fair - rules.floor >> 8
        return points + 1 + bonus, fair_points + 1, value
    if rule == "grade":
        return grade(rules, score + 256 * bonus) + 1, grade(rules, fair) + 1, value
    if rule == "queue":
        return need, need, value
    if rule == "threshold":
        return int(score + 256 * bonus >= kind.cut), int(fair >= kind.cut), value
    if rule == "proportional":
        draw, above = twin.draw(f"weighted_{number}", i), score - rules.floor
        fairly = weighted(draw, fair - rules.floor)
        return weighted(draw, above + 256 * bonus), fairly, value
    if rule == "market":
        bid = min(need * (twin.wealth[i] >> 8), 65000)
        return bid, bid, value
    return (value, value, value) if rule == "oracle" else (0, 0, value)


def log2(n: int, bits: int) -> int:
    """Return log2(n) in units of 2^-bits, rounded down, for n in 1 .. 2^64 - 1.

    The mantissa is squared once for each bit, with 64 bits kept.
    """
    whole = n.bit_length() - 1
    mantissa, found = n << (63 - whole), whole
    for _ in range(bits):
        square = mantissa * mantissa
        bit = square >> 127
        mantissa, found = square >> (63 + bit), found << 1 | bit
    return found


def weighted(draw: int, weight: int) -> int:
    """Return the rank of an applicant in a weighted lottery: the highest win.

    With u uniform, -log(1 - u)/weight is exponential with this rate, so that it is the
    lowest of all with P = weight/(sum of weights); the rank is the logarithm of its
    inverse in 1/1024. Weight 0: last.
    """
    if weight <= 0:
        return 0
    spent = (33 << 48) - log2((1 << 33) - (2 * draw + 1), 48)
    return (54 << 16) + log2(weight, 16) - log2(spent, 16) >> 6


def lifted(twin: Reference, kind: PrizeRule, i: int) -> bool:
    """Return whether the leader at the desk puts the enrolled citizen i forward."""
    world, level = twin.world, kind.desk_level
    return bool(
        kind.desk_bonus
        and is_tied(twin, i, level)
        and world.leader_manipulates(i, level)
        and world.enrolled[i]
    )


def count(twin: Reference, allotments: list[Allotment]) -> None:
    """Record the winners; ties are those to the leaders now in office."""
    outputs, kinds = twin.outputs, enumerate(twin.rules.prizes)
    for (number, kind), of in zip(kinds, allotments, strict=True):
        outputs.count("by_level", "desk_lifted", kind.desk_level, by=of.lifted)
        outputs.allotted(twin, number, of)
