/* 4 Scores: the worth of points to a citizen, and changes of its score. */
#ifndef SCS_SCORES_H
#define SCS_SCORES_H
#include "scs_fixed.h"
#include "scs_measure.h"
#include "scs_orders.h"
#include "scs_structs.h"

/* Return the number of the grade of a score, the lowest is 0. */
static inline int scs_grade(const scs_rules_t *r, int32_t score)
{
    int grade = 0;
    for (int64_t k = 0; k < r->n_cuts; k++)
        grade += score >= r->cuts[k];
    return grade;
}

/* Return B(score): the mean prize per tick, linear between bin centres. */
static inline int64_t scs_value_of(const scs_rules_t *r, const int64_t *belief, int64_t score)
{
    int64_t position = ((score - r->floor) * r->bin_factor >> 24) - 128;
    position = scs_clamp(position, 0, 127 * 256);
    int64_t k = position >> 8, above = k < 127 ? k + 1 : 127;
    return belief[k] + ((belief[above] - belief[k]) * (position & 255) >> 8);
}

/* Return the change, by a record of an act, of the value per tick that citizen i expects from
 * one kind of prize. */
static inline int64_t scs_expected(const scs_model_t *m, int64_t i, const scs_act_t *act,
                                   int64_t moved, int64_t kind)
{
    const scs_rules_t *r = &m->rules;
    const int64_t *belief = m->state.belief[kind];
    int32_t score = m->state.score[i];
    switch (m->prizes[kind].bins) {
    case SCS_BINS_SCORE:
        return scs_value_of(r, belief, moved) - scs_value_of(r, belief, score);
    case SCS_BINS_GRADE:
        return belief[scs_grade(r, (int32_t)moved)] - belief[scs_grade(r, score)];
    case SCS_BINS_CUT:
        return belief[moved >= m->prizes[kind].cut] - belief[score >= m->prizes[kind].cut];
    case SCS_BINS_LIST:
        return act->lists && !m->state.listed[i] ? belief[1] - belief[0] : 0;
    default:
        return 0;
    }
}

/* Return the points of target that a record's mark in the history brings, by the
 * honest rules: the fair history, the index's own weights, the fair fit. */
static inline int64_t scs_foreseen(const scs_model_t *m, int64_t i, const scs_act_t *act)
{
    const scs_rules_t *r = &m->rules;
    if (!r->has_parts)
        return 0;
    int64_t marked = scs_toward_zero((act->positive ? SCS_FULL : 0) - m->state.fair_history[i],
                                     (uint32_t)r->record_weight);
    int64_t span = r->ceiling - r->floor;
    if (r->scorer == SCS_INDEX)
        return (r->weights[0] * marked >> 16) * span >> 16;
    int64_t weight = m->state.fits[1 + SCS_N_FEATURES + 1 + 1]; /* the fair fit's, of history */
    return scs_clamp(-weight * (marked >> 8) >> 16, -span, span);
}

/* Return the worth of a record of an act to citizen i: money, signed. */
static inline int64_t scs_worth(const scs_model_t *m, int64_t i, const scs_act_t *act)
{
    const scs_rules_t *r = &m->rules;
    const int both = SCS_AWARE | SCS_ENROLLED;
    if ((m->state.traits[i] & both) != both)
        return 0;
    int64_t points = act->points + scs_foreseen(m, i, act);
    int64_t difference = r->slope * points >> 16;
    if (!r->sloped) {
        int64_t moved = m->state.score[i] + points;
        moved = scs_clamp(moved < act->limit ? moved : act->limit, r->floor, r->ceiling);
        difference = 0;
        for (int64_t kind = 0; kind < r->n_prizes; kind++)
            difference += scs_expected(m, i, act, moved, kind);
    }
    int64_t size = r->foresight * (difference < 0 ? -difference : difference) >> 24;
    return difference < 0 ? -size : size;
}

/* Return the score after a share of the way to its target, the points, and the clamp. */
static inline int32_t scs_move(const scs_rules_t *r, int32_t score, int32_t goal,
                               uint32_t rate, int32_t points, int32_t limit)
{
    int32_t moved = score + scs_toward_zero(goal - score, rate) + points;
    int32_t floor = (int32_t)r->floor, ceiling = (int32_t)r->ceiling;
    moved = moved > limit ? limit : moved;
    moved = moved < floor ? floor : moved;
    return moved > ceiling ? ceiling : moved;
}

/* Return the score of citizen i after a year's points expire, the tick's points are booked
 * in this year's cohort, and the grade rule and the clamp. */
