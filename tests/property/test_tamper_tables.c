/* test_tamper_tables.c: is a changed table found and named, and does rebuild mend it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "small.h"

#include "exchange.h"

#include <stdio.h>
#include <unistd.h>

static const char story[] = "tests/story/short.txt";

/* What the program reads as something else; a number far enough that no key is met twice. */
static const char *change_of(struct arena *arena, const struct field *field)
{
    const char *name = field->name;
    switch (field->kind) {
    case FIELD_FLAG:
        return arena_print(arena, "1 - COALESCE(%s, 0)", name);
    case FIELD_INTEGER:
    case FIELD_COUNT:
    case FIELD_INSTANT:
        return arena_print(arena, "COALESCE(%s, 0) + 1000000", name);
    case FIELD_REAL:
        return arena_print(arena, "'1' || COALESCE(%s, '')", name);
    case FIELD_TEXT:
    case FIELD_DATE:
    case FIELD_FILE:
        return arena_print(arena, "COALESCE(%s, '') || 'x'", name);
    case FIELD_LIST:
    case FIELD_RECORD:
        return arena_print(arena, "REPLACE(%s, '\":\"', '\":\"x')", name);
    case FIELD_UNSET:
        break;
    }
    fail_msg("The column %s has no kind.", name);
    return NULL;
}

struct counted {
    int64_t rows;
};

static int64_t count_rows(struct demo *demo, const char *condition)
{
    static const struct field fields[] = {FIELD(struct counted, rows, .help = "Rows")};
    static const struct schema schema = SCHEMA("counted", struct counted, fields);
    struct counted counted = {0};
    bool found = false;
    const struct statement statement = {
        "", &schema, arena_print(demo->work.arena, "SELECT COUNT(*) AS rows FROM %s", condition)};
    if (!database_find(&demo->work, &statement, NO_VALUES, &counted, &found))
        fail_msg("%s", demo->work.fault.text);
    return counted.rows;
}

static void expect_table_named(struct demo *demo, const struct table *table, const char *what)
{
    struct fault fault = demo_damage(demo);
    if (fault.kind == FAULT_NONE)
        fail_msg("Table %s, %s: changed and not found.", table->name, what);
    demo_check_fault(demo, &fault);
    if (!text_equals(fault.field, table->name))
        fail_msg("Table %s, %s: verify names %s instead: %s", table->name, what, fault.field,
                 fault.text);
}

static void keep(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    demo_sql(demo, arena_print(arena, "CREATE TABLE kept AS SELECT * FROM %s", table->name),
             NO_VALUES);
}

static void bring_back(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    demo_sql(demo, arena_print(arena, "DELETE FROM %s", table->name), NO_VALUES);
    demo_sql(demo, arena_print(arena, "INSERT INTO %s SELECT * FROM kept", table->name), NO_VALUES);
}

static void change_column(struct demo *demo, const struct table *table, const struct field *field)
{
    struct arena *arena = demo->work.arena;
    bool nests = field->kind == FIELD_LIST || field->kind == FIELD_RECORD;
    const char *some = arena_print(arena, "%s WHERE %s LIKE '%%\":\"%%'", table->name, field->name);
    if (nests && count_rows(demo, some) == 0)
        return;
    demo_sql(demo,
             arena_print(arena, "UPDATE %s SET %s = %s", table->name, field->name,
                         change_of(arena, field)),
             NO_VALUES);
    expect_table_named(demo, table, field->name);
    bring_back(demo, table);
}

static void change_rows(struct demo *demo, const struct table *table)
{
    struct arena *arena = demo->work.arena;
    const char *key = table->row->fields[0].name;
    demo_sql(demo,
             arena_print(arena, "DELETE FROM %s WHERE %s = (SELECT MAX(%s) FROM %s)", table->name,
                         key, key, table->name),
             NO_VALUES);
    expect_table_named(demo, table, "a row removed");
    bring_back(demo, table);
}

/* Every column of every table that has rows; or the last column alone. */
static size_t change_tables(struct demo *demo, bool every_column)
{
    size_t changed = 0;
    for (size_t i = 0; catalogue_tables[i]; i++) {
        const struct table *table = catalogue_tables[i];
        struct arena_mark mark = arena_mark(demo->work.arena);
        if (table->kind != TABLE_VIEW || count_rows(demo, table->name) == 0)
            continue;
        keep(demo, table);
        for (size_t j = every_column ? 0 : table->row->count - 1; j < table->row->count; j++)
            change_column(demo, table, &table->row->fields[j]);
        change_rows(demo, table);
        demo_sql(demo, "DROP TABLE kept", NO_VALUES);
        arena_rewind(demo->work.arena, mark);
        changed++;
    }
    demo_verify(demo);
    return changed;
}

static void a_changed_cell_is_found_and_its_table_named(void **state)
{
    struct demo *demo = *state;
    if (demo->engine == &sqlite_engine)
        demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    assert_true(change_tables(demo, demo->engine == &sqlite_engine) > 8);
}

