/* Tests of the C headers: known answers, and laws compared with slow, plain code. No
 * framework: CHECK counts and prints; main.c calls the tests of every header; the exit
 * code says whether all hold. tests/engine/test_csrc.py builds and runs them under
 * sanitizers. */
#ifndef CHECKS_H
#define CHECKS_H
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

extern long passed, failed;

#define CHECK(law) \
    do { \
        if (law) { \
            passed++; \
        } else { \
            failed++; \
            fprintf(stderr, "%s:%d: %s does not hold: %s\n", __FILE__, __LINE__, __func__, \
                    #law); \
        } \
    } while (0)

void *room_for(size_t n, size_t size);
uint64_t next_random(void);
uint32_t random_below(uint32_t bound);

void test_philox(void);
void test_select(void);
void test_units(void);
void test_wide_pools(void);
void test_measure(void);
void test_matching(void);
void test_citizens(void);
void test_barrier(void);
void test_queue(void);
void test_scores(void);
void test_parts(void);
void test_prizes(void);
void test_winners(void);
void test_settle(void);
void test_meeting(void);
void test_conduct(void);
void test_choices(void);
void test_records(void);
void test_review(void);
void test_listing(void);
void test_consent(void);
void test_build(void);
void test_extremes(void);
#endif
