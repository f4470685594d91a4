/* test_text.c: strict text: UTF-8, clean characters, codes, and cuts at whole characters. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "base/json.h"
#include "base/schema.h"
#include "base/time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void utf8_is_strict(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        bool good;
    } rows[] = {
        {"plain", true},
        {"\xE6\x98\x9F", true},
        {"\xF0\x9F\x98\x80", true},
        {"\xC0\xAF", false},
        {"\xED\xA0\x80", false},
        {"\xF4\x90\x80\x80", false},
        {"\xE0\x80\xAF", false},
        {"\xF0\x80\x80\xAF", false},
        {"\x80", false},
        {"\xE6\x98", false},
        {"\xFF", false},
        {"\xC2\x80", true},
        {"\xF4\x8F\xBF\xBF", true},
        {"a\xC3", false},
        {"", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(text_is_utf8(rows[i].bytes, strlen(rows[i].bytes)), rows[i].good);
    assert_false(text_is_utf8("a\0b", 3));
}

/* Wherever a byte stands: several are looked at together. */
static void a_byte_is_judged_alike_at_every_place(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 24; size++) {
        for (size_t at = 0; at < size; at++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                char text[24];
                memset(text, 'a', sizeof text);
                text[at] = (char)(unsigned char)byte;
                assert_int_equal(text_is_utf8(text, size), byte >= 1 && byte < 0x80);
            }
        }
    }
}

static void text_that_reads_differently_from_what_it_is_is_not_clean(void **state)
{
    (void)state;
    assert_true(text_is_clean("\xE6\x98\x9F\xE5\xB7\x9D", false));
    assert_false(text_is_clean("line\nbreak", false));
    assert_true(text_is_clean("line\nbreak", true));
    assert_false(text_is_clean("right \xE2\x80\xAE to left", true));
    assert_false(text_is_clean("isolate \xE2\x81\xA6", true));
    assert_false(text_is_clean("next line \xC2\x85", true));
    assert_false(text_is_clean("\x7F", true));
}

static void a_cut_ends_with_a_whole_character(void **state)
{
    (void)state;
    const char *text = "ab\xE6\x98\x9F"
                       "c";
    const size_t expected[] = {0, 1, 2, 2, 2, 5, 6, 6};
    for (size_t most = 0; most < sizeof expected / sizeof *expected; most++)
        assert_int_equal(text_whole(text, most), expected[most]);
}

static void decimals_are_what_people_write(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-0.5", "9.75e9", "1E-3", "0.80e10", "1e+2"};
    static const char *const bad[] = {"",    ".5", "5.", "1e", "0x1",   "inf", "nan",
                                      "1,5", " 1", "1 ", "+1", "1e999", "--1", "1.2.3"};
    double value = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(real_parse(good[i], &value));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(real_parse(bad[i], &value));
    assert_false(real_parse(NULL, &value));
}

static void instants_need_a_zone_and_a_day_that_exists(void **state)
{
    (void)state;
    int64_t usec = 0;
    int zone = 0;
    assert_true(instant_parse("1970-01-01T09:00:00+09:00", &usec, &zone));
    assert_int_equal(usec, 0);
    assert_int_equal(zone, 540);
    assert_true(instant_parse("2024-02-29T23:59:59.123456Z", &usec, &zone));
    static const char *const bad[] = {
        "2025-02-29T00:00:00Z",         "2025-01-01T00:00:00",
        "2025-01-01 00:00:00Z",         "2025-01-01T24:00:00Z",
        "2025-01-01T00:00:60Z",         "2025-13-01T00:00:00Z",
        "2025-01-01T00:00:00+15:00",    "2025-01-01T00:00:00.Z",
        "2025-01-01T00:00:00.1234567Z", "1899-12-31T00:00:00Z",
        "2025-01-01T00:00:00+09:00x",   "",
        "1900-01-01T00:00:00+14:00",    "2200-12-31T23:59:59.999999-14:59",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(instant_parse(bad[i], &usec, &zone));
}

static void days_are_counted_in_the_zone_of_who_works(void **state)
{
    (void)state;
    int64_t usec = 0;
    int64_t day = 0;
    int zone = 0;
    assert_true(instant_parse("2025-07-26T15:00:00Z", &usec, &zone));
    assert_true(date_parse("2025-07-27", &day));
    assert_int_equal(day_of_instant(usec, 540), day);
    assert_int_equal(day_of_instant(usec, 0), day - 1);
    assert_int_equal(day_of_instant(-1, 0), -1);
}

static void canonical_json_sorts_and_escapes(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 20);
    struct fault fault = {0};
    const struct json *value = NULL;
    const char *given = "{ \"b\":1, \"a\":\"\\u0001\\n\\\"\\u00e9/\", \"c\":[true,null,-5] }";
    struct text out = text_open(arena);
    assert_true(json_parse(arena, &fault, given, strlen(given), &value));
    assert_true(json_add_canonical(&fault, &out, value));
    assert_string_equal(out.bytes, "{\"a\":\"\\u0001\\n\\\"\xC3\xA9/\",\"b\":1,"
                                   "\"c\":[true,null,-5]}");
    static const char *const bad[] = {"{\"a\":1,\"a\":2}",
                                      "{\"a\":\"\\u0000\"}",
                                      "[1,2",
                                      "{}x",
                                      "{\"a\":01}",
                                      "\"\\ud800\"",
                                      "99999999999999999999",
                                      "{\"a\\udc0\n0\":1}",
                                      "[\xE2\x80\xAE]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fault refused = {0};
        assert_false(json_parse(arena, &refused, bad[i], strlen(bad[i]), &value));
        assert_int_equal(refused.kind, FAULT_INPUT);
        assert_true(text_is_clean(refused.text, false));
    }
    arena_close(arena);
}

