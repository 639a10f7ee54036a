# 8 Measurement: a tile's, or a village's, part of the registry's sums.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *


cdef inline void count_grades(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count a tile's citizens by grade, fair grade and whether they are bad."""
    cdef int32_t grade[SCS_TILE]
    cdef int32_t fair_grade[SCS_TILE]
    cdef int32_t worst = <int32_t>m.rules.bad_quality - 1  # of the bad, if any are
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int j, n = <int>t.n
    scs_grades(&m.rules, grade, m.state.score + t.start, n)
    scs_grades(&m.rules, fair_grade, m.state.fair_score + t.start, n)
    for j in range(n):
        t.code[j] = <uint8_t>(grade[j] | fair_grade[j] << 3 | (quality[j] <= worst) << 6)
    row.sums[SCS_grades_moved] += scs_count_grades(row.by_grade, t.code, m.rules.n_cuts + 1, n)


cdef inline void count_members(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count the citizens of a tile with a score, their quality, and the aware citizens."""
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int32_t j, enrolled = 0, aware = 0, sum_quality = 0
    for j in range(<int32_t>t.n):
        enrolled += traits[j] >> 3 & 1
        aware += traits[j] >> 4 & 1
        sum_quality += quality[j] * (traits[j] >> 3 & 1)
    row.sums[SCS_enrolled] += enrolled
    row.sums[SCS_enrolled_quality] += sum_quality
    row.sums[SCS_aware] += aware


cdef inline void measure(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Add a tile to the sums of the tick, after it has settled."""
    cdef scs_state_t *s = &m.state
    cdef int64_t *sums = row.sums
    cdef int64_t wealth = 0, payoff = 0
    cdef int32_t j, n = <int32_t>t.n, reliable = 0, opportunist = 0
    for j in range(n):
        wealth += s.wealth[t.start + j]
        payoff += s.payoff[t.start + j]
    for j in range(n):
        reliable += t.new_strategy[j] == SCS_RELIABLE
        opportunist += t.new_strategy[j] == SCS_OPPORTUNIST
    sums[SCS_displacement] += scs_displacement(s.score + t.start, s.fair_score + t.start, n)
    sums[SCS_wealth] += wealth
    sums[SCS_payoff] += payoff
    sums[SCS_reliable] += reliable
    sums[SCS_reliable + 1] += opportunist
    sums[SCS_reliable + 2] += n - reliable - opportunist
    count_members(m, t, row)
    count_grades(m, t, row)
    measure_groups(m, t, row)


cdef inline void measure_groups(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Add a tile's scores by group, and its citizens by group and judgement."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int32_t *score = s.score + t.start
    cdef int32_t *fair_score = s.fair_score + t.start
    cdef uint8_t *traits = s.traits + t.start
    cdef uint8_t *ties = s.ties + t.start
    cdef uint8_t *quality = s.quality + t.start
    cdef uint8_t *listed = s.listed + t.start
    cdef uint8_t *fair_listed = s.fair_listed + t.start
    cdef int32_t good_from = <int32_t>r.good_from, floor = <int32_t>r.floor
    cdef uint8_t worst = <uint8_t>(r.bad_quality - 1)  # of the bad, if any are
    cdef uint8_t bad = SCS_CODE_BAD if r.bad_quality else 0
    cdef int32_t j, n = <int32_t>t.n
    for j in range(n):
        t.code[j] = SCS_CODE_LOW if score[j] < good_from else 0
    for j in range(n):
        t.code[j] |= SCS_CODE_FAIR_LOW if fair_score[j] < good_from else 0
    for j in range(n):
        t.code[j] |= (traits[j] & SCS_GROUP) | (bad if quality[j] <= worst else 0)
    for j in range(n):
        t.code[j] |= SCS_CODE_TIED if ties[j] else 0
    if r.listing:
        for j in range(n):
            t.code[j] |= (
                (SCS_CODE_LOW | SCS_CODE_LISTED if listed[j] else 0)
                | (SCS_CODE_FAIR_LOW | SCS_CODE_FAIR_LISTED if fair_listed[j] else 0))
    scs_count_judged(row.by_group, row.by_stratum, t.code, n)
    row.sums[SCS_score] += sum_scores(
        row.by_group + SCS_group_score, score, traits, floor, n)
    row.sums[SCS_fair_score] += sum_scores(
        row.by_group + SCS_group_fair_score, fair_score, traits, floor, n)


cdef inline int64_t sum_scores(
    int64_t *column, const int32_t *score, const uint8_t *traits, int32_t floor, int64_t n
) noexcept nogil:
    """Add scores above the floor to a column by group; return the sum of all scores."""
    cdef int64_t above[4]
    cdef int64_t total = floor * n
    cdef int group
    scs_sum_groups(above, score, traits, floor, n)
    for group in range(SCS_N_GROUPS):
        column[group * SCS_N_by_group] += above[group]
        total += above[group]
    return total


cdef inline void flush_groups(scs_model_t *m, scs_row_t *row) noexcept nogil:
    """Add the floor to the scores that a thread has added up above it."""
    cdef int64_t *entry
    cdef int64_t floor
    cdef int group
    for group in range(SCS_N_GROUPS):
        entry = row.by_group + group * SCS_N_by_group
        floor = m.rules.floor * entry[SCS_group_citizens]
        entry[SCS_group_score] += floor
        entry[SCS_group_fair_score] += floor


cdef inline void distribute_stratum(scs_state_t *s, scs_row_t *row, int64_t i) noexcept nogil:
    """Add a citizen to the histograms of its group and tie."""
    cdef int64_t *table = row.stratum_histograms + (
        scs_stratum(s.traits[i], s.ties[i]) * SCS_BINS * SCS_N_stratum_histograms)
    cdef int64_t *entry = table + scs_wealth_bin(<uint32_t>s.wealth[i]) * SCS_N_stratum_histograms
    entry[SCS_stratum_wealth_count] += 1
    entry[SCS_stratum_wealth] += s.wealth[i]
    entry = table + min(<int>s.prizes[i], SCS_BINS - 1) * SCS_N_stratum_histograms
    entry[SCS_stratum_prize_count] += 1


cdef inline void distribute_grades(
    scs_model_t *m, scs_row_t *row, int64_t start, int64_t n
) noexcept nogil:
    """Add at most a tile of citizens to the changes of grade since the first measured tick."""
    cdef uint8_t *first_grade = m.state.first_grade + start
    cdef int32_t grade[SCS_TILE]
    cdef int64_t j
    scs_grades(&m.rules, grade, m.state.score + start, n)
    for j in range(n):
        row.grade_transitions[first_grade[j] * SCS_MAX_GRADES + grade[j]] += 1


cdef inline void distribute(
    scs_model_t *m, scs_row_t *row, int64_t village, int64_t tick
) noexcept nogil:
    """Add a village to the histograms and unit sums of a distribution tick."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int64_t i, k, judge, bin
    cdef int64_t *unit
    cdef int32_t *scores[2]
    scores[SCS_ACTUAL], scores[SCS_FAIR] = s.score, s.fair_score
    if tick >= r.measured_from:
        for k in range(m.units.tile[village], m.units.tile[village + 1]):
            i = m.units.tile_start[k]
            distribute_grades(m, row, i, min(SCS_TILE, m.units.start[village + 1] - i))
    for i in range(m.units.start[village], m.units.start[village + 1]):
        for judge in range(2):
            bin = scs_score_bin(r, scores[judge][i])
            k = (judge * SCS_SCORE_BINS + bin) * SCS_QUALITY_CLASSES
            row.score_histogram[k + s.quality_class[s.quality[i]]] += 1
        k = scs_wealth_bin(<uint32_t>s.wealth[i])
        row.histograms[k * SCS_N_histograms + SCS_wealth_count] += 1
        k = min(<int>s.prizes[i], SCS_BINS - 1)
        row.histograms[k * SCS_N_histograms + SCS_prize_count] += 1
        distribute_stratum(s, row, i)
        if r.mean_level >= 0:
            unit = row.by_unit + m.units.of[r.mean_level][village] * SCS_N_by_unit
            unit[SCS_unit_citizens] += 1
            unit[SCS_unit_score] += s.score[i]
            unit[SCS_unit_fair_score] += s.fair_score[i]


cdef inline void flush(
    scs_model_t *m, scs_row_t *row, const int64_t *connected
) noexcept nogil:
    """Turn what a thread has counted in a tick into the columns of the tables."""
    cdef int k
    for k in range(SCS_N_TIES * SCS_N_TERCILES):
        row.by_tie[k * SCS_N_by_tie + SCS_connected] = connected[k]
    scs_flush_outcomes(m, row)
    scs_flush_winners(m, row)
    flush_groups(m, row)
