/* The units of a world: whole villages make up those of every level above. */
#ifndef SCS_UNITS_H
#define SCS_UNITS_H
#include <stdint.h>
#include "scs_select.h"

enum { SCS_MAX_UNIT_LEVELS = 7 }; /* six of government, and the whole world above them */

/* By level its number of units. Tables by unit have one entry more, the end of the last:
 * the first citizen and the first tile of each village, the first citizen of each tile; by
 * level and village its unit, by level and unit its first village. */
typedef struct {
    int64_t n[SCS_MAX_UNIT_LEVELS];
    const uint32_t *start, *tile, *tile_start;
    const uint32_t *of[SCS_MAX_UNIT_LEVELS], *village[SCS_MAX_UNIT_LEVELS];
} scs_units_t;

/* Return the first citizen of a unit, and how many citizens it has. */
static inline int64_t scs_first_citizen(const scs_units_t *u, int64_t level, int64_t unit)
{ return u->start[u->village[level][unit]]; }

static inline int64_t scs_unit_size(const scs_units_t *u, int64_t level, int64_t unit)
{ return scs_first_citizen(u, level, unit + 1) - scs_first_citizen(u, level, unit); }

/* Return the unit one level above a unit, and the first unit one level below in it. */
static inline int64_t scs_unit_above(const scs_units_t *u, int64_t level, int64_t unit)
{ return u->of[level + 1][u->village[level][unit]]; }

static inline int64_t scs_first_within(const scs_units_t *u, int64_t level, int64_t unit)
{ return u->of[level - 1][u->village[level][unit]]; }

/* Return the first village that begins with this citizen or a later one. */
static inline int64_t scs_village_from(const scs_units_t *u, int64_t citizen)
{
    int64_t low = 0, high = u->n[0];
    while (low < high) {
        int64_t middle = (low + high) / 2;
        if (u->start[middle] < citizen)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Aim a pool at the tiles of a unit. */
static inline void scs_aim_pool(scs_pool_t *pool, const scs_units_t *u, int64_t level,
                                int64_t unit)
{
    pool->first = u->tile[u->village[level][unit]];
    pool->last = u->tile[u->village[level][unit + 1]];
}
#endif
