/* test_eligibility_rules.c: first tests never suffice, every agent counts, unknown never passes. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "donation/eligibility.h"
#include "donation/screening.h"
#include "donation/tested_person.h"
#include "donation/window.h"

#include <stdio.h>

enum { AGENTS = 2 };

/* A donor of whom everything is known and good, with the windows of two agents. */
struct example {
    struct eligibility_facts facts;
    struct window windows[AGENTS];
};

static struct eligibility_facts *good_donor(struct example *example)
{
    *example = (struct example){
        .facts =
            {
                .history = "clear",
                .examination = "clear",
                .unasked = "none",
                .tested_person = "donor",
                .tested_person_asked = "donor",
                .treatment_first = true,
                .payment_yen = {true, 0},
                .agreement = "AG-0001",
                .agreement_before_days = {true, 2},
                .first_missing = "none",
                .specimen_days = {true, 2},
                .specimen_most_days = {true, 7},
                .microbes = "not_detected",
                .serum = "stored",
            },
        .windows =
            {
                {"HBV", "HBs_antigen HBV_NAT", {true, 192}, {"2025-07-27"}, {true, 194}},
                {"HCV", "HCV_NAT", {true, 192}, {"2025-07-27"}, {true, 194}},
            },
    };
    example->facts.windows = (struct rows){AGENTS, example->windows};
    return &example->facts;
}

/* The verdict of one rule, as the record keeps it. */
static const char *asked(const struct eligibility_facts *facts, const char *rule)
{
    static char kept[16];
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    const char *verdict = "not asked";
    eligibility_judge(arena, facts, &findings);
    assert_int_equal(findings.count, ELIGIBILITY_JUDGED);
    for (size_t i = 0; i < findings.count; i++)
        if (text_equals(ROWS(findings, const struct finding)[i].rule, rule))
            verdict = ROWS(findings, const struct finding)[i].verdict;
    snprintf(kept, sizeof kept, "%s", verdict);
    arena_close(arena);
    return kept;
}

static bool passes(const struct eligibility_facts *facts)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    eligibility_judge(arena, facts, &findings);
    bool all = findings_all_met(&findings);
    arena_close(arena);
    return all;
}

static void a_clear_donor_passes(void **state)
{
    (void)state;
    struct example example;
    assert_true(passes(good_donor(&example)));
}

static void the_window_of_each_agent_opens_on_its_signed_day(void **state)
{
    (void)state;
    static const struct {
        int64_t days;
        const char *verdict;
    } rows[] = {{191, "not_met"}, {192, "met"}, {193, "met"}, {0, "not_met"}, {-2, "not_met"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t agent = 0; agent < AGENTS; agent++) {
            struct example example;
            struct eligibility_facts *facts = good_donor(&example);
            example.windows[agent].tested_after_days.value = rows[i].days;
            assert_string_equal(asked(facts, "DN-06.window/1"), rows[i].verdict);
        }
}

static void an_agent_without_interval_or_late_sample_is_unknown(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    example.windows[1].retest_after_days.known = false;
    assert_string_equal(asked(facts, "DN-06.window/1"), "unknown");
    facts = good_donor(&example);
    example.windows[0].tested_after_days.known = false;
    assert_string_equal(asked(facts, "DN-06.window/1"), "unknown");
    example.windows[1].tested_after_days.value = 191; /* what is known to be open says so */
    assert_string_equal(asked(facts, "DN-06.window/1"), "not_met");
    facts->windows.count = 0;
    assert_string_equal(asked(facts, "DN-06.window/1"), "unknown");
}

static void the_finding_names_the_open_agents_and_their_day(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 20);
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    assert_string_equal(window_tell(arena, &facts->windows), "every agent was tested late enough");
    example.windows[0].tested_after_days.value = -2;
    assert_string_equal(window_tell(arena, &facts->windows),
                        "open: HBV, re-test possible from 2025-07-27");
    example.windows[1].tested_after_days.value = -2;
    assert_string_equal(window_tell(arena, &facts->windows),
                        "open: HBV HCV, re-test possible from 2025-07-27");
    example.windows[1].retest_from.text = "2025-03-01";
    assert_string_equal(window_tell(arena, &facts->windows),
                        "open: HBV, re-test possible from 2025-07-27; "
                        "open: HCV, re-test possible from 2025-03-01");
    assert_string_equal(window_retest_from(&facts->windows).text, "2025-07-27");
    example.windows[1].retest_from.text = NULL;
    assert_null(window_retest_from(&facts->windows).text);
    arena_close(arena);
}

