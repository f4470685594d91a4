/* test_spot_fit.c: fits find what is there, with the errors that they tell. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "plain_loops.h"
#include "test.h"

#include "measure/random.h"
#include "measure/spot_fit.h"

#include <math.h>

enum { SIDE = 25 };

static const struct fit_begin free_begin = {
    .place_px = 10, .ln_sd = 5, .ln_light = 10, .stretch = 5, .around = 10};

static void pixels_even(struct fit_pixels *pixels, double variance)
{
    pixels->left_px = 100;
    pixels->top_px = 200;
    pixels->count = (size_t)SIDE * SIDE;
    for (size_t p = 0; p < pixels->count; p++) {
        pixels->across[p] = (float)(p % SIDE);
        pixels->along[p] = (float)(p / SIDE);
        pixels->light_dn[p] = 0;
        pixels->variance[p] = (float)variance;
    }
}

static double share(double from_px, double sd_px)
{
    return (erf((from_px + 0.5) / (M_SQRT2 * sd_px)) - erf((from_px - 0.5) / (M_SQRT2 * sd_px))) /
           2;
}

/* Integrated over the pixels, as cameras do. */
static void pixels_light(struct fit_pixels *pixels, const struct fit_spot *spot)
{
    for (size_t p = 0; p < pixels->count; p++)
        pixels->light_dn[p] +=
            (float)(spot->light_dn *
                    share(100 + (double)pixels->across[p] - spot->x_px, spot->sd_px) *
                    share(200 + (double)pixels->along[p] - spot->y_px, spot->sd_px));
}

static void a_fit_ends_at_the_spot_from_wherever_it_begins(void **state)
{
    (void)state;
    static struct fit_pixels pixels;
    struct random random = random_stream(1, 1);
    for (int i = 0; i < 50; i++) {
        struct fit_spot spot = {.x_px = 110 + 4 * random_uniform(&random),
                                .y_px = 210 + 4 * random_uniform(&random),
                                .sd_px = 1 + 2 * random_uniform(&random),
                                .light_dn = 1000};
        struct fit_spot fit = {
            .x_px = 112, .y_px = 212, .sd_px = 2, .light_dn = 300 + 2000 * random_uniform(&random)};
        pixels_even(&pixels, 10);
        pixels_light(&pixels, &spot);
        assert_true(spot_fit(&pixels, 1, &free_begin, &fit, 1));
        /* A pixel is taken as its variance, 1/12, which is right to 0.2 % of the width at 1 px. */
        assert_true(fabs(fit.x_px - spot.x_px) < 0.005);
        assert_true(fabs(fit.y_px - spot.y_px) < 0.005);
        assert_true(fabs(fit.sd_px / spot.sd_px - 1) < 0.01);
        assert_true(fabs(fit.light_dn / spot.light_dn - 1) < 0.01);
    }
}

/* Two places of one spot: its mean place, and the axis along which it went. */
static void a_spot_that_moved_is_longer_along_its_way(void **state)
{
    (void)state;
    static struct fit_pixels pixels;
    pixels_even(&pixels, 10);
    pixels_light(&pixels,
                 &(struct fit_spot){.x_px = 111, .y_px = 211, .sd_px = 2, .light_dn = 500});
    pixels_light(&pixels,
                 &(struct fit_spot){.x_px = 113, .y_px = 213, .sd_px = 2, .light_dn = 500});
    struct fit_spot fit = {.x_px = 112.5, .y_px = 211.5, .sd_px = 2, .light_dn = 800};
    assert_true(spot_fit(&pixels, 1, &free_begin, &fit, 1));
    assert_true(fabs(fit.x_px - 112) < 0.01 && fabs(fit.y_px - 212) < 0.01);
    /* Variances: 4 and 4 + 2 along and across the diagonal; ln of the ratio of the axes. */
    assert_true(fabs(fit.stretch[0]) < 0.01);
    assert_true(fabs(fit.stretch[1] - log(6.0 / 4) / 2) < 0.05);
    assert_true(fabs(spot_fit_sd_px(&fit) - sqrt(5)) < 0.1);
}

/* Normal noise of the variance that the fit assumes: the errors that it tells are those that it
 * makes. A standard deviation of n values has a relative error of 1/sqrt(2 n). */
static void errors_are_what_the_fit_says(void **state)
{
    (void)state;
    enum { FITS = 400 };
    static struct fit_pixels pixels;
    struct random random = random_stream(2, 1);
    struct fit_spot spot = {.x_px = 112.2, .y_px = 211.7, .sd_px = 2, .light_dn = 1500};
    double place = 0;
    double light = 0;
    for (int i = 0; i < FITS; i++) {
        pixels_even(&pixels, 10);
        pixels_light(&pixels, &spot);
        for (size_t p = 0; p < pixels.count; p++) {
            double variance = 10 + (double)pixels.light_dn[p];
            pixels.light_dn[p] += (float)(sqrt(variance) * random_normal(&random));
        }
        struct fit_spot fit = {.x_px = 112, .y_px = 212, .sd_px = 2.2, .light_dn = 1300};
        assert_true(spot_fit(&pixels, 1, &free_begin, &fit, 1));
        double x = (fit.x_px - spot.x_px) / fit.error_px;
        double y = (fit.y_px - spot.y_px) / fit.error_px;
        place += (x * x + y * y) / 2 / FITS;
        double away = (fit.light_dn - spot.light_dn) / fit.light_error_dn;
        light += away * away / FITS;
    }
    assert_true(fabs(sqrt(place) - 1) < 3 / sqrt(4.0 * FITS));
    assert_true(fabs(sqrt(light) - 1) < 3 / sqrt(2.0 * FITS));
}

