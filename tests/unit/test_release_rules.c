/* test_release_rules.c: does a lot leave quarantine only when everything is known and good? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/limit.h"
#include "quality/release.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

enum { TESTS = 3, DONORS = 2 };

struct example {
    struct arena *arena;
    struct release_test tests[TESTS];
    struct release_donor donors[DONORS];
    struct release_facts facts;
};

static int example_make(void **state)
{
    struct arena *arena = arena_open((size_t)64 << 20);
    struct example *example = arena_take(arena, sizeof *example);
    *example = (struct example){
        .arena = arena,
        .tests = {{"particles_per_ml", "met", NULL, NULL},
                  {"median_nm", "met", NULL, NULL},
                  {"sterility", "met", NULL, NULL}},
        .donors = {{"D-0001", "eligible"}, {"D-0003", "eligible"}},
        .facts = {.kind = "product",
                  .report = "received",
                  .holds = {true, 0},
                  .makers = "OP1 OP2 BK1",
                  .releaser = "QA1",
                  .today = {"2025-08-06"},
                  .expires_on = {"2026-06-04"},
                  .oos = "none",
                  .deviations = "none",
                  .environment = "none",
                  .environment_failed = "none",
                  .inspected = "inspected",
                  .labels = "reconciled",
                  .reserve = {{true, 80}, {true, 40}, {"2", 2}}},
    };
    example->facts.tests = (struct rows){TESTS, example->tests};
    example->facts.donors = (struct rows){DONORS, example->donors};
    *state = example;
    return 0;
}

static int example_leave(void **state)
{
    struct example *example = *state;
    arena_close(example->arena);
    return 0;
}

static struct rows judge(struct example *example)
{
    struct rows findings;
    release_judge(example->arena, &example->facts, &findings);
    assert_int_equal(findings.count, RELEASE_JUDGED);
    for (size_t i = 0; i < findings.count; i++)
        assert_string_equal(ROWS(findings, struct finding)[i].rule,
                            i + 1 < RELEASE_JUDGED ? release_rules[i].id : "RS-03.reserve/1");
    return findings;
}

/* One rule has the verdict, and every other one is met. */
static void only(struct example *example, const char *rule, const char *verdict)
{
    struct rows findings = judge(example);
    bool seen = false;
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &ROWS(findings, struct finding)[i];
        bool asked = text_equals(finding->rule, rule);
        seen = seen || asked;
        if (!text_equals(finding->verdict, asked ? verdict : "met"))
            fail_msg("%s is %s (%s)", finding->rule, finding->verdict, finding->fact);
    }
    assert_true(seen);
    assert_int_equal(findings_all_met(&findings), text_equals(verdict, "met"));
}

static void a_lot_with_everything_known_and_good_is_met(void **state)
{
    only(*state, "RL-03.report/1", "met");
}

static void without_a_production_report_the_lot_waits(void **state)
{
    struct example *example = *state;
    example->facts.report = NULL;
    only(example, "RL-03.report/1", "unknown");
    example->facts.report = "";
    only(example, "RL-03.report/1", "unknown");
}

static void every_limit_needs_a_result_that_is_met(void **state)
{
    struct example *example = *state;
    for (size_t i = 0; i < TESTS; i++) {
        example->tests[i].verdict = NULL;
        only(example, "RL-03.tests/1", "unknown");
        example->tests[i].verdict = "unknown";
        only(example, "RL-03.tests/1", "unknown");
        example->tests[i].verdict = "not_met";
        only(example, "RL-03.tests/1", "not_met");
        example->tests[i].verdict = "met";
    }
    example->facts.tests.count = 0;
    only(example, "RL-03.tests/1", "unknown");
}

static void a_failed_test_outranks_a_missing_one(void **state)
{
    struct example *example = *state;
    example->tests[0].verdict = NULL;
    example->tests[2].verdict = "not_met";
    only(example, "RL-03.tests/1", "not_met");
    example->tests[0].verdict = "not_met";
    example->tests[2].verdict = NULL;
    only(example, "RL-03.tests/1", "not_met");
}

