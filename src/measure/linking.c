/* linking.c: from the spots of one frame after the other to particles. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/linking.h"

#include "measure/assignment.h"
#include "measure/follower.h"
#include "measure/motion.h"

#include <math.h>
#include <string.h>

enum {
    NOBODY = -1,
    CANDIDATES_MOST = 48, /* a track that may go on in more places cannot be told apart */
    NEIGHBOURS_MOST = 256,
    LEARNERS_MOST = 1000, /* tracks of a frame from which the motion is learned */
};

/* Faster drift is not looked for. */
static const double drift_most_um_per_s = 100;

/* One frame. */
struct scenery {
    int32_t frame;
    struct place *places;
    double *lights; /* ln, NAN where there is none */
    size_t count;
};

struct linker {
    struct arena *arena;
    struct linking_settings settings;
    struct linking_facts facts;
    struct ensemble ensemble;
    struct motion motion;
    struct spot_grid grid;
    struct assignment *assignment;
    struct scenery scenery;
    struct follower *followers; /* by the spots that they began with */
    size_t follower_count;
    size_t follower_room;
    size_t spot_room;
    /* Pairs that may be, by follower. */
    size_t *first;
    bool *crowded; /* followers */
    int32_t *column;
    double *cost;
    size_t pair_room;
    double step_um; /* longest of the smallest particle from a frame to the next */
};

struct linking_settings linking_settings_default(void)
{
    return (struct linking_settings){
        .diffusion_most_um2_per_s = 16.36, /* 30 nm in water at 25 C */
        .gate = 10,
        .missed_most = 1,
        .odds_least = 2.3,
    };
}

struct linker *linker_open(struct arena *arena, const struct linking_settings *settings)
{
    struct linker *linker = arena_take(arena, sizeof *linker);
    double dt4_um2 = 4 * settings->diffusion_most_um2_per_s * settings->frame_s;
    linker->arena = arena;
    linker->settings = *settings;
    linker->step_um = sqrt(settings->gate * dt4_um2);
    linker->facts.radius_um = linker->step_um;
    linker->ensemble = ensemble_open();
    linker->motion = motion_open(arena, linker->step_um + drift_most_um_per_s * settings->frame_s,
                                 settings->frame_s, dt4_um2 / 2);
    linker->grid.arena = arena;
    linker->assignment = assignment_open(arena);
    return linker;
}

const struct linking_facts *linker_facts(const struct linker *linker)
{
    return &linker->facts;
}

/* ---- Room, which doubles, so that what is left behind is never more than what is used. ---- */

static void make_spot_room(struct linker *linker, size_t count)
{
    if (count <= linker->spot_room)
        return;
    linker->spot_room = 2 * count;
    linker->scenery.places = arena_take(linker->arena, 2 * count * sizeof(struct place));
    linker->scenery.lights = arena_take(linker->arena, 2 * count * sizeof(double));
}

static void make_follower_room(struct linker *linker, size_t count)
{
    if (count <= linker->follower_room)
        return;
    struct follower *larger = arena_take(linker->arena, 2 * count * sizeof *larger);
    if (linker->follower_count > 0)
        memcpy(larger, linker->followers, linker->follower_count * sizeof *larger);
    linker->followers = larger;
    linker->follower_room = 2 * count;
    linker->first = arena_take(linker->arena, (2 * count + 1) * sizeof(size_t));
    linker->crowded = arena_take(linker->arena, 2 * count * sizeof(bool));
}

static void make_pair_room(struct linker *linker, size_t used)
{
    if (used + CANDIDATES_MOST <= linker->pair_room)
        return;
    size_t room = 2 * (used + CANDIDATES_MOST);
    int32_t *column = arena_take(linker->arena, room * sizeof *column);
    double *cost = arena_take(linker->arena, room * sizeof *cost);
    if (used > 0) {
        memcpy(column, linker->column, used * sizeof *column);
        memcpy(cost, linker->cost, used * sizeof *cost);
    }
    linker->column = column;
    linker->cost = cost;
    linker->pair_room = room;
}

/* ---- What the frame shows. ---- */

static void look_at(struct linker *linker, int32_t frame, const struct located *spots, size_t count)
{
    const struct linking_settings *settings = &linker->settings;
    double width_um = settings->shape.width_px * settings->pixel_um;
    double height_um = settings->shape.height_px * settings->pixel_um;
    make_spot_room(linker, count);
    linker->scenery.frame = frame;
    linker->scenery.count = count;
    for (size_t i = 0; i < count; i++) {
        double light = spots[i].light_dn > 0 ? log(spots[i].light_dn) : NAN;
        linker->scenery.places[i] = (struct place){(spots[i].x_px + 0.5) * settings->pixel_um,
                                                   (spots[i].y_px + 0.5) * settings->pixel_um};
        linker->scenery.lights[i] = light;
        ensemble_see_light(&linker->ensemble, light);
    }
    spot_grid_fill(&linker->grid, width_um, height_um, linker->scenery.places, count);
    linker->ensemble.per_um2 = fmax((double)count, 1) / (width_um * height_um);
}

static void drop_old(struct linker *linker, int32_t frame)
{
    size_t kept = 0;
    for (size_t i = 0; i < linker->follower_count; i++)
        if ((int64_t)frame - linker->followers[i].frame <=
            (int64_t)linker->settings.missed_most + 1)
            linker->followers[kept++] = linker->followers[i];
    linker->follower_count = kept;
}

