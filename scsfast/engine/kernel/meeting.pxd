# 2 Meeting and 7 Learning, a tile at a time: both moves of each pair, records, copying.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.tile cimport draw_few, find_partners


cdef inline void judge(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Record the observed meetings of a tile."""
    cdef uint8_t *traits = m.state.traits + t.start
    cdef int32_t seen = <int32_t>m.rules.meeting_seen
    cdef int j, k, n_selected
    if seen == 0:
        return
    for j in range(<int>t.n):
        t.flag[j] = (
            (<int32_t>scs_draw_meeting_seen(t, j) < seen)
            & (t.other[j] != t.who[j])
            & ((traits[j] & SCS_ENROLLED) != 0)
        )
    n_selected = scs_compact_flags(t.list, t.flag, <int>t.n)
    draw_few(m, t, SCS_JUDGED, n_selected)
    for k in range(n_selected):
        scs_judge(m, t, t.list[k], k, row)


cdef inline void learn(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Let the learners of a tile's meetings consider the other's strategy."""
    cdef scs_rules_t *r = &m.rules
    cdef int32_t learning = <int32_t>r.learning
    cdef int j, k
    if learning == 0:
        return
    for j in range(<int>t.n):
        t.flag[j] = (
            (<int32_t>scs_draw_learn(t, j) < learning)
            & (scs_draw_learner(t, j) == <uint32_t>t.side[j] >> 4)
            & (t.other[j] != t.who[j])
        )
    for k in range(scs_compact_flags(t.list, t.flag, <int>t.n)):
        j = t.list[k]
        if scs_copies(r, t.own_word[j], t.other_word[j], scs_draw_learn(t, j)):
            t.new_strategy[j] = <uint8_t>(t.other_word[j] >> 16 & 3)


cdef inline void widen_circle(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Move the network parts of a tile towards the scores of the partners met."""
    scs_take_16(t.partner_level, m.state.shown[tick & 1], t.other, t.n)
    scs_widen_circles(m.state.circle + t.start, &m.rules, t, 0)
    scs_widen_circles(m.state.fair_circle + t.start, &m.rules, t, 8)


cdef inline void meet(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick
) noexcept nogil:
    """Compute both moves of every meeting from the pair's draws, then records, learning."""
    cdef scs_rules_t *r = &m.rules
    cdef uint32_t *published = m.state.published[tick & 1]
    cdef int32_t benefit = <int32_t>r.benefit, cost = <int32_t>r.cost
    cdef int32_t slip = <int32_t>r.slip, publicity = <int32_t>r.publicity
    cdef int32_t j, n = <int32_t>t.n, met, kept, returned, side, meetings = 0, words = 0
    memcpy(t.new_strategy, m.state.strategy + t.start, t.n)
    if r.n_slots == 0:
        return
    find_partners(m, t)
    scs_philox_fill(&t.draw[SCS_ROW(SCS_PAIR, 0)][0], SCS_TILE, t.pair, t.n,
                    <uint32_t>tick, m.replicate, SCS_PAIR, m.seed)
    scs_take(t.other_word, published, t.other, n)
    for j in range(n):
        met, side = t.other[j] != t.who[j], 16 * (t.who[j] > t.other[j])
        t.side[j] = side
        kept = met & scs_keeps(slip, publicity, t.own_word[j], t.other_word[j],
                               scs_draw_keeps(t, j, side), scs_draw_knows(t, j, side))
        returned = met & scs_keeps(slip, publicity, t.other_word[j], t.own_word[j],
                                   scs_draw_keeps(t, j, 16 - side),
                                   scs_draw_knows(t, j, 16 - side))
        t.kept[j] = kept
        t.gain[j] += benefit * returned - cost * kept
        meetings += met
        words += kept
    row.sums[SCS_meetings] += meetings
    row.sums[SCS_words_kept] += words
    row.sums[SCS_social_value] += words * (r.benefit - r.cost)
    judge(m, t, row)
    learn(m, t)
    if r.has_parts:
        widen_circle(m, t, tick)
