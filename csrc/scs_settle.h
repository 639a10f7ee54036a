/* 7 Wealth and payoff of one citizen, and the state that others will read. */
#ifndef SCS_SETTLE_H
#define SCS_SETTLE_H
#include "scs_fixed.h"
#include "scs_structs.h"

/* Return wealth after reverting to the level that income sustains, gains, and the clamp. */
static inline int32_t scs_wealth(const scs_rules_t *r, int32_t wealth, int32_t target,
                                 int32_t gain)
{
    int32_t moved = wealth + scs_toward_zero(target - wealth, (uint32_t)r->wealth_rate) + gain;
    moved = moved < 0 ? 0 : moved;
    return moved > 1 << 30 ? 1 << 30 : moved;
}

/* Return the gain of a tick as it enters the payoff, in 1/65536 monthly income. */
static inline int32_t scs_payoff_gain(int32_t gain)
{
    const int32_t most = (1 << 22) - 1;
    return 256 * (gain < -most ? -most : gain > most ? most : gain);
}

/* Return the published state: payoff in 1/1024 (16 bits), strategy, standing, quality. */
static inline uint32_t scs_publish(const scs_rules_t *r, int32_t payoff, uint32_t strategy,
                                   int32_t score, int32_t fair_score, uint32_t quality,
                                   uint32_t listed, uint32_t fair_listed)
{
    int32_t narrow = payoff >> 6;
    narrow = narrow < -32768 ? -32768 : narrow > 32767 ? 32767 : narrow;
    int32_t good_from = (int32_t)r->good_from;
    return ((uint32_t)narrow & 0xFFFF) | strategy << 16
           | (score >= good_from && !listed ? (uint32_t)SCS_GOOD : 0)
           | (fair_score >= good_from && !fair_listed ? (uint32_t)SCS_FAIR_GOOD : 0) | quality << 24;
}
#endif
