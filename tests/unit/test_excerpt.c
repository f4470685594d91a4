/* test_excerpt.c: does a part of a list hold the rows that were asked for, in their order? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/excerpt.h"

#include "catalogue.h"
#include "contract/operation.h"

#include <stdlib.h>

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

struct part {
    const char *word;
};
static const struct field part_fields[] = {
    FIELD(struct part, word, .help = "Word"),
};
static const struct schema part_schema = SCHEMA("part", struct part, part_fields);

struct thing {
    const char *code;
    const char *name;
    int64_t number;
    bool flag;
    struct real amount;
    struct count seen;
    struct instant at;
    struct date on;
    struct rows parts;
};
static const struct field thing_fields[] = {
    FIELD(struct thing, code, .help = "Code"),
    FIELD(struct thing, name, .help = "Name"),
    FIELD(struct thing, number, .help = "Number"),
    FIELD(struct thing, flag, .help = "Flag"),
    FIELD(struct thing, amount, .help = "Amount"),
    FIELD(struct thing, seen, .help = "Seen"),
    FIELD(struct thing, at, .help = "At"),
    FIELD(struct thing, on, .help = "On"),
    FIELD(struct thing, parts, .of = &part_schema, .help = "Parts"),
};
static const struct schema thing_schema = SCHEMA("thing", struct thing, thing_fields);

static struct part parts[] = {{"Golgi"}, {"ｍｉＲ"}};
static const struct thing things[] = {
    {"L-10", "Ada", -3, true, {"9.5", 9.5}, {true, 0}, {1757000000000000}, {"2025-09-04"}, {0}},
    {"L-9", "びわ", 20, false, {"10", 10}, {false, 0}, {0}, {NULL}, {2, parts}},
    {"L-9a", "=SUM(A1)", 100, true, {NULL, 0}, {true, 12}, {1757000000000001}, {"2024-12-31"}, {0}},
    {"l-009", NULL, 20, false, {"1e3", 1000}, {true, 3}, {0}, {"2025-10-01"}, {0}},
    {"M-1", "sealed:1:donor:D-1:AAAA", 0, false, {"-2", -2}, {false, 0}, {0}, {NULL}, {0}},
};
enum { THINGS = sizeof things / sizeof *things };

static bool list_things(struct work *work, const void *input, struct rows *rows)
{
    (void)input;
    struct thing *copy = arena_take(work->arena, sizeof things);
    memcpy(copy, things, sizeof things);
    *rows = (struct rows){THINGS, copy};
    return true;
}

static const struct operation list = {.name = "thing.list",
                                      .effect = READS,
                                      .shape = SHAPE_LIST,
                                      .input = &nothing_schema,
                                      .output = &thing_schema,
                                      .list = list_things};

/* Many rows, that come in pages. */
enum { MANY = 4321 };

static const char *many_code(struct arena *arena, int64_t i)
{
    return arena_print(arena, "%05lld", (long long)i);
}

static bool list_many(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    int64_t from = page->after ? strtoll(page->after, NULL, 10) + 1 : 0;
    struct thing *page_rows = arena_take(work->arena, (size_t)page_limit(page) * sizeof *page_rows);
    *rows = (struct rows){0, page_rows};
    for (int64_t i = from; i < MANY && (int64_t)rows->count < page_limit(page); i++)
        page_rows[rows->count++] =
            (struct thing){.code = many_code(work->arena, i), .number = i * 1103 % MANY};
    return true;
}

static const struct operation many = {.name = "many.list",
                                      .effect = READS,
                                      .shape = SHAPE_LIST,
                                      .input = &page_schema,
                                      .output = &thing_schema,
                                      .list = list_many};

static int open_work(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 26);
    struct work *work = arena_take(arena, sizeof *work);
    json_begin();
    *work = (struct work){.arena = arena, .zone_minutes = 540};
    *state = work;
    return 0;
}

static int close_work(void **state)
{
    struct work *work = *state;
    arena_close(work->arena);
    return 0;
}

