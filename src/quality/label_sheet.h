/* label_sheet.h: how do labels lie on a sheet, and what stands where on each? */
#ifndef QUALITY_LABEL_SHEET_H
#define QUALITY_LABEL_SHEET_H

#include "quality/label.h"
#include "quality/wording.h"

struct label_sheet {
    const struct label_content *content;
    const char *kind;
    const char *made_at; /* RFC 3339 */
    enum wording_language language;
    int64_t first;
    int64_t last;
};

/* Labels on one A4 page, and the most that one sheet of pages holds. */
enum { LABELS_PER_PAGE = 44, LABELS_MOST = 2000 };

/* Every line of a label that is no code, with line breaks between. */
const char *label_lines(struct arena *arena, const struct label_sheet *sheet);

/* The pages as PDF. A line that does not fit is refused with a sentence, never cut. */
MUST_USE bool label_draw(struct arena *arena, struct fault *fault, const struct label_sheet *sheet,
                         const unsigned char **bytes, size_t *size);

/* As it stands in the code and beside it. */
const char *label_serial(struct arena *arena, const char *lot, int64_t serial);

#endif
