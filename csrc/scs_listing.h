/* 5 The list: one tick less, performance, new entries, exits by a leader's favour. */
#ifndef SCS_LISTING_H
#define SCS_LISTING_H
#include "scs_draws.h"
#include "scs_fixed.h"
#include "scs_structs.h"

/* Return the ticks left on the list after a tick, fewer after a deed; count an entry. */
static inline uint8_t scs_stay(const scs_rules_t *r, uint8_t listed, int performs,
                               int64_t repair, uint8_t severe, int64_t *entries)
{
    int64_t left = listed && !performs ? listed - 1 : 0;
    left = left > repair ? left - repair : 0;
    if (severe) {
        *entries += left == 0;
        left = scs_clamp(r->list_term + (left ? r->list_extension : 0), 0, 255);
    }
    return (uint8_t)left;
}

/* Update the list for citizen j, who is on it or has a severe record; its draw is entry k
 * of the tile. */
static inline void scs_update_list(const scs_model_t *m, const scs_tile_t *t, int j, int k,
                                   const scs_row_t *row)
{
    const scs_rules_t *r = &m->rules;
    const scs_state_t *s = &m->state;
    int64_t i = t->start + j;
    int performs = r->list_exit
        && (int64_t)scs_draw_perform(t, k) < r->list_exit * s->quality[i] >> 8;
    row->sums[SCS_performed] += performs & (s->listed[i] > 1);
    int64_t repair = r->list_repair && t->repaired[j] ? r->list_repair : 0;
    row->sums[SCS_repaired] += repair > 0 && s->listed[i] > 1 && !performs;
    s->listed[i] = scs_stay(r, s->listed[i], performs, repair, t->severe[j],
                            &row->sums[SCS_listings]);
    s->fair_listed[i] = scs_stay(r, s->fair_listed[i], performs, repair, t->fair_severe[j],
                                 &row->sums[SCS_fair_listings]);
    if (s->listed[i] && t->taken_off[j]) {
        row->sums[SCS_taken_off]++;
        s->listed[i] = 0;
    }
}
#endif
