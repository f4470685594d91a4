/* operation.c: allowed? valid? run: the one order in which every request is handled. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/operation.h"

#include "base/time.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000 };

const struct schema nothing_schema = {.name = "nothing", .size = 1};

static const struct field page_fields[] = {
    FIELD(struct page, after, .help = "Code behind which the page begins"),
    FIELD(struct page, limit, .low = 1, .high = PAGE_MOST, .help = "Most rows, 100 if not given"),
};
const struct schema page_schema = SCHEMA("page", struct page, page_fields);

static const struct field code_key_fields[] = {
    FIELD(struct code_key, code, .required = true, .code = true, .longest = 64, .help = "Code"),
};
const struct schema code_key_schema = SCHEMA("code_key", struct code_key, code_key_fields);

int64_t page_limit(const struct page *page)
{
    return page->limit ? page->limit : PAGE_DEFAULT;
}

const struct operation *catalogue_find(const struct catalogue *catalogue, const char *name)
{
    for (size_t i = 0; catalogue->operations[i]; i++)
        if (text_equals(catalogue->operations[i]->name, name))
            return catalogue->operations[i];
    return NULL;
}

const char *operation_versioned(struct arena *arena, const struct operation *operation)
{
    int64_t version = operation->version ? operation->version : 1;
    return arena_print(arena, "%s/%lld", operation->name, (long long)version);
}

const struct operation *catalogue_of_entry(const struct catalogue *catalogue, const char *name)
{
    if (!name)
        return NULL;
    size_t length = strcspn(name, "/");
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *operation = catalogue->operations[i];
        int64_t version = operation->version ? operation->version : 1;
        int64_t written = 0;
        if (strlen(operation->name) != length || strncmp(operation->name, name, length) != 0)
            continue;
        for (const char *at = name + length + (name[length] == '/');
             *at >= '0' && *at <= '9' && written <= version; at++)
            written = written * 10 + (*at - '0');
        return written >= 1 && written <= version ? operation : NULL;
    }
    return NULL;
}

bool operation_permits(const struct actor *actor, const struct operation *operation)
{
    return actor && operation->permission != PERMISSION_UNSET &&
           operation->effect != EFFECT_UNSET && actor->permitted[operation->permission];
}

bool operation_at_site(struct work *work, const char *field, const char *site, const char *what)
{
    if (!work->actor || text_equals(work->actor->site, site))
        return true;
    return fail(&work->fault, FAULT_FORBIDDEN, field,
                "This %s belongs to site %s and you act at "
                "%s; sign in at that site.",
                what, site, work->actor->site);
}

/* YYYY-MM-DD texts compare as dates do; the birthday itself completes the year. */
bool age_at(struct work *work, const char *field, const char *birth_date, int64_t *years)
{
    int64_t born = 0;
    int64_t today = day_of_instant(work->now_usec, work->zone_minutes);
    if (!date_parse(birth_date, &born) || born > today)
        return fail(&work->fault, FAULT_INPUT, field,
                    "The field %s is not a past date such as "
                    "1998-03-09.",
                    field);
    const char *day = date_print(work->arena, today);
    *years = strtoll(day, NULL, 10) - strtoll(birth_date, NULL, 10) -
             (strcmp(day + 4, birth_date + 4) < 0);
    return true;
}

static bool check_signature(struct work *work, struct request *request)
{
    const struct credential *given = &request->signature;
    if (!request->operation->signature)
        return !given->secret || fail(&work->fault, FAULT_INPUT, "signature",
                                      "This operation asks for no signature; "
                                      "leave it out.");
    if (!given->secret)
        return fail(&work->fault, FAULT_SIGN_IN, "signature",
                    "This must be signed (\"%s\"): give "
                    "your secret again in signature.",
                    request->operation->signature);
    request->signed_here =
        actor_check_secret(work, work->actor->account, given->secret, "signature");
    return request->signed_here;
}

