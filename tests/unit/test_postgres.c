/* test_postgres.c: what only a server can do to us: vanish, refuse, lie about durability. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "place.h"

/* Ends the server's side of the connection and waits until it has ended. */
static void cut(struct place *place, struct work *work)
{
    struct value pid = value_integer(place_number(work, "SELECT CAST(pg_backend_pid() AS BIGINT)"));
    struct caught ended = place_ask(
        &place->other, "i", "SELECT pg_terminate_backend(CAST($1 AS INTEGER), 10000)", VALUES(pid));
    assert_int_equal(ended.columns[0].integer, 1);
}

static struct work connect_with(struct place *place, const char *options, enum engine_access access)
{
    const char *string = arena_print(place->arena, "%s options='-c search_path=%s %s'",
                                     place_server(), place->name, options);
    return place_connect(place, string, access);
}

static void a_connection_lost_in_the_commit_leaves_it_unknown(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "a");
    cut(place, &place->one);
    place_refused(&place->one, FAULT_UNKNOWN, database_step(&place->one, STEP_COMMIT));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_BEGIN_WRITE));
    assert_int_equal(place_things(&place->other), 0);
}

static void a_connection_lost_before_the_commit_is_certain(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "a");
    cut(place, &place->one);
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "", "DELETE FROM thing", NO_VALUES));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_COMMIT));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_ROLLBACK));
    assert_int_equal(place_things(&place->other), 0);
}

static void a_change_of_its_own_is_unknown_when_the_connection_is_lost(void **state)
{
    struct place *place = *state;
    const char leave[] = "SELECT pg_terminate_backend(pg_backend_pid())";
    struct work reader = connect_with(place, "", ACCESS_READ);
    place_refused(&place->one, FAULT_UNKNOWN, place_try(&place->one, "", leave, NO_VALUES));
    place_refused(&reader, FAULT_STORAGE, place_try(&reader, "", leave, NO_VALUES));
}

/* The server answers such a COMMIT with ROLLBACK and reports no error. */
static void a_commit_after_a_failed_statement_stores_nothing_and_says_so(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "a");
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "", "SELECT 1 FROM nothing", NO_VALUES));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_COMMIT));
    assert_int_equal(place_things(&place->other), 0);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "b");
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 1);
}

static void steps_out_of_order_are_faults(void **state)
{
    struct place *place = *state;
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_COMMIT));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_SAVEPOINT));
    place_step(&place->one, STEP_BEGIN_READ);
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_BEGIN_WRITE));
    place_step(&place->one, STEP_ROLLBACK);
}

static void a_reading_connection_cannot_write(void **state)
{
    struct place *place = *state;
    const char sql[] = "INSERT INTO thing (code) VALUES ('a')";
    place_make_things(place);
    struct work reader = connect_with(place, "", ACCESS_READ);
    place_refused(&reader, FAULT_STORAGE, database_step(&reader, STEP_BEGIN_WRITE));
    place_refused(&reader, FAULT_STORAGE, place_try(&reader, "", sql, NO_VALUES));
    place_step(&place->one, STEP_BEGIN_READ);
    place_refused(&place->one, FAULT_STORAGE, place_try(&place->one, "", sql, NO_VALUES));
    place_step(&place->one, STEP_ROLLBACK);
    assert_int_equal(place_things(&reader), 0);
}

static void settings_that_endanger_the_record_are_refused(void **state)
{
    struct place *place = *state;
    const char *bad[] = {"-c synchronous_commit=off", "-c statement_timeout=5s",
                         "-c standard_conforming_strings=off"};
    const char *words[] = {"synchronous_commit", "statement_timeout",
                           "standard_conforming_strings"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct work work = connect_with(place, bad[i], ACCESS_WRITE);
        const char *text = place_refused(&work, FAULT_STORAGE, work.database != NULL);
        assert_non_null(strstr(text, words[i]));
    }
    assert_non_null(connect_with(place, "-c synchronous_commit=local", ACCESS_WRITE).database);
    assert_non_null(connect_with(place, "-c synchronous_commit=off", ACCESS_READ).database);
}

static void a_place_that_cannot_be_opened_keeps_its_password(void **state)
{
    struct place *place = *state;
    const char *bad[] = {"",
                         "host=/nowhere/at/all dbname=a password=hunter2",
                         "host=/nowhere/at/all hunter2",
                         "password='hunter2",
                         "hunter2",
                         "postgresql://user:hunter2@/a?host=/nowhere/at/all"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct work work = place_connect(place, bad[i], ACCESS_WRITE);
        const char *text = place_refused(&work, FAULT_STORAGE, work.database != NULL);
        assert_null(strstr(text, "hunter2"));
    }
}

