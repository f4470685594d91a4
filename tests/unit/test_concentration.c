/* test_concentration.c: a count becomes a concentration whose every doubt has a name. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/counting.h"
#include "measure/random.h"
#include "test.h"

#include <math.h>

enum { FRAMES = 1500 };

static const struct measure_factors sharp = {.dilution = 1};

/* n spots per frame in 10,000 um2 and 5 um, so that one spot is 2e-5 um-3. */
static struct measure_density video_of(double per_frame, double correlation_frames)
{
    return (struct measure_density){.frames = FRAMES,
                                    .per_frame = per_frame,
                                    .per_um3 = per_frame * 2e-5,
                                    .equal_per_frame = per_frame,
                                    .heaviest_um3 = 2e-5,
                                    .correlation_frames = correlation_frames};
}

static struct measure_concentration found(const struct measure_density *videos, size_t count)
{
    struct measure_concentration result;
    assert_int_equal(measure_concentration(videos, count, NULL, 0, &sharp, &result), MEASURED);
    return result;
}

static bool close_to(double value, double truth, double relative)
{
    return fabs(value - truth) <= relative * fabs(truth);
}

static void classes_are_weighed_by_depth_and_efficiency(void **state)
{
    const double edges[] = {0, 1, 2};
    const double depths_um[] = {2, 5};
    const double efficiencies[] = {0.5, 1};
    const double false_per_frame[] = {0.25, 0};
    double counts_of[] = {1, 3, 2, 2, 10, 12, 8, 10}, series[4];
    struct measure_counts counts = {
        .view = {0, 0, 120, 120, 10}, .classes = {edges, 2, 1}, .frames = 4, .counts = counts_of};
    const struct measure_yield yield = {depths_um, efficiencies, false_per_frame};
    struct measure_density density;
    (void)state;
    assert_int_equal(measure_density(&counts, &yield, series, &density), MEASURED);
    /* ((2 - 0.25)/(2 x 0.5) + 10/5)/10,000 */
    assert_true(close_to(density.per_um3, 3.75e-4, 1e-12));
    assert_true(close_to(density.false_per_um3, 0.25e-4, 1e-12));
    assert_true(close_to(density.per_frame, 12, 1e-12));
    /* (2 x 1 + 10 x 0.2)2/(2 x 1 + 10 x 0.04) */
    assert_true(close_to(density.equal_per_frame, 16 / 2.4, 1e-12));
    assert_true(close_to(density.heaviest_um3, 1e-4, 1e-12));
    assert_true(close_to(series[1], (3 + 12 * 0.2 - 0.25) / 1e4, 1e-12));
    struct measure_factors diluted = {.dilution = 100};
    struct measure_concentration result;
    assert_int_equal(measure_concentration(&density, 1, NULL, 0, &diluted, &result), MEASURED);
    assert_true(close_to(result.per_ml, 3.75e-4 * 1e12 * 100, 1e-12));
}

static void yields_that_make_no_sense_are_refused(void **state)
{
    double depth_um = 0, efficiency = 1, false_spots = 0, count_of = 1, series = 0;
    struct measure_counts counts = {
        .view = {0, 0, 120, 120, 10}, .classes = {NULL, 1, 0}, .frames = 1, .counts = &count_of};
    const struct measure_yield yield = {&depth_um, &efficiency, &false_spots};
    struct measure_density density;
    (void)state;
    assert_int_equal(measure_density(&counts, &yield, &series, &density), MEASURED_OUTSIDE);
    depth_um = NAN;
    assert_int_equal(measure_density(&counts, &yield, &series, &density), MEASURED_MALFORMED);
    depth_um = 5;
    efficiency = 1.001;
    assert_int_equal(measure_density(&counts, &yield, &series, &density), MEASURED_OUTSIDE);
    efficiency = 1;
    false_spots = -0.001;
    assert_int_equal(measure_density(&counts, &yield, &series, &density), MEASURED_OUTSIDE);
    false_spots = 0;
    assert_int_equal(measure_density(&counts, &yield, &series, &density), MEASURED);
    counts.view.guard_um = 60;
    assert_int_equal(measure_density(&counts, &yield, &series, &density), MEASURED_OUTSIDE);
}