static void a_sample_that_lacks_a_marker_of_an_agent_does_not_count_for_it(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 20);
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    for (size_t i = 0; i < AGENTS; i++)
        example.windows[i].tested_after_days = (struct count){0};
    window_note(arena, &facts->windows, -2, "HBs_antigen HBV_NAT HCV_NAT");
    window_note(arena, &facts->windows, 194, "HBs_antigen HCV_NAT");
    window_note(arena, &facts->windows, 100, "HBs_antigen HCV_NAT");
    assert_int_equal(example.windows[0].tested_after_days.value, -2);
    assert_int_equal(example.windows[1].tested_after_days.value, 194);
    assert_string_equal(asked(facts, "DN-06.window/1"), "not_met");
    assert_string_equal(window_open_agents(arena, &facts->windows, 191), "HBV HCV");
    assert_string_equal(window_open_agents(arena, &facts->windows, 192), "none");
    arena_close(arena);
}

static void the_first_sample_answers_the_whole_panel(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    facts->first_missing = "RPR TP_antibody";
    assert_string_equal(asked(facts, "DN-04.panel/1"), "not_met");
    facts->first_missing = NULL;
    assert_string_equal(asked(facts, "DN-04.panel/1"), "unknown");
}

static void history_and_examination_are_both_asked(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    facts->history = "finding";
    assert_string_equal(asked(facts, "DN-02.basis/1"), "not_met");
    facts->history = "incomplete";
    assert_string_equal(asked(facts, "DN-02.basis/1"), "not_met");
    facts = good_donor(&example);
    facts->examination = NULL;
    assert_string_equal(asked(facts, "DN-02.basis/1"), "unknown");
    facts = good_donor(&example);
    facts->unasked = "DT-30";
    assert_string_equal(asked(facts, "DN-05.interview/1"), "not_met");
    facts->unasked = NULL;
    assert_string_equal(asked(facts, "DN-05.interview/1"), "unknown");
}

static void one_reactive_result_is_enough(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    facts->reactive = true;
    assert_string_equal(asked(facts, "DN-08.reactive/1"), "not_met");
    facts->first_missing = NULL;
    assert_string_equal(asked(facts, "DN-08.reactive/1"), "not_met");
    facts->reactive = false;
    assert_string_equal(asked(facts, "DN-08.reactive/1"), "unknown");
}

