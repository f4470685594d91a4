/* histogram.h: what do bins of equal width, counted from zero, say about size? */
#ifndef MEASURE_HISTOGRAM_H
#define MEASURE_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>

/* Bin i reaches from i to i + 1 nm; its centre is i + 0.5 nm. The caller keeps the bins. */
struct histogram {
    const double *bins;
    size_t count;
};

struct histogram_figures {
    bool known; /* false where all bins are empty */
    double mean_nm;
    double sd_nm;          /* of the particles, not of the mean */
    double mode_nm;        /* centre of the highest bin, the first of equals */
    double mode_vertex_nm; /* top of the parabola through that bin and its neighbours */
    double d10_nm;
    double d50_nm;
    double d90_nm;
    double span; /* (D90 - D10) / D50 */
};

double histogram_sum(const struct histogram *histogram);

/* The size below which so much of the content lies: the cumulative sum, taken at the right edge of
 * each bin, interpolated linearly. The bins must not all be empty. */
double histogram_size_below(const struct histogram *histogram, double content);

/* The same for many contents in ascending order, in one pass. */
void histogram_sizes_below(const struct histogram *histogram, const double *contents, size_t count,
                           double *sizes_nm);

struct histogram_figures histogram_describe(const struct histogram *histogram);

#endif
