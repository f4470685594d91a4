/* patience.c: visitors with the moment until which they are waited for. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/patience.h"

#include "base/time.h"

#include <pthread.h>
#include <sys/socket.h>
#include <time.h>

/* Whoever is slower than 64 kbit/s on the average is too slow. */
enum { STEP_SECONDS = 60, CROWDED_SECONDS = 10, BYTES_PER_SECOND = 8 << 10 };

struct visitor {
    bool present;
    int socket;
    int64_t due_usec; /* 0 while nothing is waited for */
};

struct patience {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool ending;
    size_t most;
    size_t crowd;
    size_t count;
    struct visitor *visitors;
};

static int64_t time_of(size_t bytes)
{
    return (int64_t)bytes * (USEC_PER_SECOND / BYTES_PER_SECOND);
}

/* The library finds the socket closed and parts from the visitor in its own thread. */
static void turn_out(struct patience *patience, int64_t now_usec)
{
    bool crowded = patience->count >= patience->crowd;
    int64_t less_usec = crowded ? (STEP_SECONDS - CROWDED_SECONDS) * USEC_PER_SECOND : 0;
    for (size_t i = 0; i < patience->most; i++) {
        struct visitor *visitor = &patience->visitors[i];
        if (!visitor->present || !visitor->due_usec || visitor->due_usec - less_usec > now_usec)
            continue;
        shutdown(visitor->socket, SHUT_RDWR);
        visitor->due_usec = 0;
    }
}

static void *watch(void *context)
{
    struct patience *patience = context;
    pthread_mutex_lock(&patience->lock);
    while (!patience->ending) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&patience->ended, &patience->lock, &until);
        turn_out(patience, stopwatch_usec());
    }
    pthread_mutex_unlock(&patience->lock);
    return NULL;
}

bool patience_open(struct arena *arena, struct fault *fault, size_t most, size_t crowd,
                   struct patience **patience)
{
    pthread_condattr_t forward;
    struct patience *made = arena_take(arena, sizeof *made);
    *made = (struct patience){
        .most = most, .crowd = crowd, .visitors = arena_take(arena, most * sizeof *made->visitors)};
    pthread_mutex_init(&made->lock, NULL);
    pthread_condattr_init(&forward);
    pthread_condattr_setclock(&forward, CLOCK_MONOTONIC);
    pthread_cond_init(&made->ended, &forward);
    pthread_condattr_destroy(&forward);
    if (pthread_create(&made->thread, NULL, watch, made) != 0)
        return fail(fault, FAULT_STORAGE, "",
                    "No thread can be started; the machine has too little room.");
    *patience = made;
    return true;
}

void patience_close(struct patience *patience)
{
    if (!patience)
        return;
    pthread_mutex_lock(&patience->lock);
    patience->ending = true;
    pthread_cond_signal(&patience->ended);
    pthread_mutex_unlock(&patience->lock);
    pthread_join(patience->thread, NULL);
    pthread_cond_destroy(&patience->ended);
    pthread_mutex_destroy(&patience->lock);
}

struct visitor *patience_meet(struct patience *patience, int socket)
{
    struct visitor *found = NULL;
    pthread_mutex_lock(&patience->lock);
    for (size_t i = 0; i < patience->most && !found; i++)
        if (!patience->visitors[i].present)
            found = &patience->visitors[i];
    if (found) {
        *found = (struct visitor){.present = true, .socket = socket};
        patience->count++;
    }
    pthread_mutex_unlock(&patience->lock);
    patience_begin(patience, found, 0);
    return found;
}

void patience_part(struct patience *patience, struct visitor *visitor)
{
    if (!visitor)
        return;
    pthread_mutex_lock(&patience->lock);
    *visitor = (struct visitor){0};
    patience->count--;
    pthread_mutex_unlock(&patience->lock);
}

static void set_due(struct patience *patience, struct visitor *visitor, int64_t due_usec)
{
    if (!visitor)
        return;
    pthread_mutex_lock(&patience->lock);
    visitor->due_usec = due_usec;
    pthread_mutex_unlock(&patience->lock);
}

void patience_begin(struct patience *patience, struct visitor *visitor, size_t bytes)
{
    set_due(patience, visitor, stopwatch_usec() + STEP_SECONDS * USEC_PER_SECOND + time_of(bytes));
}

void patience_extend(struct patience *patience, struct visitor *visitor, size_t bytes)
{
    if (!visitor)
        return;
    pthread_mutex_lock(&patience->lock);
    if (visitor->due_usec)
        visitor->due_usec += time_of(bytes);
    pthread_mutex_unlock(&patience->lock);
}

void patience_rest(struct patience *patience, struct visitor *visitor)
{
    set_due(patience, visitor, 0);
}
