/* video_sidecar.c: which pixels, times and camera does a JSON text beside raw bytes describe? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/video_sidecar.h"

#include "base/json.h"

#include <math.h>

enum { HEADER_BYTES_MOST = 1 << 30 };

static bool is_number(const struct json *value)
{
    return json_kind(value) == JSON_IS_INTEGER || json_kind(value) == JSON_IS_REAL;
}

/* A member that is null says as little as one that is not there. */
static const struct json *member_of(const struct json *object, const char *name)
{
    const struct json *value = json_member(object, name);
    return value && json_kind(value) != JSON_IS_NULL ? value : NULL;
}

static bool read_number(struct fault *fault, const struct json *value, const char *name, double low,
                        double high, double *number)
{
    if (is_number(value) && json_as_number(value) >= low && json_as_number(value) <= high) {
        *number = json_as_number(value);
        return true;
    }
    return fail(fault, FAULT_INPUT, name,
                "The member %s of the file beside the video must be a number from %.9g to %.9g.",
                name, low, high);
}

static bool read_whole(struct fault *fault, const struct json *value, const char *name, int64_t low,
                       int64_t high, int64_t *whole)
{
    double number = is_number(value) ? json_as_number(value) : NAN;
    if (number >= (double)low && number <= (double)high && number == floor(number)) {
        *whole = (int64_t)number;
        return true;
    }
    return fail(fault, FAULT_INPUT, name,
                "The member %s of the file beside the video must be a whole number from %lld to "
                "%lld.",
                name, (long long)low, (long long)high);
}

static bool read_shape(struct fault *fault, const struct json *object, struct frame_shape *shape)
{
    const struct {
        const char *name;
        int64_t low;
        int64_t high;
        int32_t *value;
    } members[] = {{"width_px", FRAME_SIDE_LEAST, FRAME_SIDE_MOST, &shape->width_px},
                   {"height_px", FRAME_SIDE_LEAST, FRAME_SIDE_MOST, &shape->height_px},
                   {"bits", 8, 16, &shape->bits}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        int64_t whole = 0;
        const struct json *value = member_of(object, members[i].name);
        if (!value)
            return fail(fault, FAULT_INPUT, members[i].name,
                        "The file beside the video does not say %s; raw pixels need width_px, "
                        "height_px and bits.",
                        members[i].name);
        if (!read_whole(fault, value, members[i].name, members[i].low, members[i].high, &whole))
            return false;
        *members[i].value = (int32_t)whole;
    }
    return (int64_t)shape->width_px * shape->height_px <= FRAME_PIXELS_MOST ||
           fail(fault, FAULT_INPUT, "width_px",
                "The file beside the video tells of %d x %d pixels; %d in all are read.",
                shape->width_px, shape->height_px, FRAME_PIXELS_MOST);
}

static bool read_byte_order(struct fault *fault, const struct json *value, bool *big_endian)
{
    const char *order = value ? json_as_text(value) : "little";
    *big_endian = order && text_equals(order, "big");
    return *big_endian || (order && text_equals(order, "little")) ||
           fail(fault, FAULT_INPUT, "byte_order",
                "The member byte_order of the file beside the video must be \"little\" or "
                "\"big\".");
}

/* Where the frames lie in the bytes. */
static bool read_layout(struct fault *fault, const struct json *object,
                        struct video_sidecar *sidecar)
{
    const int64_t bytes_per_pixel = sidecar->shape.bits > 8 ? 2 : 1;
    int64_t frames = 0, header_bytes = 0, said = bytes_per_pixel;
    const struct json *value = member_of(object, "frames");
    if (value && !read_whole(fault, value, "frames", 1, VIDEO_FRAMES_MOST, &frames))
        return false;
    value = member_of(object, "header_bytes");
    if (value && !read_whole(fault, value, "header_bytes", 0, HEADER_BYTES_MOST, &header_bytes))
        return false;
    value = member_of(object, "bytes_per_pixel");
    if (value && !read_whole(fault, value, "bytes_per_pixel", 1, 2, &said))
        return false;
    if (said != bytes_per_pixel)
        return fail(fault, FAULT_INPUT, "bytes_per_pixel",
                    "The file beside the video tells of %d bits and %lld bytes a pixel; up to 8 "
                    "bits lie in one byte, more in two.",
                    sidecar->shape.bits, (long long)said);
    sidecar->frames = (size_t)frames;
    sidecar->header_bytes = (size_t)header_bytes;
    return read_byte_order(fault, member_of(object, "byte_order"), &sidecar->big_endian);
}

