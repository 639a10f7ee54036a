# A word from above, appeals and wrong records, a tile at a time, at the beginning of a tick.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memset

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *


cdef inline void obey(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Note the citizens whom the deciding level treats as clients on a word from above."""
    cdef int j
    if not m.rules.commands:
        return
    memset(t.ordered, 0, SCS_TILE)
    if not t.manipulates >> (m.rules.deciding + 1):
        return
    for j in range(<int>t.n):
        t.chosen[j] = scs_awaits_orders(m, t, j)
    for j in range(scs_compact(t.list, t.chosen, <int>t.n)):
        scs_obey(m, t, t.list[j], row)


cdef inline void decide(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Put into effect the reversals that bodies decide in this tick."""
    cdef int64_t slot
    cdef uint8_t *marks
    cdef int j, n
    if not m.rules.appeals:
        return
    slot = t.tick % m.rules.appeal_delay
    marks = m.state.remedy_marks[slot] + t.start
    for j in range(<int>t.n):
        t.chosen[j] = (marks[j] | (m.state.remedy_points[slot][t.start + j] != 0)) != 0
    n = scs_compact(t.list, t.chosen, <int>t.n)
    row.sums[SCS_corrected] += n
    for j in range(n):
        scs_decide(m, t, t.list[j], slot)


cdef inline void land(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Enter the records of namesakes that were written in the last tick."""
    cdef int64_t slot = (t.tick + 1) & 1
    cdef uint8_t *marks
    cdef uint8_t *fair_marks
    cdef int j
    if not m.rules.misfiled:
        return
    marks = m.state.misfiled_marks[slot] + t.start
    fair_marks = m.state.fair_misfiled_marks[slot] + t.start
    for j in range(<int>t.n):
        t.chosen[j] = (marks[j] | fair_marks[j]) != 0  # every record leaves a mark
    for j in range(scs_compact(t.list, t.chosen, <int>t.n)):
        scs_land(m, t, t.list[j], row)
