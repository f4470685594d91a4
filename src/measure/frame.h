/* frame.h: what is one picture of a video, and how noisy is it? */
#ifndef MEASURE_FRAME_H
#define MEASURE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_SIDE_LEAST = 16,
    FRAME_SIDE_MOST = 8192,
    FRAME_PIXELS_MOST = 16 << 20,
};

/* The same for all frames of a video. */
struct frame_shape {
    int32_t width_px;
    int32_t height_px;
    int32_t bits; /* 8 to 16; pixels lie between 0 and 2^bits - 1 */
};

/* Pixel i reaches from i - 0.5 to i + 0.5, as everywhere. */
struct frame {
    int32_t number; /* from 0; by its time where the video tells one, so that lost frames leave a
                       hole */
    double time_s;  /* since the first frame; NAN where the video tells none */
    const uint16_t *pixels; /* width_px x height_px, row by row, in DN */
};

/* Variance of one pixel: read_dn^2 + gain_dn_per_e (level - offset_dn), in DN^2. NAN: not known. */
struct frame_noise {
    double gain_dn_per_e;
    double offset_dn;
    double read_dn;
};

#endif
