/* figures.c: which sizes stand for a whole distribution? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/peaks.h"
#include "measure/sizes.h"

#include <math.h>

static enum measured shares_total(const double *shares, size_t count, double *total)
{
    *total = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(shares[i] >= 0) || !isfinite(shares[i]))
            return MEASURED_MALFORMED;
        *total += shares[i];
    }
    return *total > 0 && isfinite(*total) ? MEASURED : MEASURED_NOT;
}

/* content times the total lies below; linear in ln(size) within the cell. */
static double percentile_nm(const struct measure_sizes *sizes, const double *shares, double below)
{
    double sum = 0;
    size_t cell = 0;
    while (cell + 1 < sizes->count && sum + shares[cell] < below)
        sum += shares[cell++];
    double part = shares[cell] > 0 ? (below - sum) / shares[cell] : 0;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return sizes->low_nm * exp(((double)cell + part) * sizes_log_width(sizes));
}

enum measured measure_percentile_nm(const struct measure_sizes *sizes, const double *shares,
                                    double content, double *size_nm)
{
    double total = 0;
    if (!sizes_are_usable(sizes) || !(content >= 0 && content <= 1))
        return MEASURED_OUTSIDE;
    enum measured measured = shares_total(shares, sizes->count, &total);
    if (measured == MEASURED)
        *size_nm = percentile_nm(sizes, shares, content * total);
    return measured;
}

static void moments(const struct measure_sizes *sizes, const double *shares, double total,
                    struct measure_figures *figures)
{
    double width = sizes_log_width(sizes);
    double mean_nm = 0, mean_cell = 0, variance = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        mean_nm += shares[i] * measure_size_centre_nm(sizes, i);
        mean_cell += shares[i] * (double)i;
    }
    mean_cell /= total;
    for (size_t i = 0; i < sizes->count; i++)
        variance += shares[i] * ((double)i - mean_cell) * ((double)i - mean_cell);
    figures->mean_nm = mean_nm / total;
    figures->sd_ln = width * sqrt(variance / total);
}

enum measured measure_figures(const struct measure_sizes *sizes, const double *shares,
                              struct measure_figures *figures)
{
    double total = 0;
    if (!sizes_are_usable(sizes))
        return MEASURED_OUTSIDE;
    enum measured measured = shares_total(shares, sizes->count, &total);
    if (measured != MEASURED)
        return measured;
    moments(sizes, shares, total, figures);
    figures->mode_nm = shares_mode_nm(sizes, shares);
    figures->d10_nm = percentile_nm(sizes, shares, 0.1 * total);
    figures->d50_nm = percentile_nm(sizes, shares, 0.5 * total);
    figures->d90_nm = percentile_nm(sizes, shares, 0.9 * total);
    figures->span = (figures->d90_nm - figures->d10_nm) / figures->d50_nm;
    return MEASURED;
}

enum measured measure_shares_by_volume(const struct measure_sizes *sizes, const double *shares,
                                       double *volume_shares)
{
    double total = 0, sum = 0;
    if (!sizes_are_usable(sizes))
        return MEASURED_OUTSIDE;
    enum measured measured = shares_total(shares, sizes->count, &total);
    if (measured != MEASURED)
        return measured;
    for (size_t i = 0; i < sizes->count; i++) {
        double size = measure_size_centre_nm(sizes, i) / sizes->high_nm;
        volume_shares[i] = shares[i] * size * size * size;
        sum += volume_shares[i];
    }
    for (size_t i = 0; i < sizes->count; i++)
        volume_shares[i] /= sum;
    return MEASURED;
}

enum measured measure_shares_divide(const double *divisors, size_t count, double *shares)
{
    double total = 0;
    enum measured measured = shares_total(shares, count, &total);
    if (measured != MEASURED)
        return measured;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (divisors && (!(divisors[i] > 0) || !isfinite(divisors[i])))
            return MEASURED_MALFORMED;
        sum += shares[i] / (divisors ? divisors[i] : 1);
    }
    for (size_t i = 0; i < count; i++)
        shares[i] = shares[i] / (divisors ? divisors[i] : 1) / sum;
    return MEASURED;
}

/* Whether every particle has a size, be it infinite, and a weight. */
static bool can_be_sorted(const double *sizes_nm, const double *weights, size_t count)
{
    for (size_t t = 0; t < count; t++)
        if (isnan(sizes_nm[t]) || (weights && (!(weights[t] >= 0) || !isfinite(weights[t]))))
            return false;
    return true;
}

enum measured measure_raw_shares(const struct measure_sizes *sizes, const double *sizes_nm,
                                 const double *weights, size_t count, double *shares,
                                 double *outside)
{
    if (!sizes_are_usable(sizes))
        return MEASURED_OUTSIDE;
    if (!can_be_sorted(sizes_nm, weights, count))
        return MEASURED_MALFORMED;
    for (size_t i = 0; i < sizes->count; i++)
        shares[i] = 0;
    *outside = 0;
    double total = 0, width = sizes_log_width(sizes);
    for (size_t t = 0; t < count; t++) {
        double weight = weights ? weights[t] : 1;
        double cell = sizes_nm[t] > 0 ? floor(log(sizes_nm[t] / sizes->low_nm) / width) : -1;
        if (cell >= 0 && cell < (double)sizes->count)
            shares[(size_t)cell] += weight;
        else
            *outside += weight;
        total += weight;
    }
    if (!(total > 0))
        return MEASURED_NOT;
    for (size_t i = 0; i < sizes->count; i++)
        shares[i] /= total;
    *outside /= total;
    return MEASURED;
}
