/* Structs that the rules of one citizen read and write: the scenario's integers, the state of
 * a replicate (struct of arrays), and the tile of neighbours that is being computed. */
#ifndef SCS_STRUCTS_H
#define SCS_STRUCTS_H
#include <stddef.h>
#include <stdint.h>
#include "scs_blocks.h"
#include "scs_foresee.h"
#include "scs_outputs.h"
#include "scs_units.h"
#include "scs_wide_pools.h"
#include "scs_yardsticks.h"

enum { SCS_MAX_SLOTS = 2047, SCS_MAX_COHORTS = 5, SCS_MAX_DELAY = 12 };
enum { SCS_TILE = 512 }; /* citizens: with 256 short loops cost more than the L1 cache gives */
enum { SCS_ROOM = SCS_TILE + 64 }; /* of lists that are written past their end; whole lines */
enum {
    SCS_BY_SCORE, SCS_BY_LOTTERY, SCS_BY_MARKET, SCS_BY_ORACLE, SCS_BY_GRADE,
    SCS_BY_EXCLUSION, SCS_BY_QUEUE, SCS_BY_THRESHOLD, SCS_BY_WEIGHT
};
enum { SCS_NO_TARGET, SCS_BY_MEAN, SCS_BY_COUNT };
enum { SCS_BINS_NONE, SCS_BINS_SCORE, SCS_BINS_GRADE, SCS_BINS_LIST, SCS_BINS_CUT };
enum { SCS_LEDGER, SCS_INDEX, SCS_BLACK_BOX, SCS_LIST, SCS_NO_SCORER };
enum { SCS_RELIABLE, SCS_OPPORTUNIST, SCS_DISCRIMINATOR, SCS_N_STRATEGIES };
enum { SCS_N_PARTS = 5, SCS_N_FEATURES = 8, SCS_N_FEATURE_SUMS = 44 };
enum { SCS_FULL = 65535, SCS_NO_LIMIT = 2147483647, SCS_MOST_OF_A_YEAR = 1 << 28 };

/* Bits of `traits`: two of group, then flags. */
enum { SCS_GROUP = 3, SCS_DISSENTER = 4, SCS_ENROLLED = 8, SCS_AWARE = 16, SCS_BOUGHT = 128 };
/* How leaders treat an applicant, noted when the ranks are made. */
enum { SCS_FAVOURED = 1, SCS_OPPOSED = 2 };
enum { SCS_RURAL = 1, SCS_MIGRANT = 2 };

/* Bits of `published`, the state that others read of a citizen. Quality is in the top byte. */
enum { SCS_GOOD = 1 << 18, SCS_FAIR_GOOD = 1 << 19, SCS_INFORMED = 1 << 20 };

/* One kind of act; see ActRule in scsfast/model/integers/rules.py for every member but `until`. */
typedef struct {
    int64_t inverse_scale, scale, penalty, price, due, social_value, positive, only, defies;
    int64_t scored;
    int64_t points, dealt[6], lists, limit, domain, human, seen[4], seen_low[4];
} scs_act_t;

/* How citizens of a group who weigh no points choose an act, where 32 bits hold it, see
 * scs_choices.h: P = E(min(cost, most) x inverse); of an offence the expected penalty, in good
 * and low standing, and the amount due; the chance of being seen; when the wide path decides. */
typedef struct {
    int32_t inverse, most, fined, fined_low, due, seen, seen_low, weighed;
} scs_choice_t;

/* The same by entry of a list. */
typedef struct {
    int32_t inverse[SCS_TILE], most[SCS_TILE], fined[SCS_TILE], fined_low[SCS_TILE];
    int32_t due[SCS_TILE], seen[SCS_TILE], seen_low[SCS_TILE], weighed[SCS_TILE];
} scs_choices_t;

enum { SCS_OFFER_BINS = 1024 };

/* What a draw of 32 bits offers: the last draw of each of n acts, and how many of them are
 * before a draw at least, by bin: what a shift leaves of it, SCS_OFFER_BINS above all of them.
 * At most `within` more are before it. */
typedef struct {
    const uint32_t *last;
    uint16_t first[SCS_OFFER_BINS + 1];
    int shift, within;
    int64_t n;
} scs_offers_t;

