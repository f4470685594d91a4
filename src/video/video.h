/* video.h: the frames of a laboratory's video file, whatever container they came in.
 *
 * Files are untrusted: the readers run in a process that has no network, no other file and bounded
 * memory and time (limits.h). Frames are streamed. */
#ifndef VIDEO_VIDEO_H
#define VIDEO_VIDEO_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/video_sidecar.h"

enum video_kind {
    VIDEO_UNKNOWN,
    VIDEO_CONTAINER, /* AVI, MP4, MKV and what else libav reads */
    VIDEO_TIFF,      /* pages of one file */
    VIDEO_RAW,       /* bytes, described by a sidecar */
};

struct video_source {
    int file;         /* open for reading, can be sought in; stays the caller's */
    const char *name; /* for sentences, and its ending tells raw files */
    const struct video_sidecar *sidecar; /* of a raw file, else NULL */
    double frame_s;                      /* as the user gave it; 0: as the file says */
    unsigned decoder_threads;            /* 0: one; the frames are the same with more */
};

/* What the file says of itself. */
struct video_about {
    enum video_kind kind;
    struct frame_shape shape;
    const char *codec;      /* such as "rawvideo" or "h264" */
    bool lossy;             /* what was compressed has lost light and gained blocks */
    size_t frames_declared; /* 0: not said; only for progress */
    double frame_s;         /* 0: not said */
    bool timed;             /* frames carry times of their own, or lost ones are listed */
};

/* Lives in its arena; closed with it, too. */
struct video;

/* Knows the kind by the bytes, and raw files by their sidecar. */
MUST_USE bool video_open(struct arena *arena, struct fault *fault,
                         const struct video_source *source, struct video **video);
const struct video_about *video_about(const struct video *video);

/* pixels[width_px x height_px]. Behind the last frame *more is false. A frame that is damaged, or
 * of another size than the first, is refused with its number. */
MUST_USE bool video_next(struct video *video, struct fault *fault, uint16_t *pixels,
                         struct frame *frame, bool *more);
void video_close(struct video *video);

#endif
