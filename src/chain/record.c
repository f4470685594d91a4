/* record.c: making and opening the folder, and writing small files whole. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/record.h"

#include "chain/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
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

static bool file_fault(struct fault *fault, const char *path, const char *what)
{
    return fail(fault, FAULT_STORAGE, "record",
                "%s cannot be %s (%s); check the folder and its "
                "rights.",
                path, what, strerror(errno));
}

static bool sync_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 1;
    if (length >= sizeof folder)
        return false;
    memcpy(folder, slash ? path : ".", length);
    folder[length] = '\0';
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool worked = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return worked;
}

static bool write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

bool record_write_file(struct arena *arena, struct fault *fault, const char *path,
                       const char *bytes, size_t size, bool secret)
{
    const char *draft = arena_print(arena, "%s.%d.draft", path, (int)getpid());
    int descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
    if (descriptor < 0)
        return file_fault(fault, path, "written");
    bool worked = write_all(descriptor, bytes, size) && fsync(descriptor) == 0;
    worked = close(descriptor) == 0 && worked;
    if (worked && rename(draft, path) == 0 && sync_folder_of(path))
        return true;
    file_fault(fault, path, "written");
    unlink(draft);
    return false;
}

bool record_read_file(struct arena *arena, struct fault *fault, const char *path, size_t most,
                      char **bytes, size_t *size)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    *size = 0;
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        file_fault(fault, path, "read");
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    bool fits = (uint64_t)status.st_size <= most;
    *bytes = arena_take(arena, fits ? (size_t)status.st_size + 1 : 1);
    while (fits && *size < (size_t)status.st_size) {
        ssize_t got = read(descriptor, *bytes + *size, (size_t)status.st_size - *size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        *size += (size_t)got;
    }
    close(descriptor);
    if (!fits)
        return fail(fault, FAULT_TOO_LARGE, "file", "%s is larger than %zu bytes.", path, most);
    return *size == (size_t)status.st_size || file_fault(fault, path, "read");
}

static const char *inside(struct work *work, const char *folder, const char *name)
{
    return arena_print(work->arena, "%s/%s", folder, name);
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
    return record_write_file(work->arena, &work->fault, inside(work, record->folder, "record.json"),
                             text.bytes, text.length, false);
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

static bool make_folder(struct work *work, const char *folder)
{
    if (access(inside(work, folder, "record.json"), F_OK) == 0)
        return fail(&work->fault, FAULT_CONFLICT, "record",
                    "%s holds a record already; choose "
                    "another folder.",
                    folder);
    if (mkdir(folder, 0700) == 0 || errno == EEXIST)
        return true;
    return file_fault(&work->fault, folder, "made");
}

static bool make_keys(struct work *work, struct record *record)
{
    unsigned char drawn[IDENTIFIER_BYTES];
    randombytes_buf(drawn, sizeof drawn);
    record->identifier = hex_print(work->arena, drawn, sizeof drawn);
    crypto_sign_keypair(record->public_key, record->secret_key);
    record->can_sign = true;
    const char *secret = hex_print(work->arena, record->secret_key, KEY_SECRET_BYTES);
    return record_write_file(work->arena, &work->fault,
                             inside(work, record->folder, "checkpoint.key"), secret, strlen(secret),
                             true) &&
           person_store_open(work->arena, &work->fault, record->folder, true, &record->persons);
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
    return make_folder(work, folder) && make_keys(work, record) &&
           record_connect(work, record, ACCESS_CREATE) && database_step(work, STEP_BEGIN_WRITE) &&
           create_tables(work, ledger_tables) && create_tables(work, tables) &&
           database_step(work, STEP_COMMIT) && write_settings(work, record);
}

bool record_copy_keys(struct work *from, const char *folder)
{
    const struct record *record = from->record;
    const char *secret = hex_print(from->arena, record->secret_key, KEY_SECRET_BYTES);
    if (!record->can_sign)
        return fail(&from->fault, FAULT_STORAGE, "record", "The checkpoint key is not here.");
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return file_fault(&from->fault, folder, "made");
    return record_write_file(from->arena, &from->fault, inside(from, folder, "checkpoint.key"),
                             secret, strlen(secret), true) &&
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
    return record_connect(work, record, ACCESS_CREATE) && database_step(work, STEP_BEGIN_WRITE) &&
           create_tables(work, ledger_tables) && create_tables(work, record->tables) &&
           database_step(work, STEP_COMMIT) && write_settings(work, record);
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
    if (!record_read_file(work->arena, &work->fault, inside(work, record->folder, "record.json"),
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
    record->engine = text_equals(settings.engine, "postgres") ? &postgres_engine : &sqlite_engine;
    record->place = settings.server ? settings.server : inside(work, record->folder, "record.db");
    return hex_parse(settings.public_key, record->public_key, KEY_PUBLIC_BYTES) ||
           fail(&work->fault, FAULT_STORAGE, "record", "record.json has no checkpoint key.");
}

/* The secret key may be kept elsewhere; without it the record can be read, not written. */
static bool read_key(struct work *work, struct record *record, const char *folder)
{
    char *bytes = NULL;
    size_t size = 0;
    const char *path = inside(work, folder, "checkpoint.key");
    if (access(path, F_OK) != 0)
        return true;
    if (!record_read_file(work->arena, &work->fault, path, SMALL_FILE, &bytes, &size))
        return false;
    record->can_sign = hex_parse(bytes, record->secret_key, KEY_SECRET_BYTES) &&
                       memcmp(record->secret_key + KEY_SECRET_BYTES - KEY_PUBLIC_BYTES,
                              record->public_key, KEY_PUBLIC_BYTES) == 0;
    return record->can_sign || fail(&work->fault, FAULT_STORAGE, "record",
                                    "checkpoint.key does "
                                    "not belong to this record.");
}

bool record_adopt_keys(struct work *work, const char *folder)
{
    if (!read_key(work, work->record, folder) ||
        !person_store_open(work->arena, &work->fault, folder, false, &work->record->persons))
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
