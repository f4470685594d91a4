/* fuzz_place.c: whatever lies in the folder of a record, it is opened or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

enum { KEPT_BYTES = 1 << 20, FIRST_LETTER = 'a' };

/* Files that a person may have edited, or a disk damaged. */
static const char *const names[] = {"record.json", "head.json", "checkpoint.key", "persons"};
enum { NAMES = sizeof names / sizeof *names };

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static const char *path_of(struct arena *arena, const struct stage *stage, const char *name)
{
    return arena_print(arena, "%s/%s", stage->folder, name);
}

static void put(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    demand(file && fwrite(bytes, 1, size, file) == size);
    demand(fclose(file) == 0);
}

static void demand_refusal(const struct fault *fault)
{
    size_t length = strlen(fault->text);
    demand(fault->kind != FAULT_NONE && length > 0 && fault->text[length - 1] == '.');
    demand(text_is_utf8(fault->text, length));
}

/* Everything that reads one of the files. */
static void open_it(const struct stage *stage)
{
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES), .now_usec = stage->work.now_usec};
    const char *sealed = NULL;
    const char *plain = NULL;
    bool erased = false;
    bool worked = record_open(&work, stage->folder, catalogue_tables, ACCESS_READ) &&
                  ledger_compare_head(&work) &&
                  person_seal(&work, "donor:D-0001", "name", "Somebody", &sealed) &&
                  person_open(&work, "name", sealed, &plain, &erased);
    if (worked)
        demand(work.fault.kind == FAULT_NONE && text_equals(plain, "Somebody"));
    else
        demand_refusal(&work.fault);
    arena_close(work.arena);
}

/* A record whose settings name a server would be looked for in the network. Escapes can spell the
 * word as well. */
static bool stays_here(const char *name, const char *text)
{
    return strcmp(name, "record.json") != 0 || !(strstr(text, "server") || strstr(text, "\\u"));
}

/* The first letter chooses the file: a for record.json and so on. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct stage *stage = stage_open();
    struct arena *arena = arena_open((size_t)1 << 24);
    struct fault fault = {.kind = FAULT_NONE};
    char *kept = NULL;
    size_t kept_size = 0;
    if (size > 0 && bytes[0] >= FIRST_LETTER && bytes[0] < FIRST_LETTER + NAMES) {
        const char *name = names[bytes[0] - FIRST_LETTER];
        const char *path = path_of(arena, stage, name);
        const char *text = arena_text(arena, (const char *)bytes + 1, size - 1);
        demand(folder_read(arena, &fault, path, KEPT_BYTES, &kept, &kept_size));
        if (stays_here(name, text)) {
            put(path, bytes + 1, size - 1);
            open_it(stage);
            put(path, kept, kept_size);
        }
    }
    arena_close(arena);
    return 0;
}
