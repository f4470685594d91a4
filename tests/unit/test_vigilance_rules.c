/* test_vigilance_rules.c: which clock runs, what is held, and when may a recall be closed? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/event.h"
#include "vigilance/recall.h"
#include "vigilance/rehearsal.h"

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

static struct event_facts mild_event(void)
{
    return (struct event_facts){.grade = 1,
                                .seriousness = "none",
                                .death_days = {true, 7},
                                .serious_days = {true, 15},
                                .hold_grade = {true, 3},
                                .stop_grade = {true, 2}};
}

static const char *unmet(struct arena *arena, const struct event_facts *facts)
{
    struct rows findings;
    event_judge(arena, facts, &findings);
    assert_int_equal(findings.count, 3);
    return findings_unmet(arena, &findings);
}

static void a_mild_event_holds_and_stops_nothing(void **state)
{
    const struct event_facts facts = mild_event();
    assert_string_equal(unmet(*state, &facts), "");
    assert_false(event_clock(&facts).known);
}

static void death_and_what_may_lead_to_it_have_the_short_clock(void **state)
{
    static const struct {
        const char *seriousness;
        int64_t days;
    } rows[] = {{"death", 7},
                {"life_threatening", 7},
                {"hospitalisation", 15},
                {"disability", 15},
                {"other", 15}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct event_facts facts = mild_event();
        facts.seriousness = rows[i].seriousness;
        assert_true(event_clock(&facts).known);
        assert_int_equal(event_clock(&facts).value, rows[i].days);
    }
}

static void a_clock_that_nobody_signed_names_no_day(void **state)
{
    struct event_facts facts = mild_event();
    facts.seriousness = "death";
    facts.death_days.known = false;
    assert_string_equal(unmet(*state, &facts), "AE-02.clock/1 AE-05.hold/1 CO-04.stop/1");
    facts.seriousness = NULL;
    assert_string_equal(unmet(*state, &facts), "AE-02.clock/1 AE-05.hold/1 CO-04.stop/1");
}

static void the_signed_grade_itself_holds_and_stops(void **state)
{
    struct event_facts facts = mild_event();
    facts.grade = 2;
    assert_string_equal(unmet(*state, &facts), "CO-04.stop/1");
    facts.grade = 3;
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1 CO-04.stop/1");
    facts.grade = 4;
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1 CO-04.stop/1");
}

static void infection_or_seriousness_holds_at_any_grade(void **state)
{
    struct event_facts facts = mild_event();
    facts.suspected_infection = true;
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1 CO-04.stop/1");
    facts = mild_event();
    facts.seriousness = "hospitalisation";
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1 CO-04.stop/1");
}

/* Unknown never lets a lot stay in use or a plan go on. */
static void without_a_signed_grade_everything_is_held_and_stopped(void **state)
{
    struct event_facts facts = mild_event();
    facts.hold_grade.known = false;
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1");
    facts.stop_grade.known = false;
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1 CO-04.stop/1");
    facts = mild_event();
    facts.grade = 0;
    assert_string_equal(unmet(*state, &facts), "AE-05.hold/1 CO-04.stop/1");
}

struct closing {
    struct recall_balance balances[2];
    struct recall_facts facts;
};

static void fill_closing(struct closing *closing)
{
    *closing = (struct closing){
        .balances = {{.lot = "L-25-001",
                      .made = 480,
                      .tested = 83,
                      .retained = 99,
                      .given = 98,
                      .destroyed = 200},
                     {.lot = "L-25-002", .made = 10, .lost = 10}},
        .facts = {.sites = 2, .patients = 33, .unanswered = "none"},
    };
    closing->facts.balances = (struct rows){2, closing->balances};
}

static const char *unclosed(struct arena *arena, const struct closing *closing)
{
    struct rows findings;
    recall_judge(arena, &closing->facts, &findings);
    assert_int_equal(findings.count, RECALL_RULES);
    return findings_unmet(arena, &findings);
}

