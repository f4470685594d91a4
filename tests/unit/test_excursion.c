/* test_excursion.c: is time out of range counted from the last to the first good reading? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "supply/excursion.h"
#include "supply/exposure.h"

#include <string.h>

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static int arena_make(void **state)
{
    *state = arena_open((size_t)64 << 20);
    return 0;
}

static int arena_leave(void **state)
{
    arena_close(*state);
    return 0;
}

#define START "2025-08-26T01:50:00+09:00"

static int64_t usec(const char *text)
{
    int64_t at = 0;
    int zone = 0;
    assert_true(instant_parse(text, &at, &zone));
    return at;
}

/* One reading every ten minutes from 01:50 on; an empty word is a missing one. */
static struct logger_file file_of(struct arena *arena, const char *const *words, size_t count)
{
    struct text text = text_open(arena);
    struct fault fault = {0};
    struct logger_file file;
    text_add(&text, "time,probe_a_c\n");
    for (size_t i = 0; i < count; i++)
        text_print(&text, "%s,%s\n",
                   instant_print(arena, usec(START) + (int64_t)i * 10 * USEC_PER_MINUTE), words[i]);
    if (!logger_file_read(arena, &fault, (const unsigned char *)text.bytes, text.length, NULL,
                          &file))
        fail_msg("%s", fault.text);
    return file;
}

static struct excursion_figures count_words(struct arena *arena, const char *const *words,
                                            size_t count, struct rows *periods)
{
    const struct logger_file file = file_of(arena, words, count);
    const struct excursion_question question = {
        .packed_usec = file.at_usec[0],
        .arrived_usec = file.at_usec[file.readings - 1],
        .most_c = {"-60.0", -60.0},
        .counting = excursion_between_good,
    };
    *periods = excursion_periods(arena);
    return excursion_count(arena, &file, 0, &question, periods);
}
#define COUNT(arena, words, periods)                                                               \
    count_words(arena, words, sizeof words / sizeof *words, periods)

static const char *const probe_a[] = {"-70.5", "-66.0", "-61.0", "-57.5", "-54.0",
                                      "-51.5", "-49.5", "-48.5", "-50.0", "-53.0",
                                      "-56.5", "-59.0", "-62.0", "-66.5"};
static const char *const probe_b[] = {"-77.5", "-77.0", "-76.5", "-75.5", "-74.5",
                                      "-73.5", "-72.5", "-72.0", "-71.5", "-72.0",
                                      "-73.0", "-74.0", "-75.0", "-76.0"};

static void nine_warm_readings_are_a_hundred_minutes(void **state)
{
    struct rows periods;
    const struct excursion_figures figures = COUNT(*state, probe_a, &periods);
    assert_int_equal(figures.above, 9);
    assert_string_equal(figures.maximum_c.text, "-48.5");
    assert_true(figures.minutes_out.known);
    assert_int_equal(figures.minutes_out.value, 100);
    assert_string_equal(figures.hold_last_minutes.text, "90.0");
    assert_string_equal(figures.linear_minutes.text, "90.5");
    assert_int_equal(periods.count, 1);
    const struct excursion_period *period = periods.items;
    assert_int_equal(period->from.usec, usec("2025-08-26T02:10:00+09:00"));
    assert_int_equal(period->until.usec, usec("2025-08-26T03:50:00+09:00"));
    assert_string_equal(period->why, "warm");
}

static void the_cold_probe_below_it_is_out_for_no_minute(void **state)
{
    struct rows periods;
    const struct excursion_figures figures = COUNT(*state, probe_b, &periods);
    assert_int_equal(figures.above, 0);
    assert_int_equal(figures.minutes_out.value, 0);
    assert_string_equal(figures.maximum_c.text, "-71.5");
    assert_int_equal(periods.count, 0);
}

static void the_limit_itself_is_good_and_a_tenth_above_it_is_not(void **state)
{
    static const struct {
        const char *word;
        int64_t minutes;
    } rows[] = {{"-60.1", 0}, {"-60.0", 0}, {"-59.9", 20}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rows periods;
        const char *const words[] = {"-70.0", rows[i].word, "-70.0"};
        assert_int_equal(COUNT(*state, words, &periods).minutes_out.value, rows[i].minutes);
    }
}

