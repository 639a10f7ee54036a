# Draws for many citizens, and the buckets into which a large unit's citizens are dealt.
from libc.stdint cimport int64_t, uint32_t, uint64_t

from scsfast.engine.kernel.csrc cimport *
from scsfast.engine.kernel.csteps cimport *

cdef enum:
    ROWS = 4  # words of a block

cdef struct Batch:
    # Citizens drawn together: their numbers, and the words of one block for each.
    int64_t start
    int64_t n
    uint32_t who[512]
    uint32_t word[4][512]


cdef inline void draw_batch(
    Batch *batch, int64_t start, int64_t stop, uint32_t block, uint32_t replicate,
    uint64_t seed
) noexcept nogil:
    """Draw one of the world's blocks for the citizens [start, stop), at most a tile."""
    cdef int64_t j
    batch.start, batch.n = start, stop - start
    for j in range(SCS_TILE):
        batch.who[j] = <uint32_t>(start + j)
    scs_philox_fill(&batch.word[0][0], SCS_TILE, batch.who, batch.n, 0, replicate, block,
                    seed)


cdef inline int64_t tiles_of(int64_t n) noexcept nogil:
    """Return how many tiles cover n citizens."""
    return (n + SCS_TILE - 1) // SCS_TILE


cdef inline void note_draws(uint32_t *draw, Batch *batch, int slot) noexcept nogil:
    """Write a batch's draws of a slot."""
    cdef int j
    for j in range(<int>batch.n):
        draw[j] = scs_draw_matching(batch.word, slot, j)


cdef inline int bucket_bits(int64_t n) noexcept nogil:
    """Return how many top bits of a draw choose the bucket, for about 2^14 citizens each."""
    cdef int bits = 0
    while bits < 14 and n >> bits > 1 << 14:
        bits += 1
    return bits


cdef inline int64_t bucket_size(
    int64_t[:, ::1] counts, int64_t bucket, int n_threads
) noexcept nogil:
    """Return the citizens of a bucket."""
    cdef int64_t total = 0, thread
    for thread in range(n_threads):
        total += counts[thread, bucket]
    return total


cdef inline void find_places(
    int64_t[:, ::1] counts, int64_t *place, int64_t n_buckets, int thread, int n_threads
) noexcept nogil:
    """Find where each bucket's citizens of a thread go: behind those of lower threads."""
    cdef int64_t bucket, before = 0, other
    for bucket in range(n_buckets):
        place[bucket] = before
        for other in range(n_threads):
            if other < thread:
                place[bucket] += counts[other, bucket]
            before += counts[other, bucket]


cdef inline void pair_across(
    int64_t start, int64_t n, uint32_t *far, uint32_t *order, int64_t[:, ::1] counts,
    int64_t n_buckets, int n_threads
) noexcept nogil:
    """Let the last of a bucket meet the first of the next; the odd last one meets itself."""
    cdef int64_t bucket, before = 0
    for bucket in range(n_buckets):
        if before & 1 and bucket_size(counts, bucket, n_threads):
            far[order[before]] = <uint32_t>start + order[before - 1]
            far[order[before - 1]] = <uint32_t>start + order[before]
        before += bucket_size(counts, bucket, n_threads)
    if n & 1:
        far[order[n - 1]] = <uint32_t>start + order[n - 1]
