/* 1 Conduct in 32-bit lanes: the choices of citizens who weigh no points. Where an act does not
 * fit 32 bits, or has a price, and for those who weigh points, scs_conduct.h decides. */
#ifndef SCS_CHOICES_H
#define SCS_CHOICES_H
#include "scs_conduct.h"

enum { SCS_NARROW = 1 << 21 }; /* costs below it: 32 bits hold the sum of 512 of any two */
enum { SCS_NEVER, SCS_IF_AWARE, SCS_ALWAYS }; /* when scs_conduct.h decides */
/* Bits of an outcome: tempted to an offence, unable to pay what is due; a deed that is done. */
enum { SCS_TEMPTED_TO = 1, SCS_UNABLE = 2, SCS_DONE = 1, SCS_OBSERVED = 4, SCS_N_OUTCOMES = 8 };

static inline int scs_is_narrow(int64_t cost)
{ return 0 <= cost && cost < SCS_NARROW; }

/* Return a cost, or 0 if it is not narrow and lanes do not decide. */
static inline int32_t scs_narrowed(int64_t cost)
{ return scs_is_narrow(cost) ? (int32_t)cost : 0; }

/* Return the lowest cost with chance 0, at which 32 bits hold its product with `inverse`. */
static inline int32_t scs_most(int64_t inverse)
{ return (int32_t)(inverse ? (((int64_t)SCS_EXP_END << 16) + inverse - 1) / inverse : 0); }

/* Return how citizens of a group choose an offence; k = n: none, which nobody commits. */
static inline scs_choice_t scs_offence_choice(const scs_rules_t *r, const scs_act_t *act,
                                              int group)
{
    scs_choice_t none = {.inverse = 65536, .most = SCS_EXP_END, .fined = SCS_EXP_END,
                         .fined_low = SCS_EXP_END, .weighed = SCS_NEVER};
    if (!act || !(act->only >> group & 1))
        return none;
    int64_t fined = act->seen[group] * act->penalty >> 16;
    int64_t fined_low = act->seen_low[group] * act->penalty >> 16;
    none.weighed = SCS_ALWAYS;
    if (!(scs_is_narrow(r->moral) && scs_is_narrow(fined) && scs_is_narrow(fined_low)
          && 0 <= act->inverse_scale && act->inverse_scale <= 1 << 24))
        return none;
    return (scs_choice_t){
        .inverse = (int32_t)act->inverse_scale, .most = scs_most(act->inverse_scale),
        .fined = (int32_t)fined, .fined_low = (int32_t)fined_low,
        .due = (int32_t)scs_clamp(act->due, 0, INT32_MAX), .seen = (int32_t)act->seen[group],
        .seen_low = (int32_t)act->seen_low[group],
        .weighed = act->scored ? SCS_IF_AWARE : SCS_NEVER};
}

/* Return how citizens of a group choose a deed; k = n: none, which nobody does. */
static inline scs_choice_t scs_deed_choice(const scs_rules_t *r, const scs_act_t *act,
                                           int group)
{
    if (!act || !(act->only >> group & 1))
        return (scs_choice_t){.weighed = SCS_NEVER};
    if (act->price || !scs_is_narrow(r->intrinsic) || act->inverse_scale < 0
        || act->inverse_scale > 1 << 24)
        return (scs_choice_t){.weighed = SCS_ALWAYS};
    return (scs_choice_t){
        .inverse = (int32_t)act->inverse_scale, .most = scs_most(act->inverse_scale),
        .seen = (int32_t)act->seen[group],
        .weighed = act->scored ? SCS_IF_AWARE : SCS_NEVER};
}

/* Note the choices of n acts, and of none, by 4 * act + group. */
static inline void scs_note_choices(scs_choice_t *choices, const scs_rules_t *r,
                                    const scs_act_t *acts, int64_t n, int are_deeds)
{
    for (int64_t k = 0; k <= n; k++)
        for (int group = 0; group < SCS_N_GROUPS; group++)
            choices[4 * k + group] =
                are_deeds ? scs_deed_choice(r, k < n ? acts + k : NULL, group)
                          : scs_offence_choice(r, k < n ? acts + k : NULL, group);
}

