# The structs and functions of csrc/ that the kernel uses; the headers explain them.
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

cdef extern from "scs_blocks.h":
    ctypedef struct scs_block_number_t:
        const char *name
        uint32_t number
    const scs_block_number_t scs_block_numbers[]
    int SCS_ROW(int block, int word) noexcept nogil

cdef extern from "scs_philox.h":
    void scs_philox_fill(uint32_t *out, int64_t stride, const uint32_t *who, int64_t n,
                         uint32_t when, uint32_t replicate, uint32_t block,
                         uint64_t seed) noexcept nogil

cdef extern from "scs_barrier.h":
    ctypedef struct scs_barrier_t:
        pass
    void scs_barrier_init(scs_barrier_t *barrier) noexcept nogil
    void scs_barrier_wait(scs_barrier_t *barrier, int n_threads) noexcept nogil

cdef extern from "scs_wide_pools.h":
    enum:
        SCS_PASSES
    ctypedef struct scs_ranks_t:
        const uint16_t *wide
        const uint8_t *narrow
    ctypedef struct scs_share_t:
        int64_t count[4][5][256]
        int64_t served, applicants, value
    void scs_count_next(int64_t *count, scs_ranks_t rank, const uint16_t *lot,
                        const scs_pool_t *pool, uint32_t found,
                        int step) noexcept nogil
    uint32_t scs_find_next(const int64_t *count, uint32_t found, int step,
                           int64_t *places) noexcept nogil
    int64_t scs_index_after_key(scs_ranks_t rank, const uint16_t *lot,
                                const scs_pool_t *pool, uint32_t found,
                                int64_t places) noexcept nogil

cdef extern from "scs_outputs.h":
    ctypedef struct scs_counts_t:
        uint32_t count[8][272]
    ctypedef struct scs_winners_t:
        int64_t n, value, quality, need

cdef extern from "scs_select.h":
    ctypedef struct scs_cut_t:
        uint16_t rank
        uint16_t lot
        uint32_t index
    ctypedef struct scs_pool_t:
        const uint16_t *applicant
        const uint16_t *applied
        const uint32_t *start
        int64_t first, last
    int64_t scs_served(const uint16_t *rank, const scs_pool_t *pool) noexcept nogil
    scs_cut_t scs_served_cut() noexcept nogil
    scs_cut_t scs_select(const uint16_t *rank, const uint16_t *lot, const scs_pool_t *pool,
                         int64_t share, uint32_t *key) noexcept nogil

cdef extern from "scs_yardsticks.h":
    scs_cut_t scs_select_bytes(const uint8_t *rank, const uint16_t *lot,
                               const scs_pool_t *pool, int64_t share,
                               uint32_t *key) noexcept nogil

cdef extern from "scs_units.h":
    ctypedef struct scs_units_t:
        int64_t n[7]
        const uint32_t *start
        const uint32_t *tile
        const uint32_t *tile_start
        const uint32_t *of[7]
        const uint32_t *village[7]
    int64_t scs_first_citizen(const scs_units_t *u, int64_t level,
                              int64_t unit) noexcept nogil
    int64_t scs_unit_size(const scs_units_t *u, int64_t level, int64_t unit) noexcept nogil
    int64_t scs_unit_above(const scs_units_t *u, int64_t level, int64_t unit) noexcept nogil
    int64_t scs_first_within(const scs_units_t *u, int64_t level,
                             int64_t unit) noexcept nogil
    int64_t scs_village_from(const scs_units_t *u, int64_t citizen) noexcept nogil
    void scs_aim_pool(scs_pool_t *pool, const scs_units_t *u, int64_t level,
                      int64_t unit) noexcept nogil