struct nosy {
    struct work *work;
    int refused;
};

static bool ask_meanwhile(void *context, const struct value *columns, size_t count)
{
    struct nosy *nosy = context;
    struct database *database = nosy->work->database;
    struct fault fault = {0};
    const struct statement statement = {.takes = "", .sql = "SELECT 1"};
    (void)columns;
    (void)count;
    nosy->refused += !database->engine->run(database->handle, &fault, &statement, NULL, NULL) &&
                     fault.kind == FAULT_STORAGE;
    fault = (struct fault){0};
    nosy->refused += !database->engine->step(database->handle, &fault, STEP_ROLLBACK) &&
                     fault.kind == FAULT_STORAGE;
    return true;
}

static void a_receiver_that_asks_the_database_is_refused(void **state)
{
    struct place *place = *state;
    struct nosy nosy = {.work = &place->one};
    const struct receiver receiver = {ask_meanwhile, &nosy};
    const struct statement statement = {.takes = "", .sql = "SELECT 1 UNION ALL SELECT 2"};
    assert_true(place->engine->run(place->one.database->handle, &place->one.fault, &statement, NULL,
                                   &receiver));
    assert_int_equal(nosy.refused, 4);
    assert_int_equal(place_number(&place->one, "SELECT 3"), 3);
}

static void a_fault_quotes_no_value(void **state)
{
    struct place *place = *state;
    const struct value name = value_text("山田花子");
    const char *sql[] = {"SELECT CAST($1 AS BIGINT)", "SELECT CAST($1 AS TIMESTAMP)",
                         "SELECT CAST($1 AS BYTEA) WHERE 1 / length($1) * 0 = 1 / 0"};
    for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
        const char *text = place_refused(&place->one, FAULT_STORAGE,
                                         place_try(&place->one, "t", sql[i], VALUES(name)));
        assert_null(strstr(text, "山田"));
    }
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "t", "SELECT $1", VALUES(value_text("\xC3("))));
}

static void a_writer_that_waits_too_long_may_try_again(void **state)
{
    struct place *place = *state;
    struct work hasty = connect_with(place, "-c lock_timeout=50ms", ACCESS_WRITE);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_refused(&hasty, FAULT_STORAGE, database_step(&hasty, STEP_BEGIN_WRITE));
    place_step(&place->one, STEP_COMMIT);
    place_step(&hasty, STEP_BEGIN_WRITE);
    place_step(&hasty, STEP_COMMIT);
    assert_string_equal(
        place_ask(&place->one, "", "SELECT current_setting('lock_timeout')", NO_VALUES)
            .columns[0]
            .text,
        "30s");
}

/* First the right is missing; then, with the right given back, the triggers say no. */
static void an_append_only_table_is_guarded_twice(void **state)
{
    struct place *place = *state;
    const char *changes[] = {"UPDATE thing SET number = 1", "DELETE FROM thing", "TRUNCATE thing"};
    place_make_things(place);
    assert_true(place->engine->forbid_change(place->one.database->handle, &place->one.fault,
                                             place->arena, "thing"));
    place_add_thing(&place->one, "a");
    for (size_t i = 0; i < 6; i++) {
        if (i == 3)
            place_run(&place->one, "", "GRANT UPDATE, DELETE, TRUNCATE ON thing TO CURRENT_USER",
                      NO_VALUES);
        const char *text = place_refused(&place->one, FAULT_STORAGE,
                                         place_try(&place->one, "", changes[i % 3], NO_VALUES));
        assert_non_null(strstr(text, i < 3 ? "right" : "append-only"));
    }
    assert_int_equal(place_things(&place->one), 1);
}

