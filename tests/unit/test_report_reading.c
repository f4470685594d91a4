/* test_report_reading.c: is the program's own report read back, and refused where it is altered? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/report_reading.h"

#include "catalogue.h"
#include "report_example.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdio.h>

struct place {
    struct arena *arena;
    const char *report; /* the plain one, written once */
    struct measurement measurement;
    struct fault fault;
    struct report_reading reading;
};

static int place_make(void **state)
{
    static const struct report_example plain = {.replicates = 100};
    struct arena *arena = arena_open((size_t)1 << 30);
    struct place *place = arena_take(arena, sizeof *place);
    place->arena = arena;
    place->report = report_example(arena, &plain, &place->measurement);
    *state = place;
    return 0;
}

static int place_leave(void **state)
{
    struct place *place = *state;
    arena_close(place->arena);
    return 0;
}

static bool read_by(struct place *place, const char *report, size_t size, const char *newest)
{
    place->fault = (struct fault){.kind = FAULT_NONE};
    return report_read(place->arena, &place->fault, (const unsigned char *)report, size, newest,
                       &place->reading);
}

static bool reads(struct place *place, const char *report)
{
    return read_by(place, report, strlen(report), PROGRAM_VERSION);
}

static void accepts(struct place *place, const char *report)
{
    if (!reads(place, report))
        fail_msg("%s", place->fault.text);
}

/* One sentence with these words in it. */
static void refuses(struct place *place, const char *report, const char *words)
{
    if (reads(place, report))
        fail_msg("accepted, where \"%s\" should be said", words);
    assert_int_equal(place->fault.kind, FAULT_INPUT);
    assert_string_equal(place->fault.field, "report");
    if (!strstr(place->fault.text, words))
        fail_msg("\"%s\" does not say \"%s\"", place->fault.text, words);
    assert_int_equal(place->fault.text[strlen(place->fault.text) - 1], '.');
    assert_null(strchr(place->fault.text, '\n'));
}

static void same(struct reported_number number, double value)
{
    assert_true(number.known);
    assert_true(memcmp(&number.value, &value, sizeof value) == 0);
}

static void what_the_program_writes_is_read_back_to_the_bit(void **state)
{
    struct place *place = *state;
    const struct measurement *made = &place->measurement;
    const struct report_reading *read = &place->reading;
    accepts(place, place->report);
    assert_string_equal(read->program, PROGRAM_VERSION);
    assert_int_equal(read->file_count, 2);
    assert_string_equal(read->files[1].name, "video_2.csv");
    assert_int_equal(read->files[1].frames, 120);
    assert_int_equal(read->files[0].sized_tracks, made->video_tracks[0]);
    same(read->settings.frame_ms, 0.04 * 1e3);
    same(read->settings.exposure_ms, 0.0325 * 1e3);
    assert_false(read->settings.exposure_assumed);
    same(read->settings.depth_um, 5);
    assert_int_equal(read->settings.seed, 1);
    same(read->sizes.d50_nm.value, made->distribution.by_number.value.d50_nm);
    same(read->sizes.d50_nm.low, made->distribution.by_number.low.d50_nm);
    same(read->sizes.d90_nm.high, made->distribution.by_number.high.d90_nm);
    same(read->concentration.per_ml, made->counting.concentration.per_ml);
    same(read->concentration.expanded_k2, made->counting.concentration.expanded);
    same(read->concentration.dilution, 10);
    assert_true(read->concentration_known);
    assert_false(read->concentration.blank_per_ml.known);
    assert_int_equal(read->worst, made->worst);
    for (size_t i = 0; i < FLAGS; i++) {
        assert_int_equal(read->flags[i].kind, i + 1);
        assert_int_equal(read->flags[i].state, made->flags[i].state);
    }
}

static void what_was_not_measured_is_not_known(void **state)
{
    struct place *place = *state;
    const struct report_example sizes = {.uncounted = true};
    accepts(place, report_example(place->arena, &sizes, NULL));
    assert_false(place->reading.concentration_known);
    assert_false(place->reading.limit_known);
    assert_int_equal(place->reading.worst, FLAG_FAIL);
    const struct report_example assumed = {.exposure_assumed = true};
    accepts(place, report_example(place->arena, &assumed, NULL));
    assert_true(place->reading.settings.exposure_assumed);
}

