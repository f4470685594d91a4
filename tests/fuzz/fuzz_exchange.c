/* fuzz_exchange.c: any text is a file of exchanges that can be played, or is refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include "exchange.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* What is recorded stays in the record and costs a sync, and @file: reads any file of the machine;
 * so only cases that ask are played. */
static bool only_asks(const char *text)
{
    static const char *const methods[] = {"POST", "PUT", "PATCH", "DELETE", "@file:"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strstr(text, methods[i]))
            return false;
    return true;
}

static void play(struct stage *stage, const unsigned char *bytes, size_t size)
{
    struct work *work = &stage->work;
    struct exchange_result result = {0};
    char *said = NULL;
    size_t said_bytes = 0;
    FILE *out = open_memstream(&said, &said_bytes);
    const char *path = arena_print(work->arena, "%s/played.txt", stage->folder);
    FILE *file = fopen(path, "wb");
    demand(out && file && fwrite(bytes, 1, size, file) == size);
    demand(fclose(file) == 0);
    bool worked = exchange_play(work, path, NULL, out, &result);
    fclose(out);
    free(said);
    size_t length = strlen(work->fault.text);
    demand(worked == (work->fault.kind == FAULT_NONE));
    demand(worked || (length > 0 && text_is_utf8(work->fault.text, length)));
    demand(result.passed + result.failed <= result.cases);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct stage *stage = stage_open();
    struct work *work = &stage->work;
    struct arena_mark mark = arena_mark(work->arena);
    const int64_t now_usec = work->now_usec;
    stage_begin(stage);
    work->actor = NULL;
    if (only_asks(arena_text(work->arena, (const char *)bytes, size)))
        play(stage, bytes, size);
    work->now_usec = now_usec;
    stage_end(stage, mark);
    return 0;
}
