/* test_dose_rules.c: does every stop of person and vial stop, on the day, the day before and the
 * day after? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "bedside.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

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
        EXAMPLE(somebody_who_is_acutely_unwell_is_stopped),
        EXAMPLE(the_check_holds_for_24_hours_and_not_a_minute_more),
        EXAMPLE(a_vial_opened_for_somebody_else_is_stopped),
        EXAMPLE(the_life_of_a_vial_has_sixty_minutes_out_of_range),
        EXAMPLE(a_stopped_plan_gives_nothing),
        EXAMPLE(another_product_than_ordered_is_stopped),
        EXAMPLE(only_a_released_lot_that_nothing_holds_is_given),
        EXAMPLE(vials_come_from_the_accepted_stock_of_this_site),
        EXAMPLE(the_last_usable_day_is_usable),
        EXAMPLE(a_vial_goes_to_one_person_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
