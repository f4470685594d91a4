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
    const struct contraindication row = {"CI-01", weight, answer, accepted};
    return verdict_word(contraindication_clears(&row));
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

enum { LIST = 4, RULES = 4 };
static const char *const asked_ids[RULES] = {"PT-01.asked/1", "PT-01.absolute/1",
                                             "PT-01.relative/1", "PT-10.realtime/1"};

struct example {
    struct arena *arena;
    struct contraindication list[LIST];
    struct intake_facts facts;
};

static int example_make(void **state)
{
    struct arena *arena = arena_open((size_t)8 << 20);
    struct example *example = arena_take(arena, sizeof *example);
    *example = (struct example){.arena = arena,
                                .list = {{"CI-01", "absolute", "no", false},
                                         {"CI-06", "relative", "yes", true},
                                         {"CI-07", "absolute", "no", false},
                                         {"CI-19", "info", "yes", false}},
                                .facts = {.realtime = true}};
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
    EXPECT(*state, "met", "met", "met", "met");
}

static void one_absolute_yes_is_enough(void **state)
{
    struct example *example = *state;
    example->list[2].answer = "yes";
    example->list[2].accepted = true;
    EXPECT(example, "met", "not_met", "met", "met");
}

static void a_relative_yes_without_acceptance_blocks(void **state)
{
    struct example *example = *state;
    example->list[1].accepted = false;
    EXPECT(example, "met", "met", "not_met", "met");
}

static void a_rule_that_was_not_asked_blocks(void **state)
{
    struct example *example = *state;
    example->list[0].answer = NULL;
    EXPECT(example, "unknown", "unknown", "met", "met");
    example->list[0].answer = "unknown";
    EXPECT(example, "unknown", "unknown", "met", "met");
    example->list[0].answer = "no";
    example->list[3].answer = NULL;
    EXPECT(example, "unknown", "met", "met", "met");
}

/* What is known to be bad is told, whatever is unknown beside it, in either order. */
static void a_yes_outranks_an_unknown(void **state)
{
    struct example *example = *state;
    example->list[0].answer = "yes";
    example->list[2].answer = NULL;
    EXPECT(example, "unknown", "not_met", "met", "met");
    example->list[0].answer = NULL;
    example->list[2].answer = "yes";
    EXPECT(example, "unknown", "not_met", "met", "met");
}

/* A weight that nobody knows could be absolute. */
static void a_rule_without_a_weight_blocks_both(void **state)
{
    struct example *example = *state;
    example->list[3].weight = NULL;
    EXPECT(example, "met", "unknown", "unknown", "met");
}

static void without_a_signed_list_nobody_is_eligible(void **state)
{
    struct example *example = *state;
    example->facts.asked = (struct rows){0};
    EXPECT(example, "unknown", "unknown", "unknown", "met");
}

static void chat_or_mail_is_no_examination(void **state)
{
    struct example *example = *state;
    example->facts.realtime = false;
    EXPECT(example, "met", "met", "met", "not_met");
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
        EXAMPLE(nobody_with_an_unanswered_rule_is_eligible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
