/* 1 Conduct of one citizen: temptations, free time, informal help. */
#ifndef SCS_CONDUCT_H
#define SCS_CONDUCT_H
#include "scs_draws.h"
#include "scs_records.h"
#include "scs_scores.h"

/* Note how n acts are drawn: by bounds that rise, `last` has room for n + 1. */
static inline void scs_note_bounds(scs_offers_t *offers, uint32_t *last, const int64_t *until,
                                   int n)
{
    int reached = 0;
    int64_t most = n ? until[n - 1] - 1 : 0;
    offers->last = last;
    offers->n = n;
    offers->shift = 0;
    while (most >> offers->shift >= SCS_OFFER_BINS)
        offers->shift++;
    for (int bin = 0; bin < SCS_OFFER_BINS; bin++) {
        while (reached < n && until[reached] <= (int64_t)bin << offers->shift)
            reached++;
        offers->first[bin] = (uint16_t)reached;
    }
    offers->first[SCS_OFFER_BINS] = (uint16_t)n;
    offers->within = 0;
    for (int bin = 0; bin < SCS_OFFER_BINS; bin++) {
        int within = offers->first[bin + 1] - offers->first[bin];
        offers->within = within > offers->within ? within : offers->within;
    }
    for (int k = 0; k < n; k++)
        last[k] = (uint32_t)(until[k] ? until[k] - 1 : 0); /* `first` passes over bounds of 0 */
    last[n] = UINT32_MAX;
}

/* Return the bin of a draw. */
static inline int32_t scs_offer_bin(const scs_offers_t *offers, uint32_t draw)
{
    uint32_t bin = draw >> offers->shift;
    return (int32_t)(bin < SCS_OFFER_BINS ? bin : SCS_OFFER_BINS);
}

/* Return which act is drawn, n for none: how many bounds the draw of a bin has reached. */
static inline int32_t scs_pick(const scs_offers_t *offers, int32_t bin, uint32_t draw)
{
    const int few = 4, within = offers->within;
    int32_t kind = offers->first[bin];
    for (int k = 0; k < (within < few ? within : few); k++) /* for all: no branch is mispredicted */
        kind += draw > offers->last[kind];
    while (within > few && draw > offers->last[kind])
        kind++;
    return kind;
}

/* Acts of the citizens of a tile who have offers: four counts by domain and by group, 16 bits
 * each, deeds that points moved, the social value, and the gain of offenders. */
typedef struct {
    uint64_t domain[SCS_N_DOMAINS], group[SCS_N_GROUPS];
    int64_t moved[SCS_N_DOMAINS];
    int64_t value, gain;
} scs_tally_t;

static inline uint64_t scs_four(int a, int b, int c, int d)
{ return (uint64_t)a | (uint64_t)b << 16 | (uint64_t)c << 32 | (uint64_t)d << 48; }

/* Add one of four counts by domain or by group to a column of its table. */
static inline void scs_add_up(int64_t *column, int width, const uint64_t *counts, int n, int k)
{
    for (int of = 0; of < n; of++)
        column[of * width] += (int64_t)(counts[of] >> 16 * k & 0xFFFF);
}

/* Return what aware citizen j fears of a record: its worth, if negative, times the chance
 * (16 bit) of it, which is lower where patrons suppress it. */
static inline int64_t scs_feared(const scs_model_t *m, const scs_tile_t *t, int j,
                                 const scs_act_t *act, int64_t seen)
{
    int64_t i = t->start + j, loss = -scs_worth(m, i, act), recorded = seen;
    if (m->rules.clients_know && m->state.traits[i] & SCS_ENROLLED)
        recorded = seen * (act->human ? t->unsuppressed
                                      : t->unsuppressed_automatic)[scs_ties(t, j)] >> 16;
    return recorded * (loss > 0 ? loss : 0);
}

/* Offer citizen j, entry k of the tempted, the drawn negative act; commit it with
 * P = E(cost / gain scale), or in any case if the amount due cannot be paid; return whether
 * it is committed and observed. */
