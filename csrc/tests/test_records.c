/* Records and what leaders do with them. */
#include "scs_records.h"
#include "scs_prizes.h"
#include "scs_scores.h"
#include "month.h"

static void test_clerk_loses_then_reverses_then_keeps(void)
{
    const scs_rules_t rules = {.lost = 10, .reversed = 15};
    begin_month();
    CHECK(scs_clerk(&rules, 9, &row) == 0);
    CHECK(scs_clerk(&rules, 10, &row) == -1);
    CHECK(scs_clerk(&rules, 14, &row) == -1);
    CHECK(scs_clerk(&rules, 15, &row) == 1);
    CHECK(sums[SCS_records_lost] == 1);
    CHECK(sums[SCS_records_reversed] == 2);
}

/* History moves a quarter of the way: 40000 to 30000 or to 46383; reversed the other way. */
static void test_records_enter_history_list_and_grade_rules(void)
{
    scs_model_t model = begin_month();
    scs_act_t act = plain_act(-256);
    act.lists = 1;
    act.limit = 500;
    scs_enter(&model, &tile, 0, &act, 0, SCS_ACTUAL);
    CHECK(history[0] == 40000 && !tile.violated[0] && !tile.severe[0]);
    scs_enter(&model, &tile, 0, &act, -1, SCS_ACTUAL);
    CHECK(history[0] == 46383 && !tile.violated[0] && tile.limit[0] == SCS_NO_LIMIT);
    history[0] = 40000;
    scs_enter(&model, &tile, 0, &act, 1, SCS_ACTUAL);
    CHECK(history[0] == 30000 && tile.violated[0] && tile.severe[0] && tile.limit[0] == 500);
    CHECK(fair_history[0] == 40000 && !tile.fair_violated[0] && !tile.fair_severe[0]);
    CHECK(tile.fair_limit[0] == SCS_NO_LIMIT);
    act = plain_act(256);
    act.limit = 900;
    scs_enter(&model, &tile, 0, &act, 1, SCS_ACTUAL);
    CHECK(tile.limit[0] == 500);
    scs_enter(&model, &tile, 0, &act, 1, SCS_FAIR);
    CHECK(fair_history[0] == 46383 && !tile.fair_violated[0] && tile.fair_limit[0] == 900);
}

static void test_invented_records_touch_nothing_fair(void)
{
    scs_model_t model = begin_month();
    scs_invent(&model, &tile, 0, 700);
    CHECK(tile.points[0] == -700 && tile.violated[0] == 1 && !tile.severe[0]);
    CHECK(history[0] == 30000 && fair_history[0] == 40000 && tile.fair_points[0] == 0);
    model.rules.scored = model.rules.has_parts = 0;
    model.rules.list_framed = 1;
    scs_invent(&model, &tile, 0, 700);
    CHECK(tile.points[0] == -700 && tile.severe[0] == 1 && history[0] == 30000);
}

/* Two leaders answer with chance one half each: 1/2 at the village, 1/4 above it. */
static void test_retaliation_spares_clients(void)
{
    static const struct { uint8_t ties; uint32_t draw; int level; } cases[] = {
        {0, 32767, 0}, {0, 32768, 1}, {0, 49151, 1}, {0, 49152, -1}, {1, 32767, 1},
        {1, 32768, -1}, {2, 32767, 0}, {2, 32768, -1}, {3, 0, -1}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        scs_model_t model = begin_month();
        model.rules.retaliate[0] = model.rules.retaliate[1] = 32768;
        model.rules.retaliate_points[0] = 20;
        model.rules.retaliate_points[1] = 30;
        tile.unanswered[0] = 16384;
        tile.unanswered[1] = tile.unanswered[2] = 32768;
        ties[0] = cases[k].ties;
        scs_retaliate(&model, &tile, 0, cases[k].draw, &row);
        CHECK(at_level(0, SCS_retaliated) == (cases[k].level == 0));
        CHECK(at_level(1, SCS_retaliated) == (cases[k].level == 1));
        CHECK(tile.points[0] == (cases[k].level == 0 ? -20 : cases[k].level == 1 ? -30 : 0));
    }
    scs_model_t model = begin_month();
    tile.unanswered[0] = 0;
    traits[0] = SCS_AWARE;
    scs_retaliate(&model, &tile, 0, 0, &row);
    CHECK(at_level(1, SCS_retaliated) == 0);
}