static void numbers_that_are_no_integers_are_refused(void **state)
{
    struct place *place = *state;
    const char *bad[] = {"1.5",   "0.5",   "9223372036854775808", "-9223372036854775809", "1e20",
                         "1e400", "'NaN'", "'Infinity'",          "'-Infinity'"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *sql = arena_print(place->arena, "SELECT CAST(%s AS NUMERIC) AS shown", bad[i]);
        struct caught caught = {.arena = place->arena};
        const struct statement statement = {.takes = "", .sql = sql};
        const struct receiver receiver = {place_catch, &caught};
        bool worked = place->engine->run(place->one.database->handle, &place->one.fault, &statement,
                                         NULL, &receiver);
        const char *text = place_refused(&place->one, FAULT_STORAGE, worked);
        assert_non_null(strstr(text, "shown"));
    }
    assert_true(place_number(&place->one, "SELECT CAST(-9223372036854775808 AS NUMERIC)") ==
                INT64_MIN);
    assert_true(place_number(&place->one, "SELECT CAST(9223372036854775807 AS NUMERIC)") ==
                INT64_MAX);
    assert_int_equal(place_number(&place->one, "SELECT CAST(0.00 AS NUMERIC)"), 0);
    assert_int_equal(place_number(&place->one, "SELECT CAST(-2 AS SMALLINT)"), -2);
    assert_int_equal(place_number(&place->one, "SELECT CAST(-70000 AS INTEGER)"), -70000);
}

/* Asked of the engine itself, behind the checks of database.c. */
static void the_engine_checks_values_too(void **state)
{
    struct place *place = *state;
    const struct value text = value_text("a"), integer = value_integer(1), blob = value_blob("", 0);
    const struct {
        const char *takes;
        const char *sql;
        struct value value;
    } bad[] = {
        {"t", "SELECT $1", integer},
        {"t", "SELECT $1", blob},
        {"t", "SELECT $1", {.kind = VALUE_TEXT}},
        {"i", "SELECT $1", text},
        {"i", "SELECT $1", blob},
        {"b", "SELECT $1", text},
        {"b", "SELECT $1", integer},
        {"b", "SELECT $1", {.kind = VALUE_BLOB, .size = 1}},
        {"x", "SELECT $1", text},
        {"t", "SELECT $1, $2", text},
    };
    void *handle = place->one.database->handle;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const struct statement statement = {.takes = bad[i].takes, .sql = bad[i].sql};
        place_refused(
            &place->one, FAULT_STORAGE,
            place->engine->run(handle, &place->one.fault, &statement, &bad[i].value, NULL));
        place_refused(&place->one, FAULT_STORAGE,
                      place->engine->run(handle, &place->one.fault, &statement, NULL, NULL));
    }
    assert_int_equal(place_number(&place->one, "SELECT 3"), 3);
}

/* Whatever the place or its surroundings say, texts travel as UTF-8. */
static void a_place_may_not_choose_its_encoding(void **state)
{
    struct place *place = *state;
    const char *string = arena_print(place->arena, "%s client_encoding=LATIN1", place->string);
    struct work work = place_connect(place, string, ACCESS_WRITE);
    assert_non_null(work.database);
    assert_int_equal(
        place_ask(&work, "t", "SELECT length($1)", VALUES(value_text("培養"))).columns[0].integer,
        2);
}

static void a_copy_ends_the_conversation_instead_of_hanging(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "", "COPY thing FROM STDIN", NO_VALUES));
    place_refused(&place->one, FAULT_STORAGE, place_try(&place->one, "", "SELECT 1", NO_VALUES));
}

static void a_statement_outlives_the_transaction_that_prepared_it(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "a");
    place_step(&place->one, STEP_ROLLBACK);
    place_add_thing(&place->one, "a");
    place_run(&place->one, "", "DROP TABLE thing", NO_VALUES);
    place_make_things(place);
    place_add_thing(&place->one, "a");
    assert_int_equal(place_things(&place->other), 1);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, place_open_postgres, place_close_postgres)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_connection_lost_in_the_commit_leaves_it_unknown),
        TEST(a_connection_lost_before_the_commit_is_certain),
        TEST(a_change_of_its_own_is_unknown_when_the_connection_is_lost),
        TEST(a_commit_after_a_failed_statement_stores_nothing_and_says_so),
        TEST(steps_out_of_order_are_faults),
        TEST(a_reading_connection_cannot_write),
        TEST(settings_that_endanger_the_record_are_refused),
        TEST(a_place_that_cannot_be_opened_keeps_its_password),
        TEST(a_receiver_that_asks_the_database_is_refused),
        TEST(a_fault_quotes_no_value),
        TEST(a_writer_that_waits_too_long_may_try_again),
        TEST(an_append_only_table_is_guarded_twice),
        TEST(numbers_that_are_no_integers_are_refused),
        TEST(the_engine_checks_values_too),
        TEST(a_place_may_not_choose_its_encoding),
        TEST(a_copy_ends_the_conversation_instead_of_hanging),
        TEST(a_statement_outlives_the_transaction_that_prepared_it),
    };
    return place_server() ? cmocka_run_group_tests(tests, NULL, NULL) : 0;
}
