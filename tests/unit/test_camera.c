/* test_camera.c: the pixels of a simulated frame hold the light and the noise that they should. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "measure/camera.h"
#include "measure/noise_table.h"
#include "measure/simulate.h"

#include <math.h>

enum { ROOM_BYTES = 1 << 28 };

/* Limits are three standard errors that theory gives; the seeds are fixed. */
static void assert_near(double value, double expected, double error)
{
    if (!(fabs(value - expected) <= 3 * error))
        fail_msg("%.9g is not %.9g within three times %.3g", value, expected, error);
}

static struct scene small_scene(void)
{
    struct scene scene = scene_default();
    scene.width_px = 256;
    scene.height_px = 200;
    scene.frames = 4;
    scene.concentration_per_ml = 0;
    return scene;
}

static struct stage set(struct arena *arena, const struct scene *scene, uint64_t seed)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct stage stage;
    if (!stage_set(arena, &fault, scene, seed, &stage))
        fail_msg("%s", fault.text);
    return stage;
}

static unsigned char *shoot(struct arena *arena, const struct stage *stage,
                            const struct exposure *exposure)
{
    struct camera camera = camera_make(arena, stage);
    double *photons = arena_take(arena, camera_pixels(stage->scene) * sizeof *photons);
    unsigned char *bytes = arena_take(arena, camera_frame_bytes(stage->scene));
    camera_write(&camera, exposure, photons, bytes);
    return bytes;
}

static double number_at(const struct scene *scene, const unsigned char *bytes, size_t pixel)
{
    return scene->bits > 8 ? bytes[2 * pixel] + 256.0 * bytes[2 * pixel + 1] : bytes[pixel];
}

/* Mean gain times background plus offset; variance gain2 (background + read noise2), with 1/12 for
 * whole numbers. The kurtosis of so many photons is near that of a normal: the standard error of
 * the variance is its sqrt(2.1/n). */
static void an_empty_frame_has_the_mean_and_variance_of_its_noise(void **state)
{
    (void)state;
    static const struct {
        int32_t bits;
        double background, read_noise, gain, offset;
    } rows[] = {
        {8, 20, 2, 0.25, 0},    {8, 20, 2, 1, 100}, {12, 300, 5, 0.5, 100},
        {16, 2000, 3, 7, 1000}, {10, 40, 0, 2, 16}, {8, 20, 20, 0.5, 60},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct scene scene = small_scene();
        scene.bits = rows[i].bits;
        scene.background_photons = rows[i].background;
        scene.read_noise_e = rows[i].read_noise;
        scene.gain_dn_per_e = rows[i].gain;
        scene.offset_dn = rows[i].offset;
        struct stage stage = set(arena, &scene, 1);
        struct exposure exposure = {.frame = 1};
        const unsigned char *bytes = shoot(arena, &stage, &exposure);
        double n = (double)camera_pixels(&scene);
        double sum = 0;
        double squares = 0;
        for (size_t pixel = 0; pixel < camera_pixels(&scene); pixel++) {
            double number = number_at(&scene, bytes, pixel);
            sum += number;
            squares += number * number;
        }
        double electrons2 = rows[i].background + rows[i].read_noise * rows[i].read_noise;
        double variance = rows[i].gain * rows[i].gain * electrons2;
        /* Rounding adds 1/12 where the noise spans whole numbers; a gain of 2 without read noise
         * gives whole numbers as it is. */
        variance += rows[i].read_noise > 0 ? 1.0 / 12 : 0;
        assert_near(sum / n, rows[i].gain * rows[i].background + rows[i].offset,
                    sqrt(variance / n));
        assert_near(squares / n - sum / n * sum / n, variance, variance * sqrt(2.1 / n));
        arena_close(arena);
    }
}

/* Chi square of the frequencies against those drawn step by step: mean df, variance 2 df. */
static void the_table_of_noise_is_the_noise(void **state)
{
    (void)state;
    enum { DRAWS = 200000, NUMBERS = 256 };
    static const double backgrounds[] = {0.3, 20, 450};
    for (size_t i = 0; i < sizeof backgrounds / sizeof *backgrounds; i++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct scene scene = small_scene();
        double tabled[NUMBERS] = {0};
        double drawn[NUMBERS] = {0};
        scene.background_photons = backgrounds[i];
        scene.read_noise_e = 1;
        scene.gain_dn_per_e = 0.5;
        scene.offset_dn = 1;
        const struct noise_table *table = noise_table_make(arena, &scene);
        assert_true(table->count > 0);
        struct random random = random_stream(1, i);
        for (int draw = 0; draw < DRAWS; draw++) {
            tabled[noise_table_draw(table, &random)]++;
            double electrons = (double)random_poisson(&random, scene.background_photons);
            drawn[noise_number(&scene, electrons + random_normal(&random))]++;
        }
        double chi_square = 0;
        double freedom = -1;
        for (int number = 0; number < NUMBERS; number++) {
            double both = tabled[number] + drawn[number];
            if (both < 20)
                continue;
            chi_square +=
                (tabled[number] - drawn[number]) * (tabled[number] - drawn[number]) / both;
            freedom++;
        }
        assert_true(freedom >= 3);
        assert_near(chi_square, freedom, sqrt(2 * freedom));
        arena_close(arena);
    }
}

