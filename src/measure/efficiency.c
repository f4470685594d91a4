/* efficiency.c: which sizes are found, and how likely? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/probability.h"

#include <math.h>
#include <stdlib.h>

static enum measured scatter_check(const struct measure_scatter *scatter)
{
    const double all[] = {scatter->reference_nm, scatter->reference_brightness,
                          scatter->exponent,     scatter->spread,
                          scatter->threshold,    scatter->noise};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (!isfinite(all[i]))
            return MEASURED_MALFORMED;
    }
    if (!(scatter->reference_nm > 0) || !(scatter->reference_brightness > 0) ||
        !(scatter->exponent > 0) || !(scatter->threshold > 0) || scatter->spread < 0 ||
        scatter->noise < 0)
        return MEASURED_OUTSIDE;
    return MEASURED;
}

/* Mean over a standard normal variate, by the trapezoidal rule, which is exact to rounding for what
 * is smooth over a step. */
static double normal_mean(double (*value)(const struct measure_scatter *, double, double),
                          const struct measure_scatter *scatter, double ln_ratio)
{
    enum { HALF = 64 };
    double sum = 0, weights = 0;
    for (int i = -HALF; i <= HALF; i++) {
        double z = 8.0 * i / HALF;
        double weight = exp(-0.5 * z * z);
        sum += weight * value(scatter, ln_ratio, z);
        weights += weight;
    }
    return sum / weights;
}

/* Found at this noise, as a mean over the particles of the size. */
static double found_at_noise(const struct measure_scatter *scatter, double ln_ratio, double z)
{
    double needed = 1 - scatter->noise / scatter->threshold * z;
    if (!(needed > 0))
        return 1;
    return probability_normal((ln_ratio - log(needed)) / scatter->spread);
}

/* Found being this bright among its size, as a mean over the noise. */
static double found_at_brightness(const struct measure_scatter *scatter, double ln_ratio, double z)
{
    double beyond = exp(ln_ratio + scatter->spread * z) - 1;
    return probability_normal(beyond * scatter->threshold / scatter->noise);
}

enum measured measure_detection(const struct measure_scatter *scatter, double diameter_nm,
                                double *probability)
{
    enum measured checked = scatter_check(scatter);
    if (checked != MEASURED)
        return checked;
    if (!isfinite(diameter_nm))
        return MEASURED_MALFORMED;
    if (!(diameter_nm > 0))
        return MEASURED_OUTSIDE;
    double ln_ratio = log(scatter->reference_brightness / scatter->threshold) +
                      scatter->exponent * log(diameter_nm / scatter->reference_nm);
    /* The integral runs over the narrower of the two, so that what it sums up is smooth. */
    if (scatter->spread > 0 && scatter->spread >= scatter->noise / scatter->threshold)
        *probability = normal_mean(found_at_noise, scatter, ln_ratio);
    else if (scatter->noise > 0)
        *probability = normal_mean(found_at_brightness, scatter, ln_ratio);
    else
        *probability = ln_ratio >= 0 ? 1 : 0;
    return MEASURED;
}

enum measured measure_detection_limit_nm(const struct measure_scatter *scatter, double probability,
                                         double *diameter_nm)
{
    enum { BISECTIONS = 100 };
    double found = 0;
    if (!(probability > 0) || !(probability < 1))
        return MEASURED_OUTSIDE;
    double low = 0, high = log(1e6); /* from 1 nm to 1 mm */
    enum measured checked = measure_detection(scatter, exp(high), &found);
    if (checked != MEASURED)
        return checked;
    if (found < probability)
        return MEASURED_OUTSIDE;
    (void)measure_detection(scatter, exp(low), &found);
    if (found > probability)
        return MEASURED_OUTSIDE;
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        (void)measure_detection(scatter, exp(middle), &found);
        if (found < probability)
            low = middle;
        else
            high = middle;
    }
    *diameter_nm = exp(0.5 * (low + high));
    return MEASURED;
}

enum measured measure_size_depth_um(const struct measure_scatter *scatter,
                                    const struct measure_sheet *sheet, double diameter_nm,
                                    double *depth_um)
{
    enum { HALF = 256 };
    double unused = 0, sum = 0, found = 0;
    enum measured checked = measure_detection(scatter, diameter_nm, &unused);
    if (checked != MEASURED)
        return checked;
    double ln_ratio = log(scatter->reference_brightness / scatter->threshold) +
                      scatter->exponent * log(diameter_nm / scatter->reference_nm);
    for (int i = -HALF; i <= HALF; i++) {
        double z = 8.0 * i / HALF;
        double peak = ln_ratio + scatter->spread * z;
        double weight = exp(-0.5 * z * z);
        double depth = 0;
        enum measured deep = measure_depth_um(sheet, peak, &depth);
        if (deep != MEASURED)
            return deep;
        if (!(peak > 0))
            continue;
        sum += weight * depth;
        found += weight;
    }
    if (!(found > 0))
        return MEASURED_NOT;
    *depth_um = sum / found;
    return MEASURED;
}

