/* record.c: making and opening the folder, and writing small files whole. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/record.h"

#include "chain/ledger.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum { SMALL_FILE = 1 << 20, IDENTIFIER_BYTES = 16 };

/* record.json: what a reader must know before it opens anything else. */
struct place_settings {
    int64_t format;
    const char *identifier;
    const char *engine;
    const char *server;
    bool demo;
    const char *public_key;
};

static const struct field place_fields[] = {
    FIELD(struct place_settings, format, .help = "Format of the record"),
    FIELD(struct place_settings, identifier, .help = "Identifier drawn at init"),
    FIELD(struct place_settings, engine, .help = "sqlite or postgres"),
    FIELD(struct place_settings, server, .help = "Connection string of PostgreSQL"),
    FIELD(struct place_settings, demo, .help = "A demonstration record"),
    FIELD(struct place_settings, public_key, .help = "Ed25519 key of checkpoints"),
};
static const struct schema place_schema = SCHEMA("record", struct place_settings, place_fields);

static const char *inside(struct work *work, const char *folder, const char *name)
{
    return arena_print(work->arena, "%s/%s", folder, name);
}

/* What is being made has its settings under another name, which says so. */
static const char *draft_of(struct work *work, const char *folder)
{
    return inside(work, folder, "record.json.draft");
}

static bool write_settings(struct work *work, const struct record *record)
{
    struct text text = text_open(work->arena);
    const struct place_settings settings = {
        .format = RECORD_FORMAT,
        .identifier = record->identifier,
        .engine = record->engine->name,
        .server = record->engine == &sqlite_engine ? NULL : record->place,
        .demo = record->demo,
        .public_key = hex_print(work->arena, record->public_key, KEY_PUBLIC_BYTES),
    };
    schema_write(&text, &place_schema, &settings, ORDER_DECLARED);
    text_add(&text, "\n");
    return folder_write(work->arena, &work->fault, draft_of(work, record->folder), text.bytes,
                        text.length, false);
}

bool record_finish(struct work *work)
{
    const char *folder = work->record->folder;
    return folder_rename(&work->fault, draft_of(work, folder), inside(work, folder, "record.json"));
}

static const struct table *const ledger_tables[] = {&entry_table, &file_table, &checkpoint_table,
                                                    &head_table, NULL};

static bool create_tables(struct work *work, const struct table *const *tables)
{
    for (size_t i = 0; tables[i]; i++)
        if (!view_create(work, tables[i]))
            return false;
    return true;
}

static struct record *new_record(struct work *work, const char *folder,
                                 const struct table *const *tables)
{
    struct record *record = arena_take(work->arena, sizeof *record);
    record->folder = arena_copy(work->arena, folder);
    record->tables = tables;
    return record;
}

static void close_folder(void *thing)
{
    close(*(int *)thing);
}

/* One process at a time makes a record in a folder; the lock ends with the work. */
static bool lock_folder(struct work *work, const char *folder)
{
    int *descriptor = arena_take(work->arena, sizeof *descriptor);
    *descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (*descriptor < 0)
        return folder_fault(&work->fault, folder, "read");
    arena_defer(work->arena, close_folder, descriptor);
    return flock(*descriptor, LOCK_EX | LOCK_NB) == 0 ||
           fail(&work->fault, FAULT_CONFLICT, "record",
                "Another process makes a record in %s; wait for it or choose another folder.",
                folder);
}

