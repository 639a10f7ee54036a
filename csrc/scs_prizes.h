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
    return (uint8_t)(favoured ? SCS_FAVOURED : opposed ? SCS_OPPOSED : 0);
}

/* Return the group of a citizen and whether it is tied as a place in the tables. */
static inline int64_t scs_stratum(uint32_t traits, uint32_t ties)
{ return 2 * (traits & SCS_GROUP) + (ties != 0); }

/* Count a prize of applicant k by yardsticks, values, and favour or opposition of leaders. */
static inline void scs_compare_prize(const scs_model_t *m, const scs_tile_t *t, int k,
                                     int64_t kind, const scs_row_t *row)
{
    int64_t at = t->start + k, value = m->ranks[kind][SCS_ORACLE][at] - 1;
    int64_t *sums = row->by_prize + kind * SCS_N_by_prize;
    int64_t worth = m->prizes[kind].value * value >> 16;
    int won = t->won[SCS_ACTUAL][k], fair = t->won[SCS_FAIR][k];
    int favoured = m->treatment[kind][at] == SCS_FAVOURED;
    int opposed = m->treatment[kind][at] == SCS_OPPOSED;
    sums[SCS_quality_prize_value] += t->won[SCS_QUALITY_ALONE][k] * value;
    sums[SCS_need_prize_value] += t->won[SCS_NEED_ALONE][k] * value;
    sums[SCS_winners_quality] += won * m->asked_quality[kind][at];
    sums[SCS_winners_need] += won * m->asked_need[kind][at];
    sums[SCS_prizes_again] += won & (m->state.prizes[t->start + m->applicant[kind][at]] > 0);
    sums[SCS_favoured_prizes] += won & favoured;
    sums[SCS_favoured_fair_prizes] += fair & favoured;
    sums[SCS_opposed_prizes] += won & opposed;
    sums[SCS_opposed_fair_prizes] += fair & opposed;
    row->sums[SCS_prize_worth] += won * worth;
    row->sums[SCS_welfare] += won * worth;
}

/* Count a prize of applicant k by group and tie. */
static inline void scs_stratify_prize(const scs_model_t *m, const scs_tile_t *t, int k,
                                      int64_t kind, const scs_row_t *row)
{
    int64_t at = t->start + k, i = t->start + m->applicant[kind][at];
    int64_t value = m->ranks[kind][SCS_ORACLE][at] - 1;
    int64_t *entry = row->by_stratum
                     + scs_stratum(m->state.traits[i], m->state.ties[i]) * SCS_N_by_stratum;
    int won = t->won[SCS_ACTUAL][k], fair = t->won[SCS_FAIR][k];
    int best = t->won[SCS_QUALITY_ALONE][k];
    entry[SCS_stratum_prizes] += won;
    entry[SCS_stratum_fair_prizes] += fair;
    entry[SCS_stratum_prizes_moved] += won & (1 - fair);
    entry[SCS_stratum_prize_value] += won * value;
    entry[SCS_stratum_quality_prizes] += best;
    entry[SCS_stratum_quality_prize_value] += best * value;
    entry[SCS_stratum_winners_quality] += won * m->asked_quality[kind][at];
    entry[SCS_stratum_winners_need] += won * m->asked_need[kind][at];
}

/* Count entry k of a tile's applicants, who wins a prize by at least one judge. */
static inline void scs_count_prize(const scs_model_t *m, const scs_tile_t *t, int k,
                                   int64_t kind, const scs_row_t *row)
{
    const scs_state_t *s = &m->state;
    int64_t i = t->start + m->applicant[kind][t->start + k];
    int64_t value = m->ranks[kind][SCS_ORACLE][t->start + k] - 1;
    int64_t *sums = row->by_prize + kind * SCS_N_by_prize;
    int64_t *group = row->by_group + (s->traits[i] & SCS_GROUP) * SCS_N_by_group;
    int won = t->won[SCS_ACTUAL][k], fair = t->won[SCS_FAIR][k];
    uint32_t ties = s->ties[i] | 1u << SCS_TIE_ALL | (s->ties[i] ? 1u << SCS_TIE_ANY : 0);
    sums[SCS_prizes] += won;
    sums[SCS_prizes_moved] += won & (1 - fair);
    sums[SCS_prize_value] += won * value;
    sums[SCS_fair_prize_value] += fair * value;
    sums[SCS_oracle_prize_value] += t->won[SCS_ORACLE][k] * value;
    scs_compare_prize(m, t, k, kind, row);
    scs_stratify_prize(m, t, k, kind, row);
    group[SCS_group_prizes] += won;
    group[SCS_group_fair_prizes] += fair;
    for (; ties; ties &= ties - 1) {
        int64_t at = __builtin_ctz(ties) * SCS_N_TERCILES + s->tercile[s->quality[i]];
        row->by_tie[at * SCS_N_by_tie + SCS_connected_prizes] += won;
        row->by_tie[at * SCS_N_by_tie + SCS_connected_fair_prizes] += fair;
    }
}

/* Give citizen j, who has won, its prize. */
static inline void scs_win(const scs_model_t *m, scs_tile_t *t, int j, int64_t kind,
                           scs_row_t *row)
{
    const scs_state_t *s = &m->state;
    const scs_prize_t *p = &m->prizes[kind];
    int64_t i = t->start + j;
    int enrolled = (s->traits[i] & SCS_ENROLLED) != 0;
    if (p->learns) {
        row->bin_wins[kind][t->bin[j]] += enrolled;
        row->outside_wins[kind] += !enrolled;
    }
    s->prizes[i] += (t->tick >= m->rules.measured_from) & (s->prizes[i] < 65535);
    t->prize_value[j] += (int32_t)p->value;
    t->prize_wealth[j] += (int32_t)p->wealth;
}
#endif