static void rebuild_mends_every_table_and_changes_nothing_else(void **state)
{
    struct demo *demo = *state;
    const char *before = demo_fingerprint(demo);
    int64_t entries = demo_entries(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_sql(demo, "DELETE FROM journal", NO_VALUES);
    demo_sql(demo, "UPDATE donor SET name = 'somebody'", NO_VALUES);
    demo_sql(demo, "UPDATE assignment SET role = 'chief'", NO_VALUES);
    assert_string_not_equal(demo_fingerprint(demo), before);
    assert_int_not_equal(demo_damage(demo).kind, FAULT_NONE);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    assert_int_equal(demo_entries(demo), entries);
    demo_verify(demo);
}

static void the_database_itself_refuses_to_change_the_ledger(void **state)
{
    static const char *const changes[] = {"UPDATE entry SET hash = hash", "DELETE FROM entry",
                                          "UPDATE file SET name = name", "DELETE FROM file",
                                          "DELETE FROM checkpoint"};
    struct demo *demo = *state;
    struct checkpoint now;
    assert_true(ledger_checkpoint(&demo->work, &now));
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const struct statement statement = {.takes = "", .sql = changes[i]};
        bool changed = database_run(&demo->work, &statement, NO_VALUES);
        bool is_empty_file = strstr(changes[i], "file") && demo->engine == &sqlite_engine;
        if (changed != is_empty_file) /* SQLite asks its triggers row by row, and there is none */
            fail_msg("%s: %s", changes[i], changed ? "done" : demo->work.fault.text);
        demo->work.fault = (struct fault){0};
    }
    demo_verify(demo);
}

static int open_story(void **state)
{
    struct demo *demo = demo_make(&sqlite_engine, NULL);
    struct exchange_result result = {0};
    *state = demo;
    if (access(story, R_OK) != 0)
        return 0;
    FILE *out = tmpfile();
    assert_non_null(out);
    demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    bool played = exchange_play(&demo->work, story, NULL, out, &result);
    print_message("%lld cases of %s played, %lld as told\n",
                  (long long)(result.passed + result.failed), story, (long long)result.passed);
    fclose(out);
    if (!played)
        print_message("The story stops: %s\n", demo->work.fault.text);
    demo_reopen(demo);
    return 0;
}

static void a_played_story_rebuilds_to_the_same_tables(void **state)
{
    struct demo *demo = *state;
    const char *before = demo_fingerprint(demo);
    demo_verify(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
    demo_verify(demo);
}

static void a_changed_cell_of_the_story_is_found(void **state)
{
    struct demo *demo = *state;
    demo_sql(demo, "PRAGMA synchronous = OFF", NO_VALUES);
    print_message("%zu tables changed\n", change_tables(demo, demo_is_long()));
}

static void a_changed_file_is_found(void **state)
{
    static const char *const changes[] = {
        "UPDATE file SET base64 = 'AAAA' || SUBSTR(base64, 5)",
        "UPDATE file SET base64 = SUBSTR(base64, 1, LENGTH(base64) - 4)",
        "UPDATE file SET base64 = ''",
        "UPDATE file SET base64 = NULL",
        "UPDATE file SET size = -5",
        "UPDATE file SET size = size + 1",
        "UPDATE file SET sha256 = 'x' || sha256",
        "DELETE FROM file"};
    struct demo *demo = *state;
    if (count_rows(demo, "file") == 0) {
        print_message("SKIPPED: the story kept no file.\n");
        return;
    }
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        struct demo *copy = small_damaged_copy(demo);
        demo_sql(copy, changes[i], NO_VALUES);
        small_expect_damage(copy, changes[i], 0, 0);
        demo_remove(copy);
    }
}

#define ON(engine, test) cmocka_unit_test_setup_teardown(test, small_open_##engine, demo_close)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {
        ON(sqlite, a_changed_cell_is_found_and_its_table_named),
        ON(sqlite, rebuild_mends_every_table_and_changes_nothing_else),
        ON(sqlite, the_database_itself_refuses_to_change_the_ledger),
    };
    const struct CMUnitTest on_postgres[] = {
        ON(postgres, a_changed_cell_is_found_and_its_table_named),
        ON(postgres, rebuild_mends_every_table_and_changes_nothing_else),
        ON(postgres, the_database_itself_refuses_to_change_the_ledger),
    };
    const struct CMUnitTest on_story[] = {
        cmocka_unit_test(a_played_story_rebuilds_to_the_same_tables),
        cmocka_unit_test(a_changed_cell_of_the_story_is_found),
        cmocka_unit_test(a_changed_file_is_found),
    };
    int failed = cmocka_run_group_tests_name("changed tables, on SQLite", on_sqlite, NULL, NULL);
    failed += cmocka_run_group_tests_name("changed tables of the story", on_story, open_story,
                                          demo_close);
    if (demo_server())
        failed +=
            cmocka_run_group_tests_name("changed tables, on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
