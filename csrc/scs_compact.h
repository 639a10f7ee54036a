/* List the chosen entries of a tile, eight at a time and without a branch. */
#ifndef SCS_COMPACT_H
#define SCS_COMPACT_H
#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "scs_compact and Philox's scalar lanes take the bytes of a word lowest first");

/* The places of the bits that are set in a byte, lowest first, one in each of 8 bytes. */
#define SCS_PLACE(bits, k) \
    ((uint64_t)((bits) >> (k) & 1) * (k) << 8 * __builtin_popcount((bits) & ((1 << (k)) - 1)))
#define SCS_PLACES(bits) \
    SCS_PLACE(bits, 1) | SCS_PLACE(bits, 2) | SCS_PLACE(bits, 3) | SCS_PLACE(bits, 4) \
    | SCS_PLACE(bits, 5) | SCS_PLACE(bits, 6) | SCS_PLACE(bits, 7)
#define SCS_4(bits) \
    SCS_PLACES(bits), SCS_PLACES((bits) + 1), SCS_PLACES((bits) + 2), SCS_PLACES((bits) + 3)
#define SCS_16(bits) SCS_4(bits), SCS_4((bits) + 4), SCS_4((bits) + 8), SCS_4((bits) + 12)
#define SCS_64(bits) SCS_16(bits), SCS_16((bits) + 16), SCS_16((bits) + 32), SCS_16((bits) + 48)
static const uint64_t scs_places[256] = {SCS_64(0), SCS_64(64), SCS_64(128), SCS_64(192)};

/* Write to `list` the j < n with chosen[j] == 1 (others are 0), in order; return how many.
 * For n up to 256; both have room for n rounded up to 8 and 8 more. */
static inline int scs_compact(uint8_t *list, uint8_t *chosen, int n)
{
    const uint64_t ones = 0x0101010101010101u;
    int found = 0;
    memset(chosen + n, 0, 8);
    for (int j = 0; j < n; j += 8) {
        uint64_t eight, places;
        memcpy(&eight, chosen + j, 8);
        places = scs_places[eight * 0x0102040810204080u >> 56] + ones * (uint64_t)j;
        memcpy(list + found, &places, 8);
        found += (int)(eight * ones >> 56);
    }
    return found;
}
#endif
