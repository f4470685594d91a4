/* interval.h: between which values does a figure lie in 95 of 100 replicates? */
#ifndef MEASURE_INTERVAL_H
#define MEASURE_INTERVAL_H

#include "measure/bootstrap.h"

/* What the replicates say of each figure of one kind. */
struct figures_interval {
    struct measure_figures low; /* 2.5th percentile of the replicates */
    struct measure_figures high;
    struct measure_figures sd;
    size_t replicates; /* that were usable; below two there is no interval */
};

/* room holds as many doubles as there are replicates. */
struct figures_interval figures_interval_of(const struct bootstrap_replicate *replicates,
                                            size_t count, bool by_volume, double *room);

/* The same of any values, at least two of them; sorts them. */
void interval_of_values(double *values, size_t count, double *low, double *high);

#endif
