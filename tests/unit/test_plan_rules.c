/* test_plan_rules.c: may this be ordered, at the limit, a day below and a day above? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/plan.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static struct plan_facts good_facts(void)
{
    return (struct plan_facts){
        .eligibility = {.decision = "eligible",
                        .examined_on = {"2025-08-27"},
                        .until = {"2025-11-25"},
                        .ended_by = "none",
                        .asked_on = {"2025-08-27"}},
        .routes = "iv microneedle",
        .route = "microneedle",
        .standing = "none",
        .examined_route = "every",
        .examined_by = "K1-P1",
        .examined_site = "K1",
        .site = "K1",
        .minimum_days = {true, 14},
        .minimum_days_least = {true, 14},
    };
}

static void expect(const struct plan_facts *facts, const char *unmet)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    plan_judge(arena, facts, &findings);
    assert_string_equal(findings_unmet(arena, &findings), unmet);
    arena_close(arena);
}

static void an_order_asks_eligibility_and_route(void **state)
{
    struct plan_facts facts = good_facts();
    (void)state;
    expect(&facts, "");
    facts.route = "nasal";
    expect(&facts, "PR-05.route/1");
    facts = (struct plan_facts){0};
    expect(&facts, "PT-08.eligible/1 PR-05.route/1 PT-01.clear/1 PT-01.route/1 PT-10.examined/1 "
                   "CO-02.minimum/1");
}

/* Examined on 2025-08-27: the 90th day is 2025-11-25. */
static void the_ninetieth_day_is_the_last(void **state)
{
    struct plan_facts facts = good_facts();
    (void)state;
    facts.eligibility.asked_on.text = "2025-11-24";
    expect(&facts, "");
    facts.eligibility.asked_on.text = "2025-11-25";
    expect(&facts, "");
    facts.eligibility.asked_on.text = "2025-11-26";
    expect(&facts, "PT-08.eligible/1");
    facts.eligibility.asked_on.text = "2025-11-24";
    facts.eligibility.ended_by = "new_drug";
    expect(&facts, "PT-08.eligible/1");
}

static void an_interval_below_the_signed_one_is_refused(void **state)
{
    struct plan_facts facts = good_facts();
    (void)state;
    facts.minimum_days.value = 13;
    expect(&facts, "CO-02.minimum/1");
    facts.minimum_days.value = 14;
    expect(&facts, "");
    facts.minimum_days.value = 15;
    expect(&facts, "");
    facts.minimum_days_least.known = false;
    expect(&facts, "CO-02.minimum/1");
    facts.route = "nasal"; /* refused anyway, and nothing is signed for it */
    expect(&facts, "PR-05.route/1");
}

static void what_stands_from_the_examination_stops_the_order(void **state)
{
    struct plan_facts facts = good_facts();
    (void)state;
    facts.standing = "CI-07";
    expect(&facts, "PT-01.clear/1");
    facts = good_facts();
    facts.examined_route = "iv";
    expect(&facts, "PT-01.route/1");
    facts.examined_route = "microneedle";
    expect(&facts, "");
}

static void a_physician_of_this_site_examined_in_real_time(void **state)
{
    struct plan_facts facts = good_facts();
    (void)state;
    facts.examined_site = "K2";
    expect(&facts, "PT-10.examined/1");
    facts.examined_site = "K1";
    facts.examined_by = NULL; /* not in real time */
    expect(&facts, "PT-10.examined/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_order_asks_eligibility_and_route),
        cmocka_unit_test(the_ninetieth_day_is_the_last),
        cmocka_unit_test(an_interval_below_the_signed_one_is_refused),
        cmocka_unit_test(what_stands_from_the_examination_stops_the_order),
        cmocka_unit_test(a_physician_of_this_site_examined_in_real_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
