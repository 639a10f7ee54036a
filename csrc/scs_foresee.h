/* Ask the memory for what will soon be read: a little of each of many arrays, which processors
 * do not foresee by themselves. It changes no value. */
#ifndef SCS_FORESEE_H
#define SCS_FORESEE_H
#include <stdint.h>

/* Always inline: gcc takes a function that only asks for one without effect, and drops it. */
#define SCS_FORESEE static inline __attribute__((always_inline)) void
enum { SCS_LINE = 64 }; /* bytes */
enum { SCS_INTO_L2 = 2, SCS_INTO_L1 = 3 }; /* how near, as compilers count it */

/* Ask for n bytes from an address on, which may lie within a line: hence one line more. */
SCS_FORESEE scs_foresee(const void *from, int64_t n)
{
    for (int64_t k = 0; k < n + SCS_LINE; k += SCS_LINE)
        __builtin_prefetch((const char *)from + k, 0, SCS_INTO_L2);
}

/* The same into the L1 cache, for what is read soon. */
SCS_FORESEE scs_foresee_now(const void *from, int64_t n)
{
    for (int64_t k = 0; k < n + SCS_LINE; k += SCS_LINE)
        __builtin_prefetch((const char *)from + k, 0, SCS_INTO_L1);
}
#endif
