/* count.c: how many spots of which brightness lie inside the counted area of each frame? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

#include <math.h>
#include <stdlib.h>

enum measured measure_view_area_um2(const struct measure_view *view, double *area_um2)
{
    double width = view->right_um - view->left_um - 2 * view->guard_um;
    double height = view->bottom_um - view->top_um - 2 * view->guard_um;
    if (!isfinite(width) || !isfinite(height))
        return MEASURED_MALFORMED;
    if (!(view->guard_um >= 0) || !(width > 0) || !(height > 0))
        return MEASURED_OUTSIDE;
    *area_um2 = width * height;
    return MEASURED;
}

static enum measured classes_check(const struct measure_classes *classes)
{
    if (classes->edges == NULL)
        return classes->count == 1 ? MEASURED : MEASURED_OUTSIDE;
    if (classes->count < 1 || classes->count > MEASURE_CLASSES || !(classes->threshold > 0) ||
        !isfinite(classes->threshold))
        return MEASURED_OUTSIDE;
    for (size_t i = 0; i <= classes->count; i++) {
        if (!isfinite(classes->edges[i]))
            return MEASURED_MALFORMED;
        if (i > 0 && !(classes->edges[i] > classes->edges[i - 1]))
            return MEASURED_OUTSIDE;
    }
    return MEASURED;
}

enum measured measure_counts_begin(struct measure_counts *counts)
{
    double area_um2 = 0;
    enum measured viewed = measure_view_area_um2(&counts->view, &area_um2);
    if (viewed != MEASURED)
        return viewed;
    enum measured classed = classes_check(&counts->classes);
    if (classed != MEASURED)
        return classed;
    if (counts->frames == 0)
        return MEASURED_NOT;
    for (size_t i = 0; i < counts->classes.count * counts->frames; i++)
        counts->counts[i] = 0;
    counts->guarded = 0;
    counts->dim = 0;
    return MEASURED;
}

static bool view_counts(const struct measure_view *view, double x_um, double y_um)
{
    return x_um >= view->left_um + view->guard_um && x_um < view->right_um - view->guard_um &&
           y_um >= view->top_um + view->guard_um && y_um < view->bottom_um - view->guard_um;
}

enum measured measure_counts_add(struct measure_counts *counts, int32_t frame, double x_um,
                                 double y_um, double brightness)
{
    const struct measure_classes *classes = &counts->classes;
    if (!isfinite(x_um) || !isfinite(y_um) || frame < 0)
        return MEASURED_MALFORMED;
    if (classes->edges != NULL && !isfinite(brightness))
        return MEASURED_MALFORMED;
    if ((size_t)frame >= counts->frames)
        return MEASURED_OUTSIDE;
    if (!view_counts(&counts->view, x_um, y_um)) {
        counts->guarded++;
        return MEASURED;
    }
    size_t class = 0;
    if (classes->edges != NULL) {
        double ln_ratio = brightness > 0 ? log(brightness / classes->threshold) : -INFINITY;
        if (ln_ratio < classes->edges[0]) {
            counts->dim++;
            return MEASURED;
        }
        while (class + 1 < classes->count && ln_ratio >= classes->edges[class + 1])
            class ++;
    }
    counts->counts[class * counts->frames + (size_t)frame] += 1;
    return MEASURED;
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

enum measured measure_class_edges(double *ln_ratios, size_t count, size_t classes, double *edges)
{
    if (classes < 1 || classes > MEASURE_CLASSES)
        return MEASURED_OUTSIDE;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(ln_ratios[i]))
            return MEASURED_MALFORMED;
    }
    if (count <= classes)
        return MEASURED_NOT;
    qsort(ln_ratios, count, sizeof *ln_ratios, ascending);
    double found[MEASURE_CLASSES + 1] = {0};
    for (size_t i = 0; i <= classes; i++) {
        found[i] = ln_ratios[i < classes ? i * count / classes : count - 1];
        if (i > 0 && !(found[i] > found[i - 1]))
            return MEASURED_NOT;
    }
    for (size_t i = 0; i <= classes; i++)
        edges[i] = found[i];
    return MEASURED;
}