static void a_recall_that_adds_up_and_is_answered_may_close(void **state)
{
    struct closing closing;
    fill_closing(&closing);
    assert_string_equal(unclosed(*state, &closing), "");
}

static void one_vial_anywhere_keeps_it_open(void **state)
{
    struct closing closing;
    int64_t *open[] = {&closing.balances[1].in_stock, &closing.balances[1].in_transit,
                       &closing.balances[1].arrived, &closing.balances[1].rejected,
                       &closing.balances[1].difference};
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        fill_closing(&closing);
        *open[i] = 1;
        assert_string_equal(unclosed(*state, &closing), "RC-03.balance/1");
        *open[i] = -1;
        assert_string_equal(unclosed(*state, &closing), "RC-03.balance/1");
    }
}

static void a_difference_does_not_cancel_open_vials(void **state)
{
    struct closing closing;
    fill_closing(&closing);
    closing.balances[0].in_stock = 1;
    closing.balances[0].difference = -1;
    assert_string_equal(unclosed(*state, &closing), "RC-03.balance/1");
}

static void somebody_without_an_answer_keeps_it_open(void **state)
{
    struct closing closing;
    fill_closing(&closing);
    closing.facts.unanswered = "patient:SF-017";
    assert_string_equal(unclosed(*state, &closing), "RC-01.notices/1");
    closing.facts.unanswered = NULL;
    assert_string_equal(unclosed(*state, &closing), "RC-01.notices/1");
}

static void a_recall_without_lots_adds_up_to_nothing_known(void **state)
{
    struct closing closing;
    fill_closing(&closing);
    closing.facts.balances = (struct rows){0};
    assert_string_equal(unclosed(*state, &closing), "RC-03.balance/1");
}

static const char *unrehearsed(struct arena *arena, const struct rehearsal_facts *facts)
{
    struct rows findings;
    rehearsal_judge(arena, facts, &findings);
    assert_int_equal(findings.count, REHEARSAL_RULES);
    return findings_unmet(arena, &findings);
}

static void a_rehearsal_has_until_the_signed_minute(void **state)
{
    struct rehearsal_facts facts = {{true, 239}, {true, 240}, {true, 0}};
    assert_string_equal(unrehearsed(*state, &facts), "");
    facts.minutes.value = 240;
    assert_string_equal(unrehearsed(*state, &facts), "");
    facts.minutes.value = 241;
    assert_string_equal(unrehearsed(*state, &facts), "RC-04.time/1");
    facts.minutes_most.known = false;
    assert_string_equal(unrehearsed(*state, &facts), "RC-04.time/1");
}

static void a_rehearsal_that_misses_a_vial_is_not_complete(void **state)
{
    struct rehearsal_facts facts = {{true, 1}, {true, 240}, {true, 1}};
    assert_string_equal(unrehearsed(*state, &facts), "RC-04.complete/1");
    facts.difference = (struct count){true, -1};
    assert_string_equal(unrehearsed(*state, &facts), "RC-04.complete/1");
    facts.difference.known = false;
    assert_string_equal(unrehearsed(*state, &facts), "RC-04.complete/1");
}

#define ARENA(test) cmocka_unit_test_setup_teardown(test, arena_make, arena_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ARENA(a_mild_event_holds_and_stops_nothing),
        ARENA(death_and_what_may_lead_to_it_have_the_short_clock),
        ARENA(a_clock_that_nobody_signed_names_no_day),
        ARENA(the_signed_grade_itself_holds_and_stops),
        ARENA(infection_or_seriousness_holds_at_any_grade),
        ARENA(without_a_signed_grade_everything_is_held_and_stopped),
        ARENA(a_recall_that_adds_up_and_is_answered_may_close),
        ARENA(one_vial_anywhere_keeps_it_open),
        ARENA(a_difference_does_not_cancel_open_vials),
        ARENA(somebody_without_an_answer_keeps_it_open),
        ARENA(a_recall_without_lots_adds_up_to_nothing_known),
        ARENA(a_rehearsal_has_until_the_signed_minute),
        ARENA(a_rehearsal_that_misses_a_vial_is_not_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
