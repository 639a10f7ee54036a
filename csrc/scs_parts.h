/* 4 Scores of an index or a black box, a tile at a time: parts, features and targets in
 * lanes of 32 bits where a proof at set-up says that they suffice, else one citizen at a
 * time in 64 bits (scs_scores.h). */
#ifndef SCS_PARTS_H
#define SCS_PARTS_H
#include <string.h>
#include "scs_orders.h"
#include "scs_scores.h"

/* Return whether 32 bits hold the parts of an index, their weighted sum and the target:
 * weights at most 65536 in all and parts at most 65535, so that sums are below 2^32; payoff
 * within +-2^30 (scs_settle.h), so that its upper half times a slope of at most 65536 is
 * within +-2^30; the span of scores at most 2^24 (scs_tally_fits); tilts at most 2^28. */
static inline int scs_parts_fit(const scs_rules_t *r)
{
    const int64_t *tables[] = {r->weights, r->manipulated_weights};
    int fit = r->behaviour_slope >= 0 && r->behaviour_slope <= 65536;
    fit &= r->ceiling - r->floor <= 1 << 24;
    fit &= r->base < 1 << 24 && r->base > -(1 << 24);
    fit &= r->floor < 1 << 24 && r->floor > -(1 << 24);
    for (int table = 0; table < 2; table++) {
        int64_t total = 0;
        for (int k = 0; k < SCS_N_PARTS; k++) {
            fit &= tables[table][k] >= 0;
            total += tables[table][k];
        }
        fit &= total <= 65536;
    }
    for (int group = 0; group < 4; group++)
        fit &= r->identity[group] >= 0 && r->identity[group] <= SCS_FULL;
    int64_t tilt = 0;
    for (int level = 0; level < 6; level++)
        tilt += r->tilt[level] < 0 ? -r->tilt[level] : r->tilt[level];
    return fit & (tilt <= 1 << 28);
}

/* Return whether 32 bits hold the sums of a fit's weights times features, in two halves of
 * 16 bits: features are at most 255, so that 8 x 255 x 2^19 + 2^28 < 2^31. */
static inline int scs_fit_is_narrow(const int64_t *fit)
{
    int narrow = fit[0] < (int64_t)1 << 44 && fit[0] > -((int64_t)1 << 44);
    for (int k = 1; k <= SCS_N_FEATURES; k++)
        narrow &= fit[k] < (int64_t)1 << 35 && fit[k] > -((int64_t)1 << 35);
    return narrow;
}

/* Write the wealth bins of n citizens, as scs_wealth_bin does: exponent and two bits of the
 * mantissa of a float. Clearing bits from the ninth on keeps rounding from reaching them. */
static inline void scs_wealth_bins(int32_t *restrict bin, const int32_t *restrict wealth,
                                   int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        float rounded = (float)(wealth[j] & ~(wealth[j] >> 8));
        int32_t bits, exact = -(wealth[j] < 4);
        memcpy(&bits, &rounded, sizeof bits);
        bin[j] = (exact & wealth[j]) | (~exact & ((bits >> 21) - 512)); /* no control flow */
    }
}

/* Write the capacity part of n citizens from their wealth. */
static inline void scs_capacities(int32_t *restrict capacity, const int32_t *restrict table,
                                  const int32_t *restrict wealth, int64_t n)
{
    int32_t bin[SCS_TILE];
    scs_wealth_bins(bin, wealth, n);
    for (int64_t j = 0; j < n; j++)
        capacity[j] = table[bin[j]];
}

/* Write the behaviour part of n citizens, as scs_behaviour does, from the halves of payoff. */
static inline void scs_behaviours(int32_t *restrict behaviour, const scs_rules_t *r,
                                  const int32_t *restrict payoff, int64_t n)
{
    const int32_t slope = (int32_t)r->behaviour_slope;
    if (r->behaviour_slope != slope || slope < 0 || slope > 65536) {
        for (int64_t j = 0; j < n; j++)
            behaviour[j] = (int32_t)scs_behaviour(r, payoff[j]);
        return;
    }
    for (int64_t j = 0; j < n; j++) {
        uint32_t low = ((uint32_t)payoff[j] & 0xFFFF) * (uint32_t)slope >> 16;
        int32_t part = 32768 + (payoff[j] >> 16) * slope + (int32_t)low;
        part = part < 0 ? 0 : part;
        behaviour[j] = part > SCS_FULL ? SCS_FULL : part;
    }
}

