/* test_import_zetaview.c: is a text of a ZetaView read as it was printed, or refused in words? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_zetaview.h"
#include "zetaview_example.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdio.h>

enum { ARENA_BYTES = 512 << 20 };

struct place {
    struct arena *arena;
    struct fault fault;
    struct zetaview result;
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

static bool read(struct place *place, const char *text)
{
    return zetaview_read(place->arena, &place->fault, (const unsigned char *)text, strlen(text),
                         &place->result);
}

static void begin(struct place *place)
{
    place->fault = (struct fault){.kind = FAULT_NONE};
    place->result = (struct zetaview){.size.read = false};
}

static void imports(struct place *place, const char *text)
{
    if (!read(place, text))
        fail_msg("%s", place->fault.text);
}

static void imports_size(struct place *place, const struct zetaview_example *example)
{
    begin(place);
    imports(place, zetaview_example_size(place->arena, example).bytes);
    zetaview_settle(place->arena, &place->result);
}

static const char *flagged(const struct place *place, const char *id)
{
    const struct import_flag *flag = import_flag_named(&place->result.flags, id);
    return flag ? flag->value : NULL;
}

static void refuses(struct place *place, const char *text, const char *words)
{
    begin(place);
    if (read(place, text))
        fail_msg("accepted, which should be refused with \"%s\"", words);
    assert_int_equal(place->fault.kind, FAULT_INPUT);
    assert_string_equal(place->fault.field, "file");
    assert_memory_equal(place->fault.text, "Line ", 5);
    if (!strstr(place->fault.text, words))
        fail_msg("\"%s\" does not say \"%s\"", place->fault.text, words);
}

static void refuses_changed(struct place *place, const struct text *example, const char *from,
                            const char *to, const char *words)
{
    char *changed = zetaview_example_changed(place->arena, example, from, to);
    if (!changed)
        fail_msg("the example has no \"%s\"", from);
    refuses(place, changed, words);
}

static void flags_changed(struct place *place, const struct text *example, const char *from,
                          const char *to, const char *id)
{
    char *changed = zetaview_example_changed(place->arena, example, from, to);
    if (!changed)
        fail_msg("the example has no \"%s\"", from);
    begin(place);
    imports(place, changed);
    zetaview_settle(place->arena, &place->result);
    if (!flagged(place, id))
        fail_msg("\"%s\" for \"%s\" does not raise %s", to, from, id);
}

static void a_size_distribution_is_read_and_its_figures_recomputed(void **state)
{
    struct place *place = *state;
    imports_size(place, &(struct zetaview_example){.empty = false});
    const struct zetaview *result = &place->result;
    double traces = example_traces();
    double sum = 0;
    assert_int_equal(result->size.linear.count, EXAMPLE_LINEAR);
    assert_int_equal(result->size.logarithmic.count, EXAMPLE_LOGARITHMIC);
    for (size_t i = 0; i < EXAMPLE_LINEAR; i++) {
        assert_true(result->size.linear.numbers[i] == example_number(i));
        sum += example_number(i) * ((double)i + 0.5) * EXAMPLE_WIDTH_NM;
    }
    assert_true(result->size.number == traces);
    assert_true(fabs(result->size.figures.mean_nm - sum / traces) < 1e-9);
    assert_true(fabs(result->size.figures.d50_nm - example_median_nm(0)) < 1e-9);
    assert_true(fabs(result->size.per_ml / (40.5 / 2.33e-6) - 1) < 1e-3);
    assert_int_equal(result->size.basis, ZETAVIEW_IN_CELL);
    assert_true(result->head.dilution.value == 500);
    assert_string_equal(result->head.temperature_c.word, "sensed");
    assert_string_equal(result->head.sample, "EXAMPLE 1:500");
    assert_string_equal(flagged(place, "concentration_in_cell"),
                        "the file prints a dilution of 500");
    assert_non_null(flagged(place, "percentile_at_bin_centre"));
    assert_non_null(flagged(place, "volume_and_area_are_no_concentrations"));
    assert_int_equal(result->flags.count, 3);
}

static void line_ends_of_windows_and_utf8_change_nothing(void **state)
{
    struct place *place = *state;
    imports_size(place, &(struct zetaview_example){.crlf = true});
    double d50_nm = place->result.size.figures.d50_nm;
    struct text example =
        zetaview_example_size(place->arena, &(struct zetaview_example){.empty = false});
    char *utf8 = zetaview_example_changed(place->arena, &example, "\xB5", "\xC2\xB5");
    begin(place);
    imports(place, arena_print(place->arena, "\xEF\xBB\xBF%s", utf8));
    zetaview_settle(place->arena, &place->result);
    assert_true(place->result.size.figures.d50_nm == d50_nm);
    assert_true(fabs(d50_nm - example_median_nm(0)) < 1e-9);
    assert_string_equal(place->result.head.original_file, "X:\\example_size_488.avi");
}

static void an_empty_result_is_no_zero(void **state)
{
    struct place *place = *state;
    imports_size(place, &(struct zetaview_example){.empty = true});
    assert_true(place->result.size.empty);
    assert_true(isnan(place->result.size.per_ml));
    assert_false(place->result.size.figures.known);
    assert_non_null(flagged(place, "empty_result"));
    assert_null(flagged(place, "concentration_in_cell"));
}

static void vendor_traps_are_named(void **state)
{
    struct place *place = *state;
    imports_size(place, &(struct zetaview_example){.viscosity = "0.899237",
                                                   .temperature = "25.030000\tsensed"});
    assert_non_null(strstr(flagged(place, "viscosity_not_water"), "1.11 % above"));
    assert_non_null(strstr(flagged(place, "viscosity_not_water"), "1.10 % too small"));
    imports_size(place, &(struct zetaview_example){.temperature = "25.000000\tentered"});
    assert_non_null(flagged(place, "temperature_entered"));
    imports_size(place, &(struct zetaview_example){.temperature = "NaN"});
    assert_string_equal(flagged(place, "temperature_entered"), "missing");
    imports_size(place, &(struct zetaview_example){.drift_checked = "1904-01-01 05:30:00"});
    assert_non_null(flagged(place, "check_never_done"));
    imports_size(place, &(struct zetaview_example){.software = "ZetaView (version 9.00)"});
    assert_non_null(flagged(place, "version_untested"));
    imports_size(place, &(struct zetaview_example){.median_at_edge = true});
    assert_null(flagged(place, "percentile_at_bin_centre"));
    assert_null(flagged(place, "median_disagrees"));
    imports_size(place, &(struct zetaview_example){.multiplied = true});
    assert_int_equal(place->result.size.basis, ZETAVIEW_MULTIPLIED);
    assert_non_null(flagged(place, "concentration_multiplied"));
}

static void what_was_changed_behind_its_back_is_flagged(void **state)
{
    struct place *place = *state;
    struct text example =
        zetaview_example_size(place->arena, &(struct zetaview_example){.empty = false});
    flags_changed(place, &example, "Particles:\t40.5", "Particles:\t41.5",
                  "concentration_disagrees");
    flags_changed(place, &example, "Number (D50):\t1", "Number (D50):\t2", "median_disagrees");
    flags_changed(place, &example, "Traces:\t1", "Traces:\t2", "traces_disagree");
    flags_changed(place, &example, "9.750E+1\t5.900E+1", "9.750E+1\t5.800E+1",
                  "volume_or_area_disagrees");
    flags_changed(place, &example, "Factor:\t1.0", "Factor:\t2.0", "correction_factor");
    flags_changed(place, &example, "Drift Check Result:\tGood", "Drift Check Result:\ttoo high",
                  "check_not_good");
    flags_changed(place, &example, "Dilution::\t500", "Delution::\t500", "field_missing");
}

static void what_is_no_size_distribution_is_refused(void **state)
{
    struct place *place = *state;
    struct text example =
        zetaview_example_size(place->arena, &(struct zetaview_example){.empty = false});
    refuses_changed(place, &example, "25.000000\tsensed", "25,000000\tsensed", "is not a number");
    refuses_changed(place, &example, "25.000000\tsensed", "1e400\tsensed", "is not a number");
    refuses_changed(place, &example, "pH:\t7.000000", "Viscosity:\t1", "stands a second time");
    refuses_changed(place, &example, "Number\tConc", "Count\tConc", "no column \"Number\"");
    refuses_changed(place, &example, "Volume / nm^3", "Number", "stands twice");
    refuses_changed(place, &example, "\n7.500E+0", "\n8.500E+0", "bin of 7.5 nm is expected");
    refuses_changed(place, &example, "\n4.855E+0", "\n4.955E+0", "is expected");
    refuses_changed(place, &example, "1.025E+2\t5.900E+1", "1.025E+2\t-5.900E+1",
                    "is not a number from");
    refuses_changed(place, &example, "1.025E+2\t5.900E+1", "1.025E+2\tNaN", "is not a number");
    refuses_changed(place, &example, "1.025E+2\t5.900E+1", "1.025E+2", "has 4 cells");
    refuses_changed(place, &example, "-1.000E+0\t-1.000E+0\t", "-1.000E+0\t0.000E+0\t",
                    "is expected");
    refuses(place, "", "nothing in this file");
    refuses(place, "a,b\n1,2\n", "nothing in this file");
}

static void a_file_cut_behind_any_line_is_refused(void **state)
{
    struct place *place = *state;
    struct text example =
        zetaview_example_size(place->arena, &(struct zetaview_example){.empty = false});
    size_t accepted = 0;
    struct arena_mark mark = arena_mark(place->arena);
    /* Every line of the head and of the end; each seventh between. */
    size_t line = 0;
    for (size_t i = 0; i + 1 < example.length; i++) {
        if (example.bytes[i] != '\n')
            continue;
        if (++line > 60 && line % 7 != 0 && i + 400 < example.length)
            continue;
        begin(place);
        accepted += zetaview_read(place->arena, &place->fault, (const unsigned char *)example.bytes,
                                  i + 1, &place->result);
        accepted += zetaview_read(place->arena, &place->fault, (const unsigned char *)example.bytes,
                                  i, &place->result);
        arena_rewind(place->arena, mark);
    }
    assert_int_equal(accepted, 0);
    assert_true(line > 1400);
}

