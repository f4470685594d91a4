/* video.c: of which kind is a video, and what is its next frame? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_reader.h"

#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <unistd.h>

enum { SHOWN_BYTES = 80 };

/* The name of the file without its folder, as far as a sentence has room for it. */
static const char *shown_name(struct arena *arena, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    const char *name = slash ? slash + 1 : path;
    if (!name || !*name || !text_is_utf8(name, strlen(name)) || !text_is_clean(name, false))
        return "The video";
    return arena_text(arena, name, text_whole(name, SHOWN_BYTES));
}

bool video_bytes(const struct video *video, int64_t offset, void *bytes, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t count = pread(video->source.file, (unsigned char *)bytes + *got, size - *got,
                              offset + (int64_t)*got);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        if (count == 0)
            return true;
        *got += (size_t)count;
    }
    return true;
}

bool video_size_check(const struct video *video, struct fault *fault, int64_t width_px,
                      int64_t height_px)
{
    bool fits = width_px >= FRAME_SIDE_LEAST && width_px <= FRAME_SIDE_MOST &&
                height_px >= FRAME_SIDE_LEAST && height_px <= FRAME_SIDE_MOST &&
                width_px * height_px <= FRAME_PIXELS_MOST;
    return fits || fail(fault, FAULT_INPUT, "file",
                        "%s has frames of %lld x %lld pixels; sides of %d to %d pixels are read, "
                        "and %d pixels in all.",
                        video->name, (long long)width_px, (long long)height_px, FRAME_SIDE_LEAST,
                        FRAME_SIDE_MOST, FRAME_PIXELS_MOST);
}

bool video_refuse_frame(const struct video *video, struct fault *fault, size_t count,
                        const char *what)
{
    return fail(fault, FAULT_INPUT, "file", "%s: frame %zu, counted from 0, %s.", video->name,
                count, what);
}

bool video_refuse_cut(const struct video *video, struct fault *fault, size_t count, size_t expected)
{
    if (count == 0)
        return fail(fault, FAULT_INPUT, "file",
                    "%s holds no whole frame; it was cut, or nothing was recorded.", video->name);
    if (expected > count)
        return fail(fault, FAULT_INPUT, "file",
                    "%s was cut or damaged: frame %zu of 0 to %zu is the last whole one; copy the "
                    "file again.",
                    video->name, count - 1, expected - 1);
    return fail(
        fault, FAULT_INPUT, "file",
        "%s was cut or damaged: frame %zu, counted from 0, is the last whole one; copy the file "
        "again.",
        video->name, count - 1);
}

bool video_number(const struct video *video, struct fault *fault, int64_t number,
                  struct frame *frame)
{
    frame->number = (int32_t)number;
    return number < VIDEO_FRAMES_MOST ||
           fail(fault, FAULT_INPUT, "file",
                "%s has a frame that is number %lld by its time; up to %d are read.", video->name,
                (long long)number, VIDEO_FRAMES_MOST);
}

static bool is_tiff(const unsigned char magic[VIDEO_MAGIC_BYTES])
{
    static const char *const beginnings[] = {"II*\0", "MM\0*", "II+\0", "MM\0+"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (memcmp(magic, beginnings[i], 4) == 0)
            return true;
    return false;
}

static bool is_container(const unsigned char magic[VIDEO_MAGIC_BYTES])
{
    static const char *const boxes[] = {"ftyp", "moov", "mdat", "wide", "free", "skip"};
    if (memcmp(magic, "RIFF", 4) == 0 && memcmp(magic + 8, "AVI", 3) == 0)
        return true;
    if (memcmp(magic, "\x1A\x45\xDF\xA3", 4) == 0)
        return true;
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
        if (memcmp(magic + 4, boxes[i], 4) == 0)
            return true;
    return false;
}

/* What a camera writes and what a sidecar describes do not begin like this by chance: a file that
 * is more than raw pixels is read for what it is, whatever lies beside it. */
static enum video_kind kind_of(const struct video *video,
                               const unsigned char magic[VIDEO_MAGIC_BYTES])
{
    const struct video_sidecar *sidecar = video->source.sidecar;
    if (sidecar && sidecar->header_bytes > 0)
        return VIDEO_RAW;
    if (is_tiff(magic))
        return VIDEO_TIFF;
    if (is_container(magic))
        return VIDEO_CONTAINER;
    return sidecar ? VIDEO_RAW : VIDEO_UNKNOWN;
}

static bool refuse_unknown(const struct video *video, struct fault *fault)
{
    return fail(fault, FAULT_INPUT, "file",
                "%s is no AVI, MP4, MOV, MKV or TIFF; raw pixels need a JSON file of the same name "
                "beside them that says width_px, height_px and bits.",
                video->name);
}

static bool open_kind(struct video *video, struct fault *fault)
{
    unsigned char magic[VIDEO_MAGIC_BYTES] = {0};
    size_t got = 0;
    video->bytes = lseek(video->source.file, 0, SEEK_END);
    if (video->bytes < 0 || !video_bytes(video, 0, magic, sizeof magic, &got))
        return fail(fault, FAULT_INPUT, "file", "%s could not be read: it is no file, or %s.",
                    video->name, "its disk or network fails");
    if (got == 0)
        return fail(fault, FAULT_INPUT, "file", "%s is empty.", video->name);
    video->about.kind = kind_of(video, magic);
    switch (video->about.kind) {
    case VIDEO_CONTAINER:
        return video_libav_open(video, fault);
    case VIDEO_TIFF:
        return video_tiff_open(video, fault);
    case VIDEO_RAW:
        return video_raw_open(video, fault);
    case VIDEO_UNKNOWN:
        break;
    }
    return refuse_unknown(video, fault);
}

static void release(void *thing)
{
    video_close(thing);
}

bool video_open(struct arena *arena, struct fault *fault, const struct video_source *source,
                struct video **video)
{
    struct video *opened = arena_take(arena, sizeof *opened);
    *opened =
        (struct video){.arena = arena, .source = *source, .name = shown_name(arena, source->name)};
    arena_defer(arena, release, opened);
    *video = opened;
    if (open_kind(opened, fault))
        return true;
    video_close(opened);
    return false;
}

const struct video_about *video_about(const struct video *video)
{
    return &video->about;
}

bool video_next(struct video *video, struct fault *fault, uint16_t *pixels, struct frame *frame,
                bool *more)
{
    *more = false;
    *frame = (struct frame){.time_s = NAN, .pixels = pixels};
    if (video->ended || !video->reader)
        return true;
    if (!video->reader->next(video, fault, pixels, frame, more)) {
        *more = false;
        video->ended = true;
        return false;
    }
    video->ended = !*more;
    return true;
}

void video_close(struct video *video)
{
    const struct video_reader *reader = video->reader;
    video->reader = NULL;
    if (reader && reader->close)
        reader->close(video);
}
