/* test_consent.c: which reason comes first, and at which instant does a consent end? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/consent.h"
#include "treatment/consent_template.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

enum { SIGNED = 1000, ENDS = 2000, NOW = 1500 };

static struct consent good_consent(void)
{
    return (struct consent){.code = "CO-0004",
                            .version = 4,
                            .specification = "XP-AD/1.0",
                            .route = "iv",
                            .tissue = "adipose",
                            .maker = "M",
                            .price_list = "K2-2025",
                            .signed_at = {SIGNED},
                            .expires_at = {ENDS}};
}

static struct consent_question good_question(const struct consent *consent)
{
    return (struct consent_question){.consent = consent,
                                     .at = {NOW},
                                     .specification = "XP-AD/1.0",
                                     .route = "iv",
                                     .tissue = "adipose",
                                     .maker = "M",
                                     .price_list = "K2-2025",
                                     .oldest_version = 4};
}

static const char *ask(const struct consent_question *question)
{
    return consent_word(consent_state(question));
}

static const char *ask_at(const struct consent *consent, int64_t usec)
{
    struct consent_question question = good_question(consent);
    question.at.usec = usec;
    return ask(&question);
}

static void a_consent_without_a_reason_against_it_is_valid(void **state)
{
    (void)state;
    const struct consent consent = good_consent();
    const struct consent_question question = good_question(&consent);
    assert_string_equal(ask(&question), "valid");
}

static void no_consent_no_signing_and_no_instant_are_absent(void **state)
{
    (void)state;
    struct consent consent = good_consent();
    struct consent_question question = good_question(NULL);
    assert_string_equal(ask(&question), "absent");
    assert_string_equal(ask_at(&consent, 0), "absent");
    consent.signed_at.usec = 0;
    assert_string_equal(ask_at(&consent, NOW), "absent");
    assert_int_equal(CONSENT_ABSENT, 0);
}

static void a_consent_begins_at_the_instant_of_signing(void **state)
{
    (void)state;
    const struct consent consent = good_consent();
    assert_string_equal(ask_at(&consent, SIGNED - 1), "not_yet");
    assert_string_equal(ask_at(&consent, SIGNED), "valid");
    assert_string_equal(ask_at(&consent, SIGNED + 1), "valid");
}

/* The end is exclusive. */
static void a_consent_ends_at_the_named_instant_itself(void **state)
{
    (void)state;
    struct consent consent = good_consent();
    assert_string_equal(ask_at(&consent, ENDS - 1), "valid");
    assert_string_equal(ask_at(&consent, ENDS), "expired");
    assert_string_equal(ask_at(&consent, ENDS + 1), "expired");
    consent.expires_at.usec = 0;
    assert_string_equal(ask_at(&consent, ENDS + 1), "valid");
}

static void a_withdrawal_holds_from_its_own_instant(void **state)
{
    (void)state;
    struct consent consent = good_consent();
    consent.withdrawn_at.usec = NOW;
    assert_string_equal(ask_at(&consent, NOW - 1), "valid");
    assert_string_equal(ask_at(&consent, NOW), "withdrawn");
    assert_string_equal(ask_at(&consent, NOW + 1), "withdrawn");
}

static void another_product_route_or_tissue_is_another_purpose(void **state)
{
    (void)state;
    const struct consent consent = good_consent();
    struct consent_question question = good_question(&consent);
    question.specification = "XP-AD/1.1";
    assert_string_equal(ask(&question), "other_purpose");
    question = good_question(&consent);
    question.route = "microneedle";
    assert_string_equal(ask(&question), "other_purpose");
    question = good_question(&consent);
    question.tissue = "placenta";
    assert_string_equal(ask(&question), "other_purpose");
}

