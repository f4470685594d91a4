/* doubts.c: the facts of a measurement as its flags want them, video by video. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/doubts.h"

#include <math.h>
#include <stdlib.h>

static struct flag_fact known(double value)
{
    return (struct flag_fact){isfinite(value), isfinite(value) ? value : 0};
}

/* Positions in each frame of one video, long tracks and short ones; frames that were lost are left
 * out, not empty. */
static struct measure_series counts_of(struct arena *arena, const struct track_table *table,
                                       size_t video)
{
    size_t frames = table->video_frames[video];
    double *counts = arena_take(arena, (frames + 1) * sizeof *counts);
    for (size_t i = 0; i < table->observation_count; i++)
        if (table->observations[i].video == video)
            counts[table->observations[i].frame]++;
    return (struct measure_series){counts, track_table_held(table, video, counts)};
}

static void judge_counts(struct arena *arena, const struct track_table *table, size_t video,
                         struct flag_video *facts)
{
    struct arena_mark mark = arena_mark(arena);
    struct measure_series series = counts_of(arena, table, video);
    struct measure_correlation correlation;
    struct measure_trend trend;
    double sum = 0, squares = 0, frames = (double)series.count;
    for (size_t i = 0; i < series.count; i++) {
        sum += series.values[i];
        squares += series.values[i] * series.values[i];
    }
    if (series.count > 0)
        facts->count_per_frame = known(sum / frames);
    if (series.count > 1)
        facts->count_variance = known((squares - sum * sum / frames) / (frames - 1));
    if (measure_correlation(&series, 1, &correlation) == MEASURED) {
        facts->independent_frames = known(frames / correlation.frames);
        if (measure_trend(&series, correlation.frames, &trend) == MEASURED) {
            facts->trend = known(trend.change);
            facts->trend_sd = known(trend.change_sd);
        }
    }
    arena_rewind(arena, mark);
}

struct sized {
    double diameter_nm;
    double weight;
};

static int sized_order(const void *one, const void *other)
{
    const struct sized *a = one, *b = other;
    return (a->diameter_nm > b->diameter_nm) - (a->diameter_nm < b->diameter_nm);
}

/* Median of the tracks' own sizes, weighted by frames: wide, but equally so in every video. */
static struct flag_fact median_of(struct arena *arena, const struct measurement *measurement,
                                  size_t video)
{
    struct arena_mark mark = arena_mark(arena);
    struct sized *sizes = arena_take(arena, (measurement->sized_count + 1) * sizeof *sizes);
    struct flag_fact median = {0};
    size_t count = 0;
    double weight = 0, below = 0;
    for (size_t i = 0; i < measurement->sized_count; i++) {
        const struct measurement_track *sized = &measurement->sized[i];
        const struct measure_track *track = &measurement->tracks[sized->track];
        if (track->video != video || !(sized->diameter_nm > 0))
            continue;
        sizes[count++] = (struct sized){sized->diameter_nm, (double)track->positions};
        weight += (double)track->positions;
    }
    qsort(sizes, count, sizeof *sizes, sized_order);
    for (size_t i = 0; i < count && !median.known; i++) {
        below += sizes[i].weight;
        if (2 * below >= weight)
            median = known(sizes[i].diameter_nm);
    }
    arena_rewind(arena, mark);
    return median;
}

static void judge_motion(const struct measurement_settings *settings,
                         const struct measurement *measurement, size_t video,
                         struct flag_video *facts)
{
    const struct measure_drift *drift = &measurement->drifts[video];
    if (!measurement->drift_known[video])
        return;
    facts->drift_um = known(hypot(drift->x_um_per_s, drift->y_um_per_s) * settings->timing.frame_s);
    facts->rms_step_um = known(drift->rms_step_um);
    facts->vibration_ratio = known(drift->vibration_ratio);
    facts->vibration_limit = known(drift->vibration_limit);
}

/* That of a particle as most of them are, where the tracker looks further for faster ones. */
static struct flag_fact radius_of(const struct measurement_settings *settings,
                                  const struct measurement *measurement)
{
    double diffusion = fmax(0, measurement->pooled.diffusion_um2_per_s);
    if (settings->link_um > 0)
        return known(settings->link_um);
    return settings->link_gate > 0
               ? known(sqrt(settings->link_gate * 4 * diffusion * settings->timing.frame_s))
               : (struct flag_fact){0};
}

/* Where every spot of the frames is at hand: those for each that is followed over three frames. */
static struct flag_fact centres_of(const struct track_table *table, size_t video)
{
    enum { FOLLOWED = 3 };
    size_t spots = 0, followed = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (table->tracks[i].video != video)
            continue;
        spots += table->tracks[i].positions;
        followed += table->tracks[i].positions >= FOLLOWED ? table->tracks[i].positions : 0;
    }
    return followed > 0 ? known((double)spots / (double)followed) : (struct flag_fact){0};
}

static struct flag_fact area_of(const struct measurement_settings *settings,
                                const struct measurement *measurement)
{
    if (settings->counting)
        return known(measurement->counting.area_um2);
    double area_um2 = 0;
    return measure_view_area_um2(&settings->view, &area_um2) == MEASURED ? known(area_um2)
                                                                         : (struct flag_fact){0};
}

enum flag_state doubts_raise(struct arena *arena, const struct measurement_settings *settings,
                             const struct measurement *measurement, struct flag flags[FLAGS])
{
    const struct track_table *table = measurement->table;
    const struct counting_settings *counting = settings->counting;
    const struct flag_limits limits = flag_limits_default();
    struct flag_video *videos = arena_take(arena, (table->videos + 1) * sizeof *videos);
    for (size_t i = 0; i < table->videos; i++) {
        if (settings->seen) {
            videos[i] = settings->seen[i];
            videos[i].centres_per_particle = centres_of(table, i);
        }
        judge_counts(arena, table, i, &videos[i]);
        judge_motion(settings, measurement, i, &videos[i]);
        videos[i].d50_nm = median_of(arena, measurement, i);
        if (settings->temperatures_c)
            videos[i].temperature_c = known(settings->temperatures_c[i]);
    }
    const struct flag_facts facts = {
        .videos = videos,
        .video_count = table->videos,
        .tracks = known((double)measurement->distribution.tracks),
        .area_um2 = area_of(settings, measurement),
        .link_um = radius_of(settings, measurement),
        .medium = settings->medium_kind,
        .viscosity_mpa_s = known(settings->medium.viscosity_mpa_s),
        .dilution = counting ? known(counting->factors.dilution) : (struct flag_fact){0},
        .exposure = settings->exposure,
    };
    return flags_raise(&facts, &limits, flags);
}
