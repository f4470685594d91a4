/* test_cell_rules.c: doublings, bank tests, bottles, volumes and destruction, at their limits. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bank_test.h"
#include "manufacture/culture.h"
#include "manufacture/culture_passage.h"
#include "manufacture/destruction.h"
#include "manufacture/growth.h"
#include "manufacture/harvest.h"
#include "manufacture/material_bottle.h"

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

static void doublings_are_the_binary_logarithm(void **state)
{
    assert_true(growth_doublings(*state, 1125000, 36000000).value == 5);
    assert_true(growth_doublings(*state, 31600000, 252800000).value == 3);
    assert_true(growth_doublings(*state, 1, 1).value == 0);
    const struct real working = growth_doublings(*state, 2340000, 75000000);
    assert_true(working.value > 5.0023 && working.value < 5.0024);
}

static void lost_cells_do_not_make_a_culture_younger(void **state)
{
    assert_true(growth_doublings(*state, 1000, 999).value == 0);
    assert_non_null(growth_doublings(*state, 1000, 999).text);
}

static void without_cells_doublings_are_unknown(void **state)
{
    const struct real some = real_of(*state, 1);
    const struct real none = {0};
    assert_null(growth_doublings(*state, 0, 1000).text);
    assert_null(growth_doublings(*state, 1000, 0).text);
    assert_null(growth_sum(*state, &none, &some).text);
    assert_null(growth_sum(*state, &some, &none).text);
    assert_true(growth_sum(*state, &some, &some).value == 2);
}

static void density_needs_an_area(void **state)
{
    const struct real area = real_of(*state, 6320);
    const struct real none = {0};
    assert_true(passage_density(*state, 31600000, &area).value == 5000);
    assert_null(passage_density(*state, 31600000, &none).text);
}

static void particles_per_cell_and_day_need_cells_and_time(void **state)
{
    assert_true(harvest_rate(*state, 3.15e12, 2.4e8, 48).value == 6562.5);
    assert_null(harvest_rate(*state, 3.15e12, 0, 48).text);
    assert_null(harvest_rate(*state, 3.15e12, 2.4e8, 0).text);
}

static struct bank_test with_value(const char *test, const char *value)
{
    struct bank_test result = {.test = test, .done = true, .value.text = value};
    assert_true(real_parse(value, &result.value.value));
    return result;
}

/* The verdict on one result under one limit, as "unmet rules" of identity. */
static const char *verdict_on(struct arena *arena, const char *limit, struct bank_test result)
{
    const struct bank_test other = {.test = "STR", .done = true, .outcome = "match"};
    struct bank_test results[] = {result, other};
    const struct bank_test_facts facts = {limit, "STR=match", {2, results}};
    struct rows findings;
    bank_test_judge(arena, &facts, &findings);
    assert_int_equal(findings.count, 2);
    assert_string_equal(ROWS(findings, const struct finding)[1].verdict, "met");
    return ROWS(findings, const struct finding)[0].verdict;
}

static void markers_are_judged_at_their_limits(void **state)
{
    assert_string_equal(verdict_on(*state, "CD73>=95", with_value("CD73", "95")), "met");
    assert_string_equal(verdict_on(*state, "CD73>=95", with_value("CD73", "94.9")), "not_met");
    assert_string_equal(verdict_on(*state, "CD73>=95", with_value("CD73", "95.1")), "met");
    assert_string_equal(verdict_on(*state, "CD14<=2", with_value("CD14", "2")), "met");
    assert_string_equal(verdict_on(*state, "CD14<=2", with_value("CD14", "2.1")), "not_met");
    assert_string_equal(verdict_on(*state, "CD14<=2", with_value("CD14", "1.9")), "met");
}

static void an_outcome_is_the_one_that_is_asked_for(void **state)
{
    const struct bank_test met = {.test = "karyotype", .done = true, .outcome = "normal"};
    const struct bank_test other = {.test = "karyotype", .done = true, .outcome = "abnormal"};
    const struct bank_test none = {.test = "karyotype", .done = true};
    assert_string_equal(verdict_on(*state, "karyotype=normal", met), "met");
    assert_string_equal(verdict_on(*state, "karyotype=normal", other), "not_met");
    assert_string_equal(verdict_on(*state, "karyotype=normal", none), "unknown");
}

static void what_was_not_done_needs_a_reason_that_the_limit_allows(void **state)
{
    const struct bank_test reasoned = {.test = "virus", .why = "virus NAT on every pool"};
    const struct bank_test silent = {.test = "virus"};
    const struct bank_test found = {.test = "virus", .done = true, .outcome = "positive"};
    assert_string_equal(verdict_on(*state, "virus=negative/or_reason", reasoned), "met");
    assert_string_equal(verdict_on(*state, "virus=negative/or_reason", silent), "unknown");
    assert_string_equal(verdict_on(*state, "virus=negative/or_reason", found), "not_met");
    assert_string_equal(verdict_on(*state, "virus=negative", reasoned), "unknown");
}

