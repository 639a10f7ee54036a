/* Consent: the value of a regime to a citizen, and joining and leaving it. */
#ifndef SCS_CONSENT_H
#define SCS_CONSENT_H
#include "scs_draws.h"
#include "scs_scores.h"

/* How an unaware citizen learns of the regime: not, from an aware partner, by publicity. */
enum { SCS_UNTOLD, SCS_BY_WORD, SCS_BY_PUBLICITY };

/* Return how citizen j of a tile learns of the regime, if at all. */
static inline uint8_t scs_hear(const scs_model_t *m, const scs_tile_t *t, int j)
{
    const scs_rules_t *r = &m->rules;
    if (m->state.traits[t->start + j] & SCS_AWARE)
        return SCS_UNTOLD;
    int meets = r->n_slots && t->other[j] != t->who[j] && t->other_word[j] & SCS_INFORMED;
    if (meets && (int64_t)scs_draw_told(t, j) < r->told)
        return SCS_BY_WORD;
    return (int64_t)scs_draw_publicity_heard(t, j) < r->publicity_heard ? SCS_BY_PUBLICITY
                                                                       : SCS_UNTOLD;
}

/* Return the score that a citizen outside expects to reach. */
static inline int64_t scs_hoped(const scs_rules_t *r, int64_t quality)
{ return scs_clamp(r->base + (r->outlook * (2 * quality - 255) >> 8), r->floor, r->ceiling); }

/* Return the value per tick of one kind of prize at a score, or off or on the list. */
static inline int64_t scs_inside(const scs_model_t *m, int64_t i, int64_t kind, int64_t score)
{
    const int64_t *belief = m->state.belief[kind];
    switch (m->prizes[kind].bins) {
    case SCS_BINS_SCORE:
        return scs_value_of(&m->rules, belief, score);
    case SCS_BINS_GRADE:
        return belief[scs_grade(&m->rules, (int32_t)score)];
    case SCS_BINS_CUT:
        return belief[score >= m->prizes[kind].cut];
    case SCS_BINS_LIST:
        return belief[m->state.listed[i] > 0];
    default:
        return 0;
    }
}

/* Return the value per tick of one kind of prize to citizens outside: learnt, or B at the
 * base if they rank as if there, or 0. */
static inline int64_t scs_outside(const scs_model_t *m, int64_t kind)
{
    const scs_prize_t *p = &m->prizes[kind];
    if (p->learns || p->bins != SCS_BINS_SCORE || !m->rules.at_base)
        return m->state.outside[3 * kind + 2];
    return scs_value_of(&m->rules, m->state.belief[kind], m->rules.base);
}

/* Update the mean prize per tick of citizens outside, mixed with that of those inside. */
static inline void scs_learn_outside(const scs_model_t *m, int64_t kind, int64_t citizens,
                                     int64_t wins, int64_t members, int64_t member_wins)
{
    const scs_rules_t *r = &m->rules;
    int64_t *outside = m->state.outside + 3 * kind;
    outside[0] += 16 * citizens - outside[0] / r->belief_memory;
    outside[1] += 16 * wins - outside[1] / r->belief_memory;
    if (members == 0 || outside[0] + r->prior == 0)
        return;
    int64_t mean = (member_wins << 20) / members;
    int64_t share = ((outside[1] << 20) + r->prior * mean) / (outside[0] + r->prior);
    outside[2] = (m->prizes[kind].value << 8) * share >> 20;
}

/* Return citizen i's gain from being in the regime instead of outside, in money. */
static inline int64_t scs_gain(const scs_model_t *m, int64_t i)
{
    const scs_rules_t *r = &m->rules;
    int enrolled = m->state.traits[i] & SCS_ENROLLED;
    int64_t score = enrolled ? m->state.score[i] : scs_hoped(r, m->state.quality[i]);
    int64_t difference = r->slope * (score - r->base) >> 16;
    if (!r->sloped) {
        difference = 0;
        for (int64_t kind = 0; kind < r->n_prizes; kind++)
            difference += scs_inside(m, i, kind, score) - scs_outside(m, kind);
    }
    int64_t size = r->foresight * (difference < 0 ? -difference : difference) >> 24;
    return (difference < 0 ? -size : size) - r->opt_cost;
}

/* Let aware citizen i, who reconsiders, join the regime or leave it for a gain. */
static inline void scs_reconsider(const scs_model_t *m, int64_t i, uint32_t draw,
                                  const scs_row_t *row)
{
    const scs_state_t *s = &m->state;
    int enrolled = (s->traits[i] & SCS_ENROLLED) != 0;
    int64_t gain = scs_gain(m, i), size = gain < 0 ? -gain : gain;
    if (!(enrolled ? gain < 0 : gain > 0))
        return;
    if ((int64_t)draw >= 65536 - scs_chance(size * m->rules.opt_inverse >> 16))
        return;
    row->sums[enrolled ? SCS_opted_out : SCS_opted_in]++;
    s->traits[i] ^= SCS_ENROLLED;
    s->score[i] = s->fair_score[i] = (int32_t)m->rules.base;
    for (int64_t k = 0; k < m->rules.n_cohorts; k++)
        s->cohorts[k][i] = s->fair_cohorts[k][i] = 0;
}
#endif
