/* chart.h: where on the paper does a value stand, and which ticks lead to it? */
#ifndef MEASURE_CHART_H
#define MEASURE_CHART_H

#include "base/paper.h"
#include "measure/report_number.h"

/* A plot without its labels, in millimetres; y grows upwards from the axis. */
struct chart {
    struct paper *paper;
    const struct report_voice *voice;
    double left;
    double top;
    double width;
    double height;
    bool log_x;
    double x_low;
    double x_high;
    double y_high; /* y begins at 0 */
};

double chart_x(const struct chart *chart, double value);
double chart_y(const struct chart *chart, double value);

/* A step of 1, 2 or 5 times a power of ten that makes at most so many ticks up to the value. */
double chart_step(double high, size_t most);

/* Widens an interval of sizes to the next of 1, 1.5, 2, 3, 5 and 7 times a power of ten. */
void chart_round_log(double *low, double *high);

/* Both axes, light lines at the ticks of y, and labels; a title of x stands below, one of y above.
 * y_ticks is how many at most. Labels of x that would touch one another are left out. */
void chart_axes(const struct chart *chart, const char *x_title, const char *y_title,
                size_t y_ticks);

/* Beneath all of a plot of small room: the axes and the labels at their ends alone. */
void chart_axes_small(const struct chart *chart, double y_step);

/* A vertical line over the whole height. */
void chart_mark(const struct chart *chart, const struct pen *pen, double x);

/* Text of these letters somewhere; its width is only the room for the side. */
void chart_write(const struct chart *chart, double x, double y, const struct ink *ink,
                 const char *text);

#endif
