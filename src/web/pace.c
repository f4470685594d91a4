/* pace.c: follows the wall clock forward, and waits for it at half the pace. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/pace.h"

#include <pthread.h>

struct pace {
    pthread_mutex_t lock;
    int64_t now_usec;
    int64_t read_usec; /* the stopwatch, when it was now */
};

static void release(void *thing)
{
    struct pace *pace = thing;
    pthread_mutex_destroy(&pace->lock);
}

struct pace *pace_open(struct arena *arena)
{
    struct pace *pace = arena_take(arena, sizeof *pace);
    pthread_mutex_init(&pace->lock, NULL);
    pace->read_usec = INT64_MAX;
    pace->now_usec = INT64_MIN;
    arena_defer(arena, release, pace);
    return pace;
}

int64_t pace_now(struct pace *pace, int64_t wall_usec, int64_t stopwatch_usec)
{
    pthread_mutex_lock(&pace->lock);
    if (stopwatch_usec > pace->read_usec) { /* threads may come in another order */
        int64_t half = (stopwatch_usec - pace->read_usec) / 2;
        pace->now_usec += half;
        pace->read_usec += 2 * half;
    }
    if (wall_usec > pace->now_usec) {
        pace->now_usec = wall_usec;
        pace->read_usec = stopwatch_usec;
    }
    int64_t now = pace->now_usec;
    pthread_mutex_unlock(&pace->lock);
    return now;
}
