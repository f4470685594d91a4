/* test_quality_rules.c: do the rules of quality control answer rightly at their limits? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/assay.h"
#include "quality/derivation.h"
#include "quality/marker.h"
#include "quality/oos.h"
#include "quality/reserve.h"
#include "quality/stability.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_open((size_t)1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_close(arena);
    return 0;
}

/* none where the rule was not asked. */
static const char *verdict(const struct rows *findings, const char *rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equals(ROWS(*findings, const struct finding)[i].rule, rule))
            return ROWS(*findings, const struct finding)[i].verdict;
    return "none";
}

static const char *reserved(int64_t reserve, int64_t needed, const char *least)
{
    struct rows findings;
    const struct reserve_facts facts = {{true, reserve}, {true, needed}, {least, 2}};
    reserve_judge(arena, &facts, &findings);
    return verdict(&findings, "RS-03.reserve/1");
}

static void a_reserve_is_at_least_the_signed_multiple(void **state)
{
    (void)state;
    assert_string_equal(reserved(79, 40, "2"), "not_met");
    assert_string_equal(reserved(80, 40, "2"), "met");
    assert_string_equal(reserved(81, 40, "2"), "met");
    assert_string_equal(reserved(80, 0, "2"), "unknown");
    assert_string_equal(reserved(80, 40, NULL), "unknown");
    const struct reserve_facts facts = {{true, 70}, {true, 40}, {"2", 2}};
    assert_string_equal(reserve_factor(arena, &facts).text, "1.75");
}

static struct real number(const char *text)
{
    struct real real = {text, 0};
    if (text)
        assert_true(real_parse(text, &real.value));
    return real;
}

static const char *limited(const struct specification_limit *limit, const char *value)
{
    const struct reading reading = {.value = number(value), .controls = "passed"};
    return verdict_word(limit_judge(limit, &reading));
}

/* The limits of the story's specification, each at the limit and one unit to both sides. */
static void a_limit_is_held_at_the_limit_and_beside_it(void **state)
{
    static const struct {
        const char *low, *high;
        bool strict;
        const char *met, *outside;
    } limits[] = {
        {"0.80e10", "1.20e10", false, "0.80e10 0.81e10 1.19e10 1.20e10", "0.79e10 1.21e10"},
        {NULL, "0.25", true, "0.24", "0.25 0.26"},
        {"90", NULL, true, "90.1", "90 89.9"},
        {NULL, "120", false, "119 120", "121"},
        {"5.0e7", NULL, false, "5.0e7 5.1e7", "4.9e7"},
        {NULL, "6000", false, "5999 6000", "6001"},
        {NULL, "600", false, "599 600", "601"},
        {"7.0", "7.6", false, "7.0 7.1 7.5 7.6", "6.9 7.7"},
        {"270", "330", false, "270 271 329 330", "269 331"},
        {"1.00", NULL, false, "1.00 1.01", "0.99"},
        {NULL, "5", false, "4.9 5", "5.1"},
        {"85", NULL, false, "85 85.1", "84.9"},
        {NULL, "0", false, "0", "1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        const struct specification_limit limit = {.attribute = "example",
                                                  .low = number(limits[i].low),
                                                  .high = number(limits[i].high),
                                                  .strict = limits[i].strict,
                                                  .decision_rule = "simple"};
        size_t count = 0;
        const char **words = text_split(arena, limits[i].met, ' ', &count);
        for (size_t j = 0; j < count; j++)
            assert_string_equal(limited(&limit, words[j]), "met");
        words = text_split(arena, limits[i].outside, ' ', &count);
        for (size_t j = 0; j < count; j++)
            assert_string_equal(limited(&limit, words[j]), "not_met");
        assert_string_equal(limited(&limit, NULL), "unknown");
    }
}

static const char *seen(const char *asked, const char *outcome)
{
    const struct specification_limit limit = {
        .attribute = "antibiotic_residue", .outcome = asked, .decision_rule = "simple"};
    const struct reading reading = {.outcome = outcome};
    return verdict_word(limit_judge(&limit, &reading));
}

