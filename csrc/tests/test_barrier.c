/* The barrier: no thread goes on before all have arrived. */
#include <pthread.h>
#include "scs_barrier.h"
#include "checks.h"

enum { PHASES = 2000 };

typedef struct {
    scs_barrier_t *barrier;
    long *mine;
    const long *theirs;
    long late;
} runner_t;

/* Say which phase this is, meet the other, and see that it says the same. */
static void *run_phases(void *argument)
{
    runner_t *runner = argument;
    for (long phase = 1; phase <= PHASES; phase++) {
        *runner->mine = phase;
        scs_barrier_wait(runner->barrier, 2);
        runner->late += *runner->theirs != phase;
        scs_barrier_wait(runner->barrier, 2);
    }
    return NULL;
}

static void test_barrier_holds_threads_together(void)
{
    long said[2] = {0, 0};
    scs_barrier_t barrier;
    runner_t here = {&barrier, &said[0], &said[1], 0};
    runner_t there = {&barrier, &said[1], &said[0], 0};
    pthread_t thread;
    scs_barrier_init(&barrier);
    if (pthread_create(&thread, NULL, run_phases, &there) != 0)
        exit(2);
    run_phases(&here);
    pthread_join(thread, NULL);
    CHECK(here.late == 0);
    CHECK(there.late == 0);
}

static void test_one_thread_does_not_wait(void)
{
    scs_barrier_t barrier;
    scs_barrier_init(&barrier);
    scs_barrier_wait(&barrier, 1);
    CHECK(atomic_load(&barrier.waiting) == 0);
}

void test_barrier(void)
{
    test_barrier_holds_threads_together();
    test_one_thread_does_not_wait();
}
