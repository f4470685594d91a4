/* test_entry.c: is every line that the record did not write refused, and said why? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/entry.h"

#include "test.h"

#include <stdio.h>

#define NO_HASH "0000000000000000000000000000000000000000000000000000000000000000"

static int open_arena(void **state)
{
    *state = arena_open((size_t)1 << 22);
    return 0;
}

static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

static struct entry example(void)
{
    return (struct entry){.format = ENTRY_FORMAT,
                          .seq = 7,
                          .at = {INT64_C(1736816400000000)},
                          .occurred_at = {INT64_C(1736816400000000)},
                          .zone = "+09:00",
                          .site = "M",
                          .actor = "DC1",
                          .operation = "donor.register/1",
                          .subject = "D-1",
                          .body = "{\"code\":\"D-1\",\"list\":[1,{\"a\":\"b\"}]}",
                          .program = "0.2.0",
                          .previous = NO_HASH};
}

static void what_was_written_is_read_back(void **state)
{
    struct fault fault = {0};
    struct entry entry = example();
    struct entry again;
    const char *bytes = entry_bytes(*state, &entry);
    if (!entry_parse(*state, &fault, bytes, &again))
        fail_msg("%s", fault.text);
    assert_string_equal(entry_bytes(*state, &again), bytes);
    assert_string_equal(again.body, entry.body);
    assert_int_equal(again.seq, 7);
    assert_null(again.reason);
}

static void is_refused(struct arena *arena, const char *bytes, const char *words)
{
    struct fault fault = {0};
    struct entry entry;
    if (entry_parse(arena, &fault, bytes, &entry))
        fail_msg("%s was taken.", bytes ? bytes : "Nothing");
    if (!strstr(fault.text, words))
        fail_msg("%s is refused, but so: %s", bytes ? bytes : "Nothing", fault.text);
}

/* The example with the first occurrence of one text replaced by another. */
static const char *changed(struct arena *arena, const char *from, const char *to)
{
    struct entry entry = example();
    const char *bytes = entry_bytes(arena, &entry);
    const char *found = strstr(bytes, from);
    if (!found)
        fail_msg("%s is not in %s.", from, bytes);
    return arena_print(arena, "%.*s%s%s", (int)(found - bytes), bytes, to, found + strlen(from));
}

static void what_is_no_object_with_a_body_is_refused(void **state)
{
    is_refused(*state, NULL, "it has no bytes");
    is_refused(*state, "", "JSON text is broken");
    is_refused(*state, "{\"body\":{}", "JSON text is broken");
    is_refused(*state, "[]", "no object with a body");
    is_refused(*state, "{}", "no object with a body");
    is_refused(*state, "{\"body\":[]}", "no object with a body");
    is_refused(*state, "{\"body\":\"{}\"}", "no object with a body");
    is_refused(*state, changed(*state, "\"body\":{", "\"body\":null,\"bodies\":{"),
               "no object with a body");
}

static void a_member_that_is_missing_or_of_another_format_is_refused(void **state)
{
    static const char *const changes[][2] = {
        {"\"format\":1", "\"format\":2"},
        {"\"format\":1", "\"format\":0"},
        {"\"operation\":\"donor.register/1\",", ""},
        {"\"previous\":\"" NO_HASH "\",", ""},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        is_refused(*state, changed(*state, changes[i][0], changes[i][1]),
                   "a required member is missing or of another format");
    is_refused(*state, "{\"body\":{}}", "a required member is missing or of another format");
}

static void a_member_of_another_kind_is_refused(void **state)
{
    struct fault fault = {0};
    struct entry entry;
    static const char *const changes[][2] = {{"\"seq\":7", "\"seq\":\"7\""},
                                             {"\"site\":\"M\"", "\"site\":1"},
                                             {"\"signatures\":[]", "\"signatures\":{}"},
                                             {"\"zone\"", "\"zones\""}};
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fault = (struct fault){0};
        const char *bytes = changed(*state, changes[i][0], changes[i][1]);
        if (entry_parse(*state, &fault, bytes, &entry))
            fail_msg("%s was taken.", bytes);
        assert_int_not_equal(fault.kind, FAULT_NONE);
        assert_true(fault.text[0]);
    }
}

/* The same in other bytes has another hash, so that there may be only one way to write it. */
static void what_is_not_canonical_is_refused(void **state)
{
    static const char *const changes[][2] = {
        {"\"format\":1", "\"format\": 1"},
        {"{\"code\"", "{ \"code\""},
        {"\"D-1\"", "\"\\u0044-1\""},
        {"\"code\":\"D-1\",\"list\":[1,{\"a\":\"b\"}]",
         "\"list\":[1,{\"a\":\"b\"}],\"code\":\"D-1\""},
        {"\"zone\":\"+09:00\"}", "\"zone\":\"+09:00\"} "},
    };
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++)
        is_refused(*state, changed(*state, changes[i][0], changes[i][1]), "not canonical");
}

/* Every byte of a line, replaced by each of some: nothing else may read as the same entry. */
static void no_changed_byte_reads_as_the_same(void **state)
{
    struct arena *arena = *state;
    struct entry entry = example();
    const char *bytes = entry_bytes(arena, &entry);
    static const char instead[] = " \"0{}:,\\\x80";
    size_t taken = 0;
    for (size_t i = 0; bytes[i]; i++)
        for (size_t j = 0; instead[j]; j++) {
            struct arena_mark mark = arena_mark(arena);
            struct fault fault = {0};
            struct entry read;
            char *other = arena_copy(arena, bytes);
            other[i] = instead[j];
            if (instead[j] != bytes[i] && entry_parse(arena, &fault, other, &read)) {
                taken++;
                assert_string_equal(entry_bytes(arena, &read), other);
            }
            arena_rewind(arena, mark);
        }
    print_message("%zu other entries among the changed lines\n", taken);
    assert_true(taken > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_written_is_read_back),
        TEST(what_is_no_object_with_a_body_is_refused),
        TEST(a_member_that_is_missing_or_of_another_format_is_refused),
        TEST(a_member_of_another_kind_is_refused),
        TEST(what_is_not_canonical_is_refused),
        TEST(no_changed_byte_reads_as_the_same),
    };
    return cmocka_run_group_tests_name("entries", tests, NULL, NULL);
}
