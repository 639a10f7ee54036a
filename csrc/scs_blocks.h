/* Numbers of the random blocks, and the rows that a tile keeps of them.
 * Written by csrc/make_draws.py from scsfast/model/draws.py. */
#ifndef SCS_BLOCKS_H
#define SCS_BLOCKS_H
enum {
    SCS_OFFERS = 0,
    SCS_REPORTS = 1,
    SCS_LEADERSHIP = 2,
    SCS_NEEDS = 3,
    SCS_PAIR = 4,
    SCS_DEALS = 5,
    SCS_SLOT = 6,
    SCS_AUDITS = 8,
    SCS_TRAITS = 16,
    SCS_STATUS = 17,
    SCS_MATCHING = 18,
    SCS_TIES = 40,
    SCS_LEADERS = 48,
    SCS_ORDERS = 80,
    SCS_APPEALS = 81,
    SCS_APPEAL_TIES = 82,
    SCS_APPEAL_BODIES = 83,
    SCS_CONSENT = 96,
    SCS_HUSH = 84,
};
enum { SCS_N_ROWS = 28 };

/* Row of a block's word in a tile. */
#define SCS_ROW(block, word) (4 * ((block) == 96 ? 6 : (block)) + (word))
#endif
