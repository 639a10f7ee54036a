/* Meetings: strategies, judgements, what patrons prevent. */
#include <string.h>
#include "scs_meeting.h"
#include "scs_review.h"
#include "scs_conduct.h"
#include "month.h"

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
    CHECK(tile.tilt[0][1] == 3 && tile.tilt[1][1] == 3 - 5 && tile.tilt[1][0] == -8);
}

void test_meeting(void)
{
    test_strategies_keep_their_word_as_named();
    test_copying_follows_the_fermi_rule();
    test_meetings_are_judged_by_norm_and_standing();
    test_patrons_cover_clients_and_answer_others();
}
