/* test_distribution.c: do tracks become shares, figures and intervals, whoever computes them? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/distribution.h"
#include "measure/qualify_tracks.h"
#include "measure/resample.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdlib.h>

enum { CELLS = 60, TRACKS = 60, REPLICATES = 20 };

static const struct qualify_optics optics = {
    .medium = {.temperature_c = 25, .viscosity_mpa_s = 0.89},
    .timing = {.frame_s = 0.04, .exposure_s = 0.0325},
    .noise_um = 0.06};
static const struct qualify_population lognormal = {.first_nm = 90, .second_nm = 90, .sd_ln = 0.4};

static struct distribution_settings usual(void)
{
    struct distribution_settings settings = distribution_settings_default();
    settings.sizes = (struct measure_sizes){.low_nm = 20, .high_nm = 500, .count = CELLS};
    settings.medium = optics.medium;
    settings.timing = optics.timing;
    settings.videos = 1;
    settings.replicates = REPLICATES;
    return settings;
}

static struct distribution make(struct arena *arena, const struct qualify_tracks *made,
                                const struct distribution_settings *settings)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct distribution result = {0};
    if (!distribution_make(arena, &fault, made->tracks, made->count, settings, &result))
        fail_msg("%s", fault.text);
    return result;
}

static void refused(const struct qualify_tracks *made, const struct distribution_settings *settings,
                    const char *field)
{
    struct arena *arena = arena_open(16 << 20);
    struct fault fault = {.kind = FAULT_NONE};
    struct distribution result = {.tracks = 77};
    assert_false(distribution_make(arena, &fault, made->tracks, made->count, settings, &result));
    assert_int_equal(fault.kind, FAULT_INPUT);
    assert_string_equal(fault.field, field);
    assert_true(strlen(fault.text) > 20);
    assert_int_equal(result.tracks, 77);
    arena_close(arena);
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 3, &lognormal, &optics, TRACKS, 3);
    struct distribution_settings settings = usual();
    settings.videos = 3;
    struct distribution one = make(arena, &made, &settings);
    for (unsigned threads = 2; threads <= 4; threads += 2) {
        settings.threads = threads;
        struct distribution other = make(arena, &made, &settings);
        assert_memory_equal(one.shares, other.shares, CELLS * sizeof(double));
        assert_memory_equal(&one.by_number, &other.by_number, sizeof one.by_number);
        assert_memory_equal(&one.by_volume, &other.by_volume, sizeof one.by_volume);
    }
    settings.seed = 2;
    struct distribution drawn = make(arena, &made, &settings);
    assert_memory_equal(&one.by_number.value, &drawn.by_number.value, sizeof one.by_number.value);
    assert_true(one.by_number.low.d50_nm != drawn.by_number.low.d50_nm);
    arena_close(arena);
}

static void figures_lie_in_their_intervals(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 5, &lognormal, &optics, TRACKS, 1);
    struct distribution_settings settings = usual();
    struct distribution found = make(arena, &made, &settings);
    assert_int_equal(found.replicates + found.replicates_unusable, REPLICATES);
    assert_int_equal(found.replicates_unusable, 0);
    assert_true(found.fit.converged);
    const struct distribution_figures *figures = &found.by_number;
    assert_true(figures->low.d50_nm < figures->value.d50_nm);
    assert_true(figures->high.d50_nm > figures->value.d50_nm);
    assert_true(figures->low.mean_nm < figures->value.mean_nm);
    assert_true(figures->high.mean_nm > figures->value.mean_nm);
    assert_true(figures->sd.d90_nm > 0);
    assert_true(found.by_volume.value.d50_nm > figures->value.d50_nm);
    assert_true(found.volume_d90_doubtful && found.volume_mean_doubtful);
    /* The naive histogram is wider than what is left when the tracks' own scatter is taken out. */
    assert_true(found.raw.sd_ln > figures->value.sd_ln);
    arena_close(arena);
}

/* Half the viscosity doubles every size that the same tracks mean. */
static void sizes_scale_with_the_medium(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 7, &lognormal, &optics, TRACKS, 1);
    struct distribution_settings settings = usual();
    settings.replicates = 0;
    struct distribution one = make(arena, &made, &settings);
    settings.medium.viscosity_mpa_s /= 2;
    settings.sizes.low_nm *= 2;
    settings.sizes.high_nm *= 2;
    struct distribution other = make(arena, &made, &settings);
    assert_true(fabs(other.by_number.value.d10_nm / one.by_number.value.d10_nm - 2) < 1e-9);
    assert_true(fabs(other.by_number.value.d50_nm / one.by_number.value.d50_nm - 2) < 1e-9);
    assert_true(fabs(other.by_number.value.mean_nm / one.by_number.value.mean_nm - 2) < 1e-9);
    assert_true(fabs(other.raw.d50_nm / one.raw.d50_nm - 2) < 1e-9);
    arena_close(arena);
}