static bool is_part_of_record(const char *name)
{
    static const char *const starts[] = {"record.db", "head.", "checkpoint.key", "persons"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (text_starts(name, starts[i]))
            return true;
    return false;
}

/* Parts without record.json are somebody's record unless its making was interrupted. */
static bool clear_folder(struct work *work, const char *folder)
{
    bool unfinished = access(draft_of(work, folder), F_OK) == 0;
    DIR *listing = opendir(folder);
    bool worked = listing != NULL;
    for (struct dirent *at = listing ? readdir(listing) : NULL; worked && at;
         at = readdir(listing)) {
        if (!is_part_of_record(at->d_name))
            continue;
        if (!unfinished) {
            worked = fail(&work->fault, FAULT_CONFLICT, "record",
                          "%s holds %s without record.json; put that back or choose another "
                          "folder.",
                          folder, at->d_name);
        } else {
            worked = unlinkat(dirfd(listing), at->d_name, 0) == 0;
        }
    }
    if (listing)
        closedir(listing);
    return worked || folder_fault(&work->fault, folder, "emptied");
}

static bool make_folder(struct work *work, const char *folder)
{
    if (!folder_make(&work->fault, folder) || !lock_folder(work, folder))
        return false;
    if (access(inside(work, folder, "record.json"), F_OK) == 0)
        return fail(&work->fault, FAULT_CONFLICT, "record",
                    "%s holds a record already; choose "
                    "another folder.",
                    folder);
    return clear_folder(work, folder) && write_settings(work, work->record);
}

static void draw_keys(struct work *work, struct record *record)
{
    unsigned char drawn[IDENTIFIER_BYTES];
    randombytes_buf(drawn, sizeof drawn);
    record->identifier = hex_print(work->arena, drawn, sizeof drawn);
    crypto_sign_keypair(record->public_key, record->secret_key);
    record->can_sign = true;
}

static bool write_keys(struct work *work, struct record *record)
{
    const char *secret = hex_print(work->arena, record->secret_key, KEY_SECRET_BYTES);
    return folder_write(work->arena, &work->fault, inside(work, record->folder, "checkpoint.key"),
                        secret, strlen(secret), true) &&
           person_store_open(work->arena, &work->fault, record->folder, true, &record->persons);
}

/* A server may hold a record already, of which this folder knows nothing. */
static bool is_empty(struct work *work)
{
    int64_t entries = 0;
    return ledger_size(work, &entries) &&
           (entries == 0 || fail(&work->fault, FAULT_CONFLICT, "server",
                                 "The database holds a record of %lld entries already; choose an "
                                 "empty one.",
                                 (long long)entries));
}

static bool make_tables(struct work *work, struct record *record)
{
    return record_connect(work, record, ACCESS_CREATE) && database_step(work, STEP_BEGIN_WRITE) &&
           create_tables(work, ledger_tables) && create_tables(work, record->tables) &&
           is_empty(work) && database_step(work, STEP_COMMIT);
}

bool record_create(struct work *work, const char *folder, const struct record_settings *settings,
                   const struct table *const *tables)
{
    if (sodium_init() < 0)
        return fail(&work->fault, FAULT_STORAGE, "", "The cryptographic library cannot start.");
    struct record *record = new_record(work, folder, tables);
    record->demo = settings->demo;
    record->engine = settings->server ? &postgres_engine : &sqlite_engine;
    record->place = settings->server ? arena_copy(work->arena, settings->server)
                                     : inside(work, folder, "record.db");
    work->record = record;
    draw_keys(work, record);
    return make_folder(work, folder) && write_keys(work, record) && make_tables(work, record);
}

bool record_copy_keys(struct work *from, const char *folder)
{
    const struct record *record = from->record;
    const char *secret = hex_print(from->arena, record->secret_key, KEY_SECRET_BYTES);
    if (!record->can_sign)
        return fail(&from->fault, FAULT_STORAGE, "record", "The checkpoint key is not here.");
    return folder_make(&from->fault, folder) &&
           folder_write(from->arena, &from->fault, inside(from, folder, "checkpoint.key"), secret,
                        strlen(secret), true) &&
           person_store_copy(from, folder);
}

bool record_create_copy(struct work *work, const char *folder, const char *server,
                        struct work *from, bool with_keys)
{
    struct record *record = new_record(work, folder, from->record->tables);
    record->identifier = from->record->identifier;
    record->demo = from->record->demo;
    record->catalogue = from->record->catalogue;
    record->engine = server ? &postgres_engine : &sqlite_engine;
    record->place = server ? arena_copy(work->arena, server) : inside(work, folder, "record.db");
    memcpy(record->public_key, from->record->public_key, KEY_PUBLIC_BYTES);
    memcpy(record->secret_key, from->record->secret_key, KEY_SECRET_BYTES);
    record->can_sign = from->record->can_sign;
    work->record = record;
    if (!make_folder(work, folder) || (with_keys && !record_copy_keys(from, folder))) {
        if (work->fault.kind == FAULT_NONE)
            work->fault = from->fault;
        return false;
    }
    return make_tables(work, record);
}

static bool read_settings(struct work *work, struct record *record)
{
    char *bytes = NULL;
    size_t size = 0;
    const struct json *object = NULL;
    struct place_settings settings = {0};
    if (access(inside(work, record->folder, "record.json"), F_OK) != 0)
        return fail(&work->fault, FAULT_MISSING, "record",
                    "There is no record in %s; make one "
                    "with exoledger init.",
                    record->folder);
    if (!folder_read(work->arena, &work->fault, inside(work, record->folder, "record.json"),
                     SMALL_FILE, &bytes, &size) ||
        !json_parse(work->arena, &work->fault, bytes, size, &object))
        return false;
    if (json_as_integer(json_member(object, "format")) != RECORD_FORMAT)
        return fail(&work->fault, FAULT_CONFLICT, "record",
                    "This record has format %lld and this "
                    "program reads format %d; use the program that made it. Nothing was changed.",
                    (long long)json_as_integer(json_member(object, "format")), RECORD_FORMAT);
    if (!schema_read(work->arena, &work->fault, &place_schema, object, &settings))
        return false;
    record->identifier = settings.identifier;
    record->demo = settings.demo;
    record->engine = text_equals(settings.engine, postgres_engine.name) ? &postgres_engine
                     : text_equals(settings.engine, sqlite_engine.name) ? &sqlite_engine
                                                                        : NULL;
    if (!record->engine)
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "record.json names no engine that this program knows; restore it from the "
                    "newest backup.");
    record->place = settings.server ? settings.server : inside(work, record->folder, "record.db");
    return hex_parse(settings.public_key, record->public_key, KEY_PUBLIC_BYTES) ||
           fail(&work->fault, FAULT_STORAGE, "record", "record.json has no checkpoint key.");
}

