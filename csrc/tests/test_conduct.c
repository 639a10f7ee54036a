/* Temptations and deeds of one citizen, and what points are worth to them. */
#include "scs_conduct.h"
#include "scs_records.h"
#include "scs_listing.h"
#include "month.h"

static void test_chance_falls_from_one_to_zero(void)
{
    int64_t rises = 0;
    for (int k = 0; k < SCS_EXP_END; k++)
        rises += scs_exp_table[k + 1] > scs_exp_table[k];
    CHECK(rises == 0);
    CHECK(scs_chance(0) == 65536);
    CHECK(scs_chance(-1) == 65536);
    CHECK(scs_chance(INT64_MIN) == 65536);
    CHECK(scs_chance(256) == 24109); /* round(65536 / e) */
    CHECK(scs_chance(SCS_EXP_END) == 0);
    CHECK(scs_chance(INT64_MAX) == 0);
}

static void test_an_upper_half_decides_unless_it_is_that_of_the_bound(void)
{
    const int64_t until[] = {0, 1, 65535, 65536, 65537, (int64_t)1 << 32};
    const int32_t halves[] = {0, 1, 1, 1, 2, 65536};
    for (int k = 0; k < 6; k++)
        CHECK(scs_upper_half(until[k]) == halves[k]);
}

static void test_pick_counts_the_bounds_reached(void)
{
    /* Bounds of 0, equal ones, more than four within a bin, and the end of all draws. */
    const int64_t until[] = {0, 10, 10, 70000, 70000, 70000, 70000, 70000, (int64_t)1 << 32};
    enum { MOST = sizeof until / sizeof *until };
    static scs_offers_t offers;
    uint32_t last[MOST + 1];
    for (int n = 0; n <= MOST; n++) {
        const uint32_t draws[] = {0, 9, 10, 11, 69999, 70000, 1 << 24, UINT32_MAX};
        scs_note_bounds(&offers, last, until, n);
        for (size_t k = 0; k < sizeof draws / sizeof *draws; k++) {
            int reached = 0, bin = scs_offer_bin(&offers, draws[k]);
            while (reached < n && draws[k] >= until[reached])
                reached++;
            CHECK(scs_pick(&offers, bin, draws[k]) == reached);
        }
    }
}

/* Levels stand one after the other on the draw's line, in rising order. */
static void test_first_below_adds_the_levels_up(void)
{
    const int64_t rate[6] = {100, 0, 50, 7, (int64_t)1 << 31, 1};
    CHECK(scs_first_below(0, 0, rate) == -1);
    CHECK(scs_first_below(99, 1, rate) == 0);
    CHECK(scs_first_below(100, 1, rate) == -1);
    CHECK(scs_first_below(0, 2, rate) == -1);
    CHECK(scs_first_below(100, 1 | 4, rate) == 2);
    CHECK(scs_first_below(149, 1 | 2 | 4, rate) == 2);
    CHECK(scs_first_below(150, 1 | 2 | 4, rate) == -1);
    CHECK(scs_first_below(150, 63, rate) == 3);
    CHECK(scs_first_below(157 + ((uint32_t)1 << 31), 63, rate) == 5);
    CHECK(scs_first_below(UINT32_MAX, 63, rate) == -1);
}

/* B rises by 1000 a point: half a bin above the centre of bin 3 it is 3500. */
static void test_worth_of_points_by_score(void)
{
    scs_model_t model = begin_month();
    scs_act_t act = plain_act(256);
    model.prizes[0].bins = SCS_BINS_SCORE;
    for (int k = 0; k < SCS_BINS; k++)
        belief[0][k] = belief[1][k] = 1000 * k;
    score[0] = 128 + 3 * 256;
    CHECK(scs_value_of(&model.rules, belief[0], score[0]) == 3000);
    CHECK(scs_value_of(&model.rules, belief[0], score[0] + 128) == 3500);
    CHECK(scs_value_of(&model.rules, belief[0], 0) == 0);
    CHECK(scs_value_of(&model.rules, belief[0], SPAN - 1) == 127000);
    CHECK(scs_value_of(&model.rules, belief[1], SPAN - 1) == 127000); /* nothing is behind */
    CHECK(scs_worth(&model, 0, &act) == 1000);
    act.points = -256 * 256; /* to the floor and no further */
    CHECK(scs_worth(&model, 0, &act) == -3000);
    act.points = -256;
    act.limit = 128;
    CHECK(scs_worth(&model, 0, &act) == -3000);
    model.rules.foresight = 24 * 65536; /* 24 ticks, and B in 1/65536: 3000 x 24 / 256 */
    CHECK(scs_worth(&model, 0, &act) == -281);
    traits[0] = SCS_AWARE;
    CHECK(scs_worth(&model, 0, &act) == 0);
    traits[0] = SCS_ENROLLED;
    CHECK(scs_worth(&model, 0, &act) == 0);
}

