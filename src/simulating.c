/* simulating.c: the command that simulates a scene into a new folder. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "simulating.h"

#include "base/time.h"
#include "chain/folder.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { SCENE_BYTES = 1 << 20, MOST_THREADS = 64, SHOWN_BYTES = 60 };

/* What scene_check lets through needs less; particles are the rest of it. */
static const size_t arena_bytes = (size_t)6 << 30;

static bool is_built_in(const char *name)
{
    for (const struct scene_name *at = scene_names; at->name; at++)
        if (text_equals(at->name, name))
            return true;
    return false;
}

/* Whoever names no scene is told what there is, beside the fault. */
static bool refuse_scene(struct simulating *simulating, const char *given)
{
    if (given)
        return fail(simulating->fault, FAULT_MISSING, "scene",
                    "There is no scene %.*s; exoledger simulate alone lists those that are built "
                    "in.",
                    (int)text_whole(given, SHOWN_BYTES), given);
    for (const struct scene_name *at = scene_names; at->name; at++)
        fprintf(stderr, "  %-10s %s\n", at->name, at->summary);
    return fail(simulating->fault, FAULT_INPUT, "scene",
                "Say which scene to simulate with --scene: a file, or one that is built in.");
}

static bool read_scene(struct simulating *simulating, const char *given)
{
    char *bytes = NULL;
    size_t size = 0;
    if (given && is_built_in(given))
        return scene_named(simulating->arena, simulating->fault, given, &simulating->scene);
    if (!given || access(given, F_OK) != 0)
        return refuse_scene(simulating, given);
    return folder_read(simulating->arena, simulating->fault, given, SCENE_BYTES, &bytes, &size) &&
           scene_read(simulating->arena, simulating->fault, bytes, size, &simulating->scene);
}

static void tell(const struct simulating *simulating, const char *what, size_t done, size_t all)
{
    int64_t taken_usec = simulating->told_usec - simulating->begun_usec;
    double left_s = (double)taken_usec / 1e6 * (double)(all - done) / (double)(done ? done : 1);
    bool terminal = isatty(STDERR_FILENO);
    fprintf(stderr, "%s%3.0f %%, %zu of %zu %s, %.0f s left%s", terminal ? "\r\033[K" : "",
            100 * (double)done / (double)all, done, all, what, left_s,
            terminal && done < all ? "" : "\n");
}

/* While a simulation runs, what asks the program to end waits for its draft to be removed. */
static void hold_signals(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

static bool is_asked_to_end(void)
{
    sigset_t waiting;
    return sigpending(&waiting) == 0 &&
           (sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1);
}

bool simulating_go_on(struct simulating *simulating, const char *what, size_t done, size_t all)
{
    const int64_t pause_usec = isatty(STDERR_FILENO) ? USEC_PER_SECOND / 4 : 10 * USEC_PER_SECOND;
    int64_t now_usec = stopwatch_usec();
    bool shown = simulating->told_usec > 0;
    int64_t since_usec = now_usec - (shown ? simulating->told_usec : simulating->begun_usec);
    if (since_usec >= (shown ? pause_usec : USEC_PER_SECOND) || (shown && done == all)) {
        simulating->told_usec = now_usec;
        tell(simulating, what, done, all);
    }
    return !is_asked_to_end() || fail(simulating->fault, FAULT_CONFLICT, "",
                                      "The simulation was interrupted; nothing of it is kept.");
}

static void begin(struct simulating *simulating)
{
    simulating->begun_usec = stopwatch_usec();
    simulating->told_usec = 0;
}

static bool tell_followed(void *context, size_t done, size_t all)
{
    return simulating_go_on(context, "particles", done, all);
}

static bool write_all(struct simulating *simulating, bool tracks_only, struct simulated *simulated)
{
    const struct simulate_progress progress = {tell_followed, simulating};
    begin(simulating);
    if (!simulate_telling(simulating->arena, simulating->fault, &simulating->scene,
                          simulating->seed, &progress, simulated) ||
        !simulating_write_tracks(simulating, simulated))
        return false;
    begin(simulating);
    return tracks_only || simulating_write_video(simulating);
}

static void print_summary(const struct cli *cli, const struct simulating *simulating,
                          const struct simulated *simulated)
{
    struct text text = text_open(simulating->arena);
    if (cli->json) {
        simulating_write_truth(&text, simulating->seed, simulated);
        printf("%s", text.bytes);
        return;
    }
    printf("%zu frames with %.1f particles in view lie in %s: %zu positions as a tracker sees "
           "them, %zu true ones.\n",
           simulated->truth.frames, simulated->truth.in_view, simulating->out,
           simulated->observation_count, simulated->position_count);
}

static bool simulate_into_folder(struct cli *cli, struct simulating *simulating)
{
    struct simulated simulated;
    sigset_t before;
    if (!simulating_open(simulating))
        return false;
    hold_signals(&before);
    bool kept = write_all(simulating, cli_option(cli, "tracks_only") != NULL, &simulated) &&
                simulating_keep(simulating);
    if (kept)
        print_summary(cli, simulating, &simulated);
    else
        simulating_drop(simulating);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return kept;
}

bool simulating_run(struct cli *cli)
{
    struct simulating simulating = {.fault = &cli->work->fault, .threads = 1};
    int64_t seed = 1;
    int64_t threads = 1;
    if (!cli_only(cli, "scene seed out tracks_only threads") ||
        !cli_number(cli, "seed", 0, JSON_LARGEST, &seed) ||
        !cli_number(cli, "threads", 1, MOST_THREADS, &threads))
        return false;
    simulating.arena = arena_open(arena_bytes);
    simulating.seed = (uint64_t)seed;
    simulating.threads = (size_t)threads;
    bool worked = read_scene(&simulating, cli_option(cli, "scene")) &&
                  cli_required(cli, "out", &simulating.out) &&
                  simulate_into_folder(cli, &simulating);
    arena_close(simulating.arena);
    return worked;
}
