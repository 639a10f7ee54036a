# 6 Prizes: cuts of a selection, the winners of a tile, and learning from them.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memset

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.kernel.tile cimport Worker


cdef inline void sum_pool(
    scs_model_t *m, scs_share_t *part, int64_t kind, const scs_pool_t *pool
) noexcept nogil:
    """Add up the applicants of a pool's tiles and their need x quality."""
    cdef uint16_t *rank
    cdef int64_t tile, k
    part.value = part.applicants = 0
    for tile in range(pool.first, pool.last):
        rank = m.ranks[kind][SCS_ORACLE] + pool.start[tile]
        for k in range(pool.applied[tile]):
            part.value += rank[k]
        part.applicants += pool.applied[tile]
    part.value -= part.applicants


cdef inline void count_pool(
    scs_row_t *row, int64_t kind, const scs_share_t *whole, int64_t places
) noexcept nogil:
    """Count a pool's applicants and places, and the expected value of a lottery."""
    cdef int64_t *entry = row.by_prize + kind * SCS_N_by_prize
    entry[SCS_places] += places
    entry[SCS_applicants] += whole.applicants
    if whole.applicants:
        entry[SCS_lottery_prize_value] += (
            places * <int64_t>((<uint64_t>whole.value << 16) // <uint64_t>whole.applicants))


cdef inline scs_cut_t cut_of(
    scs_model_t *m, scs_tile_t *t, int64_t kind, int judge
) noexcept nogil:
    """Return the cut of a tile's pool by a judge."""
    cdef int alike = m.same_as[kind][judge] if judge < SCS_N_RANKS else judge
    return m.cuts[kind][SCS_N_JUDGES * t.pool[kind] + alike]


cdef inline int list_winners(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind
) noexcept nogil:
    """List which of a tile's applicants win by any judge; return how many."""
    cdef scs_cut_t cut[SCS_N_JUDGES]
    cdef int judge
    for judge in range(SCS_N_JUDGES):
        cut[judge] = cut_of(m, t, kind, judge)
    count_applicants(m, t, row, kind, m.applied[kind][t.number])
    return scs_list_winners(m, t, kind, cut)


cdef inline void count_applicants(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind, int n
) noexcept nogil:
    """Count a tile's applicants and their need x quality by group and tie."""
    cdef uint8_t *ties = m.state.ties + t.start
    cdef uint8_t *traits = m.state.traits + t.start
    cdef uint16_t *applicant = m.applicant[kind] + t.start
    cdef uint16_t *oracle_rank = m.ranks[kind][SCS_ORACLE] + t.start
    cdef uint64_t both[8]  # value and, in the low 16 bits, applicants
    cdef int64_t *entry
    cdef int j, k
    for k in range(SCS_N_STRATA):
        both[k] = 0
    for k in range(n):
        j = applicant[k]
        both[scs_stratum(traits[j], ties[j])] += <uint64_t>(oracle_rank[k] - 1) << 16 | 1
    for k in range(SCS_N_STRATA):
        entry = row.by_stratum + k * SCS_N_by_stratum
        entry[SCS_stratum_applicants] += both[k] & 0xFFFF
        entry[SCS_stratum_applicant_value] += both[k] >> 16


cdef inline void note_bins(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t kind
) noexcept nogil:
    """Note the bins of B of a tile's citizens before a selection."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int64_t a = t.start, bins = m.prizes[kind].bins
    cdef int j, n = <int>t.n
    if bins == SCS_BINS_SCORE:
        scs_score_bins(r, t.bin, s.score + a, n)
    elif bins == SCS_BINS_CUT:
        for j in range(n):
            t.bin[j] = s.score[a + j] >= m.prizes[kind].cut
    elif bins == SCS_BINS_GRADE:
        scs_grades(r, t.bin, s.score + a, n)
    else:
        for j in range(n):
            t.bin[j] = s.listed[a + j] != 0
    for j in range(n):
        t.code[j] = <uint8_t>t.bin[j]
    for j in range(n):
        t.code[j] |= 0 if s.traits[a + j] & SCS_ENROLLED else SCS_SCORE_BINS
    scs_count(&row.bins[kind], t.code, n)


cdef inline void reward(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Find the winners of a tile for each kind of prize."""
    cdef int64_t kind
    cdef int k, winner
    for kind in range(m.rules.n_prizes):
        if m.prizes[kind].learns:
            note_bins(m, t, row, kind)
        for winner in range(list_winners(m, t, row, kind)):
            k = t.list[winner]
            scs_count_winner(m, t, k, kind, row)
            if t.won[k] >> SCS_ACTUAL & 1:
                scs_win(m, t, m.applicant[kind][t.start + k], kind, row)


cdef inline void allocate(
    scs_model_t *m, Worker *workers, int64_t key_room, scs_barrier_t *barrier, int thread,
    int n_threads
) noexcept nogil:
    """Find the cuts of all pools: a wide one by all threads, others dealt out by judge."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_prize_t *p
    cdef scs_pool_t of
    cdef int64_t kind, pool, start, stop, share, item = 0
    cdef int judge
    of.start = m.units.tile_start
    for kind in range(r.n_prizes):
        p = &m.prizes[kind]
        of.applicant, of.applied = m.applicant[kind], m.applied[kind]
        for pool in range(m.units.n[p.pool_level]):
            start = scs_first_citizen(&m.units, p.pool_level, pool)
            stop = scs_first_citizen(&m.units, p.pool_level, pool + 1)
            share = <int64_t>((<uint64_t>p.capacity * <uint64_t>stop >> 32)
                              - (<uint64_t>p.capacity * <uint64_t>start >> 32))
            scs_aim_pool(&of, &m.units, p.pool_level, pool)
            if stop - start > key_room:
                select_wide(m, workers, kind, pool, &of, share, barrier, thread, n_threads)
                continue
            for judge in range(SCS_N_JUDGES):
                item += 1
                if item % n_threads == thread:
                    select_one(m, &workers[thread], kind, pool, judge, &of, share)


cdef inline bint is_selected(scs_model_t *m, int64_t kind, int judge) noexcept nogil:
    """Return whether a judge needs a selection: no threshold decides, no other ranks alike."""
    if judge >= SCS_N_RANKS:
        return True
    if m.prizes[kind].rule == SCS_BY_THRESHOLD and judge != SCS_ORACLE:
        return False
    return m.same_as[kind][judge] == judge


cdef inline void select_one(
    scs_model_t *m, Worker *w, int64_t kind, int64_t pool, int judge, scs_pool_t *of,
    int64_t share
) noexcept nogil:
    """Find the cut of a pool by one judge."""
    cdef scs_cut_t *cut = m.cuts[kind] + SCS_N_JUDGES * pool + judge
    if m.prizes[kind].rule == SCS_BY_THRESHOLD:
        share = scs_served(m.ranks[kind][SCS_ACTUAL], of)
    if judge == SCS_ORACLE:
        sum_pool(m, &w.share, kind, of)
        count_pool(&w.row, kind, &w.share, min(share, w.share.applicants))
    if not is_selected(m, kind, judge):
        cut[0] = scs_served_cut()  # read by a threshold alone
    elif judge >= SCS_N_RANKS:
        cut[0] = scs_select_bytes(
            m.asked_quality[kind] if judge == SCS_QUALITY_ALONE else m.asked_need[kind],
            m.state.lot[kind], of, share, w.keys)
    else:
        cut[0] = scs_select(m.ranks[kind][judge], m.state.lot[kind], of, share, w.keys)


cdef inline scs_ranks_t ranks_of(scs_model_t *m, int64_t kind, int judge) noexcept nogil:
    """Return where a judge's ranks are; nowhere if nothing is to be selected."""
    cdef scs_ranks_t ranks
    ranks.wide, ranks.narrow = NULL, NULL
    if judge == SCS_QUALITY_ALONE:
        ranks.narrow = m.asked_quality[kind]
    elif judge == SCS_NEED_ALONE:
        ranks.narrow = m.asked_need[kind]
    elif is_selected(m, kind, judge):
        ranks.wide = m.ranks[kind][judge]
    return ranks


cdef inline void select_wide(
    scs_model_t *m, Worker *workers, int64_t kind, int64_t pool, const scs_pool_t *of,
    int64_t share, scs_barrier_t *barrier, int thread, int n_threads
) noexcept nogil:
    """Find the cuts of a pool by all judges and all threads, each in tiles of its own.

    After each pass over a byte all threads add up the same counts, so that none waits for
    the result of another.
    """
    cdef scs_cut_t *cuts = m.cuts[kind] + SCS_N_JUDGES * pool
    cdef scs_share_t *own = &workers[thread].share
    cdef scs_share_t whole
    cdef scs_pool_t part = of[0]
    cdef uint32_t found[SCS_N_JUDGES]
    cdef int64_t wanted[SCS_N_JUDGES]
    cdef int64_t tiles = of.last - of.first
    cdef int judge, step
    part.first = of.first + tiles * thread // n_threads
    part.last = of.first + tiles * (thread + 1) // n_threads
    sum_pool(m, own, kind, &part)
    own.served = scs_served(m.ranks[kind][SCS_ACTUAL], &part)
    for judge in range(SCS_N_JUDGES):
        found[judge] = 0
    for step in range(SCS_PASSES):
        for judge in range(SCS_N_JUDGES):
            if is_selected(m, kind, judge):
                scs_count_next(own.count[step][judge], ranks_of(m, kind, judge),
                               m.state.lot[kind], &part, found[judge], step)
        scs_barrier_wait(barrier, n_threads)
        if step == 0:
            add_shares(m, workers, kind, &whole, n_threads)
            share = min(whole.served if m.prizes[kind].rule == SCS_BY_THRESHOLD else share,
                        whole.applicants)
            if thread == 0:
                count_pool(&workers[0].row, kind, &whole, share)
            for judge in range(SCS_N_JUDGES):
                wanted[judge] = share
        for judge in range(SCS_N_JUDGES):
            if share and is_selected(m, kind, judge):
                add_counts(workers, whole.count[step][judge], step, judge, n_threads)
                found[judge] = scs_find_next(whole.count[step][judge], found[judge], step,
                                             &wanted[judge])
    for judge in range(SCS_N_JUDGES):
        note_cut(m, workers, kind, judge, &part, &cuts[judge], found[judge],
                 wanted[judge], thread, n_threads)


cdef inline void add_shares(
    scs_model_t *m, Worker *workers, int64_t kind, scs_share_t *whole, int n_threads
) noexcept nogil:
    """Add up what threads have counted of a pool before the passes."""
    cdef int thread
    whole.served = whole.applicants = whole.value = 0
    for thread in range(n_threads):
        whole.served += workers[thread].share.served
        whole.applicants += workers[thread].share.applicants
        whole.value += workers[thread].share.value


cdef inline void add_counts(
    Worker *workers, int64_t *count, int step, int judge, int n_threads
) noexcept nogil:
    """Add up the counts of all threads in a pass."""
    cdef int thread, byte
    for byte in range(256):
        count[byte] = 0
    for thread in range(n_threads):
        for byte in range(256):
            count[byte] += workers[thread].share.count[step][judge][byte]


cdef inline void note_cut(
    scs_model_t *m, Worker *workers, int64_t kind, int judge, const scs_pool_t *part,
    scs_cut_t *cut, uint32_t found, int64_t wanted, int thread, int n_threads
) noexcept nogil:
    """Note the cut of a judge if the last winner is in this thread's tiles.

    `wanted` of those with the key `found` win; without winners the first thread notes so.
    """
    cdef int64_t equal = 0, before = 0
    cdef int other
    if wanted == 0 or not is_selected(m, kind, judge):
        if thread == 0:
            cut.rank, cut.lot, cut.index = 65535, 65535, 0
            if not is_selected(m, kind, judge):
                cut[0] = scs_served_cut()
        return
    for other in range(thread + 1):
        before += equal
        equal = workers[other].share.count[SCS_PASSES - 1][judge][found & 255]
    if before < wanted <= before + equal:
        cut.rank, cut.lot = <uint16_t>(found >> 16), <uint16_t>found
        cut.index = <uint32_t>scs_index_after_key(
            ranks_of(m, kind, judge), m.state.lot[kind], part, found, wanted - before)


cdef inline void learn_values(
    scs_model_t *m, Worker *workers, int n_threads, int64_t *counts, int64_t *wins
) noexcept nogil:
    """Update B of the kinds of prize that citizens learn about."""
    cdef int64_t kind
    for kind in range(m.rules.n_prizes):
        if m.prizes[kind].learns:
            learn_value(m, workers, n_threads, kind, counts, wins)


cdef inline void learn_value(
    scs_model_t *m, Worker *workers, int n_threads, int64_t kind, int64_t *counts,
    int64_t *wins_of
) noexcept nogil:
    """Update B of one kind of prize from the citizens and winners of each bin."""
    cdef scs_rules_t *r = &m.rules
    cdef int64_t *belief = m.state.belief[kind]
    cdef int64_t *bin_count = counts + kind * SCS_SCORE_BINS
    cdef int64_t *bin_wins = wins_of + kind * SCS_SCORE_BINS
    cdef int64_t k, thread, total = 0, wins = 0, mean = 0, share
    cdef int64_t n_outside = 0, outside_wins = 0
    cdef scs_row_t *row
    for thread in range(n_threads):
        row = &workers[thread].row
        for k in range(SCS_SCORE_BINS):
            n_outside += scs_counted(&row.bins[kind], <int>(SCS_SCORE_BINS + k))
        outside_wins += row.outside_wins[kind]
        row.outside_wins[kind] = 0
    for k in range(SCS_SCORE_BINS):
        bin_count[k] -= bin_count[k] // r.belief_memory
        bin_wins[k] -= bin_wins[k] // r.belief_memory
        for thread in range(n_threads):
            row = &workers[thread].row
            bin_count[k] += 16 * scs_counted(&row.bins[kind], <int>k)
            bin_wins[k] += 16 * row.bin_wins[kind][k]
            row.bin_wins[kind][k] = 0
        total += bin_count[k]
        wins += bin_wins[k]
    if r.opt_rate:
        scs_learn_outside(m, kind, n_outside, outside_wins, total, wins)
    if total == 0:
        return
    mean = (wins << 20) // total
    for k in range(SCS_SCORE_BINS):
        if bin_count[k]:
            share = (bin_wins[k] << 20) + r.prior * mean
            share //= bin_count[k] + r.prior
            belief[k] = (m.prizes[kind].value << 8) * share >> 20
    fill_gaps(belief, bin_count)


cdef inline void fill_gaps(int64_t *belief, const int64_t *bin_count) noexcept nogil:
    """Give bins without experience the value of the nearest bin with it, the lower of two."""
    cdef int64_t k, above, below = -1
    for k in range(SCS_SCORE_BINS):
        if bin_count[k]:
            below = k
            continue
        above = k + 1
        while above < SCS_SCORE_BINS and bin_count[above] == 0:
            above += 1
        if above < SCS_SCORE_BINS and (below < 0 or above - k < k - below):
            belief[k] = belief[above]
        else:
            belief[k] = belief[below]
