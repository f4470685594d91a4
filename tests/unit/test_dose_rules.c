/* test_dose_rules.c: does every stop stop, on the day, the day before and the day after? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static const char *const asked[] = {
    "PT-09.patient/1",  "CN-07.consent/1",  "CN-07.binding/1",   "CN-04.cooling/1",
    "PT-08.eligible/1", "PT-07.same_day/1", "PT-07.valid/1",     "CO-04.stop/1",
    "AD-02.product/1",  "AD-02.lot/1",      "RL-01.hold/1",      "AD-02.place/1",
    "AD-02.expiry/1",   "AD-04.single/1",   "CC-05.life/1",      "RL-09.confirmed/1",
    "PR-05.route/1",    "AD-06.thaw/1",     "CO-02.interval/1",  "CO-02.reason/1",
    "CO-03.amount/1",   "AD-04.balance/1",  "AD-07.endotoxin/1", "AD-09.emergency/1",
};
enum { ASKED = sizeof asked / sizeof *asked };

struct example {
    struct arena *arena;
    struct dose_facts facts;
};

static struct dose_facts good_facts(void)
{
    return (struct dose_facts){
        .site = "K2",
        .patient_site = "K2",
        .consent = "valid",
        .consent_changes = "none",
        .consent_hours = {true, 24},
        .cooling_hours = {true, 24},
        .eligibility = {.decision = "eligible",
                        .examined_on = {"2025-09-30"},
                        .until = {"2025-12-29"},
                        .ended_by = "none",
                        .asked_on = {"2025-10-21"}},
        .stopped_by = "none",
        .temperature_c = {"36.6", 36.6},
        .fever_c = {"37.5", 37.5},
        .weight_kg = {"52.0", 52.0},
        .pregnant = "no",
        .unwell = "no",
        .check_minutes = {true, 60},
        .same_day_hours = {true, 24},
        .ordered = "XP-AD/1.0",
        .specification = "XP-AD/1.0",
        .lot_status = "released",
        .holds = "none",
        .expires_on = {"2026-06-04"},
        .vial_state = "in_stock",
        .vial_site = "K2",
        .given_to = "none",
        .opened_for = "none",
        .life_minutes = {true, 20},
        .life_minutes_most = {true, 60},
        .routes = "iv microneedle",
        .route = "iv",
        .thaw_minutes = {true, 40},
        .thaw_minutes_most = {true, 120},
        .nearest_on = "2025-10-07",
        .nearest_days = {true, 14},
        .minimum_days = {true, 14},
        .session = {true, 2},
        .planned_on = {"2025-10-21"},
        .deviation_days = {true, 0},
        .doses_given = {true, 1},
        .doses_ordered = {true, 4},
        .vials = {true, 2},
        .vials_ordered = {true, 2},
        .content_ul = {true, 2100},
        .accounted_ul = {true, 2100},
        .made_to_specification = true,
        .eu_per_kg_hour = {"0.4846", 0.4846},
        .eu_per_kg_hour_most = {"5", 5},
        .emergency_ready = true,
        .adrenaline_until = {"2026-12-31"},
        .emergency_doctor = "K2-P1",
        .emergency_hospital = "H",
    };
}

static int example_make(void **state)
{
    struct arena *arena = arena_open((size_t)64 << 20);
    struct example *example = arena_take(arena, sizeof *example);
    *example = (struct example){arena, good_facts()};
    *state = example;
    return 0;
}

static int example_leave(void **state)
{
    struct example *example = *state;
    arena_close(example->arena);
    return 0;
}

static struct rows judge(struct example *example)
{
    struct rows findings;
    dose_judge(example->arena, &example->facts, &findings);
    assert_int_equal(findings.count, ASKED);
    for (size_t i = 0; i < ASKED; i++)
        assert_string_equal(ROWS(findings, struct finding)[i].rule, asked[i]);
    return findings;
}

/* One rule has the verdict and every other one is met; then the facts are good again. */
static void only(struct example *example, const char *rule, const char *verdict)
{
    struct rows findings = judge(example);
    for (size_t i = 0; i < ASKED; i++) {
        const struct finding *finding = &ROWS(findings, struct finding)[i];
        const char *expected = text_equals(finding->rule, rule) ? verdict : "met";
        if (!text_equals(finding->verdict, expected))
            fail_msg("%s is %s (%s)", finding->rule, finding->verdict, finding->fact);
    }
    assert_int_equal(findings_all_met(&findings), text_equals(verdict, "met"));
    example->facts = good_facts();
}

