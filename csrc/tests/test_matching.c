/* Keys sorted by draw and index, and the partners that sorted neighbours become. */
#include "scs_matching.h"
#include "checks.h"

enum { ALL_DRAWS = 0 };

/* Write n draws below `draws`, or of all 32 bits, below the same top `skip` bits. */
static void draw_all(uint32_t *draw, int64_t n, uint32_t draws, int skip)
{
    for (int64_t i = 0; i < n; i++) {
        uint32_t found = draws == ALL_DRAWS ? (uint32_t)next_random() : random_below(draws);
        draw[i] = skip ? 0xA5A5A5A5u << (32 - skip) | found >> skip : found;
    }
}

/* Sort n draws: distinct keys in rising order, and nothing lost or changed. With `spread`
 * the citizens are listed by indices that are so far apart. */
static void check_sorted(int64_t n, uint32_t draws, uint32_t spread, int skip)
{
    void *bytes = room_for(scs_sorter_bytes(n), 1);
    uint32_t *draw = room_for((size_t)n, sizeof *draw);
    uint32_t *who = room_for((size_t)n, sizeof *who);
    scs_sorter_t s = scs_sorter_in(bytes, n);
    int64_t disorder = 0, changed = 0;
    draw_all(draw, n, draws, skip);
    for (int64_t i = 0; i < n; i++)
        who[i] = (uint32_t)i * spread;
    scs_sort_by_draw(s, draw, spread > 1 ? who : NULL, n, skip);
    for (int64_t i = 1; i < n; i++)
        disorder += s.key[i - 1] >= s.key[i];
    for (int64_t i = 0; i < n; i++) {
        uint32_t index = (uint32_t)s.key[i];
        changed += index % spread || index / spread >= n || draw[index / spread] != s.key[i] >> 32;
    }
    CHECK(disorder == 0);
    CHECK(changed == 0);
    free(bytes);
    free(draw);
    free(who);
}

/* Few draws fill bins beyond what a byte counts, at 256 citizens and more. */
static void test_sorting_is_by_draw_then_index(void)
{
    const int64_t sizes[] = {0, 1, 2, 3, 47, 255, 256, 257, 500, 513, 514, 1025, 5000};
    const uint32_t draws[] = {ALL_DRAWS, 1, 5, 300};
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
        for (size_t d = 0; d < sizeof draws / sizeof *draws; d++) {
            check_sorted(sizes[k], draws[d], 1, 0);
            check_sorted(sizes[k], draws[d], 7, 0);
            check_sorted(sizes[k], draws[d], 7, 3);
        }
}

/* A bin of 256 and eight bins of 256 together are too many for bytes; one less is counted. */
static void test_counts_are_refused_where_bytes_do_not_hold_them(void)
{
    enum { N = 256 };
    uint32_t draw[N];
    void *bytes = room_for(scs_sorter_bytes(N), 1);
    scs_sorter_t s = scs_sorter_in(bytes, N);
    const uint32_t bin = 1u << (32 - scs_bin_bits(N));
    for (uint32_t bins = 1; bins <= 9; bins++) {
        for (uint32_t i = 0; i < N; i++)
            draw[i] = i % bins * bin;
        CHECK((scs_count_bins(s, draw, N, 0) == N) == (bins == 9));
        CHECK(scs_count_bins(s, draw, N - 1, 0) == N - 1);
    }
    draw_all(draw, N, ALL_DRAWS, 8);
    CHECK(scs_count_bins(s, draw, N, 0) < N && scs_count_bins(s, draw, N, 8) == N);
    free(bytes);
}

/* Only the next size has room for twice as many bins. */
static void test_bins_are_twice_as_many_as_citizens(void)
{
    CHECK(scs_bin_bits(0) == 3 && scs_bin_bits(4) == 3 && scs_bin_bits(5) == 4);
    CHECK(scs_bin_bits(500) == 10 && scs_bin_bits(512) == 10 && scs_bin_bits(513) == 11);
    CHECK(scs_sorter_bytes(512) == 512 * 8 + 1024 + 1024 / 2);
}

/* In a sorted unit 0 and 1 meet, 2 and 3, ...; the odd last one meets itself, or is left. */
static void test_neighbours_meet(void)
{
    for (int64_t n = 0; n < 9; n++) {
        uint64_t key[9];
        uint16_t near[9];
        uint32_t far[9];
        for (int64_t i = 0; i < n; i++) {
            key[i] = (uint64_t)i << 32 | (uint64_t)(n - 1 - i);
            far[i] = 77;
        }
        scs_pair_near(near, key, n);
        scs_pair_far(far, key, n, 100);
        for (int64_t i = 0; i < n; i++) {
            int64_t other = (i ^ 1) < n ? n - 1 - (i ^ 1) : 0;
            CHECK(near[n - 1 - i] == other);
            CHECK(far[n - 1 - i] == ((i ^ 1) < n ? 100 + other : 77));
        }
    }
}

void test_matching(void)
{
    test_sorting_is_by_draw_then_index();
    test_counts_are_refused_where_bytes_do_not_hold_them();
    test_bins_are_twice_as_many_as_citizens();
    test_neighbours_meet();
}
