# 7 Wealth and payoff: a tile's month becomes its new state and its published state.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.tile cimport draw_few


cdef inline void settle(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Turn the month into the new payoff, wealth and strategy."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int32_t j, n = <int32_t>t.n
    cdef int64_t welfare = 0
    cdef uint32_t rate = <uint32_t>r.payoff_rate
    cdef int32_t *payoff = s.payoff + t.start
    cdef int32_t *stock = s.wealth + t.start
    cdef uint8_t *means = s.means + t.start
    for j in range(n):
        welfare += t.gain[j]
        payoff[j] += scs_toward_zero(
            scs_payoff_gain(t.gain[j] + t.prize_value[j]) - payoff[j], rate)
    row.sums[SCS_welfare] += welfare
    scs_take_by_byte(t.wealth_target, s.wealth_target, means, n)
    for j in range(n):
        stock[j] = scs_wealth(r, stock[j], t.wealth_target[j],
                              t.gain[j] + t.prize_wealth[j])
    if r.mutation:
        mutate(m, t)
    memcpy(s.strategy + t.start, t.new_strategy, n)


cdef inline void mutate(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Give random strategies to the few citizens whom the draw, upper half first, picks."""
    cdef int64_t until = m.rules.mutation
    cdef int32_t upper = scs_upper_half(until)
    cdef int j, k, n_selected
    for j in range(<int>t.n):
        t.flag[j] = <int32_t>scs_draw_mutate_high(t, j) < upper
    n_selected = scs_compact_flags(t.list, t.flag, <int>t.n)
    draw_few(m, t, SCS_MUTATION, n_selected)
    for k in range(n_selected):
        j = t.list[k]
        if (<int64_t>scs_draw_mutate_high(t, j) << 16 | scs_draw_mutate_low(t, k)) < until:
            t.new_strategy[j] = <uint8_t>(scs_draw_mutant(t, k) * SCS_N_STRATEGIES >> 16)


cdef inline void remember_grades(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Note the grades of a tile at the start of the measured ticks."""
    cdef int64_t i
    for i in range(t.start, t.start + t.n):
        m.state.first_grade[i] = <uint8_t>scs_grade(&m.rules, m.state.score[i])


cdef inline void publish(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Write the published state of a tile's citizens for a tick."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef uint32_t *published = s.published[tick & 1]
    cdef int64_t i, stop = t.start + t.n
    if r.listing:
        for i in range(t.start, stop):
            published[i] = scs_publish(r, s.payoff[i], s.strategy[i], s.score[i],
                                       s.fair_score[i], s.quality[i], s.listed[i],
                                       s.fair_listed[i])
    else:
        for i in range(t.start, stop):
            published[i] = scs_publish(r, s.payoff[i], s.strategy[i], s.score[i],
                                       s.fair_score[i], s.quality[i], 0, 0)
    if r.told:
        for i in range(t.start, stop):
            published[i] |= SCS_INFORMED if s.traits[i] & SCS_AWARE else 0
    if r.has_parts:
        scs_show_levels(s.shown[tick & 1] + t.start, r, s.score + t.start,
                        s.fair_score + t.start, t.n)