static void every_donor_must_be_eligible(void **state)
{
    struct example *example = *state;
    for (size_t i = 0; i < DONORS; i++) {
        example->donors[i].decision = NULL;
        only(example, "DN-06.donor/1", "unknown");
        example->donors[i].decision = "ineligible";
        only(example, "DN-06.donor/1", "not_met");
        example->donors[i].decision = "eligible";
    }
    example->donors[0].decision = NULL;
    example->donors[1].decision = "ineligible";
    only(example, "DN-06.donor/1", "not_met");
    example->facts.donors.count = 0;
    only(example, "DN-06.donor/1", "unknown");
}

/* Open codes, sessions, inspection and labels: none is good, a code is bad, no answer unknown. */
static void whatever_is_open_stops_the_lot(void **state)
{
    struct example *example = *state;
    struct release_facts *facts = &example->facts;
    const struct {
        const char **fact;
        const char *bad;
        const char *good;
        const char *rule;
        const char *verdict;
    } cases[] = {
        {&facts->oos, "OOS-0001", "none", "RL-03.oos/1", "not_met"},
        {&facts->deviations, "DEV-0001 DEV-0002", "none", "RL-03.deviation/1", "not_met"},
        {&facts->environment, "EM-0001", "none", "RL-03.environment/1", "not_met"},
        {&facts->environment_failed, "EM-0001", "none", "RL-03.environment/1", "not_met"},
        {&facts->inspected, "", "inspected", "RL-03.inspection/1", "unknown"},
        {&facts->labels, "", "reconciled", "RL-03.labels/1", "unknown"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        *cases[i].fact = cases[i].bad;
        only(example, cases[i].rule, cases[i].verdict);
        *cases[i].fact = NULL;
        only(example, cases[i].rule, "unknown");
        *cases[i].fact = cases[i].good;
        only(example, cases[i].rule, "met");
    }
}

static void the_reserve_is_the_signed_multiple_of_the_need(void **state)
{
    struct example *example = *state;
    for (int64_t reserve = 79; reserve <= 81; reserve++) {
        example->facts.reserve.reserve.value = reserve;
        only(example, "RS-03.reserve/1", reserve < 80 ? "not_met" : "met");
    }
    example->facts.reserve.needed.known = false;
    only(example, "RS-03.reserve/1", "unknown");
}

static void a_vehicle_comes_from_nobody_and_keeps_no_reserve(void **state)
{
    struct example *example = *state;
    example->facts.kind = "vehicle";
    example->facts.donors.count = 0;
    example->facts.reserve.reserve.value = 0;
    only(example, "DN-06.donor/1", "met");
    example->facts.oos = NULL;
    only(example, "RL-03.oos/1", "unknown");
}

static void what_does_not_apply_is_accepted(void **state)
{
    struct example *example = *state;
    example->tests[1].verdict = "not_applicable";
    only(example, "RL-03.tests/1", "met");
}

static void what_is_missing_is_listed_thing_by_thing(void **state)
{
    struct example *example = *state;
    struct rows missing;
    release_missing(example->arena, &example->facts, &missing);
    assert_int_equal(missing.count, 0);
    example->tests[2] = (struct release_test){.attribute = "mycoplasma", .interim = "AS-0030"};
    example->tests[0].verdict = "not_met";
    example->donors[0].decision = NULL;
    example->facts.report = NULL;
    release_missing(example->arena, &example->facts, &missing);
    const struct finding *rows = missing.items;
    assert_int_equal(missing.count, 4);
    assert_string_equal(rows[0].fact, "production report not received");
    assert_string_equal(rows[1].verdict, "not_met");
    assert_string_equal(rows[2].fact, "mycoplasma: final reading missing, AS-0030 is interim");
    assert_string_equal(rows[3].fact, "donor D-0001 not decided, window open");
    example->tests[2].demand = "video";
    release_missing(example->arena, &example->facts, &missing);
    rows = missing.items;
    assert_string_equal(rows[2].fact, "mycoplasma: video is asked for, and AS-0030 is interim");
}

static void one_hold_stops_the_lot(void **state)
{
    struct example *example = *state;
    example->facts.holds = (struct count){true, 1};
    only(example, "RL-03.holds/1", "not_met");
    example->facts.holds = (struct count){false, 0};
    only(example, "RL-03.holds/1", "unknown");
}

static void whoever_made_it_does_not_release_it(void **state)
{
    static const char *const makers[] = {"OP1", "OP2", "BK1"};
    static const char *const others[] = {"QA1", "OP", "OP11", "P1", "BK"};
    struct example *example = *state;
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        example->facts.releaser = makers[i];
        only(example, "RL-02.maker/1", "not_met");
        assert_true(release_is_own(&example->facts));
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        example->facts.releaser = others[i];
        only(example, "RL-02.maker/1", "met");
        assert_false(release_is_own(&example->facts));
    }
}

