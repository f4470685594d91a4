/* place.c: a fresh database with two connections, on either engine, for tests. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char variable[] = "EXOLEDGER_TEST_SERVER";

const char *place_server(void)
{
    const char *server = getenv(variable);
    if (server && *server)
        return server;
    fprintf(stderr, "SKIPPED: nothing is tested on PostgreSQL, because %s is not set.\n", variable);
    return NULL;
}

struct work place_connect(struct place *place, const char *string, enum engine_access access)
{
    struct work work = {.arena = place->arena};
    if (!database_open(place->arena, &work.fault, place->engine, string, access, &work.database))
        work.database = NULL;
    return work;
}

static void open_both(struct place *place)
{
    place->one = place_connect(place, place->string, ACCESS_CREATE);
    if (!place->one.database)
        fail_msg("%s", place->one.fault.text);
    place->other = place_connect(place, place->string, ACCESS_WRITE);
    if (!place->other.database)
        fail_msg("%s", place->other.fault.text);
}

static struct place *make(const struct engine *engine)
{
    struct arena *arena = arena_open(WORK_ARENA_BYTES);
    struct place *place = arena_take(arena, sizeof *place);
    place->arena = arena;
    place->engine = engine;
    return place;
}

int place_open_sqlite(void **state)
{
    struct place *place = make(&sqlite_engine);
    snprintf(place->name, sizeof place->name, "/tmp/exoledger-place-XXXXXX");
    assert_non_null(mkdtemp(place->name));
    place->string = arena_print(place->arena, "%s/record.db", place->name);
    open_both(place);
    *state = place;
    return 0;
}

int place_close_sqlite(void **state)
{
    struct place *place = *state;
    const char *ends[] = {"", "-wal", "-shm"};
    char folder[sizeof place->name];
    memcpy(folder, place->name, sizeof folder);
    arena_close(place->arena);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char path[sizeof folder + 32];
        snprintf(path, sizeof path, "%s/record.db%s", folder, ends[i]);
        unlink(path);
    }
    return rmdir(folder);
}

int place_open_postgres(void **state)
{
    struct place *place = make(&postgres_engine);
    const char *server = place_server();
    struct work work = place_connect(place, server ? server : "", ACCESS_CREATE);
    if (!work.database)
        fail_msg("%s", work.fault.text);
    snprintf(place->name, sizeof place->name, "place_%ld", (long)getpid());
    place_run(&work, "", arena_print(place->arena, "CREATE SCHEMA %s", place->name), NO_VALUES);
    place->string =
        arena_print(place->arena, "%s options='-c search_path=%s'", server, place->name);
    open_both(place);
    *state = place;
    return 0;
}

int place_close_postgres(void **state)
{
    struct place *place = *state;
    struct arena *arena = arena_open(1 << 20);
    struct work work = {.arena = arena};
    const struct statement drop = {
        .takes = "", .sql = arena_print(arena, "DROP SCHEMA %s CASCADE", place->name)};
    arena_close(place->arena);
    bool closed = database_open(arena, &work.fault, &postgres_engine, getenv(variable),
                                ACCESS_WRITE, &work.database) &&
                  database_run(&work, &drop, NO_VALUES);
    if (!closed)
        fprintf(stderr, "%s\n", work.fault.text);
    arena_close(arena);
    return closed ? 0 : -1;
}

bool place_try(struct work *work, const char *takes, const char *sql, const struct value *values,
               size_t count)
{
    const struct statement statement = {.takes = takes, .sql = sql};
    return database_run(work, &statement, values, count);
}

void place_run(struct work *work, const char *takes, const char *sql, const struct value *values,
               size_t count)
{
    if (!place_try(work, takes, sql, values, count))
        fail_msg("%s: %s", sql, work->fault.text);
}

void place_step(struct work *work, enum transaction_step step)
{
    if (!database_step(work, step))
        fail_msg("step %d: %s", (int)step, work->fault.text);
}

const char *place_refused(struct work *work, enum fault_kind kind, bool worked)
{
    assert_false(worked);
    if (work->fault.kind != kind)
        fail_msg("fault %d: %s", (int)work->fault.kind, work->fault.text);
    assert_true(work->fault.text[0]);
    const char *text = arena_copy(work->arena, work->fault.text);
    work->fault = (struct fault){0};
    return text;
}

bool place_catch(void *context, const struct value *columns, size_t count)
{
    struct caught *caught = context;
    assert_true(count <= PLACE_COLUMNS);
    caught->rows++;
    caught->count = count;
    for (size_t i = 0; i < count; i++) {
        caught->columns[i] = columns[i];
        caught->columns[i].text = arena_copy(caught->arena, columns[i].text);
        if (columns[i].kind == VALUE_BLOB)
            caught->columns[i].bytes = arena_text(caught->arena, columns[i].bytes, columns[i].size);
    }
    return true;
}

struct caught place_ask(struct work *work, const char *takes, const char *sql,
                        const struct value *values, size_t count)
{
    struct caught caught = {.arena = work->arena};
    const struct statement statement = {.takes = takes, .sql = sql};
    const struct receiver receiver = {place_catch, &caught};
    assert_int_equal(strlen(takes), count);
    if (!work->database->engine->run(work->database->handle, &work->fault, &statement, values,
                                     &receiver))
        fail_msg("%s: %s", sql, work->fault.text);
    return caught;
}

int64_t place_number(struct work *work, const char *sql)
{
    struct caught caught = place_ask(work, "", sql, NO_VALUES);
    assert_int_equal(caught.rows, 1);
    assert_int_equal(caught.columns[0].kind, VALUE_INTEGER);
    return caught.columns[0].integer;
}

void place_make_things(struct place *place)
{
    const struct engine *engine = place->engine;
    const char *sql =
        arena_print(place->arena,
                    "CREATE TABLE thing (code %s NOT NULL, number %s, bytes %s, "
                    "PRIMARY KEY (code))%s",
                    engine->text_type, engine->integer_type, engine->blob_type, engine->table_end);
    place_run(&place->one, "", sql, NO_VALUES);
}

void place_add_thing(struct work *work, const char *code)
{
    place_run(work, "t", "INSERT INTO thing (code) VALUES ($1)", VALUES(value_text(code)));
}

int64_t place_things(struct work *work)
{
    return place_number(work, "SELECT COUNT(*) FROM thing");
}
