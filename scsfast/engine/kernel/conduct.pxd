# 1 Conduct and 3 Report, a tile at a time: list citizens with an offer, then process them.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memset

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.tile cimport draw_few


cdef inline void begin(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Begin the month of a tile, with only the points that the review gave to all."""
    cdef uint32_t *published = m.state.published[tick & 1] + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef int32_t extra = t.unit_points
    cdef int j, n = <int>t.n
    for j in range(n):
        t.own_word[j] = published[j]
        t.fair_points[j] = t.gain[j] = 0
        t.moved[j] = 0
        t.points[j] = extra if traits[j] & SCS_ENROLLED else 0
        t.prize_value[j] = t.prize_wealth[j] = 0
    for j in range(n):
        t.limit[j] = t.fair_limit[j] = SCS_NO_LIMIT
        t.severe[j] = t.fair_severe[j] = t.taken_off[j] = 0
        t.violated[j] = t.fair_violated[j] = 0
    if m.rules.list_repair:
        memset(t.repaired, 0, n)


cdef inline void act(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Face temptations, then use free time."""
    face_temptations(m, t, row)
    use_free_time(m, t, row)


cdef inline void face_temptations(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row
) noexcept nogil:
    """List citizens with a possible temptation by the upper half of the draw; process them."""
    cdef scs_tally_t tally
    cdef scs_offers_t *offers = &m.offers[0]
    cdef int32_t until
    cdef int j, k, n_selected
    if offers.n == 0:
        return
    until = 1 + (offers.last[offers.n - 1] >> 16)
    for j in range(<int>t.n):
        t.flag[j] = <int32_t>scs_draw_temptation_high(t, j) < until
    n_selected = scs_compact_flags(t.list, t.flag, <int>t.n)
    draw_few(m, t, SCS_TEMPTED, n_selected)
    scs_note_offers(m, t, n_selected, offers, &t.draw[SCS_ROW(SCS_CITIZEN, 0)][0], 0,
                    &t.draw[SCS_ROW(SCS_TEMPTED, 0)][0])
    scs_choose_offences(m, t, n_selected, row)
    memset(&tally, 0, sizeof(tally))
    for j in range(scs_compact_flags(t.reports, t.flag, n_selected)):
        k = t.reports[j]
        t.observed[k] = scs_face_temptation(m, t, t.list[k], k, &tally)
    for j in range(scs_compact(t.reports, t.observed, n_selected)):
        k = t.reports[j]
        scs_report_offence(m, t, t.list[k], k, row)
    scs_count_offences(row, &tally)


cdef inline void use_free_time(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row
) noexcept nogil:
    """List citizens with a possible occasion by the upper half of the draw; process them."""
    cdef scs_tally_t tally
    cdef scs_offers_t *offers = &m.offers[1]
    cdef int32_t until
    cdef int j, k, n_selected
    if offers.n == 0:
        return
    until = 1 + (offers.last[offers.n - 1] >> 16)
    for j in range(<int>t.n):
        t.flag[j] = <int32_t>scs_draw_occasion_high(t, j) < until
    n_selected = scs_compact_flags(t.list, t.flag, <int>t.n)
    draw_few(m, t, SCS_FREE_TIME, n_selected)
    scs_note_offers(m, t, n_selected, offers, &t.draw[SCS_ROW(SCS_CITIZEN, 0)][0], 16,
                    &t.draw[SCS_ROW(SCS_FREE_TIME, 0)][0])
    scs_choose_deeds(m, t, n_selected, row)
    memset(&tally, 0, sizeof(tally))
    for j in range(scs_compact_flags(t.reports, t.flag, n_selected)):
        k = t.reports[j]
        t.observed[k] = scs_use_free_time(m, t, t.list[k], k, &tally)
    for j in range(scs_compact(t.reports, t.observed, n_selected)):
        k = t.reports[j]
        scs_report_deed(m, t, t.list[k], k, row)
    scs_count_deeds(row, &tally)


cdef inline void help_informally(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Let citizens help informally whom points did not move to a deed."""
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int32_t rate = <int32_t>m.rules.help_rate, helpers = 0
    cdef int j
    for j in range(<int>t.n):
        helpers += scs_helps(t, j, rate, quality[j])
    row.sums[SCS_informal_help] += helpers
    row.sums[SCS_social_value] += helpers * m.rules.help_value
    row.sums[SCS_welfare] += helpers * m.rules.help_value


cdef inline void credit_and_frame(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Leaders credit clients and frame dissenters, where a leader manipulates the rules."""
    cdef scs_rules_t *r = &m.rules
    cdef const uint8_t *ties = t.clients
    cdef const uint8_t *traits = t.views
    cdef uint8_t manipulates = <uint8_t>t.manipulates
    cdef int j, k, n_selected
    if not (r.recorded and t.manipulates):
        return
    for j in range(<int>t.n):
        t.chosen[j] = ((ties[j] & manipulates) | t.ordered[j] | (traits[j] & SCS_DISSENTER)) != 0
    n_selected = scs_compact(t.list, t.chosen, <int>t.n)
    draw_few(m, t, SCS_LEADERSHIP, n_selected)
    for k in range(n_selected):
        scs_favour_or_frame(m, t, t.list[k], k, row)


cdef inline void sell(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Leaders sell points: list citizens who may buy from any of them, then check each."""
    cdef scs_rules_t *r = &m.rules
    cdef const uint8_t *ties = t.clients
    cdef uint8_t *means = m.state.means + t.start
    cdef uint8_t manipulates = <uint8_t>t.manipulates
    cdef int32_t rich_from = 256
    cdef int j, k, n_selected, level
    if not (r.sells and t.manipulates):
        return
    for level in range(<int>r.n_levels):
        rich_from = min(rich_from, <int32_t>r.rich_from[level])
    for j in range(<int>t.n):
        t.chosen[j] = (((ties[j] & manipulates) | t.ordered[j]) != 0) | (means[j] >= rich_from)
    n_selected = scs_compact(t.list, t.chosen, <int>t.n)
    draw_few(m, t, SCS_SALES, n_selected)
    for k in range(n_selected):
        scs_sell(m, t, t.list[k], k, row)
