/* imported.c: knows an export by what stands in it, and reads what belongs together. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/imported.h"

#include "measure/delimited.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *name;
    const char *words;
} kinds[IMPORTED_KINDS] = {
    [IMPORTED_UNKNOWN] = {"unknown", "an unknown file"},
    [IMPORTED_NANOSIGHT_SUMMARY] = {"nanosight_experiment_summary",
                                    "a NanoSight experiment summary"},
    [IMPORTED_NANOSIGHT_PARTICLES] = {"nanosight_particle_data", "a NanoSight ParticleData file"},
    [IMPORTED_NANOSIGHT_TRACKS] = {"nanosight_all_tracks", "a NanoSight AllTracks file"},
    [IMPORTED_ZETAVIEW_SIZE] = {"zetaview_size", "a ZetaView size distribution"},
    [IMPORTED_ZETAVIEW_POSITIONS] = {"zetaview_positions", "a ZetaView file of positions"},
    [IMPORTED_ZETAVIEW_PROFILE] = {"zetaview_profile", "a ZetaView profile"},
};

const char *imported_kind_name(enum imported_kind kind)
{
    return kinds[kind < IMPORTED_KINDS ? kind : IMPORTED_UNKNOWN].name;
}

const char *imported_kind_words(enum imported_kind kind)
{
    return kinds[kind < IMPORTED_KINDS ? kind : IMPORTED_UNKNOWN].words;
}

/* Whether a word stands in the line, whatever the case of its letters. */
static bool line_holds(const unsigned char *line, size_t size, const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; i + length <= size; i++)
        if (strncasecmp((const char *)line + i, word, length) == 0)
            return true;
    return false;
}

enum imported_kind imported_kind_of(const unsigned char *bytes, size_t size)
{
    static const char summary[] = "NTA Experiment Summary File";
    static const char single[] = "NTA Single Analysis Summary File";
    enum { LONGEST_LINE = 4096 };
    bool marked = size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    const unsigned char *line = marked ? bytes + 3 : bytes;
    size_t left = marked ? size - 3 : size;
    size_t most = left < LONGEST_LINE ? left : LONGEST_LINE;
    const unsigned char *end = most ? memchr(line, '\n', most) : NULL;
    size_t length = end ? (size_t)(end - line) : most;
    if (line_holds(line, length, summary) || line_holds(line, length, single))
        return IMPORTED_NANOSIGHT_SUMMARY;
    if (line_holds(line, length, "Particle ID") && line_holds(line, length, ","))
        return line_holds(line, length, "X/pixels") || line_holds(line, length, "Y/pixels")
                   ? IMPORTED_NANOSIGHT_TRACKS
                   : IMPORTED_NANOSIGHT_PARTICLES;
    switch (zetaview_part_of(bytes, size)) {
    case ZETAVIEW_SIZE:
        return IMPORTED_ZETAVIEW_SIZE;
    case ZETAVIEW_PLACES:
        return IMPORTED_ZETAVIEW_POSITIONS;
    case ZETAVIEW_PROFILE:
        return IMPORTED_ZETAVIEW_PROFILE;
    case ZETAVIEW_NONE:
        break;
    }
    return IMPORTED_UNKNOWN;
}

void imported_set_add(struct imported *imported, const char *const words[3],
                      const struct imported_figures *figures)
{
    assert(imported->set_count < IMPORTED_SETS);
    imported->sets[imported->set_count++] =
        (struct imported_set){words[0], words[1], words[2], *figures};
}

static void fact_add(struct imported *imported, const char *const words[4], const char *text,
                     double number)
{
    assert(imported->fact_count < IMPORTED_FACTS);
    imported->facts[imported->fact_count++] =
        (struct imported_fact){words[0], words[1], words[2], words[3], {text, number}};
}

void imported_number_add(struct imported *imported, const char *const words[4], double number)
{
    fact_add(imported, words, NULL, number);
}

void imported_text_add(struct imported *imported, const char *const words[4], const char *text)
{
    fact_add(imported, words, text, 0);
}

struct imported_table *imported_table_add(struct arena *arena, struct imported *imported,
                                          const char *const words[3], size_t columns, size_t rows)
{
    assert(imported->table_count < IMPORTED_TABLES);
    struct imported_table *table = &imported->tables[imported->table_count++];
    *table = (struct imported_table){.name = words[0],
                                     .label = words[1],
                                     .label_ja = words[2],
                                     .columns = columns,
                                     .rows = rows};
    table->names = arena_take(arena, columns * sizeof *table->names);
    table->values = arena_take(arena, (columns * rows + 1) * sizeof *table->values);
    return table;
}

