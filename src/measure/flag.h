/* flag.h: what in a measurement should make its reader doubt it, and by how much? */
#ifndef MEASURE_FLAG_H
#define MEASURE_FLAG_H

#include <stdbool.h>
#include <stddef.h>

enum flag_kind {
    QUALITY_NONE,
    QUALITY_TRACKS,
    QUALITY_COUNT_PER_FRAME,
    QUALITY_CROWDING,
    QUALITY_DRIFT,
    QUALITY_VIBRATION,
    QUALITY_SATURATION,
    QUALITY_BACKGROUND_STEP,
    QUALITY_COUNT_TREND,
    QUALITY_COUNTS_DISAGREE,
    QUALITY_COUNT_VARIANCES_DISAGREE,
    QUALITY_D50_DISAGREE,
    QUALITY_EMPTY_VIDEO,
    QUALITY_TEMPERATURE_MISSING,
    QUALITY_TEMPERATURE_CONSTANT,
    QUALITY_VISCOSITY,
    QUALITY_DILUTION,
    QUALITY_EXPOSURE,
    QUALITY_DROPPED_FRAMES,
    QUALITY_CENTRES_PER_PARTICLE,
    QUALITY_VALID_SHARE,
    QUALITY_KINDS
};

/* Zero is unknown: what was not looked at is never fine. */
enum flag_state { FLAG_UNKNOWN, FLAG_FINE, FLAG_WARN, FLAG_FAIL };

/* Zero is not known. */
struct flag_fact {
    bool known;
    double value;
};

struct flag_video {
    struct flag_fact count_per_frame;
    struct flag_fact count_variance;     /* between the frames of the video */
    struct flag_fact independent_frames; /* frames/tau */
    struct flag_fact trend;              /* relative change of the count over the video */
    struct flag_fact trend_sd;
    struct flag_fact d50_nm;
    struct flag_fact temperature_c;
    struct flag_fact drift_um; /* from a frame to the next */
    struct flag_fact rms_step_um;
    struct flag_fact vibration_ratio;
    struct flag_fact vibration_limit; /* 99 % point of the ratio where nothing vibrates */
    struct flag_fact saturated_share; /* of the spots */
    struct flag_fact background_step; /* largest sudden change relative to the background */
    struct flag_fact dropped_share;   /* of the frames */
    struct flag_fact centres_per_particle;
    struct flag_fact valid_tracks;
    struct flag_fact completed_tracks;
};

enum flag_exposure {
    EXPOSURE_MISSING,
    EXPOSURE_ASSUMED, /* as long as the frame, declared to be so */
    EXPOSURE_RECORDED
};

enum flag_medium { MEDIUM_UNKNOWN, MEDIUM_WATER, MEDIUM_OTHER };

struct flag_facts {
    const struct flag_video *videos;
    size_t video_count;
    struct flag_fact tracks;   /* that the sizes come from, over all videos */
    struct flag_fact area_um2; /* in which the counts per frame were made */
    struct flag_fact link_um;  /* radius within which the tracker looks for the next position */
    enum flag_medium medium;
    struct flag_fact viscosity_mpa_s;
    struct flag_fact dilution;
    enum flag_exposure exposure;
};

/* Settings; the value at a limit is still fine. */
struct flag_limits {
    double tracks_fail;
    double tracks_warn;
    double count_low;
    double count_high;
    double crowding; /* density times pi r2 */
    double drift_per_step;
    double saturated_share;
    double background_step;
    double count_trend;
    double significance; /* of the tests whether videos disagree */
    double viscosity;    /* relative difference from water */
    double dropped_share;
    double centres_per_particle;
    double valid_low;
    double valid_high;
};

struct flag_limits flag_limits_default(void);

/* One per kind, in the order of the kinds from the first after QUALITY_NONE. */
struct flag {
    enum flag_kind kind;
    enum flag_state state;
    bool value_known;
    double value;
    double limit; /* the one that was crossed, or the nearest */
    size_t video; /* to which value belongs, from 1; 0: all of them */
};

enum { FLAGS = QUALITY_KINDS - 1 };

/* Facts in, flags out; returns the worst state that was raised, where FLAG_FINE says that nothing
 * was and not that everything is known. */
enum flag_state flags_raise(const struct flag_facts *facts, const struct flag_limits *limits,
                            struct flag flags[FLAGS]);

/* What a kind is called, its unit ("" for a number) and what it does to the result. */
struct flag_meaning {
    const char *name;
    const char *unit;
    const char *effect;    /* one sentence */
    const char *effect_ja; /* the same in Japanese */
};

const struct flag_meaning *flag_meaning(enum flag_kind kind);

/* "unknown", "fine", "warn", "fail" */
const char *flag_state_name(enum flag_state state);

#endif