/* 1e8 photons: the sum is exact to 1e-4, the middle to 2e-4 pixels, the variance to 1.5e-4. */
static void a_spot_is_integrated_over_the_pixels(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = small_scene();
    scene.bits = 16;
    scene.background_photons = 0;
    scene.read_noise_e = 0;
    scene.gain_dn_per_e = 0.01;
    struct stage stage = set(arena, &scene, 1);
    struct spot spot = {100.37, 80.81, 1.8, 1e8};
    struct exposure exposure = {.frame = 0, .spots = &spot, .count = 1};
    const unsigned char *bytes = shoot(arena, &stage, &exposure);
    double sum = 0, x = 0, y = 0, xx = 0;
    for (size_t pixel = 0; pixel < camera_pixels(&scene); pixel++) {
        double number = number_at(&scene, bytes, pixel);
        double from_x = (double)(pixel % 256) - 100.37;
        sum += number;
        x += number * from_x;
        y += number * ((double)(pixel / 256) - 80.81);
        xx += number * from_x * from_x;
    }
    assert_near(sum, 1e6, 100);
    assert_near(x / sum, 0, 1.8e-4);
    assert_near(y / sum, 0, 1.8e-4);
    assert_near(xx / sum, 1.8 * 1.8 + 1.0 / 12, 5e-4);
    arena_close(arena);
}

static void a_spot_at_the_edge_or_beyond_it_writes_no_pixel_twice(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = small_scene();
    scene.background_photons = 0;
    scene.read_noise_e = 0;
    scene.bits = 16;
    scene.gain_dn_per_e = 0.1;
    struct stage stage = set(arena, &scene, 1);
    struct spot spots[] = {
        {-0.5, 50, 2, 1e5},  {255.5, 60, 2, 1e5}, {70, -0.5, 2, 1e5},   {-40, 50, 2, 1e5},
        {70, 199.5, 2, 1e5}, {1e6, -1e6, 2, 1e5}, {-300, -300, 300, 0},
    };
    struct exposure exposure = {.spots = spots, .count = sizeof spots / sizeof *spots};
    const unsigned char *bytes = shoot(arena, &stage, &exposure);
    double sum = 0;
    for (size_t pixel = 0; pixel < camera_pixels(&scene); pixel++)
        sum += number_at(&scene, bytes, pixel);
    assert_near(sum, 4 * 0.5e4, sqrt(4 * 0.5e5) * 0.1 + 5);
    arena_close(arena);
}

static void numbers_are_cut_at_the_top_and_written_low_byte_first(void **state)
{
    (void)state;
    for (int32_t bits = 8; bits <= 16; bits++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct scene scene = small_scene();
        scene.bits = bits;
        scene.gain_dn_per_e = 1;
        struct stage stage = set(arena, &scene, 1);
        struct spot spot = {100, 80, 1, 1e7};
        struct exposure exposure = {.frame = 0, .spots = &spot, .count = 1};
        const unsigned char *bytes = shoot(arena, &stage, &exposure);
        double most = 0;
        for (size_t pixel = 0; pixel < camera_pixels(&scene); pixel++)
            most = fmax(most, number_at(&scene, bytes, pixel));
        assert_true(most == ldexp(1, bits) - 1);
        assert_int_equal(camera_frame_bytes(&scene), camera_pixels(&scene) * (bits > 8 ? 2 : 1));
        arena_close(arena);
    }
}

static void the_backdrop_falls_off_and_has_hot_pixels(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = small_scene();
    scene.falloff = 0.5;
    scene.hot_pixels = 7;
    scene.hot_photons = 1000;
    struct stage stage = set(arena, &scene, 1);
    struct camera camera = camera_make(arena, &stage);
    size_t hot = 0;
    for (size_t pixel = 0; pixel < camera_pixels(&scene); pixel++)
        hot += camera.backdrop[pixel] > 1000;
    assert_int_equal(hot, 7);
    assert_true(fabs(fmod(camera.backdrop[0], 1000) - 10) < 0.2);
    assert_true(fabs(fmod(camera.backdrop[100 * 256 + 128], 1000) - 20) < 0.01);
    arena_close(arena);
}

