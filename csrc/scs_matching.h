/* Sort the citizens of a unit by (draw, index), and let neighbours meet.
 * Draws are dealt into about two bins per citizen by their top bits. Few bins hold two, so the
 * keys come out nearly sorted. Counts of bins are bytes, eight of which are summed up at a time
 * by a product; where bytes cannot hold them, as of equal draws, nothing is dealt. */
#ifndef SCS_MATCHING_H
#define SCS_MATCHING_H
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "scs_compact.h"

/* Where n citizens are sorted: their keys (draw << 32 | index), the citizens before every eighth
 * bin, and the citizens of each bin, later those before it among eight. */
typedef struct {
    uint64_t *key;
    uint32_t *before;
    uint8_t *count;
} scs_sorter_t;

/* Return how many of a draw's bits choose the bin of one of n citizens. */
static inline int scs_bin_bits(int64_t n)
{
    int bits = 3;
    while (bits < 31 && (int64_t)1 << bits < 2 * n)
        bits++;
    return bits;
}

/* Return the bytes that sorting n citizens takes, and where they are sorted in these. */
static inline size_t scs_sorter_bytes(int64_t n)
{ return (size_t)n * sizeof(uint64_t) + ((size_t)3 << (scs_bin_bits(n) - 1)); }
static inline scs_sorter_t scs_sorter_in(void *bytes, int64_t n)
{
    uint64_t *key = bytes;
    uint32_t *before = (uint32_t *)(key + n);
    return (scs_sorter_t){key, before, (uint8_t *)(before + ((size_t)1 << (scs_bin_bits(n) - 3)))};
}

/* Move key k to its place among those before it, which are sorted. */
static inline void scs_insert(uint64_t *key, int64_t k)
{
    const uint64_t moving = key[k];
    for (; k > 0 && key[k - 1] > moving; k--)
        key[k] = key[k - 1];
    key[k] = moving;
}

/* Sort nearly sorted keys: each that is below the key before it moves back, and so may those
 * that follow it. */
static inline void scs_mend_order(uint64_t *key, int64_t n)
{
    enum { AT_ONCE = 512 };
    uint16_t list[AT_ONCE + 16];
    uint8_t is_below[AT_ONCE + 16];
    for (int64_t from = 1; from < n; from += AT_ONCE) {
        const int most = n - from < AT_ONCE ? (int)(n - from) : AT_ONCE;
        for (int k = 0; k < most; k++)
            is_below[k] = key[from + k] < key[from + k - 1];
        const int m = scs_compact(list, is_below, most);
        for (int k = 0; k < m; k++)
            for (int64_t i = from + list[k]; i < n && key[i] < key[i - 1]; i++)
                scs_insert(key, i);
    }
}

/* Count the draws by bin, and for each bin those before it; return how many were counted. */
static inline int64_t scs_count_bins(scs_sorter_t s, const uint32_t *draw, int64_t n, int skip)
{
    const int bits = scs_bin_bits(n), shift = 32 - bits;
    uint32_t before = 0;
    memset(s.count, 0, (size_t)1 << bits);
    for (int64_t i = 0; i < n; i++)
        s.count[draw[i] << skip >> shift]++;
    for (int64_t k = 0; k < (int64_t)1 << (bits - 3); k++) {
        uint64_t eight, sums;
        memcpy(&eight, s.count + 8 * k, 8);
        sums = eight * 0x0101010101010101u; /* byte j: of the bins up to j */
        s.before[k] = before;
        before += (uint32_t)(sums >> 56);
        sums <<= 8;
        memcpy(s.count + 8 * k, &sums, 8);
    }
    return before;
}

/* Write to s.key, sorted, the keys of n citizens by draw and, of equal draws, in their order;
 * `who` has their indices, NULL: 0 to n - 1. All draws have the same top `skip` bits. */
static inline void scs_sort_by_draw(scs_sorter_t s, const uint32_t *draw, const uint32_t *who,
                                    int64_t n, int skip)
{
    const int shift = 32 - scs_bin_bits(n);
    const int is_held = scs_count_bins(s, draw, n, skip) == n;
    for (int64_t i = 0; i < n; i++) {
        uint32_t bin = draw[i] << skip >> shift;
        int64_t place = is_held ? s.before[bin >> 3] + s.count[bin]++ : i;
        s.key[place] = (uint64_t)draw[i] << 32 | (who ? who[i] : (uint32_t)i);
    }
    scs_mend_order(s.key, n);
}

/* Let neighbours of a sorted unit meet; the odd last one meets itself. Partners are indices. */
static inline void scs_pair_near(uint16_t *restrict partner, const uint64_t *restrict key,
                                 int64_t n)
{
    for (int64_t i = 0; i < n; i += 2) {
        const uint32_t one = (uint32_t)key[i], other = (uint32_t)key[i + (i + 1 < n)];
        partner[one] = (uint16_t)other;
        partner[other] = (uint16_t)one;
    }
}

/* The same for a part of a unit that begins after an even number of citizens; where n is odd
 * the last one is left. Partners are counted from `start`. */
static inline void scs_pair_far(uint32_t *restrict partner, const uint64_t *restrict key,
                                int64_t n, uint32_t start)
{
    for (int64_t i = 0; i + 1 < n; i += 2) {
        const uint32_t one = (uint32_t)key[i], other = (uint32_t)key[i + 1];
        partner[one] = start + other;
        partner[other] = start + one;
    }
}
#endif
