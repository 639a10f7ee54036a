"""The world of a replicate: citizens, ties and matchings drawn into contiguous arrays.

Runs once a replicate, so one build for all processors is enough. It checks nothing:
``simulate.py`` hands over arrays of the right lengths and dtypes.
"""

from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *

cdef enum:
    ROWS = 4  # words of a block

cdef struct Batch:
    # Citizens drawn together: their numbers, and the words of one block for each.
    int64_t start
    int64_t n
    uint32_t who[256]
    uint32_t word[4][256]


cdef void _draw(Batch *batch, int64_t start, int64_t stop, uint32_t block,
                uint32_t replicate, uint64_t seed) noexcept nogil:
    """Draw one of the world's blocks for the citizens [start, stop), at most a tile."""
    cdef int64_t j
    batch.start, batch.n = start, stop - start
    for j in range(SCS_TILE):
        batch.who[j] = <uint32_t>(start + j)
    scs_philox_fill(&batch.word[0][0], SCS_TILE, batch.who, batch.n, 0, replicate, block,
                    seed)


def draw_citizens(
    rules,
    const int64_t[:, ::1] group_until,  # IN
    const int64_t[:, ::1] tie,  # IN
    const int64_t[:, :, ::1] ranks,  # IN, empty if traits are independent
    const uint8_t[::1] own_means,  # IN, empty if means are drawn
    const uint8_t[::1] quality_table,  # IN
    const uint8_t[::1] guile_table,  # IN
    const uint8_t[::1] means_table,  # IN
    uint8_t[::1] quality,  # OUT
    uint8_t[::1] guile,  # OUT
    uint8_t[::1] means,  # OUT
    uint8_t[::1] traits,  # OUT
    uint8_t[::1] strategy,  # OUT
    uint8_t[::1] ties,  # OUT
    uint64_t seed,
    uint32_t replicate,
):
    """Draw the fixed traits, the first strategy and the ties of every citizen.

    Parameters
    ----------
    rules : dict
        Every member of ``scs_rules_t``.
    group_until : ndarray of int64, shape (256, 4), IN
        Cumulative 32-bit shares of the groups by means.
    tie : ndarray of int64, shape (6, 256), IN
        32-bit chances of a tie by level and means.
    ranks : ndarray of int64, shape (3, 256, 256) or (0, 0, 0), IN
        Cumulative 16-bit chances: see ``model/integers/copula.py``.
    own_means : ndarray of uint8, shape (n_citizens,) or (0,), IN
        Means that stand in the place of those drawn.
    quality_table, guile_table, means_table : ndarray of uint8, shape (256,), IN
    quality, guile, means, traits, strategy, ties : ndarray of uint8, (n_citizens,), OUT
    seed, replicate : int
    """
    cdef scs_rules_t r = rules
    cdef Batch batch
    cdef int64_t start, stop, i, k, n = quality.shape[0]
    cdef int j, level
    cdef bint correlated = ranks.shape[0] != 0, is_given = own_means.shape[0] != 0
    cdef int quality_rank[SCS_TILE]
    with nogil:
        for k in range((n + SCS_TILE - 1) // SCS_TILE):
            start, stop = k * SCS_TILE, min((k + 1) * SCS_TILE, n)
            _draw(&batch, start, stop, SCS_TRAITS, replicate, seed)
            for j in range(<int>batch.n):
                i = start + j
                quality[i] = quality_table[scs_draw_quality(batch.word, j)]
                guile[i] = guile_table[scs_draw_guile(batch.word, j)]
                means[i] = means_table[scs_draw_means(batch.word, j)]
                traits[i] = <uint8_t>(
                    (SCS_DISSENTER if scs_draw_dissenter(batch.word, j) < r.dissenter else 0)
                    | (SCS_AWARE if scs_draw_aware(batch.word, j) < r.aware else 0)
                )
                quality_rank[j] = <int>scs_draw_quality(batch.word, j)
            if correlated:
                _draw(&batch, start, stop, SCS_COPULA, replicate, seed)
                for j in range(<int>batch.n):
                    _correlate(&batch, j, &ranks[0, 0, 0], quality_rank[j],
                               &guile_table[0], &means_table[0], &guile[start + j],
                               &means[start + j])
                _draw(&batch, start, stop, SCS_TRAITS, replicate, seed)
            if is_given:
                for i in range(start, stop):
                    means[i] = own_means[i]
            for j in range(<int>batch.n):
                traits[start + j] |= <uint8_t>_among(
                    scs_draw_group(batch.word, j), &group_until[means[start + j], 0])
            _draw(&batch, start, stop, SCS_STATUS, replicate, seed)
            for j in range(<int>batch.n):
                i = start + j
                traits[i] |= SCS_ENROLLED if scs_draw_enrolled(batch.word, j) < r.enrolled else 0
                strategy[i] = <uint8_t>_among(scs_draw_strategy(batch.word, j),
                                              r.strategy_until)
                ties[i] = 0
            for level in range(<int>r.n_levels):
                _draw(&batch, start, stop, SCS_TIES + level, replicate, seed)
                for j in range(<int>batch.n):
                    ties[start + j] |= <uint8_t>(
                        (scs_draw_tie(batch.word, j) < tie[level, means[start + j]]) << level)


cdef void _correlate(
    Batch *batch, int j, const int64_t *ranks, int quality, const uint8_t *guile_table,
    const uint8_t *means_table, uint8_t *guile, uint8_t *means,
) noexcept nogil:
    """Find the guile and means that belong to a rank of quality."""
    cdef const int64_t *rest_given = ranks + 256 * 256
    cdef const int64_t *guile_given = ranks + 2 * 256 * 256
    cdef uint32_t rank = scs_draw_means_rank(batch.word, j)
    cdef uint32_t fine = scs_draw_guile_rest(batch.word, j)
    cdef int rest = _among(scs_draw_guile_rank(batch.word, j), rest_given + 256 * (rank >> 8))
    means[0] = means_table[_among(rank, ranks + 256 * quality)]
    guile[0] = guile_table[_among(<uint32_t>rest << 8 | fine, guile_given + 256 * quality)]


cdef int _among(uint32_t draw, const int64_t *until) noexcept nogil:
    """Return the first k with draw < until[k]; the last bound is 2^32."""
    cdef int k = 0
    while draw >= until[k]:
        k += 1
    return k


def draw_matching(
    int slot,
    int64_t span,
    uint16_t[::1] near,  # OUT, or None
    uint32_t[::1] far,  # OUT, or None
    uint64_t[::1] keys,  # scratch, at least two units long
    int64_t n_citizens,
    uint64_t seed,
    uint32_t replicate,
):
    """Pair the citizens of every unit in one slot: neighbours by (draw, index).

    Parameters
    ----------
    slot : int
    span : int
        Citizens of a unit inside which the slot pairs.
    near : ndarray of uint16, shape (n_citizens,), OUT, or None
        Partner as an offset in the unit; one of near and far is given.
    far : ndarray of uint32, shape (n_citizens,), OUT, or None
        Partner as an index.
    keys : ndarray of uint64
        Scratch for two units.
    n_citizens, seed, replicate : int
    """
    cdef Batch batch
    cdef uint64_t *key = &keys[0]
    cdef uint64_t *other = key + keys.shape[0] // 2
    cdef uint32_t block = SCS_MATCHING + slot // ROWS
    cdef int64_t unit, start, stop, k, n, last
    cdef int64_t i
    cdef int j
    cdef bint is_near = near is not None
    with nogil:
        for unit in range((n_citizens + span - 1) // span):
            start, stop = unit * span, min((unit + 1) * span, n_citizens)
            n = stop - start
            for k in range((n + SCS_TILE - 1) // SCS_TILE):
                last = min(start + (k + 1) * SCS_TILE, stop)
                _draw(&batch, start + k * SCS_TILE, last, block, replicate, seed)
                for j in range(<int>batch.n):
                    key[k * SCS_TILE + j] = (
                        <uint64_t>scs_draw_matching(batch.word, slot, j) << 32
                        | <uint64_t>(k * SCS_TILE + j)
                    )
            scs_sort_by_draw(key, other, n)
            for i in range(n):  # the odd last one meets itself
                last = min(i ^ 1, n - 1)
                if is_near:
                    near[start + <uint32_t>key[i]] = <uint16_t>key[last]
                else:
                    far[start + <uint32_t>key[i]] = <uint32_t>start + <uint32_t>key[last]
