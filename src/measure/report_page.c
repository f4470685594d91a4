/* report_page.c: texts, rows and signs on the page of a report. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_page.h"

#include <math.h>

const struct ink page_name_ink = {.size = 6.4, .grey = 0.3, .leading = 1.1};
const struct ink page_value_ink = {.size = 6.8, .leading = 1.1};
const struct ink page_note_ink = {.size = 6.2, .grey = 0.15, .leading = 1.12};
static const struct ink heading_ink = {.size = 8.2};

const char *page_word(const struct page *page, enum report_word word)
{
    return report_word(page->voice->language, word);
}

double page_text(const struct page *page, const struct place *place, const struct ink *ink,
                 const char *text)
{
    const struct spot spot = {place->x, place->y, place->width};
    return *text ? paper_write(page->paper, &spot, ink, text) : 0;
}

double page_fitted(const struct page *page, const struct place *place, const struct ink *ink,
                   const char *text)
{
    struct ink fitted = *ink;
    while (fitted.size > 3 && paper_width(page->paper, &fitted, text) > place->width - 0.1)
        fitted.size -= 0.2;
    /* A smaller text keeps its baseline, about four fifths below its top. */
    const struct place lower = {place->x, place->y + (ink->size - fitted.size) * 0.8 * 25.4 / 72,
                                place->width};
    return page_text(page, &lower, &fitted, text);
}

double page_heading(const struct page *page, const struct place *place, enum report_word word)
{
    double height = page_text(page, place, &heading_ink, page_word(page, word));
    const struct spot line = {place->x, place->y + height + 0.3, place->width};
    paper_rule(page->paper, &line, 0.15, 0.4);
    return height + 1.2;
}

double page_rows(const struct page *page, const struct place *place, const struct fact_rows *rows,
                 double name_width)
{
    double y = place->y;
    for (size_t i = 0; i < rows->count; i++) {
        const struct fact_row *row = &rows->rows[i];
        double one = page_text(page, &(struct place){place->x, y + 0.1, name_width - 1},
                               &page_name_ink, row->name);
        double other =
            page_text(page, &(struct place){place->x + name_width, y, place->width - name_width},
                      &page_value_ink, row->value);
        y += fmax(one, other) + 0.25;
    }
    return y - place->y;
}

static void stroke(const struct page *page, double grey, double thick, const double *xy,
                   size_t count)
{
    struct point points[8];
    for (size_t i = 0; i < count; i++)
        points[i] = (struct point){xy[2 * i], xy[2 * i + 1]};
    paper_line(page->paper, &(struct pen){.thick = thick, .grey = grey}, points, count);
}

static void ring(const struct page *page, double x, double y, double size)
{
    enum { CORNERS = 24 };
    struct point points[CORNERS + 1];
    for (size_t i = 0; i <= CORNERS; i++) {
        double angle = 2 * 3.14159265358979323846 * (double)i / CORNERS;
        points[i] = (struct point){x + size / 2 * (1 + 0.92 * cos(angle)),
                                   y + size / 2 * (1 + 0.92 * sin(angle))};
    }
    paper_line(page->paper, &(struct pen){.thick = size / 12, .grey = 0.2}, points, CORNERS + 1);
}

/* A black square with a cross. */
static void sign_fail(const struct page *page, double x, double y, double size)
{
    const struct spot spot = {x, y, size};
    const double near = 0.25 * size, far = 0.75 * size;
    paper_fill(page->paper, &spot, size, 0);
    stroke(page, 1, size / 8, (const double[]){x + near, y + near, x + far, y + far}, 2);
    stroke(page, 1, size / 8, (const double[]){x + far, y + near, x + near, y + far}, 2);
}

/* A triangle with a stroke and a dot. */
static void sign_warn(const struct page *page, double x, double y, double size)
{
    const struct point corners[] = {
        {x + size / 2, y + 0.04 * size}, {x + size, y + 0.96 * size}, {x, y + 0.96 * size}};
    const double middle = x + size / 2;
    paper_area(page->paper, &(struct pen){.grey = 0.35}, corners, 3);
    stroke(page, 1, size / 9, (const double[]){middle, y + 0.36 * size, middle, y + 0.66 * size},
           2);
    stroke(page, 1, size / 9, (const double[]){middle, y + 0.75 * size, middle, y + 0.85 * size},
           2);
}

void page_sign(const struct page *page, enum flag_state state, double x, double y, double size)
{
    switch (state) {
    case FLAG_FAIL:
        sign_fail(page, x, y, size);
        break;
    case FLAG_WARN:
        sign_warn(page, x, y, size);
        break;
    case FLAG_FINE:
        ring(page, x, y, size);
        stroke(page, 0.2, size / 9,
               (const double[]){x + 0.28 * size, y + 0.52 * size, x + 0.45 * size, y + 0.7 * size,
                                x + 0.73 * size, y + 0.34 * size},
               3);
        break;
    case FLAG_UNKNOWN:
        ring(page, x, y, size);
        stroke(page, 0.2, size / 9,
               (const double[]){x + 0.3 * size, y + size / 2, x + 0.7 * size, y + size / 2}, 2);
        break;
    }
}
