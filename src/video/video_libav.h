/* video_libav.h: what is known of a container and its decoder while it is read? */
#ifndef VIDEO_VIDEO_LIBAV_H
#define VIDEO_VIDEO_LIBAV_H

#include "video/video_pixels.h"
#include "video/video_reader.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

struct codec {
    enum AVCodecID id;
    bool lossy;     /* or may be: whether it was cannot be told */
    bool one_each;  /* every packet with bytes in it gives one picture */
    bool reordered; /* pictures come in another order than packets */
};

struct libav {
    struct video *video;
    int64_t at; /* in the file */
    enum video_format kind;
    AVFormatContext *format;
    AVCodecContext *decoder;
    AVPacket *packet;
    AVFrame *picture;
    const struct codec *codec;
    AVStream *stream;
    size_t declared; /* frames, by the file, with those that were lost; 0: not said */
    size_t counted;  /* pictures that lie in it; 0: not known */
    struct video_pixels pixels;
    bool waiting;    /* the picture was decoded and not yet given out */
    size_t packets;  /* with a picture in them */
    size_t slots;    /* and those that the camera lost before the last of them */
    size_t pictures; /* decoded */
    int64_t number;  /* of the picture, and its time in ticks */
    int64_t tick;
    int64_t tick_first;
    double tick_s;
    double interval_s; /* of frames, by which times become numbers; 0: not known */
};

/* Counts a packet with a picture in it, unless it is cut. */
void libav_count(struct libav *libav, const AVPacket *packet);

MUST_USE static inline bool libav_refuse_memory(const struct video *video, struct fault *fault)
{
    return fail(fault, FAULT_INPUT, "file", "%s needs more memory than a video may take.",
                video->name);
}

/* Decodes the first picture, which tells what the headers may have wrong. */
MUST_USE bool libav_begin(struct libav *libav, struct fault *fault);

/* As video_reader.next. */
MUST_USE bool libav_next(struct video *video, struct fault *fault, uint16_t *pixels,
                         struct frame *frame, bool *more);

#endif
