/* test_video_sidecar.c: is the description beside raw pixels understood, or refused by its member?
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/video_sidecar.h"
#include "test.h"

#include <math.h>

enum { ROOM_BYTES = 1 << 26 };

/* What exoledger simulate writes. */
static const char simulated[] =
    "{\"file\": \"video.raw\", \"width_px\": 640, \"height_px\": 512, \"frames\": 117, "
    "\"bits\": 12, \"bytes_per_pixel\": 2, \"byte_order\": \"little\", \"pixel_nm\": 140, "
    "\"frame_s\": 0.04, \"exposure_ms\": 32.5, \"temperature_c\": 25, \"viscosity_mpa_s\": 0.89, "
    "\"gain_dn_per_e\": 0.25, \"offset_dn\": 8, \"read_noise_e\": 2, "
    "\"dropped_frames\": [3, 4, 119], \"seed\": 7, \"scene\": {\"width_px\": 640}}";

static struct video_sidecar read_good(struct arena *arena, const char *text)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct video_sidecar sidecar;
    if (!video_sidecar_read(arena, &fault, text, strlen(text), &sidecar))
        fail_msg("%s: %s", text, fault.text);
    return sidecar;
}

static void is_refused(const char *text, const char *field, const char *word)
{
    struct arena *arena = arena_open(ROOM_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_sidecar sidecar;
    if (video_sidecar_read(arena, &fault, text, strlen(text), &sidecar))
        fail_msg("taken: %s", text);
    assert_int_equal(fault.kind, FAULT_INPUT);
    if (field)
        assert_string_equal(fault.field, field);
    if (!strstr(fault.text, word))
        fail_msg("%s does not say %s", fault.text, word);
    arena_close(arena);
}

static void what_a_simulation_writes_is_understood(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    const struct video_sidecar sidecar = read_good(arena, simulated);
    assert_int_equal(sidecar.shape.width_px, 640);
    assert_int_equal(sidecar.shape.height_px, 512);
    assert_int_equal(sidecar.shape.bits, 12);
    assert_int_equal(sidecar.frames, 117);
    assert_int_equal(sidecar.header_bytes, 0);
    assert_false(sidecar.big_endian);
    assert_true(sidecar.pixel_nm == 140 && sidecar.frame_s == 0.04 && sidecar.exposure_ms == 32.5);
    assert_true(sidecar.temperature_c == 25 && sidecar.viscosity_mpa_s == 0.89);
    assert_true(sidecar.camera.gain_dn_per_e == 0.25 && sidecar.camera.offset_dn == 8);
    assert_true(sidecar.camera.read_dn == 0.5);
    assert_int_equal(sidecar.dropped_count, 3);
    assert_int_equal(sidecar.dropped_frames[0], 3);
    assert_int_equal(sidecar.dropped_frames[2], 119);
    arena_close(arena);
}

static void the_least_that_describes_pixels_is_enough(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct video_sidecar sidecar =
        read_good(arena, "{\"width_px\": 16, \"height_px\": 8192.0, \"bits\": 8, \"mine\": [1]}");
    assert_int_equal(sidecar.shape.height_px, 8192);
    assert_int_equal(sidecar.frames, 0);
    assert_int_equal(sidecar.dropped_count, 0);
    assert_true(sidecar.pixel_nm == 0 && sidecar.frame_s == 0 && sidecar.exposure_ms == 0);
    assert_true(isnan(sidecar.camera.gain_dn_per_e) && isnan(sidecar.camera.offset_dn));
    assert_true(isnan(sidecar.camera.read_dn));
    sidecar = read_good(arena, "{\"width_px\": 64, \"height_px\": 48, \"bits\": 16, "
                               "\"byte_order\": \"big\", \"header_bytes\": 512, \"frames\": null}");
    assert_true(sidecar.big_endian);
    assert_int_equal(sidecar.header_bytes, 512);
    arena_close(arena);
}

/* A description of 64 x 48 pixels and one member more. */
static void refuse_member(const char *member, const char *field, const char *word)
{
    struct arena *arena = arena_open(ROOM_BYTES);
    is_refused(arena_print(arena, "{\"width_px\": 64, \"height_px\": 48, \"bits\": 8, %s}", member),
               field, word);
    arena_close(arena);
}

static void a_member_that_makes_no_sense_is_refused_by_its_name(void **state)
{
    (void)state;
    refuse_member("\"frames\": 0", "frames", "from 1 to");
    refuse_member("\"frames\": 2.5", "frames", "whole number");
    refuse_member("\"frames\": \"all\"", "frames", "whole number");
    refuse_member("\"frames\": 10000001", "frames", "10000000");
    refuse_member("\"header_bytes\": -1", "header_bytes", "from 0");
    refuse_member("\"header_bytes\": 4294967296", "header_bytes", "1073741824");
    refuse_member("\"bytes_per_pixel\": 2", "bytes_per_pixel", "8 bits and 2 bytes");
    refuse_member("\"byte_order\": \"middle\"", "byte_order", "\"big\"");
    refuse_member("\"byte_order\": 1", "byte_order", "\"big\"");
    refuse_member("\"pixel_nm\": 0.14", "pixel_nm", "from 1 to");
    refuse_member("\"frame_s\": 0", "frame_s", "from 1e-06");
    refuse_member("\"frame_s\": true", "frame_s", "must be a number");
    refuse_member("\"exposure_ms\": 41, \"frame_s\": 0.04", "exposure_ms", "41 ms in frames of 40");
    refuse_member("\"temperature_c\": 298.15", "temperature_c", "from 0 to 100");
    refuse_member("\"viscosity_mpa_s\": -1", "viscosity_mpa_s", "from 0");
    refuse_member("\"gain_dn_per_e\": 0", "gain_dn_per_e", "from 1e-06");
    refuse_member("\"offset_dn\": [8]", "offset_dn", "must be a number");
    refuse_member("\"read_noise_e\": -2", "read_noise_e", "from 0");
    refuse_member("\"dropped_frames\": 3", "dropped_frames", "must be a list");
    refuse_member("\"dropped_frames\": [3, 3]", "dropped_frames", "number 2 of them");
    refuse_member("\"dropped_frames\": [-1]", "dropped_frames", "number 1 of them");
    refuse_member("\"dropped_frames\": [1.5]", "dropped_frames", "number 1 of them");
    refuse_member("\"dropped_frames\": [12], \"frames\": 11", "dropped_frames", "from 0 to 11");
}

static void a_shape_that_is_missing_or_absurd_is_refused(void **state)
{
    (void)state;
    is_refused("{\"height_px\": 48, \"bits\": 8}", "width_px", "does not say width_px");
    is_refused("{\"width_px\": 64, \"bits\": 8}", "height_px", "does not say height_px");
    is_refused("{\"width_px\": 64, \"height_px\": 48}", "bits", "does not say bits");
    is_refused("{\"width_px\": 0, \"height_px\": 48, \"bits\": 8}", "width_px", "from 16");
    is_refused("{\"width_px\": 100000, \"height_px\": 100000, \"bits\": 8}", "width_px", "8192");
    is_refused("{\"width_px\": 8192, \"height_px\": 8192, \"bits\": 8}", "width_px",
               "16777216 in all");
    is_refused("{\"width_px\": 64, \"height_px\": 48, \"bits\": 7}", "bits", "from 8 to 16");
    is_refused("{\"width_px\": 64, \"height_px\": 48, \"bits\": 32}", "bits", "from 8 to 16");
}

static void what_is_no_object_is_refused(void **state)
{
    (void)state;
    is_refused("", NULL, ".");
    is_refused("[640, 512]", "file", "JSON object");
    is_refused("{\"width_px\": 64, \"width_px\": 64}", NULL, "width_px");
    is_refused("RIFF\x01", NULL, ".");
}

/* Every beginning of a whole description is refused, and none is read beyond its end. */
static void a_description_that_was_cut_is_refused(void **state)
{
    (void)state;
    for (size_t size = 0; size + 1 < sizeof simulated; size++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct fault fault = {.kind = FAULT_NONE};
        struct video_sidecar sidecar;
        assert_false(
            video_sidecar_read(arena, &fault, arena_text(arena, simulated, size), size, &sidecar));
        arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_simulation_writes_is_understood),
        cmocka_unit_test(the_least_that_describes_pixels_is_enough),
        cmocka_unit_test(a_member_that_makes_no_sense_is_refused_by_its_name),
        cmocka_unit_test(a_shape_that_is_missing_or_absurd_is_refused),
        cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(a_description_that_was_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
