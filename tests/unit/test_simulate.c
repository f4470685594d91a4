/* test_simulate.c: simulated particles move, are seen and go as theory says. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "simulation.h"

#include <math.h>

enum { ROOM_BYTES = 1 << 30 };

/* 100 nm in water of 25 C: 4.907 um2/s. */
static const double diffusion_100nm = 4.907479981;

/* Mean square steps and mean products of steps that follow each other, of both axes, over
 * particles that begin so far from the edges of the view that none is lost across them. */
struct steps {
    double square_um2;
    double product_um2;
    double x_um;
    double y_um;
    size_t squares; /* of both axes */
    size_t products;
};

static bool begins_inside(const struct scene *scene, const struct observation *first)
{
    const double edge_um = 6;
    double pixel_um = scene->pixel_nm / 1000;
    return first->x_um > edge_um && first->x_um < scene->width_px * pixel_um - edge_um &&
           first->y_um > edge_um && first->y_um < scene->height_px * pixel_um - edge_um;
}

static bool follows(const struct observation *one, const struct observation *next)
{
    return one->particle == next->particle && one->frame + 1 == next->frame;
}

static struct steps step_statistics(const struct scene *scene, const struct observation *seen,
                                    size_t count, int32_t from, int32_t before)
{
    struct steps steps = {0};
    for (size_t i = 0; i + 1 < count; i++) {
        if (!begins_inside(scene, &seen[i]) || !follows(&seen[i], &seen[i + 1]) ||
            seen[i].frame < from || seen[i].frame >= before)
            continue;
        double x = seen[i + 1].x_um - seen[i].x_um;
        double y = seen[i + 1].y_um - seen[i].y_um;
        steps.x_um += x;
        steps.y_um += y;
        steps.square_um2 += x * x + y * y;
        steps.squares += 2;
        if (i + 2 >= count || !follows(&seen[i + 1], &seen[i + 2]))
            continue;
        steps.product_um2 +=
            x * (seen[i + 2].x_um - seen[i + 1].x_um) + y * (seen[i + 2].y_um - seen[i + 1].y_um);
        steps.products += 2;
    }
    steps.x_um /= (double)steps.squares / 2;
    steps.y_um /= (double)steps.squares / 2;
    steps.square_um2 /= (double)steps.squares;
    steps.product_um2 /= (double)steps.products;
    return steps;
}

/* Against S_ii = 2 D dt (1 - 2R) + 2 s2 and S_i,i+1 = 2 R D dt - s2 (Berglund 2010). The standard
 * errors of a moving average of order one, over n: sqrt(2 (c0^2 + 2 c1^2) / n) and
 * sqrt((c0^2 + 3 c1^2) / n). */
static void assert_steps_as_theory(const struct scene *scene, const struct steps *steps,
                                   double diffusion)
{
    double blur = scene->exposure_ms / 1000 / (6 * scene->frame_s);
    double noise_um2 = scene->noise_nm * scene->noise_nm * 1e-6;
    double c0 = 2 * diffusion * scene->frame_s * (1 - 2 * blur) + 2 * noise_um2;
    double c1 = 2 * blur * diffusion * scene->frame_s - noise_um2;
    assert_near(steps->square_um2, c0, sqrt(2 * (c0 * c0 + 2 * c1 * c1) / (double)steps->squares));
    assert_near(steps->product_um2, c1, sqrt((c0 * c0 + 3 * c1 * c1) / (double)steps->products));
}

static void steps_have_the_variance_and_covariance_of_theory(void **state)
{
    (void)state;
    static const double exposures_ms[] = {0, 17.2, 32.5, 40};
    static const double noises_nm[] = {0, 98, 0, 200};
    for (size_t i = 0; i < sizeof exposures_ms / sizeof *exposures_ms; i++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct scene scene = scene_default();
        scene.frames = 300;
        scene.exposure_ms = exposures_ms[i];
        scene.noise_nm = noises_nm[i];
        struct simulated out = simulate(arena, &scene, 1 + i);
        struct steps steps =
            step_statistics(&scene, out.observations, out.observation_count, 0, scene.frames);
        assert_true(steps.squares > 15000);
        assert_steps_as_theory(&scene, &steps, diffusion_100nm);
        assert_near(steps.x_um, 0, sqrt(2 * diffusion_100nm * 0.04 / ((double)steps.squares / 2)));
        arena_close(arena);
    }
}

/* The law of localisation: noise grows with the spot of a moving particle and falls with light. */
static void the_noise_of_positions_follows_the_photons(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 300;
    scene.photons_100nm = 30;
    scene.noise_nm = 50;
    scene.noise_factor = 1;
    struct simulated out = simulate(arena, &scene, 5);
    struct steps steps =
        step_statistics(&scene, out.observations, out.observation_count, 0, scene.frames);
    double variance_um2 = 0.0025 + (0.0625 + diffusion_100nm * 0.0325 / 3) / 30;
    scene.noise_nm = sqrt(variance_um2) * 1000;
    assert_steps_as_theory(&scene, &steps, diffusion_100nm);
    arena_close(arena);
}

