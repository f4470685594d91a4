/* localisation.c: where exactly are the spots that were found, and how bright is each? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/localisation.h"

#include "measure/spot_sums.h"

#include <math.h>

enum {
    CELL_PX = 16,
    RADIUS_MOST = 24, /* of the pixels that one spot is fitted on */
    SWEEPS = 2,
    FIT_UNKNOWNS = 5, /* of a spot alone */
};

static const double joint_sd = 4;    /* spots closer than this are fitted together */
static const double window_sd = 3;   /* pixels farther away tell nothing of a spot */
static const double reach_sd = 4;    /* farther away its light is nothing */
static const double wider = 1.3;     /* a spot that is, needs other pixels than it had */
static const double sd_most_px = 10; /* wider ones are no spots but uneven light */
static const double one_sd = 0.9;    /* spots closer than this are one */
/* A spot that moved while the shutter was open is no Gaussian. What differs counts as noise whose
 * variance grows with the light, this many times as fast as shot noise: so the far ends of the way
 * count as much as its middle, and the fit is near the mean place. */
static const double misfit = 5;
static const struct fit_begin begin = {
    .place_px = 2, .ln_sd = 0.5, .ln_light = 3, .stretch = 0.5, .around = 0.2};

enum standing { WAITING, FITTED, GONE };

/* What is known of a spot beside its place. */
struct standing_of {
    struct fit_spot first;
    enum standing standing;
    bool again;
    bool joint;
    int32_t next; /* in its cell; -1: none */
};

struct localiser {
    struct detection_settings settings;
    int32_t columns; /* of cells */
    int32_t rows;
    int32_t *cells; /* first spot in each, -1: none */
    struct fit_spot *fits;
    struct standing_of *standing;
    struct fit_pixels pixels;
};

/* One frame at work. */
struct scene_of {
    struct localiser *localiser;
    const struct frame *frame;
    const float *residual;
    size_t count;
};

struct group {
    size_t members[FIT_SPOTS_MOST];
    size_t count;
};

struct box {
    int32_t left;
    int32_t top;
    int32_t right; /* both inside */
    int32_t bottom;
};

struct localiser *localiser_open(struct arena *arena, const struct detection_settings *settings)
{
    struct localiser *localiser = arena_take(arena, sizeof *localiser);
    localiser->settings = *settings;
    localiser->columns = settings->shape.width_px / CELL_PX + 1;
    localiser->rows = settings->shape.height_px / CELL_PX + 1;
    localiser->cells = arena_take(arena, (size_t)localiser->columns * (size_t)localiser->rows *
                                             sizeof *localiser->cells);
    localiser->fits = arena_take(arena, DETECTION_MOST * sizeof *localiser->fits);
    localiser->standing = arena_take(arena, DETECTION_MOST * sizeof *localiser->standing);
    return localiser;
}

double localiser_variance(const struct frame_noise *noise, double level_dn)
{
    double read = noise->read_dn * noise->read_dn;
    double variance = read + noise->gain_dn_per_e * (level_dn - noise->offset_dn);
    return fmax(variance, fmax(read / 2, 1.0 / 12));
}

static int32_t within(int32_t value, int32_t most)
{
    if (value < 0)
        return 0;
    return value < most ? value : most - 1;
}

static int32_t *cell_at(const struct localiser *localiser, double x_px, double y_px)
{
    int32_t column = within((int32_t)floor(x_px / CELL_PX), localiser->columns);
    int32_t row = within((int32_t)floor(y_px / CELL_PX), localiser->rows);
    return &localiser->cells[(ptrdiff_t)row * localiser->columns + column];
}

static void cells_fill(const struct scene_of *scene)
{
    struct localiser *localiser = scene->localiser;
    size_t cells = (size_t)localiser->columns * (size_t)localiser->rows;
    for (size_t i = 0; i < cells; i++)
        localiser->cells[i] = -1;
    for (size_t i = scene->count; i-- > 0;) {
        if (localiser->standing[i].standing == GONE)
            continue;
        int32_t *cell = cell_at(localiser, localiser->fits[i].x_px, localiser->fits[i].y_px);
        localiser->standing[i].next = *cell;
        *cell = (int32_t)i;
    }
}

static double distance_px(const struct fit_spot *a, const struct fit_spot *b)
{
    return hypot(a->x_px - b->x_px, a->y_px - b->y_px);
}

/* Calls visit for each spot whose cell is within reach of a box, until it answers false. */
struct visit {
    bool (*spot)(struct visit *visit, size_t spot);
    const struct scene_of *scene;
    struct group *group;
    const struct fit_spot *middle;
    const struct box *box;
    bool found;
};

