/* queue.c: a bounded list under a lock. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/queue.h"

#include <pthread.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct job *first;
    struct job *last;
    size_t count;
    size_t most;
    bool closed;
};

static void release(void *thing)
{
    struct queue *queue = thing;
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
}

struct queue *queue_open(struct arena *arena, size_t most)
{
    struct queue *queue = arena_take(arena, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->filled, NULL);
    queue->most = most;
    arena_defer(arena, release, queue);
    return queue;
}

bool queue_push(struct queue *queue, struct job *job)
{
    pthread_mutex_lock(&queue->lock);
    bool fits = !queue->closed && queue->count < queue->most;
    if (fits) {
        job->next = NULL;
        if (queue->last)
            queue->last->next = job;
        else
            queue->first = job;
        queue->last = job;
        queue->count++;
        pthread_cond_signal(&queue->filled);
    }
    pthread_mutex_unlock(&queue->lock);
    return fits;
}

size_t queue_take(struct queue *queue, struct job **jobs, size_t most)
{
    size_t taken = 0;
    pthread_mutex_lock(&queue->lock);
    while (!queue->first && !queue->closed)
        pthread_cond_wait(&queue->filled, &queue->lock);
    while (queue->first && taken < most) {
        jobs[taken++] = queue->first;
        queue->first = queue->first->next;
    }
    if (!queue->first)
        queue->last = NULL;
    queue->count -= taken;
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_mutex_unlock(&queue->lock);
}
