/* report_paper.c: the report as one page of A4, and a second one where the first cannot hold all.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_paper.h"

#include "measure/report_page.h"

#include <math.h>

static const struct ink title_ink = {.size = 14};
static const struct ink right_ink = {.size = 7.5, .grey = 0.25, .side = PAPER_RIGHT};
static const struct ink big_ink = {.size = 12.5};
static const double top = 10, gap = 2.6, foot_y = 286.5;

enum { COUNT_BINS = 60 };

static double head(const struct page *page)
{
    const struct place place = {PAGE_LEFT, top, PAGE_WIDE};
    const struct spot line = {PAGE_LEFT, top + 7.6, PAGE_WIDE};
    page_text(page, &place, &title_ink, page_word(page, WORD_TITLE));
    page_text(page, &(struct place){PAGE_LEFT, top - 0.4, PAGE_WIDE}, &right_ink,
              page->report->program);
    page_text(page, &(struct place){PAGE_LEFT, top + 3, PAGE_WIDE}, &right_ink,
              page_word(page, WORD_SUBTITLE));
    paper_rule(page->paper, &line, 0.4, 0);
    return top + 7.6 + 1.8;
}

static void foot(const struct page *page)
{
    const struct spot line = {PAGE_LEFT, foot_y - 0.8, PAGE_WIDE};
    const struct place place = {PAGE_LEFT, foot_y, PAGE_WIDE};
    const struct ink left = {6, 0.35, PAPER_LEFT, 0}, right = {6, 0.35, PAPER_RIGHT, 0};
    const struct report_file *first = page->report->files;
    paper_rule(page->paper, &line, 0.1, 0.6);
    const char *name = facts_file(page->voice, first, 40);
    const char *what = arena_print(page->arena, "%s   SHA-256 %s", name, first->sha256);
    if (page->report->file_count > 1)
        what = report_say(page->voice, WORD_FIRST_FILE, name,
                          number_count(page->voice, page->report->file_count));
    page_text(page, &place, &left,
              arena_print(page->arena, "%s   %s", page->report->program, what));
    page_text(page, &place, &right,
              report_say(page->voice, WORD_PAGE, number_count(page->voice, page->number),
                         number_count(page->voice, page->pages)));
}

/* A figure in large letters, its name above and what belongs to it below. */
static void box(const struct page *page, const struct place *place, const char *const lines[3])
{
    const struct spot frame = {place->x, place->y, place->width};
    const struct place inside = {place->x + 1.6, place->y + 1, place->width - 3.2};
    paper_fill(page->paper, &frame, 14.6, 0.955);
    page_fitted(page, &inside, &page_name_ink, lines[0]);
    page_fitted(page, &(struct place){inside.x, inside.y + 3.4, inside.width}, &big_ink, lines[1]);
    page_fitted(page, &(struct place){inside.x, inside.y + 9.8, inside.width}, &page_name_ink,
                lines[2]);
}

static const char *bounded(const struct page *page, const char *interval, double high)
{
    if (!(high > 0))
        return page_word(page, WORD_INTERVAL_NONE);
    return arena_print(page->arena, "%s: %s", page_word(page, WORD_INTERVAL), interval);
}

static void box_concentration(const struct page *page, const struct place *place)
{
    const struct measure_concentration *found = &page->report->measurement->counting.concentration;
    bool counted = page->report->settings->counting != NULL;
    const char *lines[3] = {page_word(page, WORD_CONCENTRATION), page_word(page, WORD_NOT_FOUND),
                            ""};
    if (counted)
        lines[1] = report_say(
            page->voice, found->upper_limit ? WORD_BELOW_PER_ML : WORD_PER_ML,
            number_text(page->voice, found->upper_limit ? found->high_per_ml : found->per_ml, 3));
    if (counted && !found->upper_limit)
        lines[2] =
            bounded(page, number_interval(page->voice, found->low_per_ml, found->high_per_ml, 3),
                    found->high_per_ml);
    box(page, place, lines);
}

static void box_flags(const struct page *page, const struct place *place)
{
    const struct measurement *measurement = page->report->measurement;
    const char *lines[3] = {
        page_word(page, WORD_FLAGS),
        arena_print(page->arena, "     %s", page_word(page, report_state(measurement->worst))),
        facts_flag_counts(page->voice, measurement)};
    box(page, place, lines);
    page_sign(page, measurement->worst, place->x + 1.8, place->y + 5.2, 4);
}

/* The four figures for which a report is opened. */
static double strip(const struct page *page, double y)
{
    const struct distribution_figures *made = &page->report->measurement->distribution.by_number;
    const struct report_voice *voice = page->voice;
    const double wide = (PAGE_WIDE - 3 * gap) / 4;
    struct place place = {PAGE_LEFT, y, wide};
    box(page, &place,
        (const char *const[]){page_word(page, WORD_MEDIAN_SIZE),
                              report_say(voice, WORD_NM, number_size(voice, made->value.d50_nm)),
                              bounded(page,
                                      number_sizes(voice, made->low.d50_nm, made->high.d50_nm),
                                      made->high.d50_nm)});
    place.x += wide + gap;
    box(page, &place,
        (const char *const[]){
            page_word(page, WORD_TENTHS),
            report_say(voice, WORD_NM, number_sizes(voice, made->value.d10_nm, made->value.d90_nm)),
            report_say(voice, WORD_SPAN_IS, number_text(voice, made->value.span, 3))});
    place.x += wide + gap;
    box_concentration(page, &place);
    place.x += wide + gap;
    box_flags(page, &place);
    return y + 14.6 + gap;
}

