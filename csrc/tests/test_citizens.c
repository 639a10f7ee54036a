/* Traits of citizens against plain comparisons in 64 bits, draws at the chances among them. */
#include <string.h>
#include "scs_citizens.h"
#include "checks.h"

#define ALL ((int64_t)1 << 32)
enum { N = 300 };
static const int64_t chances[] = {0, 1, 2, 1000, (int64_t)1 << 31, ALL - 1, ALL};
enum { N_CHANCES = sizeof chances / sizeof *chances };
static uint32_t word[4][SCS_TILE];

/* Draw every word; each fifth is at a chance, or beside it. */
static void draw_words(void)
{
    for (int w = 0; w < 4; w++)
        for (int j = 0; j < N; j++) {
            uint32_t near = (uint32_t)chances[random_below(N_CHANCES)] + random_below(3) - 1;
            word[w][j] = j % 5 ? (uint32_t)next_random() : near;
        }
}

static void test_draws_are_below_chances(void)
{
    for (int k = 0; k < N_CHANCES; k++)
        for (int near = -1; near < 2; near++) {
            uint32_t draw = (uint32_t)chances[k] + (uint32_t)near;
            CHECK(scs_is_below(draw, chances[k]) == ((int64_t)draw < chances[k]));
            CHECK(scs_is_below(0, chances[k]) == (chances[k] > 0));
            CHECK(scs_is_below(UINT32_MAX, chances[k]) == (chances[k] == ALL));
        }
}

static void test_qualities_are_quantiles(void)
{
    uint8_t quality[N], guile[N], means[N], table[3][256];
    long wrong = 0;
    for (int k = 0; k < 3; k++)
        for (int q = 0; q < 256; q++)
            table[k][q] = (uint8_t)(q / (k + 1));
    draw_words();
    scs_note_qualities(quality, guile, means, table[0], table[1], table[2], word, N);
    for (int j = 0; j < N; j++)
        wrong += quality[j] != (word[0][j] & 255) || guile[j] != (word[0][j] >> 8 & 255) / 2
                 || means[j] != (word[0][j] >> 16 & 255) / 3;
    CHECK(wrong == 0);
}

/* Return the first k whose bound a draw is below. */
static int among(uint32_t draw, const int64_t *until)
{
    int k = 0;
    while (draw >= until[k])
        k++;
    return k;
}

static void test_traits_and_strategies(int64_t one, int64_t other)
{
    int64_t low = one < other ? one : other, high = one < other ? other : one;
    scs_rules_t r = {.dissenter = one, .aware = other, .enrolled = one,
                     .strategy_until = {low, high, ALL}};
    int64_t until[256][4];
    uint8_t traits[N], strategy[N], means[N];
    long wrong = 0;
    for (int m = 0; m < 256; m++)
        memcpy(until[m], (int64_t[4]){m % 2 ? low : 0, low, high, ALL}, sizeof until[m]);
    draw_words();
    for (int j = 0; j < N; j++)
        means[j] = (uint8_t)j;
    scs_note_traits(traits, means, &r, until[0], word, N);
    scs_note_status(traits, strategy, &r, word, N);
    for (int j = 0; j < N; j++) {
        int expected = among(word[1][j], until[means[j]]);
        expected |= word[2][j] < one ? SCS_DISSENTER : 0;
        expected |= word[3][j] < other ? SCS_AWARE : 0;
        expected |= word[0][j] < one ? SCS_ENROLLED : 0;
        wrong += traits[j] != expected || strategy[j] != among(word[1][j], r.strategy_until);
    }
    CHECK(wrong == 0);
}

static void test_ties_are_added_by_level(void)
{
    uint8_t ties[N], means[N];
    int64_t tie[256];
    long wrong = 0;
    for (int m = 0; m < 256; m++)
        tie[m] = chances[m % N_CHANCES];
    draw_words();
    for (int j = 0; j < N; j++) {
        means[j] = (uint8_t)(3 * j);
        ties[j] = j & 5;
    }
    scs_note_ties(ties, means, tie, 1, word, N);
    for (int j = 0; j < N; j++)
        wrong += ties[j] != ((j & 5) | (word[0][j] < tie[means[j]] ? 2 : 0));
    CHECK(wrong == 0);
}

void test_citizens(void)
{
    test_draws_are_below_chances();
    test_qualities_are_quantiles();
    for (int k = 0; k < N_CHANCES * N_CHANCES; k++)
        test_traits_and_strategies(chances[k % N_CHANCES], chances[k / N_CHANCES]);
    test_ties_are_added_by_level();
}