/* One kind of prize; see PrizeRule in scsfast/model/integers/rules.py for every member. */
typedef struct {
    int64_t rule, capacity, pool_level, desk_level, desk_bonus, cut, value, wealth;
    int64_t need_from, bins, learns;
} scs_prize_t;

/* The integers of a scenario; see Rules in scsfast/model/integers/rules.py for every member.
 * engine/state.py sets the flags, 1 if acts of a kind are possible at all. */
typedef struct {
    int64_t n_citizens, ticks_per_year, n_levels, measured_from, mean_level, n_slots;
    int64_t strategy_until[3], dissenter, aware, enrolled;
    int64_t tie_share[6], manipulator_share[6], tenure[6], audit[6];
    int64_t favouritism[6], credit_rate[6], credit_points[6], frame_rate[6], frame_points[6];
    int64_t retaliate[6], retaliate_points[6];
    int64_t sale_rate[6], sale_points[6], sale_price[6], rich_from[6];
    int64_t inflation[6], inflation_cap[6], recentring[6], tilt[6], orders[6];
    int64_t career_learning[6], career_selection[6], favour_value[6], standing_value[6];
    int64_t audit_cost[6];
    int64_t target[6], target_effort[6], target_width[6], target_step[6];
    int64_t favours[6], opposes[6], placebo;
    int64_t clients_know, deciding, n_offences, n_deeds, n_prizes;
    int64_t sells, retaliates, competes, tilts, reviews, commands, hushes, learns; /* flags */
    int64_t appeals, appeal_level, appeal_chance, appeal_grants, appeal_delay;
    int64_t moral, intrinsic, inverse_fake, price_weight, fake_cost, foresight;
    int64_t help_rate, help_value;
    int64_t benefit, cost, slip, publicity, learning, selection, mutation, payoff_rate;
    int64_t norm[16], meeting_seen, meeting_right, meeting_plus, meeting_minus, meeting_dealt[2];
    int64_t told, publicity_heard, opt_rate, opt_inverse, opt_cost, outlook;
    int64_t lost, reversed, misfiled, begins, recorded, scored, at_base, scorer, has_parts;
    int64_t base, floor, ceiling, drift, n_cohorts, good_from, drops;
    int64_t n_cuts, cuts[7], n_sale_cuts, sale_cuts[12];
    int64_t weights[5], manipulated_weights[5], identity[4], score_rate, record_weight;
    int64_t circle_weight, behaviour_slope, level_factor;
    int64_t listing, list_term, list_extension, list_exit, list_framed, list_repair;
    int64_t sloped, slope, prior, belief_memory, bin_factor;
    int64_t wealth_rate, bad_quality;
} scs_rules_t;

/* State by citizen: arrays of the same name in scsfast/engine/state.py. Those that no regime
 * of the scenario uses have no elements. */
#define SCS_COLUMNS(X) \
    X(uint8_t, quality) X(uint8_t, guile) X(uint8_t, means) X(uint8_t, ties) \
    X(uint8_t, traits) X(uint8_t, strategy) X(uint8_t, first_grade) \
    X(int32_t, score) X(int32_t, fair_score) X(int32_t, wealth) X(int32_t, payoff) \
    X(uint16_t, prizes) X(uint8_t, listed) X(uint8_t, fair_listed) \
    X(uint16_t, history) X(uint16_t, fair_history) X(uint16_t, circle) \
    X(uint16_t, fair_circle)
/* Tables by quality (256), means (256), wealth bin (128); the constant and the weights of
 * the black box, actual and fair, 9 each; the experience of prizes outside, by kind, 3 each;
 * chances of a tie (32 bits) by level and means, 256 each. */
#define SCS_LOOKUPS(X) \
    X(uint8_t, tercile) X(uint8_t, quality_class) X(int32_t, wealth_target) \
    X(int32_t, capacity) X(int64_t, fits) X(int64_t, outside) X(int64_t, tie)
#define SCS_MEMBER(type, name) type *name;