static void a_member_that_is_not_known_is_left_alone(void **state)
{
    struct place *place = *state;
    accepts(place, report_changed(place->arena, place->report, "{\"program\"",
                                  "{\"novelties\":[{\"frames\":null}],\"program\""));
    assert_int_equal(place->reading.file_count, 2);
}

#define FRAMES                                                                                     \
    "{\"frames\":120,\"frames_lost\":3,\"width_px\":640,\"height_px\":480,\"bits\":12,"            \
    "\"lossy\":true,\"threshold_sd\":4.5,\"spots_per_frame\":null}"

static void what_the_frames_tell_is_read_where_there_were_frames(void **state)
{
    struct place *place = *state;
    accepts(place, place->report);
    assert_null(place->reading.frames);
    accepts(place, report_changed(place->arena, place->report, "\"videos\":null",
                                  "\"videos\":[" FRAMES "," FRAMES "]"));
    assert_int_equal(place->reading.frames[1].frames_lost, 3);
    assert_int_equal(place->reading.frames[1].bits, 12);
    assert_true(place->reading.frames[1].lossy);
    same(place->reading.frames[1].threshold_sd, 4.5);
    assert_false(place->reading.frames[1].spots_per_frame.known);
    refuses(
        place,
        report_changed(place->arena, place->report, "\"videos\":null", "\"videos\":[" FRAMES "]"),
        "member videos of");
    refuses(place,
            report_changed(place->arena, place->report, "\"videos\":null",
                           "\"videos\":[" FRAMES ",{\"frames_lost\":-1}]"),
            "videos[1].frames_lost");
    accepts(place, report_changed(place->arena, place->report, "\"videos\":null,", ""));
}

