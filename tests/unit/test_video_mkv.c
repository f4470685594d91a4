/* test_video_mkv.c: do the times of frames become their numbers, and are holes seen? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_reading.h"

#include <math.h>

enum { FRAMES = 6 };

/* Frames at these times have these numbers. */
static void assert_numbers(const struct mkv_example *example, const int32_t *times_ms,
                           const int32_t *numbers, double frame_s)
{
    struct arena *arena = arena_open(READING_BYTES);
    struct text bytes = mkv_write(arena, example, times_ms, FRAMES);
    const struct reading *all = reading_good(arena, &bytes, NULL);
    assert_int_equal(all->count, FRAMES);
    assert_int_equal(all->about.kind, VIDEO_CONTAINER);
    assert_int_equal(all->about.frames_declared, FRAMES);
    assert_true(all->about.timed && fabs(all->about.frame_s - frame_s) < 1e-9);
    for (size_t i = 0; i < FRAMES; i++) {
        assert_int_equal(all->frames[i].number, numbers[i]);
        assert_true(fabs(all->frames[i].time_s - (times_ms[i] - times_ms[0]) / 1e3) < 1e-9);
        for (size_t k = 0; k < EXAMPLE_PIXELS; k++)
            assert_int_equal(all->pixels[i * EXAMPLE_PIXELS + k], pattern_level(i, k, 8));
    }
    arena_close(arena);
}

static void frames_that_follow_each_other_are_counted(void **state)
{
    (void)state;
    const struct mkv_example example = {.frame_ms = 40};
    static const int32_t times[] = {1000, 1040, 1080, 1120, 1160, 1200};
    static const int32_t numbers[] = {0, 1, 2, 3, 4, 5};
    assert_numbers(&example, times, numbers, 0.04);
}

static void frames_that_were_lost_leave_a_hole(void **state)
{
    (void)state;
    const struct mkv_example example = {.frame_ms = 40};
    static const int32_t times[] = {0, 40, 120, 160, 360, 400};
    static const int32_t numbers[] = {0, 1, 3, 4, 9, 10};
    assert_numbers(&example, times, numbers, 0.04);
}

/* A clock that runs 5 % fast, and times in whole milliseconds, neither open nor close a hole. */
static void a_clock_that_differs_from_what_was_said_opens_no_hole(void **state)
{
    (void)state;
    const struct mkv_example example = {.frame_ms = 40};
    static const int32_t slow[] = {0, 42, 84, 126, 168, 210};
    static const int32_t jitter[] = {0, 55, 70, 120, 175, 200};
    static const int32_t numbers[] = {0, 1, 2, 3, 4, 5};
    assert_numbers(&example, slow, numbers, 0.04);
    assert_numbers(&example, jitter, numbers, 0.04);
}

static void two_frames_at_the_same_time_are_two_frames(void **state)
{
    (void)state;
    const struct mkv_example example = {.frame_ms = 1};
    static const int32_t times[] = {0, 0, 1, 1, 2, 2};
    static const int32_t numbers[] = {0, 1, 2, 3, 4, 5};
    assert_numbers(&example, times, numbers, 0.001);
}

static void without_an_interval_frames_are_counted_and_the_users_serves(void **state)
{
    (void)state;
    const struct mkv_example example = {0};
    static const int32_t times[] = {0, 40, 120, 160, 360, 400};
    static const int32_t counted[] = {0, 1, 2, 3, 4, 5}, numbered[] = {0, 1, 3, 4, 9, 10};
    assert_numbers(&example, times, counted, 0);
    struct arena *arena = arena_open(READING_BYTES);
    struct text bytes = mkv_write(arena, &example, times, FRAMES);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_source source = {.file = file_in_memory(&bytes), .frame_s = 0.0399};
    struct video *video = NULL;
    uint16_t pixels[EXAMPLE_PIXELS];
    assert_true(video_open(arena, &fault, &source, &video));
    for (size_t i = 0; i < FRAMES; i++) {
        struct frame frame;
        bool more = false;
        assert_true(video_next(video, &fault, pixels, &frame, &more) && more);
        assert_int_equal(frame.number, numbered[i]);
    }
    close(source.file);
    arena_close(arena);
}

