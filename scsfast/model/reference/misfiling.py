"""Wrong records in the reference: what a clerk enters for a namesake, a tick later.

`twin` is the `Reference` whose tick it is. Namesakes are a drawn involution of each village:
citizen k of a village of n has citizen (turn - k) modulo n, with one turn per tick, so that
each citizen's entry is written by one other. `twin.misfiled` has what waits: by the parity of
the tick in which it was written, points and marks (see `appeals`) by citizen.
"""

from . import appeals


def begin(twin) -> None:
    """Forget what waits, as at the start of a regime."""
    twin.misfiled = [{}, {}]


def namesake(twin, i: int) -> int:
    """Return the namesake of citizen i in this tick; a citizen may be its own."""
    span = twin.rules.spans[0]
    start = i - i % span
    size = min(span, twin.rules.n_citizens - start)
    turn = twin.draw("namesake", 0) * size >> 32
    return start + (turn - (i - start)) % size


def misfile(twin, i: int, act, sign: int, points: int, purpose: str) -> bool:
    """Enter a record that arrives for the namesake if the draw says so; say whether."""
    if not (twin.rules.misfiled and act.human and sign):
        return False
    if twin.draw(purpose, i) >= twin.rules.misfiled:
        return False
    other = namesake(twin, i)
    if other == i:
        return False
    if act.positive:
        marks = appeals.KEPT if sign > 0 else appeals.BROKEN
    else:
        _, marks = appeals.of_act(twin, act, sign)
    waiting = twin.misfiled[twin.now % 2]
    before, marks_before = waiting.get(other, (0, 0))
    waiting[other] = before + points, appeals.joined(marks_before, marks)
    twin.outputs.count("sums", "records_misfiled")
    return True


def land(twin, i: int, month) -> None:
    """Enter what a namesake of citizen i did in the last tick; the bad may be contested."""
    points, marks = twin.misfiled[(twin.now + 1) % 2].pop(i, (0, 0))
    if not (points or marks) or not twin.world.enrolled[i]:
        return
    twin.outputs.count("sums", "wronged")
    appeals.apply(twin, i, month, points, marks)
    if marks & appeals.BROKEN:
        off = appeals.TAKEN_OFF if marks & appeals.LISTS else 0
        undone = -points, appeals.KEPT | off
        deciding = twin.rules.deciding
        appeals.contest(twin, i, "misfiled", deciding, undone, "appeal_misfiled")