static void visit_near(struct visit *visit, const struct box *box, double reach_px)
{
    const struct localiser *localiser = visit->scene->localiser;
    int32_t left = within((int32_t)floor((box->left - reach_px) / CELL_PX), localiser->columns);
    int32_t right = within((int32_t)floor((box->right + reach_px) / CELL_PX), localiser->columns);
    int32_t top = within((int32_t)floor((box->top - reach_px) / CELL_PX), localiser->rows);
    int32_t bottom = within((int32_t)floor((box->bottom + reach_px) / CELL_PX), localiser->rows);
    for (int32_t row = top; row <= bottom; row++)
        for (int32_t column = left; column <= right; column++) {
            int32_t spot = localiser->cells[(ptrdiff_t)row * localiser->columns + column];
            for (; spot >= 0; spot = localiser->standing[spot].next)
                if (!visit->spot(visit, (size_t)spot))
                    return;
        }
}

static bool is_member(const struct group *group, size_t spot)
{
    for (size_t i = 0; i < group->count; i++)
        if (group->members[i] == spot)
            return true;
    return false;
}

static bool join(struct visit *visit, size_t spot)
{
    const struct localiser *localiser = visit->scene->localiser;
    const struct fit_spot *fit = &localiser->fits[spot];
    double near_px = joint_sd * fmax(fit->sd_px, visit->middle->sd_px);
    if (localiser->standing[spot].standing == WAITING && !is_member(visit->group, spot) &&
        distance_px(fit, visit->middle) < near_px)
        visit->group->members[visit->group->count++] = spot;
    return visit->group->count < FIT_SPOTS_MOST;
}

static struct box box_around(const struct fit_spot *spot, double radius_px)
{
    return (struct box){.left = (int32_t)floor(spot->x_px - radius_px),
                        .top = (int32_t)floor(spot->y_px - radius_px),
                        .right = (int32_t)ceil(spot->x_px + radius_px),
                        .bottom = (int32_t)ceil(spot->y_px + radius_px)};
}

static double radius_of(const struct fit_spot *spot)
{
    return fmin(window_sd * spot->sd_px + 1, RADIUS_MOST);
}

static int32_t lesser(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The pixels of the frame that any member reaches. */
static struct box box_of(const struct localiser *localiser, const struct group *group)
{
    struct box all = box_around(&localiser->fits[group->members[0]],
                                radius_of(&localiser->fits[group->members[0]]));
    for (size_t i = 1; i < group->count; i++) {
        const struct fit_spot *spot = &localiser->fits[group->members[i]];
        struct box box = box_around(spot, radius_of(spot));
        all.left = lesser(all.left, box.left);
        all.top = lesser(all.top, box.top);
        all.right = greater(all.right, box.right);
        all.bottom = greater(all.bottom, box.bottom);
    }
    all.left = greater(all.left, 0);
    all.top = greater(all.top, 0);
    all.right = lesser(all.right, localiser->settings.shape.width_px - 1);
    all.bottom = lesser(all.bottom, localiser->settings.shape.height_px - 1);
    return all;
}

/* A step of the fit takes as many multiplications as there are pixels, times the square of the
 * unknowns. Groups in a crowd are smaller, so that no frame takes for ever. */
static bool is_affordable(const struct scene_of *scene, const struct group *group,
                          const struct box *box)
{
    const double of_group = 1e6, of_frame = 1e9;
    double most = fmin(of_group, of_frame / (double)scene->count);
    double unknowns = SPOT_UNKNOWNS * (double)group->count + 1;
    double across = box->right - box->left + 1, along = box->bottom - box->top + 1;
    return across <= FIT_SIDE_MOST && along <= FIT_SIDE_MOST &&
           across * along * unknowns * unknowns <= most;
}

/* From one spot to those near it, and on to those near them. */
static struct group group_from(const struct scene_of *scene, size_t spot)
{
    const struct localiser *localiser = scene->localiser;
    struct group group = {.members = {spot}, .count = 1};
    for (size_t i = 0; i < group.count && group.count < FIT_SPOTS_MOST; i++) {
        const struct fit_spot *middle = &localiser->fits[group.members[i]];
        struct visit visit = {.spot = join, .scene = scene, .group = &group, .middle = middle};
        struct box box = box_around(middle, 0);
        visit_near(&visit, &box, joint_sd * fmax(middle->sd_px, RADIUS_MOST / joint_sd));
    }
    for (struct box box = box_of(localiser, &group);
         group.count > 1 && !is_affordable(scene, &group, &box); box = box_of(localiser, &group))
        group.count--;
    return group;
}

static bool reaches(const struct group *group, const struct fit_spot *fits, double x, double y)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct fit_spot *spot = &fits[group->members[i]];
        double radius_px = radius_of(spot);
        double across = x - spot->x_px;
        double along = y - spot->y_px;
        if (across * across + along * along <= radius_px * radius_px)
            return true;
    }
    return false;
}