/* Write the targets of an index for n citizens, as scs_index_target does; `fit` must be so. */
static inline void scs_index_targets(int32_t *restrict target, const scs_rules_t *r,
                                     const int64_t *weights, const uint16_t *restrict history,
                                     const int32_t *restrict capacity,
                                     const int32_t *restrict behaviour,
                                     const uint8_t *restrict traits,
                                     const uint16_t *restrict circle, int64_t n)
{
    const uint32_t of_history = (uint32_t)weights[0], of_capacity = (uint32_t)weights[1];
    const uint32_t of_behaviour = (uint32_t)weights[2], of_circle = (uint32_t)weights[4];
    const int32_t floor = (int32_t)r->floor, span = (int32_t)(r->ceiling - r->floor);
    uint32_t identity[4];
    for (int group = 0; group < 4; group++)
        identity[group] = (uint32_t)(weights[3] * r->identity[group]);
    const uint32_t first = identity[0], second = identity[1], third = identity[2];
    const uint32_t fourth = identity[3];
    for (int64_t j = 0; j < n; j++) {
        uint32_t group = traits[j] & SCS_GROUP;
        uint32_t total = group == 0 ? first : group == 1 ? second : group == 2 ? third : fourth;
        total += of_history * history[j] + of_capacity * (uint32_t)capacity[j]
                 + of_behaviour * (uint32_t)behaviour[j] + of_circle * circle[j];
        target[j] = floor + scs_toward_zero(span, total >> 16);
    }
}

/* Write the targets of a black box for n citizens, as scs_predict does; the fit is narrow. */
static inline void scs_fit_targets(int32_t *restrict target, const scs_rules_t *r,
                                   int16_t (*restrict features)[SCS_TILE], const int64_t *fit,
                                   int64_t n)
{
    int32_t high[1 + SCS_N_FEATURES], low[1 + SCS_N_FEATURES];
    for (int k = 0; k <= SCS_N_FEATURES; k++) {
        int64_t weight = k ? -fit[k] : fit[k];
        high[k] = (int32_t)(weight >> 16);
        low[k] = (int32_t)(weight & 0xFFFF);
    }
    high[0] += (int32_t)r->base;
    for (int64_t j = 0; j < n; j++) {
        int32_t whole = high[0], rest = low[0];
#pragma GCC unroll 8
        for (int k = 0; k < SCS_N_FEATURES; k++) {
            whole += high[1 + k] * features[k][j];
            rest += low[1 + k] * features[k][j];
        }
        target[j] = whole + (rest >> 16);
    }
}

/* Add to the targets of a tile what leaders tilt, of clients and of dissenters. */
static inline void scs_tilt_targets(int32_t *restrict target, const scs_tile_t *t)
{
    const int32_t *tilt = &t->tilt[0][0];
    uint8_t at[SCS_TILE]; /* the row of dissenters follows that of others, of 128 entries */
    for (int64_t j = 0; j < t->n; j++)
        at[j] = (uint8_t)((t->views[j] & SCS_DISSENTER) << 5 | t->clients[j] | t->ordered[j]);
#pragma GCC unroll 8
    for (int64_t j = 0; j < t->n; j++)
        target[j] += tilt[at[j]];
}

/* Move the network parts of those of n citizens who met a partner, whose level is in `level`
 * above `shift` bits, as scs_circle does. */
static inline void scs_widen_circles(uint16_t *restrict circle, const scs_rules_t *r,
                                     const scs_tile_t *restrict t, int shift)
{
    for (int64_t j = 0; j < t->n; j++) {
        uint16_t moved = scs_circle(r, circle[j], t->partner_level[j] >> shift & 255);
        circle[j] = t->other[j] != t->who[j] ? moved : circle[j];
    }
}