static void what_is_known_and_good_is_met(void **state)
{
    only(*state, "PT-09.patient/1", "met");
}

static void a_patient_of_another_site_is_stopped(void **state)
{
    struct example *example = *state;
    example->facts.patient_site = "K1";
    only(example, "PT-09.patient/1", "not_met");
    example->facts.patient_site = NULL;
    only(example, "PT-09.patient/1", "unknown");
}

static void every_consent_but_a_valid_one_stops(void **state)
{
    static const char *const words[] = {"absent",  "withdrawn",     "not_yet",
                                        "expired", "other_purpose", "old_form"};
    struct example *example = *state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        example->facts.consent = words[i];
        only(example, "CN-07.consent/1", "not_met");
    }
    example->facts.consent = NULL;
    only(example, "CN-07.consent/1", "unknown");
}

static void what_changed_since_the_consent_stops(void **state)
{
    struct example *example = *state;
    example->facts.consent_changes = "price_list";
    only(example, "CN-07.binding/1", "not_met");
    example->facts.consent_changes = NULL;
    only(example, "CN-07.binding/1", "unknown");
}

static void the_cooling_hours_are_full_at_their_last(void **state)
{
    struct example *example = *state;
    example->facts.consent_hours.value = 23;
    only(example, "CN-04.cooling/1", "not_met");
    example->facts.consent_hours.value = 24;
    only(example, "CN-04.cooling/1", "met");
    example->facts.consent_hours.value = 25;
    only(example, "CN-04.cooling/1", "met");
    example->facts.consent_hours.known = false;
    only(example, "CN-04.cooling/1", "unknown");
}

/* The 90th day after the examination is the last one. */
static void the_last_day_of_eligibility_counts_and_the_next_does_not(void **state)
{
    struct example *example = *state;
    example->facts.eligibility.asked_on.text = "2025-12-28";
    only(example, "PT-08.eligible/1", "met");
    example->facts.eligibility.asked_on.text = "2025-12-29";
    only(example, "PT-08.eligible/1", "met");
    example->facts.eligibility.asked_on.text = "2025-12-30";
    only(example, "PT-08.eligible/1", "not_met");
}

static void the_day_before_the_examination_is_not_eligible(void **state)
{
    struct example *example = *state;
    example->facts.eligibility.asked_on.text = "2025-09-29";
    only(example, "PT-08.eligible/1", "not_met");
    example->facts.eligibility.asked_on.text = "2025-09-30";
    only(example, "PT-08.eligible/1", "met");
}

static void an_event_or_another_decision_ends_the_eligibility(void **state)
{
    struct example *example = *state;
    example->facts.eligibility.ended_by = "event:AE-0001";
    only(example, "PT-08.eligible/1", "not_met");
    example->facts.eligibility.decision = "not_eligible";
    only(example, "PT-08.eligible/1", "not_met");
    example->facts.eligibility.decision = NULL;
    only(example, "PT-08.eligible/1", "unknown");
    example->facts.eligibility.ended_by = NULL;
    only(example, "PT-08.eligible/1", "unknown");
    example->facts.eligibility.until.text = NULL;
    only(example, "PT-08.eligible/1", "unknown");
    example->facts.eligibility.examined_on.text = NULL;
    only(example, "PT-08.eligible/1", "unknown");
}

static void fever_stops_from_a_tenth_above_the_signed_value(void **state)
{
    struct example *example = *state;
    example->facts.temperature_c = (struct real){"37.4", 37.4};
    only(example, "PT-07.same_day/1", "met");
    example->facts.temperature_c = (struct real){"37.5", 37.5};
    only(example, "PT-07.same_day/1", "met");
    example->facts.temperature_c = (struct real){"37.6", 37.6};
    only(example, "PT-07.same_day/1", "not_met");
    example->facts.temperature_c = (struct real){0};
    only(example, "PT-07.same_day/1", "unknown");
    example->facts.fever_c = (struct real){0};
    only(example, "PT-07.same_day/1", "unknown");
}

