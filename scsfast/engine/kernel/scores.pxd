# 4 Scores: ledger, index and black box of a tile.
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memcpy

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *


cdef inline void note_parts(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Note the capacity and behaviour parts of a tile's citizens from wealth and payoff."""
    scs_capacities(t.capacity, m.state.capacity, m.state.wealth + t.start, t.n)
    scs_behaviours(t.behaviour, &m.rules, m.state.payoff + t.start, t.n)


cdef inline void note_features(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Note the black box's features of a tile's enrolled citizens at the start of the tick."""
    cdef scs_state_t *s = &m.state
    cdef int64_t a = t.start
    if m.rules.scorer != SCS_BLACK_BOX:
        return
    note_parts(m, t)
    scs_note_features(t.features[SCS_ACTUAL], s.traits + a, s.history + a, s.circle + a,
                      t.capacity, t.behaviour, t.own_word, SCS_GOOD, t.n)
    scs_note_features(t.features[SCS_FAIR], s.traits + a, s.fair_history + a,
                      s.fair_circle + a, t.capacity, t.behaviour, t.own_word, SCS_FAIR_GOOD,
                      t.n)


cdef inline void gather(
    int16_t (*features)[512], const int16_t *violated, int64_t *sums, int64_t n
) noexcept nogil:
    """Add a tile to the sums of a fit."""
    memcpy(features[SCS_N_FEATURES], violated, n * sizeof(int16_t))
    scs_add_features(sums, features, n)


cdef inline void score(
    scs_model_t *m, scs_tile_t *t, scs_row_t *row, int64_t tick, int64_t *sums
) noexcept nogil:
    """Set the new scores of a tile, actual and fair."""
    cdef scs_rules_t *r = &m.rules
    if not r.scored:
        return
    if r.drops:
        count_drops(m, t, row)
    if r.scorer == SCS_LEDGER:
        keep_ledger(m, t, tick)
        return
    if r.scorer == SCS_BLACK_BOX:
        gather(t.features[SCS_ACTUAL], t.violated, sums, t.n)
        gather(t.features[SCS_FAIR], t.fair_violated, sums + SCS_N_FEATURE_SUMS, t.n)
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
    """Apply drift or expiry, the tick's points, grade rules and the clamp."""
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
    cdef const int64_t *fits = m.state.fits
    cdef int narrow = m.narrow_parts
    cdef int j
    if m.rules.scorer == SCS_BLACK_BOX:
        narrow = (narrow and scs_fit_is_narrow(fits)
                  and scs_fit_is_narrow(fits + 1 + SCS_N_FEATURES))
    if narrow:
        approach_in_lanes(m, t)
        return
    for j in range(<int>t.n):
        if m.state.traits[t.start + j] & SCS_ENROLLED:
            scs_approach(m, t, j)


cdef inline void approach_in_lanes(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Move the scores of the enrolled, where 32 bits suffice: no bit differs."""
    cdef scs_rules_t *r = &m.rules
    cdef scs_state_t *s = &m.state
    cdef uint8_t *traits = s.traits + t.start
    if r.scorer == SCS_INDEX:
        note_parts(m, t)
    aim_scores(m, t, SCS_ACTUAL, t.weights, s.history, s.circle)
    if r.tilts and (t.manipulates or r.commands):
        scs_tilt_targets(t.target_score, t)
    scs_approach_targets(s.score + t.start, r, t.target_score, traits, t.points, t.limit, t.n)
    aim_scores(m, t, SCS_FAIR, r.weights, s.fair_history, s.fair_circle)
    scs_approach_targets(s.fair_score + t.start, r, t.target_score, traits, t.fair_points,
                         t.fair_limit, t.n)


cdef inline void aim_scores(
    scs_model_t *m, scs_tile_t *t, int judge, const int64_t *weights,
    const uint16_t *history, const uint16_t *circle
) noexcept nogil:
    """Note a tile's targets by one judge, before tilts and the clamp."""
    if m.rules.scorer == SCS_INDEX:
        scs_index_targets(t.target_score, &m.rules, weights, history + t.start, t.capacity,
                          t.behaviour, m.state.traits + t.start, circle + t.start, t.n)
    else:
        scs_fit_targets(t.target_score, &m.rules, t.features[judge],
                        m.state.fits + judge * (1 + SCS_N_FEATURES), t.n)


cdef inline void count_tilted(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count, by level, the enrolled whose targets a leader tilts."""
    cdef scs_rules_t *r = &m.rules
    cdef int level
    for level in range(<int>min(r.deciding + 1, r.n_levels)):
        if r.tilt[level] and (r.commands or t.manipulates >> level & 1):
            row.by_level[level * SCS_N_by_level + SCS_tilted] += tilted(t, level)


cdef inline int32_t tilted(scs_tile_t *t, int level) noexcept nogil:
    """Return how many enrolled citizens of a tile the leader at a level tilts."""
    cdef const uint8_t *clients = t.clients
    cdef const uint8_t *views = t.views
    cdef uint8_t manipulates = <uint8_t>t.manipulates
    cdef int32_t j, n = <int32_t>t.n, count = 0
    for j in range(n):
        count += (
            (views[j] >> 3 & 1) & ((manipulates | (t.ordered[j] & (SCS_ORDERED - 1))) >> level)
            & (((clients[j] | t.ordered[j]) >> level) | (views[j] >> 2)) & 1)
    return count
