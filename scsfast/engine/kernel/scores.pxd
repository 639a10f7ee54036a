# 4 Scores: ledger, index and black box of a tile, and its list.
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t

from scsfast.engine.kernel.csrc cimport *


cdef inline void note_features(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Note what the black box knows of a tile as the tick begins; of the enrolled only."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int16_t own, group, capacity, behaviour
    cdef int64_t i
    cdef int32_t j
    if r.scorer != SCS_BLACK_BOX:
        return
    for j in range(<int32_t>t.n):
        i = t.start + j
        own = -1 if s.traits[i] & SCS_ENROLLED else 0
        group = s.traits[i] & SCS_GROUP
        capacity = <int16_t>(s.capacity[scs_wealth_bin(<uint32_t>s.wealth[i])] >> 8)
        behaviour = <int16_t>(scs_behaviour(r, s.payoff[i]) >> 8)
        note(t.features[0], j, own, s.history[i], s.circle[i], capacity, behaviour, group,
             t.own_word[j] & SCS_GOOD)
        note(t.features[1], j, own, s.fair_history[i], s.fair_circle[i], capacity,
             behaviour, group, t.own_word[j] & SCS_FAIR_GOOD)


cdef inline void note(
    int16_t (*features)[256], int32_t j, int16_t own, uint16_t history, uint16_t circle,
    int16_t capacity, int16_t behaviour, int16_t group, uint32_t good
) noexcept nogil:
    """Write the eight features of citizen j; all are 0 for one without a score."""
    features[0][j] = own & 1
    features[1][j] = own & <int16_t>(history >> 8)
    features[2][j] = own & capacity
    features[3][j] = own & behaviour
    features[4][j] = own & <int16_t>(circle >> 8)
    features[5][j] = own & <int16_t>(255 if group == SCS_RURAL else 0)
    features[6][j] = own & <int16_t>(255 if group == SCS_MIGRANT else 0)
    features[7][j] = own & <int16_t>(0 if good else 255)


cdef inline int32_t dot(const int16_t *a, const int16_t *b, int32_t n) noexcept nogil:
    """Return the sum of products; within 32 bits, as no feature is above 255."""
    cdef int32_t j, total = 0
    for j in range(n):
        total += <int32_t>a[j] * <int32_t>b[j]
    return total


cdef inline void gather(
    int16_t (*features)[256], const int16_t *violated, int64_t *sums, int32_t n
) noexcept nogil:
    """Add a tile to the sums of a fit, in the order of scsfast/model/integers/ridge.py."""
    cdef int j, k
    cdef int64_t position = 0
    for j in range(SCS_N_FEATURES):
        for k in range(j, SCS_N_FEATURES):
            sums[position] += dot(features[j], features[k], n)
            position += 1
    for j in range(SCS_N_FEATURES):
        sums[position] += dot(features[j], violated, n)
        position += 1


cdef inline int64_t predict(
    scs_model_t *m, int16_t (*features)[256], const int64_t *fit, int32_t j
) noexcept nogil:
    """Return the score that a fit gives citizen j, also beyond the regime's range."""
    cdef int64_t total = fit[0]
    cdef int k
    for k in range(SCS_N_FEATURES):
        total -= fit[1 + k] * features[k][j]
    return m.rules.base + (total >> 16)


cdef inline void score(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick, int64_t *sums
) noexcept nogil:
    """Give a tile its new scores, actual and fair."""
    cdef scs_rules_t *r = &m.rules
    if not r.scored:
        return
    if r.drops:
        count_drops(m, t, row)
    if r.scorer == SCS_LEDGER:
        keep_ledger(m, t, tick)
        return
    if r.scorer == SCS_BLACK_BOX:
        gather(t.features[0], t.violated, sums, <int32_t>t.n)
        gather(t.features[1], t.fair_violated, sums + SCS_N_FEATURE_SUMS, <int32_t>t.n)
    approach(m, t)
    if r.tilts:
        count_tilted(m, t, row)


cdef inline void count_drops(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count the records that drop their subject to a grade."""
    cdef int64_t dropped = 0
    cdef int j
    for j in range(<int>t.n):
        dropped += t.limit[j] < SCS_NO_LIMIT
    row.sums[SCS_dropped] += dropped


cdef inline void keep_ledger(scs_model_t *m, scs_tile_t *t, int64_t tick) noexcept nogil:
    """Drift or expiry, the tick's points, grade rules and the clamp."""
    cdef scs_rules_t *r = &m.rules
    cdef int32_t *score = m.state.score + t.start
    cdef int32_t *fair_score = m.state.fair_score + t.start
    cdef int32_t j, n = <int32_t>t.n, base = <int32_t>r.base
    cdef uint32_t drift = <uint32_t>r.drift
    if r.n_cohorts:
        for j in range(n):
            score[j] = scs_book(r, m.state.cohorts, t.start + j, tick, t.points[j],
                                t.limit[j])
            fair_score[j] = scs_book(r, m.state.fair_cohorts, t.start + j, tick,
                                     t.fair_points[j], t.fair_limit[j])
        return
    for j in range(n):
        score[j] = scs_move(r, score[j], base, drift, t.points[j], t.limit[j])
    for j in range(n):
        fair_score[j] = scs_move(r, fair_score[j], base, drift, t.fair_points[j],
                                 t.fair_limit[j])


cdef inline void approach(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Move the scores of the enrolled towards the targets of an index or black box."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef int64_t i, capacity, behaviour, identity, target, fair_target
    cdef int32_t tilt
    cdef uint32_t rate = <uint32_t>r.score_rate
    cdef int32_t j
    for j in range(<int32_t>t.n):
        i = t.start + j
        if not s.traits[i] & SCS_ENROLLED:
            continue
        if r.scorer == SCS_INDEX:
            capacity = s.capacity[scs_wealth_bin(<uint32_t>s.wealth[i])]
            behaviour = scs_behaviour(r, s.payoff[i])
            identity = r.identity[s.traits[i] & SCS_GROUP]
            target = scs_index_target(r, t.weights, s.history[i], capacity, behaviour,
                                      identity, s.circle[i])
            fair_target = scs_index_target(r, &r.weights[0], s.fair_history[i], capacity,
                                           behaviour, identity, s.fair_circle[i])
        else:
            target = predict(m, t.features[0], s.fits, j)
            fair_target = predict(m, t.features[1], s.fits + 1 + SCS_N_FEATURES, j)
        tilt = t.tilt[s.ties[i]]
        if s.traits[i] & SCS_DISSENTER:
            tilt = t.dissent_tilt[s.ties[i]]
        target = scs_clamp(target + tilt, r.floor, r.ceiling)
        fair_target = scs_clamp(fair_target, r.floor, r.ceiling)
        s.score[i] = scs_move(r, s.score[i], <int32_t>target, rate, t.points[j], t.limit[j])
        s.fair_score[i] = scs_move(r, s.fair_score[i], <int32_t>fair_target, rate,
                                   t.fair_points[j], t.fair_limit[j])


cdef inline void count_tilted(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count, by level, the enrolled whose targets a leader tilts."""
    cdef scs_rules_t *r = &m.rules
    cdef int64_t i
    cdef int level
    for level in range(<int>min(r.deciding + 1, r.n_levels)):
        if not (r.tilt[level] and t.bends >> level & 1):
            continue
        for i in range(t.start, t.start + t.n):
            row.by_level[level * SCS_N_by_level + SCS_tilted] += (
                ((m.state.traits[i] & SCS_ENROLLED) != 0)
                & ((m.state.ties[i] >> level & 1)
                   | ((m.state.traits[i] & SCS_DISSENTER) != 0))
            )


cdef inline void keep_list(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """One tick less on the list; performance, new entries, exits by leaders' favour."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef uint8_t *listed = s.listed + t.start
    cdef uint8_t *fair_listed = s.fair_listed + t.start
    cdef uint32_t *draw = &t.draw[4 * SCS_DEALS + 1][0]
    cdef int64_t i
    cdef int32_t j, k, n
    cdef int performs
    if not r.listing:
        return
    for j in range(<int32_t>t.n):
        t.chosen[j] = (listed[j] | fair_listed[j] | t.severe[j] | t.fair_severe[j]) != 0
    n = scs_list(t.list, t.chosen, <int>t.n)
    if r.list_exit:
        for k in range(n):
            t.pair[k] = t.who[t.list[k]]
        scs_philox_fill(&t.draw[4 * SCS_DEALS][0], SCS_TILE, t.pair, n, t.tick, m.replicate,
                        SCS_DEALS, m.seed)
    for k in range(n):
        j = t.list[k]
        i = t.start + j
        performs = r.list_exit and <int64_t>(draw[k] & 0xFFFF) < r.list_exit * s.quality[i] >> 8
        row.sums[SCS_performed] += performs & (s.listed[i] > 1)
        s.listed[i] = stay(r, s.listed[i], performs, t.severe[j],
                           &row.sums[SCS_listings])
        s.fair_listed[i] = stay(r, s.fair_listed[i], performs, t.fair_severe[j],
                                &row.sums[SCS_fair_listings])
        if s.listed[i] and t.taken_off[j]:
            row.sums[SCS_taken_off] += 1
            s.listed[i] = 0


cdef inline uint8_t stay(
    scs_rules_t *r, uint8_t listed, int performs, uint8_t severe, int64_t *entries
) noexcept nogil:
    """Return the ticks left on the list after a tick."""
    cdef int64_t left = listed - 1 if listed and not performs else 0
    if severe:
        entries[0] += left == 0
        left = min(r.list_term + (r.list_extension if left else 0), 255)
    return <uint8_t>left
