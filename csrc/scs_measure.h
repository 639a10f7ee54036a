/* 8 Measurement: bins of a histogram, counts of a tile's codes, sums by group. */
#ifndef SCS_MEASURE_H
#define SCS_MEASURE_H
#include "scs_structs.h"

/* Return the bin of a score, of 128 over the regime's range. */
static inline int32_t scs_score_bin(const scs_rules_t *r, int32_t score)
{
    uint32_t above = (uint32_t)(score - (int32_t)r->floor);
    return (int32_t)((uint64_t)above * (uint32_t)r->bin_factor >> 32);
}

/* Return the wealth bin: exact below 4, then four an octave. */
static inline int scs_wealth_bin(uint32_t wealth)
{
    if (wealth < 4)
        return (int)wealth;
    int octave = 31 - __builtin_clz(wealth);
    return 4 * (octave - 1) + (int)(wealth >> (octave - 2) & 3);
}

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