/* Words as in a query: sort=code&take=2. */
static bool read_query(struct work *work, const struct operation *operation, const char *query,
                       const struct excerpt **excerpt)
{
    size_t count = 0;
    const char **members = text_split(work->arena, query, '&', &count);
    struct given *own = arena_take(work->arena, (count + 1) * sizeof *own);
    const struct given *given = own;
    for (size_t i = 0; i < count; i++) {
        size_t length = strcspn(members[i], "=");
        own[i] = (struct given){.name = arena_text(work->arena, members[i], length),
                                .text = members[i] + length + 1};
    }
    work->fault = (struct fault){0};
    return excerpt_read(work, operation, &given, &count, excerpt);
}

static const char *answer(struct work *work, const struct operation *operation, const char *query)
{
    const struct excerpt *excerpt = NULL;
    const struct page first = {0};
    assert_true(read_query(work, operation, query, &excerpt));
    assert_non_null(excerpt);
    struct sieve *sieve = sieve_open(work, operation, excerpt);
    assert_true(sieve_list(work, sieve, &first));
    return sieve_text(work, sieve, "{").bytes;
}

/* The codes of the rows, and how many match in all. */
static const char *codes(struct work *work, const struct operation *operation, const char *query)
{
    const char *text = answer(work, operation, query);
    const struct json *whole = NULL;
    struct text found = text_open(work->arena);
    assert_true(json_parse(work->arena, &work->fault, text, strlen(text), &whole));
    const struct json *rows = json_member(whole, "rows");
    for (size_t i = 0; i < json_count(rows); i++)
        text_print(&found, "%s ", json_as_text(json_member(json_element(rows, i), "code")));
    text_print(&found, "of %lld", (long long)json_as_integer(json_member(whole, "count")));
    return found.bytes;
}