/* The table of the method's description: 63 frames of memory, relative standard uncertainty. */
static void the_counting_term_is_that_of_the_particles_seen_independently(void **state)
{
    static const struct {
        double per_frame;
        size_t frames;
        size_t videos;
        double percent;
    } rows[] = {{10, 750, 1, 9.2},  {10, 1500, 1, 6.5}, {10, 1500, 5, 2.9},  {20, 750, 1, 6.5},
                {20, 1500, 1, 4.6}, {20, 1500, 5, 2.0}, {50, 750, 1, 4.1},   {50, 1500, 1, 2.9},
                {50, 1500, 5, 1.3}, {100, 750, 1, 2.9}, {100, 1500, 1, 2.0}, {100, 1500, 5, 0.9}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct measure_density videos[5];
        for (size_t k = 0; k < 5; k++) {
            videos[k] = video_of(rows[i].per_frame, 63);
            videos[k].frames = rows[i].frames;
        }
        struct measure_concentration result = found(videos, rows[i].videos);
        assert_true(fabs(100 * result.relative_sd - rows[i].percent) < 0.06);
        assert_true(close_to(result.independent,
                             rows[i].per_frame * (double)(rows[i].frames * rows[i].videos) / 63,
                             1e-9));
        assert_int_equal(result.largest, MEASURE_TERM_COUNTING);
        assert_true(close_to(result.expanded, 2 * result.relative_sd, 1e-12));
    }
}

static void no_count_gives_an_upper_limit_instead_of_zero(void **state)
{
    struct measure_density empty = video_of(0, 0);
    struct measure_concentration result = found(&empty, 1);
    struct measure_factors factors = {.dilution = 10, .correlation_frames = 15};
    (void)state;
    assert_true(result.upper_limit && !result.budget_known);
    assert_true(fabs(result.per_ml) < 1e-9 && fabs(result.low_per_ml) < 1e-9);
    /* -ln(0.025) = 3.689 particles in one look, where nothing says how many looks there were. */
    assert_true(close_to(result.high_per_ml, 3.68888 * 2e-5 * 1e12, 1e-5));
    assert_int_equal(measure_concentration(&empty, 1, NULL, 0, &factors, &result), MEASURED);
    assert_true(close_to(result.high_per_ml, 3.68888 * 2e-5 * 1e12 * 10 / 100, 1e-5));
}

static void one_frame_is_one_look(void **state)
{
    struct measure_density video = video_of(10, 0);
    (void)state;
    video.frames = 1;
    struct measure_concentration result = found(&video, 1);
    assert_true(close_to(result.independent, 10, 1e-12));
    /* Garwood's interval of 10: 4.795 to 18.39. */
    assert_true(close_to(result.low_per_ml / result.per_ml, 0.47954, 1e-4));
    assert_true(close_to(result.high_per_ml / result.per_ml, 1.83904, 1e-4));
    assert_false(result.upper_limit);
}

static void a_dilution_that_is_not_known_is_refused(void **state)
{
    static const double wrong[] = {0, 0.999, -2};
    struct measure_density video = video_of(10, 20);
    struct measure_concentration result;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct measure_factors factors = {.dilution = wrong[i]};
        assert_int_equal(measure_concentration(&video, 1, NULL, 0, &factors, &result),
                         MEASURED_OUTSIDE);
    }
    struct measure_factors factors = {.dilution = NAN};
    assert_int_equal(measure_concentration(&video, 1, NULL, 0, &factors, &result),
                     MEASURED_MALFORMED);
    factors = (struct measure_factors){.dilution = 1, .volume_sd = -0.01};
    assert_int_equal(measure_concentration(&video, 1, NULL, 0, &factors, &result),
                     MEASURED_OUTSIDE);
    assert_int_equal(measure_concentration(&video, 0, NULL, 0, &sharp, &result), MEASURED_NOT);
    video.per_um3 = NAN;
    assert_int_equal(measure_concentration(&video, 1, NULL, 0, &sharp, &result),
                     MEASURED_MALFORMED);
}

