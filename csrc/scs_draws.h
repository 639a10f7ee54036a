/* The draw plan in C: block numbers and the tile's rows of words. The table that says
 * who owns which bits is scsfast/model/draws.py; a test holds the two together. */
#ifndef SCS_DRAWS_H
#define SCS_DRAWS_H
enum {
    SCS_OFFERS, SCS_REPORTS, SCS_LEADERSHIP, SCS_NEEDS, SCS_PAIR, SCS_DEALS, SCS_SLOT,
    SCS_AUDITS = 8,
    SCS_TRAITS = 16, SCS_STATUS = 17, SCS_MATCHING = 18, SCS_TIES = 40, SCS_LEADERS = 48
};

/* Row of a block's word in a tile: four rows a block, in the order of the enum. */
#define SCS_ROW(block, word) (4 * (block) + (word))
#define SCS_LOW16(word) ((word) & 0xFFFFu)
#define SCS_HIGH16(word) ((word) >> 16)
#endif
