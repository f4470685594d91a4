/* test_engines.c: do both engines keep the contract of chain/database.h? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "place.h"

#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <time.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(SANITIZED)
size_t __sanitizer_get_current_allocated_bytes(void);
static size_t held_bytes(void)
{
    return __sanitizer_get_current_allocated_bytes();
}
#else
static size_t held_bytes(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}
#endif

static void every_kind_of_value_comes_back_unchanged(void **state)
{
    struct place *place = *state;
    unsigned char bytes[256];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    const char japanese[] = "培養上清液 ロット七号 \xF0\x9F\xA7\xAB";
    const struct value null = {0};
    const struct value rows[][3] = {
        {value_text(japanese), value_integer(INT64_MAX), value_blob(bytes, sizeof bytes)},
        {value_text(""), value_integer(INT64_MIN), value_blob("", 0)},
        {value_text("quote ' \" \\ $1"), value_integer(0), value_blob(NULL, 0)},
        {value_text("nothing"), null, null},
        {value_text("minus"), value_integer(-1), value_blob("\0", 1)},
    };
    place_make_things(place);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        place_run(&place->one, "tib", "INSERT INTO thing VALUES ($1, $2, $3)", rows[i], 3);
        struct caught caught = place_ask(
            &place->one, "t", "SELECT code, number, bytes FROM thing WHERE code = $1", rows[i], 1);
        assert_int_equal(caught.rows, 1);
        assert_int_equal(caught.count, 3);
        assert_string_equal(caught.columns[0].text, rows[i][0].text);
        for (size_t j = 0; j < 3; j++)
            assert_int_equal(caught.columns[j].kind, rows[i][j].kind);
        assert_true(caught.columns[1].integer == rows[i][1].integer);
        assert_int_equal(caught.columns[2].size, rows[i][2].size);
        if (rows[i][2].size)
            assert_memory_equal(caught.columns[2].bytes, rows[i][2].bytes, rows[i][2].size);
    }
    place_refused(
        &place->one, FAULT_STORAGE,
        place_try(&place->one, "t", "INSERT INTO thing (code) VALUES ($1)", VALUES(null)));
}

static void values_may_repeat_and_come_out_of_order(void **state)
{
    struct place *place = *state;
    struct caught caught =
        place_ask(&place->one, "ititititiit", "SELECT $2, $1, $2, $11, $10, $9, $1 + $10",
                  VALUES(value_integer(1), value_text("two"), value_integer(3), value_text("four"),
                         value_integer(5), value_text("six"), value_integer(7), value_text("eight"),
                         value_integer(9), value_integer(10), value_text("eleven")));
    const char *texts[] = {"two", NULL, "two", "eleven", NULL, NULL, NULL};
    const int64_t integers[] = {0, 1, 0, 0, 10, 9, 11};
    assert_int_equal(caught.count, 7);
    for (size_t i = 0; i < 7; i++) {
        if (texts[i])
            assert_string_equal(caught.columns[i].text, texts[i]);
        else
            assert_int_equal(caught.columns[i].integer, integers[i]);
    }
}

static void a_wrong_count_or_kind_is_a_fault_and_nothing_more(void **state)
{
    struct place *place = *state;
    const char sql[] = "INSERT INTO thing VALUES ($1, $2, $3)";
    const struct value text = value_text("a"), integer = value_integer(1), blob = value_blob("", 0);
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tib", sql, VALUES(text, integer)));
    place_refused(&place->one, FAULT_STORAGE, place_try(&place->one, "tib", sql, NO_VALUES));
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tib", sql, VALUES(text, integer, blob, blob)));
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tib", sql, VALUES(integer, integer, blob)));
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tib", sql, VALUES(text, text, blob)));
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tib", sql, VALUES(text, blob, blob)));
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tib", sql, VALUES(text, integer, text)));
    place_refused(&place->one, FAULT_STORAGE,
                  place_try(&place->one, "tix", sql, VALUES(text, integer, blob)));
    place_run(&place->one, "tib", sql, VALUES(text, integer, blob));
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 1);
}

/* PostgreSQL adds 64-bit integers up to a NUMERIC and compares to a BOOLEAN. */
static void sums_and_comparisons_are_integers(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    const int64_t numbers[] = {INT64_C(9007199254740993), -50000, 120000000, 0, -7};
    for (size_t i = 0; i < 5; i++) {
        const char code[] = {(char)('a' + i), '\0'};
        place_run(&place->one, "ti", "INSERT INTO thing VALUES ($1, $2, NULL)",
                  VALUES(value_text(code), value_integer(numbers[i])));
    }
    const char select[] = "SELECT SUM(number) FROM thing WHERE ";
    const char *where[] = {"code < 'f'", "code = 'b'", "code = 'c'", "code = 'd'", "code >= 'd'"};
    const int64_t sums[] = {INT64_C(9007199374690986), -50000, 120000000, 0, -7};
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(
            place_number(&place->one, arena_print(place->arena, "%s%s", select, where[i])),
            sums[i]);
    place_run(&place->one, "i", "UPDATE thing SET number = $1", VALUES(value_integer(0)));
    place_run(&place->one, "i", "UPDATE thing SET number = $1 WHERE code = 'a'",
              VALUES(value_integer(INT64_MIN)));
    assert_true(place_number(&place->one, "SELECT SUM(number) FROM thing") == INT64_MIN);
    place_run(&place->one, "i", "UPDATE thing SET number = $1 WHERE code = 'a'",
              VALUES(value_integer(INT64_MAX)));
    assert_true(place_number(&place->one, "SELECT SUM(number) FROM thing") == INT64_MAX);
    assert_int_equal(place_number(&place->one, "SELECT COUNT(*) > 3 FROM thing"), 1);
    assert_int_equal(place_number(&place->one, "SELECT COUNT(*) > 5 FROM thing"), 0);
}

