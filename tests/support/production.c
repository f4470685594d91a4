/* production.c: a demonstration record in which a lot is on its way, for tests of the stages. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "production.h"

/* 2025-06-30T10:00:00+09:00 */
static const int64_t now_usec = INT64_C(1751245200000000);

static const struct step {
    enum production_stage stage;
    const char *account;
    const char *operation;
    const char *witness;
    const char *input;
} steps[] = {
    {STAGE_BANKS, "MD1", "ruleset.approve", "QM1",
     "{\"code\": \"RS-1\", \"settings\": ["
     "{\"key\": \"bank_identity_limits\", \"value\": \"CD73>=95\", \"basis\": \"example\"},"
     "{\"key\": \"bank_limits\", \"value\": \"STR=match\", \"basis\": \"example\"},"
     "{\"key\": \"operator_gate\", \"value\": \"health training\", \"basis\": \"example\"},"
     "{\"key\": \"equipment_gate\", \"value\": \"calibration\", \"basis\": \"example\"},"
     "{\"key\": \"passage_limit\", \"value\": \"4\", \"basis\": \"example\"},"
     "{\"key\": \"pool_closure_most_percent\", \"value\": \"2.0\", \"basis\": \"example\"},"
     "{\"key\": \"production_period_days\", \"value\": \"1\", \"basis\": \"example\"},"
     "{\"key\": \"membrane_yield_least_percent\", \"value\": \"85\", \"basis\": \"example\"},"
     "{\"key\": \"filter_recovery_least_percent\", \"value\": \"85\", \"basis\": \"example\"},"
     "{\"key\": \"count_uncertainty_percent\", \"value\": \"10\", \"basis\": \"example\"},"
     "{\"key\": \"shelf_life_months\", \"value\": \"12\", \"basis\": \"example\"},"
     "{\"key\": \"sterility_days_least\", \"value\": \"14\", \"basis\": \"example\"},"
     "{\"key\": \"mycoplasma_days_least\", \"value\": \"28\", \"basis\": \"example\"},"
     "{\"key\": \"spike_recovery_least_percent\", \"value\": \"50\", \"basis\": \"example\"},"
     "{\"key\": \"spike_recovery_most_percent\", \"value\": \"200\", \"basis\": \"example\"},"
     "{\"key\": \"doubling_limit\", \"value\": \"20.00\", \"basis\": \"example\"}]}"},
    {STAGE_BANKS, "QM1", "specification.approve", "MD1",
     "{\"code\": \"XP\", \"version\": \"1.0\", \"tissue\": \"adipose\", \"routes\": \"iv\","
     "\"product_class\": \"concentrated_conditioned_medium\", \"limits\": ["
     "{\"attribute\": \"particles_per_ml\", \"low\": \"0.80e10\", \"high\": \"1.20e10\","
     " \"unit\": \"1/ml\", \"decision_rule\": \"simple\", \"basis\": \"label\"},"
     "{\"attribute\": \"endotoxin\", \"high\": \"0.25\", \"strict\": true, \"unit\": \"EU/ml\","
     " \"decision_rule\": \"simple\", \"basis\": \"example\"},"
     "{\"attribute\": \"sterility\", \"outcome\": \"no_growth\", \"decision_rule\": \"simple\","
     " \"basis\": \"14 days\"}]}"},
    {STAGE_BANKS, "QM1", "specification.approve", "MD1",
     "{\"code\": \"XQ\", \"version\": \"1.0\", \"tissue\": \"adipose\", \"routes\": \"topical\","
     "\"product_class\": \"topical_serum\", \"limits\": [{\"attribute\": \"endotoxin\","
     " \"high\": \"1\", \"unit\": \"EU/ml\", \"decision_rule\": \"interval\","
     " \"basis\": \"example\"}]}"},
    {STAGE_BANKS, "DC1", "donor.register", NULL,
     "{\"code\": \"D-1\", \"tissue\": \"adipose\", \"sex\": \"female\", \"name\": \"Invented\","
     "\"birth_date\": \"1998-03-09\", \"identity_checked\": true, \"treatment_first\": true,"
     "\"tested_person\": \"donor\", \"payment_yen\": 0, \"travel_yen\": 0,"
     "\"chosen_because\": \"planned operation\"}"},
    {STAGE_BANKS, "DC1", "donor.register", NULL,
     "{\"code\": \"D-2\", \"tissue\": \"dental_pulp_permanent\", \"sex\": \"male\","
     "\"name\": \"Invented\", \"birth_date\": \"2003-11-30\", \"identity_checked\": true,"
     "\"treatment_first\": true,"
     "\"tested_person\": \"donor\", \"payment_yen\": 0, \"travel_yen\": 0, \"chosen_because\": "
     "\"extraction\"}"},
    {STAGE_BANKS, "DP1", "collection.record", NULL,
     "{\"code\": \"T-1\", \"donor\": \"D-1\", \"institution\": \"clinic\","
     "\"collected_on\": \"2025-01-16\", \"screening_status\": \"open\","
     "\"collection_course\": \"good\", \"transport_course\": \"good\","
     "\"other_items\": \"none\", \"volume_ul\": 60000}"},
    {STAGE_BANKS, "DP1", "collection.record", NULL,
     "{\"code\": \"T-2\", \"donor\": \"D-2\", \"institution\": \"clinic\","
     "\"collected_on\": \"2025-01-23\", \"screening_status\": \"open\","
     "\"collection_course\": \"good\", \"transport_course\": \"good\","
     "\"other_items\": \"none\", \"volume_ul\": 0}"},
    {STAGE_BANKS, "BK1", "bank.freeze", "BK2",
     "{\"code\": \"MCB-1\", \"kind\": \"master\", \"tissue\": \"T-1\", \"passage\": 1,"
     "\"frozen_on\": \"2025-02-10\", \"doublings\": \"4.00\", \"vials\": 20,"
     "\"cells_per_vial\": 2600000, \"position\": \"F1-R1-B1\", \"source_flag\": \"none\"}"},
    {STAGE_BANKS, "BK1", "bank.freeze", "BK2",
     "{\"code\": \"MCB-2\", \"kind\": \"master\", \"tissue\": \"T-2\", \"passage\": 1,"
     "\"frozen_on\": \"2025-02-20\", \"doublings\": \"4.00\", \"vials\": 12,"
     "\"cells_per_vial\": 1850000, \"position\": \"F1-R1-B2\", \"source_flag\": \"none\"}"},
    {STAGE_BANKS, "BK1", "bank.freeze", "BK2",
     "{\"code\": \"WCB-1\", \"kind\": \"working\", \"bank\": \"MCB-1\", \"bank_vial\": 1,"
     "\"frozen_on\": \"2025-03-10\", \"passage\": 2, \"vials\": 60,"
     "\"thawed_at\": \"2025-03-03T09:00:00+09:00\", \"thawed_viable_cells\": 2343750,"
     "\"cells_per_vial\": 1250000, \"position\": \"F1-R2-B1\"}"},
    {STAGE_BANKS, "QR1", "bank.close_tests", NULL, CLOSE_TESTS("WCB-1")},
    {STAGE_BANKS, "QR1", "bank.close_tests", NULL, CLOSE_TESTS("MCB-2")},
    {STAGE_BANKS, "OP1", "material.receive", NULL,
     "{\"code\": \"MD-1\", \"kind\": \"medium\", \"supplier\": \"Invented\","
     "\"certificate\": \"C-1\", \"expires_on\": \"2025-06-30\", \"serum\": \"none\","
     "\"antibiotics\": \"none\", \"bottles\": [{\"number\": 1, \"volume_ul\": 2000000},"
     "{\"number\": 2, \"volume_ul\": 2000000}, {\"number\": 3, \"volume_ul\": 2000000},"
     "{\"number\": 4, \"volume_ul\": 2000000}, {\"number\": 5, \"volume_ul\": 2000000}]}"},
    {STAGE_HARVESTS, "OP2", "operator.qualify", NULL,
     "{\"account\": \"OP1\", \"kind\": \"health\", \"valid_from\": \"2025-06-01\","
     "\"valid_until\": \"2026-12-31\"}"},
    {STAGE_HARVESTS, "OP2", "operator.qualify", NULL,
     "{\"account\": \"OP1\", \"kind\": \"training\", \"valid_from\": \"2025-06-01\","
     "\"valid_until\": \"2026-12-31\"}"},
    {STAGE_HARVESTS, "OP2", "equipment.register", NULL,
     "{\"code\": \"BSC-01\", \"kind\": \"cabinet\","
     "\"calibrated_on\": \"2025-06-01\", \"calibrated_until\": \"2026-12-31\","
     "\"maintained_on\": \"2025-06-01\", \"maintained_until\": \"2026-12-31\"}"},
    {STAGE_HARVESTS, "OP1", "operator.declare", NULL,
     "{\"account\": \"OP1\", \"infection\": false, \"wound\": false, \"diarrhoea\": false,"
     "\"fever\": false, \"handled_contaminants\": false, \"gowned\": true}"},
    {STAGE_HARVESTS, "OP1", "culture.start", "BK1", THAW("C-1", "WCB-1", "1")},
    {STAGE_HARVESTS, "OP1", "culture.start", "BK1", THAW("C-2", "WCB-1", "2")},
    {STAGE_HARVESTS, "OP1", "culture.start", "BK1", THAW("C-3", "MCB-2", "1")},
    {STAGE_HARVESTS, "OP1", "culture.pass", NULL, PASS("C-1", "4", "33600000", "31600000")},
    {STAGE_HARVESTS, "OP1", "harvest.record", NULL,
     REAP("HV-1", "C-1", "1", "640000", "252800000")},
    {STAGE_HARVESTS, "OP1", "harvest.record", NULL, REAP("HV-2", "C-2", "1", "610500", "36000000")},
    {STAGE_HARVESTS, "OP1", "harvest.record", NULL, REAP("HV-3", "C-3", "2", "294000", "27000000")},
    {STAGE_RETENTATE, "OP1", "pool.make", NULL,
     "{\"equipment\": \"BSC-01\", \"code\": \"PL-1\", \"specification\": \"XP/1.0\", \"inputs\": ["
     "{\"harvest\": \"HV-1\", \"volume_ul\": 640000},"
     "{\"harvest\": \"HV-2\", \"volume_ul\": 610500}],"
     "\"volume_ul\": 1250000, \"loss_ul\": 500, \"particles_per_ml\": \"5.10e9\"}"},
    {STAGE_RETENTATE, "OP1", "isolation.concentrate", NULL,
     "{\"equipment\": \"BSC-01\", \"code\": \"TF-1\", \"pool\": \"PL-1\", \"fed_ul\": 1230000, "
     "\"retentate_ul\": 410000,"
     "\"permeate_ul\": 814000, \"holdup_ul\": 6000, \"cutoff_kda\": 500,"
     "\"membrane_lot\": \"MB-1\", \"membrane_use_count\": 1,"
     "\"feed_particles_per_ml\": \"5.10e9\", \"retentate_particles_per_ml\": \"1.40e10\"}"},
    {STAGE_RETENTATE, "OP1", "filter.pass", NULL,
     "{\"equipment\": \"BSC-01\", \"code\": \"FL-1\", \"isolation\": \"TF-1\", \"in_ul\": 410000, "
     "\"out_ul\": 404000,"
     "\"holdup_ul\": 6000, \"pore_um\": \"0.22\", \"filter_lot\": \"FI-1\","
     "\"integrity_after\": \"passed\", \"particles_per_ml_before\": \"1.40e10\","
     "\"particles_per_ml_after\": \"1.30e10\"}"},
    {STAGE_RETENTATE, "OP1", "bulk.take", NULL,
     "{\"code\": \"BK-1\", \"filter\": \"FL-1\", \"volume_ul\": 404000,"
     "\"sample_ul\": 4000}"},
    {STAGE_LOT, "OP1", "lot.fill", NULL,
     "{\"equipment\": \"BSC-01\", \"code\": \"L-1\", \"bulk\": \"BK-1\", \"specification\": "
     "\"XP/1.0\","
     "\"filled_on\": \"2025-06-05\", \"vials\": 96, \"volume_per_vial_ul\": 1050,"
     "\"volume_in_ul\": 105000, \"priming_ul\": 2000, \"end_of_line_ul\": 2200,"
     "\"vial_lot\": \"VL-1\", \"stopper_lot\": \"ST-1\","
     "\"started_at\": \"2025-06-05T12:30:00+09:00\", \"ended_at\": \"2025-06-05T13:40:00+09:00\","
     "\"clearance_before\": true, \"clearance_after\": true}"},
    {STAGE_LOT, "OP1", "lot.inspect", NULL, "{\"lot\": \"L-1\", \"inspected\": 96}"},
    {STAGE_LOT, "OP1", "lot.reconcile_labels", NULL,
     "{\"lot\": \"L-1\", \"issued\": 100, \"used\": 96, \"spoiled\": 3, \"destroyed\": 1}"},
};