static void positions_are_read_and_their_means_followed(void **state)
{
    struct place *place = *state;
    begin(place);
    imports(place, zetaview_example_places(place->arena).bytes);
    zetaview_settle(place->arena, &place->result);
    const struct zetaview_places *places = &place->result.places;
    assert_int_equal(places->count, EXAMPLE_PLACES);
    assert_int_equal(places->used, EXAMPLE_PLACES - 1);
    assert_string_equal(places->places[3].removal, "GRUBBS_NUMBER");
    assert_true(fabs(places->own_mean[ZETAVIEW_PARTICLES] - 40.5) < 1e-9);
    /* 9, 7, 5, 3 and 1 from the mean, on both sides. */
    assert_true(fabs(places->own_sd[ZETAVIEW_PARTICLES] - sqrt(330.0 / 9)) < 1e-9);
    assert_true(places->in_cell);
    assert_true(places->dilution_low <= 500 && places->dilution_high >= 500);
    assert_string_equal(flagged(place, "positions_removed"), "0.30: GRUBBS_NUMBER");
    assert_null(flagged(place, "means_disagree"));
    assert_null(flagged(place, "means_missing"));
}

static void size_and_positions_of_one_measurement_agree(void **state)
{
    struct place *place = *state;
    struct text size =
        zetaview_example_size(place->arena, &(struct zetaview_example){.empty = false});
    struct text places = zetaview_example_places(place->arena);
    begin(place);
    imports(place, size.bytes);
    imports(place, places.bytes);
    zetaview_settle(place->arena, &place->result);
    assert_null(flagged(place, "positions_disagree"));
    assert_null(flagged(place, "original_concentration_disagrees"));
    begin(place);
    imports(place, size.bytes);
    imports(place, zetaview_example_changed(place->arena, &places, "X\t0.10\t20.0\t31.5",
                                            "X\t0.10\t20.0\t33.5"));
    zetaview_settle(place->arena, &place->result);
    assert_non_null(flagged(place, "positions_disagree"));
    assert_non_null(flagged(place, "means_disagree"));
    assert_false(read(place, size.bytes));
    assert_non_null(strstr(place->fault.text, "second"));
}