/* Wherever a byte stands in a text, eight bytes at a time must find what one at a time finds. */
static void every_byte_is_escaped_wherever_it_stands(void **state)
{
    (void)state;
    enum { LONGEST = 20 };
    struct arena *arena = arena_open(8 << 20);
    struct fault fault = {0};
    const struct json *value = NULL;
    for (int c = 1; c < 0x80; c++)
        for (size_t at = 0; at < LONGEST; at++) {
            struct arena_mark mark = arena_mark(arena);
            char given[LONGEST + 1] = "aaaaaaaaaaaaaaaaaaaa";
            struct text out = text_open(arena);
            given[at] = (char)c;
            json_add_text(&out, given);
            assert_int_equal(out.length, strlen(out.bytes));
            size_t longer = strchr("\b\f\n\r\t\"\\", c) ? 1 : c < 0x20 ? 5 : 0;
            assert_int_equal(out.length, LONGEST + 2 + longer);
            assert_true(json_parse(arena, &fault, arena_print(arena, "[%s]", out.bytes),
                                   out.length + 2, &value));
            assert_string_equal(json_as_text(json_element(value, 0)), given);
            arena_rewind(arena, mark);
        }
    arena_close(arena);
}

static void integers_are_written_whole(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 20);
    static const int64_t integers[] = {0,         7,         -1,        10,          -10,
                                       999999999, INT64_MAX, INT64_MIN, JSON_LARGEST};
    for (size_t i = 0; i < sizeof integers / sizeof *integers; i++) {
        struct text out = text_open(arena);
        text_add_integer(&out, integers[i]);
        assert_string_equal(out.bytes, arena_print(arena, "%lld", (long long)integers[i]));
    }
    for (int64_t power = 1; power <= INT64_MAX / 10; power *= 10)
        for (int64_t more = -1; more <= 1; more++) {
            struct text out = text_open(arena);
            text_add_integer(&out, power + more);
            text_add_integer(&out, -power - more);
            assert_string_equal(out.bytes, arena_print(arena, "%lld%lld", (long long)(power + more),
                                                       (long long)(-power - more)));
        }
    arena_close(arena);
}

/* Property: no text of fewer digits reads back as the same number. */
static void a_derived_number_is_the_shortest_text_that_reads_back(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 24);
    (void)state;
    uint64_t seed = 20250901;
    for (int i = 0; i < 20000; i++) {
        char text[40];
        double value = 0;
        double again = 0;
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        if (i % 2) /* every bit pattern, and decimals as people write them */
            memcpy(&value, &seed, sizeof value);
        else
            value = (double)(seed >> 44) / (i % 3 ? 1000.0 : 0.0625);
        const struct arena_mark mark = arena_mark(arena);
        const struct real real = real_of(arena, value);
        if (!isfinite(value)) {
            assert_null(real.text);
            continue;
        }
        assert_true(real_parse(real.text, &again) && again == value);
        int digits = 0;
        for (const char *at = real.text; *at && *at != 'e'; at++)
            digits += *at >= '0' && *at <= '9' && (digits || *at != '0');
        bool whole = !strpbrk(real.text, ".e");
        for (int fewer = 1; fewer < digits && !whole; fewer++) {
            snprintf(text, sizeof text, "%.*e", fewer - 1, value);
            assert_false(strtod(text, NULL) == value);
        }
        arena_rewind(arena, mark);
    }
    assert_string_equal(real_of(arena, 5e-324).text, "5e-324");
    assert_string_equal(real_of(arena, 0).text, "0");
    assert_string_equal(real_of(arena, 0.1 + 0.2).text, "0.30000000000000004");
    assert_string_equal(real_of(arena, -5000).text, "-5000");
    arena_close(arena);
}

