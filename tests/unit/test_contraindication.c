/* test_contraindication.c: does every answer mean what it must, and does silence block? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/contraindication.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static const char *const weights[] = {"absolute", "relative", "info", NULL, "grave"};
static const char *const answers[] = {"yes", "no", "unknown", NULL, "perhaps"};
enum { WEIGHTS = 5, ANSWERS = 5 };

static const char *clears(const char *weight, const char *answer, bool accepted)
{
    const struct contraindication row = {
        .rule = "CI-01", .weight = weight, .answer = answer, .accepted = accepted};
    const struct intake_facts facts = {.realtime = true};
    return verdict_word(contraindication_clears(&row, &facts));
}

static void no_clears_every_weight(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_string_equal(clears(weights[i], "no", false), "met");
        assert_string_equal(clears(weights[i], "no", true), "met");
    }
}

static void an_absolute_yes_blocks_whoever_accepts_it(void **state)
{
    (void)state;
    assert_string_equal(clears("absolute", "yes", false), "not_met");
    assert_string_equal(clears("absolute", "yes", true), "not_met");
}

static void a_relative_yes_blocks_unless_it_is_accepted(void **state)
{
    (void)state;
    assert_string_equal(clears("relative", "yes", false), "not_met");
    assert_string_equal(clears("relative", "yes", true), "met");
}

static void an_info_has_to_be_answered_only(void **state)
{
    (void)state;
    assert_string_equal(clears("info", "yes", false), "met");
    assert_string_equal(clears("info", NULL, false), "unknown");
}

/* Every weight and every answer: what nobody knows never clears, accepted or not. */
static void silence_and_unknown_words_never_clear(void **state)
{
    (void)state;
    for (int i = 0; i < WEIGHTS; i++)
        for (int j = 0; j < ANSWERS; j++) {
            bool known = i < 3 && j < 2;
            if (known)
                continue;
            assert_string_equal(clears(weights[i], answers[j], false), "unknown");
            assert_string_equal(clears(weights[i], answers[j], true), "unknown");
        }
}

enum { LIST = 4, RULES = 7 };
static const char *const asked_ids[RULES] = {
    "PT-01.asked/1",     "PT-01.absolute/1", "PT-01.relative/1", "PT-01.two_physicians/1",
    "PT-02.screening/1", "PT-03.named/1",    "PT-10.realtime/1"};

struct example {
    struct arena *arena;
    struct contraindication list[LIST];
    struct intake_facts facts;
};

static int example_make(void **state)
{
    struct arena *arena = arena_open((size_t)8 << 20);
    struct example *example = arena_take(arena, sizeof *example);
    *example = (struct example){
        .arena = arena,
        .list = {{.rule = "CI-01", .weight = "absolute", .answer = "no"},
                 {.rule = "CI-06", .weight = "relative", .answer = "yes", .accepted = true},
                 {.rule = "CI-07", .weight = "absolute", .answer = "no"},
                 {.rule = "CI-19", .weight = "info", .answer = "yes"}},
        .facts = {.realtime = true, .asked_on = {"2025-09-24"}, .screening = "screened"}};
    example->facts.asked = (struct rows){LIST, example->list};
    *state = example;
    return 0;
}

static int example_leave(void **state)
{
    struct example *example = *state;
    arena_close(example->arena);
    return 0;
}

static void expect(struct example *example, const char *const verdicts[RULES])
{
    struct rows findings;
    contraindication_judge(example->arena, &example->facts, &findings);
    assert_int_equal(findings.count, RULES);
    for (int i = 0; i < RULES; i++) {
        const struct finding *finding = &ROWS(findings, struct finding)[i];
        assert_string_equal(finding->rule, asked_ids[i]);
        if (!text_equals(finding->verdict, verdicts[i]))
            fail_msg("%s is %s (%s)", finding->rule, finding->verdict, finding->fact);
    }
}
#define EXPECT(example, ...) expect(example, (const char *const[]){__VA_ARGS__})