static double facts(const struct page *page, double y)
{
    const struct place left = {PAGE_LEFT, y, 100}, right = {PAGE_LEFT + 104, y, 78};
    const struct fact_rows settings = facts_settings(page->voice, page->report);
    const struct fact_rows pictures = facts_pictures(page->voice, page->report);
    const struct fact_rows motion = facts_motion(page->voice, page->report);
    struct place at = left;
    at.y += page_files(page, &at) + 0.8;
    at.y += page_rows(page, &at, &motion, 21);
    double deepest = at.y;
    at = right;
    at.y += page_heading(page, &at, WORD_SETTINGS);
    at.y += page_rows(page, &at, &settings, 22);
    at.y += page_rows(page, &at, &pictures, 22);
    return fmax(deepest, at.y) + gap / 2;
}

/* What the flags leave free goes to the pictures. */
static double pictures(const struct page *page, double y)
{
    const double least = 58, figures = 38, series = 42,
                 most = PAGE_BOTTOM - y - least - figures - series - 3 * gap;
    double flags = page_flags_height(page, PAGE_WIDE);
    if (flags > most)
        flags = page_flags_short_height(page);
    const double spare = fmax(0, most - flags);
    const double more = fmin(30, 0.6 * spare), high = series + fmin(14, 0.3 * spare);
    y += page_distribution(page, &(struct place){PAGE_LEFT, y, PAGE_WIDE}, least + more) + gap;
    const struct place left = {PAGE_LEFT, y, 108}, right = {PAGE_LEFT + 113, y, 69};
    /* One after the other: the order in which things are drawn is that of the file. */
    double taken = page_figures(page, &left);
    taken = fmax(taken, page_concentration(page, &right));
    y += taken + gap;
    if (page->report->measurement->limit.known) {
        page_efficiency(page, &(struct place){PAGE_LEFT, y, 62}, high);
        page_counts(page, &(struct place){PAGE_LEFT + 67, y, 115}, high);
        return y + high + gap;
    }
    const double sentence = 8.5;
    page_counts(page, &(struct place){PAGE_LEFT, y, PAGE_WIDE}, high - sentence);
    y += high - sentence + gap / 2;
    page_efficiency(page, &(struct place){PAGE_LEFT, y, PAGE_WIDE}, sentence);
    return y + sentence + gap;
}

static void turn(struct page *page)
{
    foot(page);
    paper_next(page->paper);
    page->number++;
}

size_t report_draw(struct arena *arena, struct paper *paper, const struct report *report,
                   size_t pages)
{
    const struct report_voice voice = {.arena = arena, .language = report->language};
    struct page page = {.arena = arena,
                        .paper = paper,
                        .report = report,
                        .voice = &voice,
                        .number = 1,
                        .pages = pages};
    page.counts = facts_counts(&voice, report, COUNT_BINS);
    struct place place = {PAGE_LEFT, 0, PAGE_WIDE};
    place.y = pictures(&page, strip(&page, facts(&page, head(&page))));
    bool flags_fit = place.y + page_flags_height(&page, PAGE_WIDE) <= PAGE_BOTTOM;
    bool videos_fit = report->file_count <= PAGE_VIDEOS;
    if (flags_fit)
        page_flags(&page, &place);
    else
        page_flags_short(&page, &place);
    if (!flags_fit || !videos_fit) {
        turn(&page);
        place.y = head(&page);
        if (!flags_fit)
            place.y += page_flags(&page, &place) + gap;
        if (!videos_fit)
            page_videos(&page, &place, PAGE_BOTTOM);
    }
    foot(&page);
    return page.number;
}

static bool make(struct arena *arena, struct fault *fault, const struct report *report,
                 struct paper_about *about, struct text *out)
{
    struct paper *paper = NULL;
    const unsigned char *bytes = NULL;
    size_t size = 0;
    if (!paper_open(arena, fault, about, &paper))
        return false;
    report_draw(arena, paper, report, about->pages);
    if (!paper_close(paper, fault, &bytes, &size))
        return false;
    text_add_bytes(out, (const char *)bytes, size);
    return true;
}

/* On paper that is thrown away. */
static bool count_pages(struct arena *arena, struct fault *fault, const struct report *report,
                        struct paper_about *about)
{
    struct paper *paper = NULL;
    if (!paper_open(arena, fault, about, &paper))
        return false;
    about->pages = report_draw(arena, paper, report, 0);
    return true;
}

static struct paper_about about_of(const struct report *report)
{
    return (struct paper_about){.title = report_word(report->language, WORD_TITLE),
                                .width = REPORT_PAPER_WIDTH,
                                .height = REPORT_PAPER_HEIGHT};
}

bool report_pdf(struct arena *arena, struct fault *fault, const struct report *report,
                struct text *out)
{
    struct paper_about about = about_of(report);
    return count_pages(arena, fault, report, &about) && make(arena, fault, report, &about, out);
}

bool report_png(struct arena *arena, struct fault *fault, const struct report *report,
                struct text *out)
{
    struct paper_about about = about_of(report);
    if (!count_pages(arena, fault, report, &about))
        return false;
    about.dots_per_inch = REPORT_DOTS_PER_INCH;
    return make(arena, fault, report, &about, out);
}
