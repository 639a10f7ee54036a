"""Wrong records in the reference: those that a clerk enters for a namesake, a tick later.

`twin` is the `Reference` whose tick it is. Namesakes are a drawn involution of each village:
the namesake of citizen k of a village of n is citizen (turn - k) modulo n, with one turn per
tick, so that each citizen's entry is written by one other. `twin.misfiled` and
`twin.fair_misfiled` hold the waiting entries: by the parity of the tick in which they were
written, points and marks (see `appeals`) by citizen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import appeals
from .marks import commit_history

if TYPE_CHECKING:
    from ..integers.rules import ActRule
    from .reference import Month, Reference


# Points and marks that wait for a citizen, by its number.
Waiting = dict[int, tuple[int, int]]


def begin(twin: Reference) -> None:
    """Discard waiting entries, at the start of a regime."""
    twin.misfiled, twin.fair_misfiled = [{}, {}], [{}, {}]


def namesake(twin: Reference, i: int) -> int:
    """Return the namesake of citizen i in this tick; a citizen may be its own."""
    village = twin.rules.citizens_of(0, twin.rules.units.of(0, i))
    turn = twin.draw("namesake", 0) * len(village) >> 32
    return village[(turn - (i - village.start)) % len(village)]


def is_misfiled(twin: Reference, i: int, act: ActRule, sign: int, purpose: str) -> bool:
    """Return whether a clerk enters an arriving record of citizen i for its namesake."""
    if not (twin.rules.misfiled and act.human and sign):
        return False
    return twin.draw(purpose, i) < twin.rules.misfiled and namesake(twin, i) != i


def misfile(
    twin: Reference, ways: list[Waiting], i: int, act: ActRule, sign: int, points: int
) -> None:
    """Let a record of citizen i wait for its namesake, in `ways` of a judge."""
    if act.positive:
        marks = appeals.KEPT if sign > 0 else appeals.BROKEN
    else:
        _, marks = appeals.of_act(twin, act, sign)
    waiting, other = ways[twin.now % 2], namesake(twin, i)
    before, marks_before = waiting.get(other, (0, 0))
    waiting[other] = before + points, appeals.joined(marks_before, marks)


def land(twin: Reference, i: int, month: Month) -> None:
    """Enter the misfiled records of citizen i's namesake of the last tick."""
    slot = (twin.now + 1) % 2
    points, marks = twin.misfiled[slot].pop(i, (0, 0))
    fair_points, fair_marks = twin.fair_misfiled[slot].pop(i, (0, 0))
    if not twin.world.enrolled[i]:
        return
    twin.outputs.count("sums", "wronged", by=bool(points or marks))
    appeals.apply(twin, i, month, points, marks)
    _apply_fairly(twin, i, month, fair_points, fair_marks)


def _apply_fairly(
    twin: Reference, i: int, month: Month, points: int, marks: int
) -> None:
    """Put points and marks into effect by fair scores."""
    month.fair_points += points
    month.fair_violated |= bool(marks & appeals.VIOLATED)
    month.fair_severe |= bool(marks & appeals.LISTS)
    if marks >> appeals.GRADE:
        month.fair_limits.append(twin.rules.cuts[(marks >> appeals.GRADE) - 1] - 1)
    if marks & appeals.BROKEN:
        commit_history(twin, twin.fair_history, i, False)
    if marks & appeals.KEPT:
        commit_history(twin, twin.fair_history, i, True)