static void text_sorts_by_its_bytes(void **state)
{
    struct place *place = *state;
    const char *sorted[] = {"",   "-", "A",  "B",  "a",    "a b",
                            "ab", "é", "あ", "ア", "日本", "\xF0\x9F\xA7\xAB"};
    size_t count = sizeof sorted / sizeof *sorted;
    place_make_things(place);
    for (size_t i = count; i-- > 0;)
        place_add_thing(&place->one, sorted[i]);
    for (size_t i = 0; i < count; i++) {
        struct caught caught =
            place_ask(&place->one, "i", "SELECT code FROM thing ORDER BY code LIMIT $1",
                      VALUES(value_integer((int64_t)i + 1)));
        assert_string_equal(caught.columns[0].text, sorted[i]);
    }
}

/* An arena hands out the same address again: a cache by address would run the wrong statement. */
static void a_statement_is_known_by_its_text(void **state)
{
    struct place *place = *state;
    for (int64_t i = 0; i < 300; i++) {
        struct arena_mark mark = arena_mark(place->arena);
        const char *sql = arena_print(place->arena, "SELECT %03d + $1", (int)(i % 100));
        struct caught caught = place_ask(&place->one, "i", sql, VALUES(value_integer(1000)));
        assert_int_equal(caught.columns[0].integer, 1000 + i % 100);
        arena_rewind(place->arena, mark);
    }
}

static void a_taken_key_is_a_conflict_that_quotes_nothing(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "山田花子");
    place_step(&place->one, STEP_SAVEPOINT);
    bool worked = place_try(&place->one, "t", "INSERT INTO thing (code) VALUES ($1)",
                            VALUES(value_text("山田花子")));
    assert_string_equal(place->one.fault.field, "");
    const char *text = place_refused(&place->one, FAULT_CONFLICT, worked);
    assert_null(strstr(text, "山田"));
    place_step(&place->one, STEP_ROLLBACK_TO);
    place_add_thing(&place->one, "another");
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 2);
}

