/* measurement.c: drift off, noise by brightness, a size for each track, a distribution for all. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/doubts.h"
#include "measure/limit.h"

#include <math.h>
#include <stdlib.h>

/* A knot a second, but none without this many steps. */
enum { STEPS_OF_KNOT = 200 };

struct making {
    struct arena *arena;
    struct fault *fault;
    const struct measurement_settings *settings;
    struct measurement *result;
    double *x_um; /* the columns of the table without drift */
    double *y_um;
};

static size_t steps_of_video(const struct track_table *table, size_t video)
{
    size_t steps = 0;
    for (size_t i = 0; i < table->count; i++)
        if (table->tracks[i].video == video)
            steps += table->tracks[i].positions - 1;
    return steps;
}

static void take_drift_off(const struct making *making, size_t video, const double *path_x_um,
                           const double *path_y_um)
{
    const struct track_table *table = making->result->table;
    for (size_t i = 0; i < table->observation_count; i++) {
        const struct observation *seen = &table->observations[i];
        if (seen->video != video)
            continue;
        making->x_um[i] = seen->x_um - path_x_um[seen->frame];
        making->y_um[i] = seen->y_um - path_y_um[seen->frame];
    }
}

static bool find_drift(const struct making *making, size_t video)
{
    struct measurement *result = making->result;
    const struct track_table *table = result->table;
    const struct measure_timing *timing = &making->settings->timing;
    size_t frames = table->video_frames[video], steps = steps_of_video(table, video);
    if (frames < 2 || steps < 2)
        return true;
    double seconds = (double)frames * timing->frame_s;
    double knots = floor((double)steps / STEPS_OF_KNOT);
    double knot_s = fmax(fmax(1, 4 * timing->frame_s), knots > 1 ? seconds / knots : seconds);
    struct arena_mark mark = arena_mark(making->arena);
    const struct measure_drift_settings settings = {
        .video = (uint32_t)video,
        .frames = frames,
        .knot_s = knot_s,
        .with_shear = making->settings->with_shear,
        .path_x_um = arena_take(making->arena, frames * sizeof(double)),
        .path_y_um = arena_take(making->arena, frames * sizeof(double)),
    };
    double *room = arena_take(making->arena,
                              measure_drift_room(frames, timing->frame_s, knot_s) * sizeof *room);
    enum measured state =
        measure_drift(table->tracks, table->count, timing, &settings, room, &result->drifts[video]);
    result->drift_known[video] = state == MEASURED;
    if (result->drift_known[video])
        take_drift_off(making, video, settings.path_x_um, settings.path_y_um);
    arena_rewind(making->arena, mark);
    return state == MEASURED || state == MEASURED_NOT ||
           fail(making->fault, FAULT_INPUT, "file",
                "The drift of video %zu cannot be found: a position in it is no number.",
                video + 1);
}

static bool remove_drift(const struct making *making)
{
    struct measurement *result = making->result;
    const struct track_table *table = result->table;
    for (size_t i = 0; i < table->observation_count; i++) {
        making->x_um[i] = table->observations[i].x_um;
        making->y_um[i] = table->observations[i].y_um;
    }
    double taken = 0, steps = 0;
    for (size_t video = 0; video < table->videos; video++) {
        double own = (double)steps_of_video(table, video);
        if (!find_drift(making, video))
            return false;
        taken += own * result->drifts[video].taken;
        steps += own;
    }
    result->drift_taken = steps > 0 ? taken / steps : 0;
    return true;
}

/* The rectangle in which anything was seen. */
static struct measure_view rectangle_of(const struct track_table *table)
{
    struct measure_view view = {
        .left_um = INFINITY, .top_um = INFINITY, .right_um = -INFINITY, .bottom_um = -INFINITY};
    for (size_t i = 0; i < table->observation_count; i++) {
        const struct observation *seen = &table->observations[i];
        view.left_um = fmin(view.left_um, seen->x_um);
        view.right_um = fmax(view.right_um, seen->x_um);
        view.top_um = fmin(view.top_um, seen->y_um);
        view.bottom_um = fmax(view.bottom_um, seen->y_um);
    }
    return view;
}

