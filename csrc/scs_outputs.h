/* The columns of the wide output tables, in the order of scsfast/model/outcomes.py; a
 * test compares the two. Each table of the registry is one list here. */
#ifndef SCS_OUTPUTS_H
#define SCS_OUTPUTS_H
#include <stddef.h>
#include <stdint.h>

#define SCS_SUMS(X) \
    X(informal_help) \
    X(meetings) X(words_kept) X(meetings_recorded) X(meetings_misjudged) \
    X(records_lost) X(records_reversed) \
    X(records_handled) X(social_value) X(welfare) X(offender_gain) X(prize_worth) \
    X(score) X(fair_score) X(displacement) X(grades_moved) \
    X(wealth) X(payoff) X(reliable) X(opportunist) X(discriminator) X(dropped) X(listings) \
    X(fair_listings) X(performed) X(taken_off) X(repaired) X(records_misfiled) X(wronged) \
    X(appeals) X(appeals_granted) \
    X(corrected) X(enrolled) X(enrolled_quality) X(aware) X(told) \
    X(reached) X(opted_in) X(opted_out)
#define SCS_BY_PRIZE(X) \
    X(places) X(applicants) X(prizes) X(prize_value) X(fair_prize_value) \
    X(oracle_prize_value) X(lottery_prize_value) X(prizes_moved) \
    X(quality_prize_value) X(need_prize_value) X(winners_quality) X(winners_need) \
    X(prizes_again) X(favoured_prizes) X(favoured_fair_prizes) X(opposed_prizes) \
    X(opposed_fair_prizes)
#define SCS_BY_DOMAIN(X) \
    X(temptations) X(violations) X(violations_observed) X(violations_suppressed) X(violations_unable) \
    X(occasions) X(deeds) X(deeds_moved) X(deeds_faked) X(deeds_observed)
#define SCS_BY_LEVEL(X) \
    X(suppressed) X(credited) X(framed) X(weighted) X(bent) X(desk_lifted) \
    X(retaliated) X(sold) X(tilted) X(inflated) X(recentred) X(audited) X(caught) X(retired) \
    X(manipulating) X(ordered) X(ordered_suppressed) X(effort) X(hushed) \
    X(turned) X(reformed) X(overturned)
#define SCS_BY_TIE(X) X(connected) X(connected_prizes) X(connected_fair_prizes)
#define SCS_BY_GROUP(X) \
    X(group_citizens) X(group_violations) X(group_violations_observed) X(group_deeds) \
    X(group_deeds_observed) X(group_prizes) X(group_fair_prizes) X(group_score) \
    X(group_fair_score) X(group_bad) X(group_low) X(group_low_bad) X(group_fair_low) \
    X(group_fair_low_bad) X(group_listed) X(group_listed_bad) X(group_fair_listed) \
    X(group_fair_listed_bad)
#define SCS_BY_STRATUM(X) \
    X(stratum_citizens) X(stratum_applicants) X(stratum_applicant_value) \
    X(stratum_prizes) X(stratum_fair_prizes) X(stratum_prizes_moved) \
    X(stratum_prize_value) X(stratum_quality_prizes) X(stratum_quality_prize_value) \
    X(stratum_winners_quality) X(stratum_winners_need)
#define SCS_BY_GRADE(X) \
    X(grade_citizens) X(grade_fair_citizens) X(grade_bad) X(grade_fair_bad)
#define SCS_GRADE_TRANSITIONS(X) X(grade_transition_count)
#define SCS_SCORE_HISTOGRAM(X) X(score_count)
#define SCS_HISTOGRAMS(X) X(wealth_count) X(prize_count)
#define SCS_STRATUM_HISTOGRAMS(X) \
    X(stratum_wealth_count) X(stratum_wealth) X(stratum_prize_count)
#define SCS_BY_UNIT(X) X(unit_citizens) X(unit_score) X(unit_fair_score)

