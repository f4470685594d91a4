/* test_video_nano.c: are the settings of a .nano file understood, or refused by their key? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/text.h"
#include "measure/video_sidecar.h"
#include "test.h"

enum { ROOM_BYTES = 1 << 26 };

/* Values are invented; the layout is that of measurement notes, since no file of an instrument may
 * be published here. */
static const char usual[] = "[Filenames]\r\n"
                            "C:\\NTA\\2020\\beads 11-52-04.avi\r\n"
                            "C:\\NTA\\2020\\beads 11-53-20.AVI\r\n"
                            "\r\n"
                            "[Details]\r\n"
                            "SampleDescription=beads, 1 in 1000\r\n"
                            "Temperature=not this one\r\n"
                            "[CaptureSettings]\r\n"
                            "PixelSize=140\r\n"
                            "Temperature=22.5,23.25\r\n"
                            "Viscosity=0.943,0.927\r\n"
                            "WaterViscosity=0.9\r\n"
                            "DilutionFactor=1000,1000\r\n"
                            "FramesPerSecond=25,24.9825\r\n"
                            "TotalFrames=749,1498\r\n"
                            "Shutter=32.5,32.5\r\n"
                            "Gain=250,250\r\n"
                            "ConcCoeffA=-0.2625\r\n";

static struct video_nano read_good(struct arena *arena, const char *text)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct video_nano nano;
    if (!video_nano_read(arena, &fault, text, strlen(text), &nano))
        fail_msg("%s: %s", text, fault.text);
    return nano;
}

static void is_refused(const char *text, const char *field, const char *word)
{
    struct arena *arena = arena_open(ROOM_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_nano nano;
    if (video_nano_read(arena, &fault, text, strlen(text), &nano))
        fail_msg("taken: %s", text);
    assert_int_equal(fault.kind, FAULT_INPUT);
    assert_string_equal(fault.field, field);
    if (!strstr(fault.text, word))
        fail_msg("%s does not say %s", fault.text, word);
    arena_close(arena);
}

static void each_video_has_its_own_settings(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    const struct video_nano nano = read_good(arena, usual);
    assert_int_equal(nano.count, 2);
    const struct video_nano_capture *one = &nano.captures[0], *other = &nano.captures[1];
    assert_string_equal(one->file, "beads 11-52-04.avi");
    assert_string_equal(other->file, "beads 11-53-20.AVI");
    assert_true(one->pixel_nm == 140 && other->pixel_nm == 140);
    assert_true(one->temperature_c == 22.5 && other->temperature_c == 23.25);
    assert_true(one->viscosity_mpa_s == 0.943 && other->viscosity_mpa_s == 0.927);
    assert_true(one->dilution == 1000 && other->dilution == 1000);
    assert_true(one->frame_s == 0.04 && other->frame_s == 1 / 24.9825);
    assert_true(one->exposure_ms == 32.5 && other->exposure_ms == 32.5);
    assert_int_equal(one->frames, 749);
    assert_int_equal(other->frames, 1498);
    arena_close(arena);
}

static void what_is_not_said_is_zero(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct video_nano nano =
        read_good(arena, "\xEF\xBB\xBF[captureSETTINGS]\n; a remark\ntemperature = 25 ,\n"
                         "DilutionFactor=Not recorded,500\nViscosity=,0.89\nPixelSize=0\n"
                         "Shutter=\n[Filenames]\n0=\"\\\\server\\share\\a.avi\"\n"
                         "/mnt/b.avi\nCount=3\nc.avi");
    assert_int_equal(nano.count, 3);
    assert_string_equal(nano.captures[0].file, "a.avi");
    assert_string_equal(nano.captures[1].file, "b.avi");
    assert_string_equal(nano.captures[2].file, "c.avi");
    for (size_t i = 0; i < 3; i++) {
        assert_true(nano.captures[i].temperature_c == 25);
        assert_true(nano.captures[i].dilution == (i == 1 ? 500 : 0));
        assert_true(nano.captures[i].viscosity_mpa_s == (i == 1 ? 0.89 : 0));
        assert_true(nano.captures[i].pixel_nm == 0 && nano.captures[i].exposure_ms == 0);
        assert_true(nano.captures[i].frame_s == 0 && nano.captures[i].frames == 0);
    }
    arena_close(arena);
}

static void names_are_read_in_both_encodings(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct video_nano nano = read_good(arena, "[Filenames]\nC:\\Messung\\Pr\xFC"
                                              "fung.avi\n[CaptureSettings]\nGain=1\n");
    assert_string_equal(nano.captures[0].file, "Pr\xC3\xBC"
                                               "fung.avi");
    nano = read_good(arena, "[Filenames]\nC:\\Messung\\Pr\xC3\xBC"
                            "fung.avi\n[CaptureSettings]\nGain=1\n");
    assert_string_equal(nano.captures[0].file, "Pr\xC3\xBC"
                                               "fung.avi");
    arena_close(arena);
}

/* Two videos and one setting. */
static void refuse_setting(const char *setting, const char *key, const char *word)
{
    struct arena *arena = arena_open(ROOM_BYTES);
    is_refused(arena_print(arena, "[Filenames]\na.avi\nb.avi\n[CaptureSettings]\n%s\n", setting),
               key, word);
    arena_close(arena);
}

static void nonsense_is_refused_by_its_key(void **state)
{
    (void)state;
    refuse_setting("PixelSize=0.14", "PixelSize", "from 1 to");
    refuse_setting("PixelSize=140 nm", "PixelSize", "\"140 nm\"");
    refuse_setting("Temperature=295.15,295.15", "Temperature", "from 0 to 100");
    refuse_setting("Temperature=22,-3", "Temperature", "Line 5");
    refuse_setting("Viscosity=1e400", "Viscosity", "1e400");
    refuse_setting("DilutionFactor=-1000", "DilutionFactor", "-1000");
    refuse_setting("FramesPerSecond=inf", "FramesPerSecond", "inf");
    refuse_setting("TotalFrames=749.5", "TotalFrames", "whole number");
    refuse_setting("TotalFrames=1e12", "TotalFrames", "10000000");
    refuse_setting("FramesPerSecond=25\nShutter=1300", "Shutter", "1300 ms in frames of 40 ms");
    refuse_setting("Temperature=22,23,24", "Temperature", "more values of Temperature");
    refuse_setting("Temperature=2\t2", "Temperature", "\"?\" for Temperature");
    refuse_setting("Temperature=2\xE2\x80\xAE"
                   "2",
                   "Temperature", "\"?\" for Temperature");
    refuse_setting("Temperature=22\nTEMPERATURE=23", "Temperature", "again, after line 5");
}

static void a_file_that_names_no_video_is_refused(void **state)
{
    (void)state;
    is_refused("", "Filenames", "no .avi");
    is_refused("[Filenames]\n[CaptureSettings]\nPixelSize=140\n", "Filenames", "no .avi");
    is_refused("[Filenames]\na.avi\n", "CaptureSettings", "no section");
    is_refused("[Filenames]\na.avi\nX:\\A.avi\n[CaptureSettings]\nGain=1\n", "Filenames", "twice");
    is_refused("\xFF\xFE[\1", "file", "UTF-16");
    is_refused("[Filenames]\na\1.avi\n", "file", "0x01");
}

static void more_videos_than_a_sample_has_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct text text = text_open(arena);
    text_add(&text, "[Filenames]\n");
    for (int i = 0; i <= VIDEO_NANO_FILES; i++)
        text_print(&text, "%d.avi\n", i);
    is_refused(text.bytes, "Filenames", "more than 64");
    arena_close(arena);
}

