/* Ask for the state of the next tile while this one is computed: some twenty arrays, of each a
 * few lines, are more than a processor follows by itself. A prefetch reads nothing and never
 * fails, so it changes no bit. */
#ifndef SCS_PREFETCH_H
#define SCS_PREFETCH_H
#include "scs_structs.h"

/* Ask for the lines from `array` on, into the second level of the cache. */
static inline void scs_prefetch(const void *array, int64_t bytes)
{
    for (int64_t k = 0; k < bytes; k += 64)
        __builtin_prefetch((const char *)array + k, 0, 2);
}

/* Ask for what every citizen of [start, start + n) reads and writes in a tick. */
static inline void scs_prefetch_citizens(const scs_model_t *m, int64_t start, int64_t n,
                                         int64_t tick)
{
    const scs_state_t *s = &m->state;
    const uint8_t *const bytes[] = {s->quality, s->means, s->ties, s->traits, s->strategy};
    const void *const words[] = {s->score + start, s->fair_score + start, s->wealth + start,
                                 s->payoff + start, s->published[tick & 1] + start,
                                 s->published[(tick + 1) & 1] + start};
    for (int k = 0; k < 5; k++)
        scs_prefetch(bytes[k] + start, n);
    for (int k = 0; k < 6; k++)
        scs_prefetch(words[k], 4 * n);
}

/* Ask for the applicants of a tile, the ranks that they have, and how they are judged. */
static inline void scs_prefetch_applicants(const scs_model_t *m, int64_t start, int64_t number)
{
    for (int64_t kind = 0; kind < m->rules.n_prizes; kind++) {
        int64_t n = m->applied[kind][number];
        scs_prefetch(m->applicant[kind] + start, n);
        scs_prefetch(m->asked_need[kind] + start, n);
        scs_prefetch(m->asked_quality[kind] + start, n);
        scs_prefetch(m->treatment[kind] + start, n);
        scs_prefetch(m->state.lot[kind] + start, 2 * n);
        for (int judge = 0; judge < SCS_N_RANKS; judge++)
            scs_prefetch(m->ranks[kind][judge] + start, 2 * n);
    }
}
#endif
