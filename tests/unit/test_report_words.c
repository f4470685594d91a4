/* test_report_words.c: is every word there in every language, and every number as a reader writes
 * it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/columns.h"
#include "measure/chart.h"
#include "measure/curve.h"
#include "measure/report_number.h"
#include "test.h"

#include <math.h>

static struct arena *arena;

static struct report_voice voice_of(enum report_language language, bool plain)
{
    return (struct report_voice){.arena = arena, .language = language, .plain = plain};
}

static int start(void **state)
{
    (void)state;
    arena = arena_open(16 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

static unsigned places_of(const char *text)
{
    unsigned places = 0;
    for (; *text; text++)
        if (text[0] == '{' && text[1] >= '1' && text[1] <= '9' && text[2] == '}')
            places |= 1U << (text[1] - '1');
    return places;
}

static bool has_wide(const char *text)
{
    return columns_of(text) > columns_characters(text);
}

static void every_word_stands_in_both_languages_with_the_same_places(void **state)
{
    (void)state;
    size_t japanese = 0;
    for (enum report_word word = 0; word < REPORT_WORD_COUNT; word++) {
        const char *en = report_word(REPORT_EN, word), *ja = report_word(REPORT_JA, word);
        bool unit = word >= WORD_FLAG_TRACKS && (word - WORD_FLAG_TRACKS) % 2 == 1;
        if ((!*en || !*ja) && !(unit && !*en && !*ja))
            fail_msg("word %d is missing: \"%s\", \"%s\"", (int)word, en, ja);
        if (places_of(en) != places_of(ja))
            fail_msg("\"%s\" and \"%s\" have other places for values", en, ja);
        if (has_wide(en))
            fail_msg("\"%s\" is not English", en);
        assert_true(text_is_utf8(ja, strlen(ja)) && text_is_clean(ja, false));
        japanese += has_wide(ja);
    }
    assert_true(japanese > REPORT_WORD_COUNT * 3 / 4);
}

static void flags_states_and_terms_have_their_own_words(void **state)
{
    (void)state;
    assert_string_equal(report_word(REPORT_EN, report_flag_name(QUALITY_TRACKS)),
                        "number of tracks");
    assert_string_equal(report_word(REPORT_EN, report_flag_name(QUALITY_VALID_SHARE)),
                        "share of valid tracks");
    assert_string_equal(report_word(REPORT_JA, report_state(FLAG_FAIL)), "不適");
    assert_string_equal(report_word(REPORT_EN, report_term(MEASURE_TERM_BLANK)), "blank");
    for (enum flag_kind kind = QUALITY_TRACKS; kind < QUALITY_KINDS; kind++) {
        const char *unit = report_word(REPORT_EN, report_flag_unit(kind));
        assert_string_equal(unit, flag_meaning(kind)->unit);
    }
}

static void values_go_to_their_places_and_braces_stay(void **state)
{
    (void)state;
    struct report_voice en = voice_of(REPORT_EN, false), ja = voice_of(REPORT_JA, false);
    assert_string_equal(report_say(&en, WORD_PAGE, "1", "2"), "Page 1 of 2");
    assert_string_equal(report_say(&ja, WORD_PAGE, "{2}", "2"), "{2} / 2 ページ");
    assert_string_equal(report_say(&en, WORD_PAGE, "1"), "Page 1 of ");
}

static void numbers_are_written_as_a_reader_writes_them(void **state)
{
    (void)state;
    struct report_voice paper = voice_of(REPORT_EN, false), plain = voice_of(REPORT_EN, true);
    static const struct {
        double value;
        const char *paper, *plain;
    } rows[] = {
        {0, "0.00", "0.00"},
        {0.6666, "0.667", "0.667"},
        {9.996, "10.0", "10.0"},
        {-12.34, "-12.3", "-12.3"},
        {99999, "99999", "99999"},
        {99999.6, "1.00 × 10⁵", "1.00e5"},
        {1.2e9, "1.20 × 10⁹", "1.20e9"},
        {8.126e10, "8.13 × 10¹⁰", "8.13e10"},
        {6.02e123, "6.02 × 10¹²³", "6.02e123"},
        {0.00012, "1.20 × 10⁻⁴", "1.20e-4"},
        {NAN, "–", "-"},
        {INFINITY, "–", "-"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(number_text(&paper, rows[i].value, 3), rows[i].paper);
        assert_string_equal(number_text(&plain, rows[i].value, 3), rows[i].plain);
    }
    assert_string_equal(number_size(&paper, 99.96), "100.0");
    assert_string_equal(number_size(&paper, 1234.5), "1234");
    assert_string_equal(number_count(&paper, 0), "0");
    assert_string_equal(number_count(&paper, 999), "999");
    assert_string_equal(number_count(&paper, 1234567), "1,234,567");
    assert_string_equal(number_given(&paper, 32.5), "32.5");
    assert_string_equal(number_signed(&paper, 0.126, 2), "+0.13");
    assert_string_equal(number_sizes(&paper, 88.14, 1200.2), "88.1 – 1200");
}

static void a_text_takes_the_columns_of_its_letters(void **state)
{
    (void)state;
    assert_int_equal(columns_of("abc µ ±"), 7);
    assert_int_equal(columns_of("粒子径 D50"), 10);
    assert_string_equal(columns_plain(arena, "5 µm² ± 1 × 2 °C – …"), "5 um2 +- 1 x 2 C - ...");
    assert_string_equal(columns_plain(arena, "粒子"), "粒子");
    struct text out = text_open(arena);
    columns_pad(&out, "粒", 4);
    columns_pad(&out, "abcde", 4);
    assert_string_equal(out.bytes, "粒  abcde ");
}

static void no_line_is_longer_than_it_may_be(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "One word after another until the line is full, and then the next line begins behind it.",
        "視野が振動しており、共通の動きが変位に加わって粒径が小さく出ます。3.5 nm ほど、(約)です。",
        "", "a_word_that_is_longer_than_the_whole_line_stays_whole"};
    for (size_t i = 0; i < 3; i++) {
        struct text out = text_open(arena);
        columns_wrap(&out, texts[i], 4, 4, 30);
        size_t count = 0;
        const char **lines = text_split(arena, out.bytes, '\n', &count);
        for (size_t l = 0; l < count; l++) {
            assert_true(columns_of(lines[l]) <= (l ? 32 : 28)); /* what closes may stand out */
            assert_false(text_starts(lines[l], "    、") || text_starts(lines[l], "    。"));
        }
    }
    struct text out = text_open(arena);
    columns_wrap(&out, texts[3], 4, 4, 30);
    assert_string_equal(out.bytes, arena_print(arena, "%s\n", texts[3]));
}

