/* recording.c: judge, append, apply, follow: how a request becomes an entry, or a refusal. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/operation.h"

#include "contract/answer.h"
#include "contract/refusal.h"
#include "contract/setting.h"

#include <string.h>

enum { DEEPEST_CONSEQUENCE = 4 };

static bool seal_rows(struct work *work, const struct schema *schema, const char *person,
                      void *row);

static bool seal_member(struct work *work, const struct field *field, const char *person,
                        void *member)
{
    if (field->kind == FIELD_TEXT && field->personal)
        return person_seal(work, person, field->name, *(const char **)member,
                           (const char **)member);
    if (field->kind == FIELD_RECORD)
        return seal_rows(work, field->of, person, member);
    if (field->kind != FIELD_LIST)
        return true;
    const struct rows *rows = member;
    for (size_t i = 0; i < rows->count; i++)
        if (!seal_rows(work, field->of, person, (char *)rows->items + i * field->of->size))
            return false;
    return true;
}

static bool seal_rows(struct work *work, const struct schema *schema, const char *person, void *row)
{
    for (size_t i = 0; i < schema->count; i++)
        if (!seal_member(work, &schema->fields[i], person, (char *)row + schema->fields[i].offset))
            return false;
    return true;
}

/* kind:code of the person that a body is about, or NULL. */
static const char *person_of(struct work *work, const struct operation *operation, const void *body)
{
    if (!operation->person)
        return NULL;
    const char *code =
        field_print(work->arena, schema_field(operation->output, operation->person), body);
    return code ? arena_print(work->arena, "%s:%s", operation->person_kind, code) : NULL;
}

bool operation_seal(struct work *work, const struct operation *operation, void *body)
{
    const char *person = person_of(work, operation, body);
    return !person || seal_rows(work, operation->output, person, body);
}

bool operation_read_body(struct work *work, const struct operation *operation, const char *text,
                         void *body)
{
    const struct json *object = NULL;
    return json_parse(work->arena, &work->fault, text, strlen(text), &object) &&
           schema_read(work->arena, &work->fault, operation->output, object, body);
}

/* Bodies that rest on entries name them in a list called used. */
static bool apply_used(struct work *work, const struct operation *operation,
                       const struct entry *entry, const void *body)
{
    const struct field *field = schema_field(operation->output, "used");
    if (!field || field->of != &use_schema)
        return true;
    const struct rows *rows = (const void *)((const char *)body + field->offset);
    for (size_t i = 0; i < rows->count; i++) {
        const struct used used = {ROWS(*rows, const struct use)[i].entry, entry->seq};
        if (!view_put(work, &used_table, &used))
            return false;
    }
    return true;
}

/* In *read the body as the entry's bytes have it, whole. */
static bool apply(struct work *work, const struct entry *entry, const char *hash, void **read)
{
    const struct operation *operation =
        catalogue_of_entry(work->record->catalogue, entry->operation);
    if (!operation)
        return fail(&work->fault, FAULT_STORAGE, "operation",
                    "Entry %lld holds %s, which this "
                    "program does not know; use the program that wrote it.",
                    (long long)entry->seq, entry->operation);
    void *body = arena_take(work->arena, operation->output->size);
    *read = body;
    if (!operation_read_body(work, operation, entry->body, body))
        return false;
    const struct person_last last = {person_of(work, operation, body), entry->at, entry->seq};
    return journal_apply(work, entry, hash) && apply_used(work, operation, entry, body) &&
           (!last.person || view_put(work, &person_last_table, &last)) &&
           operation->apply(work, entry, body);
}

bool operation_apply(struct work *work, const struct entry *entry, const char *hash)
{
    void *read = NULL;
    return apply(work, entry, hash, &read);
}

/* One entry on its way into a batch. */
struct recording {
    struct batch *batch;
    const struct operation *operation;
    const struct request *request; /* NULL for a consequence or the program itself */
    int64_t cause;
    int depth;
    struct entry entry;
    void *body;
    void *read; /* the body again, as the entry's bytes have it */
    const char *hash;
    bool followed; /* by consequences */
};

static bool keep_file(void *context, const struct file *file)
{
    return !file->bytes || ledger_keep_file(context, file);
}

/* What came in, and what the program made itself. */
static bool keep_files(struct work *work, const struct operation *operation, const void *input,
                       const void *body)
{
    const struct file_visitor visitor = {keep_file, work};
    return schema_each_file(operation->input, input, &visitor) &&
           schema_each_file(operation->output, body, &visitor);
}

static struct rows sign(struct work *work, const struct request *request)
{
    struct signature *signatures = arena_take(work->arena, 2 * sizeof *signatures);
    struct rows rows = {0, signatures};
    const struct instant at = {work->now_usec};
    if (request && request->signed_here && work->actor)
        signatures[rows.count++] = (struct signature){work->actor->account, work->actor->name,
                                                      request->operation->signature, at};
    if (request && request->witnessing)
        signatures[rows.count++] = (struct signature){
            request->witnessing->account, request->witnessing->name, "second person", at};
    return rows;
}

