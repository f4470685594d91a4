/* test_claim_rules.c: claims against the record, and texts as they are folded. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/fold.h"
#include "quality/claim.h"
#include "quality/figure.h"
#include "test.h"

#include <string.h>

static struct claim_words words[] = {
    {"origin", "エクソソーム エキソソーム exosom"},
    {"purity", "純度 purity"},
    {"concentration", "倍濃縮 fold"},
    {"donor", "若い 日本人 young japanese"},
    {"potency", "マクロファージ 活性 macrophage"},
};
static struct claim_donor donors[] = {{"D-0001", {true, 26}, true}};

/* The lot of the example, as its record stands on the day of release. */
static struct claim_facts facts_of(const char *text)
{
    return (struct claim_facts){
        .text = text,
        .words = {5, words},
        .class_ja = "濃縮培養上清",
        .class_en = "concentrated conditioned medium",
        .origin = "none",
        .purity_definition = "none",
        .particles_per_ug = {"118902439.02", 118902439.02},
        .share_percent = {"94.6", 94.6},
        .volume_factor = {"3", 3},
        .particle_factor = {"2.8", 2.8},
        .particle_factor_uncertainty = {"0.396", 0.396},
        .donors = {1, donors},
        .potency = "none",
    };
}

static struct arena *arena_of(void **state)
{
    return *state;
}

static const struct claim *one(struct arena *arena, const struct claim_facts *facts)
{
    struct rows *claims = arena_take(arena, sizeof *claims);
    claim_judge(arena, facts, claims);
    assert_int_equal(claims->count, 1);
    return claims->items;
}

static void expect(struct arena *arena, const char *text, const char *verdict, const char *rule,
                   const char *printed)
{
    const struct claim_facts facts = facts_of(text);
    const struct claim *claim = one(arena, &facts);
    assert_string_equal(claim->verdict, verdict);
    assert_string_equal(claim->rule, rule);
    assert_string_equal(claim->may_print_ja, printed);
}

static void every_row_of_the_claim_table_is_answered_from_the_record(void **state)
{
    struct arena *arena = arena_of(state);
    expect(arena, "純度99%", "unsupported", "PR-03.definition/1",
           "粒子数/タンパク質比 1.19e8 /µg (NTA、タンパク質定量)");
    expect(arena, "3倍濃縮", "in_part", "PR-03.factor/1",
           "体積濃縮倍率 3.00、粒子濃縮倍率 2.80 ± 0.40 (k = 1)");
    expect(arena, "エクソソーム", "unsupported", "PR-02.origin/1",
           "EV 含有 濃縮培養上清 (small EV < 200 nm, NTA: 50-400 nm 94.6 %)");
    expect(arena, "若い日本人ドナー", "unsupported", "DN-19.donor/1", "採取時26歳、身元確認済");
    expect(arena, "M2マクロファージ活性", "unsupported", "QC-18.potency/1", "力価: 未確立");
}

static void width_case_and_blanks_hide_no_claim(void **state)
{
    struct arena *arena = arena_of(state);
    static const char *const texts[] = {
        "ｴｸｿｿｰﾑ",        "エクソ ソーム", "EXO-SOMES", "ｅｘｏｓｏｍｅ", "エクソ\xe2\x80\x8bソーム",
        "エクソ・ソーム"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct claim_facts facts = facts_of(texts[i]);
        assert_string_equal(one(arena, &facts)->kind, "origin");
    }
    assert_string_equal(text_fold(arena, NULL), "");
    assert_string_equal(text_fold(arena, "\xff"), "");
    assert_string_equal(text_fold(arena, "純度９９．５％"), "純度99.5%");
}

static void several_claims_come_in_the_order_of_their_rules(void **state)
{
    struct arena *arena = arena_of(state);
    struct rows claims;
    const struct claim_facts facts = facts_of("エクソソーム 純度99%");
    claim_judge(arena, &facts, &claims);
    assert_int_equal(claims.count, 2);
    assert_string_equal(claim_against(arena, &claims), "PR-02.origin/1 PR-03.definition/1");
    assert_non_null(strstr(claim_tell(arena, &claims), "1.19e8"));
}

