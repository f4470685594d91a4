/* schema.c: what comes in is checked field by field, in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/schema.h"

#include "base/hash.h"
#include "base/time.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SHORTEST_SECRET = 10, LONGEST_DEFAULT = 200, ROWS_DEFAULT = 200, FILE_BYTES = 64 << 20 };
static const double largest_real = 1e18;

struct decoding {
    struct arena *arena;
    struct fault *fault;
    bool strict; /* from outside: required fields, ranges and choices are asked */
};

static bool decode_object(const struct decoding *to, const struct schema *schema, const char *path,
                          const struct json *object, void *row);

static void *member(const struct field *field, void *row)
{
    return (char *)row + field->offset;
}

static bool integer_parse(const char *text, int64_t *value)
{
    const char *digits = text + (*text == '-');
    size_t length = strlen(digits);
    if (length < 1 || length > 16 || strspn(digits, "0123456789") != length)
        return false;
    *value = strtoll(text, NULL, 10);
    return *value <= JSON_LARGEST && *value >= -JSON_LARGEST;
}

static const char *joined(struct arena *arena, const char *const *choices)
{
    struct text text = text_open(arena);
    for (size_t i = 0; choices[i]; i++)
        text_print(&text, "%s%s", i ? ", " : "", choices[i]);
    return text.bytes;
}

static bool is_choice(const char *const *choices, const char *word)
{
    for (size_t i = 0; choices[i]; i++)
        if (strcmp(choices[i], word) == 0)
            return true;
    return false;
}

static bool check_text(const struct decoding *to, const struct field *field, const char *path,
                       const char *text)
{
    size_t longest = field->longest ? field->longest : LONGEST_DEFAULT;
    if (!*text)
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is empty; give a value or leave "
                    "the field out.",
                    path);
    if (strlen(text) > longest)
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is longer than %zu bytes; shorten "
                    "it.",
                    path, longest);
    if (!text_is_utf8(text, strlen(text)))
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is not valid UTF-8; send it as "
                    "UTF-8.",
                    path);
    if (!text_is_clean(text, field->prose))
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s holds a control character; remove "
                    "it.",
                    path);
    if (field->code && !text_is_code(text))
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is a code: use letters, digits and "
                    "- . _ : / only.",
                    path);
    if (field->choices && !is_choice(field->choices, text))
        return fail(to->fault, FAULT_INPUT, path, "The field %s must be one of: %s.", path,
                    joined(to->arena, field->choices));
    return true;
}

static bool check_range(const struct decoding *to, const struct field *field, const char *path,
                        double value)
{
    bool bounded = field->low < 0 || field->low > 0 || field->high < 0 || field->high > 0;
    double largest = field->kind == FIELD_REAL ? largest_real : (double)JSON_LARGEST;
    double low = bounded ? field->low : -largest;
    double high = bounded ? field->high : largest;
    if (value >= low && value <= high)
        return true;
    return fail(to->fault, FAULT_INPUT, path, "The field %s must lie between %.10g and %.10g%s%s.",
                path, low, high, field->unit ? " " : "", field->unit ? field->unit : "");
}

static bool set_text(const struct decoding *to, const struct field *field, const char *path,
                     const char *text, void *row)
{
    const char **to_text = member(field, row);
    if (to->strict && !check_text(to, field, path, text))
        return false;
    if (field->secret && to->strict && strlen(text) < SHORTEST_SECRET)
        return fail(to->fault, FAULT_INPUT, path, "The field %s needs at least %d characters.",
                    path, SHORTEST_SECRET);
    *to_text = arena_copy(to->arena, text);
    return true;
}

static bool set_integer(const struct decoding *to, const struct field *field, const char *path,
                        int64_t value, void *row)
{
    if (to->strict && !check_range(to, field, path, (double)value))
        return false;
    if (field->kind == FIELD_INTEGER)
        *(int64_t *)member(field, row) = value;
    else
        *(struct count *)member(field, row) = (struct count){true, value};
    return true;
}

