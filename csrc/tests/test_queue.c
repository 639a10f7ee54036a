/* The queue of villages: each is taken once, by one of the threads. */
#include <pthread.h>
#include <string.h>
#include "scs_queue.h"
#include "checks.h"

enum { FIRST = 7, END = 20007 };

typedef struct {
    scs_queue_t *queue;
    uint8_t taken[END + 1];
} taker_t;

static void *take_all(void *argument)
{
    taker_t *taker = argument;
    for (int64_t k = scs_queue_take(taker->queue); k >= 0; k = scs_queue_take(taker->queue))
        taker->taken[k]++;
    return NULL;
}

static void test_each_village_is_taken_once(void)
{
    scs_queue_t queue;
    taker_t *here = room_for(1, sizeof *here), *there = room_for(1, sizeof *there);
    pthread_t thread;
    int wrong = 0;
    scs_queue_fill(&queue, FIRST, END);
    here->queue = there->queue = &queue;
    if (pthread_create(&thread, NULL, take_all, there) != 0)
        exit(2);
    take_all(here);
    pthread_join(thread, NULL);
    for (int k = 0; k <= END; k++)
        wrong += here->taken[k] + there->taken[k] != (FIRST <= k && k < END);
    CHECK(wrong == 0);
    CHECK(scs_queue_take(&queue) == -1);
    free(here);
    free(there);
}

void test_queue(void)
{
    test_each_village_is_taken_once();
}