typedef struct {
    SCS_COLUMNS(SCS_MEMBER)
    SCS_LOOKUPS(SCS_MEMBER)
    int32_t *cohorts[SCS_MAX_COHORTS], *fair_cohorts[SCS_MAX_COHORTS];
    int32_t *remedy_points[SCS_MAX_DELAY]; /* by tick of the decision, */
    uint8_t *remedy_marks[SCS_MAX_DELAY];  /* modulo the delay */
    int32_t *misfiled_points[2], *fair_misfiled_points[2]; /* records of namesakes, written */
    uint8_t *misfiled_marks[2], *fair_misfiled_marks[2];   /* in even and odd ticks and */
                                                           /* entered in the next */
    uint32_t *published[2];            /* read in even and odd ticks */
    uint16_t *shown[2];                /* levels of score and, above, of fair score */
    uint16_t *lot[SCS_MAX_PRIZES];     /* by applicant, tile by tile */
    int32_t *need[SCS_MAX_PRIZES];     /* by the draw, 256 */
    int64_t *belief[SCS_MAX_PRIZES];   /* by bin, 128 */
} scs_state_t;

/* The offset of each column's and lookup's pointer in scs_state_t, and its type. */
typedef struct {
    const char *name, *type;
    size_t offset;
} scs_column_t;

#define SCS_ENTRY(type, name) {#name, #type, offsetof(scs_state_t, name)},
static const scs_column_t scs_columns[] = {
    SCS_COLUMNS(SCS_ENTRY) SCS_LOOKUPS(SCS_ENTRY) {NULL, NULL, 0}};

/* A tile of neighbours of one village: their draws, their month, common values. Arrays by citizen
 * or by entry of a list begin at lines of the cache: vectors across two lines cost time. */
typedef struct {
    _Alignas(SCS_LINE)
    uint32_t who[SCS_TILE], pair[SCS_TILE], other[SCS_TILE];
    uint32_t few[SCS_TILE]; /* citizens of a list for whom a block is drawn */
    int32_t side[SCS_TILE]; /* what to shift a pair's words for the higher index: 16 */
    uint32_t draw[SCS_N_ROWS][SCS_TILE];
    int32_t points[SCS_TILE], fair_points[SCS_TILE], gain[SCS_TILE], bin[SCS_TILE];
    int32_t limit[SCS_TILE], fair_limit[SCS_TILE];
    int32_t prize_value[SCS_TILE], prize_wealth[SCS_TILE];
    uint32_t own_word[SCS_TILE], other_word[SCS_TILE]; /* as published */
    int32_t kept[SCS_TILE]; /* whether the word given in a meeting was kept */
    int32_t partner_level[SCS_TILE], wealth_target[SCS_TILE];
    int32_t flag[SCS_ROOM]; /* see scs_compact_flags */
    uint8_t moved[SCS_TILE], new_strategy[SCS_TILE];
    uint8_t learns[SCS_TILE]; /* whether, and how, it becomes aware */
    uint8_t severe[SCS_TILE], fair_severe[SCS_TILE], taken_off[SCS_TILE], repaired[SCS_TILE];
    uint8_t ordered[SCS_TILE], word_from[SCS_TILE]; /* see scs_orders.h */
    int16_t violated[SCS_TILE], fair_violated[SCS_TILE];
    int16_t features[2][SCS_N_FEATURES + 1][SCS_TILE]; /* actual, fair; and violations */
    int32_t capacity[SCS_TILE], behaviour[SCS_TILE]; /* parts of an index */
    int32_t target_score[SCS_TILE];
    int32_t won[SCS_TILE]; /* by applicant: bit j if judge j gives it a prize */
    int32_t need[SCS_TILE];
    uint8_t code[SCS_TILE];
    uint8_t chosen[SCS_ROOM]; /* see scs_compact */
    uint16_t list[SCS_ROOM];
    uint8_t observed[SCS_ROOM]; /* of a list, by its entries */
    uint16_t reports[SCS_ROOM];
    /* by entry of a list: the act that is offered; its row in the choices, then its outcome;
     * whether the citizen weighs points; its published word and wealth; draws, costs, chances */
    uint16_t kind[SCS_TILE];
    uint32_t offer[SCS_TILE], own[SCS_TILE];
    int32_t choice[SCS_TILE], weighs[SCS_TILE], stock[SCS_TILE], felt[SCS_TILE], chance[SCS_TILE];
    scs_choices_t chosen_from;
    /* where clients and dissenters are drawn under a placebo */
    uint8_t drawn_clients[SCS_TILE], drawn_views[SCS_TILE];
    uint32_t placebo[8][SCS_TILE];
    int64_t start, n, number, village;
    int64_t village_start, village_size;
    int64_t slot; /* of the tick, whose partners meet */
    uint32_t tick;
    uint32_t manipulates;   /* bit l: the leader at level l manipulates */
    uint32_t favours, opposes; /* and favours its clients, harms dissenters */
    /* bits as of `ties` and `traits` by which leaders act on each citizen */
    const uint8_t *clients, *views;
    /* by ties: chance (16 bit) that nobody suppresses a human, an automatic record, that
     * nobody retaliates; points that leaders add to the target, of others and of dissenters */
    int32_t unsuppressed[128], unsuppressed_automatic[128], unanswered[128];
    int32_t tilt[2][128]; /* the second of a dissenter; from 64 on: under a word from above */
    int64_t hush[6];        /* by level: chance (16 bit) that a record is hushed up */
    int64_t n_violated;     /* citizens of the village with a violation so far */
    int has_body;           /* whether an appeals body hears the village */
    int32_t unit_points;    /* points that the review gives every citizen of the village */
    const int64_t *weights; /* of the parts of an index, as the deciding leader has them */
    int64_t pool[SCS_MAX_PRIZES];
} scs_tile_t;
_Static_assert(offsetof(scs_tile_t, start) % SCS_LINE == 0, "a tile's arrays are whole lines");

