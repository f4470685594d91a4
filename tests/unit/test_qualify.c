/* test_qualify.c: are rows of a qualification held against the bar that they name? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/qualify_sizes.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>

static bool is_met(const char *bar, double low, double high)
{
    static struct qualification qualification;
    qualification.count = 0;
    qualification_add(&qualification, (struct qualified){.bar = bar,
                                                         .low = low,
                                                         .high = high,
                                                         .value = 100,
                                                         .bias = 0.02,
                                                         .spread = 0.05,
                                                         .coverage = 0.94,
                                                         .met = true});
    return qualification.rows[0].met;
}

static void a_row_is_met_by_what_its_bar_names_alone(void **state)
{
    (void)state;
    assert_true(is_met("value", 99, 101));
    assert_false(is_met("value", 101, 102));
    assert_true(is_met("bias", -0.02, 0.02));
    assert_false(is_met("bias", -0.01, 0.01));
    assert_true(is_met("spread", 0, 0.05));
    assert_false(is_met("spread", 0, 0.04));
    assert_true(is_met("coverage", 0.92, 0.98));
    assert_false(is_met("coverage", 0.95, 0.98));
    assert_false(is_met("weather", -1e9, 1e9));
}

static void rows_without_room_are_counted(void **state)
{
    (void)state;
    static struct qualification qualification;
    for (int i = 0; i < QUALIFIED_ROWS + 3; i++)
        qualification_add(&qualification, (struct qualified){.bar = "value"});
    assert_int_equal(qualification.count, QUALIFIED_ROWS);
    assert_int_equal(qualification.lost, 3);
}

/* 60 tracks know the median of one size to 0.25 x 1.25/sqrt(60) = 4 %; three runs stay within 15.
 */
static void a_condition_tells_its_rows(void **state)
{
    (void)state;
    static struct qualification qualification;
    struct fault fault = {.kind = FAULT_NONE};
    struct qualify_sizes_settings settings = qualify_sizes_settings_default();
    settings.seeds.count = 3;
    settings.tracks = 60;
    assert_int_equal(settings.seeds.first, 1000);
    assert_true(qualify_mono(&fault, &settings, &qualification));
    assert_int_equal(qualification.count, 4);
    assert_string_equal(qualification.rows[1].quantity, "D50");
    assert_true(qualification.rows[1].truth == 100);
    assert_true(fabs(qualification.rows[1].value - 100) < 15);
    assert_true(isnan(qualification.rows[1].coverage));
    assert_int_equal(qualification.rows[1].runs, 3);
    settings.seeds.count = 0;
    assert_false(qualify_mono(&fault, &settings, &qualification));
    assert_string_equal(fault.field, "runs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_met_by_what_its_bar_names_alone),
        cmocka_unit_test(rows_without_room_are_counted),
        cmocka_unit_test(a_condition_tells_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