/* Return at which level a citizen with some ties, means, score and wealth buys, or -1. */
static int sold_at(uint32_t draw, uint8_t tied, uint8_t rich, int32_t points, int32_t money,
                   uint8_t is_listed)
{
    scs_model_t model = begin_month();
    scs_rules_t *r = &model.rules;
    r->listing = 1;
    for (int level = 0; level < 2; level++) {
        r->sale_rate[level] = 100 * (level + 1);
        r->sale_points[level] = 30;
        r->sale_price[level] = 50;
        r->rich_from[level] = 32 + 16 * level;
    }
    r->n_sale_cuts = 1;
    r->sale_cuts[0] = 930;
    tile.draw[SCS_ROW(SCS_SALES, 0)][0] = draw;
    ties[0] = tied;
    means[0] = rich;
    score[0] = points;
    wealth[0] = money;
    listed[0] = is_listed;
    scs_sell(&model, &tile, 0, 0, &row);
    int level = at_level(0, SCS_sold) ? 0 : at_level(1, SCS_sold) ? 1 : -1;
    CHECK(tile.points[0] == (level < 0 ? 0 : 30) && tile.gain[0] == (level < 0 ? 0 : -50));
    CHECK(tile.taken_off[0] == (level >= 0));
    return level;
}

static void test_sales_are_to_clients_and_the_rich_below_a_cut(void)
{
    CHECK(sold_at(99, 1, 0, 900, 50, 0) == 0);
    CHECK(sold_at(100, 1, 0, 900, 50, 0) == -1);
    CHECK(sold_at(99, 0, 31, 900, 50, 0) == -1);
    CHECK(sold_at(99, 0, 32, 900, 50, 0) == 0);
    CHECK(sold_at(199, 2, 0, 900, 50, 0) == 1);
    CHECK(sold_at(199, 0, 48, 900, 50, 0) == 1);
    CHECK(sold_at(299, 3, 0, 900, 50, 0) == 1);
    CHECK(sold_at(300, 3, 0, 900, 50, 0) == -1);
    CHECK(sold_at(0, 1, 0, 900, 49, 0) == -1);
    CHECK(sold_at(0, 1, 0, 899, 50, 0) == -1);
    CHECK(sold_at(0, 1, 0, 929, 50, 0) == 0);
    CHECK(sold_at(0, 1, 0, 930, 50, 0) == -1);
    CHECK(sold_at(0, 1, 0, 930, 50, 1) == 0);
}

static void test_extra_records_are_credits_or_frames(void)
{
    for (int is_client = 0; is_client < 2; is_client++)
        for (int dissents = 0; dissents < 2; dissents++) {
            scs_model_t model = begin_month();
            model.rules.credit_rate[1] = model.rules.frame_rate[1] = 10;
            model.rules.credit_points[1] = 5;
            model.rules.frame_points[1] = 11;
            ties[0] = (uint8_t)(2 * is_client);
            traits[0] |= dissents ? SCS_DISSENTER : 0;
            scs_favour_or_frame(&model, &tile, 0, 0, &row);
            int framed = dissents && !is_client;
            CHECK(at_level(1, SCS_credited) == is_client && tile.taken_off[0] == is_client);
            CHECK(at_level(1, SCS_framed) == framed);
            CHECK(tile.points[0] == 5 * is_client - 11 * framed);
            CHECK(history[0] == (is_client ? 46383 : framed ? 30000 : 40000));
        }
}

