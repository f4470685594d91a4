/* test_specification.c: what may be signed as a product, and from what may it be filled? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "production.h"

static struct demo_request approval(const char *input)
{
    return (struct demo_request){
        .operation = "specification.approve", .witness = "MD1", .input = input};
}

static void approved(struct demo *demo, const char *input)
{
    production_witnessed(demo, "QM1", "MD1", "specification.approve", input);
}

static void not_approved(struct demo *demo, const char *input, const char *rule)
{
    const struct demo_request asked = approval(input);
    demo->work.now_usec += INT64_C(61) * 1000000;
    production_refused(demo, "QM1", &asked, FAULT_RULE, rule);
}

#define SPECIFICATION(code, class, tissue, more)                                                   \
    "{\"code\": \"" code "\", \"version\": \"1.0\", \"tissue\": \"" tissue                         \
    "\", \"routes\": \"iv microneedle\", \"product_class\": \"" class "\", \"limits\": ["          \
                                                                      "{\"attribute\": "           \
                                                                      "\"endotoxin\", \"high\": "  \
                                                                      "\"1\", \"unit\": "          \
                                                                      "\"EU/ml\","                 \
                                                                      "\"decision_rule\": "        \
                                                                      "\"simple\", \"basis\": "    \
                                                                      "\"example\"" more "}]}"

static void a_limit_is_asked_for_allowed_routes_alone(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    not_approved(demo,
                 SPECIFICATION("XA", "ev_enriched", "adipose", ", \"route_scope\": \"iv nasal\""),
                 "PR-05.scope/1");
    approved(demo, SPECIFICATION("XA", "ev_enriched", "adipose", ", \"route_scope\": \"iv\""));
}

static void a_vehicle_alone_has_no_tissue(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    not_approved(demo, SPECIFICATION("XV", "placebo_vehicle", "adipose", ""), "PR-01.vehicle/1");
    not_approved(demo, SPECIFICATION("XV", "ev_enriched", "none", ""), "PR-01.vehicle/1");
    approved(demo, SPECIFICATION("XV", "placebo_vehicle", "none", ""));
}

static void a_class_is_one_of_the_signed_list(void **state)
{
    /* One class alone: concentrated_conditioned_medium. */
    static const char tables[] =
        "{\"code\": \"RS-2\", \"tables\": [{\"name\": \"product_classes\", \"file\":"
        "{\"name\": \"product_classes.tsv\", \"base64\":"
        "\"Y29kZQljbGFzc19lbgpjb25jZW50cmF0ZWRfY29uZGl0aW9uZWRfbWVkaXVtCWNvbmNlbnRyYXRlZAo=\"}}]}";
    struct demo *demo = *state;
    production_make(demo, STAGE_BANKS);
    approved(demo, SPECIFICATION("XA", "ev_enriched", "adipose", ""));
    production_witnessed(demo, "MD1", "QM1", "ruleset.approve", tables);
    not_approved(demo, SPECIFICATION("XB", "ev_enriched", "adipose", ""), "PR-01.class/1");
    approved(demo, SPECIFICATION("XB", "concentrated_conditioned_medium", "adipose", ""));
}

#define MATERIAL(code, kind)                                                                       \
    "{\"code\": \"" code "\", \"kind\": \"" kind "\", \"supplier\": \"invented\","                 \
    "\"certificate\": \"COA\", \"expires_on\": \"2026-12-31\", \"serum\": \"none\","               \
    "\"antibiotics\": \"none\", \"bottles\": [{\"number\": 1, \"volume_ul\": 10000}]}"
#define FILL(specification, from, vials, volume)                                                   \
    "{\"equipment\": \"BSC-01\", \"code\": \"V-9\", " from "\"specification\": \"" specification   \
    "\", \"filled_on\": \"2025-06-11\", \"vials\": " vials                                         \
    ", \"volume_per_vial_ul\": 1000, \"volume_in_ul\": " volume                                    \
    ", \"priming_ul\": 0, \"end_of_line_ul\": 0, \"vial_lot\": \"VL-1\", \"stopper_lot\": "        \
    "\"ST-1\","                                                                                    \
    "\"started_at\": \"2025-06-11T13:00:00+09:00\", \"ended_at\": \"2025-06-11T14:00:00+09:00\","  \
    "\"clearance_before\": true, \"clearance_after\": true}"
#define BUFFER "\"material\": \"BF-1\", \"bottle\": 1, "

static void not_filled(struct demo *demo, const char *input, const char *rule)
{
    const struct demo_request asked = {.operation = "lot.fill", .input = input};
    demo->work.now_usec += INT64_C(61) * 1000000;
    production_refused(demo, "OP2", &asked, FAULT_RULE, rule);
}

