# 6 Prizes: applicants and their ranks.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.tile cimport draw_listed, fill, find_clients


cdef inline void rank_citizens(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick
) noexcept nogil:
    """Rank a tile's citizens for a tick by their needs and the published state."""
    cdef int64_t kind
    find_clients(m, t, tick)
    if m.rules.n_prizes > 1:  # many apply for one or the other: lots are drawn for all
        fill(m, t, SCS_LOTS, tick)
    for kind in range(m.rules.n_prizes):
        rank_kind(m, t, row, kind, <uint32_t>tick)


cdef inline void rank_kind(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind, uint32_t tick
) noexcept nogil:
    """List a tile's applicants for one kind of prize, and rank them."""
    cdef scs_prize_t *p = &m.prizes[kind]
    cdef int of = <int>kind
    cdef int32_t needy_from = m.needy_from[kind]
    cdef int32_t j, k, n
    cdef uint16_t *rank = m.ranks[kind][SCS_ACTUAL] + t.start
    cdef int32_t *wealth = m.state.wealth + t.start
    if needy_from >= 0:
        for j in range(<int32_t>t.n):
            t.flag[j] = <int32_t>scs_draw_need(t, of, j) >= needy_from
    else:
        for j in range(<int32_t>t.n):
            t.flag[j] = m.applies[kind][scs_draw_need(t, of, j)]
    n = scs_compact_flags(t.list, t.flag, <int>t.n)
    m.applied[kind][t.number] = <uint16_t>n
    memcpy(m.applicant[kind] + t.start, t.list, n * sizeof(uint16_t))
    if m.rules.n_prizes == 1:
        draw_listed(m, t, SCS_LOTS, n, tick)
    scs_note_applicants(m, t, of, n)
    scs_note_treatment(m, t, of, n)
    if p.desk_bonus and t.manipulates >> p.desk_level & 1:
        count_lifted(m, t, row, kind, n)
    if p.rule == SCS_BY_EXCLUSION:
        rank_by_list(m, t, kind, n)
    elif p.rule == SCS_BY_THRESHOLD:
        rank_by_threshold(m, t, kind, n)
    elif p.rule == SCS_BY_WEIGHT:
        rank_by_weight(m, t, kind, n, tick)
    elif p.rule == SCS_BY_GRADE and m.rules.scored:
        rank_by_grade(m, t, kind, n)
    elif p.rule == SCS_BY_SCORE and m.rules.scored:
        rank_by_score(m, t, kind, n)
    elif p.rule == SCS_BY_MARKET:
        for k in range(n):
            rank[k] = scs_market_rank(1, t.need[k], wealth[t.list[k]])
    elif p.rule == SCS_BY_QUEUE:
        for k in range(n):
            rank[k] = <uint16_t>(1 + t.need[k])
    elif p.rule != SCS_BY_ORACLE:
        for k in range(n):
            rank[k] = 1