static void who_released_and_who_made_it_must_be_known(void **state)
{
    struct example *example = *state;
    static const char *const nobody[] = {NULL, ""};
    for (size_t i = 0; i < 2; i++) {
        example->facts.releaser = nobody[i];
        only(example, "RL-02.maker/1", "unknown");
        example->facts.releaser = "QA1";
        example->facts.makers = nobody[i];
        only(example, "RL-02.maker/1", "unknown");
        example->facts.makers = "OP1";
    }
}

static void the_last_usable_day_still_counts(void **state)
{
    struct example *example = *state;
    example->facts.today.text = "2026-06-03";
    only(example, "RL-03.expiry/1", "met");
    example->facts.today.text = "2026-06-04";
    only(example, "RL-03.expiry/1", "met");
    example->facts.today.text = "2026-06-05";
    only(example, "RL-03.expiry/1", "not_met");
    example->facts.today.text = NULL;
    only(example, "RL-03.expiry/1", "unknown");
    example->facts.today.text = "2025-08-06";
    example->facts.expires_on.text = NULL;
    only(example, "RL-03.expiry/1", "unknown");
    example->facts.expires_on.text = "2026-02-30";
    only(example, "RL-03.expiry/1", "unknown");
}

/* Property: over every mix of known and unknown facts, unknown never passes. */
static void unknown_never_passes(void **state)
{
    enum { FACTS = 9 };
    struct example *example = *state;
    const struct example good = *example;
    for (unsigned mask = 0; mask < 1U << FACTS; mask++) {
        struct arena_mark mark = arena_mark(example->arena);
        *example = good;
        example->facts.report = mask & 1 ? "received" : NULL;
        example->tests[1].verdict = mask & 2 ? "met" : NULL;
        example->tests[2].verdict = mask & 4 ? "met" : "unknown";
        example->donors[1].decision = mask & 8 ? "eligible" : NULL;
        example->facts.holds.known = mask & 16;
        example->facts.makers = mask & 32 ? "OP1" : NULL;
        example->facts.releaser = mask & 64 ? "QA1" : NULL;
        example->facts.today.text = mask & 128 ? "2025-08-06" : NULL;
        example->facts.expires_on.text = mask & 256 ? "2026-06-04" : NULL;
        struct rows findings = judge(example);
        assert_int_equal(findings_all_met(&findings), mask == (1U << FACTS) - 1);
        for (size_t i = 0; i < findings.count; i++)
            assert_string_not_equal(ROWS(findings, struct finding)[i].verdict, "not_met");
        arena_rewind(example->arena, mark);
    }
}

/* Property: a single bad fact refuses whatever else is known or not. */
static void a_bad_fact_is_never_hidden_by_an_unknown_one(void **state)
{
    enum { BAD = 5 };
    struct example *example = *state;
    const struct example good = *example;
    for (unsigned bad = 1; bad < 1U << BAD; bad++)
        for (unsigned unknown = 0; unknown < 1U << BAD; unknown++) {
            struct arena_mark mark = arena_mark(example->arena);
            *example = good;
            if (unknown & 1)
                example->tests[1].verdict = NULL;
            if (unknown & 2)
                example->donors[1].decision = NULL;
            if (unknown & 4)
                example->facts.report = NULL;
            if (bad & 1)
                example->tests[0].verdict = "not_met";
            if (bad & 2)
                example->donors[0].decision = "ineligible";
            if (bad & 4)
                example->facts.holds.value = 2;
            if (bad & 8)
                example->facts.releaser = "OP1";
            if (bad & 16)
                example->facts.today.text = "2027-01-01";
            struct rows findings = judge(example);
            const struct finding *finding = findings.items;
            assert_int_equal(text_equals(finding[1].verdict, "not_met"), bad & 1);
            assert_int_equal(text_equals(finding[2].verdict, "not_met"), (bad >> 1) & 1);
            assert_int_equal(text_equals(finding[3].verdict, "not_met"), (bad >> 2) & 1);
            assert_int_equal(text_equals(finding[4].verdict, "not_met"), (bad >> 3) & 1);
            assert_int_equal(text_equals(finding[5].verdict, "not_met"), (bad >> 4) & 1);
            assert_false(findings_all_met(&findings));
            arena_rewind(example->arena, mark);
        }
}

