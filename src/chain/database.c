/* database.c: values in, rows into structs out, one call after the other. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/database.h"

#include "chain/work.h"

#include <string.h>

struct value value_text(const char *text)
{
    return text ? (struct value){.kind = VALUE_TEXT, .text = text} : (struct value){0};
}

struct value value_integer(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

struct value value_blob(const void *bytes, size_t size)
{
    return (struct value){.kind = VALUE_BLOB, .bytes = bytes, .size = size};
}

/* Statements of all tables; a loop over rows must not wind them back with its own memory. */
#define KEPT_BYTES ((size_t)16 << 20)

struct closing {
    const struct engine *engine;
    void *handle;
    struct arena *kept;
};

static void close_handle(void *thing)
{
    struct closing *closing = thing;
    closing->engine->close(closing->handle);
    arena_close(closing->kept);
}

bool database_open(struct arena *arena, struct fault *fault, const struct engine *engine,
                   const char *place, enum engine_access access, struct database **database)
{
    void *handle = NULL;
    if (!engine->open(arena, fault, place, access, &handle))
        return false;
    struct closing *closing = arena_take(arena, sizeof *closing);
    *closing = (struct closing){engine, handle, arena_open(KEPT_BYTES)};
    arena_defer(arena, close_handle, closing);
    *database = arena_take(arena, sizeof **database);
    **database = (struct database){
        .engine = engine, .handle = handle, .hasher = hasher_open(arena), .kept = closing->kept};
    return true;
}

char field_letter(const struct field *field)
{
    switch (field->kind) {
    case FIELD_INTEGER:
    case FIELD_FLAG:
    case FIELD_COUNT:
    case FIELD_INSTANT:
        return 'i';
    case FIELD_TEXT:
    case FIELD_REAL:
    case FIELD_DATE:
    case FIELD_FILE:
    case FIELD_LIST:
    case FIELD_RECORD:
        return 't';
    case FIELD_UNSET:
        break;
    }
    return '?';
}

struct value field_value(struct arena *arena, const struct field *field, const void *row)
{
    const void *member = (const char *)row + field->offset;
    switch (field->kind) {
    case FIELD_INTEGER:
        return value_integer(*(const int64_t *)member);
    case FIELD_FLAG:
        return value_integer(*(const bool *)member);
    case FIELD_COUNT: {
        const struct count *count = member;
        return count->known ? value_integer(count->value) : (struct value){0};
    }
    case FIELD_INSTANT: {
        int64_t usec = ((const struct instant *)member)->usec;
        return usec ? value_integer(usec) : (struct value){0};
    }
    case FIELD_TEXT:
    case FIELD_REAL:
    case FIELD_DATE:
    case FIELD_FILE:
    case FIELD_LIST:
    case FIELD_RECORD:
        return value_text(field_print(arena, field, row));
    case FIELD_UNSET:
        break;
    }
    return (struct value){0};
}

struct filling {
    struct work *work;
    const struct schema *schema;
    void *row;         /* where the next row goes, or NULL to append to rows */
    struct rows *rows; /* for database_list */
    size_t room;       /* rows that fit */
    const struct visitor *visitor;
    bool borrowed; /* texts stay where the engine has them: nobody may keep one */
    bool found;
};

static bool fill_json(struct filling *to, const struct field *field, const char *text, void *row)
{
    const struct json *value = NULL;
    struct text wrapped = text_open(to->work->arena);
    const struct schema one = {.name = "", .fields = field, .count = 1};
    text_print(&wrapped, "{\"%s\":", field->name);
    text_add(&wrapped, text);
    text_add(&wrapped, "}");
    return json_parse(to->work->arena, &to->work->fault, wrapped.bytes, wrapped.length, &value) &&
           schema_read(to->work->arena, &to->work->fault, &one, value, row);
}

