/* Exact selection of the largest (rank, lot, then lowest index) by histogram. */
#ifndef SCS_SELECT_H
#define SCS_SELECT_H
#include <stdint.h>
#include <string.h>

/* Citizen i of the pool wins iff (rank, lot) is above (rank, lot) of the cut, or equal
 * to it with i < index. Rank 0 means: did not apply. */
typedef struct {
    uint16_t rank, lot;
    uint32_t index;
} scs_cut_t;

#define SCS_SELECT_ROOM (2 * 65536)  /* entries of the histogram's scratch */
#define SCS_WIDE_POOL (1 << 17)      /* from here one 16-bit digit beats two of 8 bits */

static inline int scs_wins(uint16_t rank, uint16_t lot, uint32_t i, scs_cut_t cut)
{
    int above = (rank > cut.rank) | ((rank == cut.rank) & (lot > cut.lot));
    return above | ((rank == cut.rank) & (lot == cut.lot) & (i < cut.index));
}

/* Walk a histogram down from the top until `*places` are passed; return the bin and
 * leave in `*places` how many are still wanted inside it. */
static inline int64_t scs_walk(const uint32_t *count, int64_t bins, int64_t *places)
{
    int64_t bin = bins - 1;
    while (bin > 0) {
        int64_t here = (int64_t)count[bin] + (int64_t)count[bins + bin];
        if (here >= *places)
            break;
        *places -= here;
        bin--;
    }
    return bin;
}

/* Count the digits (value >> shift) & mask of those whose value agrees with `known` above
 * the digit and, if `of` is given, whose of[i] equals `wanted`. Even and odd entries have
 * histograms of their own, so that equal neighbours do not wait for each other. */
static inline void scs_digits(uint32_t *count, int64_t bins, const uint16_t *value,
                              int64_t start, int64_t stop, int shift, uint32_t known,
                              const uint16_t *of, uint16_t wanted)
{
    uint32_t mask = (uint32_t)bins - 1, above = (uint32_t)(0xFFFF & ~((bins << shift) - 1));
    memset(count, 0, (size_t)(2 * bins) * sizeof *count);
    if (of == NULL && above == 0) {
        for (int64_t i = start; i < stop; i++)
            count[(i & 1) * bins + (((uint32_t)value[i] >> shift) & mask)]++;
        return;
    }
    for (int64_t i = start; i < stop; i++)
        if ((of == NULL || of[i] == wanted) && (value[i] & above) == (known & above))
            count[(i & 1) * bins + (((uint32_t)value[i] >> shift) & mask)]++;
}

/* Return the `*places`-th largest of a 16-bit value; see scs_walk for `*places`. */
static inline uint16_t scs_largest(const uint16_t *value, int64_t start, int64_t stop,
                                   const uint16_t *of, uint16_t wanted, int64_t *places,
                                   uint32_t *count)
{
    if (stop - start >= SCS_WIDE_POOL) {
        scs_digits(count, 65536, value, start, stop, 0, 0, of, wanted);
        return (uint16_t)scs_walk(count, 65536, places);
    }
    scs_digits(count, 256, value, start, stop, 8, 0, of, wanted);
    uint32_t high = (uint32_t)scs_walk(count, 256, places) << 8;
    scs_digits(count, 256, value, start, stop, 0, high, of, wanted);
    return (uint16_t)(high | (uint32_t)scs_walk(count, 256, places));
}

/* Return the cut that lets exactly `places` of the pool [start, stop) win; `places` must
 * not exceed the number of applicants (rank above 0). */
static inline scs_cut_t scs_select(const uint16_t *rank, const uint16_t *lot, int64_t start,
                                   int64_t stop, int64_t places, uint32_t *count)
{
    scs_cut_t cut = {65535, 65535, 0};
    if (places == 0)
        return cut;
    cut.rank = scs_largest(rank, start, stop, NULL, 0, &places, count);
    cut.lot = scs_largest(lot, start, stop, rank, cut.rank, &places, count);
    int64_t i = start;
    while (i < stop && places > 0) {
        places -= (rank[i] == cut.rank) & (lot[i] == cut.lot);
        i++;
    }
    cut.index = (uint32_t)i;
    return cut;
}
#endif
