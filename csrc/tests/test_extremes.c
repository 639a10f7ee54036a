/* Sums, indices and thresholds of a world of 1.4 x 10^9 citizens (examples/china.toml), and of
 * the largest that a campaign may ask for, with every citizen at the largest value. Nothing is
 * allocated by citizen. The bounds are listed in docs/hpc.md. */
#include <string.h>
#include "scs_measure.h"
#include "scs_review.h"
#include "scs_settle.h"
#include "scs_wide_pools.h"
#include "checks.h"

static const int64_t china = 1399582800, most = ((int64_t)1 << 31) - 1;
static const int64_t top_score = 30000 * 256, top_price = 256000000, top_value = 16384 * 65536;
static const uint32_t village[] = {0, 1, 2};

/* Two units of one village each: all citizens of a world but the last one, and that one. */
static scs_units_t units_of(uint32_t *start, int64_t n)
{
    start[0] = 0, start[1] = (uint32_t)(n - 1), start[2] = (uint32_t)n;
    return (scs_units_t){.n = {2}, .start = start, .village = {village}};
}

static void test_units_cover_the_world(void)
{
    uint32_t start[3];
    scs_units_t units = units_of(start, most);
    CHECK(scs_unit_size(&units, 0, 0) == most - 1);
    CHECK(scs_unit_size(&units, 0, 1) == 1);
    CHECK(scs_first_citizen(&units, 0, 2) == most);
    CHECK(scs_village_from(&units, 1) == 1);
    CHECK(scs_village_from(&units, most - 1) == 1);
    CHECK(scs_village_from(&units, most) == 2);
}

static void test_means_of_units_are_exact(void)
{
    const int64_t n[] = {china, most}, score[] = {top_score, -top_score, 0};
    uint32_t start[3];
    for (int k = 0; k < 2; k++) {
        scs_units_t units = units_of(start, n[k]);
        for (int s = 0; s < 3; s++) {
            int64_t total[] = {score[s] * (n[k] - 1)}, *sums[6] = {total};
            CHECK(scs_unit_mean(&units, sums, 0, 0) == score[s]);
            total[0] -= 1;
            CHECK(scs_unit_mean(&units, sums, 0, 0) == score[s] - 1);
        }
    }
}

/* Every record in a unit is covered up four times, and everybody pays the highest price; the
 * other unit is the world's last citizen. */
static void test_pay_off_of_a_leader_of_all(void)
{
    const int64_t n[] = {china, most};
    uint32_t start[3];
    for (int k = 0; k < 2; k++) {
        static scs_model_t m;
        scs_review_t v;
        int64_t size = n[k] - 1, sum[] = {size * top_score, -top_score};
        int64_t favours[] = {4 * size, 0}, bribes[] = {size * top_price, 0};
        uint8_t manipulates[] = {1, 0};
        memset(&m, 0, sizeof m);
        memset(&v, 0, sizeof v);
        m.units = units_of(start, n[k]);
        m.rules.favour_value[0] = m.rules.standing_value[0] = top_value;
        m.rules.audit_cost[0] = top_value * 30;
        m.rules.career_selection[0] = 1000 * 4096;
        m.manipulates[0] = manipulates;
        v.sum[0] = sum;
        v.favours_done[0] = favours;
        v.bribes[0] = bribes;
        int64_t found = scs_pay_off(&m, &v, 0, 0, 0, 2);
        CHECK(found == (4 + 1 - 30) * top_value + 256 * top_price);
        CHECK(!scs_copies_way(&m.rules, 0, -found, 0));
        CHECK(scs_copies_way(&m.rules, 0, found, 65535));
    }
}

