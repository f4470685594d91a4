/* test_label_rules.c: which labels may be printed, and what fits on them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/claim.h"
#include "quality/label_sheet.h"
#include "test.h"

#include <string.h>

static const struct label_content whole = {
    .product = "XP-AD",
    .class_name = "濃縮培養上清",
    .lot = "L-25-001",
    .volume = "1.05 mL",
    .particles = "1.02e10 粒子/本 (NTA AS-0021)",
    .storage = "≤ -60 °C",
    .expiry = "2026-06-04",
    .after_thaw = "融解後 120 分以内に使用・再凍結不可",
    .routes = "点滴静注・注射",
    .tissue = "脂肪組織",
    .maker = "みなも細胞製造所(架空) Minamo Cell Works",
};

static struct label_facts good(void)
{
    return (struct label_facts){.kind = "release",
                                .status = "released",
                                .inspected = "inspected",
                                .unfit = {true, 0},
                                .holds = {true, 0},
                                .missing = "none",
                                .says_origin = "no"};
}

static struct arena *arena_of(void **state)
{
    return *state;
}

static void expect(struct arena *arena, const struct label_facts *facts, const char *unmet)
{
    struct rows findings;
    label_judge(arena, facts, &findings);
    const char *ids = findings_unmet(arena, &findings);
    assert_string_equal(ids ? ids : "", unmet);
}

static void a_released_and_inspected_lot_gets_its_labels(void **state)
{
    const struct label_facts facts = good();
    expect(arena_of(state), &facts, "");
}

static void one_rejected_vial_stops_the_sheet(void **state)
{
    struct label_facts facts = good();
    facts.unfit.value = 1;
    expect(arena_of(state), &facts, "PR-09.vials/1");
    facts.unfit.known = false;
    expect(arena_of(state), &facts, "PR-09.vials/1");
    facts = good();
    facts.inspected = NULL;
    expect(arena_of(state), &facts, "PR-09.vials/1");
}

static void one_hold_or_no_release_stops_the_sheet(void **state)
{
    struct label_facts facts = good();
    facts.holds.value = 1;
    expect(arena_of(state), &facts, "PR-09.released/1");
    facts = good();
    facts.status = "quarantine";
    expect(arena_of(state), &facts, "PR-09.released/1");
    facts.status = NULL;
    expect(arena_of(state), &facts, "PR-09.released/1");
}

static void labels_under_test_need_no_release_but_no_rejected_lot(void **state)
{
    struct label_facts facts = good();
    facts.kind = "in_process";
    facts.status = "quarantine";
    facts.inspected = NULL;
    expect(arena_of(state), &facts, "");
    facts.status = "rejected";
    expect(arena_of(state), &facts, "PR-09.released/1");
}

static void an_origin_in_print_stops_the_sheet(void **state)
{
    struct label_facts facts = good();
    facts.says_origin = "yes";
    expect(arena_of(state), &facts, "PR-02.printed/1");
    facts.says_origin = NULL;
    expect(arena_of(state), &facts, "PR-02.printed/1");
}

static void every_claim_of_the_text_is_a_finding(void **state)
{
    struct label_facts facts = good();
    struct claim claims[] = {
        {.kind = "origin", .verdict = "unsupported", .rule = "PR-02.origin/1", .why = "none"},
        {.kind = "purity", .verdict = "supported", .rule = "PR-03.definition/1", .why = "signed"},
        {.kind = "donor", .verdict = "unknown", .rule = "DN-19.donor/1", .why = "no words"}};
    facts.claims = (struct rows){3, claims};
    expect(arena_of(state), &facts, "PR-02.origin/1 DN-19.donor/1");
}

static void what_the_minimum_lacks_is_named(void **state)
{
    struct arena *arena = arena_of(state);
    struct label_content content = whole;
    struct label_facts facts = good();
    assert_string_equal(label_missing(arena, &content, "release"), "none");
    content.particles = NULL;
    content.expiry = "";
    facts.missing = label_missing(arena, &content, "release");
    assert_string_equal(facts.missing, "particles_per_vial expiry");
    expect(arena, &facts, "PR-09.minimum/1");
    assert_string_equal(label_missing(arena, &content, "in_process"), "none");
    content.maker = NULL;
    assert_string_equal(label_missing(arena, &content, "in_process"), "maker");
}

static bool draw(struct arena *arena, struct fault *fault, const struct label_content *content,
                 struct rows *bytes)
{
    const struct label_sheet sheet = {content,    "release", "2025-08-06T10:00:00+09:00",
                                      WORDING_JA, 1,         45};
    const unsigned char *made = NULL;
    *fault = (struct fault){0};
    bool drawn = label_draw(arena, fault, &sheet, &made, &bytes->count);
    bytes->items = arena_text(arena, (const char *)made, drawn ? bytes->count : 0);
    return drawn;
}

static void a_text_without_room_is_refused_and_never_cut(void **state)
{
    struct arena *arena = arena_of(state);
    struct label_content content = whole;
    struct fault fault;
    struct rows bytes;
    assert_true(draw(arena, &fault, &content, &bytes));
    content.text = "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
                   "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 "
                   "0123456789 0123456789 0123456789";
    assert_false(draw(arena, &fault, &content, &bytes));
    assert_string_equal(fault.field, "text");
    content = whole;
    content.lot = "L-25-001-WITH-A-LONG-CODE";
    assert_false(draw(arena, &fault, &content, &bytes));
    assert_string_equal(fault.field, "lot");
}

static void the_same_data_give_the_same_bytes(void **state)
{
    struct arena *arena = arena_of(state);
    struct label_content content = whole;
    struct fault fault;
    struct rows one;
    struct rows other;
    assert_true(draw(arena, &fault, &content, &one));
    assert_true(draw(arena, &fault, &content, &other));
    assert_int_equal(one.count, other.count);
    assert_memory_equal(one.items, other.items, one.count);
    content.expiry = "2026-06-05";
    assert_true(draw(arena, &fault, &content, &other));
    assert_true(one.count != other.count || memcmp(one.items, other.items, one.count) != 0);
}

static int open_arena(void **state)
{
    *state = arena_open((size_t)64 << 20);
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
        cmocka_unit_test(a_released_and_inspected_lot_gets_its_labels),
        cmocka_unit_test(one_rejected_vial_stops_the_sheet),
        cmocka_unit_test(one_hold_or_no_release_stops_the_sheet),
        cmocka_unit_test(labels_under_test_need_no_release_but_no_rejected_lot),
        cmocka_unit_test(an_origin_in_print_stops_the_sheet),
        cmocka_unit_test(every_claim_of_the_text_is_a_finding),
        cmocka_unit_test(what_the_minimum_lacks_is_named),
        cmocka_unit_test(a_text_without_room_is_refused_and_never_cut),
        cmocka_unit_test(the_same_data_give_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
