/* report_paper.h: how does a measurement look on paper? */
#ifndef MEASURE_REPORT_PAPER_H
#define MEASURE_REPORT_PAPER_H

#include "base/fault.h"
#include "base/paper.h"
#include "measure/report.h"

#define REPORT_PAPER_WIDTH 210.0 /* A4, in millimetres */
#define REPORT_PAPER_HEIGHT 297.0

enum {
    REPORT_DOTS_PER_INCH = 200, /* of a PNG */
    REPORT_PAGES_MOST = 2,
};

/* Draws the report and returns how many pages it took; pages is how many it says that there are. */
size_t report_draw(struct arena *arena, struct paper *paper, const struct report *report,
                   size_t pages);

/* The same bytes for the same report. Fails where the font is missing. */
MUST_USE bool report_pdf(struct arena *arena, struct fault *fault, const struct report *report,
                         struct text *out);
MUST_USE bool report_png(struct arena *arena, struct fault *fault, const struct report *report,
                         struct text *out);

#endif
