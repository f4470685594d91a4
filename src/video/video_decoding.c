/* video_decoding.c: which picture comes next out of a container, and when was it taken? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_libav.h"

#include <math.h>

/* libav leaves out the chunks of an AVI that stand for lost frames, but their time passes. */
void libav_count(struct libav *libav, const AVPacket *packet)
{
    bool counted = libav->kind == VIDEO_AVI && packet->dts >= 0 && packet->dts < VIDEO_FRAMES_MOST;
    if (packet->flags & AV_PKT_FLAG_CORRUPT)
        return;
    libav->packets++;
    libav->slots = counted ? (size_t)packet->dts + 1 : libav->packets;
}

static bool feed(struct libav *libav, struct fault *fault)
{
    AVPacket *packet = libav->packet;
    const struct video *video = libav->video;
    int wrong = av_read_frame(libav->format, packet);
    if (wrong == AVERROR_EOF)
        return avcodec_send_packet(libav->decoder, NULL) >= 0 ||
               video_refuse_frame(video, fault, libav->pictures, "is damaged");
    if (wrong < 0)
        return video_refuse_cut(video, fault, libav->packets, libav->declared);
    bool ours = packet->stream_index == libav->stream->index;
    bool whole = !(packet->flags & AV_PKT_FLAG_CORRUPT);
    if (ours && packet->size > 0) {
        wrong = whole ? avcodec_send_packet(libav->decoder, packet) : AVERROR_INVALIDDATA;
        libav_count(libav, packet);
    }
    av_packet_unref(packet);
    if (wrong >= 0)
        return true;
    if (!whole && libav->at >= video->bytes)
        return video_refuse_cut(video, fault, libav->packets, libav->declared);
    return wrong == AVERROR(ENOMEM)
               ? libav_refuse_memory(video, fault)
               : video_refuse_frame(video, fault,
                                    libav->decoder->thread_count > 1 ? libav->pictures
                                                                     : libav->packets - whole,
                                    "is damaged");
}

/* All packets were read and all pictures came out. */
static bool check_whole(const struct libav *libav, struct fault *fault)
{
    const struct video *video = libav->video;
    bool all = libav->counted ? libav->packets >= libav->counted : libav->slots >= libav->declared;
    if (libav->pictures == 0 || !all)
        return video_refuse_cut(video, fault, libav->packets, libav->declared);
    return !libav->codec->one_each || libav->pictures == libav->packets ||
           fail(fault, FAULT_INPUT, "file", "%s: %zu of %zu frames could not be decoded.",
                video->name, libav->packets - libav->pictures, libav->packets);
}

static bool check_picture(struct libav *libav, struct fault *fault)
{
    const struct video *video = libav->video;
    const AVFrame *picture = libav->picture;
    const struct frame_shape *shape = &video->about.shape;
    if ((picture->flags & AV_FRAME_FLAG_CORRUPT) || picture->decode_error_flags)
        return video_refuse_frame(video, fault, libav->pictures, "is damaged");
    if (libav->pictures == 0)
        return video_size_check(video, fault, picture->width, picture->height);
    if (picture->width != shape->width_px || picture->height != shape->height_px)
        return video_refuse_frame(video, fault, libav->pictures, "has another size than the first");
    return picture->format == (int)libav->pixels.format ||
           video_refuse_frame(video, fault, libav->pictures,
                              "has pixels of another kind than the first");
}

/* The next picture into libav->picture; waiting is false behind the last. */
static bool decode(struct libav *libav, struct fault *fault)
{
    for (;;) {
        int wrong = avcodec_receive_frame(libav->decoder, libav->picture);
        if (wrong == AVERROR_EOF)
            return check_whole(libav, fault);
        if (wrong == AVERROR(EAGAIN)) {
            if (!feed(libav, fault))
                return false;
            continue;
        }
        if (wrong < 0)
            return wrong == AVERROR(ENOMEM)
                       ? libav_refuse_memory(libav->video, fault)
                       : video_refuse_frame(libav->video, fault, libav->pictures, "is damaged");
        if (!check_picture(libav, fault))
            return false;
        libav->pictures++;
        libav->waiting = true;
        return true;
    }
}

/* From one frame to the next times are compared with the interval, not from the first one on: so a
 * clock that runs a little differently than was said neither opens nor closes a hole. Frames that
 * are stamped closer than half an interval are two frames, too; but none comes before another. */
static bool number_picture(struct libav *libav, struct fault *fault, struct frame *frame)
{
    const struct video *video = libav->video;
    const AVFrame *picture = libav->picture;
    bool first = libav->pictures == 1;
    int64_t tick = picture->pts != AV_NOPTS_VALUE ? picture->pts : picture->best_effort_timestamp;
    double step = 1;
    if (tick == AV_NOPTS_VALUE) {
        libav->number += !first;
        return video_number(video, fault, libav->number, frame);
    }
    if (first)
        libav->tick_first = libav->tick = tick;
    if (tick < libav->tick)
        return video_refuse_frame(video, fault, libav->pictures - 1,
                                  "is told to come before the one in front of it");
    if (libav->interval_s > 0)
        step = round(((double)tick - (double)libav->tick) * libav->tick_s / libav->interval_s);
    libav->number += first ? 0 : (int64_t)fmin(fmax(step, 1), VIDEO_FRAMES_MOST);
    libav->tick = tick;
    if (video->about.timed)
        frame->time_s = ((double)tick - (double)libav->tick_first) * libav->tick_s;
    return video_number(video, fault, libav->number, frame);
}

bool libav_next(struct video *video, struct fault *fault, uint16_t *pixels, struct frame *frame,
                bool *more)
{
    struct libav *libav = video->state;
    if (!libav->waiting && !decode(libav, fault))
        return false;
    if (!libav->waiting)
        return true;
    libav->waiting = false;
    *more = true;
    if (!video_pixels_grey(&libav->pixels, libav->picture, pixels))
        return video_refuse_frame(video, fault, libav->pictures - 1,
                                  libav->pixels.colour == VIDEO_PALETTE
                                      ? "is in the colours of a palette, not in grey levels"
                                      : "has pixels of more bits than its kind has");
    return number_picture(libav, fault, frame);
}

/* The first picture tells what the headers may have wrong. */
bool libav_begin(struct libav *libav, struct fault *fault)
{
    struct video *video = libav->video;
    if (!decode(libav, fault))
        return false;
    const AVFrame *picture = libav->picture;
    enum AVPixelFormat format = (enum AVPixelFormat)picture->format;
    const char *name = av_get_pix_fmt_name(format);
    if (!video_pixels_known(format, &libav->pixels))
        return fail(
            fault, FAULT_INPUT, "file",
            "%s has pixels of the kind %s, which are not read; write it in grey levels of 8 "
            "to 16 bits.",
            video->name, name ? name : "unknown");
    video->about.shape = (struct frame_shape){
        .width_px = picture->width, .height_px = picture->height, .bits = libav->pixels.bits};
    return true;
}
