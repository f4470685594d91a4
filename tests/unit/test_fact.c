/* test_fact.c: are tables of facts read strictly, signed whole, and replaced by their successors?
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/fact.h"
#include "contract/setting.h"
#include "production.h"

#include <dirent.h>
#include <sodium.h>
#include <stdlib.h>

static void read_as(const char *bytes, size_t size, struct fault *fault)
{
    struct arena *arena = arena_open((size_t)1 << 24);
    struct fact_sheet sheet = {.name = "routes",
                               .file = {.bytes = (const unsigned char *)bytes, .size = size}};
    *fault = (struct fault){0};
    bool read = fact_parse(arena, fault, &sheet);
    assert_int_equal(read, fault->kind == FAULT_NONE);
    arena_close(arena);
}

static void a_bad_table_is_refused_by_line(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        const char *says;
    } rows[] = {
        {"code\tname\niv\tdrip\n", NULL},
        {"code\tname\niv\t\n", NULL},
        {"code\niv\nim\n", NULL},
        {"", "Line 1 of the table routes has no line feed behind it"},
        {"code\tname\niv\tdrip", "Line 2 of the table routes has no line feed behind it"},
        {"code\tname\n", "Line 2 of the table routes is missing"},
        {"code\tname\niv\n", "Line 2 of the table routes has 1 cells and its header has 2"},
        {"code\tname\niv\ta\tb\n", "Line 2 of the table routes has 3 cells and its header has 2"},
        {"code\tname\niv\ta\n\n", "Line 3 of the table routes has 1 cells"},
        {"code\tname\niv\ta\niv\tb\n", "Line 3 of the table routes begins with a code that stands"},
        {"code\tname\n\ta\n", "Line 2 of the table routes must begin with a code"},
        {"code\tname\nan iv\ta\n", "Line 2 of the table routes must begin with a code"},
        {"code\tname\r\niv\ta\r\n", "Line 1 of the table routes must name the columns"},
        {"code\tname\niv\ta\r\n", "Line 2 of the table routes holds a control character"},
        {"code\tname\niv\t\"a\"\n", "Line 2 of the table routes has a cell in quotation marks"},
        {"code\tname\niv\t\"At once\" is meant\n", NULL},
        {"code\tcode\niv\ta\n", "Line 1 of the table routes names a column twice"},
        {"Code\tname\niv\ta\n", "Line 1 of the table routes must name the columns"},
        {"code\t\niv\ta\n", "Line 1 of the table routes must name the columns"},
        {"\xEF\xBB\xBF"
         "code\tname\niv\ta\n",
         "Line 1 of the table routes must name the columns"},
        {"code\tname\niv\t\xC3\n", "The table routes is not valid UTF-8"},
        {"code\tname\niv\ta\xE2\x80\xAE\n", "Line 2 of the table routes holds a control character"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fault fault;
        read_as(rows[i].bytes, strlen(rows[i].bytes), &fault);
        if (!rows[i].says)
            assert_int_equal(fault.kind, FAULT_NONE);
        else if (!text_starts(fault.text, rows[i].says))
            fail_msg("row %zu: %s", i, fault.text);
    }
}

static void a_table_with_a_zero_byte_is_refused(void **state)
{
    (void)state;
    static const char bytes[] = "code\tname\niv\ta\0b\n";
    struct fault fault;
    read_as(bytes, sizeof bytes - 1, &fault);
    assert_int_equal(fault.kind, FAULT_INPUT);
}

/* A rule set of one table, signed by two. */
static struct demo_answer approve_as(struct demo *demo, const char *code, const char *name,
                                     const char *table)
{
    char base64[1024];
    sodium_bin2base64(base64, sizeof base64, (const unsigned char *)table, strlen(table),
                      sodium_base64_VARIANT_ORIGINAL);
    const struct demo_request asked = {
        .operation = "ruleset.approve",
        .witness = "QM1",
        .input = arena_print(
            demo->work.arena,
            "{\"code\":\"%s\",\"settings\":[{\"key\":\"fever_c\",\"value\":\"37.5\",\"basis\":"
            "\"site\"}],\"tables\":[{\"name\":\"%s\",\"file\":{\"name\":"
            "\"t.tsv\",\"base64\":\"%s\"}}]}",
            code, name, base64)};
    demo_sign_in(demo, "MD1", NULL);
    return demo_ask(demo, &asked);
}

static struct demo_answer approve(struct demo *demo, const char *code, const char *table)
{
    return approve_as(demo, code, "routes", table);
}

static const char *cell_of(struct demo *demo, const char *code, const char *column)
{
    struct fact fact;
    bool found = false;
    assert_true(fact_find(&demo->work, "routes", code, &fact, &found));
    return found ? fact_cell(demo->work.arena, &fact, column) : "no row";
}

static void the_newest_signed_table_is_in_force(void **state)
{
    struct demo *demo = *state;
    assert_string_equal(cell_of(demo, "iv", "name"), "no row");
    assert_true(approve(demo, "RS-1", "code\tname\tlimit\niv\tdrip\t5\nim\tmuscle\t\n").worked);
    assert_string_equal(cell_of(demo, "iv", "name"), "drip");
    assert_string_equal(cell_of(demo, "im", "name"), "muscle");
    assert_null(cell_of(demo, "im", "limit"));
    assert_null(cell_of(demo, "iv", "colour"));
    assert_true(approve(demo, "RS-2", "code\tlimit\niv\t6\nnasal\t7\n").worked);
    assert_string_equal(cell_of(demo, "iv", "limit"), "6");
    assert_null(cell_of(demo, "iv", "name"));
    assert_string_equal(cell_of(demo, "im", "limit"), "no row");
    demo_verify(demo);
    demo_rebuild(demo);
    assert_string_equal(cell_of(demo, "nasal", "limit"), "7");
}

