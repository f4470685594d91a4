/* chart.c: axes with round ticks, linear or logarithmic. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/chart.h"

#include <math.h>

static const struct pen axis_pen = {.thick = 0.2, .grey = 0.25};
static const struct pen grid_pen = {.thick = 0.1, .grey = 0.85};
static const double tick_mm = 1.2, label_gap_mm = 0.5;
static const struct ink label_ink = {.size = 6.2, .grey = 0.1};

double chart_x(const struct chart *chart, double value)
{
    double part = chart->log_x ? log(value / chart->x_low) / log(chart->x_high / chart->x_low)
                               : (value - chart->x_low) / (chart->x_high - chart->x_low);
    return chart->left + part * chart->width;
}

double chart_y(const struct chart *chart, double value)
{
    return chart->top + chart->height * (1 - value / chart->y_high);
}

double chart_step(double high, size_t most)
{
    static const double steps[] = {1, 2, 5, 10};
    double least = high / (double)most;
    if (!(least > 0) || !isfinite(least))
        return 1;
    double power = pow(10, floor(log10(least)));
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (steps[i] * power >= least * (1 - 1e-9))
            return steps[i] * power;
    return 10 * power;
}

void chart_round_log(double *low, double *high)
{
    static const double rounds[] = {1, 1.5, 2, 3, 5, 7, 10};
    double below = pow(10, floor(log10(*low))), above = pow(10, floor(log10(*high)));
    double from = below, to = 10 * above;
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        if (rounds[i] * below <= *low)
            from = rounds[i] * below;
        if (rounds[i] * above >= *high && rounds[i] * above < to)
            to = rounds[i] * above;
    }
    *low = from;
    *high = to;
}

void chart_write(const struct chart *chart, double x, double y, const struct ink *ink,
                 const char *text)
{
    double width = paper_width(chart->paper, ink, text) + 0.2;
    const struct spot spot = {ink->side == PAPER_RIGHT    ? x - width
                              : ink->side == PAPER_CENTRE ? x - width / 2
                                                          : x,
                              y, width};
    paper_write(chart->paper, &spot, ink, text);
}

static void draw(const struct chart *chart, const struct pen *pen, struct point from,
                 struct point to)
{
    const struct point points[] = {from, to};
    paper_line(chart->paper, pen, points, 2);
}

void chart_mark(const struct chart *chart, const struct pen *pen, double x)
{
    double at = chart_x(chart, x);
    draw(chart, pen, (struct point){at, chart->top},
         (struct point){at, chart->top + chart->height});
}

/* As many decimals as the step has, so that all labels of an axis look alike. */
static const char *tick_text(const struct chart *chart, double value, double step)
{
    int decimals = (int)fmax(0, ceil(-log10(step) - 1e-9));
    return arena_print(chart->voice->arena, "%.*f", decimals, value);
}

/* Returns the right end of the label, or where the last one ended where it would touch that. */
static double tick_x(const struct chart *chart, double value, const char *text, double taken)
{
    const struct ink ink = {label_ink.size, label_ink.grey, PAPER_CENTRE, 0};
    const double x = chart_x(chart, value), base = chart->top + chart->height;
    draw(chart, &axis_pen, (struct point){x, base},
         (struct point){x, base + (text ? tick_mm : tick_mm / 2)});
    double half = text ? paper_width(chart->paper, &ink, text) / 2 : 0;
    if (!text || x - half < taken + 1)
        return taken;
    chart_write(chart, x, base + tick_mm + label_gap_mm / 2, &ink, text);
    return x + half;
}

/* Labelled by importance, so that a 2 never takes the place of a 10. */
static bool is_labelled(const struct chart *chart, int digit)
{
    const double decades = log10(chart->x_high / chart->x_low);
    if (digit == 1)
        return true;
    if (decades > 2.2)
        return false;
    if (digit == 2 || digit == 5)
        return true;
    return decades < 1.2 && chart->width > 30 && (digit == 3 || digit == 7 || digit == 4);
}

