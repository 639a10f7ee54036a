/* Exact selection of the largest (rank, lot, then lowest index) by counting bytes. */
#ifndef SCS_SELECT_H
#define SCS_SELECT_H
#include <stdint.h>

/* Citizen i of the pool wins iff (rank, lot) is above (rank, lot) of the cut, or equal
 * to it with i < index. Rank 0 means: did not apply. */
typedef struct {
    uint16_t rank, lot;
    uint32_t index;
} scs_cut_t;

static inline int scs_wins(uint16_t rank, uint16_t lot, uint32_t i, scs_cut_t cut)
{
    int above = (rank > cut.rank) | ((rank == cut.rank) & (lot > cut.lot));
    return above | ((rank == cut.rank) & (lot == cut.lot) & (i < cut.index));
}

/* Write the keys (rank << 16 | lot) of a pool's applicants; return how many there are. */
static inline int64_t scs_collect(uint32_t *key, const uint16_t *rank, const uint16_t *lot,
                                  int64_t start, int64_t stop)
{
    int64_t n = 0;
    for (int64_t i = start; i < stop; i++) {
        key[n] = (uint32_t)rank[i] << 16 | lot[i];
        n += rank[i] > 0;
    }
    return n;
}

/* Return the `*places`-th largest of n keys, `*places` at least 1; leave in `*places` how
 * many of those equal to it are wanted. Byte by byte from the top: count, walk down, keep
 * the keys of the bin that holds it. Overwrites the keys. */
static inline uint32_t scs_largest(uint32_t *key, int64_t n, int64_t *places)
{
    uint32_t found = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        int64_t count[256] = {0}, kept = 0;
        for (int64_t k = 0; k < n; k++)
            count[key[k] >> shift & 255]++;
        uint32_t bin = 255;
        for (; count[bin] < *places; bin--)
            *places -= count[bin];
        for (int64_t k = 0; k < n; k++) {
            uint32_t moving = key[k];
            key[kept] = moving;
            kept += (moving >> shift & 255) == bin;
        }
        found |= bin << shift;
        n = kept;
    }
    return found;
}

/* Return the cut that lets exactly min(share, applicants) of the pool [start, stop) win.
 * `key` has room for as many keys as the pool has citizens. */
static inline scs_cut_t scs_select(const uint16_t *rank, const uint16_t *lot, int64_t start,
                                   int64_t stop, int64_t share, uint32_t *key)
{
    scs_cut_t cut = {65535, 65535, 0};
    int64_t applicants = scs_collect(key, rank, lot, start, stop);
    int64_t places = share < applicants ? share : applicants;
    if (places == 0)
        return cut;
    uint32_t lowest = scs_largest(key, applicants, &places);
    cut.rank = (uint16_t)(lowest >> 16);
    cut.lot = (uint16_t)lowest;
    int64_t i = start;
    for (; places > 0; i++)
        places -= (rank[i] == cut.rank) & (lot[i] == cut.lot);
    cut.index = (uint32_t)i;
    return cut;
}
#endif