/* Where tracks can be: the view, as far as it is known, but for a margin in which the tracker takes
 * nothing. Without a margin, the outermost of n tracks that lie anywhere are seven times side/n
 * from the edge once in a thousand times. What was seen alone would tell an edge by the steps that
 * led there. */
static struct measure_view view_of(const struct measurement_settings *settings,
                                   const struct track_table *table)
{
    struct measure_view seen = rectangle_of(table);
    struct measure_view view = settings->counting ? settings->counting->view : settings->view;
    double width_um = view.right_um - view.left_um, height_um = view.bottom_um - view.top_um;
    double chance = 7 / (double)(table->count + 1);
    if (!(width_um > 0) || !(height_um > 0))
        return seen;
    if (seen.left_um - view.left_um < chance * width_um)
        seen.left_um = view.left_um;
    if (view.right_um - seen.right_um < chance * width_um)
        seen.right_um = view.right_um;
    if (seen.top_um - view.top_um < chance * height_um)
        seen.top_um = view.top_um;
    if (view.bottom_um - seen.bottom_um < chance * height_um)
        seen.bottom_um = view.bottom_um;
    return seen;
}

static bool is_inside(const struct measure_view *view, const struct observation *seen)
{
    return seen->x_um > view->left_um + view->guard_um &&
           seen->x_um < view->right_um - view->guard_um &&
           seen->y_um > view->top_um + view->guard_um &&
           seen->y_um < view->bottom_um - view->guard_um;
}

/* Positions first to end - 1 of a track of the table, without their drift. */
static void add_piece(const struct making *making, size_t track, size_t first, size_t end)
{
    struct measurement *result = making->result;
    size_t at = result->table->first[track] + first;
    struct measure_track *piece = &result->tracks[result->track_count];
    *piece = result->table->tracks[track];
    piece->frames += first;
    piece->x_um = making->x_um + at;
    piece->y_um = making->y_um + at;
    piece->positions = end - first;
    result->source[result->track_count++] = track;
    result->edge_positions -= end - first;
}

/* Pieces begin at a position inside and end with the first one near to the edge: a rule that looks
 * at the past alone, which leaves likelihoods true. A track that ends because the next step would
 * lead out of view has lost just its largest steps: without this D comes out by about step/width
 * too small. */
static void cut_track(const struct making *making, const struct measure_view *view, size_t track)
{
    const struct track_table *table = making->result->table;
    const struct observation *seen = &table->observations[table->first[track]];
    size_t positions = table->tracks[track].positions;
    for (size_t first = 0, end = 0; first < positions; first = end) {
        end = first + 1;
        if (!is_inside(view, &seen[first]))
            continue;
        while (end < positions && is_inside(view, &seen[end]))
            end++;
        end += end < positions;
        add_piece(making, track, first, end);
    }
}

/* Steps of so many standard deviations hardly ever leave the view unseen. */
static const double edge_steps = 4;

static void cut_tracks(const struct making *making)
{
    struct measurement *result = making->result;
    const struct track_table *table = result->table;
    struct measure_view view = view_of(making->settings, table);
    double rms_um = 0;
    for (size_t i = 0; i < table->videos; i++)
        rms_um = fmax(rms_um, result->drifts[i].rms_step_um);
    double side_um = fmin(view.right_um - view.left_um, view.bottom_um - view.top_um);
    view.guard_um = edge_steps * rms_um;
    result->edge_um = 4 * view.guard_um < side_um ? view.guard_um : 0;
    result->edge_positions = table->observation_count;
    for (size_t i = 0; i < table->count; i++)
        if (result->edge_um > 0)
            cut_track(making, &view, i);
        else
            add_piece(making, i, 0, table->tracks[i].positions);
}

static int number_order(const void *one, const void *other)
{
    const double *a = one, *b = other;
    return (*a > *b) - (*a < *b);
}

/* Logarithms nearer than this are of one brightness. */
static const double brightness_step = 0.01;