/* One frame of each seed; in a slab the count is a Poisson number of concentration times volume. */
static void counts_in_view_are_poisson_numbers(void **state)
{
    (void)state;
    enum { SEEDS = 400 };
    struct scene scene = scene_default();
    scene.frames = 1;
    double mean = scene.concentration_per_ml * 1e-12 * 89.6 * 71.68 * 5;
    double sum = 0;
    double squares = 0;
    double drawn = 0;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct simulated out = simulate(arena, &scene, seed);
        double count = (double)out.observation_count;
        assert_true(out.truth.in_view == count);
        sum += count;
        squares += count * count;
        drawn += out.truth.concentration_per_ml;
        arena_close(arena);
    }
    double variance = (squares - sum * sum / SEEDS) / (SEEDS - 1);
    double box_mean = scene.concentration_per_ml * 1e-12 * 98 * 80.08 * 15;
    assert_near(sum / SEEDS, mean, sqrt(mean / SEEDS));
    assert_near(variance, mean, mean * sqrt(2.0 / (SEEDS - 1) + 1 / (mean * SEEDS)));
    assert_near(drawn / SEEDS / scene.concentration_per_ml, 1, sqrt(1 / (box_mean * SEEDS)));
}

static void sizes_and_brightness_follow_their_laws(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 1;
    scene.concentration_per_ml = 4e11;
    scene.populations[0] = (struct scene_population){1, 90, 0.4};
    scene.populations[1] = (struct scene_population){3, 1000, 0};
    scene.population_count = 2;
    scene.brightness_exponent = 5;
    scene.brightness_ln_sd = 0.3;
    scene.saturation_photons = 1e8;
    struct simulated out = simulate(arena, &scene, 1);
    double n = 0, size = 0, size_squares = 0, light = 0, light_squares = 0, large = 0;
    for (size_t i = 0; i < out.position_count; i++) {
        const struct simulated_position *at = &out.positions[i];
        assert_true(at->photons <= 1e8);
        if (at->diameter_nm == 1000) {
            large++;
            continue;
        }
        double ln_size = log(at->diameter_nm / 90);
        double ln_light = log(at->photons / (6000 * pow(at->diameter_nm / 100, 5)));
        n++;
        size += ln_size;
        size_squares += ln_size * ln_size;
        light += ln_light;
        light_squares += ln_light * ln_light;
    }
    assert_true(n > 2000);
    assert_near(large / (n + large), 0.75, sqrt(0.75 * 0.25 / (n + large)));
    assert_near(size / n, 0, 0.4 / sqrt(n));
    assert_near(sqrt(size_squares / n), 0.4, 0.4 / sqrt(2 * n));
    assert_near(light / n, 0, 0.3 / sqrt(n));
    assert_near(sqrt(light_squares / n), 0.3, 0.3 / sqrt(2 * n));
    arena_close(arena);
}

/* 1000 nm with a law of d^4 would send 6e7 photons. */
static void brightness_is_cut_at_saturation_and_falls_off_to_the_corners(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 1;
    scene.populations[0].median_nm = 1000;
    scene.falloff = 0.4;
    struct simulated out = simulate(arena, &scene, 1);
    double least = 1e9;
    for (size_t i = 0; i < out.position_count; i++) {
        double x = 2 * (out.positions[i].x_px + 0.5) / scene.width_px - 1;
        double y = 2 * (out.positions[i].y_px + 0.5) / scene.height_px - 1;
        double expected = 60000 * (1 - 0.4 * fmin((x * x + y * y) / 2, 1));
        assert_true(fabs(out.positions[i].photons / expected - 1) < 1e-9);
        least = fmin(least, out.positions[i].photons);
    }
    assert_true(out.position_count > 20 && least < 45000);
    arena_close(arena);
}

/* Under a light sheet the photons are those of the depth, but for movement within the exposure. */
static void a_light_sheet_dims_with_depth(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 20;
    scene.sheet_um = 3;
    scene.box_depth_um = 30;
    scene.viscosity_mpa_s = 1000;
    scene.threshold_photons = 300;
    struct simulated out = simulate(arena, &scene, 1);
    size_t above = 0;
    for (size_t i = 0; i < out.position_count; i++) {
        double z = out.positions[i].z_um;
        double expected = 6000 * exp(-2 * z * z / 9);
        assert_true(fabs(z) < 6);
        assert_true(fabs(out.positions[i].photons / expected - 1) < 0.1);
        bool inside = out.positions[i].x_px >= -0.5 && out.positions[i].x_px < 639.5 &&
                      out.positions[i].y_px >= -0.5 && out.positions[i].y_px < 511.5;
        above += inside && expected / (1 + z * z / 1.44) > 300;
    }
    assert_true(above > 800);
    assert_true(fabs((double)out.observation_count / (double)above - 1) < 0.02);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_have_the_variance_and_covariance_of_theory),
        cmocka_unit_test(the_noise_of_positions_follows_the_photons),
        cmocka_unit_test(counts_in_view_are_poisson_numbers),
        cmocka_unit_test(sizes_and_brightness_follow_their_laws),
        cmocka_unit_test(brightness_is_cut_at_saturation_and_falls_off_to_the_corners),
        cmocka_unit_test(a_light_sheet_dims_with_depth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
