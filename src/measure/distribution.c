/* distribution.c: from tracks to shares of sizes, figures and their intervals. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/distribution.h"

#include "measure/curve.h"
#include "measure/interval.h"

#include <math.h>
#include <string.h>

/* Sizes of which fewer frames are kept are blown up as much as the last one that is kept better. */
#define RETENTION_LEAST 0.02

/* Arrays over the tracks that are used. */
struct draft {
    struct arena *arena;
    const struct distribution_settings *settings;
    struct measure_kernel kernel;
    double *weights; /* 1 where the length of a track is part of its likelihood, else its frames */
    double *positions;
    uint32_t *videos;
    double *sizes_nm; /* by each track's own D; infinite where noise explains every step */
    double *divisors; /* of the shares by cell, or NULL */
    struct measure_retention *retention; /* of each cell, or NULL where depth is not known */
    double *track_room;
    double *log_likelihoods;
    double *diffusions_um2_per_s;
};

struct distribution_settings distribution_settings_default(void)
{
    return (struct distribution_settings){.sizes = measure_sizes_default(),
                                          .fit = measure_fit_settings_default(),
                                          .positions_least = 6,
                                          .replicates = 200,
                                          .seed = 1,
                                          .threads = 1};
}

static bool settings_check(struct fault *fault, const struct distribution_settings *settings,
                           size_t count)
{
    if (count == 0)
        return fail(fault, FAULT_INPUT, "tracks", "There is no track to size.");
    if (count > DISTRIBUTION_TRACKS_MOST)
        return fail(fault, FAULT_INPUT, "tracks",
                    "There are %zu tracks; at most %d are sized at once, so give fewer videos.",
                    count, DISTRIBUTION_TRACKS_MOST);
    if (settings->positions_least < 2)
        return fail(fault, FAULT_INPUT, "positions_least",
                    "A track needs at least two positions to have a size.");
    if (settings->replicates > DISTRIBUTION_REPLICATES_MOST)
        return fail(fault, FAULT_INPUT, "replicates", "At most %d replicates are drawn.",
                    DISTRIBUTION_REPLICATES_MOST);
    if (settings->videos == 0)
        return fail(fault, FAULT_INPUT, "videos", "The number of videos must be given.");
    if (isnan(settings->depth_um) || settings->depth_um < 0)
        return fail(fault, FAULT_INPUT, "depth", "A depth is above zero, or 0 where not known.");
    return true;
}

static bool draft_begin(struct draft *draft, struct fault *fault,
                        const struct measure_track *tracks, size_t count)
{
    const struct distribution_settings *settings = draft->settings;
    size_t cells = settings->sizes.count, longest = 0;
    draft->diffusions_um2_per_s = arena_take(draft->arena, cells * sizeof(double));
    if (measure_size_diffusions(&settings->sizes, &settings->medium, draft->diffusions_um2_per_s) !=
        MEASURED)
        return fail(fault, FAULT_INPUT, "sizes",
                    "The grid of sizes, the temperature or the viscosity is outside what is "
                    "covered.");
    for (size_t t = 0; t < count; t++)
        longest = tracks[t].positions > longest ? tracks[t].positions : longest;
    draft->track_room = arena_take(draft->arena, measure_track_room(longest) * sizeof(double));
    draft->log_likelihoods = arena_take(draft->arena, cells * sizeof(double));
    draft->kernel =
        (struct measure_kernel){.likelihoods = arena_take(draft->arena, count * cells * 8),
                                .first = arena_take(draft->arena, count * sizeof(uint32_t)),
                                .last = arena_take(draft->arena, count * sizeof(uint32_t)),
                                .cells = cells};
    draft->weights = arena_take(draft->arena, count * sizeof(double));
    draft->positions = arena_take(draft->arena, count * sizeof(double));
    draft->videos = arena_take(draft->arena, count * sizeof(uint32_t));
    draft->sizes_nm = arena_take(draft->arena, count * sizeof(double));
    return true;
}

static double own_size_nm(const struct draft *draft, const struct measure_track *track)
{
    struct measure_diffusion own = {0};
    double size_nm = INFINITY;
    if (measure_track_diffusion(track, &draft->settings->timing, draft->track_room, &own) !=
            MEASURED ||
        measure_diameter_nm(own.diffusion_um2_per_s, &draft->settings->medium, &size_nm) !=
            MEASURED)
        return INFINITY;
    return size_nm;
}

