/* fuzz_operation.c: any request to any operation is answered or refused in words, and never stored
 * by halves: judged, appended, applied and followed on a record with the short story in it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include "web/envelope.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static bool is_declared(const struct catalogue *catalogue, const char *id)
{
    for (size_t i = 0; catalogue->rules[i]; i++)
        if (text_equals(catalogue->rules[i]->id, id))
            return true;
    return false;
}

/* Whoever asks can do something about it: the server never has to answer with a fault of its own,
 * whatever it was asked. */
static void demand_refusal(struct work *work, const struct fault *fault)
{
    size_t count = 0;
    size_t length = strlen(fault->text);
    const char **ids = text_split(work->arena, fault->rules, ' ', &count);
    demand(fault->kind != FAULT_NONE && fault->kind != FAULT_STORAGE);
    demand(fault->kind != FAULT_UNKNOWN && fault->kind != FAULT_SIGN_IN);
    demand(length > 0 && fault->text[length - 1] == '.' && text_is_utf8(fault->text, length));
    for (size_t i = 0; i < count; i++)
        demand(is_declared(work->record->catalogue, ids[i]));
}

static void demand_json(struct work *work, const char *bytes, size_t size)
{
    const struct json *answer = NULL;
    demand(json_parse(work->arena, &work->fault, bytes, size, &answer));
    demand(json_kind(answer) == JSON_IS_OBJECT);
}

static void read_it(struct work *work, struct request *request)
{
    char *streamed = NULL;
    size_t size = 0;
    struct reply reply = {.out = open_memstream(&streamed, &size)};
    demand(reply.out != NULL);
    bool worked = operation_read(work, request, &reply);
    fclose(reply.out);
    if (!worked)
        demand_refusal(work, &work->fault);
    else if (reply.text.bytes)
        demand_json(work, reply.text.bytes, reply.text.length);
    else
        demand_json(work, streamed, size);
    free(streamed);
}

/* As operation_prepare would leave it, without the cost of checking a secret. */
static void prepare(struct work *work, struct request *request, struct actor *witness)
{
    const struct operation *operation = request->operation;
    *witness = *work->actor;
    witness->account = "AU1";
    request->signature = request->witness = (struct credential){0};
    request->signed_here = operation->signature != NULL;
    request->witnessing = operation->witness == PERMISSION_UNSET ? NULL : witness;
    request->fingerprint = "of this input";
    if (request->input)
        return;
    request->input = arena_take(work->arena, operation->input->size);
    if (!schema_decode(work->arena, &request->fault, operation->input, request->given,
                       request->count, request->input))
        demand(request->fault.kind != FAULT_NONE);
}

static void record_it(struct work *work, struct request *request)
{
    struct actor witness;
    struct batch batch;
    struct reply reply = {0};
    int64_t before = 0;
    int64_t after = 0;
    prepare(work, request, &witness);
    demand(ledger_size(work, &before) && batch_begin(work, &batch));
    if (operation_record(work, &batch, request, &reply)) {
        demand(work->fault.kind == FAULT_NONE);
        demand_json(work, reply.text.bytes, reply.text.length);
    } else {
        demand_refusal(work, &work->fault);
    }
    ledger_abandon(work);
    work->fault = (struct fault){0};
    demand(ledger_size(work, &after) && before == after);
}

/* The word in front of a line, which goes on behind it. */
static char *next_word(char **line)
{
    char *word = *line;
    char *end = strchr(word, ' ');
    *line = end ? end + 1 : word + strlen(word);
    if (end)
        *end = '\0';
    return word;
}

static void choose_actor(struct stage *stage, const char *account, const char *site)
{
    static const char *const sites[] = {"M", "K1", "K2"};
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        if (text_equals(site, sites[i]))
            stage->actor.site = sites[i];
    if (strlen(account) <= 16 && text_is_code(account))
        stage->actor.account = account;
}

/* The first line is account, site, method and address; the rest is the body. */
static void ask(struct stage *stage, char *line, char *body, size_t size)
{
    struct work *work = &stage->work;
    struct route route = {0};
    struct request request = {0};
    const char *account = next_word(&line);
    choose_actor(stage, account, next_word(&line));
    const char *method = next_word(&line);
    char *query = strchr(line, '?');
    if (query)
        *query++ = '\0';
    const struct envelope envelope = {.method = method, .query = query, .body = body, .size = size};
    if (!route_find(work->arena, &work->fault, work->record->catalogue, method, line, &route)) {
        demand_refusal(work, &work->fault);
        return;
    }
    if (!route.operation)
        return;
    envelope_read(work, &route, &envelope, &request);
    if (request.operation->effect == RECORDS)
        record_it(work, &request);
    else
        read_it(work, &request);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct stage *stage = stage_open();
    struct work *work = &stage->work;
    struct arena_mark mark = arena_mark(work->arena);
    char *text = arena_text(work->arena, (const char *)bytes, size);
    char *end = memchr(text, '\n', size);
    stage_begin(stage);
    if (end) {
        *end++ = '\0';
        ask(stage, text, end, size - (size_t)(end - text));
    }
    stage_end(stage, mark);
    return 0;
}
