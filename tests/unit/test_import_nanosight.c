/* test_import_nanosight.c: is an experiment summary read as it was printed, or refused in words? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_nanosight.h"
#include "nanosight_example.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdio.h>

#define BEADS "../shared/data/nanosight_beads_MIT/"
#define BEADS_34 BEADS "beads2_NS300_NTA3.4_ExperimentSummary.csv"
#define BEADS_32 BEADS "beads_NS300_NTA3.2_ExperimentSummary.csv"

enum { ARENA_BYTES = 512 << 20 };

struct place {
    struct arena *arena;
    struct fault fault;
    struct nanosight result;
};

static int place_make(void **state)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct place *place = arena_take(arena, sizeof *place);
    place->arena = arena;
    *state = place;
    return 0;
}

static int place_leave(void **state)
{
    struct place *place = *state;
    arena_close(place->arena);
    return 0;
}

static bool import(struct place *place, const void *bytes, size_t size)
{
    place->fault = (struct fault){.kind = FAULT_NONE};
    return nanosight_import(place->arena, &place->fault, bytes, size, &place->result);
}

static bool import_example(struct place *place, const struct example *example)
{
    const struct example_text *text = example_write(place->arena, example);
    return import(place, text->bytes, text->size);
}

static void imports(struct place *place, const struct example *example)
{
    if (!import_example(place, example))
        fail_msg("%s", place->fault.text);
}

/* The file with the first occurrence of one text replaced by another must be refused so. */
static void refuses(struct place *place, const char *from, const char *to, const char *words)
{
    struct example example = {.videos = 2};
    const char *changed = example_changed(place->arena, &example, from, to);
    if (!changed)
        fail_msg("the example has no \"%s\"", from);
    if (import(place, changed, strlen(changed)))
        fail_msg("\"%s\" for \"%s\" was accepted", to, from);
    assert_int_equal(place->fault.kind, FAULT_INPUT);
    assert_string_equal(place->fault.field, "file");
    assert_memory_equal(place->fault.text, "Line ", 5);
    assert_int_equal(place->result.video_count, 0);
    assert_int_equal(place->result.flag_count, 0);
    if (!strstr(place->fault.text, words))
        fail_msg("\"%s\" does not say \"%s\"", place->fault.text, words);
}

static const char *flagged(const struct place *place, const char *id)
{
    const struct nanosight_flag *flag = nanosight_flag(&place->result, id);
    return flag ? flag->value : NULL;
}

static void has_flags(const struct place *place, const char *const *ids, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!flagged(place, ids[i]))
            fail_msg("the flag %s is not raised", ids[i]);
    }
    for (size_t i = count; i < place->result.flag_count; i++)
        print_message("flags: %s\n", place->result.flags[i].id);
    assert_int_equal(place->result.flag_count, count);
}

static bool import_beads(struct place *place, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        print_message("SKIPPED: %s is not there, so no real file was read.\n", path);
        return false;
    }
    char *bytes = arena_take(place->arena, 1 << 20);
    size_t size = fread(bytes, 1, 1 << 20, file);
    assert_int_equal(fclose(file), 0);
    if (!import(place, bytes, size))
        fail_msg("%s", place->fault.text);
    return true;
}

/* |printed - recomputed| <= 0.05 for every size, and three digits for the concentration. */
static void agrees(const struct nanosight *result, double shift_nm)
{
    for (size_t i = 0; i < result->video_count; i++) {
        const struct nanosight_video *video = &result->videos[i];
        const struct nanosight_printed *printed = &video->printed;
        const struct histogram_figures *figures = &video->figures;
        double sum = 0;
        for (size_t bin = 0; bin < NANOSIGHT_BINS; bin++)
            sum += video->bins_per_ml[bin];
        char digits[2][32];
        snprintf(digits[0], sizeof digits[0], "%.2e", sum);
        snprintf(digits[1], sizeof digits[1], "%.2e", printed->concentration_per_ml.value);
        assert_string_equal(digits[0], digits[1]);
        assert_true(sum == video->concentration_per_ml);
        assert_true(fabs(printed->mean_nm.value - figures->mean_nm) <= 0.0501);
        assert_true(fabs(printed->sd_nm.value - figures->sd_nm) <= 0.0501);
        assert_true(fabs(printed->mode_nm.value - figures->mode_nm) <= 0.5501);
        assert_true(fabs(printed->mode_nm.value - figures->mode_vertex_nm) <= 0.0501);
        assert_true(fabs(printed->d10_nm.value - figures->d10_nm - shift_nm) <= 0.0501);
        assert_true(fabs(printed->d50_nm.value - figures->d50_nm - shift_nm) <= 0.0501);
        assert_true(fabs(printed->d90_nm.value - figures->d90_nm - shift_nm) <= 0.0501);
    }
}