static void a_long_name_is_shortened_in_its_middle_and_cleaned(void **state)
{
    (void)state;
    assert_string_equal(columns_shorten(arena, "capture.avi", 11, "…"), "capture.avi");
    assert_string_equal(columns_shorten(arena, "capture_0001.avi", 9, "…"), "capt….avi");
    assert_string_equal(columns_shorten(arena, "粒子径の測定ファイル.avi", 8, "…"), "粒子径の…avi");
    assert_string_equal(columns_shorten(arena, "a\nb\x7f\tc", 20, "…"), "a?b??c");
    assert_string_equal(columns_shorten(arena,
                                        "a\xe2\x80\xae"
                                        "b",
                                        20, "…"),
                        "a???b");
    assert_int_equal(columns_characters(columns_shorten(arena, "abcdefgh", 1, "…")), 2);
}

static void ticks_are_round_and_hold_the_ends(void **state)
{
    (void)state;
    assert_true(fabs(chart_step(61, 6) - 20) < 1e-12);
    assert_true(fabs(chart_step(0.49, 5) - 0.1) < 1e-12);
    assert_true(fabs(chart_step(100, 5) - 20) < 1e-12);
    assert_true(chart_step(0, 5) > 0 && chart_step(INFINITY, 5) > 0);
    double low = 37, high = 612;
    chart_round_log(&low, &high);
    assert_true(fabs(low - 30) < 1e-9 && fabs(high - 700) < 1e-9);
    low = 10;
    high = 100;
    chart_round_log(&low, &high);
    assert_true(fabs(low - 10) < 1e-9 && fabs(high - 100) < 1e-9);
    const struct chart chart = {.left = 10,
                                .top = 20,
                                .width = 100,
                                .height = 50,
                                .log_x = true,
                                .x_low = 10,
                                .x_high = 1000,
                                .y_high = 4};
    assert_true(fabs(chart_x(&chart, 100) - 60) < 1e-9);
    assert_true(fabs(chart_y(&chart, 1) - 57.5) < 1e-9);
}

/* The bell is a convolution: its content is that of the shares, and its variance in ln(size) is
 * theirs and its own. */
static void a_drawn_curve_keeps_content_and_widens_by_its_bell(void **state)
{
    (void)state;
    const struct measure_sizes sizes = measure_sizes_default();
    double shares[240] = {0}, smooth[240], sum = 0, mean = 0, variance = 0;
    shares[120] = 0.75;
    shares[121] = 0.25;
    curve_smooth(&sizes, shares, smooth);
    for (size_t i = 0; i < sizes.count; i++) {
        sum += smooth[i];
        mean += smooth[i] * log(measure_size_centre_nm(&sizes, i));
    }
    for (size_t i = 0; i < sizes.count; i++)
        variance += smooth[i] * pow(log(measure_size_centre_nm(&sizes, i)) - mean, 2);
    const double cell = log(2000 / 10.0) / 240;
    assert_true(fabs(sum - 1) < 1e-12);
    assert_true(fabs(mean - log(measure_size_centre_nm(&sizes, 120)) - 0.25 * cell) < 1e-9);
    /* The bell ends at four standard deviations, which takes 0.1 % of its variance. */
    assert_true(fabs(variance - CURVE_LN_SD * CURVE_LN_SD - 0.1875 * cell * cell) < 2e-5);
    for (size_t i = 0; i < 2; i++) {
        double edge[240] = {0};
        edge[i ? 239 : 0] = 1;
        curve_smooth(&sizes, edge, smooth);
        sum = 0;
        for (size_t k = 0; k < sizes.count; k++)
            sum += smooth[k];
        assert_true(fabs(sum - 1) < 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_stands_in_both_languages_with_the_same_places),
        cmocka_unit_test(flags_states_and_terms_have_their_own_words),
        cmocka_unit_test(values_go_to_their_places_and_braces_stay),
        cmocka_unit_test(numbers_are_written_as_a_reader_writes_them),
        cmocka_unit_test(a_text_takes_the_columns_of_its_letters),
        cmocka_unit_test(no_line_is_longer_than_it_may_be),
        cmocka_unit_test(a_long_name_is_shortened_in_its_middle_and_cleaned),
        cmocka_unit_test(ticks_are_round_and_hold_the_ends),
        cmocka_unit_test(a_drawn_curve_keeps_content_and_widens_by_its_bell),
    };
    return cmocka_run_group_tests(tests, start, end);
}