cdef inline int32_t bonus_of(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """Return the points by which the desk of a tile's pool ranks its clients higher."""
    cdef scs_prize_t *p = &m.prizes[kind]
    return <int32_t>p.desk_bonus if t.manipulates >> p.desk_level & 1 else 0


cdef inline void rank_by_score(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n
) noexcept nogil:
    """Rank by points, actual and fair; clients of the leader at the desk rank higher."""
    cdef int32_t floor = <int32_t>m.rules.floor, bonus = bonus_of(m, t, kind)
    cdef int32_t at_base = <int32_t>m.rules.at_base
    cdef int32_t j, k, enrolled, tied, desk = <int32_t>m.prizes[kind].desk_level
    cdef const uint8_t *ties = t.clients
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint16_t *rank = m.ranks[kind][SCS_ACTUAL] + t.start
    cdef uint16_t *fair_rank = m.ranks[kind][SCS_FAIR] + t.start
    cdef int32_t *score = m.state.score + t.start
    cdef int32_t *fair_score = m.state.fair_score + t.start
    for k in range(n):
        j = t.list[k]
        enrolled, tied = (traits[j] & SCS_ENROLLED) != 0, ties[j] >> desk & 1
        rank[k] = scs_score_rank(1, enrolled | at_base, score[j] - floor,
                                 bonus * (tied & enrolled))
        fair_rank[k] = scs_score_rank(1, enrolled | at_base, fair_score[j] - floor, 0)


cdef inline void rank_by_grade(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n
) noexcept nogil:
    """Rank by the grade of points plus those of the desk."""
    cdef scs_rules_t *r = &m.rules
    cdef int32_t bonus = bonus_of(m, t, kind), desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start
    cdef int32_t k, enrolled, tied
    for k in range(n):
        i = a + t.list[k]
        enrolled = (m.state.traits[i] & SCS_ENROLLED) != 0
        tied = (t.clients[t.list[k]] >> desk & 1) & enrolled
        enrolled |= <int32_t>m.rules.at_base
        m.ranks[kind][SCS_ACTUAL][a + k] = scs_grade_rank(r, 1, enrolled, m.state.score[i],
                                                          bonus * tied)
        m.ranks[kind][SCS_FAIR][a + k] = scs_grade_rank(r, 1, enrolled, m.state.fair_score[i], 0)


cdef inline void rank_by_threshold(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n
) noexcept nogil:
    """Rank citizens whose points plus those of the desk reach the cut before all others."""
    cdef int32_t bonus = bonus_of(m, t, kind), desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start, cut = m.prizes[kind].cut
    cdef int32_t k, enrolled, tied
    for k in range(n):
        i = a + t.list[k]
        enrolled = (m.state.traits[i] & SCS_ENROLLED) != 0
        tied = (t.clients[t.list[k]] >> desk & 1) & enrolled
        enrolled |= <int32_t>m.rules.at_base
        m.ranks[kind][SCS_ACTUAL][a + k] = scs_threshold_rank(1, enrolled, m.state.score[i],
                                                              bonus * tied, cut)
        m.ranks[kind][SCS_FAIR][a + k] = scs_threshold_rank(1, enrolled, m.state.fair_score[i],
                                                            0, cut)


cdef inline void rank_by_weight(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n, int64_t tick
) noexcept nogil:
    """Rank for a lottery weighted by points above the floor plus those of the desk."""
    cdef int32_t bonus = bonus_of(m, t, kind), desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start, floor = m.rules.floor
    cdef int32_t k, enrolled, tied
    cdef uint32_t draw
    for k in range(n):
        i = a + t.list[k]
        enrolled = (m.state.traits[i] & SCS_ENROLLED) != 0
        tied = (t.clients[t.list[k]] >> desk & 1) & enrolled
        enrolled |= <int32_t>m.rules.at_base
        draw = scs_draw_weighted(m, <int>kind, <uint32_t>i, <uint32_t>tick)
        m.ranks[kind][SCS_ACTUAL][a + k] = scs_weighted_rank(
            1, enrolled, draw, m.state.score[i] - floor + 256 * bonus * tied)
        m.ranks[kind][SCS_FAIR][a + k] = scs_weighted_rank(
            1, enrolled, draw, m.state.fair_score[i] - floor)


cdef inline void rank_by_list(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n
) noexcept nogil:
    """Rank citizens off the list, or lifted over it at the desk, before those on it."""
    cdef int32_t lifts = bonus_of(m, t, kind) != 0
    cdef int32_t k, tied, desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start
    for k in range(n):
        i = a + t.list[k]
        tied = (t.clients[t.list[k]] >> desk & 1) & ((m.state.traits[i] & SCS_ENROLLED) != 0)
        m.ranks[kind][SCS_ACTUAL][a + k] = scs_exclusion_rank(
            1, (m.state.listed[i] == 0) | (lifts & tied))
        m.ranks[kind][SCS_FAIR][a + k] = scs_exclusion_rank(1, m.state.fair_listed[i] == 0)


cdef inline void count_lifted(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind, int32_t n
) noexcept nogil:
    """Count the enrolled applicants of a tile whom the desk ranks higher next tick."""
    cdef const uint8_t *ties = t.clients
    cdef uint8_t *traits = m.state.traits + t.start
    cdef int32_t j, k, lifted = 0, desk = <int32_t>m.prizes[kind].desk_level
    for k in range(n):
        j = t.list[k]
        lifted += (ties[j] >> desk & 1) & ((traits[j] & SCS_ENROLLED) != 0)
    row.lifted[kind] += lifted


cdef inline void flush_lifted(scs_model_t *m, scs_row_t *row) noexcept nogil:
    """Record the citizens whom the desks have ranked higher for this tick."""
    cdef int64_t kind, desk
    for kind in range(m.rules.n_prizes):
        desk = m.prizes[kind].desk_level
        row.by_level[desk * SCS_N_by_level + SCS_desk_lifted] += row.lifted[kind]
        row.lifted[kind] = 0
