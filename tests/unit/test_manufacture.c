/* test_manufacture.c: does every step of production refuse what does not add up? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "production.h"

#include <stdlib.h>

static const char *witness_of(const char *operation)
{
    return text_equals(operation, "bank.freeze")     ? "BK2"
           : text_equals(operation, "culture.start") ? "BK1"
                                                     : NULL;
}

static void refused(struct demo *demo, const char *account, const char *operation,
                    const char *input, const char *rules)
{
    const struct demo_request asked = {
        .operation = operation, .input = input, .witness = witness_of(operation)};
    /* The same refusal within a minute would count into one. */
    demo->work.now_usec += INT64_C(61) * 1000000;
    int64_t before = demo_entries(demo);
    bool by_rule = *rules != '\0';
    bool used_before = text_equals(rules, "CB-07.single_use/1");
    production_refused(demo, account, &asked,
                       used_before ? FAULT_CONFLICT
                       : by_rule   ? FAULT_RULE
                                   : FAULT_INPUT,
                       rules);
    assert_int_equal(demo_entries(demo), before + (by_rule ? 1 : 0));
}

static struct demo_answer done(struct demo *demo, const char *account, const char *operation,
                               const char *input)
{
    return production_witnessed(demo, account, witness_of(operation), operation, input);
}

/* WCB-1 has 9 doublings; five vials of 1,024,000 cells are 2,048 times 2,500 cells. */
#define BANK(code, vial, passage, thawed)                                                          \
    "{\"code\": \"" code "\", \"kind\": \"working\", \"bank\": \"WCB-1\", \"bank_vial\": " vial    \
    ", \"thawed_at\": \"2025-04-01T09:00:00+09:00\", \"thawed_viable_cells\": " thawed             \
    ", \"frozen_on\": \"2025-04-10\", \"passage\": " passage                                       \
    ", \"vials\": 5, \"cells_per_vial\": 1024000, \"position\": \"F1-R2-B2\"}"

static void old_cells_are_not_banked(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    refused(demo, "BK1", "bank.freeze", BANK("X", "3", "5", "2500"), "CB-02.passage/1");
    refused(demo, "BK1", "bank.freeze", BANK("X", "3", "4", "2499"), "CB-02.doublings/1");
    refused(demo, "BK1", "bank.freeze", BANK("X", "3", "5", "2499"),
            "CB-02.passage/1 CB-02.doublings/1");
    struct demo_answer answer = done(demo, "BK1", "bank.freeze", BANK("X", "3", "4", "2500"));
    assert_string_equal(production_text(&answer, NULL, "doublings_gained"), "11");
    assert_true(strtod(production_text(&answer, NULL, "doublings"), NULL) == 20);
    assert_string_equal(production_text(&answer, NULL, "formula"), "doublings/1");
}

static void cells_do_not_grow_younger(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    refused(demo, "BK1", "bank.freeze", BANK("X", "3", "1", "2560000"), "");
    struct demo_answer answer = done(demo, "BK1", "bank.freeze", BANK("X", "3", "2", "9000000"));
    assert_string_equal(production_text(&answer, NULL, "doublings_gained"), "0");
    assert_string_equal(production_text(&answer, NULL, "doublings"), "9");
}

static void a_bank_vial_is_used_once(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "BK1", "bank.freeze", BANK("X", "2", "3", "2560000"), "CB-07.single_use/1");
    done(demo, "BK1", "bank.freeze", BANK("X", "3", "3", "2560000"));
    refused(demo, "OP1", "culture.start", THAW("C-9", "WCB-1", "3"), "CB-07.single_use/1");
}

static void without_signed_limits_nothing_is_banked(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    const struct demo_request asked = {
        .operation = "ruleset.approve",
        .witness = "QM1",
        .input = "{\"code\": \"RS-2\", \"settings\": [{\"key\": \"passage_limit\","
                 "\"value\": \"none\", \"basis\": \"example\"}]}"};
    demo_sign_in(demo, "MD1", NULL);
    assert_true(demo_ask(demo, &asked).worked);
    refused(demo, "BK1", "bank.freeze", BANK("X", "3", "2", "2560000"), "CB-02.passage/1");
}

#define POOL(inputs, volume, loss)                                                                 \
    "{\"equipment\": \"BSC-01\", \"code\": \"PL-9\", \"specification\": \"XP/1.0\", \"inputs\": "  \
    "[" inputs "], \"particles_per_ml\": \"5.00e9\", \"volume_ul\": " volume                       \
    ", \"loss_ul\": " loss "}"
