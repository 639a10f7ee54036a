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

/* Who is favoured is not opposed; who is not enrolled is neither, unless points were bought. */
static void test_treatment_in_all_combinations(void)
{
    static scs_tile_t t;
    t.favours = 1, t.manipulates = 2, t.opposes = 4;
    for (uint32_t bits = 0; bits < 64; bits++) {
        uint32_t ties = bits & 7, desk = 2, traits = (bits & 8 ? SCS_ENROLLED : 0)
                 | (bits & 16 ? SCS_DISSENTER : 0) | (bits & 32 ? SCS_BOUGHT : 0);
        int favoured = bits & 32 || (bits & 8 && bits & 3);
        int opposed = !favoured && bits & 8 && bits & 16 && !(bits & 4);
        CHECK(scs_treatment(&t, ties, traits, desk) == (favoured ? SCS_FAVOURED
                                                        : opposed ? SCS_OPPOSED : 0));
    }
}

/* Applicants are noted in the order of their list; several kinds draw lots by citizen. */
static void test_applicants_are_noted_by_entry(void)
{
    enum { N = 3, N_CITIZENS = 40, START = 10 };
    static scs_tile_t t;
    static scs_model_t m;
    static int32_t need[256];
    static uint8_t quality[N_CITIZENS], asked_need[N_CITIZENS], asked_quality[N_CITIZENS];
    static uint16_t lot[N_CITIZENS], rank[N_CITIZENS];
    const uint16_t list[N] = {2, 3, 29};
    m.state.need[1] = need, m.state.quality = quality, m.state.lot[1] = lot;
    m.ranks[1][SCS_ORACLE] = rank;
    m.asked_need[1] = asked_need, m.asked_quality[1] = asked_quality;
    t.start = START;
    for (int k = 0; k < 256; k++)
        need[k] = 255 - k;
    for (int j = 0; j < N_CITIZENS - START; j++) {
        quality[START + j] = (uint8_t)(100 + j);
        t.draw[SCS_ROW(SCS_CITIZEN, 3)][j] = (uint32_t)(7 * j) << 8;
        t.draw[SCS_ROW(SCS_LOTS, 1)][j] = (uint32_t)(1000 + j);
    }
    memcpy(t.list, list, sizeof list);
    for (m.rules.n_prizes = 1; m.rules.n_prizes <= 2; m.rules.n_prizes++) {
        scs_note_applicants(&m, &t, 1, N);
        for (int k = 0; k < N; k++) {
            int j = list[k], at = START + k;
            CHECK(asked_need[at] == 255 - 7 * j && asked_quality[at] == 100 + j);
            CHECK(rank[at] == 1 + (255 - 7 * j) * (100 + j));
            CHECK(lot[at] == 1000 + (m.rules.n_prizes == 1 ? k : j));
        }
    }
}

void test_prizes(void)
{
    test_treatment_in_all_combinations();
    test_applicants_are_noted_by_entry();
    test_ranks_by_grade_and_list();
}
