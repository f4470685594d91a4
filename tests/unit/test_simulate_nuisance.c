/* test_simulate_nuisance.c: what disturbs a simulated measurement does so as it was asked to. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "simulation.h"

#include <math.h>
#include <stdlib.h>

enum { ROOM_BYTES = 1 << 30 };

static const double diffusion_100nm = 4.907479981; /* um2/s, water of 25 C */

/* Frames with an exposure without blur, so that steps are independent of each other. */
static struct scene sharp_scene(int32_t frames)
{
    struct scene scene = scene_default();
    scene.frames = frames;
    scene.exposure_ms = 0;
    scene.noise_nm = 0;
    return scene;
}

/* Calls with each step of a particle that begins far from the edges. */
struct step {
    int32_t frame;
    double x_um;
    double y_um;
    double from_y_um;
};

static size_t collect_steps(struct arena *arena, const struct scene *scene,
                            const struct simulated *out, struct step **steps)
{
    const double edge_um = 8;
    double width_um = scene->width_px * scene->pixel_nm / 1000;
    double height_um = scene->height_px * scene->pixel_nm / 1000;
    size_t count = 0;
    *steps = arena_take(arena, (out->observation_count + 1) * sizeof **steps);
    for (size_t i = 0; i + 1 < out->observation_count; i++) {
        const struct observation *one = &out->observations[i];
        const struct observation *next = one + 1;
        if (one->particle != next->particle || one->frame + 1 != next->frame ||
            one->x_um < edge_um || one->x_um > width_um - edge_um || one->y_um < edge_um ||
            one->y_um > height_um - edge_um)
            continue;
        (*steps)[count++] =
            (struct step){one->frame, next->x_um - one->x_um, next->y_um - one->y_um, one->y_um};
    }
    return count;
}

/* Means and the regression of the x step on y, against speed times frame time. */
static void drift_and_shear_carry_the_particles(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = sharp_scene(200);
    scene.drift_x_um_per_s = 50;
    scene.drift_y_um_per_s = -7;
    scene.shear_per_s = 0.5;
    struct simulated out = simulate(arena, &scene, 1);
    struct step *steps = NULL;
    size_t count = collect_steps(arena, &scene, &out, &steps);
    double middle_um = (511.0 / 2) * 0.14;
    double x = 0, y = 0, slope = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        double height = steps[i].from_y_um - middle_um;
        x += (steps[i].x_um - 0.04 * (50 + 0.5 * height)) / (double)count;
        y += steps[i].y_um / (double)count;
        slope += (steps[i].x_um - 0.04 * 50) * height;
        squares += height * height;
    }
    double sd_um = sqrt(2 * diffusion_100nm * 0.04);
    assert_true(count > 5000);
    assert_near(x, 0, sd_um / sqrt((double)count));
    assert_near(y, -7 * 0.04, sd_um / sqrt((double)count));
    assert_near(slope / squares, 0.5 * 0.04, sd_um / sqrt(squares));
    arena_close(arena);
}

/* Drift during the exposure moves its mean by half of it. */
static void drift_and_blur_go_together(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = sharp_scene(1);
    struct simulated still = simulate(arena, &scene, 1);
    scene.exposure_ms = 40;
    scene.viscosity_mpa_s = 1000; /* D is a thousandth: 0.02 um in an exposure */
    scene.drift_x_um_per_s = 100;
    struct simulated drifting = simulate(arena, &scene, 1);
    size_t compared = 0;
    for (size_t i = 0; i < still.position_count; i++) {
        for (size_t j = 0; j < drifting.position_count; j++) {
            if (still.positions[i].number != drifting.positions[j].number)
                continue;
            double moved_um = (drifting.positions[j].x_px - still.positions[i].x_px) * 0.14;
            assert_true(fabs(moved_um - 100 * 0.02) < 0.1);
            compared++;
        }
    }
    assert_true(compared > 20);
    arena_close(arena);
}

static void dropped_frames_hold_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.dropped = 0.2;
    scene.frames = 1000;
    scene.concentration_per_ml = 3e8;
    scene.false_spots = 1;
    bool *seen = arena_take(arena, 1000);
    bool *true_in = arena_take(arena, 1000);
    struct simulated out = simulate(arena, &scene, 1);
    size_t recorded = 0;
    for (size_t i = 0; i < out.observation_count; i++)
        seen[out.observations[i].frame] = true;
    for (size_t i = 0; i < out.position_count; i++)
        true_in[out.positions[i].frame] = true;
    for (size_t i = 0; i < 1000; i++) {
        recorded += true_in[i];
        assert_true(true_in[i] || !seen[i]);
    }
    assert_int_equal(recorded, out.truth.frames);
    assert_near((double)recorded, 800, sqrt(1000 * 0.2 * 0.8));
    arena_close(arena);
}