/* Numbers of frames that come as they are told, in the limits of a scene. */
static bool read_reals(struct fault *fault, const struct json *object,
                       struct video_sidecar *sidecar, double *read_noise_e)
{
    const struct {
        const char *name;
        double low;
        double high;
        double *value;
    } members[] = {{"pixel_nm", 1, 100000, &sidecar->pixel_nm},
                   {"frame_s", 1e-6, 3600, &sidecar->frame_s},
                   {"exposure_ms", 0, 3600000, &sidecar->exposure_ms},
                   {"temperature_c", 0, 100, &sidecar->temperature_c},
                   {"viscosity_mpa_s", 0, 1000, &sidecar->viscosity_mpa_s},
                   {"gain_dn_per_e", 1e-6, 1e4, &sidecar->camera.gain_dn_per_e},
                   {"offset_dn", 0, 65535, &sidecar->camera.offset_dn},
                   {"read_noise_e", 0, 1e4, read_noise_e}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const struct json *value = member_of(object, members[i].name);
        if (value && !read_number(fault, value, members[i].name, members[i].low, members[i].high,
                                  members[i].value))
            return false;
    }
    /* The digits of a shutter may be rounded up in the last place. */
    const double rounding = 1 + 1e-9;
    return !(sidecar->frame_s > 0) || sidecar->exposure_ms <= sidecar->frame_s * 1000 * rounding ||
           fail(fault, FAULT_INPUT, "exposure_ms",
                "The file beside the video tells of an exposure of %.9g ms in frames of %.9g ms.",
                sidecar->exposure_ms, sidecar->frame_s * 1000);
}

static bool read_dropped(struct arena *arena, struct fault *fault, const struct json *object,
                         struct video_sidecar *sidecar)
{
    const struct json *list = member_of(object, "dropped_frames");
    size_t count = list ? json_count(list) : 0;
    if (!list)
        return true;
    if (json_kind(list) != JSON_IS_LIST || count > VIDEO_FRAMES_MOST)
        return fail(fault, FAULT_INPUT, "dropped_frames",
                    "The member dropped_frames of the file beside the video must be a list of at "
                    "most %d numbers.",
                    VIDEO_FRAMES_MOST);
    int32_t *dropped = arena_take(arena, (count + 1) * sizeof *dropped);
    int64_t least = 0;
    const int64_t most = sidecar->frames ? (int64_t)(sidecar->frames + count) : VIDEO_FRAMES_MOST;
    for (size_t i = 0; i < count; i++) {
        const struct json *value = json_element(list, i);
        int64_t number = json_as_integer(value);
        if (json_kind(value) != JSON_IS_INTEGER || number < least || number >= most)
            return fail(fault, FAULT_INPUT, "dropped_frames",
                        "The member dropped_frames of the file beside the video must list numbers "
                        "of frames in ascending order; number %zu of them is not one from %lld to "
                        "%lld.",
                        i + 1, (long long)least, (long long)most - 1);
        dropped[i] = (int32_t)number;
        least = number + 1;
    }
    sidecar->dropped_frames = dropped;
    sidecar->dropped_count = count;
    return true;
}

bool video_sidecar_read(struct arena *arena, struct fault *fault, const char *bytes, size_t size,
                        struct video_sidecar *sidecar)
{
    double read_noise_e = NAN;
    const struct json *object = NULL;
    *sidecar =
        (struct video_sidecar){.camera = {.gain_dn_per_e = NAN, .offset_dn = NAN, .read_dn = NAN}};
    if (size > VIDEO_SIDECAR_BYTES)
        return fail(fault, FAULT_INPUT, "file",
                    "The file beside the video is larger than %d bytes.", VIDEO_SIDECAR_BYTES);
    if (!json_parse(arena, fault, bytes, size, &object))
        return false;
    if (json_kind(object) != JSON_IS_OBJECT)
        return fail(fault, FAULT_INPUT, "file",
                    "The file beside the video must be a JSON object with width_px, height_px and "
                    "bits.");
    if (!read_shape(fault, object, &sidecar->shape) || !read_layout(fault, object, sidecar) ||
        !read_reals(fault, object, sidecar, &read_noise_e) ||
        !read_dropped(arena, fault, object, sidecar))
        return false;
    sidecar->camera.read_dn = read_noise_e * sidecar->camera.gain_dn_per_e;
    return true;
}