static void pregnancy_and_weight_are_asked_the_same_day(void **state)
{
    struct example *example = *state;
    example->facts.pregnant = "not_applicable";
    only(example, "PT-07.same_day/1", "met");
    example->facts.pregnant = "yes";
    only(example, "PT-07.same_day/1", "not_met");
    example->facts.pregnant = NULL;
    only(example, "PT-07.same_day/1", "unknown");
    example->facts.weight_kg = (struct real){0};
    only(example, "PT-07.same_day/1", "unknown");
    example->facts.weight_kg = (struct real){"0", 0};
    only(example, "PT-07.same_day/1", "not_met");
}

/* What is known to be bad outranks what is not known beside it. */
static void a_fever_is_told_even_without_a_weight(void **state)
{
    struct example *example = *state;
    example->facts.weight_kg = (struct real){0};
    example->facts.temperature_c = (struct real){"39.2", 39.2};
    only(example, "PT-07.same_day/1", "not_met");
}

static void somebody_who_is_acutely_unwell_is_stopped(void **state)
{
    struct example *example = *state;
    example->facts.unwell = "yes";
    only(example, "PT-07.same_day/1", "not_met");
    example->facts.unwell = NULL;
    only(example, "PT-07.same_day/1", "unknown");
}

static void the_check_holds_for_24_hours_and_not_a_minute_more(void **state)
{
    static const struct {
        int64_t minutes;
        const char *verdict;
    } rows[] = {{-1, "not_met"},
                {0, "met"},
                {23 * 60 + 59, "met"},
                {24 * 60, "met"},
                {24 * 60 + 1, "not_met"}};
    struct example *example = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        example->facts.check_minutes.value = rows[i].minutes;
        only(example, "PT-07.valid/1", rows[i].verdict);
    }
    example->facts.check_minutes.known = false;
    only(example, "PT-07.valid/1", "unknown");
    example->facts.same_day_hours.known = false;
    only(example, "PT-07.valid/1", "unknown");
}

static void a_vial_opened_for_somebody_else_is_stopped(void **state)
{
    struct example *example = *state;
    example->facts.opened_for = "P-0005";
    only(example, "AD-04.single/1", "not_met");
    example->facts.opened_for = NULL;
    only(example, "AD-04.single/1", "unknown");
}

static void the_life_of_a_vial_has_sixty_minutes_out_of_range(void **state)
{
    struct example *example = *state;
    example->facts.life_minutes.value = 59;
    only(example, "CC-05.life/1", "met");
    example->facts.life_minutes.value = 60;
    only(example, "CC-05.life/1", "met");
    example->facts.life_minutes.value = 61;
    only(example, "CC-05.life/1", "not_met");
    example->facts.life_minutes.known = false;
    only(example, "CC-05.life/1", "unknown");
}

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

static void a_stopped_plan_gives_nothing(void **state)
{
    struct example *example = *state;
    example->facts.stopped_by = "event:AE-0001";
    only(example, "CO-04.stop/1", "not_met");
    example->facts.stopped_by = NULL;
    only(example, "CO-04.stop/1", "unknown");
}

static void another_product_than_ordered_is_stopped(void **state)
{
    struct example *example = *state;
    example->facts.specification = "XP-AD/1.1";
    only(example, "AD-02.product/1", "not_met");
    example->facts.specification = NULL;
    only(example, "AD-02.product/1", "unknown");
    example->facts.ordered = NULL;
    only(example, "AD-02.product/1", "unknown");
}

static void only_a_released_lot_that_nothing_holds_is_given(void **state)
{
    struct example *example = *state;
    example->facts.lot_status = "quarantine";
    only(example, "AD-02.lot/1", "not_met");
    example->facts.lot_status = "rejected";
    only(example, "AD-02.lot/1", "not_met");
    example->facts.lot_status = NULL;
    only(example, "AD-02.lot/1", "unknown");
    example->facts.holds = "donor:D-0001 reactive_donor";
    only(example, "RL-01.hold/1", "not_met");
    example->facts.holds = NULL;
    only(example, "RL-01.hold/1", "unknown");
}