/* A stuck spot shows the vibration alone. */
static void stuck_spots_move_with_the_stage_alone(void **state)
{
    (void)state;
    static const double exposures_s[] = {0, 0.0325};
    for (size_t e = 0; e < 2; e++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct scene scene = sharp_scene(100);
        scene.concentration_per_ml = 0;
        scene.stuck_spots = 5;
        scene.drift_x_um_per_s = 50;
        scene.vibration_px = 0.5;
        scene.vibration_hz = 12;
        scene.exposure_ms = exposures_s[e] * 1000;
        struct simulated out = simulate(arena, &scene, 1);
        assert_true(out.position_count >= 490 && out.truth.particles == 0);
        for (size_t i = 0; i < out.position_count; i++) {
            const struct simulated_position *at = &out.positions[i];
            const struct simulated_position *first = out.positions;
            while (first->number != at->number)
                first++;
            /* The mean of a sine over the exposure, by the midpoint rule. */
            double expected = 0;
            for (int k = 0; k < 1000; k++)
                expected +=
                    0.5 / 1000 *
                    (sin(24 * acos(-1) * (at->frame * 0.04 + exposures_s[e] * (k + 0.5) / 1000)) -
                     sin(24 * acos(-1) *
                         (first->frame * 0.04 + exposures_s[e] * (k + 0.5) / 1000)));
            assert_true(at->number < 0 && at->z_um == 0 && at->y_px == first->y_px);
            assert_true(fabs(at->x_px - first->x_px - expected) < 1e-6);
        }
        arena_close(arena);
    }
}

/* From 10 to 50 C; IAPWS 2008 gives 1305.9 and 546.5 uPa s there, so that D grows 2.727 times. */
static void a_warming_sample_diffuses_faster(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = sharp_scene(1000);
    scene.temperature_c = 10;
    scene.temperature_rise_k = 40;
    struct simulated out = simulate(arena, &scene, 1);
    struct step *steps = NULL;
    size_t count = collect_steps(arena, &scene, &out, &steps);
    double square[2] = {0, 0};
    double n[2] = {0, 0};
    for (size_t i = 0; i < count; i++) {
        if (steps[i].frame >= 20 && steps[i].frame < 980)
            continue;
        int half = steps[i].frame >= 980;
        square[half] += steps[i].x_um * steps[i].x_um + steps[i].y_um * steps[i].y_um;
        n[half] += 2;
    }
    /* 20 frames from the ends are 0.4 K inside on the average. */
    double expected = 546.5 / 1305.9 * 283.15 / 323.15;
    double ratio = square[0] / n[0] / (square[1] / n[1]);
    assert_near(ratio / expected, 1 + 0.4 * 2 * 0.024, sqrt(2 / n[0] + 2 / n[1]));
    arena_close(arena);
}

/* Who leaves the box comes in again on the other side as another particle, of the same size. */
static void a_particle_that_wraps_has_a_new_number(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = sharp_scene(400);
    scene.width_px = 128;
    scene.height_px = 128;
    scene.depth_um = 10;
    scene.box_depth_um = 30;
    scene.margin_um = 1;
    scene.memory_frames = 1000000;
    scene.drift_x_um_per_s = 20;
    struct simulated out = simulate(arena, &scene, 1);
    size_t wrapped = 0;
    double *x = arena_take(arena, 100000 * sizeof *x);
    int32_t *last = arena_take(arena, 100000 * sizeof *last);
    for (size_t i = 0; i < out.position_count; i++) {
        const struct simulated_position *at = &out.positions[i];
        assert_true(at->number >= 0 && at->number < 100000);
        wrapped += at->number >= (int64_t)out.truth.particles;
        /* 8 standard deviations of the steps beside the drift */
        if (last[at->number])
            assert_true(fabs(at->x_px - x[at->number]) * 0.14 <
                        0.8 * (at->frame + 1 - last[at->number]) +
                            8 * 0.627 * sqrt(at->frame + 1 - last[at->number]));
        x[at->number] = at->x_px;
        last[at->number] = at->frame + 1;
    }
    assert_true(wrapped > 100);
    for (size_t i = 0; i + 1 < out.observation_count; i++) {
        const struct observation *one = &out.observations[i];
        const struct observation *next = one + 1;
        if (one->particle == next->particle)
            assert_true(fabs(next->x_um - one->x_um) <
                        0.8 * (next->frame - one->frame) +
                            8 * 0.627 * sqrt(next->frame - one->frame));
    }
    arena_close(arena);
}