static void a_number_is_a_real_or_an_integer(void **state)
{
    (void)state;
    static const char given[] = "[0.1, -7, 1e-320, 1.5e300, \"2\", true, null, {}]";
    static const double numbers[] = {0.1, -7, 1e-320, 1.5e300, 0, 0, 0, 0};
    struct arena *arena = arena_open(1 << 20);
    struct fault fault = {.kind = FAULT_NONE};
    const struct json *list = NULL;
    assert_true(json_parse(arena, &fault, given, strlen(given), &list));
    assert_int_equal(json_count(list), sizeof numbers / sizeof *numbers);
    for (size_t i = 0; i < json_count(list); i++)
        assert_true(json_as_number(json_element(list, i)) == numbers[i]);
    assert_true(json_as_number(NULL) == 0);
    arena_close(arena);
}

struct inner {
    int64_t number;
};
struct wide {
    const char *plain;
    const char *a_name_that_is_too_long_for_the_room;
    const char *a_name_as_long_as_it_may_get;
    int64_t number;
    bool flag;
    struct real real;
    struct count count;
    struct instant instant;
    struct date date;
    struct rows rows;
    struct inner inner;
};
static const struct field inner_fields[] = {FIELD(struct inner, number, .help = "")};
static const struct schema inner_schema = SCHEMA("inner", struct inner, inner_fields);
static const struct field wide_fields[] = {
    FIELD(struct wide, plain, .help = ""),
    FIELD(struct wide, a_name_that_is_too_long_for_the_room, .help = ""),
    FIELD(struct wide, a_name_as_long_as_it_may_get, .help = ""),
    FIELD(struct wide, number, .help = ""),
    FIELD(struct wide, flag, .help = ""),
    FIELD(struct wide, real, .help = ""),
    FIELD(struct wide, count, .help = ""),
    FIELD(struct wide, instant, .help = ""),
    FIELD(struct wide, date, .help = ""),
    FIELD(struct wide, rows, .of = &inner_schema),
    FIELD(struct wide, inner, .of = &inner_schema),
};
static const struct schema wide_schema = SCHEMA("wide", struct wide, wide_fields);
/* Members that may be unknown, so that a row may have none. */
static const struct schema texts_schema = {"texts", sizeof(struct wide), wide_fields, 3};

static void write_both(struct arena *arena, const struct schema *schema, const struct wide *row)
{
    const struct row_writer *writer = row_writer_open(arena, schema);
    struct text one = text_open(arena);
    struct text other = text_open(arena);
    for (int i = 0; i < 3; i++) { /* behind others, in a room that grows */
        schema_write(&one, schema, row, ORDER_DECLARED);
        row_write(&other, writer, row);
    }
    assert_string_equal(one.bytes, other.bytes);
    assert_int_equal(one.length, other.length);
    assert_int_equal(strlen(other.bytes), other.length);
}

/* Every member known and unknown, by the bits of which. */
static void rows_of_a_long_list_are_written_as_any_row(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 24);
    struct inner items[2] = {{INT64_MIN}, {INT64_MAX}};
    for (unsigned which = 0; which < 1U << 8; which++) {
        struct wide row = {.number = (int64_t)which * -12345, .flag = which & 1};
        struct arena_mark mark = arena_mark(arena);
        row.plain = which & 1 ? "plain \"quoted\" \xE6\x98\x9F\n" : NULL;
        row.a_name_that_is_too_long_for_the_room = which & 2 ? "" : NULL;
        row.a_name_as_long_as_it_may_get = which & 4 ? "eight by" : NULL;
        row.real = (struct real){which & 8 ? "1.50" : NULL, which & 8 ? 1.5 : 0};
        row.count = (struct count){which & 16, 7};
        row.instant.usec = which & 32 ? INT64_C(1736816400000000) : 0;
        row.date.text = which & 64 ? "2025-01-14" : NULL;
        row.rows = (struct rows){which & 128 ? 2 : 0, items};
        write_both(arena, &wide_schema, &row);
        write_both(arena, &texts_schema, &row);
        arena_rewind(arena, mark);
    }
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(a_byte_is_judged_alike_at_every_place),
        cmocka_unit_test(text_that_reads_differently_from_what_it_is_is_not_clean),
        cmocka_unit_test(a_cut_ends_with_a_whole_character),
        cmocka_unit_test(decimals_are_what_people_write),
        cmocka_unit_test(instants_need_a_zone_and_a_day_that_exists),
        cmocka_unit_test(days_are_counted_in_the_zone_of_who_works),
        cmocka_unit_test(canonical_json_sorts_and_escapes),
        cmocka_unit_test(a_number_is_a_real_or_an_integer),
        cmocka_unit_test(every_byte_is_escaped_wherever_it_stands),
        cmocka_unit_test(integers_are_written_whole),
        cmocka_unit_test(rows_of_a_long_list_are_written_as_any_row),
        cmocka_unit_test(a_derived_number_is_the_shortest_text_that_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