/* Lists are filled up to whole vectors with entries without an offer: no loop has a rest. */
static inline int scs_whole_vectors(int n)
{ return (n + 15) & ~15; }

/* Note what the n listed citizens are; `high` has a draw by citizen. */
static inline void scs_look_up(const scs_model_t *restrict m, scs_tile_t *restrict t, int n,
                               const uint32_t *high)
{
    const uint8_t *traits = m->state.traits + t->start;
    const int32_t *wealth = m->state.wealth + t->start;
#pragma GCC unroll 4
    for (int k = 0; k < n; k++) {
        int j = t->list[k];
        int32_t of = traits[j], stock = wealth[j];
        uint32_t own = t->own_word[j], draw = high[j];
        t->weighs[k] = of;
        t->stock[k] = stock;
        t->own[k] = own;
        t->offer[k] = draw;
    }
}

/* Note, by entry of the list, the act that is drawn and its row in the choices: `high` has the
 * upper half of a draw by citizen, above `shift`, `low` the lower half by entry. */
static inline void scs_note_offers(const scs_model_t *restrict m, scs_tile_t *restrict t, int n,
                                   const scs_offers_t *restrict offers, const uint32_t *high,
                                   int shift, const uint32_t *low)
{
    const int both = SCS_AWARE | SCS_ENROLLED, filled = scs_whole_vectors(n);
    const int32_t none = (int32_t)offers->n;
    scs_look_up(m, t, n, high);
    for (int k = 0; k < filled; k++) {
        uint32_t draw = (t->offer[k] >> shift) << 16 | (low[k] & 0xFFFF);
        t->offer[k] = draw;
        t->choice[k] = scs_offer_bin(offers, draw);
    }
    for (int k = 0; k < n; k++)
        t->choice[k] = scs_pick(offers, t->choice[k], t->offer[k]);
    for (int k = n; k < filled; k++)
        t->choice[k] = none;
    for (int k = 0; k < filled; k++) {
        t->kind[k] = (uint16_t)t->choice[k];
        t->choice[k] = 4 * t->choice[k] + (t->weighs[k] & SCS_GROUP);
        t->weighs[k] = (t->weighs[k] & both) == both;
    }
}

/* Write the members of the choices of n entries, filled up, to an array each. */
#if defined(__AVX2__)
static inline void scs_spread(const scs_choice_t *choices, scs_tile_t *t, int n)
{
    int32_t(*member)[SCS_TILE] = (int32_t(*)[SCS_TILE]) & t->chosen_from;
    for (int k = 0; k < n; k += 8) {
        __m256i row[8], two[8], four[8];
#pragma GCC unroll 8
        for (int i = 0; i < 8; i++)
            row[i] = _mm256_loadu_si256((const __m256i *)(choices + t->choice[k + i]));
#pragma GCC unroll 4
        for (int i = 0; i < 8; i += 2) {
            two[i] = _mm256_unpacklo_epi32(row[i], row[i + 1]);
            two[i + 1] = _mm256_unpackhi_epi32(row[i], row[i + 1]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            int from = (i & 2) * 2 + (i & 1);
            four[2 * i] = _mm256_unpacklo_epi64(two[from], two[from + 2]);
            four[2 * i + 1] = _mm256_unpackhi_epi64(two[from], two[from + 2]);
        }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            __m256i low = _mm256_permute2x128_si256(four[i], four[i + 4], 0x20);
            __m256i high = _mm256_permute2x128_si256(four[i], four[i + 4], 0x31);
            _mm256_storeu_si256((__m256i *)(member[i] + k), low);
            _mm256_storeu_si256((__m256i *)(member[i + 4] + k), high);
        }
    }
}
#else
static inline void scs_spread(const scs_choice_t *choices, scs_tile_t *t, int n)
{
    scs_choices_t *to = &t->chosen_from;
    for (int k = 0; k < n; k++) {
        const scs_choice_t *from = choices + t->choice[k];
        to->inverse[k] = from->inverse, to->most[k] = from->most;
        to->fined[k] = from->fined, to->fined_low[k] = from->fined_low;
        to->due[k] = from->due, to->seen[k] = from->seen;
        to->seen_low[k] = from->seen_low, to->weighed[k] = from->weighed;
    }
}
#endif

