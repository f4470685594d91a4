/* distribution.h: which sizes do the particles of these tracks have, and how sure is that? */
#ifndef MEASURE_DISTRIBUTION_H
#define MEASURE_DISTRIBUTION_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/measure.h"

enum {
    DISTRIBUTION_TRACKS_MOST = 100000, /* 200 MB of kernel at 240 cells */
    DISTRIBUTION_REPLICATES_MOST = 10000,
};

struct distribution_settings {
    struct measure_sizes sizes;
    struct measure_medium medium;
    struct measure_timing timing;
    struct measure_fit_settings fit;
    size_t positions_least;    /* of a track that is used */
    double depth_um;           /* of the slab in view, never from the tracks; 0: not known */
    bool missed_frame_allowed; /* by the tracker */
    size_t video_frames;       /* of one video; needed where the depth is known */
    size_t videos;
    const double *divisors; /* by cell, of the shares in view (depth x efficiency), or NULL */
    size_t replicates;      /* of the bootstrap; 0: no intervals */
    uint64_t seed;
    unsigned threads;
    void (*progress)(void *context, size_t done, size_t replicates);
    void *context;
};

/* Medium, timing and videos are left for the caller to give. */
struct distribution_settings distribution_settings_default(void);

/* A figure of each kind, and what the bootstrap says of it. */
struct distribution_figures {
    struct measure_figures value;
    struct measure_figures low; /* 95 % interval; zero without bootstrap */
    struct measure_figures high;
    struct measure_figures sd;
};

/* Where the depth is known, each track counts once, its length is part of its likelihood, and
 * shares of tracks become shares of the particles in view. Where it is not, tracks are weighted by
 * their frames and nothing more can be done: retention is then NULL. Lives in its arena. */
struct distribution {
    double *shares;         /* by cell, of the particles: corrected for what is known */
    double *tracked_shares; /* as fitted: of tracks, or of their frames where depth is unknown */
    double *volume_shares;
    double *curve;     /* by cell, the shares as they are drawn: curve.h */
    double *curve_low; /* 95 % interval of it; NULL without one */
    double *curve_high;
    double *retention;  /* by cell; NULL where the depth is not known */
    double *raw_shares; /* the naive histogram, weighted by frames */
    double raw_outside; /* its content that no cell holds */
    struct distribution_figures by_number;
    struct distribution_figures by_volume;
    struct measure_figures raw;
    struct measure_fit fit;
    size_t tracks;    /* used */
    size_t positions; /* in them */
    size_t short_tracks;
    size_t silent_tracks; /* that say nothing about size */
    size_t videos_used;
    double between_videos; /* part of the videos' spread that their tracks do not explain */
    size_t replicates;
    size_t replicates_unusable;
    bool volume_mean_doubtful; /* too few particles: ISO 13322-1 */
    bool volume_d90_doubtful;
};

MUST_USE bool distribution_make(struct arena *arena, struct fault *fault,
                                const struct measure_track *tracks, size_t count,
                                const struct distribution_settings *settings,
                                struct distribution *result);

#endif
