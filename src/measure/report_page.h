/* report_page.h: what do the parts of the page share? Lengths are millimetres. */
#ifndef MEASURE_REPORT_PAGE_H
#define MEASURE_REPORT_PAGE_H

#include "measure/chart.h"
#include "measure/report_facts.h"

#define PAGE_LEFT 14.0
#define PAGE_WIDE 182.0
#define PAGE_BOTTOM 284.0 /* nothing but the foot stands below */

enum {
    PAGE_VIDEOS = 6, /* that page 1 shows one by one; of more it shows the whole */
    PAGE_ROWS = 56,  /* of videos on page 2 */
};

struct page {
    struct arena *arena;
    struct paper *paper;
    const struct report *report;
    const struct report_voice *voice;
    const struct fact_counts *counts;
    size_t number;
    size_t pages;
};

/* A part of a page: from the upper left corner, so wide. */
struct place {
    double x;
    double y;
    double width;
};

extern const struct ink page_name_ink;
extern const struct ink page_value_ink;
extern const struct ink page_note_ink;

/* All return the height that they took. */
double page_text(const struct page *page, const struct place *place, const struct ink *ink,
                 const char *text);
/* In letters as large as fit, at most those of the ink. */
double page_fitted(const struct page *page, const struct place *place, const struct ink *ink,
                   const char *text);
double page_heading(const struct page *page, const struct place *place, enum report_word word);
double page_rows(const struct page *page, const struct place *place, const struct fact_rows *rows,
                 double name_width);
/* The sign of a state, so high; told apart by its form alone. */
void page_sign(const struct page *page, enum flag_state state, double x, double y, double size);

/* The parts. */
double page_files(const struct page *page, const struct place *place);
double page_figures(const struct page *page, const struct place *place);
double page_videos(const struct page *page, const struct place *place, double bottom);
double page_flags(const struct page *page, const struct place *place);
double page_flags_height(const struct page *page, double width);
double page_flags_short_height(const struct page *page);
double page_flags_short(const struct page *page, const struct place *place);
double page_distribution(const struct page *page, const struct place *place, double height);
double page_concentration(const struct page *page, const struct place *place);
void page_efficiency(const struct page *page, const struct place *place, double height);
void page_counts(const struct page *page, const struct place *place, double height);
/* The counts of one video as a line without labels. */
void page_spark(const struct page *page, const struct place *place, double height, size_t video);

const char *page_word(const struct page *page, enum report_word word);

#endif
