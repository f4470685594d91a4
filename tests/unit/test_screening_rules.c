/* test_screening_rules.c: a first sample never suffices, and unknown never passes. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "donation/screening.h"

#include <stdio.h>

#include <stdio.h>

static struct screening_facts good_donor(void)
{
    return (struct screening_facts){
        .history = "clear",
        .examination = "clear",
        .first_missing = "none",
        .second_missing = "none",
        .retest_after_days = {true, 192},
        .second_after_days = {true, 194},
        .specimen_days = {true, 2},
        .specimen_most_days = {true, 7},
    };
}

/* The verdict of one rule, as the record keeps it. */
static const char *asked(const struct screening_facts *facts, const char *rule)
{
    static char kept[16];
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    const char *verdict = "not asked";
    screening_judge(arena, facts, &findings);
    assert_int_equal(findings.count, SCREENING_RULES);
    for (size_t i = 0; i < findings.count; i++)
        if (text_equals(ROWS(findings, const struct finding)[i].rule, rule))
            verdict = ROWS(findings, const struct finding)[i].verdict;
    snprintf(kept, sizeof kept, "%s", verdict);
    arena_close(arena);
    return kept;
}

static bool passes(const struct screening_facts *facts)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    screening_judge(arena, facts, &findings);
    bool all = findings_all_met(&findings);
    arena_close(arena);
    return all;
}

static void a_clear_donor_passes(void **state)
{
    (void)state;
    const struct screening_facts facts = good_donor();
    assert_true(passes(&facts));
}

static void the_window_opens_on_the_signed_day(void **state)
{
    (void)state;
    static const struct {
        int64_t days;
        const char *verdict;
    } rows[] = {{191, "not_met"}, {192, "met"}, {193, "met"}, {0, "not_met"}, {-2, "not_met"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct screening_facts facts = good_donor();
        facts.second_after_days.value = rows[i].days;
        assert_string_equal(asked(&facts, "DN-06.window/1"), rows[i].verdict);
    }
}

static void a_late_sample_that_lacks_a_marker_does_not_close_the_window(void **state)
{
    (void)state;
    struct screening_facts facts = good_donor();
    facts.second_missing = "HBV_NAT";
    assert_string_equal(asked(&facts, "DN-06.window/1"), "not_met");
    facts.second_missing = NULL;
    assert_string_equal(asked(&facts, "DN-06.window/1"), "unknown");
}

static void the_first_sample_answers_the_whole_panel(void **state)
{
    (void)state;
    struct screening_facts facts = good_donor();
    facts.first_missing = "RPR TP_antibody";
    assert_string_equal(asked(&facts, "DN-04.panel/1"), "not_met");
    facts.first_missing = NULL;
    assert_string_equal(asked(&facts, "DN-04.panel/1"), "unknown");
}

static void history_and_examination_are_both_asked(void **state)
{
    (void)state;
    struct screening_facts facts = good_donor();
    facts.history = "finding";
    assert_string_equal(asked(&facts, "DN-02.basis/1"), "not_met");
    facts = good_donor();
    facts.examination = NULL;
    assert_string_equal(asked(&facts, "DN-02.basis/1"), "unknown");
}

static void one_reactive_result_is_enough(void **state)
{
    (void)state;
    struct screening_facts facts = good_donor();
    facts.reactive = true;
    assert_string_equal(asked(&facts, "DN-08.reactive/1"), "not_met");
    facts.first_missing = NULL;
    assert_string_equal(asked(&facts, "DN-08.reactive/1"), "not_met");
    facts.reactive = false;
    assert_string_equal(asked(&facts, "DN-08.reactive/1"), "unknown");
}

static void specimens_count_days_in_both_directions(void **state)
{
    (void)state;
    static const struct {
        int64_t days;
        const char *verdict;
    } rows[] = {{6, "met"}, {7, "met"}, {8, "not_met"}, {-7, "met"}, {-8, "not_met"}, {0, "met"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct screening_facts facts = good_donor();
        facts.specimen_days.value = rows[i].days;
        assert_string_equal(asked(&facts, "DN-11.specimen/1"), rows[i].verdict);
    }
}

/* Property: over every mix of known and unknown facts, unknown never passes. */
static void unknown_never_passes(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 256; mask++) {
        struct screening_facts facts = good_donor();
        facts.history = mask & 1 ? "clear" : NULL;
        facts.examination = mask & 2 ? "clear" : NULL;
        facts.first_missing = mask & 4 ? "none" : NULL;
        facts.second_missing = mask & 8 ? "none" : NULL;
        facts.retest_after_days.known = mask & 16;
        facts.second_after_days.known = mask & 32;
        facts.specimen_days.known = mask & 64;
        facts.specimen_most_days.known = mask & 128;
        assert_int_equal(passes(&facts), mask == 255);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_donor_passes),
        cmocka_unit_test(the_window_opens_on_the_signed_day),
        cmocka_unit_test(a_late_sample_that_lacks_a_marker_does_not_close_the_window),
        cmocka_unit_test(the_first_sample_answers_the_whole_panel),
        cmocka_unit_test(history_and_examination_are_both_asked),
        cmocka_unit_test(one_reactive_result_is_enough),
        cmocka_unit_test(specimens_count_days_in_both_directions),
        cmocka_unit_test(unknown_never_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
