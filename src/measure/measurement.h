/* measurement.h: from the tracks of some videos of one sample, what are its sizes and its number?
 */
#ifndef MEASURE_MEASUREMENT_H
#define MEASURE_MEASUREMENT_H

#include "measure/counting.h"
#include "measure/distribution.h"
#include "measure/flag.h"

enum {
    MEASUREMENT_CLASSES = 5,           /* of brightness, at most */
    MEASUREMENT_STEPS_OF_CLASS = 4000, /* fewer do not tell the noise of a class to a tenth */
    MEASUREMENT_VIDEOS = 256,
};

struct measurement_settings {
    struct measure_timing timing;
    struct measure_medium medium;
    size_t positions_least;       /* of a track that gives a size */
    bool missed_frame_allowed;    /* by the tracker */
    bool with_shear;              /* the sample is pumped */
    double depth_um;              /* in view, with sharp borders; 0: not known */
    const double *temperatures_c; /* of each video, measured; NULL where nobody did */
    enum flag_exposure exposure;
    enum flag_medium medium_kind;
    double link_um; /* radius within which the tracker looks for the next position; 0: not known */
    double link_gate;                         /* or r^2 / (4 D dt) of it; 0: not known */
    const struct counting_settings *counting; /* NULL: no concentration */
    const struct track_table *blank;          /* NULL: none was seen */
    double spot_noise;             /* sd of the brightness of one spot at the threshold */
    const struct flag_video *seen; /* of each video, what only its frames tell; NULL: nothing */
    struct measure_view view;      /* without a guard; zero: not known, but for a count */
    size_t replicates;
    uint64_t seed;
    unsigned threads;
    void (*progress)(void *context, size_t done, size_t replicates);
    void *context;
};

/* Tracks of similar brightness and the localisation noise that they share. */
struct measurement_class {
    size_t tracks;
    double least_brightness; /* ln; -INFINITY for the first class */
    bool known;              /* false where it has too few steps and takes the noise of all */
    struct measure_covariance pooled;
};

/* One track that was long enough. */
struct measurement_track {
    size_t track; /* the piece */
    struct measure_diffusion diffusion;
    double diameter_nm; /* 0 where noise explains every step */
    double deviation;   /* from free diffusion, NAN where the track is too short to tell */
};

/* Where a count begins to be complete, read from the brightness of its own particles. */
struct measurement_limit {
    bool known;
    size_t tracks; /* from which the law of brightness was read */
    struct measure_scatter scatter;
    double *shares;     /* by cell, of the particles of the sample that are found */
    double *efficiency; /* by cell, probability of detection in the middle of the light */
    struct measure_limited split;
    double above_per_ml; /* particles at or above d95 */
};

/* Lives in its arena. */
struct measurement {
    const struct track_table *table;
    struct measure_track *tracks; /* pieces of those of the table: without drift, with their noise,
                                     and ended where they come near to the edge of the view */
    size_t *source;               /* of each piece, the track in the table */
    size_t track_count;
    double edge_um;        /* how near; 0 where nothing was ended, the view being too small */
    size_t edge_positions; /* that no piece holds */
    struct measure_drift *drifts; /* of each video */
    bool *drift_known;            /* false for a video without steps */
    double drift_taken;           /* p/n over all videos: what its fit took of the steps */
    size_t *video_tracks;         /* long enough, of each video */
    struct measure_covariance pooled;
    struct measurement_class classes[MEASUREMENT_CLASSES];
    size_t class_count;
    struct measurement_track *sized;
    size_t sized_count;
    size_t noise_only; /* tracks whose every step noise explains */
    size_t judged;     /* long enough to be held against free diffusion */
    size_t anomalous;  /* more than MEASUREMENT_ANOMALY away from it */
    struct distribution distribution;
    struct counting counting; /* where it was asked for */
    struct measurement_limit limit;
    struct flag flags[FLAGS];
    enum flag_state worst;
};

/* Standard deviations; a free track of 30 positions passes it once in some hundreds. */
#define MEASUREMENT_ANOMALY 4.0

MUST_USE bool measurement_make(struct arena *arena, struct fault *fault,
                               const struct track_table *table,
                               const struct measurement_settings *settings,
                               struct measurement *measurement);

#endif
