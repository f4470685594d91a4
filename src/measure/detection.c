/* detection.c: which particles does one frame show? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/detection.h"

#include "measure/localisation.h"
#include "measure/maxima.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAXIMA_MOST = 4 * DETECTION_MOST };

struct detector {
    struct detection_settings settings;
    struct matched_filter *filter;
    struct localiser *localiser;
    double threshold;
    double responses[FILTER_SCALES]; /* of a spot as wide as the filter */
    uint8_t *above;
    struct maxima maxima;
    struct located *spots;
};

/* What is left of the maxima of smooth fields when they are looked at on a grid only, and those at
 * the same place in several scales are one: found by counting in frames of noise, between 0.1 and
 * 10 in a frame. */
static const double left_of_maxima = 0.66;

/* Maxima above u of a smooth normal field (Adler 1981): area second (2 pi)^-3/2 u exp(-u^2/2),
 * where second is the variance of its slope; for white noise through a Gaussian that is 1/(2 sd^2).
 */
static double maxima_above(const struct detector *detector, double u)
{
    const struct frame_shape *shape = &detector->settings.shape;
    double area_px = (double)shape->width_px * shape->height_px;
    double sum = 0;
    for (int s = 0; s < FILTER_SCALES; s++) {
        double sd_px = detector->filter->scales[s].sd_px;
        sum += area_px / (2 * sd_px * sd_px);
    }
    return left_of_maxima * sum * pow(2 * M_PI, -1.5) * u * exp(-u * u / 2);
}

static double find_threshold(const struct detector *detector)
{
    double low = 1;
    double high = 40;
    for (int i = 0; i < 60; i++) {
        double middle = (low + high) / 2;
        if (maxima_above(detector, middle) > detector->settings.false_per_frame)
            low = middle;
        else
            high = middle;
    }
    return high;
}

struct detector *detector_open(struct arena *arena, const struct detection_settings *settings)
{
    struct detector *detector = arena_take(arena, sizeof *detector);
    const struct frame_shape *shape = &settings->shape;
    detector->settings = *settings;
    detector->filter = matched_filter_open(arena, shape);
    detector->localiser = localiser_open(arena, settings);
    for (int s = 0; s < FILTER_SCALES; s++)
        detector->responses[s] =
            matched_filter_response(detector->filter, s, detector->filter->scales[s].sd_px);
    detector->above = arena_take(arena, (size_t)shape->width_px + 8);
    detector->maxima = maxima_open(arena, detector->filter, MAXIMA_MOST);
    detector->spots = arena_take(arena, DETECTION_MOST * sizeof *detector->spots);
    detector->threshold = find_threshold(detector);
    return detector;
}

double detector_threshold(const struct detector *detector)
{
    return detector->threshold;
}

/* Few photons are more often far above their mean than a normal law says: the first term of
 * Cornish and Fisher. */
static double threshold_at(const struct detector *detector, int scale, double level_dn)
{
    const struct frame_noise *noise = &detector->settings.noise;
    double gain = noise->gain_dn_per_e;
    double photons_dn = fmax(level_dn - noise->offset_dn, 0);
    double variance = localiser_variance(noise, level_dn);
    double skew = gain * gain * photons_dn / (variance * sqrt(variance)) *
                  detector->filter->scales[scale].skew;
    double u = detector->threshold;
    return u + (detector->settings.dark_spots ? -skew : skew) * (u * u - 1) / 6;
}

/* One thread's picture at work. */
struct search {
    struct detector *detector;
    const struct frame *frame;
    const float *residual;
    const struct filtered *picture;
    int scale;
};

static double level_under(const struct search *search, int32_t x_px, int32_t y_px)
{
    ptrdiff_t at = (ptrdiff_t)y_px * search->detector->settings.shape.width_px + x_px;
    double residual = (double)search->residual[at];
    double sign = search->detector->settings.dark_spots ? -1 : 1;
    return search->frame->pixels[at] - sign * residual;
}

