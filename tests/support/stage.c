/* stage.c: one record with the short story in it, kept open while inputs are tried on it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include "base/time.h"
#include "exchange.h"
#include "init.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORY_BYTES = 1 << 20, PERSONS_BYTES = 1 << 24 };

static struct stage *the_only(struct stage *made)
{
    static struct stage *only;
    if (made)
        only = made;
    return only;
}

static void require(bool good, const struct work *work, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s: %s\n", what, work->fault.text);
    exit(1);
}

const struct catalogue *stage_catalogue(void)
{
    static const struct catalogue *catalogue;
    static struct work work;
    if (!catalogue) {
        work.arena = arena_open(WORK_ARENA_BYTES);
        require(catalogue_make(work.arena, &work.fault, &catalogue), &work, "catalogue");
    }
    return catalogue;
}

static void remove_stage(void)
{
    char path[4096];
    struct stage *stage = the_only(NULL);
    DIR *listing = opendir(stage->folder);
    for (const struct dirent *at = listing ? readdir(listing) : NULL; at; at = readdir(listing)) {
        snprintf(path, sizeof path, "%s/%s", stage->folder, at->d_name);
        unlink(path);
    }
    if (listing)
        closedir(listing);
    rmdir(stage->folder);
}

/* As far as the fever, like the record on which the exchanges at the door are played. */
static const char *story_file(struct stage *stage)
{
    char *text = NULL;
    size_t size = 0;
    struct work *work = &stage->work;
    const char *path = arena_print(stage->arena, "%s/story.txt", stage->folder);
    require(
        folder_read(stage->arena, &work->fault, "tests/story/short.txt", STORY_BYTES, &text, &size),
        work, "tests/story/short.txt");
    const char *fever = strstr(text, "\n# A fever");
    require(fever != NULL, work, "The story has no fever");
    require(folder_write(stage->arena, &work->fault, path, text, (size_t)(fever - text) + 1, false),
            work, path);
    return path;
}

static void open_record(struct stage *stage)
{
    struct work *work = &stage->work;
    work->arena = arena_open(WORK_ARENA_BYTES);
    require(record_open(work, stage->folder, catalogue_tables, ACCESS_WRITE), work, "open");
    work->record->catalogue = stage_catalogue();
}

static void make_record(struct stage *stage)
{
    FILE *unread = fopen("/dev/null", "w");
    struct work *work = &stage->work;
    struct exchange_result result = {0};
    const struct init_settings settings = {.folder = stage->folder, .demo = true};
    *work = (struct work){.arena = arena_open(WORK_ARENA_BYTES),
                          .now_usec = INT64_C(1735689600000000),
                          .zone_minutes = 540};
    setenv("EXOLEDGER_DATA", "data", 1);
    require(unread && init_record(work, &settings, unread), work, "init");
    fclose(unread);
    arena_close(work->arena);
    open_record(stage);
    require(exchange_play(work, story_file(stage), NULL, stderr, &result) && result.failed == 0,
            work, "story");
}

struct stage *stage_open(void)
{
    const char *below = getenv("TMPDIR");
    struct arena *arena = arena_open((size_t)64 << 20);
    if (the_only(NULL)) {
        arena_close(arena);
        return the_only(NULL);
    }
    struct stage *stage = arena_take(arena, sizeof *stage);
    stage->arena = arena;
    char *folder =
        arena_print(arena, "%s/exoledger-stage-XXXXXX", below && *below ? below : "/tmp");
    stage->folder = folder;
    require(mkdtemp(folder) != NULL, &stage->work, folder);
    the_only(stage);
    atexit(remove_stage);
    make_record(stage);
    require(folder_read(arena, &stage->work.fault, arena_print(arena, "%s/persons", folder),
                        PERSONS_BYTES, &stage->persons, &stage->persons_size),
            &stage->work, "persons");
    return stage;
}

void stage_begin(struct stage *stage)
{
    struct work *work = &stage->work;
    stage->actor = (struct actor){.account = "QA1", .name = "Somebody", .site = "M", .roles = ""};
    memset(stage->actor.permitted, true, sizeof stage->actor.permitted);
    work->actor = &stage->actor;
    work->zone_minutes = 540;
    work->fault = (struct fault){0};
    work->amends = 0;
    work->scope_site = NULL;
}

void stage_end(struct stage *stage, struct arena_mark mark)
{
    struct stat status;
    struct work *work = &stage->work;
    const char *path = arena_print(work->arena, "%s/persons", stage->folder);
    if (stat(path, &status) == 0 && (size_t)status.st_size != stage->persons_size) {
        FILE *file = fopen(path, "wb");
        require(file &&
                    fwrite(stage->persons, 1, stage->persons_size, file) == stage->persons_size &&
                    fclose(file) == 0,
                work, path);
    }
    work->actor = NULL;
    arena_rewind(work->arena, mark);
}
