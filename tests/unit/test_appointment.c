/* test_appointment.c: may this day be booked, the day before, the day and the day after? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/appointment.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static struct appointment_facts good_facts(void)
{
    return (struct appointment_facts){.stopped_by = "none",
                                      .eligibility = {.decision = "eligible",
                                                      .examined_on = {"2025-08-27"},
                                                      .until = {"2025-11-25"},
                                                      .ended_by = "none",
                                                      .asked_on = {"2025-11-25"}},
                                      .nearest_on = "2025-11-11",
                                      .nearest_days = {true, 14},
                                      .minimum_days = {true, 14},
                                      .doses_given = {true, 2},
                                      .doses_ordered = {true, 3},
                                      .deviation_days = {true, 0}};
}

static void expect(const struct appointment_facts *facts, const char *unmet)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    appointment_judge(arena, facts, &findings);
    assert_string_equal(findings_unmet(arena, &findings), unmet);
    arena_close(arena);
}

static void the_interval_counts_from_the_nearest_dose(void **state)
{
    struct appointment_facts facts = good_facts();
    (void)state;
    facts.nearest_days.value = 13;
    expect(&facts, "CO-02.interval/1");
    facts.nearest_days.value = 14;
    expect(&facts, "");
    facts.nearest_days.value = 15;
    expect(&facts, "");
    facts.nearest_days.known = false;
    expect(&facts, "CO-02.interval/1");
    facts.nearest_on = "none";
    expect(&facts, "");
}

static void a_holiday_or_a_wish_moves_the_day_with_a_reason(void **state)
{
    struct appointment_facts facts = good_facts();
    (void)state;
    for (int64_t days = -1; days <= 1; days++) {
        facts.deviation_days.value = days;
        facts.told = false;
        expect(&facts, days ? "CO-02.reason/1" : "");
        facts.told = true;
        expect(&facts, "");
    }
    facts.told = false;
    facts.deviation_days.known = false; /* no day was planned */
    expect(&facts, "");
}

static void the_last_day_of_eligibility_can_be_booked(void **state)
{
    struct appointment_facts facts = good_facts();
    (void)state;
    facts.eligibility.asked_on.text = "2025-11-24";
    expect(&facts, "");
    facts.eligibility.asked_on.text = "2025-11-26";
    expect(&facts, "PT-08.eligible/1");
}

static void a_stopped_or_finished_plan_books_nothing(void **state)
{
    struct appointment_facts facts = good_facts();
    (void)state;
    facts.stopped_by = "event:AE-0001";
    expect(&facts, "CO-04.stop/1");
    facts = good_facts();
    facts.doses_given.value = 3;
    expect(&facts, "CO-03.amount/1");
    facts = (struct appointment_facts){0};
    expect(&facts, "CO-04.stop/1 PT-08.eligible/1 CO-02.interval/1 CO-03.amount/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_interval_counts_from_the_nearest_dose),
        cmocka_unit_test(a_holiday_or_a_wish_moves_the_day_with_a_reason),
        cmocka_unit_test(the_last_day_of_eligibility_can_be_booked),
        cmocka_unit_test(a_stopped_or_finished_plan_books_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
