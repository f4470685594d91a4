/* clerk.c: identify, understand, then read here or hand over to the writer. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/clerk.h"

#include "base/time.h"
#include "chain/ledger.h"
#include "web/asset.h"
#include "web/sign_in.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

void clerk_submit(struct job *job, enum change change)
{
    job->change = change;
    if (queue_push(job->service->changes, job))
        return;
    fail(&job->work.fault, FAULT_TOO_OFTEN, "",
         "There is too much to write at this moment; try "
         "again in a few seconds.");
    job_answer(job);
}

/* The writer notes the time of the request when it has nothing better to do; should there be no
 * room for that, the next request asks again. */
static void touch(const struct job *job)
{
    struct job *note = job_open(job->service);
    note->change = CHANGE_TOUCH;
    note->session.hash = arena_copy(note->arena, job->session.hash);
    if (!queue_push(job->service->changes, note))
        job_close(note);
}

/* A page of another place can send our cookie along, but it cannot read the proof. */
static bool check_proof(struct job *job)
{
    const char *given = job->headers.proof;
    if (job_reads(job))
        return true;
    const char *expected = session_proof(&job->work, job->token);
    return (given && strlen(given) == strlen(expected) &&
            sodium_memcmp(given, expected, strlen(expected)) == 0) ||
           fail(&job->work.fault, FAULT_FORBIDDEN, "",
                "The header X-CSRF-Token is missing or "
                "wrong; send the value csrf that GET /api/session answers.");
}

static bool identify_session(struct job *job)
{
    if (!session_find(&job->work, job->token, &job->session) || !check_proof(job) ||
        !permission_grant(&job->work, job->session.account, job->session.site, &job->actor))
        return false;
    if (session_is_stale(&job->work, &job->session))
        touch(job);
    return true;
}

static bool identify_token(struct job *job)
{
    struct token row = {0};
    const char *header = job->headers.authorization;
    size_t scheme = strcspn(header, " ");
    if (scheme != 6 || strncasecmp(header, "Bearer", scheme) != 0)
        return fail(&job->work.fault, FAULT_SIGN_IN, "",
                    "The header Authorization must read "
                    "Bearer and a token.");
    if (job->headers.cookie && job->token)
        return fail(&job->work.fault, FAULT_INPUT, "",
                    "A token and a session cookie came "
                    "together; send one of them.");
    header += scheme + strspn(header + scheme, " ");
    return token_find(&job->work, header, &row) &&
           permission_grant(&job->work, row.account, row.site, &job->actor);
}

bool clerk_identify(struct job *job)
{
    struct actor *actor = &job->actor;
    if (!sign_in_cookie(job->arena, &job->work.fault, job->headers.cookie, &job->token))
        return false;
    bool known = job->headers.authorization ? identify_token(job)
                 : job->token               ? identify_session(job)
                                            : fail(&job->work.fault, FAULT_SIGN_IN, "",
                                                   "Sign in first: POST /api/session with account and secret.");
    job->work.actor = known ? actor : NULL;
    return known;
}

/* Rows of any number go to a file first, so that a fault halfway is still a plain answer. */
static bool read_stream(struct job *job)
{
    struct fault *fault = &job->work.fault;
    int file = -1;
    if (!body_file(job->arena, fault, job->service->record->folder, &file))
        return false;
    int again = dup(file);
    FILE *out = again < 0 ? NULL : fdopen(again, "w");
    if (!out) {
        if (again >= 0)
            close(again);
        return fail(fault, FAULT_STORAGE, "", "No room for a long answer (%s); try again.",
                    strerror(errno));
    }
    job->reply.out = out;
    bool worked = operation_answer(&job->work, &job->request, &job->reply);
    off_t size = ftello(out);
    bool written = fclose(out) == 0 && size >= 0;
    job->reply.out = NULL;
    job->file = file;
    job->file_size = size;
    return worked && (written || fail(fault, FAULT_STORAGE, "",
                                      "The answer could not be written; "
                                      "the disk may be full."));
}

static bool has_secret(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].secret)
            return true;
    return false;
}

static bool needs_secrets(const struct job *job)
{
    const struct request *request = &job->request;
    return operation_permits(&job->actor, request->operation) && !request->input &&
           (request->signature.secret || request->witness.secret ||
            has_secret(request->operation->input));
}

/* What is only wrong input needs no writer: nothing of it is recorded. */
static void submit_record(struct job *job)
{
    struct request *request = &job->request;
    enum fault_kind kind = request->fault.kind;
    bool recorded = kind == FAULT_FORBIDDEN || kind == FAULT_RULE || kind == FAULT_CONFLICT;
    if (!operation_permits(&job->actor, request->operation) || kind == FAULT_NONE || recorded) {
        clerk_submit(job, CHANGE_RECORD);
        return;
    }
    job->work.fault = request->fault;
    job_answer(job);
}

static void prepare_with_secrets(struct job *job)
{
    struct request *request = &job->request;
    const char *witness = request->witness.secret ? request->witness.account : NULL;
    const char *signer = request->signature.secret ? job->actor.account : NULL;
    if ((signer && !sign_in_may_try(job, signer)) || (witness && !sign_in_may_try(job, witness))) {
        job_answer(job);
        return;
    }
    operation_prepare(&job->work, request);
    bool wrong = request->fault.kind == FAULT_SIGN_IN;
    if (signer &&
        (request->signed_here || (wrong && text_equals(request->fault.field, "signature"))))
        sign_in_tried(job, signer, request->signed_here);
    if (witness && (request->witnessing || (wrong && text_equals(request->fault.field, "witness"))))
        sign_in_tried(job, witness, request->witnessing != NULL);
    submit_record(job);
}

