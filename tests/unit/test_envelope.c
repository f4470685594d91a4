/* test_envelope.c: is a request read in one way only, and does a path find its row? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/address.h"
#include "web/attempt.h"
#include "web/envelope.h"
#include "web/sign_in.h"

#include "base/time.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

struct key {
    const char *code;
};
static const struct field key_fields[] = {
    FIELD(struct key, code, .code = true, .help = "Code"),
};
static const struct schema key_schema = SCHEMA("key", struct key, key_fields);

enum { LOT_LIST, LOT_ADD, LOT_SHOW, LOT_EXPIRED, LOT_RELEASE, LOT_REPORT, INTERNAL, ROWS_COUNT };
static const struct operation table[ROWS_COUNT] = {
    [LOT_LIST] = {.name = "lot.list",
                  .method = "GET",
                  .path = "/lots",
                  .effect = READS,
                  .input = &key_schema},
    [LOT_ADD] = {.name = "lot.add",
                 .method = "POST",
                 .path = "/lots",
                 .effect = RECORDS,
                 .input = &key_schema},
    [LOT_SHOW] = {.name = "lot.show",
                  .method = "GET",
                  .path = "/lots/{code}",
                  .effect = READS,
                  .input = &key_schema},
    [LOT_EXPIRED] = {.name = "lot.expired",
                     .method = "GET",
                     .path = "/lots/expired",
                     .effect = READS,
                     .input = &key_schema},
    [LOT_RELEASE] = {.name = "lot.release",
                     .method = "POST",
                     .path = "/lots/{code}/release",
                     .effect = RECORDS,
                     .input = &key_schema},
    [LOT_REPORT] = {.name = "lot.report",
                    .method = "POST",
                    .path = "/lots/{code}/report",
                    .effect = READS,
                    .input = &key_schema},
    [INTERNAL] = {.name = "lot.note", .effect = RECORDS, .input = &key_schema},
};
static const struct operation *const rows[] = {
    &table[LOT_LIST],    &table[LOT_ADD],    &table[LOT_SHOW], &table[LOT_EXPIRED],
    &table[LOT_RELEASE], &table[LOT_REPORT], &table[INTERNAL], NULL};
static const struct catalogue catalogue = {.operations = rows};

struct desk_of_test {
    struct work work;
    struct route route;
    struct request request;
};

static int open_work(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 24);
    struct desk_of_test *desk = arena_take(arena, sizeof *desk);
    desk->work.arena = arena;
    *state = desk;
    return 0;
}

static int close_work(void **state)
{
    struct desk_of_test *desk = *state;
    arena_close(desk->work.arena);
    return 0;
}

static enum fault_kind taken(struct fault *fault)
{
    enum fault_kind kind = fault->kind;
    *fault = (struct fault){0};
    return kind;
}

static void paths_find_their_rows(void **state)
{
    static const struct {
        const char *method;
        const char *path;
        const char *name;  /* NULL when the method is not offered */
        const char *given; /* of the path */
    } cases[] = {
        {"GET", "/lots", "lot.list", NULL},
        {"HEAD", "/lots", "lot.list", NULL},
        {"POST", "/lots", "lot.add", NULL},
        {"GET", "/lots/L-1", "lot.show", "L-1"},
        {"GET", "/lots/%4c-1", "lot.show", "L-1"},
        {"GET", "/lots/expired", "lot.expired", NULL},
        {"GET", "/lots/%65xpired", "lot.expired", NULL},
        {"GET", "/lots/a%2fb", "lot.show", "a/b"},
        {"POST", "/lots/L-1/release", "lot.release", "L-1"},
        {"DELETE", "/lots/L-1", NULL, "L-1"},
        {"POST", "/lots/expired", NULL, NULL},
        {"get", "/lots", NULL, NULL},
    };
    struct desk_of_test *desk = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(route_find(desk->work.arena, &desk->work.fault, &catalogue, cases[i].method,
                               cases[i].path, &desk->route));
        assert_int_equal(desk->route.operation == NULL, cases[i].name == NULL);
        if (cases[i].name)
            assert_string_equal(desk->route.operation->name, cases[i].name);
        assert_int_equal(desk->route.count, cases[i].given != NULL);
        if (cases[i].given)
            assert_string_equal(desk->route.given[0].text, cases[i].given);
    }
    assert_string_equal(desk->route.allow, "GET, POST");
}

