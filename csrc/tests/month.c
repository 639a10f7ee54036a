/* One citizen in one month. */
#include <string.h>
#include "month.h"

uint8_t quality[1], guile[1], ties[1], traits[1], listed[1], means[1];
int32_t score[1], wealth[1];
uint16_t history[1], fair_history[1];
int64_t belief[2][SCS_BINS], sums[SCS_N_sums], by_domain[4 * SCS_N_by_domain];
int64_t by_level[6 * SCS_N_by_level], by_group[4 * SCS_N_by_group];
int64_t fits[2 * (1 + SCS_N_FEATURES)];
scs_tile_t tile;
const scs_row_t row = {
    .sums = sums, .by_domain = by_domain, .by_level = by_level, .by_group = by_group};

/* Return a model of one aware, enrolled citizen whose village and township leaders (the
 * township decides) manipulate; nothing has happened yet. */
scs_model_t begin_month(void)
{
    scs_model_t model = {
        .rules = {.n_levels = 2, .deciding = 1, .recorded = 1, .scored = 1, .has_parts = 1,
                  .scorer = SCS_BLACK_BOX, .record_weight = 16384, .foresight = 1 << 24,
                  .meeting_right = 65536, .ceiling = SPAN - 1, .bin_factor = 1 << 24,
                  .n_prizes = 1, .retaliates = 1},
        .state = {.quality = quality, .guile = guile, .ties = ties, .traits = traits,
                  .listed = listed, .means = means, .score = score, .wealth = wealth,
                  .history = history, .fair_history = fair_history,
                  .belief = {belief[0], belief[1]}, .fits = fits}};
    memset(fits, 0, sizeof fits);
    memset(&tile, 0, sizeof tile);
    memset(sums, 0, sizeof sums);
    memset(by_domain, 0, sizeof by_domain);
    memset(by_level, 0, sizeof by_level);
    memset(by_group, 0, sizeof by_group);
    memset(belief, 0, sizeof belief);
    quality[0] = guile[0] = ties[0] = listed[0] = means[0] = 0;
    traits[0] = SCS_AWARE | SCS_ENROLLED;
    score[0] = wealth[0] = 0;
    history[0] = fair_history[0] = 40000;
    tile.n = 1;
    tile.clients = ties;
    tile.views = traits;
    tile.manipulates = 3;
    tile.limit[0] = tile.fair_limit[0] = SCS_NO_LIMIT;
    for (int k = 0; k < 128; k++)
        tile.unsuppressed[k] = tile.unsuppressed_automatic[k] = tile.unanswered[k] = 65536;
    return model;
}

/* Return what a level has counted of an output. */
int64_t at_level(int level, int output)
{ return by_level[level * SCS_N_by_level + output]; }

scs_act_t plain_act(int64_t points)
{
    return (scs_act_t){.inverse_scale = 65536, .positive = points > 0, .only = 15,
                       .scored = 1, .points = points, .human = 1, .limit = SCS_NO_LIMIT,
                       .dealt = {points, points, points, points, points, points},
                       .seen = {65536, 65536, 65536, 65536},
                       .seen_low = {65536, 65536, 65536, 65536}};
}
