/* Parts and targets of a tile in 32-bit lanes: the same as one citizen's in 64 bits. */
#include <string.h>
#include "scs_parts.h"
#include "checks.h"

enum { N = 200 }; /* no multiple of a vector's lanes */

static void test_wealth_bins_are_those_of_one_citizen(void)
{
    int32_t wealth[N], bin[N];
    for (int32_t shift = 0; shift <= 30; shift++) {
        for (int j = 0; j < N; j++) {
            int64_t at = ((int64_t)1 << shift) + j - N / 2;
            wealth[j] = (int32_t)scs_clamp(at, 0, (int64_t)1 << 30);
        }
        scs_wealth_bins(bin, wealth, N);
        for (int j = 0; j < N; j++)
            CHECK(bin[j] == scs_wealth_bin((uint32_t)wealth[j]));
    }
    for (int j = 0; j < N; j++)
        wealth[j] = (int32_t)random_below((1 << 30) + 1);
    scs_wealth_bins(bin, wealth, N);
    for (int j = 0; j < N; j++)
        CHECK(bin[j] == scs_wealth_bin((uint32_t)wealth[j]));
}

static void test_behaviour_is_that_of_one_citizen_at_all_slopes(void)
{
    const int64_t slopes[] = {0, 3, 65535, 65536, 65537, 3276800};
    int32_t payoff[N], behaviour[N];
    for (size_t k = 0; k < sizeof slopes / sizeof *slopes; k++) {
        const scs_rules_t rules = {.behaviour_slope = slopes[k]};
        for (int j = 0; j < N; j++)
            payoff[j] = (int32_t)random_below((1u << 31) >> (j % 30)) - (1 << 30 >> (j % 30));
        payoff[0] = 1 << 30;
        payoff[1] = -(1 << 30);
        scs_behaviours(behaviour, &rules, payoff, N);
        for (int j = 0; j < N; j++)
            CHECK(behaviour[j] == scs_behaviour(&rules, payoff[j]));
    }
}

/* Rules at the bounds of scs_parts_fit, or random ones within them. */
static scs_rules_t rules_within_bounds(int at_bounds)
{
    scs_rules_t r = {.scorer = SCS_INDEX, .behaviour_slope = 65536, .floor = -(1 << 23),
                     .ceiling = 1 << 23, .tilt = {1 << 28}, .score_rate = 65536};
    for (int group = 0; group < 4; group++)
        r.identity[group] = at_bounds ? SCS_FULL : random_below(SCS_FULL + 1);
    r.weights[0] = r.manipulated_weights[0] = 65536;
    if (at_bounds)
        return r;
    r.floor = (int64_t)random_below(1 << 23) - (1 << 22);
    r.ceiling = r.floor + 1 + random_below(1 << 23);
    r.score_rate = random_below(65537);
    for (int k = 0; k < SCS_N_PARTS; k++)
        r.weights[k] = r.manipulated_weights[k] = random_below(13107);
    return r;
}

static void test_targets_of_an_index_are_those_of_one_citizen(void)
{
    uint16_t history[N], circle[N];
    int32_t capacity[N], behaviour[N], target[N];
    uint8_t traits[N];
    for (int round = 0; round < 50; round++) {
        const scs_rules_t r = rules_within_bounds(round == 0);
        CHECK(scs_parts_fit(&r));
        for (int j = 0; j < N; j++) {
            history[j] = round ? (uint16_t)random_below(65536) : SCS_FULL;
            circle[j] = (uint16_t)random_below(65536);
            capacity[j] = (int32_t)random_below(65536);
            behaviour[j] = (int32_t)random_below(65536);
            traits[j] = (uint8_t)random_below(256);
        }
        scs_index_targets(target, &r, r.weights, history, capacity, behaviour, traits, circle, N);
        for (int j = 0; j < N; j++)
            CHECK(target[j] == scs_index_target(&r, r.weights, history[j], capacity[j],
                                                behaviour[j], r.identity[traits[j] & SCS_GROUP],
                                                circle[j]));
    }
}

