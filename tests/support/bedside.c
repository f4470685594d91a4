/* bedside.c: a second drip for which every question is answered well. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "bedside.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static const char *const asked[ASKED] = {
    "PT-09.patient/1",   "CN-07.consent/1",   "CN-07.binding/1",  "CN-04.cooling/1",
    "PT-08.eligible/1",  "PT-01.route/1",     "PT-07.same_day/1", "PT-07.valid/1",
    "CO-04.stop/1",      "OU-01.blinded/1",   "AD-02.product/1",  "AD-02.lot/1",
    "RL-01.hold/1",      "AD-02.place/1",     "AD-02.expiry/1",   "AD-04.single/1",
    "CC-05.life/1",      "RL-09.confirmed/1", "PR-05.route/1",    "AD-06.thaw/1",
    "CO-02.interval/1",  "CO-02.reason/1",    "CO-03.amount/1",   "AD-04.balance/1",
    "AD-07.endotoxin/1", "AD-09.emergency/1",
};

struct dose_facts good_facts(void)
{
    return (struct dose_facts){
        .site = "K2",
        .patient_site = "K2",
        .consent = "valid",
        .consent_changes = "none",
        .consent_hours = {true, 24},
        .cooling_hours = {true, 24},
        .eligibility = {.decision = "eligible",
                        .examined_on = {"2025-09-30"},
                        .until = {"2025-12-29"},
                        .ended_by = "none",
                        .asked_on = {"2025-10-21"}},
        .examined_route = "every",
        .rater_gives = "none",
        .stopped_by = "none",
        .temperature_c = {"36.6", 36.6},
        .fever_c = {"37.5", 37.5},
        .weight_kg = {"52.0", 52.0},
        .pregnant = "no",
        .unwell = "no",
        .check_minutes = {true, 60},
        .same_day_hours = {true, 24},
        .ordered = "XP-AD/1.0",
        .specification = "XP-AD/1.0",
        .lot_status = "released",
        .holds = "none",
        .expires_on = {"2026-06-04"},
        .vial_state = "in_stock",
        .vial_site = "K2",
        .given_to = "none",
        .opened_for = "none",
        .life_minutes = {true, 20},
        .life_minutes_most = {true, 60},
        .routes = "iv microneedle",
        .route = "iv",
        .thaw_minutes = {true, 40},
        .thaw_minutes_most = {true, 120},
        .nearest_on = "2025-10-07",
        .nearest_days = {true, 14},
        .minimum_days = {true, 14},
        .session = {true, 2},
        .planned_on = {"2025-10-21"},
        .deviation_days = {true, 0},
        .doses_given = {true, 1},
        .doses_ordered = {true, 4},
        .vials = {true, 2},
        .vials_ordered = {true, 2},
        .content_ul = {true, 2100},
        .accounted_ul = {true, 2100},
        .made_to_specification = true,
        .eu_per_kg_hour = {"0.4846", 0.4846},
        .eu_per_kg_hour_most = {"5", 5},
        .emergency_ready = true,
        .adrenaline_until = {"2026-12-31"},
        .emergency_doctor = "K2-P1",
        .emergency_hospital = "H",
    };
}

int example_make(void **state)
{
    struct arena *arena = arena_open((size_t)64 << 20);
    struct example *example = arena_take(arena, sizeof *example);
    *example = (struct example){arena, good_facts()};
    *state = example;
    return 0;
}

int example_leave(void **state)
{
    struct example *example = *state;
    arena_close(example->arena);
    return 0;
}

struct rows judge(struct example *example)
{
    struct rows findings;
    dose_judge(example->arena, &example->facts, &findings);
    assert_int_equal(findings.count, ASKED);
    for (size_t i = 0; i < ASKED; i++)
        assert_string_equal(ROWS(findings, struct finding)[i].rule, asked[i]);
    return findings;
}

void only(struct example *example, const char *rule, const char *verdict)
{
    struct rows findings = judge(example);
    for (size_t i = 0; i < ASKED; i++) {
        const struct finding *finding = &ROWS(findings, struct finding)[i];
        const char *expected = text_equals(finding->rule, rule) ? verdict : "met";
        if (!text_equals(finding->verdict, expected))
            fail_msg("%s is %s (%s)", finding->rule, finding->verdict, finding->fact);
    }
    assert_int_equal(findings_all_met(&findings), text_equals(verdict, "met"));
    example->facts = good_facts();
}
