"""Records for Numba: how they pass up, and how leaders change them; draws and arithmetic."""

from common import BY_LEVEL, EXP, REPLICATE, SEED, SUMS
from numba import njit

from scsfast.model.draws import JUDGED, LEADERSHIP
from scsfast.model.integers.fixed_point import ONE16

MASK = 0xFFFFFFFF
LOW = 0xFFFF
GOOD, FAIR_GOOD = 4, 8  # bits of what is published, above two of the strategy
# Without reference counts, which would cost more than the model: nothing is allocated.
FAST = {"cache": True, "_nrt": False}
POINTS, FAIR_POINTS, GAIN, LIMIT, FAIR_LIMIT = range(5)  # of a citizen's tick


@njit(**FAST)
def philox(who, when, block):
    """Return the four 32-bit words of a block; products wrap, masks keep them exact."""
    a, b, c, d = who, when, REPLICATE, block
    key0, key1 = SEED & MASK, SEED >> 32
    for _ in range(10):
        left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b = (right >> 32 & MASK) ^ b ^ key0, right & MASK
        c, d = (left >> 32 & MASK) ^ d ^ key1, left & MASK
        key0 = key0 + 0x9E3779B9 & MASK
        key1 = key1 + 0xBB67AE85 & MASK
    return a, b, c, d


@njit(**FAST)
def toward_zero(amount, rate):
    """Return amount x rate / 65536, truncated toward zero."""
    product = amount * rate
    return product >> 16 if product >= 0 else -(-product >> 16)


@njit(**FAST)
def clamp(value, low, high):
    """Return value kept within [low, high]."""
    return min(max(value, low), high)


@njit(**FAST)
def chance(x):
    """Return E(x), a 16-bit chance."""
    return EXP[min(max(x, 0), 4096)]


@njit(**FAST)
def clerk(r, out, draw):
    """Return 0 for a lost record, -1 for a reversed one, else 1."""
    if draw < r.lost:
        out.sums[SUMS.records_lost] += 1
        return 0
    if draw < r.reversed:
        out.sums[SUMS.records_reversed] += 1
        return -1
    return 1


@njit(**FAST)
def suppressed_at(r, patrons, human, draw):
    """Return the level that suppresses a negative record, or -1."""
    kept = ONE16
    for level in range(0 if human else r.deciding, r.deciding + 1):
        if patrons >> level & 1:
            kept = kept * (ONE16 - r.favouritism[level]) >> 16
            if draw < ONE16 - kept:
                return level
    return -1


@njit(**FAST)
def report(r, w, out, i, acts, k, clerk_draw, suppress, month):
    """Pass a record up; return whether a leader suppressed it (`suppress` -1: none can)."""
    if not acts.scored[k]:
        return False
    human = acts.human[k]
    out.sums[SUMS.records_handled] += r.deciding + 1 if human else 1
    sign = clerk(r, out, clerk_draw) if human else 1
    month[FAIR_POINTS] += sign * acts.points[k]
    if sign > 0:
        month[FAIR_LIMIT] = min(month[FAIR_LIMIT], acts.limit[k])
    ties, manipulating = w.ties[i], w.manipulating[i]
    if suppress >= 0:
        level = suppressed_at(r, ties & manipulating, human, suppress)
        if level >= 0:
            out.by_level[level, BY_LEVEL.suppressed] += 1
            return True
    kind = 1 if ties >> r.deciding & 1 else 2 if w.dissenter[i] else 0
    points = acts.dealt[k, kind]
    if manipulating >> r.deciding & 1:
        points, dealt = acts.dealt[k, 3 + kind], acts.dealt[k, 3]
        out.by_level[r.deciding, BY_LEVEL.bent] += points != dealt
        out.by_level[r.deciding, BY_LEVEL.weighted] += dealt != acts.dealt[k, 0]
    month[POINTS] += sign * points
    if sign > 0:
        month[LIMIT] = min(month[LIMIT], acts.limit[k])
    return False


@njit(**FAST)
def retaliate(r, w, out, i, draw, month):
    """Answer defiance with an invented record, unless by a client."""
    kept = ONE16
    for level in range(r.deciding + 1):
        if w.manipulating[i] >> level & 1 and not w.ties[i] >> level & 1:
            kept = kept * (ONE16 - r.retaliate[level]) >> 16
            if draw < ONE16 - kept:
                out.by_level[level, BY_LEVEL.retaliated] += 1
                month[POINTS] -= r.retaliate_points[level]
                return


@njit(**FAST)
def judge(r, w, out, i, now, draw, kept, partner, month):
    """Record the conduct in a meeting as the norm judges it."""
    is_right = draw < r.meeting_right
    out.sums[SUMS.meetings_recorded] += 1
    out.sums[SUMS.meetings_misjudged] += not is_right
    out.sums[SUMS.records_handled] += r.deciding + 1
    first = 4 * w.group[i] + (0 if kept else 1)
    praised = (r.norm[first + (0 if partner & GOOD else 2)] > 0) == is_right
    fairly = (r.norm[first + (0 if partner & FAIR_GOOD else 2)] > 0) == is_right
    word0, _, _, _ = philox(i, now, JUDGED)
    sign = clerk(r, out, word0 >> 16)
    month[FAIR_POINTS] += sign * (r.meeting_plus if fairly else -r.meeting_minus)
    manipulating = w.manipulating[i]
    if not praised:
        level = suppressed_at(r, w.ties[i] & manipulating, True, word0 & LOW)
        if level >= 0:
            out.by_level[level, BY_LEVEL.suppressed] += 1
            return
    plus, minus = r.meeting_plus, r.meeting_minus
    if manipulating >> r.deciding & 1:
        plus, minus = r.meeting_dealt
        is_changed = plus != r.meeting_plus if praised else minus != r.meeting_minus
        out.by_level[r.deciding, BY_LEVEL.weighted] += is_changed
    month[POINTS] += sign * (plus if praised else -minus)


@njit(**FAST)
def first_below(draw, levels, rates, deciding):
    """Return the first of some levels at which the added-up rates pass the draw, or -1."""
    total = 0
    for level in range(deciding + 1):
        if levels >> level & 1:
            total += rates[level]
            if draw < total:
                return level
    return -1


@njit(**FAST)
def favour_or_frame(r, w, out, i, now, month):
    """Enter extra records: leaders credit their clients and frame dissenters."""
    manipulating = w.manipulating[i] & ((2 << r.deciding) - 1)
    crediting = manipulating & w.ties[i]
    framing = manipulating & ~w.ties[i] if w.dissenter[i] else 0
    if not (crediting or framing):
        return
    credit, frame, _, _ = philox(i, now, LEADERSHIP)
    level = first_below(credit, crediting, r.credit_rate, r.deciding)
    if level >= 0:
        out.by_level[level, BY_LEVEL.credited] += 1
        month[POINTS] += r.credit_points[level]
    level = first_below(frame, framing, r.frame_rate, r.deciding)
    if level >= 0:
        out.by_level[level, BY_LEVEL.framed] += 1
        month[POINTS] -= r.frame_points[level]