static void a_missing_reading_is_a_gap_of_twenty_minutes(void **state)
{
    struct rows periods;
    const char *const words[] = {"-70.0", "-70.0", "", "-70.0"};
    const struct excursion_figures figures = COUNT(*state, words, &periods);
    assert_int_equal(figures.gaps, 1);
    assert_int_equal(figures.minutes_out.value, 20);
    assert_int_equal(figures.readings, 3);
    assert_string_equal(ROWS(periods, const struct excursion_period)[0].why, "gap");
}

static void a_good_reading_between_two_warm_ones_divides_nothing_away(void **state)
{
    struct rows periods;
    const char *const words[] = {"-70.0", "-50.0", "-70.0", "-50.0", "", "-70.0"};
    const struct excursion_figures figures = COUNT(*state, words, &periods);
    assert_int_equal(figures.minutes_out.value, 50);
    assert_int_equal(figures.periods, 2);
    assert_string_equal(ROWS(periods, const struct excursion_period)[1].why, "warm_and_gap");
}

static void warm_at_packing_or_at_arrival_counts_up_to_the_door(void **state)
{
    struct rows periods;
    const char *const words[] = {"-50.0", "-70.0", "-70.0", "-50.0"};
    assert_int_equal(COUNT(*state, words, &periods).minutes_out.value, 20);
}

/* A file of good readings every ten minutes, on a way that begins and ends as told. */
static struct excursion_figures count_way(struct arena *arena, const char *packed,
                                          const char *arrived)
{
    static const char text[] = "time,probe_a_c\n"
                               "2025-08-26T02:00:00+09:00,-70.0\n"
                               "2025-08-26T02:10:00+09:00,-70.0\n"
                               "2025-08-26T02:20:00+09:00,-70.0\n"
                               "2025-08-26T02:30:00+09:00,-10.0\n";
    struct fault fault = {0};
    struct logger_file file;
    struct rows periods = excursion_periods(arena);
    assert_true(
        logger_file_read(arena, &fault, (const unsigned char *)text, sizeof text - 1, NULL, &file));
    const struct excursion_question question = {
        usec(packed), usec(arrived), {"-60", -60}, excursion_between_good, {true, 60}};
    return excursion_count(arena, &file, 0, &question, &periods);
}

static void a_logger_that_begins_late_or_ends_early_leaves_a_gap(void **state)
{
    const char *const packed = "2025-08-26T01:50:00+09:00";
    const char *const late = "2025-08-26T01:49:00+09:00";
    const char *const arrived = "2025-08-26T02:25:00+09:00";
    assert_int_equal(count_way(*state, packed, arrived).minutes_out.value, 0);
    assert_int_equal(count_way(*state, late, arrived).minutes_out.value, 11);
    assert_int_equal(count_way(*state, packed, "2025-08-26T02:29:59+09:00").minutes_out.value, 0);
    assert_int_equal(count_way(*state, packed, "2025-08-26T02:30:00+09:00").minutes_out.value, 10);
    assert_int_equal(count_way(*state, packed, "2025-08-26T03:30:00+09:00").minutes_out.value, 70);
    /* nothing was read on the way at all */
    assert_false(count_way(*state, "2025-08-26T03:00:00+09:00", "2025-08-26T03:30:00+09:00")
                     .minutes_out.known);
}

static void without_a_signed_limit_or_rule_nothing_is_known(void **state)
{
    static const char text[] = "time,probe_a_c\n2025-08-26T02:00:00Z,-70.0\n"
                               "2025-08-26T02:10:00Z,-70.0\n";
    struct fault fault = {0};
    struct logger_file file;
    struct rows periods = excursion_periods(*state);
    assert_true(logger_file_read(*state, &fault, (const unsigned char *)text, sizeof text - 1, NULL,
                                 &file));
    struct excursion_question question = {
        file.at_usec[0], file.at_usec[1], {"-60", -60}, NULL, {true, 60}};
    assert_false(excursion_count(*state, &file, 0, &question, &periods).minutes_out.known);
    question.counting = "hold_last";
    assert_false(excursion_count(*state, &file, 0, &question, &periods).minutes_out.known);
    question.counting = excursion_between_good;
    question.most_c = (struct real){0};
    assert_false(excursion_count(*state, &file, 0, &question, &periods).minutes_out.known);
}

