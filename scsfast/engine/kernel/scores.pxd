# 4 Scores: ledger, index and black box of a tile.
from libc.stdint cimport int16_t, int32_t, int64_t, uint32_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *


cdef inline void note_features(scs_model_t *m, scs_tile_t *t) noexcept nogil:
    """Note the black box's features of a tile's enrolled citizens at the start of the tick."""
    cdef int j
    if m.rules.scorer != SCS_BLACK_BOX:
        return
    for j in range(<int>t.n):
        scs_note_features(m, t, j)


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
        gather(t.features[SCS_ACTUAL], t.violated, sums, <int32_t>t.n)
        gather(t.features[SCS_FAIR], t.fair_violated, sums + SCS_N_FEATURE_SUMS, <int32_t>t.n)
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
    cdef int j
    for j in range(<int>t.n):
        if m.state.traits[t.start + j] & SCS_ENROLLED:
            scs_approach(m, t, j)


cdef inline void count_tilted(scs_model_t *m, scs_tile_t *t, scs_row_t *row) noexcept nogil:
    """Count, by level, the enrolled whose targets a leader tilts."""
    cdef scs_rules_t *r = &m.rules
    cdef int j, level
    for level in range(<int>min(r.deciding + 1, r.n_levels)):
        if not r.tilt[level]:
            continue
        for j in range(<int>t.n):
            row.by_level[level * SCS_N_by_level + SCS_tilted] += (
                ((t.views[j] & SCS_ENROLLED) != 0) & (scs_manipulates(t, j) >> level & 1)
                & ((scs_ties(t, j) >> level & 1) | ((t.views[j] & SCS_DISSENTER) != 0))
            )
