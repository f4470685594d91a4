/* tracking_stream.h: how does the program that follows particles in a video tell what it found?
 *
 * Lines of words on a pipe: "video", "spot", "frame", "facts", "fault", "end". Whoever reads them
 * does not trust who wrote them: that process has read a file of unknown origin. */
#ifndef MEASURE_TRACKING_STREAM_H
#define MEASURE_TRACKING_STREAM_H

#include "base/text.h"
#include "measure/track.h"
#include "measure/tracking.h"

enum {
    TRACKING_LINE_BYTES = 1024,
    TRACKING_CODEC_BYTES = 32,
    TRACKING_FRAMES_MOST = 10000000,
    TRACKING_SPOTS_MOST = 20000000, /* of one video */
};

/* What a video is, before its first frame. */
struct tracking_video {
    struct frame_shape shape;
    size_t frames_declared; /* 0: not said */
    double frame_s;         /* by the file; 0: not said */
    bool timed;
    bool lossy;
    char codec[TRACKING_CODEC_BYTES];
};

/* ---- Writing. Each adds one line, or one for each spot. ---- */

void tracking_stream_video(struct text *out, const struct tracking_video *video);
/* Its spots, and then the frame itself. */
void tracking_stream_frame(struct text *out, int32_t frame, const struct located *spots,
                           const int64_t *particles, size_t count);
void tracking_stream_facts(struct text *out, const struct tracking_facts *facts);
void tracking_stream_fault(struct text *out, const struct fault *fault);
void tracking_stream_end(struct text *out);

/* ---- Reading. ---- */

/* What was told so far; rows lie in an arena and grow. */
struct tracking_told {
    struct arena *arena;
    struct tracking_video video;
    bool video_told;
    struct tracking_facts facts;
    bool facts_told;
    bool ended;
    bool *lost;         /* [frame_count], frames that the video does not hold; grows, too */
    size_t frame_count; /* up to the last one told */
    size_t frame_room;
    size_t frames; /* that the video holds */
    double pixel_um;
    size_t spots_of_frame;    /* told since the last frame */
    struct observation *rows; /* in the pixels' length, as the caller gave it */
    size_t count;
    size_t room;
};

/* One line without its end. Fails with the fault that the line tells, or where it makes no sense.
 */
MUST_USE bool tracking_stream_read(struct tracking_told *told, struct fault *fault,
                                   const char *line);

#endif
