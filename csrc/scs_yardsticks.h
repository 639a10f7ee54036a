/* Selection by one byte per applicant: quality alone, need alone. */
#ifndef SCS_YARDSTICKS_H
#define SCS_YARDSTICKS_H
#include <stdint.h>
#include "scs_select.h"

/* Count a pool's applicants by their byte. */
static inline void scs_count_bytes(int64_t *count, const uint8_t *rank, const scs_pool_t *pool)
{
    uint32_t part[4][256] = {{0}};
    for (int64_t tile = pool->first; tile < pool->last; tile++) {
        const uint8_t *of = rank + pool->start[tile];
        int k = 0, applied = pool->applied[tile];
        scs_foresee_pool(rank, sizeof *rank, pool, tile);
        for (; k + 4 <= applied; k += 4)
            for (int lane = 0; lane < 4; lane++)
                part[lane][of[k + lane]]++;
        for (; k < applied; k++)
            part[0][of[k]]++;
    }
    scs_add_parts(count, part);
}

/* Write the lots of a pool's applicants with one byte; return how many there are. */
static inline int64_t scs_collect_lots(uint32_t *key, uint8_t byte, const uint8_t *rank,
                                       const uint16_t *lot, const scs_pool_t *pool)
{
    int64_t n = 0;
    for (int64_t tile = pool->first; tile < pool->last; tile++) {
        int64_t start = pool->start[tile];
        int applied = pool->applied[tile];
        for (int k = 0; k < applied; k++)
            if (rank[start + k] == byte)
                key[n++] = lot[start + k];
    }
    return n;
}

/* Return the index after that of the `places`-th applicant with a byte and lot. */
static inline int64_t scs_index_after_byte(const uint8_t *rank, const uint16_t *lot,
                                           const scs_pool_t *pool, scs_cut_t cut,
                                           int64_t places)
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

/* Return the cut that lets exactly min(share, applicants) of a pool win by byte, then lot,
 * then lowest index. `key` has room for as many keys as the pool has citizens. */
static inline scs_cut_t scs_select_bytes(const uint8_t *rank, const uint16_t *lot,
                                         const scs_pool_t *pool, int64_t share, uint32_t *key)
{
    scs_cut_t cut = {65535, 65535, 0};
    int64_t count[256], applicants = 0;
    scs_count_bytes(count, rank, pool);
    for (int byte = 0; byte < 256; byte++)
        applicants += count[byte];
    int64_t places = share < applicants ? share : applicants;
    if (places == 0)
        return cut;
    int byte = 255;
    for (; count[byte] < places; byte--)
        places -= count[byte];
    int64_t n = scs_collect_lots(key, (uint8_t)byte, rank, lot, pool);
    cut.rank = (uint16_t)byte;
    cut.lot = (uint16_t)scs_largest(key, n, &places);
    cut.index = (uint32_t)scs_index_after_byte(rank, lot, pool, cut, places);
    return cut;
}
#endif
