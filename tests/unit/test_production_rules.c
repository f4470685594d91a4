/* test_production_rules.c: does each limit between pool and report hold exactly where it was set?
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/balance.h"
#include "manufacture/filter.h"
#include "manufacture/isolation.h"
#include "manufacture/lot_fill.h"
#include "manufacture/lot_report.h"
#include "manufacture/pool.h"

#include <math.h>

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static int arena_make(void **state)
{
    *state = arena_open((size_t)8 << 20);
    return 0;
}

static int arena_leave(void **state)
{
    arena_close(*state);
    return 0;
}

static struct real real(const char *text)
{
    struct real real = {.text = text};
    assert_true(real_parse(text, &real.value));
    return real;
}

/* The verdict on the only rule, or on the one that is named. */
static const char *verdict(const struct rows *findings, const char *rule)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equals(ROWS(*findings, const struct finding)[i].rule, rule))
            return ROWS(*findings, const struct finding)[i].verdict;
    return "not asked";
}

static const char *joined(struct arena *arena, const struct joining_facts *facts, const char *rule)
{
    struct rows findings;
    joining_judge(arena, facts, &findings);
    return verdict(&findings, rule);
}

static void a_pool_is_of_the_specified_tissue_alone(void **state)
{
    struct joining_facts facts = {"adipose", "adipose", {"2025-06-04"}, {"2025-06-04"}, {true, 1}};
    assert_string_equal(joined(*state, &facts, "PR-01.tissue/1"), "met");
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "met");
    facts.tissues = "adipose dental_pulp_permanent";
    assert_string_equal(joined(*state, &facts, "PR-01.tissue/1"), "not_met");
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "not_met");
    facts.tissues = "dental_pulp_permanent";
    assert_string_equal(joined(*state, &facts, "PR-01.tissue/1"), "not_met");
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "not_met");
    facts.tissues = NULL;
    assert_string_equal(joined(*state, &facts, "PR-01.tissue/1"), "unknown");
}

static void a_pool_is_of_one_production_period(void **state)
{
    struct joining_facts facts = {"adipose", "adipose", {"2025-06-04"}, {"2025-06-05"}, {true, 2}};
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "met");
    facts.last_harvest.text = "2025-06-06";
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "not_met");
    facts.last_harvest.text = "2025-06-04";
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "met");
    facts.production_period_days = (struct count){0};
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "unknown");
    facts.production_period_days = (struct count){true, 1};
    facts.first_harvest.text = NULL;
    assert_string_equal(joined(*state, &facts, "MF-03.homogeneous/1"), "unknown");
}

static const char *closed(struct arena *arena, const char *particles, const char *most)
{
    const struct closure_facts facts = {real("9.1621e12"), particles ? real(particles) : real("0"),
                                        most ? real(most) : (struct real){0}};
    struct rows findings;
    closure_judge(arena, &facts, &findings);
    return verdict(&findings, "MF-03.closure/1");
}

static void the_particles_of_a_pool_come_from_its_inputs(void **state)
{
    struct rows findings;
    struct closure_facts unknown = {{0}, real("9.15e12"), real("2.0")};
    assert_string_equal(closed(*state, "9.15e12", "2.0"), "met");
    /* 98 % and 102 % of 9162100000000 */
    assert_string_equal(closed(*state, "8978858000000", "2.0"), "met");
    assert_string_equal(closed(*state, "8978857999999", "2.0"), "not_met");
    assert_string_equal(closed(*state, "8978858000001", "2.0"), "met");
    assert_string_equal(closed(*state, "9345342000000", "2.0"), "met");
    assert_string_equal(closed(*state, "9345342000001", "2.0"), "not_met");
    assert_string_equal(closed(*state, "9.15e12", NULL), "unknown");
    closure_judge(*state, &unknown, &findings);
    assert_string_equal(verdict(&findings, "MF-03.closure/1"), "unknown");
    unknown = (struct closure_facts){real("9.1621e12"), {0}, real("2.0")};
    closure_judge(*state, &unknown, &findings);
    assert_string_equal(verdict(&findings, "MF-03.closure/1"), "unknown");
}

static const char *kept_back(struct arena *arena, const char *fed, const char *kept,
                             const char *least)
{
    const struct isolation_facts facts = {
        .particles_fed = fed ? real(fed) : (struct real){0},
        .particles_retentate = kept ? real(kept) : (struct real){0},
        .yield_least_percent = least ? real(least) : (struct real){0}};
    struct rows findings;
    isolation_judge(arena, &facts, &findings);
    return verdict(&findings, "MF-09.yield/1");
}

static void a_membrane_keeps_the_signed_share_of_the_particles(void **state)
{
    assert_string_equal(kept_back(*state, "9e12", "8.4e12", "85"), "met");
    assert_string_equal(kept_back(*state, "9e12", "7.65e12", "85"), "met");
    assert_string_equal(kept_back(*state, "9e12", "7649999999999", "85"), "not_met");
    assert_string_equal(kept_back(*state, "9e12", "7650000000001", "85"), "met");
    assert_string_equal(kept_back(*state, "9e12", "8.4e12", NULL), "unknown");
    assert_string_equal(kept_back(*state, "9e12", NULL, "85"), "unknown");
    assert_string_equal(kept_back(*state, NULL, "8.4e12", "85"), "unknown");
    assert_string_equal(kept_back(*state, "0", "0", "85"), "unknown");
}

