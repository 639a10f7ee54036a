/* Ask the memory for what few citizens of the next tile are read for, see scs_foresee.h. What
 * every citizen is read for, processors foresee. */
#ifndef SCS_NEXT_TILE_H
#define SCS_NEXT_TILE_H
#include "scs_foresee.h"
#include "scs_structs.h"

/* Ask for the applicants of the tile from citizen a on, often fewer than 64. */
SCS_FORESEE scs_foresee_applicants(const scs_model_t *m, int64_t kind, int64_t a)
{
    const int64_t few = 64;
    for (int judge = 0; judge < SCS_N_RANKS; judge++)
        scs_foresee(m->ranks[kind][judge] + a, few * (int64_t)sizeof(uint16_t));
    scs_foresee(m->state.lot[kind] + a, few * (int64_t)sizeof(uint16_t));
    scs_foresee(m->applicant[kind] + a, few);
    scs_foresee(m->asked_need[kind] + a, few);
    scs_foresee(m->asked_quality[kind] + a, few);
    scs_foresee(m->treatment[kind] + a, few);
}

/* Where in a tile's month something is asked for. All at once would wait: processors have
 * some twenty loads outstanding. */
enum { SCS_AT_BEGIN, SCS_BEFORE_ACTS, SCS_AFTER_ACTS, SCS_AFTER_MEETINGS, SCS_AFTER_PRIZES };

/* Ask for a part of what few of the citizens after a tile are read for. */
__attribute__((always_inline))
static inline void scs_foresee_tile(const scs_model_t *m, const scs_tile_t *t, int where)
{
    const scs_state_t *s = &m->state;
    const int64_t a = t->start + t->n, n = SCS_TILE, half = n / 2;
    if (a + n > m->rules.n_citizens)
        return;
    if (where == SCS_AT_BEGIN)
        scs_foresee(s->guile + a, n);
    if (where == SCS_BEFORE_ACTS)
        scs_foresee(s->score + a, half * (int64_t)sizeof(int32_t));
    if (where == SCS_AFTER_ACTS)
        scs_foresee(s->score + a + half, half * (int64_t)sizeof(int32_t));
    if (where == SCS_AFTER_MEETINGS)
        scs_foresee(s->prizes + a, n * (int64_t)sizeof(uint16_t));
    if (where == SCS_AFTER_PRIZES)
        for (int64_t kind = 0; kind < m->rules.n_prizes; kind++)
            scs_foresee_applicants(m, kind, a);
}
#endif
