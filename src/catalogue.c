/* catalogue.c: all operation tables, rules and tables, in story order. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue.h"

#include "chain/link.h"
#include "contract/book.h"
#include "contract/fact.h"
#include "contract/hold.h"
#include "contract/refusal.h"
#include "contract/setting.h"
#include "crew/account.h"
#include "crew/erasure.h"
#include "crew/session.h"
#include "crew/token.h"
#include "donation/agreement.h"
#include "donation/collection.h"
#include "donation/donor.h"
#include "donation/eligibility.h"
#include "donation/interview.h"
#include "donation/microbe.h"
#include "donation/screening.h"
#include "donation/serum.h"
#include "donation/specimen.h"
#include "manufacture/balance.h"
#include "manufacture/bank.h"
#include "manufacture/bank_test.h"
#include "manufacture/bank_vial.h"
#include "manufacture/bottle.h"
#include "manufacture/bulk.h"
#include "manufacture/culture.h"
#include "manufacture/culture_passage.h"
#include "manufacture/destruction.h"
#include "manufacture/environment.h"
#include "manufacture/equipment.h"
#include "manufacture/filter.h"
#include "manufacture/gate.h"
#include "manufacture/harvest.h"
#include "manufacture/inspection.h"
#include "manufacture/isolation.h"
#include "manufacture/lot.h"
#include "manufacture/lot_fill.h"
#include "manufacture/lot_report.h"
#include "manufacture/material.h"
#include "manufacture/material_bottle.h"
#include "manufacture/occupancy.h"
#include "manufacture/operator.h"
#include "manufacture/pool.h"
#include "manufacture/product.h"
#include "manufacture/source.h"
#include "manufacture/step.h"
#include "manufacture/vial.h"
#include "quality/assay.h"
#include "quality/calibration.h"
#include "quality/certificate.h"
#include "quality/claim.h"
#include "quality/count.h"
#include "quality/derivation.h"
#include "quality/deviation.h"
#include "quality/distribution.h"
#include "quality/instrument.h"
#include "quality/label.h"
#include "quality/marker.h"
#include "quality/measurement.h"
#include "quality/oos.h"
#include "quality/release.h"
#include "quality/reported.h"
#include "quality/reserve.h"
#include "quality/sample.h"
#include "quality/stability.h"
#include "quality/video.h"
#include "quality/video_assay.h"
#include "quality/video_counts.h"
#include "supply/box.h"
#include "supply/exposure.h"
#include "supply/logger.h"
#include "supply/quarantine.h"
#include "supply/readings.h"
#include "supply/shipment.h"
#include "supply/stock.h"
#include "treatment/appointment.h"
#include "treatment/consent.h"
#include "treatment/consent_template.h"
#include "treatment/contraindication.h"
#include "treatment/dose.h"
#include "treatment/examination.h"
#include "treatment/patient.h"
#include "treatment/plan.h"
#include "treatment/same_day.h"
#include "treatment/study.h"
#include "treatment/thaw.h"
#include "verification.h"
#include "vigilance/effect.h"
#include "vigilance/event.h"
#include "vigilance/exposed.h"
#include "vigilance/links.h"
#include "vigilance/naming.h"
#include "vigilance/recall.h"
#include "vigilance/rehearsal.h"
#include "vigilance/standing.h"
#include "vigilance/today.h"
#include "vigilance/trace.h"
#include "vigilance/tree.h"

const struct table *const catalogue_tables[] = {
    &account_table,
    &assignment_table,
    &role_table,
    &site_table,
    &secret_table,
    &link_table,
    &journal_table,
    &used_table,
    &person_last_table,
    &retry_table,
    &opening_table,
    &hold_table,
    &setting_table,
    &rule_set_table,
    &fact_table,
    &fact_row_table,
    &refusal_table,
    &donor_table,
    &collection_table,
    &refusal_count_table,
    &screening_table,
    &agreement_table,
    &specimen_table,
    &serum_table,
    &serum_use_table,
    &erasure_table,
    &session_table,
    &token_table,
    &bank_table,
    &bank_vial_table,
    &qualification_table,
    &declaration_table,
    &equipment_table,
    &equipment_check_table,
    &bank_test_table,
    &material_table,
    &material_bottle_table,
    &occupancy_table,
    &environment_table,
    &environment_lot_table,
    &culture_table,
    &culture_passage_table,
    &harvest_table,
    &bottle_table,
    &pool_table,
    &isolation_table,
    &filter_table,
    &bulk_table,
    &specification_table,
    &specification_limit_table,
    &lot_table,
    &vial_table,
    &assay_table,
    &assay_result_table,
    &certificate_table,
    &label_table,
    &deviation_table,
    &deviation_notice_table,
    &sample_use_table,
    &assay_companion_table,
    &calibration_table,
    &measured_sample_table,
    &video_table,
    &stability_table,
    &oos_table,
    &oos_retest_table,
    &shipment_table,
    &box_table,
    &exposure_table,
    &logger_probe_table,
    &consent_table,
    &consent_template_table,
    &dose_table,
    &examination_table,
    &patient_table,
    &plan_table,
    &study_table,
    &study_subject_table,
    &same_day_table,
    &thaw_table,
    &appointment_table,
    &event_table,
    &recall_table,
    &recall_lot_table,
    &recall_notice_table,
    &rehearsal_table,
    &effect_table,
    NULL,
};

static const struct {
    const struct operation *rows;
    size_t count;
} operation_groups[] = {
    {book_operations, BOOK_OPERATIONS},
    {refusal_operations, REFUSAL_OPERATIONS},
    {verification_operations, VERIFICATION_OPERATIONS},
    {setting_operations, SETTING_OPERATIONS},
    {fact_operations, FACT_OPERATIONS},
    {hold_operations, HOLD_OPERATIONS},
    {account_operations, ACCOUNT_OPERATIONS},
    {token_operations, TOKEN_OPERATIONS},
    {erasure_operations, ERASURE_OPERATIONS},
    {donor_operations, DONOR_OPERATIONS},
    {agreement_operations, AGREEMENT_OPERATIONS},
    {interview_operations, INTERVIEW_OPERATIONS},
    {collection_operations, COLLECTION_OPERATIONS},
    {microbe_operations, MICROBE_OPERATIONS},
    {specimen_operations, SPECIMEN_OPERATIONS},
    {serum_operations, SERUM_OPERATIONS},
    {screening_operations, SCREENING_OPERATIONS},
    {operator_operations, OPERATOR_OPERATIONS},
    {equipment_operations, EQUIPMENT_OPERATIONS},
    {eligibility_operations, ELIGIBILITY_OPERATIONS},
    {occupancy_operations, OCCUPANCY_OPERATIONS},
    {bank_operations, BANK_OPERATIONS},
    {bank_vial_operations, BANK_VIAL_OPERATIONS},
    {bank_test_operations, BANK_TEST_OPERATIONS},
    {material_operations, MATERIAL_OPERATIONS},
    {material_bottle_operations, MATERIAL_BOTTLE_OPERATIONS},
    {culture_operations, CULTURE_OPERATIONS},
    {culture_passage_operations, CULTURE_PASSAGE_OPERATIONS},
    {harvest_operations, HARVEST_OPERATIONS},
    {bottle_operations, BOTTLE_OPERATIONS},
    {destruction_operations, DESTRUCTION_OPERATIONS},
    {source_operations, SOURCE_OPERATIONS},
    {pool_operations, POOL_OPERATIONS},
    {isolation_operations, ISOLATION_OPERATIONS},
    {filter_operations, FILTER_OPERATIONS},
    {bulk_operations, BULK_OPERATIONS},
    {lot_fill_operations, LOT_FILL_OPERATIONS},
    {inspection_operations, INSPECTION_OPERATIONS},
    {balance_operations, BALANCE_OPERATIONS},
    {lot_report_operations, LOT_REPORT_OPERATIONS},
    {lot_operations, LOT_OPERATIONS},
    {environment_operations, ENVIRONMENT_OPERATIONS},
    {product_operations, PRODUCT_OPERATIONS},
    {assay_operations, ASSAY_OPERATIONS},
    {count_operations, COUNT_OPERATIONS},
    {calibration_operations, CALIBRATION_OPERATIONS},
    {instrument_operations, INSTRUMENT_OPERATIONS},
    {video_assay_operations, VIDEO_ASSAY_OPERATIONS},
    {video_operations, VIDEO_OPERATIONS},
    {distribution_operations, DISTRIBUTION_OPERATIONS},
    {video_counts_operations, VIDEO_COUNTS_OPERATIONS},
    {derivation_operations, DERIVATION_OPERATIONS},
    {measurement_operations, MEASUREMENT_OPERATIONS},
    {marker_operations, MARKER_OPERATIONS},
    {oos_operations, OOS_OPERATIONS},
    {retest_operations, RETEST_OPERATIONS},
    {stability_operations, STABILITY_OPERATIONS},
    {sample_operations, SAMPLE_OPERATIONS},
    {reserve_operations, RESERVE_OPERATIONS},
    {claim_operations, CLAIM_OPERATIONS},
    {release_operations, RELEASE_OPERATIONS},
    {certificate_operations, CERTIFICATE_OPERATIONS},
    {label_operations, LABEL_OPERATIONS},
    {deviation_operations, DEVIATION_OPERATIONS},
    {stock_operations, STOCK_OPERATIONS},
    {shipment_operations, SHIPMENT_OPERATIONS},
    {box_operations, BOX_OPERATIONS},
    {logger_operations, LOGGER_OPERATIONS},
    {readings_operations, READINGS_OPERATIONS},
    {quarantine_operations, QUARANTINE_OPERATIONS},
    {consent_operations, CONSENT_OPERATIONS},
    {consent_template_operations, CONSENT_TEMPLATE_OPERATIONS},
    {dose_operations, DOSE_OPERATIONS},
    {examination_operations, EXAMINATION_OPERATIONS},
    {patient_operations, PATIENT_OPERATIONS},
    {plan_operations, PLAN_OPERATIONS},
    {study_operations, STUDY_OPERATIONS},
    {same_day_operations, SAME_DAY_OPERATIONS},
    {thaw_operations, THAW_OPERATIONS},
    {appointment_operations, APPOINTMENT_OPERATIONS},
    {event_operations, EVENT_OPERATIONS},
    {trace_operations, TRACE_OPERATIONS},
    {naming_operations, NAMING_OPERATIONS},
    {effect_operations, EFFECT_OPERATIONS},
    {tree_operations, TREE_OPERATIONS},
    {links_operations, LINKS_OPERATIONS},
    {exposed_operations, EXPOSED_OPERATIONS},
    {recall_operations, RECALL_OPERATIONS},
    {standing_operations, STANDING_OPERATIONS},
    {rehearsal_operations, REHEARSAL_OPERATIONS},
    {today_operations, TODAY_OPERATIONS},
};

static const struct {
    const struct rule *rows;
    size_t count;
} rule_groups[] = {
    {book_rules, BOOK_RULES},
    {erasure_rules, ERASURE_RULES},
    {gate_rules, GATE_RULES},
    {agreement_rules, AGREEMENT_RULES},
    {serum_rules, SERUM_RULES},
    {eligibility_rules, ELIGIBILITY_RULES},
    {occupancy_rules, OCCUPANCY_RULES},
    {environment_rules, ENVIRONMENT_RULES},
    {step_rules, STEP_RULES},
    {bank_vial_rules, BANK_VIAL_RULES},
    {bank_test_rules, BANK_TEST_RULES},
    {material_bottle_rules, MATERIAL_BOTTLE_RULES},
    {culture_rules, CULTURE_RULES},
    {culture_passage_rules, CULTURE_PASSAGE_RULES},
    {harvest_rules, HARVEST_RULES},
    {bottle_rules, BOTTLE_RULES},
    {destruction_rules, DESTRUCTION_RULES},
    {pool_rules, POOL_RULES},
    {isolation_rules, ISOLATION_RULES},
    {filter_rules, FILTER_RULES},
    {lot_fill_rules, LOT_FILL_RULES},
    {inspection_rules, INSPECTION_RULES},
    {lot_report_rules, LOT_REPORT_RULES},
    {product_rules, PRODUCT_RULES},
    {assay_rules, ASSAY_RULES},
    {count_rules, COUNT_RULES},
    {calibration_rules, CALIBRATION_RULES},
    {video_assay_rules, VIDEO_ASSAY_RULES},
    {video_rules, VIDEO_RULES},
    {derivation_rules, DERIVATION_RULES},
    {marker_rules, MARKER_RULES},
    {oos_rules, OOS_RULES},
    {stability_rules, STABILITY_RULES},
    {sample_rules, SAMPLE_RULES},
    {reserve_rules, RESERVE_RULES},
    {claim_rules, CLAIM_RULES},
    {release_rules, RELEASE_RULES},
    {certificate_rules, CERTIFICATE_RULES},
    {label_rules, LABEL_RULES},
    {deviation_rules, DEVIATION_RULES},
    {stock_rules, STOCK_RULES},
    {shipment_rules, SHIPMENT_RULES},
    {consent_template_rules, CONSENT_TEMPLATE_RULES},
    {contraindication_rules, CONTRAINDICATION_RULES},
    {dose_rules, DOSE_RULES},
    {plan_rules, PLAN_RULES},
    {study_rules, STUDY_RULES},
    {thaw_rules, THAW_RULES},
    {event_rules, EVENT_RULES},
    {recall_rules, RECALL_RULES},
    {rehearsal_rules, REHEARSAL_RULES},
};

#define GROUPS(groups) (sizeof(groups) / sizeof *(groups))

static bool check_row(struct fault *fault, const struct operation *const *rows, size_t count,
                      const struct operation *row)
{
    for (size_t i = 0; i < count; i++) {
        bool same_route = row->method && rows[i]->method &&
                          text_equals(rows[i]->method, row->method) &&
                          text_equals(rows[i]->path, row->path);
        if (same_route || text_equals(rows[i]->name, row->name))
            return fail(fault, FAULT_STORAGE, "",
                        "Two operations share the name or the route of "
                        "%s.",
                        row->name);
    }
    return true;
}

bool catalogue_make(struct arena *arena, struct fault *fault, const struct catalogue **catalogue)
{
    size_t operations = 0;
    size_t rules = 0;
    struct catalogue *made = arena_take(arena, sizeof *made);
    for (size_t i = 0; i < GROUPS(operation_groups); i++)
        operations += operation_groups[i].count;
    for (size_t i = 0; i < GROUPS(rule_groups); i++)
        rules += rule_groups[i].count;
    const struct operation **rows = arena_take(arena, (operations + 1) * sizeof(*rows));
    const struct rule **asked = arena_take(arena, (rules + 1) * sizeof(*asked));
    operations = 0;
    rules = 0;
    for (size_t i = 0; i < GROUPS(operation_groups); i++)
        for (size_t j = 0; j < operation_groups[i].count; j++) {
            if (!check_row(fault, rows, operations, &operation_groups[i].rows[j]))
                return false;
            rows[operations++] = &operation_groups[i].rows[j];
        }
    for (size_t i = 0; i < GROUPS(rule_groups); i++)
        for (size_t j = 0; j < rule_groups[i].count; j++)
            asked[rules++] = &rule_groups[i].rows[j];
    *made = (struct catalogue){rows, catalogue_consequences, asked, PROGRAM_VERSION};
    *catalogue = made;
    return true;
}