static void vials_come_from_the_accepted_stock_of_this_site(void **state)
{
    struct example *example = *state;
    example->facts.vial_state = "arrived";
    only(example, "AD-02.place/1", "not_met");
    example->facts.vial_site = "K1";
    only(example, "AD-02.place/1", "not_met");
    example->facts.vial_state = NULL;
    only(example, "AD-02.place/1", "unknown");
    example->facts.vial_site = NULL;
    only(example, "AD-02.place/1", "unknown");
}

static void the_last_usable_day_is_usable(void **state)
{
    struct example *example = *state;
    example->facts.expires_on.text = "2025-10-22";
    only(example, "AD-02.expiry/1", "met");
    example->facts.expires_on.text = "2025-10-21";
    only(example, "AD-02.expiry/1", "met");
    example->facts.expires_on.text = "2025-10-20";
    only(example, "AD-02.expiry/1", "not_met");
    example->facts.expires_on.text = NULL;
    only(example, "AD-02.expiry/1", "unknown");
}

static void a_vial_goes_to_one_person_once(void **state)
{
    struct example *example = *state;
    example->facts.given_to = "P-0005";
    only(example, "AD-04.single/1", "not_met");
    example->facts.given_to = NULL;
    only(example, "AD-04.single/1", "unknown");
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
                                 [5] = &facts.pregnant,
                                 [7] = &facts.stopped_by,
                                 [8] = &facts.ordered,
                                 [9] = &facts.lot_status,
                                 [10] = &facts.holds,
                                 [11] = &facts.vial_site,
                                 [12] = &facts.expires_on.text,
                                 [13] = &facts.opened_for,
                                 [16] = &facts.routes,
                                 [18] = &facts.nearest_on,
                                 [22] = &facts.eu_per_kg_hour.text,
                                 [23] = &facts.route};
    bool *known[ASKED] = {[3] = &facts.cooling_hours.known, [6] = &facts.check_minutes.known,
                          [14] = &facts.life_minutes.known, [15] = &facts.made_to_specification,
                          [17] = &facts.thaw_minutes.known, [19] = &facts.session.known,
                          [20] = &facts.vials.known,        [21] = &facts.accounted_ul.known};
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
        lacks = lacks || ((i == 16 || i == 22) && mask & 1u << 23); /* the route serves all three */
        const char *word = i == 15 ? "not_met" : "unknown";         /* a flag is never unknown */
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

#define EXAMPLE(test) cmocka_unit_test_setup_teardown(test, example_make, example_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXAMPLE(what_is_known_and_good_is_met),
        EXAMPLE(a_patient_of_another_site_is_stopped),
        EXAMPLE(every_consent_but_a_valid_one_stops),
        EXAMPLE(what_changed_since_the_consent_stops),
        EXAMPLE(the_cooling_hours_are_full_at_their_last),
        EXAMPLE(the_last_day_of_eligibility_counts_and_the_next_does_not),
        EXAMPLE(the_day_before_the_examination_is_not_eligible),
        EXAMPLE(an_event_or_another_decision_ends_the_eligibility),
        EXAMPLE(fever_stops_from_a_tenth_above_the_signed_value),
        EXAMPLE(pregnancy_and_weight_are_asked_the_same_day),
        EXAMPLE(a_fever_is_told_even_without_a_weight),
        EXAMPLE(a_stopped_plan_gives_nothing),
        EXAMPLE(somebody_who_is_acutely_unwell_is_stopped),
        EXAMPLE(the_check_holds_for_24_hours_and_not_a_minute_more),
        EXAMPLE(a_vial_opened_for_somebody_else_is_stopped),
        EXAMPLE(the_life_of_a_vial_has_sixty_minutes_out_of_range),
        EXAMPLE(the_clinic_confirms_the_product),
        EXAMPLE(a_day_off_the_plan_needs_a_reason),
        EXAMPLE(every_microlitre_is_accounted_for),
        EXAMPLE(a_drip_has_at_most_five_units_per_kilogram_and_hour),
        EXAMPLE(adrenaline_counts_on_its_last_day),
        EXAMPLE(another_product_than_ordered_is_stopped),
        EXAMPLE(only_a_released_lot_that_nothing_holds_is_given),
        EXAMPLE(vials_come_from_the_accepted_stock_of_this_site),
        EXAMPLE(the_last_usable_day_is_usable),
        EXAMPLE(a_vial_goes_to_one_person_once),
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