#define SCS_COLUMN(name) SCS_##name,
#define SCS_NAME(name) #name,
#define SCS_TABLE(table, list) \
    enum { list(SCS_COLUMN) SCS_N_##table }; \
    static const char *const scs_names_##table[] = {list(SCS_NAME) 0};

SCS_TABLE(sums, SCS_SUMS)
SCS_TABLE(by_prize, SCS_BY_PRIZE)
SCS_TABLE(by_domain, SCS_BY_DOMAIN)
SCS_TABLE(by_level, SCS_BY_LEVEL)
SCS_TABLE(by_tie, SCS_BY_TIE)
SCS_TABLE(by_group, SCS_BY_GROUP)
SCS_TABLE(by_stratum, SCS_BY_STRATUM)
SCS_TABLE(by_grade, SCS_BY_GRADE)
SCS_TABLE(grade_transitions, SCS_GRADE_TRANSITIONS)
SCS_TABLE(score_histogram, SCS_SCORE_HISTOGRAM)
SCS_TABLE(histograms, SCS_HISTOGRAMS)
SCS_TABLE(stratum_histograms, SCS_STRATUM_HISTOGRAMS)
SCS_TABLE(by_unit, SCS_BY_UNIT)

enum {
    SCS_MAX_GRADES = 8, SCS_N_GROUPS = 4, SCS_N_DOMAINS = 4, SCS_MAX_PRIZES = 4,
    SCS_N_TIES = 8, SCS_TIE_ANY = 6, SCS_TIE_ALL = 7, SCS_N_TERCILES = 3,
    SCS_N_STRATA = 8, /* group x tied to a leader or not */
    SCS_SCORE_BINS = 128, SCS_QUALITY_CLASSES = 16, SCS_BINS = 128
};

enum { SCS_N_WON_BY = 32 }; /* sets of the judges of scs_wide_pools.h */

/* Bits of a citizen's judgement code, above its two of group. */
enum {
    SCS_CODE_BAD = 4, SCS_CODE_LOW = 8, SCS_CODE_FAIR_LOW = 16, SCS_CODE_LISTED = 32,
    SCS_CODE_FAIR_LISTED = 64, SCS_CODE_TIED = 128
};

/* Counts by code; eight tables, so that consecutive equal codes need not wait for each other.
 * No two tables are a multiple of 4 KiB apart: processors take such places for the same. */
enum { SCS_COUNTS_APART = 256 + 16 };
typedef struct {
    uint32_t count[8][SCS_COUNTS_APART];
} scs_counts_t;

/* Winners of a kind of prize, and the sums of their need x quality, quality and need. */
typedef struct {
    int64_t n, value, quality, need;
} scs_winners_t;

/* The counters of a thread in the current tick: the rows of the tables; citizens and
 * winners by bin of B of each kind of prize; applicants whom the desk lifts for the next tick. */
typedef struct {
    int64_t *sums, *by_prize, *by_domain, *by_level, *by_tie, *by_group, *by_stratum;
    int64_t *by_grade;
    int64_t *grade_transitions, *score_histogram, *histograms, *stratum_histograms, *by_unit;
    scs_counts_t bins[SCS_MAX_PRIZES];
    int64_t bin_wins[SCS_MAX_PRIZES][SCS_SCORE_BINS];
    int64_t outside_wins[SCS_MAX_PRIZES]; /* prizes of citizens without a score */
    int64_t lifted[SCS_MAX_PRIZES];
    /* winners by stratum and by the judges who give them the prize, one bit each */
    scs_winners_t winners[SCS_MAX_PRIZES][SCS_N_STRATA][SCS_N_WON_BY];
    /* by how leaders treat them, and by ties and tercile; of each whether they have won (1),
     * would have won by fair scores (2), or both */
    int64_t treated_wins[SCS_MAX_PRIZES][3][4], tied_wins[64][SCS_N_TERCILES][4];
    int64_t prize_worth;
    uint32_t *outcomes; /* of choices, by row of the choices; see scs_choices.h */
} scs_row_t;

/* The kernel points the first members, in the order of TABLES, at the rows of a tick. */
_Static_assert(offsetof(scs_row_t, by_unit) == 12 * sizeof(int64_t *)
               && offsetof(scs_row_t, bins) == 13 * sizeof(int64_t *),
               "scs_row_t must begin with the thirteen tables of the kernel, nothing between");
#endif
