/* A barrier for the threads of one replicate: C11 atomics, yields while it waits. */
#ifndef SCS_BARRIER_H
#define SCS_BARRIER_H
#include <sched.h>
#include <stdatomic.h>

typedef struct {
    atomic_int waiting, phase;
} scs_barrier_t;

static inline void scs_barrier_init(scs_barrier_t *barrier)
{
    atomic_init(&barrier->waiting, 0);
    atomic_init(&barrier->phase, 0);
}

/* Return when all `n_threads` threads have called this. */
static inline void scs_barrier_wait(scs_barrier_t *barrier, int n_threads)
{
    if (n_threads == 1)
        return;
    int phase = atomic_load(&barrier->phase);
    if (atomic_fetch_add(&barrier->waiting, 1) == n_threads - 1) {
        atomic_store(&barrier->waiting, 0);
        atomic_fetch_add(&barrier->phase, 1);
        return;
    }
    while (atomic_load(&barrier->phase) == phase)
        sched_yield();
}
#endif
