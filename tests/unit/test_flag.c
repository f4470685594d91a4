/* test_flag.c: each flag is raised by its cause, by nothing else, and never by ignorance. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/flag.h"
#include "measure/measure.h"
#include "test.h"

#include <math.h>

enum { VIDEOS = 5 };

struct measurement {
    struct flag_video videos[VIDEOS];
    struct flag_facts facts;
};

static struct flag_fact is(double value)
{
    return (struct flag_fact){true, value};
}

/* Five videos of 60 s in which nothing is wrong. */
static struct measurement good(void)
{
    static const double away[VIDEOS] = {-0.03, 0.01, 0.02, -0.01, 0.01};
    struct measurement good = {.facts = {.video_count = VIDEOS,
                                         .tracks = is(3000),
                                         .area_um2 = is(12000),
                                         .link_um = is(2.6),
                                         .medium = MEDIUM_WATER,
                                         .viscosity_mpa_s = is(0.89),
                                         .dilution = is(100),
                                         .exposure = EXPOSURE_RECORDED}};
    for (size_t i = 0; i < VIDEOS; i++)
        good.videos[i] = (struct flag_video){
            .count_per_frame = is(50 * (1 + away[i])),
            .count_variance = is(50 * (1 - 2 * away[i])),
            .independent_frames = is(25),
            .trend = is(away[i]),
            .trend_sd = is(0.1),
            .d50_nm = is(100 * (1 - away[i])),
            .temperature_c = is(25 + away[i]),
            .drift_um = is(0.02),
            .rms_step_um = is(0.6),
            .vibration_ratio = is(1.02),
            .vibration_limit = is(1.09),
            .saturated_share = is(0.001),
            .background_step = is(0.01),
            .dropped_share = is(0),
            .centres_per_particle = is(1.15),
            .valid_tracks = is(300),
            .completed_tracks = is(1000),
        };
    return good;
}

static enum flag_state judge(struct measurement *measurement, struct flag flags[FLAGS])
{
    const struct flag_limits limits = flag_limits_default();
    measurement->facts.videos = measurement->videos;
    return flags_raise(&measurement->facts, &limits, flags);
}

/* A row changes the good measurement in one respect. */
struct row {
    enum flag_kind kind;
    enum flag_state state;
    void (*change)(struct measurement *measurement, double to);
    double to;
};

static void tracks(struct measurement *m, double to)
{
    m->facts.tracks = is(to);
}

static void count_of_all(struct measurement *m, double to)
{
    for (size_t i = 0; i < VIDEOS; i++)
        m->videos[i].count_per_frame.value *= to / 50;
}

static void link_um(struct measurement *m, double to)
{
    m->facts.link_um = is(to);
}

static void drift_um(struct measurement *m, double to)
{
    m->videos[2].drift_um = is(to);
}

static void vibration(struct measurement *m, double to)
{
    m->videos[1].vibration_ratio = is(to);
}

static void saturated(struct measurement *m, double to)
{
    m->videos[4].saturated_share = is(to);
}

static void background(struct measurement *m, double to)
{
    m->videos[0].background_step = is(to);
}

static void trend(struct measurement *m, double to)
{
    for (size_t i = 0; i < VIDEOS; i++)
        m->videos[i].trend = is(to);
}

static void one_count(struct measurement *m, double to)
{
    m->videos[3].count_per_frame = is(to);
}

static void one_variance(struct measurement *m, double to)
{
    m->videos[3].count_variance = is(to);
}

static void one_d50(struct measurement *m, double to)
{
    m->videos[3].d50_nm = is(to);
}

static void one_temperature_known(struct measurement *m, double to)
{
    m->videos[3].temperature_c.known = to > 0;
}

static void temperature_range(struct measurement *m, double to)
{
    for (size_t i = 0; i < VIDEOS; i++)
        m->videos[i].temperature_c = is(25 + (i == 4 ? to : 0));
}

static void viscosity(struct measurement *m, double to)
{
    m->facts.viscosity_mpa_s = is(to);
}

static void dilution(struct measurement *m, double to)
{
    m->facts.dilution = (struct flag_fact){to > 0, to};
}

static void exposure(struct measurement *m, double to)
{
    m->facts.exposure = (enum flag_exposure)(int)to;
}

static void dropped(struct measurement *m, double to)
{
    m->videos[2].dropped_share = is(to);
}

static void centres(struct measurement *m, double to)
{
    m->videos[2].centres_per_particle = is(to);
}

static void valid(struct measurement *m, double to)
{
    m->videos[2].valid_tracks = is(to);
}