typedef struct {
    scs_rules_t rules;
    const scs_act_t *offences, *deeds;
    scs_offers_t offers[2]; /* temptations, occasions */
    scs_choice_t *choices;  /* by 4 * act + group: of offences, none, deeds, none */
    scs_prize_t prizes[SCS_MAX_PRIZES];
    scs_units_t units;
    scs_state_t state;
    int narrow_parts; /* whether scs_parts_fit */
    uint64_t seed;
    uint32_t replicate;
    uint8_t *manipulates[6];             /* by level and unit: the leader manipulates, */
    int64_t *hush[6];                    /* and hushes records up with this chance */
    const int64_t *unit_points;          /* by village */
    const uint8_t *bodies;               /* by village: an appeals body hears it */
    const uint16_t *near[SCS_MAX_SLOTS]; /* partners as offsets in the unit, or NULL: */
    const uint32_t *far[SCS_MAX_SLOTS];  /* partners as indices */
    int64_t slot_level[SCS_MAX_SLOTS];  /* in whose units a slot pairs */
    scs_cut_t *cuts[SCS_MAX_PRIZES];     /* by pool and judge */
    uint16_t *applicant[SCS_MAX_PRIZES]; /* who of a tile applies, from its start on, */
    uint16_t *applied[SCS_MAX_PRIZES];   /* and by tile how many; so ranks and lots */
    uint8_t applies[SCS_MAX_PRIZES][256]; /* by the draw of a need; where needs rise with */
    int needy_from[SCS_MAX_PRIZES];       /* it the first that applies, else -1 */
    uint8_t *asked_need[SCS_MAX_PRIZES];  /* likewise: need, quality, treatment */
    uint8_t *asked_quality[SCS_MAX_PRIZES], *treatment[SCS_MAX_PRIZES];
    int same_as[SCS_MAX_PRIZES][SCS_N_RANKS]; /* judges that rank equally share a cut, */
    uint16_t *ranks[SCS_MAX_PRIZES][SCS_N_RANKS]; /* and an array */
} scs_model_t;

/* State of the review: by level and unit the serial number and last tick of the leader in
 * office, sums of scores, citizens with a recorded violation, and points of the tick; by level
 * the manipulating leaders; by tie and tercile the tied citizens. Each thread has one, with
 * counts of its own: they add up to those of the world. */
typedef struct {
    int64_t *serial[6], *ends[6], *sum[6], *fair_sum[6], *violated[6], *points[6];
    int64_t *favours_done[6], *bribes[6]; /* of the last tick, by level and village */
    uint8_t *renewed[6]; /* by level and unit: the leader came into office this tick */
    int64_t manipulating[6];
    int64_t *connected;
} scs_review_t;
#endif