static void a_vehicle_is_filled_from_a_buffer_and_has_no_donor(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_RETENTATE);
    approved(demo, SPECIFICATION("XV", "placebo_vehicle", "none", ""));
    production_do(demo, "OP1", "material.receive", MATERIAL("BF-1", "buffer"));
    production_do(demo, "OP1", "material.receive", MATERIAL("MD-9", "medium"));
    not_filled(demo, FILL("XV/1.0", "", "10", "10000"), "PR-01.source/1");
    not_filled(demo, FILL("XV/1.0", BUFFER "\"bulk\": \"BK-1\", ", "10", "10000"),
               "PR-01.source/1");
    not_filled(demo, FILL("XV/1.0", "\"material\": \"MD-9\", \"bottle\": 1, ", "10", "10000"),
               "PR-01.source/1");
    not_filled(demo, FILL("XP/1.0", BUFFER, "10", "10000"), "PR-01.specification/1");
    not_filled(demo, FILL("XV/1.0", BUFFER, "11", "11000"), "MF-04.drawn/1");
    not_filled(demo, FILL("XV/1.0", BUFFER, "10", "10001"), "MF-11.balance/1");
    struct demo_answer answer =
        production_do(demo, "OP1", "lot.fill", FILL("XV/1.0", BUFFER, "10", "10000"));
    assert_string_equal(production_text(&answer, NULL, "kind"), "vehicle");
    assert_string_equal(production_text(&answer, NULL, "expires_on"), "2026-06-10");
    production_do(demo, "OP2", "lot.inspect", "{\"lot\": \"V-9\", \"inspected\": 10}");
    production_do(demo, "OP2", "lot.reconcile_labels",
                  "{\"lot\": \"V-9\", \"issued\": 10, \"used\": 10, \"spoiled\": 0,"
                  "\"destroyed\": 0}");
    answer = production_do(demo, "OP2", "lot.balance_sheet", "{\"lot\": \"V-9\"}");
    assert_null(strstr(answer.text, "particles"));
    production_do(demo, "OP2", "lot.report",
                  "{\"lot\": \"V-9\", \"statement\": \"Good.\", \"deviations\": \"none\"}");
    demo_verify(demo);
}

static void what_lies_outside_is_kept_and_not_carried_on(void **state)
{
    struct demo *demo = *state;
    production_make(demo, STAGE_HARVESTS);
    struct demo_answer answer =
        production_do(demo, "OP1", "pool.make",
                      "{\"equipment\": \"BSC-01\", \"code\": \"PL-2\", \"specification\": "
                      "\"XP/1.0\", \"volume_ul\": 1000, \"loss_ul\": 0,"
                      "\"particles_per_ml\": \"4.899e9\", \"inputs\": [{\"harvest\": \"HV-1\","
                      "\"volume_ul\": 1000}]}");
    assert_string_equal(production_text(&answer, NULL, "unmet"), "MF-03.closure/1");
    const struct demo_request feed = {
        .operation = "isolation.concentrate",
        .input =
            "{\"equipment\": \"BSC-01\", \"code\": \"TF-2\", \"pool\": \"PL-2\", \"fed_ul\": 1000,"
            "\"retentate_ul\": 400, \"permeate_ul\": 600, \"holdup_ul\": 0,"
            "\"cutoff_kda\": 500, \"membrane_lot\": \"MB-1\", \"membrane_use_count\": 1,"
            "\"feed_particles_per_ml\": \"5e9\","
            "\"retentate_particles_per_ml\": \"1.0624e10\"}"};
    production_refused(demo, "OP1", &feed, FAULT_RULE, "MF-03.closure/1");
    production_do(demo, "OP1", "pool.make",
                  "{\"equipment\": \"BSC-01\", \"code\": \"PL-3\", \"specification\": \"XP/1.0\", "
                  "\"volume_ul\": 1000,"
                  "\"loss_ul\": 0, \"particles_per_ml\": \"4.9e9\", \"inputs\": ["
                  "{\"harvest\": \"HV-1\", \"volume_ul\": 1000}]}");
    production_do(
        demo, "OP1", "isolation.concentrate",
        "{\"equipment\": \"BSC-01\", \"code\": \"TF-3\", \"pool\": \"PL-3\", \"fed_ul\": 1000,"
        "\"retentate_ul\": 400, \"permeate_ul\": 600, \"holdup_ul\": 0,"
        "\"cutoff_kda\": 500, \"membrane_lot\": \"MB-1\", \"membrane_use_count\": 1,"
        "\"feed_particles_per_ml\": \"5e9\","
        "\"retentate_particles_per_ml\": \"1.0624e10\"}");
    const struct demo_request filter = {
        .operation = "filter.pass",
        .input = "{\"equipment\": \"BSC-01\", \"code\": \"FL-3\", \"isolation\": \"TF-3\", "
                 "\"in_ul\": 400, \"out_ul\": 400,"
                 "\"holdup_ul\": 0, \"pore_um\": \"0.22\", \"filter_lot\": \"FI-1\","
                 "\"integrity_after\": \"passed\", \"particles_per_ml_before\": \"1e10\","
                 "\"particles_per_ml_after\": \"1e10\"}"};
    production_refused(demo, "OP1", &filter, FAULT_RULE, "MF-09.yield/1");
    demo_verify(demo);
}

#define TEST_ON(name, engine) cmocka_unit_test_setup_teardown(name, demo_open_##engine, demo_close)
#define TESTS(engine)                                                                              \
    {                                                                                              \
        TEST_ON(a_limit_is_asked_for_allowed_routes_alone, engine),                                \
            TEST_ON(a_vehicle_alone_has_no_tissue, engine),                                        \
            TEST_ON(a_class_is_one_of_the_signed_list, engine),                                    \
            TEST_ON(a_vehicle_is_filled_from_a_buffer_and_has_no_donor, engine),                   \
            TEST_ON(what_lies_outside_is_kept_and_not_carried_on, engine)                          \
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