/* Of a frame with very many tracks, some that are spread evenly over it are enough. */
static void learn_motion(struct linker *linker)
{
    const struct scenery *scenery = &linker->scenery;
    struct motion *motion = &linker->motion;
    int32_t found[NEIGHBOURS_MOST] = {0};
    size_t stride = linker->follower_count / LEARNERS_MOST + 1;
    motion_forget(motion);
    for (size_t i = 0; i < linker->follower_count; i += stride) {
        const struct follower *follower = &linker->followers[i];
        struct spots_found near = {.spots = found, .most = NEIGHBOURS_MOST};
        if (scenery->frame - follower->frame != 1)
            continue;
        spot_grid_near(&linker->grid, follower->place, motion->reach_um, &near);
        for (size_t k = 0; k < near.count; k++)
            motion_add(motion, scenery->places[found[k]].x_um - follower->place.x_um,
                       scenery->places[found[k]].y_um - follower->place.y_um);
    }
    motion_find(motion);
    linker->ensemble.drift = (struct place){motion->drift_x_um, motion->drift_y_um};
    linker->ensemble.variance_um2 = motion->variance_um2;
    linker->facts.drift_x_px = motion->drift_x_um / linker->settings.pixel_um;
    linker->facts.drift_y_px = motion->drift_y_um / linker->settings.pixel_um;
}

/* ---- Pairs that may be. ---- */

/* A pair that costs odds_least or more is in no way that is as good as the best but for that. */
static size_t add_pairs(struct linker *linker, size_t index, size_t used)
{
    const struct scenery *scenery = &linker->scenery;
    const struct follower *follower = &linker->followers[index];
    double odds_least = linker->settings.odds_least;
    int32_t found[CANDIDATES_MOST + 1];
    struct spots_found near = {.spots = found, .most = CANDIDATES_MOST + 1};
    struct outlook outlook = follower_outlook(follower, &linker->ensemble, scenery->frame);
    double frames = scenery->frame - follower->frame;
    double gate_um = linker->step_um * sqrt(frames);
    double radius_um = outlook_radius_um(&outlook, odds_least);
    spot_grid_near(&linker->grid, outlook.place, fmin(gate_um, radius_um), &near);
    linker->crowded[index] = near.count > CANDIDATES_MOST;
    if (linker->crowded[index])
        return used;
    for (size_t i = 0; i < near.count; i++) {
        double cost = outlook_cost(&outlook, scenery->places[found[i]], scenery->lights[found[i]]);
        if (!(cost < odds_least))
            continue;
        linker->column[used] = found[i];
        linker->cost[used++] = cost;
    }
    return used;
}

static struct assignment_problem find_pairs(struct linker *linker)
{
    size_t used = 0;
    for (size_t i = 0; i < linker->follower_count; i++) {
        make_pair_room(linker, used);
        linker->first[i] = used;
        used = add_pairs(linker, i, used);
    }
    linker->first[linker->follower_count] = used;
    return (struct assignment_problem){.rows = linker->follower_count,
                                       .columns = linker->scenery.count,
                                       .first = linker->first,
                                       .column = linker->column,
                                       .cost = linker->cost};
}

/* ---- What becomes of the tracks. ---- */

/* Whether a track that stays alone might as well have had a spot of another. */
static bool has_rival(const struct linker *linker, const struct assigned *assigned, size_t index)
{
    for (size_t i = linker->first[index]; i < linker->first[index + 1]; i++) {
        int32_t rival = assigned->column_row[linker->column[i]];
        if (rival >= 0 && assigned->odds[rival] < linker->settings.odds_least)
            return true;
    }
    return false;
}

static bool is_broken(const struct linker *linker, const struct assigned *assigned, size_t index)
{
    return linker->crowded[index] || assigned->odds[index] < linker->settings.odds_least ||
           (assigned->row_column[index] < 0 && has_rival(linker, assigned, index));
}

static void settle(struct linker *linker, const struct assigned *assigned, int64_t *particles)
{
    const struct scenery *scenery = &linker->scenery;
    size_t kept = 0;
    for (size_t i = 0; i < linker->follower_count; i++) {
        struct follower follower = linker->followers[i];
        int32_t spot = assigned->row_column[i];
        if (is_broken(linker, assigned, i)) {
            linker->facts.broken++;
            continue;
        }
        ensemble_see_follower(&linker->ensemble, &follower, spot >= 0);
        if (spot >= 0) {
            particles[spot] = follower.particle;
            follower_go(&follower, &linker->ensemble, scenery->frame, scenery->places[spot],
                        scenery->lights[spot]);
        } else {
            follower.missed++;
        }
        linker->followers[kept++] = follower;
    }
    linker->follower_count = kept;
}

static void begin_tracks(struct linker *linker, int64_t *particles)
{
    const struct scenery *scenery = &linker->scenery;
    for (size_t i = 0; i < scenery->count; i++) {
        if (particles[i] != NOBODY)
            continue;
        particles[i] = (int64_t)linker->facts.tracks++;
        linker->followers[linker->follower_count++] = (struct follower){.particle = particles[i],
                                                                        .place = scenery->places[i],
                                                                        .light = scenery->lights[i],
                                                                        .frame = scenery->frame};
    }
}

void linker_take(struct linker *linker, int32_t frame, const struct located *spots, size_t count,
                 int64_t *particles)
{
    for (size_t i = 0; i < count; i++)
        particles[i] = NOBODY;
    look_at(linker, frame, spots, count);
    drop_old(linker, frame);
    make_follower_room(linker, linker->follower_count + count + 1);
    learn_motion(linker);
    struct assignment_problem problem = find_pairs(linker);
    struct assigned assigned =
        assignment_solve(linker->assignment, &problem, linker->settings.odds_least);
    if (assigned.largest > linker->facts.largest)
        linker->facts.largest = assigned.largest;
    settle(linker, &assigned, particles);
    begin_tracks(linker, particles);
}
