/* curve.c: shares behind a bell, and percentiles of them over replicates. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/curve.h"

#include "measure/interval.h"
#include "measure/sizes.h"

#include <math.h>

void curve_smooth(const struct measure_sizes *sizes, const double *shares, double *smooth)
{
    const double cell = sizes_log_width(sizes) / CURVE_LN_SD; /* in sd of the bell */
    const ptrdiff_t last = (ptrdiff_t)sizes->count - 1;
    const ptrdiff_t wide = (ptrdiff_t)ceil(4 / cell), reach = wide < last ? wide : last;
    double sum = 0;
    for (ptrdiff_t d = -reach; d <= reach; d++)
        sum += exp(-0.5 * (double)(d * d) * cell * cell);
    for (ptrdiff_t i = 0; i <= last; i++)
        smooth[i] = 0;
    for (ptrdiff_t d = -reach; d <= reach; d++) {
        double weight = exp(-0.5 * (double)(d * d) * cell * cell) / sum;
        for (ptrdiff_t i = 0; i <= last; i++) {
            ptrdiff_t to = i + d < 0 ? -1 - (i + d) : i + d > last ? 2 * last + 1 - (i + d) : i + d;
            smooth[to] += weight * shares[i];
        }
    }
}

void curve_interval(const struct bootstrap *bootstrap, const struct bootstrap_replicate *replicates,
                    double *room, double *low, double *high)
{
    const size_t cells = bootstrap->sizes->count;
    for (size_t cell = 0; cell < cells; cell++) {
        size_t usable = 0;
        for (size_t r = 0; r < bootstrap->replicates; r++)
            if (replicates[r].usable)
                room[usable++] = bootstrap->curves[r * cells + cell];
        interval_of_values(room, usable, &low[cell], &high[cell]);
    }
}