static bool fill_text(struct filling *to, const struct field *field, const char *text, void *row)
{
    void *member = (char *)row + field->offset;
    const char *copy = NULL;
    if (!text_is_utf8(text, strlen(text)))
        return fail(&to->work->fault, FAULT_STORAGE, field->name,
                    "The database holds bytes that are no text in %s; run exoledger verify.",
                    field->name);
    if (field->kind == FIELD_LIST || field->kind == FIELD_RECORD)
        return fill_json(to, field, text, row);
    copy = to->borrowed ? text : arena_copy(to->work->arena, text);
    if (field->kind == FIELD_REAL) {
        struct real *real = member;
        real->text = copy;
        return real_parse(copy, &real->value) || fail(&to->work->fault, FAULT_STORAGE, field->name,
                                                      "The database holds a number "
                                                      "that is none in %s; run exoledger verify.",
                                                      field->name);
    }
    if (field->kind == FIELD_DATE)
        ((struct date *)member)->text = copy;
    else if (field->kind == FIELD_FILE)
        ((struct file *)member)->sha256 = copy;
    else
        *(const char **)member = copy;
    return true;
}

static void fill_integer(const struct field *field, int64_t integer, void *row)
{
    void *member = (char *)row + field->offset;
    if (field->kind == FIELD_INTEGER)
        *(int64_t *)member = integer;
    else if (field->kind == FIELD_FLAG)
        *(bool *)member = integer != 0;
    else if (field->kind == FIELD_COUNT)
        *(struct count *)member = (struct count){true, integer};
    else
        ((struct instant *)member)->usec = integer;
}

static bool fill_row(struct filling *to, const struct value *columns, size_t count, void *row)
{
    if (count != to->schema->count)
        return fail(&to->work->fault, FAULT_STORAGE, "",
                    "A statement gives %zu columns for the "
                    "%zu members of %s.",
                    count, to->schema->count, to->schema->name);
    for (size_t i = 0; i < count; i++) {
        const struct field *field = &to->schema->fields[i];
        if (columns[i].kind == VALUE_NULL)
            continue;
        if (columns[i].kind == VALUE_INTEGER && field->kind == FIELD_INTEGER) {
            fill_integer(field, columns[i].integer, row);
            continue;
        }
        char letter = field_letter(field);
        if ((letter == 'i') != (columns[i].kind == VALUE_INTEGER) || columns[i].kind == VALUE_BLOB)
            return fail(&to->work->fault, FAULT_STORAGE, field->name,
                        "The database holds "
                        "something else than expected in %s.",
                        field->name);
        if (letter == 'i')
            fill_integer(field, columns[i].integer, row);
        else if (!fill_text(to, field, columns[i].text, row))
            return false;
    }
    return true;
}

static bool receive_first(void *context, const struct value *columns, size_t count)
{
    struct filling *to = context;
    if (to->found)
        return true;
    to->found = true;
    memset(to->row, 0, to->schema->size);
    return fill_row(to, columns, count, to->row);
}

static bool receive_all(void *context, const struct value *columns, size_t count)
{
    struct filling *to = context;
    size_t size = to->schema->size;
    if (to->rows->count == to->room) {
        to->room = to->room ? to->room * 2 : 16;
        void *moved = arena_take(to->work->arena, to->room * size);
        if (to->rows->count)
            memcpy(moved, to->rows->items, to->rows->count * size);
        to->rows->items = moved;
    }
    return fill_row(to, columns, count, (char *)to->rows->items + to->rows->count++ * size);
}

static bool receive_each(void *context, const struct value *columns, size_t count)
{
    struct filling *to = context;
    struct arena_mark mark = arena_mark(to->work->arena);
    to->work->database->visiting = true;
    void *row = arena_take(to->work->arena, to->schema->size);
    bool worked = fill_row(to, columns, count, row) &&
                  to->visitor->visit(to->work, to->visitor->context, row);
    arena_rewind(to->work->arena, mark);
    return worked;
}

static bool values_fit(struct work *work, const struct statement *statement,
                       const struct value *values, size_t count)
{
    if (count != strlen(statement->takes))
        return fail(&work->fault, FAULT_STORAGE, "", "A statement takes %zu values and got %zu.",
                    strlen(statement->takes), count);
    for (size_t i = 0; i < count; i++) {
        char letter = statement->takes[i];
        bool fits = values[i].kind == VALUE_NULL ||
                    (letter == 't' && values[i].kind == VALUE_TEXT) ||
                    (letter == 'i' && values[i].kind == VALUE_INTEGER) ||
                    (letter == 'b' && values[i].kind == VALUE_BLOB);
        if (!fits)
            return fail(&work->fault, FAULT_STORAGE, "",
                        "Value %zu of a statement is of the wrong "
                        "kind.",
                        i + 1);
    }
    return true;
}