/* Of equals, the first counts. */
static bool is_highest(const struct filtered *picture, int32_t x, int32_t y)
{
    const float *middle = picture->values + (ptrdiff_t)y * picture->width + x;
    for (int32_t down = -1; down <= 1; down++)
        for (int32_t right = -1; right <= 1; right++) {
            bool before = down < 0 || (down == 0 && right < 0);
            if ((down == 0 && right == 0) || x + right < 0 || x + right >= picture->width ||
                y + down < 0 || y + down >= picture->height)
                continue;
            float other = middle[(ptrdiff_t)down * picture->width + right];
            if (other > *middle || (before && other >= *middle))
                return false;
        }
    return true;
}

/* Where a parabola through three values is highest, -0.5 to 0.5 from the middle one. */
static double summit(float before, float middle, float after)
{
    double bend = (double)before - 2 * (double)middle + (double)after;
    double shift = bend < 0 ? ((double)before - (double)after) / (2 * bend) : 0;
    if (!(shift > -0.5))
        return -0.5;
    return shift < 0.5 ? shift : 0.5;
}

static void refine(const struct filtered *picture, int32_t x, int32_t y, struct maximum *maximum)
{
    const float *middle = picture->values + (ptrdiff_t)y * picture->width + x;
    double step_px = (double)(1 << picture->shift);
    double right = 0;
    double down = 0;
    if (x > 0 && x + 1 < picture->width)
        right = summit(middle[-1], middle[0], middle[1]);
    if (y > 0 && y + 1 < picture->height)
        down = summit(middle[-picture->width], middle[0], middle[picture->width]);
    maximum->x_px = (float)((x + right) * step_px);
    maximum->y_px = (float)((y + down) * step_px);
}

static void look_at(const struct search *search, int32_t x, int32_t y)
{
    struct detector *detector = search->detector;
    if (!is_highest(search->picture, x, y))
        return;
    double strength = matched_filter_strength(detector->filter, search->scale, x, y);
    int shift = search->picture->shift;
    double level_dn = level_under(search, x << shift, y << shift);
    double threshold = threshold_at(detector, search->scale, level_dn);
    if (!(strength > threshold))
        return;
    if (detector->maxima.count < detector->maxima.most) {
        const struct frame_noise *noise = &detector->settings.noise;
        struct maximum *maximum = &detector->maxima.list[detector->maxima.count];
        double gain = detector->settings.dark_spots ? 0 : noise->gain_dn_per_e;
        maximum->growth = gain / sqrt(localiser_variance(noise, level_dn));
        maximum->strength = strength * detector->threshold / threshold;
        maximum->scale = search->scale;
        refine(search->picture, x, y, maximum);
    }
    detector->maxima.count++;
}

static void look_along(const struct search *search, int32_t y, float least)
{
    uint8_t *above = search->detector->above;
    int32_t width = search->picture->width;
    rows_compare(above, search->picture->values + (ptrdiff_t)y * width, least, (size_t)width);
    for (int32_t x = 0; x < width; x += 8) {
        uint64_t any;
        memcpy(&any, above + x, sizeof any);
        for (int32_t i = x; any && i < x + 8 && i < width; i++)
            if (above[i])
                look_at(search, i, y);
    }
}

static void find_maxima(struct detector *detector, const struct frame *frame, const float *residual)
{
    detector->maxima.count = 0;
    for (int s = 0; s < FILTER_SCALES; s++) {
        struct search search = {.detector = detector,
                                .frame = frame,
                                .residual = residual,
                                .picture = &detector->filter->scales[s],
                                .scale = s};
        /* Few photons raise the threshold of bright spots and lower that of dark ones. */
        double lowered = detector->settings.dark_spots ? 0.8 : 1;
        float least = matched_filter_least(detector->filter, s, detector->threshold * lowered);
        memset(detector->above, 0, (size_t)detector->settings.shape.width_px + 8);
        for (int32_t y = 0;
             y < search.picture->height && detector->maxima.count <= detector->maxima.most; y++)
            look_along(&search, y, least);
    }
}

