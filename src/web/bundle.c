/* bundle.c: every request as if it had come alone, but for the commit that they share. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/bundle.h"

#include <string.h>

#define METHOD "POST" /* of everything that records */

static bool refuse_shape(struct work *work, const char *field, const char *sentence)
{
    return fail(&work->fault, FAULT_INPUT, field, "%s", sentence);
}

/* What a request by itself says in its first line, a header and its body. */
static bool read_item(struct work *work, const struct json *object, struct bundled *item)
{
    const struct json *body = json_member(object, "body");
    const struct json *path = json_member(object, "path");
    const struct json *key = json_member(object, "idempotency_key");
    size_t known = (size_t)(body != NULL) + (path != NULL) + (key != NULL);
    item->path = json_as_text(path);
    item->idempotency_key = json_as_text(key);
    item->body = body;
    if (json_kind(object) != JSON_IS_OBJECT || known != json_count(object) || !item->path)
        return refuse_shape(work, "requests",
                            "A request is an object with path, idempotency_key and body.");
    if (!item->idempotency_key)
        return refuse_shape(work, "idempotency_key",
                            "A request in a bundle needs an idempotency_key, so that the bundle "
                            "can be sent again.");
    return text_starts(item->path, ROUTE_MOUNT "/") ||
           fail(&work->fault, FAULT_MISSING, "path",
                "There is nothing at this address; operations begin with " ROUTE_MOUNT "/.");
}

static bool has_secret(const struct schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->fields[i].secret)
            return true;
    return false;
}

/* Each secret takes a tenth of a second to check: they come one request at a time. */
static bool check_secrets(struct work *work, const struct request *request)
{
    const struct operation *operation = request->operation;
    bool secret = request->signature.secret || request->witness.secret || operation->signature ||
                  operation->witness != PERMISSION_UNSET || has_secret(operation->input);
    return !secret || refuse_shape(work, "signature",
                                   "What is signed, or carries a secret, cannot be sent in a "
                                   "bundle; send it by itself.");
}

/* Readings of one device all go to one address. */
static bool find_route(struct work *work, const struct bundled *before, struct bundled *item)
{
    if (before && before->route.pattern && text_equals(before->path, item->path)) {
        item->route = before->route;
        return true;
    }
    return route_find(work->arena, &work->fault, work->record->catalogue, METHOD,
                      item->path + strlen(ROUTE_MOUNT), &item->route);
}

static bool prepare_item(struct work *work, const struct json *object, const struct bundled *before,
                         struct bundled *item)
{
    if (!read_item(work, object, item) || !find_route(work, before, item))
        return false;
    if (!item->route.operation)
        return true;
    const struct envelope envelope = {
        .method = METHOD, .object = item->body, .idempotency_key = item->idempotency_key};
    item->request = (struct request){
        .operation = item->route.operation, .given = item->route.given, .count = item->route.count};
    if (!operation_permits(work->actor, item->route.operation))
        return true;
    envelope_read(work, &item->route, &envelope, &item->request);
    if (!check_secrets(work, &item->request))
        return false;
    operation_prepare(work, &item->request);
    return true;
}

bool bundle_read(struct work *work, const char *body, size_t size, struct bundle *bundle)
{
    const struct json *object = NULL;
    if (!envelope_parse(work, body, size, &object))
        return false;
    const struct json *requests = json_member(object, "requests");
    bundle->count = json_count(requests);
    if (json_kind(requests) != JSON_IS_LIST || json_count(object) != 1 || !bundle->count ||
        bundle->count > BUNDLE_MOST)
        return fail(&work->fault, FAULT_INPUT, "requests",
                    "A bundle is an object with one list, requests, of 1 to %d requests.",
                    BUNDLE_MOST);
    bundle->items = arena_take(work->arena, bundle->count * sizeof *bundle->items);
    for (size_t i = 0; i < bundle->count; i++) {
        struct bundled *item = &bundle->items[i];
        if (!prepare_item(work, json_element(requests, i), i ? item - 1 : NULL, item))
            item->fault = work->fault;
        work->fault = (struct fault){0};
    }
    return true;
}

static bool is_recorded(enum fault_kind kind)
{
    return kind == FAULT_NONE || kind == FAULT_FORBIDDEN || kind == FAULT_RULE ||
           kind == FAULT_CONFLICT;
}

/* What is only wrong input leaves no trace, as when it is sent by itself. */
static bool item_concerns_record(const struct work *work, const struct bundled *item)
{
    const struct operation *operation = item->route.operation;
    if (item->fault.kind != FAULT_NONE)
        return false;
    return !operation || !operation_permits(work->actor, operation) ||
           is_recorded(item->request.fault.kind);
}

bool bundle_concerns_record(const struct work *work, const struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++)
        if (item_concerns_record(work, &bundle->items[i]))
            return true;
    return false;
}

static void record_item(struct work *work, struct batch *batch, struct bundled *item)
{
    if (item->route.operation) {
        bool recorded = operation_record(work, batch, &item->request, &item->reply);
        (void)recorded; /* what refused it is in work->fault */
        return;
    }
    const struct unoffered unoffered = route_unoffered(work->arena, &item->route, METHOD);
    operation_refuse_change(work, batch, &unoffered);
}

bool bundle_record(struct work *work, struct batch *batch, struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++) {
        struct bundled *item = &bundle->items[i];
        work->fault = (struct fault){0};
        if (!item_concerns_record(work, item))
            continue;
        record_item(work, batch, item);
        if (work->fault.kind == FAULT_STORAGE || work->fault.kind == FAULT_UNKNOWN)
            return false;
        item->refused = work->fault;
    }
    work->fault = (struct fault){0};
    return true;
}

const struct fault *bundled_fault(const struct bundled *item)
{
    if (item->fault.kind != FAULT_NONE)
        return &item->fault;
    return item->refused.kind != FAULT_NONE ? &item->refused : &item->request.fault;
}

void bundle_write(const struct work *work, const struct bundle *bundle, int64_t number,
                  struct text *out)
{
    text_print(out, "{%s\"answers\":[", work->record->demo ? "\"demo\":true," : "");
    for (size_t i = 0; i < bundle->count; i++) {
        const struct bundled *item = &bundle->items[i];
        const struct fault *fault = bundled_fault(item);
        int status = fault->kind == FAULT_NONE ? 201 : fault_meaning(fault->kind).status;
        text_print(out, "%s{\"status\":%d,\"answer\":", i ? "," : "", status);
        if (fault->kind == FAULT_NONE)
            text_add(out, item->reply.text.bytes);
        else
            envelope_fault(out, fault, work->record->demo, number);
        text_add(out, "}");
    }
    text_add(out, "]}");
}