static void a_factor_is_held_against_the_volume_factor(void **state)
{
    struct arena *arena = arena_of(state);
    static const struct {
        const char *text;
        const char *verdict;
    } cases[] = {{"3倍濃縮", "in_part"},       {"3.0倍濃縮", "in_part"},
                 {"3.1倍濃縮", "unsupported"}, {"2倍濃縮", "unsupported"},
                 {"4倍濃縮", "unsupported"},   {"倍濃縮", "unsupported"},
                 {"３倍濃縮", "in_part"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct claim_facts facts = facts_of(cases[i].text);
        assert_string_equal(one(arena, &facts)->verdict, cases[i].verdict);
    }
}

static void evidence_on_record_supports_a_claim(void **state)
{
    struct arena *arena = arena_of(state);
    struct claim_facts facts = facts_of("純度 98.5 % エクソソーム 活性");
    struct rows claims;
    facts.origin = "AS-0090";
    facts.potency = "AS-0091";
    facts.purity_definition = "EV markers over all particles, flow cytometry";
    facts.purity_percent = (struct real){"98.46", 98.46};
    claim_judge(arena, &facts, &claims);
    assert_int_equal(claims.count, 3);
    assert_string_equal(claim_against(arena, &claims), "");
    facts.purity_percent = (struct real){"98.44", 98.44};
    claim_judge(arena, &facts, &claims);
    assert_string_equal(claim_against(arena, &claims), "PR-03.definition/1");
}

static void a_true_number_does_not_carry_another_beside_it(void **state)
{
    struct arena *arena = arena_of(state);
    struct rows claims;
    struct claim_facts facts = facts_of("純度 98.5 % 高純度 99.9 %");
    facts.purity_definition = "EV markers over all particles, flow cytometry";
    facts.purity_percent = (struct real){"98.46", 98.46};
    claim_judge(arena, &facts, &claims);
    assert_string_equal(claim_against(arena, &claims), "PR-03.definition/1");
    facts.text = "純度 98.5 % 純度 98.5 %";
    claim_judge(arena, &facts, &claims);
    assert_string_equal(claim_against(arena, &claims), "");
}

static void what_the_record_offers_may_be_printed_as_it_is(void **state)
{
    struct arena *arena = arena_of(state);
    struct rows claims;
    const struct claim_facts facts = facts_of("力価: 未確立 / 採取時26歳、身元確認済");
    claim_judge(arena, &facts, &claims);
    assert_int_equal(claims.count, 0);
}

static void a_text_without_claims_has_none(void **state)
{
    struct arena *arena = arena_of(state);
    struct rows claims;
    const struct claim_facts facts = facts_of("EV 含有 濃縮培養上清");
    claim_judge(arena, &facts, &claims);
    assert_int_equal(claims.count, 0);
    assert_string_equal(claim_against(arena, &claims), "");
}

static void without_signed_words_nothing_is_known(void **state)
{
    struct arena *arena = arena_of(state);
    struct rows claims;
    struct claim_facts facts = facts_of("x");
    facts.words = (struct rows){0, NULL};
    claim_judge(arena, &facts, &claims);
    assert_int_equal(claims.count, 5);
    assert_string_equal(ROWS(claims, struct claim)[0].verdict, "unknown");
    assert_true(claim_has_kind(arena, &facts.words, "origin", "x"));
}

static void unknown_figures_print_nothing(void **state)
{
    struct arena *arena = arena_of(state);
    struct claim_facts facts = facts_of("3倍濃縮");
    facts.volume_factor = (struct real){0};
    assert_null(one(arena, &facts)->may_print_ja);
    facts = facts_of("若い");
    facts.donors.count = 0;
    assert_null(one(arena, &facts)->may_print_ja);
}

static void figures_are_rounded_and_never_cut(void **state)
{
    struct arena *arena = arena_of(state);
    static const struct {
        double value;
        const char *text;
    } cases[] = {{94.64, "94.6"}, {1.18902e8, "1.19e8"}, {0.10, "0.100"}, {7.3, "7.30"},
                 {298, "298"},    {2.5e-5, "2.50e-5"},   {0, "0.00"},     {6000, "6000"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct real real = {"x", cases[i].value};
        assert_string_equal(figure_print(arena, &real, 3), cases[i].text);
    }
    const struct real entered = {"0.10", 0.10};
    assert_string_equal(figure_entered(arena, &entered), "0.10");
}

static int open_arena(void **state)
{
    *state = arena_open((size_t)16 << 20);
    return 0;
}
static int close_arena(void **state)
{
    arena_close(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_of_the_claim_table_is_answered_from_the_record),
        cmocka_unit_test(width_case_and_blanks_hide_no_claim),
        cmocka_unit_test(several_claims_come_in_the_order_of_their_rules),
        cmocka_unit_test(a_factor_is_held_against_the_volume_factor),
        cmocka_unit_test(evidence_on_record_supports_a_claim),
        cmocka_unit_test(a_true_number_does_not_carry_another_beside_it),
        cmocka_unit_test(what_the_record_offers_may_be_printed_as_it_is),
        cmocka_unit_test(a_text_without_claims_has_none),
        cmocka_unit_test(without_signed_words_nothing_is_known),
        cmocka_unit_test(unknown_figures_print_nothing),
        cmocka_unit_test(figures_are_rounded_and_never_cut),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
