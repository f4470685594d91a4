/* video_pixels.c: the grey levels of pictures in the many layouts of decoders. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/video_pixels.h"

#include "base/text.h"

enum { PALETTE_COLOURS = 256, MARKED_MOST = 16, ROW_PIXELS_MOST = 8192 };

/* Beginnings of the names of formats whose first component is a luma for each pixel. */
static const char *const lumas[] = {"gray", "ya",   "yuv",  "nv12", "nv16", "nv21",
                                    "nv24", "nv42", "p010", "p016", "p210", "p216",
                                    "p410", "p416", "yuyv", "uyvy", "yvyu", "y210"};

static bool is_luma(const AVPixFmtDescriptor *descriptor)
{
    for (size_t i = 0; i < sizeof lumas / sizeof *lumas; i++)
        if (text_starts(descriptor->name, lumas[i]))
            return true;
    return false;
}

/* Each in bytes or words of its own, all equally deep. */
static bool is_rgb(const AVPixFmtDescriptor *descriptor)
{
    if (!(descriptor->flags & AV_PIX_FMT_FLAG_RGB) || descriptor->nb_components < 3)
        return false;
    for (int i = 0; i < 3; i++)
        if (descriptor->comp[i].shift != 0 ||
            descriptor->comp[i].depth != descriptor->comp[0].depth)
            return false;
    return true;
}

bool video_pixels_known(enum AVPixelFormat format, struct video_pixels *known)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    const uint64_t others = AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                            AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_BAYER;
    if (!descriptor || (descriptor->flags & others))
        return false;
    *known = (struct video_pixels){
        .format = format, .descriptor = descriptor, .bits = descriptor->comp[0].depth};
    if (descriptor->flags & AV_PIX_FMT_FLAG_PAL)
        known->colour = VIDEO_PALETTE;
    else if (is_rgb(descriptor))
        known->colour = VIDEO_RGB;
    else if (is_luma(descriptor))
        known->colour = VIDEO_LUMA;
    else
        return false;
    return known->bits >= 8 && known->bits <= 16;
}

static const uint8_t *line_of(const AVFrame *picture, int plane, int y)
{
    return picture->data[plane] + (ptrdiff_t)y * picture->linesize[plane];
}

static void read_bytes(const uint8_t *from, int step, size_t count, uint16_t *row)
{
    for (size_t i = 0; i < count; i++, from += step)
        row[i] = *from;
}

static void read_words(const uint8_t *from, int step, bool big_endian, size_t count, uint16_t *row)
{
    const int high = big_endian ? 0 : 1;
    for (size_t i = 0; i < count; i++, from += step)
        row[i] = (uint16_t)(from[high] << 8 | from[1 - high]);
}

/* One component of one row; false where bits are set that it does not have. */
static bool read_component(const struct video_pixels *known, const AVFrame *picture, int component,
                           int y, uint16_t *row)
{
    const AVComponentDescriptor *at = &known->descriptor->comp[component];
    const uint8_t *from = line_of(picture, at->plane, y) + at->offset;
    const size_t count = (size_t)picture->width;
    unsigned beyond = 0;
    if (at->shift + at->depth <= 8 && at->step == 1)
        read_bytes(from, 1, count, row);
    else if (at->shift + at->depth <= 8)
        read_bytes(from, at->step, count, row);
    else
        read_words(from, at->step, known->descriptor->flags & AV_PIX_FMT_FLAG_BE, count, row);
    if (at->shift == 0 && (at->depth == 8 || at->depth == 16))
        return true;
    for (size_t i = 0; i < count; i++) {
        row[i] = (uint16_t)(row[i] >> at->shift);
        beyond |= (unsigned)row[i] >> at->depth;
    }
    return beyond == 0;
}

static bool read_luma(const struct video_pixels *known, const AVFrame *picture, uint16_t *pixels)
{
    for (int y = 0; y < picture->height; y++)
        if (!read_component(known, picture, 0, y, pixels + (ptrdiff_t)y * picture->width))
            return false;
    return true;
}

static bool read_rgb(const struct video_pixels *known, const AVFrame *picture, uint16_t *pixels)
{
    uint16_t red[ROW_PIXELS_MOST], green[ROW_PIXELS_MOST], blue[ROW_PIXELS_MOST];
    for (int y = 0; y < picture->height; y++) {
        uint16_t *row = pixels + (ptrdiff_t)y * picture->width;
        if (!read_component(known, picture, 0, y, red) ||
            !read_component(known, picture, 1, y, green) ||
            !read_component(known, picture, 2, y, blue))
            return false;
        for (int x = 0; x < picture->width; x++)
            row[x] = (uint16_t)((299U * red[x] + 587U * green[x] + 114U * blue[x] + 500U) / 1000U);
    }
    return true;
}

/* Grey palettes give levels; one that is missing, or that only paints a few levels of a ramp in
 * colours (as cameras mark saturation), leaves the numbers as they were recorded. */
static bool levels_of(const AVFrame *picture, uint16_t levels[PALETTE_COLOURS])
{
    unsigned coloured = 0, ramp = 0, dark = 0;
    for (unsigned i = 0; i < PALETTE_COLOURS; i++) {
        const uint8_t *entry = picture->data[1] + (size_t)4 * i;
        uint32_t colour = 0; /* alpha, red, green, blue from the highest byte down */
        memcpy(&colour, entry, sizeof colour);
        unsigned red = colour >> 16 & 0xFF, green = colour >> 8 & 0xFF, blue = colour & 0xFF;
        bool grey = red == green && green == blue;
        coloured += !grey;
        ramp += grey && red == i;
        dark += grey && red == 0;
        levels[i] = (uint16_t)red;
    }
    if (coloured == 0 && dark < PALETTE_COLOURS)
        return true;
    for (unsigned i = 0; i < PALETTE_COLOURS; i++)
        levels[i] = (uint16_t)i;
    return coloured == 0 || ramp >= PALETTE_COLOURS - MARKED_MOST;
}

static bool read_palette(const AVFrame *picture, uint16_t *pixels)
{
    uint16_t levels[PALETTE_COLOURS];
    if (!picture->data[1] || !levels_of(picture, levels))
        return false;
    for (int y = 0; y < picture->height; y++) {
        const uint8_t *line = line_of(picture, 0, y);
        uint16_t *row = pixels + (ptrdiff_t)y * picture->width;
        for (int x = 0; x < picture->width; x++)
            row[x] = levels[line[x]];
    }
    return true;
}

bool video_pixels_grey(const struct video_pixels *known, const AVFrame *picture, uint16_t *pixels)
{
    switch (known->colour) {
    case VIDEO_LUMA:
        return read_luma(known, picture, pixels);
    case VIDEO_RGB:
        return read_rgb(known, picture, pixels);
    case VIDEO_PALETTE:
        return read_palette(picture, pixels);
    }
    return false;
}