static void positions_that_hold_nothing_are_no_zero(void **state)
{
    static const char heading[] =
        "Use\tPosition\tMean Int.\tAv. No of Particles\tConc. (p./mL)\tOrig. Conc. (p./cm^3)\t"
        "No. of Traces\tX50 (nm)\tPeak (nm)\tSpan\tDrift\tRemoval\n";
    struct place *place = *state;
    begin(place);
    imports(place, arena_print(place->arena, "%s%s%s", heading,
                               "\t0.10\t1.1\t15.0\t6.4E+6\t6.4E+9\t0\t5997.5\t0.0\t0.0\t5.5\t"
                               "MIN_TRACES\n",
                               "\tMean\t0.0\t0.0\t0.0E+0\t0.0E+0\t0.0\t0.0\t0.0\t0.0\t0.0\t\n"
                               "\tSt.Dev.\t0.0\t0.0\t0.0E+0\t0.0E+0\t0.0\t0.0\t0.0\t0.0\t0.0\t\n"));
    zetaview_settle(place->arena, &place->result);
    assert_true(isnan(place->result.places.own_mean[ZETAVIEW_PER_ML]));
    assert_non_null(flagged(place, "no_position_used"));
    assert_non_null(flagged(place, "position_without_traces"));
    assert_null(flagged(place, "means_disagree"));
}

