/* One citizen in one month: the state that tests of a step begin with. */
#ifndef MONTH_H
#define MONTH_H
#include "checks.h"
#include "scs_orders.h"
#include "scs_outputs.h"
#include "scs_structs.h"

enum { SPAN = 128 * 256 }; /* a range in which a bin of B is one point wide */

extern uint8_t quality[1], guile[1], ties[1], traits[1], listed[1], means[1];
extern int32_t score[1], wealth[1];
extern uint16_t history[1], fair_history[1];
extern int64_t belief[2][SCS_BINS], sums[SCS_N_sums], by_domain[4 * SCS_N_by_domain];
extern int64_t by_level[6 * SCS_N_by_level], by_group[4 * SCS_N_by_group];
extern int64_t fits[2 * (1 + SCS_N_FEATURES)];
extern scs_tile_t tile;
extern const scs_row_t row;

scs_model_t begin_month(void);
int64_t at_level(int level, int output);
scs_act_t plain_act(int64_t points);
#endif
