/* Joining and leaving. */
#include "scs_consent.h"
#include "month.h"

/* Citizens outside hope for a score that rises in quality; those inside know theirs. Each
 * moves for a gain above 0 only, and begins at the base. */
static void test_citizens_join_and_leave_for_a_gain(void)
{
    scs_model_t model = begin_month();
    int64_t outside[3] = {0, 0, 500};
    int32_t fair_score[1] = {7};
    model.state.outside = outside;
    model.state.fair_score = fair_score;
    model.rules.base = 64 * 256;
    model.rules.outlook = 10 * 256;
    model.rules.opt_inverse = 65536 * 16;
    model.prizes[0].bins = SCS_BINS_SCORE;
    model.prizes[0].learns = 1;
    for (int k = 0; k < SCS_BINS; k++)
        belief[0][k] = 1000;
    traits[0] = SCS_AWARE;
    CHECK(scs_hoped(&model.rules, 0) == 54 * 256 + 10 && scs_hoped(&model.rules, 255) == 74 * 256 - 10);
    CHECK(scs_gain(&model, 0) == 500);
    model.rules.opt_cost = 500;
    scs_reconsider(&model, 0, 0, &row);
    CHECK(traits[0] == SCS_AWARE && sums[SCS_opted_in] == 0);
    model.rules.opt_cost = 0;
    scs_reconsider(&model, 0, 65535, &row);
    CHECK(traits[0] == (SCS_AWARE | SCS_ENROLLED) && sums[SCS_opted_in] == 1);
    CHECK(score[0] == 64 * 256 && fair_score[0] == 64 * 256);
    scs_reconsider(&model, 0, 0, &row);
    CHECK(sums[SCS_opted_out] == 0);
    outside[2] = 1500;
    scs_reconsider(&model, 0, 0, &row);
    CHECK(traits[0] == SCS_AWARE && sums[SCS_opted_out] == 1);
}

/* What prizes bring outside is the mean there, mixed with that inside. */
static void test_experience_of_those_outside_is_mixed_with_that_inside(void)
{
    scs_model_t model = begin_month();
    int64_t outside[3] = {0};
    model.state.outside = outside;
    model.rules.belief_memory = 2;
    model.prizes[0].value = 256;
    scs_learn_outside(&model, 0, 10, 5, 0, 0);
    CHECK(outside[0] == 160 && outside[1] == 80 && outside[2] == 0);
    scs_learn_outside(&model, 0, 0, 0, 160, 16);
    CHECK(outside[0] == 80 && outside[1] == 40 && outside[2] == 32768);
    model.rules.prior = 40;
    scs_learn_outside(&model, 0, 0, 0, 160, 160);
    CHECK(outside[0] == 40 && outside[1] == 20 && outside[2] == 49152);
}

void test_consent(void)
{
    test_citizens_join_and_leave_for_a_gain();
    test_experience_of_those_outside_is_mixed_with_that_inside();
}