static void what_is_no_table_of_positions_is_refused(void **state)
{
    struct place *place = *state;
    struct text places = zetaview_example_places(place->arena);
    refuses_changed(place, &places, "X\t0.10", "Y\t0.10", "neither X nor blank");
    refuses_changed(place, &places, "X\t0.15", "X\t0.10", "does not follow");
    refuses_changed(place, &places, "X\t0.15", "X\t", "names no position");
    refuses_changed(place, &places, "X\t0.15\t20.0", "X\t0.15\t20,0", "is not a number");
    refuses_changed(place, &places, "X\t0.15\t20.0", "X\t0.15\t-20.0", "is not a number");
    refuses_changed(place, &places, "X\t0.15\t20.0\t", "X\t0.15\t", "has 11 cells");
    refuses_changed(place, &places, "No. of Traces", "Traces", "no column \"No. of Traces\"");
    refuses_changed(place, &places, "\tSt.Dev.", "\tMean", "second time");
    refuses(place, "Use\tPosition\tAv. No\tConc.\tNo. of Traces\tX50\n", "no position");
}

static void a_profile_is_given_as_it_stands(void **state)
{
    static const char profile[] =
        "Original File:\tX:\\p_prof_488.avi\nSoftware:\tZetaView (version 8.06.01 SP1)\n"
        "Temperature:\t25.0\tentered\nViscosity:\t0.890000\nType of Measurement:\tZeta Potential\n"
        "ZP Profile:\nPosition\tZP (mV)\tNote\n0.10\t-25.5\tx\n0.20\tNaN\ty\n";
    struct place *place = *state;
    begin(place);
    imports(place, profile);
    zetaview_settle(place->arena, &place->result);
    const struct zetaview_table *table = &place->result.profile.tables[0];
    assert_int_equal(place->result.profile.count, 1);
    assert_string_equal(table->title, "ZP Profile");
    assert_int_equal(table->columns, 3);
    assert_int_equal(table->rows, 2);
    assert_true(table->values[1] == -25.5);
    assert_true(isnan(table->values[4]));
    assert_string_equal(table->texts[4], "NaN");
    assert_non_null(flagged(place, "unvalidated"));
    assert_non_null(flagged(place, "temperature_entered"));
    struct text text = text_open(place->arena);
    text_add(&text, profile);
    refuses_changed(place, &text, "0.20\tNaN\ty", "0.20\tNaN", "has 2 cells");
    refuses_changed(place, &text, "-25.5", "1e999", "larger than any number");
    refuses_changed(place, &text, "Position\tZP (mV)\tNote\n", "", "without a heading");
    refuses_changed(place, &text, "Position\tZP (mV)\tNote\n0.10\t-25.5\tx\n0.20\tNaN\ty\n", "",
                    "without a table");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_size_distribution_is_read_and_its_figures_recomputed),
        cmocka_unit_test(line_ends_of_windows_and_utf8_change_nothing),
        cmocka_unit_test(an_empty_result_is_no_zero),
        cmocka_unit_test(vendor_traps_are_named),
        cmocka_unit_test(what_was_changed_behind_its_back_is_flagged),
        cmocka_unit_test(what_is_no_size_distribution_is_refused),
        cmocka_unit_test(a_file_cut_behind_any_line_is_refused),
        cmocka_unit_test(positions_are_read_and_their_means_followed),
        cmocka_unit_test(size_and_positions_of_one_measurement_agree),
        cmocka_unit_test(positions_that_hold_nothing_are_no_zero),
        cmocka_unit_test(what_is_no_table_of_positions_is_refused),
        cmocka_unit_test(a_profile_is_given_as_it_stands),
    };
    return cmocka_run_group_tests(tests, place_make, place_leave);
}
