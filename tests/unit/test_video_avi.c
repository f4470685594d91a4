/* test_video_avi.c: are the frames of an AVI read to the bit, and a damaged one refused? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_reading.h"

#include <math.h>
#include <stdlib.h>

enum { FRAMES = 6 };

static struct text write_pattern(struct arena *arena, const struct avi_example *example,
                                 int level_bits, size_t count)
{
    const size_t pixels = (size_t)example->width * (size_t)abs(example->height);
    const unsigned char **frames = arena_take(arena, count * sizeof *frames);
    size_t *sizes = arena_take(arena, count * sizeof *sizes);
    for (size_t i = 0; i < count; i++) {
        const size_t each = (size_t)example->bits / 8;
        unsigned char *bytes = arena_take(arena, pixels * each);
        for (size_t k = 0; k < pixels; k++) {
            uint16_t level = pattern_level(i, k, level_bits);
            for (size_t b = 0; b < each; b++)
                bytes[k * each + b] =
                    (unsigned char)(each == 2 && b == 1 ? level >> 8 : level & 0xFF);
        }
        frames[i] = bytes;
        sizes[i] = pixels * each;
    }
    return avi_write(arena, example, frames, sizes, count);
}

/* Rows of Windows bitmaps come from the lowest to the highest. */
static void assert_pattern(const struct reading *all, int level_bits, bool on_its_head)
{
    assert_int_equal(all->count, FRAMES);
    for (size_t i = 0; i < FRAMES; i++)
        for (size_t k = 0; k < EXAMPLE_PIXELS; k++) {
            size_t y = k / EXAMPLE_WIDTH, x = k % EXAMPLE_WIDTH;
            size_t at = on_its_head ? (EXAMPLE_HEIGHT - 1 - y) * EXAMPLE_WIDTH + x : k;
            assert_int_equal(all->pixels[i * EXAMPLE_PIXELS + k], pattern_level(i, at, level_bits));
        }
}

static void grey_levels_are_read_by_every_mark_of_a_camera(void **state)
{
    (void)state;
    static const struct {
        const char *mark;
        int bits;
        int level_bits;
    } cases[] = {{"Y800", 8, 8},   {"Y8  ", 8, 8},   {"GREY", 8, 8},   {"Y16 ", 16, 16},
                 {"Y10 ", 16, 10}, {"Y12 ", 16, 12}, {"Y14 ", 16, 14}, {"Y1\0\x10", 16, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct avi_example example = avi_example_default();
        example.mark = cases[i].mark;
        example.bits = cases[i].bits;
        struct text bytes = write_pattern(arena, &example, cases[i].level_bits, FRAMES);
        const struct reading *all = reading_good(arena, &bytes, NULL);
        assert_int_equal(all->about.shape.bits, cases[i].level_bits);
        assert_pattern(all, cases[i].level_bits, false);
        assert_int_equal(all->about.frames_declared, FRAMES);
        assert_string_equal(all->about.codec, "rawvideo");
        assert_true(!all->about.timed && !all->about.lossy);
        assert_true(fabs(all->about.frame_s - 0.04) < 1e-12);
        for (size_t k = 0; k < FRAMES; k++)
            assert_true(all->frames[k].number == (int32_t)k && isnan(all->frames[k].time_s));
        arena_close(arena);
    }
}

static void windows_bitmaps_are_read_the_right_way_up(void **state)
{
    (void)state;
    static const int heights[] = {EXAMPLE_HEIGHT, -EXAMPLE_HEIGHT};
    for (size_t i = 0; i < 4; i++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct avi_example example = avi_example_default();
        example.mark = NULL;
        example.height = heights[i % 2];
        example.bits = i < 2 ? 8 : 24;
        struct text bytes = write_pattern(arena, &example, 8, FRAMES);
        assert_pattern(reading_good(arena, &bytes, NULL), 8, i % 2 == 0);
        arena_close(arena);
    }
}

static struct text write_palette(struct arena *arena, unsigned char palette[1024])
{
    struct avi_example example = avi_example_default();
    example.mark = NULL;
    example.height = -EXAMPLE_HEIGHT;
    example.palette = palette;
    return write_pattern(arena, &example, 8, FRAMES);
}

static void a_grey_palette_gives_its_levels_and_a_colourful_one_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    unsigned char palette[1024] = {0};
    struct text bytes = write_palette(arena, palette);
    assert_pattern(reading_good(arena, &bytes, NULL), 8, false); /* black means: none */
    for (unsigned i = 0; i < 1024; i++)
        palette[i] = i % 4 < 3 ? (unsigned char)(255 - i / 4) : 0;
    bytes = write_palette(arena, palette);
    const struct reading *all = reading_good(arena, &bytes, NULL);
    for (size_t k = 0; k < EXAMPLE_PIXELS; k++)
        assert_int_equal(all->pixels[k], 255 - pattern_level(0, k, 8));
    for (unsigned i = 0; i < 1024; i++)
        palette[i] = i % 4 < 3 ? (unsigned char)(i / 4) : 0;
    palette[4 * 255] = 0; /* saturated light is shown in red and green */
    bytes = write_palette(arena, palette);
    assert_pattern(reading_good(arena, &bytes, NULL), 8, false);
    for (unsigned i = 0; i < 1024; i += 4)
        palette[i] = (unsigned char)~palette[i];
    bytes = write_palette(arena, palette);
    reading_refused(&bytes, NULL, "frame 0, counted from 0, is in the colours of a palette");
    arena_close(arena);
}

