"""Appeals in the reference: which acts are contested, which a body reverses, and when.

`twin` is the `Reference` whose tick it is. A reversal granted at tick t takes effect at the
start of tick t + delay. Until then it waits in `twin.remedy_points` and
`twin.remedy_marks`, by slot (tick modulo delay) and citizen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..appeals import REVERSIBLE
from ..integers.fixed_point import NO_LIMIT
from .marks import commit_history

if TYPE_CHECKING:
    from ..integers.rules import ActRule
    from .reference import Month, Reference

KEPT, BROKEN, VIOLATED, LISTS, TAKEN_OFF = 1, 2, 4, 8, 16  # bits of the marks
GRADE = 5  # the lowest bit of: 1 + number of the grade that a record drops to, 0: none
FOR_ITS_CLIENTS = ("suppressed", "credited")


def begin(twin: Reference) -> None:
    """Discard all appeals at the start of a regime; note which units have a body."""
    rules, n = twin.rules, twin.rules.n_citizens
    slots = range(rules.appeal_delay)
    twin.remedy_points = [[0] * n for _ in slots]
    twin.remedy_marks = [[0] * n for _ in slots]
    twin.bodies = bodies(twin) if rules.appeals else []


def bodies(twin: Reference) -> list[bool]:
    """Return for each unit of the body's level whether it has one: lowest draws first."""
    rules = twin.rules
    units = range(rules.n_units[rules.appeal_level])
    order = sorted(units, key=lambda unit: (twin.draws("appeal_body", unit), unit))
    chosen = set(order[: rules.appeal_bodies])
    return [unit in chosen for unit in units]


def decide(twin: Reference, i: int, month: Month) -> None:
    """Put into effect the reversals for citizen i that were granted `delay` ticks ago."""
    if not twin.rules.appeals:
        return
    slot = twin.now % twin.rules.appeal_delay
    points, marks = twin.remedy_points[slot][i], twin.remedy_marks[slot][i]
    twin.remedy_points[slot][i] = twin.remedy_marks[slot][i] = 0
    twin.outputs.count("sums", "corrected", by=bool(points or marks))
    apply(twin, i, month, points, marks)


def apply(twin: Reference, i: int, month: Month, points: int, marks: int) -> None:
    """Put points and marks into effect for citizen i."""
    month.points += points
    month.violated |= bool(marks & VIOLATED)
    month.severe |= bool(marks & LISTS)
    month.taken_off |= bool(marks & TAKEN_OFF)
    if marks >> GRADE:
        month.limits.append(twin.rules.cuts[(marks >> GRADE) - 1] - 1)
    if marks & BROKEN:
        commit_history(twin, twin.history, i, False)
    if marks & KEPT:
        commit_history(twin, twin.history, i, True)


def contest(
    twin: Reference, i: int, wrong: str, level: int, remedy: tuple[int, int], draw: str
) -> None:
    """Contest an act of a level's leader on citizen i, which `remedy` would undo."""
    rules, count = twin.rules, twin.outputs.count
    if not rules.appeals >> REVERSIBLE.index(wrong) & 1:
        return
    if not twin.bodies[rules.units.of(rules.appeal_level, i)]:
        return
    lot = twin.draw(draw, i)
    if lot >= rules.appeal_chance:
        return
    count("sums", "appeals")
    granted = lot < rules.appeal_grants
    if twin.draws("appeal_tie", i) < rules.tie[rules.appeal_level][twin.world.means[i]]:
        granted = wrong not in FOR_ITS_CLIENTS
    if granted:
        count("sums", "appeals_granted")
        count("by_level", "overturned", level)
        note(twin, i, *remedy)


def note(twin: Reference, i: int, points: int, marks: int) -> None:
    """Add the points and marks of a reversal."""
    slot = twin.now % twin.rules.appeal_delay
    twin.remedy_points[slot][i] += points
    twin.remedy_marks[slot][i] = joined(twin.remedy_marks[slot][i], marks)


def joined(before: int, marks: int) -> int:
    """Return the joint marks of two changes; of two grades the lower applies."""
    grades = [grade for grade in (before >> GRADE, marks >> GRADE) if grade]
    flags = (before | marks) & ((1 << GRADE) - 1)
    return flags | min(grades, default=0) << GRADE


def of_act(twin: Reference, act: ActRule, sign: int) -> tuple[int, int]:
    """Return points and marks of a suppressed record of an act."""
    if sign == 0:
        return 0, 0
    if sign < 0:
        return -act.points, KEPT
    grade = twin.rules.cuts.index(act.limit + 1) + 1 if act.limit < NO_LIMIT else 0
    marks = BROKEN | VIOLATED | LISTS * bool(act.lists) | grade << GRADE
    return act.points, marks


def of_meeting(twin: Reference, sign: int) -> tuple[int, int]:
    """Return points and marks of a suppressed record of a meeting."""
    if sign == 0:
        return 0, 0
    return -sign * twin.rules.meeting_minus, BROKEN if sign > 0 else KEPT


def of_invented(twin: Reference, points: int) -> tuple[int, int]:
    """Return points and marks that undo an invented record."""
    off = TAKEN_OFF * bool(twin.rules.list_framed)
    return points if twin.rules.scored else 0, KEPT | off
