/* test_agreement_rules.c: every item answered, signed by who may, free, and taken back in time. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "donation/agreement.h"
#include "donation/interview.h"

#include <stdio.h>

static struct agreement_facts good_agreement(void)
{
    return (struct agreement_facts){
        .missing = "none",
        .signer = "donor",
        .age_years = {true, 26},
        .proxy_below_years = {true, 16},
        .payment_yen = {true, 0},
    };
}

static const char *asked(const struct agreement_facts *facts, const char *rule)
{
    static char kept[16];
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    const char *verdict = "not asked";
    agreement_judge(arena, facts, &findings);
    assert_int_equal(findings.count, AGREEMENT_JUDGED);
    for (size_t i = 0; i < findings.count; i++)
        if (text_equals(ROWS(findings, const struct finding)[i].rule, rule))
            verdict = ROWS(findings, const struct finding)[i].verdict;
    snprintf(kept, sizeof kept, "%s", verdict);
    arena_close(arena);
    return kept;
}

static void every_item_is_answered(void **state)
{
    (void)state;
    struct agreement_facts facts = good_agreement();
    assert_string_equal(asked(&facts, "DN-15.items/1"), "met");
    facts.missing = "DA-21";
    assert_string_equal(asked(&facts, "DN-15.items/1"), "not_met");
    facts.missing = NULL;
    assert_string_equal(asked(&facts, "DN-15.items/1"), "unknown");
}

static void a_child_does_not_sign_alone(void **state)
{
    (void)state;
    static const struct {
        int64_t age_years;
        const char *verdict;
    } rows[] = {{15, "not_met"}, {16, "met"}, {17, "met"}};
    struct agreement_facts facts = good_agreement();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        facts.age_years.value = rows[i].age_years;
        assert_string_equal(asked(&facts, "DN-16.proxy/1"), rows[i].verdict);
    }
    facts.proxy_below_years.known = false;
    assert_string_equal(asked(&facts, "DN-16.proxy/1"), "unknown");
}

static void a_proxy_says_the_relation_and_what_a_child_understood(void **state)
{
    (void)state;
    static const struct {
        int64_t age_years;
        const char *relation;
        const char *understood;
        const char *verdict;
    } rows[] = {
        {15, "father", NULL, "unknown"},     {15, "father", "understood", "met"},
        {15, "father", "not_able", "met"},   {15, "father", "refused", "not_met"},
        {15, NULL, "understood", "unknown"}, {16, "father", NULL, "met"},
        {16, NULL, NULL, "unknown"},
    };
    struct agreement_facts facts = good_agreement();
    facts.signer = "proxy";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        facts.age_years.value = rows[i].age_years;
        facts.proxy_relation = rows[i].relation;
        facts.own_understanding = rows[i].understood;
        assert_string_equal(asked(&facts, "DN-16.proxy/1"), rows[i].verdict);
    }
    facts.signer = NULL;
    assert_string_equal(asked(&facts, "DN-16.proxy/1"), "unknown");
}

static void a_donation_is_free(void **state)
{
    (void)state;
    struct agreement_facts facts = good_agreement();
    assert_string_equal(asked(&facts, "DN-14.free/1"), "met");
    facts.payment_yen.value = 1;
    assert_string_equal(asked(&facts, "DN-14.free/1"), "not_met");
    facts.payment_yen.known = false;
    assert_string_equal(asked(&facts, "DN-14.free/1"), "unknown");
}

static void it_is_taken_back_until_processing_begins(void **state)
{
    (void)state; /* DN-15.withdrawal/1 */
    assert_int_equal(agreement_judge_withdrawal("none"), VERDICT_MET);
    assert_int_equal(agreement_judge_withdrawal("bank:MCB-0001"), VERDICT_NOT_MET);
    assert_int_equal(agreement_judge_withdrawal(NULL), VERDICT_UNKNOWN);
}

static void a_history_is_clear_only_when_every_item_was_asked(void **state)
{
    (void)state;
    struct arena *arena = arena_open((size_t)1 << 20);
    struct interview_answer answers[] = {{.item = "DT-20", .answer = "no"},
                                         {.item = "DT-21", .answer = "no"}};
    const struct rows rows = {2, answers};
    assert_string_equal(interview_unasked(arena, &rows, "DT-20 DT-21"), "none");
    assert_string_equal(interview_unasked(arena, &rows, "DT-20 DT-21 DT-22"), "DT-22");
    assert_null(interview_unasked(arena, &rows, NULL));
    assert_string_equal(interview_history(&rows, "none"), "clear");
    assert_string_equal(interview_history(&rows, "DT-22"), "incomplete");
    assert_null(interview_history(&rows, NULL));
    answers[1].answer = "unknown";
    assert_string_equal(interview_history(&rows, "none"), "finding");
    answers[1].answer = "yes";
    assert_string_equal(interview_history(&rows, "none"), "finding");
    answers[1].assessed_why = "healed as a child";
    assert_string_equal(interview_history(&rows, "none"), "clear");
    arena_close(arena);
}

static void an_abnormal_finding_is_assessed_or_stays_one(void **state)
{
    (void)state;
    struct examination_finding examination = {.item = "DT-31", .finding = "normal"};
    assert_string_equal(interview_examination(&examination), "clear");
    examination.finding = "abnormal";
    assert_string_equal(interview_examination(&examination), "finding");
    examination.assessed_why = "a scar";
    assert_string_equal(interview_examination(&examination), "clear");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_item_is_answered),
        cmocka_unit_test(a_child_does_not_sign_alone),
        cmocka_unit_test(a_proxy_says_the_relation_and_what_a_child_understood),
        cmocka_unit_test(a_donation_is_free),
        cmocka_unit_test(it_is_taken_back_until_processing_begins),
        cmocka_unit_test(a_history_is_clear_only_when_every_item_was_asked),
        cmocka_unit_test(an_abnormal_finding_is_assessed_or_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
