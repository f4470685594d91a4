/* fuzz_sidecar.c: any bytes describe raw pixels, or are refused in words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "measure/video_sidecar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_sense(const struct video_sidecar *sidecar)
{
    const struct frame_shape *shape = &sidecar->shape;
    demand(shape->width_px >= FRAME_SIDE_LEAST && shape->width_px <= FRAME_SIDE_MOST);
    demand(shape->height_px >= FRAME_SIDE_LEAST && shape->height_px <= FRAME_SIDE_MOST);
    demand((int64_t)shape->width_px * shape->height_px <= FRAME_PIXELS_MOST);
    demand(shape->bits >= 8 && shape->bits <= 16);
    demand(sidecar->frames <= VIDEO_FRAMES_MOST);
    demand(isfinite(sidecar->pixel_nm) && isfinite(sidecar->temperature_c));
    demand(isfinite(sidecar->frame_s) && sidecar->frame_s >= 0);
    demand(isfinite(sidecar->exposure_ms) && sidecar->exposure_ms >= 0);
    for (size_t i = 0; i < sidecar->dropped_count; i++)
        demand(sidecar->dropped_frames[i] >= (i ? sidecar->dropped_frames[i - 1] + 1 : 0));
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_sidecar sidecar;
    if (video_sidecar_read(arena, &fault, (const char *)bytes, size, &sidecar)) {
        demand(fault.kind == FAULT_NONE);
        demand_sense(&sidecar);
    } else {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT && length > 20);
        demand(text_is_utf8(fault.text, length) && text_is_clean(fault.text, false));
    }
    arena_close(arena);
    return 0;
}
