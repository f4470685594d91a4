/* measuring.c: videos or tables of tracks on the command line, and what they say of size. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring.h"

#include "measuring_output.h"
#include "measuring_tables.h"

#include <math.h>
#include <unistd.h>

/* What a million tracks and their kernel need, and more. */
#define MEASURING_ARENA_BYTES ((size_t)16 << 30)

static bool read_tables(struct measuring *measuring)
{
    struct cli *cli = measuring->cli;
    size_t blanks = 0;
    const char *blank = cli_option(cli, "blank");
    struct measuring_tables read = {0};
    if (!measuring_tables_read(measuring->arena, measuring->fault, cli->words + 1,
                               cli->word_count - 1, measuring->report.pixel_um, &read))
        return false;
    measuring->report.files = read.files;
    measuring->report.file_count = read.video_count;
    measuring->table = read.table;
    if (!measuring_check_temperatures(measuring))
        return false;
    if (!blank)
        return true;
    const char **paths = text_split(measuring->arena, blank, ',', &blanks);
    if (!measuring_tables_read(measuring->arena, measuring->fault, paths, blanks,
                               measuring->report.pixel_um, &read))
        return false;
    measuring->blank = read.table;
    measuring->settings.blank = &measuring->blank;
    return true;
}

static void show_progress(void *context, size_t done, size_t replicates)
{
    (void)context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%3zu %% of the resamplings%s", 100 * done / replicates,
                done == replicates ? "\r\033[K" : "");
}

static bool read_positions(struct measuring *measuring)
{
    if (measuring->videos)
        return measuring_check_temperatures(measuring) && measuring_follow_videos(measuring);
    return measuring_settle(measuring, NULL, 1 / measuring->frame_rate) && read_tables(measuring);
}

static bool choose_classes(struct measuring *measuring)
{
    return !measuring->settings.counting ||
           counting_choose_classes(measuring->arena, measuring->fault, &measuring->table,
                                   &measuring->counting);
}

static bool measure(struct measuring *measuring)
{
    struct cli *cli = measuring->cli;
    struct measurement measurement;
    struct measuring_output output = {0};
    if (cli->word_count < 2 || cli->word_count - 1 > MEASUREMENT_VIDEOS)
        return fail(measuring->fault, FAULT_INPUT, "file",
                    cli->word_count < 2
                        ? "Say which videos or tables of tracks to measure: exoledger measure "
                          "capture.avi --pixel-nm 140 --exposure-ms 32.5 --temperature-c 25."
                        : "At most 256 files are measured together.");
    if (!measuring_output_read(cli, &output) || !measuring_find_sources(measuring) ||
        !measuring_read_options(measuring) || !read_positions(measuring) ||
        !choose_classes(measuring) ||
        !measurement_make(measuring->arena, measuring->fault, &measuring->table,
                          &measuring->settings, &measurement))
        return false;
    measuring->report.measurement = &measurement;
    return measuring_output_write(cli, measuring->arena, &output, &measuring->report);
}

bool measuring_run(struct cli *cli)
{
    struct arena *arena = arena_open(MEASURING_ARENA_BYTES);
    struct measuring *measuring = arena_take(arena, sizeof *measuring);
    *measuring = (struct measuring){
        .cli = cli,
        .arena = arena,
        .fault = &cli->work->fault,
        .settings = {.missed_frame_allowed = true, .progress = show_progress},
        .report = {.program = PROGRAM_VERSION, .settings = &measuring->settings},
    };
    bool worked = measure(measuring);
    arena_close(arena);
    return worked;
}