/* Edges that give each class as many tracks; one class where a brightness is missing. */
static void choose_classes(const struct making *making)
{
    struct measurement *result = making->result;
    const struct track_table *table = result->table;
    size_t classes = result->pooled.steps / MEASUREMENT_STEPS_OF_CLASS;
    struct arena_mark mark = arena_mark(making->arena);
    double *sorted = arena_take(making->arena, (table->count + 1) * sizeof *sorted);
    for (size_t i = 0; i < table->count; i++) {
        sorted[i] = table->brightness[i];
        if (!isfinite(sorted[i]))
            classes = 1;
    }
    classes = classes > MEASUREMENT_CLASSES ? MEASUREMENT_CLASSES : classes < 1 ? 1 : classes;
    if (classes > 1)
        qsort(sorted, table->count, sizeof *sorted, number_order);
    result->class_count = 1;
    result->classes[0].least_brightness = -INFINITY;
    for (size_t i = 1; i < classes; i++) {
        double least = sorted[i * table->count / classes];
        double before = fmax(sorted[0], result->classes[result->class_count - 1].least_brightness);
        if (least > before + brightness_step)
            result->classes[result->class_count++].least_brightness = least;
    }
    arena_rewind(making->arena, mark);
}

static uint32_t class_of(const struct measurement *result, double brightness)
{
    uint32_t class = 0;
    while (class + 1 < result->class_count &&
           brightness >= result->classes[class + 1].least_brightness)
        class ++;
    return class;
}

static bool find_covariance(const struct making *making, uint32_t class,
                            struct measure_covariance *pooled)
{
    const struct measure_timing *timing = &making->settings->timing;
    if (measure_covariance(making->result->tracks, making->result->track_count, class, timing,
                           pooled) != MEASURED)
        return false;
    measure_covariance_restore(timing, making->result->drift_taken, pooled);
    return true;
}

/* A class that does not tell its own noise has that of all; noise below zero is none. */
static void share_noise(const struct making *making)
{
    struct measurement *result = making->result;
    for (size_t i = 0; i < result->track_count; i++) {
        result->tracks[i].brightness =
            class_of(result, result->table->brightness[result->source[i]]);
        result->classes[result->tracks[i].brightness].tracks++;
    }
    for (uint32_t class = 0; class < result->class_count; class ++) {
        struct measurement_class *own = &result->classes[class];
        own->known = find_covariance(making, class, &own->pooled);
        if (!own->known)
            own->pooled = result->pooled;
    }
    for (size_t i = 0; i < result->track_count; i++)
        result->tracks[i].noise_um2 =
            fmax(0, result->classes[result->tracks[i].brightness].pooled.noise_um2);
}

static bool find_noise(const struct making *making)
{
    if (!find_covariance(making, 0, &making->result->pooled))
        return fail(making->fault, FAULT_INPUT, "file",
                    "No particle moves from one frame to the next and on to a third: there is no "
                    "step from which diffusion could be told.");
    choose_classes(making);
    share_noise(making);
    return true;
}

/* The fit of the drift took p of n squares from the steps: they are drawn out again. */
static void restore_steps(const struct making *making)
{
    double scale = 1 / sqrt(1 - making->result->drift_taken);
    for (size_t i = 0; i < making->result->table->observation_count; i++) {
        making->x_um[i] *= scale;
        making->y_um[i] *= scale;
    }
}

static void judge_freedom(struct measurement *result, struct measurement_track *sized,
                          const struct measure_timing *timing)
{
    double deviation = NAN;
    sized->deviation = NAN;
    if (measure_anomaly(&result->tracks[sized->track], timing, sized->diffusion.diffusion_um2_per_s,
                        &deviation) != MEASURED)
        return;
    sized->deviation = deviation;
    result->judged++;
    result->anomalous += fabs(deviation) > MEASUREMENT_ANOMALY;
}

static void size_tracks(const struct making *making)
{
    struct measurement *result = making->result;
    const struct measurement_settings *settings = making->settings;
    size_t longest = 0;
    for (size_t i = 0; i < result->track_count; i++)
        if (result->tracks[i].positions > longest)
            longest = result->tracks[i].positions;
    double *room = arena_take(making->arena, measure_track_room(longest) * sizeof *room);
    result->sized = arena_take(making->arena, (result->track_count + 1) * sizeof *result->sized);
    for (size_t i = 0; i < result->track_count; i++) {
        struct measurement_track *sized = &result->sized[result->sized_count];
        if (result->tracks[i].positions < settings->positions_least ||
            measure_track_diffusion(&result->tracks[i], &settings->timing, room,
                                    &sized->diffusion) != MEASURED)
            continue;
        sized->track = i;
        result->sized_count++;
        result->video_tracks[result->tracks[i].video]++;
        judge_freedom(result, sized, &settings->timing);
        if (measure_diameter_nm(sized->diffusion.diffusion_um2_per_s, &settings->medium,
                                &sized->diameter_nm) != MEASURED)
            result->noise_only++;
    }
}