cdef extern from "scs_structs.h":
    enum:
        SCS_TILE, SCS_LINE, SCS_ACTUAL, SCS_FAIR, SCS_ORACLE, SCS_N_RANKS, SCS_QUALITY_ALONE,
        SCS_NEED_ALONE, SCS_N_JUDGES, SCS_BY_QUEUE, SCS_BY_SCORE, SCS_CODE_TIED,
        SCS_PLACEBO, SCS_N_STRATA, SCS_BY_MARKET, SCS_BY_ORACLE, SCS_BY_GRADE,
        SCS_BY_EXCLUSION, SCS_BY_THRESHOLD, SCS_BY_WEIGHT, SCS_BINS_SCORE, SCS_BINS_CUT,
        SCS_BINS_GRADE, SCS_RELIABLE, SCS_OPPORTUNIST, SCS_N_STRATEGIES, SCS_LEDGER,
        SCS_BLACK_BOX, SCS_INDEX, SCS_GOOD, SCS_FAIR_GOOD, SCS_N_FEATURES,
        SCS_N_FEATURE_SUMS, SCS_MAX_PRIZES, SCS_NO_LIMIT, SCS_INFORMED, SCS_CODE_BAD,
        SCS_CODE_LOW, SCS_CODE_FAIR_LOW, SCS_CODE_LISTED, SCS_CODE_FAIR_LISTED,
        SCS_GROUP, SCS_DISSENTER, SCS_ENROLLED, SCS_AWARE, SCS_CITIZEN,
        SCS_TEMPTED, SCS_FREE_TIME, SCS_JUDGED, SCS_LEADERSHIP, SCS_LOTS, SCS_PAIR,
        SCS_SALES, SCS_MUTATION, SCS_LISTED, SCS_TRAITS, SCS_STATUS, SCS_MATCHING,
        SCS_TIES, SCS_CONSENT, SCS_BY_COUNT, SCS_COPULA, SCS_N_TIES, SCS_TIE_ANY,
        SCS_TIE_ALL, SCS_SCORE_BINS, SCS_QUALITY_CLASSES, SCS_BINS, SCS_MAX_GRADES,
        SCS_N_GROUPS, SCS_N_TERCILES
    enum:
        SCS_N_by_stratum, SCS_N_stratum_histograms, SCS_audited,
        SCS_stratum_applicants, SCS_stratum_applicant_value, SCS_stratum_wealth_count,
        SCS_stratum_wealth, SCS_stratum_prize_count, SCS_N_by_prize, SCS_N_by_level,
        SCS_N_by_tie, SCS_N_by_group, SCS_N_by_unit, SCS_N_histograms,
        SCS_wealth_count, SCS_prize_count, SCS_places, SCS_applicants,
        SCS_lottery_prize_value, SCS_informal_help, SCS_meetings, SCS_words_kept,
        SCS_social_value, SCS_welfare, SCS_dropped, SCS_corrected, SCS_effort, SCS_turned,
        SCS_reformed, SCS_suppressed, SCS_credited, SCS_sold, SCS_enrolled,
        SCS_enrolled_quality, SCS_aware, SCS_told, SCS_reached, SCS_score, SCS_fair_score,
        SCS_displacement, SCS_grades_moved, SCS_wealth, SCS_payoff, SCS_reliable,
        SCS_desk_lifted, SCS_tilted, SCS_inflated, SCS_recentred, SCS_caught, SCS_retired,
        SCS_manipulating, SCS_connected, SCS_group_citizens, SCS_group_score,
        SCS_group_fair_score, SCS_unit_citizens, SCS_unit_score, SCS_unit_fair_score
    const char *const scs_names_sums[]
    const char *const scs_names_by_prize[]
    const char *const scs_names_by_domain[]
    const char *const scs_names_by_level[]
    const char *const scs_names_by_tie[]
    const char *const scs_names_by_group[]
    const char *const scs_names_by_stratum[]
    const char *const scs_names_by_grade[]
    const char *const scs_names_grade_transitions[]
    const char *const scs_names_score_histogram[]
    const char *const scs_names_histograms[]
    const char *const scs_names_stratum_histograms[]
    const char *const scs_names_by_unit[]
    ctypedef struct scs_row_t:
        int64_t *sums
        int64_t *by_prize
        int64_t *by_domain
        int64_t *by_level
        int64_t *by_tie
        int64_t *by_group
        int64_t *by_stratum
        int64_t *by_grade
        int64_t *grade_transitions
        int64_t *score_histogram
        int64_t *histograms
        int64_t *stratum_histograms
        int64_t *by_unit
        scs_counts_t bins[4]
        int64_t bin_wins[4][128]
        int64_t outside_wins[4]
        int64_t lifted[4]
        scs_winners_t winners[4][8][32]
        int64_t treated_wins[4][3][4], tied_wins[64][3][4], prize_worth
        uint32_t *outcomes
    ctypedef struct scs_act_t:
        int64_t inverse_scale, scale, penalty, price, due, social_value, positive, only, defies
        int64_t scored
        int64_t points
        int64_t dealt[6]
        int64_t lists, limit, domain, human
        int64_t seen[4]
        int64_t seen_low[4]
    ctypedef struct scs_choice_t:
        int32_t inverse, most, fined, fined_low, due, seen, seen_low, weighed
    ctypedef struct scs_choices_t:
        int32_t inverse[512]
        int32_t most[512]
        int32_t fined[512]
        int32_t fined_low[512]
        int32_t due[512]
        int32_t seen[512]
        int32_t seen_low[512]
        int32_t weighed[512]
    ctypedef struct scs_offers_t:
        const uint32_t *last
        uint16_t first[1025]
        int shift, within
        int64_t n
    ctypedef struct scs_prize_t:
        int64_t rule, capacity, pool_level, desk_level, desk_bonus, cut, value, wealth
        int64_t need_from, bins, learns
    ctypedef struct scs_rules_t:
        int64_t n_citizens, ticks_per_year, n_levels, measured_from, mean_level, n_slots
        int64_t strategy_until[3]
        int64_t dissenter, aware, enrolled
        int64_t tie_share[6]
        int64_t manipulator_share[6]
        int64_t tenure[6]
        int64_t audit[6]
        int64_t favouritism[6]
        int64_t credit_rate[6]
        int64_t credit_points[6]
        int64_t frame_rate[6]
        int64_t frame_points[6]
        int64_t retaliate[6]
        int64_t retaliate_points[6]
        int64_t sale_rate[6]
        int64_t sale_points[6]
        int64_t sale_price[6]
        int64_t rich_from[6]
        int64_t inflation[6]
        int64_t inflation_cap[6]
        int64_t recentring[6]
        int64_t tilt[6]
        int64_t orders[6]
        int64_t career_learning[6]
        int64_t career_selection[6]
        int64_t favour_value[6]
        int64_t standing_value[6]
        int64_t audit_cost[6]
        int64_t target[6]
        int64_t target_effort[6]
        int64_t target_width[6]
        int64_t target_step[6]
        int64_t favours[6]
        int64_t opposes[6]
        int64_t placebo
        int64_t clients_know, deciding, n_offences, n_deeds, n_prizes
        int64_t sells, retaliates, competes, tilts, reviews, commands, hushes, learns
        int64_t appeals, appeal_level, appeal_chance, appeal_grants, appeal_delay
        int64_t moral, intrinsic, inverse_fake, price_weight, fake_cost, foresight, help_rate
        int64_t help_value
        int64_t benefit, cost, slip, publicity, learning, selection, mutation, payoff_rate
        int64_t norm[16]
        int64_t told, publicity_heard, opt_rate, opt_inverse, opt_cost, outlook
        int64_t meeting_seen, meeting_right, meeting_plus, meeting_minus
        int64_t meeting_dealt[2]
        int64_t lost, reversed, misfiled, begins, recorded, scored, at_base, scorer, has_parts
        int64_t base, floor, ceiling, drift, n_cohorts, good_from, drops
        int64_t n_cuts
        int64_t cuts[7]
        int64_t n_sale_cuts
        int64_t sale_cuts[12]
        int64_t weights[5]
        int64_t manipulated_weights[5]
        int64_t identity[4]
        int64_t score_rate, record_weight
        int64_t circle_weight, behaviour_slope, level_factor
        int64_t listing, list_term, list_extension, list_exit, list_framed, list_repair
        int64_t sloped, slope, prior, belief_memory, bin_factor
        int64_t wealth_rate, bad_quality
    ctypedef struct scs_state_t:
        uint8_t *quality
        uint8_t *guile
        uint8_t *means
        uint8_t *ties
        uint8_t *traits
        uint8_t *strategy
        uint8_t *first_grade
        int32_t *score
        int32_t *fair_score
        int32_t *wealth
        int32_t *payoff
        uint16_t *prizes
        uint8_t *listed
        uint8_t *fair_listed
        uint16_t *history
        uint16_t *fair_history
        uint16_t *circle
        uint16_t *fair_circle
        uint8_t *tercile
        uint8_t *quality_class
        int32_t *wealth_target
        int32_t *capacity
        int64_t *fits
        int64_t *outside
        int64_t *tie
        int32_t *cohorts[5]
        int32_t *fair_cohorts[5]
        int32_t *remedy_points[12]
        uint8_t *remedy_marks[12]
        int32_t *misfiled_points[2]
        int32_t *fair_misfiled_points[2]
        uint8_t *misfiled_marks[2]
        uint8_t *fair_misfiled_marks[2]
        uint32_t *published[2]
        uint16_t *shown[2]
        uint16_t *lot[4]
        int32_t *need[4]
        int64_t *belief[4]
    ctypedef struct scs_column_t:
        const char *name
        const char *type
        size_t offset
    const scs_column_t scs_columns[]
    ctypedef struct scs_tile_t:
        int64_t start, n, number, village
        int64_t village_start, village_size, slot
        uint32_t tick
        uint32_t manipulates
        uint32_t favours, opposes
        const uint8_t *clients, *views
        uint8_t drawn_clients[512]
        uint8_t drawn_views[512]
        uint32_t placebo[8][512]
        int32_t unsuppressed[128]
        int32_t unsuppressed_automatic[128]
        int32_t unanswered[128]
        int32_t tilt[2][128]
        int64_t hush[6]
        int64_t n_violated
        int has_body
        int32_t unit_points
        const int64_t *weights
        int64_t pool[4]
        uint32_t who[512]
        uint32_t pair[512]
        uint32_t other[512]
        uint32_t few[512]
        int32_t side[512]
        uint32_t draw[44][512]
        int32_t points[512]
        int32_t fair_points[512]
        int32_t gain[512]
        int32_t bin[512]
        int32_t limit[512]
        int32_t fair_limit[512]
        int32_t prize_value[512]
        int32_t prize_wealth[512]
        uint32_t own_word[512]
        uint32_t other_word[512]
        int32_t kept[512]
        int32_t partner_level[512]
        int32_t wealth_target[512]
        int32_t flag[576]
        uint8_t moved[512]
        uint8_t new_strategy[512]
        uint8_t severe[512]
        uint8_t fair_severe[512]
        uint8_t taken_off[512]
        uint8_t repaired[512]
        uint8_t ordered[512]
        uint8_t word_from[512]
        uint8_t learns[512]
        int16_t violated[512]
        int16_t fair_violated[512]
        int16_t features[2][9][512]
        int32_t capacity[512]
        int32_t behaviour[512]
        int32_t target_score[512]
        int32_t won[512]
        int32_t need[512]
        uint8_t code[512]
        uint8_t chosen[576]
        uint16_t list[576]
        uint8_t observed[576]
        uint16_t reports[576]
        uint16_t kind[512]
        uint32_t offer[512]
        uint32_t own[512]
        int32_t choice[512]
        int32_t weighs[512]
        int32_t stock[512]
        int32_t felt[512]
        int32_t chance[512]
        scs_choices_t chosen_from
    ctypedef struct scs_model_t:
        scs_rules_t rules
        const scs_act_t *offences
        const scs_act_t *deeds
        scs_offers_t offers[2]
        scs_choice_t *choices
        scs_prize_t prizes[4]
        scs_units_t units
        scs_state_t state
        int narrow_parts
        uint64_t seed
        uint32_t replicate
        uint8_t *manipulates[6]
        int64_t *hush[6]
        const int64_t *unit_points
        const uint8_t *bodies
        const uint16_t *near[2047]
        const uint32_t *far[2047]
        int64_t slot_level[2047]
        scs_cut_t *cuts[4]
        uint16_t *applicant[4]
        uint16_t *applied[4]
        uint8_t applies[4][256]
        int needy_from[4]
        uint8_t *asked_need[4]
        uint8_t *asked_quality[4]
        uint8_t *treatment[4]
        int same_as[4][3]
        uint16_t *ranks[4][3]
    ctypedef struct scs_review_t:
        int64_t *serial[6]
        int64_t *ends[6]
        int64_t *sum[6]
        int64_t *fair_sum[6]
        int64_t *violated[6]
        int64_t *favours_done[6]
        int64_t *bribes[6]
        int64_t *points[6]
        uint8_t *renewed[6]
        int64_t manipulating[6]
        int64_t *connected