static void specimens_count_days_in_both_directions(void **state)
{
    (void)state;
    static const struct {
        int64_t days;
        const char *verdict;
    } rows[] = {{6, "met"},  {7, "met"},      {8, "not_met"}, {-6, "met"},
                {-7, "met"}, {-8, "not_met"}, {0, "met"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct example example;
        struct eligibility_facts *facts = good_donor(&example);
        facts->specimen_days.value = rows[i].days;
        assert_string_equal(asked(facts, "DN-11.specimen/1"), rows[i].verdict);
    }
}

static void a_cut_off_index_of_one_is_reactive(void **state)
{
    (void)state;
    static const struct {
        struct screening_result result;
        const char *judged;
    } rows[] = {
        {{.value = {"0.99", 0.99}, .cut_off = {"1.00", 1.00}}, "non_reactive"},
        {{.value = {"1.00", 1.00}, .cut_off = {"1.00", 1.00}}, "reactive"},
        {{.value = {"1.01", 1.01}, .cut_off = {"1.00", 1.00}}, "reactive"},
        {{.value = {"1.01", 1.01}, .cut_off = {"1.00", 1.00}, .outcome = "non_reactive"},
         "reactive"},
        {{.value = {"0.10", 0.10}, .cut_off = {"1.00", 1.00}, .outcome = "detected"}, "reactive"},
        {{.outcome = "not_detected"}, "non_reactive"},
        {{.outcome = "non_reactive"}, "non_reactive"},
        {{.outcome = "reactive"}, "reactive"},
        {{.value = {"0.10", 0.10}}, NULL},
        {{.value = {"0.10", 0.10}, .outcome = "not_detected"}, NULL},
        {{.cut_off = {"1.00", 1.00}}, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *judged = screening_judge_result(&rows[i].result);
        assert_string_equal(judged ? judged : "", rows[i].judged ? rows[i].judged : "");
    }
}

static void the_birth_mother_is_tested_for_a_cord_and_for_the_newborn(void **state)
{
    (void)state;
    static const struct {
        struct tested_person_question question;
        const char *asked;
    } rows[] = {
        {{"umbilical_cord", true, "birth mother", {0}, {0}}, "birth_mother"},
        {{"umbilical_cord", false, NULL, {true, 32}, {true, 31}}, NULL},
        {{"placenta", false, NULL, {true, 400}, {true, 31}}, NULL},
        {{"adipose", true, "donor", {true, 30}, {true, 31}}, "birth_mother"},
        {{"adipose", true, "donor", {true, 31}, {true, 31}}, "birth_mother"},
        {{"adipose", true, "donor", {true, 32}, {true, 31}}, "donor"},
        {{"adipose", false, NULL, {true, 32}, {true, 31}}, "donor"},
        {{"adipose", true, "donor", {0}, {true, 31}}, NULL},
        {{"adipose", true, "donor", {true, 9000}, {0}}, NULL},
        {{"other", true, NULL, {true, 9000}, {true, 31}}, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *asked_for = tested_person_asked(&rows[i].question);
        assert_string_equal(asked_for ? asked_for : "", rows[i].asked ? rows[i].asked : "");
    }
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    facts->tested_person_asked = "birth_mother";
    assert_string_equal(asked(facts, "DN-10.person/1"), "not_met");
    facts->tested_person = "birth_mother";
    assert_string_equal(asked(facts, "DN-10.person/1"), "met");
    facts->tested_person_asked = NULL;
    assert_string_equal(asked(facts, "DN-10.person/1"), "unknown");
}

static void the_agreement_is_no_later_than_the_recovery(void **state)
{
    (void)state;
    static const struct {
        int64_t days;
        const char *verdict;
    } rows[] = {{-1, "not_met"}, {0, "met"}, {1, "met"}};
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        facts->agreement_before_days.value = rows[i].days;
        assert_string_equal(asked(facts, "DN-15.agreement/1"), rows[i].verdict);
    }
    facts->agreement = NULL;
    assert_string_equal(asked(facts, "DN-15.agreement/1"), "unknown");
    facts->withdrawn = true;
    assert_string_equal(asked(facts, "DN-15.agreement/1"), "not_met");
}

static void payment_treatment_microbes_and_serum_are_asked(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    facts->payment_yen.value = 1;
    assert_string_equal(asked(facts, "DN-14.free/1"), "not_met");
    facts = good_donor(&example);
    facts->treatment_first = false;
    assert_string_equal(asked(facts, "DN-17.treatment/1"), "not_met");
    facts = good_donor(&example);
    facts->microbes = "detected";
    assert_string_equal(asked(facts, "DN-13.microbes/1"), "not_met");
    facts->microbes = "not_done"; /* recorded only with its reason */
    assert_string_equal(asked(facts, "DN-13.microbes/1"), "met");
    facts->microbes = NULL;
    assert_string_equal(asked(facts, "DN-13.microbes/1"), "unknown");
    facts->serum = NULL;
    assert_string_equal(asked(facts, "DN-12.serum/1"), "unknown");
}

static void an_ineligible_donor_stays_so_until_its_facts_are_amended(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    facts->ineligible = true;
    assert_string_equal(asked(facts, "DN-08.final/1"), "not_met");
    facts->amended_since = true;
    assert_string_equal(asked(facts, "DN-08.final/1"), "met");
}

static void the_status_says_how_far_a_donor_has_come(void **state)
{
    (void)state;
    struct example example;
    struct eligibility_facts *facts = good_donor(&example);
    assert_string_equal(eligibility_status(facts, NULL), "window_can_close");
    assert_string_equal(eligibility_status(facts, "eligible"), "eligible");
    example.windows[0].tested_after_days.value = 191;
    assert_string_equal(eligibility_status(facts, NULL), "screening_1_passed_window_open");
    facts->first_missing = "RPR";
    assert_string_equal(eligibility_status(facts, NULL), "registered");
    facts->withdrawn = true;
    assert_string_equal(eligibility_status(facts, NULL), "withdrawn");
    facts->reactive = true;
    assert_string_equal(eligibility_status(facts, "eligible"), "reactive");
    assert_string_equal(eligibility_status(facts, "ineligible"), "ineligible");
}

/* Property: over every mix of known and unknown facts, unknown never passes. */
static void unknown_never_passes(void **state)
{
    (void)state;
    enum { FACTS = 13 };
    for (unsigned mask = 0; mask < 1U << FACTS; mask++) {
        struct example example;
        struct eligibility_facts *facts = good_donor(&example);
        facts->history = mask & 1 ? "clear" : NULL;
        facts->examination = mask & 2 ? "clear" : NULL;
        facts->first_missing = mask & 4 ? "none" : NULL;
        facts->unasked = mask & 8 ? "none" : NULL;
        example.windows[0].retest_after_days.known = mask & 16;
        example.windows[1].tested_after_days.known = mask & 32;
        facts->specimen_days.known = mask & 64;
        facts->specimen_most_days.known = mask & 128;
        facts->tested_person_asked = mask & 256 ? "donor" : NULL;
        facts->agreement_before_days.known = mask & 512;
        facts->microbes = mask & 1024 ? "not_detected" : NULL;
        facts->serum = mask & 2048 ? "stored" : NULL;
        facts->payment_yen.known = mask & 4096;
        assert_int_equal(passes(facts), mask == (1U << FACTS) - 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clear_donor_passes),
        cmocka_unit_test(the_window_of_each_agent_opens_on_its_signed_day),
        cmocka_unit_test(an_agent_without_interval_or_late_sample_is_unknown),
        cmocka_unit_test(the_finding_names_the_open_agents_and_their_day),
        cmocka_unit_test(a_sample_that_lacks_a_marker_of_an_agent_does_not_count_for_it),
        cmocka_unit_test(the_first_sample_answers_the_whole_panel),
        cmocka_unit_test(history_and_examination_are_both_asked),
        cmocka_unit_test(one_reactive_result_is_enough),
        cmocka_unit_test(specimens_count_days_in_both_directions),
        cmocka_unit_test(a_cut_off_index_of_one_is_reactive),
        cmocka_unit_test(the_birth_mother_is_tested_for_a_cord_and_for_the_newborn),
        cmocka_unit_test(the_agreement_is_no_later_than_the_recovery),
        cmocka_unit_test(payment_treatment_microbes_and_serum_are_asked),
        cmocka_unit_test(an_ineligible_donor_stays_so_until_its_facts_are_amended),
        cmocka_unit_test(the_status_says_how_far_a_donor_has_come),
        cmocka_unit_test(unknown_never_passes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
