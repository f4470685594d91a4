/* report_listing.c: files, figures, videos and flags as rows on the page. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_page.h"

#include <math.h>

/* One cell of a table, in its column. */
struct column {
    double x; /* of the left end, from the left end of the table */
    double width;
    enum paper_side side;
};

static void cell(const struct page *page, const struct place *place, const struct column *column,
                 const struct ink *ink, const char *text)
{
    struct ink own = *ink;
    own.side = column->side;
    page_fitted(page, &(struct place){place->x + column->x, place->y, column->width}, &own, text);
}

static const double row_mm = 3.2;

/* No letter but the narrowest takes less. */
static const double least_mm = 0.8;

/* As much of a name as the room shows; the mark stands for its middle. */
static const char *name_fitting(const struct page *page, size_t video, const struct ink *ink,
                                double width)
{
    size_t characters = (size_t)(width / least_mm);
    const char *name = facts_file(page->voice, &page->report->files[video], characters);
    while (characters > 8 && paper_width(page->paper, ink, name) > width - 0.1)
        name = facts_file(page->voice, &page->report->files[video], --characters);
    return name;
}

enum { FILE_COLUMNS = 6 };
static const struct column file_columns[FILE_COLUMNS] = {
    {0, 5, PAPER_LEFT},      {5, 39, PAPER_LEFT},   {45, 18, PAPER_LEFT},
    {63.5, 10, PAPER_RIGHT}, {75, 14, PAPER_RIGHT}, {90, 10, PAPER_RIGHT},
};

static void file_row(const struct page *page, const struct place *place, size_t video)
{
    const struct report_file *file = &page->report->files[video];
    const struct measurement *measurement = page->report->measurement;
    const char *cells[FILE_COLUMNS] = {
        number_count(page->voice, video + 1),
        name_fitting(page, video, &page_value_ink, file_columns[1].width),
        arena_print(page->arena, "%.12s", file->sha256),
        number_count(page->voice, measurement->table->video_frames[video]),
        number_count(page->voice, file->file.rows),
        number_count(page->voice, measurement->video_tracks[video]),
    };
    for (size_t i = 0; i < FILE_COLUMNS; i++)
        cell(page, place, &file_columns[i], &page_value_ink, cells[i]);
}

static void file_heads(const struct page *page, const struct place *place)
{
    const char *heads[FILE_COLUMNS] = {"",
                                       page_word(page, WORD_FILES),
                                       "SHA-256",
                                       page_word(page, WORD_FRAMES),
                                       page_word(page, WORD_POSITIONS),
                                       page_word(page, WORD_TRACKS)};
    for (size_t i = 1; i < FILE_COLUMNS; i++)
        cell(page, place, &file_columns[i], &page_name_ink, heads[i]);
}

double page_files(const struct page *page, const struct place *place)
{
    size_t count = page->report->file_count;
    size_t shown = count <= PAGE_VIDEOS ? count : 3;
    struct place at = *place;
    file_heads(page, &at);
    at.y += row_mm + 0.4;
    paper_rule(page->paper, &(struct spot){at.x, at.y, at.width}, 0.15, 0.4);
    at.y += 0.5;
    for (size_t i = 0; i < shown; i++) {
        file_row(page, &at, i);
        at.y += row_mm;
    }
    if (shown < count) {
        at.x += file_columns[1].x;
        page_text(
            page, &at, &page_note_ink,
            report_say(page->voice, WORD_MORE_VIDEOS, number_count(page->voice, count - shown)));
        at.y += row_mm;
    }
    return at.y - place->y;
}

enum { FIGURE_COLUMNS = 6 };
static const struct column figure_columns[FIGURE_COLUMNS] = {
    {0, 12, PAPER_LEFT},   {12, 15, PAPER_RIGHT},  {29, 26, PAPER_CENTRE},
    {56, 15, PAPER_RIGHT}, {73, 24, PAPER_CENTRE}, {97, 11, PAPER_RIGHT},
};

static const char *figure(const struct page *page, double value, bool size)
{
    return size ? number_size(page->voice, value) : number_text(page->voice, value, 3);
}

static const char *bounds(const struct page *page, double low, double high, bool size)
{
    if (!(high > 0))
        return "–";
    return size ? number_sizes(page->voice, low, high) : number_interval(page->voice, low, high, 3);
}