static bool check_witness(struct work *work, struct request *request)
{
    const struct operation *operation = request->operation;
    const struct credential *given = &request->witness;
    if (operation->witness == PERMISSION_UNSET)
        return !given->account || fail(&work->fault, FAULT_INPUT, "witness",
                                       "This operation asks "
                                       "for no second person; leave witness out.");
    if (!given->account || !given->secret)
        return fail(&work->fault, FAULT_SIGN_IN, "witness",
                    "A second person who may \"%s\" must "
                    "sign as well: give account and secret in witness.",
                    permission_meaning(operation->witness));
    if (!actor_check_secret(work, given->account, given->secret, "witness"))
        return false;
    request->witnessing = arena_take(work->arena, sizeof *request->witnessing);
    return permission_grant(work, given->account, work->actor->site, request->witnessing);
}

/* Secrets in an input are replaced by their hashes before anything else sees them. */
static bool hash_secrets(struct work *work, const struct schema *schema, void *input)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        const char **member = (const char **)(void *)((char *)input + field->offset);
        if (field->secret && *member && !actor_hash_secret(work, *member, member))
            return false;
    }
    return true;
}

/* Keyed, because a personal input could be guessed from a plain hash of it. */
static const char *fingerprint(struct work *work, const struct request *request)
{
    unsigned char hash[crypto_generichash_BYTES];
    struct text text = text_open(work->arena);
    schema_write(&text, request->operation->input, request->input, ORDER_CANONICAL);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.bytes, text.length,
                       work->record->secret_key, crypto_generichash_KEYBYTES);
    return hex_print(work->arena, hash, sizeof hash);
}

static bool prepare(struct work *work, struct request *request)
{
    const struct operation *operation = request->operation;
    request->input = arena_take(work->arena, operation->input->size);
    if (!excerpt_read(work, operation, &request->given, &request->count, &request->excerpt) ||
        !schema_decode(work->arena, &work->fault, operation->input, request->given, request->count,
                       request->input))
        return false;
    if (operation->effect != RECORDS)
        return true;
    request->fingerprint = fingerprint(work, request);
    if (request->occurred_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "occurred_at",
                    "The field occurred_at lies in the "
                    "future; correct it.");
    return check_signature(work, request) && check_witness(work, request) &&
           hash_secrets(work, operation->input, request->input);
}

void operation_prepare(struct work *work, struct request *request)
{
    if (!operation_permits(work->actor, request->operation) || request->input)
        return;
    bool prepared = prepare(work, request);
    if (!prepared)
        request->fault = work->fault;
    work->fault = (struct fault){0};
}

/* Shown only to who may see persons, and only of the own site. */
static bool may_see_persons(const struct work *work)
{
    return work->actor && work->actor->permitted[PERMIT_PERSON_READ] &&
           (text_equals(work->scope_site, work->actor->site) ||
            work->actor->permitted[PERMIT_RECORD_WIDE]);
}

static bool is_sealed_text(const char *text)
{
    return text && *text == 's' && text_starts(text, "sealed:");
}

static bool unseal_text(struct work *work, struct person_reader *reader, const struct field *field,
                        const char **text)
{
    bool erased = false;
    if (!is_sealed_text(*text))
        return true;
    if (!may_see_persons(work)) {
        *text = NULL;
        return true;
    }
    if (!(reader ? person_read(work, reader, field->name, *text, text, &erased)
                 : person_open(work, field->name, *text, text, &erased)))
        return false;
    if (erased)
        *text = "[erased]";
    return true;
}

static bool unseal_rows(struct work *work, struct person_reader *reader,
                        const struct schema *schema, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!operation_unseal_by(work, reader, schema, (char *)rows->items + i * schema->size))
            return false;
    return true;
}

bool operation_unseal_by(struct work *work, struct person_reader *reader,
                         const struct schema *schema, void *row)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        void *member = (char *)row + field->offset;
        bool worked = true;
        if (field->kind == FIELD_TEXT)
            worked = unseal_text(work, reader, field, member);
        else if (field->kind == FIELD_RECORD)
            worked = operation_unseal_by(work, reader, field->of, member);
        else if (field->kind == FIELD_LIST)
            worked = unseal_rows(work, reader, field->of, member);
        if (!worked)
            return false;
    }
    return true;
}