static void savepoints_nest(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    place_make_things(place);
    place_step(work, STEP_BEGIN_WRITE);
    place_add_thing(work, "kept");
    place_step(work, STEP_SAVEPOINT);
    place_add_thing(work, "outer");
    place_step(work, STEP_SAVEPOINT);
    place_add_thing(work, "inner");
    assert_int_equal(place_things(work), 3);
    place_step(work, STEP_ROLLBACK_TO);
    assert_int_equal(place_things(work), 2);
    place_step(work, STEP_SAVEPOINT);
    place_add_thing(work, "released");
    place_step(work, STEP_RELEASE);
    assert_int_equal(place_things(work), 3);
    place_step(work, STEP_ROLLBACK_TO);
    assert_int_equal(place_things(work), 1);
    place_step(work, STEP_SAVEPOINT);
    place_add_thing(work, "last");
    place_step(work, STEP_RELEASE);
    place_step(work, STEP_COMMIT);
    assert_int_equal(place_number(&place->other, "SELECT COUNT(*) FROM thing WHERE code = 'kept' "
                                                 "OR code = 'last'"),
                     2);
    assert_int_equal(place_things(&place->other), 2);
}

static void a_savepoint_that_is_not_there_is_a_fault(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_ROLLBACK_TO));
    place_step(&place->one, STEP_SAVEPOINT);
    place_step(&place->one, STEP_RELEASE);
    place_refused(&place->one, FAULT_STORAGE, database_step(&place->one, STEP_RELEASE));
    place_add_thing(&place->one, "a");
    place_step(&place->one, STEP_ROLLBACK);
    place_step(&place->one, STEP_ROLLBACK); /* nothing remains, which is what was asked for */
    assert_int_equal(place_things(&place->one), 0);
}

static void an_append_only_table_grows_and_never_changes(void **state)
{
    struct place *place = *state;
    const char *changes[] = {"UPDATE thing SET number = 1", "DELETE FROM thing",
                             "DELETE FROM thing WHERE code = 'first'"};
    place_make_things(place);
    for (size_t i = 0; i < 2; i++)
        if (!place->engine->forbid_change(place->one.database->handle, &place->one.fault,
                                          place->arena, "thing"))
            fail_msg("%s", place->one.fault.text);
    place_add_thing(&place->one, "first");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        place_refused(&place->one, FAULT_STORAGE,
                      place_try(&place->one, "", changes[i], NO_VALUES));
        place_refused(&place->other, FAULT_STORAGE,
                      place_try(&place->other, "", changes[i], NO_VALUES));
    }
    place_add_thing(&place->one, "second");
    assert_int_equal(place_number(&place->other, "SELECT COUNT(*) FROM thing WHERE number IS NULL"),
                     2);
}

struct flood {
    int64_t rows;
    size_t before;
    size_t most; /* bytes held beyond what was held before */
};

static bool count_flood(void *context, const struct value *columns, size_t count)
{
    struct flood *flood = context;
    assert_int_equal(count, 2);
    assert_int_equal(columns[0].integer, ++flood->rows);
    assert_int_equal(strlen(columns[1].text), 200);
    if (flood->rows % 1000 == 0) {
        size_t held = held_bytes();
        if (held > flood->before && held - flood->before > flood->most)
            flood->most = held - flood->before;
    }
    return true;
}