static void limits_that_are_missing_or_broken_do_not_pass(void **state)
{
    static const char *const limits[] = {"virus", "=negative", "virus==", "virus><3", "CD73>=x"};
    const struct bank_test result = with_value("CD73", "99");
    const struct bank_test_facts none = {NULL, NULL, {0, NULL}};
    struct rows findings;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        assert_string_not_equal(verdict_on(*state, limits[i], result), "met");
    bank_test_judge(*state, &none, &findings);
    assert_string_equal(findings_unmet(*state, &findings), "CB-03.identity/1 CB-04.tests/1");
    assert_false(bank_test_is_limited(*state, &none, "CD73"));
}

static struct thaw_facts good_thaw(struct arena *arena)
{
    return (struct thaw_facts){.age = {.passage = 4,
                                       .doublings = real_of(arena, 20),
                                       .passage_limit = {true, 4},
                                       .doubling_limit = real_of(arena, 20)},
                               .tests = "passed",
                               .standing = "quarantine"};
}

static const char *unmet_thaw(struct arena *arena, const struct thaw_facts *facts)
{
    struct rows findings;
    thaw_judge(arena, facts, &findings);
    assert_int_equal(findings.count, 4);
    return findings_unmet(arena, &findings);
}

static void a_vial_may_be_thawed_in_quarantine(void **state)
{
    struct thaw_facts facts = good_thaw(*state);
    assert_string_equal(unmet_thaw(*state, &facts), "");
    facts.standing = "eligible";
    assert_string_equal(unmet_thaw(*state, &facts), "");
    facts.standing = "ineligible";
    assert_string_equal(unmet_thaw(*state, &facts), "DN-06.source/1");
    facts.standing = NULL;
    assert_string_equal(unmet_thaw(*state, &facts), "DN-06.source/1");
}

static void a_bank_whose_tests_are_not_passed_is_not_thawed(void **state)
{
    static const char *const words[] = {"open", "failed", NULL};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct thaw_facts facts = good_thaw(*state);
        facts.tests = words[i];
        assert_string_equal(unmet_thaw(*state, &facts), "CB-04.closed/1");
    }
}

static void a_passage_beyond_the_limit_is_not_begun(void **state)
{
    struct thaw_facts facts = good_thaw(*state);
    facts.age.passage = 5;
    assert_string_equal(unmet_thaw(*state, &facts), "CB-02.passage/1");
    facts.age.passage = 3;
    facts.age.doublings = real_of(*state, 20.01);
    assert_string_equal(unmet_thaw(*state, &facts), "CB-02.doublings/1");
    facts.age.doublings = (struct real){0};
    assert_string_equal(unmet_thaw(*state, &facts), "CB-02.doublings/1");
}

static struct bottle_facts good_bottle(void)
{
    return (struct bottle_facts){.donors = "D-0001",
                                 .left_ul = 1000,
                                 .wanted_ul = 1000,
                                 .expires_on = "2025-06-30",
                                 .used_on = "2025-06-30"};
}

static const char *unmet_bottle(struct arena *arena, const struct bottle_facts *facts)
{
    struct rows findings;
    bottle_judge(arena, facts, &findings);
    return findings_unmet(arena, &findings);
}

static void an_opened_bottle_meets_no_other_donor(void **state)
{
    struct bottle_facts facts = good_bottle();
    assert_string_equal(unmet_bottle(*state, &facts), "");
    facts.opened_for = "D-0001";
    assert_string_equal(unmet_bottle(*state, &facts), "");
    facts.opened_for = "D-0002";
    assert_string_equal(unmet_bottle(*state, &facts), "MF-06.shared/1");
    facts.opened_for = "D-0001 D-0002";
    assert_string_equal(unmet_bottle(*state, &facts), "MF-06.shared/1");
    facts.opened_for = NULL;
    facts.donors = NULL;
    assert_string_equal(unmet_bottle(*state, &facts), "MF-06.shared/1");
}

static void a_bottle_gives_what_it_holds(void **state)
{
    struct bottle_facts facts = good_bottle();
    facts.wanted_ul = 1001;
    assert_string_equal(unmet_bottle(*state, &facts), "MF-04.drawn/1");
    facts.wanted_ul = 999;
    assert_string_equal(unmet_bottle(*state, &facts), "");
    facts.wanted_ul = 0;
    assert_string_equal(unmet_bottle(*state, &facts), "MF-04.drawn/1");
}

static void a_material_is_used_up_to_its_last_day(void **state)
{
    struct bottle_facts facts = good_bottle();
    facts.used_on = "2025-06-29";
    assert_string_equal(unmet_bottle(*state, &facts), "");
    facts.used_on = "2025-07-01";
    assert_string_equal(unmet_bottle(*state, &facts), "MF-04.expiry/1");
    facts.expires_on = NULL;
    assert_string_equal(unmet_bottle(*state, &facts), "MF-04.expiry/1");
}