static void test_figures_of_a_unit_of_all(void)
{
    static scs_model_t m;
    scs_review_t v;
    uint32_t start[3];
    int64_t violated[] = {most - 1};
    memset(&v, 0, sizeof v);
    v.violated[0] = violated;
    m.units = units_of(start, most);
    m.rules.target[0] = SCS_BY_COUNT;
    CHECK(scs_figure(&m, &v, 0, 0) == 256000);
    violated[0]--;
    CHECK(scs_figure(&m, &v, 0, 0) == 255999);
}

/* All keys are the same, or each half of them has its own. */
static void test_selection_among_all_counts_exactly(void)
{
    int64_t count[256] = {0}, places = china;
    count[255] = china;
    CHECK(scs_find_next(count, 0, 0, &places) == 255u << 24);
    CHECK(places == china);
    count[255] = most / 2;
    count[0] = most - most / 2;
    places = most;
    CHECK(scs_find_next(count, 0, 0, &places) == 0);
    CHECK(places == most - most / 2);
    places = 1;
    CHECK(scs_find_next(count, 0x12000000u, 3, &places) == 0x120000FFu);
    CHECK(places == 1);
}

static void test_last_citizen_wins_by_its_index(void)
{
    scs_cut_t cut = {7, 9, (uint32_t)most};
    CHECK(scs_wins(7, 9, (uint32_t)most - 1, cut));
    CHECK(!scs_wins(7, 9, (uint32_t)most, cut));
    CHECK(scs_wins(2, 0, (uint32_t)most, scs_served_cut()));
}

/* One thread counts all citizens of a tick, each eighth of them in a table of its own. */
static void test_counts_of_codes_hold_all_citizens(void)
{
    static scs_counts_t counts;
    const uint32_t eighth = (uint32_t)(most / 8), rest = (uint32_t)(most % 8);
    uint8_t code[SCS_TILE];
    memset(code, 200, sizeof code);
    for (int k = 0; k < 8; k++)
        counts.count[k][200] = eighth - SCS_TILE / 8;
    counts.count[0][200] += rest;
    scs_count(&counts, code, SCS_TILE);
    CHECK(scs_counted(&counts, 200) == most);
    CHECK(scs_counted(&counts, 200) == 0);
}

static void test_sums_of_a_tile_hold_the_largest_scores(void)
{
    int32_t score[SCS_TILE], fair[SCS_TILE];
    uint8_t traits[SCS_TILE];
    int64_t total[4];
    for (int j = 0; j < SCS_TILE; j++) {
        score[j] = (int32_t)top_score;
        fair[j] = (int32_t)-top_score;
        traits[j] = 2;
    }
    CHECK(scs_tally_fits(-top_score, top_score));
    scs_sum_groups(total, score, traits, (int32_t)-top_score, SCS_TILE);
    CHECK(total[2] == SCS_TILE * 2 * top_score);
    CHECK(scs_displacement(score, fair, SCS_TILE) == SCS_TILE * 2 * top_score);
}

static void test_wealth_and_payoff_stay_in_their_range(void)
{
    scs_rules_t r;
    memset(&r, 0, sizeof r);
    r.wealth_rate = UINT32_MAX;
    CHECK(scs_wealth(&r, 1 << 30, 1 << 30, 1 << 28) == 1 << 30);
    CHECK(scs_wealth(&r, 0, 0, -(1 << 28)) == 0);
    CHECK(scs_wealth_bin(1u << 30) < 128);
    CHECK(scs_payoff_gain(INT32_MAX) == 256 * ((1 << 22) - 1));
    CHECK(scs_payoff_gain(-INT32_MAX) == -256 * ((1 << 22) - 1));
}

void test_extremes(void)
{
    test_units_cover_the_world();
    test_means_of_units_are_exact();
    test_pay_off_of_a_leader_of_all();
    test_figures_of_a_unit_of_all();
    test_selection_among_all_counts_exactly();
    test_last_citizen_wins_by_its_index();
    test_counts_of_codes_hold_all_citizens();
    test_sums_of_a_tile_hold_the_largest_scores();
    test_wealth_and_payoff_stay_in_their_range();
}
