/* test_cells.c: do banks, cultures, media and frozen harvests refuse what must not happen? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "production.h"

static void refused(struct demo *demo, const char *account, const char *witness,
                    const char *operation, const char *input, const char *rules)
{
    const struct demo_request asked = {.operation = operation, .input = input, .witness = witness};
    demo->work.now_usec += INT64_C(61) * 1000000;
    production_refused(demo, account, &asked, FAULT_RULE, rules);
}

static void conflicts(struct demo *demo, const char *account, const char *witness,
                      const char *operation, const char *input, const char *rules)
{
    const struct demo_request asked = {.operation = operation, .input = input, .witness = witness};
    demo->work.now_usec += INT64_C(61) * 1000000;
    production_refused(demo, account, &asked, FAULT_CONFLICT, rules);
}

#define ALLOCATE(purpose, first, last)                                                             \
    "{\"bank\": \"WCB-1\", \"purpose\": \"" purpose "\", \"first\": " first ", \"last\": " last "}"
#define RANGE(kind, code, first, last)                                                             \
    "{\"" kind "\": \"" code "\", \"first\": " first ", \"last\": " last ", \"why\": \"test\"}"

static void the_states_of_a_bank_sum_to_what_was_made(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_do(demo, "BK1", "bank.allocate", ALLOCATE("qc", "3", "6"));
    production_do(demo, "BK1", "bank.allocate", ALLOCATE("reserve", "57", "60"));
    production_do(demo, "BK1", "bank.allocate", ALLOCATE("stock", "58", "58"));
    production_witnessed(demo, "BK1", "QM1", "bank.destroy", RANGE("bank", "WCB-1", "59", "60"));
    struct demo_answer answer = production_do(demo, "BK1", "bank.balance", "{\"code\": \"WCB-1\"}");
    assert_non_null(strstr(answer.text, "\"made\":60,\"in_stock\":51,\"qc\":4,\"reserve\":1,"
                                        "\"thawed\":2,\"destroyed\":2,\"sum\":60"));
    answer = production_do(demo, "BK1", "bank.vials", "{\"code\": \"WCB-1\"}");
    assert_non_null(strstr(answer.text,
                           "\"code\":\"WCB-1-02\",\"vial\":2,\"state\":\"thawed\","
                           "\"position\":\"F1-R2-B1/2\",\"used_for\":\"culture:C-2\""));
    demo_verify(demo);
}

static void a_vial_set_aside_is_not_taken_for_another_purpose(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_do(demo, "BK1", "bank.allocate", ALLOCATE("qc", "3", "6"));
    conflicts(demo, "BK1", NULL, "bank.allocate", ALLOCATE("reserve", "6", "7"), "");
    conflicts(demo, "BK1", NULL, "bank.allocate", ALLOCATE("stock", "3", "3"), "");
    conflicts(demo, "BK1", NULL, "bank.allocate", ALLOCATE("qc", "2", "2"), "CB-07.single_use/1");
    conflicts(demo, "OP1", "BK1", "culture.start", THAW("C-9", "WCB-1", "3"), "");
    conflicts(demo, "BK1", "QM1", "bank.destroy", RANGE("bank", "WCB-1", "6", "7"), "");
}

static void a_bank_without_closed_tests_is_not_cultured(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    refused(demo, "OP1", "BK1", "culture.start", THAW("C-9", "MCB-1", "2"), "CB-04.closed/1");
    conflicts(demo, "QR1", NULL, "bank.close_tests", CLOSE_TESTS("WCB-1"), "");
    struct demo_answer answer =
        production_do(demo, "QR1", "bank.close_tests",
                      "{\"bank\": \"MCB-1\", \"tested_on\": \"2025-04-25\", \"results\": ["
                      "{\"test\": \"STR\", \"done\": true, \"outcome\": \"match\"},"
                      "{\"test\": \"CD73\", \"done\": true, \"value\": \"94.9\"}]}");
    assert_string_equal(production_text(&answer, NULL, "tests"), "failed");
    refused(demo, "OP1", "BK1", "culture.start", THAW("C-9", "MCB-1", "2"), "DN-08.hold/1");
    production_do(demo, "QM1", "hold.lift", "{\"subject\": \"bank:MCB-1\", \"why\": \"other\"}");
    refused(demo, "OP1", "BK1", "culture.start", THAW("C-9", "MCB-1", "2"), "CB-04.closed/1");
    refused(demo, "BK1", "BK2", "bank.freeze",
            "{\"code\": \"WCB-9\", \"kind\": \"working\", \"bank\": \"MCB-1\", \"bank_vial\": 2,"
            "\"thawed_at\": \"2025-05-01T09:00:00+09:00\", \"thawed_viable_cells\": 1000000,"
            "\"frozen_on\": \"2025-05-08\", \"passage\": 2, \"vials\": 5,"
            "\"cells_per_vial\": 1000000, \"position\": \"F1\"}",
            "CB-04.closed/1");
}

static void the_source_flag_reaches_the_harvest(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_witnessed(demo, "BK1", "BK2", "bank.freeze",
                         "{\"code\": \"MCB-9\", \"kind\": \"master\", \"tissue\": \"T-1\","
                         "\"passage\": 1, \"frozen_on\": \"2025-02-10\", \"doublings\": \"4\","
                         "\"vials\": 2, \"cells_per_vial\": 1, \"position\": \"F1\","
                         "\"source_flag\": \"immortalised\"}");
    production_do(demo, "QR1", "bank.close_tests", CLOSE_TESTS("MCB-9"));
    production_witnessed(demo, "OP1", "BK1", "culture.start", THAW("C-9", "MCB-9", "1"));
    struct demo_answer answer =
        production_do(demo, "OP1", "harvest.record", REAP("HV-9", "C-9", "1", "1000", "9000000"));
    assert_string_equal(production_text(&answer, NULL, "source_flag"), "immortalised");
    answer = production_do(demo, "QM1", "source.show", "{\"name\": \"harvest:HV-9\"}");
    assert_non_null(strstr(answer.text, "\"flags\":\"immortalised\""));
    answer = production_do(demo, "QM1", "source.show", "{\"name\": \"harvest:HV-1\"}");
    assert_non_null(strstr(answer.text, "\"donors\":\"D-1\",\"standing\":\"quarantine\""));
    assert_non_null(strstr(answer.text, "\"flags\":\"none\""));
}

static void cells_of_two_donors_never_share_a_bottle(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "OP1", NULL, "harvest.record", REAP("HV-9", "C-3", "1", "1000", "9000000"),
            "MF-06.shared/1");
    refused(demo, "OP1", NULL, "harvest.record", REAP("HV-9", "C-1", "2", "1000", "252800000"),
            "MF-06.shared/1");
    production_do(demo, "OP1", "harvest.record", REAP("HV-9", "C-3", "2", "1000", "9000000"));
}

static void a_bottle_gives_no_more_than_it_holds(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "OP1", NULL, "harvest.record", REAP("HV-9", "C-1", "1", "749501", "252800000"),
            "MF-04.drawn/1");
    production_do(demo, "OP1", "material.discard",
                  "{\"material\": \"MD-1\", \"bottle\": 1, \"volume_ul\": 500, \"why\": \"test\"}");
    refused(demo, "OP1", NULL, "harvest.record", REAP("HV-9", "C-1", "1", "749001", "252800000"),
            "MF-04.drawn/1");
    production_do(demo, "OP1", "harvest.record", REAP("HV-9", "C-1", "1", "749000", "252800000"));
    refused(demo, "OP1", NULL, "material.discard",
            "{\"material\": \"MD-1\", \"bottle\": 1, \"volume_ul\": 1, \"why\": \"test\"}",
            "MF-04.drawn/1");
}

static void a_hold_on_one_donor_does_not_pass_through_the_medium(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_do(demo, "QM1", "hold.place", "{\"subject\": \"donor:D-2\", \"why\": \"other\"}");
    refused(demo, "OP1", NULL, "harvest.record", REAP("HV-9", "C-3", "2", "1000", "9000000"),
            "DN-08.hold/1");
    production_do(demo, "OP1", "harvest.record", REAP("HV-9", "C-1", "1", "1000", "252800000"));
    production_do(demo, "QM1", "hold.place",
                  "{\"subject\": \"material:MD-1\", \"why\": \"deviation\"}");
    refused(demo, "OP1", NULL, "harvest.record", REAP("HV-8", "C-1", "1", "1000", "252800000"),
            "DN-08.hold/1");
}

#define BOTTLES(number, volume, loss)                                                              \
    "{\"harvest\": \"HV-3\", \"bottles\": " number ", \"volume_per_bottle_ul\": " volume           \
    ", \"loss_ul\": " loss ", \"position\": \"F2-R1-B1\"}"

static void a_harvest_is_frozen_to_the_microlitre(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    refused(demo, "OP1", NULL, "harvest.freeze", BOTTLES("6", "48000", "5999"), "MF-08.bottles/1");
    refused(demo, "OP1", NULL, "harvest.freeze", BOTTLES("6", "48000", "6001"), "MF-08.bottles/1");
    production_do(demo, "OP1", "harvest.freeze", BOTTLES("6", "48000", "6000"));
    conflicts(demo, "OP1", NULL, "harvest.freeze", BOTTLES("6", "48000", "0"), "");
    production_do(demo, "OP1", "harvest.thaw", RANGE("harvest", "HV-3", "1", "1"));
    conflicts(demo, "BK1", "QM1", "harvest.destroy", RANGE("harvest", "HV-3", "1", "2"), "");
    production_witnessed(demo, "BK1", "QM1", "harvest.destroy", RANGE("harvest", "HV-3", "2", "6"));
    struct demo_answer answer = production_do(demo, "BK1", "harvest.show", "{\"code\": \"HV-3\"}");
    assert_non_null(strstr(answer.text, "\"clarified_ul\":294000,\"volume_ul\":48000"));
    demo_verify(demo);
}

static void held_material_is_kept_until_the_donor_is_decided(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_do(demo, "BK1", "bank.allocate",
                  "{\"bank\": \"MCB-2\", \"purpose\": \"reserve\", \"first\": 12, \"last\": 12}");
    production_do(demo, "QM1", "hold.place", "{\"subject\": \"donor:D-2\", \"why\": \"other\"}");
    refused(demo, "BK1", "QM1", "bank.destroy", RANGE("bank", "MCB-2", "2", "11"),
            "DN-08.destroy/1");
    refused(demo, "BK1", NULL, "bank.allocate",
            "{\"bank\": \"MCB-2\", \"purpose\": \"stock\", \"first\": 12, \"last\": 12}",
            "DN-08.hold/1");
    production_do(demo, "EO1", "donor.decide",
                  "{\"donor\": \"D-2\", \"decision\": \"ineligible\"}");
    refused(demo, "BK1", "QM1", "bank.destroy", RANGE("bank", "MCB-2", "11", "12"),
            "RS-01.reserve/1");
    production_witnessed(demo, "BK1", "QM1", "bank.destroy", RANGE("bank", "MCB-2", "2", "11"));
}

static void who_passed_the_cells_on_is_a_maker_of_the_lot(void **state)
{
    static const char *const proofs[] = {"health", "training"};
    struct demo *demo = *state;
    production_make(demo, STAGE_LOT);
    const char *lot = "{\"code\": \"L-1\"}";
    struct demo_answer answer = production_do(demo, "QA1", "lot.readiness", lot);
    assert_null(strstr(answer.text, "OP2"));
    for (size_t i = 0; i < 2; i++)
        production_do(demo, "QM1", "operator.qualify",
                      arena_print(demo->work.arena,
                                  "{\"account\": \"OP2\", \"kind\": \"%s\","
                                  "\"valid_from\": \"2025-06-01\", \"valid_until\": "
                                  "\"2026-06-01\"}",
                                  proofs[i]));
    production_do(demo, "OP2", "operator.declare",
                  "{\"account\": \"OP2\", \"infection\": false, \"wound\": false,"
                  "\"diarrhoea\": false, \"fever\": false, \"handled_contaminants\": false,"
                  "\"gowned\": true}");
    production_do(demo, "OP2", "culture.pass", PASS("C-2", "4", "33600000", "31600000"));
    answer = production_do(demo, "QA1", "lot.readiness", lot);
    assert_non_null(strstr(answer.text, "OP2"));
}

static void the_chain_is_whole_and_can_be_rebuilt(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    production_do(demo, "BK1", "bank.allocate", ALLOCATE("qc", "3", "6"));
    production_do(demo, "OP1", "harvest.freeze", BOTTLES("6", "48000", "6000"));
    production_witnessed(demo, "BK1", "QM1", "harvest.destroy", RANGE("harvest", "HV-3", "2", "6"));
    const char *before = demo_fingerprint(demo);
    demo_verify(demo);
    demo_rebuild(demo);
    assert_string_equal(demo_fingerprint(demo), before);
}

#define TEST_ON(name, engine) cmocka_unit_test_setup_teardown(name, demo_open_##engine, demo_close)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        TEST_ON(the_states_of_a_bank_sum_to_what_was_made, engine),                                \
            TEST_ON(a_vial_set_aside_is_not_taken_for_another_purpose, engine),                    \
            TEST_ON(a_bank_without_closed_tests_is_not_cultured, engine),                          \
            TEST_ON(the_source_flag_reaches_the_harvest, engine),                                  \
            TEST_ON(cells_of_two_donors_never_share_a_bottle, engine),                             \
            TEST_ON(a_bottle_gives_no_more_than_it_holds, engine),                                 \
            TEST_ON(a_hold_on_one_donor_does_not_pass_through_the_medium, engine),                 \
            TEST_ON(a_harvest_is_frozen_to_the_microlitre, engine),                                \
            TEST_ON(held_material_is_kept_until_the_donor_is_decided, engine),                     \
            TEST_ON(who_passed_the_cells_on_is_a_maker_of_the_lot, engine),                        \
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
