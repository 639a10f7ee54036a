/* Wealth, payoff and the published word of one citizen. */
#include "scs_settle.h"
#include "checks.h"

static void test_wealth_stays_in_its_range(void)
{
    scs_rules_t rules = {.wealth_rate = 1820};
    CHECK(scs_wealth(&rules, 3000, 3000, 0) == 3000);
    CHECK(scs_wealth(&rules, 0, 0, -5) == 0);
    CHECK(scs_wealth(&rules, 1 << 30, 1 << 30, 1 << 22) == 1 << 30);
    CHECK(scs_wealth(&rules, 1000, 0, 0) == 1000 - 1000 * 1820 / 65536);
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

static void test_payoff_is_capped(void)
{
    CHECK(scs_payoff_gain(-3) == -3 * 256);
    CHECK(scs_payoff_gain((1 << 22) + 5) == 256 * ((1 << 22) - 1));
    CHECK(scs_payoff_gain(-(1 << 30)) == -256 * ((1 << 22) - 1));
}

void test_settle(void)
{
    test_payoff_is_capped();
    test_wealth_stays_in_its_range();
    test_published_word_holds_its_parts();
}
