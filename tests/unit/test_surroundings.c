/* test_surroundings.c: do donors stay apart in space and time, and is the air judged by its plates?
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/environment.h"
#include "manufacture/occupancy.h"
#include "production.h"

enum { MINUTE = 60 * 1000000 };

static const char *verdict_at(struct presence one, struct presence other)
{
    struct arena *arena = arena_open((size_t)1 << 22);
    struct rows findings;
    const struct occupancy_facts facts = {{1, &one}, {1, &other}};
    occupancy_judge(arena, &facts, &findings);
    assert_int_equal(findings.count, 1);
    const struct finding *finding = findings.items;
    assert_string_equal(finding->rule, "MF-13.apart/1");
    const char *verdict = text_equals(finding->verdict, "met")       ? "met"
                          : text_equals(finding->verdict, "unknown") ? "unknown"
                                                                     : "not_met";
    arena_close(arena);
    return verdict;
}

static void donors_meet_only_at_the_same_time(void **state)
{
    (void)state;
    const struct presence there = {
        "harvest:HV-1", "D-1", {100 * (int64_t)MINUTE}, {140 * (int64_t)MINUTE}};
    static const struct {
        int from;
        int until;
        const char *verdict;
    } rows[] = {
        {60, 99, "met"},       {60, 100, "met"},  {60, 101, "not_met"}, {110, 120, "not_met"},
        {139, 150, "not_met"}, {140, 150, "met"}, {141, 150, "met"},    {90, 150, "not_met"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct presence one = {"harvest:HV-3",
                               "D-2",
                               {rows[i].from * (int64_t)MINUTE},
                               {rows[i].until * (int64_t)MINUTE}};
        assert_string_equal(verdict_at(one, there), rows[i].verdict);
        one.donors = "D-1";
        assert_string_equal(verdict_at(one, there), "met");
    }
}

static void what_counts_as_another_donor(void **state)
{
    (void)state;
    struct presence one = {"pool:PL-1", "D-1 D-2", {1}, {2}};
    struct presence other = {"pool:PL-2", "D-2 D-1", {1}, {2}};
    assert_string_equal(verdict_at(one, other), "met");
    other.donors = "D-1";
    assert_string_equal(verdict_at(one, other), "not_met");
    assert_string_equal(verdict_at(other, one), "not_met");
    other.donors = "none";
    assert_string_equal(verdict_at(one, other), "met");
    other.donors = NULL;
    assert_string_equal(verdict_at(one, other), "unknown");
}

static void refused(struct demo *demo, const char *account, const char *operation,
                    const char *input, const char *rules)
{
    const struct demo_request asked = {.operation = operation, .input = input};
    production_refused(demo, account, &asked, *rules ? FAULT_RULE : FAULT_INPUT, rules);
}

#define STAY(from, until, things)                                                                  \
    "{\"room\": \"BSC-09\", \"from\": \"2025-06-04T" from ":00+09:00\","                           \
    " \"until\": \"2025-06-04T" until ":00+09:00\", \"things\": [" things "]}"
#define THING(name) "{\"thing\": \"" name "\"}"

static void cabinet(struct demo *demo)
{
    production_do(demo, "OP2", "equipment.register",
                  "{\"code\": \"BSC-09\", \"kind\": \"cabinet\", \"room\": \"R-1\","
                  " \"calibrated_on\": \"2025-01-10\", \"calibrated_until\": \"2026-01-09\","
                  " \"maintained_on\": \"2025-01-10\", \"maintained_until\": \"2026-01-09\"}");
}

static void different_donors_are_kept_apart_in_a_cabinet(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    cabinet(demo);
    struct demo_answer first = production_do(demo, "OP1", "occupancy.record",
                                             STAY("09:00", "09:40", THING("harvest:HV-1")));
    refused(demo, "OP1", "occupancy.record", STAY("09:39", "10:00", THING("harvest:HV-3")),
            "MF-13.apart/1");
    refused(demo, "OP1", "occupancy.record",
            STAY("11:00", "12:00", THING("culture:C-1") ", " THING("culture:C-3")),
            "MF-13.apart/1");
    production_do(demo, "OP1", "occupancy.record", STAY("09:10", "09:50", THING("harvest:HV-2")));
    const struct demo_request unknown = {.operation = "occupancy.record",
                                         .input = STAY("12:00", "12:30", THING("harvest:HV-9"))};
    production_refused(demo, "OP1", &unknown, FAULT_MISSING, "");
    refused(demo, "OP1", "occupancy.record", STAY("12:30", "12:30", THING("harvest:HV-1")), "");
    struct demo_answer list = production_do(demo, "OP1", "occupancy.list",
                                            "{\"room\": \"BSC-09\", \"day\": \"2025-06-04\"}");
    assert_non_null(strstr(list.text, "harvest:HV-1"));
    assert_non_null(strstr(list.text, "harvest:HV-2"));
    assert_null(strstr(list.text, "harvest:HV-3"));
    const struct demo_request annul = {
        .operation = "entry.annul",
        .input = arena_print(demo->work.arena, "{\"seq\": %lld, \"why\": \"wrong cabinet\"}",
                             (long long)production_seq(&first))};
    demo_sign_in(demo, "QR1", NULL);
    assert_true(demo_ask(demo, &annul).worked);
    production_do(demo, "OP1", "occupancy.record", STAY("08:00", "09:10", THING("harvest:HV-3")));
    demo_verify(demo);
}

static void expect(struct environment_facts facts, const char *unmet)
{
    struct arena *arena = arena_open((size_t)1 << 22);
    struct rows findings;
    environment_judge(arena, &facts, &findings);
    const char *found = findings_unmet(arena, &findings);
    assert_string_equal(found ? found : "", unmet);
    arena_close(arena);
}

static void plates_are_judged_at_their_limits(void **state)
{
    (void)state;
    struct environment_result results[] = {{"A", "settle", 0, {true, 0}},
                                           {"B", "settle", 5, {true, 5}}};
    struct environment_facts facts = {{true, 5}, {true, 5}, {2, results}};
    expect(facts, "");
    facts.days.value = 4;
    expect(facts, "MF-14.days/1");
    facts.days.value = 6;
    expect(facts, "");
    facts.days_least.known = false;
    expect(facts, "MF-14.days/1");
    facts.days_least.known = true;
    results[0].found = 1;
    expect(facts, "MF-15.limit/1");
    results[0].found = 0;
    results[1].found = 4;
    expect(facts, "");
    results[1].found = 6;
    expect(facts, "MF-15.limit/1");
    results[1].found = 5;
    results[1].most.known = false;
    expect(facts, "MF-15.limit/1");
    facts.results.count = 0;
    expect(facts, "MF-15.limit/1");
}

static const char *asked_about(struct demo *demo, const char *lot, bool failed)
{
    const char *codes = NULL;
    assert_true(failed ? environment_failed(&demo->work, lot, &codes)
                       : environment_pending(&demo->work, lot, &codes));
    return codes ? codes : "no session";
}

#define READ(day, a, b)                                                                            \
    "{\"code\": \"EM-1\", \"read_on\": \"" day "\", \"results\": ["                                \
    "{\"grade\": \"A\", \"kind\": \"settle\", \"found\": " a "},"                                  \
    "{\"grade\": \"B\", \"kind\": \"air\", \"found\": " b "}]}"

static void the_answer_of_a_session_reaches_its_lots(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    const struct demo_request limits = {
        .operation = "ruleset.approve",
        .witness = "QM1",
        .input =
            "{\"code\": \"RS-2\", \"settings\": ["
            "{\"key\": \"environment_days_least\", \"value\": \"5\", \"basis\": \"example\"},"
            "{\"key\": \"environment_cfu_most.A\", \"value\": \"0\", \"basis\": \"example\"},"
            "{\"key\": \"environment_cfu_most.B\", \"value\": \"5\", \"basis\": \"example\"}]}"};
    demo_sign_in(demo, "MD1", NULL);
    assert_true(demo_ask(demo, &limits).worked);
    assert_string_equal(asked_about(demo, "L-1", false), "no session");
    production_do(demo, "OP1", "environment.sample",
                  "{\"code\": \"EM-1\", \"session_on\": \"2025-06-05\", \"room\": \"R-1\","
                  " \"lots\": [{\"lot\": \"L-1\"}], \"plates\": ["
                  "{\"grade\": \"A\", \"kind\": \"settle\", \"plate_lot\": \"PP-1\","
                  " \"sampled_at\": \"2025-06-05T10:00:00+09:00\"},"
                  "{\"grade\": \"B\", \"kind\": \"air\", \"plate_lot\": \"PP-1\","
                  " \"sampled_at\": \"2025-06-05T10:00:00+09:00\"}]}");
    assert_string_equal(asked_about(demo, "L-1", false), "EM-1");
    assert_string_equal(asked_about(demo, "L-1", true), "none");
    refused(demo, "QC1", "environment.read", READ("2025-06-09", "0", "2"), "MF-14.days/1");
    refused(demo, "QC1", "environment.read",
            "{\"code\": \"EM-1\", \"read_on\": \"2025-06-10\", \"results\": ["
            "{\"grade\": \"A\", \"kind\": \"settle\", \"found\": 0}]}",
            "");
    production_do(demo, "QC1", "environment.read", READ("2025-06-10", "0", "2"));
    assert_string_equal(asked_about(demo, "L-1", false), "none");
    assert_string_equal(asked_about(demo, "L-1", true), "none");
    production_do(demo, "QC1", "environment.read", READ("2025-06-11", "1", "2"));
    production_do(demo, "QC1", "environment.read", READ("2025-06-12", "0", "2"));
    assert_string_equal(asked_about(demo, "L-1", true), "EM-1");
    demo_verify(demo);
}

#define DEMO(test) cmocka_unit_test_setup_teardown(test, demo_open_sqlite, demo_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(donors_meet_only_at_the_same_time),
        cmocka_unit_test(what_counts_as_another_donor),
        cmocka_unit_test(plates_are_judged_at_their_limits),
        DEMO(different_donors_are_kept_apart_in_a_cabinet),
        DEMO(the_answer_of_a_session_reaches_its_lots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