static void a_list_that_is_answered_and_clear_is_met(void **state)
{
    EXPECT(*state, "met", "met", "met", "met", "met", "met", "met");
}

static void one_absolute_yes_is_enough(void **state)
{
    struct example *example = *state;
    example->list[2].answer = "yes";
    example->list[2].accepted = true;
    EXPECT(example, "met", "not_met", "met", "met", "met", "met", "met");
}

static void a_relative_yes_without_acceptance_blocks(void **state)
{
    struct example *example = *state;
    example->list[1].accepted = false;
    EXPECT(example, "met", "met", "not_met", "met", "met", "met", "met");
}

static void a_rule_that_was_not_asked_blocks(void **state)
{
    struct example *example = *state;
    example->list[0].answer = NULL;
    EXPECT(example, "unknown", "unknown", "met", "met", "met", "met", "met");
    example->list[0].answer = "unknown";
    EXPECT(example, "unknown", "unknown", "met", "met", "met", "met", "met");
    example->list[0].answer = "no";
    example->list[3].answer = NULL;
    EXPECT(example, "unknown", "met", "met", "met", "met", "met", "met");
}

/* What is known to be bad is told, whatever is unknown beside it, in either order. */
static void a_yes_outranks_an_unknown(void **state)
{
    struct example *example = *state;
    example->list[0].answer = "yes";
    example->list[2].answer = NULL;
    EXPECT(example, "unknown", "not_met", "met", "met", "met", "met", "met");
    example->list[0].answer = NULL;
    example->list[2].answer = "yes";
    EXPECT(example, "unknown", "not_met", "met", "met", "met", "met", "met");
}

/* A weight that nobody knows could be absolute. */
static void a_rule_without_a_weight_blocks_both(void **state)
{
    struct example *example = *state;
    example->list[3].weight = NULL;
    EXPECT(example, "met", "unknown", "unknown", "met", "met", "met", "met");
}

static void without_a_signed_list_nobody_is_eligible(void **state)
{
    struct example *example = *state;
    example->facts.asked = (struct rows){0};
    EXPECT(example, "unknown", "unknown", "unknown", "met", "met", "met", "met");
}

static void chat_or_mail_is_no_examination(void **state)
{
    struct example *example = *state;
    example->facts.realtime = false;
    EXPECT(example, "met", "met", "met", "met", "met", "met", "not_met");
}

/* Property: over every mix of answered and unanswered rules, unknown never passes. */
static void nobody_with_an_unanswered_rule_is_eligible(void **state)
{
    struct example *example = *state;
    for (unsigned mask = 0; mask < 1u << LIST; mask++) {
        struct rows findings;
        for (unsigned i = 0; i < LIST; i++)
            example->list[i].answer = mask & 1u << i ? "no" : NULL;
        contraindication_judge(example->arena, &example->facts, &findings);
        assert_int_equal(findings_all_met(&findings), mask == (1u << LIST) - 1);
    }
}

/* Remission on 2020-09-24: five years are full on 2025-09-24, not on the day before. */
static void a_remission_blocks_until_the_day_on_which_five_years_are_full(void **state)
{
    static const struct {
        const char *today;
        const char *verdict;
    } days[] = {{"2025-09-22", "not_met"},
                {"2025-09-23", "not_met"},
                {"2025-09-24", "met"},
                {"2025-09-25", "met"}};
    struct example *example = *state;
    example->list[2].answer = "yes";
    example->list[2].dated = true;
    example->list[2].remission_on.text = "2020-09-24";
    example->list[2].years = (struct count){true, 5};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        example->facts.asked_on.text = days[i].today;
        EXPECT(example, "met", days[i].verdict, "met", "met", "met", "met", "met");
    }
    example->list[2].years.known = false;
    EXPECT(example, "met", "unknown", "met", "met", "met", "met", "met");
    example->list[2].remission_on.text = NULL; /* a yes without a date is a yes */
    EXPECT(example, "met", "not_met", "met", "met", "met", "met", "met");
    assert_string_equal(contraindication_standing(example->arena, &example->facts), "CI-07");
}