/* Turn costs into the chances of scs_chance(cost * inverse >> 16). */
static inline void scs_narrow_chances(scs_tile_t *t, int n)
{
    const scs_choices_t *of = &t->chosen_from;
    for (int k = 0; k < n; k++) {
        int32_t cost = t->felt[k] < of->most[k] ? t->felt[k] : of->most[k];
        uint32_t x = (uint32_t)cost * (uint32_t)of->inverse[k] >> 16;
        t->chance[k] = (int32_t)(x < SCS_EXP_END ? x : SCS_EXP_END);
    }
    for (int k = 0; k < n; k++)
        t->chance[k] = scs_exp_table[t->chance[k]];
}

/* Note the outcome of entry k unless scs_conduct.h decides; return whether it does. */
static inline int32_t scs_note_outcome(scs_tile_t *t, int k, int32_t none, int32_t outcome)
{
    int32_t is_wide = t->chosen_from.weighed[k] + t->weighs[k] > SCS_IF_AWARE;
    t->flag[k] = is_wide;
    t->observed[k] = (uint8_t)(outcome / SCS_OBSERVED);
    t->choice[k] = SCS_N_OUTCOMES * (is_wide ? none : t->choice[k]) + (is_wide ? 0 : outcome);
    return is_wide;
}

static inline void scs_count_outcomes(const scs_tile_t *t, int n, uint32_t *count)
{
#pragma GCC unroll 8
    for (int k = 0; k < n; k++)
        count[t->choice[k]]++;
}

/* Let the n tempted choose; leave in `flag` which of them scs_conduct.h is to decide for. */
static inline void scs_choose_offences(const scs_model_t *restrict m, scs_tile_t *restrict t,
                                       int n, const scs_row_t *row)
{
    const scs_choices_t *of = &t->chosen_from;
    const int32_t none = (int32_t)(4 * m->offers[0].n);
    const int32_t moral = scs_narrowed(m->rules.moral);
    int32_t gain = 0;
    n = scs_whole_vectors(n);
    scs_spread(m->choices, t, n);
    for (int k = 0; k < n; k++)
        t->felt[k] = (t->own[k] & SCS_GOOD ? of->fined[k] : of->fined_low[k])
                     + (moral * (int32_t)(t->own[k] >> 24) >> 8);
    scs_narrow_chances(t, n);
    for (int k = 0; k < n; k++) {
        int32_t seen = t->own[k] & SCS_GOOD ? of->seen[k] : of->seen_low[k];
        int32_t tempted = (int32_t)scs_draw_commit(t, k) < t->chance[k];
        int32_t unable = t->stock[k] < of->due[k];
        int32_t observed = (tempted | unable) & ((int32_t)scs_draw_offence_seen(t, k) < seen);
        int32_t is_wide = scs_note_outcome(t, k, none, tempted * SCS_TEMPTED_TO
                                           | unable * SCS_UNABLE | observed * SCS_OBSERVED);
        gain += -(tempted & !is_wide) & t->felt[k];
    }
    scs_count_outcomes(t, n, row->outcomes);
    row->sums[SCS_offender_gain] += gain;
    row->sums[SCS_welfare] += gain;
}

