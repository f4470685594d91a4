/* import_nanosight.h: what does a NanoSight NTA experiment summary say, and does it agree with
 * itself? A pure reader: no file, no clock. */
#ifndef MEASURE_IMPORT_NANOSIGHT_H
#define MEASURE_IMPORT_NANOSIGHT_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/histogram.h"

enum {
    NANOSIGHT_BINS = 1000, /* centres 0.5 to 999.5 nm */
    NANOSIGHT_VIDEOS = 64,
    NANOSIGHT_WARNINGS = 32,
    NANOSIGHT_FLAGS = 32,
    NANOSIGHT_FILE_BYTES = 16 << 20, /* larger files are refused */
    NANOSIGHT_ROOM_BYTES = 8 << 20,  /* more is never taken from the arena */
};

/* What the concentrations of the file stand for. */
enum nanosight_basis {
    BASIS_UNKNOWN,
    BASIS_AS_MEASURED,      /* no dilution recorded: particles per ml of the diluted sample */
    BASIS_DILUTION_APPLIED, /* the file has multiplied them by the recorded factor already */
};

/* At which edge of a bin the program that wrote the file took its cumulative sum. */
enum nanosight_edge {
    EDGE_UNKNOWN,
    EDGE_RIGHT, /* 3.3 and 3.4; the figures recomputed here always use it */
    EDGE_LEFT,  /* 3.2: every percentile reads exactly 1 nm lower */
};

/* Over which videos the Average columns of the file run. */
enum nanosight_average {
    AVERAGE_UNKNOWN,
    AVERAGE_EVERY_VIDEO,
    AVERAGE_WITHOUT_EMPTY,
};

enum nanosight_processed {
    PROCESSED_UNKNOWN,
    PROCESSED_YES,
    PROCESSED_NO,
};

/* A number as the file prints it. Where known is false, text still holds the words ("" for an
 * empty cell or a missing row, never NULL) and value means nothing. */
struct nanosight_number {
    bool known;
    double value;
    const char *text;
};

/* What the file prints for a video, and again in its columns Average and Standard Error. */
struct nanosight_printed {
    struct nanosight_number concentration_per_ml;
    struct nanosight_number particles_per_frame;
    struct nanosight_number centres_per_frame;
    struct nanosight_number mean_nm;
    struct nanosight_number mode_nm;
    struct nanosight_number sd_nm;
    struct nanosight_number d10_nm;
    struct nanosight_number d50_nm;
    struct nanosight_number d90_nm;
};

struct nanosight_video {
    const char *name;
    enum nanosight_processed processed;
    struct nanosight_number temperature_c;
    struct nanosight_number viscosity_cp;
    const char *camera;
    const char *laser;
    struct nanosight_number camera_level;
    struct nanosight_number gain;
    struct nanosight_number shutter_ms;
    struct nanosight_number frame_rate_per_s;
    struct nanosight_number pump_speed;
    struct nanosight_number detection_threshold;
    const char *blur;
    const char *minimum_track_length;
    struct nanosight_number frames;
    struct nanosight_number dilution_factor;
    struct nanosight_number completed_tracks;
    struct nanosight_number valid_tracks;
    struct nanosight_number drift_x_pixels_per_frame;
    struct nanosight_number drift_y_pixels_per_frame;
    struct nanosight_printed printed;
    bool empty;                       /* nothing in any bin */
    double *bins_per_ml;              /* NANOSIGHT_BINS, number-weighted */
    double concentration_per_ml;      /* sum of the bins */
    struct histogram_figures figures; /* recomputed from the bins */
};

/* One row of the file's own warnings, one text per video. */
struct nanosight_warning {
    const char *section;
    const char *row;
    const char **texts;
};

/* Something a reader of the numbers must know: a stable word, what was seen, what it does. */
struct nanosight_flag {
    const char *id;
    const char *value;
    const char *effect;
    const char *effect_ja; /* the same in Japanese */
};

/* Between the videos that are not empty. */
struct nanosight_between {
    size_t videos;
    bool mean_known; /* one video is enough */
    double mean_per_ml;
    bool spread_known; /* two are needed */
    double sd_per_ml;
    double standard_error_per_ml;
};

/* As printed, without a zone: the file names none. */
struct nanosight_time {
    bool known;
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
};

struct nanosight {
    const char *software;     /* of the line "Created with" */
    const char *software_row; /* of the row Software Version; 3.2 writes "Unknown" */
    int version_major;        /* 0 where not understood */
    int version_minor;
    const char *experiment_name;
    const char *sample_name;        /* 3.2 */
    const char *sample_description; /* 3.3 and 3.4 */
    const char *time_captured_text;
    struct nanosight_time time_captured;
    const char *pretreatment;
    const char *diluent;
    const char *remarks;
    const char *analysis_method;
    enum nanosight_basis basis;
    enum nanosight_edge edge;
    enum nanosight_average average_over;
    size_t video_count;
    struct nanosight_video *videos;
    struct nanosight_printed average;        /* vendor's column; empty videos may be in it */
    struct nanosight_printed standard_error; /* vendor's column */
    double *pooled_bins_per_ml;              /* mean over the videos that are not empty */
    struct histogram_figures pooled;
    struct nanosight_between between;
    size_t warning_count;
    struct nanosight_warning warnings[NANOSIGHT_WARNINGS];
    size_t flag_count;
    struct nanosight_flag flags[NANOSIGHT_FLAGS];
};

/* Reads a whole file in memory. What it refuses it refuses with FAULT_INPUT, field "file" and line
 * and column, and leaves result empty. Texts in the result are UTF-8 and live in the arena. */
MUST_USE bool nanosight_import(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                               size_t size, struct nanosight *result);

/* The flag of that id, or NULL where it was not raised. */
const struct nanosight_flag *nanosight_flag(const struct nanosight *result, const char *id);

/* How the numbers came about, on one line. */
const char *nanosight_method(struct arena *arena, const struct nanosight *result);

#endif
