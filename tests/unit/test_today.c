/* test_today.c: in which order does what waits press? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/today.h"

#include <stdlib.h>

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

/* 2025-10-21T06:00:00Z */
static const int64_t noon_usec = INT64_C(1761026400000000);

static void expect_order(const struct waiting *before, const struct waiting *after)
{
    assert_true(waiting_compare(before, after) < 0);
    assert_true(waiting_compare(after, before) > 0);
    assert_int_equal(waiting_compare(before, before), 0);
}

static void what_is_overdue_comes_before_what_is_due_earlier(void **state)
{
    const struct waiting late = {.kind = "hold", .code = "Z", .overdue = true};
    const struct waiting early = {.kind = "calibration", .code = "A", .due_on = {"2025-01-01"}};
    (void)state;
    expect_order(&late, &early);
}

static void a_minute_of_a_day_comes_before_the_end_of_that_day(void **state)
{
    const struct waiting minute = {.kind = "thawed_vials", .code = "Z", .due_at = {noon_usec}};
    const struct waiting day = {.kind = "calibration", .code = "A", .due_on = {"2025-10-21"}};
    const struct waiting before = {.kind = "visit_check", .code = "Z", .due_on = {"2025-10-20"}};
    (void)state;
    expect_order(&minute, &day);
    expect_order(&before, &minute);
}

static void what_is_due_at_no_time_comes_last(void **state)
{
    const struct waiting far = {.kind = "visit_check", .code = "Z", .due_on = {"2199-12-31"}};
    const struct waiting never = {.kind = "calibration", .code = "A"};
    (void)state;
    expect_order(&far, &never);
}

static void one_kind_stands_together_in_order_of_code(void **state)
{
    const struct waiting one = {.kind = "hold", .code = "D-0001"};
    const struct waiting other = {.kind = "hold", .code = "D-0002"};
    const struct waiting beside = {.kind = "hold", .code = "D-0002", .beside = "lot:L-25-001"};
    const struct waiting next = {.kind = "lot_decision", .code = "A"};
    (void)state;
    expect_order(&one, &other);
    expect_order(&other, &beside);
    expect_order(&beside, &next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_overdue_comes_before_what_is_due_earlier),
        cmocka_unit_test(a_minute_of_a_day_comes_before_the_end_of_that_day),
        cmocka_unit_test(what_is_due_at_no_time_comes_last),
        cmocka_unit_test(one_kind_stands_together_in_order_of_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
