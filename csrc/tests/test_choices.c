/* Choices in 32-bit lanes equal those of scs_conduct.h, or are left to it. */
#include <string.h>
#include "scs_choices.h"
#include "month.h"

enum { N_COUNTS = 4 * 4 * SCS_N_OUTCOMES };
static uint32_t counts[N_COUNTS];
static scs_offers_t offers;

static int64_t one_of(const int64_t *values, int n)
{ return values[random_below((uint32_t)n)]; }

/* Return an act with costs from nothing to beyond 32 bits. */
static scs_act_t any_act(void)
{
    static const int64_t sizes[] = {0, 1, 77, 3072, SCS_NARROW - 1, SCS_NARROW, 256000000};
    static const int64_t inverse[] = {0, 1, 65535, 65536, 441506, 1 << 24, (1 << 24) + 1};
    scs_act_t act = plain_act(random_below(2) ? 256 : -256);
    act.penalty = one_of(sizes, 7);
    act.due = one_of(sizes, 7);
    act.price = random_below(4) ? 0 : one_of(sizes, 4);
    act.scale = 1 + one_of(sizes, 4);
    act.inverse_scale = one_of(inverse, 7);
    act.social_value = -one_of(sizes, 7);
    act.scored = random_below(2);
    act.only = random_below(16);
    act.domain = random_below(4);
    for (int group = 0; group < 4; group++) {
        act.seen[group] = random_below(65537);
        act.seen_low[group] = random_below(65537);
    }
    return act;
}

/* Begin a month of a citizen who may be offered an act of a kind, and who may weigh points. */
static scs_model_t any_month(scs_act_t *act, scs_choice_t *choices)
{
    static const int64_t costs[] = {0, 77, 384, SCS_NARROW - 1, SCS_NARROW, 1 << 30};
    scs_model_t model = begin_month();
    memset(counts, 0, sizeof counts);
    model.rules.moral = one_of(costs, 6);
    model.rules.intrinsic = one_of(costs, 6);
    model.rules.n_offences = model.rules.n_deeds = 1;
    model.offences = model.deeds = act;
    model.offers[0].n = model.offers[1].n = offers.n = 1;
    model.choices = choices;
    scs_note_choices(choices, &model.rules, act, 1, 0);
    scs_note_choices(choices + 8, &model.rules, act, 1, 1);
    quality[0] = (uint8_t)random_below(256);
    traits[0] = (uint8_t)random_below(32);
    wealth[0] = (int32_t)random_below(3) * 1000;
    tile.own_word[0] = (uint32_t)quality[0] << 24 | (random_below(2) ? SCS_GOOD : 0);
    for (int block = SCS_TEMPTED; block <= SCS_FREE_TIME; block++)
        for (int word = 0; word < 2; word++)
            tile.draw[SCS_ROW(block, word)][0] = (uint32_t)next_random();
    tile.kind[0] = 0;
    tile.weighs[0] = (traits[0] & (SCS_AWARE | SCS_ENROLLED)) == (SCS_AWARE | SCS_ENROLLED);
    tile.own[0] = tile.own_word[0];
    tile.stock[0] = wealth[0];
    for (int k = 0; k < 16; k++)
        tile.choice[k] = k ? 4 : traits[0] & SCS_GROUP;
    return model;
}

static void test_lanes_choose_as_one_citizen_does(void)
{
    long n_narrow = 0, n_observed = 0;
    for (int round = 0; round < 20000; round++) {
        scs_choice_t choices[16];
        scs_tally_t tally = {0};
        scs_row_t narrow = row;
        scs_act_t act = any_act();
        scs_model_t model = any_month(&act, choices);
        int64_t sums_of_lanes[SCS_N_sums], domains[4 * SCS_N_by_domain];
        int64_t groups[4 * SCS_N_by_group];
        int are_deeds = round & 1, observed;
        narrow.outcomes = counts;
        if (are_deeds)
            scs_choose_deeds(&model, &tile, 1, &narrow);
        else
            scs_choose_offences(&model, &tile, 1, &narrow);
        if (tile.flag[0])
            continue;
        scs_flush_outcomes(&model, &narrow);
        memcpy(sums_of_lanes, sums, sizeof sums);
        memcpy(domains, by_domain, sizeof by_domain);
        memcpy(groups, by_group, sizeof by_group);
        memset(sums, 0, sizeof sums);
        memset(by_domain, 0, sizeof by_domain);
        memset(by_group, 0, sizeof by_group);
        observed = are_deeds ? scs_use_free_time(&model, &tile, 0, 0, &tally)
                             : scs_face_temptation(&model, &tile, 0, 0, &tally);
        (are_deeds ? scs_count_deeds : scs_count_offences)(&row, &tally);
        CHECK(tile.observed[0] == observed && tile.gain[0] == 0);
        CHECK(!memcmp(sums_of_lanes, sums, sizeof sums));
        CHECK(!memcmp(domains, by_domain, sizeof by_domain));
        CHECK(!memcmp(groups, by_group, sizeof by_group));
        n_narrow++;
        n_observed += observed;
    }
    CHECK(n_narrow > 5000 && n_observed > 500);
}

/* Prices, points that are weighed, and costs beyond the bound are left to one citizen. */
static void test_the_wide_path_has_what_lanes_do_not_hold(void)
{
    scs_rules_t rules = {.moral = 384, .intrinsic = 77};
    scs_act_t act = plain_act(256);
    CHECK(scs_deed_choice(&rules, &act, 0).weighed == SCS_IF_AWARE);
    CHECK(scs_offence_choice(&rules, &act, 0).weighed == SCS_IF_AWARE);
    act.scored = 0;
    CHECK(scs_deed_choice(&rules, &act, 0).weighed == SCS_NEVER);
    act.price = 1;
    CHECK(scs_deed_choice(&rules, &act, 0).weighed == SCS_ALWAYS);
    act.price = 0;
    rules.intrinsic = rules.moral = SCS_NARROW;
    CHECK(scs_deed_choice(&rules, &act, 0).weighed == SCS_ALWAYS);
    CHECK(scs_offence_choice(&rules, &act, 0).weighed == SCS_ALWAYS);
    rules.moral = SCS_NARROW - 1;
    act.penalty = SCS_NARROW;
    CHECK(scs_offence_choice(&rules, &act, 0).weighed == SCS_ALWAYS);
    act.only = 2; /* of another group: no offer at all */
    CHECK(scs_offence_choice(&rules, &act, 0).weighed == SCS_NEVER);
}

/* At `most` the chance is 0, and the product is below 2^31 with any rate that is taken. */
static void test_most_is_the_least_cost_without_a_chance(void)
{
    static const int64_t inverse[] = {1, 2, 3, 65535, 65536, 441506, 1 << 24};
    CHECK(scs_most(0) == 0);
    for (int k = 0; k < 7; k++) {
        int64_t most = scs_most(inverse[k]);
        CHECK(most * inverse[k] >> 16 >= SCS_EXP_END && most * inverse[k] <= INT32_MAX);
        CHECK((most - 1) * inverse[k] >> 16 < SCS_EXP_END);
    }
}

void test_choices(void)
{
    test_lanes_choose_as_one_citizen_does();
    test_the_wide_path_has_what_lanes_do_not_hold();
    test_most_is_the_least_cost_without_a_chance();
}
