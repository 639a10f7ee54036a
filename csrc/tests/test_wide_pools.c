/* Selection by several threads against that by one. */
#include "scs_wide_pools.h"
#include "scs_yardsticks.h"
#include "checks.h"

enum { TILES = 40, TILE = 512, CITIZENS = TILES * TILE, MOST_PARTS = 5 };

typedef struct {
    uint16_t rank[CITIZENS], lot[CITIZENS], applied[TILES];
    uint16_t applicant[CITIZENS];
    uint8_t byte[CITIZENS];
} world_t;

/* Fill a world of so many different ranks and lots; `most` citizens of a tile apply. */
static void fill_world(world_t *world, uint32_t ranks, uint32_t lots, uint32_t most)
{
    for (int tile = 0; tile < TILES; tile++) {
        world->applied[tile] = (uint16_t)random_below(most + 1);
        for (int k = 0; k < TILE; k++) {
            int64_t at = tile * TILE + k;
            world->rank[at] = (uint16_t)(1 + random_below(ranks));
            world->byte[at] = (uint8_t)random_below(ranks);
            world->lot[at] = (uint16_t)random_below(lots);
            world->applicant[at] = (uint16_t)k;
        }
    }
}

static scs_pool_t part_of(const scs_pool_t *pool, int part, int parts)
{
    scs_pool_t own = *pool;
    own.first = pool->first + (pool->last - pool->first) * part / parts;
    own.last = pool->first + (pool->last - pool->first) * (part + 1) / parts;
    return own;
}

/* Return the cut that `parts` threads find, one after the other in each pass. */
static scs_cut_t cut_of_parts(scs_ranks_t rank, const uint16_t *lot, const scs_pool_t *pool,
                              int64_t places, int parts)
{
    static int64_t count[MOST_PARTS][256];
    uint32_t found = 0;
    for (int step = 0; step < SCS_PASSES; step++) {
        int64_t all[256] = {0};
        for (int part = 0; part < parts; part++) {
            scs_pool_t own = part_of(pool, part, parts);
            scs_count_next(count[part], rank, lot, &own, found, step);
            for (int byte = 0; byte < 256; byte++)
                all[byte] += count[part][byte];
        }
        found = scs_find_next(all, found, step, &places);
    }
    int part = 0;
    for (; count[part][found & 255] < places; part++)
        places -= count[part][found & 255];
    scs_pool_t own = part_of(pool, part, parts);
    int64_t index = scs_index_after_key(rank, lot, &own, found, places);
    return (scs_cut_t){(uint16_t)(found >> 16), (uint16_t)found, (uint32_t)index};
}

static int is_same(scs_cut_t one, scs_cut_t other)
{ return one.rank == other.rank && one.lot == other.lot && one.index == other.index; }

/* Check ranks of 16 bits and of a byte for the first, a middle and the last place. */
static void check_world(const world_t *world, const scs_pool_t *pool, int parts)
{
    static uint32_t key[CITIZENS];
    int64_t applicants = 0;
    scs_ranks_t wide = {world->rank, NULL}, narrow = {NULL, world->byte};
    for (int64_t tile = pool->first; tile < pool->last; tile++)
        applicants += world->applied[tile];
    int64_t places[] = {1, (applicants + 1) / 2, applicants};
    for (int k = 0; k < 3 && applicants; k++) {
        CHECK(is_same(cut_of_parts(wide, world->lot, pool, places[k], parts),
                      scs_select(world->rank, world->lot, pool, places[k], key)));
        CHECK(is_same(cut_of_parts(narrow, world->lot, pool, places[k], parts),
                      scs_select_bytes(world->byte, world->lot, pool, places[k], key)));
    }
}

static void test_parts_of_a_pool_find_the_cut_of_the_whole(void)
{
    static world_t world;
    const uint32_t ranks[] = {65535, 200, 1, 1}, lots[] = {65536, 65536, 30, 1};
    static uint32_t start[TILES];
    scs_pool_t pool = {world.applicant, world.applied, start, 0, TILES};
    for (uint32_t tile = 0; tile < TILES; tile++)
        start[tile] = tile * TILE;
    for (int kind = 0; kind < 4; kind++)
        for (int parts = 1; parts <= MOST_PARTS; parts++) {
            fill_world(&world, ranks[kind], lots[kind], parts == 4 ? TILE : 25);
            pool.first = parts == 3 ? 7 : 0;
            check_world(&world, &pool, parts);
        }
}

void test_wide_pools(void)
{
    test_parts_of_a_pool_find_the_cut_of_the_whole();
}