static void real_beads_of_nta_3_4_agree_with_themselves(void **state)
{
    struct place *place = *state;
    const struct nanosight *result = &place->result;
    static const char *const flags[] = {"vibration", "temperature_constant"};
    if (!import_beads(place, BEADS_34))
        skip();
    agrees(result, 0);
    has_flags(place, flags, 2);
    assert_int_equal(result->edge, EDGE_RIGHT);
    assert_int_equal(result->basis, BASIS_DILUTION_APPLIED);
    assert_int_equal(result->video_count, 5);
    assert_int_equal(result->version_minor, 4);
    assert_string_equal(result->software, "NTA 3.4 Build 3.4.003");
    assert_string_equal(result->time_captured_text, "11:52:04  16/06/2020");
    assert_true(result->time_captured.known && result->time_captured.day == 16);
    assert_string_equal(result->sample_description, "100nmbeads");
    const struct nanosight_video *video = &result->videos[3];
    assert_string_equal(video->name, "stdv34_03");
    assert_string_equal(video->printed.concentration_per_ml.text, "6.25e+12");
    assert_string_equal(video->dilution_factor.text, "1.00e+04");
    assert_true(video->dilution_factor.value == 10000);
    assert_true(video->temperature_c.value == 22 && video->viscosity_cp.value == 0.952941);
    assert_true(video->shutter_ms.value == 22.25 && video->frame_rate_per_s.value == 24.9825);
    assert_true(video->camera_level.value == 11 && video->gain.value == 146);
    assert_true(video->frames.value == 499 && video->detection_threshold.value == 5);
    assert_true(video->completed_tracks.value == 4512 && video->valid_tracks.value == 1948);
    assert_true(video->drift_x_pixels_per_frame.value == -3.9);
    assert_int_equal(video->processed, PROCESSED_YES);
    assert_true(fabs(result->between.standard_error_per_ml - 6.67e10) < 5e7);
    assert_true(fabs(result->pooled.d50_nm - 99.834) < 0.001);
}

static void real_beads_of_nta_3_2_print_percentiles_1_nm_low(void **state)
{
    struct place *place = *state;
    const struct nanosight *result = &place->result;
    static const char *const flags[] = {"percentile_left_edge", "dilution_not_recorded",
                                        "settings_differ"};
    if (!import_beads(place, BEADS_32))
        skip();
    agrees(result, -1);
    has_flags(place, flags, 3);
    assert_int_equal(result->edge, EDGE_LEFT);
    assert_int_equal(result->basis, BASIS_AS_MEASURED);
    assert_int_equal(result->video_count, 12);
    assert_string_equal(result->software, "NTA 3.2 Dev Build 3.2.16");
    assert_string_equal(result->software_row, "Unknown");
    assert_string_equal(flagged(place, "settings_differ"),
                        "Camera Level: 15, 10; Slider Gain: 366, 73; Shutter/ms: 30.15, 17.4");
    assert_false(result->videos[0].dilution_factor.known);
    assert_string_equal(result->videos[0].dilution_factor.text, "Not recorded");
    assert_false(result->time_captured.known);
    assert_memory_equal(result->remarks,
                        "Created from combined experiments: std_10000_yes_2_.nano,", 57);
    assert_true(fabs(result->between.standard_error_per_ml - 1.07e8) < 5e5);
}