static void test_bounds_of_the_parts_are_checked(void)
{
    scs_rules_t r = rules_within_bounds(1);
    r.weights[1] = 1;
    CHECK(!scs_parts_fit(&r));
    r = rules_within_bounds(1);
    r.manipulated_weights[4] = -1;
    CHECK(!scs_parts_fit(&r));
    r = rules_within_bounds(1);
    r.identity[3]++;
    CHECK(!scs_parts_fit(&r));
    r = rules_within_bounds(1);
    r.behaviour_slope++;
    CHECK(!scs_parts_fit(&r));
    r = rules_within_bounds(1);
    r.tilt[5] = -1;
    CHECK(!scs_parts_fit(&r));
    r = rules_within_bounds(1);
    r.ceiling++;
    CHECK(!scs_parts_fit(&r));
    for (int sign = -1; sign < 2; sign += 2) {
        r = rules_within_bounds(1);
        r.base = sign * ((1 << 24) - 1);
        CHECK(scs_parts_fit(&r));
        r.base += sign;
        CHECK(!scs_parts_fit(&r));
        r = rules_within_bounds(1);
        r.floor = r.ceiling = sign * ((1 << 24) - 1);
        CHECK(scs_parts_fit(&r));
        r.floor = r.ceiling += sign;
        CHECK(!scs_parts_fit(&r));
    }
}

static int16_t features[SCS_N_FEATURES + 4][SCS_TILE]; /* with violations, and rows unused */

static void draw_features(void)
{
    for (int k = 0; k < SCS_N_FEATURES; k++)
        for (int j = 0; j < N; j++)
            features[k][j] = (int16_t)(j < 8 ? 255 : random_below(256));
    for (int j = 0; j < N; j++)
        features[SCS_N_FEATURES][j] = (int16_t)random_below(2);
}

static void test_targets_of_a_fit_are_those_of_one_citizen(void)
{
    int32_t target[N];
    int64_t fit[1 + SCS_N_FEATURES];
    const scs_rules_t r = {.base = -(1 << 23)};
    draw_features();
    for (int round = 0; round < 50; round++) {
        for (int k = 0; k <= SCS_N_FEATURES; k++) {
            int64_t most = ((int64_t)1 << (k ? 35 : 44)) - 1;
            int64_t any = (int64_t)(next_random() >> 28) - ((int64_t)1 << 35) + 1;
            fit[k] = round == 0 ? (k ? -most : most) : round == 1 ? (k ? most : -most) : any;
        }
        CHECK(scs_fit_is_narrow(fit) || round > 1);
        if (!scs_fit_is_narrow(fit))
            continue;
        scs_fit_targets(target, &r, features, fit, N);
        for (int j = 0; j < N; j++)
            CHECK(target[j] == scs_predict(&r, features, fit, j));
    }
    fit[3] = -((int64_t)1 << 35);
    CHECK(!scs_fit_is_narrow(fit));
    fit[3] = 0;
    fit[0] = (int64_t)1 << 44;
    CHECK(!scs_fit_is_narrow(fit));
}

static void test_scores_approach_their_targets_as_one_citizen_does(void)
{
    int32_t score[N], before[N], target[N], points[N], limit[N];
    uint8_t traits[N];
    for (int round = 0; round < 20; round++) {
        const scs_rules_t r = rules_within_bounds(round == 0);
        for (int j = 0; j < N; j++) {
            uint32_t span = (uint32_t)(r.ceiling - r.floor);
            before[j] = score[j] = (int32_t)(r.floor + random_below(span + 1));
            target[j] = (int32_t)random_below(1u << 31) - (1 << 30);
            points[j] = (int32_t)random_below(1 << 20) - (1 << 19);
            limit[j] = j % 3 ? SCS_NO_LIMIT : (int32_t)random_below(1 << 20);
            traits[j] = (uint8_t)random_below(256);
        }
        scs_approach_targets(score, &r, target, traits, points, limit, N);
        for (int j = 0; j < N; j++) {
            int32_t goal = (int32_t)scs_clamp(target[j], r.floor, r.ceiling);
            int32_t moved = scs_move(&r, before[j], goal, (uint32_t)r.score_rate, points[j],
                                     limit[j]);
            CHECK(score[j] == (traits[j] & SCS_ENROLLED ? moved : before[j]));
        }
    }
}