#define FROM(harvest, volume) "{\"harvest\": \"" harvest "\", \"volume_ul\": " volume "}"

static void a_pool_adds_up(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "OP1", "pool.make", POOL(FROM("HV-1", "1000"), "999", "0"), "MF-03.balance/1");
    refused(demo, "OP1", "pool.make", POOL(FROM("HV-1", "1000"), "1000", "1"), "MF-03.balance/1");
    refused(demo, "OP1", "pool.make", POOL(FROM("HV-1", "10") "," FROM("HV-1", "10"), "20", "0"),
            "");
    production_do(demo, "OP1", "pool.make", POOL(FROM("HV-1", "1000"), "999", "1"));
}

static void a_harvest_is_not_drawn_beyond_its_volume(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "OP1", "pool.make", POOL(FROM("HV-1", "640001"), "640001", "0"), "MF-03.drawn/1");
    production_do(demo, "OP1", "pool.make", POOL(FROM("HV-1", "600000"), "600000", "0"));
    refused(demo, "OP1", "pool.make",
            "{\"equipment\": \"BSC-01\", \"code\": \"PL-8\", \"specification\": \"XP/1.0\", "
            "\"inputs\": ["
            "{\"harvest\": \"HV-1\", \"volume_ul\": 40001}], \"volume_ul\": 40001,"
            "\"particles_per_ml\": \"5.00e9\", \"loss_ul\": 0}",
            "MF-03.drawn/1");
    production_do(demo, "OP1", "pool.make",
                  "{\"equipment\": \"BSC-01\", \"code\": \"PL-8\", \"specification\": \"XP/1.0\", "
                  "\"inputs\": ["
                  "{\"harvest\": \"HV-1\", \"volume_ul\": 40000}], \"volume_ul\": 40000,"
                  "\"particles_per_ml\": \"5.00e9\", \"loss_ul\": 0}");
}

static void another_tissue_does_not_go_in(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "OP1", "pool.make", POOL(FROM("HV-3", "1000"), "1000", "0"),
            "PR-01.tissue/1 MF-03.homogeneous/1");
    refused(demo, "OP1", "pool.make", POOL(FROM("HV-1", "10") "," FROM("HV-3", "10"), "20", "0"),
            "PR-01.tissue/1 MF-03.homogeneous/1");
}

#define MEMBRANE(code, fed, retentate, permeate)                                                   \
    "{\"equipment\": \"BSC-01\", \"code\": \"" code "\", \"pool\": \"PL-1\", \"fed_ul\": " fed     \
    ", \"retentate_ul\": " retentate ", \"permeate_ul\": " permeate                                \
    ", \"holdup_ul\": 0, \"cutoff_kda\": 500,"                                                     \
    "\"membrane_lot\": \"MB-1\", \"membrane_use_count\": 2,"                                       \
    "\"feed_particles_per_ml\": \"5.10e9\", \"retentate_particles_per_ml\": \"1.45e10\"}"

static void a_membrane_step_adds_up(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    refused(demo, "OP1", "isolation.concentrate", MEMBRANE("TF-2", "20000", "5000", "14999"),
            "MF-09.balance/1");
    refused(demo, "OP1", "isolation.concentrate", MEMBRANE("TF-2", "20001", "5000", "15001"),
            "MF-09.drawn/1");
    struct demo_answer answer = production_do(demo, "OP1", "isolation.concentrate",
                                              MEMBRANE("TF-2", "20000", "6000", "14000"));
    assert_string_equal(production_text(&answer, NULL, "volume_factor"), "3.3333333333333335");
    refused(demo, "OP1", "isolation.concentrate", MEMBRANE("TF-3", "1", "1", "0"), "MF-09.drawn/1");
}

#define FILTER(code, in, out, holdup, integrity, after)                                            \
    "{\"equipment\": \"BSC-01\", \"code\": \"" code "\", \"isolation\": \"TF-2\", \"in_ul\": " in  \
    ", \"out_ul\": " out ", \"holdup_ul\": " holdup                                                \
    ", \"pore_um\": \"0.22\", \"filter_lot\": \"FI-1\","                                           \
    "\"integrity_after\": \"" integrity "\", \"particles_per_ml_before\": \"1.40e10\","            \
    "\"particles_per_ml_after\": \"" after "\"}"
#define BULK(filter)                                                                               \
    "{\"code\": \"BK-9\", \"filter\": \"" filter "\", \"volume_ul\": 2000, \"sample_ul\": 0}"