/* Both halves: the public half is only a copy, and the seed alone decides what is signed. */
static bool is_key_of(const unsigned char secret[KEY_SECRET_BYTES],
                      const unsigned char public[KEY_PUBLIC_BYTES])
{
    unsigned char seed[crypto_sign_SEEDBYTES];
    unsigned char again[KEY_SECRET_BYTES];
    unsigned char half[KEY_PUBLIC_BYTES];
    bool fits = crypto_sign_ed25519_sk_to_seed(seed, secret) == 0 &&
                crypto_sign_seed_keypair(half, again, seed) == 0 &&
                memcmp(half, public, sizeof half) == 0 && memcmp(again, secret, sizeof again) == 0;
    sodium_memzero(seed, sizeof seed);
    sodium_memzero(again, sizeof again);
    return fits;
}

/* The secret key may be kept elsewhere; without it the record can be read, not written. */
static bool read_key(struct work *work, struct record *record, const char *folder)
{
    char *bytes = NULL;
    size_t size = 0;
    const char *path = inside(work, folder, "checkpoint.key");
    if (access(path, F_OK) != 0)
        return true;
    if (!folder_read(work->arena, &work->fault, path, SMALL_FILE, &bytes, &size))
        return false;
    record->can_sign = hex_parse(bytes, record->secret_key, KEY_SECRET_BYTES) &&
                       is_key_of(record->secret_key, record->public_key);
    return record->can_sign || fail(&work->fault, FAULT_STORAGE, "record",
                                    "checkpoint.key does "
                                    "not belong to this record.");
}

bool record_adopt_keys(struct work *work, const char *folder)
{
    if (!read_key(work, work->record, folder) ||
        !person_store_open(work->arena, &work->fault, folder, false, &work->record->persons) ||
        !person_store_check(work))
        return false;
    return work->record->can_sign ||
           fail(&work->fault, FAULT_MISSING, "keys", "There is no checkpoint.key in %s.", folder);
}

bool record_open(struct work *work, const char *folder, const struct table *const *tables,
                 enum engine_access access)
{
    if (sodium_init() < 0)
        return fail(&work->fault, FAULT_STORAGE, "", "The cryptographic library cannot start.");
    struct record *record = new_record(work, folder, tables);
    work->record = record;
    return read_settings(work, record) && read_key(work, record, folder) &&
           person_store_open(work->arena, &work->fault, folder, false, &record->persons) &&
           record_connect(work, record, access);
}

bool record_connect(struct work *work, struct record *record, enum engine_access access)
{
    work->record = record;
    return database_open(work->arena, &work->fault, record->engine, record->place, access,
                         &work->database);
}