static void times_that_go_back_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    const struct mkv_example example = {.frame_ms = 40};
    static const int32_t times[] = {0, 40, 80, 60, 120, 160};
    struct text bytes = mkv_write(arena, &example, times, FRAMES);
    reading_refused(&bytes, NULL, "frame 3, counted from 0, is told to come before");
    arena_close(arena);
}

static void a_time_beyond_all_sense_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    const struct mkv_example example = {.frame_ms = 0.001};
    static const int32_t times[] = {0, 1, 2, 3, 4, 2000000000};
    struct text bytes = mkv_write(arena, &example, times, FRAMES);
    reading_refused(&bytes, NULL, "up to 10000000 are read");
    arena_close(arena);
}

static void wherever_an_mkv_is_cut_it_is_refused_with_its_last_whole_frame(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    const struct mkv_example example = {.frame_ms = 40};
    static const int32_t times[] = {0, 40, 80, 120, 160, 200};
    const struct text none = mkv_write(arena, &example, times, 0);
    struct text bytes = mkv_write(arena, &example, times, FRAMES);
    const size_t each = (bytes.length - none.length) / FRAMES;
    for (size_t length = 0; length < bytes.length; length += 31) {
        struct text cut = bytes;
        cut.length = length;
        size_t whole = length < none.length ? 0 : (length - none.length) / each;
        reading_refused(
            &cut, NULL,
            whole == 0 ? "."
                       : arena_print(arena, "frame %zu, counted from 0, is the last", whole - 1));
    }
    reading_refused(&none, NULL, ".");
    arena_close(arena);
}

static void a_file_whose_length_was_never_noted_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    const struct mkv_example example = {.frame_ms = 40, .endless = true};
    static const int32_t times[] = {0, 40, 80, 120, 160, 200};
    struct text bytes = mkv_write(arena, &example, times, FRAMES);
    reading_refused(&bytes, NULL, "was never finished");
    arena_close(arena);
}

/* libav goes on behind bytes that make no sense, and a frame would be missing. */
static void no_frame_vanishes_from_a_damaged_file(void **state)
{
    (void)state;
    struct arena *arena = arena_open(READING_BYTES);
    const struct mkv_example example = {.frame_ms = 40};
    static const int32_t times[] = {0, 40, 80};
    struct text bytes = mkv_write(arena, &example, times, 3);
    static const unsigned char others[] = {0x00, 0xFF, 0x80, 0x01};
    /* Of the pixels, which are most bytes, a few. */
    for (size_t i = 0; i < bytes.length; i += i % EXAMPLE_PIXELS < 300 ? 1 : 64)
        for (size_t k = 0; k < sizeof others; k++) {
            struct arena *room = arena_open(READING_BYTES);
            char before = bytes.bytes[i];
            bytes.bytes[i] = (char)(k < 3 ? others[k] : before ^ 1);
            struct reading *all = reading_of(room, &bytes, NULL);
            if (all->good && all->count != 3)
                fail_msg("byte %zu as %02x: %zu frames", i, (unsigned char)bytes.bytes[i],
                         all->count);
            bytes.bytes[i] = before;
            arena_close(room);
        }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_that_follow_each_other_are_counted),
        cmocka_unit_test(frames_that_were_lost_leave_a_hole),
        cmocka_unit_test(a_clock_that_differs_from_what_was_said_opens_no_hole),
        cmocka_unit_test(two_frames_at_the_same_time_are_two_frames),
        cmocka_unit_test(without_an_interval_frames_are_counted_and_the_users_serves),
        cmocka_unit_test(times_that_go_back_are_refused),
        cmocka_unit_test(a_time_beyond_all_sense_is_refused),
        cmocka_unit_test(wherever_an_mkv_is_cut_it_is_refused_with_its_last_whole_frame),
        cmocka_unit_test(a_file_whose_length_was_never_noted_is_refused),
        cmocka_unit_test(no_frame_vanishes_from_a_damaged_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
