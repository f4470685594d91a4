/* tracking.h: from the frames of one video to the particles in them.
 *
 * Frames are read in their order by one thread, detected by several, linked in their order again:
 * the same video gives the same bytes at any number of threads. At most a few frames are held. */
#ifndef MEASURE_TRACKING_H
#define MEASURE_TRACKING_H

#include "measure/background.h"
#include "measure/linking.h"

enum {
    TRACKING_THREADS_MOST = 16,
    TRACKING_SMALLEST_NM = 30, /* that is followed, where nobody says otherwise */
};

struct tracking_settings {
    struct frame_shape shape;
    struct frame_noise camera; /* NAN: not known */
    double pixel_um;
    double frame_s;
    double false_per_frame;
    double diffusion_most_um2_per_s;
    bool dark_spots;
    unsigned threads;
};

/* The camera unknown, one thread, and what is chosen on simulations: docs/measurement.md. */
struct tracking_settings tracking_settings_default(void);

/* What one video is like, beside its particles. */
struct tracking_facts {
    size_t frames;      /* that were read */
    size_t frames_lost; /* by the numbers of the frames */
    size_t spots;
    size_t centres;
    size_t saturated;          /* of the spots */
    double expected_false;     /* spots, in all frames */
    double background_step;    /* largest sudden change relative to the background */
    double level_dn;           /* mean background above the offset */
    double sd_px;              /* width of spots in focus, with their motion */
    double threshold_strength; /* in standard deviations of the filtered noise */
    double threshold_dn;       /* whole light of a spot of that width that is just found */
    double threshold_sd_dn;    /* and the standard deviation of the light found for it */
    struct frame_noise noise;
    struct linking_facts linking;
};

/* Where frames come from and spots go to. */
struct tracking_ends {
    /* Writes the next frame into pixels[width_px x height_px] and says its number and time; *more
     * is false behind the last frame. */
    bool (*read)(void *context, struct fault *fault, uint16_t *pixels, struct frame *frame,
                 bool *more);
    /* Is told the frames in their order. */
    bool (*tell)(void *context, struct fault *fault, int32_t frame, const struct located *spots,
                 const int64_t *particles, size_t count);
    void *context;
};

/* What a count needs to know of how these spots were found. With a light sheet only spots are
 * counted whose height is half as much again as what is just found: there detection is as good as
 * complete. Within a depth that is given, every spot counts. The sheet must be set. */
struct counting_settings;
void tracking_set_count(const struct tracking_facts *facts, double pixel_um,
                        struct counting_settings *counting);
/* The height of a spot as the whole light of one in focus. */
double tracking_peak(const struct tracking_facts *facts, double peak_dn);

MUST_USE bool tracking_run(struct arena *arena, struct fault *fault,
                           const struct tracking_settings *settings,
                           const struct tracking_ends *ends, struct tracking_facts *facts);

#endif