static void each_of_six_bindings_asks_for_a_new_consent(void **state)
{
    static const struct consent_question good = {.at = {NOW},
                                                 .specification = "XP-AD/1.0",
                                                 .route = "iv",
                                                 .tissue = "adipose",
                                                 .maker = "M",
                                                 .price_list = "K2-2025",
                                                 .oldest_version = 4};
    struct arena *arena = arena_open((size_t)1 << 20);
    const struct consent consent = good_consent();
    (void)state;
    for (int i = 0; i < 7; i++) {
        static const char *const words[] = {"none",  "specification", "tissue",    "maker",
                                            "route", "protocol",      "price_list"};
        struct consent_question question = good;
        const char **members[] = {NULL,
                                  &question.specification,
                                  &question.tissue,
                                  &question.maker,
                                  &question.route,
                                  &question.protocol,
                                  &question.price_list};
        question.consent = &consent;
        if (members[i])
            *members[i] = "changed";
        assert_string_equal(consent_changes(arena, &question), words[i]);
        assert_string_equal(ask(&question), i ? "other_purpose" : "valid");
    }
    struct consent_question none = good;
    assert_null(consent_changes(arena, &none));
    arena_close(arena);
}

static void what_is_not_known_is_another_purpose(void **state)
{
    (void)state;
    struct consent consent = good_consent();
    struct consent_question question = good_question(&consent);
    question.specification = NULL;
    assert_string_equal(ask(&question), "other_purpose");
    question = good_question(&consent);
    question.tissue = NULL;
    consent.tissue = NULL; /* two unknowns are not the same */
    assert_string_equal(ask(&question), "other_purpose");
}

static void a_form_older_than_accepted_no_longer_suffices(void **state)
{
    (void)state;
    const struct consent consent = good_consent();
    struct consent_question question = good_question(&consent);
    question.oldest_version = 3;
    assert_string_equal(ask(&question), "valid");
    question.oldest_version = 5;
    assert_string_equal(ask(&question), "old_form");
    question.oldest_version = 0; /* not known */
    assert_string_equal(ask(&question), "old_form");
}

/* Every mix of reasons: the first in the order of asking is the answer. */
static void the_first_reason_is_the_answer(void **state)
{
    static const char *const order[] = {"absent",  "withdrawn",     "not_yet",
                                        "expired", "other_purpose", "old_form"};
    (void)state;
    for (unsigned mask = 0; mask < 64; mask++) {
        struct consent consent = good_consent();
        struct consent_question question = good_question(&consent);
        consent.withdrawn_at.usec = mask & 2 ? NOW : 0;
        consent.signed_at.usec = mask & 4 ? NOW + 1 : SIGNED;
        consent.expires_at.usec = mask & 8 ? NOW : ENDS;
        question.route = mask & 16 ? "nasal" : "iv";
        question.oldest_version = mask & 32 ? 5 : 4;
        question.consent = mask & 1 ? NULL : &consent;
        const char *expected = "valid";
        for (unsigned i = 6; i-- > 0;)
            expected = mask & 1u << i ? order[i] : expected;
        assert_string_equal(ask(&question), expected);
    }
}

static struct consent_statement statements[] = {
    {.code = "UA-1", .text = "It is unapproved."},
    {.code = "UA-2", .text = "From the maker named here."},
    {.code = "UA-3", .text = "None is approved."},
    {.code = "UA-4", .text = "Serious risks may be unknown."},
    {.code = "CS-07", .text = "Withdraw at any time."},
    {.code = "UA-5", .text = "Not covered by the relief system."},
};

static const char *unmet(struct arena *arena, const char *required, size_t count)
{
    struct rows findings;
    const struct rows rows = {count, statements};
    const struct template_lists lists = {required, "必ず治 guaranteed", "エクソソーム exosome"};
    const struct template_facts facts = consent_template_lacks(arena, &lists, &rows);
    consent_template_judge(arena, &facts, &findings);
    return findings_unmet(arena, &findings);
}

static void a_form_with_four_of_five_statements_is_not_published(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    const char *required = "UA-1 UA-2 UA-3 UA-4 UA-5 CS-07";
    (void)state;
    assert_string_equal(unmet(arena, required, 5), "CN-03.statements/1");
    assert_string_equal(unmet(arena, required, 6), "");
    assert_string_equal(unmet(arena, "UA-1 UA-2 UA-3 UA-4 UA-5 CS-07 CE-12", 6), "CN-01.items/1");
    assert_string_equal(unmet(arena, required, 0), "CN-01.items/1 CN-03.statements/1");
    arena_close(arena);
}

static void a_statement_without_words_is_missing(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    struct consent_statement empty[] = {{.code = "UA-1", .text = ""}, {.code = "CS-07"}};
    const struct template_lists lists = {"UA-1 CS-07", "guaranteed", "exosome"};
    const struct rows rows = {2, empty};
    const struct template_facts facts = consent_template_lacks(arena, &lists, &rows);
    (void)state;
    assert_string_equal(facts.statements_missing, "UA-1");
    assert_string_equal(facts.items_missing, "CS-07");
    arena_close(arena);
}

