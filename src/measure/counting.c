/* counting.c: from tables of tracks to a concentration, or a sentence that says what is missing. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/counting.h"

#include <math.h>
#include <string.h>

/* Probability of an empty video among full ones below exp(-14), one in a million. */
static const double independent_of_failed = 14;

static bool factors_refuse(struct fault *fault, const struct measure_factors *factors)
{
    if (isfinite(factors->dilution) && factors->dilution > 0 && factors->dilution < 1)
        return fail(fault, FAULT_INPUT, "dilution_factor",
                    "A dilution factor is 1 for an undiluted sample and larger otherwise.");
    if (!isfinite(factors->dilution) || !(factors->dilution > 0))
        return fail(fault, FAULT_INPUT, "dilution_factor",
                    "The dilution is not recorded; give the factor, 1 for an undiluted sample.");
    return fail(fault, FAULT_INPUT, "uncertainty",
                "A relative standard uncertainty is a number from 0 on.");
}

static bool settings_check(struct fault *fault, const struct counting_settings *settings,
                           struct counting *result)
{
    const struct measure_factors *factors = &settings->factors;
    if (measure_view_area_um2(&settings->view, &result->area_um2) != MEASURED)
        return fail(fault, FAULT_INPUT, "guard_um",
                    "The guard band of %.3g um leaves nothing of the view of %.4g x %.4g um.",
                    settings->view.guard_um, settings->view.right_um - settings->view.left_um,
                    settings->view.bottom_um - settings->view.top_um);
    if (measure_class_depths_um(&settings->sheet, &settings->classes, result->depths_um) !=
        MEASURED)
        return fail(fault, FAULT_INPUT, "depth",
                    "The counting depth needs a fixed depth, or a threshold, ascending classes of "
                    "brightness above it, and the width of the light sheet.");
    if (!(factors->dilution >= 1) || !isfinite(factors->dilution))
        return factors_refuse(fault, factors);
    return true;
}

/* One table of tracks on its way to densities. */
struct counter {
    struct arena *arena;
    struct fault *fault;
    const struct counting_settings *settings;
    const double *depths_um;
    const struct track_table *table;
    size_t next; /* observation that was not looked at yet; they stand by video */
};

/* Counts what one video shows of each class. */
static bool video_count(struct counter *counter, size_t video, struct measure_counts *counts)
{
    const struct track_table *table = counter->table;
    if (measure_counts_begin(counts) != MEASURED)
        return fail(counter->fault, FAULT_INPUT, "classes",
                    "Classes of brightness need a threshold above 0 and ascending edges.");
    for (; counter->next < table->observation_count; counter->next++) {
        const struct observation *seen = &table->observations[counter->next];
        if (seen->video != video)
            break;
        if (seen->peak > 0 && seen->peak < counter->settings->peak_least)
            continue;
        enum measured added =
            measure_counts_add(counts, seen->frame, seen->x_um, seen->y_um, seen->brightness);
        if (added == MEASURED_MALFORMED)
            return fail(counter->fault, FAULT_INPUT, "brightness",
                        "Frame %d of video %zu has a position without brightness, so that the "
                        "depth cannot follow it; give a fixed depth.",
                        (int)seen->frame, video + 1);
        if (added != MEASURED)
            return fail(counter->fault, FAULT_INPUT, "frames",
                        "Video %zu has %zu frames, but a position in frame %d, counted from 0.",
                        video + 1, counts->frames, (int)seen->frame);
    }
    return true;
}

/* Frames that the camera lost show nothing; they are not empty. */
static void leave_lost_out(const struct track_table *table, size_t video,
                           struct measure_counts *counts)
{
    size_t held = counts->frames;
    for (size_t i = 0; i < counts->classes.count; i++) {
        double *of_class = counts->counts + i * counts->frames;
        held = track_table_held(table, video, of_class);
        memmove(counts->counts + i * held, of_class, held * sizeof *of_class);
    }
    counts->frames = held;
}

static bool video_density(struct counter *counter, size_t video, struct counting_video *found)
{
    const struct counting_settings *settings = counter->settings;
    struct measure_counts counts = {.view = settings->view,
                                    .classes = settings->classes,
                                    .frames = counter->table->video_frames[video]};
    if (counts.frames == 0)
        return fail(counter->fault, FAULT_INPUT, "frames",
                    "Video %zu is empty; its number of frames must be given.", video + 1);
    struct arena_mark mark = arena_mark(counter->arena);
    size_t cells = counts.classes.count * counts.frames;
    counts.counts = arena_take(counter->arena, cells * sizeof *counts.counts);
    double *series = arena_take(counter->arena, counts.frames * sizeof *series);
    const struct measure_yield yield = {counter->depths_um, settings->efficiencies,
                                        settings->false_per_frame};
    if (!video_count(counter, video, &counts))
        return false;
    leave_lost_out(counter->table, video, &counts);
    if (measure_density(&counts, &yield, series, &found->density) != MEASURED)
        return fail(counter->fault, FAULT_INPUT, "efficiency",
                    "Efficiencies lie above 0 and up to 1, false spots from 0 on.");
    const struct measure_series one = {series, counts.frames};
    double correlation = found->density.correlation_frames;
    found->trend_known =
        correlation > 0 && measure_trend(&one, correlation, &found->trend) == MEASURED;
    arena_rewind(counter->arena, mark);
    return true;
}

