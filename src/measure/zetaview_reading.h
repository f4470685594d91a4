/* zetaview_reading.h: how far has a text of a ZetaView been read, and what stands in the line? */
#ifndef MEASURE_ZETAVIEW_READING_H
#define MEASURE_ZETAVIEW_READING_H

#include "measure/delimited.h"
#include "measure/import_zetaview.h"

struct zetaview_reading {
    struct arena *arena;
    struct fault *fault;
    struct delimited text;
    struct delimited_row row;
    bool found; /* false behind the last line */
};

/* The next line that is not blank; one that no line end follows is refused as cut. */
MUST_USE bool zetaview_row(struct zetaview_reading *reading);

const struct delimited_cell *zetaview_first(const struct zetaview_reading *reading);

/* Refuses the place behind the last line. */
bool zetaview_refuse_end(struct zetaview_reading *reading, const char *sentence);

/* A number within its limits; nothing else is accepted. */
MUST_USE bool zetaview_value(struct zetaview_reading *reading, const struct delimited_cell *cell,
                             double low, double high, double *value);

/* The same, but a blank cell and NaN are not known: NAN. */
MUST_USE bool zetaview_perhaps(struct zetaview_reading *reading, const struct delimited_cell *cell,
                               double low, double high, double *value);

/* The line as entries of the head; *taken is false where it has no key. */
MUST_USE bool zetaview_entries(struct zetaview_reading *reading, struct zetaview_head *head,
                               bool *taken);
void zetaview_head_begin(struct zetaview_head *head);

/* Each reads from the current line to the end of the text. */
MUST_USE bool zetaview_size_read(struct zetaview_reading *reading, struct zetaview *result);
MUST_USE bool zetaview_places_read(struct zetaview_reading *reading, struct zetaview *result);
MUST_USE bool zetaview_profile_read(struct zetaview_reading *reading, struct zetaview *result);

/* Half of the last digit of a number printed with so many. */
double zetaview_half_digit(double printed, int digits);

/* What is checked once all is read. */
void zetaview_head_settle(struct arena *arena, struct zetaview *result);
void zetaview_size_settle(struct arena *arena, struct zetaview *result);
void zetaview_places_settle(struct arena *arena, struct zetaview *result);

#endif
