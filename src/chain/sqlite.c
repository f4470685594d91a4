/* sqlite.c: the engine inside: WAL, synchronous=FULL, STRICT tables. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/database.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 256, BUSY_MILLISECONDS = 30000 };

/* Bytes to which the log is cut once a reader that pinned it has gone; usually it holds 4 MiB. */
#define LOG_LIMIT "PRAGMA journal_size_limit=16777216"

struct prepared {
    struct prepared *next;
    sqlite3_stmt *handle;
    char *sql;
};

struct sqlite {
    sqlite3 *connection;
    struct prepared *buckets[BUCKETS];
    int depth; /* of savepoints */
    const struct receiver *scanning;
    bool renews; /* the log, before this connection writes */
};

static bool is_damaged(struct fault *fault, const char *what)
{
    return fail(fault, FAULT_STORAGE, "record",
                "The database file is damaged (%.*s); write nothing, copy the folder and restore "
                "the newest backup.",
                (int)strcspn(what, "\n"), what);
}

/* The sentence of SQLite without the values: it names tables and columns at most. */
static bool storage_fault(struct fault *fault, sqlite3 *connection)
{
    int code = sqlite3_extended_errcode(connection);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY)
        return fail(fault, FAULT_CONFLICT, "", "This exists already; use another code.");
    if ((code & 0xFF) == SQLITE_BUSY)
        return fail(fault, FAULT_STORAGE, "", "The record is busy with other work; try again.");
    if ((code & 0xFF) == SQLITE_CORRUPT || (code & 0xFF) == SQLITE_NOTADB)
        return is_damaged(fault, sqlite3_errmsg(connection));
    return fail(fault, FAULT_STORAGE, "", "The database refused (%d, %s).", code,
                sqlite3_errmsg(connection));
}

