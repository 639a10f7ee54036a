# 1 Conduct and 3 Report, a tile at a time: list who has an offer, then go through them.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memset

from scsfast.engine.kernel.csrc cimport *


cdef inline void begin(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Begin the month of a tile: nothing has happened but what the review gave to all."""
    cdef uint32_t *published = m.state.published[tick & 1] + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef int32_t extra = t.unit_points
    cdef int j, n = <int>t.n
    for j in range(n):
        t.own_word[j] = published[j]
        t.fair_points[j] = t.gain[j] = 0
        t.deed[j] = 0
        t.points[j] = extra if traits[j] & SCS_ENROLLED else 0
        t.prize_value[j] = t.prize_wealth[j] = 0
    for j in range(n):
        t.limit[j] = t.fair_limit[j] = SCS_NO_LIMIT
        t.severe[j] = t.fair_severe[j] = t.taken_off[j] = 0
        t.violated[j] = t.fair_violated[j] = 0
    if m.rules.list_repair:
        memset(t.repaired, 0, n)


cdef inline void act(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Face temptations, use free time: list who has an offer, then go through it."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_tally_t tally
    cdef int64_t until = 0
    cdef int j, n = <int>t.n, n_selected
    if r.n_offences:
        until = m.offence_until[r.n_offences - 1]
    for j in range(n):
        t.chosen[j] = scs_draw_temptation(t, j) < until
    n_selected = scs_compact(t.list, t.chosen, n)
    memset(&tally, 0, sizeof(tally))
    for j in range(n_selected):
        t.kind[t.list[j]] = scs_pick(m.offence_until, m.offence_first, m.offence_shift,
                                     scs_draw_temptation(t, t.list[j]))
    for j in range(n_selected):
        t.chosen[t.list[j]] = scs_face_temptation(m, t, t.list[j], &tally)
    for j in range(scs_compact(t.list, t.chosen, n)):
        scs_report_offence(m, t, t.list[j], row)
    scs_count_offences(row, &tally)
    until = m.deed_until[r.n_deeds - 1] if r.n_deeds else 0
    for j in range(n):
        t.chosen[j] = scs_draw_occasion(t, j) < until
    n_selected = scs_compact(t.list, t.chosen, n)
    memset(&tally, 0, sizeof(tally))
    for j in range(n_selected):
        t.kind[t.list[j]] = scs_pick(m.deed_until, m.deed_first, m.deed_shift,
                                     scs_draw_occasion(t, t.list[j]))
    for j in range(n_selected):
        t.chosen[t.list[j]] = scs_use_free_time(m, t, t.list[j], &tally)
    for j in range(scs_compact(t.list, t.chosen, n)):
        scs_report_deed(m, t, t.list[j], row)
    scs_count_deeds(row, &tally)


cdef inline void help_informally(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Informal help by those who did no scored deed."""
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int32_t rate = <int32_t>m.rules.help_rate, helpers = 0
    cdef int j
    for j in range(<int>t.n):
        helpers += scs_helps(t, j, rate, quality[j])
    row.sums[SCS_informal_help] += helpers
    row.sums[SCS_social_value] += helpers * m.rules.help_value
    row.sums[SCS_welfare] += helpers * m.rules.help_value


cdef inline void favour(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Leaders credit clients and frame dissenters, where a leader bends the rules."""
    cdef scs_rules_t *r = &m.rules
    cdef uint8_t *ties = m.state.ties + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint8_t bends = <uint8_t>t.bends
    cdef int j
    if not (r.recorded and t.bends):
        return
    for j in range(<int>t.n):
        t.chosen[j] = ((ties[j] & bends) | t.ordered[j] | (traits[j] & SCS_DISSENTER)) != 0
    for j in range(scs_compact(t.list, t.chosen, <int>t.n)):
        scs_favour_or_frame(m, t, t.list[j], row)


cdef inline void sell(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Leaders sell points: list whose draw could be below the rates, then look closer."""
    cdef scs_rules_t *r = &m.rules
    cdef int64_t until = 0, level
    cdef int j
    if not (r.sells and t.bends):
        return
    for level in range(r.n_levels):
        until += r.sale_rate[level]
    for j in range(<int>t.n):
        t.chosen[j] = scs_draw_sale(t, j) < until
    for j in range(scs_compact(t.list, t.chosen, <int>t.n)):
        scs_sell(m, t, t.list[j], row)