/* One more row of the kernel, or one more reason why there is none. */
static bool draft_add(struct draft *draft, struct fault *fault, const struct measure_track *track,
                      size_t number, struct distribution *result)
{
    const struct distribution_settings *settings = draft->settings;
    size_t at = draft->kernel.tracks;
    if (track->positions < settings->positions_least) {
        result->short_tracks++;
        return true;
    }
    if (track->video >= settings->videos)
        return fail(fault, FAULT_INPUT, "videos", "Track %zu names a video that there is not.",
                    number + 1);
    enum measured measured =
        measure_track_likelihood(track, &settings->timing, draft->diffusions_um2_per_s,
                                 draft->kernel.cells, draft->track_room, draft->log_likelihoods);
    for (size_t i = 0; draft->retention && measured == MEASURED && i < draft->kernel.cells; i++)
        draft->log_likelihoods[i] += measure_length_log(&draft->retention[i], track->positions);
    if (measured == MEASURED)
        measured = measure_kernel_row(draft->log_likelihoods, at, &draft->kernel);
    if (measured == MEASURED_NOT) {
        result->silent_tracks++;
        return true;
    }
    if (measured != MEASURED)
        return fail(fault, FAULT_INPUT, "tracks",
                    "Track %zu holds a number that is not finite, frames that do not ascend, or "
                    "noise or timing outside what is covered.",
                    number + 1);
    draft->weights[at] = draft->retention ? 1 : (double)track->positions;
    draft->positions[at] = (double)track->positions;
    draft->videos[at] = track->video;
    draft->sizes_nm[at] = own_size_nm(draft, track);
    result->positions += track->positions;
    draft->kernel.tracks++;
    return true;
}

/* What the shares of accepted tracks are divided by. */
static bool divisors_make(struct draft *draft, struct fault *fault, struct distribution *result)
{
    const struct distribution_settings *settings = draft->settings;
    size_t cells = settings->sizes.count;
    if (!(settings->depth_um > 0) && !settings->divisors)
        return true;
    draft->divisors = arena_take(draft->arena, cells * sizeof(double));
    for (size_t i = 0; i < cells; i++)
        draft->divisors[i] = settings->divisors ? settings->divisors[i] : 1;
    if (!(settings->depth_um > 0))
        return true;
    struct measure_slab slab = {.depth_um = settings->depth_um,
                                .frame_s = settings->timing.frame_s,
                                .frames = settings->video_frames,
                                .positions_least = settings->positions_least,
                                .missed_frame_allowed = settings->missed_frame_allowed};
    size_t room_size = measure_retention_room(&slab);
    if (room_size == 0)
        return fail(fault, FAULT_INPUT, "depth",
                    "The correction for short tracks needs a depth above zero, at most 100 "
                    "positions and a video of at least twice as many frames.");
    double *room = arena_take(draft->arena, room_size * sizeof(double));
    draft->retention = arena_take(draft->arena, cells * sizeof *draft->retention);
    result->retention = arena_take(draft->arena, cells * sizeof(double));
    double divisor = 0;
    for (size_t i = cells; i-- > 0;) { /* the largest are kept best */
        if (measure_retention(&slab, draft->diffusions_um2_per_s[i], room, &draft->retention[i]) !=
            MEASURED)
            return fail(fault, FAULT_INPUT, "depth", "The retention could not be computed.");
        result->retention[i] = draft->retention[i].frames_kept;
        if (result->retention[i] >= RETENTION_LEAST)
            divisor = draft->retention[i].tracks_per_view;
        if (divisor <= 0)
            return fail(fault, FAULT_INPUT, "depth",
                        "Hardly any particle stays in this depth for so many positions; allow "
                        "shorter tracks.");
        draft->divisors[i] *= divisor;
    }
    return true;
}

/* The fit, and what it says of the particles. */
static bool shares_make(struct draft *draft, struct fault *fault, struct distribution *result)
{
    const struct measure_sizes *sizes = &draft->settings->sizes;
    size_t bytes = sizes->count * sizeof(double);
    double *room = arena_take(draft->arena, measure_fit_room(sizes->count) * sizeof(double));
    result->shares = arena_take(draft->arena, bytes);
    result->tracked_shares = arena_take(draft->arena, bytes);
    result->volume_shares = arena_take(draft->arena, bytes);
    result->curve = arena_take(draft->arena, bytes);
    result->raw_shares = arena_take(draft->arena, bytes);
    if (draft->kernel.tracks == 0)
        return fail(fault, FAULT_INPUT, "tracks",
                    "No track is long enough and moves, so that nothing can be sized.");
    if (measure_shares_fit(&draft->kernel, draft->weights, &draft->settings->fit, room,
                           result->tracked_shares, &result->fit) != MEASURED)
        return fail(fault, FAULT_INPUT, "tracks", "The shares of sizes could not be fitted.");
    memcpy(result->shares, result->tracked_shares, bytes);
    if (measure_shares_divide(draft->divisors, sizes->count, result->shares) != MEASURED)
        return fail(fault, FAULT_INPUT, "divisors", "Every divisor must be above zero.");
    curve_smooth(sizes, result->shares, result->curve);
    (void)measure_figures(sizes, result->shares, &result->by_number.value);
    (void)measure_shares_by_volume(sizes, result->shares, result->volume_shares);
    (void)measure_figures(sizes, result->volume_shares, &result->by_volume.value);
    (void)measure_raw_shares(sizes, draft->sizes_nm, draft->positions, draft->kernel.tracks,
                             result->raw_shares, &result->raw_outside);
    (void)measure_figures(sizes, result->raw_shares, &result->raw);
    result->volume_mean_doubtful = result->tracks < MEASURE_VOLUME_MEAN_NEEDS;
    result->volume_d90_doubtful = result->tracks < MEASURE_VOLUME_D90_NEEDS;
    return true;
}

