/* video_echo.c: what do the readers of videos find in a file? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/folder.h"
#include "video/video.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Usage: video_echo FILE [SIDECAR [FRAME_S [THREADS]]]. Lines: "+" and what the file says of
 * itself, one for each frame, "= count"; in place of what cannot be read a minus and the sentence.
 * The checksum is Adler-32 (RFC 1950) of the pixels as words, low byte first. */
static uint32_t checksum(const uint16_t *pixels, size_t count, uint64_t *sum)
{
    uint32_t low = 1, high = 0;
    *sum = 0;
    for (size_t i = 0; i < count; i++) {
        low = (low + (pixels[i] & 0xFF)) % 65521;
        high = (high + low) % 65521;
        low = (low + (pixels[i] >> 8)) % 65521;
        high = (high + low) % 65521;
        *sum += pixels[i];
    }
    return high << 16 | low;
}

static bool tell_frames(struct arena *arena, struct fault *fault, struct video *video)
{
    const struct video_about *about = video_about(video);
    const size_t count = (size_t)about->shape.width_px * (size_t)about->shape.height_px;
    uint16_t *pixels = arena_take(arena, count * sizeof *pixels);
    size_t frames = 0;
    for (bool more = true;; frames++) {
        struct frame frame;
        uint64_t sum = 0;
        if (!video_next(video, fault, pixels, &frame, &more))
            return false;
        if (!more)
            break;
        uint32_t check = checksum(pixels, count, &sum);
        printf("%d %.9f %llu %08x\n", (int)frame.number, frame.time_s, (unsigned long long)sum,
               check);
    }
    printf("= %zu\n", frames);
    return true;
}

static bool echo(struct arena *arena, struct fault *fault, struct video_source *source,
                 const char *sidecar_path)
{
    struct video *video = NULL;
    struct video_sidecar *sidecar = arena_take(arena, sizeof *sidecar);
    char *bytes = NULL;
    size_t size = 0;
    if (sidecar_path && *sidecar_path) {
        if (!folder_read(arena, fault, sidecar_path, VIDEO_SIDECAR_BYTES, &bytes, &size) ||
            !video_sidecar_read(arena, fault, bytes, size, sidecar))
            return false;
        source->sidecar = sidecar;
    }
    if (!video_open(arena, fault, source, &video))
        return false;
    const struct video_about *about = video_about(video);
    printf("+ %d %d %d %d %zu %.9f %d %d %s\n", (int)about->kind, (int)about->shape.width_px,
           (int)about->shape.height_px, (int)about->shape.bits, about->frames_declared,
           about->frame_s, about->timed, about->lossy, about->codec);
    return tell_frames(arena, fault, video);
}

int main(int count, char **words)
{
    struct arena *arena = arena_open((size_t)1 << 29);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_source source = {.file = count > 1 ? open(words[1], O_RDONLY | O_CLOEXEC) : -1,
                                  .name = count > 1 ? words[1] : NULL};
    if (count > 3)
        source.frame_s = strtod(words[3], NULL);
    if (count > 4)
        source.decoder_threads = (unsigned)strtoul(words[4], NULL, 10);
    bool good = echo(arena, &fault, &source, count > 2 ? words[2] : NULL);
    if (!good)
        printf("- %d %s %s\n", (int)fault.kind, fault.field, fault.text);
    arena_close(arena);
    if (source.file >= 0)
        close(source.file);
    return good ? 0 : 1;
}
