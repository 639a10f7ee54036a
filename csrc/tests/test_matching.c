/* Sorting by draw against a plain sort. */
#include "scs_matching.h"
#include "checks.h"

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

void test_matching(void)
{
    test_sorting_is_by_draw_then_index();
}
