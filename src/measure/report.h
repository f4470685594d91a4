/* report.h: how is a measurement told, to people and to programs? */
#ifndef MEASURE_REPORT_H
#define MEASURE_REPORT_H

#include "base/text.h"
#include "measure/measurement.h"
#include "measure/track_file.h"

/* One file that was measured. */
struct report_file {
    const char *name;
    const char *sha256;
    struct track_file file;
};

/* What the figures rest on, beside the tracks. */
struct report {
    const char *program; /* name and version */
    const struct report_file *files;
    size_t file_count;
    const struct measurement_settings *settings;
    const struct measurement *measurement;
    double pixel_um;         /* 0: not needed */
    bool viscosity_of_water; /* by the temperature, not given */
    const char *medium;      /* as it was named, or "" */
};

/* For people, in lines of at most 100 columns. */
void report_print(const struct report *report, struct text *out);

/* One JSON object; a number that is not known is null. */
void report_json(const struct report *report, struct text *out);

#endif
