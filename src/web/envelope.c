/* envelope.c: path, query and body become given values; the envelope's own members come out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/envelope.h"

#include "web/address.h"

#include <string.h>

enum { KEY_LONGEST = 100, REASON_LONGEST = 2000, SECRET_LONGEST = 1000, VALUES_MOST = 200000 };

static const struct field signature_fields[] = {
    FIELD(struct credential, secret, .required = true, .longest = SECRET_LONGEST,
          .help = "Your own secret, given again"),
};
static const struct schema signing_schema =
    SCHEMA("signature", struct credential, signature_fields);

static const struct field witness_fields[] = {
    FIELD(struct credential, account, .required = true, .help = "Account of the second person"),
    FIELD(struct credential, secret, .required = true, .longest = SECRET_LONGEST,
          .help = "Secret of the second person"),
};
static const struct schema witness_schema = SCHEMA("witness", struct credential, witness_fields);

static const struct field envelope_fields[] = {
    FIELD(struct envelope_members, reason, .prose = true, .personal = true,
          .longest = REASON_LONGEST, .help = "Why, in words"),
    FIELD(struct envelope_members, occurred_at,
          .help = "When it happened, if that is not now; a late entry is marked"),
    FIELD(struct envelope_members, signature, .of = &signing_schema,
          .help = "The signature of who asks"),
    FIELD(struct envelope_members, witness, .of = &witness_schema,
          .help = "The signature of a second person"),
};
const struct schema envelope_schema = SCHEMA("envelope", struct envelope_members, envelope_fields);

/* The names in the body, sorted into those of the envelope and those of the input. */
struct sorting {
    struct given *inner;
    struct given *outer;
    size_t inner_count;
    size_t outer_count;
};

static void sort_members(struct work *work, const struct json *object, bool records,
                         const struct route *route, struct sorting *sorting)
{
    const size_t count = json_count(object);
    const char **names = json_names(work->arena, object);
    *sorting = (struct sorting){
        .inner = arena_take(work->arena, (count + route->count + 1) * sizeof(struct given)),
        .outer = arena_take(work->arena, (count + 1) * sizeof(struct given)),
    };
    for (size_t i = 0; i < route->count; i++)
        sorting->inner[sorting->inner_count++] = route->given[i];
    for (size_t i = 0; i < count; i++) {
        const struct given given = {.name = names[i], .value = json_member(object, names[i])};
        if (records && schema_field(&envelope_schema, names[i]))
            sorting->outer[sorting->outer_count++] = given;
        else
            sorting->inner[sorting->inner_count++] = given;
    }
}

/* What the parser makes of a text takes memory by its values, not by its bytes: a few million
 * numbers would take gigabytes. Counts what stands between values, outside of texts. */
static bool body_is_modest(const char *body, size_t size)
{
    size_t marks = 0;
    bool in_text = false;
    for (size_t i = 0; i < size; i++) {
        if (body[i] == '"')
            in_text = !in_text;
        else if (in_text)
            i += body[i] == '\\';
        else
            marks += body[i] == ',' || body[i] == '[' || body[i] == '{';
    }
    return marks <= VALUES_MOST;
}

bool envelope_parse(struct work *work, const char *body, size_t size, const struct json **object)
{
    *object = NULL;
    if (!body_is_modest(body, size))
        return fail(&work->fault, FAULT_TOO_LARGE, "",
                    "The body holds more than %d values; send "
                    "less at a time.",
                    VALUES_MOST);
    return !size || json_parse(work->arena, &work->fault, body, size, object);
}