/* At the limit a value is fine, one step beyond it is not. */
static const struct row rows[] = {
    {QUALITY_TRACKS, FLAG_FINE, tracks, 1000},
    {QUALITY_TRACKS, FLAG_WARN, tracks, 999},
    {QUALITY_TRACKS, FLAG_WARN, tracks, 200},
    {QUALITY_TRACKS, FLAG_FAIL, tracks, 199},
    {QUALITY_COUNT_PER_FRAME, FLAG_FINE, count_of_all, 20 / 0.9699},
    {QUALITY_COUNT_PER_FRAME, FLAG_WARN, count_of_all, 20 / 0.9701},
    {QUALITY_COUNT_PER_FRAME, FLAG_FINE, count_of_all, 100 / 1.0201},
    {QUALITY_COUNT_PER_FRAME, FLAG_WARN, count_of_all, 100 / 1.0199},
    {QUALITY_CROWDING, FLAG_FINE, link_um, 2.73}, /* 51/12000 x pi x 2.73 x 2.73 = 0.0995 */
    {QUALITY_CROWDING, FLAG_FAIL, link_um, 2.75}, /* 0.1010 */
    {QUALITY_DRIFT, FLAG_FINE, drift_um, 0.1999},
    {QUALITY_DRIFT, FLAG_WARN, drift_um, -0.2001},
    {QUALITY_VIBRATION, FLAG_FINE, vibration, 1.09},
    {QUALITY_VIBRATION, FLAG_WARN, vibration, 1.0901},
    {QUALITY_SATURATION, FLAG_FINE, saturated, 0.01},
    {QUALITY_SATURATION, FLAG_WARN, saturated, 0.0101},
    {QUALITY_BACKGROUND_STEP, FLAG_FINE, background, -0.05},
    {QUALITY_BACKGROUND_STEP, FLAG_WARN, background, -0.0501},
    {QUALITY_COUNT_TREND, FLAG_FINE, trend, 0.2},
    {QUALITY_COUNT_TREND, FLAG_WARN, trend, -0.2001},
    {QUALITY_COUNTS_DISAGREE, FLAG_FINE, one_count, 52},
    {QUALITY_COUNTS_DISAGREE, FLAG_WARN, one_count, 75},
    {QUALITY_COUNT_VARIANCES_DISAGREE, FLAG_FINE, one_variance, 70},
    {QUALITY_COUNT_VARIANCES_DISAGREE, FLAG_WARN, one_variance, 200},
    {QUALITY_D50_DISAGREE, FLAG_FINE, one_d50, 103},
    {QUALITY_D50_DISAGREE, FLAG_WARN, one_d50, 60},
    {QUALITY_EMPTY_VIDEO, FLAG_FINE, one_count, 0.001},
    {QUALITY_EMPTY_VIDEO, FLAG_WARN, one_count, 0},
    {QUALITY_TEMPERATURE_MISSING, FLAG_FINE, one_temperature_known, 1},
    {QUALITY_TEMPERATURE_MISSING, FLAG_WARN, one_temperature_known, 0},
    {QUALITY_TEMPERATURE_CONSTANT, FLAG_FINE, temperature_range, 0.001},
    {QUALITY_TEMPERATURE_CONSTANT, FLAG_WARN, temperature_range, 0},
    {QUALITY_VISCOSITY, FLAG_FINE, viscosity, 0.8930}, /* water at 24.97 C: 0.8906 */
    {QUALITY_VISCOSITY, FLAG_WARN, viscosity, 0.8990}, /* 1 % above */
    {QUALITY_VISCOSITY, FLAG_WARN, viscosity, 0.8840},
    {QUALITY_DILUTION, FLAG_FINE, dilution, 1},
    {QUALITY_DILUTION, FLAG_FAIL, dilution, 0},
    {QUALITY_DILUTION, FLAG_FAIL, dilution, 0.5},
    {QUALITY_EXPOSURE, FLAG_FINE, exposure, EXPOSURE_RECORDED},
    {QUALITY_EXPOSURE, FLAG_WARN, exposure, EXPOSURE_ASSUMED},
    {QUALITY_EXPOSURE, FLAG_FAIL, exposure, EXPOSURE_MISSING},
    {QUALITY_DROPPED_FRAMES, FLAG_FINE, dropped, 0},
    {QUALITY_DROPPED_FRAMES, FLAG_WARN, dropped, 0.0007},
    {QUALITY_CENTRES_PER_PARTICLE, FLAG_FINE, centres, 1.25},
    {QUALITY_CENTRES_PER_PARTICLE, FLAG_WARN, centres, 1.2501},
    {QUALITY_VALID_SHARE, FLAG_FINE, valid, 240},
    {QUALITY_VALID_SHARE, FLAG_WARN, valid, 239},
    {QUALITY_VALID_SHARE, FLAG_FINE, valid, 410},
    {QUALITY_VALID_SHARE, FLAG_WARN, valid, 411},
};

