/* Units of unequal size, made of whole villages. */
#include "scs_units.h"
#include "checks.h"

/* Villages of 3, 600, 1 and 5 citizens, two townships of 1 and 3 of them, and the world. */
static const uint32_t start[] = {0, 3, 603, 604, 609}, tile[] = {0, 1, 4, 5, 6};
static const uint32_t villages[] = {0, 1, 2, 3, 4}, townships[] = {0, 1, 4}, world[] = {0, 4};
static const uint32_t township_of[] = {0, 1, 1, 1, 2}, world_of[] = {0, 0, 0, 0, 1};
static const scs_units_t units = {
    .n = {4, 2, 1}, .start = start, .tile = tile,
    .of = {villages, township_of, world_of}, .village = {villages, townships, world}};

static void test_units_hold_whole_villages(void)
{
    CHECK(scs_first_citizen(&units, 1, 1) == 3 && scs_first_citizen(&units, 1, 2) == 609);
    CHECK(scs_unit_size(&units, 0, 1) == 600 && scs_unit_size(&units, 1, 1) == 606);
    CHECK(scs_unit_size(&units, 2, 0) == 609);
}

static void test_units_know_those_above_and_below(void)
{
    CHECK(scs_unit_above(&units, 0, 0) == 0 && scs_unit_above(&units, 0, 3) == 1);
    CHECK(scs_first_within(&units, 1, 1) == 1 && scs_first_within(&units, 1, 2) == 4);
    CHECK(scs_first_within(&units, 2, 0) == 0 && scs_first_within(&units, 2, 1) == 2);
}

static void test_villages_are_found_by_citizen(void)
{
    const int64_t citizens[] = {0, 1, 3, 4, 603, 604, 605, 609};
    const int64_t expected[] = {0, 1, 1, 2, 2, 3, 4, 4};
    for (int k = 0; k < 8; k++)
        CHECK(scs_village_from(&units, citizens[k]) == expected[k]);
}

static void test_pools_are_whole_tiles(void)
{
    scs_pool_t pool = {0};
    scs_aim_pool(&pool, &units, 0, 1);
    CHECK(pool.first == 1 && pool.last == 4);
    scs_aim_pool(&pool, &units, 1, 1);
    CHECK(pool.first == 1 && pool.last == 6);
    scs_aim_pool(&pool, &units, 2, 0);
    CHECK(pool.first == 0 && pool.last == 6);
}

void test_units(void)
{
    test_units_hold_whole_villages();
    test_units_know_those_above_and_below();
    test_villages_are_found_by_citizen();
    test_pools_are_whole_tiles();
}
