/* nanosight_field.h: which rows of an experiment summary are read, and where do they go? */
#ifndef MEASURE_NANOSIGHT_FIELD_H
#define MEASURE_NANOSIGHT_FIELD_H

#include "measure/import_nanosight.h"

enum { NANOSIGHT_FIELDS = 41, NANOSIGHT_PERCENTILES = 101, NANOSIGHT_LIST_BYTES = 160 };

enum nanosight_section {
    SECTION_NONE,
    SECTION_DETAILS,
    SECTION_CONDITIONS,
    SECTION_SETTINGS,
    SECTION_RESULTS,
    SECTION_WARNINGS,
    SECTION_INFORMATION,
    SECTION_INCLUDED,
    SECTION_SIZES,
    SECTION_OTHER,
    SECTION_COUNT,
};

enum nanosight_field_kind {
    FIELD_DETAIL,    /* one text for the file, a member of struct nanosight */
    FIELD_TEXT,      /* one text per video, a member of struct nanosight_video */
    FIELD_PROCESSED, /* Yes or No per video */
    FIELD_NUMBER,    /* one number per video, a member of struct nanosight_video */
    FIELD_PRINTED,   /* the same, averaged too, a member of struct nanosight_printed */
    FIELD_WARNING,   /* named only to notice its absence; the text is kept by its row */
};

enum nanosight_need {
    NEED_NONE,   /* some versions leave it out */
    NEED_NOTICE, /* its absence raises a flag */
    NEED_ALWAYS, /* without it the file is refused */
};

struct nanosight_field {
    enum nanosight_section section;
    enum nanosight_field_kind kind;
    const char *label;
    size_t offset;
    double low;
    double high;
    enum nanosight_need need;
    bool shared; /* a setting that should be the same for every video */
};

extern const struct nanosight_field nanosight_fields[]; /* NANOSIGHT_FIELDS of them */

/* What the file prints beside the videos; needed only to hold it against their bins. */
struct nanosight_table {
    bool averages;               /* the bins have the columns Average and Standard Error */
    double *average_bins;        /* NANOSIGHT_BINS */
    double *error_bins;          /* NANOSIGHT_BINS */
    double *percentiles;         /* NANOSIGHT_PERCENTILES of the first video, then of the next */
    bool seen[NANOSIGHT_FIELDS]; /* which rows the file has */
};

/* The heading of a section, with its brackets. */
const char *nanosight_section_heading(enum nanosight_section section);

/* The member that a field fills. The cast is the table's promise that it has that type. */
struct nanosight_number *nanosight_number_of(const struct nanosight_field *field,
                                             struct nanosight_video *video);
struct nanosight_number *nanosight_printed_of(const struct nanosight_field *field,
                                              struct nanosight_printed *printed);
const char **nanosight_text_of(const struct nanosight_field *field, void *owner);

/* What a field holds for a video, as the file writes it. */
const char *nanosight_field_text(const struct nanosight_field *field,
                                 const struct nanosight_video *video);

/* The different texts of a field in the order of the videos, with a separator between them, as
 * many as fit; returns how many there are. */
size_t nanosight_field_list(const struct nanosight_field *field, const struct nanosight *draft,
                            const char *separator, char list[NANOSIGHT_LIST_BYTES]);

/* Every text a video or a column may hold begins as "", which stands for a missing row. */
void nanosight_printed_begin(struct nanosight_printed *printed);
void nanosight_video_begin(struct nanosight_video *video);

#endif
