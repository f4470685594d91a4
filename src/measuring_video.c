/* measuring_video.c: the program that opens videos, watched and not trusted. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring.h"

#include "base/hash.h"
#include "base/time.h"
#include "chain/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    SIDECAR_FILE = 3,    /* where the other program looks for it */
    SILENCE_MS = 300000, /* no frame takes so long */
    READ_BYTES = 65536,
    WORDS_MOST = 16,
};

/* One video that is being followed. */
struct following {
    struct measuring *measuring;
    size_t number; /* of the video, from 0 */
    const struct measuring_source *source;
    struct tracking_told told;
    bool settled;
    int64_t begun_usec;
    int64_t shown_usec;
    char line[TRACKING_LINE_BYTES];
    size_t line_length;
};

/* ---- What is shown meanwhile. ---- */

static void show_frames(struct following *following, bool last)
{
    const bool terminal = isatty(STDERR_FILENO);
    const int64_t pause_usec = terminal ? USEC_PER_SECOND / 4 : 10 * USEC_PER_SECOND;
    const struct tracking_told *told = &following->told;
    size_t all = told->video.frames_declared;
    int64_t now_usec = stopwatch_usec();
    if (last) {
        fputs(terminal ? "\r\033[K" : "", stderr);
        return;
    }
    if (now_usec - following->shown_usec < pause_usec)
        return;
    following->shown_usec = now_usec;
    fprintf(stderr, "%s%s, video %zu of %zu: %zu ", terminal ? "\r\033[K" : "",
            following->source->name, following->number + 1, following->measuring->report.file_count,
            told->frames);
    if (all >= told->frames && told->frames > 0)
        fprintf(stderr, "of %zu frames, %zu spots, %.0f s left%s", all, told->count,
                (double)(now_usec - following->begun_usec) / 1e6 * (double)(all - told->frames) /
                    (double)told->frames,
                terminal ? "" : "\n");
    else
        fprintf(stderr, "frames, %zu spots%s", told->count, terminal ? "" : "\n");
}

/* ---- What is told. ---- */

static bool settle_first(struct measuring *measuring, const struct tracking_video *video,
                         double frame_s)
{
    double pixel_um = measuring->report.pixel_um;
    /* The first pixel reaches from -0.5 to 0.5. */
    measuring->settings.view =
        (struct measure_view){.left_um = -0.5 * pixel_um,
                              .top_um = -0.5 * pixel_um,
                              .right_um = (video->shape.width_px - 0.5) * pixel_um,
                              .bottom_um = (video->shape.height_px - 0.5) * pixel_um};
    return measuring_settle(measuring, &video->shape, frame_s);
}

/* All videos of a measurement are of one size and one frame rate. */
static bool settle(struct following *following)
{
    struct measuring *measuring = following->measuring;
    const struct tracking_video *video = &following->told.video;
    const struct tracking_video *first = measuring->first;
    double frame_s = measuring->frame_rate > 0 ? 1 / measuring->frame_rate : video->frame_s;
    following->settled = true;
    if (!(frame_s > 0))
        return true; /* the other program says that it cannot go on */
    if (following->number == 0)
        return settle_first(measuring, video, frame_s);
    if (video->shape.width_px != first->shape.width_px ||
        video->shape.height_px != first->shape.height_px)
        return fail(measuring->fault, FAULT_INPUT, "file",
                    "It has %d x %d pixels and the first video %d x %d; measure them apart.",
                    (int)video->shape.width_px, (int)video->shape.height_px,
                    (int)first->shape.width_px, (int)first->shape.height_px);
    return fabs(frame_s - measuring->settings.timing.frame_s) <= 1e-6 * frame_s ||
           fail(measuring->fault, FAULT_INPUT, "frame_rate",
                "It has %g frames in a second and the first video %g; give --frame-rate where "
                "the files are wrong, or measure them apart.",
                1 / frame_s, 1 / measuring->settings.timing.frame_s);
}

static bool take_line(struct following *following)
{
    if (!tracking_stream_read(&following->told, following->measuring->fault, following->line))
        return false;
    show_frames(following, false);
    return following->settled || !following->told.video_told || settle(following);
}

