/* openapi.c: one path, one method, one reply after the other, sorted. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/openapi.h"

#include "web/envelope.h"
#include "web/outline.h"
#include "web/sign_in.h"

#include <stdlib.h>
#include <string.h>

#define REFERENCE(name) "#/components/schemas/" name

static const char *const scopes[] = {[SCOPE_UNSET] = "nobody",
                                     [SCOPE_SITE] = "site",
                                     [SCOPE_CODES] = "codes",
                                     [SCOPE_RECORD] = "record"};

static const char about[] =
    "System of record for exosome and culture-supernatant therapy. Sign in with POST /api/session "
    "and send the value csrf in the header X-CSRF-Token with every change, or send a token as "
    "Bearer. Send Idempotency-Key with a change, and the same key again when its outcome is "
    "unknown. POST /api/bundle takes many changes at once. Values in a query are percent-encoded; "
    "a plus sign there is a blank. Measured "
    "numbers are text, kept as entered. Unknown members are left out of answers.";

static int compare_rows(const void *one, const void *other)
{
    const struct operation *left = *(const struct operation *const *)one;
    const struct operation *right = *(const struct operation *const *)other;
    int order = route_compare(left->path, right->path);
    return order ? order : strcmp(left->method, right->method);
}

static const struct operation **sorted_rows(struct arena *arena, const struct catalogue *catalogue,
                                            size_t *count)
{
    size_t all = 0;
    while (catalogue->operations[all])
        all++;
    const struct operation **rows = arena_take(arena, (all + 1) * sizeof(*rows));
    *count = 0;
    for (size_t i = 0; i < all; i++)
        if (catalogue->operations[i]->method)
            rows[(*count)++] = catalogue->operations[i];
    qsort(rows, *count, sizeof(*rows), compare_rows);
    return rows;
}

static void put_reference(struct outline *outline, const char *name, const char *reference)
{
    outline_open(outline, name, '{');
    outline_text(outline, "$ref", reference);
    outline_close(outline, '}');
}

static void put_typed(struct outline *outline, const char *name, const char *type, const char *help)
{
    outline_open(outline, name, '{');
    outline_text(outline, "type", type);
    outline_text(outline, "description", help);
    outline_close(outline, '}');
}

static bool reads_query(const struct operation *row)
{
    return text_equals(row->method, "GET");
}

static bool has_excerpts(const struct operation *row)
{
    return row->effect == READS && row->shape != SHAPE_RECORD;
}

static const char *excerpt_name(struct outline *outline, size_t i)
{
    return arena_print(outline->out->arena, "excerpt_%s", excerpt_schema.fields[i].name);
}

/* The name in the nth braces of a path. */
static const char *brace_name(struct arena *arena, const char *path, size_t n)
{
    const char *at = strchr(path, '{');
    for (; n > 0 && at; n--)
        at = strchr(at + 1, '{');
    return at ? arena_text(arena, at + 1, strcspn(at + 1, "}")) : NULL;
}

/* Rows that share a path may call its members by other names; OpenAPI knows those of the key. */
static void put_parameters(struct outline *outline, const struct operation *row, const char *key)
{
    struct arena *arena = outline->out->arena;
    const char *own = NULL;
    outline_open(outline, "parameters", '[');
    for (size_t n = 0; (own = brace_name(arena, row->path, n)); n++)
        outline_parameter(outline, NULL, brace_name(arena, key, n), schema_field(row->input, own),
                          "path");
    for (size_t i = 0; reads_query(row) && i < row->input->count; i++)
        if (!outline_in_path(row->path, row->input->fields[i].name))
            outline_parameter(outline, NULL, row->input->fields[i].name, &row->input->fields[i],
                              "query");
    if (row->effect == RECORDS)
        put_reference(outline, NULL, "#/components/parameters/idempotency_key");
    for (size_t i = 0; has_excerpts(row) && i < excerpt_schema.count; i++)
        put_reference(outline, NULL,
                      arena_print(arena, "#/components/parameters/%s", excerpt_name(outline, i)));
    outline_close(outline, ']');
}

