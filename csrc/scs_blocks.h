/* Numbers of the random blocks, and the rows that a tile keeps of them.
 * Written by csrc/make_draws.py from scsfast/model/draws.py. */
#ifndef SCS_BLOCKS_H
#define SCS_BLOCKS_H
#include <stddef.h>
#include <stdint.h>
#define SCS_BLOCKS(X) \
    X(CITIZEN, 0) \
    X(PAIR, 1) \
    X(TEMPTED, 2) \
    X(FREE_TIME, 3) \
    X(JUDGED, 4) \
    X(LEADERSHIP, 5) \
    X(SALES, 6) \
    X(MUTATION, 7) \
    X(LOTS, 8) \
    X(LISTED, 9) \
    X(SLOT, 15) \
    X(AUDITS, 56) \
    X(TRAITS, 16) \
    X(STATUS, 17) \
    X(MATCHING, 18) \
    X(TIES, 40) \
    X(LEADERS, 48) \
    X(ORDERS, 80) \
    X(APPEALS, 81) \
    X(APPEAL_TIES, 82) \
    X(APPEAL_BODIES, 83) \
    X(CONSENT, 10) \
    X(HUSH, 84) \
    X(CLERKS, 91) \
    X(PLACEBO, 64) \
    X(STRATA, 72) \
    X(COPULA, 73) \
    X(LOTTERY, 74) \
    X(LEARNING, 85)

#define SCS_NUMBERED(name, number) SCS_##name = number,
enum { SCS_BLOCKS(SCS_NUMBERED) };
typedef struct {
    const char *name;
    uint32_t number;
} scs_block_number_t;
#define SCS_NAMED(name, number) {#name, number},
static const scs_block_number_t scs_block_numbers[] = {
    SCS_BLOCKS(SCS_NAMED) {NULL, 0}};
enum { SCS_N_ROWS = 44 };

/* Row of a block's word in a tile. */
#define SCS_ROW(block, word) (4 * ((block)) + (word))
#endif
