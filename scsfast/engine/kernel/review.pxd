# 5 Review: leaders' careers, and the points that units get by comparing their means.
from libc.stdint cimport int64_t, uint8_t, uint32_t
from libc.string cimport memset

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *

cdef inline void replace(
    scs_model_t *m, scs_review_t *v, int level, int64_t unit, int64_t tick, int honest
) noexcept nogil:
    """Put a new leader in office, with other clients."""
    cdef scs_rules_t *r = &m.rules
    cdef uint32_t draw
    v.serial[level][unit] += 1
    draw = scs_draw_leader(m, level, <uint32_t>unit, <uint32_t>v.serial[level][unit])
    v.manipulating[level] -= m.manipulates[level][unit]
    m.manipulates[level][unit] = not honest and draw < r.manipulator_share[level]
    v.manipulating[level] += m.manipulates[level][unit]
    v.ends[level][unit] = tick + r.tenure[level] if r.tenure[level] else -1
    v.renewed[level][unit] = 1


cdef inline void count_connected(
    scs_model_t *m, scs_review_t *v, int64_t start, int64_t stop
) noexcept nogil:
    """Count the citizens [start, stop) of the world by tie and tercile."""
    cdef uint32_t count[256][4]  # of such ties and such a tercile
    cdef int64_t i, tercile, n
    cdef int level, ties
    memset(count, 0, sizeof(count))
    for i in range(start, stop):
        count[m.state.ties[i]][m.state.tercile[m.state.quality[i]]] += 1
    for ties in range(1 << m.rules.n_levels):
        for tercile in range(SCS_N_TERCILES):
            n = count[ties][tercile]
            v.connected[SCS_TIE_ALL * SCS_N_TERCILES + tercile] += n
            v.connected[SCS_TIE_ANY * SCS_N_TERCILES + tercile] += n if ties else 0
            for level in range(<int>m.rules.n_levels):
                v.connected[level * SCS_N_TERCILES + tercile] += n * (ties >> level & 1)


cdef inline void retie_village(
    scs_model_t *m, scs_review_t *v, int64_t village
) noexcept nogil:
    """Draw the ties of a village's citizens to the leaders who are new this tick."""
    cdef int level
    cdef int64_t unit
    for level in range(<int>m.rules.n_levels):
        unit = m.units.of[level][village]
        if v.renewed[level][unit]:
            retie(m, v, level, unit, m.units.start[village], m.units.start[village + 1])


cdef inline void retie(
    scs_model_t *m, scs_review_t *v, int level, int64_t unit, int64_t start, int64_t stop
) noexcept nogil:
    """Draw the ties of citizens of a unit to its new leader."""
    cdef scs_state_t *s = &m.state
    cdef uint32_t who[512]
    cdef uint32_t words[4][512]
    cdef int64_t i, j, n, tercile
    cdef uint8_t before, bit = <uint8_t>(1 << level)
    while start < stop:
        n = min(stop - start, SCS_TILE)
        for j in range(SCS_TILE):
            who[j] = <uint32_t>(start + j)
        scs_philox_fill(&words[0][0], SCS_TILE, who, n, <uint32_t>v.serial[level][unit],
                        m.replicate, SCS_TIES + level, m.seed)
        for j in range(n):
            i = start + j
            before, tercile = s.ties[i], s.tercile[s.quality[i]]
            s.ties[i] = before & ~bit
            if scs_draw_tie(words, <int>j) < s.tie[256 * level + s.means[i]]:
                s.ties[i] |= bit
            v.connected[level * SCS_N_TERCILES + tercile] += (
                ((s.ties[i] & bit) != 0) - ((before & bit) != 0))
            v.connected[SCS_TIE_ANY * SCS_N_TERCILES + tercile] += (
                (s.ties[i] != 0) - (before != 0))
        start += n


cdef inline void career(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int level, int64_t unit, int64_t tick
) noexcept nogil:
    """End a leader's tenure, or let an audit catch it."""
    cdef int64_t *entry = row.by_level + level * SCS_N_by_level
    cdef int64_t audit = m.rules.audit[level]
    v.renewed[level][unit] = 0
    if v.ends[level][unit] == tick:
        entry[SCS_retired] += 1
        replace(m, v, level, unit, tick, 0)
    elif audit and scs_draw_audit(m, level, <uint32_t>unit, <uint32_t>tick) < audit:
        entry[SCS_audited] += 1
        if m.manipulates[level][unit]:
            entry[SCS_caught] += 1
            replace(m, v, level, unit, tick, 1)