static void an_example_gives_back_what_it_was_made_from(void **state)
{
    struct place *place = *state;
    static const char *const flags[] = {"dilution_not_recorded"};
    struct example example = {.videos = 3};
    const struct example_text *text = example_write(place->arena, &example);
    assert_true(import(place, text->bytes, text->size));
    has_flags(place, flags, 1);
    agrees(&place->result, 0);
    for (size_t i = 0; i < 3; i++) {
        const struct histogram_figures *figures = &place->result.videos[i].figures;
        assert_true(fabs(figures->mean_nm - text->figures[i].mean) < 0.001);
        assert_true(fabs(figures->sd_nm - text->figures[i].sd) < 0.001);
        assert_true(fabs(figures->d50_nm - text->figures[i].percentiles[50]) < 0.001);
        assert_true(fabs(figures->span * figures->d50_nm - figures->d90_nm + figures->d10_nm) <
                    1e-9);
    }
    struct nanosight_between *between = &place->result.between;
    double a = place->result.videos[0].concentration_per_ml;
    double b = place->result.videos[1].concentration_per_ml;
    double c = place->result.videos[2].concentration_per_ml;
    double mean = (a + b + c) / 3;
    double sd =
        sqrt(((a - mean) * (a - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean)) / 2);
    assert_true(between->mean_known && between->spread_known && between->videos == 3);
    assert_true(fabs(between->mean_per_ml - mean) < 1);
    assert_true(fabs(between->sd_per_ml - sd) < 1);
    assert_true(fabs(between->standard_error_per_ml - sd / sqrt(3)) < 1);
    assert_true(fabs(place->result.pooled.mean_nm) > 90);
    assert_string_equal(nanosight_method(place->arena, &place->result),
                        "NanoSight NTA 3.4 Build 3.4.003, FTLA, number-weighted, 3 of 3 videos "
                        "pooled, 1500 frames, 25 frames/s, camera sCMOS, level 13, shutter 30.8 "
                        "ms, gain 219, laser Blue488, detection threshold 5, minimum track length "
                        "Auto, 24.900 to 24.902 C, 0.890 cP, dilution Not recorded, concentrations "
                        "as measured; figures recomputed from 1 nm bins at their right edges");
}

static void line_ends_padding_and_marks_change_nothing(void **state)
{
    struct place *place = *state;
    for (unsigned mask = 0; mask < 16; mask++) {
        struct example example = {.videos = 2,
                                  .crlf = mask & 1,
                                  .padded = mask & 2,
                                  .left_edge = mask & 4,
                                  .tables = mask & 8 ? 3 : 1};
        const struct example_text *text = example_write(place->arena, &example);
        const char *marked =
            arena_print(place->arena, "\xEF\xBB\xBF%.*s", (int)text->size, text->bytes);
        assert_true(import(place, text->bytes, text->size));
        double median_nm = place->result.pooled.d50_nm;
        assert_true(import(place, marked, text->size + 3));
        assert_true(place->result.pooled.d50_nm == median_nm);
        double known_nm = text->figures[0].percentiles[50] + text->figures[1].percentiles[50];
        assert_true(fabs(median_nm - known_nm / 2 - (mask & 4 ? 1 : 0)) < 0.01);
        assert_int_equal(place->result.edge, mask & 4 ? EDGE_LEFT : EDGE_RIGHT);
        assert_int_equal(place->result.flag_count, mask & 4 ? 2 : 1);
        assert_string_equal(place->result.remarks, "two peaks, invented");
        assert_string_equal(mask & 4 ? place->result.sample_name : place->result.sample_description,
                            "lot L-0007");
        struct nanosight_time time = place->result.time_captured;
        assert_true(time.known && time.year == 2024 && time.month == 2 && time.day == 29);
        assert_true(time.hour == 9 && time.minute == 8 && time.second == 7);
    }
}