static void pixels_take(const struct scene_of *scene, const struct group *group,
                        const struct box *box)
{
    struct localiser *localiser = scene->localiser;
    const struct detection_settings *settings = &localiser->settings;
    struct fit_pixels *pixels = &localiser->pixels;
    double sign = settings->dark_spots ? -1 : 1;
    double blind_dn = (double)((1U << settings->shape.bits) - 1) - 0.5;
    pixels->left_px = box->left;
    pixels->top_px = box->top;
    pixels->count = 0;
    for (int32_t y = box->top; y <= box->bottom; y++)
        for (int32_t x = box->left; x <= box->right; x++) {
            ptrdiff_t at = (ptrdiff_t)y * settings->shape.width_px + x;
            double light_dn = (double)scene->residual[at];
            double level_dn = scene->frame->pixels[at] - sign * light_dn;
            if (level_dn >= blind_dn || pixels->count == FIT_PIXELS_MOST ||
                !reaches(group, localiser->fits, x, y))
                continue;
            pixels->across[pixels->count] = (float)(x - box->left);
            pixels->along[pixels->count] = (float)(y - box->top);
            pixels->light_dn[pixels->count] = (float)light_dn;
            pixels->variance[pixels->count] = (float)localiser_variance(&settings->noise, level_dn);
            pixels->count++;
        }
}

/* Growth of the variance of a pixel with the light of spots. */
static double light_variance(const struct localiser *localiser)
{
    double gain = localiser->settings.noise.gain_dn_per_e;
    return misfit * gain + (localiser->settings.dark_spots ? -gain : gain);
}

/* Takes off the light of a spot that is no member. */
static bool take_off(struct visit *visit, size_t spot)
{
    const struct localiser *localiser = visit->scene->localiser;
    const struct fit_spot *fit = &localiser->fits[spot];
    const struct box *box = visit->box;
    double reach_px = reach_sd * fit->sd_px;
    if (is_member(visit->group, spot) || localiser->standing[spot].standing == GONE ||
        fit->x_px + reach_px < box->left || fit->x_px - reach_px > box->right ||
        fit->y_px + reach_px < box->top || fit->y_px - reach_px > box->bottom)
        return true;
    visit->found = true;
    spot_fit_take_off(fit, localiser->settings.noise.gain_dn_per_e,
                      &visit->scene->localiser->pixels);
    return true;
}

/* A fit that left the place where something was found, or has no light, explains something else. */
static bool has_run_away(const struct fit_spot *first, const struct fit_spot *fit)
{
    return distance_px(first, fit) > fmax(3, 1.5 * first->sd_px) || !isfinite(fit->light_dn) ||
           !isfinite(fit->error_px) || fit->light_dn < 0.1 * first->light_dn ||
           fit->sd_px > sd_most_px;
}

static void group_keep(struct localiser *localiser, const struct group *group,
                       const struct fit_spot *fits, bool crossed)
{
    for (size_t i = 0; i < group->count; i++) {
        struct standing_of *standing = &localiser->standing[group->members[i]];
        struct fit_spot *fit = &localiser->fits[group->members[i]];
        double change = fits[i].sd_px / fit->sd_px;
        bool gone = has_run_away(&standing->first, &fits[i]);
        for (size_t j = 0; j < i && !gone; j++)
            gone = localiser->standing[group->members[j]].standing != GONE &&
                   distance_px(&fits[i], &fits[j]) < one_sd * fmax(fits[i].sd_px, fits[j].sd_px);
        standing->standing = gone ? GONE : FITTED;
        standing->joint = group->count > 1;
        standing->again = crossed || change > wider || change * wider < 1;
        *fit = fits[i];
    }
    /* What is fitted together is fitted together again. */
    bool again = false;
    for (size_t i = 0; i < group->count; i++) {
        const struct standing_of *standing = &localiser->standing[group->members[i]];
        again = again || standing->again || standing->standing == GONE;
    }
    for (size_t i = 0; i < group->count; i++)
        localiser->standing[group->members[i]].again = again;
}

static void group_fit(const struct scene_of *scene, struct group *group)
{
    struct localiser *localiser = scene->localiser;
    struct fit_spot fits[FIT_SPOTS_MOST];
    struct box box = box_of(localiser, group);
    struct visit visit = {.spot = take_off, .scene = scene, .group = group, .box = &box};
    pixels_take(scene, group, &box);
    visit_near(&visit, &box, reach_sd / window_sd * RADIUS_MOST);
    for (size_t i = 0; i < group->count; i++)
        fits[i] = localiser->fits[group->members[i]];
    if (localiser->pixels.count < (size_t)3 * FIT_UNKNOWNS) {
        for (size_t i = 0; i < group->count; i++)
            localiser->standing[group->members[i]].standing = GONE;
        return;
    }
    spot_fit(&localiser->pixels, light_variance(localiser), &begin, fits, group->count);
    group_keep(localiser, group, fits, visit.found);
}

