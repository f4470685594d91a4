/* video_raw.c: pixels without a container, as a sidecar describes them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_reader.h"

struct raw {
    unsigned char *bytes; /* of one frame */
    size_t frame_bytes;
    size_t frames;
    size_t read;    /* frames so far */
    size_t dropped; /* of the numbers that the camera left out, how many are behind us */
};

static void widen_bytes(const unsigned char *bytes, size_t count, uint16_t *pixels)
{
    for (size_t i = 0; i < count; i++)
        pixels[i] = bytes[i];
}

static void widen_little(const unsigned char *bytes, size_t count, uint16_t *pixels)
{
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
}

static void widen_big(const unsigned char *bytes, size_t count, uint16_t *pixels)
{
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint16_t)(bytes[2 * i] << 8 | bytes[2 * i + 1]);
}

/* All bits that are set in any pixel. */
static unsigned bits_of(const uint16_t *pixels, size_t count)
{
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++)
        bits |= pixels[i];
    return bits;
}

static bool raw_next(struct video *video, struct fault *fault, uint16_t *pixels,
                     struct frame *frame, bool *more)
{
    struct raw *raw = video->state;
    const struct video_sidecar *sidecar = video->source.sidecar;
    const struct frame_shape *shape = &video->about.shape;
    const size_t count = (size_t)shape->width_px * (size_t)shape->height_px;
    size_t got = 0;
    if (raw->read == raw->frames)
        return true;
    if (!video_bytes(video, (int64_t)(sidecar->header_bytes + raw->read * raw->frame_bytes),
                     raw->bytes, raw->frame_bytes, &got) ||
        got < raw->frame_bytes)
        return video_refuse_frame(video, fault, raw->read,
                                  "could not be read: the file changed, or its disk fails");
    if (shape->bits == 8)
        widen_bytes(raw->bytes, count, pixels);
    else if (sidecar->big_endian)
        widen_big(raw->bytes, count, pixels);
    else
        widen_little(raw->bytes, count, pixels);
    if (shape->bits > 8 && bits_of(pixels, count) >> shape->bits)
        return video_refuse_frame(video, fault, raw->read,
                                  "has pixels of more bits than its description says; bits or "
                                  "byte_order is wrong");
    int64_t number = (int64_t)(raw->read + raw->dropped);
    while (raw->dropped < sidecar->dropped_count && sidecar->dropped_frames[raw->dropped] == number)
        number = (int64_t)(raw->read + ++raw->dropped);
    raw->read++;
    *more = true;
    return video_number(video, fault, number, frame);
}

/* The bytes must be those that were described: a rest of a frame was cut off, or is a sign that
 * size, bits or header are others. */
static bool count_frames(const struct video *video, struct fault *fault, struct raw *raw)
{
    const struct video_sidecar *sidecar = video->source.sidecar;
    const int64_t frame_bytes = (int64_t)raw->frame_bytes;
    const int64_t left = video->bytes - (int64_t)sidecar->header_bytes;
    const int64_t whole = left > 0 ? left / frame_bytes : 0;
    raw->frames = (size_t)whole;
    if (whole == 0 || (size_t)whole < sidecar->frames)
        return video_refuse_cut(video, fault, (size_t)whole, sidecar->frames);
    if (sidecar->frames > 0 && left > (int64_t)sidecar->frames * frame_bytes)
        return fail(fault, FAULT_INPUT, "file",
                    "%s holds %lld bytes more than its description tells of; width_px, height_px, "
                    "bits, frames or header_bytes is wrong.",
                    video->name, (long long)(left - (int64_t)sidecar->frames * frame_bytes));
    if (left % frame_bytes != 0)
        return fail(fault, FAULT_INPUT, "file",
                    "%s ends inside of a frame, %lld bytes behind frame %lld (counted from 0), the "
                    "last whole one; it was cut, or width_px, height_px, bits or header_bytes is "
                    "wrong.",
                    video->name, (long long)(left % frame_bytes), (long long)whole - 1);
    return whole <= VIDEO_FRAMES_MOST ||
           fail(fault, FAULT_INPUT, "file", "%s holds %lld frames; up to %d are read.", video->name,
                (long long)whole, VIDEO_FRAMES_MOST);
}

bool video_raw_open(struct video *video, struct fault *fault)
{
    static const struct video_reader reader = {.next = raw_next};
    const struct video_sidecar *sidecar = video->source.sidecar;
    const struct frame_shape *shape = &sidecar->shape;
    struct raw *raw = arena_take(video->arena, sizeof *raw);
    if (!video_size_check(video, fault, shape->width_px, shape->height_px))
        return false;
    raw->frame_bytes =
        (size_t)shape->width_px * (size_t)shape->height_px * (shape->bits > 8 ? 2 : 1);
    if (!count_frames(video, fault, raw))
        return false;
    raw->bytes = arena_take(video->arena, raw->frame_bytes);
    video->about.shape = *shape;
    video->about.codec = "raw";
    video->about.frames_declared = raw->frames;
    video->about.frame_s = sidecar->frame_s;
    video->about.timed = sidecar->dropped_frames != NULL; /* also where it lists none */
    video->reader = &reader;
    video->state = raw;
    return true;
}