static void other_paths_are_missing_or_broken(void **state)
{
    static const struct {
        const char *path;
        enum fault_kind kind;
    } cases[] = {
        {"", FAULT_MISSING},
        {"/", FAULT_MISSING},
        {"/lots/", FAULT_MISSING},
        {"//lots", FAULT_MISSING},
        {"/lots//release", FAULT_MISSING},
        {"/lots/L-1/", FAULT_MISSING},
        {"/Lots", FAULT_MISSING},
        {"/lots%2fexpired", FAULT_MISSING},
        {"/lot", FAULT_MISSING},
        {"/lotss", FAULT_MISSING},
        {"/a/a/a/a/a/a/a/a/a/a/a/a/a/a", FAULT_MISSING},
        {"/lots/%", FAULT_INPUT},
        {"/lots/%4", FAULT_INPUT},
        {"/lots/%00", FAULT_INPUT},
        {"/lots/%ff", FAULT_INPUT},
        {"/lots/%c0%af", FAULT_INPUT},
        {"/lots/%ed%a0%80", FAULT_INPUT},
    };
    struct desk_of_test *desk = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_false(route_find(desk->work.arena, &desk->work.fault, &catalogue, "GET",
                                cases[i].path, &desk->route));
        assert_int_equal(taken(&desk->work.fault), cases[i].kind);
    }
}

static void two_rows_for_one_wish_are_found_at_start(void **state)
{
    struct desk_of_test *desk = *state;
    const struct operation twin = {
        .name = "lot.twin", .method = "GET", .path = "/lots/{lot}", .input = &key_schema};
    const struct operation *const doubled[] = {&table[LOT_SHOW], &twin, NULL};
    const struct operation *const alone[] = {&twin, NULL};
    const struct catalogue both = {.operations = doubled};
    const struct catalogue unexplained = {.operations = alone};
    struct arena *arena = desk->work.arena;
    assert_true(route_check(arena, &desk->work.fault, &catalogue));
    assert_false(route_check(arena, &desk->work.fault, &both));
    taken(&desk->work.fault);
    assert_false(route_check(arena, &desk->work.fault, &unexplained));
}

static enum fault_kind read_as(struct desk_of_test *desk, const char *method, const char *path,
                               const char *query, const char *body)
{
    const struct envelope envelope = {
        .method = method, .query = query, .body = body, .size = strlen(body)};
    assert_true(
        route_find(desk->work.arena, &desk->work.fault, &catalogue, method, path, &desk->route));
    envelope_read(&desk->work, &desk->route, &envelope, &desk->request);
    assert_int_equal(desk->work.fault.kind, FAULT_NONE);
    assert_int_equal(desk->request.input != NULL, desk->request.fault.kind != FAULT_NONE);
    return desk->request.fault.kind;
}

static void members_of_the_envelope_come_out_of_the_body(void **state)
{
    struct desk_of_test *desk = *state;
    assert_int_equal(read_as(desk, "POST", "/lots/L-1/release", NULL,
                             "{\"note\": 1, \"reason\": \"because\", \"occurred_at\": "
                             "\"2025-01-14T10:00:00+09:00\", \"signature\": {\"secret\": \"s\"}, "
                             "\"witness\": {\"account\": \"QA1\", \"secret\": \"t\"}}"),
                     FAULT_NONE);
    assert_string_equal(desk->request.reason, "because");
    assert_int_equal(desk->request.occurred_at.usec, INT64_C(1736816400000000));
    assert_string_equal(desk->request.signature.secret, "s");
    assert_null(desk->request.signature.account);
    assert_string_equal(desk->request.witness.account, "QA1");
    assert_int_equal(desk->request.count, 2);
    assert_string_equal(desk->request.given[0].text, "L-1");
    assert_string_equal(desk->request.given[1].name, "note");
}

static void what_only_reads_has_no_envelope(void **state)
{
    struct desk_of_test *desk = *state;
    assert_int_equal(read_as(desk, "POST", "/lots/L-1/report", "", "{\"reason\": \"x\"}"),
                     FAULT_NONE);
    assert_null(desk->request.reason);
    assert_int_equal(desk->request.count, 2);
}

static void a_malformed_envelope_is_refused(void **state)
{
    static const char *const bodies[] = {
        "[]",
        "null",
        "1",
        "{",
        "{} {}",
        "{\"reason\": 1}",
        "{\"reason\": \"\"}",
        "{\"signature\": \"s\"}",
        "{\"signature\": {}}",
        "{\"witness\": {\"secret\": \"t\"}}",
        "{\"signature\": {\"secret\": \"s\", \"account\": \"QA1\"}}",
        "{\"occurred_at\": \"yesterday\"}",
        "{\"a\": 1, \"a\": 1}",
    };
    struct desk_of_test *desk = *state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        assert_int_equal(read_as(desk, "POST", "/lots", NULL, bodies[i]), FAULT_INPUT);
    assert_int_equal(read_as(desk, "POST", "/lots", "x=1", "{}"), FAULT_INPUT);
    assert_int_equal(read_as(desk, "GET", "/lots", NULL, "{}"), FAULT_INPUT);
    assert_int_equal(read_as(desk, "POST", "/lots", NULL, ""), FAULT_NONE);
}

