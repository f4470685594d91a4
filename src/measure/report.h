/* report.h: how is a measurement told, to people and to programs? */
#ifndef MEASURE_REPORT_H
#define MEASURE_REPORT_H

#include "base/text.h"
#include "measure/frame.h"
#include "measure/measurement.h"
#include "measure/report_words.h"
#include "measure/track_file.h"

/* One video that was measured, and the file in which it stood. */
struct report_file {
    const char *name;
    const char *sha256;
    size_t number; /* of the video in a file that holds several; 0: the file is one video */
    struct track_file file;
};

/* What was seen of one video before there were tracks; NAN is not known. */
struct report_video {
    size_t frames;
    size_t frames_lost;
    struct frame_shape shape;
    struct frame_noise noise;
    double threshold_sd; /* a spot must stand out so far, in sd of the filtered noise */
    double spots_per_frame;
    double centres_per_frame; /* before what belongs to one spot is joined */
    double saturated_share;   /* of the spots */
    double background_step;   /* largest sudden change relative to the background */
    bool lossy;               /* its compression has changed the light */
};

/* What the figures rest on, beside the tracks. */
struct report {
    const char *program; /* name and version */
    enum report_language language;
    const struct report_file *files; /* of each video */
    size_t file_count;
    const struct report_video *videos; /* of each video; NULL where tables of tracks were given */
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