/* A third of the tracks seen with the camera's pixels taken as 20 % too large: another video. */
static void videos_that_differ_widen_the_intervals(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 9, &lognormal, &optics, 3 * TRACKS, 3);
    struct distribution_settings settings = usual();
    settings.videos = 3;
    struct distribution alike = make(arena, &made, &settings);
    for (size_t t = 0; t < made.count; t++) {
        double *x_um = arena_take(arena, made.tracks[t].positions * sizeof *x_um);
        for (size_t i = 0; i < made.tracks[t].positions; i++)
            x_um[i] = made.tracks[t].x_um[i] * (made.tracks[t].video == 2 ? 1.6 : 1);
        made.tracks[t].x_um = x_um;
    }
    struct distribution apart = make(arena, &made, &settings);
    assert_true(alike.between_videos < apart.between_videos);
    assert_true(apart.between_videos > 0.5);
    assert_true(apart.by_number.high.d50_nm / apart.by_number.low.d50_nm >
                alike.by_number.high.d50_nm / alike.by_number.low.d50_nm);
    assert_int_equal(apart.videos_used, 3);
    arena_close(arena);
}

/* Tracks of at least 15 positions are mostly of large particles: said where the depth is known. */
static void a_known_depth_gives_the_small_back(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct measure_slab slab = {
        .depth_um = 5, .frame_s = 0.04, .frames = 100, .positions_least = 15};
    struct qualify_tracks made = qualify_slab_tracks(arena, 4, &lognormal, &optics, &slab, 40);
    struct distribution_settings settings = usual();
    settings.replicates = 0;
    settings.positions_least = 15;
    struct distribution unknown = make(arena, &made, &settings);
    settings.depth_um = 5;
    settings.video_frames = 100;
    struct distribution known = make(arena, &made, &settings);
    assert_null(unknown.retention);
    assert_true(known.retention[0] < known.retention[CELLS - 1]);
    assert_true(known.by_number.value.d50_nm < unknown.by_number.value.d50_nm);
    arena_close(arena);
}

static void divisors_by_cell_shift_the_shares(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 7, &lognormal, &optics, TRACKS, 1);
    double divisors[CELLS];
    struct distribution_settings settings = usual();
    settings.replicates = 0;
    struct distribution plain = make(arena, &made, &settings);
    for (size_t i = 0; i < CELLS; i++)
        divisors[i] = 1 + (double)i;
    settings.divisors = divisors;
    struct distribution divided = make(arena, &made, &settings);
    assert_memory_equal(plain.tracked_shares, divided.tracked_shares, CELLS * sizeof(double));
    double ratio = divided.shares[20] / plain.shares[20] * 21;
    assert_true(fabs(divided.shares[30] / plain.shares[30] * 31 / ratio - 1) < 1e-12);
    divisors[CELLS - 1] = 0;
    refused(&made, &settings, "divisors");
    arena_close(arena);
}

static void tracks_that_are_short_are_counted_and_left_out(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 7, &lognormal, &optics, TRACKS, 1);
    struct distribution_settings settings = usual();
    settings.replicates = 0;
    made.tracks[3].positions = 5;
    made.tracks[8].positions = 1;
    struct distribution found = make(arena, &made, &settings);
    assert_int_equal(found.short_tracks, 2);
    assert_int_equal(found.tracks, TRACKS - 2);
    for (size_t t = 0; t < made.count; t++)
        made.tracks[t].positions = 5;
    refused(&made, &settings, "tracks");
    arena_close(arena);
}

static void what_cannot_be_sized_is_refused_in_a_sentence(void **state)
{
    (void)state;
    struct arena *arena = arena_open(64 << 20);
    struct qualify_tracks made = qualify_free_tracks(arena, 7, &lognormal, &optics, 9, 1);
    struct qualify_tracks none = {.count = 0};
    struct distribution_settings good = usual(), wrong = good;
    refused(&none, &good, "tracks");
    wrong.positions_least = 1;
    refused(&made, &wrong, "positions_least");
    wrong = good;
    wrong.videos = 0;
    refused(&made, &wrong, "videos");
    wrong = good;
    wrong.depth_um = NAN;
    refused(&made, &wrong, "depth");
    wrong = good;
    wrong.depth_um = 5;
    wrong.video_frames = 11;
    refused(&made, &wrong, "depth");
    wrong.video_frames = 1000;
    wrong.depth_um = 0.001;
    refused(&made, &wrong, "depth");
    wrong = good;
    wrong.sizes.low_nm = 0;
    refused(&made, &wrong, "sizes");
    wrong = good;
    wrong.replicates = DISTRIBUTION_REPLICATES_MOST + 1;
    refused(&made, &wrong, "replicates");
    wrong = good;
    wrong.timing.exposure_s = 1;
    refused(&made, &wrong, "tracks");
    double x_um[64] = {0};
    x_um[4] = NAN;
    made.tracks[2].x_um = x_um;
    made.tracks[2].positions = 10;
    refused(&made, &good, "tracks");
    made.tracks[2].video = 1;
    refused(&made, &good, "videos");
    made.count = DISTRIBUTION_TRACKS_MOST + 1;
    refused(&made, &good, "tracks");
    arena_close(arena);
}

