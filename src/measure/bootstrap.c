/* bootstrap.c: replicates of a fit, shared among threads. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/curve.h"

#include <pthread.h>

struct crew {
    const struct bootstrap *bootstrap;
    struct bootstrap_replicate *replicates;
    pthread_mutex_t lock; /* over done, and over the progress that is told */
    size_t done;
};

struct worker {
    struct crew *crew;
    unsigned number;
    double *room;
};

static size_t room_of_one(const struct bootstrap *bootstrap)
{
    return bootstrap->kernel->tracks + 2 * bootstrap->kernel->cells +
           measure_fit_room(bootstrap->kernel->cells);
}

static unsigned threads_of(const struct bootstrap *bootstrap)
{
    unsigned threads = bootstrap->threads > 0 ? bootstrap->threads : 1;
    return threads < BOOTSTRAP_THREADS_MOST ? threads : BOOTSTRAP_THREADS_MOST;
}

size_t bootstrap_room(const struct bootstrap *bootstrap)
{
    return threads_of(bootstrap) * room_of_one(bootstrap);
}

static struct bootstrap_replicate replicate_make(const struct bootstrap *bootstrap,
                                                 size_t replicate, double *room)
{
    const struct measure_kernel *kernel = bootstrap->kernel;
    double *weights = room, *shares = weights + kernel->tracks;
    double *by_volume = shares + kernel->cells, *fit_room = by_volume + kernel->cells;
    struct measure_fit fit = {0};
    struct bootstrap_replicate made = {.usable = false};
    resample_draw(bootstrap->resample, bootstrap->seed, replicate, weights);
    made.usable =
        measure_shares_fit(kernel, weights, &bootstrap->fit, fit_room, shares, &fit) == MEASURED &&
        fit.converged &&
        measure_shares_divide(bootstrap->divisors, kernel->cells, shares) == MEASURED &&
        measure_figures(bootstrap->sizes, shares, &made.by_number) == MEASURED &&
        measure_shares_by_volume(bootstrap->sizes, shares, by_volume) == MEASURED &&
        measure_figures(bootstrap->sizes, by_volume, &made.by_volume) == MEASURED;
    if (made.usable && bootstrap->curves)
        curve_smooth(bootstrap->sizes, shares, bootstrap->curves + replicate * kernel->cells);
    return made;
}

/* Every so many-th replicate, so that the threads need not agree on who does which. */
static void *worker_run(void *thing)
{
    struct worker *worker = thing;
    struct crew *crew = worker->crew;
    const struct bootstrap *bootstrap = crew->bootstrap;
    unsigned threads = threads_of(bootstrap);
    for (size_t r = worker->number; r < bootstrap->replicates; r += threads) {
        crew->replicates[r] = replicate_make(bootstrap, r, worker->room);
        if (!bootstrap->progress)
            continue;
        pthread_mutex_lock(&crew->lock);
        crew->done++;
        bootstrap->progress(bootstrap->context, crew->done, bootstrap->replicates);
        pthread_mutex_unlock(&crew->lock);
    }
    return NULL;
}

bool bootstrap_run(const struct bootstrap *bootstrap, double *room,
                   struct bootstrap_replicate *replicates)
{
    struct crew crew = {.bootstrap = bootstrap, .replicates = replicates};
    struct worker workers[BOOTSTRAP_THREADS_MOST];
    pthread_t threads[BOOTSTRAP_THREADS_MOST];
    unsigned wanted = threads_of(bootstrap), started = 0;
    if (pthread_mutex_init(&crew.lock, NULL) != 0)
        return false;
    for (unsigned i = 0; i < wanted; i++)
        workers[i] =
            (struct worker){.crew = &crew, .number = i, .room = room + i * room_of_one(bootstrap)};
    while (started + 1 < wanted &&
           pthread_create(&threads[started], NULL, worker_run, &workers[started]) == 0)
        started++;
    /* What no thread was found for is done here. */
    for (unsigned i = started; i < wanted; i++)
        worker_run(&workers[i]);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&crew.lock);
    return true;
}
