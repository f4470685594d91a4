/* importing.c: exports of other instruments on the command line, and what they say. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "importing.h"

#include "base/hash.h"
#include "chain/folder.h"
#include "measure/imported.h"

#include <stdio.h>
#include <string.h>

/* Positions of 512 MB, their particles and what is printed of them. */
#define IMPORTING_ARENA_BYTES ((size_t)8 << 30)

struct importing {
    struct cli *cli;
    struct arena *arena;
    struct fault *fault;
    struct imported_file files[IMPORTED_KINDS];
    size_t count;
    struct imported_bytes bytes[IMPORTED_KINDS];
};

/* The sentence begins with the file that it is about. */
static bool name_file(struct importing *importing, const char *name)
{
    struct fault *fault = importing->fault;
    char *sentence = arena_copy(importing->arena, fault->text);
    size_t length = text_whole(name, 100);
    snprintf(fault->text, sizeof fault->text, "%.*s: %s", (int)length, name, sentence);
    return false;
}

static bool read_file(struct importing *importing, const char *path)
{
    char *bytes = NULL;
    size_t size = 0;
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (!folder_read(importing->arena, importing->fault, path, PARTICLE_FILE_BYTES, &bytes, &size))
        return false;
    struct hash hash = hasher_hash(hasher_open(importing->arena), bytes, size);
    enum imported_kind kind = imported_kind_of((const unsigned char *)bytes, size);
    if (importing->bytes[kind].bytes) {
        fail(importing->fault, FAULT_INPUT, "file",
             "Line 1, column 1: this is %s, and one has been given already; import one at a time.",
             imported_kind_words(kind));
        return name_file(importing, name);
    }
    importing->bytes[kind] = (struct imported_bytes){(const unsigned char *)bytes, size};
    importing->files[importing->count++] =
        (struct imported_file){name, hex_print(importing->arena, hash.bytes, HASH_BYTES), kind};
    return true;
}

static bool read_files(struct importing *importing)
{
    const struct cli *cli = importing->cli;
    if (cli->word_count < 2)
        return fail(importing->fault, FAULT_INPUT, "file",
                    "Say which files to import: exoledger import 20250101_0001_SAMPLE_size_488.txt "
                    "or a NanoSight ExperimentSummary, ParticleData or AllTracks.");
    for (size_t i = 1; i < cli->word_count; i++)
        if (!read_file(importing, cli->words[i]))
            return false;
    return true;
}

/* Which of the files the sentence is about. */
static bool refuse_kind(struct importing *importing, enum imported_kind wrong)
{
    for (size_t i = 0; i < importing->count; i++)
        if (importing->files[i].kind == wrong)
            return name_file(importing, importing->files[i].name);
    return false;
}

static bool read_language(const struct cli *cli, bool *japanese)
{
    const char *language = cli_option(cli, "language");
    *japanese = text_equals(language, "ja");
    return !language || *japanese || text_equals(language, "en") ||
           fail(&cli->work->fault, FAULT_INPUT, "language", "The language is ja or en.");
}

static bool import(struct importing *importing)
{
    struct cli *cli = importing->cli;
    struct imported *imported = arena_take(importing->arena, sizeof *imported);
    struct text out = text_open(importing->arena);
    enum imported_kind wrong = IMPORTED_UNKNOWN;
    bool japanese = false;
    if (!cli_only(cli, "language") || !read_language(cli, &japanese) || !read_files(importing))
        return false;
    imported->program = PROGRAM_VERSION;
    imported->files = importing->files;
    imported->file_count = importing->count;
    if (!imported_read(importing->arena, importing->fault, importing->bytes, imported, &wrong))
        return refuse_kind(importing, wrong);
    if (cli->json)
        imported_json(imported, &out);
    else
        imported_print(imported, japanese, &out);
    fputs(out.bytes, stdout);
    return true;
}

bool importing_run(struct cli *cli)
{
    struct arena *arena = arena_open(IMPORTING_ARENA_BYTES);
    struct importing *importing = arena_take(arena, sizeof *importing);
    *importing = (struct importing){.cli = cli, .arena = arena, .fault = &cli->work->fault};
    bool worked = import(importing);
    arena_close(arena);
    return worked;
}
