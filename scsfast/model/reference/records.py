"""Records in the reference: how they pass up, and how leaders change them.

Plain Python, one citizen at a time; `twin` is the `Reference` whose tick it is, `month`
holds the counts of the tick for citizen i.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..integers.fixed_point import ONE16
from . import appeals, careers, misfiling, targets
from .favouritism import is_dissenter
from .marks import commit_history
from .orders import is_client, manipulates
from .world import pick

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..integers.rules import ActRule
    from .reference import Month, Reference


def clerk(twin: Reference, draw: int) -> int:
    """Return 0 for a record lost on the way up, -1 for one reversed, else 1."""
    if draw < twin.rules.lost:
        twin.outputs.count("sums", "records_lost")
        return 0
    if draw < twin.rules.reversed:
        twin.outputs.count("sums", "records_reversed")
        return -1
    return 1


def report(
    twin: Reference,
    i: int,
    month: Month,
    act: ActRule,
    clerk_draw: str,
    suppress: str | None = None,
) -> bool:
    """Pass the record of an observed act up; return whether a leader suppressed it."""
    rules, world, count = twin.rules, twin.world, twin.outputs.count
    if not (act.scored and world.enrolled[i]):
        return False
    count("sums", "records_handled", by=rules.deciding + 1 if act.human else 1)
    sign = clerk(twin, twin.draw(clerk_draw, i)) if act.human else 1
    purpose = "misfiled_offence" if suppress else "misfiled_deed"
    is_misfiled = misfiling.is_misfiled(twin, i, act, sign, purpose)
    if is_misfiled:
        misfiling.misfile(twin, twin.fair_misfiled, i, act, sign, sign * act.points)
    else:
        month.fair_points += sign * act.points
        month.repaired |= bool(act.positive) and sign > 0
        enter_fairly(twin, i, month, act, sign)
    if suppress:
        level = suppressed_at(twin, i, act.human, twin.draw(suppress, i))
        if level is None:
            level = targets.hushed_at(twin, i, act.human, "hush_offence")
        if level is not None:
            remedy = appeals.of_act(twin, act, sign)
            count_suppressed(twin, i, level, remedy, "appeal_offence")
            return True
    manipulated = manipulates(twin, i, rules.deciding)
    kind = (
        1 if is_client(twin, i, rules.deciding) else 2 if is_dissenter(twin, i) else 0
    )
    if manipulated and act.dealt[3 + kind] != act.dealt[3]:
        count("by_level", "bent", rules.deciding)
    if manipulated and act.dealt[3] != act.dealt[0]:
        count("by_level", "weighted", rules.deciding)
    points = sign * act.dealt[3 * manipulated + kind]
    if is_misfiled:
        count("sums", "records_misfiled")
        misfiling.misfile(twin, twin.misfiled, i, act, sign, points)
        return False
    month.points += points
    enter(twin, i, month, act, sign)
    return False


def enter_fairly(
    twin: Reference, i: int, month: Month, act: ActRule, sign: int
) -> None:
    """Put a record into the fair history, list and grade rules."""
    if sign == 0:
        return
    commit_history(twin, twin.fair_history, i, bool(act.positive) == (sign > 0))
    if sign > 0:
        month.fair_violated |= not act.positive
        month.fair_severe |= bool(act.lists)
        month.fair_limits.append(act.limit)


def enter(twin: Reference, i: int, month: Month, act: ActRule, sign: int) -> None:
    """Put a record that leaders let pass into history, list and grade rules."""
    if sign == 0:
        return
    commit_history(twin, twin.history, i, bool(act.positive) == (sign > 0))
    if sign > 0:
        month.violated |= not act.positive
        month.severe |= bool(act.lists)
        month.limits.append(act.limit)


def count_suppressed(
    twin: Reference, i: int, level: int, remedy: tuple[int, int], draw: str
) -> None:
    """Count a record that a level suppressed, and let it be contested."""
    count = twin.outputs.count
    count("by_level", "suppressed", level)
    careers.note_favour(twin, i, level)
    if level == twin.rules.deciding and i in twin.word_from:
        count("by_level", "ordered_suppressed", twin.word_from[i])
    appeals.contest(twin, i, "suppressed", level, remedy, draw)


def judge(twin: Reference, i: int, other: int, kept: bool, month: Month) -> None:
    """Record the conduct in a meeting, if observed, as the norm judges it."""
    rules, count = twin.rules, twin.outputs.count
    if not twin.world.enrolled[i]:
        return
    draw = twin.draw("meeting_seen", i)
    if draw >= rules.meeting_seen:
        return
    is_right = draw < rules.meeting_right
    count("sums", "meetings_recorded")
    count("sums", "meetings_misjudged", by=not is_right)
    count("sums", "records_handled", by=rules.deciding + 1)
    partner = twin.published[other]
    first = 4 * twin.world.group[i]  # of the norm by which its group is judged
    case = first + (0 if partner.good else 2) + (0 if kept else 1)
    fair_case = first + (0 if partner.fair_good else 2) + (0 if kept else 1)
    praised = (rules.norm[case] > 0) == is_right
    fairly = (rules.norm[fair_case] > 0) == is_right
    sign = clerk(twin, twin.draw("meeting_clerk", i))
    month.fair_points += sign * (rules.meeting_plus if fairly else -rules.meeting_minus)
    if sign:
        commit_history(twin, twin.fair_history, i, fairly == (sign > 0))
    if not praised:
        level = suppressed_at(twin, i, True, twin.draw("meeting_suppress", i))
        if level is None:
            level = targets.hushed_at(twin, i, True, "hush_meeting")
        if level is not None:
            remedy = appeals.of_meeting(twin, sign)
            count_suppressed(twin, i, level, remedy, "appeal_meeting")
            return
    honest = rules.meeting_plus, rules.meeting_minus
    manipulated = manipulates(twin, i, rules.deciding)
    dealt = rules.meeting_dealt if manipulated else honest
    if dealt[not praised] != honest[not praised]:
        count("by_level", "weighted", rules.deciding)
    month.points += sign * (dealt[0] if praised else -dealt[1])
    if sign:
        commit_history(twin, twin.history, i, praised == (sign > 0))


def patrons(twin: Reference, i: int, human: int) -> list[int]:
    """Return the levels at which a leader would cover for citizen i, lowest first."""
    deciding = twin.rules.deciding
    levels = range(deciding + 1) if human else [deciding]
    return [
        level
        for level in levels
        if is_client(twin, i, level) and manipulates(twin, i, level)
    ]


def suppressed_at(twin: Reference, i: int, human: int, draw: int) -> int | None:
    """Return the level that suppresses a negative record, or None."""
    kept = ONE16
    for level in patrons(twin, i, human):
        kept = kept * (ONE16 - twin.rules.favouritism[level]) >> 16
        if draw < ONE16 - kept:
            return level
    return None


def kept_on_record(twin: Reference, i: int, human: int) -> int:
    """Return the chance (16 bit) that no leader suppresses a record of citizen i."""
    kept = ONE16
    for level in patrons(twin, i, human):
        kept = kept * (ONE16 - twin.rules.favouritism[level]) >> 16
    return kept


def bending_levels(twin: Reference, i: int) -> list[int]:
    """Return the levels up to the deciding one whose leader over i manipulates."""
    levels = range(twin.rules.deciding + 1)
    return [level for level in levels if manipulates(twin, i, level)]


def retaliate(twin: Reference, i: int, month: Month) -> None:
    """Answer an observed act of defiance with an invented record, unless by a client."""
    rules, world = twin.rules, twin.world
    if not (rules.recorded and world.enrolled[i]):
        return
    draw, kept = twin.draw("retaliate", i), ONE16
    for level in bending_levels(twin, i):
        if is_client(twin, i, level):
            continue
        kept = kept * (ONE16 - rules.retaliate[level]) >> 16
        if draw < ONE16 - kept:
            twin.outputs.count("by_level", "retaliated", level)
            invent(twin, i, month, rules.retaliate_points[level])
            remedy = appeals.of_invented(twin, rules.retaliate_points[level])
            appeals.contest(twin, i, "retaliated", level, remedy, "appeal_retaliated")
            return


def invent(twin: Reference, i: int, month: Month, points: int) -> None:
    """Enter an invented negative record against citizen i."""
    month.points -= points if twin.rules.scored else 0
    month.violated = True
    month.severe |= bool(twin.rules.list_framed)
    commit_history(twin, twin.history, i, False)


def favour_or_frame(twin: Reference, i: int, month: Month) -> None:
    """Enter extra records: leaders credit their clients and frame dissenters."""
    rules, world, count = twin.rules, twin.world, twin.outputs.count
    if not (rules.recorded and world.enrolled[i]):
        return
    levels = bending_levels(twin, i)
    crediting = [level for level in levels if is_client(twin, i, level)]
    framing = [
        level
        for level in levels
        if not is_client(twin, i, level) and is_dissenter(twin, i)
    ]
    level = first_below(twin.draw("credit", i), crediting, rules.credit_rate)
    if level is not None:
        count("by_level", "credited", level)
        careers.note_favour(twin, i, level)
        points = rules.credit_points[level] if rules.scored else 0
        month.points += points
        month.taken_off = True
        commit_history(twin, twin.history, i, True)
        remedy = -points, appeals.BROKEN
        appeals.contest(twin, i, "credited", level, remedy, "appeal_credited")
    level = first_below(twin.draw("frame", i), framing, rules.frame_rate)
    if level is not None:
        count("by_level", "framed", level)
        invent(twin, i, month, rules.frame_points[level])
        remedy = appeals.of_invented(twin, rules.frame_points[level])
        appeals.contest(twin, i, "framed", level, remedy, "appeal_framed")


def sell(twin: Reference, i: int, month: Month) -> None:
    """Offer points to a client or rich citizen below a cut, who pays if it can."""
    rules, world = twin.rules, twin.world
    if not (rules.recorded and world.enrolled[i]):
        return
    selling = [
        level
        for level in bending_levels(twin, i)
        if is_client(twin, i, level) or world.means[i] >= rules.rich_from[level]
    ]
    level = first_below(twin.draw("sale", i), selling, rules.sale_rate)
    if level is None or twin.wealth[i] < rules.sale_price[level]:
        return
    score, points = twin.score[i], rules.sale_points[level]
    below_a_cut = any(score < cut <= score + points for cut in rules.sale_cuts)
    if below_a_cut or twin.listed[i]:
        twin.outputs.count("by_level", "sold", level)
        world.bought[i] = True
        careers.note_bribe(twin, i, level)
        month.gain -= rules.sale_price[level]
        month.points += points if rules.scored else 0
        month.taken_off = True


def first_below(draw: int, levels: list[int], rates: Sequence[int]) -> int | None:
    """Return the first of `levels` at which the added-up rates pass the draw, or None."""
    total, until = 0, list[int]()
    for level in levels:
        total += rates[level]
        until.append(total)
    kind = pick(draw, until)
    return None if kind is None else levels[kind]
