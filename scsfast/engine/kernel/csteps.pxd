"""Functions of csrc/ by model step, one citizen each; `csrc` has the structs."""
from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from scsfast.engine.kernel.csrc cimport *

cdef extern from "scs_queue.h":
    ctypedef struct scs_queue_t:
        pass
    void scs_queue_fill(scs_queue_t *queue, int64_t first, int64_t end) noexcept nogil
    int64_t scs_queue_take(scs_queue_t *queue) noexcept nogil

cdef extern from "scs_measure.h":
    int32_t scs_score_bin(const scs_rules_t *r, int32_t score) noexcept nogil
    void scs_score_bins(const scs_rules_t *r, int32_t *bin, const int32_t *score,
                        int64_t n) noexcept nogil
    int scs_wealth_bin(uint32_t wealth) noexcept nogil
    void scs_count(scs_counts_t *counts, const uint8_t *code, int64_t n) noexcept nogil
    int64_t scs_counted(scs_counts_t *counts, int code) noexcept nogil
    int64_t scs_count_grades(int64_t *by_grade, const uint8_t *code, int64_t n_grades,
                             int64_t n) noexcept nogil
    void scs_count_judged(int64_t *by_group, int64_t *by_stratum, const uint8_t *code,
                          int64_t n) noexcept nogil
    void scs_grades(const scs_rules_t *r, int32_t *grade, const int32_t *score,
                    int64_t n) noexcept nogil
    int64_t scs_displacement(const int32_t *score, const int32_t *fair_score,
                             int64_t n) noexcept nogil
    int scs_tally_fits(int64_t floor, int64_t ceiling) noexcept nogil
    void scs_sum_groups(int64_t *total, const int32_t *score, const uint8_t *traits,
                        int32_t floor, int64_t n) noexcept nogil

cdef extern from "scs_compact.h":
    int scs_compact(uint16_t *list, uint8_t *chosen, int n) noexcept nogil
    int scs_compact_flags(uint16_t *list, int32_t *flag, int n) noexcept nogil

cdef extern from "scs_fixed.h":
    int32_t scs_toward_zero(int32_t x, uint32_t rate) noexcept nogil
    int32_t scs_upper_half(int64_t until) noexcept nogil
    void scs_take(uint32_t *to, const uint32_t *table, const uint32_t *at,
                  int64_t n) noexcept nogil
    void scs_take_16(int32_t *to, const uint16_t *table, const uint32_t *at,
                     int64_t n) noexcept nogil
    void scs_take_by_byte(int32_t *to, const int32_t *table, const uint8_t *at,
                          int64_t n) noexcept nogil
    const int32_t scs_exp_table[]