static bool read_body(struct work *work, const struct route *route, const struct envelope *envelope,
                      struct request *request)
{
    struct sorting sorting;
    struct envelope_members members = {0};
    const struct json *object = envelope->object;
    if (!text_is_empty(envelope->query))
        return fail(&work->fault, FAULT_INPUT, "",
                    "Only reading takes values from the query of "
                    "the address; send them in the body as JSON.");
    if (!object && !envelope_parse(work, envelope->body, envelope->size, &object))
        return false;
    if (object && json_kind(object) != JSON_IS_OBJECT)
        return fail(&work->fault, FAULT_INPUT, "", "The body must be one JSON object.");
    sort_members(work, object, request->operation->effect == RECORDS, route, &sorting);
    request->given = sorting.inner;
    request->count = sorting.inner_count;
    if (!schema_decode(work->arena, &work->fault, &envelope_schema, sorting.outer,
                       sorting.outer_count, &members))
        return false;
    request->reason = members.reason;
    request->occurred_at = members.occurred_at;
    request->signature = members.signature;
    request->witness = members.witness;
    return true;
}

static bool read_query(struct work *work, const struct route *route,
                       const struct envelope *envelope, struct request *request)
{
    struct given *query = NULL;
    size_t count = 0;
    if (envelope->size)
        return fail(&work->fault, FAULT_INPUT, "",
                    "Reading takes no body; put the values into "
                    "the query of the address.");
    if (!address_query(work->arena, &work->fault, envelope->query, &query, &count))
        return false;
    struct given *given = arena_take(work->arena, (route->count + count + 1) * sizeof *given);
    for (size_t i = 0; i < route->count; i++)
        given[i] = route->given[i];
    for (size_t i = 0; i < count; i++)
        given[route->count + i] = query[i];
    request->given = given;
    request->count = route->count + count;
    return true;
}

static bool check_key(struct work *work, const struct envelope *envelope)
{
    const char *key = envelope->idempotency_key;
    return !key || (strlen(key) <= KEY_LONGEST && text_is_code(key)) ||
           fail(&work->fault, FAULT_INPUT, "idempotency_key",
                "The idempotency key may have %d "
                "letters, digits and - . _ : / only.",
                KEY_LONGEST);
}

void envelope_read(struct work *work, const struct route *route, const struct envelope *envelope,
                   struct request *request)
{
    bool reads = text_equals(envelope->method, "GET") || text_equals(envelope->method, "HEAD");
    *request = (struct request){.operation = route->operation,
                                .given = route->given,
                                .count = route->count,
                                .idempotency_key = envelope->idempotency_key};
    bool understood =
        check_key(work, envelope) && (reads ? read_query(work, route, envelope, request)
                                            : read_body(work, route, envelope, request));
    if (understood)
        return;
    /* An input that is there counts as prepared, so that nothing is decoded over this fault. */
    request->input = arena_take(work->arena, route->operation->input->size);
    request->fault = work->fault;
    work->fault = (struct fault){0};
}

static void add_rules(struct text *out, const char *rules)
{
    size_t count = 0;
    const char **ids = text_split(out->arena, rules, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        text_add(out, i ? "," : "");
        json_add_text(out, ids[i]);
    }
}

void envelope_fault(struct text *out, const struct fault *fault, bool demo, int64_t number)
{
    text_print(out, "{%s\"fault\":\"%s\",\"field\":", demo ? "\"demo\":true," : "",
               fault_meaning(fault->kind).word);
    json_add_text(out, fault->field);
    text_add(out, ",\"rules\":[");
    add_rules(out, fault->rules);
    text_add(out, "],\"text\":");
    json_add_text(out, fault->text);
    text_print(out, ",\"request\":%lld}", (long long)number);
}

bool envelope_check(struct fault *fault, const struct catalogue *catalogue)
{
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *row = catalogue->operations[i];
        for (size_t j = 0; row->effect == RECORDS && row->method && j < row->input->count; j++)
            if (schema_field(&envelope_schema, row->input->fields[j].name))
                return fail(fault, FAULT_STORAGE, "",
                            "The input of %s has a member %s, which "
                            "belongs to the envelope.",
                            row->name, row->input->fields[j].name);
    }
    return true;
}