/* In numbers of frames between the positions of one track, and in the number of tracks. */
static size_t longest_gap(const struct simulated *out, size_t *tracks)
{
    size_t longest = 0;
    *tracks = out->observation_count > 0;
    for (size_t i = 0; i + 1 < out->observation_count; i++) {
        const struct observation *one = &out->observations[i];
        const struct observation *next = one + 1;
        *tracks += one->particle != next->particle;
        assert_true(one->particle <= next->particle);
        if (one->particle != next->particle)
            continue;
        assert_true(next->frame > one->frame);
        size_t gap = (size_t)(next->frame - one->frame - 1);
        longest = gap > longest ? gap : longest;
    }
    return longest;
}

static void a_track_ends_when_its_particle_is_missed_for_too_long(void **state)
{
    (void)state;
    static const int32_t memories[] = {0, 1, 3, 1000000};
    size_t before = SIZE_MAX;
    for (size_t i = 0; i < sizeof memories / sizeof *memories; i++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct scene scene = scene_default();
        scene.frames = 200;
        scene.missed = 0.3;
        scene.memory_frames = memories[i];
        struct simulated out = simulate(arena, &scene, 1);
        size_t tracks = 0;
        size_t longest = longest_gap(&out, &tracks);
        assert_true(i == 3 ? longest > 20 : longest == (size_t)memories[i]);
        assert_true(tracks < before);
        before = tracks;
        double seen = (double)out.observation_count;
        double offered = out.truth.in_view * (double)out.truth.frames;
        assert_near(seen / offered, 0.7, sqrt(0.3 * 0.7 / offered));
        arena_close(arena);
    }
}

static void false_spots_are_alone_and_as_many_as_asked_for(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.concentration_per_ml = 0;
    scene.false_spots = 2;
    scene.threshold_photons = 300;
    struct simulated out = simulate(arena, &scene, 1);
    assert_int_equal(out.position_count, 0);
    assert_near((double)out.observation_count, 3000, sqrt(3000));
    for (size_t i = 0; i < out.observation_count; i++) {
        const struct observation *at = &out.observations[i];
        assert_true(at->brightness >= 300 && at->x_um >= -0.07 && at->x_um < 89.53);
        assert_true(i == 0 || at->particle == at[-1].particle + 1);
    }
    arena_close(arena);
}

static bool same(const struct simulated *one, const struct simulated *other)
{
    if (one->observation_count != other->observation_count ||
        one->position_count != other->position_count)
        return false;
    for (size_t i = 0; i < one->observation_count; i++)
        if (one->observations[i].x_um != other->observations[i].x_um ||
            one->observations[i].brightness != other->observations[i].brightness)
            return false;
    for (size_t i = 0; i < one->position_count; i++)
        if (one->positions[i].number != other->positions[i].number ||
            one->positions[i].z_um != other->positions[i].z_um)
            return false;
    return true;
}

static void a_seed_repeats_itself_and_no_other(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 20;
    scene.false_spots = 1;
    struct simulated first = simulate(arena, &scene, 7);
    struct simulated again = simulate(arena, &scene, 7);
    struct simulated other = simulate(arena, &scene, 8);
    assert_true(same(&first, &again));
    assert_false(same(&first, &other));
    arena_close(arena);
}

/* The same under gcc and clang and at every optimisation; libraries may differ in the last bit. */
static void a_seed_gives_these_numbers(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 20;
    scene.sheet_um = 2;
    scene.populations[0].ln_sd = 0.4;
    scene.noise_factor = 1;
    scene.threshold_photons = 200;
    scene.false_spots = 1;
    struct simulated out = simulate(arena, &scene, 1);
    const struct observation *middle = &out.observations[out.observation_count / 2];
    const struct simulated_position *last = &out.positions[out.position_count - 1];
    assert_int_equal(out.observation_count, 790);
    assert_int_equal(out.position_count, 1356);
    assert_int_equal(middle->frame, 19);
    assert_int_equal(middle->particle, 43);
    assert_true(fabs(middle->x_um - 25.543509181897033) < 1e-9);
    assert_true(fabs(middle->y_um - 35.159426213602742) < 1e-9);
    assert_true(fabs(middle->brightness - 5360.6331739281695) < 1e-6);
    assert_int_equal(last->number, 172);
    assert_true(fabs(last->z_um - 2.7569178184744101) < 1e-9);
    assert_true(fabs(last->photons - 326.07051223311583) < 1e-6);
    arena_close(arena);
}

/* Means are drawn with the step at once where brightness is even, and refined where it is not: the
 * ways are the same. */
static void a_sheet_leaves_the_ways_as_they_are(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene slab = scene_default();
    slab.frames = 100;
    slab.depth_um = 12;
    slab.box_depth_um = 36;
    struct scene sheet = slab;
    sheet.sheet_um = 3;
    struct simulated even = simulate(arena, &slab, 3);
    struct simulated uneven = simulate(arena, &sheet, 3);
    assert_int_equal(even.position_count, uneven.position_count);
    for (size_t i = 0; i < even.position_count; i++) {
        assert_true(even.positions[i].x_px == uneven.positions[i].x_px);
        assert_true(even.positions[i].z_um == uneven.positions[i].z_um);
        assert_true(even.positions[i].number == uneven.positions[i].number);
    }
    arena_close(arena);
}