static void test_features_are_products_of_bytes_and_none_without_a_score(void)
{
    const uint8_t traits[] = {SCS_ENROLLED | SCS_RURAL, SCS_MIGRANT, SCS_ENROLLED | SCS_MIGRANT};
    const uint16_t history[] = {65535, 65535, 256}, circle[] = {512, 1, 255};
    const int32_t capacity[] = {65535, 65535, 300}, behaviour[] = {32768, 0, 0};
    const uint32_t word[] = {SCS_GOOD, SCS_GOOD, SCS_FAIR_GOOD};
    const int16_t wanted[3][SCS_N_FEATURES] = {
        {1, 255, 255, 128, 2, 255, 0, 0}, {0}, {1, 1, 1, 0, 0, 0, 255, 255}};
    scs_note_features(features, traits, history, circle, capacity, behaviour, word, SCS_GOOD, 3);
    for (int j = 0; j < 3; j++)
        for (int k = 0; k < SCS_N_FEATURES; k++)
            CHECK(features[k][j] == wanted[j][k]);
}

static void test_sums_of_a_fit_are_plain_products(void)
{
    int64_t sums[SCS_N_FEATURE_SUMS] = {0};
    draw_features();
    scs_add_features(sums, features, N);
    const int64_t *sum = sums;
    for (int a = 0; a <= SCS_N_FEATURES; a++)
        for (int b = a % SCS_N_FEATURES; b < SCS_N_FEATURES; b++) {
            int64_t wanted = 0; /* the last row, of violations, with each feature */
            for (int j = 0; j < N; j++)
                wanted += features[a][j] * features[b][j];
            CHECK(*sum++ == wanted);
        }
}

/* One tile's clients and dissenters, in all combinations of ties. */
static void test_tilts_are_those_of_ties_and_views(void)
{
    static scs_tile_t t;
    uint8_t clients[N], views[N];
    int32_t target[N];
    for (int j = 0; j < N; j++) {
        clients[j] = (uint8_t)(j & 63);
        views[j] = (uint8_t)random_below(256);
        t.ordered[j] = j % 5 ? 0 : SCS_ORDERED | 4;
        target[j] = j;
    }
    for (int k = 0; k < 256; k++)
        t.tilt[k / 128][k % 128] = 1000 * k;
    t.clients = clients;
    t.views = views;
    t.n = N;
    scs_tilt_targets(target, &t);
    for (int j = 0; j < N; j++) {
        int at = (int)(clients[j] | t.ordered[j]) + (views[j] & SCS_DISSENTER ? 128 : 0);
        CHECK(target[j] == j + 1000 * at);
    }
}

/* Circles move by plain division towards a level, and only after a meeting. */
static void test_circles_widen_by_meetings_alone(void)
{
    static scs_tile_t t;
    const scs_rules_t r = {.circle_weight = 40000};
    for (int shift = 0; shift <= 8; shift += 8) {
        uint16_t circle[N], before[N];
        for (int j = 0; j < N; j++) {
            circle[j] = before[j] = (uint16_t)(j == 0 ? 0 : j == 1 ? 65535 : random_below(65536));
            t.partner_level[j] = j == 0 ? 65535 : j == 1 ? 0 : (int32_t)random_below(65536);
            t.who[j] = (uint32_t)j;
            t.other[j] = (uint32_t)(j % 3 == 2 ? j : j + 1);
        }
        t.n = N;
        scs_widen_circles(circle, &r, &t, shift);
        for (int j = 0; j < N; j++) {
            int64_t goal = 257 * (int64_t)(t.partner_level[j] >> shift & 255);
            int64_t step = j % 3 == 2 ? 0 : (goal - before[j]) * r.circle_weight / 65536;
            CHECK(circle[j] == before[j] + step);
        }
    }
}

void test_parts(void)
{
    test_wealth_bins_are_those_of_one_citizen();
    test_behaviour_is_that_of_one_citizen_at_all_slopes();
    test_targets_of_an_index_are_those_of_one_citizen();
    test_bounds_of_the_parts_are_checked();
    test_targets_of_a_fit_are_those_of_one_citizen();
    test_scores_approach_their_targets_as_one_citizen_does();
    test_features_are_products_of_bytes_and_none_without_a_score();
    test_sums_of_a_fit_are_plain_products();
    test_tilts_are_those_of_ties_and_views();
    test_circles_widen_by_meetings_alone();
}
