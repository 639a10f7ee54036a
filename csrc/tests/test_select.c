/* Selection of winners against sorting. */
#include "scs_select.h"
#include "checks.h"

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
 * citizens, each cut into tiles of 512, applicants at the front of each tile. */
typedef struct {
    uint16_t *rank, *lot, *applied;
    uint16_t *applicant;
    uint32_t *first; /* citizen of each tile */
    scs_pool_t pool;
} listed_t;

enum { TILE = 512 };

/* Return the tiles of `n` citizens in villages of `span`. */
static int64_t tiles_of(int64_t n, int64_t span)
{ return n / span * ((span + TILE - 1) / TILE) + (n % span + TILE - 1) / TILE; }

static listed_t list_applicants(const uint16_t *rank, const uint16_t *lot, int64_t span,
                                int64_t stop)
{
    size_t tiles = (size_t)tiles_of(stop, span);
    listed_t of = {room_for((size_t)stop, 2), room_for((size_t)stop, 2),
                   room_for(tiles, 2), room_for((size_t)stop, 2), room_for(tiles, 4), {0}};
    of.pool = (scs_pool_t){of.applicant, of.applied, of.first, 0, 0};
    for (int64_t i = 0, tile = -1; i < stop; i++) {
        if (i % span % TILE == 0)
            of.first[++tile] = (uint32_t)i;
        int64_t start = of.first[tile], k = start + of.applied[tile];
        if (rank[i] == 0)
            continue;
        of.rank[k] = rank[i];
        of.lot[k] = lot[i];
        of.applicant[k] = (uint16_t)(i - start);
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
    free(of->first);
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
    of.pool.first = tiles_of(start, span);
    of.pool.last = tiles_of(stop, span);
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

void test_select(void)
{
    test_selection_equals_sorting();
    test_selection_breaks_ties_by_lot_then_index();
    test_selection_from_a_wide_pool_equals_sorting();
    test_nobody_wins_without_places_or_applicants();
}