static bool summary_read(struct arena *arena, struct fault *fault,
                         const struct imported_bytes *file, struct imported *imported)
{
    struct nanosight *summary = arena_take(arena, sizeof *summary);
    if (!nanosight_import(arena, fault, file->bytes, file->size, summary))
        return false;
    imported_from_summary(arena, summary, imported);
    return true;
}

static bool particles_import(struct arena *arena, struct fault *fault,
                             const struct imported_bytes *files, struct imported *imported,
                             enum imported_kind *wrong)
{
    struct particles *particles = arena_take(arena, sizeof *particles);
    for (*wrong = IMPORTED_NANOSIGHT_PARTICLES; *wrong <= IMPORTED_NANOSIGHT_TRACKS; ++*wrong)
        if (files[*wrong].bytes &&
            !particles_read(arena, fault, files[*wrong].bytes, files[*wrong].size, particles))
            return false;
    if (!particles_settle(arena, fault, particles))
        return false;
    imported_from_particles(arena, particles, imported);
    return true;
}

static bool zetaview_import(struct arena *arena, struct fault *fault,
                            const struct imported_bytes *files, struct imported *imported,
                            enum imported_kind *wrong)
{
    struct zetaview *zetaview = arena_take(arena, sizeof *zetaview);
    for (*wrong = IMPORTED_ZETAVIEW_SIZE; *wrong <= IMPORTED_ZETAVIEW_PROFILE; ++*wrong)
        if (files[*wrong].bytes &&
            !zetaview_read(arena, fault, files[*wrong].bytes, files[*wrong].size, zetaview))
            return false;
    zetaview_settle(arena, zetaview);
    imported_from_zetaview(arena, zetaview, imported);
    return true;
}

/* Kinds that may be read together, in groups that may not. */
static int group_of(enum imported_kind kind)
{
    switch (kind) {
    case IMPORTED_NANOSIGHT_PARTICLES:
    case IMPORTED_NANOSIGHT_TRACKS:
        return 1;
    case IMPORTED_ZETAVIEW_SIZE:
    case IMPORTED_ZETAVIEW_POSITIONS:
        return 2;
    case IMPORTED_ZETAVIEW_PROFILE:
        return 3;
    case IMPORTED_NANOSIGHT_SUMMARY:
        return 4;
    case IMPORTED_UNKNOWN:
    case IMPORTED_KINDS:
        break;
    }
    return 0;
}

/* What is no text says so. */
static bool refuse_unknown(struct fault *fault, const struct imported_bytes *file)
{
    struct delimited text;
    return delimited_open(&text, fault, file->bytes, file->size) &&
           fail(fault, FAULT_INPUT, "file",
                "Line 1, column 1: nothing here tells an export of a NanoSight or of a ZetaView "
                "that can be read.");
}

bool imported_read(struct arena *arena, struct fault *fault,
                   const struct imported_bytes files[IMPORTED_KINDS], struct imported *imported,
                   enum imported_kind *wrong)
{
    enum imported_kind first = IMPORTED_UNKNOWN;
    for (*wrong = 0; *wrong < IMPORTED_KINDS; ++*wrong) {
        if (!files[*wrong].bytes)
            continue;
        if (*wrong == IMPORTED_UNKNOWN)
            return refuse_unknown(fault, &files[*wrong]);
        if (first && group_of(first) != group_of(*wrong))
            return fail(fault, FAULT_INPUT, "file",
                        "Line 1, column 1: this is %s, which does not belong together with %s; "
                        "import them one by one.",
                        imported_kind_words(*wrong), imported_kind_words(first));
        first = first ? first : *wrong;
    }
    imported->kind = *wrong = first;
    switch (group_of(first)) {
    case 1:
        return particles_import(arena, fault, files, imported, wrong);
    case 2:
    case 3:
        return zetaview_import(arena, fault, files, imported, wrong);
    case 4:
        return summary_read(arena, fault, &files[first], imported);
    default:
        return fail(fault, FAULT_INPUT, "file", "Line 1, column 1: there is no file to import.");
    }
}