cdef extern from "scs_draws.h":
    uint32_t scs_draw_temptation_high(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_occasion_high(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_mutate_high(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_mutate_low(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_meeting_seen(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_mutant(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_reconsider(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_opt(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_need(const scs_tile_t *t, int kind, int j) noexcept nogil
    uint32_t scs_draw_weighted(const scs_model_t *m, int k, uint32_t who,
                               uint32_t when) noexcept nogil
    uint32_t scs_draw_means_rank(const uint32_t (*word)[512], int j) noexcept nogil
    uint32_t scs_draw_guile_rank(const uint32_t (*word)[512], int j) noexcept nogil
    uint32_t scs_draw_guile_rest(const uint32_t (*word)[512], int j) noexcept nogil
    uint32_t scs_draw_keeps(const scs_tile_t *t, int j, int side) noexcept nogil
    uint32_t scs_draw_knows(const scs_tile_t *t, int j, int side) noexcept nogil
    uint32_t scs_draw_learner(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_learn(const scs_tile_t *t, int j) noexcept nogil
    uint32_t scs_draw_slot(const scs_model_t *m, uint32_t who, uint32_t when) noexcept nogil
    uint32_t scs_draw_leader(const scs_model_t *m, int level, uint32_t who,
                             uint32_t when) noexcept nogil
    uint32_t scs_draw_considers(const scs_model_t *m, int level, uint32_t who,
                                uint32_t when) noexcept nogil
    uint32_t scs_draw_pupil(const scs_model_t *m, int level, uint32_t who,
                            uint32_t when) noexcept nogil
    uint32_t scs_draw_example(const scs_model_t *m, int level, uint32_t who,
                              uint32_t when) noexcept nogil
    uint32_t scs_draw_copies(const scs_model_t *m, int level, uint32_t who,
                             uint32_t when) noexcept nogil
    uint32_t scs_draw_audit(const scs_model_t *m, int level, uint32_t who,
                            uint32_t when) noexcept nogil
    uint32_t scs_draw_quality(const uint32_t (*word)[512], int j) noexcept nogil
    uint32_t scs_draw_matching(const uint32_t (*word)[512], int slot, int j) noexcept nogil
    uint32_t scs_draw_tie(const uint32_t (*word)[512], int j) noexcept nogil
    uint32_t scs_draw_placebo_client(const uint32_t (*word)[512], int slot,
                                     int j) noexcept nogil
    uint32_t scs_draw_placebo_dissenter(const uint32_t (*word)[512], int j) noexcept nogil

cdef extern from "scs_conduct.h":
    ctypedef struct scs_tally_t:
        uint64_t domain[4]
        uint64_t group[4]
        int64_t moved[4]
        int64_t value, gain
    void scs_note_bounds(scs_offers_t *offers, uint32_t *last, const int64_t *until,
                         int n) noexcept nogil
    uint8_t scs_face_temptation(const scs_model_t *m, scs_tile_t *t, int j, int k,
                                scs_tally_t *tally) noexcept nogil
    void scs_report_offence(const scs_model_t *m, scs_tile_t *t, int j, int k,
                            const scs_row_t *row) noexcept nogil
    void scs_count_offences(const scs_row_t *row, const scs_tally_t *tally) noexcept nogil
    uint8_t scs_use_free_time(const scs_model_t *m, scs_tile_t *t, int j, int k,
                              scs_tally_t *tally) noexcept nogil
    void scs_report_deed(const scs_model_t *m, scs_tile_t *t, int j, int k,
                         const scs_row_t *row) noexcept nogil
    void scs_count_deeds(const scs_row_t *row, const scs_tally_t *tally) noexcept nogil
    int scs_helps(const scs_tile_t *t, int j, int32_t help_rate,
                  uint8_t quality) noexcept nogil

cdef extern from "scs_choices.h":
    enum:
        SCS_N_OUTCOMES
    void scs_note_choices(scs_choice_t *choices, const scs_rules_t *r, const scs_act_t *acts,
                          int64_t n, int are_deeds) noexcept nogil
    void scs_note_offers(const scs_model_t *m, scs_tile_t *t, int n, const scs_offers_t *offers,
                         const uint32_t *high, int shift, const uint32_t *low) noexcept nogil
    void scs_choose_offences(const scs_model_t *m, scs_tile_t *t, int n,
                             const scs_row_t *row) noexcept nogil
    void scs_choose_deeds(const scs_model_t *m, scs_tile_t *t, int n,
                          const scs_row_t *row) noexcept nogil
    void scs_flush_outcomes(const scs_model_t *m, const scs_row_t *row) noexcept nogil

cdef extern from "scs_meeting.h":
    int32_t scs_keeps(int32_t slip, int32_t publicity, uint32_t own, uint32_t partner,
                      uint32_t able, uint32_t knows) noexcept nogil
    int scs_copies(const scs_rules_t *r, uint32_t own, uint32_t other,
                   uint32_t draw) noexcept nogil

cdef extern from "scs_orders.h":
    enum:
        SCS_ORDERED
    uint8_t scs_awaits_orders(const scs_model_t *m, const scs_tile_t *t,
                              int j) noexcept nogil
    void scs_obey(const scs_model_t *m, scs_tile_t *t, int j,
                  const scs_row_t *row) noexcept nogil

cdef extern from "scs_records.h":
    void scs_decide(const scs_model_t *m, scs_tile_t *t, int j, int64_t slot) noexcept nogil
    void scs_land(const scs_model_t *m, scs_tile_t *t, int j,
                  const scs_row_t *row) noexcept nogil
    void scs_judge(const scs_model_t *m, scs_tile_t *t, int j, int k,
                   const scs_row_t *row) noexcept nogil
    void scs_favour_or_frame(const scs_model_t *m, scs_tile_t *t, int j, int k,
                             const scs_row_t *row) noexcept nogil
    void scs_sell(const scs_model_t *m, scs_tile_t *t, int j, int k,
                  const scs_row_t *row) noexcept nogil

cdef extern from "scs_scores.h":
    int scs_grade(const scs_rules_t *r, int32_t score) noexcept nogil
    int32_t scs_move(const scs_rules_t *r, int32_t score, int32_t goal, uint32_t rate,
                     int32_t points, int32_t limit) noexcept nogil
    int32_t scs_book(const scs_rules_t *r, int32_t **cohorts, int64_t i, int64_t tick,
                     int32_t points, int32_t limit) noexcept nogil
    void scs_show_levels(uint16_t *shown, const scs_rules_t *r, const int32_t *score,
                         const int32_t *fair_score, int64_t n) noexcept nogil
    void scs_approach(const scs_model_t *m, scs_tile_t *t, int j) noexcept nogil

cdef extern from "scs_parts.h":
    int scs_parts_fit(const scs_rules_t *r) noexcept nogil
    int scs_fit_is_narrow(const int64_t *fit) noexcept nogil
    void scs_capacities(int32_t *capacity, const int32_t *table, const int32_t *wealth,
                        int64_t n) noexcept nogil
    void scs_behaviours(int32_t *behaviour, const scs_rules_t *r, const int32_t *payoff,
                        int64_t n) noexcept nogil
    void scs_index_targets(int32_t *target, const scs_rules_t *r, const int64_t *weights,
                           const uint16_t *history, const int32_t *capacity,
                           const int32_t *behaviour, const uint8_t *traits,
                           const uint16_t *circle, int64_t n) noexcept nogil
    void scs_fit_targets(int32_t *target, const scs_rules_t *r, int16_t (*features)[512],
                         const int64_t *fit, int64_t n) noexcept nogil
    void scs_tilt_targets(int32_t *target, const scs_tile_t *t) noexcept nogil
    void scs_widen_circles(uint16_t *circle, const scs_rules_t *r, const scs_tile_t *t,
                           int shift) noexcept nogil
    void scs_approach_targets(int32_t *score, const scs_rules_t *r, const int32_t *target,
                              const uint8_t *traits, const int32_t *points,
                              const int32_t *limit, int64_t n) noexcept nogil
    void scs_note_features(int16_t (*features)[512], const uint8_t *traits,
                           const uint16_t *history, const uint16_t *circle,
                           const int32_t *capacity, const int32_t *behaviour,
                           const uint32_t *word, uint32_t good, int64_t n) noexcept nogil
    void scs_add_features(int64_t *sums, int16_t (*features)[512], int64_t n) noexcept nogil

cdef extern from "scs_listing.h":
    void scs_update_list(const scs_model_t *m, const scs_tile_t *t, int j, int k,
                         const scs_row_t *row) noexcept nogil

cdef extern from "scs_prizes.h":
    void scs_note_applicants(const scs_model_t *m, scs_tile_t *t, int kind,
                             int n) noexcept nogil
    void scs_note_treatment(const scs_model_t *m, const scs_tile_t *t, int kind,
                            int n) noexcept nogil
    int64_t scs_stratum(uint32_t traits, uint32_t ties) noexcept nogil
    uint16_t scs_score_rank(int applies, int enrolled, int32_t points,
                            int32_t bonus) noexcept nogil
    uint16_t scs_grade_rank(const scs_rules_t *r, int applies, int enrolled, int32_t score,
                            int32_t bonus) noexcept nogil
    uint16_t scs_threshold_rank(int applies, int counts, int32_t score, int32_t bonus,
                                int64_t cut) noexcept nogil
    uint16_t scs_weighted_rank(int applies, int counts, uint32_t draw,
                               int64_t weight) noexcept nogil
    uint16_t scs_exclusion_rank(int applies, int is_free) noexcept nogil
    uint16_t scs_market_rank(int applies, int32_t need, int32_t wealth) noexcept nogil

cdef extern from "scs_next_tile.h":
    enum:
        SCS_AT_BEGIN, SCS_BEFORE_ACTS, SCS_AFTER_ACTS, SCS_AFTER_MEETINGS, SCS_AFTER_PRIZES
    void scs_foresee_tile(const scs_model_t *m, const scs_tile_t *t, int where) noexcept nogil

cdef extern from "scs_winners.h":
    int scs_list_winners(const scs_model_t *m, scs_tile_t *t, int64_t kind,
                         const scs_cut_t *cut) noexcept nogil
    void scs_count_winner(const scs_model_t *m, const scs_tile_t *t, int k, int64_t kind,
                          scs_row_t *row) noexcept nogil
    void scs_win(const scs_model_t *m, scs_tile_t *t, int j, int64_t kind,
                 scs_row_t *row) noexcept nogil
    void scs_flush_winners(const scs_model_t *m, scs_row_t *row) noexcept nogil

cdef extern from "scs_review.h":
    void scs_meet_patrons(const scs_rules_t *r, scs_tile_t *t, uint32_t ties) noexcept nogil
    int64_t scs_unit_mean(const scs_units_t *u, int64_t **sums, int level,
                          int64_t unit) noexcept nogil
    int64_t scs_inflation(const scs_rules_t *r, int level, int64_t mean, int64_t fair_mean,
                          int64_t ahead, int64_t siblings, int64_t more) noexcept nogil
    int64_t scs_figure(const scs_model_t *m, const scs_review_t *v, int level,
                       int64_t unit) noexcept nogil
    int64_t scs_pay_off(const scs_model_t *m, const scs_review_t *v, int level, int64_t unit,
                        int64_t first, int64_t last) noexcept nogil
    int scs_copies_way(const scs_rules_t *r, int level, int64_t difference,
                       uint32_t draw) noexcept nogil
    int64_t scs_closeness(const scs_rules_t *r, int level, int64_t gap) noexcept nogil
    int64_t scs_effort(const scs_rules_t *r, int level, int64_t close) noexcept nogil

cdef extern from "scs_settle.h":
    int32_t scs_payoff_gain(int32_t gain) noexcept nogil
    int32_t scs_wealth(const scs_rules_t *r, int32_t wealth, int32_t target,
                       int32_t gain) noexcept nogil
    uint32_t scs_publish(const scs_rules_t *r, int32_t payoff, uint32_t strategy,
                         int32_t score, int32_t fair_score, uint32_t quality,
                         uint32_t listed, uint32_t fair_listed) noexcept nogil

cdef extern from "scs_consent.h":
    enum:
        SCS_BY_WORD, SCS_BY_PUBLICITY
    uint8_t scs_hear(const scs_model_t *m, const scs_tile_t *t, int j) noexcept nogil
    void scs_learn_outside(const scs_model_t *m, int64_t kind, int64_t citizens,
                           int64_t wins, int64_t members,
                           int64_t member_wins) noexcept nogil
    void scs_reconsider(const scs_model_t *m, int64_t i, uint32_t draw,
                        const scs_row_t *row) noexcept nogil

cdef extern from "scs_build.h":
    const char *scs_compiler
    const char *SCS_FLAGS
    const char scs_revision[]
    int scs_processor_level() noexcept nogil
