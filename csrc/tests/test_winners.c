/* Winners of a tile against plain loops: who they are, and every column that counts them. */
#include <string.h>
#include "scs_winners.h"
#include "checks.h"

enum { N = 48, LEVELS = 3 };

/* One tile of N citizens, all of whom apply for one kind of prize. */
typedef struct {
    scs_model_t model;
    scs_tile_t tile;
    scs_row_t row;
    uint16_t rank[SCS_N_RANKS][N], lot[N], applied, prizes[N];
    uint16_t applicant[N];
    uint8_t need[N], quality_asked[N], treatment[N];
    uint8_t quality[N], traits[N], ties[N], tercile[256];
    int64_t sums[SCS_N_sums], by_prize[SCS_N_by_prize];
    int64_t by_group[SCS_N_GROUPS * SCS_N_by_group];
    int64_t by_stratum[SCS_N_STRATA * SCS_N_by_stratum];
    int64_t by_tie[SCS_N_TIES * SCS_N_TERCILES * SCS_N_by_tie];
} world_t;

static world_t *drawn_world(int n_applied)
{
    world_t *w = room_for(1, sizeof *w);
    scs_model_t *m = &w->model;
    m->rules.n_prizes = 1;
    m->rules.n_levels = LEVELS;
    m->prizes[0].value = 3 << 14;
    w->tile.n = N;
    w->applied = (uint16_t)n_applied;
    for (int i = 0; i < N; i++) {
        w->need[i] = (uint8_t)random_below(4);
        w->quality_asked[i] = w->quality[i] = (uint8_t)random_below(256);
        w->rank[SCS_ACTUAL][i] = (uint16_t)(1 + random_below(6));
        w->rank[SCS_FAIR][i] = (uint16_t)(1 + random_below(6));
        w->rank[SCS_ORACLE][i] = (uint16_t)(1 + w->need[i] * w->quality[i]);
        w->lot[i] = (uint16_t)random_below(3);
        w->applicant[i] = (uint16_t)i;
        w->treatment[i] = (uint8_t)random_below(3);
        w->traits[i] = (uint8_t)random_below(256);
        w->ties[i] = (uint8_t)random_below(1 << LEVELS);
        w->prizes[i] = (uint16_t)random_below(2);
    }
    for (int k = 0; k < 256; k++)
        w->tercile[k] = (uint8_t)(k / 86);
    for (int judge = 0; judge < SCS_N_RANKS; judge++)
        m->ranks[0][judge] = w->rank[judge];
    m->applicant[0] = w->applicant;
    m->applied[0] = &w->applied;
    m->asked_need[0] = w->need;
    m->asked_quality[0] = w->quality_asked;
    m->treatment[0] = w->treatment;
    m->state.lot[0] = w->lot;
    m->state.quality = w->quality;
    m->state.traits = w->traits;
    m->state.ties = w->ties;
    m->state.tercile = w->tercile;
    m->state.prizes = w->prizes;
    w->row.sums = w->sums;
    w->row.by_prize = w->by_prize;
    w->row.by_group = w->by_group;
    w->row.by_stratum = w->by_stratum;
    w->row.by_tie = w->by_tie;
    return w;
}

static void test_winners_are_those_above_each_cut(void)
{
    for (int applied = 0; applied <= N; applied++) {
        world_t *w = drawn_world(applied);
        scs_cut_t cut[SCS_N_JUDGES] = {{4, 1, 20}, {3, 2, 9}, {200, 0, 7}, {128, 1, 30}, {2, 1, 3}};
        int found = scs_list_winners(&w->model, &w->tile, 0, cut), expected = 0, wrong = 0;
        for (int k = 0; k < applied; k++) {
            const uint16_t rank[SCS_N_JUDGES] = {w->rank[0][k], w->rank[1][k], w->rank[2][k],
                                                 w->quality[k], w->need[k]};
            int won = 0;
            for (int judge = 0; judge < SCS_N_JUDGES; judge++)
                won |= scs_wins(rank[judge], w->lot[k], (uint32_t)k, cut[judge]) << judge;
            wrong += w->tile.won[k] != won;
            if (won)
                wrong += w->tile.list[expected++] != k;
        }
        CHECK(found == expected && wrong == 0);
        free(w);
    }
}

