/* Selection from a pool that all threads share: each counts the bytes of the keys (rank << 16
 * | lot) in its own tiles, from the top byte down, and adds up the counts of all. Without
 * scratch by citizen; the cuts are those of scs_select and scs_select_bytes. */
#ifndef SCS_WIDE_POOLS_H
#define SCS_WIDE_POOLS_H
#include <string.h>
#include "scs_select.h"

/* Judges, by whose ranks prizes go: actual scores, fair scores, need x quality, with ranks of
 * 16 bits; and the yardsticks of one byte: quality alone, need alone. */
enum {
    SCS_ACTUAL, SCS_FAIR, SCS_ORACLE, SCS_N_RANKS,
    SCS_QUALITY_ALONE = SCS_N_RANKS, SCS_NEED_ALONE, SCS_N_JUDGES
};
enum { SCS_PASSES = 4 }; /* bytes of a key */

/* Ranks of a judge, of 16 bits or of one byte; the other pointer is NULL, or both are NULL
 * where nothing is to be selected. */
typedef struct {
    const uint16_t *wide;
    const uint8_t *narrow;
} scs_ranks_t;

/* What a thread has counted of a pool: applicants by pass, judge and byte, those served by a
 * threshold, and the sum of need x quality. */
typedef struct {
    int64_t count[SCS_PASSES][SCS_N_JUDGES][256];
    int64_t served, applicants, value;
} scs_share_t;

static inline uint32_t scs_key(scs_ranks_t rank, const uint16_t *lot, int64_t k)
{ return (uint32_t)(rank.wide ? rank.wide[k] : rank.narrow[k]) << 16 | lot[k]; }

/* Count the applicants whose keys begin with the bytes found so far, by their next byte. */
static inline void scs_count_next(int64_t *count, scs_ranks_t rank, const uint16_t *lot,
                                  const scs_pool_t *pool, uint32_t found, int step)
{
    const int shift = 24 - 8 * step;
    memset(count, 0, 256 * sizeof *count);
    if (step == 0 && rank.narrow) { /* the top byte is 0 */
        for (int64_t tile = pool->first; tile < pool->last; tile++)
            count[0] += pool->applied[tile];
        return;
    }
    for (int64_t tile = pool->first; tile < pool->last; tile++) {
        int64_t start = pool->start[tile];
        for (int k = 0; k < pool->applied[tile]; k++) {
            uint32_t key = scs_key(rank, lot, start + k);
            if (step == 0 || (key ^ found) >> shift < 256)
                count[key >> shift & 255]++;
        }
    }
}

/* Add the next byte of the `*places`-th largest key to `found`, from the counts of all
 * threads; leave in `*places` how many of the keys that begin so are wanted. */
static inline uint32_t scs_find_next(const int64_t *count, uint32_t found, int step,
                                     int64_t *places)
{
    uint32_t bin = 255;
    for (; count[bin] < *places; bin--)
        *places -= count[bin];
    return found | bin << (24 - 8 * step);
}

/* Return the index after that of the `places`-th applicant with this very key. */
static inline int64_t scs_index_after_key(scs_ranks_t rank, const uint16_t *lot,
                                          const scs_pool_t *pool, uint32_t found,
                                          int64_t places)
{
    for (int64_t tile = pool->first;; tile++) {
        int64_t start = pool->start[tile];
        for (int k = 0; k < pool->applied[tile]; k++) {
            places -= scs_key(rank, lot, start + k) == found;
            if (places == 0)
                return start + pool->applicant[start + k] + 1;
        }
    }
}
#endif
