/* Compiler and flags of this module, and the instruction sets of the processor. */
#ifndef SCS_BUILD_H
#define SCS_BUILD_H

#ifndef SCS_FLAGS
#define SCS_FLAGS "unknown"
#endif
extern const char scs_revision[]; /* of git; setup.py writes the file that defines it */
#if defined(__clang__)
static const char *const scs_compiler = "clang " __clang_version__;
#else
static const char *const scs_compiler = "gcc " __VERSION__;
#endif

/* Return 4 for x86-64-v4, 3 for x86-64-v3, else 1. The features tested imply the rest of
 * their level on every processor made. */
static inline int scs_processor_level(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2")
        || !__builtin_cpu_supports("fma"))
        return 1;
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return 4;
    return 3;
#else
    return 1;
#endif
}
#endif
