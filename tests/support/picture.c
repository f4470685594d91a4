/* picture.c: frames with known light, for what looks at frames. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "picture.h"

#include <math.h>

static size_t pixels_of(const struct picture *picture)
{
    return (size_t)picture->shape.width_px * (size_t)picture->shape.height_px;
}

struct picture picture_open(struct arena *arena, int32_t width_px, int32_t height_px)
{
    struct picture picture = {.shape = {width_px, height_px, 12}, .noise = {2, 100, 4}};
    size_t pixels = pixels_of(&picture);
    picture.electrons = arena_take(arena, pixels * sizeof *picture.electrons);
    picture.pixels = arena_take(arena, pixels * sizeof *picture.pixels);
    picture.residual = arena_take(arena, pixels * sizeof *picture.residual);
    return picture;
}

void picture_light(struct picture *picture, double electrons)
{
    for (size_t i = 0; i < pixels_of(picture); i++)
        picture->electrons[i] = electrons;
}

static double share(double from_px, double sd_px)
{
    return (erf((from_px + 0.5) / (M_SQRT2 * sd_px)) - erf((from_px - 0.5) / (M_SQRT2 * sd_px))) /
           2;
}

void picture_spot(struct picture *picture, double x_px, double y_px, double sd_px, double electrons)
{
    int32_t reach = (int32_t)ceil(5 * sd_px) + 1;
    for (int32_t y = (int32_t)y_px - reach; y <= (int32_t)y_px + reach; y++)
        for (int32_t x = (int32_t)x_px - reach; x <= (int32_t)x_px + reach; x++)
            if (x >= 0 && y >= 0 && x < picture->shape.width_px && y < picture->shape.height_px)
                picture->electrons[(ptrdiff_t)y * picture->shape.width_px + x] +=
                    electrons * share(x - x_px, sd_px) * share(y - y_px, sd_px);
}

void picture_shoot(struct picture *picture, struct random *random, double background_electrons)
{
    double most = (double)((1U << picture->shape.bits) - 1);
    const struct frame_noise *noise = &picture->noise;
    double background_dn = noise->offset_dn + noise->gain_dn_per_e * background_electrons;
    for (size_t i = 0; i < pixels_of(picture); i++) {
        double light = (double)random_poisson(random, fmax(picture->electrons[i], 0));
        double value = noise->offset_dn + noise->gain_dn_per_e * light +
                       noise->read_dn * random_normal(random);
        picture->pixels[i] = (uint16_t)fmin(fmax(floor(value + 0.5), 0), most);
        picture->residual[i] = (float)(picture->pixels[i] - background_dn);
    }
}

struct frame picture_frame(const struct picture *picture, int32_t number)
{
    return (struct frame){.number = number, .time_s = NAN, .pixels = picture->pixels};
}