static void every_term_stands_in_the_budget_and_the_largest_is_named(void **state)
{
    struct measure_density video = video_of(50, 63), blank = video_of(2, 63);
    struct measure_factors factors = {.dilution = 20,
                                      .dilution_sd = 0.01,
                                      .volume_sd = 0.05,
                                      .efficiency_sd = 0.02,
                                      .false_sd = 0.3};
    struct measure_concentration result;
    double sum = 0, net = 48 * 2e-5;
    (void)state;
    video.false_per_um3 = 1e-5;
    assert_int_equal(measure_concentration(&video, 1, &blank, 1, &factors, &result), MEASURED);
    const double expected[MEASURE_TERMS] = {
        [MEASURE_TERM_COUNTING] = (50 * 2e-5 + 1e-5) / sqrt(50.0 * FRAMES / 63) / net,
        [MEASURE_TERM_DILUTION] = 0.01,
        [MEASURE_TERM_VOLUME] = 0.05,
        [MEASURE_TERM_EFFICIENCY] = 0.02,
        [MEASURE_TERM_FALSE] = 0.3 * 1e-5 / net,
        [MEASURE_TERM_BLANK] = 2 * 2e-5 / sqrt(2.0 * FRAMES / 63) / net,
    };
    for (int i = MEASURE_TERM_COUNTING; i < MEASURE_TERMS; i++) {
        assert_true(fabs(result.terms[i].relative_sd - expected[i]) < 1e-12);
        sum += expected[i] * expected[i];
        assert_string_not_equal(measure_term_name((enum measure_term)i), "none");
    }
    assert_true(close_to(result.relative_sd, sqrt(sum), 1e-12));
    assert_int_equal(result.largest, MEASURE_TERM_VOLUME);
    assert_true(close_to(result.per_ml, net * 20 * 1e12, 1e-12));
    assert_true(close_to(result.blank_per_ml, 2 * 2e-5 * 20 * 1e12, 1e-12));
    assert_true(result.low_per_ml > 0 && result.low_per_ml < result.per_ml);
    assert_true(result.high_per_ml > result.per_ml);
    assert_string_equal(measure_term_name(MEASURE_TERMS), "none");
}

static void the_spread_of_the_videos_counts_only_beyond_their_counting_noise(void **state)
{
    struct measure_density videos[5];
    (void)state;
    for (size_t i = 0; i < 5; i++)
        videos[i] = video_of(50, 63);
    struct measure_concentration level = found(videos, 5);
    assert_true(level.terms[MEASURE_TERM_VIDEOS].relative_sd < 1e-12);
    static const double factors[] = {0.8, 0.9, 1, 1.1, 1.2};
    for (size_t i = 0; i < 5; i++)
        videos[i] = video_of(50 * factors[i], 63);
    struct measure_concentration uneven = found(videos, 5);
    /* s2/k of 0.8, 0.9, 1, 1.1, 1.2 is 0.025/5: the counting noise and what is beyond it. */
    assert_true(close_to(uneven.relative_sd, sqrt(0.025 / 5), 1e-9));
    assert_true(close_to(uneven.terms[MEASURE_TERM_COUNTING].relative_sd, level.relative_sd, 1e-9));
    assert_int_equal(uneven.largest, MEASURE_TERM_VIDEOS);
    assert_true(uneven.degrees > 4 && uneven.degrees < 8);
    assert_true(uneven.high_per_ml - uneven.low_per_ml >
                3 * (level.high_per_ml - level.low_per_ml));
}

static void a_blank_like_the_sample_leaves_a_limit_and_one_above_it_no_negative(void **state)
{
    struct measure_density video = video_of(5, 63), blank = video_of(5, 63);
    struct measure_concentration result;
    (void)state;
    assert_int_equal(measure_concentration(&video, 1, &blank, 1, &sharp, &result), MEASURED);
    assert_true(result.upper_limit && fabs(result.per_ml) < 1e-3);
    assert_true(result.high_per_ml > 0);
    blank = video_of(9, 63);
    assert_int_equal(measure_concentration(&video, 1, &blank, 1, &sharp, &result), MEASURED);
    assert_true(result.upper_limit && fabs(result.per_ml) < 1e-9);
    assert_true(close_to(result.difference_per_ml, -4 * 2e-5 * 1e12, 1e-9));
    assert_true(fabs(result.low_per_ml) < 1e-9 && result.high_per_ml > 0);
}

