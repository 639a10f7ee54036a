/* Numbers of the random blocks, and the rows that a tile keeps of them.
 * Written by csrc/make_draws.py from scsfast/model/draws.py. */
#ifndef SCS_BLOCKS_H
#define SCS_BLOCKS_H
enum {
    SCS_CITIZEN = 0,
    SCS_PAIR = 1,
    SCS_TEMPTED = 2,
    SCS_FREE_TIME = 3,
    SCS_JUDGED = 4,
    SCS_LEADERSHIP = 5,
    SCS_SALES = 6,
    SCS_MUTATION = 7,
    SCS_LOTS = 8,
    SCS_LISTED = 9,
    SCS_SLOT = 15,
    SCS_AUDITS = 56,
    SCS_TRAITS = 16,
    SCS_STATUS = 17,
    SCS_MATCHING = 18,
    SCS_TIES = 40,
    SCS_LEADERS = 48,
    SCS_ORDERS = 80,
    SCS_APPEALS = 81,
    SCS_APPEAL_TIES = 82,
    SCS_APPEAL_BODIES = 83,
    SCS_CONSENT = 10,
    SCS_HUSH = 84,
    SCS_CLERKS = 91,
    SCS_PLACEBO = 64,
    SCS_STRATA = 72,
    SCS_COPULA = 73,
    SCS_LOTTERY = 74,
    SCS_LEARNING = 85,
};
enum { SCS_N_ROWS = 44 };

/* Row of a block's word in a tile. */
#define SCS_ROW(block, word) (4 * ((block)) + (word))
#endif
