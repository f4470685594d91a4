/* test_supply_rules.c: what may leave the maker, and what may enter a clinic's stock? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
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

static struct sending_facts good_sending(void)
{
    return (struct sending_facts){"released", "none", {"2026-06-04"}, {"2025-08-20"}};
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
    assert_string_equal(unmet_sending(*state, &facts), "RL-08.expiry/1");
}

static void no_unknown_leaves(void **state)
{
    for (unsigned mask = 0; mask < 16; mask++) {
        struct sending_facts facts = good_sending();
        facts.lot_status = mask & 1 ? facts.lot_status : NULL;
        facts.holds = mask & 2 ? facts.holds : NULL;
        facts.expires_on.text = mask & 4 ? facts.expires_on.text : NULL;
        facts.packed_on.text = mask & 8 ? facts.packed_on.text : NULL;
        assert_int_equal(!*unmet_sending(*state, &facts), mask == 15);
    }
}

static const char *accept(struct arena *arena, const struct arrival_facts *facts)
{
    struct rows findings;
    shipment_judge_arrival(arena, facts, &findings);
    assert_int_equal(findings.count, 1);
    assert_string_equal(ROWS(findings, struct finding)[0].rule, "CC-04.accept/1");
    return ROWS(findings, struct finding)[0].verdict;
}

static struct arrival_facts good_arrival(void)
{
    return (struct arrival_facts){true, {"-70.5", -70.5}, {true, 20}, {true, 60}};
}

static void the_signed_minutes_out_of_range_are_accepted_and_not_one_more(void **state)
{
    struct arrival_facts facts = good_arrival();
    facts.minutes_out.value = 59;
    assert_string_equal(accept(*state, &facts), "met");
    facts.minutes_out.value = 60;
    assert_string_equal(accept(*state, &facts), "met");
    facts.minutes_out.value = 61;
    assert_string_equal(accept(*state, &facts), "not_met");
    facts.maximum_c = (struct real){0}; /* what is known to be bad is told */
    assert_string_equal(accept(*state, &facts), "not_met");
}

static void a_broken_seal_is_not_accepted(void **state)
{
    struct arrival_facts facts = good_arrival();
    facts.seal_intact = false;
    assert_string_equal(accept(*state, &facts), "not_met");
}

static void no_unknown_is_accepted(void **state)
{
    for (unsigned mask = 0; mask < 8; mask++) {
        struct arrival_facts facts = good_arrival();
        facts.minutes_out.known = mask & 1;
        facts.minutes_most.known = mask & 2;
        facts.maximum_c.text = mask & 4 ? "-70.5" : NULL;
        assert_string_equal(accept(*state, &facts), mask == 7 ? "met" : "unknown");
    }
}

static void the_maker_is_bound_to_the_signed_minutes_too(void **state)
{
    struct rows findings;
    struct arrival_facts facts = good_arrival();
    const struct {
        struct count minutes;
        const char *unmet;
    } rows[] = {{{true, 60}, NULL}, {{true, 61}, "CC-05.minutes/1"}, {{0}, "CC-05.minutes/1"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        facts.minutes_out = rows[i].minutes;
        shipment_judge_decision(*state, &facts, &findings);
        assert_int_equal(findings_all_met(&findings), rows[i].unmet == NULL);
        if (rows[i].unmet)
            assert_string_equal(findings_unmet(*state, &findings), rows[i].unmet);
    }
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
        ARENA(the_signed_minutes_out_of_range_are_accepted_and_not_one_more),
        ARENA(a_broken_seal_is_not_accepted),
        ARENA(no_unknown_is_accepted),
        ARENA(the_maker_is_bound_to_the_signed_minutes_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