static void figure_row(const struct page *page, const struct place *place,
                       const struct fact_figure *from)
{
    const bool size = from->size;
    const char *cells[FIGURE_COLUMNS] = {
        from->name,
        figure(page, from->number, size),
        bounds(page, from->number_low, from->number_high, size),
        figure(page, from->volume, size),
        bounds(page, from->volume_low, from->volume_high, size),
        figure(page, from->raw, size),
    };
    for (size_t i = 0; i < FIGURE_COLUMNS; i++)
        cell(page, place, &figure_columns[i], i ? &page_value_ink : &page_name_ink, cells[i]);
}

double page_figures(const struct page *page, const struct place *place)
{
    struct fact_figure figures[FACT_FIGURES];
    const char *heads[FIGURE_COLUMNS] = {"",
                                         page_word(page, WORD_BY_NUMBER),
                                         page_word(page, WORD_INTERVAL),
                                         page_word(page, WORD_BY_VOLUME),
                                         page_word(page, WORD_INTERVAL),
                                         page_word(page, WORD_RAW)};
    const struct fact_rows fit = facts_fit(page->voice, page->report);
    struct place at = *place;
    facts_figures(page->voice, page->report->measurement, figures);
    at.y += page_heading(page, &at, WORD_PERCENTILES);
    for (size_t i = 1; i < FIGURE_COLUMNS; i++)
        cell(page, &at, &figure_columns[i], &page_name_ink, heads[i]);
    at.y += row_mm + 0.2;
    for (size_t i = 0; i < FACT_FIGURES; i++) {
        figure_row(page, &at, &figures[i]);
        at.y += row_mm;
    }
    at.y += 0.4;
    for (size_t i = 0; i < fit.count; i++)
        at.y += page_text(page, &at, &page_note_ink, fit.rows[i].value) + 0.2;
    return at.y - place->y;
}

enum { VIDEO_COLUMNS = 8 };
static const struct column video_columns[VIDEO_COLUMNS] = {
    {0, 6, PAPER_LEFT},    {6, 39, PAPER_LEFT},  {46, 18, PAPER_LEFT},  {64.5, 10, PAPER_RIGHT},
    {76, 14, PAPER_RIGHT}, {91, 9, PAPER_RIGHT}, {103, 43, PAPER_LEFT}, {145, 10, PAPER_RIGHT},
};

static void video_row(const struct page *page, const struct place *place, size_t video)
{
    const struct report_file *file = &page->report->files[video];
    const struct measurement *measurement = page->report->measurement;
    const char *cells[VIDEO_COLUMNS] = {
        number_count(page->voice, video + 1),
        name_fitting(page, video, &page_value_ink, video_columns[1].width),
        arena_print(page->arena, "%.12s", file->sha256),
        number_count(page->voice, measurement->table->video_frames[video]),
        number_count(page->voice, file->file.rows),
        number_count(page->voice, measurement->video_tracks[video]),
        facts_drift(page->voice, measurement, video),
        number_text(page->voice, page->counts[video].mean, 3),
    };
    for (size_t i = 0; i < VIDEO_COLUMNS; i++)
        cell(page, place, &video_columns[i], &page_value_ink, cells[i]);
    page_spark(page, &(struct place){place->x + 157, place->y + 0.3, 25}, row_mm - 0.4, video);
}

static void video_heads(const struct page *page, const struct place *place)
{
    const char *drift = arena_print(page->arena, "%s %s", page_word(page, WORD_DRIFT),
                                    page_word(page, WORD_DRIFT_AXIS));
    const char *heads[VIDEO_COLUMNS] = {"",
                                        page_word(page, WORD_FILES),
                                        "SHA-256",
                                        page_word(page, WORD_FRAMES),
                                        page_word(page, WORD_POSITIONS),
                                        page_word(page, WORD_TRACKS),
                                        drift,
                                        ""};
    for (size_t i = 1; i < VIDEO_COLUMNS; i++)
        cell(page, place, &video_columns[i], &page_name_ink, heads[i]);
    const struct column last = {148, 34, PAPER_LEFT};
    cell(page, place, &last, &page_name_ink, page_word(page, WORD_COUNTS));
}

double page_videos(const struct page *page, const struct place *place, double bottom)
{
    size_t count = page->report->file_count;
    struct place at = *place;
    at.y += page_heading(page, &at, WORD_VIDEOS);
    video_heads(page, &at);
    at.y += row_mm + 0.6;
    double room = floor((bottom - at.y) / (row_mm + 0.9)) - 1;
    size_t shown = count < (size_t)room ? count : (size_t)room;
    shown = shown < PAGE_ROWS ? shown : PAGE_ROWS;
    for (size_t i = 0; i < shown; i++) {
        video_row(page, &at, i);
        at.y += row_mm + 0.9;
    }
    if (shown < count)
        at.y += page_text(
            page, &at, &page_note_ink,
            report_say(page->voice, WORD_MORE_ELSEWHERE, number_count(page->voice, count - shown)));
    return at.y - place->y;
}