static struct harvest_volumes good_volumes(void)
{
    return (struct harvest_volumes){.medium_in_ul = 320000,
                                    .medium_used_ul = 320000,
                                    .collected_ul = 310000,
                                    .clarification_loss_ul = 4000,
                                    .sample_ul = 12000,
                                    .sample_tested_ul = {true, 8000},
                                    .sample_retained_ul = {true, 4000},
                                    .clarified_ul = 294000};
}

static const char *unmet_volumes(struct arena *arena, const struct harvest_volumes *volumes)
{
    struct rows findings;
    harvest_balance(arena, volumes, &findings);
    return findings_unmet(arena, &findings);
}

static void the_volumes_of_a_harvest_close_to_the_microlitre(void **state)
{
    for (int64_t off = -1; off <= 1; off++) {
        struct harvest_volumes volumes = good_volumes();
        volumes.clarified_ul += off;
        assert_string_equal(unmet_volumes(*state, &volumes), off ? "MF-08.balance/1" : "");
        volumes = good_volumes();
        volumes.medium_used_ul += off;
        assert_string_equal(unmet_volumes(*state, &volumes), off ? "MF-04.balance/1" : "");
        volumes = good_volumes();
        volumes.sample_retained_ul.value += off;
        assert_string_equal(unmet_volumes(*state, &volumes), off ? "MF-08.balance/1" : "");
    }
}

static void no_more_is_collected_than_went_in(void **state)
{
    struct harvest_volumes volumes = good_volumes();
    volumes.medium_in_ul = volumes.medium_used_ul = 310000;
    assert_string_equal(unmet_volumes(*state, &volumes), "");
    volumes.medium_in_ul = volumes.medium_used_ul = 309999;
    assert_string_equal(unmet_volumes(*state, &volumes), "MF-08.balance/1");
}

static void a_sample_is_named_in_both_parts_or_in_none(void **state)
{
    struct harvest_volumes volumes = good_volumes();
    volumes.sample_tested_ul = (struct count){0};
    assert_string_equal(unmet_volumes(*state, &volumes), "MF-08.balance/1");
    volumes.sample_retained_ul = (struct count){0};
    assert_string_equal(unmet_volumes(*state, &volumes), "");
}

static const char *unmet_destruction(struct arena *arena, const char *holds, const char *standing,
                                     int64_t reserve)
{
    const struct destruction_facts facts = {holds, standing, reserve};
    struct rows findings;
    destruction_judge(arena, &facts, &findings);
    return findings_unmet(arena, &findings);
}

static void held_material_stays_until_its_donors_are_ineligible(void **state)
{
    assert_string_equal(unmet_destruction(*state, "none", "quarantine", 0), "");
    assert_string_equal(unmet_destruction(*state, "donor:D-0002", "quarantine", 0),
                        "DN-08.destroy/1");
    assert_string_equal(unmet_destruction(*state, "donor:D-0002", "eligible", 0),
                        "DN-08.destroy/1");
    assert_string_equal(unmet_destruction(*state, "donor:D-0002", "ineligible", 0), "");
    assert_string_equal(unmet_destruction(*state, "none", NULL, 0), "DN-08.destroy/1");
}

static void a_held_reserve_stays_in_any_case(void **state)
{
    assert_string_equal(unmet_destruction(*state, "donor:D-0002", "ineligible", 1),
                        "RS-01.reserve/1");
    assert_string_equal(unmet_destruction(*state, "none", "eligible", 1), "");
    assert_string_equal(unmet_destruction(*state, NULL, "ineligible", 0),
                        "DN-08.destroy/1 RS-01.reserve/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doublings_are_the_binary_logarithm),
        cmocka_unit_test(lost_cells_do_not_make_a_culture_younger),
        cmocka_unit_test(without_cells_doublings_are_unknown),
        cmocka_unit_test(density_needs_an_area),
        cmocka_unit_test(particles_per_cell_and_day_need_cells_and_time),
        cmocka_unit_test(markers_are_judged_at_their_limits),
        cmocka_unit_test(an_outcome_is_the_one_that_is_asked_for),
        cmocka_unit_test(what_was_not_done_needs_a_reason_that_the_limit_allows),
        cmocka_unit_test(limits_that_are_missing_or_broken_do_not_pass),
        cmocka_unit_test(a_vial_may_be_thawed_in_quarantine),
        cmocka_unit_test(a_bank_whose_tests_are_not_passed_is_not_thawed),
        cmocka_unit_test(a_passage_beyond_the_limit_is_not_begun),
        cmocka_unit_test(an_opened_bottle_meets_no_other_donor),
        cmocka_unit_test(a_bottle_gives_what_it_holds),
        cmocka_unit_test(a_material_is_used_up_to_its_last_day),
        cmocka_unit_test(the_volumes_of_a_harvest_close_to_the_microlitre),
        cmocka_unit_test(no_more_is_collected_than_went_in),
        cmocka_unit_test(a_sample_is_named_in_both_parts_or_in_none),
        cmocka_unit_test(held_material_stays_until_its_donors_are_ineligible),
        cmocka_unit_test(a_held_reserve_stays_in_any_case),
    };
    return cmocka_run_group_tests(tests, arena_make, arena_leave);
}
