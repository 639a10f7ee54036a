/* Run the tests of every header, or with THREADS_ALONE those that start threads. */
#include "checks.h"

long passed, failed;

/* Return zeroed memory of the exact size, so that a sanitizer sees every overrun. */
void *room_for(size_t n, size_t size)
{
    void *memory = calloc(n ? n : 1, size);
    if (memory == NULL)
        exit(2);
    return memory;
}

/* Return the next of a fixed sequence of random bits (splitmix64). */
uint64_t next_random(void)
{
    static uint64_t state = 35;
    uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint32_t random_below(uint32_t bound)
{ return (uint32_t)((next_random() >> 32) * bound >> 32); }

int main(void)
{
    test_barrier();
    test_queue();
#ifndef THREADS_ALONE
    test_philox();
    test_select();
    test_units();
    test_wide_pools();
    test_measure();
    test_matching();
    test_citizens();
    test_scores();
    test_parts();
    test_prizes();
    test_winners();
    test_settle();
    test_meeting();
    test_conduct();
    test_choices();
    test_records();
    test_review();
    test_listing();
    test_consent();
    test_build();
    test_extremes();
#endif
    printf("%ld passed, %ld failed\n", passed, failed);
    return failed != 0;
}