/* Move the scores of the enrolled of n citizens towards their targets, as scs_move does. */
static inline void scs_approach_targets(int32_t *restrict score, const scs_rules_t *r,
                                        const int32_t *restrict target,
                                        const uint8_t *restrict traits,
                                        const int32_t *restrict points,
                                        const int32_t *restrict limit, int64_t n)
{
    const int32_t floor = (int32_t)r->floor, ceiling = (int32_t)r->ceiling;
    const uint32_t rate = (uint32_t)r->score_rate;
    for (int64_t j = 0; j < n; j++) {
        int32_t goal = target[j] < floor ? floor : target[j];
        goal = goal > ceiling ? ceiling : goal;
        int32_t moved = score[j] + scs_toward_zero(goal - score[j], rate) + points[j];
        moved = moved > limit[j] ? limit[j] : moved;
        moved = moved < floor ? floor : moved;
        moved = moved > ceiling ? ceiling : moved;
        score[j] = traits[j] & SCS_ENROLLED ? moved : score[j];
    }
}

/* Write the black box's features of n citizens; all are 0 without a score. Payoff and wealth
 * count as they are at the start of the tick. */
static inline void scs_note_features(int16_t (*restrict features)[SCS_TILE],
                                     const uint8_t *restrict traits,
                                     const uint16_t *restrict history,
                                     const uint16_t *restrict circle,
                                     const int32_t *restrict capacity,
                                     const int32_t *restrict behaviour,
                                     const uint32_t *restrict word, uint32_t good, int64_t n)
{
    int16_t own[SCS_TILE];
    for (int64_t j = 0; j < n; j++)
        own[j] = (int16_t)-(traits[j] / SCS_ENROLLED & 1);
    for (int64_t j = 0; j < n; j++) {
        int16_t group = traits[j] & SCS_GROUP;
        features[0][j] = own[j] & 1;
        features[1][j] = own[j] & (int16_t)(history[j] >> 8);
        features[4][j] = own[j] & (int16_t)(circle[j] >> 8);
        features[5][j] = own[j] & (group == SCS_RURAL ? 255 : 0);
        features[6][j] = own[j] & (group == SCS_MIGRANT ? 255 : 0);
    }
    for (int64_t j = 0; j < n; j++)
        features[2][j] = own[j] & (int16_t)(capacity[j] >> 8);
    for (int64_t j = 0; j < n; j++)
        features[3][j] = own[j] & (int16_t)(behaviour[j] >> 8);
    for (int64_t j = 0; j < n; j++)
        features[7][j] = own[j] & (word[j] & good ? 0 : 255);
}

/* Add the products of row 0 with each of `n_rows` rows from itself on; n_rows is a constant
 * of each call, so that registers hold the sums. Within 32 bits: a feature is at most 255. */
static inline __attribute__((always_inline)) void
scs_add_products(int64_t *sums, int16_t (*rows)[SCS_TILE], int n_rows, int64_t n)
{
    int32_t total[SCS_N_FEATURES + 1] = {0};
    for (int64_t j = 0; j < n; j++)
#pragma GCC unroll 9
        for (int k = 0; k < n_rows; k++)
            total[k] += (int32_t)rows[0][j] * rows[k][j];
    for (int k = 0; k < n_rows; k++)
        sums[k] += total[k];
}

/* Add n citizens to the sums of a fit: the products of each pair of features, and of each
 * feature with the violations in the last row, in the order of
 * scsfast/model/integers/ridge.py. */
static inline void scs_add_features(int64_t *sums, int16_t (*features)[SCS_TILE], int64_t n)
{
    int64_t products[SCS_N_FEATURES][SCS_N_FEATURES + 1] = {{0}};
    scs_add_products(products[0], features, 9, n);
    scs_add_products(products[1], features + 1, 8, n);
    scs_add_products(products[2], features + 2, 7, n);
    scs_add_products(products[3], features + 3, 6, n);
    scs_add_products(products[4], features + 4, 5, n);
    scs_add_products(products[5], features + 5, 4, n);
    scs_add_products(products[6], features + 6, 3, n);
    scs_add_products(products[7], features + 7, 2, n);
    int64_t *with_violations = sums + SCS_N_FEATURES * (SCS_N_FEATURES + 1) / 2;
    for (int row = 0; row < SCS_N_FEATURES; row++) {
        for (int k = 0; k < SCS_N_FEATURES - row; k++)
            *sums++ += products[row][k];
        *with_violations++ += products[row][SCS_N_FEATURES - row];
    }
}
#endif