static void texts_become_utf_8_from_either_encoding(void **state)
{
    struct place *place = *state;
    static const char *const remarks[][2] = {
        {"\"20 \xB5m, \"\"x\xB2\"\"\"", "20 \xC2\xB5m, \"x\xC2\xB2\""},
        {"20 \xC2\xB5m", "20 \xC2\xB5m"},
        {"a \x96 b", "a \xE2\x80\x93 b"},
        {"plain, not quoted", "plain, not quoted"},
        {"5\" tube", "5\" tube"},
    };
    for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++) {
        imports(place, &(struct example){.videos = 1, .remark = remarks[i][0]});
        assert_string_equal(place->result.remarks, remarks[i][1]);
    }
    struct example undefined = {.videos = 1, .remark = "\x81"};
    assert_false(import_example(place, &undefined));
    assert_string_equal(place->fault.text,
                        "Line 10, column 2 (character 9): the byte 0x81 does not belong in a text; "
                        "export the file again.");
}

static void an_empty_video_is_left_out_and_said_so(void **state)
{
    struct place *place = *state;
    imports(place, &(struct example){.videos = 3, .empty = 1, .dilution = "500"});
    assert_string_equal(flagged(place, "empty_video"), "video 1, lot_00");
    assert_non_null(flagged(place, "average_includes_empty_video"));
    assert_null(flagged(place, "average_disagrees_with_videos"));
    assert_int_equal(place->result.average_over, AVERAGE_EVERY_VIDEO);
    assert_int_equal(place->result.basis, BASIS_DILUTION_APPLIED);
    assert_int_equal(place->result.between.videos, 2);
    assert_true(place->result.videos[0].empty && !place->result.videos[0].figures.known);
    double b = place->result.videos[1].concentration_per_ml;
    double c = place->result.videos[2].concentration_per_ml;
    struct histogram pooled = {place->result.pooled_bins_per_ml, NANOSIGHT_BINS};
    assert_true(fabs(place->result.between.mean_per_ml - (b + c) / 2) < 1);
    assert_true(fabs(place->result.between.sd_per_ml - fabs(b - c) / sqrt(2)) < 1);
    assert_true(fabs(histogram_sum(&pooled) - (b + c) / 2) < 1);
    assert_true(place->result.pooled.d50_nm > 95);
    /* The vendor's own average of D50 is drawn down by a third. */
    assert_true(place->result.average.d50_nm.value < 70);
    imports(place, &(struct example){.videos = 3, .empty = 1, .leaves_empty = true});
    assert_null(flagged(place, "average_includes_empty_video"));
    assert_int_equal(place->result.average_over, AVERAGE_WITHOUT_EMPTY);
    imports(place, &(struct example){.videos = 2, .empty = 2});
    assert_false(place->result.pooled.known || place->result.between.mean_known);
    assert_null(flagged(place, "average_disagrees_with_videos"));
}

static void one_video_has_no_spread(void **state)
{
    struct place *place = *state;
    for (int without = 0; without < 2; without++) {
        imports(place, &(struct example){.videos = 1, .without_average = without});
        assert_true(place->result.between.mean_known);
        assert_false(place->result.between.spread_known);
        assert_non_null(flagged(place, "single_video"));
        assert_int_equal(place->result.flag_count, 2);
    }
}