static int by_place(const void *left, const void *right)
{
    const struct located *a = left;
    const struct located *b = right;
    if (a->y_px != b->y_px)
        return a->y_px < b->y_px ? -1 : 1;
    return (a->x_px > b->x_px) - (a->x_px < b->x_px);
}

static struct located begin_at(const struct search *search, const struct maximum *maximum)
{
    const struct detector *detector = search->detector;
    const struct frame_shape *shape = &detector->settings.shape;
    double x_px = fmin(fmax((double)maximum->x_px, 0), shape->width_px - 1);
    double y_px = fmin(fmax((double)maximum->y_px, 0), shape->height_px - 1);
    double level_dn = level_under(search, (int32_t)x_px, (int32_t)y_px);
    double noise_dn = sqrt(localiser_variance(&detector->settings.noise, level_dn));
    return (struct located){
        .x_px = x_px,
        .y_px = y_px,
        .sd_px = detector->filter->scales[maximum->scale].sd_px,
        .light_dn = maximum->strength * noise_dn / detector->responses[maximum->scale],
        .strength = maximum->strength,
    };
}

/* False where they are too many. */
static bool begin_spots(const struct search *search, size_t *count)
{
    struct detector *detector = search->detector;
    *count = 0;
    if (detector->maxima.count > detector->maxima.most)
        return false;
    maxima_join(&detector->maxima);
    for (size_t i = 0; i < detector->maxima.count; i++) {
        if (!detector->maxima.list[i].kept)
            continue;
        if (*count == DETECTION_MOST)
            return false;
        detector->spots[(*count)++] = begin_at(search, &detector->maxima.list[i]);
    }
    return true;
}

static struct rows_noise noise_of(const struct detection_settings *settings)
{
    const struct frame_noise *noise = &settings->noise;
    return (struct rows_noise){
        .sign = settings->dark_spots ? -1.0F : 1.0F,
        .base = (float)(noise->read_dn * noise->read_dn - noise->gain_dn_per_e * noise->offset_dn),
        .gain = (float)noise->gain_dn_per_e,
        .least = (float)fmax(noise->read_dn * noise->read_dn / 2, 1.0 / 12),
        .blind_from_dn = (float)((1U << settings->shape.bits) - 1) - 0.5F};
}

void detector_find(struct detector *detector, const struct frame *frame, const float *residual,
                   struct detected *detected)
{
    struct rows_noise noise = noise_of(&detector->settings);
    struct search search = {.detector = detector, .frame = frame, .residual = residual};
    matched_filter_run(detector->filter, frame, residual, &noise);
    find_maxima(detector, frame, residual);
    *detected = (struct detected){.spots = detector->spots, .centres = detector->maxima.count};
    if (!begin_spots(&search, &detected->count)) {
        detected->count = 0;
        detected->too_many = true;
        return;
    }
    localise(detector->localiser, frame, residual, detector->spots, &detected->count);
    qsort(detector->spots, detected->count, sizeof *detector->spots, by_place);
}

void detector_limit(const struct detector *detector, double sd_px, double level_dn,
                    double *light_dn, double *light_sd_dn)
{
    const struct frame_noise *noise = &detector->settings.noise;
    double noise_dn = sqrt(localiser_variance(noise, level_dn + noise->offset_dn));
    double least = INFINITY;
    for (int s = 0; s < FILTER_SCALES; s++) {
        double response = matched_filter_response(detector->filter, s, sd_px);
        double threshold = threshold_at(detector, s, level_dn + noise->offset_dn);
        if (response > 0)
            least = fmin(least, threshold * noise_dn / response);
    }
    *light_dn = least;
    *light_sd_dn = localiser_light_error_dn(detector->localiser, sd_px, level_dn, least);
}