void production_make(struct demo *demo, enum production_stage stage)
{
    demo->work.now_usec = now_usec;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && steps[i].stage <= stage; i++) {
        const struct demo_request asked = {
            .operation = steps[i].operation, .input = steps[i].input, .witness = steps[i].witness};
        demo_sign_in(demo, steps[i].account, NULL);
        struct demo_answer answer = demo_ask(demo, &asked);
        if (!answer.worked)
            fail_msg("%s %s: %s", steps[i].operation, steps[i].input, answer.fault.text);
    }
}

struct demo_answer production_do(struct demo *demo, const char *account, const char *operation,
                                 const char *input)
{
    return production_witnessed(demo, account, NULL, operation, input);
}

struct demo_answer production_witnessed(struct demo *demo, const char *account, const char *witness,
                                        const char *operation, const char *input)
{
    const struct demo_request asked = {.operation = operation, .input = input, .witness = witness};
    demo_sign_in(demo, account, NULL);
    struct demo_answer answer = demo_ask(demo, &asked);
    if (!answer.worked)
        fail_msg("%s %s: %s", operation, input, answer.fault.text);
    return answer;
}

void production_refused(struct demo *demo, const char *account, const struct demo_request *asked,
                        enum fault_kind kind, const char *rules)
{
    demo_sign_in(demo, account, NULL);
    struct demo_answer answer = demo_ask(demo, asked);
    if (answer.worked)
        fail_msg("%s %s was not refused", asked->operation, asked->input);
    if (answer.fault.kind != kind || strcmp(answer.fault.rules, rules) != 0)
        fail_msg("%s %s: kind %d, rules \"%s\", %s", asked->operation, asked->input,
                 (int)answer.fault.kind, answer.fault.rules, answer.fault.text);
}

const char *production_text(const struct demo_answer *answer, const char *record,
                            const char *member)
{
    const struct json *body = json_member(answer->json, "body");
    const struct json *within = record ? json_member(body, record) : body;
    const char *text = json_as_text(json_member(within, member));
    return text ? text : "";
}

int64_t production_seq(const struct demo_answer *answer)
{
    return json_as_integer(json_member(json_member(answer->json, "entry"), "seq"));
}
