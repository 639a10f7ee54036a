/* Philox 4x32-10, a counter-based random generator, over vector lanes.
 * Each lane holds 32-bit words in 64 bits; what is above them is ignored by the multiply.
 * Source: Salmon et al. 2011. Known answers: tests/data/philox.csv. */
#ifndef SCS_PHILOX_H
#define SCS_PHILOX_H
#include <stdint.h>

#if defined(__AVX512F__) && defined(__AVX512VL__)
#include <immintrin.h>
#define SCS_LANES 8
typedef __m512i scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return _mm512_set1_epi64((long long)x); }
static inline scs_vec_t scs_vec_load(const uint32_t *p)
{ return _mm512_cvtepu32_epi64(_mm256_loadu_si256((const __m256i *)p)); }
static inline void scs_vec_store(uint32_t *p, scs_vec_t v)
{ _mm256_storeu_si256((__m256i *)p, _mm512_cvtepi64_epi32(v)); }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b) { return _mm512_mul_epu32(a, b); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return _mm512_srli_epi64(a, 32); }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c)
{ return _mm512_ternarylogic_epi64(a, b, c, 0x96); }

#elif defined(__AVX2__)
#include <immintrin.h>
#define SCS_LANES 4
typedef __m256i scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return _mm256_set1_epi64x((long long)x); }
static inline scs_vec_t scs_vec_load(const uint32_t *p)
{ return _mm256_cvtepu32_epi64(_mm_loadu_si128((const __m128i *)p)); }
static inline void scs_vec_store(uint32_t *p, scs_vec_t v)
{
    const __m256i even = _mm256_setr_epi32(0, 2, 4, 6, 0, 2, 4, 6);
    __m256i packed = _mm256_permutevar8x32_epi32(v, even);
    _mm_storeu_si128((__m128i *)p, _mm256_castsi256_si128(packed));
}
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b) { return _mm256_mul_epu32(a, b); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return _mm256_srli_epi64(a, 32); }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c)
{ return _mm256_xor_si256(_mm256_xor_si256(a, b), c); }

#elif defined(__SSE2__)
#include <emmintrin.h>
#define SCS_LANES 2
typedef __m128i scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return _mm_set1_epi64x((long long)x); }
static inline scs_vec_t scs_vec_load(const uint32_t *p)
{ return _mm_set_epi64x((long long)p[1], (long long)p[0]); }
static inline void scs_vec_store(uint32_t *p, scs_vec_t v)
{ _mm_storel_epi64((__m128i *)p, _mm_shuffle_epi32(v, 0x08)); }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b) { return _mm_mul_epu32(a, b); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return _mm_srli_epi64(a, 32); }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c)
{ return _mm_xor_si128(_mm_xor_si128(a, b), c); }

#else
#define SCS_LANES 1
typedef uint64_t scs_vec_t;
static inline scs_vec_t scs_vec_set(uint32_t x) { return x; }
static inline scs_vec_t scs_vec_load(const uint32_t *p) { return *p; }
static inline void scs_vec_store(uint32_t *p, scs_vec_t v) { *p = (uint32_t)v; }
static inline scs_vec_t scs_vec_mul(scs_vec_t a, scs_vec_t b)
{ return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu); }
static inline scs_vec_t scs_vec_high(scs_vec_t a) { return a >> 32; }
static inline scs_vec_t scs_vec_xor(scs_vec_t a, scs_vec_t b, scs_vec_t c) { return a ^ b ^ c; }
#endif

/* Write the four words of the blocks (who[j], when, replicate, block) for j < n to
 * out[0..3][j]. Both `who` and each row of `out` must have room for n rounded up to
 * SCS_LANES entries; rows are `stride` apart. */
static inline void scs_philox_fill(uint32_t *out, int64_t stride, const uint32_t *who,
                                   int64_t n, uint32_t when, uint32_t replicate,
                                   uint32_t block, uint64_t seed)
{
    const scs_vec_t m0 = scs_vec_set(0xD2511F53u), m1 = scs_vec_set(0xCD9E8D57u);
    for (int64_t j = 0; j < n; j += SCS_LANES) {
        scs_vec_t a = scs_vec_load(who + j), b = scs_vec_set(when);
        scs_vec_t c = scs_vec_set(replicate), d = scs_vec_set(block);
        uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
        for (int round = 0; round < 10; round++) {
            scs_vec_t left = scs_vec_mul(m0, a), right = scs_vec_mul(m1, c);
            a = scs_vec_xor(scs_vec_high(right), b, scs_vec_set(k0));
            c = scs_vec_xor(scs_vec_high(left), d, scs_vec_set(k1));
            b = right;
            d = left;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        scs_vec_store(out + j, a);
        scs_vec_store(out + stride + j, b);
        scs_vec_store(out + 2 * stride + j, c);
        scs_vec_store(out + 3 * stride + j, d);
    }
}
#endif