cdef inline void learn_ways(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int level, int64_t tick,
    int64_t first_group, int64_t last_group
) noexcept nogil:
    """Let one leader of each group of siblings, those of one unit above, imitate another."""
    cdef int64_t group, first, last
    for group in range(first_group, last_group):
        first = scs_first_within(&m.units, level + 1, group)
        last = scs_first_within(&m.units, level + 1, group + 1)
        if last - first > 1:
            consider(m, v, row, level, group, first, last, tick)


cdef inline void consider(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int level, int64_t group,
    int64_t first, int64_t last, int64_t tick
) noexcept nogil:
    """Let a leader of the units [first, last) copy another by the Fermi rule."""
    cdef uint32_t who = <uint32_t>group, when = <uint32_t>tick
    cdef int64_t pupil, example, difference
    cdef uint8_t *ways = m.manipulates[level]
    if scs_draw_considers(m, level, who, when) >= m.rules.career_learning[level]:
        return
    pupil = first + (scs_draw_pupil(m, level, who, when) * (last - first) >> 32)
    example = first + (scs_draw_example(m, level, who, when) * (last - first - 1) >> 32)
    example += example >= pupil
    difference = scs_pay_off(m, v, level, example, first, last)
    difference -= scs_pay_off(m, v, level, pupil, first, last)
    if ways[pupil] == ways[example] or not scs_copies_way(
            &m.rules, level, difference, scs_draw_copies(m, level, who, when)):
        return
    ways[pupil] = ways[example]
    v.manipulating[level] += 1 if ways[pupil] else -1
    row.by_level[level * SCS_N_by_level + (SCS_turned if ways[pupil] else SCS_reformed)] += 1


cdef inline void note_deals(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int64_t village, int sign
) noexcept nogil:
    """Tally favours and bribes of a village: called before (-1) and after (+1) its tick."""
    cdef int64_t *entry
    cdef int level
    for level in range(<int>m.rules.n_levels):
        entry = row.by_level + level * SCS_N_by_level
        if sign < 0:
            v.favours_done[level][village] = v.bribes[level][village] = 0
        v.favours_done[level][village] += sign * (entry[SCS_suppressed] + entry[SCS_credited])
        v.bribes[level][village] += sign * entry[SCS_sold] * m.rules.sale_price[level]


