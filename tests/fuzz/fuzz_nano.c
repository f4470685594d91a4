/* fuzz_nano.c: any bytes are the settings of some videos, or are refused in words. */
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

static void demand_sense(const struct video_nano_capture *capture)
{
    demand(*capture->file && text_is_utf8(capture->file, strlen(capture->file)));
    demand(!strpbrk(capture->file, "/\\") && text_is_clean(capture->file, false));
    demand(capture->pixel_nm >= 0 && capture->pixel_nm <= 100000);
    demand(capture->temperature_c >= 0 && capture->temperature_c <= 100);
    demand(capture->viscosity_mpa_s >= 0 && capture->viscosity_mpa_s <= 1000);
    demand(capture->dilution >= 0 && isfinite(capture->dilution));
    demand(capture->frame_s >= 0 && isfinite(capture->frame_s));
    demand(capture->exposure_ms >= 0 && isfinite(capture->exposure_ms));
    demand(capture->frames <= VIDEO_FRAMES_MOST);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_nano nano;
    if (video_nano_read(arena, &fault, (const char *)bytes, size, &nano)) {
        demand(fault.kind == FAULT_NONE && nano.count >= 1 && nano.count <= VIDEO_NANO_FILES);
        for (size_t i = 0; i < nano.count; i++)
            demand_sense(&nano.captures[i]);
    } else {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT && *fault.field);
        demand(length > 20 && text_is_utf8(fault.text, length));
        demand(text_is_clean(fault.text, false));
    }
    arena_close(arena);
    return 0;
}