static void a_frame_that_the_camera_lost_leaves_a_hole(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    unsigned char pixels[EXAMPLE_PIXELS] = {1};
    const unsigned char *frames[] = {pixels, pixels, pixels, pixels, pixels};
    const size_t whole = EXAMPLE_PIXELS;
    const size_t sizes[] = {whole, 0, 0, whole, whole};
    static const int32_t numbers[] = {0, 3, 4};
    struct text bytes = avi_write(arena, &example, frames, sizes, 5);
    const struct reading *all = reading_good(arena, &bytes, NULL);
    assert_int_equal(all->count, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(all->frames[i].number, numbers[i]);
    const size_t last_lost[] = {whole, whole, whole, 0, 0};
    bytes = avi_write(arena, &example, frames, last_lost, 5);
    assert_int_equal(reading_good(arena, &bytes, NULL)->count, 3);
    arena_close(arena);
}

static void one_frame_is_a_video_and_none_is_not(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    struct text bytes = write_pattern(arena, &example, 8, 1);
    assert_int_equal(reading_good(arena, &bytes, NULL)->count, 1);
    bytes = avi_write(arena, &example, NULL, NULL, 0);
    reading_refused(&bytes, NULL, "holds no whole frame");
    example.sound = true;
    bytes = write_pattern(arena, &example, 8, 1);
    reading_refused(&bytes, NULL, "holds no video");
    arena_close(arena);
}

/* A measurement of half a video must not look like one of a whole. */
static void wherever_an_avi_is_cut_it_is_refused_with_its_last_whole_frame(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    struct text bytes = write_pattern(arena, &example, 8, FRAMES);
    const size_t index = 8 + FRAMES * 16, chunk = 8 + EXAMPLE_PIXELS;
    const size_t first = bytes.length - index - FRAMES * chunk;
    for (size_t length = 0; length < first + FRAMES * chunk; length += 97) {
        struct text cut = bytes;
        cut.length = length;
        size_t whole = length < first ? 0 : (length - first) / chunk;
        reading_refused(&cut, NULL,
                        whole == 0 ? "."
                                   : arena_print(arena, "frame %zu of 0 to 5 is the last whole one",
                                                 whole - 1));
    }
    bytes.length = first + FRAMES * chunk; /* the index alone is lost */
    assert_pattern(reading_good(arena, &bytes, NULL), 8, false);
    arena_close(arena);
}

static void fewer_frames_than_are_declared_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    example.frames = FRAMES + 3;
    struct text bytes = write_pattern(arena, &example, 8, FRAMES);
    reading_refused(&bytes, NULL, "frame 5 of 0 to 8 is the last whole one");
    arena_close(arena);
}

