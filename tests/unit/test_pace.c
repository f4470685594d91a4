/* test_pace.c: does a server's time go forward, however the machine's clock is set? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/pace.h"

#include "base/time.h"

#include "test.h"

enum { HOUR = 3600 };

static const int64_t noon_usec = INT64_C(1736852400000000);

static int64_t ask(struct pace *pace, int64_t wall_seconds, int64_t stopwatch_seconds)
{
    return (pace_now(pace, noon_usec + wall_seconds * USEC_PER_SECOND,
                     stopwatch_seconds * USEC_PER_SECOND) -
            noon_usec) /
           USEC_PER_SECOND;
}

static void it_follows_a_clock_that_is_right(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 16);
    struct pace *pace = pace_open(arena);
    for (int64_t seconds = 0; seconds < 10; seconds++)
        assert_int_equal(ask(pace, seconds, seconds), seconds);
    assert_int_equal(ask(pace, HOUR, 10), HOUR); /* set forward */
    arena_close(arena);
}

static void it_waits_for_a_clock_that_was_set_back(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 16);
    struct pace *pace = pace_open(arena);
    assert_int_equal(ask(pace, HOUR, 0), HOUR);
    assert_int_equal(ask(pace, 0, 0), HOUR);
    assert_int_equal(ask(pace, HOUR, HOUR), HOUR + HOUR / 2);
    assert_int_equal(ask(pace, 2 * HOUR, 2 * HOUR), 2 * HOUR);
    assert_int_equal(ask(pace, 2 * HOUR + 1, 2 * HOUR + 1), 2 * HOUR + 1);
    arena_close(arena);
}

static void it_does_not_stand_still_with_a_clock_that_does(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 16);
    struct pace *pace = pace_open(arena);
    int64_t now = 0;
    for (int64_t usec = 0; usec < 1001; usec++) /* by the microsecond: nothing is lost in halves */
        now = pace_now(pace, noon_usec, usec);
    assert_int_equal(now, noon_usec + 500);
    arena_close(arena);
}

static void threads_that_come_in_another_order_turn_nothing_back(void **state)
{
    (void)state;
    struct arena *arena = arena_open(1 << 16);
    struct pace *pace = pace_open(arena);
    assert_int_equal(ask(pace, 10, 10), 10);
    assert_int_equal(ask(pace, 5, 5), 10);
    assert_int_equal(ask(pace, 5, 20), 15);
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_follows_a_clock_that_is_right),
        cmocka_unit_test(it_waits_for_a_clock_that_was_set_back),
        cmocka_unit_test(it_does_not_stand_still_with_a_clock_that_does),
        cmocka_unit_test(threads_that_come_in_another_order_turn_nothing_back),
    };
    return cmocka_run_group_tests_name("pace", tests, NULL, NULL);
}
