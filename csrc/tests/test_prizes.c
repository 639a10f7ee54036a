/* Ranks of one applicant. */
#include "scs_prizes.h"
#include "checks.h"

static void test_ranks_by_grade_and_list(void)
{
    const scs_rules_t rules = {.n_cuts = 2, .cuts = {960 * 256, 1030 * 256}};
    CHECK(scs_grade_rank(&rules, 0, 1, 1030 * 256, 0) == 0);
    CHECK(scs_grade_rank(&rules, 1, 0, 1030 * 256, 9) == 1);
    CHECK(scs_grade_rank(&rules, 1, 1, 960 * 256 - 1, 0) == 2);
    CHECK(scs_grade_rank(&rules, 1, 1, 1029 * 256, 0) == 3);
    CHECK(scs_grade_rank(&rules, 1, 1, 1029 * 256, 1) == 4);
    CHECK(scs_exclusion_rank(0, 1) == 0);
    CHECK(scs_exclusion_rank(1, 0) == 1);
    CHECK(scs_exclusion_rank(1, 1) == 2);
}

void test_prizes(void)
{
    test_ranks_by_grade_and_list();
}