static void a_hundred_thousand_rows_are_not_held_in_memory(void **state)
{
    struct place *place = *state;
    enum { ROWS_WANTED = 100000, MOST_BYTES = 4 << 20 }; /* of twenty million bytes of text */
    char padding[195];
    memset(padding, 'x', sizeof padding - 1);
    padding[sizeof padding - 1] = '\0';
    place_make_things(place);
    place_run(&place->one, "ti",
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2) "
              "INSERT INTO thing SELECT $1 || CAST(100000 + i - 1 AS TEXT), i, NULL FROM n",
              VALUES(value_text(padding), value_integer(ROWS_WANTED)));
    struct flood flood = {.before = held_bytes()};
    const struct receiver receiver = {count_flood, &flood};
    const struct statement statement = {.takes = "",
                                        .sql = "SELECT number, code FROM thing ORDER BY code"};
    if (!place->engine->run(place->other.database->handle, &place->other.fault, &statement, NULL,
                            &receiver))
        fail_msg("%s", place->other.fault.text);
    assert_int_equal(flood.rows, ROWS_WANTED);
    assert_true(flood.before > 0);
    print_message("%s held at most %zu bytes more for 20,000,000 bytes of rows\n",
                  place->engine->name, flood.most);
    assert_true(flood.most < MOST_BYTES);
}

static bool stop_at_second(void *context, const struct value *columns, size_t count)
{
    struct work *work = context;
    (void)count;
    return columns[0].integer < 2 || (fail)(&work->fault, FAULT_RULE, "seen", "Two are enough.");
}

static void a_receiver_that_stops_leaves_the_connection_usable(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    const struct receiver receiver = {stop_at_second, work};
    const struct statement statement = {.takes = "",
                                        .sql = "SELECT number FROM thing ORDER BY number"};
    place_make_things(place);
    place_step(work, STEP_BEGIN_WRITE);
    for (int64_t i = 1; i <= 3; i++)
        place_run(work, "ti", "INSERT INTO thing VALUES ($1, $2, NULL)",
                  VALUES(value_text(arena_print(place->arena, "%d", (int)i)), value_integer(i)));
    bool worked =
        place->engine->run(work->database->handle, &work->fault, &statement, NULL, &receiver);
    assert_string_equal(work->fault.field, "seen");
    place_refused(work, FAULT_RULE, worked);
    assert_int_equal(place_things(work), 3);
    place_step(work, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 3);
}

static void a_commit_is_seen_by_others_and_not_before(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "a");
    assert_int_equal(place_things(&place->other), 0);
    place_step(&place->one, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 1);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "b");
    place_step(&place->one, STEP_ROLLBACK);
    assert_int_equal(place_things(&place->other), 1);
}

static void a_reader_sees_one_state_until_it_ends(void **state)
{
    struct place *place = *state;
    place_make_things(place);
    place_step(&place->other, STEP_BEGIN_READ);
    assert_int_equal(place_things(&place->other), 0);
    place_add_thing(&place->one, "a");
    assert_int_equal(place_things(&place->other), 0);
    place_step(&place->other, STEP_COMMIT);
    assert_int_equal(place_things(&place->other), 1);
}

struct rival {
    struct work *work;
    sem_t started;
    sem_t entered;
    bool worked;
    bool found;
};

/* In the other thread nothing may be asserted; it reports what it saw. */
static void *enter(void *thing)
{
    struct rival *rival = thing;
    struct count row = {0};
    static const struct field fields[] = {FIELD(struct count, value, .help = "")};
    static const struct schema schema = SCHEMA("seen", struct count, fields);
    const struct statement statement = {
        .takes = "", .gives = &schema, .sql = "SELECT number AS value FROM thing"};
    sem_post(&rival->started);
    bool entered = database_step(rival->work, STEP_BEGIN_WRITE);
    sem_post(&rival->entered);
    rival->worked = entered &&
                    database_find(rival->work, &statement, NO_VALUES, &row, &rival->found) &&
                    database_step(rival->work, STEP_COMMIT);
    return NULL;
}

static void a_second_writer_waits_and_then_sees_the_first(void **state)
{
    struct place *place = *state;
    struct rival rival = {.work = &place->other};
    struct timespec until;
    pthread_t thread;
    place_make_things(place);
    assert_int_equal(sem_init(&rival.started, 0, 0), 0);
    assert_int_equal(sem_init(&rival.entered, 0, 0), 0);
    place_step(&place->one, STEP_BEGIN_WRITE);
    place_add_thing(&place->one, "first");
    assert_int_equal(pthread_create(&thread, NULL, enter, &rival), 0);
    sem_wait(&rival.started);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    bool intruded = sem_timedwait(&rival.entered, &until) == 0;
    place_step(&place->one, STEP_COMMIT);
    pthread_join(thread, NULL);
    assert_false(intruded);
    if (!rival.worked)
        fail_msg("%s", place->other.fault.text);
    assert_true(rival.found);
}

