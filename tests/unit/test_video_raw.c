/* test_video_raw.c: are raw pixels read as their sidecar describes them, and told from others? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_reading.h"

#include <math.h>

enum { FRAMES = 5 };

static struct video_sidecar described(int32_t bits)
{
    return (struct video_sidecar){
        .shape = {.width_px = EXAMPLE_WIDTH, .height_px = EXAMPLE_HEIGHT, .bits = bits},
        .frame_s = 0.04};
}

static struct text raw_write(struct arena *arena, const struct video_sidecar *sidecar,
                             size_t frames)
{
    struct text out = text_open(arena);
    for (size_t i = 0; i < sidecar->header_bytes; i++)
        text_add_bytes(&out, "h", 1);
    for (size_t i = 0; i < frames; i++)
        for (size_t k = 0; k < EXAMPLE_PIXELS; k++) {
            uint16_t level = pattern_level(i, k, sidecar->shape.bits);
            const char bytes[2] = {(char)(level & 0xFF), (char)(level >> 8)};
            const char swapped[2] = {bytes[1], bytes[0]};
            bool wide = sidecar->shape.bits > 8;
            text_add_bytes(&out, wide && sidecar->big_endian ? swapped : bytes, wide ? 2 : 1);
        }
    return out;
}

static void assert_pattern(const struct reading *all, size_t frames)
{
    assert_int_equal(all->count, frames);
    for (size_t i = 0; i < frames; i++)
        for (size_t k = 0; k < EXAMPLE_PIXELS; k++)
            assert_int_equal(all->pixels[i * EXAMPLE_PIXELS + k],
                             pattern_level(i, k, all->about.shape.bits));
}

static void every_depth_and_order_is_read_to_the_bit(void **state)
{
    (void)state;
    static const int32_t depths[] = {8, 9, 10, 12, 14, 16};
    for (size_t i = 0; i < 12; i++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct video_sidecar sidecar = described(depths[i / 2]);
        sidecar.big_endian = i % 2;
        sidecar.header_bytes = 3 * i;
        struct text bytes = raw_write(arena, &sidecar, FRAMES);
        const struct reading *all = reading_good(arena, &bytes, &sidecar);
        assert_pattern(all, FRAMES);
        assert_int_equal(all->about.kind, VIDEO_RAW);
        assert_int_equal(all->about.shape.bits, depths[i / 2]);
        assert_int_equal(all->about.frames_declared, FRAMES);
        assert_true(all->about.frame_s == 0.04 && !all->about.timed && !all->about.lossy);
        for (size_t k = 0; k < FRAMES; k++)
            assert_true(all->frames[k].number == (int32_t)k && isnan(all->frames[k].time_s));
        arena_close(arena);
    }
}

static void frames_that_the_camera_left_out_leave_holes(void **state)
{
    (void)state;
    static const int32_t dropped[] = {0, 3, 4, 8};
    static const int32_t numbers[FRAMES] = {1, 2, 5, 6, 7};
    struct arena *arena = arena_open(READING_BYTES);
    struct video_sidecar sidecar = described(8);
    sidecar.frames = FRAMES;
    sidecar.dropped_frames = dropped;
    sidecar.dropped_count = 4;
    struct text bytes = raw_write(arena, &sidecar, FRAMES);
    const struct reading *all = reading_good(arena, &bytes, &sidecar);
    assert_pattern(all, FRAMES);
    for (size_t i = 0; i < FRAMES; i++)
        assert_int_equal(all->frames[i].number, numbers[i]);
    arena_close(arena);
}

static void other_bytes_than_were_described_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct video_sidecar sidecar = described(8);
    struct text bytes = raw_write(arena, &sidecar, FRAMES);
    bytes.length -= 1;
    reading_refused(&bytes, &sidecar, "frame 3 (counted from 0)");
    sidecar.frames = FRAMES;
    reading_refused(&bytes, &sidecar, "frame 3 of 0 to 4 is the last whole one");
    bytes.length = EXAMPLE_PIXELS - 1;
    reading_refused(&bytes, &sidecar, "no whole frame");
    bytes.length = 1;
    reading_refused(&bytes, &sidecar, "no whole frame");
    bytes.length = 0;
    reading_refused(&bytes, &sidecar, "empty");
    bytes.length = EXAMPLE_PIXELS * FRAMES;
    sidecar.frames = FRAMES - 1;
    reading_refused(&bytes, &sidecar, "1536 bytes more than its description tells of");
    sidecar.frames = 0;
    sidecar.header_bytes = (size_t)1 << 30;
    reading_refused(&bytes, &sidecar, "no whole frame");
    arena_close(arena);
}

/* 12 bits in words of the other order reach beyond 12 bits. */
static void the_wrong_order_of_bytes_is_noticed(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct video_sidecar sidecar = described(12);
    struct text bytes = raw_write(arena, &sidecar, FRAMES);
    sidecar.big_endian = true;
    reading_refused(&bytes, &sidecar, "frame 0, counted from 0, has pixels of more bits");
    arena_close(arena);
}