cdef inline void roll_up(
    const scs_units_t *u, int64_t **sums, int level, int thread, int n_threads
) noexcept nogil:
    """Add up a thread's units of a level from those of the level below."""
    cdef int64_t unit, below, n_units = u.n[level]
    for unit in range(n_units * thread // n_threads, n_units * (thread + 1) // n_threads):
        sums[level][unit] = 0
        for below in range(scs_first_within(u, level, unit), scs_first_within(u, level, unit + 1)):
            sums[level][unit] += sums[level - 1][below]


cdef inline int64_t pursue_target(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int level, int64_t unit,
    int64_t first, int64_t last
) noexcept nogil:
    """Return the effort (16 bit) of a leader to look better than units [first, last)."""
    cdef scs_rules_t *r = &m.rules
    cdef int64_t figure = scs_figure(m, v, level, unit), close = 0, other, effort
    if not m.manipulates[level][unit] or last - first < 2:
        return 0
    for other in range(first, last):
        if other != unit:
            close += scs_closeness(r, level, scs_figure(m, v, level, other) - figure)
    effort = scs_effort(r, level, close // (last - first - 1))
    row.by_level[level * SCS_N_by_level + SCS_effort] += effort
    return effort


cdef inline void compete(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int level, int64_t unit
) noexcept nogil:
    """Find the points of a unit: inflation less re-centring."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_units_t *u = &m.units
    cdef int64_t mean = scs_unit_mean(u, v.sum, level, unit), size = scs_unit_size(u, level, unit)
    cdef int64_t above = scs_unit_above(u, level, unit), other, ahead = 0
    cdef int64_t first = scs_first_within(u, level + 1, above)
    cdef int64_t last = scs_first_within(u, level + 1, above + 1)
    cdef int64_t inflated = 0, taken = 0, effort = 0, more = 0
    if r.target[level]:
        effort = pursue_target(m, v, row, level, unit, first, last)
        m.hush[level][unit] = 0
        if r.target[level] == SCS_BY_COUNT:
            m.hush[level][unit] = effort * r.target_step[level] >> 16
        else:
            more = effort * r.target_step[level] >> 16
    if m.manipulates[level][unit] and (r.inflation[level] or more) and last - first > 1:
        for other in range(first, last):
            ahead += scs_unit_mean(u, v.sum, level, other) > mean
        inflated = scs_inflation(r, level, mean, scs_unit_mean(u, v.fair_sum, level, unit),
                                 ahead, last - first - 1, more)
        row.by_level[level * SCS_N_by_level + SCS_inflated] += inflated * size
    if level + 1 < r.n_levels and r.recentring[level + 1]:
        other = mean - scs_unit_mean(u, v.sum, level + 1, above)
        taken = (other if other > 0 else -other) * r.recentring[level + 1] >> 16
        row.by_level[(level + 1) * SCS_N_by_level + SCS_recentred] += taken * size
        taken = taken if other > 0 else -taken
    v.points[level][unit] = inflated - taken


cdef inline void review(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int64_t tick, scs_barrier_t *barrier,
    int thread, int n_threads
) noexcept nogil:
    """Replace leaders; give every village its points from the levels above it.

    All threads call this, each for units of its own.
    """
    cdef scs_rules_t *r = &m.rules
    cdef int level
    if r.learns or r.competes:
        for level in range(1, <int>r.n_levels):
            roll_up(&m.units, v.sum, level, thread, n_threads)
            if r.competes:
                roll_up(&m.units, v.fair_sum, level, thread, n_threads)
                roll_up(&m.units, v.violated, level, thread, n_threads)
            scs_barrier_wait(barrier, n_threads)
    for level in range(<int>r.n_levels):
        review_level(m, v, row, level, tick, thread, n_threads)
        row.by_level[level * SCS_N_by_level + SCS_manipulating] += v.manipulating[level]
    if r.competes:
        hand_down(m, v, barrier, thread, n_threads)


cdef inline void review_level(
    scs_model_t *m, scs_review_t *v, scs_row_t *row, int level, int64_t tick, int thread,
    int n_threads
) noexcept nogil:
    """Review a thread's units of a level: whole groups of siblings if leaders learn there."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_units_t *u = &m.units
    cdef bint learns = tick != 0 and r.career_learning[level] != 0
    cdef int64_t unit, n_parts = u.n[level + 1] if learns else u.n[level]
    cdef int64_t first_part = n_parts * thread // n_threads
    cdef int64_t last_part = n_parts * (thread + 1) // n_threads
    cdef int64_t first = scs_first_within(u, level + 1, first_part) if learns else first_part
    cdef int64_t last = scs_first_within(u, level + 1, last_part) if learns else last_part
    if r.reviews:
        for unit in range(first, last):
            career(m, v, row, level, unit, tick)
    if learns:
        learn_ways(m, v, row, level, tick, first_part, last_part)
    if r.competes:
        for unit in range(first, last):
            compete(m, v, row, level, unit)


cdef inline void hand_down(
    scs_model_t *m, scs_review_t *v, scs_barrier_t *barrier, int thread, int n_threads
) noexcept nogil:
    """Add the points of units to those of the units in them, from the top down."""
    cdef int level
    cdef int64_t unit, n_units
    for level in range(<int>m.rules.n_levels - 1, 0, -1):
        scs_barrier_wait(barrier, n_threads)
        n_units = m.units.n[level - 1]
        for unit in range(n_units * thread // n_threads,
                          n_units * (thread + 1) // n_threads):
            v.points[level - 1][unit] += v.points[level][scs_unit_above(&m.units, level - 1, unit)]


cdef inline void sum_village(
    scs_model_t *m, scs_review_t *v, int64_t village
) noexcept nogil:
    """Add up a village's scores for the next review."""
    cdef int64_t i, total = 0, fair = 0
    for i in range(m.units.start[village], m.units.start[village + 1]):
        total += m.state.score[i]
        fair += m.state.fair_score[i]
    v.sum[0][village], v.fair_sum[0][village] = total, fair


cdef inline void count_violated(scs_tile_t *t) noexcept nogil:
    """Add a tile's citizens with a recorded violation to those of its village."""
    cdef int j
    for j in range(<int>t.n):
        t.n_violated += t.violated[j]