static void columns_have_the_names_of_the_statement(void **state)
{
    struct place *place = *state;
    const char **names = NULL;
    size_t count = 0;
    const struct statement reading = {
        .takes = "t", .sql = "SELECT code, number AS amount FROM thing WHERE code = $1"};
    const struct statement writing = {.takes = "t", .sql = "INSERT INTO thing (code) VALUES ($1)"};
    void *handle = place->one.database->handle;
    place_make_things(place);
    assert_true(
        place->engine->columns(handle, &place->one.fault, place->arena, &reading, &names, &count));
    assert_int_equal(count, 2);
    assert_string_equal(names[0], "code");
    assert_string_equal(names[1], "amount");
    assert_true(
        place->engine->columns(handle, &place->one.fault, place->arena, &writing, &names, &count));
    assert_int_equal(count, 0);
}

static const char *plan_of(struct place *place, const char *takes, const char *sql)
{
    const struct statement statement = {.takes = takes, .sql = sql};
    const char *plan = NULL;
    if (!place->engine->explain(place->one.database->handle, &place->one.fault, place->arena,
                                &statement, &plan))
        fail_msg("%s: %s", sql, place->one.fault.text);
    return plan;
}

static void a_plan_betrays_a_full_read(void **state)
{
    struct place *place = *state;
    bool server = place->engine == &postgres_engine;
    const char *full = server ? "Seq Scan" : "SCAN";
    place_make_things(place);
    const char *by_key =
        plan_of(place, "t", "SELECT code, number, bytes FROM thing WHERE code = $1");
    const char *by_number = plan_of(place, "i", "SELECT code FROM thing WHERE number = $1");
    assert_null(strstr(by_key, full));
    assert_non_null(strstr(by_key, server ? "Index Cond" : "SEARCH"));
    assert_non_null(strstr(by_number, full));
    place_add_thing(&place->one, "still works");
}

#define ON(engine, test)                                                                           \
    cmocka_unit_test_setup_teardown(test, place_open_##engine, place_close_##engine)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        ON(engine, every_kind_of_value_comes_back_unchanged),                                      \
            ON(engine, values_may_repeat_and_come_out_of_order),                                   \
            ON(engine, a_wrong_count_or_kind_is_a_fault_and_nothing_more),                         \
            ON(engine, sums_and_comparisons_are_integers), ON(engine, text_sorts_by_its_bytes),    \
            ON(engine, a_statement_is_known_by_its_text),                                          \
            ON(engine, a_taken_key_is_a_conflict_that_quotes_nothing),                             \
            ON(engine, savepoints_nest), ON(engine, a_savepoint_that_is_not_there_is_a_fault),     \
            ON(engine, an_append_only_table_grows_and_never_changes),                              \
            ON(engine, a_hundred_thousand_rows_are_not_held_in_memory),                            \
            ON(engine, a_receiver_that_stops_leaves_the_connection_usable),                        \
            ON(engine, a_commit_is_seen_by_others_and_not_before),                                 \
            ON(engine, a_reader_sees_one_state_until_it_ends),                                     \
            ON(engine, a_second_writer_waits_and_then_sees_the_first),                             \
            ON(engine, columns_have_the_names_of_the_statement),                                   \
            ON(engine, a_plan_betrays_a_full_read),                                                \
    }

int main(void)
{
    const struct CMUnitTest on_sqlite[] = TESTS(sqlite);
    const struct CMUnitTest on_postgres[] = TESTS(postgres);
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (place_server())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
