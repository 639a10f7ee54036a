/* The draws by purpose: of entry j of a tile, or of a list of those who need the
 * block; of a batch of the world's citizens; or of one citizen or unit alone. A
 * meeting's have a side: 0 for the lower index of the pair, 16 for the higher.
 * Written by csrc/make_draws.py from scsfast/model/draws.py. */
#ifndef SCS_DRAWS_H
#define SCS_DRAWS_H
#include "scs_philox.h"
#include "scs_structs.h"

static inline uint32_t scs_draw_temptation_high(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CITIZEN, 0)][j] & 0xffffu; }
static inline uint32_t scs_draw_occasion_high(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CITIZEN, 0)][j] >> 16; }
static inline uint32_t scs_draw_help(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CITIZEN, 1)][j] & 0xffffu; }
static inline uint32_t scs_draw_meeting_seen(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CITIZEN, 1)][j] >> 16; }
static inline uint32_t scs_draw_mutate_high(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CITIZEN, 2)][j] & 0xffffu; }
static inline uint32_t scs_draw_need(const scs_tile_t *t, int kind, int j)
{ return t->draw[SCS_ROW(SCS_CITIZEN, 3)][j] >> (8 * kind) & 0xffu; }
static inline uint32_t scs_draw_temptation_low(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_TEMPTED, 0)][j] & 0xffffu; }
static inline uint32_t scs_draw_commit(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_TEMPTED, 0)][j] >> 16; }
static inline uint32_t scs_draw_offence_seen(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_TEMPTED, 1)][j] & 0xffffu; }
static inline uint32_t scs_draw_suppress(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_TEMPTED, 1)][j] >> 16; }
static inline uint32_t scs_draw_offence_clerk(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_TEMPTED, 2)][j] & 0xffffu; }
static inline uint32_t scs_draw_retaliate(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_TEMPTED, 2)][j] >> 16; }
static inline uint32_t scs_draw_occasion_low(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_FREE_TIME, 0)][j] & 0xffffu; }
static inline uint32_t scs_draw_do(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_FREE_TIME, 0)][j] >> 16; }
static inline uint32_t scs_draw_deed_seen(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_FREE_TIME, 1)][j] & 0xffffu; }
static inline uint32_t scs_draw_fake(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_FREE_TIME, 1)][j] >> 16; }
static inline uint32_t scs_draw_deed_clerk(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_FREE_TIME, 2)][j] & 0xffffu; }
static inline uint32_t scs_draw_meeting_suppress(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_JUDGED, 0)][j] & 0xffffu; }
static inline uint32_t scs_draw_meeting_clerk(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_JUDGED, 0)][j] >> 16; }
static inline uint32_t scs_draw_credit(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_LEADERSHIP, 0)][j]; }
static inline uint32_t scs_draw_frame(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_LEADERSHIP, 1)][j]; }
static inline uint32_t scs_draw_sale(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_SALES, 0)][j]; }
static inline uint32_t scs_draw_mutate_low(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_MUTATION, 0)][j] & 0xffffu; }
static inline uint32_t scs_draw_mutant(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_MUTATION, 0)][j] >> 16; }
static inline uint32_t scs_draw_lot(const scs_tile_t *t, int kind, int j)
{ return t->draw[SCS_ROW(SCS_LOTS, kind)][j] & 0xffffu; }
static inline uint32_t scs_draw_perform(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_LISTED, 0)][j] & 0xffffu; }
static inline uint32_t scs_draw_orders(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_ORDERS, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_hush_offence(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_HUSH, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_hush_meeting(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_HUSH, m->seed) >> 16; }
static inline uint32_t scs_draw_appeal_offence(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_APPEALS, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_appeal_meeting(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_APPEALS, m->seed) >> 16; }
static inline uint32_t scs_draw_appeal_credited(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(1, who, when, m->replicate, SCS_APPEALS, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_appeal_framed(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(1, who, when, m->replicate, SCS_APPEALS, m->seed) >> 16; }
static inline uint32_t scs_draw_appeal_retaliated(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(2, who, when, m->replicate, SCS_APPEALS, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_misfiled_offence(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_CLERKS, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_misfiled_deed(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_CLERKS, m->seed) >> 16; }
static inline uint32_t scs_draw_namesake(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(1, who, when, m->replicate, SCS_SLOT, m->seed); }
static inline uint32_t scs_draw_publicity_heard(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CONSENT, 0)][j]; }
static inline uint32_t scs_draw_reconsider(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CONSENT, 1)][j]; }
static inline uint32_t scs_draw_told(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CONSENT, 2)][j] & 0xffffu; }
static inline uint32_t scs_draw_opt(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_CONSENT, 2)][j] >> 16; }
static inline uint32_t scs_draw_placebo_client(const uint32_t (*word)[SCS_TILE], int slot, int j)
{ return word[slot % 4][j]; }
static inline uint32_t scs_draw_placebo_dissenter(const uint32_t (*word)[SCS_TILE], int j)
{ return word[2][j]; }
static inline uint32_t scs_draw_weighted(const scs_model_t *m, int k, uint32_t who, uint32_t when)
{ return scs_philox_word(k, who, when, m->replicate, SCS_LOTTERY, m->seed); }
static inline uint32_t scs_draw_keeps(const scs_tile_t *t, int j, int side)
{ return t->draw[SCS_ROW(SCS_PAIR, 0)][j] >> (side) & 0xffffu; }
static inline uint32_t scs_draw_knows(const scs_tile_t *t, int j, int side)
{ return t->draw[SCS_ROW(SCS_PAIR, 1)][j] >> (side) & 0xffffu; }
static inline uint32_t scs_draw_learner(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_PAIR, 2)][j] & 0x1u; }
static inline uint32_t scs_draw_learn(const scs_tile_t *t, int j)
{ return t->draw[SCS_ROW(SCS_PAIR, 2)][j] >> 16; }
static inline uint32_t scs_draw_slot(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_SLOT, m->seed); }
static inline uint32_t scs_draw_quality(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j] & 0xffu; }
static inline uint32_t scs_draw_guile(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j] >> 8 & 0xffu; }
static inline uint32_t scs_draw_means(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j] >> 16 & 0xffu; }
static inline uint32_t scs_draw_group(const uint32_t (*word)[SCS_TILE], int j)
{ return word[1][j]; }
static inline uint32_t scs_draw_dissenter(const uint32_t (*word)[SCS_TILE], int j)
{ return word[2][j]; }
static inline uint32_t scs_draw_aware(const uint32_t (*word)[SCS_TILE], int j)
{ return word[3][j]; }
static inline uint32_t scs_draw_enrolled(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j]; }
static inline uint32_t scs_draw_strategy(const uint32_t (*word)[SCS_TILE], int j)
{ return word[1][j]; }
static inline uint32_t scs_draw_appeal_tie(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_APPEAL_TIES, m->seed); }
static inline uint32_t scs_draw_appeal_body(const scs_model_t *m, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_APPEAL_BODIES, m->seed); }
static inline uint32_t scs_draw_matching(const uint32_t (*word)[SCS_TILE], int slot, int j)
{ return word[slot % 4][j]; }
static inline uint32_t scs_draw_tie(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j]; }
static inline uint32_t scs_draw_leader(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_LEADERS + (uint32_t)level, m->seed); }
static inline uint32_t scs_draw_means_rank(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j] & 0xffffu; }
static inline uint32_t scs_draw_guile_rank(const uint32_t (*word)[SCS_TILE], int j)
{ return word[0][j] >> 16; }
static inline uint32_t scs_draw_guile_rest(const uint32_t (*word)[SCS_TILE], int j)
{ return word[1][j] & 0xffu; }
static inline uint32_t scs_draw_clock(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(1, who, when, m->replicate, SCS_LEADERS + (uint32_t)level, m->seed); }
static inline uint32_t scs_draw_considers(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_LEARNING + (uint32_t)level, m->seed); }
static inline uint32_t scs_draw_pupil(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(1, who, when, m->replicate, SCS_LEARNING + (uint32_t)level, m->seed); }
static inline uint32_t scs_draw_example(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(2, who, when, m->replicate, SCS_LEARNING + (uint32_t)level, m->seed); }
static inline uint32_t scs_draw_copies(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(3, who, when, m->replicate, SCS_LEARNING + (uint32_t)level, m->seed) & 0xffffu; }
static inline uint32_t scs_draw_audit(const scs_model_t *m, int level, uint32_t who, uint32_t when)
{ return scs_philox_word(0, who, when, m->replicate, SCS_AUDITS + (uint32_t)level, m->seed); }
#endif