bool operation_unseal(struct work *work, const struct schema *schema, void *row)
{
    return operation_unseal_by(work, NULL, schema, row);
}

/* Rows wait in one text and go out together. The text is never moved for good: a row that needs
 * more room than is left takes it for its own time, and all of it goes out. */
enum { STREAM_BYTES = 1 << 16 };

struct stream {
    struct person_reader *reader;
    struct sieve *sieve; /* where only a part is asked for: takes the rows instead */
    FILE *out;
    const struct schema *schema;
    const struct row_writer *writer;
    struct text waiting;
    int64_t count;
};

static bool stream_flush(struct work *work, struct stream *stream, const struct text *text)
{
    bool written = fwrite(text->bytes, 1, text->length, stream->out) == text->length;
    stream->waiting.length = 0;
    return written || fail(&work->fault, FAULT_STORAGE, "",
                           "The answer could not be written; the disk may be full.");
}

/* Few rows hold anything sealed; the others are shown as they are. */
static bool is_sealed(const struct schema *schema, const void *row)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        const void *member = (const char *)row + field->offset;
        if (field->kind == FIELD_TEXT ? is_sealed_text(*(const char *const *)member)
                                      : field->kind == FIELD_RECORD || field->kind == FIELD_LIST)
            return true;
    }
    return false;
}

bool stream_row(struct work *work, struct stream *stream, const void *row)
{
    struct arena_mark mark = arena_mark(work->arena);
    struct text text = stream->waiting;
    const void *shown = row;
    bool worked = true;
    if (stream->sieve)
        return sieve_row(work, stream->sieve, row);
    if (is_sealed(stream->schema, row)) {
        void *copy = arena_take(work->arena, stream->schema->size);
        memcpy(copy, row, stream->schema->size);
        worked = operation_unseal_by(work, stream->reader, stream->schema, copy);
        shown = copy;
    }
    if (worked) {
        text_add(&text, stream->count++ ? ",\n" : "\n");
        row_write(&text, stream->writer, shown);
        stream->waiting.length = text.length;
    }
    if (worked && (text.bytes != stream->waiting.bytes || text.length > STREAM_BYTES / 2))
        worked = stream_flush(work, stream, &text);
    arena_rewind(work->arena, mark);
    return worked;
}

static bool send_row(struct work *work, void *context, const void *row)
{
    return stream_row(work, context, row);
}

bool stream_table(struct work *work, struct stream *stream, const struct table *table)
{
    const struct visitor visitor = {send_row, stream};
    return view_each(work, table, NULL, value_text(NULL), &visitor);
}

static bool read_stream(struct work *work, const struct request *request, const char *start,
                        struct reply *reply)
{
    struct stream stream = {
        .out = reply->out, .schema = request->operation->output, .waiting.arena = work->arena};
    stream.reader = person_reader_open(work->arena);
    stream.writer = row_writer_open(work->arena, stream.schema);
    stream.waiting.room = STREAM_BYTES;
    stream.waiting.bytes = arena_take(work->arena, STREAM_BYTES);
    return fprintf(reply->out, "%s\"rows\":[", start) > 0 &&
           request->operation->stream(work, request->input, &stream) &&
           stream_flush(work, &stream, &stream.waiting) &&
           fprintf(reply->out, "\n],\"count\":%lld}\n", (long long)stream.count) > 0;
}