static const double sign_mm = 3, flag_indent = 4.4, flag_name_mm = 52, value_gap_mm = 0.25;

/* The height of one flag; with drawn, it is also drawn. */
static double flag_row(const struct page *page, const struct place *place,
                       const struct fact_flag *flag, bool drawn)
{
    const double wide = place->width - flag_indent - flag_name_mm;
    const char *title =
        arena_print(page->arena, "%s: %s", page_word(page, report_state(flag->state)), flag->name);
    double left = paper_height(page->paper, flag_name_mm - 2, &page_value_ink, title);
    if (*flag->value)
        left +=
            value_gap_mm + paper_height(page->paper, flag_name_mm - 2, &page_name_ink, flag->value);
    double high = fmax(left, paper_height(page->paper, wide, &page_value_ink, flag->effect));
    if (!drawn)
        return fmax(high, sign_mm + 0.2) + 0.7;
    struct place at = {place->x + flag_indent, place->y, flag_name_mm - 2};
    page_sign(page, flag->state, place->x, place->y + 0.1, sign_mm);
    at.y += page_text(page, &at, &page_value_ink, title) + value_gap_mm;
    page_text(page, &at, &page_name_ink, flag->value);
    page_text(page, &(struct place){place->x + flag_indent + flag_name_mm, place->y, wide},
              &page_value_ink, flag->effect);
    return fmax(high, sign_mm + 0.2) + 0.7;
}

double page_flags_height(const struct page *page, double width)
{
    struct fact_flag raised[FLAGS];
    const struct place place = {0, 0, width};
    const char *unjudged = facts_unjudged(page->voice, page->report->measurement);
    size_t count = facts_flags(page->voice, page->report->measurement, raised);
    double high = 5.5;
    for (size_t i = 0; i < count; i++)
        high += flag_row(page, &place, &raised[i], false);
    if (count == 0)
        high += paper_height(page->paper, width, &page_value_ink, page_word(page, WORD_FLAGS_NONE));
    if (unjudged)
        high += paper_height(page->paper, width, &page_note_ink, unjudged);
    return high;
}

double page_flags(const struct page *page, const struct place *place)
{
    struct fact_flag raised[FLAGS];
    const char *unjudged = facts_unjudged(page->voice, page->report->measurement);
    size_t count = facts_flags(page->voice, page->report->measurement, raised);
    struct place at = *place;
    at.y += page_heading(page, &at, WORD_FLAGS);
    for (size_t i = 0; i < count; i++)
        at.y += flag_row(page, &at, &raised[i], true);
    if (count == 0)
        at.y += page_text(page, &at, &page_value_ink, page_word(page, WORD_FLAGS_NONE));
    if (unjudged)
        at.y += page_text(page, &at, &page_note_ink, unjudged);
    return at.y - place->y;
}

enum { SHORT_COLUMNS = 3 };
static const double short_mm = 3.9;

double page_flags_short_height(const struct page *page)
{
    struct fact_flag raised[FLAGS];
    size_t count = facts_flags(page->voice, page->report->measurement, raised);
    size_t rows = (count + SHORT_COLUMNS - 1) / SHORT_COLUMNS;
    return (double)rows * short_mm + 9;
}

/* Their names alone, in columns. */
double page_flags_short(const struct page *page, const struct place *place)
{
    struct fact_flag raised[FLAGS];
    size_t count = facts_flags(page->voice, page->report->measurement, raised);
    const double wide = place->width / SHORT_COLUMNS;
    struct place at = *place;
    at.y += page_heading(page, &at, WORD_FLAGS);
    for (size_t i = 0; i < count; i++) {
        const double x = place->x + (double)(i % SHORT_COLUMNS) * wide;
        page_sign(page, raised[i].state, x, at.y + 0.1, sign_mm);
        page_fitted(page, &(struct place){x + flag_indent, at.y, wide - flag_indent - 2},
                    &page_value_ink,
                    arena_print(page->arena, "%s: %s",
                                page_word(page, report_state(raised[i].state)), raised[i].name));
        at.y += i % SHORT_COLUMNS == SHORT_COLUMNS - 1 || i + 1 == count ? short_mm : 0;
    }
    at.y += page_text(page, &at, &page_note_ink, page_word(page, WORD_FLAGS_ON_NEXT));
    return at.y - place->y;
}
