/* Tests of the C headers: known answers, and laws held against slow, plain code written
 * here. No framework: CHECK counts and prints, main calls every test, the exit code says
 * whether all held. Built and run by tests/engine/test_csrc.py under sanitizers. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include "scs_barrier.h"
#include "scs_build.h"
#include "scs_compact.h"
#include "scs_conduct.h"
#include "scs_consent.h"
#include "scs_listing.h"
#include "scs_matching.h"
#include "scs_measure.h"
#include "scs_meeting.h"
#include "scs_philox.h"
#include "scs_prizes.h"
#include "scs_records.h"
#include "scs_review.h"
#include "scs_scores.h"
#include "scs_select.h"
#include "scs_settle.h"

static long passed, failed;

#define CHECK(law) \
    do { \
        if (law) { \
            passed++; \
        } else { \
            failed++; \
            fprintf(stderr, "%s:%d: %s does not hold: %s\n", __FILE__, __LINE__, __func__, \
                    #law); \
        } \
    } while (0)

/* Return zeroed memory of the exact size, so that a sanitizer sees every overrun. */
static void *room_for(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (memory == NULL)
        exit(2);
    return memory;
}

/* Return the next of a fixed sequence of random bits (splitmix64). */
static uint64_t next_random(void)
{
    static uint64_t state = 35;
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static uint32_t random_below(uint32_t bound)
{ return (uint32_t)((next_random() >> 32) * bound >> 32); }

/* Philox ---------------------------------------------------------------------------- */

/* Change a counter into its block, one word at a time. */
static void plain_philox(uint32_t counter[4], uint64_t seed)
{
    uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int round = 0; round < 10; round++) {
        uint64_t left = (uint64_t)0xD2511F53u * counter[0];
        uint64_t right = (uint64_t)0xCD9E8D57u * counter[2];
        uint32_t first = (uint32_t)(right >> 32) ^ counter[1] ^ key[0];
        uint32_t third = (uint32_t)(left >> 32) ^ counter[3] ^ key[1];
        counter[0] = first;
        counter[1] = (uint32_t)right;
        counter[2] = third;
        counter[3] = (uint32_t)left;
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
}

/* Random123's kat_vectors for philox4x32 with 10 rounds; also in tests/data/philox.csv. */
static const struct {
    uint32_t counter[4];
    uint64_t seed;
    uint32_t answer[4];
} known[] = {
    {{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     0xffffffffffffffff,
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     0x299f31d0a4093822,
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};

static void test_philox_gives_known_answers(void)
{
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        const uint32_t *counter = known[k].counter;
        uint32_t who[SCS_LANES] = {counter[0]}, out[4 * SCS_LANES];
        scs_philox_fill(out, SCS_LANES, who, 1, counter[1], counter[2], counter[3],
                        known[k].seed);
        for (int word = 0; word < 4; word++)
            CHECK(out[word * SCS_LANES] == known[k].answer[word]);
    }
}

/* Any number of citizens gives each its own block, and nothing is read or written past
 * the lanes. */
static void test_philox_lanes_do_not_matter(void)
{
    for (int64_t n = 0; n <= 3 * SCS_LANES + 1; n++) {
        int64_t room = (n + SCS_LANES - 1) / SCS_LANES * SCS_LANES;
        uint32_t *who = room_for((size_t)room, sizeof *who);
        uint32_t *out = room_for((size_t)(4 * room), sizeof *out);
        uint32_t when = (uint32_t)next_random(), replicate = (uint32_t)next_random();
        uint32_t block = (uint32_t)next_random();
        uint64_t seed = next_random();
        for (int64_t j = 0; j < n; j++)
            who[j] = (uint32_t)next_random();
        scs_philox_fill(out, room, who, n, when, replicate, block, seed);
        for (int64_t j = 0; j < n; j++) {
            uint32_t counter[4] = {who[j], when, replicate, block};
            plain_philox(counter, seed);
            for (int word = 0; word < 4; word++)
                CHECK(out[word * room + j] == counter[word]);
        }
        free(who);
        free(out);
    }
}

/* Selection ------------------------------------------------------------------------- */

typedef struct {
    uint16_t rank, lot;
    uint32_t index;
} entry_t;

/* Order by larger rank, larger lot, lower index. */
static int compare_entries(const void *one, const void *other)
{
    const entry_t *a = one, *b = other;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    if (a->lot != b->lot)
        return a->lot > b->lot ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* A pool's ranks and lots, listed as the kernel lists applicants: villages of `span`
 * citizens, each cut into tiles of 256, applicants at the front of each tile. */
typedef struct {
    uint16_t *rank, *lot, *applied;
    uint8_t *applicant;
    scs_pool_t pool;
} listed_t;

static listed_t list_applicants(const uint16_t *rank, const uint16_t *lot, int64_t span,
                                int64_t stop)
{
    int64_t per_village = (span + 255) / 256, tiles = (stop + span - 1) / span * per_village;
    listed_t of = {room_for((size_t)stop, 2), room_for((size_t)stop, 2),
                   room_for((size_t)tiles, 2), room_for((size_t)stop, 1), {0}};
    of.pool = (scs_pool_t){of.applicant, of.applied, 0, 0, span, per_village, 256};
    for (int64_t i = 0; i < stop; i++) {
        int64_t tile = i / span * per_village + i % span / 256;
        int64_t start = scs_tile_start(&of.pool, tile), k = start + of.applied[tile];
        if (rank[i] == 0)
            continue;
        of.rank[k] = rank[i];
        of.lot[k] = lot[i];
        of.applicant[k] = (uint8_t)(i - start);
        of.applied[tile]++;
    }
    return of;
}

static void forget(listed_t *of)
{
    free(of->rank);
    free(of->lot);
    free(of->applied);
    free(of->applicant);
}

/* Check the cut of [start, stop) against sorting everyone in it; of `share` places at most
 * as many are filled as there are applicants. */
static void check_selection(const uint16_t *rank, const uint16_t *lot, int64_t span,
                            int64_t start, int64_t stop, int64_t share)
{
    int64_t n = stop - start, wrong = 0;
    entry_t *order = room_for((size_t)n, sizeof *order);
    uint8_t *wins = room_for((size_t)stop, sizeof *wins);
    uint32_t *key = room_for((size_t)n, sizeof *key);
    listed_t of = list_applicants(rank, lot, span, stop);
    for (int64_t k = 0; k < n; k++)
        order[k] = (entry_t){rank[start + k], lot[start + k], (uint32_t)(start + k)};
    qsort(order, (size_t)n, sizeof *order, compare_entries);
    for (int64_t k = 0; k < n && k < share; k++)
        wins[order[k].index] = order[k].rank > 0;
    scs_aim_pool(&of.pool, start, stop);
    scs_cut_t cut = scs_select(of.rank, of.lot, &of.pool, share, key);
    for (int64_t i = start; i < stop; i++)
        wrong += (rank[i] && scs_wins(rank[i], lot[i], (uint32_t)i, cut)) != wins[i];
    CHECK(wrong == 0);
    forget(&of);
    free(order);
    free(wins);
    free(key);
}

/* Fill the citizens up to `stop`, those before the pool too; `ranks` and `lots` say how
 * many different values there are. Return the applicants of the pool [start, stop). */
static int64_t fill_pool(uint16_t *rank, uint16_t *lot, int64_t start, int64_t stop,
                         uint32_t ranks, uint32_t lots)
{
    int64_t applicants = 0;
    for (int64_t i = 0; i < stop; i++) {
        rank[i] = (uint16_t)random_below(ranks);
        lot[i] = (uint16_t)random_below(lots);
        applicants += i >= start && rank[i] > 0;
    }
    return applicants;
}

/* Check a random pool of the last villages of a world with no places, one, some, and about
 * as many as it has applicants. */
static void check_pool(int64_t span, int64_t villages_before, int64_t n, uint32_t ranks,
                       uint32_t lots)
{
    int64_t start = span * villages_before;
    uint16_t *rank = room_for((size_t)(start + n), sizeof *rank);
    uint16_t *lot = room_for((size_t)(start + n), sizeof *lot);
    int64_t all = fill_pool(rank, lot, start, start + n, ranks, lots);
    int64_t shares[] = {0, 1, all / 3, all - 1, all, all + 1, n};
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++)
        if (shares[k] >= 0)
            check_selection(rank, lot, span, start, start + n, shares[k]);
    free(rank);
    free(lot);
}

static void test_selection_equals_sorting(void)
{
    for (int64_t n = 1; n <= 60; n++)
        check_pool(1 + random_below(40), random_below(3), n, 65536, 65536);
    check_pool(700, 1, 1000, 65536, 65536);
    check_pool(256, 0, 1000, 300, 65536);
}

static void test_selection_breaks_ties_by_lot_then_index(void)
{
    for (int64_t n = 1; n <= 60; n++) {
        check_pool(1 + random_below(40), random_below(3), n, 3, 3);
        check_pool(1 + random_below(40), random_below(3), n, 3, 1);
    }
    check_pool(257, 2, 1000, 2, 1);
}

static void test_selection_from_a_wide_pool_equals_sorting(void)
{
    check_pool(5000, 1, 1 << 17, 65536, 65536);
    check_pool(300, 1, (1 << 17) + 77, 40, 90);
}

static void test_nobody_wins_without_places_or_applicants(void)
{
    uint16_t rank[3] = {65535, 65535, 1}, lot[3] = {65535, 65535, 0}, none[3] = {0, 0, 0};
    check_selection(rank, lot, 3, 0, 3, 0);
    check_selection(none, lot, 3, 0, 3, 3);
}

/* A pool ends with the last tile that has citizens, also in a village that is cut off. */
static void test_pools_are_whole_tiles(void)
{
    scs_pool_t pool = {.span = 600, .per_village = 3, .tile = 256};
    scs_aim_pool(&pool, 600, 1200);
    CHECK(pool.first == 3 && pool.last == 6);
    scs_aim_pool(&pool, 0, 1457);
    CHECK(pool.first == 0 && pool.last == 8);
    CHECK(scs_tile_start(&pool, 7) == 1456);
}

/* Lists and tallies ----------------------------------------------------------------- */

static void test_list_holds_the_chosen_in_order(void)
{
    for (int n = 0; n <= 256; n++) {
        size_t room = (size_t)(n + 7) / 8 * 8 + 8;
        uint8_t *chosen = room_for(room, 1), *list = room_for(room, 1), *kept = room_for(room, 1);
        int wrong = 0, expected = 0;
        for (int j = 0; j < n; j++)
            kept[j] = chosen[j] = random_below(256) < (uint32_t)n;
        int found = scs_compact(list, chosen, n);
        for (int j = 0; j < n; j++)
            wrong += kept[j] && list[expected++] != j;
        CHECK(found == expected && wrong == 0);
        free(chosen);
        free(list);
        free(kept);
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

static void test_grades_are_the_cuts_reached(void)
{
    const int32_t cuts[7] = {10, 20, 30, SCS_NO_LIMIT, SCS_NO_LIMIT, SCS_NO_LIMIT, SCS_NO_LIMIT};
    const int32_t points[6] = {-5, 9, 10, 29, 30, 1000};
    uint8_t grades[6] = {64, 0, 0, 0, 0, 0};
    scs_grades(grades, points, cuts, 1, 6);
    scs_grades(grades, points, cuts, 8, 6);
    const uint8_t expected[6] = {64, 0, 9, 18, 27, 27};
    CHECK(memcmp(grades, expected, sizeof grades) == 0);
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
    CHECK(scs_sum_of_group(scores, groups, 2, (int32_t)-most, 256) == 256 * 2 * most);
    CHECK(scs_sum_of_group(scores, groups, 1, (int32_t)-most, 256) == 0);
}

/* Matching -------------------------------------------------------------------------- */

/* Sort n keys with draws below `draws`: in order, and nothing lost or changed. */
static void check_sorted(int64_t n, uint32_t draws)
{
    uint64_t *key = room_for((size_t)n, sizeof *key);
    uint64_t *other = room_for((size_t)n, sizeof *other);
    uint32_t *draw = room_for((size_t)n, sizeof *draw);
    int64_t disorder = 0, changed = 0;
    for (int64_t i = 0; i < n; i++) {
        draw[i] = draws ? random_below(draws) : (uint32_t)next_random();
        key[i] = (uint64_t)draw[i] << 32 | (uint64_t)i;
    }
    scs_sort_by_draw(key, other, n);
    for (int64_t i = 1; i < n; i++)
        disorder += key[i - 1] >= key[i];
    for (int64_t i = 0; i < n; i++) {
        uint32_t index = (uint32_t)key[i];
        changed += (int64_t)index >= n || draw[index] != key[i] >> 32;
    }
    CHECK(disorder == 0);
    CHECK(changed == 0);
    free(key);
    free(other);
    free(draw);
}

/* Distinct keys in rising order: sorted by draw, and equal draws by index (stable). */
static void test_sorting_is_by_draw_then_index(void)
{
    const int64_t sizes[] = {0, 1, 2, SCS_SMALL_UNIT - 1, SCS_SMALL_UNIT, 500};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        check_sorted(sizes[k], 0);
        check_sorted(sizes[k], 5);
        check_sorted(sizes[k], 1);
    }
}

/* Barrier --------------------------------------------------------------------------- */

enum { PHASES = 2000 };

typedef struct {
    scs_barrier_t *barrier;
    long *mine;
    const long *theirs;
    long late;
} runner_t;

/* Say which phase this is, meet the other, and see that it says the same. */
static void *run_phases(void *argument)
{
    runner_t *runner = argument;
    for (long phase = 1; phase <= PHASES; phase++) {
        *runner->mine = phase;
        scs_barrier_wait(runner->barrier, 2);
        runner->late += *runner->theirs != phase;
        scs_barrier_wait(runner->barrier, 2);
    }
    return NULL;
}

static void test_barrier_holds_threads_together(void)
{
    long said[2] = {0, 0};
    scs_barrier_t barrier;
    runner_t here = {&barrier, &said[0], &said[1], 0};
    runner_t there = {&barrier, &said[1], &said[0], 0};
    pthread_t thread;
    scs_barrier_init(&barrier);
    if (pthread_create(&thread, NULL, run_phases, &there) != 0)
        exit(2);
    run_phases(&here);
    pthread_join(thread, NULL);
    CHECK(here.late == 0);
    CHECK(there.late == 0);
}

static void test_one_thread_does_not_wait(void)
{
    scs_barrier_t barrier;
    scs_barrier_init(&barrier);
    scs_barrier_wait(&barrier, 1);
    CHECK(atomic_load(&barrier.waiting) == 0);
}

/* Scalars of the rules -------------------------------------------------------------- */

static void test_toward_zero_is_plain_division(void)
{
    const int32_t ends[] = {0, 1, -1, 255, -256, 65535, -65536, 65537, 1 << 30,
                            -(1 << 30), INT32_MAX, -INT32_MAX};
    const uint32_t rates[] = {0, 1, 2, 255, 5461, 32767, 32768, 65535, 65536};
    for (size_t a = 0; a < sizeof ends / sizeof *ends; a++)
        for (size_t b = 0; b < sizeof rates / sizeof *rates; b++)
            CHECK(scs_toward_zero(ends[a], rates[b])
                  == (int64_t)ends[a] * (int64_t)rates[b] / 65536);
    for (int k = 0; k < 2000; k++) {
        int32_t x = (int32_t)(next_random() >> 33) - (1 << 30);
        uint32_t rate = random_below(65537);
        CHECK(scs_toward_zero(x, rate) == (int64_t)x * (int64_t)rate / 65536);
    }
}

/* The score after drift and points, without a grade rule. */
static int32_t moved(const scs_rules_t *rules, int32_t score, int32_t points)
{
    return scs_move(rules, score, (int32_t)rules->base, (uint32_t)rules->drift, points,
                    SCS_NO_LIMIT);
}

static void test_ledger_drifts_then_adds_then_clamps(void)
{
    scs_rules_t rules = {.base = 1000 * 256, .floor = 500 * 256, .ceiling = 1500 * 256,
                         .drift = 2674};
    for (int k = 0; k < 2000; k++) {
        int32_t score = 500 * 256 + (int32_t)random_below(1000 * 256 + 1);
        int32_t points = (int32_t)random_below(600 * 256) - 300 * 256;
        int64_t goal = score + (rules.base - score) * rules.drift / 65536 + points;
        int64_t kept = goal < rules.floor ? rules.floor : goal;
        kept = kept > rules.ceiling ? rules.ceiling : kept;
        CHECK(moved(&rules, score, points) == kept);
    }
    CHECK(moved(&rules, 500 * 256, -30000 * 256) == 500 * 256);
    CHECK(moved(&rules, 1500 * 256, 30000 * 256) == 1500 * 256);
    rules.drift = 0;
    CHECK(moved(&rules, 777, 0) == 500 * 256);
    CHECK(moved(&rules, 600 * 256 + 1, 0) == 600 * 256 + 1);
    CHECK(scs_move(&rules, 1100 * 256, 1000 * 256, 32768, 7, SCS_NO_LIMIT)
          == 1050 * 256 + 7);
    CHECK(scs_move(&rules, 1100 * 256, 0, 0, 7, 900 * 256 - 1) == 900 * 256 - 1);
    CHECK(scs_move(&rules, 800 * 256, 0, 0, 7, 900 * 256 - 1) == 800 * 256 + 7);
}

/* Two calendar years of two ticks: points of tick 0 are gone at the start of tick 4. */
static void test_cohorts_expire_whole(void)
{
    scs_rules_t rules = {.base = 1000, .floor = 0, .ceiling = 2000, .n_cohorts = 2,
                         .ticks_per_year = 2};
    int32_t first = 0, second = 0;
    int32_t *const cohorts[SCS_MAX_COHORTS] = {&first, &second};
    const int32_t points[] = {-10, 20, -300, 0, 7, 0, 0};
    const int32_t scores[] = {990, 1010, 710, 710, 707, 707, 1007};
    for (int64_t tick = 0; tick < 7; tick++)
        CHECK(scs_book(&rules, cohorts, 0, tick, points[tick], SCS_NO_LIMIT) == scores[tick]);
    rules.begins = 4; /* a regime's first tick is no new year: the cohort holds what is kept */
    first = 50;
    second = 0;
    CHECK(scs_book(&rules, cohorts, 0, 4, 7, SCS_NO_LIMIT) == 1057);
    CHECK(scs_book(&rules, cohorts, 0, 8, 7, SCS_NO_LIMIT) == 1007);
    first = 5000;
    CHECK(scs_book(&rules, cohorts, 0, 5, 0, SCS_NO_LIMIT) == 2000);
    CHECK(scs_book(&rules, cohorts, 0, 5, 0, 899) == 899);
    CHECK(first + second == -101); /* the rule is booked in the cohort: 899 - 1000 */
    second = first = SCS_MOST_OF_A_YEAR;
    scs_book(&rules, cohorts, 0, 1, INT32_MAX / 4, SCS_NO_LIMIT);
    CHECK(first == SCS_MOST_OF_A_YEAR);
}

static void test_parts_of_an_index(void)
{
    const scs_rules_t rules = {.floor = 350 * 256, .ceiling = 950 * 256,
                               .behaviour_slope = 65536, .circle_weight = 32768,
                               .record_weight = 16384, .has_parts = 1,
                               .level_factor = ((int64_t)255 << 32) / (600 * 256) + 1};
    const int64_t all[5] = {0, 65536, 0, 0, 0}, even[5] = {16384, 16384, 16384, 16384, 0};
    CHECK(scs_index_target(&rules, all, 9, 0, 9, 9, 9) == 350 * 256);
    CHECK(scs_index_target(&rules, all, 9, SCS_FULL, 9, 9, 9)
          == 350 * 256 + ((int64_t)65535 * 600 * 256 >> 16));
    CHECK(scs_index_target(&rules, even, 65532, 0, 65532, 0, 9)
          == 350 * 256 + ((int64_t)32766 * 600 * 256 >> 16));
    CHECK(scs_behaviour(&rules, 0) == 32768);
    CHECK(scs_behaviour(&rules, 128 * 256) == SCS_FULL);
    CHECK(scs_behaviour(&rules, -128 * 256) == 0);
    CHECK(scs_behaviour(&rules, -64 * 256) == 16384);
    CHECK(scs_payoff_gain(-3) == -3 * 256);
    CHECK(scs_payoff_gain((1 << 22) + 5) == 256 * ((1 << 22) - 1));
    CHECK(scs_payoff_gain(-(1 << 30)) == -256 * ((1 << 22) - 1));
    CHECK(scs_level(&rules, 350 * 256) == 0);
    CHECK(scs_level(&rules, 950 * 256 - 1) == 254);
    CHECK(scs_level(&rules, 950 * 256) == 255);
    CHECK(scs_circle(&rules, 1000, 0) == 500);
    CHECK(scs_circle(&rules, 0, 255) == 32767);
    uint16_t history = 40000;
    scs_update_history(&rules, &history, 0);
    CHECK(history == 30000);
    scs_update_history(&rules, &history, 1);
    CHECK(history == 30000 + (65535 - 30000) / 4);
}

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

static void test_wealth_stays_in_its_range(void)
{
    scs_rules_t rules = {.wealth_rate = 1820};
    CHECK(scs_wealth(&rules, 3000, 3000, 0) == 3000);
    CHECK(scs_wealth(&rules, 0, 0, -5) == 0);
    CHECK(scs_wealth(&rules, 1 << 30, 1 << 30, 1 << 22) == 1 << 30);
    CHECK(scs_wealth(&rules, 1000, 0, 0) == 1000 - 1000 * 1820 / 65536);
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

static void test_pick_counts_the_bounds_reached(void)
{
    const int64_t until[4] = {10, 10, 70000, (int64_t)1 << 32};
    for (int n = 1; n <= 4; n++) {
        uint16_t first[256];
        int shift = scs_index_bounds(first, until, n);
        const uint32_t draws[] = {0, 9, 10, 11, 69999, 70000, 1 << 24, UINT32_MAX};
        for (size_t k = 0; k < sizeof draws / sizeof *draws; k++) {
            int reached = 0;
            while (reached < n && draws[k] >= until[reached])
                reached++;
            if (reached < n)
                CHECK(scs_pick(until, first, shift, draws[k]) == reached);
        }
    }
    uint16_t offers[256];
    int bits = scs_index_bounds(offers, until, 3);
    CHECK(scs_offer(until, offers, bits, 3, 1, 70000 - 65536 - 1) == 2);
    CHECK(scs_offer(until, offers, bits, 3, 1, 70000 - 65536) == 3);
    uint16_t none[256];
    CHECK(scs_index_bounds(none, until, 0) == 0 && none[255] == 0);
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

/* What a published word says of the payoff. */
static int32_t published_payoff(uint32_t word)
{
    int32_t low = (int32_t)(word & 0xFFFF);
    return low < 32768 ? low : low - 65536;
}

static void test_published_word_holds_its_parts(void)
{
    const scs_rules_t rules = {.good_from = 960 * 256};
    const int32_t payoffs[] = {0, 63, 64, -1, -64, -65, 32767 * 64, 1 << 30, -(1 << 30)};
    for (size_t k = 0; k < sizeof payoffs / sizeof *payoffs; k++) {
        uint32_t strategy = (uint32_t)k % 3, quality = 255 - (uint32_t)k;
        uint32_t word = scs_publish(&rules, payoffs[k], strategy, 960 * 256,
                                    960 * 256 - 1, quality, 0, 0);
        int64_t narrow = scs_clamp(payoffs[k] >> 6, -32768, 32767);
        CHECK(published_payoff(word) == narrow);
        CHECK((word >> 16 & 3) == strategy);
        CHECK((word & SCS_GOOD) != 0);
        CHECK((word & SCS_FAIR_GOOD) == 0);
        CHECK(word >> 24 == quality);
    }
    CHECK(scs_publish(&rules, 0, 0, 0, 960 * 256, 0, 0, 0) == SCS_FAIR_GOOD);
    CHECK(scs_publish(&rules, 0, 0, 960 * 256, 960 * 256, 0, 3, 0) == SCS_FAIR_GOOD);
    CHECK(scs_publish(&rules, 0, 0, 960 * 256, 960 * 256, 0, 0, 1) == SCS_GOOD);
}

static void test_clerk_loses_then_reverses_then_keeps(void)
{
    const scs_rules_t rules = {.lost = 10, .reversed = 15};
    int64_t sums[SCS_N_sums] = {0};
    const scs_row_t row = {.sums = sums};
    CHECK(scs_clerk(&rules, 9, &row) == 0);
    CHECK(scs_clerk(&rules, 10, &row) == -1);
    CHECK(scs_clerk(&rules, 14, &row) == -1);
    CHECK(scs_clerk(&rules, 15, &row) == 1);
    CHECK(sums[SCS_records_lost] == 1);
    CHECK(sums[SCS_records_reversed] == 2);
}

/* Discriminators refuse known bad partners only; slips fall to 0 at full quality. */
static void test_strategies_keep_their_word_as_named(void)
{
    const uint32_t able = 65535, best = (uint32_t)255 << 24;
    const uint32_t reliable = best | SCS_RELIABLE << 16;
    const uint32_t opportunist = best | SCS_OPPORTUNIST << 16;
    const uint32_t discriminator = best | SCS_DISCRIMINATOR << 16;
    CHECK(scs_keeps(0, 65536, reliable, 0, able, 0));
    CHECK(!scs_keeps(0, 65536, opportunist, SCS_GOOD, able, 0));
    CHECK(scs_keeps(0, 65536, discriminator, SCS_GOOD, able, 0));
    CHECK(!scs_keeps(0, 1, discriminator, 0, able, 0));
    CHECK(scs_keeps(0, 1, discriminator, 0, able, 1));
    CHECK(!scs_keeps(65536, 0, SCS_RELIABLE << 16, 0, 0, 0));
    CHECK(scs_keeps(256, 0, reliable, 0, 65534, 0));
    CHECK(!scs_keeps(256, 0, reliable, 0, 65535, 0));
}

/* Equal payoffs: half of those who consider. Much more: all; much less: none. */
static void test_copying_follows_the_fermi_rule(void)
{
    const scs_rules_t rules = {.learning = 65536, .selection = 4096};
    const uint32_t rich = 32767, poor = 0x8000;
    CHECK(scs_copies(&rules, 7, 7, 32767));
    CHECK(!scs_copies(&rules, 7, 7, 32768));
    CHECK(scs_copies(&rules, poor, rich, 65535));
    CHECK(!scs_copies(&rules, rich, poor, 0));
    /* A monthly income more: 65536 / (1 + 1/e), in integers 2^32 / (65536 + 24109). */
    CHECK(scs_copies(&rules, 0, 1024, 47909));
    CHECK(!scs_copies(&rules, 0, 1024, 47910));
    CHECK(scs_copies(&rules, 1024, 0, 65536 - 47910 - 1));
    CHECK(!scs_copies(&rules, 1024, 0, 65536 - 47910));
}

/* One citizen in one month ----------------------------------------------------------- */

enum { SPAN = 128 * 256 }; /* a range in which a bin of B is one point wide */

static uint8_t quality[1], guile[1], ties[1], traits[1], listed[1], means[1];
static int32_t score[1], wealth[1];
static uint16_t history[1], fair_history[1];
static int64_t belief[2][SCS_BINS], sums[SCS_N_sums], by_domain[4 * SCS_N_by_domain];
static int64_t by_level[6 * SCS_N_by_level], by_group[4 * SCS_N_by_group];
static int64_t fits[2 * (1 + SCS_N_FEATURES)];
static scs_tile_t tile;
static const scs_row_t row = {
    .sums = sums, .by_domain = by_domain, .by_level = by_level, .by_group = by_group};

/* Return a model of one aware, enrolled citizen whose village and township leaders (the
 * township decides) manipulate; nothing has happened yet. */
static scs_model_t begin_month(void)
{
    scs_model_t model = {
        .rules = {.n_levels = 2, .deciding = 1, .recorded = 1, .scored = 1, .has_parts = 1,
                  .scorer = SCS_BLACK_BOX, .record_weight = 16384, .foresight = 1 << 24,
                  .meeting_right = 65536, .ceiling = SPAN - 1, .bin_factor = 1 << 24,
                  .n_prizes = 1, .retaliates = 1},
        .state = {.quality = quality, .guile = guile, .ties = ties, .traits = traits,
                  .listed = listed, .means = means, .score = score, .wealth = wealth,
                  .history = history, .fair_history = fair_history,
                  .belief = {belief[0], belief[1]}, .fits = fits}};
    memset(fits, 0, sizeof fits);
    memset(&tile, 0, sizeof tile);
    memset(sums, 0, sizeof sums);
    memset(by_domain, 0, sizeof by_domain);
    memset(by_level, 0, sizeof by_level);
    memset(by_group, 0, sizeof by_group);
    memset(belief, 0, sizeof belief);
    quality[0] = guile[0] = ties[0] = listed[0] = means[0] = 0;
    traits[0] = SCS_AWARE | SCS_ENROLLED;
    score[0] = wealth[0] = 0;
    history[0] = fair_history[0] = 40000;
    tile.n = 1;
    tile.clients = ties;
    tile.views = traits;
    tile.manipulates = 3;
    tile.limit[0] = tile.fair_limit[0] = SCS_NO_LIMIT;
    for (int k = 0; k < 128; k++)
        tile.unsuppressed[k] = tile.unsuppressed_automatic[k] = tile.unanswered[k] = 65536;
    return model;
}

/* Return what a level has counted of an output. */
static int64_t at_level(int level, int output)
{ return by_level[level * SCS_N_by_level + output]; }

static scs_act_t plain_act(int64_t points)
{
    return (scs_act_t){.inverse_scale = 65536, .positive = points > 0, .only = 15,
                       .scored = 1, .points = points, .human = 1, .limit = SCS_NO_LIMIT,
                       .dealt = {points, points, points, points, points, points},
                       .seen = {65536, 65536, 65536, 65536},
                       .seen_low = {65536, 65536, 65536, 65536}};
}

/* B rises by 1000 a point: half a bin above the centre of bin 3 it is 3500. */
static void test_worth_of_points_by_score(void)
{
    scs_model_t model = begin_month();
    scs_act_t act = plain_act(256);
    model.prizes[0].bins = SCS_BINS_SCORE;
    for (int k = 0; k < SCS_BINS; k++)
        belief[0][k] = 1000 * k;
    score[0] = 128 + 3 * 256;
    CHECK(scs_value_of(&model.rules, belief[0], score[0]) == 3000);
    CHECK(scs_value_of(&model.rules, belief[0], score[0] + 128) == 3500);
    CHECK(scs_value_of(&model.rules, belief[0], 0) == 0);
    CHECK(scs_value_of(&model.rules, belief[0], SPAN - 1) == 127000);
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

/* Under stern judging to keep one's word to a bad partner is bad; the fair score asks for
 * the partner's fair standing. */
static void test_meetings_are_judged_by_norm_and_standing(void)
{
    scs_model_t model = begin_month();
    const int64_t stern[4] = {1, -1, -1, 1};
    memcpy(model.rules.norm, stern, sizeof stern);
    model.rules.meeting_plus = 1;
    model.rules.meeting_minus = 5;
    model.rules.meeting_dealt[0] = 1;
    model.rules.meeting_dealt[1] = 10;
    tile.other_word[0] = SCS_FAIR_GOOD;
    tile.kept[0] = 1;
    scs_judge(&model, &tile, 0, 0, &row);
    CHECK(tile.points[0] == -10 && tile.fair_points[0] == 1);
    CHECK(history[0] == 30000 && fair_history[0] == 46383);
    CHECK(at_level(1, SCS_weighted) == 1 && sums[SCS_meetings_recorded] == 1);
    tile.kept[0] = 0;
    scs_judge(&model, &tile, 0, 0, &row);
    CHECK(tile.points[0] == -9 && tile.fair_points[0] == -4);
    tile.unsuppressed[2] = 0; /* a patron covers what is blamed, not what is praised */
    ties[0] = 2;
    scs_judge(&model, &tile, 0, 0, &row);
    CHECK(tile.points[0] == -8 && at_level(1, SCS_suppressed) == 0);
    tile.kept[0] = 1;
    scs_judge(&model, &tile, 0, 0, &row);
    CHECK(tile.points[0] == -8 && at_level(1, SCS_suppressed) == 1);
}

/* Village covers a client with 1/4, township with 1/2; others are answered and tilted. */
static void test_patrons_cover_clients_and_answer_others(void)
{
    scs_model_t model = begin_month();
    scs_rules_t *r = &model.rules;
    r->favouritism[0] = r->retaliate[0] = 16384;
    r->favouritism[1] = r->retaliate[1] = 32768;
    r->tilt[0] = 3;
    r->tilt[1] = 5;
    for (uint32_t k = 0; k < 4; k++)
        scs_meet_patrons(r, &tile, k);
    CHECK(tile.unsuppressed[3] == 24576 && tile.unsuppressed[0] == 65536);
    CHECK(tile.unsuppressed_automatic[1] == 65536 && tile.unsuppressed_automatic[2] == 32768);
    CHECK(tile.unanswered[0] == 24576 && tile.unanswered[1] == 32768);
    CHECK(tile.tilt[1] == 3 && tile.dissent_tilt[1] == 3 - 5 && tile.dissent_tilt[0] == -8);
}

static void test_means_of_units_round_down_and_inflation_is_capped(void)
{
    const scs_rules_t rules = {.n_citizens = 7, .spans = {4, 7}, .inflation = {100},
                               .inflation_cap = {50}};
    int64_t villages[2] = {-5, 10};
    int64_t *sum_of[6] = {villages};
    CHECK(scs_units(&rules, 0) == 2 && scs_unit_size(&rules, 0, 1) == 3);
    CHECK(scs_unit_mean(&rules, sum_of, 0, 0) == -2 && scs_unit_mean(&rules, sum_of, 0, 1) == 3);
    CHECK(scs_inflation(&rules, 0, 1000, 1000, 1, 4, 0) == 25);
    CHECK(scs_inflation(&rules, 0, 1000, 1000, 4, 4, 0) == 50);
    CHECK(scs_inflation(&rules, 0, 1100, 1000, 4, 4, 0) == 0);
    CHECK(scs_inflation(&rules, 0, 1000, 1000, 0, 4, 30) == 30);
}

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

static void test_processor_level_is_known(void)
{
    int level = scs_processor_level();
    CHECK(level == 1 || level == 3 || level == 4);
    CHECK(scs_compiler[0] == 'g' || scs_compiler[0] == 'c');
}

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

int main(void)
{
    test_philox_gives_known_answers();
    test_philox_lanes_do_not_matter();
    test_selection_equals_sorting();
    test_selection_breaks_ties_by_lot_then_index();
    test_selection_from_a_wide_pool_equals_sorting();
    test_nobody_wins_without_places_or_applicants();
    test_pools_are_whole_tiles();
    test_list_holds_the_chosen_in_order();
    test_counts_are_those_of_a_plain_loop();
    test_grades_are_the_cuts_reached();
    test_sums_of_a_group_fit_32_bits();
    test_sorting_is_by_draw_then_index();
    test_barrier_holds_threads_together();
    test_one_thread_does_not_wait();
    test_toward_zero_is_plain_division();
    test_ledger_drifts_then_adds_then_clamps();
    test_cohorts_expire_whole();
    test_parts_of_an_index();
    test_ranks_by_grade_and_list();
    test_wealth_stays_in_its_range();
    test_wealth_bins_rise_without_gaps();
    test_chance_falls_from_one_to_zero();
    test_pick_counts_the_bounds_reached();
    test_first_below_adds_the_levels_up();
    test_published_word_holds_its_parts();
    test_clerk_loses_then_reverses_then_keeps();
    test_strategies_keep_their_word_as_named();
    test_copying_follows_the_fermi_rule();
    test_worth_of_points_by_score();
    test_worth_of_grades_lists_and_slopes();
    test_marks_in_the_history_are_foreseen();
    test_records_enter_history_list_and_grade_rules();
    test_invented_records_touch_nothing_fair();
    test_retaliation_spares_clients();
    test_sales_are_to_clients_and_the_rich_below_a_cut();
    test_extra_records_are_credits_or_frames();
    test_suppression_is_at_the_lowest_level_that_covers();
    test_reports_are_dealt_by_the_deciding_leader();
    test_temptation_weighs_cost_against_gain();
    test_deeds_are_done_faked_or_left();
    test_meetings_are_judged_by_norm_and_standing();
    test_patrons_cover_clients_and_answer_others();
    test_means_of_units_round_down_and_inflation_is_capped();
    test_list_shortens_lengthens_and_frees();
    test_citizens_join_and_leave_for_a_gain();
    test_experience_of_those_outside_is_mixed_with_that_inside();
    test_processor_level_is_known();
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