static void a_good_measurement_raises_nothing_and_knows_everything(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    assert_int_equal(judge(&measurement, flags), FLAG_FINE);
    for (size_t i = 0; i < FLAGS; i++) {
        assert_int_equal(flags[i].kind, i + 1);
        assert_int_equal(flags[i].state, FLAG_FINE);
        assert_true(flags[i].value_known || flags[i].kind == QUALITY_EXPOSURE);
    }
}

static void each_flag_is_raised_beyond_its_limit_and_not_at_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct measurement measurement = good();
        struct flag flags[FLAGS];
        rows[i].change(&measurement, rows[i].to);
        (void)judge(&measurement, flags);
        if (flags[rows[i].kind - 1].state != rows[i].state)
            fail_msg("%s at %g is %s", flag_meaning(rows[i].kind)->name, rows[i].to,
                     flag_state_name(flags[rows[i].kind - 1].state));
    }
}

/* A cause that has to do with one flag leaves the others alone; a count far off has consequences.
 */
static void a_cause_raises_its_own_flag_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct measurement measurement = good();
        struct flag flags[FLAGS];
        if (rows[i].change == one_count)
            continue;
        rows[i].change(&measurement, rows[i].to);
        (void)judge(&measurement, flags);
        for (size_t k = 0; k < FLAGS; k++) {
            bool follows = flags[k].kind == QUALITY_VISCOSITY ||
                           flags[k].kind == QUALITY_CROWDING ||
                           flags[k].kind == QUALITY_TEMPERATURE_CONSTANT;
            if (flags[k].kind != rows[i].kind && !follows)
                assert_int_equal(flags[k].state, FLAG_FINE);
        }
    }
}

static void every_kind_has_a_row_that_raises_it_and_one_that_does_not(void **state)
{
    (void)state;
    for (int kind = QUALITY_NONE + 1; kind < QUALITY_KINDS; kind++) {
        int raising = 0, silent = 0;
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (rows[i].kind != (enum flag_kind)kind)
                continue;
            raising += rows[i].state >= FLAG_WARN;
            silent += rows[i].state == FLAG_FINE;
        }
        assert_true(raising > 0 && silent > 0);
    }
}

static void every_kind_says_its_name_and_its_effect_in_both_languages(void **state)
{
    (void)state;
    for (int kind = QUALITY_NONE; kind < QUALITY_KINDS; kind++) {
        const struct flag_meaning *meaning = flag_meaning((enum flag_kind)kind);
        assert_non_null(meaning->name);
        assert_non_null(meaning->unit);
        assert_true(meaning->effect[strlen(meaning->effect) - 1] == '.');
        assert_true(strlen(meaning->effect_ja) > 3);
        assert_string_equal(meaning->effect_ja + strlen(meaning->effect_ja) - 3, "。");
        for (int other = QUALITY_NONE; other < kind; other++)
            assert_string_not_equal(meaning->name, flag_meaning((enum flag_kind)other)->name);
    }
    assert_string_equal(flag_meaning(QUALITY_KINDS)->name, "none");
    assert_string_equal(flag_state_name((enum flag_state)9), "unknown");
}

/* What is missing from the measurement is missing, not fine: only what is itself the lack of
 * something is raised. */
static void nothing_known_is_nowhere_fine(void **state)
{
    struct measurement measurement = {.facts = {.video_count = VIDEOS}};
    struct flag flags[FLAGS];
    (void)state;
    assert_int_equal(judge(&measurement, flags), FLAG_FAIL);
    for (size_t i = 0; i < FLAGS; i++) {
        bool lack = flags[i].kind == QUALITY_TEMPERATURE_MISSING ||
                    flags[i].kind == QUALITY_DILUTION || flags[i].kind == QUALITY_EXPOSURE;
        if (lack)
            assert_true(flags[i].state >= FLAG_WARN);
        else
            assert_int_equal(flags[i].state, FLAG_UNKNOWN);
    }
    measurement.facts.video_count = 0;
    (void)judge(&measurement, flags);
    for (size_t i = 0; i < FLAGS; i++)
        assert_int_not_equal(flags[i].state, FLAG_FINE);
}

static void
one_video_of_which_nothing_is_known_makes_a_flag_unknown_unless_another_raises_it(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    measurement.videos[1].saturated_share.known = false;
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_SATURATION - 1].state, FLAG_UNKNOWN);
    measurement.videos[4].saturated_share = is(0.03);
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_SATURATION - 1].state, FLAG_WARN);
    assert_int_equal(flags[QUALITY_SATURATION - 1].video, 5);
    assert_true(fabs(flags[QUALITY_SATURATION - 1].value - 0.03) < 1e-12);
    measurement.videos[4].saturated_share = is(NAN);
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_SATURATION - 1].state, FLAG_UNKNOWN);
}