static void not_applicable_passes_only_where_it_is_allowed(void **state)
{
    (void)state;
    assert_string_equal(seen("not_detected", "not_applicable"), "not_met");
    assert_string_equal(seen("not_applicable_allowed", "not_applicable"), "met");
    assert_string_equal(seen("not_applicable_allowed", "not_detected"), "unknown");
    assert_string_equal(seen("not_detected:not_applicable_allowed", "not_applicable"), "met");
    assert_string_equal(seen("not_detected:not_applicable_allowed", "not_detected"), "met");
    assert_string_equal(seen("not_detected:not_applicable_allowed", "detected"), "not_met");
    assert_string_equal(seen("not_detected:not_applicable_allowed", "not_applicable_allowed"),
                        "not_met");
    assert_string_equal(seen("not_detected", NULL), "unknown");
}

static const char *below(const char *low, const char *high, const char *loq)
{
    struct rows findings;
    const struct assay_facts facts = {.attribute = "protein",
                                      .value = number("0.01"),
                                      .loq = number(loq),
                                      .limit_low = number(low),
                                      .limit_high = number(high)};
    assay_judge(arena, &facts, &findings);
    return verdict(&findings, "QC-21.loq/1");
}

static void below_quantification_only_a_higher_limit_is_met(void **state)
{
    (void)state;
    assert_string_equal(below(NULL, "0.25", "0.05"), "met");
    assert_string_equal(below(NULL, "0.25", "0.25"), "met");
    assert_string_equal(below(NULL, "0.25", "0.26"), "unknown");
    assert_string_equal(below("0.01", NULL, "0.05"), "unknown");
    assert_string_equal(below(NULL, "0.25", "0.01"), "none"); /* not below */
    assert_string_equal(below(NULL, "0.25", NULL), "none");
}

static const char *after_days(const char *attribute, const char *rule, int64_t days, int64_t least)
{
    struct rows findings;
    const struct assay_facts facts = {
        .attribute = attribute, .days = {true, days}, .days_least = {least > 0, least}};
    assay_judge(arena, &facts, &findings);
    return verdict(&findings, rule);
}

static void slow_tests_are_read_on_their_last_day(void **state)
{
    (void)state;
    assert_string_equal(after_days("sterility", "QC-03.days/1", 13, 14), "not_met");
    assert_string_equal(after_days("sterility", "QC-03.days/1", 14, 14), "met");
    assert_string_equal(after_days("sterility", "QC-03.days/1", 15, 14), "met");
    assert_string_equal(after_days("sterility", "QC-03.days/1", 14, 0), "unknown");
    assert_string_equal(after_days("mycoplasma", "QC-09.days/1", 27, 28), "not_met");
    assert_string_equal(after_days("mycoplasma", "QC-09.days/1", 28, 28), "met");
    assert_string_equal(after_days("mycoplasma", "QC-09.days/1", 29, 28), "met");
    assert_string_equal(after_days("protein", "QC-09.days/1", 0, 28), "none");
}

static void an_early_reading_is_interim_unless_it_fails(void **state)
{
    struct rows findings;
    struct assay_facts facts = {
        .attribute = "mycoplasma", .days = {true, 27}, .days_least = {true, 28}};
    (void)state;
    assay_judge(arena, &facts, &findings);
    assert_true(assay_is_interim("met", &findings));
    assert_string_equal(assay_verdict("met", &findings), "unknown");
    assert_false(assay_is_interim("not_met", &findings));
    assert_string_equal(assay_verdict("not_met", &findings), "not_met");
    facts.days.value = 28;
    assay_judge(arena, &facts, &findings);
    assert_false(assay_is_interim("met", &findings));
    assert_string_equal(assay_verdict("met", &findings), "met");
}

static const char *run_of(const char *positive, const char *negative)
{
    struct rows findings;
    const struct assay_facts facts = {
        .attribute = "sterility", .positive_control = positive, .negative_control = negative};
    assay_judge(arena, &facts, &findings);
    return verdict(&findings, "QC-04.run/1");
}

static void the_positive_control_grows_and_the_negative_does_not(void **state)
{
    (void)state;
    assert_string_equal(run_of("grew", "did_not_grow"), "met");
    assert_string_equal(run_of("did_not_grow", "did_not_grow"), "not_met");
    assert_string_equal(run_of("grew", "grew"), "not_met");
    assert_string_equal(run_of("grew", NULL), "unknown");
    assert_string_equal(run_of(NULL, NULL), "unknown");
}

