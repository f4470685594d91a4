/* fuzz_tracks.c: any bytes are a table of tracks with the numbers that stand in it, or are refused
 * in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/track_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* The number in column `wanted` of a line without quotation marks, read by nothing of ours. */
static double plain_number(const char *line, size_t wanted)
{
    for (size_t column = 0; column < wanted; column++)
        line = strchr(line, ',') + 1;
    return strtod(line, NULL);
}

/* The plainest table of all: what was read must be what a second reader finds. */
static void demand_numbers(struct arena *arena, const struct text *text,
                           const struct observations *seen)
{
    static const char names[] = "frame,particle,x_um,y_um,photons\n";
    if (strncmp(text->bytes, names, sizeof names - 1) != 0 || strchr(text->bytes, '"') ||
        strchr(text->bytes, '\r') || strlen(text->bytes) != text->length)
        return;
    size_t count = 0;
    const char **lines = text_split(arena, text->bytes + sizeof names - 1, '\n', &count);
    size_t row = 0;
    for (size_t i = 0; i < count; i++) {
        if (lines[i][strspn(lines[i], " \t,")] == '\0')
            continue;
        demand(row < seen->count);
        demand(plain_number(lines[i], 0) == seen->rows[row].frame);
        demand(plain_number(lines[i], 1) == (double)seen->rows[row].particle);
        demand(plain_number(lines[i], 2) == seen->rows[row].x_um);
        demand(plain_number(lines[i], 3) == seen->rows[row].y_um);
        demand(plain_number(lines[i], 4) == seen->rows[row].brightness);
        row++;
    }
    demand(row == seen->count);
}

static void demand_tracks(struct arena *arena, struct fault *fault, const struct observations *seen)
{
    struct track_table table;
    size_t positions = 0, wrong = 0;
    if (!track_table_make(arena, fault, seen, &table)) {
        demand(fault->kind == FAULT_INPUT);
        return;
    }
    for (size_t i = 0; i < table.count; i++)
        positions += table.tracks[i].positions;
    demand(positions == seen->count);
    demand(measure_tracks_check(table.tracks, table.count, &wrong) == MEASURED);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open(256 << 20);
    struct text text = text_open(arena);
    struct fault fault = {0};
    struct track_file file;
    struct observations seen;
    text_add_bytes(&text, (const char *)bytes, size);
    if (track_file_read(arena, &fault, &text, 0.14, &file, &seen)) {
        demand(fault.kind == FAULT_NONE && seen.count > 0 && seen.count == file.rows);
        demand(seen.videos >= 1 && seen.videos <= TRACK_FILE_VIDEOS);
        demand(file.kind != TRACK_FILE_UNKNOWN && text_is_utf8(file.unused, strlen(file.unused)));
        demand_numbers(arena, &text, &seen);
        demand_tracks(arena, &fault, &seen);
    } else {
        demand(fault.kind == FAULT_INPUT && *fault.text);
    }
    arena_close(arena);
    return 0;
}
