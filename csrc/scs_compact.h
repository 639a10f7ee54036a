/* List the chosen entries of a tile, eight at a time and without a branch. */
#ifndef SCS_COMPACT_H
#define SCS_COMPACT_H
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "scs_compact and Philox's scalar lanes take the bytes of a word lowest first");

/* The places of the bits that are set in a byte, lowest first, in eight entries of a table. */
#define SCS_IS_PLACE(bits, k, at) \
    ((bits) >> (k) & 1 && __builtin_popcount((bits) & ((1 << (k)) - 1)) == (at) ? (k) : 0)
#define SCS_PLACE(bits, at) \
    (SCS_IS_PLACE(bits, 1, at) + SCS_IS_PLACE(bits, 2, at) + SCS_IS_PLACE(bits, 3, at) \
     + SCS_IS_PLACE(bits, 4, at) + SCS_IS_PLACE(bits, 5, at) + SCS_IS_PLACE(bits, 6, at) \
     + SCS_IS_PLACE(bits, 7, at))
#define SCS_PLACES(bits) \
    {SCS_PLACE(bits, 0), SCS_PLACE(bits, 1), SCS_PLACE(bits, 2), SCS_PLACE(bits, 3), \
     SCS_PLACE(bits, 4), SCS_PLACE(bits, 5), SCS_PLACE(bits, 6), SCS_PLACE(bits, 7)}
#define SCS_4(of, bits) of(bits), of((bits) + 1), of((bits) + 2), of((bits) + 3)
#define SCS_16(of, bits) \
    SCS_4(of, bits), SCS_4(of, (bits) + 4), SCS_4(of, (bits) + 8), SCS_4(of, (bits) + 12)
#define SCS_64(of, bits) \
    SCS_16(of, bits), SCS_16(of, (bits) + 16), SCS_16(of, (bits) + 32), SCS_16(of, (bits) + 48)
#define SCS_256(of) SCS_64(of, 0), SCS_64(of, 64), SCS_64(of, 128), SCS_64(of, 192)
static const uint16_t scs_places[256][8] = {SCS_256(SCS_PLACES)};
static const uint8_t scs_n_set[256] = {SCS_256(__builtin_popcount)};

/* Write the places of the bits that are set, counted from j on; what follows them is stale. */
static inline void scs_write_places(uint16_t *list, uint32_t bits, int j)
{
    for (int k = 0; k < 8; k++)
        list[k] = (uint16_t)(scs_places[bits][k] + j);
}

/* Write to `list` the j < n with chosen[j] == 1 (others are 0), in order; return how many.
 * Both have room for n rounded up to 8 and 8 more. */
static inline int scs_compact(uint16_t *list, uint8_t *chosen, int n)
{
    const uint64_t ones = 0x0101010101010101u;
    int found = 0;
    memset(chosen + n, 0, 8);
    for (int j = 0; j < n; j += 8) {
        uint64_t eight;
        memcpy(&eight, chosen + j, 8);
        scs_write_places(list + found, (uint32_t)(eight * 0x0102040810204080u >> 56), j);
        found += (int)(eight * ones >> 56);
    }
    return found;
}

/* Return which of eight flags, 0 or 1, are set: a bit for each, the lowest for the first. */
#if defined(__AVX2__)
static inline uint32_t scs_set_of_eight(const int32_t *flag)
{
    __m256i eight = _mm256_slli_epi32(_mm256_loadu_si256((const __m256i *)flag), 31);
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(eight));
}
#elif defined(__SSE2__)
static inline uint32_t scs_set_of_eight(const int32_t *flag)
{
    __m128i low = _mm_loadu_si128((const __m128i *)flag);
    __m128i high = _mm_loadu_si128((const __m128i *)(flag + 4));
    __m128i words = _mm_packs_epi32(low, high), bytes = _mm_packs_epi16(words, words);
    return (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 7)) & 255;
}
#else
static inline uint32_t scs_set_of_eight(const int32_t *flag)
{
    uint32_t bits = 0;
    for (int k = 0; k < 8; k++)
        bits |= (uint32_t)flag[k] << k;
    return bits;
}
#endif

/* The same from flags of 32 bits, as loops over draws make them. */
static inline int scs_compact_flags(uint16_t *list, int32_t *flag, int n)
{
    int found = 0;
    memset(flag + n, 0, 8 * sizeof(int32_t));
    for (int j = 0; j < n; j += 8) {
        uint32_t bits = scs_set_of_eight(flag + j);
        scs_write_places(list + found, bits, j);
        found += scs_n_set[bits];
    }
    return found;
}
#endif