static void the_truth_names_sizes_in_box_and_view(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct scene scene = scene_default();
    scene.frames = 100;
    scene.concentration_per_ml = 3e10;
    scene.populations[0] = (struct scene_population){1, 90, 0.4};
    struct simulated out = simulate(arena, &scene, 1);
    const struct simulated_truth *truth = &out.truth;
    double n = (double)truth->particles;
    assert_near(n, 3e10 * truth->box_ml, sqrt(n));
    assert_true(fabs(truth->concentration_per_ml * truth->box_ml - n) < 1e-6 * n);
    /* Standard error of a quantile of a normal: sqrt(p (1 - p) / n) over its density there. */
    assert_near(log(truth->box.d50_nm / 90), 0, 0.4 * sqrt(0.25 / n) / 0.39894);
    assert_near(log(truth->box.d10_nm / 90), -0.4 * 1.28155, 0.4 * sqrt(0.09 / n) / 0.17550);
    assert_near(log(truth->box.d90_nm / 90), 0.4 * 1.28155, 0.4 * sqrt(0.09 / n) / 0.17550);
    /* A third of the box is in view, at any time. */
    assert_near(log(truth->view.d50_nm / 90), 0, 0.4 * sqrt(0.25 / truth->in_view) / 0.39894);
    assert_true(truth->view.d10_nm < truth->view.d50_nm && truth->view.d50_nm < truth->view.d90_nm);
    assert_true(fabs(truth->view_um2 - 89.6 * 71.68) < 1e-6 && truth->depth_um == 5);
    arena_close(arena);
}

/* The parts of an exposure: their mean is that of the moment, and the part k has the variance
 * 2 D h (k + 1/3) about the start, and the covariance 2 D h (k + 1/2) with all later ones. */
static void the_parts_of_an_exposure_diffuse_freely(void **state)
{
    (void)state;
    enum { FRAMES = 20000, PARTS = 8 };
    struct arena *arena = arena_open(ROOM_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct scene scene = scene_default();
    struct stage stage;
    double covariance[PARTS][PARTS] = {{0}};
    scene.frames = FRAMES;
    scene.concentration_per_ml = 1e8;
    assert_true(stage_set(arena, &fault, &scene, 1, &stage));
    struct body body = body_make(&stage, 0);
    for (int32_t frame = 0; frame < FRAMES; frame++) {
        struct moment moment;
        struct passage passage;
        body_expose(&stage, &body, frame, &moment);
        body_refine(&stage, &body, &moment, &passage);
        assert_int_equal(passage.parts, PARTS);
        for (int axis = 0; axis < 3; axis++) {
            double mean = 0;
            for (int k = 0; k < PARTS; k++) {
                mean += passage.at_um[axis][k] / PARTS;
                for (int l = k; l < PARTS; l++)
                    covariance[k][l] += (passage.at_um[axis][k] - moment.start_um[axis]) *
                                        (passage.at_um[axis][l] - moment.start_um[axis]) /
                                        (3.0 * FRAMES);
            }
            assert_true(fabs(mean - moment.mean_um[axis]) < 1e-9);
        }
    }
    double unit = 2 * diffusion_100nm * 0.0325 / PARTS;
    for (int k = 0; k < PARTS; k++) {
        for (int l = k; l < PARTS; l++) {
            double expected = unit * (k == l ? k + 1.0 / 3 : k + 0.5);
            double product = unit * unit * (k + 1.0 / 3) * (l + 1.0 / 3) + expected * expected;
            assert_near(covariance[k][l], expected, sqrt(product / (3.0 * FRAMES)));
        }
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drift_and_shear_carry_the_particles),
        cmocka_unit_test(drift_and_blur_go_together),
        cmocka_unit_test(dropped_frames_hold_nothing),
        cmocka_unit_test(stuck_spots_move_with_the_stage_alone),
        cmocka_unit_test(a_warming_sample_diffuses_faster),
        cmocka_unit_test(a_particle_that_wraps_has_a_new_number),
        cmocka_unit_test(a_track_ends_when_its_particle_is_missed_for_too_long),
        cmocka_unit_test(false_spots_are_alone_and_as_many_as_asked_for),
        cmocka_unit_test(a_seed_repeats_itself_and_no_other),
        cmocka_unit_test(a_seed_gives_these_numbers),
        cmocka_unit_test(a_sheet_leaves_the_ways_as_they_are),
        cmocka_unit_test(the_truth_names_sizes_in_box_and_view),
        cmocka_unit_test(the_parts_of_an_exposure_diffuse_freely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