/* signature and witness only where the row asks for them. */
static bool envelope_offers(const struct operation *row, const struct field *field)
{
    if (text_equals(field->name, "signature"))
        return row->signature != NULL;
    return !text_equals(field->name, "witness") || row->witness != PERMISSION_UNSET;
}

static void put_body(struct outline *outline, const struct operation *row)
{
    if (reads_query(row))
        return;
    outline_open(outline, "requestBody", '{');
    outline_open(outline, "content", '{');
    outline_open(outline, "application/json", '{');
    outline_open(outline, "schema", '{');
    outline_text(outline, "type", "object");
    outline_open(outline, "properties", '{');
    outline_members(outline, row->input, DIRECTION_IN, row->path);
    for (size_t i = 0; row->effect == RECORDS && i < envelope_schema.count; i++)
        if (envelope_offers(row, &envelope_schema.fields[i]))
            outline_field(outline, envelope_schema.fields[i].name, &envelope_schema.fields[i],
                          DIRECTION_IN);
    outline_close(outline, '}');
    outline_open(outline, "required", '[');
    outline_required(outline, row->input, DIRECTION_IN, row->path);
    if (row->signature)
        outline_text(outline, NULL, "signature");
    if (row->witness != PERMISSION_UNSET)
        outline_text(outline, NULL, "witness");
    outline_close(outline, ']');
    outline_word(outline, "additionalProperties", "false");
    outline_close(outline, '}');
    outline_close(outline, '}');
    outline_close(outline, '}');
    outline_close(outline, '}');
}

static void put_receipt(struct outline *outline, const struct operation *row)
{
    put_reference(outline, "entry", REFERENCE("entry"));
    outline_schema(outline, "body", row->output, DIRECTION_OUT);
    outline_open(outline, "followed", '{');
    outline_text(outline, "type", "array");
    put_reference(outline, "items", REFERENCE("followed"));
    outline_close(outline, '}');
}

static void put_rows(struct outline *outline, const struct operation *row)
{
    put_typed(outline, "position", "integer", "Entries in the record when this was read");
    if (row->shape == SHAPE_RECORD) {
        outline_schema(outline, "row", row->output, DIRECTION_OUT);
        return;
    }
    outline_open(outline, "rows", '{');
    outline_text(outline, "type", "array");
    outline_schema(outline, "items", row->output, DIRECTION_OUT);
    outline_close(outline, '}');
    put_typed(outline, "count", "integer",
              row->shape == SHAPE_STREAM
                  ? "Rows that match in all; stands last, so that a cut answer shows"
                  : "Rows that match in all; there where an excerpt was asked for");
}

static void put_reply_names(struct outline *outline, const struct operation *row)
{
    static const char *const receipt[] = {"entry", "body", "followed", NULL};
    static const char *const record[] = {"position", "row", NULL};
    static const char *const list[] = {"position", "rows", NULL};
    static const char *const stream[] = {"position", "rows", "count", NULL};
    const char *const *names = row->effect == RECORDS       ? receipt
                               : row->shape == SHAPE_RECORD ? record
                               : row->shape == SHAPE_LIST   ? list
                                                            : stream;
    outline_open(outline, "required", '[');
    for (; *names; names++)
        outline_text(outline, NULL, *names);
    outline_close(outline, ']');
}

static void open_status(struct outline *outline, const char *status, const char *description)
{
    outline_open(outline, status, '{');
    outline_text(outline, "description", description);
    outline_open(outline, "content", '{');
}

static void open_reply(struct outline *outline, const char *status, const char *description)
{
    open_status(outline, status, description);
    outline_open(outline, "application/json", '{');
}

static void close_reply(struct outline *outline)
{
    outline_close(outline, '}');
    outline_close(outline, '}');
    outline_close(outline, '}');
}

static void put_fault_reply(struct outline *outline)
{
    open_reply(outline, "default", "Refused, with one sentence to act on");
    put_reference(outline, "schema", REFERENCE("fault"));
    close_reply(outline);
}