static void more_periods_than_are_listed_still_count(void **state)
{
    const size_t count = 2 * EXCURSION_PERIODS + 41;
    const char **words = arena_take(*state, count * sizeof(*words));
    struct rows periods;
    for (size_t i = 0; i < count; i++)
        words[i] = i % 2 ? "-50.0" : "-70.0";
    const struct excursion_figures figures = count_words(*state, words, count, &periods);
    assert_int_equal(figures.periods, EXCURSION_PERIODS + 20);
    assert_int_equal(figures.minutes_out.value, 20 * (EXCURSION_PERIODS + 20));
    assert_int_equal(periods.count, EXCURSION_PERIODS);
}

static void minutes_add_up_over_the_life_of_a_vial(void **state)
{
    struct exposure rows[] = {{.lot = "L-1", .first = 1, .last = 20, .minutes = {true, 20}},
                              {.lot = "L-1", .first = 11, .last = 30, .minutes = {true, 40}},
                              {.lot = "L-1", .first = 40, .last = 50}};
    const struct rows all = {3, rows};
    (void)state;
    assert_int_equal(exposure_most(&all, 1, 10).value, 20);
    assert_int_equal(exposure_most(&all, 1, 11).value, 60);
    assert_int_equal(exposure_most(&all, 21, 39).value, 40);
    assert_int_equal(exposure_most(&all, 31, 39).value, 0);
    assert_true(exposure_most(&all, 31, 39).known);
    assert_false(exposure_most(&all, 31, 40).known);
    assert_false(exposure_most(&all, 45, 45).known);
}

static const char *refusal(struct arena *arena, const char *text, const char *zone)
{
    struct fault *fault = arena_take(arena, sizeof *fault);
    struct logger_file file;
    assert_false(
        logger_file_read(arena, fault, (const unsigned char *)text, strlen(text), zone, &file));
    assert_int_equal(fault->kind, FAULT_INPUT);
    assert_int_equal(file.readings, 0);
    return fault->text;
}

