/* interval.c: percentiles of the figures over replicates. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/interval.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const size_t figure_offsets[] = {
    offsetof(struct measure_figures, mean_nm), offsetof(struct measure_figures, mode_nm),
    offsetof(struct measure_figures, d10_nm),  offsetof(struct measure_figures, d50_nm),
    offsetof(struct measure_figures, d90_nm),  offsetof(struct measure_figures, span),
    offsetof(struct measure_figures, sd_ln)};

static int compare(const void *one, const void *other)
{
    double left = *(const double *)one;
    double right = *(const double *)other;
    return (left > right) - (left < right);
}

static double read_at(const struct measure_figures *figures, size_t offset)
{
    double value;
    memcpy(&value, (const char *)figures + offset, sizeof value);
    return value;
}

static void write_at(struct measure_figures *figures, size_t offset, double value)
{
    memcpy((char *)figures + offset, &value, sizeof value);
}

/* Linear between the order statistics at (i - 1/2)/n (Hazen). */
static double percentile(const double *sorted, size_t count, double part)
{
    double place = part * (double)count - 0.5;
    if (place <= 0)
        return sorted[0];
    if (place >= (double)(count - 1))
        return sorted[count - 1];
    size_t below = (size_t)place;
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

static double deviation(const double *values, size_t count)
{
    double mean = 0, squares = 0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return sqrt(squares / (double)(count - 1));
}

void interval_of_values(double *values, size_t count, double *low, double *high)
{
    qsort(values, count, sizeof *values, compare);
    *low = percentile(values, count, 0.025);
    *high = percentile(values, count, 0.975);
}

struct figures_interval figures_interval_of(const struct bootstrap_replicate *replicates,
                                            size_t count, bool by_volume, double *room)
{
    struct figures_interval interval = {.replicates = 0};
    for (size_t f = 0; f < sizeof figure_offsets / sizeof *figure_offsets; f++) {
        size_t usable = 0;
        for (size_t r = 0; r < count; r++)
            if (replicates[r].usable)
                room[usable++] =
                    read_at(by_volume ? &replicates[r].by_volume : &replicates[r].by_number,
                            figure_offsets[f]);
        interval.replicates = usable;
        if (usable < 2)
            break;
        double low = 0, high = 0;
        interval_of_values(room, usable, &low, &high);
        write_at(&interval.low, figure_offsets[f], low);
        write_at(&interval.high, figure_offsets[f], high);
        write_at(&interval.sd, figure_offsets[f], deviation(room, usable));
    }
    return interval;
}
