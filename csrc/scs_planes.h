/* Bit planes: one bit of each of 64 bytes as a word, so that citizens are counted 64 at a time. */
#ifndef SCS_PLANES_H
#define SCS_PLANES_H
#include <stdint.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

enum { SCS_WORD = 64 };

/* Return bit number `bit` of each of SCS_BYTES bytes, the first byte's in the lowest place. */
#if defined(__AVX2__)
enum { SCS_BYTES = 32 };
static inline uint32_t scs_bits_of(const uint8_t *code, int bit)
{
    __m256i bytes = _mm256_loadu_si256((const __m256i *)code);
    return (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(bytes, 7 - bit));
}
#elif defined(__SSE2__)
enum { SCS_BYTES = 16 };
static inline uint32_t scs_bits_of(const uint8_t *code, int bit)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)code);
    return (uint32_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 7 - bit));
}
#else
enum { SCS_BYTES = 1 };
static inline uint32_t scs_bits_of(const uint8_t *code, int bit)
{ return *code >> bit & 1; }
#endif

/* Return bit number `bit` of each of 64 bytes. */
static inline uint64_t scs_plane(const uint8_t *code, int bit)
{
    uint64_t plane = 0;
    for (int k = 0; k < SCS_WORD; k += SCS_BYTES)
        plane |= (uint64_t)scs_bits_of(code + k, bit) << k;
    return plane;
}

/* Write the `n_planes` lowest planes of 64 bytes. */
static inline void scs_planes(uint64_t *plane, const uint8_t *code, int n_planes)
{
    for (int bit = 0; bit < n_planes; bit++)
        plane[bit] = scs_plane(code, bit);
}

/* Return the places at which so many planes, the lowest bit first, hold a number. */
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
