/* test_session.c: does a session end when it should, and not before? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "crew/session.h"
#include "place.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static const int64_t morning_usec = INT64_C(1736812800000000); /* 2025-01-14T00:00:00Z */
static const int64_t minute_usec = USEC_PER_MINUTE;

static void works(struct work *work, bool worked)
{
    if (!worked)
        fail_msg("%s", work->fault.text);
}

static struct work *begin(void **state)
{
    struct place *place = *state;
    struct work *work = &place->one;
    work->now_usec = morning_usec;
    works(work, view_create(work, &session_table));
    works(work, view_create(work, &token_table));
    return work;
}

static const char *sign_in(struct work *work, const char *account)
{
    struct session session;
    const char *token = NULL;
    works(work, session_open(work, account, "M", &session, &token));
    return token;
}

static bool is_in(struct work *work, const char *token)
{
    struct session session = {0};
    bool found = session_find(work, token, &session);
    assert_int_equal(work->fault.kind, found ? FAULT_NONE : FAULT_SIGN_IN);
    work->fault = (struct fault){0};
    return found;
}

static void a_session_ends_after_half_an_hour_without_a_request(void **state)
{
    struct work *work = begin(state);
    const char *token = sign_in(work, "DC1");
    work->now_usec = morning_usec + 30 * minute_usec - 1;
    assert_true(is_in(work, token));
    work->now_usec++;
    assert_false(is_in(work, token));
}

static void a_session_in_use_ends_after_twelve_hours(void **state)
{
    struct work *work = begin(state);
    const char *token = sign_in(work, "DC1");
    struct session session = {0};
    for (int64_t minutes = 0; minutes < 12 * 60; minutes += 20) {
        work->now_usec = morning_usec + minutes * minute_usec;
        works(work, session_find(work, token, &session));
        assert_int_equal(session_is_stale(work, &session), minutes > 0);
        works(work, session_touch(work, session.hash));
    }
    work->now_usec = morning_usec + 12 * 60 * minute_usec - 1;
    assert_true(is_in(work, token));
    work->now_usec++;
    assert_false(is_in(work, token));
}

static void a_session_of_a_clock_that_was_ahead_has_ended(void **state)
{
    struct work *work = begin(state);
    work->now_usec += 60 * minute_usec;
    const char *opened = sign_in(work, "DC1");
    work->now_usec = morning_usec + 59 * minute_usec;
    assert_true(is_in(work, opened)); /* clocks differ a little */
    work->now_usec--;
    assert_false(is_in(work, opened));
    work->now_usec = morning_usec;
    assert_false(is_in(work, opened));
}

static void only_the_hash_of_a_token_is_kept(void **state)
{
    struct work *work = begin(state);
    const char *token = sign_in(work, "DC1");
    struct rows rows;
    works(work, view_list(work, &session_table, NULL, value_text(NULL), &rows));
    assert_int_equal(rows.count, 1);
    assert_string_not_equal(ROWS(rows, struct session)[0].hash, token);
    assert_int_equal(strlen(token), 64);
    assert_false(is_in(work, ROWS(rows, struct session)[0].hash));
    assert_string_not_equal(session_proof(work, token), ROWS(rows, struct session)[0].hash);
}

static void a_touch_does_not_bring_back_what_was_closed(void **state)
{
    struct work *work = begin(state);
    const char *token = sign_in(work, "DC1");
    struct session session = {0};
    works(work, session_find(work, token, &session));
    works(work, session_close(work, session.hash));
    work->now_usec += 5 * minute_usec;
    works(work, session_touch(work, session.hash));
    assert_false(is_in(work, token));
}

static void the_oldest_session_of_an_account_makes_room(void **state)
{
    struct work *work = begin(state);
    const char *other = sign_in(work, "QA1");
    const char *tokens[SESSIONS_MOST + 1];
    for (size_t i = 0; i <= SESSIONS_MOST; i++) {
        work->now_usec += USEC_PER_SECOND;
        tokens[i] = sign_in(work, "DC1");
    }
    assert_false(is_in(work, tokens[0]));
    for (size_t i = 1; i <= SESSIONS_MOST; i++)
        assert_true(is_in(work, tokens[i]));
    assert_true(is_in(work, other));
}

static void a_token_lasts_its_days_or_until_it_is_revoked(void **state)
{
    struct work *work = begin(state);
    struct token row = {0};
    struct token second = {0};
    const char *token = NULL;
    const char *other = NULL;
    works(work, token_issue(work, "DC1", "M", 2, &row, &token));
    works(work, token_issue(work, "DC1", "M", 2, &second, &other));
    work->now_usec = morning_usec + 2 * USEC_PER_DAY - 1;
    works(work, token_find(work, token, &row));
    assert_string_equal(row.account, "DC1");
    place_refused(work, FAULT_MISSING, token_revoke(work, "QA1", second.code));
    works(work, token_revoke(work, "DC1", second.code));
    place_refused(work, FAULT_SIGN_IN, token_find(work, other, &second));
    work->now_usec++;
    place_refused(work, FAULT_SIGN_IN, token_find(work, token, &row));
    place_refused(work, FAULT_INPUT, token_issue(work, "DC1", "M", 0, &row, &token));
    place_refused(work, FAULT_INPUT,
                  token_issue(work, "DC1", "M", TOKEN_DAYS_MOST + 1, &row, &token));
}

#define HERE(test) cmocka_unit_test_setup_teardown(test, place_open_sqlite, place_close_sqlite)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HERE(a_session_ends_after_half_an_hour_without_a_request),
        HERE(a_session_in_use_ends_after_twelve_hours),
        HERE(a_session_of_a_clock_that_was_ahead_has_ended),
        HERE(only_the_hash_of_a_token_is_kept),
        HERE(a_touch_does_not_bring_back_what_was_closed),
        HERE(the_oldest_session_of_an_account_makes_room),
        HERE(a_token_lasts_its_days_or_until_it_is_revoked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