enum manner { RUNNING, SCANNING, PUTTING };

/* The one place through which every statement goes. */
static bool run_by(struct work *work, enum manner manner, const struct statement *statement,
                   const struct value *values, size_t count, const struct receiver *receiver)
{
    const struct engine *engine = work->database->engine;
    struct database *database = work->database;
    if (++database->calls == database->fail_at)
        return fail(&work->fault, FAULT_STORAGE, "", "The database did not answer; try again.");
    if (database->visiting)
        return fail(&work->fault, FAULT_STORAGE, "", "A visitor asked the database.");
    if (!values_fit(work, statement, values, count))
        return false;
    bool worked = false;
    switch (manner) {
    case RUNNING:
        worked = engine->run(database->handle, &work->fault, statement, values, receiver);
        break;
    case SCANNING:
        worked = engine->scan(database->handle, &work->fault, statement, values, receiver);
        break;
    case PUTTING:
        worked = engine->put(database->handle, &work->fault, statement, values, receiver);
        break;
    }
    return worked && work->fault.kind == FAULT_NONE;
}

static bool run(struct work *work, const struct statement *statement, const struct value *values,
                size_t count, const struct receiver *receiver)
{
    return run_by(work, RUNNING, statement, values, count, receiver);
}

bool database_run(struct work *work, const struct statement *statement, const struct value *values,
                  size_t count)
{
    return run(work, statement, values, count, NULL);
}

bool database_put(struct work *work, const struct statement *statement, const struct value *values,
                  size_t count)
{
    return run_by(work, PUTTING, statement, values, count, NULL);
}

bool database_find(struct work *work, const struct statement *statement, const struct value *values,
                   size_t count, void *row, bool *found)
{
    struct filling to = {.work = work, .schema = statement->gives, .row = row};
    const struct receiver receiver = {receive_first, &to};
    bool worked = run(work, statement, values, count, &receiver);
    *found = worked && to.found;
    return worked;
}

bool database_list(struct work *work, const struct statement *statement, const struct value *values,
                   size_t count, struct rows *rows)
{
    struct filling to = {.work = work, .schema = statement->gives, .rows = rows};
    const struct receiver receiver = {receive_all, &to};
    *rows = (struct rows){0};
    return run(work, statement, values, count, &receiver);
}

static bool each_by(struct work *work, enum manner manner, const struct statement *statement,
                    const struct value *values, size_t count, const struct visitor *visitor)
{
    struct filling to = {
        .work = work, .schema = statement->gives, .visitor = visitor, .borrowed = true};
    const struct receiver receiver = {receive_each, &to};
    bool worked = run_by(work, manner, statement, values, count, &receiver);
    work->database->visiting = false;
    return worked;
}

bool database_each(struct work *work, const struct statement *statement, const struct value *values,
                   size_t count, const struct visitor *visitor)
{
    return each_by(work, RUNNING, statement, values, count, visitor);
}

bool database_scan(struct work *work, const struct statement *statement, const struct value *values,
                   size_t count, const struct visitor *visitor)
{
    return each_by(work, SCANNING, statement, values, count, visitor);
}

bool database_step(struct work *work, enum transaction_step step)
{
    struct database *database = work->database;
    bool undoing = step == STEP_ROLLBACK || step == STEP_ROLLBACK_TO;
    if (!undoing && ++database->calls == database->fail_at)
        return fail(&work->fault, FAULT_STORAGE, "", "The database did not answer; try again.");
    return database->engine->step(database->handle, &work->fault, step);
}

bool database_end_read(struct work *work, bool worked)
{
    struct fault kept = work->fault;
    worked = database_step(work, STEP_ROLLBACK) && worked;
    if (kept.kind != FAULT_NONE)
        work->fault = kept;
    return worked;
}
