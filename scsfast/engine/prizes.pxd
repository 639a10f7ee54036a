# 6 Prizes: ranks for a selection, its cuts, and who of a tile has won.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from scsfast.engine.csrc cimport *
from scsfast.engine.tile cimport fill


cdef inline void rank_citizens(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Rank a tile's citizens for a tick by their needs and what is now published."""
    cdef scs_rules_t *r = &m.rules
    cdef uint32_t *draw = &t.draw[4 * SCS_NEEDS][0]
    cdef int32_t *need = t.list
    cdef int32_t need_from = <int32_t>r.need_from
    cdef int32_t j, n = <int32_t>t.n
    cdef uint16_t *lot = m.state.lot + t.start
    cdef uint16_t *rank = m.state.rank + t.start
    cdef uint16_t *oracle_rank = m.state.oracle_rank + t.start
    cdef uint8_t *quality = m.state.quality + t.start
    cdef int32_t *wealth = m.state.wealth + t.start
    fill(m, t, SCS_NEEDS, tick)
    for j in range(n):
        need[j] = m.state.need[draw[j] & 255]
        lot[j] = <uint16_t>(draw[j] >> 16)
    for j in range(n):
        oracle_rank[j] = scs_value_rank(need[j] >= need_from, need[j], quality[j])
    if r.allocation == SCS_BY_SCORE and r.scored:
        rank_by_score(m, t)
    elif r.allocation == SCS_BY_MARKET:
        for j in range(n):
            rank[j] = scs_market_rank(need[j] >= need_from, need[j], wealth[j])
    elif r.allocation != SCS_BY_ORACLE:
        for j in range(n):
            rank[j] = <uint16_t>(need[j] >= need_from)


cdef inline void rank_by_score(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Rank by points, actual and fair; clients of the leader at the desk stand higher."""
    cdef scs_rules_t *r = &m.rules
    cdef int32_t *need = t.list
    cdef int32_t need_from = <int32_t>r.need_from, floor = <int32_t>r.floor
    cdef int32_t bonus = <int32_t>r.desk_bonus if t.bends >> r.desk_level & 1 else 0
    cdef int32_t j, n = <int32_t>t.n, enrolled, tied, desk = <int32_t>r.desk_level
    cdef uint8_t *ties = m.state.ties + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint16_t *rank = m.state.rank + t.start
    cdef uint16_t *fair_rank = m.state.fair_rank + t.start
    cdef int32_t *score = m.state.score + t.start
    cdef int32_t *fair_score = m.state.fair_score + t.start
    for j in range(n):
        enrolled, tied = (traits[j] & SCS_ENROLLED) != 0, ties[j] >> desk & 1
        rank[j] = scs_score_rank(need[j] >= need_from, enrolled, score[j] - floor,
                                 bonus * tied)
        fair_rank[j] = scs_score_rank(need[j] >= need_from, enrolled,
                                      fair_score[j] - floor, 0)


cdef inline void count_pool(
    scs_model_t *m, scs_row_t *row, int64_t start, int64_t stop, int64_t share
) noexcept nogil:
    """Count a pool's applicants and places, and what a lottery would be worth."""
    cdef uint16_t *rank = m.state.oracle_rank
    cdef int64_t i, value = 0, applicants = 0, places
    for i in range(start, stop):
        applicants += rank[i] > 0
        value += rank[i]
    value -= applicants
    places = min(share, applicants)
    row.sums[SCS_places] += places
    row.sums[SCS_applicants] += applicants
    if applicants:
        row.sums[SCS_lottery_prize_value] += (
            places * <int64_t>((<uint64_t>value << 16) // <uint64_t>applicants))


cdef inline void find_winners(
    scs_model_t *m, scs_tile_t *t, uint8_t *won, uint16_t *rank, scs_cut_t cut
) noexcept nogil:
    """Hold a tile's ranks and lots against a cut."""
    cdef uint16_t *lot = m.state.lot + t.start
    cdef int j, n = <int>t.n
    rank += t.start
    for j in range(n):
        won[j] = <uint8_t>scs_wins(rank[j], lot[j], t.who[j], cut)


cdef inline void count_prize(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int j, int64_t value
) noexcept nogil:
    """Count a citizen who won, or would have won, a prize of this social value."""
    cdef scs_state_t *s = &m.state
    cdef int64_t i = t.start + j
    cdef int64_t *sums = row.sums
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


cdef inline void count_lifted(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count the enrolled applicants of a tile whom the desk ranked higher."""
    cdef scs_state_t *s = &m.state
    cdef int64_t a = t.start, j, lifted = 0, desk = m.rules.desk_level
    for j in range(t.n):
        lifted += (
            (s.oracle_rank[a + j] > 0) & (s.ties[a + j] >> desk & 1)
            & ((s.traits[a + j] & SCS_ENROLLED) != 0)
        )
    row.by_level[desk * SCS_N_by_level + SCS_desk_lifted] += lifted


cdef inline void reward(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick
) noexcept nogil:
    """See who of a tile has won; note the score bins that citizens came with."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef scs_cut_t *cuts = m.cuts + 3 * t.pool
    cdef int64_t i
    cdef int j, k, listed = 0
    if r.learns_value:
        for j in range(<int>t.n):
            t.bin[j] = scs_score_bin(r, s.score[t.start + j])
        for j in range(<int>t.n):
            row.bin_count[j & 1][t.bin[j]] += (s.traits[t.start + j] & SCS_ENROLLED) != 0
    if r.desk_bonus and t.bends >> r.desk_level & 1:
        count_lifted(m, t, row)
    find_winners(m, t, t.won, s.rank, cuts[0])
    find_winners(m, t, t.fair_won, s.fair_rank, cuts[m.rule_of[1]])
    find_winners(m, t, t.oracle_won, s.oracle_rank, cuts[m.rule_of[2]])
    for j in range(<int>t.n):
        t.list[listed] = j
        listed += t.won[j] | t.fair_won[j] | t.oracle_won[j]
    for k in range(listed):
        j = t.list[k]
        count_prize(m, t, row, j, s.oracle_rank[t.start + j] - 1)
        if t.won[j]:
            i = t.start + j
            if r.learns_value:
                row.bin_wins[t.bin[j]] += (s.traits[i] & SCS_ENROLLED) != 0
            s.prizes[i] += (tick >= r.measured_from) & (s.prizes[i] < 65535)