static void sweep(const struct scene_of *scene)
{
    struct localiser *localiser = scene->localiser;
    cells_fill(scene);
    for (size_t i = 0; i < scene->count; i++) {
        if (localiser->standing[i].standing != WAITING)
            continue;
        struct group group = group_from(scene, i);
        group_fit(scene, &group);
    }
}

static bool is_saturated(const struct scene_of *scene, const struct fit_spot *fit)
{
    const struct frame_shape *shape = &scene->localiser->settings.shape;
    uint16_t most = (uint16_t)((1U << shape->bits) - 1);
    struct box box = box_around(fit, fit->sd_px);
    for (int32_t y = greater(box.top, 0); y <= lesser(box.bottom, shape->height_px - 1); y++)
        for (int32_t x = greater(box.left, 0); x <= lesser(box.right, shape->width_px - 1); x++)
            if (scene->frame->pixels[(ptrdiff_t)y * shape->width_px + x] >= most)
                return true;
    return false;
}

static void tell(const struct scene_of *scene, size_t spot, struct located *located)
{
    const struct fit_spot *fit = &scene->localiser->fits[spot];
    located->x_px = fit->x_px;
    located->y_px = fit->y_px;
    located->sd_px = spot_fit_sd_px(fit);
    located->light_dn = fit->light_dn;
    located->peak_dn = spot_fit_peak_dn(fit);
    located->error_px = fit->error_px;
    located->saturated = is_saturated(scene, fit);
}

static void start(const struct scene_of *scene, const struct located *spots)
{
    struct localiser *localiser = scene->localiser;
    for (size_t i = 0; i < scene->count; i++) {
        localiser->fits[i] = (struct fit_spot){.x_px = spots[i].x_px,
                                               .y_px = spots[i].y_px,
                                               .sd_px = spots[i].sd_px,
                                               .light_dn = spots[i].light_dn};
        localiser->standing[i] = (struct standing_of){.first = localiser->fits[i]};
    }
}

static bool is_in_view(const struct localiser *localiser, const struct fit_spot *fit)
{
    const struct frame_shape *shape = &localiser->settings.shape;
    return fit->x_px > -1.5 && fit->y_px > -1.5 && fit->x_px < shape->width_px + 0.5 &&
           fit->y_px < shape->height_px + 0.5;
}

void localise(struct localiser *localiser, const struct frame *frame, const float *residual,
              struct located *spots, size_t *count)
{
    struct scene_of scene = {
        .localiser = localiser, .frame = frame, .residual = residual, .count = *count};
    start(&scene, spots);
    for (int s = 0; s < SWEEPS; s++) {
        sweep(&scene);
        for (size_t i = 0; i < scene.count && s + 1 < SWEEPS; i++)
            if (localiser->standing[i].standing == FITTED && localiser->standing[i].again)
                localiser->standing[i].standing = WAITING;
    }
    size_t kept = 0;
    for (size_t i = 0; i < scene.count; i++) {
        if (localiser->standing[i].standing == GONE || !is_in_view(localiser, &localiser->fits[i]))
            continue;
        struct located located = spots[i];
        tell(&scene, i, &located);
        located.joint = localiser->standing[i].joint;
        spots[kept++] = located;
    }
    *count = kept;
}

/* The errors that a fit tells of a spot that is just as it should be. */
double localiser_light_error_dn(struct localiser *localiser, double sd_px, double level_dn,
                                double light_dn)
{
    struct fit_pixels *pixels = &localiser->pixels;
    const struct frame_noise *noise = &localiser->settings.noise;
    struct fit_spot spot = {.sd_px = sd_px, .light_dn = light_dn};
    int32_t radius = (int32_t)ceil(radius_of(&spot));
    pixels->left_px = -radius;
    pixels->top_px = -radius;
    pixels->count = 0;
    for (int32_t y = 0; y <= 2 * radius; y++)
        for (int32_t x = 0; x <= 2 * radius; x++) {
            size_t p = pixels->count++;
            pixels->across[p] = (float)x;
            pixels->along[p] = (float)y;
            pixels->light_dn[p] = 0;
            pixels->variance[p] = (float)localiser_variance(noise, level_dn + noise->offset_dn);
        }
    spot.light_dn = -light_dn;
    spot_fit_take_off(&spot, 0, pixels);
    spot.light_dn = light_dn;
    spot_fit(pixels, light_variance(localiser), &begin, &spot, 1);
    return spot.light_error_dn;
}