static struct real real(const char *text)
{
    struct real real = {.text = text};
    if (text)
        assert_true(real_parse(text, &real.value));
    return real;
}

static struct specification_limit range(const char *low, const char *high, const char *rule)
{
    return (struct specification_limit){.attribute = "particles_per_ml",
                                        .low = real(low),
                                        .high = real(high),
                                        .decision_rule = rule};
}

struct reading_row {
    const char *value;
    const char *uncertainty;
    enum verdict verdict;
};

static void reads_as(const struct specification_limit *limit, const struct reading_row *rows,
                     size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct reading reading = {.value = real(rows[i].value),
                                        .uncertainty = real(rows[i].uncertainty)};
        enum verdict verdict = limit_judge(limit, &reading);
        if (verdict != rows[i].verdict)
            fail_msg("%s +/- %s is %s", rows[i].value ? rows[i].value : "unknown",
                     rows[i].uncertainty ? rows[i].uncertainty : "unknown", verdict_word(verdict));
    }
}
#define READS_AS(limit, ...)                                                                       \
    reads_as(limit, (const struct reading_row[]){__VA_ARGS__},                                     \
             sizeof((const struct reading_row[]){__VA_ARGS__}) / sizeof(struct reading_row))

static void by_simple_acceptance_the_value_alone_decides(void **state)
{
    (void)state;
    struct specification_limit limit = range("0.80e10", "1.20e10", "simple");
    READS_AS(&limit, {"7.99e9", NULL, VERDICT_NOT_MET}, {"8e9", NULL, VERDICT_MET},
             {"9.75e9", "9e9", VERDICT_MET}, {"1.2e10", NULL, VERDICT_MET},
             {"1.21875e10", NULL, VERDICT_NOT_MET}, {NULL, "1", VERDICT_UNKNOWN});
    limit.strict = true;
    READS_AS(&limit, {"8e9", NULL, VERDICT_NOT_MET}, {"8.01e9", NULL, VERDICT_MET},
             {"1.2e10", NULL, VERDICT_NOT_MET});
    limit = range(NULL, "0.25", "simple");
    READS_AS(&limit, {"0.10", NULL, VERDICT_MET}, {"0.25", NULL, VERDICT_MET},
             {"0.26", NULL, VERDICT_NOT_MET}, {"-1", NULL, VERDICT_MET});
    limit = range("90", NULL, "simple");
    READS_AS(&limit, {"94.6", NULL, VERDICT_MET}, {"89.9", NULL, VERDICT_NOT_MET});
}

static void by_guarded_acceptance_the_whole_interval_must_meet(void **state)
{
    (void)state;
    const struct specification_limit limit = range("8", "12", "guarded");
    READS_AS(&limit, {"10", "2", VERDICT_MET}, {"10", "2.01", VERDICT_NOT_MET},
             {"9", "1.5", VERDICT_NOT_MET}, {"7", "0", VERDICT_NOT_MET}, {"8", "0", VERDICT_MET},
             {"10", NULL, VERDICT_UNKNOWN}, {NULL, "1", VERDICT_UNKNOWN},
             {"10", "-1", VERDICT_UNKNOWN});
}

