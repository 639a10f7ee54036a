/* A word from above: a leader above the deciding level has its clients treated there, for a
 * tick, as clients of a manipulating leader. */
#ifndef SCS_ORDERS_H
#define SCS_ORDERS_H
#include "scs_draws.h"
#include "scs_structs.h"

/* The entry, in a tile's tables by ties, of citizens under a word from above. */
enum { SCS_ORDERED = 64 };

/* Return the ties of citizen j: bit l if level l treats it as a client this tick. */
static inline uint32_t scs_ties(const scs_tile_t *t, int j)
{ return t->clients[j] | (uint32_t)t->ordered[j]; }

/* Return the levels at which records of citizen j are manipulated this tick. */
static inline uint32_t scs_manipulates(const scs_tile_t *t, int j)
{ return t->manipulates | (t->ordered[j] & (SCS_ORDERED - 1u)); }

/* Return whether citizen j can be under a word from above. */
static inline uint8_t scs_awaits_orders(const scs_model_t *m, const scs_tile_t *t, int j)
{
    int64_t deciding = m->rules.deciding;
    uint32_t patrons = t->clients[j] & t->manipulates;
    return (m->state.traits[t->start + j] & SCS_ENROLLED) && !(patrons >> deciding & 1)
        && patrons >> deciding > 1;
}

/* Note whether a level's word makes citizen j a client at the deciding level. */
static inline void scs_obey(const scs_model_t *m, scs_tile_t *t, int j,
                            const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    uint32_t patrons = t->clients[j] & t->manipulates;
    int64_t kept = 65536, draw = scs_draw_orders(m, t->who[j], t->tick);
    for (int64_t level = r->deciding + 1; level < r->n_levels; level++) {
        if (patrons >> level & 1)
            kept = kept * (65536 - r->orders[level]) >> 16;
        if (draw >= 65536 - kept)
            continue;
        row->by_level[level * SCS_N_by_level + SCS_ordered]++;
        t->ordered[j] = (uint8_t)(SCS_ORDERED | 1u << r->deciding);
        t->word_from[j] = (uint8_t)level;
        return;
    }
}
#endif
