/* 2 Meeting: whether a citizen keeps its word, and whether it copies its partner. */
#ifndef SCS_MEETING_H
#define SCS_MEETING_H
#include "scs_fixed.h"
#include "scs_structs.h"

/* Return whether a citizen keeps its word, from its own and its partner's published state. */
static inline int32_t scs_keeps(int32_t slip, int32_t publicity, uint32_t own,
                                uint32_t partner, uint32_t able, uint32_t knows)
{
    uint32_t strategy = own >> 16 & 3;
    int32_t bad_known = ((int32_t)knows < publicity) & !(partner & SCS_GOOD);
    int32_t means_to = (strategy == SCS_RELIABLE)
                       | ((strategy == SCS_DISCRIMINATOR) & !bad_known);
    int32_t slips = (slip * (256 - (int32_t)(own >> 24))) >> 8;
    return means_to & ((int32_t)able < 65536 - slips);
}

/* Return whether the learner copies, from both published states and the draw. */
static inline int scs_copies(const scs_rules_t *r, uint32_t own, uint32_t other, uint32_t draw)
{
    int64_t difference = (int64_t)(int16_t)(other & 0xFFFF) - (int16_t)(own & 0xFFFF);
    int64_t x = (difference < 0 ? -difference : difference) * r->selection >> 14;
    int64_t copies = ((int64_t)1 << 32) / (65536 + scs_chance(x));
    return (int64_t)draw < r->learning * (difference < 0 ? 65536 - copies : copies) >> 16;
}
#endif