static void a_frame_of_too_few_bytes_is_refused_with_its_number(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    unsigned char pixels[EXAMPLE_PIXELS] = {1};
    const unsigned char *frames[] = {pixels, pixels, pixels, pixels};
    const size_t sizes[] = {EXAMPLE_PIXELS, EXAMPLE_PIXELS, EXAMPLE_PIXELS / 2, EXAMPLE_PIXELS};
    struct text bytes = avi_write(arena, &example, frames, sizes, 4);
    reading_refused(&bytes, NULL, "frame 2, counted from 0, is damaged");
    arena_close(arena);
}

static void absurd_sizes_are_refused_before_memory_is_taken(void **state)
{
    (void)state;
    static const struct {
        int32_t width, height;
    } sizes[] = {{100000, 100000}, {0, 0},      {EXAMPLE_WIDTH, 0}, {8, 8},
                 {8192, 8192},     {16, 20000}, {INT32_MAX, 16},    {EXAMPLE_WIDTH, INT32_MIN + 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct arena *arena = arena_open(1 << 20);
        struct avi_example example = avi_example_default();
        unsigned char pixels[64] = {0};
        const unsigned char *frames[] = {pixels};
        const size_t lengths[] = {sizeof pixels};
        example.width = sizes[i].width;
        example.height = sizes[i].height;
        struct text bytes = avi_write(arena, &example, frames, lengths, 1);
        assert_true(bytes.length < 1024);
        reading_refused(&bytes, NULL, ".");
        arena_close(arena);
    }
}

static void a_compression_that_is_not_read_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    example.mark = "cvid";
    struct text bytes = write_pattern(arena, &example, 8, 1);
    reading_refused(&bytes, NULL, "\"cinepak\", which is not read");
    example.mark = "zQzQ";
    bytes = write_pattern(arena, &example, 8, 1);
    reading_refused(&bytes, NULL, "\"zQzQ\", which is not read");
    arena_close(arena);
}

/* Byte by byte of everything that is no pixel: read or refused, never worse. */
static void no_changed_byte_of_the_headers_does_harm(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct avi_example example = avi_example_default();
    struct text bytes = write_pattern(arena, &example, 8, 3);
    const size_t headers = bytes.length - 3 * (8 + EXAMPLE_PIXELS) - 8 - 3 * 16 + 8;
    static const unsigned char others[] = {0x00, 0xFF, 0x80, 0x01};
    for (size_t i = 0; i < headers; i++)
        for (size_t k = 0; k < sizeof others; k++) {
            struct arena *room = arena_open(READING_BYTES);
            char before = bytes.bytes[i];
            bytes.bytes[i] = (char)(k < 3 ? others[k] : before ^ 1);
            struct reading *all = reading_of(room, &bytes, NULL);
            assert_true(!all->good || all->count == 3 || all->count == 2);
            bytes.bytes[i] = before;
            arena_close(room);
        }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grey_levels_are_read_by_every_mark_of_a_camera),
        cmocka_unit_test(windows_bitmaps_are_read_the_right_way_up),
        cmocka_unit_test(a_grey_palette_gives_its_levels_and_a_colourful_one_is_refused),
        cmocka_unit_test(a_frame_that_the_camera_lost_leaves_a_hole),
        cmocka_unit_test(one_frame_is_a_video_and_none_is_not),
        cmocka_unit_test(wherever_an_avi_is_cut_it_is_refused_with_its_last_whole_frame),
        cmocka_unit_test(fewer_frames_than_are_declared_are_refused),
        cmocka_unit_test(a_frame_of_too_few_bytes_is_refused_with_its_number),
        cmocka_unit_test(absurd_sizes_are_refused_before_memory_is_taken),
        cmocka_unit_test(a_compression_that_is_not_read_is_named),
        cmocka_unit_test(no_changed_byte_of_the_headers_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
