/* storm_keeping.c: is a rebuild, a backup or a new record whole or not there, whatever happened? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "storm_keeping.h"

#include "crew/erasure.h"
#include "init.h"
#include "keeping.h"

#include <stdio.h>
#include <stdlib.h>

static const char second[] = DISK_MOUNT "/second";

/* A process that did what no client is told about: it failed or not. */
static void end(struct storm *storm, bool worked)
{
    storm->last = storm->work.fault;
    storm->work.fault = (struct fault){0};
    storm->failures += !worked;
    if (!worked)
        storm_end(storm);
}

void storm_checkpoint(struct storm *storm)
{
    struct checkpoint signed_now;
    storm->work.now_usec = storm->now_usec += USEC_PER_SECOND;
    end(storm, ledger_checkpoint(&storm->work, &signed_now));
}

void storm_rebuild(struct storm *storm)
{
    int64_t entries = 0;
    end(storm, verify_rebuild(&storm->work, &entries));
}

static const char *copy_path(struct arena *arena, const char *kind, int64_t number)
{
    return arena_print(arena, DISK_MOUNT "/%s-%lld", kind, (long long)number);
}

void storm_back_up(struct storm *storm)
{
    int64_t entries = 0;
    struct work *work = &storm->work;
    int64_t number = ++storm->copies;
    bool worked = erasure_finish_all(work) &&
                  keeping_copy(work, copy_path(work->arena, "copy", number), NULL, false,
                               copy_path(work->arena, "keys", number), &entries);
    if (worked && !disk_has_stopped()) {
        storm->copied = entries;
        storm->copy = number;
    }
    end(storm, worked);
}

static struct work other_work(const struct storm *storm)
{
    return (struct work){.arena = arena_open(WORK_ARENA_BYTES), .now_usec = storm->now_usec};
}

/* Opened as the command line does; keys: the folder with them, or NULL for its own. */
static bool open_other(struct work *work, const char *folder, const char *keys)
{
    const struct catalogue *catalogue = NULL;
    if (!catalogue_make(work->arena, &work->fault, &catalogue) ||
        !record_open(work, folder, catalogue_tables, ACCESS_WRITE))
        return false;
    work->record->catalogue = catalogue;
    return ledger_compare_head(work) && (!keys || record_adopt_keys(work, keys));
}

bool storm_copy_holds(struct storm *storm)
{
    struct verified verified = {0};
    struct work work = other_work(storm);
    storm->copy_refused =
        storm->copied && (!open_other(&work, copy_path(work.arena, "copy", storm->copy),
                                      copy_path(work.arena, "keys", storm->copy)) ||
                          !verify_record(&work, NULL, &verified));
    if (storm->copy_refused)
        storm_wrong(storm, "the backup: %s", work.fault.text);
    else if (verified.entries != storm->copied)
        storm_wrong(storm, "the backup had %lld entries and holds %lld", (long long)storm->copied,
                    (long long)verified.entries);
    arena_close(work.arena);
    return !*storm->why;
}

static bool make_second(struct storm *storm, struct fault *fault)
{
    struct work work = other_work(storm);
    FILE *unread = fopen("/dev/null", "w");
    const struct init_settings settings = {.folder = second, .demo = true};
    setenv("EXOLEDGER_DATA", storm_tables(), 1);
    bool made = unread && init_record(&work, &settings, unread);
    if (unread)
        fclose(unread);
    *fault = work.fault;
    arena_close(work.arena);
    return made;
}

void storm_init(struct storm *storm)
{
    bool made = storm->made || make_second(storm, &storm->last);
    storm->begun = true;
    storm->made = made && !disk_has_stopped();
    storm->failures += !made;
}

/* What was not acknowledged is either not there, and can be made, or it is whole. */
bool storm_made_holds(struct storm *storm)
{
    struct verified verified;
    struct fault fault = {0};
    struct work work = other_work(storm);
    if (storm->begun && !storm->made && !make_second(storm, &fault) && fault.kind != FAULT_CONFLICT)
        storm_wrong(storm, "a record that was not finished cannot be made: %s", fault.text);
    else if (storm->begun &&
             (!open_other(&work, second, NULL) || !verify_record(&work, NULL, &verified)))
        storm_wrong(storm, "the record that was made: %s %s", work.fault.text, fault.text);
    arena_close(work.arena);
    storm->made = storm->begun;
    return !*storm->why;
}
