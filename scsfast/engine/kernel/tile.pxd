# A tile: neighbours of one village, the acts of their leaders, their partners, their draws.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *

cdef struct Worker:
    # The memory of one thread.
    scs_tile_t tile
    scs_row_t row
    scs_review_t leaders
    scs_share_t share
    scs_queue_t villages
    uint32_t *keys
    int64_t *feature_sums


cdef inline int64_t next_village(Worker *workers, int thread, int n_threads) noexcept nogil:
    """Return the next village of a thread, then of those whom it helps; -1 if none is left."""
    cdef int k
    cdef int64_t village
    for k in range(n_threads):
        village = scs_queue_take(&workers[(thread + k) % n_threads].villages)
        if village >= 0:
            return village
    return -1


cdef inline void enter_village(scs_model_t *m, scs_tile_t *t, int64_t village) noexcept nogil:
    """Note which village the tiles that follow are in."""
    t.village, t.village_start = village, m.units.start[village]
    t.village_size = m.units.start[village + 1] - t.village_start
    meet_leaders(m, t)


cdef inline void place(scs_tile_t *t, int64_t start, int64_t stop) noexcept nogil:
    """Put the citizens [start, stop) into a tile; lanes past them are drawn and not read."""
    cdef int64_t j
    t.start, t.n = start, stop - start
    for j in range(SCS_TILE):
        t.who[j] = <uint32_t>(start + j)


cdef inline void meet_leaders(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Tabulate the acts of a village's leaders for each set of ties."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_units_t *u = &m.units
    cdef int level
    cdef int64_t kind
    cdef uint32_t ties
    t.manipulates = t.favours = t.opposes = 0
    for kind in range(r.n_prizes):
        t.pool[kind] = u.of[m.prizes[kind].pool_level][t.village]
    for level in range(<int>r.n_levels):
        t.manipulates |= <uint32_t>m.manipulates[level][u.of[level][t.village]] << level
        t.favours |= <uint32_t>r.favours[level] << level
        t.opposes |= <uint32_t>r.opposes[level] << level
    t.favours &= t.manipulates
    t.opposes &= t.manipulates
    t.unit_points = <int32_t>m.unit_points[t.village]
    t.weights = &r.weights[0]
    if t.manipulates >> r.deciding & 1:
        t.weights = &r.manipulated_weights[0]
    t.n_violated = 0
    if r.hushes:
        for level in range(<int>r.n_levels):
            t.hush[level] = m.hush[level][u.of[level][t.village]]
    t.has_body = r.appeals and m.bodies[t.village]
    for ties in range(<uint32_t>1 << r.n_levels):
        scs_meet_patrons(r, t, ties)
        if r.commands and ties >> r.deciding & 1:
            scs_meet_patrons(r, t, SCS_ORDERED | ties)


cdef inline void fill(
    scs_model_t *m, scs_tile_t *t, uint32_t block, int64_t when
) noexcept nogil:
    """Draw a block for every citizen of a tile."""
    scs_philox_fill(&t.draw[SCS_ROW(block, 0)][0], SCS_TILE, t.who, t.n, <uint32_t>when,
                    m.replicate, block, m.seed)


cdef inline void find_clients(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Point to leaders' clients and dissenters; under a placebo, draw them."""
    cdef scs_rules_t *r = &m.rules
    cdef const uint8_t *traits = m.state.traits + t.start
    cdef uint32_t block
    cdef uint8_t bit
    cdef int j, n = <int>t.n, level
    if not r.placebo:
        t.clients, t.views = m.state.ties + t.start, traits
        return
    for block in range(2):
        scs_philox_fill(&t.placebo[4 * block][0], SCS_TILE, t.who, t.n, <uint32_t>tick,
                        m.replicate, SCS_PLACEBO + block, m.seed)
    for j in range(n):
        t.drawn_clients[j] = 0
        t.drawn_views[j] = traits[j] & <uint8_t>~SCS_DISSENTER
        if scs_draw_placebo_dissenter(&t.placebo[4], j) < r.dissenter:
            t.drawn_views[j] |= SCS_DISSENTER
    for level in range(<int>r.n_levels):
        bit = <uint8_t>(1 << level)
        for j in range(n):
            if scs_draw_placebo_client(&t.placebo[level // 4 * 4], level, j) < r.tie_share[level]:
                t.drawn_clients[j] |= bit
    t.clients, t.views = t.drawn_clients, t.drawn_views


cdef inline void draw(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Draw the block that every citizen needs in a tick, and that of consent if it is on."""
    t.tick = <uint32_t>tick
    find_clients(m, t, tick)
    fill(m, t, SCS_CITIZEN, tick)
    if m.rules.told or m.rules.publicity_heard or m.rules.opt_rate:
        fill(m, t, SCS_CONSENT, tick)


cdef inline void draw_few(
    scs_model_t *m, scs_tile_t *t, uint32_t block, int n_selected
) noexcept nogil:
    """Draw this tick's block for the citizens listed in `list`, in the list's order."""
    draw_listed(m, t, block, n_selected, t.tick)


cdef inline void draw_listed(
    scs_model_t *m, scs_tile_t *t, uint32_t block, int n_selected, uint32_t when
) noexcept nogil:
    """Draw a block of any tick for the citizens listed in `list`."""
    cdef int k
    for k in range(n_selected):
        t.few[k] = <uint32_t>t.start + t.list[k]
    scs_philox_fill(&t.draw[SCS_ROW(block, 0)][0], SCS_TILE, t.few, n_selected, when,
                    m.replicate, block, m.seed)


cdef inline void note_slot(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Draw the slot of a tick, whose partners meet."""
    cdef int64_t draw = scs_draw_slot(m, 0, <uint32_t>tick)
    t.slot = draw * m.rules.n_slots >> 32


cdef inline void find_partners(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Look up the partners of the tick's slot, and the lower index of each pair."""
    cdef int64_t level, start, j, slot = t.slot
    cdef const uint16_t *near = m.near[slot]
    if near != NULL:
        level = m.slot_level[slot]
        start = scs_first_citizen(&m.units, level, m.units.of[level][t.village])
        for j in range(t.n):
            t.other[j] = <uint32_t>start + near[t.start + j]
    else:
        for j in range(t.n):
            t.other[j] = m.far[slot][t.start + j]
    for j in range(t.n, SCS_TILE):
        t.pair[j] = 0
    for j in range(t.n):
        t.pair[j] = min(t.who[j], t.other[j])
