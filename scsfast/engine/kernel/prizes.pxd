# 6 Prizes: ranks for a selection, its cuts, and who of a tile has won.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.tile cimport fill


cdef inline void rank_citizens(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick
) noexcept nogil:
    """Rank a tile's citizens for a tick by their needs and what is now published."""
    cdef int64_t kind
    fill(m, t, SCS_NEEDS, tick)
    for kind in range(m.rules.n_prizes):
        rank_kind(m, t, row, kind)


cdef inline void rank_kind(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind
) noexcept nogil:
    """List a tile's applicants for one kind of prize, and rank them."""
    cdef scs_prize_t *p = &m.prizes[kind]
    cdef uint32_t *draw = &t.draw[4 * SCS_NEEDS + kind][0]
    cdef int32_t needy_from = m.needy_from[kind]
    cdef int32_t j, k, n
    cdef uint16_t *lot = m.state.lot[kind] + t.start
    cdef uint16_t *rank = m.ranks[kind][0] + t.start
    cdef uint16_t *oracle_rank = m.ranks[kind][2] + t.start
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int32_t *wealth = m.state.wealth + t.start
    if needy_from >= 0:
        for j in range(<int32_t>t.n):
            t.need[j] = <int32_t>(draw[j] & 255) >= needy_from
        for j in range(<int32_t>t.n):
            t.chosen[j] = <uint8_t>t.need[j]
    else:
        for j in range(<int32_t>t.n):
            t.chosen[j] = m.applies[kind][draw[j] & 255]
    n = scs_list(t.list, t.chosen, <int>t.n)
    m.applied[kind][t.number] = <uint16_t>n
    memcpy(m.applicant[kind] + t.start, t.list, n)
    for k in range(n):
        j = t.list[k]
        t.need[k] = m.state.need[kind][draw[j] & 255]
        lot[k] = <uint16_t>(draw[j] >> 16)
        oracle_rank[k] = scs_value_rank(1, t.need[k], quality[j])
    if p.desk_bonus and t.bends >> p.desk_level & 1:
        count_lifted(m, t, row, kind, n)
    if p.rule == SCS_BY_EXCLUSION:
        rank_by_list(m, t, kind, n)
    elif p.rule == SCS_BY_GRADE and m.rules.scored:
        rank_by_grade(m, t, kind, n)
    elif p.rule == SCS_BY_SCORE and m.rules.scored:
        rank_by_score(m, t, kind, n)
    elif p.rule == SCS_BY_MARKET:
        for k in range(n):
            rank[k] = scs_market_rank(1, t.need[k], wealth[t.list[k]])
    elif p.rule != SCS_BY_ORACLE:
        for k in range(n):
            rank[k] = 1


