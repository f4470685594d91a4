/* test_supply_rules.c: what may leave the maker, and what may enter a clinic's stock? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/box.h"
#include "supply/shipment.h"

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

/* 2025-08-20 09:30 and three days later, in Japan. */
enum { HOUR = 3600 };
#define PACKED_USEC (INT64_C(1755649800) * 1000000)

static struct sending_facts good_sending(void)
{
    return (struct sending_facts){.lot_status = "released",
                                  .holds = "none",
                                  .expires_on = {"2026-06-04"},
                                  .packed_on = {"2025-08-20"},
                                  .boxes = "whole",
                                  .shipper = "CS-01",
                                  .packed_at = {PACKED_USEC},
                                  .qualified_until = {PACKED_USEC + INT64_C(72) * HOUR * 1000000},
                                  .coolant = "dry_ice",
                                  .coolant_g = {true, 12000},
                                  .logger = "LG-01",
                                  .calibrated_until = {"2026-08-20"}};
}

static const char *unmet_sending(struct arena *arena, const struct sending_facts *facts)
{
    struct rows findings;
    shipment_judge_sending(arena, facts, &findings);
    return findings_unmet(arena, &findings);
}

static void a_released_lot_that_nothing_holds_may_leave(void **state)
{
    const struct sending_facts facts = good_sending();
    assert_string_equal(unmet_sending(*state, &facts), "");
}

static void only_a_released_lot_leaves(void **state)
{
    static const char *const words[] = {"quarantine", "rejected", "Released", NULL};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct sending_facts facts = good_sending();
        facts.lot_status = words[i];
        assert_string_equal(unmet_sending(*state, &facts), "RL-01.released/1");
    }
}

static void a_hold_anywhere_upstream_stops_it(void **state)
{
    struct sending_facts facts = good_sending();
    facts.holds = "donor:D-0001 reactive_donor";
    assert_string_equal(unmet_sending(*state, &facts), "RL-01.hold/1");
    facts.holds = NULL;
    assert_string_equal(unmet_sending(*state, &facts), "RL-01.hold/1");
}

static void it_leaves_up_to_its_last_usable_day(void **state)
{
    struct sending_facts facts = good_sending();
    facts.packed_on.text = "2026-06-03";
    assert_string_equal(unmet_sending(*state, &facts), "");
    facts.packed_on.text = "2026-06-04";
    assert_string_equal(unmet_sending(*state, &facts), "");
    facts.packed_on.text = "2026-06-05";
    assert_string_equal(unmet_sending(*state, &facts), "RL-08.expiry/1");
    facts.packed_on.text = NULL;
    assert_string_equal(unmet_sending(*state, &facts), "RL-08.expiry/1 CC-03.logger/1");
}

static void no_unknown_leaves(void **state)
{
    for (unsigned mask = 0; mask < 2048; mask++) {
        struct sending_facts facts = good_sending();
        facts.lot_status = mask & 1 ? facts.lot_status : NULL;
        facts.holds = mask & 2 ? facts.holds : NULL;
        facts.expires_on.text = mask & 4 ? facts.expires_on.text : NULL;
        facts.packed_on.text = mask & 8 ? facts.packed_on.text : NULL;
        facts.boxes = mask & 16 ? facts.boxes : NULL;
        facts.shipper = mask & 32 ? facts.shipper : NULL;
        facts.qualified_until.usec = mask & 64 ? facts.qualified_until.usec : 0;
        facts.coolant = mask & 128 ? facts.coolant : NULL;
        facts.coolant_g.known = mask & 256;
        facts.logger = mask & 512 ? facts.logger : NULL;
        facts.calibrated_until.text = mask & 1024 ? facts.calibrated_until.text : NULL;
        assert_int_equal(!*unmet_sending(*state, &facts), mask == 2047);
    }
}