static void a_filtration_adds_up_and_its_filter_is_whole(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    production_do(demo, "OP1", "isolation.concentrate", MEMBRANE("TF-2", "20000", "6000", "14000"));
    refused(demo, "OP1", "filter.pass", FILTER("FL-2", "2000", "1999", "0", "passed", "1.30e10"),
            "MF-10.balance/1");
    refused(demo, "OP1", "filter.pass", FILTER("FL-2", "2000", "1999", "2", "passed", "1.30e10"),
            "MF-10.balance/1");
    refused(demo, "OP1", "filter.pass", FILTER("FL-2", "6001", "6001", "0", "passed", "1.30e10"),
            "MF-10.drawn/1");
    refused(demo, "OP1", "filter.pass", FILTER("FL-2", "2000", "2000", "0", "not_done", "1.30e10"),
            "MF-10.integrity/1");
    /* What happened is kept, and nothing is made from it. */
    production_do(demo, "OP1", "filter.pass",
                  FILTER("FL-2", "2000", "2000", "0", "failed", "1.30e10"));
    refused(demo, "OP1", "bulk.take", BULK("FL-2"), "MF-10.integrity/1");
    production_do(demo, "OP1", "filter.pass",
                  FILTER("FL-3", "2000", "2000", "0", "passed", "1.18e10"));
    refused(demo, "OP1", "bulk.take", BULK("FL-3"), "MF-10.recovery/1");
    production_do(demo, "OP1", "filter.pass",
                  FILTER("FL-4", "2000", "2000", "0", "passed", "1.19e10"));
    production_do(demo, "OP1", "bulk.take", BULK("FL-4"));
    refused(demo, "OP1", "bulk.take",
            "{\"code\": \"BK-8\", \"filter\": \"FL-4\", \"volume_ul\": 1, \"sample_ul\": 0}",
            "MF-10.drawn/1");
}

#define FILL(specification, vials, volume, end_of_line, expires, cleared)                          \
    "{\"equipment\": \"BSC-01\", \"code\": \"L-9\", \"bulk\": \"BK-1\", \"specification\": "       \
    "\"" specification "\", \"filled_on\": \"2025-06-05\", \"expires_on\": \"" expires             \
    "\", \"vials\": " vials ", \"volume_per_vial_ul\": 1000, \"volume_in_ul\": " volume            \
    ", \"priming_ul\": 0, \"end_of_line_ul\": " end_of_line                                        \
    ", \"vial_lot\": \"VL-1\", \"stopper_lot\": \"ST-1\","                                         \
    "\"started_at\": \"2025-06-05T12:30:00+09:00\", \"ended_at\": \"2025-06-05T13:40:00+09:00\","  \
    "\"clearance_before\": true, \"clearance_after\": " cleared "}"

static void a_fill_adds_up(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    refused(demo, "OP1", "lot.fill", FILL("XP/1.0", "10", "10000", "1", "2026-06-04", "true"),
            "MF-11.balance/1");
    refused(demo, "OP1", "lot.fill", FILL("XP/1.0", "10", "10001", "0", "2026-06-04", "true"),
            "MF-11.balance/1");
    refused(demo, "OP1", "lot.fill", FILL("XP/1.0", "400", "400001", "1", "2026-06-04", "true"),
            "MF-11.drawn/1");
    refused(demo, "OP1", "lot.fill", FILL("XQ/1.0", "10", "10000", "0", "2026-06-04", "true"),
            "PR-01.specification/1");
    refused(demo, "OP1", "lot.fill", FILL("XP/1.0", "10", "10000", "0", "2026-06-05", "true"),
            "PR-06.expiry/1");
    refused(demo, "OP1", "lot.fill", FILL("XP/1.0", "10", "10000", "0", "2026-06-04", "false"),
            "MF-11.clearance/1");
    production_do(demo, "OP1", "lot.fill",
                  FILL("XP/1.0", "400", "400000", "0", "2026-06-04", "true"));
}

#define INSPECT(inspected, vials, first, last)                                                     \
    "{\"lot\": \"L-9\", \"inspected\": " inspected                                                 \
    ", \"rejects\": [{\"why\": \"low_fill\", \"vials\": " vials "}], \"first\": " first            \
    ", \"last\": " last "}"
#define LABELS(issued, used, spoiled)                                                              \
    "{\"lot\": \"L-9\", \"issued\": " issued ", \"used\": " used ", \"spoiled\": " spoiled         \
    ", \"destroyed\": 1}"