static const char *filtered(struct arena *arena, const char *out, const char *integrity,
                            const char *rule)
{
    const struct filter_facts facts = {real("8.12e12"), out ? real(out) : (struct real){0},
                                       real("85"), integrity};
    struct rows findings;
    filter_judge(arena, &facts, &findings);
    return verdict(&findings, rule);
}

static void a_sterile_filter_passes_the_particles_and_its_own_test(void **state)
{
    assert_string_equal(filtered(*state, "7.41e12", "passed", "MF-10.recovery/1"), "met");
    assert_string_equal(filtered(*state, "6.902e12", "passed", "MF-10.recovery/1"), "met");
    assert_string_equal(filtered(*state, "6901999999999", "passed", "MF-10.recovery/1"), "not_met");
    assert_string_equal(filtered(*state, "6902000000001", "passed", "MF-10.recovery/1"), "met");
    assert_string_equal(filtered(*state, NULL, "passed", "MF-10.recovery/1"), "unknown");
    assert_string_equal(filtered(*state, "7.41e12", "passed", "MF-10.integrity/1"), "met");
    assert_string_equal(filtered(*state, "7.41e12", "failed", "MF-10.integrity/1"), "not_met");
    assert_string_equal(filtered(*state, "7.41e12", "not_done", "MF-10.integrity/1"), "unknown");
    assert_string_equal(filtered(*state, "7.41e12", NULL, "MF-10.integrity/1"), "unknown");
}

