/* test_dose_act.c: does every stop of the act stop, at the limit and beside it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "bedside.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static void the_clinic_confirms_the_product(void **state)
{
    struct example *example = *state;
    example->facts.made_to_specification = false;
    only(example, "RL-09.confirmed/1", "not_met");
}

static void a_day_off_the_plan_needs_a_reason(void **state)
{
    struct example *example = *state;
    for (int64_t days = -1; days <= 1; days++) {
        example->facts.deviation_days.value = days;
        only(example, "CO-02.reason/1", days ? "not_met" : "met");
        example->facts.deviation_days.value = days;
        example->facts.deviation_told = true;
        only(example, "CO-02.reason/1", "met");
        example->facts.deviation_days.value = days;
        example->facts.before = true; /* nobody has a reason to tell yet */
        only(example, "CO-02.reason/1", "met");
    }
    example->facts.planned_on.text = NULL;
    example->facts.deviation_days.known = false;
    only(example, "CO-02.reason/1", "met");
}

static void every_microlitre_is_accounted_for(void **state)
{
    struct example *example = *state;
    example->facts.accounted_ul.value = 2099;
    only(example, "AD-04.balance/1", "not_met");
    example->facts.accounted_ul.value = 2101;
    only(example, "AD-04.balance/1", "not_met");
    example->facts.accounted_ul.known = false;
    only(example, "AD-04.balance/1", "unknown");
    example->facts.accounted_ul.known = false;
    example->facts.before = true;
    only(example, "AD-04.balance/1", "met");
}

static void a_drip_has_at_most_five_units_per_kilogram_and_hour(void **state)
{
    struct example *example = *state;
    example->facts.eu_per_kg_hour = (struct real){"5", 5};
    only(example, "AD-07.endotoxin/1", "met");
    example->facts.eu_per_kg_hour = (struct real){"5.01", 5.01};
    only(example, "AD-07.endotoxin/1", "not_met");
    example->facts.eu_per_kg_hour = (struct real){0};
    only(example, "AD-07.endotoxin/1", "unknown");
    example->facts.eu_per_kg_hour_most = (struct real){0};
    only(example, "AD-07.endotoxin/1", "unknown");
    example->facts.eu_per_kg_hour = (struct real){0};
    example->facts.route = "microneedle"; /* the lot's own limit holds for local routes */
    only(example, "AD-07.endotoxin/1", "met");
}

static void an_examination_for_another_route_says_nothing(void **state)
{
    struct example *example = *state;
    example->facts.examined_route = "iv";
    only(example, "PT-01.route/1", "met");
    example->facts.examined_route = "microneedle";
    only(example, "PT-01.route/1", "not_met");
}

static void a_rater_who_may_give_stops_the_study(void **state)
{
    struct example *example = *state;
    example->facts.rater_gives = "no";
    only(example, "OU-01.blinded/1", "met");
    example->facts.rater_gives = "yes";
    only(example, "OU-01.blinded/1", "not_met");
}

static void adrenaline_counts_on_its_last_day(void **state)
{
    struct example *example = *state;
    example->facts.adrenaline_until.text = "2025-10-22";
    only(example, "AD-09.emergency/1", "met");
    example->facts.adrenaline_until.text = "2025-10-21";
    only(example, "AD-09.emergency/1", "met");
    example->facts.adrenaline_until.text = "2025-10-20";
    only(example, "AD-09.emergency/1", "not_met");
    example->facts.emergency_doctor = NULL;
    only(example, "AD-09.emergency/1", "not_met");
    example->facts.emergency_hospital = NULL;
    only(example, "AD-09.emergency/1", "not_met");
}

static void a_route_that_the_specification_lacks_is_locked(void **state)
{
    struct example *example = *state;
    example->facts.route = "intra_articular";
    only(example, "PR-05.route/1", "not_met");
    example->facts.routes = "microneedle";
    only(example, "PR-05.route/1", "not_met");
    example->facts.routes = "ivx xiv";
    only(example, "PR-05.route/1", "not_met");
    example->facts.routes = NULL;
    only(example, "PR-05.route/1", "unknown");
}

static void the_thaw_may_take_the_signed_minutes_and_not_one_more(void **state)
{
    static const struct {
        int64_t minutes;
        const char *verdict;
    } rows[] = {{-1, "not_met"}, {0, "met"}, {119, "met"}, {120, "met"}, {121, "not_met"}};
    struct example *example = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        example->facts.thaw_minutes.value = rows[i].minutes;
        only(example, "AD-06.thaw/1", rows[i].verdict);
    }
    example->facts.thaw_minutes.known = false;
    only(example, "AD-06.thaw/1", "unknown");
    example->facts.thaw_minutes_most.known = false;
    only(example, "AD-06.thaw/1", "unknown");
}

static void the_ordered_days_lie_between_two_doses(void **state)
{
    struct example *example = *state;
    example->facts.nearest_days.value = 13;
    only(example, "CO-02.interval/1", "not_met");
    example->facts.nearest_days.value = 14;
    only(example, "CO-02.interval/1", "met");
    example->facts.nearest_days.value = 15;
    only(example, "CO-02.interval/1", "met");
    example->facts.nearest_on = "none";
    example->facts.nearest_days.known = false;
    only(example, "CO-02.interval/1", "met");
    example->facts.nearest_on = NULL;
    only(example, "CO-02.interval/1", "unknown");
    example->facts.nearest_days.known = false;
    only(example, "CO-02.interval/1", "unknown");
    example->facts.minimum_days.known = false;
    only(example, "CO-02.interval/1", "unknown");
}

