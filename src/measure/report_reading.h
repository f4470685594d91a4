/* report_reading.h: what does a report of exoledger measure --json say, and does it agree with
 * itself? A pure reader: no file, no clock. */
#ifndef MEASURE_REPORT_READING_H
#define MEASURE_REPORT_READING_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/flag.h"

#include <stdint.h>

enum {
    REPORT_READING_BYTES = 4 << 20, /* larger files are refused */
    REPORT_READING_FILES = 256,
    REPORT_READING_PARTS = 1000,
};

/* null where the report does not know it. */
struct reported_number {
    bool known;
    double value;
};

/* A figure with its 95 % interval, which is known as a whole or not at all. */
struct reported_figure {
    struct reported_number value; /* always known */
    struct reported_number low;
    struct reported_number high;
    struct reported_number sd;
};

/* A video, and the file that it stands in. */
struct reported_file {
    const char *name;
    const char *sha256; /* 64 lower-case hexadecimal digits */
    int64_t video;      /* its number in a file that holds several; 0: the file is one video */
    const char *kind;
    int64_t frames;
    int64_t sized_tracks;
};

/* What the frames of a video tell. */
struct reported_frames {
    int64_t frames_lost;
    int64_t width_px;
    int64_t height_px;
    int64_t bits; /* of a pixel */
    bool lossy;   /* its compression has changed the light */
    struct reported_number threshold_sd;
    struct reported_number spots_per_frame;
};

/* How many particles a video shows, part by part of its time. */
struct reported_counts {
    struct reported_number seconds; /* of the whole video */
    size_t parts;                   /* all as long; 0: a video without frames */
    double *per_frame;              /* mean of each part */
};

struct reported_settings {
    struct reported_number frame_ms;
    struct reported_number exposure_ms;
    bool exposure_assumed;
    struct reported_number temperature_c;
    bool temperature_assumed;
    struct reported_number viscosity_mpa_s;
    bool viscosity_of_water;
    const char *medium; /* "" where nobody named it */
    struct reported_number pixel_nm;
    int64_t min_positions;
    struct reported_number depth_um;
    int64_t bootstraps;
    int64_t seed;
};

struct reported_sizes {
    struct reported_figure mean_nm;
    struct reported_figure mode_nm;
    struct reported_figure d10_nm;
    struct reported_figure d50_nm;
    struct reported_figure d90_nm;
    struct reported_figure span;
};

struct reported_concentration {
    struct reported_number per_ml;
    struct reported_number low_per_ml; /* interval of 95 % */
    struct reported_number high_per_ml;
    bool upper_limit; /* nothing beyond blank and chance */
    struct reported_number blank_per_ml;
    struct reported_number dilution;
    struct reported_number relative_sd; /* unknown where there is no budget */
    struct reported_number expanded_k2; /* relative */
};

struct reported_limit {
    struct reported_number d50_nm;
    struct reported_number d95_nm;
    struct reported_number at_or_above_d95_per_ml;
    struct reported_number share_at_or_above_d95;
};

struct reported_flag {
    enum flag_kind kind;
    enum flag_state state;
    struct reported_number value;
    struct reported_number limit;
    int64_t video; /* from 1; 0: all of them */
};

/* Texts live in the arena. */
struct report_reading {
    const char *program;
    size_t file_count;
    struct reported_file *files;
    struct reported_frames *frames; /* of each file; NULL where tables of tracks were measured */
    struct reported_counts *counts; /* of each file; NULL in reports that were written without */
    struct reported_settings settings;
    int64_t tracks_sized;
    int64_t tracks_used;
    struct reported_sizes sizes; /* by number */
    bool concentration_known;
    struct reported_concentration concentration;
    bool limit_known;
    struct reported_limit limit;
    enum flag_state worst;
    struct reported_flag flags[FLAGS]; /* in the order of the kinds; unknown where it has none */
};

/* Reads a whole report in memory; newest is this program's name and version, and a report of a
 * later one is not understood. What it refuses it refuses with FAULT_INPUT, field "report" and the
 * member. Members that it does not know are left alone. */
MUST_USE bool report_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                          size_t size, const char *newest, struct report_reading *reading);

/* Whether this text is 64 lower-case hexadecimal digits. */
bool is_sha256(const char *text);

#endif