/* The parts of each particle in an exposure, one behind the other, against its true position. */
static void the_light_of_a_frame_is_that_of_the_true_positions(void **state)
{
    (void)state;
    for (int sheet = 0; sheet < 2; sheet++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct fault fault = {.kind = FAULT_NONE};
        struct scene scene = small_scene();
        struct simulated out;
        scene.concentration_per_ml = 1e9;
        scene.frames = 20;
        scene.dropped = 0.2;
        scene.stuck_spots = 3;
        scene.falloff = 0.4;
        scene.vibration_px = 1;
        scene.vibration_hz = 9;
        scene.sheet_um = sheet ? 3 : 0;
        scene.box_depth_um = 30;
        struct stage stage = set(arena, &scene, 3);
        struct body bodies[2000];
        struct exposure exposure = {.count = 0};
        size_t found = 0;
        assert_true(stage.bodies + stage.stuck < 2000);
        for (size_t i = 0; i < stage.bodies + stage.stuck; i++)
            bodies[i] = body_make(&stage, i);
        assert_true(simulate_tracks(arena, &fault, &scene, 3, &out));
        for (int32_t frame = 0; frame < scene.frames; frame++) {
            camera_collect(arena, &stage, bodies, frame, &exposure);
            assert_true(!stage.dropped[frame] || exposure.count == 0);
            for (size_t i = 0; i < out.position_count; i++) {
                const struct simulated_position *at = &out.positions[i];
                bool here = false;
                if (at->frame != frame)
                    continue;
                for (size_t j = 0; j < exposure.count; j += 8) {
                    double x = 0, y = 0, photons = 0;
                    for (size_t k = j; k < j + 8; k++) {
                        x += exposure.spots[k].x_px / 8;
                        y += exposure.spots[k].y_px / 8;
                        photons += exposure.spots[k].photons;
                    }
                    here = here || (fabs(x - at->x_px) < 1e-6 && fabs(y - at->y_px) < 1e-6 &&
                                    fabs(photons / at->photons - 1) < 1e-9);
                }
                assert_true(here);
                found++;
            }
        }
        assert_int_equal(found, out.position_count);
        assert_true(found > 60);
        arena_close(arena);
    }
}

/* The least spot is one in focus, widened by diffusion within a part: psf2 + D part/3. */
static void a_spot_widens_by_defocus_and_by_diffusion_within_a_part(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = small_scene();
    scene.concentration_per_ml = 2e9;
    scene.frames = 20;
    scene.populations[0].median_nm = 20;
    struct stage stage = set(arena, &scene, 3);
    struct body bodies[2000];
    struct exposure exposure = {.count = 0};
    double diffusion = 4.907479981 * 100 / 20;
    double least_px = sqrt(0.0625 + diffusion * 0.0325 / 8 / 3) / 0.14;
    double most_px = sqrt(0.0625 * (1 + 3 * 3 / 1.44) + diffusion * 0.0325 / 8 / 3) / 0.14;
    double least = 1e9;
    double most = 0;
    assert_true(stage.bodies < 2000);
    for (size_t i = 0; i < stage.bodies; i++)
        bodies[i] = body_make(&stage, i);
    for (int32_t frame = 0; frame < scene.frames; frame++) {
        camera_collect(arena, &stage, bodies, frame, &exposure);
        for (size_t i = 0; i < exposure.count; i++) {
            least = fmin(least, exposure.spots[i].sd_px);
            most = fmax(most, exposure.spots[i].sd_px);
        }
    }
    assert_true(fabs(least / least_px - 1) < 0.001);
    /* The mean of an exposure lies up to 2.5 um from the focus, its parts about a micrometre more.
     */
    assert_true(most > most_px && most < 1.5 * most_px);
    arena_close(arena);
}

static void frames_may_be_made_in_any_order(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = small_scene();
    size_t size = camera_frame_bytes(&scene);
    struct stage stage = set(arena, &scene, 1);
    struct stage other = set(arena, &scene, 2);
    struct exposure first = {.frame = 0};
    struct exposure second = {.frame = 1};
    const unsigned char *one = shoot(arena, &stage, &first);
    const unsigned char *two = shoot(arena, &stage, &second);
    assert_memory_equal(two, shoot(arena, &stage, &second), size);
    assert_memory_equal(one, shoot(arena, &stage, &first), size);
    assert_memory_not_equal(one, two, size);
    assert_memory_not_equal(one, shoot(arena, &other, &first), size);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_frame_has_the_mean_and_variance_of_its_noise),
        cmocka_unit_test(the_table_of_noise_is_the_noise),
        cmocka_unit_test(a_spot_is_integrated_over_the_pixels),
        cmocka_unit_test(a_spot_at_the_edge_or_beyond_it_writes_no_pixel_twice),
        cmocka_unit_test(numbers_are_cut_at_the_top_and_written_low_byte_first),
        cmocka_unit_test(the_backdrop_falls_off_and_has_hot_pixels),
        cmocka_unit_test(the_light_of_a_frame_is_that_of_the_true_positions),
        cmocka_unit_test(a_spot_widens_by_defocus_and_by_diffusion_within_a_part),
        cmocka_unit_test(frames_may_be_made_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
