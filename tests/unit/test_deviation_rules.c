/* test_deviation_rules.c: when may a deviation be closed? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/deviation.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static int arena_make(void **state)
{
    *state = arena_open((size_t)8 << 20);
    return 0;
}

static int arena_leave(void **state)
{
    arena_close(*state);
    return 0;
}

static struct deviation_facts critical(void)
{
    return (struct deviation_facts){"critical", true, {true, 0}, {"2025-08-27"}};
}

static const char *unmet(struct arena *arena, const struct deviation_facts *facts)
{
    struct rows findings;
    deviation_judge(arena, facts, &findings);
    return findings_unmet(arena, &findings);
}

static void a_critical_one_that_everybody_knows_of_is_closed(void **state)
{
    const struct deviation_facts facts = critical();
    assert_string_equal(unmet(*state, &facts), "");
}

static void nothing_is_closed_before_it_was_assessed(void **state)
{
    struct deviation_facts facts = critical();
    facts.assessed = false;
    assert_string_equal(unmet(*state, &facts), "DV-01.assessment/1");
    facts.class = "minor";
    assert_string_equal(unmet(*state, &facts), "DV-01.assessment/1");
}

static void one_clinic_that_was_not_told_keeps_a_critical_one_open(void **state)
{
    struct deviation_facts facts = critical();
    facts.untold.value = 1;
    assert_string_equal(unmet(*state, &facts), "DV-01.notice/1");
    facts.untold = (struct count){0};
    assert_string_equal(unmet(*state, &facts), "DV-01.notice/1");
    facts.class = "major";
    assert_string_equal(unmet(*state, &facts), "");
}

static void the_site_manager_gets_a_report_of_a_critical_one(void **state)
{
    struct deviation_facts facts = critical();
    facts.report_on.text = NULL;
    assert_string_equal(unmet(*state, &facts), "DV-01.report/1");
    facts.class = "minor";
    assert_string_equal(unmet(*state, &facts), "");
}

static void a_class_that_is_not_known_counts_as_critical(void **state)
{
    struct deviation_facts facts = {.assessed = true};
    assert_string_equal(unmet(*state, &facts), "DV-01.notice/1 DV-01.report/1");
}

#define ARENA(test) cmocka_unit_test_setup_teardown(test, arena_make, arena_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA(a_critical_one_that_everybody_knows_of_is_closed),
        ARENA(nothing_is_closed_before_it_was_assessed),
        ARENA(one_clinic_that_was_not_told_keeps_a_critical_one_open),
        ARENA(the_site_manager_gets_a_report_of_a_critical_one),
        ARENA(a_class_that_is_not_known_counts_as_critical),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