static void more_values_than_anybody_sends_are_not_parsed(void **state)
{
    struct desk_of_test *desk = *state;
    struct text body = text_open(desk->work.arena);
    text_add(&body, "{\"a\": \"");
    for (int i = 0; i < 300000; i++)
        text_add_bytes(&body, ",", 1);
    text_add(&body, "\\\",\"}");
    assert_int_equal(read_as(desk, "POST", "/lots", NULL, body.bytes), FAULT_NONE);
    text_reset(&body);
    text_add(&body, "{\"a\": [1");
    for (int i = 0; i < 300000; i++)
        text_add_bytes(&body, ",1", 2);
    text_add(&body, "]}");
    assert_int_equal(read_as(desk, "POST", "/lots", NULL, body.bytes), FAULT_TOO_LARGE);
}

static void a_query_is_read_in_one_way(void **state)
{
    struct desk_of_test *desk = *state;
    assert_int_equal(read_as(desk, "GET", "/lots", "a=1&b=%E8%93%AE+x%2B&c=", ""), FAULT_NONE);
    assert_int_equal(desk->request.count, 3);
    assert_string_equal(desk->request.given[1].text, "\xE8\x93\xAE x+");
    assert_string_equal(desk->request.given[2].text, "");
    assert_int_equal(read_as(desk, "GET", "/lots", "=1", ""), FAULT_INPUT);
    assert_int_equal(read_as(desk, "GET", "/lots", "a=1&&b=1", ""), FAULT_INPUT);
    assert_int_equal(read_as(desk, "GET", "/lots", "a=%zz", ""), FAULT_INPUT);
}

static void the_session_is_found_among_cookies(void **state)
{
    static const struct {
        const char *header;
        const char *token; /* NULL for none */
        bool refused;
    } cases[] = {
        {NULL, NULL, false},
        {"", NULL, false},
        {"a=b", NULL, false},
        {"exoledger_session=abc", "abc", false},
        {"a=b; exoledger_session=abc; c=d", "abc", false},
        {"exoledger_session_other=abc", NULL, false},
        {"x_exoledger_session=abc", NULL, false},
        {"exoledger_session=a; exoledger_session=b", NULL, true},
        {"exoledger_session", NULL, false},
        {";;; ;", NULL, false},
    };
    struct desk_of_test *desk = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *token = NULL;
        assert_int_equal(
            sign_in_cookie(desk->work.arena, &desk->work.fault, cases[i].header, &token),
            !cases[i].refused);
        if (!cases[i].refused)
            assert_true(cases[i].token ? text_equals(token, cases[i].token) : token == NULL);
        taken(&desk->work.fault);
    }
}

static bool may_try(struct desk_of_test *desk, struct attempts *attempts, int64_t now_usec)
{
    bool allowed = attempt_allowed(attempts, &desk->work.fault, ATTEMPT_PAIR, "DC1", now_usec);
    assert_int_equal(taken(&desk->work.fault), allowed ? FAULT_NONE : FAULT_TOO_OFTEN);
    return allowed;
}

static void five_failures_in_a_quarter_of_an_hour_are_enough(void **state)
{
    struct desk_of_test *desk = *state;
    struct attempts *attempts = attempts_open(desk->work.arena);
    for (int i = 0; i < 5; i++) {
        assert_true(may_try(desk, attempts, i));
        attempt_failed(attempts, ATTEMPT_PAIR, "DC1", i);
    }
    assert_false(may_try(desk, attempts, 15 * USEC_PER_MINUTE - 1));
    assert_true(may_try(desk, attempts, 15 * USEC_PER_MINUTE));
    for (int i = 0; i < 5; i++)
        attempt_failed(attempts, ATTEMPT_PAIR, "DC1", 16 * USEC_PER_MINUTE);
    assert_false(may_try(desk, attempts, 16 * USEC_PER_MINUTE));
    attempt_forgive(attempts, ATTEMPT_PAIR, "DC1");
    assert_true(may_try(desk, attempts, 16 * USEC_PER_MINUTE));
}

static void a_flood_of_names_does_not_wash_a_count_away(void **state)
{
    struct desk_of_test *desk = *state;
    struct attempts *attempts = attempts_open(desk->work.arena);
    for (int i = 0; i < 5; i++)
        attempt_failed(attempts, ATTEMPT_PAIR, "DC1", 0);
    for (int i = 0; i < 5000; i++)
        attempt_failed(attempts, ATTEMPT_PAIR, arena_print(desk->work.arena, "N%d", i), 1);
    assert_false(may_try(desk, attempts, 2));
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, open_work, close_work)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(paths_find_their_rows),
        HERE(other_paths_are_missing_or_broken),
        HERE(two_rows_for_one_wish_are_found_at_start),
        HERE(members_of_the_envelope_come_out_of_the_body),
        HERE(what_only_reads_has_no_envelope),
        HERE(a_malformed_envelope_is_refused),
        HERE(more_values_than_anybody_sends_are_not_parsed),
        HERE(a_query_is_read_in_one_way),
        HERE(the_session_is_found_among_cookies),
        HERE(five_failures_in_a_quarter_of_an_hour_are_enough),
        HERE(a_flood_of_names_does_not_wash_a_count_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