static void bytes_of_no_kind_are_refused_with_the_way_out(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct video_sidecar sidecar = described(8);
    struct text bytes = raw_write(arena, &sidecar, FRAMES);
    reading_refused(&bytes, NULL, "width_px, height_px and bits");
    bytes = text_open(arena);
    text_add(&bytes, "II");
    reading_refused(&bytes, NULL, "no AVI, MP4, MOV, MKV or TIFF");
    text_add_bytes(&bytes, "*", 2);
    reading_refused(&bytes, NULL, "begins like a TIFF");
    arena_close(arena);
}

/* A description beside an AVI does not make its headers pixels. */
static void what_is_a_container_is_not_read_as_raw(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct video_sidecar sidecar = described(8);
    struct avi_example example = avi_example_default();
    unsigned char pixels[EXAMPLE_PIXELS] = {0};
    const unsigned char *frames[] = {pixels};
    const size_t sizes[] = {sizeof pixels};
    struct text bytes = avi_write(arena, &example, frames, sizes, 1);
    assert_int_equal(reading_good(arena, &bytes, &sidecar)->about.kind, VIDEO_CONTAINER);
    arena_close(arena);
}

static void a_file_that_shrinks_while_it_is_read_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_sidecar sidecar = described(8);
    struct text bytes = raw_write(arena, &sidecar, FRAMES);
    struct video_source source = {.file = file_in_memory(&bytes), .sidecar = &sidecar};
    struct video *video = NULL;
    struct frame frame;
    uint16_t pixels[EXAMPLE_PIXELS];
    bool more = false;
    assert_true(video_open(arena, &fault, &source, &video));
    assert_true(video_next(video, &fault, pixels, &frame, &more) && more);
    assert_int_equal(ftruncate(source.file, EXAMPLE_PIXELS + 7), 0);
    assert_false(video_next(video, &fault, pixels, &frame, &more));
    assert_non_null(strstr(fault.text, "The video: frame 1, counted from 0, could not be read"));
    close(source.file);
    arena_close(arena);
}

static void what_is_no_file_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_source source = {.file = -1, .name = "no.avi"};
    struct video *video = NULL;
    assert_false(video_open(arena, &fault, &source, &video));
    assert_int_equal(fault.kind, FAULT_INPUT);
    assert_non_null(strstr(fault.text, "no.avi could not be read"));
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_depth_and_order_is_read_to_the_bit),
        cmocka_unit_test(frames_that_the_camera_left_out_leave_holes),
        cmocka_unit_test(other_bytes_than_were_described_are_refused),
        cmocka_unit_test(the_wrong_order_of_bytes_is_noticed),
        cmocka_unit_test(bytes_of_no_kind_are_refused_with_the_way_out),
        cmocka_unit_test(what_is_a_container_is_not_read_as_raw),
        cmocka_unit_test(a_file_that_shrinks_while_it_is_read_is_refused),
        cmocka_unit_test(what_is_no_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