/* Add applicant k to the columns one by one. */
static void count_plainly(const world_t *w, int k, int64_t *by_prize, int64_t *by_group,
                          int64_t *by_stratum, int64_t *by_tie, int64_t *worth)
{
    const int by = w->tile.won[k], won = by & 1, fair = by >> SCS_FAIR & 1;
    const int best = by >> SCS_QUALITY_ALONE & 1, group = w->traits[k] & SCS_GROUP;
    const int64_t value = w->need[k] * w->quality[k];
    int64_t *entry = by_stratum + (2 * group + (w->ties[k] != 0)) * SCS_N_by_stratum;
    by_prize[SCS_prizes] += won;
    by_prize[SCS_prizes_moved] += won && !fair;
    by_prize[SCS_prize_value] += won ? value : 0;
    by_prize[SCS_fair_prize_value] += fair ? value : 0;
    by_prize[SCS_oracle_prize_value] += by >> SCS_ORACLE & 1 ? value : 0;
    by_prize[SCS_quality_prize_value] += best ? value : 0;
    by_prize[SCS_need_prize_value] += by >> SCS_NEED_ALONE & 1 ? value : 0;
    by_prize[SCS_winners_quality] += won ? w->quality[k] : 0;
    by_prize[SCS_winners_need] += won ? w->need[k] : 0;
    by_prize[SCS_prizes_again] += won && w->prizes[k];
    by_prize[SCS_favoured_prizes] += won && w->treatment[k] == SCS_FAVOURED;
    by_prize[SCS_favoured_fair_prizes] += fair && w->treatment[k] == SCS_FAVOURED;
    by_prize[SCS_opposed_prizes] += won && w->treatment[k] == SCS_OPPOSED;
    by_prize[SCS_opposed_fair_prizes] += fair && w->treatment[k] == SCS_OPPOSED;
    by_group[group * SCS_N_by_group + SCS_group_prizes] += won;
    by_group[group * SCS_N_by_group + SCS_group_fair_prizes] += fair;
    entry[SCS_stratum_prizes] += won;
    entry[SCS_stratum_fair_prizes] += fair;
    entry[SCS_stratum_prizes_moved] += won && !fair;
    entry[SCS_stratum_prize_value] += won ? value : 0;
    entry[SCS_stratum_quality_prizes] += best;
    entry[SCS_stratum_quality_prize_value] += best ? value : 0;
    entry[SCS_stratum_winners_quality] += won ? w->quality[k] : 0;
    entry[SCS_stratum_winners_need] += won ? w->need[k] : 0;
    *worth += won ? w->model.prizes[0].value * value >> 16 : 0;
    for (int of = 0; of < SCS_N_TIES; of++) {
        if (of == SCS_TIE_ALL || (of == SCS_TIE_ANY ? w->ties[k] != 0 : w->ties[k] >> of & 1)) {
            int64_t at = of * SCS_N_TERCILES + w->tercile[w->quality[k]];
            by_tie[at * SCS_N_by_tie + SCS_connected_prizes] += won;
            by_tie[at * SCS_N_by_tie + SCS_connected_fair_prizes] += fair;
        }
    }
}

static void test_columns_are_those_of_plain_sums(void)
{
    world_t *w = drawn_world(N);
    int64_t by_prize[SCS_N_by_prize] = {0}, worth = 0;
    int64_t by_group[SCS_N_GROUPS * SCS_N_by_group] = {0};
    int64_t by_stratum[SCS_N_STRATA * SCS_N_by_stratum] = {0};
    int64_t by_tie[SCS_N_TIES * SCS_N_TERCILES * SCS_N_by_tie] = {0};
    for (int tick = 0; tick < 2; tick++) { /* the second begins with counts of 0 */
        for (int k = 0; k < N; k++) {
            w->tile.won[k] = (int32_t)(1 + random_below(31));
            scs_count_winner(&w->model, &w->tile, k, 0, &w->row);
            count_plainly(w, k, by_prize, by_group, by_stratum, by_tie, &worth);
        }
        scs_flush_winners(&w->model, &w->row);
    }
    CHECK(memcmp(by_prize, w->by_prize, sizeof by_prize) == 0);
    CHECK(memcmp(by_group, w->by_group, sizeof by_group) == 0);
    CHECK(memcmp(by_stratum, w->by_stratum, sizeof by_stratum) == 0);
    CHECK(memcmp(by_tie, w->by_tie, sizeof by_tie) == 0);
    CHECK(w->sums[SCS_prize_worth] == worth && w->sums[SCS_welfare] == worth);
    free(w);
}

void test_winners(void)
{
    test_winners_are_those_above_each_cut();
    test_columns_are_those_of_plain_sums();
}