static bool take_bytes(struct following *following, const char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool ends = bytes[i] == '\n';
        following->line[following->line_length] = bytes[i];
        if (ends)
            following->line[following->line_length] = '\0';
        following->line_length = ends ? 0 : following->line_length + 1;
        if (following->line_length == sizeof following->line)
            return fail(following->measuring->fault, FAULT_INPUT, "file",
                        "The program that reads videos does not end its line.");
        if (ends && !take_line(following))
            return false;
    }
    return true;
}

static bool listen_to(struct following *following, int pipe)
{
    char bytes[READ_BYTES];
    for (;;) {
        struct pollfd told = {.fd = pipe, .events = POLLIN};
        int ready = poll(&told, 1, SILENCE_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready == 0)
            return fail(following->measuring->fault, FAULT_INPUT, "file",
                        "Nothing of it could be read for five minutes; it is damaged in a way "
                        "that stops the reader.");
        ssize_t got = read(pipe, bytes, sizeof bytes);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return true;
        if (!take_bytes(following, bytes, (size_t)got))
            return false;
    }
}

/* ---- The other program. ---- */

/* It lies beside this one. */
static bool find_program(struct measuring *measuring, const char **path)
{
    char own[4096];
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    char *slash = NULL;
    own[length > 0 ? length : 0] = '\0';
    slash = strrchr(own, '/');
    if (slash)
        *slash = '\0';
    *path = arena_print(measuring->arena, "%s/exoledger-measure", own);
    return access(*path, X_OK) == 0 ||
           fail(measuring->fault, FAULT_MISSING, "",
                "The program that opens videos, exoledger-measure, does not lie beside this one; "
                "build or install it.");
}

static void add_number(struct following *following, char **words, size_t *count, const char *name,
                       double number)
{
    if (!isnan(number))
        words[(*count)++] = arena_print(following->measuring->arena, "%s=%.17g", name, number);
}

static bool choose_words(struct following *following, char **words)
{
    struct measuring *measuring = following->measuring;
    const struct frame_noise *said = &following->source->camera, *given = &measuring->camera;
    double fastest = 0;
    size_t count = 1;
    if (measure_diffusion_um2_per_s(measuring->smallest_nm, &measuring->settings.medium,
                                    &fastest) != MEASURED)
        return fail(measuring->fault, FAULT_INPUT, "smallest_nm",
                    "How fast a particle of %g nm diffuses in this medium cannot be told.",
                    measuring->smallest_nm);
    add_number(following, words, &count, "frame_s",
               measuring->frame_rate > 0 ? 1 / measuring->frame_rate : 0);
    add_number(following, words, &count, "pixel_um", measuring->report.pixel_um);
    add_number(following, words, &count, "false_per_frame", measuring->false_per_frame);
    add_number(following, words, &count, "diffusion_most_um2_per_s", fastest);
    add_number(following, words, &count, "gain_dn_per_e",
               isnan(given->gain_dn_per_e) ? said->gain_dn_per_e : given->gain_dn_per_e);
    add_number(following, words, &count, "offset_dn",
               isnan(given->offset_dn) ? said->offset_dn : given->offset_dn);
    add_number(following, words, &count, "read_dn",
               isnan(given->read_dn) ? said->read_dn : given->read_dn);
    add_number(following, words, &count, "threads", measuring->settings.threads);
    words[count++] = arena_print(measuring->arena, "name=%s", following->source->name);
    if (measuring->dark_spots)
        words[count++] = arena_copy(measuring->arena, "dark");
    if (following->source->sidecar_path)
        words[count++] = arena_copy(measuring->arena, "sidecar");
    return true;
}

