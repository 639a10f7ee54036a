/* 5 Review of leaders: the acts of a village's leaders for a set of ties, and the points that
 * units get by comparing their means. */
#ifndef SCS_REVIEW_H
#define SCS_REVIEW_H
#include "scs_draws.h"
#include "scs_fixed.h"
#include "scs_orders.h"
#include "scs_structs.h"

/* Tabulate the acts of a village's leaders for citizens with these ties; entries from
 * SCS_ORDERED on are for citizens whom the deciding level treats as clients on a word from
 * above. */
static inline void scs_meet_patrons(const scs_rules_t *r, scs_tile_t *t, uint32_t ties)
{
    int64_t kept = 65536, unanswered = 65536, automatic = 65536, tilt = 0, dissent = 0;
    uint32_t manipulates = t->manipulates | (ties & SCS_ORDERED ? 1u << r->deciding : 0);
    for (int level = 0; level <= r->deciding && level < r->n_levels; level++) {
        if (!(manipulates >> level & 1))
            continue;
        if (ties >> level & 1) {
            kept = kept * (65536 - r->favouritism[level]) >> 16;
            tilt += r->tilt[level];
            automatic -= level == r->deciding ? r->favouritism[level] : 0;
        } else {
            unanswered = unanswered * (65536 - r->retaliate[level]) >> 16;
            dissent -= r->tilt[level];
        }
    }
    t->unsuppressed[ties] = (int32_t)kept;
    t->unsuppressed_automatic[ties] = (int32_t)automatic;
    t->unanswered[ties] = (int32_t)unanswered;
    t->tilt[0][ties] = (int32_t)tilt;
    t->tilt[1][ties] = (int32_t)(tilt + dissent);
}

/* Return the mean score of a unit, rounded down. */
static inline int64_t scs_unit_mean(const scs_units_t *u, int64_t *const *sums, int level,
                                    int64_t unit)
{
    int64_t total = sums[level][unit], size = scs_unit_size(u, level, unit);
    int64_t mean = total / size;
    return mean - (mean * size > total);
}

/* Return the figure by which a unit of a level is judged; see reference/targets.py. */
static inline int64_t scs_figure(const scs_model_t *m, const scs_review_t *v, int level,
                                 int64_t unit)
{
    if (m->rules.target[level] == SCS_BY_COUNT)
        return 256000 * v->violated[level][unit] / scs_unit_size(&m->units, level, unit);
    return scs_unit_mean(&m->units, v->sum, level, unit);
}

/* Return the career pay-off of a leader of one of the units [first, last) in the last tick,
 * in 1/65536 monthly income; see reference/careers.py. */
static inline int64_t scs_pay_off(const scs_model_t *m, const scs_review_t *v, int level,
                                  int64_t unit, int64_t first, int64_t last)
{
    const scs_rules_t *r = &m->rules;
    const scs_units_t *u = &m->units;
    int64_t first_village = u->village[level][unit], end = u->village[level][unit + 1];
    int64_t favours = 0, bribes = 0, behind = 0;
    int64_t mean = scs_unit_mean(u, v->sum, level, unit);
    for (int64_t k = first_village; k < end; k++) {
        favours += v->favours_done[level][k];
        bribes += v->bribes[level][k];
    }
    for (int64_t other = first; other < last; other++)
        behind += scs_unit_mean(u, v->sum, level, other) < mean;
    /* of a unit of 10^9 citizens who all pay the highest price, 64 bits do not hold the sum */
    __int128 total = (__int128)r->favour_value[level] * favours + ((__int128)bribes << 8);
    int64_t gain = (int64_t)(total / scs_unit_size(u, level, unit));
    gain += r->standing_value[level] * behind / (last - first - 1);
    return gain - (m->manipulates[level][unit] ? r->audit_cost[level] : 0);
}

/* Return whether a leader copies another whose pay-off is higher by so much. */
static inline int scs_copies_way(const scs_rules_t *r, int level, int64_t difference,
                                 uint32_t draw)
{
    int64_t x = (difference < 0 ? -difference : difference) * r->career_selection[level] >> 20;
    int64_t copies = ((int64_t)1 << 32) / (65536 + scs_chance(x));
    return (int64_t)draw < (difference < 0 ? 65536 - copies : copies);
}

/* Return how close (16 bit) a contest is between units whose figures are a gap apart. */
static inline int64_t scs_closeness(const scs_rules_t *r, int level, int64_t gap)
{
    int64_t close = 65536 - ((gap < 0 ? -gap : gap) << 16) / r->target_width[level];
    return close > 0 ? close : 0;
}

/* Return the effort (16 bit) of a leader whose contests are on average so close. */
static inline int64_t scs_effort(const scs_rules_t *r, int level, int64_t close)
{
    int64_t effort = r->target_effort[level] * close >> 16;
    return effort < 65536 ? effort : 65536;
}

/* Return the points by which a manipulating leader inflates a unit whose mean is below that
 * of `ahead` of its `siblings`; its effort to look better adds `more` points. */
static inline int64_t scs_inflation(const scs_rules_t *r, int level, int64_t mean,
                                    int64_t fair_mean, int64_t ahead, int64_t siblings,
                                    int64_t more)
{
    int64_t room = r->inflation_cap[level] - (mean - fair_mean);
    int64_t inflated = r->inflation[level] * ahead / siblings + more;
    inflated = inflated < room ? inflated : room;
    return inflated > 0 ? inflated : 0;
}
#endif