static void put_replies(struct outline *outline, const struct operation *row)
{
    outline_open(outline, "responses", '{');
    if (row->effect == RECORDS)
        open_status(outline, "201", "Recorded");
    else
        open_status(outline, "200", "Read");
    if (has_excerpts(row))
        outline_word(outline, "text/csv", "{\"schema\": {\"type\": \"string\"}}");
    outline_open(outline, "application/json", '{');
    outline_open(outline, "schema", '{');
    outline_text(outline, "type", "object");
    outline_open(outline, "properties", '{');
    put_reference(outline, "demo", REFERENCE("demo"));
    if (row->effect == RECORDS)
        put_receipt(outline, row);
    else
        put_rows(outline, row);
    outline_close(outline, '}');
    put_reply_names(outline, row);
    outline_word(outline, "additionalProperties", "false");
    outline_close(outline, '}');
    close_reply(outline);
    put_fault_reply(outline);
    outline_close(outline, '}');
}

static const char *lower_case(struct arena *arena, const char *text)
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char lower[] = "abcdefghijklmnopqrstuvwxyz";
    char *copy = arena_copy(arena, text);
    for (char *at = copy; *at; at++) {
        const char *found = strchr(upper, *at);
        if (found)
            *at = lower[found - upper];
    }
    return copy;
}

static void put_operation(struct outline *outline, const struct operation *row, const char *key)
{
    struct arena *arena = outline->out->arena;
    outline_open(outline, lower_case(arena, row->method), '{');
    outline_text(outline, "operationId", row->name);
    outline_open(outline, "tags", '[');
    outline_text(outline, NULL, arena_text(arena, row->name, strcspn(row->name, ".")));
    outline_close(outline, ']');
    outline_text(outline, "summary", row->summary);
    outline_text(outline, "x-effect", row->effect == RECORDS ? "records" : "reads");
    outline_text(outline, "x-permission", permission_word(row->permission));
    if (row->effect == READS)
        outline_text(outline, "x-scope", scopes[row->scope]);
    if (row->signature)
        outline_text(outline, "x-signature", row->signature);
    if (row->witness != PERMISSION_UNSET)
        outline_text(outline, "x-witness", permission_word(row->witness));
    put_parameters(outline, row, key);
    put_body(outline, row);
    put_replies(outline, row);
    outline_close(outline, '}');
}

/* Open to everybody, or about who asks: no row of the catalogue. */
static void put_plain_reply(struct outline *outline, const char *reference)
{
    outline_open(outline, "responses", '{');
    open_reply(outline, "200", "Done");
    put_reference(outline, "schema", reference);
    close_reply(outline);
    put_fault_reply(outline);
    outline_close(outline, '}');
}

static void open_fixed(struct outline *outline, const char *method, const char *summary,
                       bool open_to_all)
{
    outline_open(outline, method, '{');
    outline_text(outline, "summary", summary);
    if (!open_to_all)
        return;
    outline_open(outline, "security", '[');
    outline_close(outline, ']');
}

static void close_fixed(struct outline *outline, const char *reference)
{
    put_plain_reply(outline, reference);
    outline_close(outline, '}');
}

static void put_fixed(struct outline *outline, const char *method, const char *summary,
                      const char *reference, bool open_to_all)
{
    open_fixed(outline, method, summary, open_to_all);
    close_fixed(outline, reference);
}

static void open_fixed_body(struct outline *outline)
{
    outline_open(outline, "requestBody", '{');
    outline_open(outline, "content", '{');
    outline_open(outline, "application/json", '{');
}

static void close_fixed_body(struct outline *outline)
{
    outline_close(outline, '}');
    outline_close(outline, '}');
    outline_close(outline, '}');
}

static void put_session_paths(struct outline *outline)
{
    put_fixed(outline, "get", "Who am I?", REFERENCE("session"), false);
    open_fixed(outline, "post", "Sign in.", true);
    open_fixed_body(outline);
    outline_schema(outline, "schema", &sign_in_schema, DIRECTION_IN);
    close_fixed_body(outline);
    close_fixed(outline, REFERENCE("session"));
    put_fixed(outline, "delete", "Sign out.", REFERENCE("signed_out"), false);
}

static void put_bundle_path(struct outline *outline)
{
    open_fixed(outline, "post",
               "Record what was noted while there was no connection: up to 1000 requests, judged "
               "and answered one by one, in order, and committed together.",
               false);
    open_fixed_body(outline);
    put_reference(outline, "schema", REFERENCE("bundle"));
    close_fixed_body(outline);
    close_fixed(outline, REFERENCE("bundle_answers"));
}