static void spots_that_overlap_are_told_apart(void **state)
{
    (void)state;
    static struct fit_pixels pixels;
    const struct fit_spot spots[3] = {{.x_px = 108, .y_px = 212, .sd_px = 1.8, .light_dn = 1000},
                                      {.x_px = 113, .y_px = 211, .sd_px = 2.2, .light_dn = 600},
                                      {.x_px = 111, .y_px = 217, .sd_px = 1.8, .light_dn = 1500}};
    struct fit_spot fits[3];
    pixels_even(&pixels, 10);
    for (int s = 0; s < 3; s++) {
        pixels_light(&pixels, &spots[s]);
        fits[s] = spots[s];
        fits[s].x_px += 0.5;
        fits[s].y_px -= 0.4;
        fits[s].light_dn *= 1.3;
    }
    assert_true(spot_fit(&pixels, 1, &free_begin, fits, 3));
    for (int s = 0; s < 3; s++) {
        assert_true(hypot(fits[s].x_px - spots[s].x_px, fits[s].y_px - spots[s].y_px) < 0.02);
        assert_true(fabs(fits[s].light_dn / spots[s].light_dn - 1) < 0.02);
    }
}

static void fits_of_nonsense_stay_finite(void **state)
{
    (void)state;
    static struct fit_pixels pixels;
    struct random random = random_stream(3, 1);
    const struct fit_begin begin = {
        .place_px = 2, .ln_sd = 0.5, .ln_light = 3, .stretch = 0.5, .around = 0.2};
    for (int i = 0; i < 100; i++) {
        struct fit_spot fits[2] = {{.x_px = 112, .y_px = 212, .sd_px = 2, .light_dn = 100},
                                   {.x_px = 112, .y_px = 212, .sd_px = 2, .light_dn = 100}};
        pixels_even(&pixels, i % 2 ? 1e-3 : 1e6);
        pixels.count = (size_t)(5 + i * 3);
        for (size_t p = 0; p < pixels.count; p++)
            pixels.light_dn[p] = (float)((i % 3 - 1) * 60000 * random_uniform(&random));
        spot_fit(&pixels, i % 5 - 2, &begin, fits, (size_t)(1 + i % 2));
        for (int s = 0; s < 1 + i % 2; s++)
            assert_true(isfinite(fits[s].x_px) && isfinite(fits[s].y_px) &&
                        isfinite(fits[s].sd_px) && isfinite(fits[s].light_dn) &&
                        isfinite(fits[s].error_px) && isfinite(fits[s].light_error_dn));
    }
}

static void noise_fill(struct random *random, float *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        values[i] = (float)random_normal(random);
}

/* Whatever instructions the machine has. */
static void every_machine_gives_the_same_bytes(void **state)
{
    (void)state;
    enum { WIDTH = 203 };
    struct random random = random_stream(4, 1);
    float values[13][WIDTH];
    const float *rows[13];
    uint16_t pixels[WIDTH];
    float one[3][WIDTH];
    float other[3][WIDTH];
    const float taps[] = {0.3F, 0.2F, 0.1F, 0.07F, 0.03F, 0.01F, 0.003F};
    for (int r = 0; r < 13; r++) {
        noise_fill(&random, values[r], WIDTH);
        rows[r] = values[r];
    }
    for (size_t i = 0; i < WIDTH; i++)
        pixels[i] = (uint16_t)random_below(&random, 256);
    static const int radii[] = {2, 4, 5, 6};
    for (int r = 0; r < 4; r++) {
        rows_blend(one[0], rows, taps, radii[r], WIDTH);
        plain_blend(other[0], rows, taps, radii[r], WIDTH);
        assert_memory_equal(one[0], other[0], sizeof one[0]);
    }
    const struct rows_noise noise = {1, 0.3F, 0.25F, 0.1F, 250};
    rows_whiten(one[0], pixels, values[0], &noise, WIDTH);
    plain_whiten(other[0], pixels, values[0], &noise, WIDTH);
    assert_memory_equal(one[0], other[0], sizeof one[0]);
    const struct rows_following following = {-1, 0.01F, 0.2F};
    memcpy(one, values, sizeof one);
    memcpy(other, values, sizeof other);
    rows_follow(one[0], one[1], one[2], pixels, &following, WIDTH);
    plain_follow(other[0], other[1], other[2], pixels, &following, WIDTH);
    assert_memory_equal(one, other, sizeof one);
}

static void every_machine_fits_the_same(void **state)
{
    (void)state;
    static struct fit_pixels pixels;
    static struct spot_sums one;
    static struct spot_sums other;
    struct random random = random_stream(5, 1);
    const struct spot_model model = {.shapes = {{12, 11.5F, {0.25F, 0.02F, 0.2F}, 30, 69},
                                                {8, 14.2F, {0.4F, -0.1F, 0.3F}, 50, 69}},
                                     .count = 2,
                                     .around_dn = 0.3F,
                                     .light_variance = 1.5F};
    pixels_even(&pixels, 10);
    noise_fill(&random, pixels.light_dn, pixels.count);
    spot_sums_add(&one, &pixels, &model, pixels.count / SUMS_LANES);
    plain_sums_add(&other, &pixels, &model, pixels.count / SUMS_LANES);
    assert_true(one.score[0][0] != 0);
    assert_memory_equal(&one, &other, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fit_ends_at_the_spot_from_wherever_it_begins),
        cmocka_unit_test(a_spot_that_moved_is_longer_along_its_way),
        cmocka_unit_test(errors_are_what_the_fit_says),
        cmocka_unit_test(spots_that_overlap_are_told_apart),
        cmocka_unit_test(fits_of_nonsense_stay_finite),
        cmocka_unit_test(every_machine_gives_the_same_bytes),
        cmocka_unit_test(every_machine_fits_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
