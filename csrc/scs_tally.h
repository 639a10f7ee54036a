/* Histograms of a tile's codes, and sums by group. */
#ifndef SCS_TALLY_H
#define SCS_TALLY_H
#include <stdint.h>

/* Counts by code; eight tables, so that equal codes in a row need not wait for each other. */
typedef struct {
    uint32_t count[8][256];
} scs_counts_t;

static inline void scs_count(scs_counts_t *counts, const uint8_t *restrict code, int n)
{
    int j = 0;
    for (; j + 8 <= n; j += 8)
        for (int k = 0; k < 8; k++)
            counts->count[k][code[j + k]]++;
    for (; j < n; j++)
        counts->count[0][code[j]]++;
}

/* Return how often a code was counted, and forget it. */
static inline int64_t scs_counted(scs_counts_t *counts, int code)
{
    int64_t n = 0;
    for (int k = 0; k < 8; k++) {
        n += counts->count[k][code];
        counts->count[k][code] = 0;
    }
    return n;
}

/* Write the grades of n scores, each the number of cuts that it reaches, times `unit`. */
static inline void scs_grades(uint8_t *restrict grade, const int32_t *restrict score,
                              const int32_t *cuts, int unit, int n)
{
    int32_t cut[7];
    for (int k = 0; k < 7; k++)
        cut[k] = cuts[k];
    for (int j = 0; j < n; j++) {
        int32_t reached = 0;
#pragma GCC unroll 7
        for (int k = 0; k < 7; k++)
            reached += score[j] >= cut[k];
        grade[j] += (uint8_t)(reached * unit);
    }
}

/* Return the sum of what scores of one group are above a floor: 32 bits hold a tile's if
 * 256 x (ceiling - floor) fits them, which scs_tally_fits says. */
static inline uint32_t scs_sum_of_group(const int32_t *restrict score,
                                        const uint8_t *restrict traits, int group,
                                        int32_t floor, int n)
{
    uint32_t total = 0;
    for (int j = 0; j < n; j++) {
        uint32_t above = (uint32_t)(score[j] - floor);
        total += (traits[j] & 3) == group ? above : 0;
    }
    return total;
}

/* Say whether 32 bits hold what 256 scores are above their floor. Points are within
 * +-30,000 (scsfast/model/parameters.py), in 1/256: 256 x 60,000 x 256 < 2^32. */
static inline int scs_tally_fits(int64_t floor, int64_t ceiling)
{ return 256 * (ceiling - floor) <= UINT32_MAX; }
#endif
