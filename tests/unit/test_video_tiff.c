/* test_video_tiff.c: are the pages of a TIFF read to the bit, and a damaged one refused? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_reading.h"

enum { FRAMES = 4, SAMPLES_MOST = 4 };

static void add_page(struct text *out, const struct tiff_example *example, size_t frame)
{
    const size_t pixels = (size_t)example->width * example->height;
    uint16_t *samples = arena_take(out->arena, pixels * SAMPLES_MOST * sizeof *samples);
    for (size_t i = 0; i < pixels * example->samples; i++)
        samples[i] = pattern_level(frame, i / example->samples, example->bits);
    tiff_write(out, example, samples);
}

static struct text write_pattern(struct arena *arena, const struct tiff_example *example,
                                 size_t count)
{
    struct text out = text_open(arena);
    for (size_t i = 0; i < count; i++)
        add_page(&out, example, i);
    return out;
}

static void assert_pattern(const struct reading *all, size_t count, int bits, bool white_is_zero)
{
    const uint16_t flip = (uint16_t)(white_is_zero ? (1U << bits) - 1 : 0);
    assert_int_equal(all->count, count);
    assert_int_equal(all->about.shape.bits, bits);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(all->frames[i].number, i);
        for (size_t k = 0; k < EXAMPLE_PIXELS; k++)
            assert_int_equal(all->pixels[i * EXAMPLE_PIXELS + k], pattern_level(i, k, bits) ^ flip);
    }
}

static void read_back(const struct tiff_example *example, size_t count)
{
    struct arena *arena = arena_open(READING_BYTES);
    struct text bytes = write_pattern(arena, example, count);
    const struct reading *all = reading_good(arena, &bytes, NULL);
    assert_pattern(all, count, example->bits, example->photometric == 0);
    assert_int_equal(all->about.kind, VIDEO_TIFF);
    assert_true(!all->about.lossy && !all->about.timed && all->about.frame_s == 0);
    arena_close(arena);
}

/* Both byte orders, both sizes of places, strips and tiles, with and without compression. */
static void every_layout_of_grey_levels_is_read_to_the_bit(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 192; i++) {
        struct tiff_example example = tiff_example_default();
        example.big_endian = i & 1;
        example.big = i & 2;
        example.bits = i & 4 ? 16 : 8;
        example.compression = i & 8 ? 32773 : 1;
        example.photometric = i & 16 ? 0 : 1;
        example.rows_each = i & 32 ? 5 : EXAMPLE_HEIGHT;
        example.tile = i / 64 == 2 ? 32 : i / 64 == 1 ? 16 : 0;
        read_back(&example, 1 + i % 3);
    }
}

static void colour_that_is_grey_is_read_and_other_colour_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct tiff_example example = tiff_example_default();
    example.photometric = 2;
    for (example.samples = 3; example.samples <= 4; example.samples++)
        for (example.bits = 8; example.bits <= 16; example.bits += 8)
            read_back(&example, FRAMES);
    uint16_t samples[EXAMPLE_PIXELS * 3];
    for (size_t i = 0; i < EXAMPLE_PIXELS * 3; i++)
        samples[i] = (uint16_t)(i % 256);
    example.samples = 3;
    example.bits = 8;
    struct text bytes = text_open(arena);
    tiff_write(&bytes, &example, samples);
    reading_refused(&bytes, NULL, "frame 0, counted from 0, is not in grey levels");
    arena_close(arena);
}

static void pages_that_differ_are_refused_with_their_number(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct tiff_example example = tiff_example_default(), other = example;
    struct text bytes = write_pattern(arena, &example, 2);
    other.width = EXAMPLE_WIDTH + 1;
    add_page(&bytes, &other, 2);
    reading_refused(&bytes, NULL, "frame 2, counted from 0, has another size than the first");
    bytes = write_pattern(arena, &example, 3);
    other = example;
    other.bits = 16;
    add_page(&bytes, &other, 3);
    reading_refused(&bytes, NULL, "frame 3, counted from 0, has pixels of another kind");
    arena_close(arena);
}

static void pages_that_are_no_grey_levels_are_refused(void **state)
{
    (void)state;
    static const struct {
        uint16_t bits, compression, photometric, samples;
        const char *word;
    } cases[] = {{32, 1, 1, 1, "neither 8 nor 16 bits"}, {12, 1, 1, 1, "neither 8 nor 16 bits"},
                 {1, 1, 1, 1, "neither 8 nor 16 bits"},  {8, 7, 1, 1, "compressed with loss"},
                 {8, 4, 1, 1, "compressed with loss"},   {8, 1, 5, 1, "not in grey levels"},
                 {8, 1, 6, 3, "not in grey levels"},     {8, 1, 2, 1, "not in grey levels"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct tiff_example example = tiff_example_default();
        example.bits = cases[i].bits;
        example.compression = cases[i].compression;
        example.photometric = cases[i].photometric;
        example.samples = cases[i].samples;
        example.directory_only = 64;
        struct text bytes = write_pattern(arena, &example, 1);
        reading_refused(&bytes, NULL, cases[i].word);
        arena_close(arena);
    }
}

/* Beyond 4 GB ImageJ writes one page and all frames behind each other. */
static void a_run_of_imagej_is_all_its_images(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct tiff_example example = tiff_example_default();
        example.description = "ImageJ=1.53t\nimages=4\nframes=4\nloop=false\n";
        example.big_endian = i & 1;
        example.bits = i & 2 ? 16 : 8;
        example.directory_only = 1;
        struct text bytes = text_open(arena);
        add_page(&bytes, &example, 0);
        /* Only the directory: the place of its strip is moved behind it. */
        const size_t place = bytes.length;
        for (size_t at = 8; at + 12 <= bytes.length; at++)
            if (memcmp(bytes.bytes + at,
                       example.big_endian ? "\1\21\0\4\0\0\0\1" : "\21\1\4\0\1\0\0\0", 8) == 0)
                for (size_t b = 0; b < 4; b++)
                    bytes.bytes[at + 8 + (example.big_endian ? 3 - b : b)] =
                        (char)(place >> 8 * b & 0xFF);
        for (size_t k = 0; k < (size_t)FRAMES * EXAMPLE_PIXELS; k++) {
            uint16_t level = pattern_level(k / EXAMPLE_PIXELS, k % EXAMPLE_PIXELS, example.bits);
            const char pair[3] = {(char)(level >> 8), (char)(level & 0xFF), (char)(level >> 8)};
            text_add_bytes(&bytes, pair + (example.bits == 8 || !example.big_endian),
                           example.bits / 8U);
        }
        const struct reading *all = reading_good(arena, &bytes, NULL);
        assert_pattern(all, FRAMES, example.bits, false);
        assert_int_equal(all->about.frames_declared, FRAMES);
        bytes.length -= 1;
        reading_refused(&bytes, NULL, "frame 2 of 0 to 3 is the last whole one");
        arena_close(arena);
    }
}

