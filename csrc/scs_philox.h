/* Philox 4x32-10, a counter-based random generator, over vector lanes.
 * Each lane holds 32-bit words in 64 bits; the multiply ignores the upper 32.
 * Two vectors go through the rounds side by side, the even entries and the odd ones, or four.
 * Source: Salmon et al. 2011. Known answers: tests/data/philox.csv. */
#ifndef SCS_PHILOX_H
#define SCS_PHILOX_H
#include <stdint.h>

#if defined(__AVX512F__) && defined(__AVX512VL__)
#include <immintrin.h>
#define SCS_LANES 16
#define SCS_TWO_PAIRS 1 /* 32 registers hold them */
typedef __m512i scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return _mm512_set1_epi64((long long)x); }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b) { return _mm512_mul_epu32(a, b); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return _mm512_srli_epi64(a, 32); }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c)
{ return _mm512_ternarylogic_epi64(a, b, c, 0x96); }
static inline scs_vec_t scs_vec_even(const uint32_t *p) { return _mm512_loadu_si512(p); }
static inline void scs_vec_store(uint32_t *p, scs_vec_t even, scs_vec_t odd)
{ _mm512_storeu_si512(p, _mm512_mask_blend_epi32(0xAAAA, even, _mm512_slli_epi64(odd, 32))); }

#elif defined(__AVX2__)
#include <immintrin.h>
#define SCS_LANES 8
#ifdef __clang__ /* whose order of 16 registers is better for one */
#define SCS_TWO_PAIRS 0
#else
#define SCS_TWO_PAIRS 1
#endif
typedef __m256i scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return _mm256_set1_epi64x((long long)x); }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b) { return _mm256_mul_epu32(a, b); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return _mm256_srli_epi64(a, 32); }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c)
{ return _mm256_xor_si256(a, _mm256_xor_si256(b, c)); }
static inline scs_vec_t scs_vec_even(const uint32_t *p)
{ return _mm256_loadu_si256((const __m256i *)p); }
static inline void scs_vec_store(uint32_t *p, scs_vec_t even, scs_vec_t odd)
{
    scs_vec_t both = _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xAA);
    _mm256_storeu_si256((__m256i *)p, both);
}

#elif defined(__SSE2__)
#include <emmintrin.h>
#define SCS_LANES 4
#define SCS_TWO_PAIRS 0
typedef __m128i scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return _mm_set1_epi64x((long long)x); }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b) { return _mm_mul_epu32(a, b); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return _mm_srli_epi64(a, 32); }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c)
{ return _mm_xor_si128(a, _mm_xor_si128(b, c)); }
static inline scs_vec_t scs_vec_even(const uint32_t *p)
{ return _mm_loadu_si128((const __m128i *)p); }
static inline void scs_vec_store(uint32_t *p, scs_vec_t even, scs_vec_t odd)
{
    scs_vec_t low = _mm_and_si128(even, scs_vec_set(0xFFFFFFFFu));
    _mm_storeu_si128((__m128i *)p, _mm_or_si128(low, _mm_slli_epi64(odd, 32)));
}

#else
#define SCS_LANES 2
#define SCS_TWO_PAIRS 0
typedef uint64_t scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return x; }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b)
{ return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return a >> 32; }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c) { return a ^ b ^ c; }
static inline scs_vec_t scs_vec_even(const uint32_t *p) { return p[0] | (uint64_t)p[1] << 32; }
static inline void scs_vec_store(uint32_t *p, scs_vec_t even, scs_vec_t odd)
{ p[0] = (uint32_t)even, p[1] = (uint32_t)odd; }
#endif

typedef struct {
    scs_vec_t a, b, c, d;
} scs_block_t;

static inline scs_block_t scs_philox_round(scs_block_t x, scs_vec_t k0, scs_vec_t k1)
{
    scs_vec_t left = scs_vec_mul(scs_vec_set(0xD2511F53u), x.a);
    scs_vec_t right = scs_vec_mul(scs_vec_set(0xCD9E8D57u), x.c);
    return (scs_block_t){scs_vec_xor(scs_vec_high(right), x.b, k0), right,
                         scs_vec_xor(scs_vec_high(left), x.d, k1), left};
}

/* Write the blocks of SCS_LANES x `pairs` counters, which differ in the first word alone. */
static inline __attribute__((always_inline)) void
scs_philox_lanes(uint32_t *out, int64_t stride, const uint32_t *who, int pairs, scs_block_t from,
                 uint64_t seed)
{
    scs_block_t even[2], odd[2];
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    for (int p = 0; p < pairs; p++) {
        even[p] = odd[p] = from;
        even[p].a = scs_vec_even(who + SCS_LANES * p);
        odd[p].a = scs_vec_high(even[p].a);
    }
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        for (int p = 0; p < pairs; p++) {
            even[p] = scs_philox_round(even[p], scs_vec_set(k0), scs_vec_set(k1));
            odd[p] = scs_philox_round(odd[p], scs_vec_set(k0), scs_vec_set(k1));
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int p = 0; p < pairs; p++, out += SCS_LANES) {
        scs_vec_store(out, even[p].a, odd[p].a);
        scs_vec_store(out + stride, even[p].b, odd[p].b);
        scs_vec_store(out + 2 * stride, even[p].c, odd[p].c);
        scs_vec_store(out + 3 * stride, even[p].d, odd[p].d);
    }
}

/* Write the four words of the blocks (who[j], when, replicate, block) for j < n to
 * out[0..3][j]. Both `who` and each row of `out` must have room for n rounded up to
 * SCS_LANES entries; rows are `stride` apart. */
static inline void scs_philox_fill(uint32_t *out, int64_t stride, const uint32_t *who,
                                   int64_t n, uint32_t when, uint32_t replicate,
                                   uint32_t block, uint64_t seed)
{
    const scs_block_t from = {scs_vec_set(0), scs_vec_set(when), scs_vec_set(replicate),
                              scs_vec_set(block)};
    int64_t j = 0;
    for (; SCS_TWO_PAIRS && j + SCS_LANES < n; j += 2 * SCS_LANES)
        scs_philox_lanes(out + j, stride, who + j, 2, from, seed);
    for (; j < n; j += SCS_LANES)
        scs_philox_lanes(out + j, stride, who + j, 1, from, seed);
}

/* Return one word of the block (who, when, replicate, block). */
static inline uint32_t scs_philox_word(int word, uint32_t who, uint32_t when,
                                       uint32_t replicate, uint32_t block, uint64_t seed)
{
    uint32_t counter[SCS_LANES] = {who}, words[4 * SCS_LANES];
    scs_philox_fill(words, SCS_LANES, counter, 1, when, replicate, block, seed);
    return words[word * SCS_LANES];
}
#endif
