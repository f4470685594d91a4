/* test_nanosight_flag.c: is everything said that bears on the numbers of an experiment summary? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_nanosight.h"
#include "nanosight_example.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

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

static void imports(struct place *place, const char *text)
{
    place->fault = (struct fault){.kind = FAULT_NONE};
    if (!nanosight_import(place->arena, &place->fault, (const unsigned char *)text, strlen(text),
                          &place->result))
        fail_msg("%s", place->fault.text);
}

static const char *flagged(const struct place *place, const char *id)
{
    const struct nanosight_flag *flag = nanosight_flag(&place->result, id);
    return flag ? flag->value : NULL;
}

/* The same file with one text replaced is read, and raises the flag. */
static void flags_change(struct place *place, const char *from, const char *to, const char *id,
                         const char *value)
{
    struct example example = {.videos = 2};
    const char *changed = example_changed(place->arena, &example, from, to);
    assert_non_null(changed);
    imports(place, changed);
    if (!flagged(place, id))
        fail_msg("\"%s\" for \"%s\" does not raise %s", to, from, id);
    if (value)
        assert_string_equal(flagged(place, id), value);
}

static void what_does_not_fit_together_is_flagged(void **state)
{
    struct place *place = *state;
    static const struct {
        const char *from, *to, *id, *value;
    } rows[] = {
        {"Processed,Yes", "Processed,No", "unprocessed_video", "video 1, lot_00"},
        {"factor),Not recorded,", "factor),100,", "dilution_differs", NULL},
        {"factor),Not recorded,", "factor),100,", "dilution_unknown", NULL},
        {"Camera Level,13", "Camera Level,15", "settings_differ", "Camera Level: 15, 13"},
        {"Laser Type,Blue488", "Laser Type,", "settings_differ", "Laser Type: unknown, Blue488"},
        {"Viscosity/cP,0.890", "Viscosity/cP,1.200", "viscosity_not_water",
         "1.200 cP at 24.900 C in video 1, where water has 0.8920"},
        {"24.901", "24.900", "temperature_constant", "24.900 C in all 2 videos"},
        {"Shutter/ms,30.8", "Shutter/ms,90", "shutter_longer_than_frame", NULL},
        {"Valid Tracks,1800.0", "Valid Tracks,5000.0", "tracks_inconsistent",
         "5000.0 valid of 4100 completed in video 1"},
        {"Temperature/C,", "Temperature/F,", "row_missing", "[Conditions] Temperature/C"},
        {"Temperature/C,24.900,", "Temperature/C,", "value_missing", "Temperature/C (video 2)"},
        {"Version,NTA 3.4", "Version,NTA 3.3", "version_differs", NULL},
        {"with NTA 3.4", "with NTA 4.0", "version_untested", "NTA 4.0 Build 3.4.003"},
        {"29/02/2024", "29/02/2023", "time_not_understood", "09:08:07  29/02/2023"},
        {"29/02/2024", "02/29/2024", "time_not_understood", NULL},
        {"Validity of concentration measurement,OK", "Validity of concentration measurement,No",
         "concentration_warning", "Validity of concentration measurement: No (video 1)"},
        {"Vibration detected,No", "Vibration detected,Minor vibration", "vibration",
         "Vibration detected: Minor vibration (video 1)"},
        {"Errors (1),,", "Errors (1),lost,", "vendor_warning", "Errors (1): lost (video 1)"},
        {"Particles per frame,OK", "Particles per frame,Too high", "count_per_frame_high", NULL},
        {"Particles per frame,OK", "Particles per frame,?", "vendor_warning", NULL},
        {"Mean,1", "Mean,2", "printed_disagrees_with_bins", NULL},
        {"D50,9", "D50,8", "printed_disagrees_with_bins", NULL},
        {"\n50,9", "\n50,1", "printed_disagrees_with_bins", NULL},
        {"\n94.5,2", "\n94.5,3", "average_disagrees_with_videos", NULL},
        {",20712833,73441", ",20712833,73444", "average_disagrees_with_videos",
         "the averages of bin 94.5 nm do not follow from its videos"},
        {",20712833,73441", ",20712836,73441", "average_disagrees_with_videos",
         "the averages of bin 94.5 nm do not follow from its videos"},
        {"66.0,0.6", "66.9,0.6", "average_disagrees_with_videos",
         "Average of Particles per frame is printed as \"66.9\", recomputed 66"},
        {"\n94.5,2", "\n94.5,3", "printed_disagrees_with_bins", NULL},
        {"D10,85.2", "D10,NaN", "printed_disagrees_with_bins", NULL},
        {"\n999.5,0,0", "\n999.5,5,0", "range_exceeded", "5 per ml at 999.5 nm in video 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        flags_change(place, rows[i].from, rows[i].to, rows[i].id, rows[i].value);
}

static void the_instruments_own_warnings_are_kept_and_flagged(void **state)
{
    struct place *place = *state;
    struct example example = {.videos = 2, .noise = "High noise", .count = "Too low"};
    imports(place, example_write(place->arena, &example)->bytes);
    assert_string_equal(flagged(place, "noise_warning"), "Noise level: High noise (video 1)");
    assert_string_equal(flagged(place, "count_per_frame_low"),
                        "Particles per frame: Too low (video 1)");
    assert_null(flagged(place, "count_per_frame_high"));
    assert_string_equal(place->result.warnings[2].section, "[Concentration Warnings]");
    assert_string_equal(place->result.warnings[2].row, "Noise level");
    assert_string_equal(place->result.warnings[2].texts[0], "High noise");
    assert_string_equal(place->result.warnings[2].texts[1], "No");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_make, place_leave)
        TEST(what_does_not_fit_together_is_flagged),
        TEST(the_instruments_own_warnings_are_kept_and_flagged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