static bool set_real(const struct decoding *to, const struct field *field, const char *path,
                     const char *text, void *row)
{
    struct real *real = member(field, row);
    if (!real_parse(text, &real->value))
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is not a decimal number such as "
                    "9.75e9.",
                    path);
    real->text = arena_copy(to->arena, text);
    return !to->strict || check_range(to, field, path, real->value);
}

static bool set_instant(const struct decoding *to, const struct field *field, const char *path,
                        const char *text, void *row)
{
    struct instant *instant = member(field, row);
    int zone_minutes = 0;
    /* Zero stands for an instant that was not given. */
    if (!instant_parse(text, &instant->usec, &zone_minutes) || instant->usec == 0)
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is not a time with its zone such "
                    "as 2025-01-14T10:00:00+09:00.",
                    path);
    return true;
}

static bool set_date(const struct decoding *to, const struct field *field, const char *path,
                     const char *text, void *row)
{
    int64_t day = 0;
    if (!date_parse(text, &day))
        return fail(to->fault, FAULT_INPUT, path, "The field %s is not a date such as 2025-01-14.",
                    path);
    ((struct date *)member(field, row))->text = arena_copy(to->arena, text);
    return true;
}

static bool wrong_kind(const struct decoding *to, const char *path, const char *expected)
{
    return fail(to->fault, FAULT_INPUT, path, "The field %s must be %s.", path, expected);
}

static bool set_flag(const struct decoding *to, const struct field *field, const char *path,
                     const char *text, void *row)
{
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "yes") == 0;
    bool no = strcmp(text, "false") == 0 || strcmp(text, "no") == 0;
    if (!yes && !no)
        return wrong_kind(to, path, "true or false");
    *(bool *)member(field, row) = yes;
    return true;
}

static bool set_list(const struct decoding *to, const struct field *field, const char *path,
                     const struct json *list, void *row)
{
    struct rows *rows = member(field, row);
    size_t most = field->longest ? field->longest : ROWS_DEFAULT;
    if (json_kind(list) != JSON_IS_LIST)
        return wrong_kind(to, path, "a list of objects");
    rows->count = json_count(list);
    if (to->strict && (rows->count > most || (!rows->count && field->required)))
        return fail(to->fault, FAULT_INPUT, path, "The field %s must hold 1 to %zu rows.", path,
                    most);
    rows->items = arena_take(to->arena, rows->count * field->of->size + 1);
    for (size_t i = 0; i < rows->count; i++) {
        const char *inner = arena_print(to->arena, "%s[%zu]", path, i);
        if (!decode_object(to, field->of, inner, json_element(list, i),
                           (char *)rows->items + i * field->of->size))
            return false;
    }
    return true;
}

