/* kernel.c: how likely is each track at each size, relative to its best size? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

#include <math.h>

/* ln(1e-12): a cell this much less likely than the best one changes no share that is printed. */
#define NEGLIGIBLE_LOG (-27.631021115928547)

/* The highest, and MEASURED where there is one. */
static enum measured row_highest(const double *log_likelihoods, size_t cells, double *highest)
{
    *highest = -INFINITY;
    for (size_t i = 0; i < cells; i++) {
        if (isnan(log_likelihoods[i]) || log_likelihoods[i] > 1e300)
            return MEASURED_MALFORMED;
        if (log_likelihoods[i] > *highest)
            *highest = log_likelihoods[i];
    }
    return *highest > -1e300 ? MEASURED : MEASURED_NOT;
}

enum measured measure_kernel_row(const double *log_likelihoods, size_t track,
                                 struct measure_kernel *kernel)
{
    double highest = 0;
    enum measured measured = row_highest(log_likelihoods, kernel->cells, &highest);
    if (measured != MEASURED)
        return measured;
    size_t first = 0, last = kernel->cells;
    while (log_likelihoods[first] - highest < NEGLIGIBLE_LOG)
        first++;
    while (log_likelihoods[last - 1] - highest < NEGLIGIBLE_LOG)
        last--;
    double *row = kernel->likelihoods + track * kernel->cells;
    for (size_t i = first; i < last; i++)
        row[i] = exp(log_likelihoods[i] - highest);
    kernel->first[track] = (uint32_t)first;
    kernel->last[track] = (uint32_t)last;
    return MEASURED;
}