static void a_leap_day_is_reached_on_the_first_of_march(void **state)
{
    struct example *example = *state;
    example->list[2].answer = "yes";
    example->list[2].dated = true;
    example->list[2].remission_on.text = "2020-02-29";
    example->list[2].years = (struct count){true, 5};
    example->facts.asked_on.text = "2025-02-28";
    EXPECT(example, "met", "not_met", "met", "met", "met", "met", "met");
    example->facts.asked_on.text = "2025-03-01";
    EXPECT(example, "met", "met", "met", "met", "met", "met", "met");
}

static void one_physician_alone_does_not_accept_what_two_must(void **state)
{
    struct example *example = *state;
    example->list[1].two_physicians = true;
    EXPECT(example, "met", "met", "met", "not_met", "met", "met", "met");
    assert_string_equal(contraindication_standing(example->arena, &example->facts), "CI-06");
    example->facts.second_physician = true;
    EXPECT(example, "met", "met", "met", "met", "met", "met", "met");
    assert_string_equal(contraindication_standing(example->arena, &example->facts), "none");
    example->list[1].accepted = false; /* two signatures without an acceptance accept nothing */
    EXPECT(example, "met", "met", "not_met", "met", "met", "met", "met");
}

static void a_rule_for_other_routes_does_not_concern_this_one(void **state)
{
    struct example *example = *state;
    example->list[2].answer = "yes";
    example->list[2].routes = "microneedle scalp_injection";
    example->facts.route = "iv";
    EXPECT(example, "met", "met", "met", "met", "met", "met", "met");
    example->facts.route = "scalp_injection";
    EXPECT(example, "met", "not_met", "met", "met", "met", "met", "met");
    example->facts.route = NULL; /* examined for every route */
    EXPECT(example, "met", "not_met", "met", "met", "met", "met", "met");
    example->facts.route = "iv";
    example->list[2].answer = NULL;
    EXPECT(example, "met", "met", "met", "met", "met", "met", "met");
}

static void an_unanswered_screening_or_a_missing_name_blocks(void **state)
{
    struct example *example = *state;
    example->list[1].names = "allergies";
    EXPECT(example, "met", "met", "met", "met", "met", "not_met", "met");
    example->list[1].named = true;
    example->facts.screening = NULL;
    EXPECT(example, "met", "met", "met", "met", "unknown", "met", "met");
    example->facts.screening = "reason_given";
    EXPECT(example, "met", "met", "met", "met", "met", "met", "met");
}

#define EXAMPLE(test) cmocka_unit_test_setup_teardown(test, example_make, example_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_clears_every_weight),
        cmocka_unit_test(an_absolute_yes_blocks_whoever_accepts_it),
        cmocka_unit_test(a_relative_yes_blocks_unless_it_is_accepted),
        cmocka_unit_test(an_info_has_to_be_answered_only),
        cmocka_unit_test(silence_and_unknown_words_never_clear),
        EXAMPLE(a_list_that_is_answered_and_clear_is_met),
        EXAMPLE(one_absolute_yes_is_enough),
        EXAMPLE(a_relative_yes_without_acceptance_blocks),
        EXAMPLE(a_rule_that_was_not_asked_blocks),
        EXAMPLE(a_yes_outranks_an_unknown),
        EXAMPLE(a_rule_without_a_weight_blocks_both),
        EXAMPLE(without_a_signed_list_nobody_is_eligible),
        EXAMPLE(chat_or_mail_is_no_examination),
        EXAMPLE(a_remission_blocks_until_the_day_on_which_five_years_are_full),
        EXAMPLE(a_leap_day_is_reached_on_the_first_of_march),
        EXAMPLE(one_physician_alone_does_not_accept_what_two_must),
        EXAMPLE(a_rule_for_other_routes_does_not_concern_this_one),
        EXAMPLE(an_unanswered_screening_or_a_missing_name_blocks),
        EXAMPLE(nobody_with_an_unanswered_rule_is_eligible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