static void each_refusal_names_line_and_column(void **state)
{
    static const struct {
        const char *text;
        const char *place;
    } rows[] = {
        {"", "Line 1, column 1"},
        {"Time,probe_a_c\n", "Line 1, column 1"},
        {"time\n", "Line 1, column 1"},
        {"time,probe_a_f\n", "Line 1, column 2 (character 6)"},
        {"time,probe_a_c,probe_A_c\n", "Line 1, column 3 (character 16)"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,-70\n", "Line 3, column 1"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,-70\n2025-08-26T02:00:00Z,-70\n",
         "Line 3, column 1"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,-70\n2025-08-26T01:59:00Z,-70\n",
         "Line 3, column 1"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,-70\n2025-08-26T02:10:00Z,-7",
         "Line 3, column 2 (character 22)"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z\n", "Line 2, column 1"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,-70,1\n", "Line 2, column 3"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,NaN\n", "Line 2, column 2"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,-200.1\n", "Line 2, column 2"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,60.1\n", "Line 2, column 2"},
        {"time,probe_a_c\n2025-08-26 02:00,-70\n", "Line 2, column 1"},
        {"time,probe_a_c\n2025-02-30T02:00:00Z,-70\n", "Line 2, column 1"},
        {"time,zone,probe_a_c\n2025-08-26 02:00,JST,-70\n", "Line 2, column 2"},
        {"time,probe_a_c\n\n2025-08-26T02:00:00Z,-70\n", "Line 3, column 1"},
        {"time,probe_a_c\n2025-08-26T02:00:00Z,\xB0\n", "Line 1, column 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *text = refusal(*state, rows[i].text, NULL);
        if (!text_starts(text, rows[i].place))
            fail_msg("row %zu: %s", i, text);
    }
}

static void a_local_time_takes_its_zone_from_the_row_or_from_beside_the_file(void **state)
{
    static const char row[] = "time,zone,probe_a_c\n2025-08-26 02:00,+09:00,-70\n"
                              "2025-08-26 02:10:00,+09:00,-70\n\n";
    static const char beside[] = "time,probe_a_c\n2025-08-26 02:00,-70\n2025-08-26 02:10,-70\n";
    struct fault fault = {0};
    struct logger_file file;
    assert_true(
        logger_file_read(*state, &fault, (const unsigned char *)row, sizeof row - 1, NULL, &file));
    assert_int_equal(file.at_usec[0], usec("2025-08-25T17:00:00Z"));
    assert_true(logger_file_read(*state, &fault, (const unsigned char *)beside, sizeof beside - 1,
                                 "+09:00", &file));
    assert_int_equal(file.at_usec[1], usec("2025-08-25T17:10:00Z"));
    refusal(*state, "time,probe_a_c\n2025-08-26T02:00:00Z,-70\n", "+09:00");
    refusal(*state, beside, "JST");
}

static void the_interval_is_the_commonest_step(void **state)
{
    static const char text[] = "time,probe_b2_c\n2025-08-26T02:00:00Z,-70\n"
                               "2025-08-26T02:05:00Z,-70\n2025-08-26T02:25:00Z,-70\n"
                               "2025-08-26T02:30:00Z,-70\n";
    struct fault fault = {0};
    struct logger_file file;
    assert_true(logger_file_read(*state, &fault, (const unsigned char *)text, sizeof text - 1, NULL,
                                 &file));
    assert_int_equal(file.interval_usec, 5 * USEC_PER_MINUTE);
    assert_int_equal(logger_file_probe(&file, "B2"), 0);
    assert_int_equal(logger_file_probe(&file, "A"), 1);
}

static struct excursion_question asked_of(const struct logger_file *file)
{
    return (struct excursion_question){.packed_usec = file->at_usec[0],
                                       .arrived_usec = file->at_usec[file->readings - 1],
                                       .most_c = {"-60.0", -60.0},
                                       .counting = excursion_between_good};
}

static void each_reading_says_what_it_counts_for(void **state)
{
    static const char *const words[] = {"-90.0", "-70.0", "-59.0", "-61.0",
                                        "",      "-70.0", "-70.0", "-50.0"};
    static const struct {
        const char *state;
        int64_t minutes; /* -1: not known */
        bool out;
        bool gap;
    } rows[] = {{"outside", -1, false, false}, {"good", 0, false, false},
                {"warm", 10, true, false},     {"good", 20, false, false},
                {"missing", -1, true, false},  {"good", 40, false, true},
                {"good", 40, false, false},    {"outside", -1, false, false}};
    const struct logger_file file = file_of(*state, words, sizeof words / sizeof *words);
    struct excursion_question question = asked_of(&file);
    question.packed_usec += 10 * USEC_PER_MINUTE;
    question.arrived_usec -= 10 * USEC_PER_MINUTE;
    const struct rows readings = excursion_readings(*state, &file, 0, &question);
    assert_int_equal(readings.count, file.readings);
    for (size_t i = 0; i < readings.count; i++) {
        const struct excursion_reading *row = &ROWS(readings, const struct excursion_reading)[i];
        assert_string_equal(row->state, rows[i].state);
        assert_int_equal(row->minutes_out.known ? row->minutes_out.value : -1, rows[i].minutes);
        assert_int_equal(row->out, rows[i].out);
        assert_int_equal(row->gap, rows[i].gap);
        assert_int_equal(row->at.usec, file.at_usec[i]);
    }
}

static void what_no_signed_rule_judges_counts_as_out(void **state)
{
    static const char *const words[] = {"-70.0", "", "-70.0"};
    const struct logger_file file = file_of(*state, words, 3);
    struct excursion_question question = asked_of(&file);
    question.counting = NULL;
    const struct rows readings = excursion_readings(*state, &file, 0, &question);
    for (size_t i = 0; i < readings.count; i++) {
        const struct excursion_reading *row = &ROWS(readings, const struct excursion_reading)[i];
        assert_string_equal(row->state, i == 1 ? "missing" : "unjudged");
        assert_true(row->out);
        assert_false(row->minutes_out.known);
    }
}

/* Any sequence of good, warm and missing readings; its last one is good. */
static const char **draw_words(struct arena *arena, uint64_t seed, size_t count)
{
    static const char *const words[] = {"-70.0", "-65.0", "-59.0", "", "-80.0"};
    const char **drawn = arena_take(arena, count * sizeof *drawn);
    for (size_t i = 0; i < count; i++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        drawn[i] = words[(seed >> 33) % (sizeof words / sizeof *words)];
    }
    drawn[count - 1] = "-70.0";
    return drawn;
}

static void the_readings_add_up_to_the_figures(void **state)
{
    for (uint64_t seed = 1; seed <= 50; seed++) {
        struct rows periods;
        const char **words = draw_words(*state, seed, 40);
        const struct excursion_figures figures = count_words(*state, words, 40, &periods);
        const struct logger_file file = file_of(*state, words, 40);
        const struct excursion_question question = asked_of(&file);
        const struct rows readings = excursion_readings(*state, &file, 0, &question);
        const struct excursion_reading *row = readings.items;
        assert_int_equal(row[39].minutes_out.value, figures.minutes_out.value);
        int64_t above = 0;
        for (size_t i = 0; i < readings.count; i++)
            above += text_equals(row[i].state, "warm");
        assert_int_equal(above, figures.above);
    }
}

static void thinning_keeps_the_extremes_and_the_gaps_and_says_what_it_left_out(void **state)
{
    enum { COUNT = 500, POINTS = 61 };
    const char **words = arena_take(*state, COUNT * sizeof *words);
    for (size_t i = 0; i < COUNT; i++)
        words[i] = i == 123 ? "-48.5" : i == 321 ? "-91.5" : i == 222 ? "" : "-70.0";
    const struct logger_file file = file_of(*state, words, COUNT);
    const struct excursion_question question = asked_of(&file);
    struct rows readings = excursion_readings(*state, &file, 0, &question);
    excursion_thin(&readings, POINTS);
    assert_in_range(readings.count, 3, POINTS);
    int64_t told = 0, warmest = 0, coldest = 0, missing = 0, gaps = 0;
    for (size_t i = 0; i < readings.count; i++) {
        const struct excursion_reading *row = &ROWS(readings, const struct excursion_reading)[i];
        told += 1 + row->left_out;
        warmest += text_equals(row->temperature_c.text, "-48.5");
        coldest += text_equals(row->temperature_c.text, "-91.5");
        missing += text_equals(row->state, "missing");
        gaps += row->gap;
        assert_int_equal(row->at.usec, file.at_usec[told - 1]);
    }
    assert_int_equal(told, COUNT);
    assert_int_equal(warmest, 1);
    assert_int_equal(coldest, 1);
    assert_int_equal(missing, 1);
    assert_int_equal(gaps, 1);
}

static void few_readings_are_told_whole(void **state)
{
    const struct logger_file file = file_of(*state, probe_a, 14);
    const struct excursion_question question = asked_of(&file);
    struct rows readings = excursion_readings(*state, &file, 0, &question);
    excursion_thin(&readings, EXCURSION_POINTS_LEAST);
    assert_int_equal(readings.count, 14);
}

#define ARENA(test) cmocka_unit_test_setup_teardown(test, arena_make, arena_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA(nine_warm_readings_are_a_hundred_minutes),
        ARENA(the_cold_probe_below_it_is_out_for_no_minute),
        ARENA(the_limit_itself_is_good_and_a_tenth_above_it_is_not),
        ARENA(a_missing_reading_is_a_gap_of_twenty_minutes),
        ARENA(a_good_reading_between_two_warm_ones_divides_nothing_away),
        ARENA(warm_at_packing_or_at_arrival_counts_up_to_the_door),
        ARENA(a_logger_that_begins_late_or_ends_early_leaves_a_gap),
        ARENA(without_a_signed_limit_or_rule_nothing_is_known),
        ARENA(more_periods_than_are_listed_still_count),
        ARENA(minutes_add_up_over_the_life_of_a_vial),
        ARENA(each_refusal_names_line_and_column),
        ARENA(a_local_time_takes_its_zone_from_the_row_or_from_beside_the_file),
        ARENA(the_interval_is_the_commonest_step),
        ARENA(each_reading_says_what_it_counts_for),
        ARENA(what_no_signed_rule_judges_counts_as_out),
        ARENA(the_readings_add_up_to_the_figures),
        ARENA(thinning_keeps_the_extremes_and_the_gaps_and_says_what_it_left_out),
        ARENA(few_readings_are_told_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