static void fewer_pages_than_imagej_wrote_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct tiff_example example = tiff_example_default();
    example.description = "ImageJ=1.53t\nimages=5\n";
    struct text bytes = write_pattern(arena, &example, 3);
    reading_refused(&bytes, NULL, "frame 2 of 0 to 4 is the last whole one");
    arena_close(arena);
}

static void absurd_sizes_are_refused_before_memory_is_taken(void **state)
{
    (void)state;
    static const struct {
        uint32_t width, height, tile;
        const char *word;
    } cases[] = {{10000, 10000, 0, "sides of 16 to 8192"},
                 {100000, 100000, 0, "."},
                 {UINT32_MAX, UINT32_MAX, 0, "."},
                 {0, 32, 0, "."},
                 {48, 0, 0, "."},
                 {8192, 8192, 0, "16777216 pixels in all"},
                 {4096, 4096, 0, "frame 0, counted from 0, is damaged"},
                 {48, 32, 65536, "frame 0, counted from 0"},
                 {48, 32, 1U << 30, "."}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct tiff_example example = tiff_example_default();
        struct text bytes = text_open(arena);
        example.directory_only = UINT32_MAX; /* 4 GB, in a file of less than 1 kB */
        example.rows_each = UINT32_MAX;
        example.tile = cases[i].tile;
        example.width = cases[i].width;
        example.height = cases[i].height;
        tiff_write(&bytes, &example, NULL);
        assert_true(bytes.length < 1024);
        reading_refused(&bytes, NULL, cases[i].word);
        arena_close(arena);
    }
}

static void wherever_a_tiff_is_cut_it_is_refused(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 4; kind++) {
        struct arena *arena = arena_open(READING_BYTES);
        struct tiff_example example = tiff_example_default();
        example.big = kind & 1;
        example.compression = kind & 2 ? 32773 : 1;
        struct text bytes = write_pattern(arena, &example, FRAMES);
        for (size_t length = 0; length < bytes.length; length += 5) {
            struct text cut = bytes;
            cut.length = length;
            reading_refused(&cut, NULL, ".");
        }
        arena_close(arena);
    }
}

static void pages_in_a_circle_come_to_an_end(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    struct tiff_example example = tiff_example_default();
    struct text bytes = write_pattern(arena, &example, 2);
    memcpy(bytes.bytes + bytes.length - 4, bytes.bytes + 4, 4); /* behind the last, the first */
    reading_refused(&bytes, NULL, "frame 2, counted from 0, is damaged");
    arena_close(arena);
}

/* Byte by byte of all that is no pixel. */
static void no_changed_byte_of_the_pages_does_harm(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    for (unsigned kind = 0; kind < 4; kind++) {
        struct tiff_example example = tiff_example_default();
        example.tile = kind & 1 ? 16 : 0;
        example.rows_each = 7;
        example.big = kind & 2;
        example.width = 16;
        example.height = 16;
        struct text bytes = write_pattern(arena, &example, 2);
        static const unsigned char others[] = {0x00, 0xFF, 0x80, 0x01};
        for (size_t i = 0; i < bytes.length; i++)
            for (size_t k = 0; k < sizeof others; k++) {
                struct arena *room = arena_open(READING_BYTES);
                char before = bytes.bytes[i];
                bytes.bytes[i] = (char)(k < 3 ? others[k] : before ^ 1);
                const struct reading *all = reading_of(room, &bytes, NULL);
                assert_true(!all->good || all->count <= 2);
                bytes.bytes[i] = before;
                arena_close(room);
            }
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_layout_of_grey_levels_is_read_to_the_bit),
        cmocka_unit_test(colour_that_is_grey_is_read_and_other_colour_is_refused),
        cmocka_unit_test(pages_that_differ_are_refused_with_their_number),
        cmocka_unit_test(pages_that_are_no_grey_levels_are_refused),
        cmocka_unit_test(a_run_of_imagej_is_all_its_images),
        cmocka_unit_test(fewer_pages_than_imagej_wrote_are_refused),
        cmocka_unit_test(absurd_sizes_are_refused_before_memory_is_taken),
        cmocka_unit_test(wherever_a_tiff_is_cut_it_is_refused),
        cmocka_unit_test(pages_in_a_circle_come_to_an_end),
        cmocka_unit_test(no_changed_byte_of_the_pages_does_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
