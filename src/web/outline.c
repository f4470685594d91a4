/* outline.c: field tables as JSON Schema. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/outline.h"

#include <string.h>

enum { LONGEST_DEFAULT = 200, ROWS_DEFAULT = 200 };

#define REAL_PATTERN "^-?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$"
#define CODE_PATTERN "^[A-Za-z0-9][A-Za-z0-9._:/-]*$"
#define HASH_PATTERN "^[0-9a-f]{64}$"

static void begin(struct outline *outline, const char *name)
{
    if (outline->filled[outline->depth])
        text_add(outline->out, ",");
    if (outline->depth > 0)
        text_print(outline->out, "\n%*s", 2 * outline->depth, "");
    outline->filled[outline->depth] = true;
    if (name) {
        json_add_text(outline->out, name);
        text_add(outline->out, ": ");
    }
}

void outline_open(struct outline *outline, const char *name, char bracket)
{
    begin(outline, name);
    text_add_bytes(outline->out, &bracket, 1);
    if (outline->depth < OUTLINE_DEPTH - 1)
        outline->depth++;
    outline->filled[outline->depth] = false;
}

void outline_close(struct outline *outline, char bracket)
{
    bool filled = outline->filled[outline->depth];
    outline->depth--;
    if (filled)
        text_print(outline->out, "\n%*s", 2 * outline->depth, "");
    text_add_bytes(outline->out, &bracket, 1);
}

void outline_text(struct outline *outline, const char *name, const char *value)
{
    begin(outline, name);
    json_add_text(outline->out, value);
}

void outline_word(struct outline *outline, const char *name, const char *word)
{
    begin(outline, name);
    text_add(outline->out, word);
}

static void put_size(struct outline *outline, const char *name, size_t size)
{
    outline_word(outline, name, arena_print(outline->out->arena, "%zu", size));
}

static void put_range(struct outline *outline, const struct field *field, const char *low,
                      const char *high)
{
    bool bounded = field->low < 0 || field->low > 0 || field->high < 0 || field->high > 0;
    if (!bounded)
        return;
    outline_word(outline, low, arena_print(outline->out->arena, "%.15g", field->low));
    outline_word(outline, high, arena_print(outline->out->arena, "%.15g", field->high));
}

static void put_text(struct outline *outline, const struct field *field, enum direction direction)
{
    outline_text(outline, "type", "string");
    if (field->choices) {
        outline_open(outline, "enum", '[');
        for (size_t i = 0; field->choices[i]; i++)
            outline_text(outline, NULL, field->choices[i]);
        outline_close(outline, ']');
    }
    if (direction == DIRECTION_OUT)
        return;
    if (!field->choices) {
        outline_word(outline, "minLength", "1");
        put_size(outline, "maxLength", field->longest ? field->longest : LONGEST_DEFAULT);
    }
    if (field->code)
        outline_text(outline, "pattern", CODE_PATTERN);
    if (field->secret) {
        outline_text(outline, "format", "password");
        outline_word(outline, "writeOnly", "true");
    }
}

static void put_real(struct outline *outline, const struct field *field, enum direction direction)
{
    if (direction == DIRECTION_OUT) {
        outline_text(outline, "type", "string");
    } else {
        outline_open(outline, "type", '[');
        outline_text(outline, NULL, "string");
        outline_text(outline, NULL, "integer");
        outline_close(outline, ']');
        put_range(outline, field, "x-low", "x-high");
    }
    outline_text(outline, "pattern", REAL_PATTERN);
}

static void put_file(struct outline *outline, enum direction direction)
{
    bool in = direction == DIRECTION_IN;
    outline_text(outline, "type", "object");
    outline_open(outline, "properties", '{');
    outline_open(outline, "name", '{');
    outline_text(outline, "type", "string");
    outline_close(outline, '}');
    outline_open(outline, in ? "base64" : "sha256", '{');
    outline_text(outline, "type", "string");
    outline_text(outline, in ? "contentEncoding" : "pattern", in ? "base64" : HASH_PATTERN);
    outline_close(outline, '}');
    outline_close(outline, '}');
    outline_open(outline, "required", '[');
    outline_text(outline, NULL, "name");
    outline_text(outline, NULL, in ? "base64" : "sha256");
    outline_close(outline, ']');
    outline_word(outline, "additionalProperties", "false");
}

static void put_object(struct outline *outline, const struct schema *schema,
                       enum direction direction)
{
    outline_text(outline, "type", "object");
    outline_open(outline, "properties", '{');
    outline_members(outline, schema, direction, "");
    outline_close(outline, '}');
    outline_open(outline, "required", '[');
    outline_required(outline, schema, direction, "");
    outline_close(outline, ']');
    outline_word(outline, "additionalProperties", "false");
}

static void put_list(struct outline *outline, const struct field *field, enum direction direction)
{
    outline_text(outline, "type", "array");
    outline_schema(outline, "items", field->of, direction);
    if (direction == DIRECTION_OUT)
        return;
    put_size(outline, "maxItems", field->longest ? field->longest : ROWS_DEFAULT);
    if (field->required)
        outline_word(outline, "minItems", "1");
}

static void put_kind(struct outline *outline, const struct field *field, enum direction direction)
{
    switch (field->kind) {
    case FIELD_TEXT:
        put_text(outline, field, direction);
        return;
    case FIELD_INTEGER:
    case FIELD_COUNT:
        outline_text(outline, "type", "integer");
        put_range(outline, field, "minimum", "maximum");
        return;
    case FIELD_FLAG:
        outline_text(outline, "type", "boolean");
        return;
    case FIELD_REAL:
        put_real(outline, field, direction);
        return;
    case FIELD_INSTANT:
    case FIELD_DATE:
        outline_text(outline, "type", "string");
        outline_text(outline, "format", field->kind == FIELD_DATE ? "date" : "date-time");
        return;
    case FIELD_FILE:
        put_file(outline, direction);
        return;
    case FIELD_LIST:
        put_list(outline, field, direction);
        return;
    case FIELD_RECORD:
        put_object(outline, field->of, direction);
        return;
    case FIELD_UNSET:
        return;
    }
}

void outline_field(struct outline *outline, const char *name, const struct field *field,
                   enum direction direction)
{
    outline_open(outline, name, '{');
    put_kind(outline, field, direction);
    if (field->help)
        outline_text(outline, "description", field->help);
    if (field->unit)
        outline_text(outline, "x-unit", field->unit);
    if (field->personal)
        outline_word(outline, "x-personal", "true");
    outline_close(outline, '}');
}

void outline_schema(struct outline *outline, const char *name, const struct schema *schema,
                    enum direction direction)
{
    outline_open(outline, name, '{');
    put_object(outline, schema, direction);
    outline_close(outline, '}');
}

bool outline_in_path(const char *path, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strchr(path, '{'); at; at = strchr(at + 1, '{'))
        if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '}')
            return true;
    return false;
}

static bool is_told(const struct field *field, enum direction direction, const char *path)
{
    return !(field->secret && direction == DIRECTION_OUT) && !outline_in_path(path, field->name);
}

void outline_members(struct outline *outline, const struct schema *schema, enum direction direction,
                     const char *path)
{
    for (size_t i = 0; i < schema->count; i++)
        if (is_told(&schema->fields[i], direction, path))
            outline_field(outline, schema->fields[i].name, &schema->fields[i], direction);
}

/* On the way out integers, flags, lists and records are always there; the rest only if known. */
static bool is_required(const struct field *field, enum direction direction)
{
    if (direction == DIRECTION_IN)
        return field->required;
    return field->kind == FIELD_INTEGER || field->kind == FIELD_FLAG || field->kind == FIELD_LIST ||
           field->kind == FIELD_RECORD;
}

void outline_required(struct outline *outline, const struct schema *schema,
                      enum direction direction, const char *path)
{
    for (size_t i = 0; i < schema->count; i++)
        if (is_told(&schema->fields[i], direction, path) &&
            is_required(&schema->fields[i], direction))
            outline_text(outline, NULL, schema->fields[i].name);
}

void outline_parameter(struct outline *outline, const char *key, const char *name,
                       const struct field *field, const char *in)
{
    bool structured =
        field->kind == FIELD_LIST || field->kind == FIELD_RECORD || field->kind == FIELD_FILE;
    outline_open(outline, key, '{');
    outline_text(outline, "name", name);
    outline_text(outline, "in", in);
    if (!text_equals(name, field->name)) /* a path that several rows share calls it otherwise */
        outline_text(outline, "x-member", field->name);
    outline_word(outline, "required", field->required || *in == 'p' ? "true" : "false");
    if (structured) {
        outline_open(outline, "content", '{');
        outline_open(outline, "application/json", '{');
    }
    outline_field(outline, "schema", field, DIRECTION_IN);
    if (structured) {
        outline_close(outline, '}');
        outline_close(outline, '}');
    }
    outline_close(outline, '}');
}
