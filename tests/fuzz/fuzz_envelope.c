/* fuzz_envelope.c: any address and body become a request or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include "web/envelope.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

/* method, path and query on the first line, the body behind it. */
static void ask(struct work *work, char *text, size_t size)
{
    struct route route = {0};
    struct request request = {0};
    char *end = memchr(text, '\n', size);
    char *path = strchr(text, ' ');
    if (!end || !path || path > end)
        return;
    *end = '\0';
    *path++ = '\0';
    char *query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    const struct envelope envelope = {
        .method = text, .query = query, .body = end + 1, .size = size - (size_t)(end + 1 - text)};
    if (!route_find(work->arena, &work->fault, work->record->catalogue, text, path, &route)) {
        if (!work->fault.kind || !work->fault.text[0])
            abort();
        return;
    }
    if (!route.operation)
        return;
    envelope_read(work, &route, &envelope, &request);
    request.input = arena_take(work->arena, route.operation->input->size);
    if (request.fault.kind == FAULT_NONE &&
        !schema_decode(work->arena, &request.fault, route.operation->input, request.given,
                       request.count, request.input) &&
        !request.fault.text[0])
        abort();
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct record record = {.demo = true, .catalogue = stage_catalogue()};
    struct work work = {.arena = arena_open((size_t)1 << 28), .record = &record};
    char *text = arena_text(work.arena, (const char *)bytes, size);
    ask(&work, text, size);
    arena_close(work.arena);
    return 0;
}
