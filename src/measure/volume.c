/* volume.c: over which depth is a particle of that brightness counted? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

#include <math.h>

static const double um3_per_ml = 1e12;

static enum measured sheet_check(const struct measure_sheet *sheet)
{
    if (isnan(sheet->half_width_um) || isnan(sheet->rayleigh_um) || isnan(sheet->fixed_um))
        return MEASURED_MALFORMED;
    if (sheet->fixed_um > 0)
        return isfinite(sheet->fixed_um) ? MEASURED : MEASURED_OUTSIDE;
    if (sheet->fixed_um < 0 || !(sheet->half_width_um > 0) || !(sheet->rayleigh_um > 0) ||
        (isinf(sheet->half_width_um) && isinf(sheet->rayleigh_um)))
        return MEASURED_OUTSIDE;
    return MEASURED;
}

/* The height at which 2 z2/w2 + ln(1 + z2/zR2) has grown to fall, by Newton's method in q = z2. The
 * sum is concave, so that the steps from q = 0 approach the root from below and never pass it. */
static double sheet_height_um(double half_width_um, double rayleigh_um, double fall)
{
    enum { STEPS = 100 };
    if (!(fall > 0))
        return 0;
    double width2 = half_width_um * half_width_um;
    double rayleigh2 = rayleigh_um * rayleigh_um;
    if (isinf(rayleigh2))
        return sqrt(0.5 * width2 * fall);
    double q = 0;
    for (int i = 0; i < STEPS; i++) {
        double missing = fall - 2 * q / width2 - log1p(q / rayleigh2);
        double step = missing / (2 / width2 + 1 / (rayleigh2 + q));
        if (!(step > 1e-15 * q))
            break;
        q += step;
    }
    return sqrt(q);
}

/* z*: half of the depth over which the height of the spot is above the threshold. */
static double sheet_half_depth_um(const struct measure_sheet *sheet, double ln_ratio)
{
    if (sheet->fixed_um > 0)
        return 0.5 * sheet->fixed_um;
    return sheet_height_um(sheet->half_width_um, sheet->rayleigh_um, ln_ratio);
}

enum measured measure_depth_um(const struct measure_sheet *sheet, double ln_ratio, double *depth_um)
{
    enum measured checked = sheet_check(sheet);
    if (checked != MEASURED)
        return checked;
    if (!isfinite(ln_ratio))
        return MEASURED_MALFORMED;
    *depth_um = 2 * sheet_half_depth_um(sheet, ln_ratio);
    return MEASURED;
}

/* Mean of ln(1 + x2) for x from 0 to the ratio. */
static double defocus_mean(double ratio)
{
    if (ratio < 1e-3)
        return ratio * ratio / 3;
    return log1p(ratio * ratio) - 2 + 2 * atan(ratio) / ratio;
}

enum measured measure_depth_mean(const struct measure_sheet *sheet, double ln_ratio,
                                 double *mean_ln_ratio)
{
    enum measured checked = sheet_check(sheet);
    if (checked != MEASURED)
        return checked;
    if (!isfinite(ln_ratio))
        return MEASURED_MALFORMED;
    if (!(ln_ratio > 0))
        return MEASURED_NOT;
    if (sheet->fixed_um > 0) {
        *mean_ln_ratio = ln_ratio;
        return MEASURED;
    }
    double z = sheet_half_depth_um(sheet, ln_ratio);
    double ratio = z / sheet->half_width_um;
    double mean = ln_ratio - 2 * ratio * ratio / 3;
    if (!sheet->whole_light)
        mean -= defocus_mean(z / sheet->rayleigh_um);
    *mean_ln_ratio = mean;
    return MEASURED;
}

enum measured measure_depth_peak(const struct measure_sheet *sheet, double mean_ln_ratio,
                                 double *ln_ratio)
{
    enum { BISECTIONS = 100, LN_RATIO_LIMIT = 100 };
    double low = mean_ln_ratio, high = mean_ln_ratio, mean = 0;
    enum measured checked = measure_depth_mean(sheet, low, &mean);
    if (checked != MEASURED)
        return checked;
    /* Where there is focus and no sheet, the mean stays below 2, however bright the particle. */
    while (mean < mean_ln_ratio) {
        high *= 2;
        if (high > LN_RATIO_LIMIT)
            return MEASURED_OUTSIDE;
        (void)measure_depth_mean(sheet, high, &mean);
    }
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        if (measure_depth_mean(sheet, middle, &mean) == MEASURED && mean < mean_ln_ratio)
            low = middle;
        else
            high = middle;
    }
    *ln_ratio = 0.5 * (low + high);
    return MEASURED;
}

/* The height up to which a particle of that peak is found, and at least as bright as the edge. */
static double sheet_edge_um(const struct measure_sheet *sheet, double ln_ratio, double edge)
{
    double found = sheet_height_um(sheet->half_width_um, sheet->rayleigh_um, ln_ratio);
    double rayleigh_um = sheet->whole_light ? INFINITY : sheet->rayleigh_um;
    return fmin(found, sheet_height_um(sheet->half_width_um, rayleigh_um, ln_ratio - edge));
}