static void ticks_log(const struct chart *chart)
{
    double taken = -INFINITY;
    int first = (int)floor(log10(chart->x_low)), last = (int)ceil(log10(chart->x_high));
    for (int power = first; power <= last; power++)
        for (int digit = 1; digit < 10; digit++) {
            double value = digit * pow(10, power);
            if (value < chart->x_low * (1 - 1e-9) || value > chart->x_high * (1 + 1e-9))
                continue;
            bool labelled = is_labelled(chart, digit);
            taken = tick_x(chart, value,
                           labelled ? arena_print(chart->voice->arena, "%g", value) : NULL, taken);
        }
}

static void ticks_linear(const struct chart *chart)
{
    double taken = -INFINITY;
    double step = chart_step(chart->x_high - chart->x_low, (size_t)fmax(2, chart->width / 14));
    double first = ceil(chart->x_low / step - 1e-9) + 0.0; /* never -0 */
    int count = (int)floor(chart->x_high / step * (1 + 1e-9) - first) + 1;
    for (int i = 0; i < count; i++)
        taken =
            tick_x(chart, (first + i) * step, tick_text(chart, (first + i) * step, step), taken);
}

static void ticks_y(const struct chart *chart, size_t most)
{
    const struct ink ink = {label_ink.size, label_ink.grey, PAPER_RIGHT, 0};
    double step = chart_step(chart->y_high, most);
    double high = paper_height(chart->paper, 0, &ink, "0");
    for (int i = 0; i * step <= chart->y_high * (1 + 1e-9); i++) {
        double y = chart_y(chart, i * step);
        if (i > 0)
            draw(chart, &grid_pen, (struct point){chart->left, y},
                 (struct point){chart->left + chart->width, y});
        chart_write(chart, chart->left - label_gap_mm - 0.5, y - high / 2, &ink,
                    tick_text(chart, i * step, step));
    }
}

static void lines(const struct chart *chart)
{
    const double base = chart->top + chart->height;
    draw(chart, &axis_pen, (struct point){chart->left, chart->top},
         (struct point){chart->left, base});
    draw(chart, &axis_pen, (struct point){chart->left, base},
         (struct point){chart->left + chart->width, base});
}

void chart_axes(const struct chart *chart, const char *x_title, const char *y_title, size_t y_ticks)
{
    const struct ink right = {label_ink.size, 0.25, PAPER_RIGHT, 0};
    const struct ink left = {label_ink.size, 0.25, PAPER_LEFT, 0};
    double high = paper_height(chart->paper, 0, &label_ink, "0");
    ticks_y(chart, y_ticks);
    if (chart->log_x)
        ticks_log(chart);
    else
        ticks_linear(chart);
    lines(chart);
    chart_write(chart, chart->left + chart->width,
                chart->top + chart->height + tick_mm + label_gap_mm + high, &right, x_title);
    chart_write(chart, chart->left, chart->top - high - label_gap_mm - 0.6, &left, y_title);
}

void chart_axes_small(const struct chart *chart, double y_step)
{
    const struct ink right = {label_ink.size - 0.8, label_ink.grey, PAPER_RIGHT, 0};
    const struct ink left = {label_ink.size - 0.8, label_ink.grey, PAPER_LEFT, 0};
    const double base = chart->top + chart->height;
    double high = paper_height(chart->paper, 0, &right, "0");
    for (int i = 0; i <= 1; i++) {
        double value = i * y_step * floor(chart->y_high / y_step + 1e-9);
        chart_write(chart, chart->left - label_gap_mm, chart_y(chart, value) - high / 2, &right,
                    tick_text(chart, value, y_step));
    }
    chart_write(chart, chart->left, base + label_gap_mm, &left, "0");
    chart_write(chart, chart->left + chart->width, base + label_gap_mm, &right,
                arena_print(chart->voice->arena, "%.3g s", chart->x_high));
    lines(chart);
}