static void an_interval_that_straddles_a_limit_is_unknown(void **state)
{
    (void)state;
    struct specification_limit limit = range("8", "12", "interval");
    READS_AS(&limit, {"10", "2", VERDICT_MET}, {"11", "2", VERDICT_UNKNOWN},
             {"9", "2", VERDICT_UNKNOWN}, {"10", "9", VERDICT_UNKNOWN},
             {"14", "1.9", VERDICT_NOT_MET}, {"14", "2", VERDICT_UNKNOWN},
             {"6", "1.9", VERDICT_NOT_MET}, {"6", "2", VERDICT_UNKNOWN},
             {"10", NULL, VERDICT_UNKNOWN}, {NULL, NULL, VERDICT_UNKNOWN});
    limit.strict = true;
    READS_AS(&limit, {"14", "2", VERDICT_NOT_MET}, {"6", "2", VERDICT_NOT_MET},
             {"10", "2", VERDICT_UNKNOWN});
}

static void a_limit_without_a_rule_or_an_end_lets_nothing_pass(void **state)
{
    (void)state;
    struct specification_limit limit = range("8", "12", NULL);
    READS_AS(&limit, {"10", "1", VERDICT_UNKNOWN});
    limit = range("8", "12", "generous");
    READS_AS(&limit, {"10", "1", VERDICT_UNKNOWN});
    limit = range(NULL, NULL, "simple");
    READS_AS(&limit, {"10", "1", VERDICT_UNKNOWN});
    limit = (struct specification_limit){0};
    READS_AS(&limit, {"10", "1", VERDICT_UNKNOWN});
}

/* QC-04.controls/1 */
static void sterility_passes_only_with_passed_controls(void **state)
{
    (void)state;
    static const struct {
        const char *attribute;
        const char *outcome;
        const char *controls;
        enum verdict verdict;
    } rows[] = {
        {"sterility", "no_growth", "passed", VERDICT_MET},
        {"sterility", "no_growth", "failed", VERDICT_UNKNOWN},
        {"sterility", "no_growth", "not_done", VERDICT_UNKNOWN},
        {"sterility", "no_growth", NULL, VERDICT_UNKNOWN},
        {"sterility_rapid", "no_growth", "not_done", VERDICT_UNKNOWN},
        {"sterility", "growth", "passed", VERDICT_NOT_MET},
        {"sterility", "growth", "failed", VERDICT_NOT_MET},
        {"sterility", NULL, "passed", VERDICT_UNKNOWN},
        {"mycoplasma", "no_growth", "not_done", VERDICT_MET},
        {"mycoplasma", "no_growth", NULL, VERDICT_MET},
        {"mycoplasma", "no_growth", "failed", VERDICT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct specification_limit limit = {
            .attribute = rows[i].attribute, .outcome = "no_growth", .decision_rule = "simple"};
        const struct reading reading = {.outcome = rows[i].outcome, .controls = rows[i].controls};
        assert_int_equal(limit_judge(&limit, &reading), rows[i].verdict);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, example_make, example_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lot_with_everything_known_and_good_is_met),
        TEST(without_a_production_report_the_lot_waits),
        TEST(every_limit_needs_a_result_that_is_met),
        TEST(a_failed_test_outranks_a_missing_one),
        TEST(every_donor_must_be_eligible),
        TEST(whatever_is_open_stops_the_lot),
        TEST(the_reserve_is_the_signed_multiple_of_the_need),
        TEST(a_vehicle_comes_from_nobody_and_keeps_no_reserve),
        TEST(what_does_not_apply_is_accepted),
        TEST(what_is_missing_is_listed_thing_by_thing),
        TEST(one_hold_stops_the_lot),
        TEST(whoever_made_it_does_not_release_it),
        TEST(who_released_and_who_made_it_must_be_known),
        TEST(the_last_usable_day_still_counts),
        TEST(unknown_never_passes),
        TEST(a_bad_fact_is_never_hidden_by_an_unknown_one),
        cmocka_unit_test(by_simple_acceptance_the_value_alone_decides),
        cmocka_unit_test(by_guarded_acceptance_the_whole_interval_must_meet),
        cmocka_unit_test(an_interval_that_straddles_a_limit_is_unknown),
        cmocka_unit_test(a_limit_without_a_rule_or_an_end_lets_nothing_pass),
        cmocka_unit_test(sterility_passes_only_with_passed_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
