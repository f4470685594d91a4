/* video_pixels.h: how does a decoded picture become grey levels? */
#ifndef VIDEO_VIDEO_PIXELS_H
#define VIDEO_VIDEO_PIXELS_H

#include "base/arena.h"

#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <stdbool.h>
#include <stdint.h>

/* The luma of a grey or YUV picture is taken as it was recorded, without stretching the limited
 * range of television (16 to 235) to the full one; of red, green and blue, their luma by ITU-R
 * BT.601, which is the level itself where the three are equal. */
enum video_colour { VIDEO_LUMA, VIDEO_RGB, VIDEO_PALETTE };

struct video_pixels {
    enum AVPixelFormat format;
    const AVPixFmtDescriptor *descriptor;
    enum video_colour colour;
    int32_t bits;
};

/* Whether pictures of this format can become grey levels of 8 to 16 bits. */
MUST_USE bool video_pixels_known(enum AVPixelFormat format, struct video_pixels *known);

/* pixels[width x height] of a picture of that format; false where its values are none. */
MUST_USE bool video_pixels_grey(const struct video_pixels *known, const AVFrame *picture,
                                uint16_t *pixels);

#endif