static inline int32_t scs_book(const scs_rules_t *r, int32_t *const *cohorts, int64_t i,
                               int64_t tick, int32_t points, int32_t limit)
{
    int32_t *cohort = cohorts[tick / r->ticks_per_year % r->n_cohorts] + i;
    int64_t total = r->base, most = SCS_MOST_OF_A_YEAR;
    int expires = tick % r->ticks_per_year == 0 && tick > r->begins;
    int64_t booked = expires ? 0 : *cohort;
    *cohort = (int32_t)scs_clamp(booked + points, -most, most);
    for (int64_t k = 0; k < r->n_cohorts; k++)
        total += cohorts[k][i];
    if (total > limit) {
        booked = scs_clamp(*cohort - (total - limit), -most, most);
        total += booked - *cohort;
        *cohort = (int32_t)booked;
    }
    return (int32_t)scs_clamp(total, r->floor, r->ceiling);
}

/* Return the score that the five parts of an index add up to. */
static inline int64_t scs_index_target(const scs_rules_t *r, const int64_t *weights,
                                       int64_t history, int64_t capacity, int64_t behaviour,
                                       int64_t identity, int64_t circle)
{
    int64_t total = weights[0] * history + weights[1] * capacity + weights[2] * behaviour
                    + weights[3] * identity + weights[4] * circle;
    return r->floor + ((total >> 16) * (r->ceiling - r->floor) >> 16);
}

/* Return the behaviour part: the payoff, one half where it is 0. */
static inline int64_t scs_behaviour(const scs_rules_t *r, int32_t payoff)
{ return scs_clamp(32768 + (payoff * r->behaviour_slope >> 16), 0, SCS_FULL); }

/* Return a network part after meeting a partner of a level, 0 .. 255. */
static inline uint16_t scs_circle(const scs_rules_t *r, uint16_t circle, int32_t level)
{
    const uint32_t weight = (uint32_t)r->circle_weight;
    return (uint16_t)(circle + scs_toward_zero_16(257 * level - circle, weight));
}

/* Return a score as 0 .. 255 over the regime's range. */
static inline uint32_t scs_level(const scs_rules_t *r, int32_t score)
{ return (uint32_t)((score - r->floor) * r->level_factor >> 32); }

/* Write the levels of n scores and, above, of fair scores. */
static inline void scs_show_levels(uint16_t *restrict shown, const scs_rules_t *r,
                                   const int32_t *restrict score,
                                   const int32_t *restrict fair_score, int64_t n)
{
    int32_t level[SCS_TILE], fair[SCS_TILE];
    const int32_t floor = (int32_t)r->floor;
    if (r->level_factor > UINT32_MAX) { /* a range of less than a point */
        for (int64_t j = 0; j < n; j++)
            shown[j] = (uint16_t)(scs_level(r, score[j]) | scs_level(r, fair_score[j]) << 8);
        return;
    }
    scs_scale_scores(level, score, floor, (uint32_t)r->level_factor, n);
    scs_scale_scores(fair, fair_score, floor, (uint32_t)r->level_factor, n);
    for (int64_t j = 0; j < n; j++)
        shown[j] = (uint16_t)(level[j] | fair[j] << 8);
}

/* Return the score that a fit gives entry j, also beyond the regime's range. */
static inline int64_t scs_predict(const scs_rules_t *r, int16_t (*features)[SCS_TILE],
                                  const int64_t *fit, int j)
{
    int64_t total = fit[0];
    for (int k = 0; k < SCS_N_FEATURES; k++)
        total -= fit[1 + k] * features[k][j];
    return r->base + (total >> 16);
}

/* Return the target of citizen j by an index or a black box, before tilts and clamp. */
static inline int64_t scs_target(const scs_model_t *m, scs_tile_t *t, int j, int judge)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j, fair = judge == SCS_FAIR;
    if (r->scorer != SCS_INDEX)
        return scs_predict(r, t->features[judge], s->fits + judge * (1 + SCS_N_FEATURES), j);
    return scs_index_target(r, fair ? r->weights : t->weights,
                            (fair ? s->fair_history : s->history)[i],
                            s->capacity[scs_wealth_bin((uint32_t)s->wealth[i])],
                            scs_behaviour(r, s->payoff[i]),
                            r->identity[s->traits[i] & SCS_GROUP],
                            (fair ? s->fair_circle : s->circle)[i]);
}

/* Move the score of an enrolled citizen towards its target, actual and fair. */
static inline void scs_approach(const scs_model_t *m, scs_tile_t *t, int j)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j;
    int32_t tilt = t->tilt[t->views[j] / SCS_DISSENTER & 1][scs_ties(t, j)];
    int64_t target = scs_clamp(scs_target(m, t, j, SCS_ACTUAL) + tilt, r->floor, r->ceiling);
    int64_t fair_target = scs_clamp(scs_target(m, t, j, SCS_FAIR), r->floor, r->ceiling);
    uint32_t rate = (uint32_t)r->score_rate;
    s->score[i] = scs_move(r, s->score[i], (int32_t)target, rate, t->points[j], t->limit[j]);
    s->fair_score[i] = scs_move(r, s->fair_score[i], (int32_t)fair_target, rate,
                                t->fair_points[j], t->fair_limit[j]);
}
#endif