static void a_trend_that_chance_could_make_or_hide_is_unknown(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    for (size_t i = 0; i < VIDEOS; i++)
        measurement.videos[i].trend_sd = is(0.25); /* of the mean of five: 0.112 */
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_COUNT_TREND - 1].state, FLAG_UNKNOWN);
    trend(&measurement, 0.21);
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_COUNT_TREND - 1].state, FLAG_UNKNOWN);
    trend(&measurement, 0.23);
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_COUNT_TREND - 1].state, FLAG_WARN);
}

/* Grubbs, 5 values, two-sided at 1 %: 1.764; Cochran, 5 variances of 24 degrees of freedom at 1 %:
 * between the printed 0.4094 (16) and 0.3351 (36). */
static void the_limits_between_videos_are_those_of_the_published_tables(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    (void)judge(&measurement, flags);
    assert_true(fabs(flags[QUALITY_COUNTS_DISAGREE - 1].limit - 1.764) < 0.001);
    double cochran = flags[QUALITY_COUNT_VARIANCES_DISAGREE - 1].limit;
    assert_true(cochran < 0.4094 && cochran > 0.3351);
    for (size_t i = 0; i < VIDEOS; i++)
        measurement.videos[i].independent_frames = is(17);
    (void)judge(&measurement, flags);
    cochran = flags[QUALITY_COUNT_VARIANCES_DISAGREE - 1].limit;
    assert_true(fabs(cochran - 0.4094) < 0.0005);
}

static void two_videos_cannot_outvote_each_other(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    measurement.facts.video_count = 2;
    measurement.videos[1].count_per_frame = is(90);
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_COUNTS_DISAGREE - 1].state, FLAG_UNKNOWN);
    assert_int_equal(flags[QUALITY_D50_DISAGREE - 1].state, FLAG_UNKNOWN);
    measurement.facts.video_count = 1;
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_TEMPERATURE_CONSTANT - 1].state, FLAG_UNKNOWN);
    assert_int_equal(flags[QUALITY_COUNT_VARIANCES_DISAGREE - 1].state, FLAG_UNKNOWN);
}

static void an_empty_video_is_no_outlier_among_the_others(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    measurement.videos[2].count_per_frame = is(0);
    measurement.videos[2].d50_nm.known = false;
    measurement.videos[2].count_variance.known = false;
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_COUNTS_DISAGREE - 1].state, FLAG_FINE);
    assert_int_equal(flags[QUALITY_D50_DISAGREE - 1].state, FLAG_FINE);
    assert_int_equal(flags[QUALITY_COUNT_VARIANCES_DISAGREE - 1].state, FLAG_FINE);
    assert_int_equal(flags[QUALITY_EMPTY_VIDEO - 1].state, FLAG_WARN);
    assert_int_equal(flags[QUALITY_EMPTY_VIDEO - 1].video, 3);
}

static void limits_are_settings(void **state)
{
    struct measurement measurement = good();
    struct flag_limits limits = flag_limits_default();
    struct flag flags[FLAGS];
    (void)state;
    limits.tracks_warn = 5000;
    measurement.facts.videos = measurement.videos;
    assert_int_equal(flags_raise(&measurement.facts, &limits, flags), FLAG_WARN);
    assert_int_equal(flags[QUALITY_TRACKS - 1].state, FLAG_WARN);
    assert_true(fabs(flags[QUALITY_TRACKS - 1].limit - 5000) < 1e-9);
}

static void the_viscosity_of_another_medium_cannot_be_judged(void **state)
{
    struct measurement measurement = good();
    struct flag flags[FLAGS];
    (void)state;
    viscosity(&measurement, 1.2);
    measurement.facts.medium = MEDIUM_OTHER;
    (void)judge(&measurement, flags);
    assert_int_equal(flags[QUALITY_VISCOSITY - 1].state, FLAG_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_measurement_raises_nothing_and_knows_everything),
        cmocka_unit_test(each_flag_is_raised_beyond_its_limit_and_not_at_it),
        cmocka_unit_test(a_cause_raises_its_own_flag_alone),
        cmocka_unit_test(every_kind_has_a_row_that_raises_it_and_one_that_does_not),
        cmocka_unit_test(every_kind_says_its_name_and_its_effect_in_both_languages),
        cmocka_unit_test(nothing_known_is_nowhere_fine),
        cmocka_unit_test(
            one_video_of_which_nothing_is_known_makes_a_flag_unknown_unless_another_raises_it),
        cmocka_unit_test(a_trend_that_chance_could_make_or_hide_is_unknown),
        cmocka_unit_test(the_limits_between_videos_are_those_of_the_published_tables),
        cmocka_unit_test(two_videos_cannot_outvote_each_other),
        cmocka_unit_test(an_empty_video_is_no_outlier_among_the_others),
        cmocka_unit_test(limits_are_settings),
        cmocka_unit_test(the_viscosity_of_another_medium_cannot_be_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
