/* test_calibration.c: is a calibration judged by its beads, and does the newest one hold? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/calibration.h"

#include "quality/limit.h"

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

static struct real number(const char *text)
{
    struct real real = {text, 0};
    if (text)
        assert_true(real_parse(text, &real.value));
    return real;
}

/* Beads of 100.0 nm and 1e10 per ml, found as they are. */
static struct calibration_facts good(void)
{
    return (struct calibration_facts){
        .done_on = {"2025-06-04"},
        .beads_expire_on = {"2025-12-31"},
        .nominal_nm = number("100"),
        .nominal_uncertainty_nm = number("0"),
        .measured_nm = number("100"),
        .measured_uncertainty_nm = number("0"),
        .size_most_percent = number("5"),
        .certified_per_ml = number("1e10"),
        .certified_uncertainty_per_ml = number("0"),
        .measured_per_ml = number("1e10"),
        .measured_uncertainty_per_ml = number("0"),
        .number_most_percent = number("25"),
    };
}

/* The rule alone answers so, and every other one is met. */
static void expect(const struct calibration_facts *facts, const char *rule, const char *verdict)
{
    struct rows findings;
    size_t asked = 0;
    calibration_judge(arena, facts, &findings);
    assert_int_equal(findings.count, 3);
    for (size_t i = 0; i < findings.count; i++) {
        const struct finding *finding = &ROWS(findings, const struct finding)[i];
        asked += text_equals(finding->rule, rule);
        assert_string_equal(finding->verdict, text_equals(finding->rule, rule) ? verdict : "met");
    }
    assert_int_equal(asked, 1);
}

static void a_bias_is_held_at_the_tolerance_and_beside_it(void **state)
{
    static const struct {
        const char *nm, *per_ml, *rule, *verdict;
    } rows[] = {
        {"105", "1e10", "QC-26.size/1", "met"},
        {"105.01", "1e10", "QC-26.size/1", "not_met"},
        {"95", "1e10", "QC-26.size/1", "met"},
        {"94.99", "1e10", "QC-26.size/1", "not_met"},
        {"100", "1.25e10", "QC-26.number/1", "met"},
        {"100", "1.26e10", "QC-26.number/1", "not_met"},
        {"100", "0.75e10", "QC-26.number/1", "met"},
        {"100", "0.74e10", "QC-26.number/1", "not_met"},
        {"100", NULL, "QC-26.number/1", "unknown"},
        {NULL, "1e10", "QC-26.size/1", "unknown"},
        {"100", "0", "QC-26.number/1", "not_met"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct calibration_facts facts = good();
        facts.measured_nm = number(rows[i].nm);
        facts.measured_per_ml = number(rows[i].per_ml);
        expect(&facts, rows[i].rule, rows[i].verdict);
    }
}

/* 3 and 4 % make 5 %, which the tolerance of 5 % just bears. */
static void what_is_less_certain_than_the_tolerance_shows_nothing(void **state)
{
    struct calibration_facts facts = good();
    (void)state;
    facts.nominal_uncertainty_nm = number("3");
    facts.measured_uncertainty_nm = number("4");
    expect(&facts, "QC-26.size/1", "met");
    facts.measured_uncertainty_nm = number("4.01");
    expect(&facts, "QC-26.size/1", "unknown");
    facts = good();
    facts.measured_uncertainty_per_ml = number("0.3e10");
    expect(&facts, "QC-26.number/1", "unknown");
    facts.measured_uncertainty_per_ml = number(NULL);
    expect(&facts, "QC-26.number/1", "unknown");
}

static void without_a_signed_tolerance_nothing_passes(void **state)
{
    struct calibration_facts facts = good();
    (void)state;
    facts.size_most_percent = number(NULL);
    expect(&facts, "QC-26.size/1", "unknown");
    facts = good();
    facts.number_most_percent = number(NULL);
    expect(&facts, "QC-26.number/1", "unknown");
}

static void beads_count_up_to_their_last_day(void **state)
{
    struct calibration_facts facts = good();
    (void)state;
    facts.beads_expire_on.text = "2025-06-04";
    expect(&facts, "QC-26.beads/1", "met");
    facts.beads_expire_on.text = "2025-06-03";
    expect(&facts, "QC-26.beads/1", "not_met");
    facts.beads_expire_on.text = NULL;
    expect(&facts, "QC-26.beads/1", "unknown");
}

static void the_newest_calibration_by_the_day_holds(void **state)
{
    struct calibration made[] = {
        {.code = "C", .done_on = {"2025-06-10"}, .entry = 3},
        {.code = "A", .done_on = {"2025-06-04"}, .entry = 9},
        {.code = "B", .done_on = {"2025-06-10"}, .entry = 4},
    };
    static const struct {
        const char *day, *code;
    } rows[] = {{"2025-06-03", NULL},
                {"2025-06-04", "A"},
                {"2025-06-09", "A"},
                {"2025-06-10", "B"},
                {"2026-01-01", "B"}};
    const struct rows all = {3, made};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct calibration *newest = calibration_newest(&all, (struct date){rows[i].day});
        if (rows[i].code)
            assert_string_equal(newest->code, rows[i].code);
        else
            assert_null(newest);
    }
}

/* Every way of measuring against every demand; unknown and other words never satisfy one. */
static void a_demand_is_met_only_by_what_was_demanded(void **state)
{
    static const char *const ways[] = {NULL, "calibrated_instrument", "video", "other"};
    static const char *const flags[] = {NULL, "unknown", "fine", "warn", "fail"};
    static const char *const demands[] = {NULL, "calibrated_instrument", "video", "other"};
    (void)state;
    for (size_t way = 0; way < 4; way++)
        for (size_t flag = 0; flag < 5; flag++)
            for (size_t demand = 0; demand < 4; demand++)
                for (size_t worst = 2; worst < 4; worst++) {
                    const struct specification_limit limit = {.attribute = "particles_per_ml",
                                                              .high = number("2"),
                                                              .decision_rule = "simple",
                                                              .measured_by = demands[demand],
                                                              .flags_worst = flags[worst]};
                    struct reading reading = {
                        .value = number("1"), .measured_by = ways[way], .worst_flag = flags[flag]};
                    const bool so = demand == 0 || (demand == 1 && (way == 1 || way == 2)) ||
                                    (demand == 2 && way == 2 && flag >= 2 && flag <= worst);
                    assert_int_equal(limit_is_measured_so(&limit, &reading), so);
                    assert_int_equal(limit_judge(&limit, &reading),
                                     so ? VERDICT_MET : VERDICT_UNKNOWN);
                    /* What fails its limit fails whatever measured it. */
                    reading.value = number("3");
                    assert_int_equal(limit_judge(&limit, &reading), VERDICT_NOT_MET);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bias_is_held_at_the_tolerance_and_beside_it),
        cmocka_unit_test(what_is_less_certain_than_the_tolerance_shows_nothing),
        cmocka_unit_test(without_a_signed_tolerance_nothing_passes),
        cmocka_unit_test(beads_count_up_to_their_last_day),
        cmocka_unit_test(the_newest_calibration_by_the_day_holds),
        cmocka_unit_test(a_demand_is_met_only_by_what_was_demanded),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
