/* report_facts.h: what does the report say, before it is known how it looks?
 *
 * Texts and numbers in the voice of the report, the same for a terminal and for paper. */
#ifndef MEASURE_REPORT_FACTS_H
#define MEASURE_REPORT_FACTS_H

#include "measure/report.h"
#include "measure/report_number.h"

/* A name and what is said of it. */
struct fact_row {
    const char *name;
    const char *value;
};

enum { FACT_ROWS = 24 };
struct fact_rows {
    struct fact_row rows[FACT_ROWS];
    size_t count;
};

struct fact_rows facts_settings(const struct report_voice *voice, const struct report *report);
/* Of the videos themselves; none where tables of tracks were given. */
struct fact_rows facts_pictures(const struct report_voice *voice, const struct report *report);
/* All steps, localisation, particles, edge; drift stands alone. */
struct fact_rows facts_motion(const struct report_voice *voice, const struct report *report);

/* The name of the file, shortened in its middle, and which of its videos. */
const char *facts_file(const struct report_voice *voice, const struct report_file *file,
                       size_t characters);

const char *facts_drift(const struct report_voice *voice, const struct measurement *measurement,
                        size_t video);
/* How fast, and which, the fastest is. */
const char *facts_drift_most(const struct report_voice *voice,
                             const struct measurement *measurement);

/* Positions per frame over time, each the mean of so many frames as fall into a bin. */
struct fact_counts {
    double *means;
    size_t bins; /* 0: a video without frames */
    double seconds;
    double mean; /* over all frames */
    double low;  /* of the bins */
    double high;
};

/* Of each video, in at most so many bins. */
struct fact_counts *facts_counts(const struct report_voice *voice, const struct report *report,
                                 size_t bins);

/* The lowest and the highest mean. */
const char *facts_counts_range(const struct report_voice *voice, const struct report *report,
                               const struct fact_counts *counts);

/* A flag that was raised. */
struct fact_flag {
    enum flag_state state;
    const char *name;
    const char *value; /* with its limit and video, or "" */
    const char *effect;
};

/* Those that failed first. */
size_t facts_flags(const struct report_voice *voice, const struct measurement *measurement,
                   struct fact_flag raised[FLAGS]);
/* The names of those that could not be judged, or NULL. */
const char *facts_unjudged(const struct report_voice *voice, const struct measurement *measurement);
/* How many failed, warn and were not judged. */
const char *facts_flag_counts(const struct report_voice *voice,
                              const struct measurement *measurement);

/* What is said of a concentration beside its number, or why there is none. */
const char *facts_concentration(const struct report_voice *voice, const struct report *report);
/* Of the limit of detection; or one row that says why none is known. */
struct fact_rows facts_limit(const struct report_voice *voice, const struct report *report);
/* Of the fit of the sizes. */
struct fact_rows facts_fit(const struct report_voice *voice, const struct report *report);

/* The figures of a distribution, in the order of a table. */
struct fact_figure {
    const char *name;
    double number, number_low, number_high; /* high is 0 without an interval */
    double volume, volume_low, volume_high;
    double raw;
    bool size; /* in nm; otherwise a ratio */
};
enum { FACT_FIGURES = 6 };
void facts_figures(const struct report_voice *voice, const struct measurement *measurement,
                   struct fact_figure figures[FACT_FIGURES]);

#endif
