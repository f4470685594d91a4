/* test_thaw.c: may these vials be thawed, and how often? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/thaw.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

static struct vial_thaw_facts good_facts(void)
{
    return (struct vial_thaw_facts){.stopped_by = "none",
                                    .ordered = "XP-AD/1.0",
                                    .specification = "XP-AD/1.0",
                                    .lot_status = "released",
                                    .holds = "none",
                                    .expires_on = {"2026-06-04"},
                                    .thawed_on = {"2026-06-04"},
                                    .thawed_before = {true, 0},
                                    .freeze_thaw_most = {true, 1}};
}

static void expect(const struct vial_thaw_facts *facts, const char *unmet)
{
    struct arena *arena = arena_open((size_t)1 << 20);
    struct rows findings;
    vial_thaw_judge(arena, facts, &findings);
    assert_string_equal(findings_unmet(arena, &findings), unmet);
    arena_close(arena);
}

static void a_vial_is_thawed_as_often_as_signed_and_not_once_more(void **state)
{
    struct vial_thaw_facts facts = good_facts();
    (void)state;
    expect(&facts, "");
    facts.thawed_before.value = 1;
    expect(&facts, "CC-06.once/1");
    facts.freeze_thaw_most.value = 2;
    expect(&facts, "");
    facts.freeze_thaw_most.known = false;
    expect(&facts, "CC-06.once/1");
}

static void what_stops_a_dose_stops_the_thaw_before(void **state)
{
    struct vial_thaw_facts facts = good_facts();
    (void)state;
    facts.thawed_on.text = "2026-06-05"; /* a day after the last usable one */
    expect(&facts, "AD-02.expiry/1");
    facts = good_facts();
    facts.holds = "lot:L-25-001 recall";
    expect(&facts, "RL-01.hold/1");
    facts = good_facts();
    facts.lot_status = "quarantine";
    expect(&facts, "AD-02.lot/1");
    facts = good_facts();
    facts.stopped_by = "event:AE-0001";
    expect(&facts, "CO-04.stop/1");
    facts = good_facts();
    facts.specification = "XP-AD/1.1";
    expect(&facts, "AD-02.product/1");
}

static void facts_that_nobody_filled_thaw_nothing(void **state)
{
    const struct vial_thaw_facts facts = {0};
    (void)state;
    expect(&facts, "CO-04.stop/1 AD-02.product/1 AD-02.lot/1 RL-01.hold/1 AD-02.expiry/1 "
                   "CC-06.once/1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_vial_is_thawed_as_often_as_signed_and_not_once_more),
        cmocka_unit_test(what_stops_a_dose_stops_the_thaw_before),
        cmocka_unit_test(facts_that_nobody_filled_thaw_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