static void put_fixed_paths(struct outline *outline)
{
    outline_open(outline, "/api/bundle", '{');
    put_bundle_path(outline);
    outline_close(outline, '}');
    outline_open(outline, "/api/health", '{');
    put_fixed(outline, "get", "Is the server ready, and how long is the record?",
              REFERENCE("health"), true);
    outline_close(outline, '}');
    outline_open(outline, "/api/session", '{');
    put_session_paths(outline);
    outline_close(outline, '}');
}

/* What every answer is made of, as JSON already. */
static const struct {
    const char *name;
    const char *schema;
} parts[] = {
    {"bundle",
     "{\"type\": \"object\", \"required\": [\"requests\"], \"additionalProperties\": false, "
     "\"properties\": {\"requests\": {\"type\": \"array\", \"minItems\": 1, \"maxItems\": 1000, "
     "\"items\": {\"$ref\": \"#/components/schemas/bundled\"}}}}"},
    {"bundle_answers",
     "{\"type\": \"object\", \"required\": [\"answers\"], \"additionalProperties\": false, "
     "\"properties\": {\"demo\": {\"$ref\": \"#/components/schemas/demo\"}, \"answers\": "
     "{\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": [\"status\", "
     "\"answer\"], \"additionalProperties\": false, \"properties\": {\"status\": {\"type\": "
     "\"integer\", \"description\": \"As if the request had come by itself\"}, \"answer\": "
     "{\"type\": \"object\", \"description\": \"That answer\"}}}}}}"},
    {"bundled",
     "{\"type\": \"object\", \"required\": [\"path\", \"idempotency_key\"], "
     "\"additionalProperties\": false, \"properties\": {\"path\": {\"type\": \"string\", "
     "\"description\": \"Of an operation that is asked for with POST and without a secret, such as "
     "/api/donors\"}, \"idempotency_key\": {\"type\": \"string\", \"maxLength\": 100}, \"body\": "
     "{\"type\": \"object\", \"description\": \"As by itself\"}}}"},
    {"demo", "{\"type\": \"boolean\", \"description\": \"There and true in a demonstration "
             "record\"}"},
    {"entry", "{\"type\": \"object\", \"required\": [\"seq\", \"hash\", \"at\", \"operation\", "
              "\"subject\"], \"additionalProperties\": false, \"properties\": {\"seq\": "
              "{\"type\": \"integer\"}, \"hash\": {\"type\": \"string\"}, \"at\": {\"type\": "
              "\"string\", \"format\": \"date-time\"}, \"operation\": {\"type\": \"string\"}, "
              "\"subject\": {\"type\": \"string\"}}}"},
    {"fault",
     "{\"type\": \"object\", \"required\": [\"fault\", \"field\", \"rules\", \"text\", "
     "\"request\"], \"additionalProperties\": false, \"properties\": {\"demo\": {\"$ref\": "
     "\"#/components/schemas/demo\"}, \"fault\": {\"type\": \"string\"}, \"field\": "
     "{\"type\": \"string\"}, \"rules\": {\"type\": \"array\", \"items\": {\"type\": "
     "\"string\"}}, \"text\": {\"type\": \"string\"}, \"request\": {\"type\": "
     "\"integer\"}}}"},
    {"followed",
     "{\"type\": \"object\", \"required\": [\"seq\", \"operation\", \"subject\", \"body\"], "
     "\"additionalProperties\": false, \"properties\": {\"seq\": {\"type\": "
     "\"integer\"}, \"operation\": {\"type\": \"string\"}, \"subject\": {\"type\": "
     "\"string\"}, \"body\": {\"type\": \"object\"}}}"},
    {"health", "{\"type\": \"object\", \"required\": [\"ready\", \"position\"], "
               "\"additionalProperties\": false, \"properties\": {\"demo\": {\"$ref\": "
               "\"#/components/schemas/demo\"}, \"ready\": {\"type\": \"boolean\"}, \"position\": "
               "{\"type\": \"integer\"}}}"},
    {"session",
     "{\"type\": \"object\", \"required\": [\"account\", \"name\", \"site\", "
     "\"roles\", \"permissions\", \"now\"], \"additionalProperties\": false, \"properties\": "
     "{\"demo\": {\"$ref\": "
     "\"#/components/schemas/demo\"}, \"account\": {\"type\": \"string\"}, \"name\": "
     "{\"type\": \"string\"}, \"site\": {\"type\": \"string\"}, \"roles\": {\"type\": "
     "\"array\", \"items\": {\"type\": \"string\"}}, \"permissions\": {\"type\": \"array\", "
     "\"items\": "
     "{\"type\": \"string\"}}, \"now\": {\"type\": \"string\", \"format\": \"date-time\", "
     "\"description\": \"Time of the record\"}, \"csrf\": {\"type\": \"string\", "
     "\"description\": \"To be sent as X-CSRF-Token with every change\"}, \"ends\": "
     "{\"type\": \"string\", \"format\": \"date-time\"}}}"},
    {"signed_out", "{\"type\": \"object\", \"required\": [\"signed_out\"], "
                   "\"additionalProperties\": false, \"properties\": {\"demo\": {\"$ref\": "
                   "\"#/components/schemas/demo\"}, \"signed_out\": {\"type\": \"boolean\"}}}"},
};

static void put_components(struct outline *outline)
{
    outline_open(outline, "components", '{');
    outline_open(outline, "parameters", '{');
    outline_word(outline, "idempotency_key",
                 "{\"name\": \"Idempotency-Key\", \"in\": \"header\", \"schema\": {\"type\": "
                 "\"string\", \"maxLength\": 100}}");
    for (size_t i = 0; i < excerpt_schema.count; i++)
        outline_parameter(outline, excerpt_name(outline, i), excerpt_schema.fields[i].name,
                          &excerpt_schema.fields[i], "query");
    outline_close(outline, '}');
    outline_open(outline, "schemas", '{');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        outline_word(outline, parts[i].name, parts[i].schema);
    outline_close(outline, '}');
    outline_open(outline, "securitySchemes", '{');
    outline_word(outline, "proof",
                 "{\"type\": \"apiKey\", \"in\": \"header\", \"name\": "
                 "\"X-CSRF-Token\"}");
    outline_word(outline, "session",
                 "{\"type\": \"apiKey\", \"in\": \"cookie\", \"name\": "
                 "\"" SIGN_IN_COOKIE "\"}");
    outline_word(outline, "token", "{\"type\": \"http\", \"scheme\": \"bearer\"}");
    outline_close(outline, '}');
    outline_close(outline, '}');
}

static void put_info(struct outline *outline, const struct catalogue *catalogue)
{
    outline_open(outline, "info", '{');
    outline_text(outline, "title", "exoledger");
    outline_text(outline, "version", catalogue->program);
    outline_text(outline, "description", about);
    outline_word(outline, "license",
                 "{\"name\": \"AGPL-3.0-or-later\", \"identifier\": "
                 "\"AGPL-3.0-or-later\"}");
    outline_close(outline, '}');
}

void openapi_write(struct text *out, const struct catalogue *catalogue)
{
    struct outline outline = {.out = out};
    size_t count = 0;
    const struct operation **rows = sorted_rows(out->arena, catalogue, &count);
    outline_open(&outline, NULL, '{');
    outline_text(&outline, "openapi", "3.1.0");
    put_info(&outline, catalogue);
    outline_word(&outline, "security", "[{\"session\": [], \"proof\": []}, {\"token\": []}]");
    outline_open(&outline, "paths", '{');
    put_fixed_paths(&outline);
    for (size_t i = 0, first = 0; i < count; i++) {
        if (route_compare(rows[first]->path, rows[i]->path) != 0)
            first = i;
        if (first == i)
            outline_open(&outline, arena_print(out->arena, "/api%s", rows[i]->path), '{');
        put_operation(&outline, rows[i], rows[first]->path);
        if (i + 1 == count || route_compare(rows[i]->path, rows[i + 1]->path) != 0)
            outline_close(&outline, '}');
    }
    outline_close(&outline, '}');
    put_components(&outline);
    outline_close(&outline, '}');
    text_add(out, "\n");
}
