/* peaks.c: where are the tops of a distribution, and how much lies below each? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/peaks.h"

#include "measure/sizes.h"

#include <math.h>

/* A valley parts two peaks where it is at most this much of the lower one. */
#define VALLEY 0.8

/* 1-4-6-4-1; what would lie outside the grid counts as nothing. */
static double smoothed(const double *shares, size_t count, size_t cell)
{
    static const double binomial[5] = {1. / 16, 4. / 16, 6. / 16, 4. / 16, 1. / 16};
    double sum = 0;
    for (size_t i = 0; i < 5; i++)
        if (cell + i >= 2 && cell + i - 2 < count)
            sum += binomial[i] * shares[cell + i - 2];
    return sum;
}

/* The top of the parabola in ln(size) through a cell and its neighbours. */
static double vertex_nm(const struct measure_sizes *sizes, const double *shares, size_t cell)
{
    size_t count = sizes->count;
    double middle = smoothed(shares, count, cell);
    double left = cell > 0 ? smoothed(shares, count, cell - 1) : 0;
    double right = cell + 1 < count ? smoothed(shares, count, cell + 1) : 0;
    double bend = left - 2 * middle + right;
    double shift = bend < 0 ? (left - right) / (2 * bend) : 0;
    shift = fabs(shift) <= 0.5 ? shift : 0;
    return sizes->low_nm * exp(((double)cell + 0.5 + shift) * sizes_log_width(sizes));
}

double shares_mode_nm(const struct measure_sizes *sizes, const double *shares)
{
    size_t top = 0;
    for (size_t i = 1; i < sizes->count; i++)
        if (smoothed(shares, sizes->count, i) > smoothed(shares, sizes->count, top))
            top = i;
    return vertex_nm(sizes, shares, top);
}

/* The next peak from a cell on: its top, and the valley behind it, where the next one begins. */
struct hill {
    size_t top;
    size_t end;
};

static struct hill hill_from(const double *shares, size_t count, size_t begin)
{
    struct hill hill = {.top = begin, .end = begin};
    double top = smoothed(shares, count, begin), valley = top;
    for (size_t i = begin + 1; i < count; i++) {
        double here = smoothed(shares, count, i);
        if (here > top && valley >= VALLEY * top) {
            top = valley = here; /* still climbing */
            hill.top = hill.end = i;
        } else if (here < valley) {
            valley = here;
            hill.end = i;
        } else if (valley < VALLEY * top && valley < VALLEY * here) {
            return hill;
        }
    }
    hill.end = count;
    return hill;
}

static double content(const double *shares, size_t begin, size_t end)
{
    double sum = 0;
    for (size_t i = begin; i < end; i++)
        sum += shares[i];
    return sum;
}

enum measured measure_peaks(const struct measure_sizes *sizes, const double *shares,
                            double least_share, struct measure_peak *peaks, size_t most,
                            size_t *count)
{
    if (!sizes_are_usable(sizes) || most == 0 || !(least_share >= 0 && least_share <= 1))
        return MEASURED_OUTSIDE;
    for (size_t i = 0; i < sizes->count; i++)
        if (!(shares[i] >= 0) || !isfinite(shares[i]))
            return MEASURED_MALFORMED;
    double total = content(shares, 0, sizes->count), before = 0;
    if (!(total > 0))
        return MEASURED_NOT;
    size_t found = 0;
    for (size_t begin = 0; begin < sizes->count;) {
        struct hill hill = hill_from(shares, sizes->count, begin);
        double share = content(shares, begin, hill.end) / total;
        if (share >= least_share && share > 0 && found < most) {
            peaks[found++] = (struct measure_peak){.size_nm = vertex_nm(sizes, shares, hill.top),
                                                   .share = share + before};
            before = 0;
        } else if (found > 0) {
            peaks[found - 1].share += share;
        } else {
            before += share;
        }
        begin = hill.end;
    }
    *count = found;
    return MEASURED;
}
