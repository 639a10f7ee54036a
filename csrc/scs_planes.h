/* Bit planes: one bit of each of 64 bytes as a word, so that citizens are counted 64 at a time. */
#ifndef SCS_PLANES_H
#define SCS_PLANES_H
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { SCS_WORD = 64 };

/* Return bit number `bit` of each of 64 bytes, the first byte's in the lowest place. */
#if defined(__AVX2__)
static inline uint64_t scs_plane(const uint8_t *code, int bit)
{
    uint64_t plane = 0;
    for (int k = 0; k < 2; k++) {
        __m256i some = _mm256_loadu_si256((const __m256i *)(code + 32 * k));
        uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(some, 7 - bit));
        plane |= (uint64_t)bits << 32 * k;
    }
    return plane;
}
#elif defined(__SSE2__)
static inline uint64_t scs_plane(const uint8_t *code, int bit)
{
    uint64_t plane = 0;
    for (int k = 0; k < 4; k++) {
        __m128i some = _mm_loadu_si128((const __m128i *)(code + 16 * k));
        uint32_t bits = (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(some, 7 - bit));
        plane |= (uint64_t)bits << 16 * k;
    }
    return plane;
}
#else
static inline uint64_t scs_plane(const uint8_t *code, int bit)
{
    uint64_t plane = 0;
    for (int k = 0; k < SCS_WORD; k++)
        plane |= (uint64_t)(code[k] >> bit & 1) << k;
    return plane;
}
#endif

/* Write the `n_planes` lowest planes of 64 bytes. */
static inline void scs_planes(uint64_t *plane, const uint8_t *code, int n_planes)
{
    for (int bit = 0; bit < n_planes; bit++)
        plane[bit] = scs_plane(code, bit);
}

/* Return the places at which three planes hold a number, or two, if `n_planes` is 2. */
static inline uint64_t scs_equal(const uint64_t *plane, int number, int n_planes)
{
    uint64_t unlike = 0;
    for (int bit = 0; bit < n_planes; bit++)
        unlike |= plane[bit] ^ -(uint64_t)(number >> bit & 1);
    return ~unlike;
}

/* Return the places of a word that the first n of all entries fill. */
static inline uint64_t scs_filled(int64_t n)
{ return n < SCS_WORD ? ((uint64_t)1 << n) - 1 : UINT64_MAX; }

/* Return how many bits of a word are set: without the instruction, gcc would call a function. */
static inline int64_t scs_ones(uint64_t word)
{
#if defined(__POPCNT__)
    return __builtin_popcountll(word);
#else
    word -= word >> 1 & 0x5555555555555555u;
    word = (word & 0x3333333333333333u) + (word >> 2 & 0x3333333333333333u);
    word = (word + (word >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (int64_t)(word * 0x0101010101010101u >> 56);
#endif
}
#endif