cdef inline int32_t bonus_of(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """Return by how many points the desk of a tile's pool ranks its clients higher."""
    cdef scs_prize_t *p = &m.prizes[kind]
    return <int32_t>p.desk_bonus if t.bends >> p.desk_level & 1 else 0


cdef inline void rank_by_score(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n
) noexcept nogil:
    """Rank by points, actual and fair; clients of the leader at the desk stand higher."""
    cdef int32_t floor = <int32_t>m.rules.floor, bonus = bonus_of(m, t, kind)
    cdef int32_t at_base = <int32_t>m.rules.at_base
    cdef int32_t j, k, enrolled, tied, desk = <int32_t>m.prizes[kind].desk_level
    cdef uint8_t *ties = m.state.ties + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint16_t *rank = m.ranks[kind][0] + t.start
    cdef uint16_t *fair_rank = m.ranks[kind][1] + t.start
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
    """Rank by the grade that points, and what the desk adds, come to."""
    cdef scs_rules_t *r = &m.rules
    cdef int32_t bonus = bonus_of(m, t, kind), desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start
    cdef int32_t k, enrolled, tied
    for k in range(n):
        i = a + t.list[k]
        enrolled = (m.state.traits[i] & SCS_ENROLLED) != 0
        tied = (m.state.ties[i] >> desk & 1) & enrolled
        enrolled |= <int32_t>m.rules.at_base
        m.ranks[kind][0][a + k] = scs_grade_rank(r, 1, enrolled, m.state.score[i],
                                                 bonus * tied)
        m.ranks[kind][1][a + k] = scs_grade_rank(r, 1, enrolled, m.state.fair_score[i], 0)


cdef inline void rank_by_list(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int32_t n
) noexcept nogil:
    """Rank those off the list, or lifted over it at the desk, before those on it."""
    cdef int32_t lifts = bonus_of(m, t, kind) != 0
    cdef int32_t k, tied, desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start
    for k in range(n):
        i = a + t.list[k]
        tied = (m.state.ties[i] >> desk & 1) & ((m.state.traits[i] & SCS_ENROLLED) != 0)
        m.ranks[kind][0][a + k] = scs_exclusion_rank(
            1, (m.state.listed[i] == 0) | (lifts & tied))
        m.ranks[kind][1][a + k] = scs_exclusion_rank(1, m.state.fair_listed[i] == 0)


cdef inline void count_lifted(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind, int32_t n
) noexcept nogil:
    """Count the enrolled applicants of a tile whom the desk ranks higher next tick."""
    cdef uint8_t *ties = m.state.ties + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef int32_t j, k, lifted = 0, desk = <int32_t>m.prizes[kind].desk_level
    for k in range(n):
        j = t.list[k]
        lifted += (ties[j] >> desk & 1) & ((traits[j] & SCS_ENROLLED) != 0)
    row.lifted[kind] += lifted


cdef inline void flush_lifted(scs_model_t *m, scs_row_t *row) noexcept nogil:
    """Record those whom the desks have ranked higher for this tick."""
    cdef int64_t kind, desk
    for kind in range(m.rules.n_prizes):
        desk = m.prizes[kind].desk_level
        row.by_level[desk * SCS_N_by_level + SCS_desk_lifted] += row.lifted[kind]
        row.lifted[kind] = 0


cdef inline void count_pool(
    scs_model_t *m, scs_row_t *row, int64_t kind, scs_pool_t *pool, int64_t share
) noexcept nogil:
    """Count a pool's applicants and places, and what a lottery would be worth."""
    cdef uint16_t *rank
    cdef int64_t *entry = row.by_prize + kind * SCS_N_by_prize
    cdef int64_t tile, k, value = 0, applicants = 0, places
    for tile in range(pool.first, pool.last):
        rank = m.ranks[kind][2] + scs_tile_start(pool, tile)
        for k in range(pool.applied[tile]):
            value += rank[k]
        applicants += pool.applied[tile]
    value -= applicants
    places = min(share, applicants)
    entry[SCS_places] += places
    entry[SCS_applicants] += applicants
    if applicants:
        entry[SCS_lottery_prize_value] += (
            places * <int64_t>((<uint64_t>value << 16) // <uint64_t>applicants))


cdef inline scs_cut_t cut_of(scs_model_t *m, scs_tile_t *t, int64_t kind, int rule) noexcept nogil:
    """Return the cut of a tile's pool under a rule."""
    return m.cuts[kind][3 * t.pool[kind] + m.rule_of[kind][rule]]


cdef inline int list_winners(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """List which of a tile's applicants win by any rule; return how many."""
    cdef scs_cut_t cut = cut_of(m, t, kind, 0), fair_cut = cut_of(m, t, kind, 1)
    cdef scs_cut_t oracle_cut = cut_of(m, t, kind, 2)
    cdef uint16_t *rank = m.ranks[kind][0] + t.start
    cdef uint16_t *fair_rank = m.ranks[kind][1] + t.start
    cdef uint16_t *oracle_rank = m.ranks[kind][2] + t.start
    cdef uint16_t *lot = m.state.lot[kind] + t.start
    cdef uint8_t *applicant = m.applicant[kind] + t.start
    cdef uint32_t i, start = <uint32_t>t.start
    cdef int k, won, fair_won, oracle_won, listed = 0
    for k in range(m.applied[kind][t.number]):
        i = start + applicant[k]
        won = scs_wins(rank[k], lot[k], i, cut)
        fair_won = scs_wins(fair_rank[k], lot[k], i, fair_cut)
        oracle_won = scs_wins(oracle_rank[k], lot[k], i, oracle_cut)
        t.won[k], t.fair_won[k], t.oracle_won[k] = won, fair_won, oracle_won
        t.list[listed] = k
        listed += won | fair_won | oracle_won
    return listed


cdef inline void count_prize(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int k, int64_t kind
) noexcept nogil:
    """Count a citizen who won, or would have won, a prize."""
    cdef scs_state_t *s = &m.state
    cdef int64_t i = t.start + m.applicant[kind][t.start + k]
    cdef int64_t value = m.ranks[kind][2][t.start + k] - 1
    cdef int64_t *sums = row.by_prize + kind * SCS_N_by_prize
    cdef int64_t *entry
    cdef int won = t.won[k], fair = t.fair_won[k], level
    cdef int64_t tercile = s.tercile[s.quality[i]]
    cdef uint32_t classes = s.ties[i] | <uint32_t>1 << SCS_TIE_ALL
    sums[SCS_prizes] += won
    sums[SCS_prizes_moved] += won & (1 - fair)
    sums[SCS_prize_value] += won * value
    sums[SCS_fair_prize_value] += fair * value
    sums[SCS_oracle_prize_value] += t.oracle_won[k] * value
    entry = row.by_group + (s.traits[i] & SCS_GROUP) * SCS_N_by_group
    entry[SCS_group_prizes] += won
    entry[SCS_group_fair_prizes] += fair
    if s.ties[i]:
        classes |= <uint32_t>1 << SCS_TIE_ANY
    for level in range(SCS_N_TIES):
        if classes >> level & 1:
            entry = row.by_tie + (level * SCS_N_TERCILES + tercile) * SCS_N_by_tie
            entry[SCS_connected_prizes] += won
            entry[SCS_connected_fair_prizes] += fair


cdef inline void note_bins(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind
) noexcept nogil:
    """Note in which bin of B a tile's citizens come to a selection."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int64_t a = t.start, bins = m.prizes[kind].bins
    cdef int j, n = <int>t.n
    if bins == SCS_BINS_SCORE:
        for j in range(n):
            t.bin[j] = scs_score_bin(r, s.score[a + j])
    elif bins == SCS_BINS_GRADE:
        for j in range(n):
            t.bin[j] = scs_grade(r, s.score[a + j])
    else:
        for j in range(n):
            t.bin[j] = s.listed[a + j] != 0
    for j in range(n):
        t.code[j] = <uint8_t>t.bin[j]
    for j in range(n):
        t.code[j] |= 0 if s.traits[a + j] & SCS_ENROLLED else SCS_SCORE_BINS
    scs_count(&row.bins[kind], t.code, n)


cdef inline void reward(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick
) noexcept nogil:
    """See who of a tile has won prizes of each kind."""
    cdef int64_t kind
    for kind in range(m.rules.n_prizes):
        reward_kind(m, t, row, tick, kind)


cdef inline void reward_kind(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick, int64_t kind
) noexcept nogil:
    """See who of a tile has won a prize of one kind."""
    cdef scs_state_t *s = &m.state
    cdef scs_prize_t *p = &m.prizes[kind]
    cdef int64_t i
    cdef int j, k, listed
    if p.learns:
        note_bins(m, t, row, kind)
    for listed in range(list_winners(m, t, kind)):
        k = t.list[listed]
        count_prize(m, t, row, k, kind)
        if t.won[k]:
            j = m.applicant[kind][t.start + k]
            i = t.start + j
            if p.learns:
                row.bin_wins[kind][t.bin[j]] += (s.traits[i] & SCS_ENROLLED) != 0
            s.prizes[i] += (tick >= m.rules.measured_from) & (s.prizes[i] < 65535)
            t.prize_value[j] += <int32_t>p.value
            t.prize_wealth[j] += <int32_t>p.wealth
