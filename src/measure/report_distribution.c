/* report_distribution.c: the distribution of sizes as a picture. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/curve.h"
#include "measure/report_page.h"

#include <math.h>

/* Cells of the raw histogram that are drawn as one: so few tracks fall into a single one. */
enum { RAW_CELLS = 6 };
static const double left_out = 0.005;
/* The part of the height that stays free above the curve, for the labels of the figures. */
static const double headroom = 0.16;

static const struct pen band_pen = {.grey = 0.8, .tinted = true};
static const struct pen band_edge_pen = {.thick = 0.12, .grey = 0.62, .tinted = true};
static const struct pen curve_pen = {.thick = 0.5, .grey = 0.22, .tinted = true};
static const struct pen raw_pen = {.thick = 0.18, .grey = 0.45};
static const struct pen mark_pen = {.thick = 0.22, .grey = 0, .dash = 1.1};
static const struct ink mark_ink = {.size = 6.6};

struct picture {
    const struct page *page;
    struct chart chart;
    struct measure_sizes sizes;
    const struct distribution *made;
    double unit; /* shares of a cell to % per 0.1 decade */
};

static double raw_at(const struct picture *picture, size_t cell)
{
    double sum = 0;
    size_t first = cell / RAW_CELLS * RAW_CELLS;
    for (size_t i = first; i < first + RAW_CELLS && i < picture->sizes.count; i++)
        sum += picture->made->raw_shares[i] / RAW_CELLS;
    return sum;
}

static double high_at(const struct picture *picture, size_t cell)
{
    const struct distribution *made = picture->made;
    return made->curve_high ? fmax(made->curve[cell], made->curve_high[cell]) : made->curve[cell];
}

/* All but a two-hundredth of the particles at either end, and all three figures. */
static void find_ends(struct picture *picture)
{
    const struct distribution *made = picture->made;
    const struct measure_figures *value = &made->by_number.value;
    double top = 0, first_nm = value->d10_nm, last_nm = value->d90_nm;
    for (size_t i = 0; i < picture->sizes.count; i++)
        top = fmax(top, fmax(high_at(picture, i), raw_at(picture, i)));
    (void)measure_percentile_nm(&picture->sizes, made->curve, left_out, &first_nm);
    (void)measure_percentile_nm(&picture->sizes, made->curve, 1 - left_out, &last_nm);
    double low = fmin(value->d10_nm / 2, first_nm / 1.1);
    double high = fmax(value->d90_nm * 2, last_nm * 1.1);
    chart_round_log(&low, &high);
    picture->chart.x_low = fmax(low, picture->sizes.low_nm);
    picture->chart.x_high = fmin(high, picture->sizes.high_nm);
    picture->chart.y_high = top * picture->unit / (1 - headroom);
}

/* A note at each end beyond which something lies. */
static void tell_beyond(const struct picture *picture)
{
    const struct chart *chart = &picture->chart;
    double below = 0, above = 0;
    for (size_t i = 0; i < picture->sizes.count; i++) {
        double size_nm = measure_size_centre_nm(&picture->sizes, i);
        below += size_nm < chart->x_low ? picture->made->shares[i] : 0;
        above += size_nm > chart->x_high ? picture->made->shares[i] : 0;
    }
    const double parts[] = {below, above};
    for (size_t i = 0; i < 2; i++) {
        if (parts[i] < 0.0005)
            continue;
        const struct ink ink = {6, 0.25, i ? PAPER_RIGHT : PAPER_LEFT, 0};
        chart_write(chart, i ? chart->left + chart->width - 0.5 : chart->left + 1, chart->top + 7,
                    &ink,
                    report_say(picture->page->voice, WORD_BEYOND,
                               number_fixed(picture->page->voice, 100 * parts[i], 1)));
    }
}

static struct point point_at(const struct picture *picture, size_t cell, double share)
{
    const double size_nm = measure_size_centre_nm(&picture->sizes, cell);
    return (struct point){chart_x(&picture->chart, size_nm),
                          chart_y(&picture->chart, share * picture->unit)};
}

static void draw_band(const struct picture *picture)
{
    const struct distribution *made = picture->made;
    const size_t count = picture->sizes.count;
    struct paper *paper = picture->page->paper;
    if (!made->curve_high)
        return;
    struct point *corners = arena_take(picture->page->arena, 2 * count * sizeof *corners);
    for (size_t i = 0; i < count; i++) {
        corners[i] = point_at(picture, i, made->curve_low[i]);
        corners[2 * count - 1 - i] = point_at(picture, i, made->curve_high[i]);
    }
    paper_area(paper, &band_pen, corners, 2 * count);
    paper_line(paper, &band_edge_pen, corners, count);
    paper_line(paper, &band_edge_pen, corners + count, count);
}