static void figures_bound(const struct figures_interval *interval,
                          struct distribution_figures *figures)
{
    figures->low = interval->low;
    figures->high = interval->high;
    figures->sd = interval->sd;
}

static bool resample_prepare(struct draft *draft, struct resample *resample,
                             struct distribution *result)
{
    size_t tracks = draft->kernel.tracks, videos = draft->settings->videos;
    double *log_sizes = arena_take(draft->arena, tracks * sizeof(double));
    *resample = (struct resample){.videos = draft->videos,
                                  .weights = draft->weights,
                                  .tracks = tracks,
                                  .video_count = videos,
                                  .order = arena_take(draft->arena, tracks * sizeof(size_t)),
                                  .first = arena_take(draft->arena, (videos + 1) * sizeof(size_t))};
    if (!resample_sort(resample) ||
        measure_track_log_sizes(&draft->kernel, &draft->settings->sizes, result->tracked_shares,
                                log_sizes) != MEASURED)
        return false;
    result->between_videos = resample_compare(resample, log_sizes);
    for (size_t v = 0; v < videos; v++)
        result->videos_used += resample->first[v + 1] > resample->first[v];
    return true;
}

static bool intervals_make(struct draft *draft, struct fault *fault, struct distribution *result)
{
    const struct distribution_settings *settings = draft->settings;
    struct resample resample = {0};
    struct bootstrap bootstrap = {.kernel = &draft->kernel,
                                  .resample = &resample,
                                  .sizes = &settings->sizes,
                                  .divisors = draft->divisors,
                                  .fit = settings->fit,
                                  .seed = settings->seed,
                                  .replicates = settings->replicates,
                                  .threads = settings->threads,
                                  .progress = settings->progress,
                                  .context = settings->context};
    if (!resample_prepare(draft, &resample, result))
        return fail(fault, FAULT_INPUT, "videos", "The tracks could not be drawn anew.");
    if (settings->replicates == 0)
        return true;
    size_t cells = settings->sizes.count;
    bootstrap.curves =
        arena_take(draft->arena, settings->replicates * cells * sizeof *bootstrap.curves);
    struct bootstrap_replicate *replicates =
        arena_take(draft->arena, settings->replicates * sizeof *replicates);
    double *room = arena_take(draft->arena, bootstrap_room(&bootstrap) * sizeof(double));
    if (!bootstrap_run(&bootstrap, room, replicates))
        return fail(fault, FAULT_STORAGE, "", "The replicates could not be computed.");
    double *sorted = arena_take(draft->arena, settings->replicates * sizeof(double));
    struct figures_interval by_number =
        figures_interval_of(replicates, settings->replicates, false, sorted);
    struct figures_interval by_volume =
        figures_interval_of(replicates, settings->replicates, true, sorted);
    figures_bound(&by_number, &result->by_number);
    figures_bound(&by_volume, &result->by_volume);
    if (by_number.replicates >= 2) {
        result->curve_low = arena_take(draft->arena, cells * sizeof(double));
        result->curve_high = arena_take(draft->arena, cells * sizeof(double));
        curve_interval(&bootstrap, replicates, sorted, result->curve_low, result->curve_high);
    }
    result->replicates = by_number.replicates;
    result->replicates_unusable = settings->replicates - by_number.replicates;
    return true;
}

bool distribution_make(struct arena *arena, struct fault *fault, const struct measure_track *tracks,
                       size_t count, const struct distribution_settings *settings,
                       struct distribution *result)
{
    struct draft draft = {.arena = arena, .settings = settings};
    struct distribution made = {0};
    if (!settings_check(fault, settings, count) || !draft_begin(&draft, fault, tracks, count) ||
        !divisors_make(&draft, fault, &made))
        return false;
    for (size_t t = 0; t < count; t++)
        if (!draft_add(&draft, fault, &tracks[t], t, &made))
            return false;
    made.tracks = draft.kernel.tracks;
    if (!shares_make(&draft, fault, &made) || !intervals_make(&draft, fault, &made))
        return false;
    *result = made;
    return true;
}