static bool execute(struct sqlite *sqlite, struct fault *fault, const char *sql)
{
    if (sqlite3_exec(sqlite->connection, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return storage_fault(fault, sqlite->connection);
}

static void sqlite_close(void *handle)
{
    struct sqlite *sqlite = handle;
    for (size_t i = 0; i < BUCKETS; i++)
        while (sqlite->buckets[i]) {
            struct prepared *next = sqlite->buckets[i]->next;
            sqlite3_finalize(sqlite->buckets[i]->handle);
            free(sqlite->buckets[i]->sql);
            free(sqlite->buckets[i]);
            sqlite->buckets[i] = next;
        }
    sqlite3_close(sqlite->connection);
    free(sqlite);
}

enum { MOST_COLUMNS = 64 };

static void read_value(sqlite3_value *found, struct value *value)
{
    *value = (struct value){0};
    switch (sqlite3_value_type(found)) {
    case SQLITE_INTEGER:
        value->kind = VALUE_INTEGER;
        value->integer = sqlite3_value_int64(found);
        return;
    case SQLITE_TEXT:
        value->kind = VALUE_TEXT;
        value->text = (const char *)sqlite3_value_text(found);
        return;
    case SQLITE_BLOB:
        *value = value_blob(sqlite3_value_blob(found), (size_t)sqlite3_value_bytes(found));
        return;
    default:
        return;
    }
}

/* Rows that are handed over from within the one step of an aggregate cost half as much as rows for
 * which SQLite returns each time. An aggregate takes them as the scan of the key finds them, which
 * is the order that was asked for. */
static void scan_row(sqlite3_context *context, int count, sqlite3_value **found)
{
    struct sqlite *sqlite = sqlite3_user_data(context);
    struct value columns[MOST_COLUMNS];
    for (int i = 0; i < count && i < MOST_COLUMNS; i++)
        read_value(found[i], &columns[i]);
    if (!sqlite->scanning->row(sqlite->scanning->context, columns, (size_t)count))
        sqlite3_result_error(context, "the receiver stopped", -1);
}

static void scan_end(sqlite3_context *context)
{
    sqlite3_result_null(context);
}

static bool settle(struct sqlite *sqlite, struct fault *fault, enum engine_access access)
{
    sqlite3_extended_result_codes(sqlite->connection, 1);
    sqlite3_busy_timeout(sqlite->connection, BUSY_MILLISECONDS);
    sqlite3_db_config(sqlite->connection, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(sqlite->connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(sqlite->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, access != ACCESS_CREATE,
                      NULL);
    if (sqlite3_create_function(sqlite->connection, "scan_row", -1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
                                sqlite, NULL, scan_row, scan_end) != SQLITE_OK)
        return storage_fault(fault, sqlite->connection);
    return (access == ACCESS_READ || execute(sqlite, fault, "PRAGMA journal_mode=WAL")) &&
           execute(sqlite, fault, "PRAGMA synchronous=FULL") &&
           execute(sqlite, fault, "PRAGMA temp_store=MEMORY") &&
           execute(sqlite, fault, LOG_LIMIT) &&
           (access != ACCESS_READ || execute(sqlite, fault, "PRAGMA query_only=ON"));
}

static bool sqlite_open(struct arena *arena, struct fault *fault, const char *place,
                        enum engine_access access, void **handle)
{
    (void)arena;
    struct sqlite *sqlite = calloc(1, sizeof *sqlite);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_READWRITE |
                (access == ACCESS_CREATE ? SQLITE_OPEN_CREATE : 0);
    if (!sqlite)
        return fail(fault, FAULT_STORAGE, "", "There is not enough memory to open the database.");
    /* Nobody asks how much memory SQLite uses, and counting it takes a lock each time. Refused,
     * and no harm done, where SQLite is in use already. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (sqlite3_open_v2(place, &sqlite->connection, flags, NULL) != SQLITE_OK) {
        fail(fault, FAULT_STORAGE, "record",
             "The database of the record cannot be opened (%s); "
             "check the folder and its rights.",
             sqlite3_errmsg(sqlite->connection));
        sqlite_close(sqlite);
        return false;
    }
    sqlite->renews = access == ACCESS_WRITE;
    if (!settle(sqlite, fault, access)) {
        sqlite_close(sqlite);
        return false;
    }
    *handle = sqlite;
    return true;
}

/* Every seventh character tells statements apart well enough; their texts are compared. */
static size_t bucket_of(const char *sql)
{
    size_t length = strlen(sql);
    size_t sum = length;
    for (size_t i = 0; i < length; i += 7)
        sum = sum * 33 + (unsigned char)sql[i];
    return sum % BUCKETS;
}

static bool prepare(struct sqlite *sqlite, struct fault *fault, const char *sql,
                    sqlite3_stmt **handle)
{
    struct prepared **bucket = &sqlite->buckets[bucket_of(sql)];
    for (struct prepared *at = *bucket; at; at = at->next)
        if (strcmp(at->sql, sql) == 0) {
            *handle = at->handle;
            return true;
        }
    if (sqlite3_prepare_v3(sqlite->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, handle, NULL) !=
        SQLITE_OK)
        return storage_fault(fault, sqlite->connection);
    struct prepared *prepared = arena_heap(sizeof *prepared);
    char *copy = arena_heap_copy(sql);
    *prepared = (struct prepared){*bucket, *handle, copy};
    *bucket = prepared;
    return true;
}

/* $1 is a named parameter to SQLite, so that repeated and unordered use works. */
static int bind(sqlite3_stmt *statement, size_t number, const struct value *value)
{
    const char digits[] = {'$', (char)('0' + number / 10), (char)('0' + number % 10), '\0'};
    const char name[] = {'$', (char)('0' + number % 10), '\0'};
    int index = sqlite3_bind_parameter_index(statement, number < 10 ? name : digits);
    if (!index)
        return SQLITE_OK;
    switch (value->kind) {
    case VALUE_NULL:
        return sqlite3_bind_null(statement, index);
    case VALUE_TEXT:
        return sqlite3_bind_text(statement, index, value->text, -1, SQLITE_STATIC);
    case VALUE_INTEGER:
        return sqlite3_bind_int64(statement, index, value->integer);
    case VALUE_BLOB:
        return value->size
                   ? sqlite3_bind_blob64(statement, index, value->bytes, value->size, SQLITE_STATIC)
                   : sqlite3_bind_zeroblob(statement, index, 0);
    }
    return SQLITE_MISUSE;
}

static bool step_rows(struct sqlite *sqlite, struct fault *fault, sqlite3_stmt *statement,
                      const struct receiver *receiver)
{
    struct value columns[MOST_COLUMNS];
    int count = sqlite3_column_count(statement);
    if (count > MOST_COLUMNS)
        return fail(fault, FAULT_STORAGE, "", "A statement gives too many columns.");
    for (;;) {
        int code = sqlite3_step(statement);
        if (code == SQLITE_DONE)
            return true;
        if (code != SQLITE_ROW)
            return storage_fault(fault, sqlite->connection);
        for (int i = 0; i < count; i++)
            read_value(sqlite3_column_value(statement, i), &columns[i]);
        if (receiver && !receiver->row(receiver->context, columns, (size_t)count))
            return false;
    }
}

static bool sqlite_run(void *handle, struct fault *fault, const struct statement *statement,
                       const struct value *values, const struct receiver *receiver)
{
    struct sqlite *sqlite = handle;
    sqlite3_stmt *prepared = NULL;
    if (!prepare(sqlite, fault, statement->sql, &prepared))
        return false;
    bool worked = true;
    for (size_t i = 0; worked && statement->takes[i]; i++)
        worked = bind(prepared, i + 1, &values[i]) == SQLITE_OK ||
                 storage_fault(fault, sqlite->connection);
    worked = worked && step_rows(sqlite, fault, prepared, receiver);
    sqlite3_reset(prepared);
    sqlite3_clear_bindings(prepared);
    return worked;
}

/* One of the few fixed steps, prepared once. */
static bool run_step(struct sqlite *sqlite, struct fault *fault, const char *sql)
{
    const struct statement statement = {.takes = "", .sql = sql};
    return sqlite_run(sqlite, fault, &statement, NULL, NULL);
}

/* SELECT columns FROM ... ORDER BY ... becomes SELECT scan_row(columns) FROM ... */
static bool sqlite_scan(void *handle, struct fault *fault, const struct statement *statement,
                        const struct value *values, const struct receiver *receiver)
{
    enum { LONGEST = 1024, SELECT = 7 };
    struct sqlite *sqlite = handle;
    char sql[LONGEST];
    const char *columns = statement->sql + SELECT;
    const char *from = strstr(columns, " FROM ");
    const char *order = strstr(columns, " ORDER BY ");
    if (!from || !order || strlen(statement->sql) > LONGEST - 16)
        return fail(fault, FAULT_STORAGE, "", "A statement cannot be scanned.");
    snprintf(sql, sizeof sql, "SELECT scan_row(%.*s)%.*s", (int)(from - columns), columns,
             (int)(order - from), from);
    const struct statement scan = {statement->takes, NULL, sql};
    sqlite->scanning = receiver;
    bool worked = sqlite_run(handle, fault, &scan, values, NULL);
    sqlite->scanning = NULL;
    return worked;
}

/* The log's frames of this round, which have its salt, as SQLite's file format describes them. */
static int rewrite_frames(sqlite3_file *log, sqlite3_int64 size)
{
    enum { HEADER = 32, PAGE_SIZE_AT = 8, SALT_AT = 16, FRAME_HEADER = 24, FRAME_SALT_AT = 8 };
    unsigned char header[HEADER];
    unsigned char frame[FRAME_HEADER + 65536];
    if (size < HEADER)
        return SQLITE_OK;
    int code = log->pMethods->xRead(log, header, HEADER, 0);
    const unsigned char *of = header + PAGE_SIZE_AT;
    int page = of[0] << 24 | of[1] << 16 | of[2] << 8 | of[3];
    int part = page < 512 || page > 65536 ? 0 : FRAME_HEADER + page;
    if (code == SQLITE_OK)
        code = log->pMethods->xWrite(log, header, HEADER, 0);
    for (sqlite3_int64 at = HEADER; code == SQLITE_OK && part && at + part <= size; at += part) {
        code = log->pMethods->xRead(log, frame, part, at);
        if (code == SQLITE_OK && memcmp(frame + FRAME_SALT_AT, header + SALT_AT, 8) != 0)
            break;
        if (code == SQLITE_OK)
            code = log->pMethods->xWrite(log, frame, part, at);
    }
    return code != SQLITE_OK ? code : log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
}

/* After a sync that failed the system counts pages as clean that never reached the disk: they can
 * be read, and the next sync says that it worked. The same bytes are written once more, so that it
 * writes them. Only who may write does so: nobody else changes the log meanwhile. */
static int renew_log(struct sqlite *sqlite)
{
    sqlite3_file *log = NULL;
    sqlite3_int64 size = 0;
    int code = sqlite3_file_control(sqlite->connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (code == SQLITE_OK && (!log || !log->pMethods))
        code = SQLITE_CANTOPEN;
    if (code == SQLITE_OK)
        code = log->pMethods->xFileSize(log, &size);
    if (code == SQLITE_OK)
        code = rewrite_frames(log, size);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(sqlite->connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
    sqlite->renews = code != SQLITE_OK;
    return code;
}

static bool log_fault(struct fault *fault, int code)
{
    return fail(fault, FAULT_STORAGE, "record",
                "The log of the database cannot be made durable (%s); nothing was stored.",
                sqlite3_errstr(code));
}

static bool begin_write(struct sqlite *sqlite, struct fault *fault)
{
    if (!run_step(sqlite, fault, "BEGIN IMMEDIATE"))
        return false;
    int code = sqlite->renews ? renew_log(sqlite) : SQLITE_OK;
    if (code == SQLITE_OK)
        return true;
    (void)execute(sqlite, fault, "ROLLBACK");
    return log_fault(fault, code);
}

static bool sqlite_step(void *handle, struct fault *fault, enum transaction_step step)
{
    struct sqlite *sqlite = handle;
    switch (step) {
    case STEP_BEGIN_READ:
        return run_step(sqlite, fault, "BEGIN");
    case STEP_BEGIN_WRITE:
        return begin_write(sqlite, fault);
    case STEP_COMMIT:
        if (sqlite3_exec(sqlite->connection, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
            return true;
        return fail(fault, FAULT_UNKNOWN, "",
                    "It is not known whether this was stored (%s); ask "
                    "again with the same idempotency key.",
                    sqlite3_errmsg(sqlite->connection));
    case STEP_ROLLBACK:
        sqlite->depth = 0;
        return sqlite3_get_autocommit(sqlite->connection) || run_step(sqlite, fault, "ROLLBACK");
    case STEP_SAVEPOINT:
        sqlite->depth++;
        return run_step(sqlite, fault, "SAVEPOINT step");
    case STEP_RELEASE:
        sqlite->depth--;
        return run_step(sqlite, fault, "RELEASE step");
    case STEP_ROLLBACK_TO:
        sqlite->depth--;
        return run_step(sqlite, fault, "ROLLBACK TO step") &&
               run_step(sqlite, fault, "RELEASE step");
    }
    return false;
}

static bool sqlite_forbid_change(void *handle, struct fault *fault, struct arena *arena,
                                 const char *table)
{
    const char *changes[] = {"UPDATE", "DELETE"};
    for (size_t i = 0; i < 2; i++) {
        const char *sql = arena_print(
            arena,
            "CREATE TRIGGER IF NOT EXISTS %s_no_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, "
            "'the record is append-only'); END",
            table, changes[i], changes[i], table);
        if (!execute(handle, fault, sql))
            return false;
    }
    return true;
}

static bool sqlite_columns(void *handle, struct fault *fault, struct arena *arena,
                           const struct statement *statement, const char ***names, size_t *count)
{
    sqlite3_stmt *prepared = NULL;
    if (!prepare(handle, fault, statement->sql, &prepared))
        return false;
    *count = (size_t)sqlite3_column_count(prepared);
    *names = arena_take(arena, (*count + 1) * sizeof **names);
    for (size_t i = 0; i < *count; i++)
        (*names)[i] = arena_copy(arena, sqlite3_column_name(prepared, (int)i));
    return true;
}

static bool check_finding(void *context, const struct value *columns, size_t count)
{
    const char *found = count ? columns[0].text : NULL;
    return (found && strcmp(found, "ok") == 0) ||
           is_damaged(context, found ? found : "its check says nothing");
}

/* A read by key goes through an index and a read of all rows does not: an index that says
 * something else than its table is only seen here. */
static bool sqlite_check(void *handle, struct fault *fault)
{
    const struct statement checking = {.takes = "", .sql = "PRAGMA integrity_check(1)"};
    const struct receiver receiver = {check_finding, fault};
    return sqlite_run(handle, fault, &checking, NULL, &receiver);
}

/* A full disk can still be read, and so can a record in which somebody is writing: then the log is
 * renewed before anything is written to it. Who only reads leaves it as it is when closing. */
static bool sqlite_trust(void *handle, struct fault *fault)
{
    struct sqlite *sqlite = handle;
    if (!sqlite->renews)
        return true;
    sqlite3_busy_timeout(sqlite->connection, 0);
    int code = sqlite3_exec(sqlite->connection, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    sqlite3_busy_timeout(sqlite->connection, BUSY_MILLISECONDS);
    if ((code & 0xFF) == SQLITE_BUSY)
        return true;
    if (code != SQLITE_OK)
        return storage_fault(fault, sqlite->connection);
    code = renew_log(sqlite);
    if (!execute(sqlite, fault, "ROLLBACK"))
        return false;
    if (code == SQLITE_OK) /* the next log is short */
        code = sqlite3_wal_checkpoint_v2(sqlite->connection, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                         NULL);
    return code == SQLITE_OK || (code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_FULL ||
           log_fault(fault, code);
}

struct planning {
    struct text text;
};

static bool note_plan(void *context, const struct value *columns, size_t count)
{
    struct planning *planning = context;
    if (count > 3 && columns[3].text)
        text_print(&planning->text, "%s\n", columns[3].text);
    return true;
}

static bool sqlite_explain(void *handle, struct fault *fault, struct arena *arena,
                           const struct statement *statement, const char **plan)
{
    struct planning planning = {text_open(arena)};
    const struct statement explaining = {
        .takes = "", .sql = arena_print(arena, "EXPLAIN QUERY PLAN %s", statement->sql)};
    const struct receiver receiver = {note_plan, &planning};
    if (!sqlite_run(handle, fault, &explaining, NULL, &receiver))
        return false;
    *plan = planning.text.bytes;
    return true;
}

const struct engine sqlite_engine = {
    .name = "sqlite",
    .integer_type = "INTEGER",
    .text_type = "TEXT",
    .blob_type = "BLOB",
    .table_end = " STRICT",
    .list_end = " STRICT, WITHOUT ROWID",
    .open = sqlite_open,
    .close = sqlite_close,
    .run = sqlite_run,
    .put = sqlite_run,
    .scan = sqlite_scan,
    .step = sqlite_step,
    .forbid_change = sqlite_forbid_change,
    .columns = sqlite_columns,
    .check = sqlite_check,
    .trust = sqlite_trust,
    .explain = sqlite_explain,
};
