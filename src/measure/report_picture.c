/* report_picture.c: budget, efficiency and counts over time as pictures. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_page.h"

#include <math.h>

static const struct pen line_pen = {.thick = 0.3, .grey = 0.22, .tinted = true};
static const struct pen bar_pen = {.grey = 0.5, .tinted = true};
static const struct pen largest_pen = {.grey = 0.22, .tinted = true};
static const struct pen mark_pen = {.thick = 0.2, .grey = 0, .dash = 0.9};
static const struct ink small_ink = {.size = 6, .leading = 1.12};

static const double bar_mm = 2.9, bar_name_mm = 21, bar_value_mm = 9;

static void bar(const struct page *page, const struct place *place, const struct pen *pen,
                double part)
{
    const double x = place->x + bar_name_mm, y = place->y + 0.5;
    const double wide = (place->width - bar_name_mm - bar_value_mm) * part, high = bar_mm - 0.9;
    const struct point corners[] = {{x, y}, {x + wide, y}, {x + wide, y + high}, {x, y + high}};
    paper_area(page->paper, pen, corners, 4);
}

static double budget_row(const struct page *page, const struct place *place, enum report_word name,
                         double relative_sd, const struct pen *pen)
{
    const struct measure_concentration *found = &page->report->measurement->counting.concentration;
    const struct ink right = {small_ink.size, small_ink.grey, PAPER_RIGHT, 0};
    page_fitted(page, &(struct place){place->x, place->y, bar_name_mm - 1}, &small_ink,
                page_word(page, name));
    if (relative_sd > 0)
        bar(page, place, pen, relative_sd / found->relative_sd);
    page_fitted(page, place, &right,
                relative_sd > 0 ? number_fixed(page->voice, 100 * relative_sd, 2) : "–");
    return bar_mm;
}

static double budget(const struct page *page, const struct place *place)
{
    const struct measure_concentration *found = &page->report->measurement->counting.concentration;
    struct place at = *place;
    at.y += page_text(page, &at, &page_name_ink,
                      arena_print(page->arena, "%s: %s", page_word(page, WORD_BUDGET),
                                  page_word(page, WORD_BUDGET_AXIS))) +
            0.5;
    for (enum measure_term term = MEASURE_TERM_NONE + 1; term < MEASURE_TERMS; term++)
        at.y += budget_row(page, &at, report_term(term), found->terms[term].relative_sd,
                           term == found->largest ? &largest_pen : &bar_pen);
    at.y += budget_row(page, &at, WORD_TERM_COMBINED, found->relative_sd, &bar_pen);
    return at.y - place->y;
}

double page_concentration(const struct page *page, const struct place *place)
{
    const struct measure_concentration *found = &page->report->measurement->counting.concentration;
    struct place at = *place;
    at.y += page_heading(page, &at, WORD_CONCENTRATION);
    at.y += page_text(page, &at, &page_note_ink, facts_concentration(page->voice, page->report));
    if (page->report->settings->counting && found->budget_known)
        at.y += 0.6 + budget(page, &(struct place){at.x, at.y + 0.6, at.width});
    return at.y - place->y;
}

static void draw_efficiency(const struct page *page, const struct chart *chart)
{
    const struct measure_sizes sizes = measure_sizes_default();
    const struct measurement_limit *limit = &page->report->measurement->limit;
    struct point *points = arena_take(page->arena, sizes.count * sizeof *points);
    size_t used = 0;
    for (size_t i = 0; i < sizes.count; i++)
        points[used++] = (struct point){chart_x(chart, measure_size_centre_nm(&sizes, i)),
                                        chart_y(chart, 100 * limit->efficiency[i])};
    paper_clip(page->paper, &(struct spot){chart->left, chart->top, chart->width}, chart->height);
    paper_line(page->paper, &line_pen, points, used);
    paper_unclip(page->paper);
}

/* d50 left of its line and d95 right of its own. */
static void mark_limits(const struct page *page, const struct chart *chart)
{
    const struct measure_limited *split = &page->report->measurement->limit.split;
    const double sizes_nm[] = {split->d50_nm, split->d95_nm};
    static const char *const names[] = {"d50", "d95"};
    for (size_t i = 0; i < 2; i++) {
        if (!(sizes_nm[i] > chart->x_low && sizes_nm[i] < chart->x_high))
            continue;
        double x = chart_x(chart, sizes_nm[i]);
        const char *text = arena_print(page->arena, "%s %s nm", names[i],
                                       number_text(page->voice, sizes_nm[i], 3));
        double width = paper_width(page->paper, &small_ink, text) + 1.5;
        bool left = i == 0 ? x - width > chart->left : x + width > chart->left + chart->width;
        const struct ink ink = {small_ink.size, 0, left ? PAPER_RIGHT : PAPER_LEFT, 0};
        chart_mark(chart, &mark_pen, sizes_nm[i]);
        chart_write(chart, x + (left ? -0.6 : 0.6),
                    chart->top + chart->height * (i == 0 ? 0.3 : 0.55), &ink, text);
    }
}

void page_efficiency(const struct page *page, const struct place *place, double height)
{
    const struct measurement_limit *limit = &page->report->measurement->limit;
    const struct fact_rows rows = facts_limit(page->voice, page->report);
    struct place at = *place;
    at.y += page_heading(page, &at, WORD_EFFICIENCY);
    double text = 0;
    for (size_t i = 0; i < rows.count; i++)
        text += paper_height(page->paper, place->width, &small_ink, rows.rows[i].value);
    if (limit->known) {
        double low = fmax(10, limit->split.d50_nm / 3), high = fmin(2000, limit->split.d95_nm * 3);
        chart_round_log(&low, &high);
        const struct chart chart = {.paper = page->paper,
                                    .voice = page->voice,
                                    .left = at.x + 8,
                                    .top = at.y + 3.6,
                                    .width = at.width - 10,
                                    .height = height - (at.y - place->y) - text - 11.5,
                                    .log_x = true,
                                    .x_low = low,
                                    .x_high = high,
                                    .y_high = 100};
        chart_axes(&chart, page_word(page, WORD_SIZE_AXIS), page_word(page, WORD_EFFICIENCY_AXIS),
                   4);
        draw_efficiency(page, &chart);
        mark_limits(page, &chart);
        at.y = place->y + height - text;
    }
    for (size_t i = 0; i < rows.count; i++)
        at.y += page_text(page, &at, &small_ink, rows.rows[i].value);
}
