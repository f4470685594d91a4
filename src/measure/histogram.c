/* histogram.c: sums, moments and percentiles of 1 nm bins, in one fixed order of summation. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/histogram.h"

#include <math.h>

/* Far below one particle in a sea; smaller sums have no exact tenths in a double. */
#define SMALLEST_SUM 1e-290

double histogram_sum(const struct histogram *histogram)
{
    double sum = 0;
    for (size_t i = 0; i < histogram->count; i++)
        sum += histogram->bins[i];
    return sum;
}

void histogram_sizes_below(const struct histogram *histogram, const double *contents, size_t count,
                           double *sizes_nm)
{
    double before = 0;
    double last_edge_nm = 0;
    size_t done = 0;
    for (size_t i = 0; i < histogram->count && done < count; i++) {
        double bin = histogram->bins[i];
        if (bin <= 0)
            continue;
        for (; done < count && before + bin >= contents[done]; done++) {
            double share = contents[done] > before ? (contents[done] - before) / bin : 0;
            sizes_nm[done] = (double)i + share;
        }
        before += bin;
        last_edge_nm = (double)i + 1;
    }
    for (; done < count; done++)
        sizes_nm[done] = last_edge_nm;
}

double histogram_size_below(const struct histogram *histogram, double content)
{
    double size_nm = 0;
    histogram_sizes_below(histogram, &content, 1, &size_nm);
    return size_nm;
}

static size_t highest_bin(const struct histogram *histogram)
{
    size_t highest = 0;
    for (size_t i = 1; i < histogram->count; i++) {
        if (histogram->bins[i] > histogram->bins[highest])
            highest = i;
    }
    return highest;
}

static double vertex_nm(const struct histogram *histogram, size_t highest)
{
    double centre_nm = (double)highest + 0.5;
    if (highest == 0 || highest + 1 >= histogram->count)
        return centre_nm;
    double left = histogram->bins[highest - 1];
    double top = histogram->bins[highest];
    double right = histogram->bins[highest + 1];
    double bend = left - 2 * top + right;
    return bend < 0 ? centre_nm + (left - right) / (2 * bend) : centre_nm;
}

struct histogram_figures histogram_describe(const struct histogram *histogram)
{
    struct histogram_figures figures = {.known = false};
    double sum = histogram_sum(histogram);
    if (!(sum > SMALLEST_SUM))
        return figures;
    double moment = 0;
    for (size_t i = 0; i < histogram->count; i++)
        moment += histogram->bins[i] * ((double)i + 0.5);
    figures.known = true;
    figures.mean_nm = moment / sum;
    double squares = 0;
    for (size_t i = 0; i < histogram->count; i++) {
        double distance_nm = (double)i + 0.5 - figures.mean_nm;
        squares += histogram->bins[i] * distance_nm * distance_nm;
    }
    size_t highest = highest_bin(histogram);
    figures.sd_nm = sqrt(squares / sum);
    figures.mode_nm = (double)highest + 0.5;
    figures.mode_vertex_nm = vertex_nm(histogram, highest);
    figures.d10_nm = histogram_size_below(histogram, 0.1 * sum);
    figures.d50_nm = histogram_size_below(histogram, 0.5 * sum);
    figures.d90_nm = histogram_size_below(histogram, 0.9 * sum);
    figures.span = (figures.d90_nm - figures.d10_nm) / figures.d50_nm;
    return figures;
}