/* A part of the report, what stands for it, and the words of the refusal. */
static const struct {
    const char *from, *to, *words;
} changes[] = {
    {"{\"program\"", "[{\"program\"", "cannot be read"},
    {"\"frame_ms\":40", "\"frame_ms\":NaN", "cannot be read"},
    {"\"frame_ms\":40", "\"frame_ms\":1e999", "cannot be read"},
    {"\"frame_ms\":40", "\"frame_ms\":40,\"frame_ms\":40", "cannot be read"},
    {"\"program\":\"exoledger", "\"program\":\"somebody", "member program"},
    {"\"program\":\"exoledger ", "\"program\":\"exoledger x", "member program"},
    {"\"program\":\"exoledger ", "\"program\":\"exoledger 9", "member program"},
    {"\"program\":", "\"programme\":", "member program"},
    {"\"files\":[", "\"files\":{},\"old\":[", "member files of"},
    {"\"files\":[", "\"files\":[],\"old\":[", "1 to 256 files"},
    {"\"files\":[", "\"files\":[7,", "files[0]"},
    {"\"sha256\":\"0", "\"sha256\":\"G", "files[0].sha256"},
    {"\"sha256\":\"0", "\"sha256\":\"", "files[0].sha256"},
    {"abcde1\"", "abcdeF\"", "files[1].sha256"},
    {"\"name\":\"video_1.csv\"", "\"name\":\"\"", "files[0].name"},
    {"\"name\":\"video_1.csv\"", "\"name\":\"a\\nb\"", "files[0].name"},
    {"\"kind\":\"plain\"", "\"kind\":\"two words\"", "files[0].kind"},
    {"\"frames\":120", "\"frames\":-1", "files[0].frames"},
    {"\"kind\":\"plain\"", "\"video\":null,\"kind\":\"plain\"", "files[0].video"},
    {"\"frames\":120", "\"frames\":120.0", "files[0].frames"},
    {"\"sized_tracks\":", "\"sized_tracks\":1", "tracks.sized"},
    {"\"settings\":{", "\"settings\":null,\"old\":{", "member settings of"},
    {"\"frame_ms\":40", "\"frame_ms\":null", "settings.frame_ms"},
    {"\"frame_ms\":40", "\"frame_ms\":\"40\"", "settings.frame_ms"},
    {"\"frame_ms\":40", "\"frame_ms\":-40", "settings.frame_ms"},
    {"\"frame_ms\":40", "\"frame_ms\":32", "settings.exposure_ms"},
    {"\"exposure_assumed\":false", "\"exposure_assumed\":0", "settings.exposure_assumed"},
    {"\"exposure_assumed\":false", "\"exposure_assumed\":true", "settings.exposure_assumed"},
    {"\"temperature_c\":25", "\"temperature_c\":300", "settings.temperature_c"},
    {"\"medium\":\"water\"", "\"medium\":null", "settings.medium"},
    {"\"seed\":1", "\"seed\":-1", "settings.seed"},
    {"\"tracks\":{", "\"tracks\":{},\"old\":{", "tracks.sized"},
    {"\"by_number\":{", "\"by_number\":null,\"old\":{", "size.by_number.mean_nm"},
    {"\"d50_nm\":{\"value\":", "\"d50_nm\":{\"value\":null,\"old\":", "size.by_number.d50_nm"},
    {"\"d50_nm\":{\"value\":", "\"d50_nm\":{\"value\":1,\"old\":", "size.by_number.d50_nm"},
    {"\"d10_nm\":{\"value\":", "\"d10_nm\":{\"value\":150,\"old\":", "size.by_number.d10_nm"},
    {"\"low\":", "\"low\":null,\"old\":", "size.by_number.mean_nm"},
    {"\"low\":", "\"low\":999,\"old\":", "it lies above high"},
    {"\"per_ml\":", "\"per_ml\":null,\"old\":", "concentration.per_ml"},
    {"\"per_ml\":", "\"per_ml\":-1,\"old\":", "concentration.per_ml"},
    {"\"per_ml\":", "\"per_ml\":1,\"old\":", "concentration.low_per_ml"},
    {"\"per_ml\":", "\"per_ml\":1e17,\"old\":", "concentration.high_per_ml"},
    {"\"low_per_ml\":", "\"low_per_ml\":1e17,\"old\":", "it lies above high_per_ml"},
    {"\"dilution\":10", "\"dilution\":20", "the flag dilution says otherwise"},
    {"\"expanded_k2\":", "\"expanded_k2\":0.5,\"old\":", "not twice relative_sd"},
    {"\"expanded_k2\":", "\"expanded_k2\":null,\"old\":", "not twice relative_sd"},
    {"\"concentration\":{", "\"concentration\":7,\"old\":{", "member concentration of"},
    {"\"worst_flag\":\"", "\"worst_flag\":\"fine\",\"old\":\"", "worst_flag"},
    {"\"worst_flag\":\"", "\"worst_flag\":\"good\",\"old\":\"", "worst_flag"},
    {"\"name\":\"tracks\"", "\"name\":\"crowding\"", "flags[2].name"},
    {"\"name\":\"tracks\"", "\"name\":\"trees\"", "flags[0].name"},
    {"\"flags\":[", "\"flags\":[],\"old\":[", "not the worst of the flags"},
    {"\"flags\":[", "\"flags\":{},\"old\":[", "a list of at most"},
    {"\"state\":\"", "\"state\":\"x", "flags[0].state"},
    {"\"video\":0,\"effect\"", "\"video\":-1,\"effect\"", "flags[0].video"},
};

/* Two resamplings may well lie on one side of the value. */
static void few_resamplings_contradict_nothing(void **state)
{
    struct place *place = *state;
    const char *far =
        report_changed(place->arena, place->report,
                       "\"mean_nm\":{\"value\":", "\"mean_nm\":{\"value\":300,\"old\":");
    refuses(place, far, "size.by_number.mean_nm.value: it lies far outside");
    accepts(place, report_changed(place->arena, far, "\"bootstraps\":100", "\"bootstraps\":99"));
}

/* As an earlier version would have written it. */
static void a_flag_that_is_not_there_was_not_looked_at(void **state)
{
    struct place *place = *state;
    const char *start = strstr(place->report, "{\"name\":\"crowding\"");
    const char *end = start ? strstr(start, "{\"name\":\"drift\"") : NULL;
    assert_non_null(end);
    accepts(place,
            arena_print(place->arena, "%.*s%s", (int)(start - place->report), place->report, end));
    assert_int_equal(place->reading.flags[QUALITY_CROWDING - 1].kind, QUALITY_CROWDING);
    assert_int_equal(place->reading.flags[QUALITY_CROWDING - 1].state, FLAG_UNKNOWN);
}

static void what_is_altered_is_refused_by_its_member(void **state)
{
    struct place *place = *state;
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        refuses(place, report_changed(place->arena, place->report, changes[i].from, changes[i].to),
                changes[i].words);
}

