# A tile: neighbours of one village, what their leaders do, whom they meet, their draws.
from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t

from scsfast.engine.csrc cimport *


cdef inline void place(scs_tile_t *t, int64_t start, int64_t stop) noexcept nogil:
    """Put the citizens [start, stop) into a tile; the last lanes repeat harmlessly."""
    cdef int64_t j
    t.start, t.n = start, stop - start
    for j in range(SCS_TILE):
        t.who[j] = <uint32_t>(start + j)


cdef inline void meet_leaders(scs_model_t *m, scs_tile_t *t, int64_t start) noexcept nogil:
    """Tabulate what the leaders of a village do for each set of ties."""
    cdef scs_rules_t *r = &m.rules
    cdef int level, highest = 0
    cdef int64_t keeps
    cdef uint32_t ties, bit
    t.bends = 0
    t.pool = start // r.pool_span
    for level in range(<int>r.n_levels):
        t.bends |= <uint32_t>m.bends[level][start // r.spans[level]] << level
    t.unsuppressed[0] = t.unsuppressed_automatic[0] = 65536
    for ties in range(1, <uint32_t>1 << r.n_levels):
        while ties >> (highest + 1):
            highest += 1
        bit = <uint32_t>1 << highest
        keeps = 65536
        if t.bends & bit and highest <= r.deciding:
            keeps -= r.favour[highest]
        t.unsuppressed[ties] = <int32_t>(t.unsuppressed[ties ^ bit] * keeps >> 16)
        t.unsuppressed_automatic[ties] = t.unsuppressed_automatic[ties ^ bit]
        if highest == r.deciding:
            t.unsuppressed_automatic[ties] = <int32_t>keeps


cdef inline void fill(
    scs_model_t *m, scs_tile_t *t, uint32_t block, int64_t when
) noexcept nogil:
    """Draw a block for every citizen of a tile."""
    scs_philox_fill(&t.draw[4 * block][0], SCS_TILE, t.who, t.n, <uint32_t>when,
                    m.replicate, block, m.seed)


cdef inline void draw(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Draw this tick's blocks; leaders' and mutation's only where they can matter."""
    cdef scs_rules_t *r = &m.rules
    fill(m, t, SCS_OFFERS, tick)
    fill(m, t, SCS_REPORTS, tick)
    if r.mutation or (r.scored and t.bends):
        fill(m, t, SCS_LEADERSHIP, tick)


cdef inline void find_partners(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Look up the partners of the tick's slot, and the lower index of each pair."""
    cdef uint32_t words[32]
    cdef uint32_t zeros[8]
    cdef int64_t slot, unit, j
    cdef const uint16_t *near
    for j in range(8):
        zeros[j] = 0
    scs_philox_fill(words, 8, zeros, 1, <uint32_t>tick, m.replicate, SCS_SLOT,
                    m.seed)
    slot = words[0] * m.rules.n_slots >> 32
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