static void test_worth_of_grades_lists_and_slopes(void)
{
    scs_model_t model = begin_month();
    scs_act_t act = plain_act(256);
    model.rules.n_cuts = 1;
    model.rules.cuts[0] = 10 * 256;
    model.prizes[0].bins = SCS_BINS_GRADE;
    model.prizes[1].bins = SCS_BINS_LIST;
    belief[0][0] = 5;
    belief[0][1] = 105;
    belief[1][0] = 300;
    belief[1][1] = 50;
    score[0] = 9 * 256;
    CHECK(scs_worth(&model, 0, &act) == 100);
    score[0] = 9 * 256 - 1;
    CHECK(scs_worth(&model, 0, &act) == 0);
    act.lists = 1;
    CHECK(scs_expected(&model, 0, &act, score[0], 1) == -250);
    listed[0] = 1;
    CHECK(scs_expected(&model, 0, &act, score[0], 1) == 0);
    listed[0] = 0;
    model.prizes[0].bins = SCS_BINS_NONE;
    model.rules.n_prizes = 2;
    CHECK(scs_worth(&model, 0, &act) == -250);
    model.rules.sloped = 1; /* a point is worth 1/65536 income a tick, at any score */
    model.rules.slope = 256;
    act.points = 256 * 700;
    CHECK(scs_worth(&model, 0, &act) == 700);
    act.points = -256 * 700;
    CHECK(scs_worth(&model, 0, &act) == -700);
}

/* A deed moves a fair history of 40000 by 6383, an offence by -10000: times half the range
 * of 32767, or of a fit at 4 points for every 256. */
static void test_marks_in_the_history_are_foreseen(void)
{
    scs_model_t model = begin_month();
    scs_act_t deed = plain_act(1), offence = plain_act(-1);
    history[0] = 0; /* the actual one does not count */
    CHECK(scs_foreseen(&model, 0, &deed) == 0);
    fits[9 + 2] = -4 * 65536;
    CHECK(scs_foreseen(&model, 0, &deed) == 4 * 24);
    CHECK(scs_foreseen(&model, 0, &offence) == -4 * 40);
    fits[9 + 2] = -((int64_t)1 << 46);
    CHECK(scs_foreseen(&model, 0, &offence) == -(SPAN - 1));
    model.rules.scorer = SCS_INDEX;
    model.rules.weights[0] = 32768;
    CHECK(scs_foreseen(&model, 0, &deed) == 1595);
    CHECK(scs_foreseen(&model, 0, &offence) == -2500);
    model.rules.sloped = 1;
    model.rules.slope = 65536;
    CHECK(scs_worth(&model, 0, &offence) == -2501);
    model.rules.has_parts = 0;
    CHECK(scs_foreseen(&model, 0, &deed) == 0);
}

/* Cost and scale are one income each: P = 1/e, in 16 bits 24109. A patron leaves the cost as
 * it is: the legal penalty is paid whether or not a record is suppressed. Who cannot pay what
 * is due commits it whatever is drawn. */