static size_t longest_video(const struct track_table *table)
{
    size_t frames = 0;
    for (size_t i = 0; i < table->videos; i++)
        if (table->video_frames[i] > frames)
            frames = table->video_frames[i];
    return frames;
}

static bool find_distribution(const struct making *making)
{
    const struct measurement_settings *from = making->settings;
    struct measurement *result = making->result;
    struct distribution_settings settings = distribution_settings_default();
    settings.medium = from->medium;
    settings.timing = from->timing;
    settings.positions_least = from->positions_least;
    settings.depth_um = from->depth_um;
    settings.missed_frame_allowed = from->missed_frame_allowed;
    settings.video_frames = longest_video(result->table);
    settings.videos = result->table->videos;
    settings.replicates = from->replicates;
    settings.seed = from->seed;
    settings.threads = from->threads;
    settings.progress = from->progress;
    settings.context = from->context;
    return distribution_make(making->arena, making->fault, result->tracks, result->track_count,
                             &settings, &result->distribution);
}

/* Motion during the exposure adds D exposure/3 to the variance of a spot, so that it loses its
 * height more slowly with the distance from the focus. */
static double stretch_of(const struct counting_settings *counting,
                         const struct measurement_settings *settings,
                         const struct measure_covariance *pooled)
{
    double whole_um2 = counting->focus_um * counting->focus_um;
    double motion_um2 = fmax(0, pooled->diffusion_um2_per_s) * settings->timing.exposure_s / 3;
    return motion_um2 < whole_um2 ? sqrt(whole_um2 / (whole_um2 - motion_um2)) : 1;
}

/* With the pooled diffusion at hand, no count forgets its particles sooner than they leave. */
static bool count_particles(const struct making *making)
{
    const struct measurement_settings *from = making->settings;
    struct measurement *result = making->result;
    if (!from->counting)
        return true;
    struct counting_settings settings = *from->counting;
    settings.sheet.rayleigh_um *= stretch_of(&settings, from, &result->pooled);
    if (!(settings.passage.diffusion_um2_per_s > 0)) {
        settings.passage.diffusion_um2_per_s = fmax(0, result->pooled.diffusion_um2_per_s);
        settings.passage.frame_s = from->timing.frame_s;
    }
    return counting_make(making->arena, making->fault, result->table, from->blank, &settings,
                         &result->counting);
}

bool measurement_make(struct arena *arena, struct fault *fault, const struct track_table *table,
                      const struct measurement_settings *settings, struct measurement *measurement)
{
    *measurement = (struct measurement){
        .table = table,
        .tracks = arena_take(arena, (table->observation_count + 1) * sizeof *measurement->tracks),
        .source = arena_take(arena, (table->observation_count + 1) * sizeof *measurement->source),
        .drifts = arena_take(arena, (table->videos + 1) * sizeof *measurement->drifts),
        .drift_known = arena_take(arena, (table->videos + 1) * sizeof *measurement->drift_known),
        .video_tracks = arena_take(arena, (table->videos + 1) * sizeof *measurement->video_tracks),
    };
    const struct making making = {
        .arena = arena,
        .fault = fault,
        .settings = settings,
        .result = measurement,
        .x_um = arena_take(arena, (table->observation_count + 1) * sizeof(double)),
        .y_um = arena_take(arena, (table->observation_count + 1) * sizeof(double)),
    };
    if (!remove_drift(&making))
        return false;
    cut_tracks(&making);
    if (!find_noise(&making))
        return false;
    restore_steps(&making);
    if (!count_particles(&making))
        return false;
    size_tracks(&making);
    if (measurement->sized_count == 0)
        return fail(fault, FAULT_INPUT, "file",
                    "No track has the %zu positions that a size needs; the longest tell nothing.",
                    settings->positions_least);
    if (!find_distribution(&making))
        return false;
    limit_find(arena, settings, measurement);
    measurement->worst = doubts_raise(arena, settings, measurement, measurement->flags);
    return true;
}
