/* video_reader.h: what does a reader of one kind of file do for video.c? */
#ifndef VIDEO_VIDEO_READER_H
#define VIDEO_VIDEO_READER_H

#include "video/video.h"

/* The longest beginning of a file that tells its kind. */
enum { VIDEO_MAGIC_BYTES = 12 };

struct video_reader {
    /* Writes pixels, number and time of the next frame. */
    bool (*next)(struct video *video, struct fault *fault, uint16_t *pixels, struct frame *frame,
                 bool *more);
    void (*close)(struct video *video); /* NULL: nothing but memory of the arena is held */
};

struct video {
    struct arena *arena;
    struct video_source source;
    struct video_about about;
    const struct video_reader *reader; /* NULL once it is closed */
    void *state;                       /* the reader's own */
    const char *name;                  /* fit for a sentence */
    int64_t bytes;                     /* of the file */
    bool ended;
};

/* Each sets about, reader and state, and refuses a file without a frame. */
MUST_USE bool video_raw_open(struct video *video, struct fault *fault);
MUST_USE bool video_tiff_open(struct video *video, struct fault *fault);
MUST_USE bool video_libav_open(struct video *video, struct fault *fault);

/* Bytes from offset on, as many as there are, at most size; *got less than size only at the end.
 * The place at which the caller reads the file is not moved. */
MUST_USE bool video_bytes(const struct video *video, int64_t offset, void *bytes, size_t size,
                          size_t *got);

/* Whether frames of that size are read; before memory is taken for one. */
MUST_USE bool video_size_check(const struct video *video, struct fault *fault, int64_t width_px,
                               int64_t height_px);

/* Refuses the frame that lies behind count others; what is a predicate without a full stop. */
MUST_USE bool video_refuse_frame(const struct video *video, struct fault *fault, size_t count,
                                 const char *what);

/* Refuses a video that ends before it should, behind count whole frames. */
MUST_USE bool video_refuse_cut(const struct video *video, struct fault *fault, size_t count,
                               size_t expected);

enum video_format { VIDEO_AVI, VIDEO_MP4, VIDEO_MKV };

/* Where the container ends by its own words, which lies behind the file's end where it was cut; 0
 * where it does not say, because it was written to a pipe or never finished. */
int64_t video_extent(const struct video *video, enum video_format format);

/* Of an AVI; a chunk without bytes stands for a frame that the camera lost. False where the chunks
 * do not follow each other to the end, which libav forgives, and nothing is known. */
struct video_chunks {
    size_t all;
    size_t whole;
};
bool video_avi_count(const struct video *video, int stream, struct video_chunks *count);

/* An MKV has no list of its frames, and libav goes on behind bytes that make no sense: whether all
 * parts follow each other, and the blocks in them, which are its frames where there is no sound. */
MUST_USE bool video_mkv_check(const struct video *video, struct fault *fault, size_t *blocks);

/* Gives the frame its number, unless it is beyond all sense. */
MUST_USE bool video_number(const struct video *video, struct fault *fault, int64_t number,
                           struct frame *frame);

#endif
