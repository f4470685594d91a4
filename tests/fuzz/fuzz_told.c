/* fuzz_told.c: whatever a fenced program says is understood within its bounds, or refused. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/tracking_stream.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_bounds(const struct tracking_told *told)
{
    for (size_t i = 0; i < told->count; i++) {
        const struct observation *row = &told->rows[i];
        demand(row->frame >= 0 && row->frame <= TRACKING_FRAMES_MOST && row->particle >= 0);
        demand(isfinite(row->x_um) && isfinite(row->y_um) && row->brightness >= 0);
    }
    size_t held = 0;
    for (size_t i = 0; i < told->frame_count; i++)
        held += !told->lost[i];
    demand(held == told->frames);
    demand(!told->ended || (told->facts.spots == told->count && told->facts.frames == held));
}

/* Lines as a pipe brings them. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)2 << 30);
    struct fault fault = {.kind = FAULT_NONE};
    struct tracking_told told = {.arena = arena, .pixel_um = 0.14};
    const char *text = arena_text(arena, (const char *)bytes, size);
    bool heard = true;
    for (size_t at = 0; heard && at < size; at++) {
        size_t length = strcspn(text + at, "\n");
        if (length < TRACKING_LINE_BYTES)
            heard = tracking_stream_read(&told, &fault, arena_text(arena, text + at, length));
        at += length;
    }
    demand(heard == (fault.kind == FAULT_NONE));
    demand(heard || text_is_clean(fault.text, false));
    demand_bounds(&told);
    arena_close(arena);
    return 0;
}
