/* follower.h: how likely is a spot to be the next one of a track?
 *
 * Costs are logarithms of odds: how much less likely it is that both belong together than that the
 * track is not seen and the spot begins a new one. */
#ifndef MEASURE_FOLLOWER_H
#define MEASURE_FOLLOWER_H

#include "measure/spot_grid.h"

#include <stdbool.h>

/* What is known of a track that may go on. */
struct follower {
    int64_t particle;
    struct place place; /* where it was seen last */
    double light;       /* ln, NAN where it is not known */
    double square_um2;  /* sum of its steps, each as if it were of one frame, without the drift */
    int32_t frame;      /* in which it was seen last */
    int32_t steps;
    int32_t missed; /* frames in which it was looked for since */
};

/* Tracks that are as likely to be seen again: behind one position, behind more, behind a miss. */
enum { FOLLOWER_KINDS = 3 };

/* What the tracks of this video have in common, learned from frame to frame. */
struct ensemble {
    struct place drift;  /* from a frame to the next */
    double variance_um2; /* of a step from a frame to the next, on one axis */
    double per_um2;      /* spots in this frame */
    double looked[FOLLOWER_KINDS];
    double seen[FOLLOWER_KINDS];
    double light_count; /* of spots; sums of ln(light) and of its square */
    double light_sum;
    double light_square;
    double change_count; /* of links; sum of the squares of the change of ln(light) */
    double change_square;
};

struct ensemble ensemble_open(void);
void ensemble_see_light(struct ensemble *ensemble, double light);
void ensemble_see_follower(struct ensemble *ensemble, const struct follower *follower, bool seen);

/* What is the same for all spots: made once for each track and frame. */
struct outlook {
    struct place place; /* where it is looked for */
    double light;
    double width_um2; /* r^2 is compared with it */
    double power;
    double alone;       /* cost of a spot in the very middle, whatever its light */
    double light_even;  /* cost of a light that does not change */
    double light_width; /* twice the variance of that change */
};

struct outlook follower_outlook(const struct follower *follower, const struct ensemble *ensemble,
                                int32_t frame);
/* Within which a spot of the best light costs less than that. */
double outlook_radius_um(const struct outlook *outlook, double cost);
double outlook_cost(const struct outlook *outlook, struct place spot, double light);

/* The spot is its next. */
void follower_go(struct follower *follower, struct ensemble *ensemble, int32_t frame,
                 struct place spot, double light);

#endif