/* 79 letters, and one that takes two bytes where a sentence ends its quotation. */
static void a_long_name_is_cut_between_two_characters(void **state)
{
    (void)state;
    struct arena *arena = arena_open(ROOM_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct video_nano nano;
    const char *text =
        arena_print(arena,
                    "[Filenames]\n%079d\xC3\xBC.avi\n[CaptureSettings]\nFramesPerSecond=25\n"
                    "Shutter=41\n",
                    0);
    assert_false(video_nano_read(arena, &fault, text, strlen(text), &nano));
    assert_true(text_is_utf8(fault.text, strlen(fault.text)));
    assert_non_null(strstr(fault.text, "00 a Shutter of 41 ms"));
    arena_close(arena);
}

/* Wherever the file ends, it is read or refused in a sentence. */
static void a_file_that_was_cut_does_no_harm(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof usual; size++) {
        struct arena *arena = arena_open(ROOM_BYTES);
        struct fault fault = {.kind = FAULT_NONE};
        struct video_nano nano;
        bool good = video_nano_read(arena, &fault, arena_text(arena, usual, size), size, &nano);
        assert_true(good == (fault.kind == FAULT_NONE));
        assert_true(good || fault.text[strlen(fault.text) - 1] == '.');
        arena_close(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_video_has_its_own_settings),
        cmocka_unit_test(what_is_not_said_is_zero),
        cmocka_unit_test(names_are_read_in_both_encodings),
        cmocka_unit_test(nonsense_is_refused_by_its_key),
        cmocka_unit_test(a_file_that_names_no_video_is_refused),
        cmocka_unit_test(more_videos_than_a_sample_has_are_refused),
        cmocka_unit_test(a_long_name_is_cut_between_two_characters),
        cmocka_unit_test(a_file_that_was_cut_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