static void a_malformed_file_names_line_and_column(void **state)
{
    struct place *place = *state;
    static const char *const rows[][3] = {
        {"NTA Experiment", "NTA Single Analysis", "Line 1, column 1 (character 1): this is"},
        {"NTA Experiment Summary File", "NTA;Experiment", "not a NanoSight experiment summary"},
        {"Created with NTA", "Created with XYZ", "Line 2, column 1"},
        {"[Conditions]", "[Condition]", "the section [Conditions] does not stand before"},
        {"[Conditions]", "[Experiment Details]", "begins a second time"},
        {"Filename:,", "File:,", "\"Filename:\""},
        {"Filename:,lot_00,", "Filename:,,", "1 to 64 videos"},
        {"Filename:,lot_00,lot_01", "Filename:,lot_00,lot_01,lot_02", "column 4 (character 19)"},
        {"Filename,lot_00", "Filename,lot_99", "\"Filename:\" was expected here, not \"lot_99\""},
        {"Weighting,Number", "Weighting,Volume", "\"Number\" was expected here, not \"Volume\""},
        {"Temperature/C,24.900,24.901,", "Temperature/C,24.901", "2 videos need 3"},
        {"Temperature/C,24.900,24.901", "Temperature/C,24.900,24.901,25", "behind the columns"},
        {"Temperature/C,24.900", "Temperature/C,240", "240 is outside the range from 0 to 100"},
        {"Temperature/C,24.900", "Temperature/C,24.9.0", "\"24.9.0\" is not a number"},
        {"Temperature/C,24.900", "Temperature/C,0x18", "\"0x18\" is not a number"},
        {"Temperature/C,24.900", "Temperature/C,inf", "\"inf\" is not a number"},
        {"Temperature/C,24.900", "Temperature/C,1e999", "beyond the range"},
        {"Temperature/C,24.900", "Temperature/C,1e-999", "beyond the range"},
        {"Processed,Yes", "Processed,Perhaps", "\"Yes\" or \"No\" was expected here"},
        {"Viscosity/cP", "Temperature/C", "stands twice"},
        {"Weighting,", "Analysis Method,", "stands twice before the table of bins"},
        {"\n94.5,2", "\n94.5,x2", "Line 156, column 2 (character 6): \"x2"},
        {"\n94.5,", "\n94.5,-", "is outside the range from 0 to 1e+18"},
        {"\n94.5,", "\n94.5,,", "Line 156, column 6 (character 34): something stands behind"},
        {"\n94.5,", "\n94.5,99999999999999", "is outside the range"},
        {"\n94.5,", "\n93.5,", "bin 95 of 1000, centre 94.5 nm, was expected here, not \"93.5\""},
        {"\n94.5,", "\n\n94.5,", "centre 94.5 nm, was expected here, not \"\""},
        {"\n999.5,", "\n,", "bin 1000 of 1000"},
        {"(particles / ml)", "(E6 particles / ml)", "\"Concentration (particles / ml)\" was exp"},
        {"Concentration average", "Average", "\"Concentration average\" was expected here"},
        {"[Results],,,Average", "[Results],,Average,", "an empty cell was expected here, not"},
        {"[Results],,,Average", "[Results],,,", "\"Average\" was expected here, not \"\""},
        {"\n50,9", "\n51,9", "percentile 50 was expected here, not \"51\""},
        {"Percentile,Size (nm)", "Percentile,Size (um)", "\"Size (nm)\" was expected here"},
        {"\n100,", "\n100,999,999,\n101,", "the end of the table of percentiles was expected here"},
        {"\n100,", "\n100,2000", "is outside the range from 0 to 1000"},
        {"Remarks,", "Remarks,\"", "text follows the closing quotation mark"},
        {"Diluent,PBS", "Diluent,\"PBS", "text follows the closing quotation mark"},
        {"\n500.5,", "\n500.5,\"", "the quotation mark that opens here is not closed"},
        {"PBS", "P\x01S", "Line 9, column 2 (character 10): the byte 0x01"},
        {"PBS", "P\rS", "the byte 0x0D"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        refuses(place, rows[i][0], rows[i][1], rows[i][2]);
}

static void a_second_summary_behind_the_first_is_refused(void **state)
{
    struct place *place = *state;
    struct example example = {.videos = 1};
    const char *one = example_write(place->arena, &example)->bytes;
    const char *two = arena_print(place->arena, "%s,\n%s", one, one);
    assert_false(import(place, two, strlen(two)));
    assert_non_null(strstr(place->fault.text, "a second summary begins here"));
}

static void absurd_sizes_and_bytes_are_refused(void **state)
{
    struct place *place = *state;
    struct example example = {.videos = 65};
    assert_false(import_example(place, &example));
    assert_non_null(strstr(place->fault.text, "1 to 64 videos"));
    imports(place, &(struct example){.videos = 64, .padded = true});
    assert_int_equal(place->result.video_count, 64);
    unsigned char *bytes = arena_take(place->arena, NANOSIGHT_FILE_BYTES + 1);
    assert_false(import(place, bytes, NANOSIGHT_FILE_BYTES + 1));
    assert_non_null(strstr(place->fault.text, "16777217 bytes"));
    assert_false(import(place, bytes, 0));
    assert_non_null(strstr(place->fault.text, "the file ends before its title"));
    assert_false(import(place, "NTA\0", 4));
    assert_non_null(strstr(place->fault.text, "the byte 0x00"));
    assert_false(import(place, "\xFF\xFEN\0", 4));
    assert_non_null(strstr(place->fault.text, "UTF-16"));
    assert_false(import(place, "\xEF\xBB\xBF\xFF", 4));
    assert_non_null(strstr(place->fault.text, "says that it is UTF-8"));
    memset(bytes, ',', 5000);
    assert_false(import(place, bytes, 5000));
    assert_non_null(strstr(place->fault.text, "more than 256 cells"));
    memset(bytes, 'a', 5000);
    assert_false(import(place, bytes, 5000));
    assert_non_null(strstr(place->fault.text, "longer than 4096 bytes"));
}

/* The widest file with the longest texts stays within what the header promises to the caller. */
static void the_arena_is_used_within_its_promise(void **state)
{
    struct place *place = *state;
    char *rows = arena_take(place->arena, 1 << 20);
    size_t length = 0;
    for (size_t row = 0; row < 24; row++) {
        length += (size_t)snprintf(rows + length, 64, "\nrow %zu", row);
        for (size_t i = 0; i < 64; i++) {
            rows[length++] = ',';
            memset(rows + length, '\x80', 250); /* three bytes each in UTF-8 */
            length += 250;
        }
    }
    struct example example = {.videos = 64, .dilution = "1.00e+04"};
    const char *wide = example_changed(place->arena, &example, "\n[Data Included]",
                                       arena_print(place->arena, "%s\n[Data Included]", rows));
    size_t before = arena_mark(place->arena).taken;
    assert_true(import(place, wide, strlen(wide)));
    size_t taken = arena_mark(place->arena).taken - before;
    print_message("64 videos with long texts took %zu KiB of the arena\n", taken / 1024);
    assert_true(taken > 1 << 20 && taken < NANOSIGHT_ROOM_BYTES);
}

/* Rows that a file may repeat without end must not take memory without end. */
static void repeated_rows_take_no_memory(void **state)
{
    struct place *place = *state;
    static const char *const rows[] = {"Size distribution - With Percentiles of nothing",
                                       "[Exclusion Regions]", "an unknown row"};
    struct example example = {.videos = 1};
    char *many = arena_take(place->arena, 4 << 20);
    size_t length = 0;
    while (length < 3 << 20)
        length += (size_t)snprintf(many + length, 64, "\n%s", rows[length % 3]);
    const char *long_one =
        example_changed(place->arena, &example, "\n[Data Included]",
                        arena_print(place->arena, "\n[Other]%s\n[Data Included]", many));
    size_t before = arena_mark(place->arena).taken;
    assert_true(import(place, long_one, strlen(long_one)));
    assert_true(arena_mark(place->arena).taken - before < 1 << 20);
    long_one = example_changed(place->arena, &example, "[Data Included],",
                               arena_print(place->arena, "[Data Included],%s", many));
    before = arena_mark(place->arena).taken;
    assert_false(import(place, long_one, strlen(long_one)));
    assert_non_null(strstr(place->fault.text, "distributions that [Data Included] lists"));
    assert_true(arena_mark(place->arena).taken - before < 1 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_leave)
        TEST(real_beads_of_nta_3_4_agree_with_themselves),
        TEST(real_beads_of_nta_3_2_print_percentiles_1_nm_low),
        TEST(an_example_gives_back_what_it_was_made_from),
        TEST(line_ends_padding_and_marks_change_nothing),
        TEST(texts_become_utf_8_from_either_encoding),
        TEST(an_empty_video_is_left_out_and_said_so),
        TEST(one_video_has_no_spread),
        TEST(a_second_summary_behind_the_first_is_refused),
        TEST(a_malformed_file_names_line_and_column),
        TEST(absurd_sizes_and_bytes_are_refused),
        TEST(the_arena_is_used_within_its_promise),
        TEST(repeated_rows_take_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