/* Adds to each class up to own the length on which a particle of that peak is seen in it. */
static void peak_lengths_um(const struct measure_sheet *sheet, const double *edges, size_t own,
                            const double peak[2], double *lengths_um)
{
    double beyond_um = 0; /* height up to which it is brighter than the class */
    for (size_t k = own + 1; k-- > 0;) {
        double edge_um = sheet_edge_um(sheet, peak[0], edges[k]);
        lengths_um[k] += 2 * (edge_um - beyond_um) * peak[1];
        beyond_um = edge_um;
    }
}

/* The same as a mean over the peaks of class own. The depth begins as a root of ln_ratio - edge,
 * hence equal steps of the root. For the dimmest class, the peak at its upper edge: what the mean
 * would give to dimmer ones, the next class would have to take back from all. */
static void class_lengths_um(const struct measure_sheet *sheet, const double *edges, size_t own,
                             double *lengths_um)
{
    enum { STEPS = 32 };
    if (own == 0) {
        peak_lengths_um(sheet, edges, own, (const double[]){edges[1], 1}, lengths_um);
        return;
    }
    for (int i = 0; i < STEPS; i++) {
        double root = (i + 0.5) / STEPS;
        double peak = edges[own] + (edges[own + 1] - edges[own]) * root * root;
        peak_lengths_um(sheet, edges, own, (const double[]){peak, 2 * root / STEPS}, lengths_um);
    }
}

static enum measured classes_fit(const struct measure_sheet *sheet,
                                 const struct measure_classes *classes)
{
    if (classes->count < 1 || classes->count > MEASURE_CLASSES)
        return MEASURED_OUTSIDE;
    if (sheet->fixed_um > 0)
        return MEASURED;
    /* The whole light of a spot that only loses focus says nothing of where it is. */
    if (classes->edges == NULL || !(classes->edges[0] >= 0) ||
        (sheet->whole_light && isinf(sheet->half_width_um)))
        return MEASURED_OUTSIDE;
    for (size_t i = 0; i < classes->count; i++) {
        if (!(classes->edges[i + 1] > classes->edges[i]) || !isfinite(classes->edges[i + 1]))
            return MEASURED_OUTSIDE;
    }
    return MEASURED;
}

enum measured measure_class_depths_um(const struct measure_sheet *sheet,
                                      const struct measure_classes *classes, double *depths_um)
{
    enum measured checked = sheet_check(sheet);
    if (checked != MEASURED)
        return checked;
    enum measured fitting = classes_fit(sheet, classes);
    if (fitting != MEASURED)
        return fitting;
    double weights[MEASURE_CLASSES] = {0};
    for (size_t j = 0; j < classes->count; j++) {
        if (sheet->fixed_um > 0) {
            weights[j] = 1 / sheet->fixed_um;
            continue;
        }
        double lengths_um[MEASURE_CLASSES] = {0};
        double counted = 0;
        class_lengths_um(sheet, classes->edges, j, lengths_um);
        for (size_t k = 0; k < j; k++)
            counted += weights[k] * lengths_um[k];
        weights[j] = (1 - counted) / lengths_um[j];
        if (!isfinite(weights[j]) || !(weights[j] > 0))
            return MEASURED_OUTSIDE;
    }
    for (size_t j = 0; j < classes->count; j++)
        depths_um[j] = 1 / weights[j];
    return MEASURED;
}

static double bead_per_frame(const struct measure_bead *bead, size_t classes)
{
    double sum = 0;
    for (size_t k = 0; k < classes; k++)
        sum += bead->per_frame[k];
    return sum;
}

static enum measured bead_check(const struct measure_bead *bead, size_t classes)
{
    if (!isfinite(bead->per_ml) || !isfinite(bead->relative_sd) || !isfinite(bead->area_um2))
        return MEASURED_MALFORMED;
    if (!(bead->per_ml > 0) || !(bead->relative_sd > 0) || !(bead->area_um2 > 0))
        return MEASURED_OUTSIDE;
    double sum = 0;
    for (size_t k = 0; k < classes; k++) {
        if (!isfinite(bead->per_frame[k]) || bead->per_frame[k] < 0)
            return MEASURED_MALFORMED;
        sum += bead->per_frame[k];
    }
    return sum > 0 ? MEASURED : MEASURED_NOT;
}

/* ln of what these depths make of the counts of a bead over its true concentration. */
static double bead_residual(const struct measure_bead *bead, size_t classes,
                            const double *depths_um)
{
    double sum = 0;
    for (size_t k = 0; k < classes; k++)
        sum += bead->per_frame[k] / depths_um[k];
    return log(sum / bead->area_um2 * um3_per_ml / bead->per_ml);
}

/* What beads say of depths. */
struct agreement {
    double mean;    /* weighted, of the residuals */
    double misfit;  /* squares of the residuals from their mean, in units of their sd */
    double weights; /* sum of 1/sd2 */
};

