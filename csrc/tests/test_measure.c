/* Counts, grades and bins against plain loops. */
#include "scs_compact.h"
#include "scs_measure.h"
#include "scs_scores.h"
#include "checks.h"

static void test_list_holds_the_chosen_in_order(void)
{
    for (int n = 0; n <= SCS_TILE; n += 1 + n / 256) {
        size_t room = (size_t)(n + 7) / 8 * 8 + 8;
        uint8_t *chosen = room_for(room, 1), *kept = room_for(room, 1);
        uint16_t *list = room_for(room, sizeof *list);
        int wrong = 0, expected = 0;
        for (int j = 0; j < n; j++)
            kept[j] = chosen[j] = random_below(SCS_TILE) < (uint32_t)n;
        int found = scs_compact(list, chosen, n);
        for (int j = 0; j < n; j++)
            wrong += kept[j] && list[expected++] != j;
        CHECK(found == expected && wrong == 0);
        free(chosen);
        free(list);
        free(kept);
    }
}

static void test_flags_list_what_bytes_list(void)
{
    for (int n = 0; n <= SCS_TILE; n += 1 + n / 256) {
        uint8_t chosen[SCS_TILE + 8];
        uint16_t expected[SCS_TILE + 8], list[SCS_TILE + 8];
        int32_t *flag = room_for((size_t)(n + 8), sizeof *flag);
        for (int j = 0; j < n; j++)
            flag[j] = chosen[j] = random_below(SCS_TILE) < (uint32_t)n;
        int found = scs_compact_flags(list, flag, n);
        CHECK(found == scs_compact(expected, chosen, n));
        CHECK(memcmp(list, expected, (size_t)found * sizeof *list) == 0);
        free(flag);
    }
}

static void test_bins_of_a_tile_are_those_of_each_score(void)
{
    static scs_rules_t rules;
    const int64_t spans[] = {1, 1000, 256 * 1300, 256 * 60000};
    for (int k = 0; k < 4; k++) {
        int32_t score[SCS_TILE], bin[SCS_TILE] = {0};
        int wrong = 0, n = SCS_TILE - 3 * k;
        rules.floor = -300 * k;
        rules.bin_factor = ((int64_t)128 << 32) / (spans[k] + 1);
        for (int j = 0; j < n; j++)
            score[j] = (int32_t)(rules.floor + random_below((uint32_t)spans[k] + 1));
        score[0] = (int32_t)(rules.floor + spans[k]);
        scs_score_bins(&rules, bin, score, n);
        for (int j = 0; j < n; j++)
            wrong += bin[j] != scs_score_bin(&rules, score[j]);
        CHECK(wrong == 0);
    }
}

static void test_counts_are_those_of_a_plain_loop(void)
{
    static scs_counts_t counts;
    static int64_t expected[256];
    uint8_t code[256];
    for (int n = 0; n <= 256; n += 5) {
        for (int j = 0; j < n; j++)
            expected[code[j] = (uint8_t)random_below(3 + (uint32_t)n)]++;
        scs_count(&counts, code, n);
    }
    for (int k = 0; k < 256; k++) {
        CHECK(scs_counted(&counts, k) == expected[k]);
        CHECK(scs_counted(&counts, k) == 0);
    }
}

/* Draw codes of a tile, the rest of the room with bits that must not count. */
static void draw_codes(uint8_t code[SCS_TILE], int n)
{
    memset(code, 255, SCS_TILE);
    for (int j = 0; j < n; j++)
        code[j] = (uint8_t)random_below(256);
}

static void test_grades_are_counted_as_by_a_plain_loop(void)
{
    static uint8_t code[SCS_TILE];
    for (int n = 0; n <= SCS_TILE; n += 1 + n / 4) {
        int64_t counted[SCS_MAX_GRADES * SCS_N_by_grade] = {0};
        int64_t expected[SCS_MAX_GRADES * SCS_N_by_grade] = {0}, moved = 0;
        draw_codes(code, n);
        for (int j = 0; j < n; j++) {
            int64_t *actual = expected + (code[j] & 7) * SCS_N_by_grade;
            int64_t *fair = expected + (code[j] >> 3 & 7) * SCS_N_by_grade;
            actual[SCS_grade_citizens]++;
            actual[SCS_grade_bad] += code[j] >> 6 & 1;
            fair[SCS_grade_fair_citizens]++;
            fair[SCS_grade_fair_bad] += code[j] >> 6 & 1;
            moved += actual != fair;
        }
        CHECK(scs_count_grades(counted, code, SCS_MAX_GRADES, n) == moved);
        CHECK(memcmp(counted, expected, sizeof counted) == 0);
    }
}

/* Count a citizen in a column of its group, and in that of the bad. */
static void count_one(int64_t *entry, int all, int of_the_bad, uint8_t code, int bit)
{
    entry[all] += (code & bit) == bit;
    entry[of_the_bad] += (code & bit) == bit && code & SCS_CODE_BAD;
}