/* Part of a list. A demonstration's table says so in its name, where its answer has no member. */
static bool read_excerpt(struct work *work, const struct request *request, const char *start,
                         struct reply *reply)
{
    const struct operation *operation = request->operation;
    struct stream stream = {.sieve = sieve_open(work, operation, request->excerpt)};
    bool streams = operation->shape == SHAPE_STREAM;
    if (streams ? !operation->stream(work, request->input, &stream)
                : !sieve_list(work, stream.sieve, request->input))
        return false;
    const struct text text = sieve_text(work, stream.sieve, start);
    if (excerpt_is_csv(request->excerpt))
        reply->table = arena_print(work->arena, "%s%s.csv", work->record->demo ? "demo-" : "",
                                   text_exchange(work->arena, operation->name, '.', '-'));
    if (!streams)
        reply->text = text;
    return !streams || fwrite(text.bytes, 1, text.length, reply->out) == text.length ||
           fail(&work->fault, FAULT_STORAGE, "",
                "The answer could not be written; the disk may be full.");
}

static bool read_shape(struct work *work, const struct request *request, const char *start,
                       struct reply *reply)
{
    const struct operation *operation = request->operation;
    struct rows rows = {0};
    if (request->excerpt)
        return read_excerpt(work, request, start, reply);
    if (operation->shape == SHAPE_STREAM)
        return read_stream(work, request, start, reply);
    reply->text = text_open(work->arena);
    text_add(&reply->text, start);
    if (operation->shape == SHAPE_LIST) {
        if (!operation->list(work, request->input, &rows) ||
            !unseal_rows(work, person_reader_open(work->arena), operation->output, &rows))
            return false;
        text_add(&reply->text, "\"rows\":");
        schema_write_rows(&reply->text, operation->output, &rows, ORDER_DECLARED);
    } else {
        void *row = arena_take(work->arena, operation->output->size);
        if (!operation->read(work, request->input, row) ||
            !operation_unseal(work, operation->output, row))
            return false;
        text_add(&reply->text, "\"row\":");
        schema_write(&reply->text, operation->output, row, ORDER_DECLARED);
    }
    text_add(&reply->text, "}");
    return true;
}

static bool read_inside(struct work *work, const struct request *request, struct reply *reply)
{
    int64_t position = 0;
    if (!ledger_size(work, &position))
        return false;
    const char *start =
        arena_print(work->arena, "{%s\"position\":%lld,",
                    work->record->demo ? "\"demo\":true," : "", (long long)position);
    return read_shape(work, request, start, reply);
}

bool operation_forbidden(struct work *work, const struct operation *operation)
{
    return refuse(&work->fault, FAULT_FORBIDDEN, "",
                  operation->forbidden_by ? operation->forbidden_by : "",
                  "Your roles do not allow to %s; ask somebody who may, or an administrator.",
                  permission_meaning(operation->permission));
}

bool operation_answer(struct work *work, struct request *request, struct reply *reply)
{
    const struct operation *operation = request->operation;
    if (!operation_permits(work->actor, operation) || operation->scope == SCOPE_UNSET)
        return operation_forbidden(work, operation);
    operation_prepare(work, request);
    if (request->fault.kind != FAULT_NONE) {
        work->fault = request->fault;
        return false;
    }
    if (operation->scope == SCOPE_SITE && !work->actor->permitted[PERMIT_RECORD_WIDE])
        work->scope_site = work->actor->site;
    bool worked = read_inside(work, request, reply);
    work->scope_site = NULL;
    return worked;
}

bool operation_read(struct work *work, struct request *request, struct reply *reply)
{
    return database_step(work, STEP_BEGIN_READ) &&
           database_end_read(work, operation_answer(work, request, reply));
}

bool operation_perform(struct work *work, struct request *request, struct reply *reply)
{
    struct batch batch;
    if (request->operation->effect != RECORDS)
        return operation_read(work, request, reply);
    operation_prepare(work, request);
    if (!batch_begin(work, &batch))
        return false;
    bool worked = operation_record(work, &batch, request, reply);
    struct fault refused = work->fault;
    if (refused.kind == FAULT_STORAGE || refused.kind == FAULT_UNKNOWN) {
        ledger_abandon(work); /* what is left of the transaction is not worth a commit */
        return false;
    }
    work->fault = (struct fault){0};
    if (!batch_commit(work, &batch))
        return false;
    work->fault = refused;
    return worked;
}
