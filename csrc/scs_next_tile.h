/* Prefetch what the next tile will read, see scs_foresee.h, into the L2 cache: in the L1 cache
 * it would drive out what this tile reads. */
#ifndef SCS_NEXT_TILE_H
#define SCS_NEXT_TILE_H
#include "scs_foresee.h"
#include "scs_structs.h"

/* Ask for n entries of an array from entry a on. */
#define SCS_FORESEE_OF(array, a, n) scs_foresee((array) + (a), (n) * (int64_t)sizeof *(array))

/* Ask for the applicants of the tile from citizen a on, often fewer than 64. */
SCS_FORESEE scs_foresee_applicants(const scs_model_t *m, int64_t kind, int64_t a)
{
    const int64_t few = 64;
    for (int judge = 0; judge < SCS_N_RANKS; judge++)
        SCS_FORESEE_OF(m->ranks[kind][judge], a, few);
    SCS_FORESEE_OF(m->state.lot[kind], a, few);
    SCS_FORESEE_OF(m->applicant[kind], a, few);
    SCS_FORESEE_OF(m->asked_need[kind], a, few);
    SCS_FORESEE_OF(m->asked_quality[kind], a, few);
    SCS_FORESEE_OF(m->treatment[kind], a, few);
}

/* Ask for n citizens' lists or parts of an index, where a regime has them. */
SCS_FORESEE scs_foresee_parts(const scs_model_t *m, int64_t a, int64_t n)
{
    const scs_state_t *s = &m->state;
    if (m->rules.listing) {
        SCS_FORESEE_OF(s->listed, a, n);
        SCS_FORESEE_OF(s->fair_listed, a, n);
    }
    if (m->rules.has_parts) {
        SCS_FORESEE_OF(s->history, a, n);
        SCS_FORESEE_OF(s->fair_history, a, n);
        SCS_FORESEE_OF(s->circle, a, n);
        SCS_FORESEE_OF(s->fair_circle, a, n);
    }
}

/* Ask for what n citizens and their meetings are read for in every part of a month. */
SCS_FORESEE scs_foresee_traits(const scs_model_t *m, const scs_tile_t *t, int64_t a, int64_t n)
{
    const scs_state_t *s = &m->state;
    SCS_FORESEE_OF(s->traits, a, n);
    SCS_FORESEE_OF(s->ties, a, n);
    SCS_FORESEE_OF(s->quality, a, n);
    SCS_FORESEE_OF(s->means, a, n);
    SCS_FORESEE_OF(s->strategy, a, n);
    if (m->rules.n_slots && m->near[t->slot])
        SCS_FORESEE_OF(m->near[t->slot], a, n);
}

/* Where in a tile's month something is asked for. All at once would wait: processors have
 * some twenty loads outstanding. */
enum { SCS_AT_BEGIN, SCS_BEFORE_ACTS, SCS_AFTER_ACTS, SCS_AFTER_MEETINGS, SCS_AFTER_PRIZES };

/* Ask for a part of what the citizens after a tile are read for, and of where they are
 * published. */
__attribute__((always_inline))
static inline void scs_foresee_tile(const scs_model_t *m, const scs_tile_t *t, int where)
{
    const scs_state_t *s = &m->state;
    const int64_t a = t->start + t->n, n = SCS_TILE;
    if (a + n > m->rules.n_citizens)
        return;
    if (where == SCS_AT_BEGIN) {
        SCS_FORESEE_OF(s->guile, a, n);
        SCS_FORESEE_OF(s->wealth, a, n);
    }
    if (where == SCS_BEFORE_ACTS) {
        SCS_FORESEE_OF(s->score, a, n);
        scs_foresee_parts(m, a, n);
    }
    if (where == SCS_AFTER_ACTS) {
        SCS_FORESEE_OF(s->fair_score, a, n);
        SCS_FORESEE_OF(s->payoff, a, n);
    }
    if (where == SCS_AFTER_MEETINGS) {
        SCS_FORESEE_OF(s->prizes, a, n);
        SCS_FORESEE_OF(s->published[0], a, n);
        SCS_FORESEE_OF(s->published[1], a, n);
    }
    if (where == SCS_AFTER_PRIZES) {
        scs_foresee_traits(m, t, a, n);
        for (int64_t kind = 0; kind < m->rules.n_prizes; kind++)
            scs_foresee_applicants(m, kind, a);
    }
}
#endif
