/* measuring_tables.c: tables of tracks, one after another, as the videos of one sample. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measuring_tables.h"

#include "base/hash.h"
#include "chain/folder.h"

#include <stdio.h>
#include <string.h>

/* One file that was read, and where its videos begin among those of all. */
struct table_part {
    struct report_file file;
    struct observations seen;
    size_t first;
};

static bool read_file(struct arena *arena, struct fault *fault, const char *path, double pixel_um,
                      struct table_part *part)
{
    struct text bytes = {.arena = arena};
    const char *slash = strrchr(path, '/');
    if (!folder_read(arena, fault, path, TRACK_FILE_BYTES, &bytes.bytes, &bytes.length))
        return false;
    struct hash hash = hasher_hash(hasher_open(arena), bytes.bytes, bytes.length);
    part->file.name = slash ? slash + 1 : path;
    part->file.sha256 = hex_print(arena, hash.bytes, HASH_BYTES);
    if (track_file_read(arena, fault, &bytes, pixel_um, &part->file.file, &part->seen))
        return true;
    char *sentence = arena_copy(arena, fault->text);
    snprintf(fault->text, sizeof fault->text, "%s: %s", part->file.name, sentence);
    return false;
}

/* What belongs to one of the videos of a part. */
static void add_video(const struct table_part *part, size_t video, struct report_file *file)
{
    *file = part->file;
    file->number = part->seen.videos > 1 ? video + 1 : 0;
    file->file.rows = 0;
    for (size_t i = 0; i < part->seen.count; i++)
        file->file.rows += part->seen.rows[i].video == video;
}

static void add_part(const struct table_part *part, struct observations *all, size_t *frames,
                     struct report_file *files)
{
    for (size_t v = 0; v < part->seen.videos; v++) {
        add_video(part, v, &files[part->first + v]);
        frames[part->first + v] = part->seen.frames ? part->seen.frames[v] : 0;
    }
    for (size_t i = 0; i < part->seen.count; i++) {
        struct observation *row = &all->rows[all->count++];
        *row = part->seen.rows[i];
        row->video += (uint32_t)part->first;
    }
}

bool measuring_tables_read(struct arena *arena, struct fault *fault, const char *const *paths,
                           size_t count, double pixel_um, struct measuring_tables *tables)
{
    struct table_part *parts = arena_take(arena, (count + 1) * sizeof *parts);
    size_t videos = 0, rows = 0;
    for (size_t i = 0; i < count; i++) {
        parts[i].first = videos;
        if (!read_file(arena, fault, paths[i], pixel_um, &parts[i]))
            return false;
        videos += parts[i].seen.videos;
        rows += parts[i].seen.count;
    }
    if (videos > MEASUREMENT_VIDEOS)
        return fail(fault, FAULT_INPUT, "file", "At most %d videos are measured together.",
                    MEASUREMENT_VIDEOS);
    size_t *frames = arena_take(arena, (videos + 1) * sizeof *frames);
    struct observations all = {.videos = videos, .frames = frames};
    all.rows = arena_take(arena, (rows + 1) * sizeof *all.rows);
    *tables = (struct measuring_tables){.video_count = videos};
    tables->files = arena_take(arena, (videos + 1) * sizeof *tables->files);
    for (size_t i = 0; i < count; i++)
        add_part(&parts[i], &all, frames, tables->files);
    return track_table_make(arena, fault, &all, &tables->table);
}
