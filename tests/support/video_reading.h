/* video_reading.h: what do the readers of videos make of bytes? */
#ifndef SUPPORT_VIDEO_READING_H
#define SUPPORT_VIDEO_READING_H

#include "test.h"
#include "video/video.h"
#include "video_file.h"

#include <unistd.h>

enum { READING_BYTES = 1 << 28 };

/* All frames of a video, or the fault that ended it. */
struct reading {
    struct video_about about;
    struct fault fault;
    bool good;
    size_t count;
    struct frame frames[256];
    uint16_t *pixels; /* of all frames, one behind the other */
};

static inline bool reading_frames(struct arena *arena, struct video *video, struct reading *all)
{
    const struct frame_shape *shape = &video_about(video)->shape;
    const size_t size = (size_t)shape->width_px * (size_t)shape->height_px;
    const size_t most = sizeof all->frames / sizeof *all->frames;
    uint16_t *pixels = arena_take(arena, size * sizeof *pixels);
    all->about = *video_about(video);
    all->pixels = size <= 4096 ? arena_take(arena, most * size * sizeof *pixels) : NULL;
    for (bool more = true;;) {
        struct frame frame;
        if (!video_next(video, &all->fault, pixels, &frame, &more))
            return false;
        if (!more)
            return true;
        assert_true(all->count < most && frame.pixels == pixels);
        assert_true(all->count == 0 || frame.number > all->frames[all->count - 1].number);
        if (all->pixels)
            memcpy(all->pixels + all->count * size, pixels, size * sizeof *pixels);
        all->frames[all->count++] = frame;
    }
}

static inline struct reading *reading_of(struct arena *arena, const struct text *bytes,
                                         const struct video_sidecar *sidecar)
{
    struct reading *all = arena_take(arena, sizeof *all);
    struct video *video = NULL;
    struct video_source source = {
        .file = file_in_memory(bytes), .name = "captures/one.avi", .sidecar = sidecar};
    all->good =
        video_open(arena, &all->fault, &source, &video) && reading_frames(arena, video, all);
    assert_true(all->good == (all->fault.kind == FAULT_NONE));
    if (!all->good) {
        size_t length = strlen(all->fault.text);
        assert_int_equal(all->fault.kind, FAULT_INPUT);
        assert_string_equal(all->fault.field, "file");
        assert_true(length > 10 && all->fault.text[length - 1] == '.');
        assert_non_null(strstr(all->fault.text, "one.avi"));
    }
    video_close(video);
    close(source.file);
    return all;
}

static inline struct reading *reading_good(struct arena *arena, const struct text *bytes,
                                           const struct video_sidecar *sidecar)
{
    struct reading *all = reading_of(arena, bytes, sidecar);
    if (!all->good)
        fail_msg("%s", all->fault.text);
    return all;
}

static inline void reading_refused(const struct text *bytes, const struct video_sidecar *sidecar,
                                   const char *word)
{
    struct arena *arena = arena_open(READING_BYTES);
    const struct reading *all = reading_of(arena, bytes, sidecar);
    if (all->good)
        fail_msg("read, and not refused with %s", word);
    if (!strstr(all->fault.text, word))
        fail_msg("%s does not say %s", all->fault.text, word);
    arena_close(arena);
}

#endif
