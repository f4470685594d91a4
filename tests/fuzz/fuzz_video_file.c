/* fuzz_video_file.c: any bytes are frames of one size in ascending order, or are refused in words.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "video/video.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

enum { FRAMES_MOST = 50 };

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static void demand_shape(const struct video_about *about)
{
    const struct frame_shape *shape = &about->shape;
    demand(about->kind != VIDEO_UNKNOWN && about->codec && *about->codec);
    demand(shape->width_px >= FRAME_SIDE_LEAST && shape->width_px <= FRAME_SIDE_MOST);
    demand(shape->height_px >= FRAME_SIDE_LEAST && shape->height_px <= FRAME_SIDE_MOST);
    demand((int64_t)shape->width_px * shape->height_px <= FRAME_PIXELS_MOST);
    demand(shape->bits >= 8 && shape->bits <= 16);
    demand(about->frame_s >= 0 && isfinite(about->frame_s));
}

static bool read_frames(struct arena *arena, struct fault *fault, struct video *video)
{
    const struct frame_shape *shape = &video_about(video)->shape;
    const size_t count = (size_t)shape->width_px * (size_t)shape->height_px;
    uint16_t *pixels = arena_take(arena, count * sizeof *pixels);
    int32_t before = -1;
    for (size_t i = 0; i < FRAMES_MOST; i++) {
        struct frame frame;
        bool more = false;
        if (!video_next(video, fault, pixels, &frame, &more))
            return false;
        demand(more || i > 0);
        if (!more)
            return true;
        demand(frame.number > before && frame.number < VIDEO_FRAMES_MOST);
        demand(!(frame.time_s < 0) && !isinf(frame.time_s));
        before = frame.number;
        for (size_t k = 0; k < count; k++)
            demand(pixels[k] >> shape->bits == 0);
    }
    return true;
}

static void feed(int file, const struct video_sidecar *sidecar)
{
    struct arena *arena = arena_open((size_t)1 << 28);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_source source = {.file = file, .name = "a video", .sidecar = sidecar};
    struct video *video = NULL;
    bool good = video_open(arena, &fault, &source, &video);
    if (good) {
        demand_shape(video_about(video));
        good = read_frames(arena, &fault, video);
    }
    demand(good == (fault.kind == FAULT_NONE));
    if (!good) {
        size_t length = strlen(fault.text);
        demand(fault.kind == FAULT_INPUT && length > 10 && fault.text[length - 1] == '.');
        demand(text_is_utf8(fault.text, length) && text_is_clean(fault.text, false));
    }
    arena_close(arena);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    static const struct video_sidecar sidecar = {
        .shape = {.width_px = 16, .height_px = 16, .bits = 12}, .header_bytes = 1};
    int file = memfd_create("video", MFD_CLOEXEC);
    demand(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    feed(file, NULL);
    feed(file, &sidecar);
    close(file);
    return 0;
}
