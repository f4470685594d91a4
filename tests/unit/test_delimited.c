/* test_delimited.c: are cells cut where they end, and is a number read whole or not at all? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/delimited.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <locale.h>
#include <stdlib.h>

static enum delimited_number read_number(const char *text, double *number)
{
    struct delimited_cell cell = {.bytes = (const unsigned char *)text, .size = strlen(text)};
    return delimited_number(&cell, number);
}

static void a_number_is_the_nearest_double(void **state)
{
    (void)state;
    static const char *const numbers[] = {
        "0",
        "-0.0",
        "0.5",
        "24.982500",
        "5.91e+12",
        "6.67E+10",
        " 1.5\t",
        "1e22",
        "1e23",
        "1e-22",
        "1e-23",
        "3.",
        ".5",
        "+7",
        "0.1",
        "0.3",
        "1e308",
        "1e-308",
        "123456789012345",
        "9007199254740993",
        "9007199254740992.5",
        "0.95294099999999997",
        "179769313486231570000000000000000000",
        "1234567890.1234567890123456789",
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        double number = 99;
        assert_int_equal(read_number(numbers[i], &number), NUMBER_READ);
        double nearest = strtod(numbers[i], NULL);
        assert_memory_equal(&number, &nearest, sizeof number);
    }
}

static void what_is_not_wholly_a_number_is_none(void **state)
{
    (void)state;
    static const char *const words[] = {"",    " ",     ".",   "-",    "1e",    "1e+",
                                        "e5",  "1.2.3", "1,5", "0x10", "inf",   "nan",
                                        "NaN", "1 2",   "1a",  "--1",  "1e5.0", "1_000"};
    static const char *const beyond[] = {"1e309", "-1e309", "1e-400", "1e99999999999999999999"};
    double number = 99;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(read_number(words[i], &number), NUMBER_MALFORMED);
    for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
        assert_int_equal(read_number(beyond[i], &number), NUMBER_BEYOND);
    assert_true(number == 99);
    assert_int_equal(read_number("0e-400", &number), NUMBER_READ);
    assert_true(number == 0);
}

/* A program that speaks German writes and reads 1,5; an instrument's file still holds 1.5. */
static void the_locale_does_not_matter(void **state)
{
    (void)state;
    double number = 0;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8")) {
        print_message("SKIPPED: no locale with a decimal comma is installed here.\n");
        skip();
    }
    assert_int_equal(read_number("0.95294099999999997", &number), NUMBER_READ);
    setlocale(LC_NUMERIC, "C");
    assert_true(number == 0.95294099999999997);
}

static void cells_know_their_place(void **state)
{
    (void)state;
    static const char bytes[] = "a,\"b, \"\"c\"\"\",\r\n\xC3\xA4,\"two\nlines\",z\n\nlast";
    struct arena *arena = arena_open(1 << 20);
    struct fault fault = {.kind = FAULT_NONE};
    struct delimited text;
    struct delimited_row row;
    bool found = false;
    assert_true(delimited_open(&text, &fault, (const unsigned char *)bytes, sizeof bytes - 1));
    assert_true(delimited_next(&text, &fault, &row, &found) && found && row.ended);
    assert_int_equal(row.count, 3);
    assert_string_equal(delimited_text(arena, &text, &row.cells[1]), "b, \"c\"");
    assert_true(delimited_blank(&row.cells[2]) && !delimited_row_blank(&row));
    assert_true(delimited_next(&text, &fault, &row, &found) && found);
    assert_string_equal(delimited_text(arena, &text, &row.cells[0]), "\xC3\xA4");
    assert_string_equal(delimited_text(arena, &text, &row.cells[1]), "two\nlines");
    assert_int_equal(row.cells[1].line, 2);
    assert_int_equal(row.cells[1].character, 3);
    assert_int_equal(row.cells[2].line, 3);
    assert_int_equal(row.cells[2].column, 3);
    assert_int_equal(row.cells[2].character, 8);
    assert_true(delimited_next(&text, &fault, &row, &found) && delimited_row_blank(&row));
    assert_true(delimited_next(&text, &fault, &row, &found) && found && !row.ended);
    assert_true(delimited_equals(&row.cells[0], "last") && delimited_begins(&row.cells[0], "la"));
    assert_true(delimited_next(&text, &fault, &row, &found) && !found);
    arena_close(arena);
}

/* Sequences from RFC 3629 that are no UTF-8 are read as Windows-1252, or refused with a mark. */
static void what_is_not_utf_8_is_read_as_windows_1252(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"\xC3\xA4", "\xC3\xA4"},
        {"\xE4", "\xC3\xA4"},
        {"\x80 1", "\xE2\x82\xAC 1"},
        {"\xC0\xAF", "\xC3\x80\xC2\xAF"},
        {"\xE0\xA0\xA0", "\xE0\xA0\xA0"},
        {"\xE0\x9F\xA0", "\xC3\xA0\xC5\xB8\xC2\xA0"},
        {"\xED\xA0\x80", "\xC3\xAD\xC2\xA0\xE2\x82\xAC"},
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80"},
        {"\xF4\x91\x80\x80", "\xC3\xB4\xE2\x80\x98\xE2\x82\xAC\xE2\x82\xAC"},
        {"\xF5\xA0", "\xC3\xB5\xC2\xA0"},
        {"\xE2\x82", "\xC3\xA2\xE2\x80\x9A"},
    };
    struct arena *arena = arena_open(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault = {.kind = FAULT_NONE};
        struct delimited text;
        struct delimited_row row;
        bool found = false;
        const unsigned char *bytes = (const unsigned char *)rows[i][0];
        assert_true(delimited_open(&text, &fault, bytes, strlen(rows[i][0])));
        assert_true(delimited_next(&text, &fault, &row, &found));
        assert_string_equal(delimited_text(arena, &text, &row.cells[0]), rows[i][1]);
    }
    arena_close(arena);
}

static void a_quote_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct fault fault = {.kind = FAULT_NONE};
    struct delimited text;
    struct delimited_row row;
    bool found = false;
    char quote[DELIMITED_QUOTE_BYTES];
    char bytes[300];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = "\xE7\xB4\xB0"[i % 3];
    assert_true(delimited_open(&text, &fault, (const unsigned char *)bytes, sizeof bytes));
    assert_true(delimited_next(&text, &fault, &row, &found));
    delimited_quote(&text, &row.cells[0], quote);
    assert_int_equal(strlen(quote), 93);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_is_the_nearest_double),
        cmocka_unit_test(what_is_not_wholly_a_number_is_none),
        cmocka_unit_test(the_locale_does_not_matter),
        cmocka_unit_test(cells_know_their_place),
        cmocka_unit_test(what_is_not_utf_8_is_read_as_windows_1252),
        cmocka_unit_test(a_quote_is_cut_at_a_whole_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
