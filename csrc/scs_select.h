/* Select exactly the largest (rank, lot, then lowest index) by counting bytes. */
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
    uint32_t key = (uint32_t)rank << 16 | lot, least = (uint32_t)cut.rank << 16 | cut.lot;
    return (key > least) | ((key == least) & (i < cut.index));
}

/* The applicants of a pool, listed tile by tile, of the tiles [first, last). Tile k begins
 * with citizen start[k] and has applied[k] applicants, stored in the arrays from its start
 * on; `applicant` holds their positions in the tile. */
typedef struct {
    const uint8_t *applicant;
    const uint16_t *applied;
    const uint32_t *start;
    int64_t first, last;
} scs_pool_t;

/* Write the keys (rank << 16 | lot) of a pool's applicants; return how many there are. */
static inline int64_t scs_collect(uint32_t *key, const uint16_t *rank, const uint16_t *lot,
                                  const scs_pool_t *pool)
{
    int64_t n = 0;
    for (int64_t tile = pool->first; tile < pool->last; tile++) {
        int64_t start = pool->start[tile];
        int applied = pool->applied[tile];
        for (int k = 0; k < applied; k++)
            key[n + k] = (uint32_t)rank[start + k] << 16 | lot[start + k];
        n += applied;
    }
    return n;
}

/* Return the index after that of the `places`-th applicant of a rank and lot. */
static inline int64_t scs_index_after(const uint16_t *rank, const uint16_t *lot,
                                      const scs_pool_t *pool, scs_cut_t cut, int64_t places)
{
    for (int64_t tile = pool->first;; tile++) {
        int64_t start = pool->start[tile];
        for (int k = 0; k < pool->applied[tile]; k++) {
            places -= (rank[start + k] == cut.rank) & (lot[start + k] == cut.lot);
            if (places == 0)
                return start + pool->applicant[start + k] + 1;
        }
    }
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

/* Return how many of a pool's applicants a threshold serves: rank 2. */
static inline int64_t scs_served(const uint16_t *rank, const scs_pool_t *pool)
{
    int64_t served = 0;
    for (int64_t tile = pool->first; tile < pool->last; tile++) {
        int64_t start = pool->start[tile];
        for (int k = 0; k < pool->applied[tile]; k++)
            served += rank[start + k] > 1;
    }
    return served;
}

/* Return the cut that lets all applicants win whom a threshold serves, whatever their lot. */
static inline scs_cut_t scs_served_cut(void)
{ return (scs_cut_t){2, 0, UINT32_MAX}; }

/* Return the cut that lets exactly min(share, applicants) of a pool win. `key` has room for
 * as many keys as the pool has citizens. */
static inline scs_cut_t scs_select(const uint16_t *rank, const uint16_t *lot,
                                   const scs_pool_t *pool, int64_t share, uint32_t *key)
{
    scs_cut_t cut = {65535, 65535, 0};
    int64_t applicants = scs_collect(key, rank, lot, pool);
    int64_t places = share < applicants ? share : applicants;
    if (places == 0)
        return cut;
    uint32_t lowest = scs_largest(key, applicants, &places);
    cut.rank = (uint16_t)(lowest >> 16);
    cut.lot = (uint16_t)lowest;
    cut.index = (uint32_t)scs_index_after(rank, lot, pool, cut, places);
    return cut;
}
#endif
