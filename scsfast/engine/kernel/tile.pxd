# A tile: neighbours of one village, what their leaders do, whom they meet, their draws.
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t

from scsfast.engine.kernel.csrc cimport *


cdef inline void place(scs_tile_t *t, int64_t start, int64_t stop) noexcept nogil:
    """Put the citizens [start, stop) into a tile; the last lanes repeat harmlessly."""
    cdef int64_t j
    t.start, t.n = start, stop - start
    for j in range(SCS_TILE):
        t.who[j] = <uint32_t>(start + j)


cdef inline void meet_leaders(scs_model_t *m, scs_tile_t *t, int64_t start) noexcept nogil:
    """Tabulate what the leaders of a village do for each set of ties."""
    cdef scs_rules_t *r = &m.rules
    cdef int level
    cdef int64_t kind
    cdef uint32_t ties
    t.bends = 0
    for kind in range(r.n_prizes):
        t.pool[kind] = start // m.prizes[kind].pool_span
    for level in range(<int>r.n_levels):
        t.bends |= <uint32_t>m.bends[level][start // r.spans[level]] << level
    t.unit_points = <int32_t>m.unit_points[start // r.spans[0]]
    t.weights = &r.weights[0]
    if t.bends >> r.deciding & 1:
        t.weights = &r.bent_weights[0]
    for ties in range(<uint32_t>1 << r.n_levels):
        meet_patrons(r, t, ties)


cdef inline void meet_patrons(scs_rules_t *r, scs_tile_t *t, uint32_t ties) noexcept nogil:
    """Tabulate what a village's leaders do for citizens with these ties."""
    cdef int64_t kept = 65536, unanswered = 65536, automatic = 65536
    cdef int64_t tilt = 0, dissent = 0
    cdef int level
    for level in range(<int>min(r.deciding + 1, r.n_levels)):
        if not t.bends >> level & 1:
            continue
        if ties >> level & 1:
            kept = kept * (65536 - r.favour[level]) >> 16
            tilt += r.tilt[level]
            if level == r.deciding:
                automatic -= r.favour[level]
        else:
            unanswered = unanswered * (65536 - r.retaliate[level]) >> 16
            dissent -= r.tilt[level]
    t.unsuppressed[ties] = <int32_t>kept
    t.unsuppressed_automatic[ties] = <int32_t>automatic
    t.unanswered[ties] = <int32_t>unanswered
    t.tilt[ties] = <int32_t>tilt
    t.dissent_tilt[ties] = <int32_t>(tilt + dissent)


cdef inline void fill(
    scs_model_t *m, scs_tile_t *t, uint32_t block, int64_t when
) noexcept nogil:
    """Draw a block for every citizen of a tile."""
    scs_philox_fill(&t.draw[4 * block][0], SCS_TILE, t.who, t.n, <uint32_t>when,
                    m.replicate, block, m.seed)


cdef inline void draw(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Draw this tick's blocks; leaders' and mutation's only where they can matter."""
    cdef scs_rules_t *r = &m.rules
    t.tick = <uint32_t>tick
    fill(m, t, SCS_OFFERS, tick)
    fill(m, t, SCS_REPORTS, tick)
    if r.mutation or (r.recorded and t.bends):
        fill(m, t, SCS_LEADERSHIP, tick)
    if r.sells and t.bends:
        fill(m, t, SCS_DEALS, tick)


cdef inline void find_partners(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Look up the partners of the tick's slot, and the lower index of each pair."""
    cdef int64_t slot, unit, j
    cdef const uint16_t *near
    slot = scs_philox_word(0, 0, <uint32_t>tick, m.replicate, SCS_SLOT, m.seed)
    slot = slot * m.rules.n_slots >> 32
    near = m.near[slot]
    if near != NULL:
        unit = t.start - t.start % m.slot_span[slot]
        for j in range(t.n):
            t.other[j] = <uint32_t>unit + near[t.start + j]
    else:
        for j in range(t.n):
            t.other[j] = m.far[slot][t.start + j]
    for j in range(t.n, SCS_TILE):
        t.pair[j] = 0
    for j in range(t.n):
        t.pair[j] = min(t.who[j], t.other[j])