/* Let the n with free time choose; leave in `flag` which of them scs_conduct.h is to decide for. */
static inline void scs_choose_deeds(const scs_model_t *restrict m, scs_tile_t *restrict t,
                                    int n, const scs_row_t *row)
{
    const scs_choices_t *of = &t->chosen_from;
    const int32_t none = (int32_t)(4 * m->offers[1].n);
    const int32_t intrinsic = scs_narrowed(m->rules.intrinsic);
    const int64_t first = 4 * (m->offers[0].n + 1);
    n = scs_whole_vectors(n);
    scs_spread(m->choices + first, t, n);
    for (int k = 0; k < n; k++)
        t->felt[k] = intrinsic * (int32_t)(t->own[k] >> 24) >> 8;
    scs_narrow_chances(t, n);
    for (int k = 0; k < n; k++) {
        int32_t done = (int32_t)scs_draw_do(t, k) < 65536 - t->chance[k];
        int32_t observed = done & ((int32_t)scs_draw_deed_seen(t, k) < of->seen[k]);
        scs_note_outcome(t, k, none, done * SCS_DONE | observed * SCS_OBSERVED);
    }
    scs_count_outcomes(t, n, row->outcomes + SCS_N_OUTCOMES * first);
}

/* Count n choices of an offence by a group with an outcome. */
static inline void scs_flush_offence(const scs_row_t *row, const scs_act_t *act, int group,
                                     int outcome, int64_t n)
{
    int64_t *domain = row->by_domain + act->domain * SCS_N_by_domain;
    int64_t *of_group = row->by_group + group * SCS_N_by_group;
    int64_t violations = outcome & (SCS_TEMPTED_TO | SCS_UNABLE) ? n : 0;
    int64_t observed = outcome & SCS_OBSERVED ? n : 0;
    int64_t gain = outcome & SCS_TEMPTED_TO ? n * act->scale : 0;
    domain[SCS_temptations] += n;
    domain[SCS_violations] += violations;
    domain[SCS_violations_observed] += observed;
    domain[SCS_violations_unable] += outcome & SCS_UNABLE ? n : 0;
    of_group[SCS_group_violations] += violations;
    of_group[SCS_group_violations_observed] += observed;
    row->sums[SCS_social_value] += violations * act->social_value;
    row->sums[SCS_offender_gain] += gain;
    row->sums[SCS_welfare] += violations * act->social_value + gain;
}

/* Count n choices of a deed by a group with an outcome. */
static inline void scs_flush_deed(const scs_row_t *row, const scs_act_t *act, int group,
                                  int outcome, int64_t n)
{
    int64_t *domain = row->by_domain + act->domain * SCS_N_by_domain;
    int64_t *of_group = row->by_group + group * SCS_N_by_group;
    int64_t done = outcome & SCS_DONE ? n : 0, observed = outcome & SCS_OBSERVED ? n : 0;
    domain[SCS_occasions] += n;
    domain[SCS_deeds] += done;
    domain[SCS_deeds_observed] += observed;
    of_group[SCS_group_deeds] += done;
    of_group[SCS_group_deeds_observed] += observed;
    row->sums[SCS_social_value] += done * act->social_value;
    row->sums[SCS_welfare] += done * act->social_value;
}

/* Turn a thread's counts of outcomes into the columns of their tables, and reset them. */
static inline void scs_flush_outcomes(const scs_model_t *m, const scs_row_t *row)
{
    uint32_t *count = row->outcomes;
    for (int kind = 0; kind < 2; kind++)
        for (int64_t k = 0; k <= m->offers[kind].n; k++)
            for (int at = 0; at < 4 * SCS_N_OUTCOMES; at++, count++) {
                int group = at / SCS_N_OUTCOMES, outcome = at % SCS_N_OUTCOMES;
                int64_t n = *count;
                const scs_act_t *act = (kind ? m->deeds : m->offences) + k;
                *count = 0;
                if (n == 0 || k == m->offers[kind].n || !(act->only >> group & 1))
                    continue;
                (kind ? scs_flush_deed : scs_flush_offence)(row, act, group, outcome, n);
            }
}
#endif