static void rows_are_sorted_by_what_they_mean(void **state)
{
    static const struct {
        const char *query;
        const char *codes;
    } rows[] = {
        {"take=1000", "L-10 L-9 L-9a l-009 M-1 of 5"},
        {"format=json", "L-10 L-9 L-9a l-009 M-1 of 5"},
        {"sort=code", "L-9 l-009 L-9a L-10 M-1 of 5"},
        {"sort=code&descending=true", "M-1 L-10 L-9a L-9 l-009 of 5"},
        {"sort=number", "L-10 M-1 L-9 l-009 L-9a of 5"},
        {"sort=number&descending=true", "L-9a L-9 l-009 M-1 L-10 of 5"},
        {"sort=amount", "M-1 L-10 L-9 l-009 L-9a of 5"},
        {"sort=amount&descending=true", "l-009 L-9 L-10 M-1 L-9a of 5"},
        {"sort=seen", "L-10 l-009 L-9a L-9 M-1 of 5"},
        {"sort=seen&descending=true", "L-9a l-009 L-10 L-9 M-1 of 5"},
        {"sort=at", "L-10 L-9a L-9 l-009 M-1 of 5"},
        {"sort=at&descending=true", "L-9a L-10 L-9 l-009 M-1 of 5"},
        {"sort=on", "L-9a L-10 l-009 L-9 M-1 of 5"},
        {"sort=flag", "L-9 l-009 M-1 L-10 L-9a of 5"},
        {"sort=name", "L-9a L-10 L-9 l-009 M-1 of 5"},
        {"sort=code&skip=1&take=2", "l-009 L-9a of 5"},
        {"sort=code&skip=4&take=2", "M-1 of 5"},
        {"sort=code&skip=9", "of 5"},
        {"skip=3", "l-009 M-1 of 5"},
        {"take=0", "of 5"},
        {"sort=code&take=0", "of 5"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *found = codes(*state, &list, rows[i].query);
        if (!text_equals(found, rows[i].codes))
            fail_msg("%s: %s instead of %s", rows[i].query, found, rows[i].codes);
    }
}

static void every_word_must_occur_in_some_case_and_width(void **state)
{
    static const struct {
        const char *query;
        const char *codes;
    } rows[] = {
        {"search=l-9", "L-9 L-9a of 2"},
        {"search=Ｌ－９", "L-9 L-9a of 2"},
        {"search=L-9　びわ", "L-9 of 1"},
        {"search=びわ ada", "of 0"},
        {"search=GOLGI mir", "L-9 of 1"},
        {"search=2025-09-04", "L-10 L-9a of 2"},
        {"search=100", "L-9a of 1"},
        {"search=1e3", "l-009 of 1"},
        {"search=12", "L-9a of 1"},
        {"search=t00:33", "L-10 L-9a of 2"},
        {"search=2025-09-04T15", "L-10 L-9a of 2"},
        {"search=2025-09-05T00:33", "L-10 L-9a of 2"},
        {"search=true", "of 0"},
        {"search=sealed", "of 0"},
        {"search=donor", "of 0"},
        {"search=l-&sort=number&descending=true&take=1", "L-9a of 4"},
        {"search=l-&skip=1&take=1", "L-9 of 4"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *found = codes(*state, &list, rows[i].query);
        if (!text_equals(found, rows[i].codes))
            fail_msg("%s: %s instead of %s", rows[i].query, found, rows[i].codes);
    }
}

static void a_list_in_pages_is_looked_at_from_end_to_end(void **state)
{
    struct work *work = *state;
    assert_string_equal(codes(work, &many, "skip=4319"), "04319 04320 of 4321");
    assert_string_equal(codes(work, &many, "search=0432&skip=1"), "04320 of 2");
    assert_int_equal(strlen(codes(work, &many, "take=1000")), 1000 * strlen("01234 ") + 7);
}

/* i * 1103 % 4321 takes every value once, and so the row of each number is known. */
static void far_and_near_parts_of_a_sorted_list_are_the_same_rows(void **state)
{
    struct work *work = *state;
    static const int64_t skips[] = {0, 1, 700, 2160, 4316, 4320};
    int64_t row_of[MANY];
    for (int64_t i = 0; i < MANY; i++)
        row_of[i * 1103 % MANY] = i;
    for (size_t i = 0; i < 2 * sizeof skips / sizeof *skips; i++) {
        bool descending = i % 2;
        int64_t skip = skips[i / 2];
        struct text expected = text_open(work->arena);
        for (int64_t at = skip; at < skip + 3 && at < MANY; at++)
            text_print(&expected, "%s ",
                       many_code(work->arena, row_of[descending ? MANY - 1 - at : at]));
        text_print(&expected, "of %d", MANY);
        assert_string_equal(
            codes(work, &many,
                  arena_print(work->arena, "sort=number&descending=%s&skip=%lld&take=3",
                              descending ? "true" : "false", (long long)skip)),
            expected.bytes);
    }
}

static void a_table_is_quoted_and_does_nothing_when_opened(void **state)
{
    static const char expected[] =
        "\xEF\xBB\xBF"
        "code,name,number,flag,amount,seen,at,on,parts\r\n"
        "L-10,Ada,-3,true,9.5,0,2025-09-04T15:33:20.000000Z,2025-09-04,[]\r\n"
        "L-9,びわ,20,false,10,,,,\"[{\"\"word\"\":\"\"Golgi\"\"},{\"\"word\"\":\"\"ｍｉＲ\"\"}]"
        "\"\r\n"
        "L-9a,'=SUM(A1),100,true,,12,2025-09-04T15:33:20.000001Z,2024-12-31,[]\r\n"
        "l-009,,20,false,1e3,3,,2025-10-01,[]\r\n"
        "M-1,,0,false,-2,,,,[]\r\n";
    assert_string_equal(answer(*state, &list, "format=csv"), expected);
    const char *all = answer(*state, &many, "format=csv&sort=number&descending=true");
    size_t lines = 0;
    for (const char *at = all; (at = strstr(at, "\r\n")); at += 2)
        lines++;
    assert_int_equal(lines, MANY + 1);
}

static void what_a_row_does_not_offer_is_refused_by_its_field(void **state)
{
    struct work *work = *state;
    static const struct {
        const char *query;
        const char *field;
        const char *says;
    } rows[] = {
        {"sort=colour", "sort",
         "The field sort must be one of: code, name, number, flag, amount, seen, at, on."},
        {"sort=parts", "sort", "The field sort must be one of: code, "},
        {"descending=true", "descending", "The field descending needs a member to sort by"},
        {"take=1001", "take", "The field take must lie between 0 and 1000"},
        {"skip=-1", "skip", "The field skip must lie between 0 and "},
        {"format=xlsx", "format", "The field format must be one of: json, csv"},
        {"search=", "search", "The field search is empty"},
        {"search=　 ", "search", "The field search holds no word"},
        {"take=5&limit=5", "limit", "The field limit does not go with search"},
        {"after=L-9&search=x", "after", "The field after does not go with search"},
        {"before=9&take=5", "before", "The field before does not go with search"},
        {"take=1&take=2", "take", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct excerpt *excerpt = NULL;
        if (read_query(work, &list, rows[i].query, &excerpt))
            fail_msg("%s passed", rows[i].query);
        assert_string_equal(work->fault.field, rows[i].field);
        assert_int_equal(work->fault.kind, FAULT_INPUT);
        if (!text_starts(work->fault.text, rows[i].says))
            fail_msg("%s: %s", rows[i].query, work->fault.text);
    }
}

static void what_asks_for_no_part_is_left_alone(void **state)
{
    struct work *work = *state;
    const struct excerpt *excerpt = NULL;
    struct operation other = list;
    assert_true(read_query(work, &list, "after=L-9&limit=5", &excerpt));
    assert_null(excerpt);
    other.shape = SHAPE_RECORD;
    assert_true(read_query(work, &other, "search=x&take=5", &excerpt));
    assert_null(excerpt);
    other = (struct operation){.effect = RECORDS, .shape = SHAPE_LIST, .output = &thing_schema};
    assert_true(read_query(work, &other, "search=x&take=5", &excerpt));
    assert_null(excerpt);
}

struct taking {
    int64_t take;
};
static const struct field taking_fields[] = {
    FIELD(struct taking, take, .help = "Vials"),
};
static const struct schema taking_schema = SCHEMA("taking", struct taking, taking_fields);

static void no_operation_has_an_input_of_the_same_name(void **state)
{
    struct work *work = *state;
    const struct catalogue *whole = NULL;
    const struct operation taking = {
        .name = "thing.take", .method = "POST", .input = &taking_schema, .output = &thing_schema};
    const struct schema turned = {"turned", sizeof(struct thing), &thing_fields[2], 1};
    struct operation paged = many;
    paged.method = "GET";
    paged.output = &turned;
    const struct operation *const one[] = {&taking, NULL};
    const struct operation *const other[] = {&paged, NULL};
    assert_true(catalogue_make(work->arena, &work->fault, &whole));
    assert_true(excerpt_check(&work->fault, whole));
    assert_false(excerpt_check(&work->fault, &(struct catalogue){.operations = one}));
    assert_non_null(strstr(work->fault.text, "thing.take has a member take"));
    work->fault = (struct fault){0};
    assert_false(excerpt_check(&work->fault, &(struct catalogue){.operations = other}));
    assert_non_null(strstr(work->fault.text, "many.list"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_sorted_by_what_they_mean, open_work, close_work),
        cmocka_unit_test_setup_teardown(every_word_must_occur_in_some_case_and_width, open_work,
                                        close_work),
        cmocka_unit_test_setup_teardown(a_list_in_pages_is_looked_at_from_end_to_end, open_work,
                                        close_work),
        cmocka_unit_test_setup_teardown(far_and_near_parts_of_a_sorted_list_are_the_same_rows,
                                        open_work, close_work),
        cmocka_unit_test_setup_teardown(a_table_is_quoted_and_does_nothing_when_opened, open_work,
                                        close_work),
        cmocka_unit_test_setup_teardown(what_a_row_does_not_offer_is_refused_by_its_field,
                                        open_work, close_work),
        cmocka_unit_test_setup_teardown(what_asks_for_no_part_is_left_alone, open_work, close_work),
        cmocka_unit_test_setup_teardown(no_operation_has_an_input_of_the_same_name, open_work,
                                        close_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
