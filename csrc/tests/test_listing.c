/* The list. */
#include "scs_listing.h"
#include "month.h"

/* A term of 5, 3 more when already listed; the first tick left is one less. */
static void test_list_shortens_lengthens_and_frees(void)
{
    scs_rules_t rules = {.list_term = 5, .list_extension = 3};
    int64_t entries = 0;
    CHECK(scs_stay(&rules, 4, 0, 0, 0, &entries) == 3);
    CHECK(scs_stay(&rules, 0, 0, 0, 0, &entries) == 0);
    CHECK(scs_stay(&rules, 4, 1, 0, 0, &entries) == 0 && entries == 0);
    CHECK(scs_stay(&rules, 4, 0, 0, 1, &entries) == 8 && entries == 0);
    CHECK(scs_stay(&rules, 1, 0, 0, 1, &entries) == 5 && entries == 1);
    rules.list_term = 255;
    CHECK(scs_stay(&rules, 9, 0, 0, 1, &entries) == 255);
    CHECK(scs_stay(&rules, 9, 0, 3, 0, &entries) == 5);
    CHECK(scs_stay(&rules, 3, 0, 3, 0, &entries) == 0);
    scs_model_t model = begin_month();
    uint8_t fair_listed[1] = {1};
    model.state.fair_listed = fair_listed;
    model.rules.list_exit = 65536;
    quality[0] = 128;
    listed[0] = 3;
    tile.draw[SCS_ROW(SCS_LISTED, 0)][0] = 32768; /* of 65536 x 128 / 256: does not perform */
    scs_update_list(&model, &tile, 0, 0, &row);
    CHECK(listed[0] == 2 && fair_listed[0] == 0 && sums[SCS_performed] == 0);
    tile.taken_off[0] = 1;
    scs_update_list(&model, &tile, 0, 0, &row);
    CHECK(listed[0] == 0 && sums[SCS_taken_off] == 1);
    listed[0] = 3;
    tile.draw[SCS_ROW(SCS_LISTED, 0)][0] = 32767;
    scs_update_list(&model, &tile, 0, 0, &row);
    CHECK(listed[0] == 0 && sums[SCS_performed] == 1 && sums[SCS_taken_off] == 1);
}

void test_listing(void)
{
    test_list_shortens_lengthens_and_frees();
}
