/* test_study.c: is a study opened and joined only when everything is known and good? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/study.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static void opens(struct study_facts facts, const char *unmet)
{
    struct arena *arena = arena_open((size_t)1 << 22);
    struct rows findings;
    study_judge(arena, &facts, &findings);
    const char *found = findings_unmet(arena, &findings);
    assert_string_equal(found ? found : "", unmet);
    arena_close(arena);
}

static void sides_differ_by_one_at_most(void **state)
{
    (void)state;
    struct study_facts facts = {"no", "vehicle", 14, 14};
    opens(facts, "");
    facts.right = 13;
    opens(facts, "");
    facts.right = 15;
    opens(facts, "");
    facts.right = 12;
    opens(facts, "OU-01.balanced/1");
    facts.right = 16;
    opens(facts, "OU-01.balanced/1");
    facts.left = facts.right = 0;
    opens(facts, "OU-01.balanced/1");
}

static void who_rates_gives_nothing_and_the_other_side_gets_a_vehicle(void **state)
{
    (void)state;
    opens((struct study_facts){"yes", "vehicle", 1, 1}, "OU-01.blinded/1");
    opens((struct study_facts){NULL, "vehicle", 1, 1}, "OU-01.blinded/1");
    opens((struct study_facts){"no", "product", 1, 1}, "OU-01.vehicle/1");
    opens((struct study_facts){"no", NULL, 1, 1}, "OU-01.vehicle/1");
}

static void joins(struct enrolment_facts facts, const char *unmet)
{
    struct arena *arena = arena_open((size_t)1 << 22);
    struct rows findings;
    enrolment_judge(arena, &facts, &findings);
    const char *found = findings_unmet(arena, &findings);
    assert_string_equal(found ? found : "", unmet);
    arena_close(arena);
}

static void a_subject_is_listed_and_consents(void **state)
{
    (void)state;
    joins((struct enrolment_facts){"yes", "valid", "no"}, "");
    joins((struct enrolment_facts){"no", "valid", "no"}, "OU-01.listed/1");
    joins((struct enrolment_facts){NULL, "valid", "no"}, "OU-01.listed/1");
    joins((struct enrolment_facts){"yes", "withdrawn", "no"}, "CN-01.study/1");
    joins((struct enrolment_facts){"yes", "expired", "no"}, "CN-01.study/1");
    joins((struct enrolment_facts){"yes", NULL, "no"}, "CN-01.study/1");
    joins((struct enrolment_facts){"yes", "valid", "yes"}, "OU-01.blinded/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sides_differ_by_one_at_most),
        cmocka_unit_test(who_rates_gives_nothing_and_the_other_side_gets_a_vehicle),
        cmocka_unit_test(a_subject_is_listed_and_consents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