static const char *recovered(const char *percent)
{
    struct rows findings;
    const struct assay_facts facts = {.attribute = "endotoxin_eu_per_ml",
                                      .spike_recovery_percent = number(percent),
                                      .spike_least_percent = number("50"),
                                      .spike_most_percent = number("200")};
    assay_judge(arena, &facts, &findings);
    return verdict(&findings, "QC-08.spike/1");
}

static void the_spike_is_found_again(void **state)
{
    (void)state;
    assert_string_equal(recovered("49"), "not_met");
    assert_string_equal(recovered("50"), "met");
    assert_string_equal(recovered("51"), "met");
    assert_string_equal(recovered("199"), "met");
    assert_string_equal(recovered("200"), "met");
    assert_string_equal(recovered("201"), "not_met");
    assert_string_equal(recovered(NULL), "unknown");
}

static const char *marked(const char *positives, const char *negatives, const char *contaminant)
{
    struct rows findings;
    const struct marker_facts facts = {positives,     negatives, contaminant, "CD9 CD63 CD81",
                                       "TSG101 ALIX", "albumin", "CANX GM130"};
    marker_judge(arena, &facts, &findings);
    return arena_print(arena, "%s %s %s", verdict(&findings, "QC-14.categories/1"),
                       verdict(&findings, "QC-15.contaminant/1"), marker_outcome(&findings));
}

static void three_tetraspanins_are_not_complete(void **state)
{
    struct rows findings;
    const struct marker_facts unsigned_lists = {.positives = "CD9 CD63 TSG101"};
    (void)state;
    assert_string_equal(marked("CD9 CD63 CD81", NULL, "albumin"), "not_met met not_complete");
    assert_string_equal(marked("CD9 CD63 CD81 TSG101", "CANX", NULL), "met met complete");
    assert_string_equal(marked("CD9 CD63 TSG101", NULL, "albumin"), "met met complete");
    assert_string_equal(marked("CD9 TSG101", NULL, "albumin"), "not_met met not_complete");
    assert_string_equal(marked("CD9 CD63 TSG101", NULL, NULL), "met not_met not_complete");
    assert_string_equal(marked("CD9 TSG101 WORD", "CANX", NULL), "not_met met not_complete");
    marker_judge(arena, &unsigned_lists, &findings);
    assert_string_equal(verdict(&findings, "QC-14.categories/1"), "unknown");
}

static const char *pulled(const char *on, int64_t window)
{
    struct rows findings;
    const struct pull_facts facts = {.due_on = {"2025-07-07"},
                                     .pulled_on = {on},
                                     .window_days = {window >= 0, window},
                                     .planned = {true, 5},
                                     .pulled = {true, 5}};
    stability_judge(arena, &facts, &findings);
    assert_string_equal(verdict(&findings, "QC-24.vials/1"), "met");
    return verdict(&findings, "QC-24.window/1");
}

static void a_pull_lies_within_its_window(void **state)
{
    struct rows findings;
    struct pull_facts facts = {.planned = {true, 5}, .pulled = {true, 4}};
    (void)state;
    assert_string_equal(pulled("2025-06-29", 7), "not_met");
    assert_string_equal(pulled("2025-06-30", 7), "met");
    assert_string_equal(pulled("2025-07-14", 7), "met");
    assert_string_equal(pulled("2025-07-15", 7), "not_met");
    assert_string_equal(pulled("2025-07-07", -1), "unknown");
    stability_judge(arena, &facts, &findings);
    assert_string_equal(verdict(&findings, "QC-24.vials/1"), "not_met");
    facts.pulled.value = 6;
    stability_judge(arena, &facts, &findings);
    assert_string_equal(verdict(&findings, "QC-24.vials/1"), "not_met");
}

static bool is_about(double expected, const char *text)
{
    double off = number(text).value - expected;
    return off < 0.0005 * expected && -off < 0.0005 * expected;
}