static struct agreement beads_agree(const struct measure_bead *beads, size_t count, size_t classes,
                                    const double *depths_um)
{
    struct agreement agreement = {0};
    double squares = 0;
    for (size_t i = 0; i < count; i++) {
        double weight = 1 / (beads[i].relative_sd * beads[i].relative_sd);
        double residual = bead_residual(&beads[i], classes, depths_um);
        agreement.mean += weight * residual;
        squares += weight * residual * residual;
        agreement.weights += weight;
    }
    agreement.mean /= agreement.weights;
    agreement.misfit = fmax(0, squares - agreement.weights * agreement.mean * agreement.mean);
    return agreement;
}

/* Misfit when zR/w is changed by so much and the scale of the sheet follows. */
static double shape_misfit(const struct measure_bead *beads, size_t count,
                           const struct measure_classes *classes, const struct measure_sheet *given,
                           double ln_shape)
{
    enum { SHAPE_WEIGHT = 4 }; /* 1/sd2 at an sd of 0.5 */
    struct measure_sheet sheet = *given;
    double depths_um[MEASURE_CLASSES] = {0};
    sheet.rayleigh_um *= exp(ln_shape);
    if (measure_class_depths_um(&sheet, classes, depths_um) != MEASURED)
        return INFINITY;
    return beads_agree(beads, count, classes->count, depths_um).misfit +
           SHAPE_WEIGHT * ln_shape * ln_shape;
}

/* The best change of zR/w by golden sections between exp(-1.5) and exp(1.5). */
static double shape_fit(const struct measure_bead *beads, size_t count,
                        const struct measure_classes *classes, const struct measure_sheet *given)
{
    enum { SECTIONS = 30 };
    const double golden = 0.6180339887498949;
    double low = -1.5, high = 1.5;
    double left = high - golden * (high - low), right = low + golden * (high - low);
    double at_left = shape_misfit(beads, count, classes, given, left);
    double at_right = shape_misfit(beads, count, classes, given, right);
    for (int i = 0; i < SECTIONS; i++) {
        if (at_left < at_right) {
            high = right;
            right = left;
            at_right = at_left;
            left = high - golden * (high - low);
            at_left = shape_misfit(beads, count, classes, given, left);
        } else {
            low = left;
            left = right;
            at_left = at_right;
            right = low + golden * (high - low);
            at_right = shape_misfit(beads, count, classes, given, right);
        }
    }
    return 0.5 * (low + high);
}

static struct measure_depth_point bead_point(const struct measure_bead *bead,
                                             const struct measure_classes *classes,
                                             const double *depths_um)
{
    double sum = bead_per_frame(bead, classes->count), middles = 0;
    for (size_t k = 0; classes->edges != NULL && k < classes->count; k++)
        middles += bead->per_frame[k] * 0.5 * (classes->edges[k] + classes->edges[k + 1]);
    return (struct measure_depth_point){
        .ln_ratio = middles / sum,
        .depth_um = sum / bead->area_um2 * um3_per_ml / bead->per_ml,
        .relative_sd = bead->relative_sd,
        .residual = bead_residual(bead, classes->count, depths_um),
    };
}

/* The depths grow in proportion when both lengths of the sheet do, so that the mean residual is the
 * logarithm of the scale. The uncertainty is the larger of what the beads' own leave to their
 * weighted mean and of what their disagreement shows (Birge's ratio). */
static void sheet_scale(struct measure_sheet *sheet, const struct agreement *agreement,
                        size_t count, size_t classes, double *depths_um)
{
    double scale = exp(agreement->mean);
    double birge = count > 1 ? agreement->misfit / (double)(count - 1) : 0;
    sheet->half_width_um *= scale;
    sheet->rayleigh_um *= scale;
    sheet->fixed_um *= scale;
    sheet->relative_sd = sqrt(fmax(1, birge) / agreement->weights);
    for (size_t k = 0; k < classes; k++)
        depths_um[k] *= scale;
}

enum measured measure_sheet_calibrate(const struct measure_bead *beads, size_t count,
                                      const struct measure_classes *classes,
                                      struct measure_sheet *sheet,
                                      struct measure_depth_point *points)
{
    if (count == 0)
        return MEASURED_NOT;
    for (size_t i = 0; i < count; i++) {
        enum measured checked = bead_check(&beads[i], classes->count);
        if (checked != MEASURED)
            return checked;
    }
    double depths_um[MEASURE_CLASSES] = {0};
    enum measured possible = measure_class_depths_um(sheet, classes, depths_um);
    if (possible != MEASURED)
        return possible;
    struct measure_sheet fitted = *sheet;
    if (count > 1 && !(sheet->fixed_um > 0) && isfinite(sheet->half_width_um) &&
        isfinite(sheet->rayleigh_um))
        fitted.rayleigh_um *= exp(shape_fit(beads, count, classes, sheet));
    possible = measure_class_depths_um(&fitted, classes, depths_um);
    if (possible != MEASURED)
        return possible;
    struct agreement agreement = beads_agree(beads, count, classes->count, depths_um);
    sheet_scale(&fitted, &agreement, count, classes->count, depths_um);
    for (size_t i = 0; points != NULL && i < count; i++)
        points[i] = bead_point(&beads[i], classes, depths_um);
    *sheet = fitted;
    return MEASURED;
}