static void draw_curve(const struct picture *picture)
{
    const size_t count = picture->sizes.count;
    struct point *points = arena_take(picture->page->arena, count * sizeof *points);
    for (size_t i = 0; i < count; i++)
        points[i] = point_at(picture, i, picture->made->curve[i]);
    paper_line(picture->page->paper, &curve_pen, points, count);
}

static void draw_raw(const struct picture *picture)
{
    const size_t count = picture->sizes.count;
    struct point *points = arena_take(picture->page->arena, 2 * (count + 1) * sizeof *points);
    size_t used = 0;
    for (size_t i = 0; i < count; i += RAW_CELLS) {
        double share = raw_at(picture, i);
        size_t end = i + RAW_CELLS < count ? i + RAW_CELLS : count;
        double y = chart_y(&picture->chart, share * picture->unit);
        points[used++] =
            (struct point){chart_x(&picture->chart, measure_size_edge_nm(&picture->sizes, i)), y};
        points[used++] =
            (struct point){chart_x(&picture->chart, measure_size_edge_nm(&picture->sizes, end)), y};
    }
    paper_line(picture->page->paper, &raw_pen, points, used);
}

/* D10 stands left of its line and D90 right of its own, D50 a line higher: narrow samples too. */
static void draw_marks(const struct picture *picture)
{
    const struct chart *chart = &picture->chart;
    const struct measure_figures *value = &picture->made->by_number.value;
    const double sizes_nm[] = {value->d10_nm, value->d50_nm, value->d90_nm};
    static const char *const names[] = {"D10", "D50", "D90"};
    static const enum paper_side sides[] = {PAPER_RIGHT, PAPER_LEFT, PAPER_LEFT};
    for (size_t i = 0; i < 3; i++) {
        const double x = chart_x(chart, sizes_nm[i]), y = chart->top + (i == 1 ? 0.1 : 3.3);
        const struct point line[] = {{x, y}, {x, chart->top + chart->height}};
        struct ink ink = mark_ink;
        ink.side = sides[i];
        paper_line(chart->paper, &mark_pen, line, 2);
        chart_write(chart, x + (ink.side == PAPER_RIGHT ? -0.8 : 0.8), y, &ink,
                    arena_print(picture->page->arena, "%s %s nm", names[i],
                                number_size(picture->page->voice, sizes_nm[i])));
    }
}

static double legend_entry(const struct picture *picture, double x, double y, const struct pen *pen,
                           const char *text)
{
    struct paper *paper = picture->page->paper;
    const struct point line[] = {{x, y + 1.3}, {x + 6, y + 1.3}};
    const struct point area[] = {{x, y + 0.4}, {x + 6, y + 0.4}, {x + 6, y + 2.2}, {x, y + 2.2}};
    if (pen->thick > 0)
        paper_line(paper, pen, line, 2);
    else
        paper_area(paper, pen, area, 4);
    chart_write(&picture->chart, x + 7, y, &page_note_ink, text);
    return x + 7 + paper_width(paper, &page_note_ink, text) + 4;
}

static void draw_legend(const struct picture *picture, double x, double y)
{
    const struct page *page = picture->page;
    const char *width = number_fixed(page->voice, 100 * CURVE_LN_SD, 0);
    x = legend_entry(picture, x, y, &curve_pen, report_say(page->voice, WORD_LEGEND_CURVE, width));
    if (picture->made->curve_high)
        x = legend_entry(picture, x, y, &band_pen, page_word(page, WORD_LEGEND_BAND));
    legend_entry(picture, x, y, &raw_pen, page_word(page, WORD_LEGEND_RAW));
}

double page_distribution(const struct page *page, const struct place *place, double height)
{
    struct picture picture = {.page = page,
                              .sizes = measure_sizes_default(),
                              .made = &page->report->measurement->distribution};
    double title = page_heading(page, place, WORD_DISTRIBUTION);
    picture.unit = 100 * 0.1 * (double)picture.sizes.count /
                   log10(picture.sizes.high_nm / picture.sizes.low_nm);
    picture.chart = (struct chart){.paper = page->paper,
                                   .voice = page->voice,
                                   .left = place->x + 9,
                                   .top = place->y + title + 7.2,
                                   .width = place->width - 11,
                                   .height = height - title - 15,
                                   .log_x = true};
    const struct chart *chart = &picture.chart;
    find_ends(&picture);
    draw_legend(&picture, place->x, place->y + title);
    chart_axes(chart, page_word(page, WORD_SIZE_AXIS), page_word(page, WORD_SHARE_AXIS), 6);
    paper_clip(page->paper, &(struct spot){chart->left, chart->top, chart->width}, chart->height);
    draw_band(&picture);
    draw_raw(&picture);
    draw_curve(&picture);
    paper_unclip(page->paper);
    draw_marks(&picture);
    tell_beyond(&picture);
    return height;
}
