/* expectation.c: which shares of sizes make the tracks likeliest? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/expectation.h"

#include "measure/sizes.h"

#include <math.h>
#include <string.h>

enum { LANES = 2, LANE_BYTES = LANES * sizeof(double), SUMS = 4, BLOCK = SUMS * LANES };

/* Doubles side by side, of which every machine with vectors has two. Each sum has its own order,
 * written down here, so that no compiler may choose another. */
struct lanes {
    double of __attribute__((vector_size(LANE_BYTES)));
};

/* Less is none: numbers near the end of a double's range make each step a hundred times slower. No
 * track can lose all its cells, because its own weight stays on them. */
#define SHARE_LEAST 1e-100

static double row_mixture(const double *row, const double *shares, size_t count)
{
    struct lanes sums[SUMS] = {0};
    struct lanes one, other;
    size_t i = 0;
    for (; i + BLOCK <= count; i += BLOCK)
        for (size_t s = 0; s < SUMS; s++) {
            memcpy(&one, row + i + s * LANES, sizeof one);
            memcpy(&other, shares + i + s * LANES, sizeof other);
            sums[s].of += one.of * other.of;
        }
    sums[0].of = (sums[0].of + sums[1].of) + (sums[2].of + sums[3].of);
    double rest = 0;
    for (; i < count; i++)
        rest += row[i] * shares[i];
    return (sums[0].of[0] + sums[0].of[1]) + rest;
}

static void row_add(const double *row, double times, size_t count, double *sums)
{
    struct lanes one, sum;
    size_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        memcpy(&one, row + i, sizeof one);
        memcpy(&sum, sums + i, sizeof sum);
        sum.of += one.of * times;
        memcpy(sums + i, &sum, sizeof sum);
    }
    for (; i < count; i++)
        sums[i] += row[i] * times;
}

bool expectation_sum(const struct measure_kernel *kernel, const double *weights,
                     const double *shares, double *sums)
{
    for (size_t i = 0; i < kernel->cells; i++)
        sums[i] = 0;
    for (size_t t = 0; t < kernel->tracks; t++) {
        double weight = weights ? weights[t] : 1;
        if (weight <= 0)
            continue;
        size_t first = kernel->first[t], count = kernel->last[t] - first;
        const double *row = kernel->likelihoods + t * kernel->cells + first;
        double mixture = row_mixture(row, shares + first, count);
        if (!(mixture > 0))
            return false;
        row_add(row, weight / mixture, count, sums + first);
    }
    return true;
}

double expectation_log_likelihood(const struct measure_kernel *kernel, const double *weights,
                                  const double *shares)
{
    double sum = 0;
    for (size_t t = 0; t < kernel->tracks; t++) {
        double weight = weights ? weights[t] : 1;
        size_t first = kernel->first[t], count = kernel->last[t] - first;
        if (weight > 0)
            sum += weight * log(row_mixture(kernel->likelihoods + t * kernel->cells + first,
                                            shares + first, count));
    }
    return sum;
}

struct measure_fit_settings measure_fit_settings_default(void)
{
    return (struct measure_fit_settings){.gradient_limit = 0.005, .iterations_most = 5000};
}

size_t measure_fit_room(size_t cells)
{
    return cells;
}

static enum measured weights_sum(const struct measure_kernel *kernel, const double *weights,
                                 struct measure_fit *fit)
{
    double squares = 0;
    for (size_t t = 0; t < kernel->tracks; t++) {
        double weight = weights ? weights[t] : 1;
        if (!(weight >= 0) || !isfinite(weight))
            return MEASURED_MALFORMED;
        fit->tracks += weight > 0;
        fit->weight += weight;
        squares += weight * weight;
    }
    if (fit->tracks == 0)
        return MEASURED_NOT;
    fit->tracks_effective = fit->weight * fit->weight / squares;
    return MEASURED;
}

/* Lindsay 1983, Ann. Stat. 11 86: the highest directional derivative toward one cell bounds how far
 * ln L is from its maximum. */
static double gradient_of(const double *sums, size_t cells, double weight)
{
    double highest = 0;
    for (size_t i = 0; i < cells; i++)
        highest = sums[i] > highest ? sums[i] : highest;
    return highest / weight - 1;
}

static void shares_step(const double *sums, size_t cells, double *shares)
{
    double total = 0;
    for (size_t i = 0; i < cells; i++) {
        shares[i] *= sums[i];
        total += shares[i];
    }
    for (size_t i = 0; i < cells; i++)
        shares[i] = shares[i] > SHARE_LEAST * total ? shares[i] / total : 0;
}

enum measured measure_shares_fit(const struct measure_kernel *kernel, const double *weights,
                                 const struct measure_fit_settings *settings, double *room,
                                 double *shares, struct measure_fit *fit)
{
    struct measure_fit found = {0};
    if (kernel->cells == 0 || !(settings->gradient_limit > 0))
        return MEASURED_OUTSIDE;
    enum measured measured = weights_sum(kernel, weights, &found);
    if (measured != MEASURED)
        return measured;
    for (size_t i = 0; i < kernel->cells; i++)
        shares[i] = 1 / (double)kernel->cells;
    for (;; found.iterations++) {
        if (!expectation_sum(kernel, weights, shares, room))
            return MEASURED_NOT;
        found.gradient = gradient_of(room, kernel->cells, found.weight);
        found.converged = found.gradient <= settings->gradient_limit;
        if (found.converged || found.iterations >= settings->iterations_most)
            break;
        shares_step(room, kernel->cells, shares);
    }
    found.log_likelihood = expectation_log_likelihood(kernel, weights, shares);
    *fit = found;
    return MEASURED;
}

enum measured measure_track_log_sizes(const struct measure_kernel *kernel,
                                      const struct measure_sizes *sizes, const double *shares,
                                      double *log_sizes)
{
    if (sizes->count != kernel->cells)
        return MEASURED_OUTSIDE;
    double low = log(measure_size_centre_nm(sizes, 0));
    double width = sizes_log_width(sizes);
    for (size_t t = 0; t < kernel->tracks; t++) {
        const double *row = kernel->likelihoods + t * kernel->cells;
        double mixture = 0, sum = 0;
        for (size_t i = kernel->first[t]; i < kernel->last[t]; i++) {
            double joint = row[i] * shares[i];
            mixture += joint;
            sum += joint * (double)i;
        }
        if (!(mixture > 0))
            return MEASURED_NOT;
        log_sizes[t] = low + width * sum / mixture;
    }
    return MEASURED;
}
