/* follower.c: odds of a step and of a brightness, from the track so far and from all tracks. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/follower.h"

#include <math.h>

/* The variance of a track's steps is not known: before its first step it is drawn from an inverse
 * gamma distribution of this shape, whose mean is that of the ensemble; each step sharpens it. The
 * next step then follows Student's law, whose tails are long as long as little is known. */
static const double prior_shape = 4;

/* Variance of a step over one frame more, in steps over one: 2 without blur and 2.5 where the
 * exposure fills the frame, as the exposure of Berglund 2010 takes a part of the first alone. */
static const double growth_per_frame = 1.25;

/* A brightness may change by anything in this share of the steps: a spot may flicker or be two for
 * a frame. */
static const double light_surprise = 0.005;

/* What is assumed before anything is seen, and what that is worth. */
static const double prior_looked = 10;
static const double prior_seen[FOLLOWER_KINDS] = {7, 9, 3};
static const double prior_lights = 20;
static const double prior_spread = 0.5;
static const double prior_change = 0.1;

struct ensemble ensemble_open(void)
{
    struct ensemble ensemble = {.light_count = 0};
    for (int kind = 0; kind < FOLLOWER_KINDS; kind++) {
        ensemble.looked[kind] = prior_looked;
        ensemble.seen[kind] = prior_seen[kind];
    }
    return ensemble;
}

static int kind_of(const struct follower *follower)
{
    return follower->missed > 0 ? 2 : follower->steps > 0 ? 1 : 0;
}

void ensemble_see_light(struct ensemble *ensemble, double light)
{
    if (!isfinite(light))
        return;
    ensemble->light_count++;
    ensemble->light_sum += light;
    ensemble->light_square += light * light;
}

void ensemble_see_follower(struct ensemble *ensemble, const struct follower *follower, bool seen)
{
    int kind = kind_of(follower);
    ensemble->looked[kind]++;
    ensemble->seen[kind] += seen ? 1 : 0;
}

static double light_spread(const struct ensemble *ensemble)
{
    double mean = ensemble->light_sum / fmax(ensemble->light_count, 1);
    double squares = ensemble->light_square - ensemble->light_sum * mean;
    return (fmax(squares, 0) + prior_lights * prior_spread) /
           (ensemble->light_count + prior_lights);
}

static double light_change(const struct ensemble *ensemble)
{
    return (ensemble->change_square + prior_lights * prior_change) /
           (ensemble->change_count + prior_lights);
}

/* New spots are as many as tracks that end, for as long as their number stays: density times the
 * share that is not seen again. */
static double new_per_um2(const struct ensemble *ensemble)
{
    double looked = ensemble->looked[0] + ensemble->looked[1];
    double lost = looked - ensemble->seen[0] - ensemble->seen[1];
    return ensemble->per_um2 * lost / looked;
}

struct outlook follower_outlook(const struct follower *follower, const struct ensemble *ensemble,
                                int32_t frame)
{
    double frames = frame - follower->frame, growth = 1 + growth_per_frame * (frames - 1);
    double shape = prior_shape + follower->steps;
    double scale_um2 = (prior_shape - 1) * ensemble->variance_um2 + follower->square_um2 / 2;
    double width_um2 = 2 * scale_um2 * growth;
    double spread = light_spread(ensemble), change = fmin(light_change(ensemble), spread);
    double seen = ensemble->seen[kind_of(follower)];
    double lost = ensemble->looked[kind_of(follower)] - seen;
    double middle_per_um2 = shape / (M_PI * width_um2);
    return (struct outlook){
        .place = {follower->place.x_um + frames * ensemble->drift.x_um,
                  follower->place.y_um + frames * ensemble->drift.y_um},
        .light = follower->light,
        .width_um2 = width_um2,
        .power = shape + 1,
        .alone = log(new_per_um2(ensemble) * lost / (middle_per_um2 * seen)),
        /* Against a spot whose light is anywhere in a range as wide as that of all, exp(1/2)
         * sqrt(2 pi) standard deviations. */
        .light_even = log(change / spread) / 2 - 0.5,
        .light_width = 2 * change,
    };
}

double outlook_radius_um(const struct outlook *outlook, double cost)
{
    double rest = cost - outlook->alone - fmin(outlook->light_even, 0);
    return rest > 0 ? sqrt(outlook->width_um2 * expm1(rest / outlook->power)) : 0;
}

double outlook_cost(const struct outlook *outlook, struct place spot, double light)
{
    double x_um = spot.x_um - outlook->place.x_um, y_um = spot.y_um - outlook->place.y_um;
    double square_um2 = x_um * x_um + y_um * y_um, change = light - outlook->light;
    double cost = outlook->alone + outlook->power * log1p(square_um2 / outlook->width_um2);
    if (!isfinite(change))
        return cost;
    double likely = exp(-outlook->light_even - change * change / outlook->light_width);
    return cost - log((1 - light_surprise) * likely + light_surprise);
}

void follower_go(struct follower *follower, struct ensemble *ensemble, int32_t frame,
                 struct place spot, double light)
{
    double frames = frame - follower->frame, growth = 1 + growth_per_frame * (frames - 1);
    double x_um = spot.x_um - follower->place.x_um - frames * ensemble->drift.x_um;
    double y_um = spot.y_um - follower->place.y_um - frames * ensemble->drift.y_um;
    double change = light - follower->light;
    if (isfinite(change) && frames < 2) {
        ensemble->change_count++;
        ensemble->change_square += change * change;
    }
    follower->square_um2 += (x_um * x_um + y_um * y_um) / growth;
    follower->steps++;
    follower->place = spot;
    follower->light = light;
    follower->frame = frame;
    follower->missed = 0;
}