/* Village covers with 1/4, township with 1/2: together 1 - 3/4 x 1/2 = 40960 / 65536. */
static void test_suppression_is_at_the_lowest_level_that_covers(void)
{
    const scs_model_t model = begin_month();
    tile.unsuppressed[1] = 49152;
    tile.unsuppressed[2] = tile.unsuppressed_automatic[2] = 32768;
    tile.unsuppressed[3] = 24576;
    tile.unsuppressed_automatic[3] = 32768;
    CHECK(scs_suppressed_at(&model.rules, &tile, 3, 1, 16383) == 0);
    CHECK(scs_suppressed_at(&model.rules, &tile, 3, 1, 16384) == 1);
    CHECK(scs_suppressed_at(&model.rules, &tile, 3, 1, 40959) == 1);
    CHECK(scs_suppressed_at(&model.rules, &tile, 3, 1, 40960) == -1);
    CHECK(scs_suppressed_at(&model.rules, &tile, 3, 0, 0) == 1);
    CHECK(scs_suppressed_at(&model.rules, &tile, 3, 0, 32768) == -1);
    CHECK(scs_suppressed_at(&model.rules, &tile, 1, 0, 0) == -1);
    CHECK(scs_suppressed_at(&model.rules, &tile, 0, 1, 0) == -1);
}

/* Return the points of a record of [-50, -5] under an agenda of 2, client or dissenter. */
static int32_t reported(uint8_t tied, uint8_t flags, uint32_t clerk, int32_t suppress)
{
    scs_model_t model = begin_month();
    const scs_act_t act = {.only = 15, .scored = 1, .human = 1, .points = -27,
                           .limit = SCS_NO_LIMIT, .dealt = {-27, -27, -27, -54, -10, -100}};
    model.rules.lost = 10;
    model.rules.reversed = 15;
    tile.unsuppressed[2] = 32768;
    ties[0] = tied;
    traits[0] |= flags;
    scs_report(&model, &tile, 0, &act, clerk, suppress, &row);
    return tile.points[0];
}

static void test_reports_are_dealt_by_the_deciding_leader(void)
{
    CHECK(reported(0, 0, 15, 0) == -54);
    CHECK(at_level(1, SCS_weighted) == 1 && at_level(1, SCS_bent) == 0);
    CHECK(tile.fair_points[0] == -27 && history[0] == 30000);
    CHECK(reported(2, 0, 15, 32768) == -10);
    CHECK(at_level(1, SCS_bent) == 1);
    CHECK(reported(2, SCS_DISSENTER, 15, 32768) == -10);
    CHECK(reported(0, SCS_DISSENTER, 15, 0) == -100);
    CHECK(reported(0, 0, 10, 0) == 54 && tile.fair_points[0] == 27);
    CHECK(reported(0, 0, 9, 0) == 0 && tile.fair_points[0] == 0);
    CHECK(reported(2, 0, 15, 32767) == 0);
    CHECK(at_level(1, SCS_suppressed) == 1 && tile.fair_points[0] == -27);
    CHECK(fair_history[0] == 30000 && history[0] == 40000);
}

static void test_history_moves_a_quarter_of_the_way(void)
{
    const scs_rules_t rules = {.record_weight = 16384, .has_parts = 1};
    uint16_t one = 40000;
    scs_update_history(&rules, &one, 0);
    CHECK(one == 30000);
    scs_update_history(&rules, &one, 1);
    CHECK(one == 30000 + (65535 - 30000) / 4);
}

void test_records(void)
{
    test_history_moves_a_quarter_of_the_way();
    test_clerk_loses_then_reverses_then_keeps();
    test_records_enter_history_list_and_grade_rules();
    test_invented_records_touch_nothing_fair();
    test_retaliation_spares_clients();
    test_sales_are_to_clients_and_the_rich_below_a_cut();
    test_extra_records_are_credits_or_frames();
    test_suppression_is_at_the_lowest_level_that_covers();
    test_reports_are_dealt_by_the_deciding_leader();
}