static bool set_file(const struct decoding *to, const struct field *field, const char *path,
                     const struct json *object, void *row)
{
    struct file *file = member(field, row);
    const char *name = json_as_text(json_member(object, "name"));
    const char *base64 = json_as_text(json_member(object, "base64"));
    const char *sha256 = json_as_text(json_member(object, "sha256"));
    if (!to->strict) {
        *file = (struct file){.name = arena_copy(to->arena, name),
                              .sha256 = arena_copy(to->arena, sha256)};
        return true;
    }
    if (!name || !base64 || json_count(object) != 2 || !*name || strlen(name) > LONGEST_DEFAULT ||
        !text_is_clean(name, false))
        return wrong_kind(to, path, "an object with the file's name and its bytes as base64");
    size_t room = strlen(base64) / 4 * 3 + 3;
    unsigned char *bytes = arena_take(to->arena, room);
    if (sodium_base642bin(bytes, room, base64, strlen(base64), NULL, &file->size, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return wrong_kind(to, path, "an object whose base64 member is base64 (RFC 4648)");
    if (!file->size || file->size > FILE_BYTES)
        return fail(to->fault, FAULT_TOO_LARGE, path, "The file in %s must hold 1 byte to 64 MiB.",
                    path);
    struct hash hash = hasher_hash(hasher_open(to->arena), bytes, file->size);
    file->name = arena_copy(to->arena, name);
    file->bytes = bytes;
    file->sha256 = hex_print(to->arena, hash.bytes, HASH_BYTES);
    return true;
}

/* Lists, records and files can only be JSON; as text they are parsed first. */
static bool set_json(const struct decoding *to, const struct field *field, const char *path,
                     const struct json *value, void *row)
{
    if (field->kind == FIELD_LIST)
        return set_list(to, field, path, value, row);
    if (json_kind(value) != JSON_IS_OBJECT)
        return wrong_kind(to, path, "an object");
    if (field->kind == FIELD_FILE)
        return set_file(to, field, path, value, row);
    return decode_object(to, field->of, path, value, member(field, row));
}

static bool from_text(const struct decoding *to, const struct field *field, const char *path,
                      const char *text, void *row)
{
    int64_t integer = 0;
    const struct json *value = NULL;
    struct fault broken = {0};
    if (!*text && field->kind != FIELD_TEXT)
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is empty; give a value or leave "
                    "the field out.",
                    path);
    switch (field->kind) {
    case FIELD_TEXT:
        return set_text(to, field, path, text, row);
    case FIELD_INTEGER:
    case FIELD_COUNT:
        if (!integer_parse(text, &integer))
            return wrong_kind(to, path, "a whole number");
        return set_integer(to, field, path, integer, row);
    case FIELD_FLAG:
        return set_flag(to, field, path, text, row);
    case FIELD_REAL:
        return set_real(to, field, path, text, row);
    case FIELD_INSTANT:
        return set_instant(to, field, path, text, row);
    case FIELD_DATE:
        return set_date(to, field, path, text, row);
    case FIELD_FILE:
    case FIELD_LIST:
    case FIELD_RECORD:
        if (!json_parse(to->arena, &broken, text, strlen(text), &value))
            return fail(to->fault, FAULT_INPUT, path, "The field %s: %s", path, broken.text);
        return set_json(to, field, path, value, row);
    case FIELD_UNSET:
        break;
    }
    return false;
}

static const char *expected_kind(const struct field *field)
{
    switch (field->kind) {
    case FIELD_TEXT:
        return "text";
    case FIELD_INTEGER:
    case FIELD_COUNT:
        return "a whole number";
    case FIELD_FLAG:
        return "true or false";
    case FIELD_REAL:
        return "a decimal number as text, such as \"9.75e9\", so that it is kept as entered";
    case FIELD_INSTANT:
        return "a time as text";
    case FIELD_DATE:
        return "a date as text";
    case FIELD_FILE:
    case FIELD_RECORD:
        return "an object";
    case FIELD_LIST:
        return "a list of objects";
    case FIELD_UNSET:
        break;
    }
    return "described";
}

static bool from_value(const struct decoding *to, const struct field *field, const char *path,
                       const struct json *value, void *row)
{
    enum json_kind kind = json_kind(value);
    bool whole = field->kind == FIELD_INTEGER || field->kind == FIELD_COUNT;
    bool worded = field->kind == FIELD_TEXT || field->kind == FIELD_REAL ||
                  field->kind == FIELD_INSTANT || field->kind == FIELD_DATE;
    if (kind == JSON_IS_TEXT && worded)
        return from_text(to, field, path, json_as_text(value), row);
    if (kind == JSON_IS_INTEGER && whole)
        return set_integer(to, field, path, json_as_integer(value), row);
    if (kind == JSON_IS_INTEGER && field->kind == FIELD_REAL)
        return set_real(to, field, path,
                        arena_print(to->arena, "%lld", (long long)json_as_integer(value)), row);
    if (kind == JSON_IS_FLAG && field->kind == FIELD_FLAG) {
        *(bool *)member(field, row) = json_as_flag(value);
        return true;
    }
    if ((kind == JSON_IS_LIST && field->kind == FIELD_LIST) ||
        (kind == JSON_IS_OBJECT && (field->kind == FIELD_RECORD || field->kind == FIELD_FILE)))
        return set_json(to, field, path, value, row);
    return wrong_kind(to, path, expected_kind(field));
}

static bool decode_one(const struct decoding *to, const struct schema *schema, const char *path,
                       const struct given *given, bool *seen, void *row)
{
    const struct field *field = schema_field(schema, given->name);
    if (!field)
        return fail(to->fault, FAULT_INPUT, path,
                    "The field %s is not known here; remove it or correct its name.", path);
    size_t index = (size_t)(field - schema->fields);
    if (seen[index])
        return fail(to->fault, FAULT_INPUT, path, "The field %s is given twice; give it once.",
                    path);
    seen[index] = true;
    return given->text ? from_text(to, field, path, given->text, row)
                       : from_value(to, field, path, given->value, row);
}

static const char *inner_path(const struct decoding *to, const char *outer, const char *name)
{
    return *outer ? arena_print(to->arena, "%s.%s", outer, name) : name;
}

static bool all_required(const struct decoding *to, const struct schema *schema, const char *outer,
                         const bool *seen)
{
    for (size_t i = 0; i < schema->count; i++) {
        const char *path = inner_path(to, outer, schema->fields[i].name);
        if (schema->fields[i].required && !seen[i])
            return fail(to->fault, FAULT_INPUT, path, "The field %s is missing; it is required.",
                        path);
    }
    return true;
}

static bool decode_given(const struct decoding *to, const struct schema *schema, const char *outer,
                         const struct given *given, size_t count, void *row)
{
    bool *seen = arena_take(to->arena, schema->count * sizeof *seen + 1);
    for (size_t i = 0; i < count; i++) {
        const char *path = inner_path(to, outer, given[i].name);
        if (!decode_one(to, schema, path, &given[i], seen, row))
            return false;
    }
    return !to->strict || all_required(to, schema, outer, seen);
}

static bool decode_object(const struct decoding *to, const struct schema *schema, const char *path,
                          const struct json *object, void *row)
{
    if (json_kind(object) != JSON_IS_OBJECT)
        return wrong_kind(to, *path ? path : "body", "an object");
    size_t count = json_count(object);
    const char **names = json_names(to->arena, object);
    struct given *given = arena_take(to->arena, count * sizeof *given + 1);
    for (size_t i = 0; i < count; i++)
        given[i] = (struct given){.name = names[i], .value = json_member(object, names[i])};
    return decode_given(to, schema, path, given, count, row);
}

bool schema_decode(struct arena *arena, struct fault *fault, const struct schema *schema,
                   const struct given *given, size_t count, void *row)
{
    struct decoding to = {arena, fault, true};
    return decode_given(&to, schema, "", given, count, row);
}

bool schema_decode_json(struct arena *arena, struct fault *fault, const struct schema *schema,
                        const struct json *object, void *row)
{
    struct decoding to = {arena, fault, true};
    return decode_object(&to, schema, "", object, row);
}

bool schema_read(struct arena *arena, struct fault *fault, const struct schema *schema,
                 const struct json *object, void *row)
{
    struct decoding to = {arena, fault, false};
    return decode_object(&to, schema, "", object, row);
}

bool field_set(struct arena *arena, struct fault *fault, const struct field *field,
               const char *path, const char *text, void *row)
{
    struct decoding to = {arena, fault, true};
    return from_text(&to, field, path, text, row);
}

const struct field *schema_field(const struct schema *schema, const char *name)
{
    for (size_t i = 0; i < schema->count; i++)
        if (strcmp(schema->fields[i].name, name) == 0)
            return &schema->fields[i];
    return NULL;
}
