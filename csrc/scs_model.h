/* What the rules of one citizen read and write: the scenario's integers, the state of a
 * replicate (struct of arrays), and the tile of neighbours that is being computed. */
#ifndef SCS_MODEL_H
#define SCS_MODEL_H
#include <stdint.h>
#include "scs_draws.h"
#include "scs_outputs.h"
#include "scs_select.h"

enum { SCS_MAX_SLOTS = 88 };
enum { SCS_TILE = 256 }; /* citizens; a tile and its draws fit the L1 cache */
enum { SCS_BY_SCORE, SCS_BY_LOTTERY, SCS_BY_MARKET, SCS_BY_ORACLE };
enum { SCS_RELIABLE, SCS_OPPORTUNIST, SCS_DISCRIMINATOR };

/* Bits of `traits`: two of group, then flags. */
enum { SCS_GROUP = 3, SCS_DISSENTER = 4, SCS_ENROLLED = 8, SCS_AWARE = 16 };

/* Bits of `published`: what others read of a citizen. Quality is in the top byte. */
enum { SCS_GOOD = 1 << 18, SCS_FAIR_GOOD = 1 << 19 };

/* One kind of act; see ActRule in scsfast/model/rules.py for every member but `until`. */
typedef struct {
    int64_t inverse_scale, penalty, price, social_value, scored, points;
    int64_t dealt[6], domain, human, seen[4];
} scs_act_t;

/* The integers of a scenario; see Rules in scsfast/model/rules.py for every member. */
typedef struct {
    int64_t n_citizens, n_levels, measured_from, mean_span, n_slots;
    int64_t spans[6];
    int64_t group_until[4], strategy_until[3], dissenter, aware, enrolled, tie[6];
    int64_t favour[6], credit_rate[6], credit_points[6], frame_rate[6], frame_points[6];
    int64_t clients_know, deciding, n_offences, n_deeds;
    int64_t moral, intrinsic, inverse_fake, foresight, help_rate, help_value;
    int64_t benefit, cost, slip, publicity, learning, selection, mutation, payoff_rate;
    int64_t norm[4], meeting_seen, meeting_plus, meeting_minus, meeting_dealt[2];
    int64_t lost, reversed, scored, base, floor, ceiling, drift, good_from;
    int64_t n_cuts, cuts[7];
    int64_t learns_value, sloped, slope, prior, belief_memory, bin_factor;
    int64_t allocation, capacity, pool_span, desk_level, desk_bonus;
    int64_t prize_value, prize_wealth, need_from, wealth_rate, bad_quality;
} scs_rules_t;

/* The state of a replicate by citizen, and tables by quality, means and need. */
typedef struct {
    uint8_t *quality, *guile, *means, *ties, *traits, *strategy, *first_grade;
    int32_t *score, *fair_score, *wealth, *payoff;
    uint16_t *prizes;
    uint32_t *published[2];            /* read in even and odd ticks */
    uint16_t *rank, *fair_rank, *oracle_rank, *lot;
    uint8_t *tercile, *quality_class;  /* by quality, 256 each */
    int32_t *wealth_target, *need;     /* by means and by the draw, 256 each */
    int64_t *belief;                   /* by score bin */
} scs_state_t;

/* Neighbours of one village: what is the same for all of them, their draws, their month. */
typedef struct {
    int64_t start, n;
    uint32_t bends;         /* bit l: the leader at level l manipulates */
    /* by ties: chance (16 bit) that nobody suppresses a human, an automatic record */
    int32_t unsuppressed[64], unsuppressed_automatic[64];
    int64_t pool;
    uint32_t who[SCS_TILE], pair[SCS_TILE], other[SCS_TILE];
    uint32_t draw[20][SCS_TILE];
    int32_t points[SCS_TILE], fair_points[SCS_TILE], gain[SCS_TILE], bin[SCS_TILE];
    int32_t grade_moved[SCS_TILE]; /* whether the grade is not the fair grade */
    uint32_t own_word[SCS_TILE], other_word[SCS_TILE]; /* as published */
    int32_t kept[SCS_TILE]; /* whether the word given in a meeting was kept */
    uint8_t deed[SCS_TILE], new_strategy[SCS_TILE];
    uint8_t won[SCS_TILE], fair_won[SCS_TILE], oracle_won[SCS_TILE];
    int32_t list[SCS_TILE];
} scs_tile_t;

typedef struct {
    scs_rules_t rules;
    const scs_act_t *offences, *deeds;
    const int64_t *offence_until, *deed_until; /* cumulative bounds of the draw */
    scs_state_t state;
    uint64_t seed;
    uint32_t replicate;
    const uint8_t *bends[6];          /* by level and unit: the leader manipulates */
    const uint16_t *near[SCS_MAX_SLOTS]; /* partners as offsets in the unit, or NULL: */
    const uint32_t *far[SCS_MAX_SLOTS];  /* partners as indices */
    int64_t slot_span[SCS_MAX_SLOTS];
    scs_cut_t *cuts;                  /* by pool: actual, fair, oracle */
    int rule_of[3];                   /* rules that rank alike share a cut */
} scs_model_t;
#endif