static void test_temptation_weighs_cost_against_gain(void)
{
    static const struct { uint32_t commit, seen; int good, known, due, committed, observed; }
    cases[] = {{24108, 0, 1, 0, 0, 1, 1}, {24109, 0, 1, 0, 0, 0, 0},
               {24108, 32767, 1, 0, 0, 1, 1}, {24108, 32768, 1, 0, 0, 1, 0},
               {24108, 32768, 0, 0, 0, 0, 0}, {24108, 0, 1, 1, 0, 1, 1},
               {24109, 0, 1, 1, 0, 0, 0}, {65535, 0, 1, 0, 1, 1, 1}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        scs_model_t model = begin_month();
        scs_act_t act = plain_act(0);
        scs_tally_t tally = {0};
        model.rules.n_offences = 1;
        model.rules.clients_know = cases[k].known;
        model.offences = &act;
        act.penalty = 512;
        act.due = cases[k].due;
        wealth[0] = 0;
        act.seen[0] = 32768; /* in bad standing seen twice as often: always */
        tile.unsuppressed[0] = 32768; /* known, this halves the fear of points alone */
        tile.own_word[0] = cases[k].good ? SCS_GOOD : 0;
        tile.draw[SCS_ROW(SCS_TEMPTED, 0)][0] = cases[k].commit << 16;
        tile.draw[SCS_ROW(SCS_TEMPTED, 1)][0] = cases[k].seen | 65535u << 16; /* not suppressed */
        CHECK(scs_face_temptation(&model, &tile, 0, 0, &tally) == cases[k].observed);
        if (cases[k].observed)
            scs_report_offence(&model, &tile, 0, 0, &row);
        scs_count_offences(&row, &tally);
        CHECK(by_domain[SCS_temptations] == 1);
        CHECK(by_domain[SCS_violations] == cases[k].committed);
        CHECK(by_domain[SCS_violations_unable] == cases[k].due);
        CHECK(by_domain[SCS_violations_observed] == cases[k].observed);
        CHECK(tile.gain[0] == -512 * cases[k].observed);
    }
}

/* Worth an income and scale an income: done with 1 - 1/e, if there is money for it. */
static void test_deeds_are_done_faked_or_left(void)
{
    static const struct { uint32_t wants, fakes; int32_t money; int done, faked; } cases[] = {
        {65536 - 24109 - 1, 0, 100, 1, 0}, {65536 - 24109, 65535, 100, 0, 0},
        {65536 - 24109, 65536 - 39750 - 1, 100, 0, 1}, {65536 - 24109, 65536 - 39750, 100, 0, 0},
        {0, 65535, 99, 0, 0}, {0, 0, 99, 0, 1}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        scs_model_t model = begin_month();
        scs_act_t act = plain_act(256);
        scs_tally_t tally = {0};
        model.rules.n_deeds = 1;
        model.rules.sloped = 1;
        model.rules.slope = 65536; /* 256 for a point, foresight 1 */
        model.rules.inverse_fake = 65536;
        model.deeds = &act;
        act.price = 100;
        guile[0] = 128; /* half: fakes with 1 - exp(-1/2) */
        wealth[0] = cases[k].money;
        tile.draw[SCS_ROW(SCS_FREE_TIME, 0)][0] = cases[k].wants << 16;
        tile.draw[SCS_ROW(SCS_FREE_TIME, 1)][0] = cases[k].fakes << 16;
        int seen = cases[k].done || cases[k].faked;
        CHECK(scs_use_free_time(&model, &tile, 0, 0, &tally) == seen);
        if (seen)
            scs_report_deed(&model, &tile, 0, 0, &row);
        scs_count_deeds(&row, &tally);
        CHECK(by_domain[SCS_deeds] == cases[k].done && tile.moved[0] == cases[k].done);
        CHECK(by_domain[SCS_deeds_faked] == cases[k].faked);
        CHECK(tile.gain[0] == -100 * cases[k].done && tile.points[0] == 256 * seen);
    }
}

void test_conduct(void)
{
    test_chance_falls_from_one_to_zero();
    test_an_upper_half_decides_unless_it_is_that_of_the_bound();
    test_pick_counts_the_bounds_reached();
    test_first_below_adds_the_levels_up();
    test_worth_of_points_by_score();
    test_worth_of_grades_lists_and_slopes();
    test_marks_in_the_history_are_foreseen();
    test_temptation_weighs_cost_against_gain();
    test_deeds_are_done_faked_or_left();
}