/* Marks videos that are empty where the others let one expect far more than chance can miss. */
static void videos_judge(struct counting_video *videos, size_t count)
{
    double independent = 0, looks = 0;
    for (size_t i = 0; i < count; i++) {
        const struct measure_density *density = &videos[i].density;
        double correlation = density->correlation_frames;
        if (!(density->per_frame > 0))
            continue;
        looks += 1;
        independent += density->equal_per_frame *
                       (correlation > 0 ? fmax(1, (double)density->frames / correlation) : 1);
    }
    for (size_t i = 0; i < count && looks > 0; i++)
        videos[i].failed =
            !(videos[i].density.per_frame > 0) && independent / looks > independent_of_failed;
}

static bool table_count(struct counter *counter, const struct track_table *table,
                        struct counting_video **videos)
{
    counter->table = table;
    counter->next = 0;
    *videos = arena_take(counter->arena, (table->videos + 1) * sizeof **videos);
    for (size_t i = 0; i < table->videos; i++) {
        if (!video_density(counter, i, &(*videos)[i]))
            return false;
    }
    videos_judge(*videos, table->videos);
    return true;
}

/* The densities of the videos that did not fail; returns how many. */
static size_t densities_take(struct arena *arena, const struct counting_video *videos, size_t count,
                             struct measure_density **densities)
{
    size_t taken = 0;
    *densities = arena_take(arena, (count + 1) * sizeof **densities);
    for (size_t i = 0; i < count; i++) {
        if (!videos[i].failed)
            (*densities)[taken++] = videos[i].density;
    }
    return taken;
}

/* The mean depth, and the memory of the longest video: it is what a shorter one has at most. */
static bool memory_find(struct counter *counter, const struct measure_density *densities,
                        size_t count, struct counting *result)
{
    struct measure_passage passage = counter->settings->passage;
    double per_frame = 0, per_um3 = 0;
    size_t frames = 0;
    for (size_t i = 0; i < count; i++) {
        per_frame += densities[i].per_frame;
        per_um3 += densities[i].per_um3;
        frames = densities[i].frames > frames ? densities[i].frames : frames;
    }
    if (!(per_frame > 0) || !(per_um3 > 0))
        return true;
    result->depth_um = passage.depth_um = per_frame / (result->area_um2 * per_um3);
    if (!(passage.diffusion_um2_per_s > 0))
        return true;
    passage.cell_um = passage.cell_um > 0 ? fmax(passage.cell_um, passage.depth_um) : INFINITY;
    if (measure_correlation_diffusion(&passage, frames, &result->correlation_frames) != MEASURED)
        return fail(counter->fault, FAULT_INPUT, "frame_rate",
                    "How long particles stay in view needs the time of a frame.");
    return true;
}

bool counting_make(struct arena *arena, struct fault *fault, const struct track_table *sample,
                   const struct track_table *blank, const struct counting_settings *settings,
                   struct counting *result)
{
    struct counter counter = {.arena = arena, .fault = fault, .settings = settings};
    struct measure_density *densities = NULL, *blanks = NULL;
    *result = (struct counting){.video_count = sample->videos};
    result->depths_um = arena_take(arena, MEASURE_CLASSES * sizeof *result->depths_um);
    counter.depths_um = result->depths_um;
    if (!settings_check(fault, settings, result) || !table_count(&counter, sample, &result->videos))
        return false;
    size_t count = densities_take(arena, result->videos, sample->videos, &densities);
    size_t blank_count = 0;
    if (blank != NULL) {
        result->blank_count = blank->videos;
        if (!table_count(&counter, blank, &result->blanks))
            return false;
        blank_count = densities_take(arena, result->blanks, blank->videos, &blanks);
    }
    if (count == 0)
        return fail(fault, FAULT_INPUT, "videos", "There is no video to count in.");
    struct measure_factors factors = settings->factors;
    if (!memory_find(&counter, densities, count, result))
        return false;
    factors.correlation_frames = fmax(factors.correlation_frames, result->correlation_frames);
    if (measure_concentration(densities, count, blanks, blank_count, &factors,
                              &result->concentration) != MEASURED)
        return factors_refuse(fault, &settings->factors);
    return true;
}

bool counting_choose_classes(struct arena *arena, struct fault *fault,
                             const struct track_table *table, struct counting_settings *settings)
{
    struct measure_classes *classes = &settings->classes;
    size_t count = 0;
    if (settings->sheet.fixed_um > 0)
        return true;
    double *edges = arena_take(arena, (COUNTING_CLASSES + 1) * sizeof *edges);
    double *ratios = arena_take(arena, (table->observation_count + 1) * sizeof *ratios);
    for (size_t i = 0; i < table->observation_count; i++)
        if (table->observations[i].brightness >= classes->threshold)
            ratios[count++] = log(table->observations[i].brightness / classes->threshold);
    if (count == 0 || measure_class_edges(ratios, count, COUNTING_CLASSES, edges) != MEASURED)
        return fail(fault, FAULT_INPUT, "threshold",
                    "Too few positions have a brightness above the threshold of %g.",
                    classes->threshold);
    edges[0] = 0;
    classes->edges = edges;
    classes->count = COUNTING_CLASSES;
    return true;
}