struct pair {
    double x;
    double y;
};

static int pair_ascending(const void *left, const void *right)
{
    const struct pair *a = left;
    const struct pair *b = right;
    if (a->x < b->x || a->x > b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y > b->y) - (a->y < b->y);
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, ascending);
    return 0.5 * (values[(count - 1) / 2] + values[count / 2]);
}

/* Medians of x and of y - slope x in one third of the pairs. */
static struct pair third_median(const struct pair *pairs, size_t count, double slope, double *room)
{
    struct pair middle = {0};
    for (size_t i = 0; i < count; i++)
        room[i] = pairs[i].x;
    middle.x = median(room, count);
    for (size_t i = 0; i < count; i++)
        room[i] = pairs[i].y - slope * pairs[i].x;
    middle.y = median(room, count);
    return middle;
}

/* Tukey's resistant line (Exploratory Data Analysis, 1977): the slope through the medians of the
 * outer thirds, repeated on what is left until nothing is. */
static enum measured resistant_slope(const struct pair *pairs, size_t count, double *room,
                                     double *slope)
{
    enum { ROUNDS = 50 };
    size_t third = count / 3;
    *slope = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct pair left = third_median(pairs, third, *slope, room);
        struct pair right = third_median(pairs + count - third, third, *slope, room);
        if (!(right.x > left.x))
            return MEASURED_NOT;
        double more = (right.y - left.y) / (right.x - left.x);
        *slope += more;
        if (fabs(more) < 1e-12)
            break;
    }
    return MEASURED;
}

enum measured measure_scatter_fit(const double *ln_sizes, const double *ln_brightness, size_t count,
                                  double ln_size_sd, double *room, struct measure_scatter *scatter)
{
    enum { PAIRS_NEEDED = 9 };
    const double normal_per_mad = 1.482602218505602;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(ln_sizes[i]) || !isfinite(ln_brightness[i]))
            return MEASURED_MALFORMED;
    }
    if (!(ln_size_sd >= 0) || !isfinite(ln_size_sd))
        return MEASURED_OUTSIDE;
    if (count < PAIRS_NEEDED)
        return MEASURED_NOT;
    struct pair *pairs = (struct pair *)(void *)room; /* two doubles each */
    double *values = room + 2 * count;
    for (size_t i = 0; i < count; i++)
        pairs[i] = (struct pair){.x = ln_brightness[i], .y = ln_sizes[i]};
    qsort(pairs, count, sizeof *pairs, pair_ascending);
    double slope = 0;
    if (resistant_slope(pairs, count, values, &slope) != MEASURED || !(slope > 0))
        return MEASURED_NOT;
    struct pair middle = third_median(pairs, count, slope, values);
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(pairs[i].y - slope * pairs[i].x - middle.y);
    double left_sd = normal_per_mad * median(values, count);
    scatter->exponent = 1 / slope;
    scatter->reference_nm = exp(middle.y + slope * middle.x);
    scatter->reference_brightness = exp(middle.x);
    scatter->spread = sqrt(fmax(0, left_sd * left_sd - ln_size_sd * ln_size_sd)) / slope;
    return MEASURED;
}

/* How much of a cell, in ln(size), lies at or above a size; and where its centre is. */
static double share_above(const struct measure_sizes *sizes, size_t cell, double size_nm,
                          double *centre_nm)
{
    double width = log(sizes->high_nm / sizes->low_nm) / (double)sizes->count;
    double low = log(sizes->low_nm) + width * (double)cell;
    *centre_nm = exp(low + 0.5 * width);
    return fmin(1, fmax(0, (low + width - log(size_nm)) / width));
}

enum measured measure_limit_split(const struct measure_scatter *scatter,
                                  const struct measure_sizes *sizes, const double *shares,
                                  struct measure_limited *result)
{
    struct measure_limited found = {0};
    enum measured half = measure_detection_limit_nm(scatter, 0.5, &found.d50_nm);
    if (half != MEASURED)
        return half;
    enum measured most = measure_detection_limit_nm(scatter, 0.95, &found.d95_nm);
    if (most != MEASURED)
        return most;
    if (!(sizes->low_nm > 0) || !(sizes->high_nm > sizes->low_nm) || !isfinite(sizes->high_nm))
        return MEASURED_OUTSIDE;
    double sum = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        if (!isfinite(shares[i]) || shares[i] < 0)
            return MEASURED_MALFORMED;
        sum += shares[i];
    }
    if (!(sum > 0))
        return MEASURED_NOT;
    for (size_t i = 0; i < sizes->count; i++) {
        double share = shares[i] / sum;
        double centre_nm = 0, probability = 1;
        double above = share * share_above(sizes, i, found.d95_nm, &centre_nm);
        double partly = share * share_above(sizes, i, found.d50_nm, &centre_nm) - above;
        (void)measure_detection(scatter, centre_nm, &probability);
        found.above += above;
        found.below += share - above;
        found.extrapolated += partly * (1 / fmax(0.5, probability) - 1);
    }
    *result = found;
    return MEASURED;
}