static void the_last_day_of_the_calibration_still_counts(void **state)
{
    static const struct {
        const char *until;
        const char *unmet;
    } rows[] = {{"2025-08-19", "CC-03.logger/1"}, {"2025-08-20", ""}, {"2025-08-21", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sending_facts facts = good_sending();
        facts.calibrated_until.text = rows[i].until;
        assert_string_equal(unmet_sending(*state, &facts), rows[i].unmet);
    }
}

static void a_shipper_is_qualified_beyond_its_packing_and_holds_coolant(void **state)
{
    struct sending_facts facts = good_sending();
    facts.qualified_until.usec = PACKED_USEC + 1;
    assert_string_equal(unmet_sending(*state, &facts), "");
    facts.qualified_until.usec = PACKED_USEC;
    assert_string_equal(unmet_sending(*state, &facts), "CC-03.packing/1");
    facts = good_sending();
    facts.coolant_g.value = 1;
    assert_string_equal(unmet_sending(*state, &facts), "");
    facts.coolant_g.value = 0;
    assert_string_equal(unmet_sending(*state, &facts), "CC-03.packing/1");
}

static void what_goes_back_to_its_maker_is_only_counted(void **state)
{
    struct sending_facts facts = {.returned = true, .lot_status = "released", .holds = "lot:L-1"};
    assert_string_equal(unmet_sending(*state, &facts), "CC-01.boxes/1");
    facts.boxes = "unboxed";
    assert_string_equal(unmet_sending(*state, &facts), "");
    facts.boxes = "vial 7 is in no box";
    assert_string_equal(unmet_sending(*state, &facts), "CC-01.boxes/1");
}

static const char *cover(struct arena *arena, struct box_given *boxes, size_t count)
{
    const struct rows rows = {count, boxes};
    return box_cover(arena, &rows, 11, 30);
}

static void boxes_hold_every_vial_once(void **state)
{
    struct box_given boxes[] = {{.code = "BX-2", .first = 21, .last = 30},
                                {.code = "BX-1", .first = 11, .last = 20},
                                {.code = "BX-3", .first = 15, .last = 16}};
    assert_string_equal(cover(*state, boxes, 2), "whole");
    assert_string_equal(cover(*state, boxes, 3), "no box begins with vial 31");
    assert_string_equal(cover(*state, boxes, 0), "vial 11 is in no box");
    boxes[1].last = 19;
    assert_string_equal(cover(*state, boxes, 2), "no box begins with vial 20");
    boxes[1].last = 21;
    assert_string_equal(cover(*state, boxes, 2), "no box begins with vial 22");
    boxes[1].last = 20;
    boxes[0].last = 29;
    assert_string_equal(cover(*state, boxes, 2), "vial 30 is in no box");
    boxes[0].last = 31;
    assert_string_equal(cover(*state, boxes, 2), "box BX-2 ends with vial 31");
    boxes[0].last = 30;
    boxes[0].code = "BX-1";
    assert_string_equal(cover(*state, boxes, 2), "box BX-1 stands twice");
}

static const char *unmet_arrival(struct arena *arena, const struct arrival_facts *facts)
{
    struct rows findings;
    shipment_judge_arrival(arena, facts, &findings);
    return findings_unmet(arena, &findings);
}

static struct arrival_facts good_arrival(void)
{
    return (struct arrival_facts){.seal_intact = true,
                                  .appearance = "intact",
                                  .coolant_left_g = {true, 4200},
                                  .logger_read = true,
                                  .maximum_c = {"-70.5", -70.5},
                                  .minutes_out = {true, 0},
                                  .minutes_life = {true, 20},
                                  .minutes_most = {true, 60}};
}

static const char *verdict_arrival(struct arena *arena, const struct arrival_facts *facts)
{
    struct rows findings;
    shipment_judge_arrival(arena, facts, &findings);
    assert_string_equal(ROWS(findings, struct finding)[0].rule, "CC-04.accept/1");
    return ROWS(findings, struct finding)[0].verdict;
}

static void the_signed_minutes_of_a_life_are_accepted_and_not_one_more(void **state)
{
    struct arrival_facts facts = good_arrival();
    facts.minutes_life.value = 59;
    assert_string_equal(verdict_arrival(*state, &facts), "met");
    facts.minutes_life.value = 60;
    assert_string_equal(verdict_arrival(*state, &facts), "met");
    facts.minutes_life.value = 61;
    assert_string_equal(verdict_arrival(*state, &facts), "not_met");
    facts.maximum_c = (struct real){0}; /* what is known to be bad is told */
    assert_string_equal(verdict_arrival(*state, &facts), "not_met");
}

static void one_minute_on_the_way_is_for_the_maker_to_decide(void **state)
{
    struct arrival_facts facts = good_arrival();
    assert_string_equal(unmet_arrival(*state, &facts), "");
    facts.minutes_out.value = 1;
    assert_string_equal(unmet_arrival(*state, &facts), "CC-05.receiver/1");
    facts.minutes_out = (struct count){0};
    assert_string_equal(unmet_arrival(*state, &facts), "CC-05.receiver/1");
}

static void broken_wet_or_dry_is_not_accepted(void **state)
{
    struct arrival_facts facts = good_arrival();
    facts.seal_intact = false;
    assert_string_equal(unmet_arrival(*state, &facts), "CC-04.accept/1");
    facts = good_arrival();
    facts.appearance = "wet";
    assert_string_equal(unmet_arrival(*state, &facts), "CC-04.accept/1");
    facts = good_arrival();
    facts.coolant_left_g.value = 1;
    assert_string_equal(unmet_arrival(*state, &facts), "");
    facts.coolant_left_g.value = 0;
    assert_string_equal(unmet_arrival(*state, &facts), "CC-04.accept/1");
}

static void no_unknown_is_accepted(void **state)
{
    for (unsigned mask = 0; mask < 64; mask++) {
        struct arrival_facts facts = good_arrival();
        facts.minutes_life.known = mask & 1;
        facts.minutes_most.known = mask & 2;
        facts.maximum_c.text = mask & 4 ? "-70.5" : NULL;
        facts.appearance = mask & 8 ? "intact" : NULL;
        facts.coolant_left_g.known = mask & 16;
        facts.logger_read = mask & 32;
        assert_string_equal(verdict_arrival(*state, &facts), mask == 63 ? "met" : "unknown");
    }
}

static void what_came_back_never_becomes_stock_on_arrival(void **state)
{
    struct arrival_facts facts = good_arrival();
    facts.returned = true;
    assert_string_equal(unmet_arrival(*state, &facts), "CC-10.unbroken/1");
}

static void the_maker_is_bound_to_the_signed_minutes_too(void **state)
{
    struct rows findings;
    const struct {
        struct count minutes;
        const char *unmet;
    } rows[] = {{{true, 59}, ""},
                {{true, 60}, ""},
                {{true, 61}, "CC-05.minutes/1"},
                {{0}, "CC-05.minutes/1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct decision_facts facts = {
            .accepted = 20, .minutes_life = rows[i].minutes, .minutes_most = {true, 60}};
        shipment_judge_decision(*state, &facts, &findings);
        assert_string_equal(findings_unmet(*state, &findings), rows[i].unmet);
    }
}

static void what_came_back_needs_a_proof(void **state)
{
    struct rows findings;
    struct decision_facts facts = {
        .returned = true, .accepted = 20, .minutes_life = {true, 0}, .minutes_most = {true, 60}};
    shipment_judge_decision(*state, &facts, &findings);
    assert_string_equal(findings_unmet(*state, &findings), "CC-10.unbroken/1");
    facts.proof = "logger LG-07 of freezer FZ-02, 2025-08-21 to 2025-11-18";
    shipment_judge_decision(*state, &facts, &findings);
    assert_string_equal(findings_unmet(*state, &findings), "");
}

#define ARENA(test) cmocka_unit_test_setup_teardown(test, arena_make, arena_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA(a_released_lot_that_nothing_holds_may_leave),
        ARENA(only_a_released_lot_leaves),
        ARENA(a_hold_anywhere_upstream_stops_it),
        ARENA(it_leaves_up_to_its_last_usable_day),
        ARENA(no_unknown_leaves),
        ARENA(the_last_day_of_the_calibration_still_counts),
        ARENA(a_shipper_is_qualified_beyond_its_packing_and_holds_coolant),
        ARENA(what_goes_back_to_its_maker_is_only_counted),
        ARENA(boxes_hold_every_vial_once),
        ARENA(the_signed_minutes_of_a_life_are_accepted_and_not_one_more),
        ARENA(one_minute_on_the_way_is_for_the_maker_to_decide),
        ARENA(broken_wet_or_dry_is_not_accepted),
        ARENA(no_unknown_is_accepted),
        ARENA(what_came_back_never_becomes_stock_on_arrival),
        ARENA(the_maker_is_bound_to_the_signed_minutes_too),
        ARENA(what_came_back_needs_a_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
