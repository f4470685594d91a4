/* fuzz_nanosight.c: any bytes whatever are either an experiment summary or refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_nanosight.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_whole(struct arena *arena, const struct nanosight *result)
{
    demand(result->video_count >= 1 && result->video_count <= NANOSIGHT_VIDEOS);
    demand(result->between.videos <= result->video_count);
    for (size_t i = 0; i < result->video_count; i++) {
        const struct nanosight_video *video = &result->videos[i];
        demand(isfinite(video->concentration_per_ml) && video->concentration_per_ml >= 0);
        demand(video->empty == !video->figures.known);
        if (video->empty)
            continue;
        demand(video->figures.d10_nm <= video->figures.d50_nm);
        demand(video->figures.d50_nm <= video->figures.d90_nm);
        demand(isfinite(video->figures.span) && isfinite(video->figures.sd_nm));
    }
    demand(result->flag_count <= NANOSIGHT_FLAGS);
    for (size_t i = 0; i < result->flag_count; i++) {
        demand(result->flags[i].id && *result->flags[i].value && *result->flags[i].effect);
        demand(nanosight_flag(result, result->flags[i].id) == &result->flags[i]);
    }
    demand(strlen(nanosight_method(arena, result)) > 0);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open(NANOSIGHT_ROOM_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct nanosight result;
    if (nanosight_import(arena, &fault, bytes, size, &result)) {
        demand(fault.kind == FAULT_NONE);
        demand_whole(arena, &result);
    } else {
        demand(fault.kind == FAULT_INPUT && strcmp(fault.field, "file") == 0);
        demand(strncmp(fault.text, "Line ", strlen("Line ")) == 0);
        demand(result.video_count == 0 && result.flag_count == 0);
    }
    arena_close(arena);
    return 0;
}
