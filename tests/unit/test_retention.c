/* test_retention.c: does the retention agree with walks that are followed step by step? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"
#include "measure/random.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdlib.h>

enum { ROOM = 60000 };

static struct measure_retention retention(const struct measure_slab *slab, double diffusion)
{
    static double room[ROOM];
    struct measure_retention result = {0};
    assert_in_range(measure_retention_room(slab), 1, ROOM);
    assert_int_equal(measure_retention(slab, diffusion, room, &result), MEASURED);
    return result;
}

/* Water at 25 C: 100 nm diffuse with 4.907 um2/s. */
static double kept(size_t positions_least, double size_nm)
{
    struct measure_slab slab = {
        .depth_um = 5, .frame_s = 0.04, .frames = 1500, .positions_least = positions_least};
    return retention(&slab, 490.7 / size_nm).frames_kept;
}

/* Means over classes of size, simulated for the design: 40-60, 80-120 and 180-300 nm. */
static void the_retention_is_that_of_the_design(void **state)
{
    (void)state;
    assert_true(fabs(kept(10, 50) - 0.69) < 0.02);
    assert_true(fabs(kept(10, 100) - 0.80) < 0.02);
    assert_true(fabs(kept(10, 240) - 0.87) < 0.02);
    assert_true(fabs(kept(30, 50) - 0.17) < 0.02);
    assert_true(fabs(kept(30, 100) - 0.42) < 0.02);
    assert_true(fabs(kept(30, 240) - 0.68) < 0.03);
}

static void every_frame_is_kept_where_one_position_is_enough(void **state)
{
    (void)state;
    struct measure_slab slab = {
        .depth_um = 5, .frame_s = 0.04, .frames = 100, .positions_least = 1};
    for (int missed = 0; missed < 2; missed++) {
        slab.missed_frame_allowed = missed == 1;
        for (double diffusion = 0.1; diffusion < 100; diffusion *= 3)
            assert_true(retention(&slab, diffusion).frames_kept == 1);
    }
}

static void longer_tracks_and_smaller_particles_are_kept_less(void **state)
{
    (void)state;
    double before = 1;
    for (size_t least = 2; least <= 40; least += 2) {
        double now = kept(least, 80);
        assert_true(now < before && now > 0);
        assert_true(kept(least, 90) > now);
        before = now;
    }
}

/* From some depth on only the faces lose tracks: twice as deep, half the loss. The two depths lie
 * on both sides of where the computation begins to use that. */
static void a_deep_slab_loses_at_its_faces_alone(void **state)
{
    (void)state;
    struct measure_slab slab = {
        .depth_um = 9, .frame_s = 0.04, .frames = 1000, .positions_least = 6};
    struct measure_slab deeper = slab;
    deeper.depth_um = 18;
    for (int missed = 0; missed < 2; missed++) {
        slab.missed_frame_allowed = deeper.missed_frame_allowed = missed == 1;
        struct measure_retention one = retention(&slab, 3), other = retention(&deeper, 3);
        assert_true(fabs((1 - one.frames_kept) / (1 - other.frames_kept) - 2) < 1e-6);
    }
}

struct tally {
    double in_view;
    double kept;
    double tracks;
    double lengths[MEASURE_LENGTHS + 1]; /* of the tracks kept */
};

/* Follows one particle through a video and cuts its frames in view into tracks. */
static void follow(struct random *random, const struct measure_slab *slab, double step_um,
                   struct tally *tally)
{
    double box_um = 8 * slab->depth_um, z_um = box_um * random_uniform(random);
    size_t positions = 0, away = 0;
    for (size_t i = 0; i <= slab->frames; i++) {
        bool seen = i < slab->frames && z_um < slab->depth_um;
        away = seen ? 0 : away + 1;
        if (positions > 0 && (i == slab->frames || away > (slab->missed_frame_allowed ? 1 : 0))) {
            tally->kept += positions >= slab->positions_least ? (double)positions : 0;
            tally->tracks += positions >= slab->positions_least;
            tally->lengths[positions] += positions >= slab->positions_least;
            positions = 0;
        }
        positions += seen;
        tally->in_view += seen;
        z_um = fmod(z_um + step_um * random_normal(random) + box_um, box_um);
    }
}

/* 30,000 particles over eight depths: about 90,000 frames in view of about 3,700 particles, of each
 * of which at most all and at least none is kept: standard error below 0.5/sqrt(3,700) = 0.008. The
 * video is as short as is allowed, so that its ends count for much. */
