/* qualify_tracks.h: which tracks would particles of known sizes leave? */
#ifndef MEASURE_QUALIFY_TRACKS_H
#define MEASURE_QUALIFY_TRACKS_H

#include "base/arena.h"
#include "measure/brownian.h"

/* By number: a part second_share has its median at second_nm, the rest at first_nm. */
struct qualify_population {
    double first_nm;
    double second_nm;
    double second_share;
    double sd_ln; /* lognormal spread of each */
};

struct qualify_optics {
    struct measure_medium medium;
    struct measure_timing timing;
    double noise_um; /* of localisation, standard deviation on one axis */
};

/* A particle and the frames in which it was in view, tracked or not. */
struct qualify_particle {
    double size_nm;
    double frames;
};

/* Live in their arena. */
struct qualify_tracks {
    struct measure_track *tracks;
    size_t count;
    struct qualify_particle *particles; /* by size */
    size_t particle_count;
};

/* The true size below which a part of the particles in view lies, each by its frames. */
double qualify_truth_nm(const struct qualify_tracks *made, double part);

double qualify_size_draw(const struct qualify_population *population, struct random *random);

/* A number of tracks whose lengths have nothing to do with size: at least 9 steps, and on top an
 * exponential number of mean 10. Dealt to the videos in turn. */
struct qualify_tracks qualify_free_tracks(struct arena *arena, uint64_t seed,
                                          const struct qualify_population *population,
                                          const struct qualify_optics *optics, size_t count,
                                          size_t videos);

/* Tracks of the particles of one video that are in a slab at the beginning of a frame. They wander
 * in a box five times as deep, whose end leads to its other side; slab->positions_least and
 * missed_frame_allowed say which tracks are kept. */
struct qualify_tracks qualify_slab_tracks(struct arena *arena, uint64_t seed,
                                          const struct qualify_population *population,
                                          const struct qualify_optics *optics,
                                          const struct measure_slab *slab,
                                          size_t particles_in_view);

#endif
