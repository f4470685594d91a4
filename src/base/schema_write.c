/* schema_write.c: what goes out, as JSON or as a text for people. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/schema.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMN_BYTES = 32 }; /* of a name as it is written; longer ones take the slower way */

static const void *member_of(const struct field *field, const void *row)
{
    return (const char *)row + field->offset;
}

static bool is_known(const struct field *field, const void *row)
{
    const void *member = member_of(field, row);
    switch (field->kind) {
    case FIELD_TEXT:
        return *(const char *const *)member != NULL;
    case FIELD_REAL:
        return ((const struct real *)member)->text != NULL;
    case FIELD_COUNT:
        return ((const struct count *)member)->known;
    case FIELD_INSTANT:
        return ((const struct instant *)member)->usec != 0;
    case FIELD_DATE:
        return ((const struct date *)member)->text != NULL;
    case FIELD_FILE:
        return ((const struct file *)member)->sha256 != NULL;
    case FIELD_INTEGER:
    case FIELD_FLAG:
    case FIELD_LIST:
    case FIELD_RECORD:
        return true;
    case FIELD_UNSET:
        break;
    }
    return false;
}

static void write_file(struct text *out, const struct file *file)
{
    text_add(out, "{\"name\":");
    json_add_text(out, file->name ? file->name : "");
    text_add(out, ",\"sha256\":");
    json_add_text(out, file->sha256);
    text_add(out, "}");
}

static void write_value(struct text *out, const struct field *field, const void *row,
                        enum schema_order order)
{
    const void *member = member_of(field, row);
    switch (field->kind) {
    case FIELD_TEXT:
        json_add_text(out, *(const char *const *)member);
        return;
    case FIELD_INTEGER:
        text_add_integer(out, *(const int64_t *)member);
        return;
    case FIELD_FLAG:
        text_add(out, *(const bool *)member ? "true" : "false");
        return;
    case FIELD_REAL:
        json_add_text(out, ((const struct real *)member)->text);
        return;
    case FIELD_COUNT:
        text_add_integer(out, ((const struct count *)member)->value);
        return;
    case FIELD_INSTANT:
        json_add_text(out, instant_print(out->arena, ((const struct instant *)member)->usec));
        return;
    case FIELD_DATE:
        json_add_text(out, ((const struct date *)member)->text);
        return;
    case FIELD_FILE:
        write_file(out, member);
        return;
    case FIELD_LIST:
        schema_write_rows(out, field->of, member, order);
        return;
    case FIELD_RECORD:
        schema_write(out, field->of, member, order);
        return;
    case FIELD_UNSET:
        return;
    }
}

static int compare_fields(const void *one, const void *other)
{
    return strcmp((*(const struct field *const *)one)->name,
                  (*(const struct field *const *)other)->name);
}

static const struct field **sorted_fields(struct arena *arena, const struct schema *schema)
{
    const struct field **fields = arena_take(arena, schema->count * sizeof(*fields) + 1);
    for (size_t i = 0; i < schema->count; i++)
        fields[i] = &schema->fields[i];
    qsort(fields, schema->count, sizeof(*fields), compare_fields);
    return fields;
}

/* Names are those of members and need no escape. */
static void write_name(struct text *out, char before, const struct field *field)
{
    size_t length = field->length ? field->length : strlen(field->name);
    char *at = text_reserve(out, length + 4);
    *at++ = before;
    *at++ = '"';
    memcpy(at, field->name, length);
    memcpy(at + length, "\":", 3);
    out->length += length + 4;
}

void schema_write(struct text *out, const struct schema *schema, const void *row,
                  enum schema_order order)
{
    const struct field **sorted =
        order == ORDER_CANONICAL ? sorted_fields(out->arena, schema) : NULL;
    char before = '{';
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = sorted ? sorted[i] : &schema->fields[i];
        if (!is_known(field, row))
            continue;
        write_name(out, before, field);
        write_value(out, field, row, order);
        before = ',';
    }
    text_add(out, before == '{' ? "{}" : "}");
}

/* One member of the rows of a long list, with its name as it is written. */
struct column {
    const struct field *field;
    size_t length;           /* 0 for a name that is longer than the room */
    char name[COLUMN_BYTES]; /* ,"name": and zeros */
};

struct row_writer {
    size_t count;
    struct column columns[];
};

const struct row_writer *row_writer_open(struct arena *arena, const struct schema *schema)
{
    struct row_writer *writer =
        arena_take(arena, sizeof *writer + schema->count * sizeof *writer->columns);
    for (size_t i = 0; i < schema->count; i++) {
        struct column *column = &writer->columns[i];
        size_t length = strlen(schema->fields[i].name);
        column->field = &schema->fields[i];
        if (length + 4 > sizeof column->name)
            continue;
        column->length = length + 4;
        memcpy(column->name, ",\"", 2);
        memcpy(column->name + 2, schema->fields[i].name, length);
        memcpy(column->name + 2 + length, "\":", 2);
    }
    writer->count = schema->count;
    return writer;
}

/* The whole room of a name is copied, which is faster than as much as it fills. */
static void add_name(struct text *out, const struct column *column)
{
    if (!column->length) {
        write_name(out, ',', column->field);
        return;
    }
    memcpy(text_reserve(out, sizeof column->name), column->name, sizeof column->name);
    out->length += column->length;
}

void row_write(struct text *out, const struct row_writer *writer, const void *row)
{
    size_t begin = out->length;
    for (size_t i = 0; i < writer->count; i++) {
        const struct column *column = &writer->columns[i];
        const void *member = member_of(column->field, row);
        if (column->field->kind == FIELD_TEXT) {
            const char *text = *(const char *const *)member;
            if (text) {
                add_name(out, column);
                json_add_text(out, text);
            }
        } else if (is_known(column->field, row)) {
            add_name(out, column);
            write_value(out, column->field, row, ORDER_DECLARED);
        }
    }
    if (out->length == begin)
        text_add_bytes(out, "{", 1);
    out->bytes[begin] = '{';
    text_add_bytes(out, "}", 1);
}

void schema_write_rows(struct text *out, const struct schema *schema, const struct rows *rows,
                       enum schema_order order)
{
    text_add(out, "[");
    for (size_t i = 0; i < rows->count; i++) {
        text_add(out, i ? "," : "");
        schema_write(out, schema, (const char *)rows->items + i * schema->size, order);
    }
    text_add(out, "]");
}

const char *field_print(struct arena *arena, const struct field *field, const void *row)
{
    const void *member = member_of(field, row);
    if (!is_known(field, row))
        return NULL;
    if (field->kind == FIELD_TEXT)
        return *(const char *const *)member;
    if (field->kind == FIELD_REAL)
        return ((const struct real *)member)->text;
    if (field->kind == FIELD_DATE)
        return ((const struct date *)member)->text;
    if (field->kind == FIELD_INSTANT)
        return instant_print(arena, ((const struct instant *)member)->usec);
    if (field->kind == FIELD_FILE)
        return ((const struct file *)member)->sha256;
    struct text out = text_open(arena);
    write_value(&out, field, row, ORDER_DECLARED);
    return out.bytes;
}
