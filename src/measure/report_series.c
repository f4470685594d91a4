/* report_series.c: counts over time, video by video, as pictures. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_page.h"

#include <math.h>

static const struct pen line_pen = {.thick = 0.3, .grey = 0.22, .tinted = true};
static const struct pen thin_pen = {.thick = 0.15, .grey = 0.22, .tinted = true};
static const struct pen dot_pen = {.grey = 0.22, .tinted = true};
static const struct ink small_ink = {.size = 6};

static void draw_series(const struct page *page, const struct chart *chart,
                        const struct fact_counts *counts, const struct pen *pen)
{
    struct point *points = arena_take(page->arena, (2 * counts->bins + 1) * sizeof *points);
    for (size_t b = 0; b < counts->bins; b++) {
        double y = chart_y(chart, counts->means[b]), part = chart->width / (double)counts->bins;
        points[2 * b] = (struct point){chart->left + (double)b * part, y};
        points[2 * b + 1] = (struct point){chart->left + (double)(b + 1) * part, y};
    }
    paper_line(page->paper, pen, points, 2 * counts->bins);
}

/* The highest of all videos: what is compared stands on one scale. */
static double highest(const struct page *page)
{
    double high = 0;
    for (size_t i = 0; i < page->report->file_count; i++)
        high = fmax(high, page->counts[i].high);
    return high > 0 ? high : 1;
}

void page_spark(const struct page *page, const struct place *place, double height, size_t video)
{
    const struct fact_counts *counts = &page->counts[video];
    const struct chart chart = {.paper = page->paper,
                                .voice = page->voice,
                                .left = place->x,
                                .top = place->y,
                                .width = place->width,
                                .height = height,
                                .x_high = counts->seconds,
                                .y_high = highest(page)};
    paper_rule(page->paper, &(struct spot){place->x, place->y + height, place->width}, 0.1, 0.6);
    draw_series(page, &chart, counts, &thin_pen);
}

/* Two lines of text, and the counts below them. */
static void panel(const struct page *page, const struct place *place, double height, size_t video)
{
    const struct fact_counts *counts = &page->counts[video];
    const struct measurement *measurement = page->report->measurement;
    const char *mean = counts->mean > 0 ? report_say(page->voice, WORD_MEAN_IS,
                                                     number_text(page->voice, counts->mean, 3))
                                        : page_word(page, WORD_VIDEO_NONE);
    struct place at = *place;
    page_fitted(
        page, &at, &small_ink,
        arena_print(page->arena, "%s: %s; %s %s%s",
                    report_say(page->voice, WORD_FLAG_VIDEO, number_count(page->voice, video + 1)),
                    mean, page_word(page, WORD_DRIFT), facts_drift(page->voice, measurement, video),
                    measurement->drift_known[video] ? " µm/s" : ""));
    struct chart chart = {.paper = page->paper,
                          .voice = page->voice,
                          .left = place->x + 6,
                          .top = place->y + 4.4,
                          .width = place->width - 8,
                          .height = height - 7.6,
                          .x_high = fmax(counts->seconds, 1e-9),
                          .y_high = highest(page) * 1.05};
    double step = chart_step(chart.y_high, chart.height > 20 ? 5 : 3);
    chart.y_high = ceil(chart.y_high / step) * step;
    if (chart.height > 20) {
        chart.top += 3;
        chart.height -= 6.5;
        chart_axes(&chart, page_word(page, WORD_TIME_AXIS), "", 4);
    } else {
        chart_axes_small(&chart, step);
    }
    draw_series(page, &chart, counts, &line_pen);
}

/* Of many videos: a dot for each mean, on a line from its lowest to its highest bin. */
static void overview(const struct page *page, const struct place *place, double height)
{
    const size_t videos = page->report->file_count;
    const struct chart chart = {.paper = page->paper,
                                .voice = page->voice,
                                .left = place->x + 8,
                                .top = place->y + 1.5,
                                .width = place->width - 10,
                                .height = height - 9,
                                .x_low = 0,
                                .x_high = (double)videos + 1,
                                .y_high = highest(page) * 1.1};
    chart_axes(&chart, page_word(page, WORD_VIDEO), "", 4);
    for (size_t i = 0; i < videos; i++) {
        const struct fact_counts *counts = &page->counts[i];
        const double x = chart_x(&chart, (double)i + 1), y = chart_y(&chart, counts->mean);
        const double dot = fmin(0.6, 0.3 * chart.width / (double)videos);
        const struct point range[] = {{x, chart_y(&chart, counts->bins ? counts->low : 0)},
                                      {x, chart_y(&chart, counts->high)}};
        const struct point corners[] = {{x, y - dot}, {x + dot, y}, {x, y + dot}, {x - dot, y}};
        paper_line(page->paper, &thin_pen, range, 2);
        paper_area(page->paper, &dot_pen, corners, 4);
    }
}

void page_counts(const struct page *page, const struct place *place, double height)
{
    const size_t videos = page->report->file_count;
    struct place at = *place;
    if (videos > PAGE_VIDEOS) {
        at.y += page_heading(page, &at, WORD_COUNTS_BY_VIDEO);
        at.y += page_text(page, &at, &page_note_ink,
                          arena_print(page->arena, "%s: %s", page_word(page, WORD_DRIFT),
                                      facts_drift_most(page->voice, page->report->measurement)));
        overview(page, &at, place->y + height - at.y);
        return;
    }
    at.y += page_heading(page, &at, WORD_COUNTS);
    const size_t columns = videos > 1 ? 2 : 1, rows = (videos + columns - 1) / columns;
    const double wide = place->width / (double)columns;
    const double high = (place->y + height - at.y) / (double)rows;
    for (size_t i = 0; i < videos; i++) {
        const size_t row = i / columns, column = i % columns;
        panel(
            page,
            &(struct place){place->x + (double)column * wide, at.y + (double)row * high, wide - 1},
            high, i);
    }
}