static inline uint8_t scs_face_temptation(const scs_model_t *restrict m,
                                          scs_tile_t *restrict t, int j, int k,
                                          scs_tally_t *restrict tally)
{
    const scs_rules_t *r = &m->rules;
    const scs_act_t *act = m->offences + t->kind[k];
    int64_t i = t->start + j;
    uint32_t traits = m->state.traits[i], group = traits & SCS_GROUP;
    int64_t seen = t->own_word[j] & SCS_GOOD ? act->seen[group] : act->seen_low[group];
    int64_t cost = seen * act->penalty;
    if (traits & SCS_AWARE && act->scored)
        cost += scs_feared(m, t, j, act, seen);
    cost = (cost >> 16) + (r->moral * m->state.quality[i] >> 8);
    int offered = (t->kind[k] < r->n_offences) & (int)(act->only >> group & 1);
    int unable = offered & (m->state.wealth[i] < act->due);
    int tempted = (int64_t)scs_draw_commit(t, k) < scs_chance(cost * act->inverse_scale >> 16);
    int commits = offered & (unable | tempted);
    int observed = commits & (scs_draw_offence_seen(t, k) < seen);
    tally->domain[act->domain] += scs_four(offered, commits, observed, unable);
    tally->group[group] += scs_four(commits, observed, 0, 0);
    tally->value += -(int64_t)commits & act->social_value;
    tally->gain += -(int64_t)(commits & tempted) & (cost + act->scale);
    return (uint8_t)observed;
}

/* Fine and record an observed offence. */
static inline void scs_report_offence(const scs_model_t *m, scs_tile_t *t, int j, int k,
                                      const scs_row_t *row)
{
    const scs_act_t *act = m->offences + t->kind[k];
    t->gain[j] -= (int32_t)act->penalty;
    row->by_domain[act->domain * SCS_N_by_domain + SCS_violations_suppressed] += scs_report(
        m, t, j, act, scs_draw_offence_clerk(t, k), (int32_t)scs_draw_suppress(t, k), row);
    if (act->defies && m->rules.retaliates && t->manipulates)
        scs_retaliate(m, t, j, scs_draw_retaliate(t, k), row);
}

static inline void scs_count_offences(const scs_row_t *row, const scs_tally_t *tally)
{
    static const int of_domain[] = {SCS_temptations, SCS_violations, SCS_violations_observed,
                                    SCS_violations_unable};
    static const int of_group[] = {SCS_group_violations, SCS_group_violations_observed};
    for (int k = 0; k < 4; k++)
        scs_add_up(row->by_domain + of_domain[k], SCS_N_by_domain, tally->domain,
                   SCS_N_DOMAINS, k);
    for (int k = 0; k < 2; k++)
        scs_add_up(row->by_group + of_group[k], SCS_N_by_group, tally->group, SCS_N_GROUPS, k);
    row->sums[SCS_social_value] += tally->value;
    row->sums[SCS_offender_gain] += tally->gain;
    row->sums[SCS_welfare] += tally->value + tally->gain;
}

/* Return 65536 x 256 / mean cost of a deed, its price included: price x price_weight / income. */
static inline int64_t scs_inverse_cost(const scs_rules_t *r, const scs_act_t *act,
                                       int64_t means)
{
    int64_t felt = act->price * r->price_weight / ((means ? means : 1) << 12);
    int64_t cost = act->scale + felt;
    return felt ? (((int64_t)1 << 24) + cost / 2) / cost : act->inverse_scale;
}

/* Count a deed that is offered to citizen j, entry k of those with time, and done, or faked for
 * the price of a forgery, or left; return whether it is observed. */