static void the_first_value_hides_in_the_mean_of_all(void **state)
{
    struct oos_retest retests[] = {{.value = number("9.60e9"), .verdict = "met"},
                                   {.value = number("9.80e9"), .verdict = "met"},
                                   {.value = number("9.85e9"), .verdict = "met"}};
    const struct rows rows = {3, retests};
    const struct rows none = {0};
    struct rows findings;
    struct oos oos = {0};
    (void)state;
    oos_spread(arena, &rows, &oos);
    assert_true(is_about(9.75e9, oos.mean.text));
    assert_true(is_about(1.3229e8, oos.deviation.text));
    assert_true(is_about(1.3568, oos.variation_percent.text));
    assert_true(is_about(1.0359e10, oos_mean_of_all(arena, &rows, number("1.21875e10")).text));
    assert_null(oos_mean_of_all(arena, &rows, (struct real){0}).text);
    retest_judge(arena, &rows, &findings);
    assert_string_equal(verdict(&findings, "QC-22.every_inside/1"), "met");
    retests[1].verdict = "not_met";
    retest_judge(arena, &rows, &findings);
    assert_string_equal(verdict(&findings, "QC-22.every_inside/1"), "not_met");
    retests[1].verdict = "unknown";
    retest_judge(arena, &rows, &findings);
    assert_string_equal(verdict(&findings, "QC-22.every_inside/1"), "unknown");
    retest_judge(arena, &none, &findings);
    assert_string_equal(verdict(&findings, "QC-22.every_inside/1"), "unknown");
}

static const char *closed(const struct closing_facts *facts)
{
    struct rows findings;
    closing_judge(arena, facts, &findings);
    return findings_unmet(arena, &findings);
}

static void a_first_value_falls_only_with_its_cause(void **state)
{
    struct closing_facts facts = {"invalidated", "dilution_error", "pipette log", "reported", "met",
                                  "met"};
    (void)state;
    assert_string_equal(closed(&facts), "");
    facts.cause = "none_found";
    assert_string_equal(closed(&facts), "QC-22.cause/1");
    facts.cause = "dilution_error";
    facts.evidence = NULL;
    assert_string_equal(closed(&facts), "QC-22.cause/1");
    facts.evidence = "pipette log";
    facts.mean_verdict = "not_met";
    assert_string_equal(closed(&facts), "QC-22.report/1");
    facts.mean_verdict = "met";
    facts.status = "retested";
    assert_string_equal(closed(&facts), "QC-22.report/1");
    facts.status = "open";
    assert_string_equal(closed(&facts), "QC-22.order/1 QC-22.report/1");
    const struct closing_facts confirmed = {.conclusion = "confirmed", .status = "checked"};
    assert_string_equal(closed(&confirmed), "");
}

static void a_derived_value_follows_from_its_sources(void **state)
{
    struct rows findings;
    struct derivation_facts facts = {"a / b", number("9.75e9"), number("82.0"),
                                     number("118902439.02439024")};
    (void)state;
    derivation_judge(arena, &facts, &findings);
    assert_string_equal(verdict(&findings, "QC-12.derived/1"), "met");
    facts.value = number("118902440");
    derivation_judge(arena, &facts, &findings);
    assert_string_equal(verdict(&findings, "QC-12.derived/1"), "not_met");
    facts.under = (struct real){0};
    derivation_judge(arena, &facts, &findings);
    assert_string_equal(verdict(&findings, "QC-12.derived/1"), "unknown");
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(a_reserve_is_at_least_the_signed_multiple),
        RULE(a_limit_is_held_at_the_limit_and_beside_it),
        RULE(not_applicable_passes_only_where_it_is_allowed),
        RULE(below_quantification_only_a_higher_limit_is_met),
        RULE(slow_tests_are_read_on_their_last_day),
        RULE(an_early_reading_is_interim_unless_it_fails),
        RULE(the_positive_control_grows_and_the_negative_does_not),
        RULE(the_spike_is_found_again),
        RULE(three_tetraspanins_are_not_complete),
        RULE(a_pull_lies_within_its_window),
        RULE(the_first_value_hides_in_the_mean_of_all),
        RULE(a_first_value_falls_only_with_its_cause),
        RULE(a_derived_value_follows_from_its_sources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