static void every_vial_and_every_label_is_accounted_for(void **state)
{
    static const char report[] =
        "{\"lot\": \"L-9\", \"statement\": \"Good.\", \"deviations\": \"none\"}";
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    production_do(demo, "OP1", "lot.fill",
                  FILL("XP/1.0", "10", "10000", "0", "2026-06-04", "true"));
    refused(demo, "OP1", "lot.reconcile_labels", LABELS("13", "10", "2"), "MF-11.inspection/1");
    refused(demo, "OP2", "lot.report", report, "MF-19.complete/1");
    refused(demo, "OP1", "lot.inspect", INSPECT("9", "2", "9", "10"), "MF-11.inspection/1");
    refused(demo, "OP1", "lot.inspect", INSPECT("11", "2", "9", "10"), "MF-11.inspection/1");
    refused(demo, "OP1", "lot.inspect", INSPECT("10", "2", "8", "10"), "MF-11.rejects/1");
    refused(demo, "OP1", "lot.inspect", INSPECT("10", "2", "10", "10"), "MF-11.rejects/1");
    struct demo_answer answer =
        production_do(demo, "OP1", "lot.inspect", INSPECT("10", "2", "9", "10"));
    assert_string_equal(production_text(&answer, NULL, "rejected_percent"), "20");
    refused(demo, "OP2", "lot.report", report, "MF-19.complete/1");
    refused(demo, "OP1", "lot.reconcile_labels", LABELS("12", "8", "2"), "MF-11.labels/1");
    refused(demo, "OP1", "lot.reconcile_labels", LABELS("10", "8", "2"), "MF-11.labels/1");
    refused(demo, "OP1", "lot.reconcile_labels", LABELS("12", "9", "2"), "MF-11.used/1");
    refused(demo, "OP1", "lot.reconcile_labels", LABELS("10", "7", "2"), "MF-11.used/1");
    production_do(demo, "OP1", "lot.reconcile_labels", LABELS("11", "8", "2"));
    production_do(demo, "OP2", "lot.report", report);
}

static void an_inspection_is_taken_back_with_its_rejects(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    production_do(demo, "OP1", "lot.fill",
                  FILL("XP/1.0", "10", "10000", "0", "2026-06-04", "true"));
    struct demo_answer answer =
        production_do(demo, "OP1", "lot.inspect", INSPECT("10", "2", "9", "10"));
    production_do(demo, "QM1", "entry.annul",
                  arena_print(demo->arena, "{\"seq\": %lld, \"why\": \"wrong lot\"}",
                              (long long)production_seq(&answer)));
    production_do(demo, "OP1", "lot.inspect", INSPECT("10", "1", "10", "10"));
    answer = production_do(demo, "QC1", "stock.balance", "{\"code\": \"L-9\"}");
    assert_non_null(strstr(answer.text, "\"rejected\",\"site\":\"M\",\"vials\":1"));
}

static void a_hold_upstream_stops_every_step(void **state)
{
    static const struct {
        const char *account;
        const char *operation;
        const char *input;
    } steps[] = {
        {"BK1", "bank.freeze", BANK("X", "8", "2", "2560000")},
        {"OP1", "culture.start", THAW("C-9", "WCB-1", "9")},
        {"OP1", "harvest.record", REAP("HV-9", "C-1", "1", "1000", "252800000")},
        {"OP1", "pool.make", POOL(FROM("HV-1", "1"), "1", "0")},
        {"OP1", "isolation.concentrate", MEMBRANE("TF-3", "10000", "3000", "7000")},
        {"OP1", "filter.pass", FILTER("FL-3", "2000", "1950", "50", "passed", "1.30e10")},
        {"OP1", "bulk.take",
         "{\"code\": \"BK-2\", \"filter\": \"FL-2\", \"volume_ul\": 1000, \"sample_ul\": 0}"},
        {"OP1", "lot.fill", FILL("XP/1.0", "10", "10000", "0", "2026-06-04", "true")},
    };
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    production_do(demo, "OP1", "isolation.concentrate", MEMBRANE("TF-2", "10000", "3000", "7000"));
    production_do(demo, "OP1", "filter.pass",
                  FILTER("FL-2", "1000", "1000", "0", "passed", "1.30e10"));
    production_do(demo, "QM1", "hold.place", "{\"subject\": \"donor:D-1\", \"why\": \"other\"}");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        refused(demo, steps[i].account, steps[i].operation, steps[i].input, "DN-08.hold/1");
    production_do(demo, "QM1", "hold.lift", "{\"subject\": \"donor:D-1\", \"why\": \"other\"}");
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (i != 3) /* nothing is left of the harvest */
            done(demo, steps[i].account, steps[i].operation, steps[i].input);
}

