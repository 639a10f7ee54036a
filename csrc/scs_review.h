/* 5 Review of leaders: what those of a village do for a set of ties, and the points that
 * units get by comparing their means. */
#ifndef SCS_REVIEW_H
#define SCS_REVIEW_H
#include "scs_draws.h"
#include "scs_fixed.h"
#include "scs_orders.h"
#include "scs_structs.h"

/* Tabulate what a village's leaders do for citizens with these ties; an entry from
 * SCS_ORDERED on is for those whom the deciding level treats as clients on a word from
 * above. */
static inline void scs_meet_patrons(const scs_rules_t *r, scs_tile_t *t, uint32_t ties)
{
    int64_t kept = 65536, unanswered = 65536, automatic = 65536, tilt = 0, dissent = 0;
    uint32_t bends = t->bends | (ties & SCS_ORDERED ? 1u << r->deciding : 0);
    for (int level = 0; level <= r->deciding && level < r->n_levels; level++) {
        if (!(bends >> level & 1))
            continue;
        if (ties >> level & 1) {
            kept = kept * (65536 - r->favour[level]) >> 16;
            tilt += r->tilt[level];
            automatic -= level == r->deciding ? r->favour[level] : 0;
        } else {
            unanswered = unanswered * (65536 - r->retaliate[level]) >> 16;
            dissent -= r->tilt[level];
        }
    }
    t->unsuppressed[ties] = (int32_t)kept;
    t->unsuppressed_automatic[ties] = (int32_t)automatic;
    t->unanswered[ties] = (int32_t)unanswered;
    t->tilt[ties] = (int32_t)tilt;
    t->dissent_tilt[ties] = (int32_t)(tilt + dissent);
}

/* Return how many units a level has, and how many citizens one of them. */
static inline int64_t scs_units(const scs_rules_t *r, int level)
{ return (r->n_citizens + r->spans[level] - 1) / r->spans[level]; }

static inline int64_t scs_unit_size(const scs_rules_t *r, int level, int64_t unit)
{
    int64_t rest = r->n_citizens - unit * r->spans[level];
    return rest < r->spans[level] ? rest : r->spans[level];
}

/* Return the mean score of a unit, rounded down. */
static inline int64_t scs_unit_mean(const scs_rules_t *r, int64_t *const *sums, int level,
                                    int64_t unit)
{
    int64_t total = sums[level][unit], size = scs_unit_size(r, level, unit);
    int64_t mean = total / size;
    return mean - (mean * size > total);
}

/* Return the points by which a manipulating leader inflates a unit whose mean is below that
 * of `ahead` of its `siblings`. */
static inline int64_t scs_inflation(const scs_rules_t *r, int level, int64_t mean,
                                    int64_t fair_mean, int64_t ahead, int64_t siblings)
{
    int64_t room = r->inflation_cap[level] - (mean - fair_mean);
    int64_t inflated = r->inflation[level] * ahead / siblings;
    inflated = inflated < room ? inflated : room;
    return inflated > 0 ? inflated : 0;
}
#endif