static int open_for_child(const char *path)
{
    return path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

/* The child's descriptors: the video, the pipe, nothing for chatter, perhaps the sidecar. */
static bool start(struct following *following, int video, int sidecar, int pipe, pid_t *child)
{
    char *words[WORDS_MOST] = {NULL};
    const char *path = NULL;
    posix_spawn_file_actions_t actions;
    if (!find_program(following->measuring, &path) || !choose_words(following, words))
        return false;
    words[0] = arena_copy(following->measuring->arena, path);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return fail(following->measuring->fault, FAULT_STORAGE, "", "No memory for a process.");
    bool ready =
        posix_spawn_file_actions_adddup2(&actions, video, STDIN_FILENO) == 0 &&
        posix_spawn_file_actions_adddup2(&actions, pipe, STDOUT_FILENO) == 0 &&
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0 &&
        (sidecar < 0 || posix_spawn_file_actions_adddup2(&actions, sidecar, SIDECAR_FILE) == 0);
    bool started = ready && posix_spawn(child, path, &actions, NULL, words, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return started || fail(following->measuring->fault, FAULT_STORAGE, "",
                           "The program that opens videos could not be started.");
}

static bool judge_end(struct following *following, int status)
{
    struct fault *fault = following->measuring->fault;
    if (following->told.ended && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
        return fail(fault, FAULT_INPUT, "file",
                    "Reading it took hours of the processor; measure it in parts.");
    return fail(fault, FAULT_INPUT, "file",
                "The program that reads videos ended before the video did, after frame %zu; the "
                "file is damaged, or there is no memory for its frames.",
                following->told.frames);
}

/* Starts, listens and ends, whatever happens in between. */
static bool run_child(struct following *following, int video, int sidecar)
{
    int ends[2], status = 0;
    pid_t child = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return fail(following->measuring->fault, FAULT_STORAGE, "", "No pipe can be had.");
    bool started = start(following, video, sidecar, ends[1], &child);
    close(ends[1]);
    bool heard = started && listen_to(following, ends[0]);
    close(ends[0]);
    if (!started)
        return false;
    if (!heard)
        kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    show_frames(following, true);
    return heard && judge_end(following, status);
}

/* A copy of a video says nothing new, and would make intervals narrower than they are. */
static bool check_copies(const struct following *following)
{
    const struct measuring *measuring = following->measuring;
    const struct report_file *own = &measuring->files[following->number];
    for (size_t i = 0; i < following->number; i++)
        if (text_equals(measuring->files[i].sha256, own->sha256))
            return fail(measuring->fault, FAULT_INPUT, "file",
                        "It is the same video as %s, byte by byte; measure it once.",
                        measuring->files[i].name);
    return true;
}

static bool hash_video(struct following *following, int video)
{
    struct measuring *measuring = following->measuring;
    struct hash hash;
    if (!hasher_file(hasher_open(measuring->arena), video, &hash))
        return folder_fault(measuring->fault, following->source->path, "read");
    struct report_file *file = &measuring->files[following->number];
    file->name = following->source->name;
    file->sha256 = hex_print(measuring->arena, hash.bytes, HASH_BYTES);
    file->file =
        (struct track_file){.kind = TRACK_FILE_VIDEO, .has_brightness = true, .unused = ""};
    return check_copies(following);
}

static bool follow_open(struct following *following, int video)
{
    struct measuring *measuring = following->measuring;
    const char *beside = following->source->sidecar_path;
    int sidecar = open_for_child(beside);
    if (beside && sidecar < 0)
        return folder_fault(measuring->fault, beside, "read");
    bool followed = hash_video(following, video) && run_child(following, video, sidecar);
    if (sidecar >= 0)
        close(sidecar);
    measuring->files[following->number].file.rows = following->told.count;
    return followed || measuring_name_fault(measuring, following->source->name);
}

static bool follow(struct following *following)
{
    struct measuring *measuring = following->measuring;
    int video = open_for_child(following->source->path);
    if (video < 0)
        return folder_fault(measuring->fault, following->source->path, "read");
    following->told =
        (struct tracking_told){.arena = measuring->arena, .pixel_um = measuring->report.pixel_um};
    following->begun_usec = following->shown_usec = stopwatch_usec();
    bool followed = follow_open(following, video);
    close(video);
    return followed;
}

/* ---- All videos of a measurement. ---- */

static struct report_video told_video(const struct tracking_told *told)
{
    const struct tracking_facts *facts = &told->facts;
    double frames = (double)facts->frames;
    return (struct report_video){
        .frames = facts->frames,
        .frames_lost = facts->frames_lost,
        .shape = told->video.shape,
        .noise = facts->noise,
        .threshold_sd = facts->threshold_strength,
        .spots_per_frame = (double)facts->spots / frames,
        .centres_per_frame = (double)facts->centres / frames,
        .saturated_share = facts->spots > 0 ? (double)facts->saturated / (double)facts->spots : 0,
        .background_step = facts->background_step,
        .lossy = told->video.lossy,
    };
}

/* What only the frames of a video tell of its quality. */
static struct flag_video told_quality(const struct tracking_told *told)
{
    const struct tracking_facts *facts = &told->facts;
    double frames = (double)facts->frames, spots = (double)facts->spots;
    return (struct flag_video){
        .saturated_share = {facts->spots > 0, (double)facts->saturated / fmax(1, spots)},
        .background_step = {facts->level_dn > 0, facts->background_step},
        .dropped_share = {told->video.timed || facts->frames_lost > 0,
                          (double)facts->frames_lost / (frames + (double)facts->frames_lost)},
    };
}

static bool follow_each(struct measuring *measuring, struct following *all)
{
    size_t count = measuring->report.file_count;
    struct flag_video *seen = arena_take(measuring->arena, count * sizeof *seen);
    measuring->settings.seen = seen;
    measuring->first = &all[0].told.video;
    for (size_t i = 0; i < count; i++) {
        all[i].measuring = measuring;
        all[i].number = i;
        all[i].source = &measuring->sources[i];
        if (!follow(&all[i]))
            return false;
        measuring->followed[i] = told_video(&all[i].told);
        seen[i] = told_quality(&all[i].told);
    }
    return true;
}

/* One table of all videos, with the frames that each of them lost. */
static bool join(struct measuring *measuring, const struct following *all)
{
    size_t count = measuring->report.file_count, at = 0;
    struct observations seen = {.videos = count};
    size_t *frames = arena_take(measuring->arena, count * sizeof *frames);
    const bool **lost = arena_take(measuring->arena, count * sizeof *lost);
    for (size_t i = 0; i < count; i++) {
        seen.count += all[i].told.count;
        frames[i] = all[i].told.frame_count;
        lost[i] = all[i].told.facts.frames_lost > 0 ? all[i].told.lost : NULL;
    }
    seen.frames = frames;
    seen.lost = lost;
    seen.rows = arena_take(measuring->arena, (seen.count + 1) * sizeof *seen.rows);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < all[i].told.count; j++, at++) {
            seen.rows[at] = all[i].told.rows[j];
            seen.rows[at].video = (uint32_t)i;
            seen.rows[at].peak = tracking_peak(&all[i].told.facts, seen.rows[at].peak);
        }
    return track_table_make(measuring->arena, measuring->fault, &seen, &measuring->table);
}

/* The video in which least is found says what counts in all of them. */
static void take_threshold(struct measuring *measuring, const struct following *all)
{
    struct counting_settings *counting = &measuring->counting;
    double given = counting->classes.threshold;
    const struct tracking_facts *worst = &all[0].told.facts;
    for (size_t i = 1; i < measuring->report.file_count; i++)
        if (all[i].told.facts.threshold_dn > worst->threshold_dn)
            worst = &all[i].told.facts;
    tracking_set_count(worst, measuring->report.pixel_um, counting);
    measuring->settings.link_gate = linking_settings_default().gate;
    if (given > 0) {
        counting->classes.threshold = given;
        counting->peak_least = counting->peak_least > 0 ? given : 0;
    } else {
        measuring->settings.spot_noise = worst->threshold_sd_dn;
    }
}

bool measuring_follow_videos(struct measuring *measuring)
{
    size_t count = measuring->report.file_count;
    struct following *all = arena_take(measuring->arena, count * sizeof *all);
    measuring->followed = arena_take(measuring->arena, count * sizeof *measuring->followed);
    measuring->files = arena_take(measuring->arena, count * sizeof *measuring->files);
    measuring->report.files = measuring->files;
    measuring->report.videos = measuring->followed;
    if (!follow_each(measuring, all) || !join(measuring, all))
        return false;
    take_threshold(measuring, all);
    return true;
}
