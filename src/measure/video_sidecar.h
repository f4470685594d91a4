/* video_sidecar.h: what do the small files beside a video say about it? */
#ifndef MEASURE_VIDEO_SIDECAR_H
#define MEASURE_VIDEO_SIDECAR_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/frame.h"

enum {
    VIDEO_SIDECAR_BYTES = 16 << 20,
    VIDEO_NANO_FILES = 64,
    VIDEO_FRAMES_MOST = 10000000, /* numbers of frames lie below */
};

/* The JSON beside raw bytes, as exoledger simulate writes it. Numbers that are not said are 0,
 * those of the camera NAN. */
struct video_sidecar {
    struct frame_shape shape;
    size_t frames;       /* 0: as many as there are */
    size_t header_bytes; /* before the first frame */
    bool big_endian;     /* of pixels above 8 bits */
    double pixel_nm;
    double frame_s;
    double exposure_ms;
    double temperature_c;
    double viscosity_mpa_s;
    struct frame_noise camera;
    const int32_t *dropped_frames; /* numbers that the camera left out, ascending */
    size_t dropped_count;
};

/* Members that say nothing here are left alone; those that do must make sense. */
MUST_USE bool video_sidecar_read(struct arena *arena, struct fault *fault, const char *bytes,
                                 size_t size, struct video_sidecar *sidecar);

/* One video of a NanoSight .nano file. Numbers that are not said are 0. */
struct video_nano_capture {
    const char *file; /* its name alone, without the folder of the machine that wrote it */
    double pixel_nm;
    double temperature_c;
    double viscosity_mpa_s;
    double dilution;
    double frame_s;
    double exposure_ms; /* the shutter */
    size_t frames;
};

struct video_nano {
    struct video_nano_capture *captures;
    size_t count;
};

/* FAULT_INPUT with the key that makes no sense. */
MUST_USE bool video_nano_read(struct arena *arena, struct fault *fault, const char *bytes,
                              size_t size, struct video_nano *nano);

#endif
