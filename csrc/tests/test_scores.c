/* One citizen's score: ledger, cohorts, index. */
#include "scs_scores.h"
#include "checks.h"

static void test_toward_zero_is_plain_division(void)
{
    const int32_t ends[] = {0, 1, -1, 255, -256, 65535, -65536, 65537, 1 << 30,
                            -(1 << 30), INT32_MAX, -INT32_MAX};
    const uint32_t rates[] = {0, 1, 2, 255, 5461, 32767, 32768, 65535, 65536};
    for (size_t a = 0; a < sizeof ends / sizeof *ends; a++)
        for (size_t b = 0; b < sizeof rates / sizeof *rates; b++)
            CHECK(scs_toward_zero(ends[a], rates[b])
                  == (int64_t)ends[a] * (int64_t)rates[b] / 65536);
    for (int k = 0; k < 2000; k++) {
        int32_t x = (int32_t)(next_random() >> 33) - (1 << 30);
        uint32_t rate = random_below(65537);
        CHECK(scs_toward_zero(x, rate) == (int64_t)x * (int64_t)rate / 65536);
        int32_t few = 2 * (x >> 15) + 1; /* within +-65535 */
        CHECK(scs_toward_zero_16(few, rate) == (int64_t)few * (int64_t)rate / 65536);
    }
}

/* The score after drift and points, without a grade rule. */
static int32_t moved(const scs_rules_t *rules, int32_t score, int32_t points)
{
    return scs_move(rules, score, (int32_t)rules->base, (uint32_t)rules->drift, points,
                    SCS_NO_LIMIT);
}

static void test_ledger_drifts_then_adds_then_clamps(void)
{
    scs_rules_t rules = {.base = 1000 * 256, .floor = 500 * 256, .ceiling = 1500 * 256,
                         .drift = 2674};
    for (int k = 0; k < 2000; k++) {
        int32_t score = 500 * 256 + (int32_t)random_below(1000 * 256 + 1);
        int32_t points = (int32_t)random_below(600 * 256) - 300 * 256;
        int64_t goal = score + (rules.base - score) * rules.drift / 65536 + points;
        int64_t kept = goal < rules.floor ? rules.floor : goal;
        kept = kept > rules.ceiling ? rules.ceiling : kept;
        CHECK(moved(&rules, score, points) == kept);
    }
    CHECK(moved(&rules, 500 * 256, -30000 * 256) == 500 * 256);
    CHECK(moved(&rules, 1500 * 256, 30000 * 256) == 1500 * 256);
    rules.drift = 0;
    CHECK(moved(&rules, 777, 0) == 500 * 256);
    CHECK(moved(&rules, 600 * 256 + 1, 0) == 600 * 256 + 1);
    CHECK(scs_move(&rules, 1100 * 256, 1000 * 256, 32768, 7, SCS_NO_LIMIT)
          == 1050 * 256 + 7);
    CHECK(scs_move(&rules, 1100 * 256, 0, 0, 7, 900 * 256 - 1) == 900 * 256 - 1);
    CHECK(scs_move(&rules, 800 * 256, 0, 0, 7, 900 * 256 - 1) == 800 * 256 + 7);
}

/* Two calendar years of two ticks: points of tick 0 are gone at the start of tick 4. */
static void test_cohorts_expire_whole(void)
{
    scs_rules_t rules = {.base = 1000, .floor = 0, .ceiling = 2000, .n_cohorts = 2,
                         .ticks_per_year = 2};
    int32_t first = 0, second = 0;
    int32_t *const cohorts[SCS_MAX_COHORTS] = {&first, &second};
    const int32_t points[] = {-10, 20, -300, 0, 7, 0, 0};
    const int32_t scores[] = {990, 1010, 710, 710, 707, 707, 1007};
    for (int64_t tick = 0; tick < 7; tick++)
        CHECK(scs_book(&rules, cohorts, 0, tick, points[tick], SCS_NO_LIMIT) == scores[tick]);
    rules.begins = 4; /* a regime's first tick is no new year: the cohort holds what is kept */
    first = 50;
    second = 0;
    CHECK(scs_book(&rules, cohorts, 0, 4, 7, SCS_NO_LIMIT) == 1057);
    CHECK(scs_book(&rules, cohorts, 0, 8, 7, SCS_NO_LIMIT) == 1007);
    first = 5000;
    CHECK(scs_book(&rules, cohorts, 0, 5, 0, SCS_NO_LIMIT) == 2000);
    CHECK(scs_book(&rules, cohorts, 0, 5, 0, 899) == 899);
    CHECK(first + second == -101); /* the rule is booked in the cohort: 899 - 1000 */
    second = first = SCS_MOST_OF_A_YEAR;
    scs_book(&rules, cohorts, 0, 1, INT32_MAX / 4, SCS_NO_LIMIT);
    CHECK(first == SCS_MOST_OF_A_YEAR);
}

static void test_parts_of_an_index(void)
{
    const scs_rules_t rules = {.floor = 350 * 256, .ceiling = 950 * 256,
                               .behaviour_slope = 65536, .circle_weight = 32768,
                               .record_weight = 16384, .has_parts = 1,
                               .level_factor = ((int64_t)255 << 32) / (600 * 256) + 1};
    const int64_t all[5] = {0, 65536, 0, 0, 0}, even[5] = {16384, 16384, 16384, 16384, 0};
    CHECK(scs_index_target(&rules, all, 9, 0, 9, 9, 9) == 350 * 256);
    CHECK(scs_index_target(&rules, all, 9, SCS_FULL, 9, 9, 9)
          == 350 * 256 + ((int64_t)65535 * 600 * 256 >> 16));
    CHECK(scs_index_target(&rules, even, 65532, 0, 65532, 0, 9)
          == 350 * 256 + ((int64_t)32766 * 600 * 256 >> 16));
    CHECK(scs_behaviour(&rules, 0) == 32768);
    CHECK(scs_behaviour(&rules, 128 * 256) == SCS_FULL);
    CHECK(scs_behaviour(&rules, -128 * 256) == 0);
    CHECK(scs_behaviour(&rules, -64 * 256) == 16384);
    CHECK(scs_level(&rules, 350 * 256) == 0);
    CHECK(scs_level(&rules, 950 * 256 - 1) == 254);
    CHECK(scs_level(&rules, 950 * 256) == 255);
    CHECK(scs_circle(&rules, 1000, 0) == 500);
    CHECK(scs_circle(&rules, 0, 255) == 32767);
}

/* Levels that are shown are those of one score, also where the factor needs more than 32 bits. */
static void test_levels_shown_are_those_of_one_citizen(void)
{
    for (int64_t span = 1; span <= 600 * 256; span *= 3) {
        enum { N = 77 };
        const scs_rules_t r = {.floor = -1000, .level_factor = ((int64_t)255 << 32) / span + 1};
        int32_t score[N], fair[N];
        uint16_t shown[N];
        for (int j = 0; j < N; j++) {
            score[j] = -1000 + (j ? (int32_t)random_below((uint32_t)span + 1) : (int32_t)span);
            fair[j] = -1000 + (int32_t)random_below((uint32_t)span + 1);
        }
        scs_show_levels(shown, &r, score, fair, N);
        for (int j = 0; j < N; j++)
            CHECK(shown[j] == (scs_level(&r, score[j]) | scs_level(&r, fair[j]) << 8));
    }
}

void test_scores(void)
{
    test_toward_zero_is_plain_division();
    test_ledger_drifts_then_adds_then_clamps();
    test_cohorts_expire_whole();
    test_parts_of_an_index();
    test_levels_shown_are_those_of_one_citizen();
}
