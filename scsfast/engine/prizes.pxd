# 6 Prizes: ranks for a selection, its cuts, and who of a tile has won.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from scsfast.engine.csrc cimport *
from scsfast.engine.tile cimport fill


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
    """Rank a tile's citizens for one kind of prize."""
    cdef scs_prize_t *p = &m.prizes[kind]
    cdef uint32_t *draw = &t.draw[4 * SCS_NEEDS + kind][0]
    cdef int32_t *need = t.need
    cdef int32_t *table = m.state.need[kind]
    cdef int32_t need_from = <int32_t>p.need_from
    cdef int32_t j, n = <int32_t>t.n
    cdef uint16_t *lot = m.state.lot[kind] + t.start
    cdef uint16_t *rank = m.ranks[kind][0] + t.start
    cdef uint16_t *oracle_rank = m.ranks[kind][2] + t.start
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int32_t *wealth = m.state.wealth + t.start
    for j in range(n):
        need[j] = table[draw[j] & 255]
    for j in range(n):
        lot[j] = <uint16_t>(draw[j] >> 16)
    for j in range(n):
        oracle_rank[j] = scs_value_rank(need[j] >= need_from, need[j], quality[j])
    if p.desk_bonus and t.bends >> p.desk_level & 1:
        count_lifted(m, t, row, kind)
    if p.rule == SCS_BY_EXCLUSION:
        rank_by_list(m, t, kind)
    elif p.rule == SCS_BY_GRADE and m.rules.scored:
        rank_by_grade(m, t, kind)
    elif p.rule == SCS_BY_SCORE and m.rules.scored:
        rank_by_score(m, t, kind)
    elif p.rule == SCS_BY_MARKET:
        for j in range(n):
            rank[j] = scs_market_rank(need[j] >= need_from, need[j], wealth[j])
    elif p.rule != SCS_BY_ORACLE:
        for j in range(n):
            rank[j] = <uint16_t>(need[j] >= need_from)


