/* test_put.c: is a row that could not be written found before anybody relies on it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "place.h"

enum { MANY = 300 };

static bool put(struct work *work, const char *code)
{
    const struct statement statement = {
        .takes = "t", .sql = "INSERT INTO thing (code, number, bytes) VALUES ($1, 1, NULL)"};
    return database_put(work, &statement, VALUES(value_text(code)));
}

static void put_number(struct work *work, int number)
{
    if (!put(work, arena_print(work->arena, "row %d", number)))
        fail_msg("%s", work->fault.text);
}

/* True as long as nothing was found wrong; the sentence is told once. */
static bool put_again(struct work *work, const char *code)
{
    if (put(work, code))
        return true;
    assert_int_equal(work->fault.kind, FAULT_CONFLICT);
    return false;
}

static void a_row_that_cannot_be_put_is_found_before_its_savepoint_is_left(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_step(&place->one, STEP_SAVEPOINT);
    assert_true(put(&place->one, "a"));
    bool left = put_again(&place->one, "a") && put_again(&place->one, "b") &&
                database_step(&place->one, STEP_RELEASE);
    place_refused(&place->one, FAULT_CONFLICT, left);
    place_step(&place->one, STEP_ROLLBACK_TO);
    place_step(&place->one, STEP_SAVEPOINT);
    assert_true(put(&place->one, "c"));
    place_step(&place->one, STEP_RELEASE);
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 1);
    assert_int_equal(place_number(&place->other, "SELECT COUNT(*) FROM thing WHERE code = 'c'"), 1);
}

static void a_row_that_cannot_be_put_is_found_by_the_next_question(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_step(&place->one, STEP_SAVEPOINT);
    assert_true(put(&place->one, "a"));
    bool asked = put_again(&place->one, "a") &&
                 place_try(&place->one, "", "SELECT code FROM thing", NO_VALUES);
    place_refused(&place->one, FAULT_CONFLICT, asked);
    place_step(&place->one, STEP_ROLLBACK_TO);
    assert_int_equal(place_things(&place->one), 0);
    place_step(&place->one, STEP_ROLLBACK);
}

static void a_row_that_cannot_be_put_is_found_before_the_next_savepoint(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_step(&place->one, STEP_SAVEPOINT);
    assert_true(put(&place->one, "a"));
    bool set = put_again(&place->one, "a") && database_step(&place->one, STEP_SAVEPOINT);
    place_refused(&place->one, FAULT_CONFLICT, set);
    place_step(&place->one, STEP_ROLLBACK_TO);
    assert_true(put(&place->one, "b"));
    place_step(&place->one, STEP_SAVEPOINT);
    assert_true(put(&place->one, "c"));
    place_step(&place->one, STEP_ROLLBACK_TO);
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 1);
    assert_int_equal(place_number(&place->other, "SELECT COUNT(*) FROM thing WHERE code = 'b'"), 1);
}

static void a_row_that_cannot_be_put_keeps_the_transaction_from_being_committed(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    assert_true(put(&place->one, "a"));
    bool committed = put_again(&place->one, "a") && database_step(&place->one, STEP_COMMIT);
    place_refused(&place->one, FAULT_CONFLICT, committed);
    place_step(&place->one, STEP_ROLLBACK);
    assert_int_equal(place_things(&place->other), 0);
    place_add_thing(&place->one, "a");
    assert_int_equal(place_things(&place->other), 1);
}

static void what_is_put_is_there_for_the_next_question(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    for (int i = 0; i < MANY; i++) {
        place_step(&place->one, STEP_SAVEPOINT);
        put_number(&place->one, i);
        if (i % 7 == 0)
            assert_int_equal(place_things(&place->one), i + 1);
        place_step(&place->one, STEP_RELEASE);
    }
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), MANY);
}

static void many_rows_are_put_before_anything_is_asked(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    for (int i = 0; i < MANY; i++)
        put_number(&place->one, i);
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), MANY);
}

static void a_row_put_outside_of_a_transaction_is_there_at_once(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    assert_true(put(&place->one, "a"));
    assert_int_equal(place_things(&place->other), 1);
    place_refused(&place->one, FAULT_CONFLICT, put(&place->one, "a"));
}

/* Ends the server's side of the first connection and waits until it has ended. */
static void cut(struct place *place, struct value pid)
{
    struct caught ended = place_ask(
        &place->other, "i", "SELECT pg_terminate_backend(CAST($1 AS INTEGER), 10000)", VALUES(pid));
    assert_int_equal(ended.columns[0].integer, 1);
}

static void rows_that_wait_when_the_connection_is_lost_are_certainly_not_stored(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    struct value pid =
        value_integer(place_number(&place->one, "SELECT CAST(pg_backend_pid() AS BIGINT)"));
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_step(&place->one, STEP_SAVEPOINT);
    put_number(&place->one, 1);
    place_step(&place->one, STEP_RELEASE);
    place_step(&place->one, STEP_SAVEPOINT);
    put_number(&place->one, 2);
    cut(place, pid);
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_RELEASE));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_ROLLBACK_TO));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_COMMIT));
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_ROLLBACK));
    assert_int_equal(place_things(&place->other), 0);
}

#define ON(engine, test)                                                                           \
    cmocka_unit_test_setup_teardown(test, place_open_##engine, place_close_##engine)
#define TESTS(engine)                                                                              \
    ON(engine, a_row_that_cannot_be_put_is_found_before_its_savepoint_is_left),                    \
        ON(engine, a_row_that_cannot_be_put_is_found_by_the_next_question),                        \
        ON(engine, a_row_that_cannot_be_put_is_found_before_the_next_savepoint),                   \
        ON(engine, a_row_that_cannot_be_put_keeps_the_transaction_from_being_committed),           \
        ON(engine, what_is_put_is_there_for_the_next_question),                                    \
        ON(engine, many_rows_are_put_before_anything_is_asked),                                    \
        ON(engine, a_row_put_outside_of_a_transaction_is_there_at_once)

int main(void)
{
    const struct CMUnitTest on_sqlite[] = {TESTS(sqlite)};
    const struct CMUnitTest on_postgres[] = {
        TESTS(postgres),
        ON(postgres, rows_that_wait_when_the_connection_is_lost_are_certainly_not_stored)};
    int failed = cmocka_run_group_tests_name("puts, on SQLite", on_sqlite, NULL, NULL);
    if (place_server())
        failed += cmocka_run_group_tests_name("puts, on PostgreSQL", on_postgres, NULL, NULL);
    return failed;
}