static void walks_followed_step_by_step_agree(void **state)
{
    (void)state;
    for (int missed = 0; missed < 2; missed++) {
        struct measure_slab slab = {.depth_um = 3,
                                    .frame_s = 0.04,
                                    .frames = 16,
                                    .positions_least = 8,
                                    .missed_frame_allowed = missed == 1};
        struct tally tally = {0};
        for (uint64_t p = 0; p < 30000; p++) {
            struct random random = random_stream(11, p);
            follow(&random, &slab, sqrt(2 * 2. * slab.frame_s), &tally);
        }
        struct measure_retention computed = retention(&slab, 2);
        assert_true(fabs(tally.kept / tally.in_view - computed.frames_kept) < 4 * 0.008);
        assert_true(fabs(tally.tracks / tally.in_view / computed.tracks_per_view - 1) < 0.06);
    }
}

/* About 12,000 tracks: a part of them is known to sqrt(part/12,000), and half again as well because
 * a particle leaves several. */
static void tracks_are_as_long_as_walks_followed_step_by_step(void **state)
{
    (void)state;
    for (int missed = 0; missed < 2; missed++) {
        struct measure_slab slab = {.depth_um = 3,
                                    .frame_s = 0.04,
                                    .frames = 60,
                                    .positions_least = 4,
                                    .missed_frame_allowed = missed == 1};
        struct tally tally = {0};
        for (uint64_t p = 0; p < 15000; p++) {
            struct random random = random_stream(12, p);
            follow(&random, &slab, sqrt(2 * 2. * slab.frame_s), &tally);
        }
        struct measure_retention computed = retention(&slab, 2);
        double sum = 0, longer = 0;
        assert_int_equal(computed.long_from, 30);
        for (size_t n = 0; n < 30; n++) {
            double part = tally.lengths[n] / tally.tracks;
            assert_true(fabs(part - computed.lengths[n]) <=
                        6 * sqrt(computed.lengths[n] / tally.tracks));
            sum += computed.lengths[n];
        }
        for (size_t n = 30; n <= 60; n++)
            longer += tally.lengths[n] / tally.tracks;
        assert_true(fabs(sum + computed.lengths[30] - 1) < 1e-12);
        assert_true(fabs(longer - computed.lengths[30]) < 6 * sqrt(longer / tally.tracks));
        assert_true(measure_length_log(&computed, 59) == log(computed.lengths[30]));
        assert_true(measure_length_log(&computed, 9) == log(computed.lengths[9]));
        assert_true(measure_length_log(&computed, 3) == -INFINITY);
    }
}

/* Where next to nothing stays, what is left is small, but a number above zero, and not rounding. */
static void what_hardly_stays_is_told_without_rounding(void **state)
{
    (void)state;
    struct measure_slab slab = {
        .depth_um = 1, .frame_s = 0.04, .frames = 1500, .positions_least = 20};
    double before = 1;
    for (double diffusion = 1; diffusion < 50; diffusion *= 1.5) {
        struct measure_retention now = retention(&slab, diffusion);
        assert_true(now.frames_kept > 0 && now.frames_kept < before);
        assert_true(now.tracks_per_view > 0 && now.tracks_per_view < now.frames_kept / 19.99);
        assert_true(now.tracks_per_view > now.frames_kept / 60);
        before = now.frames_kept;
    }
    /* The last step is 1.74 um: each frame less than 1/(1.74 sqrt(2 pi)) = 0.23 stay. */
    assert_true(before < 20 * pow(0.23, 19));
}

static void slabs_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    struct measure_slab good = {
        .depth_um = 5, .frame_s = 0.04, .frames = 100, .positions_least = 10};
    struct measure_slab wrong[] = {good, good, good, good, good, good};
    wrong[0].depth_um = 0;
    wrong[1].depth_um = NAN;
    wrong[2].frame_s = -1;
    wrong[3].positions_least = 0;
    wrong[4].positions_least = 101;
    wrong[5].frames = 19;
    struct measure_retention result = {0};
    double room[1] = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(measure_retention_room(&wrong[i]), 0);
        assert_int_equal(measure_retention(&wrong[i], 5, room, &result), MEASURED_OUTSIDE);
    }
    assert_int_equal(measure_retention(&good, NAN, room, &result), MEASURED_MALFORMED);
    assert_int_equal(measure_retention(&good, 0, room, &result), MEASURED_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_retention_is_that_of_the_design),
        cmocka_unit_test(every_frame_is_kept_where_one_position_is_enough),
        cmocka_unit_test(longer_tracks_and_smaller_particles_are_kept_less),
        cmocka_unit_test(a_deep_slab_loses_at_its_faces_alone),
        cmocka_unit_test(walks_followed_step_by_step_agree),
        cmocka_unit_test(tracks_are_as_long_as_walks_followed_step_by_step),
        cmocka_unit_test(what_hardly_stays_is_told_without_rounding),
        cmocka_unit_test(slabs_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