static void handle_change(struct job *job)
{
    if (!attempt_allowed(job->service->attempts, &job->work.fault, ATTEMPT_REFUSED,
                         job->actor.account, stopwatch_usec())) {
        job_answer(job);
        return;
    }
    if (!job->route.operation) {
        clerk_submit(job, CHANGE_REFUSE);
        return;
    }
    if (!needs_secrets(job)) {
        operation_prepare(&job->work, &job->request);
        submit_record(job);
        return;
    }
    job->secrets_due = true;
    if (queue_push(job->service->slow, job))
        return;
    fail(&job->work.fault, FAULT_TOO_OFTEN, "",
         "Too many signatures are checked at this moment; "
         "try again in a few seconds.");
    job_answer(job);
}

/* The zone in which who asks reads and enters times. */
static bool read_zone(struct job *job)
{
    return !job->headers.zone || zone_parse(job->headers.zone, &job->work.zone_minutes) ||
           fail(&job->work.fault, FAULT_INPUT, "",
                "The header X-Zone must be a zone such as "
                "+09:00.");
}

/* Who may not ask is not listened to: the body stays unread. */
static bool understand(struct job *job)
{
    struct envelope envelope = {.method = job->method,
                                .query = job->query,
                                .size = job->body.size,
                                .idempotency_key = job->headers.idempotency_key};
    if (!job->route.operation)
        return true;
    job->request = (struct request){
        .operation = job->route.operation, .given = job->route.given, .count = job->route.count};
    if (!operation_permits(&job->actor, job->route.operation))
        return true;
    if (!body_read(&job->body, &job->work.fault, &envelope.body))
        return false;
    envelope_read(&job->work, &job->route, &envelope, &job->request);
    return true;
}

static bool answer(struct job *job)
{
    bool worked = job->route.operation->shape == SHAPE_STREAM
                      ? read_stream(job)
                      : operation_answer(&job->work, &job->request, &job->reply);
    if (job->reply.table) {
        job->content_type = "text/csv; charset=utf-8; header=present";
        job->disposition = arena_print(job->arena, "attachment; filename=\"%s\"", job->reply.table);
    }
    return worked;
}

/* Who asks, what they may and what they see come from one instant of the record. */
static void handle_read(struct job *job)
{
    bool worked =
        read_zone(job) && database_step(&job->work, STEP_BEGIN_READ) &&
        database_end_read(&job->work, clerk_identify(job) && understand(job) && answer(job));
    (void)worked; /* what went wrong is in the work, where the answer looks */
    job_answer(job);
}

static void handle_operation(struct job *job)
{
    const struct operation *operation = job->route.operation;
    if (operation && operation->effect != RECORDS)
        handle_read(job);
    else if (read_zone(job) && clerk_identify(job) && understand(job))
        handle_change(job);
    else
        job_answer(job);
}

/* Judged one by one, in order, and committed together. */
static void handle_bundle(struct job *job)
{
    const char *body = NULL;
    if (!read_zone(job) || !clerk_identify(job) ||
        !attempt_allowed(job->service->attempts, &job->work.fault, ATTEMPT_REFUSED,
                         job->actor.account, stopwatch_usec()) ||
        !body_read(&job->body, &job->work.fault, &body) ||
        !bundle_read(&job->work, body, job->body.size, &job->bundle)) {
        job_answer(job);
        return;
    }
    if (bundle_concerns_record(&job->work, &job->bundle)) {
        clerk_submit(job, CHANGE_BUNDLE);
        return;
    }
    job->reply.text = text_open(job->arena);
    bundle_write(&job->work, &job->bundle, job->number, &job->reply.text);
    job_answer(job);
}

static void handle_health(struct job *job)
{
    int64_t position = 0;
    job->reply.text = text_open(job->arena);
    if (ledger_size(&job->work, &position))
        text_print(&job->reply.text, "{%s\"ready\":true,\"position\":%lld}",
                   job->service->record->demo ? "\"demo\":true," : "", (long long)position);
    job_answer(job);
}

static void handle_page(struct job *job)
{
    const struct asset *asset = job->asset;
    job->content_type = asset->type;
    job->lasts = asset_lasts(asset);
    if (job->lasts) {
        job->packing = "gzip";
        job->reply.text = (struct text){.bytes = asset->bytes, .length = asset->size};
    } else {
        job->reply.text = asset_page(job->arena, asset, &job->policy);
    }
    job_answer(job);
}

static void handle_door(struct job *job)
{
    switch (job->door) {
    case DOOR_OPERATION:
        handle_operation(job);
        return;
    case DOOR_PAGE:
        handle_page(job);
        return;
    case DOOR_HEALTH:
        handle_health(job);
        return;
    case DOOR_SESSION:
        sign_in_handle(job);
        return;
    case DOOR_BUNDLE:
        handle_bundle(job);
        return;
    case DOOR_OPENAPI:
        job->reply.text = service_openapi(job->service);
        job_answer(job);
        return;
    }
}

void clerk_handle(struct desk *desk, struct job *job)
{
    if (!desk_ready(desk, &job->work.fault)) {
        job_answer(job);
        return;
    }
    desk_take(desk, job);
    if (!job->secrets_due)
        handle_door(job);
    else if (job->door == DOOR_SESSION)
        sign_in_check(job);
    else
        prepare_with_secrets(job);
    desk_settle(desk);
}
