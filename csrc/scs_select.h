/* Select exactly the largest (rank, lot, then lowest index) by counting bytes. */
#ifndef SCS_SELECT_H
#define SCS_SELECT_H
#include <stdint.h>
#include "scs_foresee.h"

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
    const uint16_t *applicant;
    const uint16_t *applied;
    const uint32_t *start;
    int64_t first, last;
} scs_pool_t;

/* Ask for what an array has, of `size` bytes an applicant, of the tile that is read eight later. */
SCS_FORESEE scs_foresee_pool(const void *of, int64_t size, const scs_pool_t *pool, int64_t tile)
{
    if (tile + 8 < pool->last)
        scs_foresee_now((const char *)of + size * pool->start[tile + 8], 32 * size);
}

/* Write the keys (rank << 16 | lot) of a pool's applicants; return how many there are. */
static inline int64_t scs_collect(uint32_t *restrict key, const uint16_t *restrict rank,
                                  const uint16_t *restrict lot, const scs_pool_t *pool)
{
    int64_t n = 0;
    for (int64_t tile = pool->first; tile < pool->last; tile++) {
        int64_t start = pool->start[tile];
        int applied = pool->applied[tile];
        scs_foresee_pool(rank, sizeof *rank, pool, tile);
        scs_foresee_pool(lot, sizeof *lot, pool, tile);
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

/* Add up counts by byte from four tables, in which equal neighbours need not wait for each
 * other. */
static inline void scs_add_parts(int64_t *restrict count, uint32_t part[4][256])
{
    for (int byte = 0; byte < 256; byte++)
        count[byte] = (int64_t)part[0][byte] + part[1][byte] + part[2][byte] + part[3][byte];
}

/* Count n keys by a byte. */
static inline void scs_count_keys(int64_t *restrict count, const uint32_t *restrict key,
                                  int64_t n, int shift)
{
    uint32_t part[4][256] = {{0}};
    int64_t k = 0;
    for (; k + 4 <= n; k += 4)
        for (int lane = 0; lane < 4; lane++)
            part[lane][key[k + lane] >> shift & 255]++;
    for (; k < n; k++)
        part[0][key[k] >> shift & 255]++;
    scs_add_parts(count, part);
}

/* Return the bits of the highest byte in use of n keys, 0 if they have at most 8 bits. */
static inline int scs_top_byte(const uint32_t *key, int64_t n)
{
    uint32_t used = 255;
    for (int64_t k = 0; k < n; k++)
        used |= key[k];
    return 24 - __builtin_clz(used);
}

/* Return the `*places`-th largest of n keys, `*places` at least 1; leave in `*places` how
 * many of those equal to it are wanted. Eight bits at a time, from the highest in use down:
 * count, walk down, keep the keys of the bin that holds it. Overwrites the keys. */
static inline uint32_t scs_largest(uint32_t *key, int64_t n, int64_t *places)
{
    uint32_t found = 0;
    for (int shift = scs_top_byte(key, n);; shift = shift > 8 ? shift - 8 : 0) {
        int64_t count[256], kept = 0;
        scs_count_keys(count, key, n, shift);
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
        if (shift == 0)
            return found;
    }
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