static bool fill_entry(struct work *work, struct recording *recording)
{
    const struct operation *operation = recording->operation;
    const struct request *request = recording->request;
    const char *person = person_of(work, operation, recording->body);
    struct text body = text_open(work->arena);
    struct entry *entry = &recording->entry;
    *entry = (struct entry){
        .occurred_at = {request && request->occurred_at.usec ? request->occurred_at.usec
                                                             : work->now_usec},
        .zone = zone_print(work->arena, work->zone_minutes),
        .site = work->actor ? work->actor->site : "",
        .actor = work->actor ? work->actor->account : "exoledger",
        .operation = operation_versioned(work->arena, operation),
        .subject = field_print(work->arena, schema_field(operation->output, operation->subject),
                               recording->body),
        .reason = request ? request->reason : NULL,
        .signatures = sign(work, request),
        .idempotency_key = request ? request->idempotency_key : NULL,
        .program = work->record->catalogue->program,
        .cause = recording->cause,
    };
    if (person && !person_seal(work, person, "reason", entry->reason, &entry->reason))
        return false;
    if (!operation_seal(work, operation, recording->body) ||
        !setting_rule_set(work, &entry->rule_set))
        return false;
    schema_write(&body, operation->output, recording->body, ORDER_CANONICAL);
    entry->body = body.bytes;
    return true;
}

static bool follow(struct work *work, struct recording *recording);

static bool record_one(struct work *work, struct recording *recording, const void *input)
{
    const struct operation *operation = recording->operation;
    recording->body = arena_take(work->arena, operation->output->size);
    return operation->judge(work, input, recording->body) &&
           keep_files(work, operation, input, recording->body) && fill_entry(work, recording) &&
           ledger_append(work, &recording->batch->head, &recording->batch->merkle,
                         &recording->entry, &recording->hash) &&
           apply(work, &recording->entry, recording->hash, &recording->read) &&
           batch_finish_later(work, recording->batch, operation, recording->body) &&
           follow(work, recording);
}

static bool follow_one(struct work *work, struct recording *cause,
                       const struct consequence *consequence)
{
    struct rows inputs = {0};
    const struct operation *effect = catalogue_find(work->record->catalogue, consequence->effect);
    if (!effect || cause->depth >= DEEPEST_CONSEQUENCE)
        return fail(&work->fault, FAULT_STORAGE, "", "A consequence of %s cannot be followed.",
                    cause->operation->name);
    if (!consequence->follow(work, &cause->entry, cause->body, &inputs))
        return false;
    cause->followed = cause->followed || inputs.count > 0;
    for (size_t i = 0; i < inputs.count; i++) {
        struct recording recording = {.batch = cause->batch,
                                      .operation = effect,
                                      .cause = cause->entry.seq,
                                      .depth = cause->depth + 1};
        if (!record_one(work, &recording, (char *)inputs.items + i * effect->input->size))
            return false;
    }
    return true;
}

static bool follow(struct work *work, struct recording *recording)
{
    for (const struct consequence *at = work->record->catalogue->consequences; at->cause; at++)
        if (text_equals(at->cause, recording->operation->name) && !follow_one(work, recording, at))
            return false;
    return true;
}

static bool answered_before(struct work *work, struct batch *batch, const struct request *request,
                            struct reply *reply, bool *answered)
{
    struct retry before = {0};
    *answered = false;
    if (!request->idempotency_key)
        return true;
    if (!view_find(work, &retry_table, VALUES(value_text(request->idempotency_key)), &before,
                   answered) ||
        !*answered)
        return work->fault.kind == FAULT_NONE;
    if (!text_equals(before.actor, work->actor->account) ||
        !text_equals(before.operation, request->operation->name) ||
        !text_equals(before.fingerprint, request->fingerprint))
        return fail(&work->fault, FAULT_CONFLICT, "idempotency_key",
                    "This idempotency key answered "
                    "another request before; use a new key for a new request.");
    return answer_again(work, before.seq, reply) &&
           batch_finish_again(work, batch, request->operation, before.seq);
}

static bool note_answer(struct work *work, const struct request *request, int64_t seq)
{
    const struct retry retry = {.idempotency_key = request->idempotency_key,
                                .actor = work->actor->account,
                                .operation = request->operation->name,
                                .fingerprint = request->fingerprint,
                                .seq = seq};
    return !request->idempotency_key || view_put(work, &retry_table, &retry);
}

static bool check_witness_again(struct work *work, const struct request *request)
{
    const struct operation *operation = request->operation;
    if (operation->witness == PERMISSION_UNSET)
        return true;
    if (text_equals(request->witnessing->account, work->actor->account))
        return fail(&work->fault, FAULT_FORBIDDEN, "witness",
                    "The second person must be somebody "
                    "else than you.");
    return request->witnessing->permitted[operation->witness] ||
           fail(&work->fault, FAULT_FORBIDDEN, "witness",
                "%s may not \"%s\"; ask somebody who may.", request->witnessing->account,
                permission_meaning(operation->witness));
}

