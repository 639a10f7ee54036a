# 8 Measurement: a tile's, or a village's, part of the registry's sums.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

from scsfast.engine.csrc cimport *


cdef inline void count_grades(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count a tile's citizens by grade: those at or above each cut, differenced."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int32_t j, n = <int32_t>t.n, cut, worst = <int32_t>r.bad_quality, bad
    cdef int32_t above, fair_above, bad_above, fair_bad_above, moved = 0
    cdef int32_t *score = s.score + t.start
    cdef int32_t *fair = s.fair_score + t.start
    cdef uint8_t *quality = s.quality + t.start
    cdef int64_t *entry = row.by_grade
    cdef int64_t k
    bad = 0
    for j in range(n):
        bad += quality[j] < worst
        t.grade_moved[j] = 0
    entry[SCS_grade_citizens] += n
    entry[SCS_grade_fair_citizens] += n
    entry[SCS_grade_bad] += bad
    entry[SCS_grade_fair_bad] += bad
    for k in range(r.n_cuts):
        cut = <int32_t>r.cuts[k]
        above = fair_above = bad_above = fair_bad_above = 0
        for j in range(n):
            above += score[j] >= cut
            fair_above += fair[j] >= cut
            bad_above += (score[j] >= cut) & (quality[j] < worst)
            fair_bad_above += (fair[j] >= cut) & (quality[j] < worst)
            t.grade_moved[j] |= (score[j] >= cut) ^ (fair[j] >= cut)
        entry[SCS_grade_citizens] -= above
        entry[SCS_grade_fair_citizens] -= fair_above
        entry[SCS_grade_bad] -= bad_above
        entry[SCS_grade_fair_bad] -= fair_bad_above
        entry += SCS_N_by_grade
        entry[SCS_grade_citizens] += above
        entry[SCS_grade_fair_citizens] += fair_above
        entry[SCS_grade_bad] += bad_above
        entry[SCS_grade_fair_bad] += fair_bad_above
    for j in range(n):
        moved += t.grade_moved[j]
    row.sums[SCS_grades_moved] += moved


cdef inline void measure(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Add a tile to the sums of the tick, after it has settled."""
    cdef scs_state_t *s = &m.state
    cdef int64_t *sums = row.sums
    cdef int64_t score = 0, fair = 0, moved = 0, wealth = 0, payoff = 0
    cdef int32_t j, n = <int32_t>t.n, reliable = 0, opportunist = 0
    cdef int32_t *a = s.score + t.start
    cdef int32_t *b = s.fair_score + t.start
    for j in range(n):
        score += a[j]
        fair += b[j]
        moved += a[j] - b[j] if a[j] > b[j] else b[j] - a[j]
    for j in range(n):
        wealth += s.wealth[t.start + j]
        payoff += s.payoff[t.start + j]
    for j in range(n):
        reliable += t.new_strategy[j] == 0
        opportunist += t.new_strategy[j] == 1
    sums[SCS_score] += score
    sums[SCS_fair_score] += fair
    sums[SCS_displacement] += moved
    sums[SCS_wealth] += wealth
    sums[SCS_payoff] += payoff
    sums[SCS_reliable] += reliable
    sums[SCS_reliable + 1] += opportunist
    sums[SCS_reliable + 2] += n - reliable - opportunist
    count_grades(m, t, row)


cdef inline void distribute(
    scs_model_t *m, scs_row_t *row, int64_t start, int64_t tick
) noexcept nogil:
    """Add a village to the histograms and unit sums of a distribution tick."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int64_t i, k, judge, bin
    cdef int64_t *unit
    cdef int32_t *scores[2]
    scores[0], scores[1] = s.score, s.fair_score
    for i in range(start, min(start + r.spans[0], r.n_citizens)):
        for judge in range(2):
            bin = scs_score_bin(r, scores[judge][i])
            k = (judge * SCS_SCORE_BINS + bin) * SCS_QUALITY_CLASSES
            row.score_histogram[k + s.quality_class[s.quality[i]]] += 1
        k = scs_wealth_bin(<uint32_t>s.wealth[i])
        row.histograms[k * SCS_N_histograms + SCS_wealth_count] += 1
        k = min(<int>s.prizes[i], SCS_BINS - 1)
        row.histograms[k * SCS_N_histograms + SCS_prize_count] += 1
        if tick >= r.measured_from:
            k = s.first_grade[i] * SCS_MAX_GRADES
            row.grade_transitions[k + scs_grade(r, s.score[i])] += 1
        if r.mean_span:
            unit = row.by_unit + i // r.mean_span * SCS_N_by_unit
            unit[SCS_unit_citizens] += 1
            unit[SCS_unit_score] += s.score[i]
            unit[SCS_unit_fair_score] += s.fair_score[i]
