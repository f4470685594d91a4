/* test_tracking_stream.c: is what a fenced program says understood, and nonsense refused? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/tracking_stream.h"

#include "test.h"

#include <math.h>
#include <stdio.h>

static const struct tracking_video video = {.shape = {640, 512, 8},
                                            .frames_declared = 120,
                                            .frame_s = 0.04,
                                            .timed = true,
                                            .codec = "mjpeg"};
static const struct located spots[] = {
    {.x_px = 10.25, .y_px = 20.5, .sd_px = 1.75, .light_dn = 1500.5},
    {.x_px = -0.5, .y_px = 511.4999, .sd_px = 2, .light_dn = 0},
};
static const int64_t particles[] = {7, 8};
static const struct tracking_facts facts = {
    .frames = 2,
    .frames_lost = 1,
    .spots = 3,
    .centres = 4,
    .expected_false = 0.2,
    .level_dn = 5.5,
    .noise = {0.25, -1.5, 0.5},
    .linking = {.tracks = 2, .drift_x_px = -1.25},
};

struct listening {
    struct arena *arena;
    struct fault fault;
    struct tracking_told told;
};

static struct listening listening_begin(void)
{
    struct listening listening = {.arena = arena_open(64 << 20)};
    listening.told = (struct tracking_told){.arena = listening.arena, .pixel_um = 0.5};
    return listening;
}

static bool hear(struct listening *listening, const char *bytes)
{
    size_t count = 0;
    const char **lines = text_split(listening->arena, bytes, '\n', &count);
    for (size_t i = 0; i < count; i++)
        if (!tracking_stream_read(&listening->told, &listening->fault, lines[i]))
            return false;
    return true;
}

static struct text whole_stream(struct arena *arena)
{
    struct text out = text_open(arena);
    tracking_stream_video(&out, &video);
    tracking_stream_frame(&out, 0, spots, particles, 2);
    tracking_stream_frame(&out, 2, spots, particles, 1);
    tracking_stream_facts(&out, &facts);
    tracking_stream_end(&out);
    return out;
}

static void what_is_told_is_understood(void **state)
{
    (void)state;
    struct listening listening = listening_begin();
    struct tracking_told *told = &listening.told;
    assert_true(hear(&listening, whole_stream(listening.arena).bytes));
    assert_true(told->ended);
    assert_int_equal(told->video.shape.height_px, 512);
    assert_string_equal(told->video.codec, "mjpeg");
    assert_true(told->video.timed && !told->video.lossy);
    assert_int_equal(told->count, 3);
    assert_int_equal(told->rows[1].particle, 8);
    assert_true(fabs(told->rows[1].y_um - 511.4999 * 0.5) < 1e-9);
    assert_true(fabs(told->rows[2].brightness - 1500.5) < 1e-9);
    assert_int_equal(told->frame_count, 3);
    assert_false(told->lost[0]);
    assert_true(told->lost[1]);
    assert_false(told->lost[2]);
    assert_true(told->facts.noise.offset_dn < -1.4 && told->facts.linking.drift_x_px < -1.2);
    assert_int_equal(told->facts.frames_lost, 1);
    arena_close(listening.arena);
}

/* Whoever was led astray by a file may say anything. */
static void nonsense_is_refused_in_words(void **state)
{
    static const char *const streams[] = {
        "spot 0 1 1 1 1 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nvideo 640 512 8 0 0.04 0 0 raw\n",
        "video 8 512 8 0 0.04 0 0 raw\n",
        "video 640 512 17 0 0.04 0 0 raw\n",
        "video 640 512 8 0 nan 0 0 raw\n",
        "video 640 512 8 0 0.04 0 0 ra w\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 0 1 641 1 1 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 0 1 1 1 1 inf 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 0 -1 1 1 1 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 1e9 1 1 1 1 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 0 1 1 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 0 1 1 1 1 1 1\nframe 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nspot 0 1 1 1 1 1 1\nframe 0 2\n",
        "video 640 512 8 0 0.04 0 0 raw\nframe 3 0\nframe 3 0\n",
        "video 640 512 8 0 0.04 0 0 raw\nframe 3 0\nspot 2 1 1 1 1 1 1\n",
        "video 640 512 8 0 0.04 0 0 raw\nframe 0 0\nend\n",
        "end\n",
        "facts 1 2 3\n",
        "fault 0 - Nothing is wrong.\n",
        "fault 99 - Something is wrong.\n",
        "fault 1 - \x1b[2J\n",
        "fault 1 -\n",
        "hello\n",
        "spot\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
        struct listening listening = listening_begin();
        assert_false(hear(&listening, streams[i]));
        assert_int_equal(listening.fault.kind, FAULT_INPUT);
        assert_true(text_starts(listening.fault.text, "The program that reads videos"));
        arena_close(listening.arena);
    }
}

static void spots_and_frames_must_be_those_of_the_facts(void **state)
{
    (void)state;
    struct listening listening = listening_begin();
    struct text out = text_open(listening.arena);
    tracking_stream_video(&out, &video);
    tracking_stream_frame(&out, 0, spots, particles, 2);
    tracking_stream_facts(&out, &facts);
    assert_true(hear(&listening, out.bytes));
    assert_false(hear(&listening, "end"));
    assert_false(listening.told.ended);
    arena_close(listening.arena);
}

static void a_fault_comes_through_with_its_field(void **state)
{
    (void)state;
    struct listening listening = listening_begin();
    struct text out = text_open(listening.arena);
    struct fault fault = {0};
    fail(&fault, FAULT_INPUT, "frame_rate", "Give the frame rate, please.");
    tracking_stream_fault(&out, &fault);
    assert_false(hear(&listening, out.bytes));
    assert_string_equal(listening.fault.field, "frame_rate");
    assert_string_equal(listening.fault.text, "Give the frame rate, please.");
    arena_close(listening.arena);
}

static void nothing_comes_behind_the_end(void **state)
{
    (void)state;
    struct listening listening = listening_begin();
    assert_true(hear(&listening, whole_stream(listening.arena).bytes));
    assert_false(hear(&listening, "frame 3 0"));
    arena_close(listening.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_told_is_understood),
        cmocka_unit_test(nonsense_is_refused_in_words),
        cmocka_unit_test(spots_and_frames_must_be_those_of_the_facts),
        cmocka_unit_test(a_fault_comes_through_with_its_field),
        cmocka_unit_test(nothing_comes_behind_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
