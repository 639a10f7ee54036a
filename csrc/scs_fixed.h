/* Integer arithmetic that all rules share: truncation, clamping, chances. */
#ifndef SCS_FIXED_H
#define SCS_FIXED_H
#include <stdint.h>
#include "scs_exp.h"

static inline int64_t scs_clamp(int64_t x, int64_t low, int64_t high)
{ return x < low ? low : x > high ? high : x; }

/* Return x * rate / 65536 truncated toward zero, for 0 <= rate <= 65536
 * and x above INT32_MIN. */
static inline int32_t scs_toward_zero(int32_t x, uint32_t rate)
{
    int32_t sign = x >> 31;
    uint32_t size = (uint32_t)((x ^ sign) - sign);
    int32_t part = (int32_t)((size >> 16) * rate + ((size & 0xFFFF) * rate >> 16));
    return (part ^ sign) - sign;
}

/* The same for x within +-65535. */
static inline int32_t scs_toward_zero_16(int32_t x, uint32_t rate)
{
    int32_t sign = x >> 31;
    int32_t part = (int32_t)((uint32_t)((x ^ sign) - sign) * rate >> 16);
    return (part ^ sign) - sign;
}

/* Return the least upper half of a draw of 32 bits with which no lower half is below a bound. */
static inline int32_t scs_upper_half(int64_t until)
{ return (int32_t)((until + 65535) >> 16); }

/* Write the entries of a table at n places, by index or by byte. */
static inline void scs_take(uint32_t *restrict to, const uint32_t *restrict table,
                            const uint32_t *restrict at, int64_t n)
{
#pragma GCC unroll 8
    for (int64_t j = 0; j < n; j++)
        to[j] = table[at[j]];
}

static inline void scs_take_16(int32_t *restrict to, const uint16_t *restrict table,
                               const uint32_t *restrict at, int64_t n)
{
#pragma GCC unroll 8
    for (int64_t j = 0; j < n; j++)
        to[j] = table[at[j]];
}

static inline void scs_take_by_byte(int32_t *restrict to, const int32_t *restrict table,
                                    const uint8_t *restrict at, int64_t n)
{
#pragma GCC unroll 8
    for (int64_t j = 0; j < n; j++)
        to[j] = table[at[j]];
}

/* Return E(x) as a 16-bit chance, x in steps of 1/256. */
static inline int32_t scs_chance(int64_t x)
{ return scs_exp_table[scs_clamp(x, 0, SCS_EXP_END)]; }
#endif