static void more_counts_never_lower_the_concentration_and_scales_pass_through(void **state)
{
    struct measure_concentration before = {0};
    (void)state;
    for (double per_frame = 0.1; per_frame < 300; per_frame *= 1.2) {
        struct measure_density video = video_of(per_frame, 63), blank = video_of(1, 63);
        struct measure_concentration result, diluted;
        struct measure_factors factors = {.dilution = 1, .volume_sd = 0.05};
        assert_int_equal(measure_concentration(&video, 1, &blank, 1, &factors, &result), MEASURED);
        assert_true(result.per_ml >= before.per_ml);
        assert_true(result.difference_per_ml > before.difference_per_ml || before.per_frame <= 0);
        assert_true(result.high_per_ml > before.high_per_ml);
        assert_true(result.low_per_ml >= before.low_per_ml);
        assert_true(result.low_per_ml <= result.per_ml && result.per_ml <= result.high_per_ml);
        before = result;
        factors.dilution = 7;
        assert_int_equal(measure_concentration(&video, 1, &blank, 1, &factors, &diluted), MEASURED);
        assert_true(fabs(diluted.high_per_ml / result.high_per_ml - 7) < 1e-9);
        assert_true(fabs(diluted.per_ml - 7 * result.per_ml) <= 1e-9 * diluted.per_ml);
    }
}

/* 4,000 draws of 4 videos with independent frames. The mean net count has a standard error of
 * sqrt((3 + 1)/4/4000) = 0.016 spots; the limit is 4 of them. The interval of a Poisson difference
 * with so few counts covers at least its 95 %, less 4 x 0.35 %. */
static void a_blank_is_taken_off_without_bias_and_the_interval_covers(void **state)
{
    enum { DRAWS = 4000, VIDEOS = 4 };
    struct random random = random_stream(11, 4);
    double sum = 0;
    int covered = 0;
    (void)state;
    for (int i = 0; i < DRAWS; i++) {
        struct measure_density videos[VIDEOS], blanks[VIDEOS];
        struct measure_concentration result;
        for (int k = 0; k < VIDEOS; k++) {
            videos[k] = video_of((double)random_poisson(&random, 3), 0);
            blanks[k] = video_of((double)random_poisson(&random, 1), 0);
        }
        assert_int_equal(measure_concentration(videos, VIDEOS, blanks, VIDEOS, &sharp, &result),
                         MEASURED);
        sum += result.difference_per_ml / (2e-5 * 1e12) / DRAWS;
        covered += result.low_per_ml <= 2 * 2e-5 * 1e12 && result.high_per_ml >= 2 * 2e-5 * 1e12;
    }
    assert_true(fabs(sum - 2) < 4 * 0.016);
    assert_in_range(covered, (int)(0.936 * DRAWS), DRAWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(classes_are_weighed_by_depth_and_efficiency),
        cmocka_unit_test(yields_that_make_no_sense_are_refused),
        cmocka_unit_test(the_counting_term_is_that_of_the_particles_seen_independently),
        cmocka_unit_test(no_count_gives_an_upper_limit_instead_of_zero),
        cmocka_unit_test(one_frame_is_one_look),
        cmocka_unit_test(a_dilution_that_is_not_known_is_refused),
        cmocka_unit_test(every_term_stands_in_the_budget_and_the_largest_is_named),
        cmocka_unit_test(the_spread_of_the_videos_counts_only_beyond_their_counting_noise),
        cmocka_unit_test(a_blank_like_the_sample_leaves_a_limit_and_one_above_it_no_negative),
        cmocka_unit_test(more_counts_never_lower_the_concentration_and_scales_pass_through),
        cmocka_unit_test(a_blank_is_taken_off_without_bias_and_the_interval_covers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
