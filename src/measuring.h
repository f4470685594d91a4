/* measuring.h: the commands of the measurement, which need no record. */
#ifndef MEASURING_H
#define MEASURING_H

#include "cli.h"

#include "measure/report.h"
#include "measure/tracking_stream.h"
#include "measure/video_sidecar.h"

MUST_USE bool measuring_run(struct cli *cli);
MUST_USE bool qualifying_run(struct cli *cli);

/* ---- Between the files of the command. ---- */

/* Numbers that files beside the videos say of all of them; 0 where none does. */
struct measuring_said {
    const char *where; /* the file that says so */
    double pixel_nm;
    double frame_rate;
    double exposure_ms;
    double viscosity_mpa_s;
    double dilution;
};

/* One file that is measured. */
struct measuring_source {
    const char *path;
    const char *name;          /* without folders */
    const char *sidecar_path;  /* NULL: none */
    double temperature_c;      /* as a file beside it says; NAN where none does */
    struct frame_noise camera; /* the same */
};

struct measuring {
    struct cli *cli;
    struct arena *arena;
    struct fault *fault;
    struct measuring_source *sources;
    struct report_file *files;          /* of the videos */
    struct report_video *followed;      /* the same */
    const struct tracking_video *first; /* of them */
    bool videos;                        /* else tables of tracks */
    struct measuring_said said;
    struct measurement_settings settings;
    struct counting_settings counting;
    struct report report;
    struct track_table table;
    struct track_table blank;
    size_t temperature_count; /* that were given */
    double frame_rate;        /* 0: as the video says */
    double exposure_ms;       /* below 0: assumed to be the whole frame */
    double smallest_nm;       /* that is followed from a frame to the next */
    double false_per_frame;
    struct frame_noise camera; /* as the user says; NAN: not known */
    bool dark_spots;
};

/* What the user said; what videos say themselves is not needed yet. */
MUST_USE bool measuring_read_options(struct measuring *measuring);
/* With the frame rate and the view known, by options or by the first video. shape is NULL where
 * options alone tell. */
MUST_USE bool measuring_settle(struct measuring *measuring, const struct frame_shape *shape,
                               double frame_s);

/* One for all files, or one for each; those of files beside the videos must agree. */
MUST_USE bool measuring_check_temperatures(struct measuring *measuring);

/* Knows which of the words are videos, and what lies beside them. */
MUST_USE bool measuring_find_sources(struct measuring *measuring);

MUST_USE bool measuring_follow_videos(struct measuring *measuring);

/* The fault's sentence behind the name of the file; returns false. */
bool measuring_name_fault(struct measuring *measuring, const char *name);

#endif