static void one_file_does_not_count_twice(void **state)
{
    struct place *place = *state;
    const char *report = place->report;
    for (int i = 0; i < 4; i++)
        report = report_changed(place->arena, report, "abcde1", "abcde0");
    refuses(place, report, "files[1].sha256: the same video stands twice");
    /* A table may hold several videos, which its column numbers. */
    const char *numbered = report_changed(place->arena, report, "\"kind\":\"plain\"",
                                          "\"video\":1,\"kind\":\"trackpy\"");
    refuses(place, numbered, "files[1].sha256: the same video stands twice");
    numbered = report_changed(place->arena, numbered, "\"kind\":\"plain\"",
                              "\"video\":2,\"kind\":\"plain\"");
    accepts(place, numbered);
    assert_int_equal(place->reading.files[1].video, 2);
}

static void only_versions_from_the_first_to_this_one_are_understood(void **state)
{
    static const struct {
        const char *newest;
        bool good;
    } rows[] = {{"exoledger 0.2.0", true},  {"exoledger 0.10.0", true}, {"exoledger 1.0.0", true},
                {"exoledger 0.1.9", false}, {"exoledger", false},       {NULL, false}};
    struct place *place = *state;
    const char *report =
        report_changed(place->arena, place->report, PROGRAM_VERSION, "exoledger 0.2.0");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(read_by(place, report, strlen(report), rows[i].newest), rows[i].good);
    refuses(place, report_changed(place->arena, place->report, PROGRAM_VERSION, "exoledger 0.1.9"),
            "member program");
}

static void counts_over_time_are_read_where_the_report_tells_them(void **state)
{
    struct place *place = *state;
    accepts(place, place->report);
    assert_non_null(place->reading.counts);
    for (size_t i = 0; i < place->reading.file_count; i++) {
        const struct reported_counts *counts = &place->reading.counts[i];
        double sum = 0;
        same(counts->seconds, 120 * 0.04);
        assert_int_equal(counts->parts, 60); /* of two frames each */
        for (size_t part = 0; part < counts->parts; part++)
            sum += 2 * counts->per_frame[part];
        assert_true(sum > 0);
        assert_true(fabs(sum - round(sum)) < 1e-6); /* spots are whole */
    }
    const char *older = report_changed(place->arena, place->report, "\"counts\":", "\"former\":");
    accepts(place, older);
    assert_null(place->reading.counts);
    refuses(place, report_changed(place->arena, place->report, "\"per_frame\":[", "\"other\":["),
            "counts[0].per_frame");
    refuses(place,
            report_changed(place->arena, place->report, "\"per_frame\":[", "\"per_frame\":[-1,"),
            "counts[0].per_frame");
}

static void a_report_that_breaks_off_is_refused(void **state)
{
    struct place *place = *state;
    const size_t whole = strlen(place->report) - 1; /* without the line break */
    for (size_t size = 0; size < whole; size += 1 + whole / 300) {
        assert_false(read_by(place, place->report, size, PROGRAM_VERSION));
        assert_int_equal(place->fault.kind, FAULT_INPUT);
        assert_string_equal(place->fault.field, "report");
    }
    assert_true(read_by(place, place->report, whole, PROGRAM_VERSION));
}

static void what_is_too_large_is_not_even_parsed(void **state)
{
    struct place *place = *state;
    assert_false(read_by(place, place->report, (size_t)REPORT_READING_BYTES + 1, PROGRAM_VERSION));
    assert_non_null(strstr(place->fault.text, "4 MiB"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_program_writes_is_read_back_to_the_bit),
        cmocka_unit_test(what_was_not_measured_is_not_known),
        cmocka_unit_test(a_member_that_is_not_known_is_left_alone),
        cmocka_unit_test(what_the_frames_tell_is_read_where_there_were_frames),
        cmocka_unit_test(a_flag_that_is_not_there_was_not_looked_at),
        cmocka_unit_test(few_resamplings_contradict_nothing),
        cmocka_unit_test(what_is_altered_is_refused_by_its_member),
        cmocka_unit_test(one_file_does_not_count_twice),
        cmocka_unit_test(only_versions_from_the_first_to_this_one_are_understood),
        cmocka_unit_test(counts_over_time_are_read_where_the_report_tells_them),
        cmocka_unit_test(a_report_that_breaks_off_is_refused),
        cmocka_unit_test(what_is_too_large_is_not_even_parsed),
    };
    return cmocka_run_group_tests(tests, place_make, place_leave);
}