static void the_last_usable_day_lies_before_the_same_day(void **state)
{
    static const struct {
        const char *filled_on;
        int64_t months;
        const char *last;
    } cases[] = {
        {"2025-06-05", 12, "2026-06-04"}, {"2025-06-01", 12, "2026-05-31"},
        {"2025-12-05", 1, "2026-01-04"},  {"2025-01-31", 1, "2025-02-27"},
        {"2024-02-29", 12, "2025-02-27"}, {"2024-01-31", 1, "2024-02-28"},
        {"2025-10-31", 24, "2027-10-30"}, {"2025-03-01", 12, "2026-02-28"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct date filled_on = {cases[i].filled_on};
        struct date last =
            last_usable_day(*state, filled_on, (struct count){true, cases[i].months});
        assert_string_equal(last.text, cases[i].last);
    }
    assert_null(last_usable_day(*state, (struct date){"2025-06-05"}, (struct count){0}).text);
    assert_null(last_usable_day(*state, (struct date){"2025-06-05"}, (struct count){true, 0}).text);
    assert_null(last_usable_day(*state, (struct date){NULL}, (struct count){true, 12}).text);
}

static const char *filled(struct arena *arena, const struct fill_facts *facts, const char *rule)
{
    struct rows findings;
    fill_judge(arena, facts, &findings);
    return verdict(&findings, rule);
}

static void a_lot_expires_within_its_shelf_life(void **state)
{
    struct fill_facts facts = {.clearance_before = true,
                               .clearance_after = true,
                               .last_usable_day = {"2026-06-04"},
                               .expires_on = {"2026-06-04"}};
    assert_string_equal(filled(*state, &facts, "PR-06.expiry/1"), "met");
    facts.expires_on.text = "2026-06-03";
    assert_string_equal(filled(*state, &facts, "PR-06.expiry/1"), "met");
    facts.expires_on.text = "2026-06-05";
    assert_string_equal(filled(*state, &facts, "PR-06.expiry/1"), "not_met");
    facts.last_usable_day.text = NULL;
    assert_string_equal(filled(*state, &facts, "PR-06.expiry/1"), "unknown");
}

static void the_line_is_cleared_before_and_after(void **state)
{
    struct fill_facts facts = {.clearance_before = true, .clearance_after = true};
    assert_string_equal(filled(*state, &facts, "MF-11.clearance/1"), "met");
    facts.clearance_after = false;
    assert_string_equal(filled(*state, &facts, "MF-11.clearance/1"), "not_met");
    facts = (struct fill_facts){.clearance_after = true};
    assert_string_equal(filled(*state, &facts, "MF-11.clearance/1"), "not_met");
}

static const char *reported(struct arena *arena, const struct report_facts *facts, const char *rule)
{
    struct rows findings;
    report_judge(arena, facts, &findings);
    return verdict(&findings, rule);
}

static void a_report_follows_inspection_labels_and_balance(void **state)
{
    struct report_facts facts = {true, true, 12, "none"};
    assert_string_equal(reported(*state, &facts, "MF-19.complete/1"), "met");
    assert_string_equal(reported(*state, &facts, "MF-19.balance/1"), "met");
    facts.inspected = false;
    assert_string_equal(reported(*state, &facts, "MF-19.complete/1"), "not_met");
    facts = (struct report_facts){true, false, 12, "volume of lot:L-25-001"};
    assert_string_equal(reported(*state, &facts, "MF-19.complete/1"), "not_met");
    assert_string_equal(reported(*state, &facts, "MF-19.balance/1"), "not_met");
    facts = (struct report_facts){true, true, 0, "none"};
    assert_string_equal(reported(*state, &facts, "MF-19.balance/1"), "unknown");
    facts = (struct report_facts){true, true, 12, NULL};
    assert_string_equal(reported(*state, &facts, "MF-19.balance/1"), "unknown");
}

static void one_microlitre_or_label_keeps_a_balance_open(void **state)
{
    struct balance_row rows[] = {
        {.step = "lot:L-1", .kind = "volume", .basis = "measured", .difference = real("0")},
        {.step = "lot:L-1", .kind = "labels", .basis = "measured", .difference = real("0")},
        {.step = "pool:PL-1", .kind = "particles", .basis = "derived", .difference = real("1e9")},
    };
    const struct rows list = {sizeof rows / sizeof *rows, rows};
    assert_null(balance_open_steps(*state, &list));
    rows[0].difference = real("1");
    assert_string_equal(balance_open_steps(*state, &list), "volume of lot:L-1");
    rows[1].difference = real("-1");
    assert_string_equal(balance_open_steps(*state, &list), "volume of lot:L-1, labels of lot:L-1");
}

static void is_about(struct real found, double expected, double tolerance)
{
    assert_non_null(found.text);
    if (fabs(found.value - expected) > tolerance)
        fail_msg("%s is not %g", found.text, expected);
}

/* The membrane step of data/story: 1800.0 mL at 5e9 became 600.0 mL at 1.4e10. */
static void the_numbers_of_a_membrane_step(void **state)
{
    struct isolation measured = {.fed_ul = 1800000,
                                 .retentate_ul = 600000,
                                 .permeate_ul = 1194000,
                                 .feed_particles_per_ml = real("5e9"),
                                 .retentate_particles_per_ml = real("1.4e10"),
                                 .feed_protein_ug_per_ml = real("60.0"),
                                 .retentate_protein_ug_per_ml = real("88.0"),
                                 .permeate_protein_ug_per_ml = real("45.0"),
                                 .count_uncertainty_percent = real("10")};
    struct isolation_figures figures;
    isolation_derive(*state, &measured, &figures);
    is_about(figures.yield_percent, 93.33, 0.005);
    is_about(figures.volume_factor, 3, 0);
    is_about(figures.particle_factor, 2.80, 1e-9);
    is_about(figures.particle_factor_uncertainty, 0.396, 0.0005);
    is_about(figures.retention, 0.9372, 0.00005);
    is_about(figures.protein_feed_mg, 108.00, 1e-9);
    is_about(figures.protein_retentate_mg, 52.80, 1e-9);
    is_about(figures.protein_permeate_mg, 53.73, 1e-9);
    is_about(figures.protein_unaccounted_mg, 1.47, 1e-9);
    is_about(figures.protein_unaccounted_percent, 1.36, 0.005);
    is_about(figures.particles_per_ug_feed, 8.33e7, 5e4);
    is_about(figures.particles_per_ug_retentate, 1.59e8, 5e5);
    is_about(figures.particles_per_ug_ratio, 1.91, 0.005);
    assert_int_equal(isolation_list_figures(*state, &figures).count, 14);

    measured.permeate_protein_ug_per_ml = (struct real){0};
    measured.retentate_ul = measured.fed_ul;
    isolation_derive(*state, &measured, &figures);
    assert_null(figures.protein_unaccounted_mg.text);
    assert_null(figures.retention.text); /* ln 1 is nothing to divide by */
    measured.count_uncertainty_percent = (struct real){0};
    isolation_derive(*state, &measured, &figures);
    assert_null(figures.particle_factor_uncertainty.text);
}

static void the_loss_of_one_thaw(void **state)
{
    is_about(balance_thaw_loss(*state, real("1.3e10"), real("9.75e9")), 25, 1e-9);
    assert_null(balance_thaw_loss(*state, real("1.3e10"), (struct real){0}).text);
    assert_null(balance_thaw_loss(*state, (struct real){0}, real("9.75e9")).text);
}

#define TEST_IN(name) cmocka_unit_test_setup_teardown(name, arena_make, arena_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST_IN(a_pool_is_of_the_specified_tissue_alone),
        TEST_IN(a_pool_is_of_one_production_period),
        TEST_IN(the_particles_of_a_pool_come_from_its_inputs),
        TEST_IN(a_membrane_keeps_the_signed_share_of_the_particles),
        TEST_IN(a_sterile_filter_passes_the_particles_and_its_own_test),
        TEST_IN(the_last_usable_day_lies_before_the_same_day),
        TEST_IN(a_lot_expires_within_its_shelf_life),
        TEST_IN(the_line_is_cleared_before_and_after),
        TEST_IN(a_report_follows_inspection_labels_and_balance),
        TEST_IN(one_microlitre_or_label_keeps_a_balance_open),
        TEST_IN(the_numbers_of_a_membrane_step),
        TEST_IN(the_loss_of_one_thaw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