static void no_more_doses_and_vials_than_ordered(void **state)
{
    struct example *example = *state;
    example->facts.doses_given.value = 3;
    only(example, "CO-03.amount/1", "met");
    example->facts.doses_given.value = 4;
    only(example, "CO-03.amount/1", "not_met");
    example->facts.vials.value = 1;
    only(example, "CO-03.amount/1", "met");
    example->facts.vials.value = 3;
    only(example, "CO-03.amount/1", "not_met");
    example->facts.vials.value = 0;
    only(example, "CO-03.amount/1", "not_met");
    example->facts.doses_given.known = false;
    only(example, "CO-03.amount/1", "unknown");
    example->facts.vials_ordered.known = false;
    only(example, "CO-03.amount/1", "unknown");
}

static void a_drip_needs_emergency_equipment_and_a_needle_does_not(void **state)
{
    struct example *example = *state;
    example->facts.emergency_ready = false;
    only(example, "AD-09.emergency/1", "not_met");
    example->facts.emergency_ready = false;
    example->facts.route = "microneedle";
    only(example, "AD-09.emergency/1", "met");
}

/* One fact per rule, in the order of asking, taken away where the mask says so. */
static struct dose_facts facts_without(unsigned mask)
{
    struct dose_facts facts = good_facts();
    const char **words[ASKED] = {[0] = &facts.patient_site,
                                 [1] = &facts.consent,
                                 [2] = &facts.consent_changes,
                                 [4] = &facts.eligibility.ended_by,
                                 [5] = &facts.examined_route,
                                 [6] = &facts.pregnant,
                                 [8] = &facts.stopped_by,
                                 [9] = &facts.rater_gives,
                                 [10] = &facts.ordered,
                                 [11] = &facts.lot_status,
                                 [12] = &facts.holds,
                                 [13] = &facts.vial_site,
                                 [14] = &facts.expires_on.text,
                                 [15] = &facts.opened_for,
                                 [18] = &facts.routes,
                                 [20] = &facts.nearest_on,
                                 [24] = &facts.eu_per_kg_hour.text,
                                 [25] = &facts.route};
    bool *known[ASKED] = {[3] = &facts.cooling_hours.known, [7] = &facts.check_minutes.known,
                          [16] = &facts.life_minutes.known, [17] = &facts.made_to_specification,
                          [19] = &facts.thaw_minutes.known, [21] = &facts.session.known,
                          [22] = &facts.vials.known,        [23] = &facts.accounted_ul.known};
    for (unsigned i = 0; i < ASKED; i++) {
        if (mask & 1u << i && words[i])
            *words[i] = NULL;
        if (mask & 1u << i && known[i])
            *known[i] = false;
    }
    return facts;
}

static void expect_without(struct example *example, unsigned mask)
{
    struct arena_mark mark = arena_mark(example->arena);
    const struct dose_facts facts = facts_without(mask);
    struct rows findings;
    dose_judge(example->arena, &facts, &findings);
    for (unsigned i = 0; i < ASKED; i++) {
        const struct finding *finding = &ROWS(findings, struct finding)[i];
        bool lacks = mask & 1u << i;
        bool of_route = i == 5 || i == 18 || i == 24; /* the route serves all four */
        lacks = lacks || (of_route && mask & 1u << 25);
        const char *word = i == 17 ? "not_met" : "unknown"; /* a flag is never unknown */
        if (!text_equals(finding->verdict, lacks ? word : "met"))
            fail_msg("%s is %s without %x", finding->rule, finding->verdict, mask);
    }
    if (findings_all_met(&findings) != (mask == 0))
        fail_msg("all met without %x", mask);
    arena_rewind(example->arena, mark);
}

/* Property: whichever three facts are not known, and whichever three alone are, unknown never
 * passes. */
static void nothing_unknown_ever_passes(void **state)
{
    const unsigned all = (1u << ASKED) - 1;
    for (unsigned i = 0; i < ASKED; i++)
        for (unsigned j = i; j < ASKED; j++)
            for (unsigned k = j; k < ASKED; k++) {
                unsigned mask = 1u << i | 1u << j | 1u << k;
                expect_without(*state, mask);
                expect_without(*state, all & ~mask);
            }
    expect_without(*state, 0);
}

static void facts_that_nobody_filled_pass_nothing(void **state)
{
    struct example *example = *state;
    example->facts = (struct dose_facts){0};
    struct rows findings = judge(example);
    for (size_t i = 0; i < ASKED; i++)
        assert_string_not_equal(ROWS(findings, struct finding)[i].verdict, "met");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXAMPLE(the_clinic_confirms_the_product),
        EXAMPLE(a_day_off_the_plan_needs_a_reason),
        EXAMPLE(every_microlitre_is_accounted_for),
        EXAMPLE(a_drip_has_at_most_five_units_per_kilogram_and_hour),
        EXAMPLE(an_examination_for_another_route_says_nothing),
        EXAMPLE(a_rater_who_may_give_stops_the_study),
        EXAMPLE(adrenaline_counts_on_its_last_day),
        EXAMPLE(a_route_that_the_specification_lacks_is_locked),
        EXAMPLE(the_thaw_may_take_the_signed_minutes_and_not_one_more),
        EXAMPLE(the_ordered_days_lie_between_two_doses),
        EXAMPLE(no_more_doses_and_vials_than_ordered),
        EXAMPLE(a_drip_needs_emergency_equipment_and_a_needle_does_not),
        EXAMPLE(nothing_unknown_ever_passes),
        EXAMPLE(facts_that_nobody_filled_pass_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
