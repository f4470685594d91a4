/* attempt.c: counters in a fixed table; the least interesting one makes room for the next. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/attempt.h"

#include "base/time.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

enum { COUNTERS = 1024, WINDOW_MINUTES = 15 };

static const struct {
    int64_t most; /* failures within the window */
    const char *sentence;
} limits[ATTEMPT_KINDS] = {
    [ATTEMPT_PAIR] = {5, "The secret was wrong too often; wait 15 minutes and try again."},
    [ATTEMPT_ACCOUNT] = {50, "This account was tried too often; wait 15 minutes and try again."},
    [ATTEMPT_ADDRESS] = {100, "Too many secrets from your address were wrong; wait 15 minutes and "
                              "try again."},
    [ATTEMPT_REFUSED] = {600, "Your account was refused too often; wait 15 minutes and ask an "
                              "administrator what it may do."},
};

struct counter {
    uint64_t who; /* keyed hash; nobody's name is kept */
    int64_t since_usec;
    int64_t failures; /* 0 when free */
};

struct attempts {
    pthread_mutex_t lock;
    unsigned char key[crypto_shorthash_KEYBYTES];
    struct counter counters[COUNTERS];
};

static void attempts_close(void *thing)
{
    struct attempts *attempts = thing;
    pthread_mutex_destroy(&attempts->lock);
}

struct attempts *attempts_open(struct arena *arena)
{
    struct attempts *attempts = arena_take(arena, sizeof *attempts);
    pthread_mutex_init(&attempts->lock, NULL);
    crypto_shorthash_keygen(attempts->key);
    arena_defer(arena, attempts_close, attempts);
    return attempts;
}

static uint64_t name_hash(const struct attempts *attempts, enum attempt_kind kind, const char *who)
{
    unsigned char hash[crypto_shorthash_BYTES];
    uint64_t number = 0;
    crypto_shorthash(hash, (const unsigned char *)who, strlen(who), attempts->key);
    memcpy(&number, hash, sizeof number);
    return number ^ (uint64_t)kind;
}

static bool is_over(const struct counter *counter, int64_t now_usec)
{
    return now_usec - counter->since_usec >= WINDOW_MINUTES * USEC_PER_MINUTE;
}

static struct counter *find(struct attempts *attempts, uint64_t who)
{
    for (size_t i = 0; i < COUNTERS; i++)
        if (attempts->counters[i].failures && attempts->counters[i].who == who)
            return &attempts->counters[i];
    return NULL;
}

/* One that is free or over, or else the one that counted least. */
static struct counter *make_room(struct attempts *attempts, int64_t now_usec)
{
    struct counter *least = &attempts->counters[0];
    for (size_t i = 0; i < COUNTERS; i++) {
        struct counter *counter = &attempts->counters[i];
        if (!counter->failures || is_over(counter, now_usec))
            return counter;
        if (counter->failures < least->failures)
            least = counter;
    }
    return least;
}

bool attempt_allowed(struct attempts *attempts, struct fault *fault, enum attempt_kind kind,
                     const char *who, int64_t now_usec)
{
    pthread_mutex_lock(&attempts->lock);
    const struct counter *counter = find(attempts, name_hash(attempts, kind, who));
    bool allowed = !counter || is_over(counter, now_usec) || counter->failures < limits[kind].most;
    pthread_mutex_unlock(&attempts->lock);
    return allowed || fail(fault, FAULT_TOO_OFTEN, "", "%s", limits[kind].sentence);
}

void attempt_failed(struct attempts *attempts, enum attempt_kind kind, const char *who,
                    int64_t now_usec)
{
    pthread_mutex_lock(&attempts->lock);
    uint64_t number = name_hash(attempts, kind, who);
    struct counter *counter = find(attempts, number);
    if (!counter || is_over(counter, now_usec)) {
        counter = counter ? counter : make_room(attempts, now_usec);
        *counter = (struct counter){.who = number, .since_usec = now_usec};
    }
    counter->failures++;
    pthread_mutex_unlock(&attempts->lock);
}

void attempt_forgive(struct attempts *attempts, enum attempt_kind kind, const char *who)
{
    pthread_mutex_lock(&attempts->lock);
    struct counter *counter = find(attempts, name_hash(attempts, kind, who));
    if (counter)
        counter->failures = 0;
    pthread_mutex_unlock(&attempts->lock);
}
