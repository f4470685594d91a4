/* bootstrap.h: how far would the figures lie elsewhere, had other tracks been seen? */
#ifndef MEASURE_BOOTSTRAP_H
#define MEASURE_BOOTSTRAP_H

#include "measure/resample.h"

enum { BOOTSTRAP_THREADS_MOST = 64 };

struct bootstrap {
    const struct measure_kernel *kernel;
    const struct resample *resample;
    const struct measure_sizes *sizes;
    const double *divisors; /* of the shares, by cell, or NULL */
    struct measure_fit_settings fit;
    uint64_t seed;
    size_t replicates;
    double *curves; /* [replicate * cells + cell]: receives the shares as they are drawn; NULL:
                         not wanted */
    unsigned threads;
    /* Called by one thread at a time after each replicate; may be NULL. */
    void (*progress)(void *context, size_t done, size_t replicates);
    void *context;
};

struct bootstrap_replicate {
    bool usable; /* the fit converged */
    struct measure_figures by_number;
    struct measure_figures by_volume;
};

/* Room, in doubles, for all threads. */
size_t bootstrap_room(const struct bootstrap *bootstrap);

/* The same bytes at any number of threads. Each replicate starts from equal shares, as the fit
 * itself: from the fit's shares it would stop too near to them. False where no thread can start. */
bool bootstrap_run(const struct bootstrap *bootstrap, double *room,
                   struct bootstrap_replicate *replicates);

#endif
