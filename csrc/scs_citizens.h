/* The citizens of a world, a batch at a time: fixed traits, first strategy, ties. Draws are
 * compared with cumulative chances of 32 bits, the last of which, 2^32, is above every draw. */
#ifndef SCS_CITIZENS_H
#define SCS_CITIZENS_H
#include <stdint.h>
#include "scs_draws.h"

/* Return whether a draw is below a chance of 0 to 2^32, compared in 32 bits. */
static inline uint32_t scs_is_below(uint32_t draw, int64_t chance)
{ return (chance > 0) & (draw <= (uint32_t)(chance - 1)); }

/* Write quality, guile and means: the quantiles that are drawn. */
static inline void scs_note_qualities(uint8_t *restrict quality, uint8_t *restrict guile,
                                      uint8_t *restrict means, const uint8_t *restrict of_quality,
                                      const uint8_t *restrict of_guile,
                                      const uint8_t *restrict of_means,
                                      const uint32_t (*word)[SCS_TILE], int n)
{
    for (int j = 0; j < n; j++) {
        quality[j] = of_quality[scs_draw_quality(word, j)];
        guile[j] = of_guile[scs_draw_guile(word, j)];
        means[j] = of_means[scs_draw_means(word, j)];
    }
}

/* Write the traits that everybody has by the same chance, dissent and awareness, and add the
 * group, by the cumulative shares of four groups among citizens of such means. */
static inline void scs_note_traits(uint8_t *restrict traits, const uint8_t *restrict means,
                                   const scs_rules_t *r, const int64_t *restrict group_until,
                                   const uint32_t (*word)[SCS_TILE], int n)
{
    const int64_t dissenter = r->dissenter, aware = r->aware;
    for (int j = 0; j < n; j++)
        traits[j] = (uint8_t)(SCS_DISSENTER * scs_is_below(scs_draw_dissenter(word, j), dissenter)
                              | SCS_AWARE * scs_is_below(scs_draw_aware(word, j), aware));
    for (int j = 0; j < n; j++) {
        const int64_t draw = scs_draw_group(word, j), *until = group_until + 4 * means[j];
        traits[j] |= (uint8_t)((draw >= until[0]) + (draw >= until[1]) + (draw >= until[2]));
    }
}

/* Add whether citizens are enrolled, and write their first strategies. */
static inline void scs_note_status(uint8_t *restrict traits, uint8_t *restrict strategy,
                                   const scs_rules_t *r, const uint32_t (*word)[SCS_TILE], int n)
{
    const int64_t enrolled = r->enrolled, first = r->strategy_until[0];
    const int64_t second = r->strategy_until[1];
    for (int j = 0; j < n; j++) {
        const uint32_t draw = scs_draw_strategy(word, j);
        traits[j] |= (uint8_t)(SCS_ENROLLED * scs_is_below(scs_draw_enrolled(word, j), enrolled));
        strategy[j] = (uint8_t)(2 - scs_is_below(draw, first) - scs_is_below(draw, second));
    }
}

/* Add the ties to leaders of a level, by the chances of such means. */
static inline void scs_note_ties(uint8_t *restrict ties, const uint8_t *restrict means,
                                 const int64_t *restrict tie, int level,
                                 const uint32_t (*word)[SCS_TILE], int n)
{
    for (int j = 0; j < n; j++)
        ties[j] |= (uint8_t)(((int64_t)scs_draw_tie(word, j) < tie[means[j]]) << level);
}
#endif