static void two_donors_make_a_pool_of_donors(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_do(demo, "DC1", "donor.register",
                  "{\"code\": \"D-3\", \"tissue\": \"adipose\", \"sex\": \"female\","
                  "\"name\": \"Invented\", \"birth_date\": \"1999-03-09\","
                  "\"identity_checked\": true, \"treatment_first\": true,"
                  "\"tested_person\": \"donor\", \"payment_yen\": 0, \"travel_yen\": 0,"
                  "\"chosen_because\": \"planned operation\"}");
    production_do(demo, "DP1", "collection.record",
                  "{\"code\": \"T-3\", \"donor\": \"D-3\", \"institution\": \"clinic\","
                  "\"collected_on\": \"2025-01-16\", \"screening_status\": \"open\","
                  "\"collection_course\": \"good\", \"transport_course\": \"good\","
                  "\"other_items\": \"none\", \"volume_ul\": 60000}");
    done(demo, "BK1", "bank.freeze",
         "{\"code\": \"MCB-3\", \"kind\": \"master\", \"tissue\": \"T-3\","
         "\"passage\": 1, \"frozen_on\": \"2025-02-10\", \"doublings\": \"4.00\","
         "\"vials\": 20, \"cells_per_vial\": 2600000,"
         "\"position\": \"F1-R1-B3\", \"source_flag\": \"none\"}");
    production_do(demo, "QR1", "bank.close_tests", CLOSE_TESTS("MCB-3"));
    done(demo, "OP1", "culture.start", THAW("C-9", "MCB-3", "1"));
    production_do(demo, "OP1", "harvest.record", REAP("HV-9", "C-9", "3", "1000", "9000000"));
    struct demo_answer answer = production_do(
        demo, "OP1", "pool.make",
        POOL(FROM("HV-1", "1000") "," FROM("HV-2", "1000") "," FROM("HV-9", "1000"), "3000", "0"));
    assert_string_equal(production_text(&answer, NULL, "donors"), "D-1 D-3");
    assert_non_null(strstr(answer.text, "\"pool_of_donors\":true"));
}

static void a_lot_is_reported_once(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    struct demo_answer answer =
        production_do(demo, "OP2", "lot.report",
                      "{\"lot\": \"L-1\", \"statement\": \"Good.\",\"deviations\": \"none\"}");
    const struct demo_request again = {
        .operation = "lot.report",
        .input = "{\"lot\": \"L-1\", \"statement\": \"Fine.\",\"deviations\": \"none\"}"};
    production_refused(demo, "OP2", &again, FAULT_CONFLICT, "MF-19.report/1");
    production_do(demo, "QM1", "entry.annul",
                  arena_print(demo->arena, "{\"seq\": %lld, \"why\": \"wrong lot\"}",
                              (long long)production_seq(&answer)));
    production_do(demo, "OP2", "lot.report", again.input);
}

static void the_chain_is_whole_and_can_be_rebuilt(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    const char *before = demo_fingerprint(demo);
    demo_verify(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
}

#define TEST_ON(name, engine) cmocka_unit_test_setup_teardown(name, demo_open_##engine, demo_close)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        TEST_ON(old_cells_are_not_banked, engine), TEST_ON(cells_do_not_grow_younger, engine),     \
            TEST_ON(a_bank_vial_is_used_once, engine),                                             \
            TEST_ON(without_signed_limits_nothing_is_banked, engine),                              \
            TEST_ON(a_pool_adds_up, engine),                                                       \
            TEST_ON(a_harvest_is_not_drawn_beyond_its_volume, engine),                             \
            TEST_ON(another_tissue_does_not_go_in, engine),                                        \
            TEST_ON(a_membrane_step_adds_up, engine), TEST_ON(a_fill_adds_up, engine),             \
            TEST_ON(a_filtration_adds_up_and_its_filter_is_whole, engine),                         \
            TEST_ON(every_vial_and_every_label_is_accounted_for, engine),                          \
            TEST_ON(an_inspection_is_taken_back_with_its_rejects, engine),                         \
            TEST_ON(a_hold_upstream_stops_every_step, engine),                                     \
            TEST_ON(two_donors_make_a_pool_of_donors, engine),                                     \
            TEST_ON(a_lot_is_reported_once, engine),                                               \
            TEST_ON(the_chain_is_whole_and_can_be_rebuilt, engine),                                \
    }

int main(void)
{
    const struct CMUnitTest on_sqlite[] = TESTS(sqlite);
    const struct CMUnitTest on_postgres[] = TESTS(postgres);
    int failed = cmocka_run_group_tests(on_sqlite, NULL, NULL);
    if (demo_server())
        failed += cmocka_run_group_tests(on_postgres, NULL, NULL);
    return failed;
}