static void without_a_signed_list_nothing_is_published(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    (void)state;
    assert_string_equal(unmet(arena, NULL, 6), "CN-01.items/1 CN-03.statements/1");
    assert_string_equal(unmet(arena, "CS-07", 6), "CN-03.statements/1");
    assert_string_equal(unmet(arena, "UA-1", 6), "CN-01.items/1");
    arena_close(arena);
}

static const char *says(struct arena *arena, const struct template_lists *lists,
                        struct consent_statement *item)
{
    struct rows findings;
    struct consent_statement all[] = {{.code = "UA-1", .text = "未承認です。"}, *item};
    const struct rows rows = {2, all};
    const struct template_facts facts = consent_template_lacks(arena, lists, &rows);
    consent_template_judge(arena, &facts, &findings);
    return findings_unmet(arena, &findings);
}

static void an_item_does_not_apply_only_where_the_list_says_so(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    const struct template_lists strict = {"UA-1 CS-14", "guaranteed", "exosome"};
    const struct template_lists lists = {"UA-1 CS-14:may_not_apply", "guaranteed", "exosome"};
    struct consent_statement item = {
        .code = "CS-14", .text = "No findings are looked for.", .not_applicable = true};
    (void)state;
    assert_string_equal(says(arena, &strict, &item), "CN-01.items/1");
    assert_string_equal(says(arena, &lists, &item), "");
    item.text = ""; /* and then only with a reason */
    assert_string_equal(says(arena, &lists, &item), "CN-01.items/1");
    item = (struct consent_statement){.code = "CS-14", .text = "Told by letter."};
    assert_string_equal(says(arena, &strict, &item), "");
    arena_close(arena);
}

static void a_promise_and_an_unproven_name_are_found_in_both_languages(void **state)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    const struct template_lists lists = {"UA-1 CS-05", "必ず治 guaranteed", "エクソソーム exosome"};
    struct consent_statement item = {.code = "CS-05", .text = "この治療で必ず治ります。"};
    (void)state;
    assert_string_equal(says(arena, &lists, &item), "CN-09.promise/1");
    item.text = "効果は人により異なります。";
    assert_string_equal(says(arena, &lists, &item), "");
    item.text_en = "The effect is Guaranteed.";
    assert_string_equal(says(arena, &lists, &item), "CN-09.promise/1");
    item.text_en = NULL;
    item.text = "エクソソームを塗ります。";
    assert_string_equal(says(arena, &lists, &item), "PR-02.consent/1");
    item.text = "Exosomes are applied.";
    assert_string_equal(says(arena, &lists, &item), "PR-02.consent/1");
    const struct template_lists unsigned_lists = {.required = "UA-1 CS-05"};
    item.text = "効果は人により異なります。";
    assert_string_equal(says(arena, &unsigned_lists, &item), "CN-09.promise/1 PR-02.consent/1");
    arena_close(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_consent_without_a_reason_against_it_is_valid),
        cmocka_unit_test(no_consent_no_signing_and_no_instant_are_absent),
        cmocka_unit_test(a_consent_begins_at_the_instant_of_signing),
        cmocka_unit_test(a_consent_ends_at_the_named_instant_itself),
        cmocka_unit_test(a_withdrawal_holds_from_its_own_instant),
        cmocka_unit_test(another_product_route_or_tissue_is_another_purpose),
        cmocka_unit_test(each_of_six_bindings_asks_for_a_new_consent),
        cmocka_unit_test(what_is_not_known_is_another_purpose),
        cmocka_unit_test(a_form_older_than_accepted_no_longer_suffices),
        cmocka_unit_test(the_first_reason_is_the_answer),
        cmocka_unit_test(a_form_with_four_of_five_statements_is_not_published),
        cmocka_unit_test(a_statement_without_words_is_missing),
        cmocka_unit_test(an_item_does_not_apply_only_where_the_list_says_so),
        cmocka_unit_test(a_promise_and_an_unproven_name_are_found_in_both_languages),
        cmocka_unit_test(without_a_signed_list_nothing_is_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