enum { VIDEOS = 4, EACH = 25 };

static void resample_fill(struct resample *resample, uint32_t *videos, double *weights)
{
    for (size_t t = 0; t < VIDEOS * EACH; t++) {
        videos[t] = (uint32_t)(t % VIDEOS);
        weights[t] = 1;
    }
    *resample = (struct resample){.videos = videos,
                                  .weights = weights,
                                  .tracks = VIDEOS * EACH,
                                  .video_count = VIDEOS,
                                  .order = resample->order,
                                  .first = resample->first};
    assert_true(resample_sort(resample));
}

/* Variance of the mean of values over replicates, against what the videos' means and the tracks'
 * scatter say: s2/n within, shrink^2 s2_b/k between. 2000 replicates know a variance to 3 %. */
static void replicates_scatter_as_much_as_the_tracks_and_videos_do(void **state)
{
    (void)state;
    enum { DRAWS = 2000 };
    uint32_t videos[VIDEOS * EACH];
    double weights[VIDEOS * EACH], drawn[VIDEOS * EACH], values[VIDEOS * EACH];
    size_t order[VIDEOS * EACH], first[VIDEOS + 1];
    struct resample resample = {.order = order, .first = first};
    resample_fill(&resample, videos, weights);
    struct random random = random_stream(3, 3);
    double means[VIDEOS] = {0}, mean = 0, within = 0, between = 0;
    for (size_t t = 0; t < VIDEOS * EACH; t++)
        values[t] = random_normal(&random) + 0.5 * (double)videos[t];
    for (size_t t = 0; t < VIDEOS * EACH; t++)
        means[videos[t]] += values[t] / EACH;
    for (size_t v = 0; v < VIDEOS; v++)
        mean += means[v] / VIDEOS;
    for (size_t t = 0; t < VIDEOS * EACH; t++)
        within += (values[t] - means[videos[t]]) * (values[t] - means[videos[t]]);
    for (size_t v = 0; v < VIDEOS; v++)
        between += (means[v] - mean) * (means[v] - mean) / (VIDEOS - 1);
    double beyond = resample_compare(&resample, values);
    assert_true(beyond > 0 && beyond < 1 && fabs(resample.shrink - sqrt(beyond)) < 1e-15);
    double n = VIDEOS * EACH, sum = 0, squares = 0;
    double expected = within / (n * n) + beyond * between / VIDEOS;
    for (uint64_t r = 0; r < DRAWS; r++) {
        double weight = 0, product = 0;
        resample_draw(&resample, 1, r, drawn);
        for (size_t t = 0; t < VIDEOS * EACH; t++) {
            weight += drawn[t];
            product += drawn[t] * values[t];
        }
        assert_true(fabs(weight - n) < 1e-9);
        sum += product / n / DRAWS;
        squares += (product / n - mean) * (product / n - mean) / DRAWS;
    }
    assert_true(fabs(sum - mean) < 5 * sqrt(expected / DRAWS));
    assert_true(fabs(squares / expected - 1) < 0.15);
}

static void alike_videos_and_one_video_are_drawn_as_tracks_alone(void **state)
{
    (void)state;
    uint32_t videos[VIDEOS * EACH];
    double weights[VIDEOS * EACH], drawn[VIDEOS * EACH], values[VIDEOS * EACH];
    size_t order[VIDEOS * EACH], first[VIDEOS + 1];
    struct resample resample = {.order = order, .first = first};
    resample_fill(&resample, videos, weights);
    for (size_t t = 0; t < VIDEOS * EACH; t++)
        values[t] = (double)(t / VIDEOS); /* the same in each video */
    assert_true(resample_compare(&resample, values) == 0);
    resample_draw(&resample, 1, 1, drawn);
    for (size_t v = 0; v < VIDEOS; v++) {
        double count = 0;
        for (size_t t = v; t < VIDEOS * EACH; t += VIDEOS)
            count += drawn[t];
        assert_true(count == EACH);
    }
    videos[7] = VIDEOS;
    assert_false(resample_sort(&resample));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(figures_lie_in_their_intervals),
        cmocka_unit_test(sizes_scale_with_the_medium),
        cmocka_unit_test(videos_that_differ_widen_the_intervals),
        cmocka_unit_test(a_known_depth_gives_the_small_back),
        cmocka_unit_test(divisors_by_cell_shift_the_shares),
        cmocka_unit_test(tracks_that_are_short_are_counted_and_left_out),
        cmocka_unit_test(what_cannot_be_sized_is_refused_in_a_sentence),
        cmocka_unit_test(replicates_scatter_as_much_as_the_tracks_and_videos_do),
        cmocka_unit_test(alike_videos_and_one_video_are_drawn_as_tracks_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
