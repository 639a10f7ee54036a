/* The villages of a tick, dealt out to threads: each has a part of its own, and helps with what
 * is left of the others' when it is done. Who computes a village changes no bit: what threads
 * count is added up. */
#ifndef SCS_QUEUE_H
#define SCS_QUEUE_H
#include <stdatomic.h>
#include <stdint.h>

typedef struct {
    atomic_llong next;
    int64_t end;
} scs_queue_t;

/* Put the villages [first, end) into a queue, while no other thread takes from it. */
static inline void scs_queue_fill(scs_queue_t *queue, int64_t first, int64_t end)
{
    queue->end = end;
    atomic_store(&queue->next, first);
}

/* Take a village that no thread has taken; return -1 if none is left. */
static inline int64_t scs_queue_take(scs_queue_t *queue)
{
    int64_t village = atomic_fetch_add(&queue->next, 1);
    return village < queue->end ? village : -1;
}
#endif
