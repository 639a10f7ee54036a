/* Philox against its published answers and against one word at a time. */
#include "scs_philox.h"
#include "checks.h"

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

void test_philox(void)
{
    test_philox_gives_known_answers();
    test_philox_lanes_do_not_matter();
}