static void test_judgements_are_counted_as_by_a_plain_loop(void)
{
    static uint8_t code[SCS_TILE];
    for (int n = 0; n <= SCS_TILE; n += 1 + n / 4) {
        int64_t counted[2][SCS_N_GROUPS * SCS_N_by_group] = {{0}};
        int64_t tied[2][SCS_N_STRATA * SCS_N_by_stratum] = {{0}};
        draw_codes(code, n);
        for (int j = 0; j < n; j++) {
            int group = code[j] & SCS_GROUP;
            int64_t *entry = counted[1] + group * SCS_N_by_group;
            count_one(entry, SCS_group_citizens, SCS_group_bad, code[j], 0);
            count_one(entry, SCS_group_low, SCS_group_low_bad, code[j], SCS_CODE_LOW);
            count_one(entry, SCS_group_fair_low, SCS_group_fair_low_bad, code[j],
                      SCS_CODE_FAIR_LOW);
            count_one(entry, SCS_group_listed, SCS_group_listed_bad, code[j], SCS_CODE_LISTED);
            count_one(entry, SCS_group_fair_listed, SCS_group_fair_listed_bad, code[j],
                      SCS_CODE_FAIR_LISTED);
            int64_t stratum = 2 * group + (code[j] & SCS_CODE_TIED ? 1 : 0);
            tied[1][stratum * SCS_N_by_stratum + SCS_stratum_citizens]++;
        }
        scs_count_judged(counted[0], tied[0], code, n);
        CHECK(memcmp(counted[0], counted[1], sizeof counted[0]) == 0);
        CHECK(memcmp(tied[0], tied[1], sizeof tied[0]) == 0);
    }
}

static void test_grades_are_the_cuts_reached(void)
{
    static scs_rules_t rules;
    const int32_t points[10] = {-5, 9, 10, 29, 30, 39, 40, 70, 71, 1000};
    for (rules.n_cuts = 0; rules.n_cuts <= 7; rules.n_cuts++) {
        int32_t grade[10];
        for (int k = 0; k < rules.n_cuts; k++)
            rules.cuts[k] = 10 * (k + 1);
        scs_grades(&rules, grade, points, 10);
        for (int j = 0; j < 10; j++)
            CHECK(grade[j] == scs_grade(&rules, points[j]));
    }
}

/* The widest range there is: from -30,000 to 30,000 points, everybody at the ceiling. */
static void test_sums_of_a_group_fit_32_bits(void)
{
    static int32_t scores[256];
    static uint8_t groups[256];
    const int64_t most = 30000 * 256;
    for (int j = 0; j < 256; j++) {
        scores[j] = (int32_t)most;
        groups[j] = 2 | 4;
    }
    CHECK(scs_tally_fits(-most, most) && !scs_tally_fits(0, (int64_t)1 << 24));
    int64_t total[SCS_N_GROUPS];
    scs_sum_groups(total, scores, groups, (int32_t)-most, 256);
    CHECK(total[2] == 256 * 2 * most && total[0] + total[1] + total[3] == 0);
    memset(groups, 3, sizeof groups);
    groups[5] = 0;
    scs_sum_groups(total, scores, groups, (int32_t)-most, 256);
    CHECK(total[3] == 255 * 2 * most && total[0] == 2 * most);
    CHECK(scs_displacement(scores, scores + 1, 255) == 0);
    static int32_t least[256];
    for (int j = 0; j < 256; j++)
        least[j] = (int32_t)-most;
    CHECK(scs_displacement(scores, least, 256) == 256 * 2 * most);
    CHECK(scs_displacement(least, scores, 256) == 256 * 2 * most);
}

/* Steps of at most one, also across octaves: monotone, with no bin left out. */
static void test_wealth_bins_rise_without_gaps(void)
{
    int64_t jumps = 0;
    for (uint32_t wealth = 0; wealth < 70000; wealth++) {
        int step = scs_wealth_bin(wealth + 1) - scs_wealth_bin(wealth);
        jumps += step < 0 || step > 1;
    }
    for (int power = 2; power <= 30; power++) {
        uint32_t at = (uint32_t)1 << power;
        jumps += scs_wealth_bin(at) != scs_wealth_bin(at - 1) + 1;
        jumps += scs_wealth_bin(at + at / 4) != scs_wealth_bin(at) + 1;
    }
    CHECK(jumps == 0);
    CHECK(scs_wealth_bin(0) == 0);
    CHECK(scs_wealth_bin(3) == 3);
    CHECK(scs_wealth_bin(4) == 4);
    CHECK(scs_wealth_bin((uint32_t)1 << 30) < SCS_BINS);
    CHECK(scs_wealth_bin(UINT32_MAX) < SCS_BINS);
}

void test_measure(void)
{
    test_list_holds_the_chosen_in_order();
    test_flags_list_what_bytes_list();
    test_bins_of_a_tile_are_those_of_each_score();
    test_counts_are_those_of_a_plain_loop();
    test_grades_are_counted_as_by_a_plain_loop();
    test_judgements_are_counted_as_by_a_plain_loop();
    test_grades_are_the_cuts_reached();
    test_sums_of_a_group_fit_32_bits();
    test_wealth_bins_rise_without_gaps();
}
