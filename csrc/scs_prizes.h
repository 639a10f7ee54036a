/* 6 Prizes: the rank of an applicant under each rule of allocation. */
#ifndef SCS_PRIZES_H
#define SCS_PRIZES_H
#include "scs_scores.h"
#include "scs_structs.h"

/* Ranks of a citizen for a prize: 0 does not apply, else one more than the model's rank. That
 * is need x quality (oracle), points plus those of the desk (score; 0 without a score), the
 * grade of this sum, being off the list or lifted over it (exclusion), or need times whole
 * wealth (market). All fit 16 bits. */
static inline uint16_t scs_value_rank(int applies, int32_t need, int32_t quality)
{ return (uint16_t)(applies * (1 + need * quality)); }

static inline uint16_t scs_score_rank(int applies, int enrolled, int32_t points, int32_t bonus)
{ return (uint16_t)(applies * (1 + enrolled * (1 + (points >> 8) + bonus))); }

static inline uint16_t scs_grade_rank(const scs_rules_t *r, int applies, int enrolled,
                                      int32_t score, int32_t bonus)
{ return (uint16_t)(applies * (1 + enrolled * (1 + scs_grade(r, score + 256 * bonus)))); }

static inline uint16_t scs_threshold_rank(int applies, int counts, int32_t score,
                                          int32_t bonus, int64_t cut)
{ return (uint16_t)(applies * (1 + (counts & (score + 256 * bonus >= cut)))); }

/* Return log2(n) in units of 2^-bits, rounded down, for n from 1: the mantissa is squared
 * once for each bit. */
static inline int64_t scs_log2(uint64_t n, int bits)
{
    int whole = 63 - __builtin_clzll(n);
    uint64_t mantissa = n << (63 - whole), found = (uint64_t)whole;
    for (int k = 0; k < bits; k++) {
        unsigned __int128 square = (unsigned __int128)mantissa * mantissa;
        int bit = (int)(square >> 127);
        mantissa = (uint64_t)(square >> (63 + bit));
        found = found << 1 | (uint64_t)bit;
    }
    return (int64_t)found;
}

/* Return the rank in a lottery in which P(win) is in proportion to a weight: the logarithm,
 * in 1/1024, of weight / -log(1 - u). */
static inline uint16_t scs_weighted_rank(int applies, int counts, uint32_t draw,
                                         int64_t weight)
{
    if (!counts || weight <= 0)
        return (uint16_t)applies;
    int64_t spent = ((int64_t)33 << 48)
                    - scs_log2(((uint64_t)1 << 33) - (2 * (uint64_t)draw + 1), 48);
    int64_t rank = (((int64_t)54 << 16) + scs_log2((uint64_t)weight, 16)
                    - scs_log2((uint64_t)spent, 16)) >> 6;
    return (uint16_t)(applies * (1 + rank));
}

static inline uint16_t scs_exclusion_rank(int applies, int is_free)
{ return (uint16_t)(applies * (1 + is_free)); }

static inline uint16_t scs_market_rank(int applies, int32_t need, int32_t wealth)
{
    int64_t bid = (int64_t)need * (wealth >> 8);
    return (uint16_t)(applies * (1 + (bid < 65000 ? bid : 65000)));
}

/* Return how leaders treat citizen j as an applicant for a kind of prize whose desk is at
 * the levels of `desk`, one bit or none. */
static inline uint8_t scs_treatment(const scs_tile_t *t, uint32_t ties, uint32_t traits,
                                    uint32_t desk)
{
    int enrolled = (traits & SCS_ENROLLED) != 0;
    int favoured = (traits & SCS_BOUGHT) != 0;
    favoured |= enrolled & ((ties & (t->favours | (desk & t->manipulates))) != 0);
    int opposed = enrolled & ((traits & SCS_DISSENTER) != 0) & ((t->opposes & ~ties) != 0);
    return (uint8_t)(favoured * SCS_FAVOURED | (opposed > favoured) * SCS_OPPOSED);
}

/* Note need, quality, lot and the rank by value of a tile's n listed applicants for a kind of
 * prize. Lots are drawn by entry of the list if it is the only kind, else by citizen. */
static inline void scs_note_applicants(const scs_model_t *restrict m, scs_tile_t *restrict t,
                                       int kind, int n)
{
    const int64_t a = t->start;
    const int alone = m->rules.n_prizes == 1;
    const int32_t *restrict need = m->state.need[kind];
    const uint8_t *restrict quality = m->state.quality + a;
    uint16_t *restrict lot = m->state.lot[kind] + a;
    uint16_t *restrict rank = m->ranks[kind][SCS_ORACLE] + a;
    uint8_t *restrict asked_need = m->asked_need[kind] + a;
    uint8_t *restrict asked_quality = m->asked_quality[kind] + a;
    for (int k = 0; k < n; k++) {
        int j = t->list[k];
        t->need[k] = need[scs_draw_need(t, kind, j)];
        asked_need[k] = (uint8_t)t->need[k];
        asked_quality[k] = quality[j];
        lot[k] = (uint16_t)scs_draw_lot(t, kind, alone ? k : j);
    }
    for (int k = 0; k < n; k++)
        rank[k] = scs_value_rank(1, t->need[k], asked_quality[k]);
}

/* Note how leaders treat a tile's n listed applicants for a kind of prize. */
static inline void scs_note_treatment(const scs_model_t *restrict m,
                                      const scs_tile_t *restrict t, int kind, int n)
{
    const scs_prize_t *p = &m->prizes[kind];
    const uint32_t desk = p->desk_bonus ? 1u << p->desk_level : 0;
    const uint8_t *restrict ties = m->state.ties + t->start;
    const uint8_t *restrict traits = m->state.traits + t->start;
    uint8_t *restrict treatment = m->treatment[kind] + t->start;
    for (int k = 0; k < n; k++)
        treatment[k] = scs_treatment(t, ties[t->list[k]], traits[t->list[k]], desk);
}

/* Return the group of a citizen and whether it is tied as a place in the tables. */
static inline int64_t scs_stratum(uint32_t traits, uint32_t ties)
{ return 2 * (traits & SCS_GROUP) + (ties != 0); }

#endif
