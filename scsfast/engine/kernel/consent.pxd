# Awareness and consent, a tile at a time: citizens learn of the regime, join and leave it.
from libc.stdint cimport int64_t, uint8_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *


cdef inline void hear(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Let unaware citizens learn of the regime, by aware partners or by publicity."""
    cdef int j, n_told = 0, n_reached = 0
    if not (m.rules.told or m.rules.publicity_heard):
        return
    for j in range(<int>t.n):
        t.learns[j] = scs_hear(m, t, j)
        n_told += t.learns[j] == SCS_BY_WORD
        n_reached += t.learns[j] == SCS_BY_PUBLICITY
    row.sums[SCS_told] += n_told
    row.sums[SCS_reached] += n_reached


cdef inline void reconsider(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Let aware citizens join or leave; then citizens who learnt of it become aware."""
    cdef scs_rules_t *r = &m.rules
    cdef uint8_t *traits = m.state.traits + t.start
    cdef int j, n = <int>t.n
    if r.opt_rate:
        for j in range(n):
            t.chosen[j] = ((traits[j] & SCS_AWARE) != 0) & (
                <int64_t>scs_draw_reconsider(t, j) < r.opt_rate)
        for j in range(scs_compact(t.list, t.chosen, n)):
            scs_reconsider(m, t.start + t.list[j], scs_draw_opt(t, t.list[j]), row)
    if r.told or r.publicity_heard:
        for j in range(n):
            traits[j] |= SCS_AWARE if t.learns[j] else 0