static bool record_inside(struct work *work, struct batch *batch, struct request *request,
                          struct reply *reply)
{
    struct recording recording = {
        .batch = batch, .operation = request->operation, .request = request};
    bool answered = false;
    if (!operation_permits(work->actor, request->operation))
        return operation_forbidden(work, request->operation);
    if (request->fault.kind != FAULT_NONE) {
        work->fault = request->fault;
        return false;
    }
    if (!answered_before(work, batch, request, reply, &answered) || answered)
        return work->fault.kind == FAULT_NONE;
    if (!check_witness_again(work, request) || !record_one(work, &recording, request->input) ||
        !note_answer(work, request, recording.entry.seq))
        return false;
    const struct answer answer = {recording.operation, &recording.entry, recording.hash,
                                  recording.read, recording.followed};
    return answer_write(work, &answer, reply);
}

/* What the input says it is about, as far as it was understood, for the refusal. */
static const char *refused_subject(struct work *work, const struct request *request)
{
    const struct operation *operation = request->operation;
    const struct field *field = schema_field(operation->input, operation->subject);
    if (field && !field->personal && request->input)
        return field_print(work->arena, field, request->input);
    for (size_t i = 0; i < request->count; i++)
        if (text_equals(request->given[i].name, operation->subject) && request->given[i].text &&
            text_is_utf8(request->given[i].text, strlen(request->given[i].text)) &&
            strlen(request->given[i].text) <= 64 && text_is_code(request->given[i].text))
            return request->given[i].text;
    return NULL;
}

static bool note_refusal(struct work *work, struct batch *batch, const struct request *request,
                         const struct fault *fault)
{
    bool due = false;
    const struct batch before = *batch;
    struct recording recording = {
        .batch = batch, .operation = catalogue_find(work->record->catalogue, "refusal.note")};
    struct refusal refusal = {
        .operation = request->operation->name,
        .subject = refused_subject(work, request),
        .kind = fault_meaning(fault->kind).word,
        .field = *fault->field ? fault->field : NULL,
        .rules = *fault->rules ? fault->rules : NULL,
    };
    if (!recording.operation || !database_step(work, STEP_SAVEPOINT))
        return false;
    if (refusal_due(work, &refusal, &due) && (!due || record_one(work, &recording, &refusal)) &&
        database_step(work, STEP_RELEASE))
        return true;
    *batch = before;
    bool undone = database_step(work, STEP_ROLLBACK_TO);
    return undone && work->fault.kind == FAULT_NONE;
}

static bool is_recorded(enum fault_kind kind)
{
    return kind == FAULT_FORBIDDEN || kind == FAULT_RULE || kind == FAULT_CONFLICT;
}

bool operation_record(struct work *work, struct batch *batch, struct request *request,
                      struct reply *reply)
{
    const struct batch before = *batch;
    if (!database_step(work, STEP_SAVEPOINT))
        return false;
    if (record_inside(work, batch, request, reply) && database_step(work, STEP_RELEASE))
        return true;
    struct fault refused = work->fault;
    *batch = before;
    work->fault = (struct fault){0};
    bool undone = database_step(work, STEP_ROLLBACK_TO);
    if (undone && work->actor && is_recorded(refused.kind))
        undone = note_refusal(work, batch, request, &refused);
    if (undone || work->fault.kind == FAULT_NONE)
        work->fault = refused;
    return false;
}

bool operation_found(struct work *work, struct batch *batch, const char *name, const void *input)
{
    struct recording recording = {.batch = batch,
                                  .operation = catalogue_find(work->record->catalogue, name)};
    return recording.operation
               ? record_one(work, &recording, input)
               : fail(&work->fault, FAULT_STORAGE, "", "There is no operation %s.", name);
}

void operation_refuse_change(struct work *work, struct batch *batch,
                             const struct unoffered *unoffered)
{
    const struct operation operation = {
        .name = unoffered->name, .input = &nothing_schema, .subject = "subject"};
    const struct given given = {.name = "subject", .text = unoffered->subject};
    const struct request request = {
        .operation = &operation, .given = &given, .count = unoffered->subject ? 1 : 0};
    struct fault refused = {0};
    refuse(&refused, FAULT_FORBIDDEN, "",
           unoffered->kept_by ? arena_print(work->arena, "AU-05.change/1 %s", unoffered->kept_by)
                              : "AU-05.change/1",
           "What is recorded is never changed or removed in its place (%s); correct or annul the "
           "entry instead.",
           unoffered->name);
    if (note_refusal(work, batch, &request, &refused) || work->fault.kind == FAULT_NONE)
        work->fault = refused;
}
