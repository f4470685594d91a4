/* storm.c: how a record is opened, asked and held against what was told while the disk fails. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "storm.h"

#include "contract/book.h"
#include "disk_vfs.h"
#include "small.h"
#include "storm_keeping.h"
#include "storm_steps.h"

#include <malloc.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static struct disk *prepared;
static char folder[128];
static const char *tables;
static struct arena *kept;

/* ---- numbers that follow from the seed alone ---- */

static const char *random_name(void)
{
    return "drawn";
}

static uint32_t random_word(void)
{
    return (uint32_t)(disk_draw() >> 32);
}

static void random_bytes(void *const bytes, const size_t size)
{
    for (size_t i = 0; i < size; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)(disk_draw() >> 40);
}

static void draw_from_disk(void)
{
    static randombytes_implementation drawn = {
        .implementation_name = random_name, .random = random_word, .buf = random_bytes};
    randombytes_set_implementation(&drawn);
}

/* ---- the record that every storm begins with ---- */

void storm_prepare(void)
{
    /* Disks are taken and given back thousands of times. */
    mallopt(M_MMAP_THRESHOLD, 64 << 20);
    mallopt(M_TRIM_THRESHOLD, 256 << 20);
    kept = arena_open((size_t)1 << 20);
    tables = small_tables(kept);
    disk = disk_new(20250114);
    disk_register();
    draw_from_disk();
    setenv("TMPDIR", DISK_MOUNT, 1);
    struct demo *demo = demo_make(&sqlite_engine, tables);
    small_live(demo);
    demo_verify(demo);
    snprintf(folder, sizeof folder, "%s", demo->folder);
    arena_close(demo->work.arena);
    arena_close(demo->arena);
    disk_restart(LOSS_NOTHING, 1);
    prepared = disk;
    disk = NULL;
}

void storm_forget(void)
{
    disk_free(disk);
    disk_free(prepared);
    disk = NULL;
    unsetenv("TMPDIR");
    demo_remove_folder(tables);
    arena_close(kept);
}

const char *storm_tables(void)
{
    return tables;
}

const char *storm_folder(void)
{
    return folder;
}

void storm_begin(struct storm *storm, uint64_t seed)
{
    disk_free(disk);
    disk = disk_copy(prepared);
    *storm = (struct storm){.draws = seed * 2 + 1, .now_usec = DEMO_USEC + USEC_PER_DAY};
    demo_draw(&storm->draws);
}

bool storm_wrong(struct storm *storm, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    if (!*storm->why)
        vsnprintf(storm->why, sizeof storm->why, format, list);
    va_end(list);
    return false;
}

/* ---- processes ---- */

void storm_end(struct storm *storm)
{
    arena_close(storm->work.arena);
    storm->work = (struct work){0};
}

void storm_leave(struct storm *storm)
{
    if (storm->server) {
        desk_leave(&storm->desk);
        arena_close(storm->server);
    }
    storm->server = NULL;
    storm_end(storm);
}

bool storm_open(struct storm *storm)
{
    const struct catalogue *catalogue = NULL;
    struct work *work = &storm->work;
    storm_end(storm);
    *work = (struct work){
        .arena = arena_open(WORK_ARENA_BYTES), .now_usec = storm->now_usec, .zone_minutes = 540};
    if (!catalogue_make(work->arena, &work->fault, &catalogue) ||
        !record_open(work, folder, catalogue_tables, ACCESS_WRITE))
        return false;
    work->record->catalogue = catalogue;
    return ledger_compare_head(work) && book_check_opening(work);
}

/* ---- what must hold ---- */

bool storm_verifies(struct storm *storm)
{
    struct verified verified;
    struct work *work = &storm->work;
    struct arena_mark mark = arena_mark(work->arena);
    bool whole = verify_record(work, NULL, &verified);
    if (!whole)
        storm_wrong(storm, "verify: %s", work->fault.text);
    work->fault = (struct fault){0};
    arena_rewind(work->arena, mark);
    return whole;
}

static const struct told *erasure_of(const struct storm *storm)
{
    for (size_t i = 0; i < storm->count; i++)
        if (text_equals(storm->asked[i].operation, "person.erase") &&
            storm->asked[i].word == TOLD_STORED)
            return &storm->asked[i];
    return NULL;
}

/* Old copies of the store must not be readable with a key that lies beside them. */
static bool erased_for_good(struct storm *storm)
{
    const char **names = NULL;
    size_t count = 0;
    struct work *work = &storm->work;
    if (!erasure_of(storm))
        return true;
    if (person_is_known(work, STORM_ERASED))
        return storm_wrong(storm, "the key of %s was destroyed and is there", STORM_ERASED);
    if (!folder_list(work->arena, &work->fault, folder, ".key", &names, &count))
        return storm_wrong(storm, "the keys cannot be listed: %s", work->fault.text);
    return count == 2 || storm_wrong(storm, "%zu keys lie in the folder after an erasure", count);
}

/* A donor's name can be read as long as nobody erased it. */
static bool keys_are_there(struct storm *storm)
{
    char person[64];
    const char *code = NULL;
    for (size_t i = 0; i < storm->count; i++) {
        const struct told *told = &storm->asked[i];
        if (told->word != TOLD_STORED || !text_equals(told->operation, "donor.register"))
            continue;
        code = told->input + strlen("{\"code\":\"");
        snprintf(person, sizeof person, "donor:%.*s", (int)strcspn(code, "\""), code);
        if (!person_is_known(&storm->work, person))
            return storm_wrong(storm, "%s was acknowledged and %s has no key", told->key, person);
    }
    return true;
}

/* The signed head knows what was acknowledged, before anything else is written. */
static bool head_knows(struct storm *storm)
{
    struct checkpoint outside = {0};
    if (!ledger_outside(&storm->work, &outside))
        return storm_wrong(storm, "the head: %s", storm->work.fault.text);
    for (size_t i = 0; i < storm->count; i++)
        if (storm->asked[i].word == TOLD_STORED && storm->asked[i].seq > outside.size)
            return storm_wrong(storm, "%s was acknowledged as entry %lld and the head knows %lld",
                               storm->asked[i].key, (long long)storm->asked[i].seq,
                               (long long)outside.size);
    return true;
}

bool storm_holds(struct storm *storm, bool whole)
{
    char why[200];
    if (!told_holds(&storm->work, storm->asked, storm->count, why))
        return storm_wrong(storm, "%s", why);
    return head_knows(storm) && keys_are_there(storm) && (!whole || storm_verifies(storm)) &&
           erased_for_good(storm) && storm_copy_holds(storm) && storm_made_holds(storm);
}

bool storm_rebuilds(struct storm *storm)
{
    const char *before = NULL;
    const char *after = NULL;
    int64_t entries = 0;
    struct work *work = &storm->work;
    if (!verify_fingerprint(work, &before) || !verify_rebuild(work, &entries) ||
        !verify_fingerprint(work, &after))
        return storm_wrong(storm, "rebuild: %s", work->fault.text);
    return text_equals(before, after) || storm_wrong(storm, "a rebuild gives other tables");
}

bool storm_settle(struct storm *storm)
{
    for (size_t i = 0; i < storm->count; i++) {
        struct told *told = &storm->asked[i];
        if (told->word == TOLD_STORED || told->word == TOLD_REFUSED)
            continue;
        storm_ask(storm, told);
        if (told->word != TOLD_STORED && told->word != TOLD_REFUSED)
            return storm_wrong(storm, "%s has no outcome when asked again on a sound disk: %s",
                               told->key, storm->last.text);
    }
    return !*storm->why;
}