cdef inline int32_t bonus_of(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """Return by how many points the desk of a tile's pool ranks its clients higher."""
    cdef scs_prize_t *p = &m.prizes[kind]
    return <int32_t>p.desk_bonus if t.bends >> p.desk_level & 1 else 0


cdef inline void rank_by_score(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """Rank by points, actual and fair; clients of the leader at the desk stand higher."""
    cdef int32_t *need = t.need
    cdef int32_t need_from = <int32_t>m.prizes[kind].need_from
    cdef int32_t floor = <int32_t>m.rules.floor, bonus = bonus_of(m, t, kind)
    cdef int32_t j, n = <int32_t>t.n, enrolled, tied
    cdef int32_t at_base = <int32_t>m.rules.at_base
    cdef int32_t desk = <int32_t>m.prizes[kind].desk_level
    cdef uint8_t *ties = m.state.ties + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint16_t *rank = m.ranks[kind][0] + t.start
    cdef uint16_t *fair_rank = m.ranks[kind][1] + t.start
    cdef int32_t *score = m.state.score + t.start
    cdef int32_t *fair_score = m.state.fair_score + t.start
    for j in range(n):
        enrolled, tied = (traits[j] & SCS_ENROLLED) != 0, ties[j] >> desk & 1
        rank[j] = scs_score_rank(need[j] >= need_from, enrolled | at_base,
                                 score[j] - floor, bonus * (tied & enrolled))
        fair_rank[j] = scs_score_rank(need[j] >= need_from, enrolled | at_base,
                                      fair_score[j] - floor, 0)


cdef inline void rank_by_grade(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """Rank by the grade that points, and what the desk adds, come to."""
    cdef scs_rules_t *r = &m.rules
    cdef int32_t *need = t.need
    cdef int32_t need_from = <int32_t>m.prizes[kind].need_from
    cdef int32_t bonus = bonus_of(m, t, kind), desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start
    cdef int32_t j, enrolled, tied
    for j in range(<int32_t>t.n):
        i = a + j
        enrolled = (m.state.traits[i] & SCS_ENROLLED) != 0
        tied = (m.state.ties[i] >> desk & 1) & enrolled
        enrolled |= <int32_t>m.rules.at_base
        m.ranks[kind][0][i] = scs_grade_rank(
            r, need[j] >= need_from, enrolled, m.state.score[i], bonus * tied)
        m.ranks[kind][1][i] = scs_grade_rank(
            r, need[j] >= need_from, enrolled, m.state.fair_score[i], 0)


cdef inline void rank_by_list(scs_model_t *m, scs_tile_t *t, int64_t kind) noexcept nogil:
    """Rank those off the list, or lifted over it at the desk, before those on it."""
    cdef int32_t *need = t.need
    cdef int32_t need_from = <int32_t>m.prizes[kind].need_from
    cdef int32_t lifts = bonus_of(m, t, kind) != 0
    cdef int32_t j, tied, desk = <int32_t>m.prizes[kind].desk_level
    cdef int64_t i, a = t.start
    for j in range(<int32_t>t.n):
        i = a + j
        tied = (m.state.ties[i] >> desk & 1) & ((m.state.traits[i] & SCS_ENROLLED) != 0)
        m.ranks[kind][0][i] = scs_exclusion_rank(
            need[j] >= need_from, (m.state.listed[i] == 0) | (lifts & tied))
        m.ranks[kind][1][i] = scs_exclusion_rank(
            need[j] >= need_from, m.state.fair_listed[i] == 0)


cdef inline void count_lifted(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind
) noexcept nogil:
    """Count the enrolled applicants of a tile whom the desk ranks higher next tick."""
    cdef scs_state_t *s = &m.state
    cdef int32_t need_from = <int32_t>m.prizes[kind].need_from
    cdef uint8_t at_desk = <uint8_t>(1 << m.prizes[kind].desk_level)
    cdef uint8_t *ties = s.ties + t.start
    cdef uint8_t *traits = s.traits + t.start
    cdef int32_t j, lifted = 0
    for j in range(<int32_t>t.n):
        lifted += (
            (t.need[j] >= need_from) & ((ties[j] & at_desk) != 0)
            & ((traits[j] & SCS_ENROLLED) != 0)
        )
    row.lifted[kind] += lifted


cdef inline void flush_lifted(scs_model_t *m, scs_row_t *row) noexcept nogil:
    """Record those whom the desks have ranked higher for this tick."""
    cdef int64_t kind, desk
    for kind in range(m.rules.n_prizes):
        desk = m.prizes[kind].desk_level
        row.by_level[desk * SCS_N_by_level + SCS_desk_lifted] += row.lifted[kind]
        row.lifted[kind] = 0


cdef inline void count_pool(
    scs_model_t *m, scs_row_t *row, int64_t kind, int64_t start, int64_t stop, int64_t share
) noexcept nogil:
    """Count a pool's applicants and places, and what a lottery would be worth."""
    cdef uint16_t *rank = m.ranks[kind][2]
    cdef int64_t *entry = row.by_prize + kind * SCS_N_by_prize
    cdef int64_t i, value = 0, applicants = 0, places
    for i in range(start, stop):
        applicants += rank[i] > 0
        value += rank[i]
    value -= applicants
    places = min(share, applicants)
    entry[SCS_places] += places
    entry[SCS_applicants] += applicants
    if applicants:
        entry[SCS_lottery_prize_value] += (
            places * <int64_t>((<uint64_t>value << 16) // <uint64_t>applicants))


cdef inline void find_winners(
    scs_model_t *m, scs_tile_t *t, uint8_t *won, int64_t kind, int rule
) noexcept nogil:
    """Hold a tile's ranks and lots for one kind of prize against the cut of a rule."""
    cdef scs_cut_t cut = m.cuts[kind][3 * t.pool[kind] + m.rule_of[kind][rule]]
    cdef uint16_t *rank = m.ranks[kind][rule] + t.start
    cdef uint16_t *lot = m.state.lot[kind] + t.start
    cdef int j, n = <int>t.n
    for j in range(n):
        won[j] = <uint8_t>scs_wins(rank[j], lot[j], t.who[j], cut)


cdef inline void count_prize(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int j, int64_t kind
) noexcept nogil:
    """Count a citizen who won, or would have won, a prize."""
    cdef scs_state_t *s = &m.state
    cdef int64_t i = t.start + j, value = m.ranks[kind][2][t.start + j] - 1
    cdef int64_t *sums = row.by_prize + kind * SCS_N_by_prize
    cdef int64_t *entry
    cdef int won = t.won[j], fair = t.fair_won[j], level
    cdef int64_t tercile = s.tercile[s.quality[i]]
    cdef uint32_t classes = s.ties[i] | <uint32_t>1 << SCS_TIE_ALL
    sums[SCS_prizes] += won
    sums[SCS_prizes_moved] += won & (1 - fair)
    sums[SCS_prize_value] += won * value
    sums[SCS_fair_prize_value] += fair * value
    sums[SCS_oracle_prize_value] += t.oracle_won[j] * value
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
    cdef int j, k
    if p.learns:
        note_bins(m, t, row, kind)
    find_winners(m, t, t.won, kind, 0)
    find_winners(m, t, t.fair_won, kind, 1)
    find_winners(m, t, t.oracle_won, kind, 2)
    for j in range(<int>t.n):
        t.chosen[j] = t.won[j] | t.fair_won[j] | t.oracle_won[j]
    for k in range(scs_list(t.list, t.chosen, <int>t.n)):
        j = t.list[k]
        count_prize(m, t, row, j, kind)
        if t.won[j]:
            i = t.start + j
            if p.learns:
                row.bin_wins[kind][t.bin[j]] += (s.traits[i] & SCS_ENROLLED) != 0
            s.prizes[i] += (tick >= m.rules.measured_from) & (s.prizes[i] < 65535)
            t.prize_value[j] += <int32_t>p.value
            t.prize_wealth[j] += <int32_t>p.wealth
