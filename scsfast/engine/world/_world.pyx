"""The world of a replicate: citizens, ties and matchings drawn into contiguous arrays.

Threads draw ranges of citizens and of units; the arrays are the same on any number of
them. It checks nothing: ``simulation.py`` hands over arrays of the right lengths and dtypes.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from itertools import groupby

import numpy as np

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *
from scsfast.engine.world.batches cimport *
from scsfast.engine.world.csworld cimport *


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
    int64_t first,
    int64_t last,
    uint64_t seed,
    uint32_t replicate,
):
    """Draw the fixed traits, the first strategy and the ties of the citizens [first, last).

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
    first, last, seed, replicate : int
    """
    cdef scs_rules_t r = rules
    cdef Batch batch, copula
    cdef int64_t start, stop, k
    cdef int j, n, level
    with nogil:
        for k in range((last - first + SCS_TILE - 1) // SCS_TILE):
            start = first + k * SCS_TILE
            stop = min(start + SCS_TILE, last)
            n = <int>(stop - start)
            draw_batch(&batch, start, stop, SCS_TRAITS, replicate, seed)
            scs_note_qualities(&quality[start], &guile[start], &means[start], &quality_table[0],
                               &guile_table[0], &means_table[0], batch.word, n)
            if ranks.shape[0] != 0:
                draw_batch(&copula, start, stop, SCS_COPULA, replicate, seed)
                for j in range(n):
                    _correlate(&copula, j, &ranks[0, 0, 0],
                               <int>scs_draw_quality(batch.word, j), &guile_table[0],
                               &means_table[0], &guile[start + j], &means[start + j])
            if own_means.shape[0] != 0:
                memcpy(&means[start], &own_means[start], n)
            scs_note_traits(&traits[start], &means[start], &r, &group_until[0, 0], batch.word, n)
            draw_batch(&batch, start, stop, SCS_STATUS, replicate, seed)
            scs_note_status(&traits[start], &strategy[start], &r, batch.word, n)
            memset(&ties[start], 0, n)
            for level in range(<int>r.n_levels):
                draw_batch(&batch, start, stop, SCS_TIES + level, replicate, seed)
                scs_note_ties(&ties[start], &means[start], &tie[level, 0], level, batch.word, n)


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


def start_citizens(
    int32_t base,
    const uint8_t[::1] quality,  # IN
    const uint8_t[::1] means,  # IN
    const int32_t[::1] wealth_target,  # IN
    int32_t[::1] score,  # OUT
    int32_t[::1] fair_score,  # OUT
    int32_t[::1] wealth,  # OUT
    int64_t[::1] count,  # IN/OUT
    int64_t first,
    int64_t last,
):
    """Set the first scores and wealth of the citizens [first, last); count their quality.

    Parameters
    ----------
    base : int
        Score at the start, 1/256 point.
    quality, means : ndarray of uint8, shape (n_citizens,), IN
    wealth_target : ndarray of int32, shape (256,), IN
        Wealth by means, 1/256 monthly income.
    score, fair_score, wealth : ndarray of int32, shape (n_citizens,), OUT
    count : ndarray of int64, shape (256,), IN/OUT
        The citizens of this range are added, by quality.
    first, last : int
    """
    cdef int64_t i
    with nogil:
        for i in range(first, last):
            score[i] = fair_score[i] = base
            wealth[i] = wealth_target[means[i]]
            count[quality[i]] += 1


cdef class Network:
    """The partners of all slots: in every unit of a slot neighbours by (draw, index) meet.

    Units of more than 65,536 citizens are drawn by all threads together: their citizens
    are dealt by the top bits of their draws into buckets that fit the L2 cache, and each
    bucket is sorted by one thread. The scratch is four bytes per citizen of the largest
    unit, and for each thread at most 18 bytes per citizen of one bucket, or 30 of one smaller
    unit, whose slots share random blocks.

    Parameters
    ----------
    partners : list of ndarray, OUT
        By slot: uint16 offsets in the unit, or uint32 indices where units are larger.
    starts : sequence of ndarray of uint32, shape (units + 1,)
        By slot the first citizen of each unit inside which it pairs, and `n_citizens`. Slots
        in the same units have the same array.
    n_threads, seed, replicate : int

    Raises
    ------
    MemoryError
        If there is not enough memory for the scratch.
    """

    cdef object partners
    cdef object starts
    cdef object order
    cdef object counts
    cdef int n_threads
    cdef int failed
    cdef uint64_t seed
    cdef uint32_t replicate
    cdef scs_barrier_t barrier

    def __cinit__(self, partners, starts, int n_threads, uint64_t seed, uint32_t replicate):
        self.partners, self.starts, self.n_threads = partners, starts, n_threads
        self.seed, self.replicate = seed, replicate
        wide = [np.diff(units).max() for partner, units in zip(partners, starts)
                if partner.dtype == np.uint32]
        widest = max(wide, default=0)
        self.order = np.empty(widest, np.uint32)
        self.counts = np.zeros((n_threads, 1 << bucket_bits(widest)), np.int64)
        scs_barrier_init(&self.barrier)

    def draw(self, int thread):
        """Draw a thread's part of all slots; all threads must call this, in any order."""
        cdef const uint32_t[::1] units
        cdef uint32_t[::1] far
        slots = range(len(self.partners))
        for _, found in groupby(slots, lambda k: (id(self.starts[k]), k // ROWS)):
            group = list(found)
            units = self.starts[group[0]]
            if self.partners[group[0]].dtype == np.uint16:
                self._draw_small(group, units, (thread + group[0]) % self.n_threads)
                continue
            for slot in group:
                far = self.partners[slot]
                self._draw_large(slot, units, far, thread)
        if self.failed:
            raise MemoryError("not enough memory to draw the network")

    cdef int _draw_small(self, list slots, const uint32_t[::1] units, int part) except -1:
        """Draw a part of the units of slots that share blocks, each by one thread."""
        cdef int64_t n_units = units.shape[0] - 1, room = 0, unit, start, n
        cdef int n_slots = len(slots), first = slots[0], k
        cdef uint16_t *near[ROWS]
        cdef uint16_t[::1] partner
        for k in range(n_slots):
            partner = self.partners[first + k]
            near[k] = &partner[0]
        for unit in range(n_units):
            room = max(room, units[unit + 1] - units[unit])
        cdef uint32_t *draws = <uint32_t *>malloc(ROWS * room * sizeof(uint32_t))
        cdef void *bytes = malloc(scs_sorter_bytes(room))
        cdef scs_sorter_t sorter
        if draws == NULL or bytes == NULL:
            self.failed = 1
            n_units = 0
        with nogil:
            for unit in range(n_units * part // self.n_threads,
                              n_units * (part + 1) // self.n_threads):
                start, n = units[unit], units[unit + 1] - units[unit]
                sorter = scs_sorter_in(bytes, n)
                self._draw_slots(first, n_slots, draws, room, start, n)
                for k in range(n_slots):
                    scs_sort_by_draw(sorter, draws + k * room, NULL, n, 0)
                    scs_pair_near(near[k] + start, sorter.key, n)
        free(draws)
        free(bytes)
        return 0

    cdef void _draw_slots(self, int first, int n_slots, uint32_t *draws, int64_t room,
                          int64_t start, int64_t n) noexcept nogil:
        """Draw a unit's citizens in slots that share blocks, into rows `room` apart."""
        cdef Batch batch
        cdef int64_t i, tile
        cdef int k
        for tile in range(tiles_of(n)):
            i = tile * SCS_TILE
            self._draw_words(&batch, first, start + i, start + min(i + SCS_TILE, n))
            for k in range(n_slots):
                note_draws(draws + k * room + i, &batch, first + k)

    cdef int _draw_large(self, int slot, const uint32_t[::1] units, uint32_t[::1] far,
                         int thread) except -1:
        """Draw the units of a slot by all threads together, one unit after the other."""
        cdef int64_t unit, start, n
        cdef int64_t[:, ::1] counts = self.counts
        cdef uint32_t[::1] order = self.order
        cdef int64_t *place = <int64_t *>malloc((counts.shape[1] + 1) * sizeof(int64_t))
        if place == NULL:
            self.failed = 1
        with nogil:
            for unit in range(units.shape[0] - 1):
                start, n = units[unit], units[unit + 1] - units[unit]
                self._draw_unit(slot, start, n, &far[start], &order[0], counts, place, thread)
        free(place)
        return 0

    cdef void _draw_unit(self, int slot, int64_t start, int64_t n, uint32_t *far,
                         uint32_t *order, int64_t[:, ::1] counts, int64_t *place,
                         int thread) noexcept nogil:
        """Draw one unit: count, deal into buckets, pair in the buckets, and across them."""
        cdef int shift = 32 - bucket_bits(n)
        cdef int64_t n_buckets = <int64_t>1 << (32 - shift)
        cdef int64_t low = n * thread // self.n_threads, high = n * (thread + 1) // self.n_threads
        self._deal(slot, start, low, high, shift, NULL, &counts[thread, 0], n_buckets)
        scs_barrier_wait(&self.barrier, self.n_threads)
        if place != NULL:
            find_places(counts, place, n_buckets, thread, self.n_threads)
            self._deal(slot, start, low, high, shift, order, place, n_buckets)
        scs_barrier_wait(&self.barrier, self.n_threads)
        if not self.failed:  # else not all are in `order`
            self._pair_buckets(slot, start, far, order, counts, 32 - shift, thread)
        scs_barrier_wait(&self.barrier, self.n_threads)
        if thread == 0 and not self.failed:
            pair_across(start, n, far, order, counts, n_buckets, self.n_threads)
        scs_barrier_wait(&self.barrier, self.n_threads)

    cdef void _deal(self, int slot, int64_t start, int64_t low, int64_t high, int shift,
                    uint32_t *order, int64_t *place, int64_t n_buckets) noexcept nogil:
        """Count the citizens [low, high) of a unit by bucket, or put them into their places."""
        cdef Batch batch
        cdef int64_t i, k
        cdef int j
        if order == NULL:
            memset(place, 0, n_buckets * sizeof(int64_t))
        for k in range(tiles_of(high - low)):
            i = low + k * SCS_TILE
            self._draw_words(&batch, slot, start + i, start + min(i + SCS_TILE, high))
            for j in range(<int>batch.n):
                batch.who[j] = <uint32_t>(
                    <uint64_t>scs_draw_matching(batch.word, slot, j) >> shift)
            if order == NULL:
                for j in range(<int>batch.n):
                    place[batch.who[j]] += 1
                continue
            for j in range(<int>batch.n):
                order[place[batch.who[j]]] = <uint32_t>(i + j)
                place[batch.who[j]] += 1

    cdef void _pair_buckets(self, int slot, int64_t start, uint32_t *far, uint32_t *order,
                            int64_t[:, ::1] counts, int bits, int thread) noexcept nogil:
        """Pair in a thread's buckets; leave the first and last of each for `pair_across`."""
        cdef int64_t bucket, before = 0, n, room = 0, n_buckets = <int64_t>1 << bits
        cdef int odd
        for bucket in range(n_buckets):
            room = max(room, bucket_size(counts, bucket, self.n_threads))
        cdef uint32_t *draw = <uint32_t *>malloc(room * sizeof(uint32_t))
        cdef void *bytes = malloc(scs_sorter_bytes(room))
        cdef scs_sorter_t sorter
        if draw == NULL or bytes == NULL:
            self.failed = 1
            n_buckets = 0
        for bucket in range(n_buckets):
            n = bucket_size(counts, bucket, self.n_threads)
            if n > 0 and bucket % self.n_threads == thread:
                sorter = scs_sorter_in(bytes, n)
                self._draw_listed(slot, start, order + before, n, draw)
                scs_sort_by_draw(sorter, draw, order + before, n, bits)
                odd = before & 1
                scs_pair_far(far, sorter.key + odd, n - odd, <uint32_t>start)
                order[before] = <uint32_t>sorter.key[0]
                order[before + n - 1] = <uint32_t>sorter.key[n - 1]
            before += n
        free(draw)
        free(bytes)

    cdef void _draw_listed(self, int slot, int64_t start, const uint32_t *listed, int64_t n,
                           uint32_t *draw) noexcept nogil:
        """Draw n citizens of a unit that are listed by their indices in it."""
        cdef Batch batch
        cdef int64_t i, k, tile
        for tile in range(tiles_of(n)):
            i = tile * SCS_TILE
            batch.n = min(SCS_TILE, n - i)
            for k in range(batch.n):
                batch.who[k] = <uint32_t>start + listed[i + k]
            scs_philox_fill(&batch.word[0][0], SCS_TILE, batch.who, batch.n, 0, self.replicate,
                            SCS_MATCHING + slot // ROWS, self.seed)
            note_draws(draw + i, &batch, slot)

    cdef void _draw_words(self, Batch *batch, int slot, int64_t start,
                          int64_t stop) noexcept nogil:
        """Draw the block of a slot for the citizens [start, stop), at most a tile."""
        draw_batch(batch, start, stop, SCS_MATCHING + slot // ROWS, self.replicate, self.seed)