static inline uint8_t scs_count_deed(scs_tile_t *restrict t, int j, int k, const scs_act_t *act,
                                     uint32_t group, int offered, int done, int faked,
                                     int64_t forgery, scs_tally_t *restrict tally)
{
    int observed = (done | faked) & (scs_draw_deed_seen(t, k) < act->seen[group]);
    tally->domain[act->domain] += scs_four(offered, done, faked, observed);
    tally->group[group] += scs_four(done, observed, 0, 0);
    tally->value += -(int64_t)done & act->social_value;
    t->gain[j] -= (int32_t)((-(int64_t)done & act->price) | (-(int64_t)faked & forgery));
    return (uint8_t)observed;
}

/* Offer citizen j, entry k of those with time, the drawn positive act: done, or left, or, by
 * aware citizens, also done or faked for its points; return whether it is observed. */
static inline uint8_t scs_use_free_time(const scs_model_t *restrict m,
                                        scs_tile_t *restrict t, int j, int k,
                                        scs_tally_t *restrict tally)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    const scs_act_t *act = m->deeds + t->kind[k];
    int64_t i = t->start + j, draw = scs_draw_do(t, k);
    uint32_t traits = s->traits[i], group = traits & SCS_GROUP;
    int64_t itself = r->intrinsic * s->quality[i] >> 8;
    int64_t inverse = act->price ? scs_inverse_cost(r, act, s->means[i]) : act->inverse_scale;
    int offered = (t->kind[k] < r->n_deeds) & (int)(act->only >> group & 1);
    int able = offered & (s->wealth[i] >= act->price);
    int done = able & (draw < 65536 - scs_chance(itself * inverse >> 16));
    if (!(traits & SCS_AWARE && act->scored))
        return scs_count_deed(t, j, k, act, group, offered, done, 0, 0, tally);
    int64_t worth = scs_worth(m, i, act);
    int64_t gain = act->seen[group] * (worth > 0 ? worth : 0) >> 16;
    int64_t forgery = act->price * r->fake_cost >> 16;
    int64_t net = gain > forgery ? gain - forgery : 0;
    int64_t fakes_below = 65536 - scs_chance((s->guile[i] * net >> 8) * r->inverse_fake >> 16);
    int moved = able & !done & (draw < 65536 - scs_chance((gain + itself) * inverse >> 16));
    done |= moved;
    int faked = offered & !done & ((int64_t)scs_draw_fake(t, k) < fakes_below)
                & (s->wealth[i] >= forgery);
    tally->moved[act->domain] += moved;
    t->moved[j] = (uint8_t)moved;
    return scs_count_deed(t, j, k, act, group, offered, done, faked, forgery, tally);
}

/* Record an observed deed. */
static inline void scs_report_deed(const scs_model_t *m, scs_tile_t *t, int j, int k,
                                   const scs_row_t *row)
{
    scs_report(m, t, j, m->deeds + t->kind[k], scs_draw_deed_clerk(t, k), -1, row);
}

static inline void scs_count_deeds(const scs_row_t *row, const scs_tally_t *tally)
{
    static const int of_domain[] = {SCS_occasions, SCS_deeds, SCS_deeds_faked,
                                    SCS_deeds_observed};
    static const int of_group[] = {SCS_group_deeds, SCS_group_deeds_observed};
    for (int k = 0; k < 4; k++)
        scs_add_up(row->by_domain + of_domain[k], SCS_N_by_domain, tally->domain,
                   SCS_N_DOMAINS, k);
    for (int k = 0; k < 2; k++)
        scs_add_up(row->by_group + of_group[k], SCS_N_by_group, tally->group, SCS_N_GROUPS, k);
    for (int of = 0; of < SCS_N_DOMAINS; of++)
        row->by_domain[of * SCS_N_by_domain + SCS_deeds_moved] += tally->moved[of];
    row->sums[SCS_social_value] += tally->value;
    row->sums[SCS_welfare] += tally->value;
}

/* Return whether citizen j helps informally; points must not have moved it to a deed. */
static inline int scs_helps(const scs_tile_t *t, int j, int32_t help_rate, uint8_t quality)
{ return (t->moved[j] == 0) & ((int32_t)scs_draw_help(t, j) < help_rate * quality >> 8); }
#endif
