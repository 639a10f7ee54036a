/* Leaders' figures for their units. */
#include "scs_review.h"
#include "checks.h"

static void test_means_of_units_round_down_and_inflation_is_capped(void)
{
    const scs_rules_t rules = {.inflation = {100}, .inflation_cap = {50}};
    const uint32_t start[] = {0, 4, 7}, village[] = {0, 1, 2};
    const scs_units_t units = {.start = start, .village = {village}};
    int64_t villages[2] = {-5, 10};
    int64_t *sum_of[6] = {villages};
    CHECK(scs_unit_mean(&units, sum_of, 0, 0) == -2 && scs_unit_mean(&units, sum_of, 0, 1) == 3);
    CHECK(scs_inflation(&rules, 0, 1000, 1000, 1, 4, 0) == 25);
    CHECK(scs_inflation(&rules, 0, 1000, 1000, 4, 4, 0) == 50);
    CHECK(scs_inflation(&rules, 0, 1100, 1000, 4, 4, 0) == 0);
    CHECK(scs_inflation(&rules, 0, 1000, 1000, 0, 4, 30) == 30);
}

void test_review(void)
{
    test_means_of_units_round_down_and_inflation_is_capped();
}
