/* nanosight_reading.h: how far has an experiment summary been read, and what stands in the row? */
#ifndef MEASURE_NANOSIGHT_READING_H
#define MEASURE_NANOSIGHT_READING_H

#include "measure/delimited.h"
#include "measure/nanosight_field.h"

struct nanosight_reading {
    struct arena *arena;
    struct fault *fault;
    struct delimited text;
    struct delimited_row row;
    const char *awaited; /* for the sentence when the file ends too early */
    enum nanosight_section section;
    bool entered[SECTION_COUNT];
    bool analysed;   /* the row Analysis Method has been seen */
    bool weighted;   /* the row Weighting has been seen */
    bool named;      /* the row Filename of the sizes repeats the names of the videos */
    size_t promised; /* distributions with percentiles that [Data Included] lists */
    struct nanosight_table table;
    struct nanosight draft;
};

const struct delimited_cell *reading_first(const struct nanosight_reading *reading);

/* The cell, or the last one of its row where it is missing. */
const struct delimited_cell *reading_place(const struct nanosight_reading *reading, size_t index);

bool reading_holds(const struct nanosight_reading *reading, size_t index);

/* The next row, which must be there, whole. */
MUST_USE bool reading_row(struct nanosight_reading *reading);

/* Refuses a cell for what it holds instead of what was expected. */
bool reading_refuse(struct nanosight_reading *reading, const struct delimited_cell *cell,
                    const char *expected);
MUST_USE bool reading_expect(struct nanosight_reading *reading, size_t index, const char *word);

/* Every video has its cell, and nothing stands behind the last allowed one. */
MUST_USE bool reading_columns(struct nanosight_reading *reading, size_t allowed);

/* The columns that average over the videos are there with both headings, or not at all. */
MUST_USE bool reading_averages(struct nanosight_reading *reading, const char *average, bool *named);

MUST_USE bool reading_text(struct nanosight_reading *reading, const struct delimited_cell *cell,
                           const char **text);

/* A number that must be there. */
MUST_USE bool reading_value(struct nanosight_reading *reading, const struct delimited_cell *cell,
                            double low, double high, double *value);

#endif