static void tables_are_read_with_what_they_state_alone(void **state)
{
    struct demo *demo = *state;
    assert_true(approve(demo, "RS-1", "code\tname\tlimit\niv\tdrip\t5\nim\tmuscle\t\n").worked);
    struct demo_answer list = demo_do(demo, "facts.list", NULL);
    struct demo_answer rows = demo_do(demo, "fact.list", "{\"table\":\"routes\",\"limit\":1}");
    struct demo_answer rest = demo_do(demo, "fact.list", "{\"table\":\"routes\",\"after\":\"im\"}");
    assert_non_null(strstr(list.text, "\"rows\":2"));
    assert_non_null(strstr(rows.text, "{\"code\":\"im\",\"cells\":[{\"column\":\"code\",\"value\":"
                                      "\"im\"},{\"column\":\"name\",\"value\":\"muscle\"}]"));
    assert_null(strstr(rows.text, "drip"));
    assert_non_null(strstr(rest.text, "drip"));
    assert_null(strstr(rest.text, "muscle"));
    const struct demo_request nothing = {.operation = "fact.show",
                                         .input = "{\"table\":\"routes\",\"code\":\"x\"}"};
    assert_int_equal(demo_ask(demo, &nothing).fault.kind, FAULT_MISSING);
}

static void a_bad_table_signs_nothing(void **state)
{
    struct demo *demo = *state;
    int64_t before = demo_entries(demo);
    struct demo_answer answer = approve(demo, "RS-1", "code\tname\niv\n");
    assert_int_equal(answer.fault.kind, FAULT_INPUT);
    assert_int_equal(demo_entries(demo), before);
    const struct demo_request empty = {
        .operation = "ruleset.approve", .witness = "QM1", .input = "{\"code\":\"RS-1\"}"};
    assert_int_equal(demo_ask(demo, &empty).fault.kind, FAULT_INPUT);
    assert_string_equal(cell_of(demo, "iv", "name"), "no row");
}

static void the_table_of_settings_sets_them(void **state)
{
    struct demo *demo = *state;
    struct count days = {0};
    assert_true(approve_as(demo, "RS-1", "settings",
                           "key\tvalue\tunit\tbasis\tsure\neligibility_days\t90\tdays\tsite\tG\n")
                    .worked);
    assert_true(setting_count(&demo->work, "eligibility_days", &days));
    assert_true(days.known && days.value == 90);
    assert_true(setting_count(&demo->work, "fever_c", &days));
    assert_false(days.known); /* 37.5 is no whole number, and is in force beside the table */
    demo_verify(demo);
    demo_rebuild(demo);
    assert_true(setting_count(&demo->work, "eligibility_days", &days));
    assert_int_equal(days.value, 90);
}

static void a_table_of_settings_that_says_too_little_or_twice_signs_nothing(void **state)
{
    struct demo *demo = *state;
    static const struct {
        const char *table;
        const char *says;
    } rows[] = {
        {"key\tvalue\tbasis\nhold_grade\t\tsite\n",
         "The table settings has no value for hold_grade"},
        {"key\tvalue\nhold_grade\t3\n", "The table settings has no basis for hold_grade"},
        {"key\tvalue\tbasis\tsure\nhold_grade\t3\tsite\tsure\n", "The field tables.file"},
        {"key\tvalue\tbasis\nfever_c\t38.0\tsite\n", "The key fever_c stands twice"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct demo_answer answer = approve_as(demo, "RS-1", "settings", rows[i].table);
        if (answer.fault.kind != FAULT_INPUT || !text_starts(answer.fault.text, rows[i].says))
            fail_msg("row %zu: %s", i, answer.fault.text);
    }
}

static int is_table(const struct dirent *entry)
{
    return strstr(entry->d_name, ".tsv") != NULL;
}

/* Files of the project itself, read as a rule set would read them. */
static void the_shipped_tables_are_well_formed(void **state)
{
    (void)state;
    struct dirent **entries = NULL;
    int count = scandir("data/facts", &entries, is_table, alphasort);
    assert_int_equal(count, 20);
    for (int i = 0; i < count; i++) {
        struct arena *arena = arena_open((size_t)1 << 24);
        struct fault fault = {0};
        char *bytes = NULL;
        struct fact_sheet sheet = {.name = entries[i]->d_name};
        const char *path = arena_print(arena, "data/facts/%s", sheet.name);
        assert_true(folder_read(arena, &fault, path, 1 << 20, &bytes, &sheet.file.size));
        sheet.file.bytes = (const unsigned char *)bytes;
        if (!fact_parse(arena, &fault, &sheet))
            fail_msg("%s", fault.text);
        free(entries[i]);
        arena_close(arena);
    }
    free(entries);
}

#define DEMO(test) cmocka_unit_test_setup_teardown(test, demo_open_sqlite, demo_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_table_is_refused_by_line),
        cmocka_unit_test(a_table_with_a_zero_byte_is_refused),
        DEMO(the_table_of_settings_sets_them),
        DEMO(a_table_of_settings_that_says_too_little_or_twice_signs_nothing),
        cmocka_unit_test(the_shipped_tables_are_well_formed),
        DEMO(the_newest_signed_table_is_in_force),
        DEMO(tables_are_read_with_what_they_state_alone),
        DEMO(a_bad_table_signs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
