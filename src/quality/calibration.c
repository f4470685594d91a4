/* calibration.c: counted beads, what was found of them, and until when that holds. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/calibration.h"

#include "contract/book.h"
#include "contract/setting.h"
#include "manufacture/equipment.h"
#include "manufacture/step.h"
#include "quality/assay.h"
#include "quality/kept.h"
#include "quality/reported.h"

#include <string.h>

static const struct field calibration_fields[] = {
    FIELD(struct calibration, code, .help = "Code of the calibration"),
    FIELD(struct calibration, site, .help = "Site"),
    FIELD(struct calibration, equipment, .help = "Code of the instrument"),
    FIELD(struct calibration, material, .help = "What the beads are"),
    FIELD(struct calibration, bead_lot, .help = "Lot of the beads"),
    FIELD(struct calibration, done_on, .help = "Day of the calibration"),
    FIELD(struct calibration, valid_until, .help = "Last valid day"),
    FIELD(struct calibration, passed, .help = "Every rule was met"),
    FIELD(struct calibration, entry, .help = "Entry that says so"),
};
static const struct schema calibration_schema =
    SCHEMA("calibration", struct calibration, calibration_fields);
const struct table calibration_table = {"calibration", &calibration_schema, "code", "equipment",
                                        TABLE_VIEW};

struct calibrating {
    const char *code;
    const char *equipment;
    const char *material;
    const char *bead_lot;
    struct date beads_expire_on;
    struct real nominal_nm;
    struct real nominal_uncertainty_nm;
    struct real certified_per_ml;
    struct real certified_uncertainty_per_ml;
    struct real measured_nm;
    struct real measured_uncertainty_nm;
    struct real measured_per_ml;
    struct real measured_uncertainty_per_ml;
    struct date done_on;
    struct date valid_until;
    struct file report;
    struct file certificate;
    const char *program; /* that measured the beads, where its report was given */
    bool passed;
    struct calibration_facts facts;
    struct rows findings;
};
#define CALIBRATING_FIELDS                                                                         \
    FIELD(struct calibrating, code, .required = true, .code = true, .longest = 24,                 \
          .help = "Code of the calibration"),                                                      \
        FIELD(struct calibrating, equipment, .required = true, .code = true, .longest = 24,        \
              .help = "Code of the instrument, of the kind nta"),                                  \
        FIELD(struct calibrating, material, .required = true,                                      \
              .help = "What the beads are, such as polystyrene 100 nm"),                           \
        FIELD(struct calibrating, bead_lot, .required = true, .longest = 64,                       \
              .help = "Lot of the beads"),                                                         \
        FIELD(struct calibrating, beads_expire_on, .required = true,                               \
              .help = "Last usable day of the beads"),                                             \
        FIELD(struct calibrating, nominal_nm, .required = true, .unit = "nm", .low = 1,            \
              .high = 1e6, .help = "Size of the beads by their certificate"),                      \
        FIELD(struct calibrating, nominal_uncertainty_nm, .required = true, .unit = "nm",          \
              .low = 0, .high = 1e6, .help = "Its expanded uncertainty, k = 2"),                   \
        FIELD(struct calibrating, certified_per_ml, .required = true, .unit = "1/ml", .low = 1,    \
              .high = 1e18, .help = "Number of the beads by their certificate"),                   \
        FIELD(struct calibrating, certified_uncertainty_per_ml, .required = true, .unit = "1/ml",  \
              .low = 0, .high = 1e18, .help = "Its expanded uncertainty, k = 2"),                  \
        FIELD(struct calibrating, measured_nm, .unit = "nm", .low = 0, .high = 1e6,                \
              .help = "Median size that the instrument found; left out where a report is given"),  \
        FIELD(struct calibrating, measured_uncertainty_nm, .unit = "nm", .low = 0, .high = 1e6,    \
              .help = "Its expanded uncertainty, k = 2"),                                          \
        FIELD(struct calibrating, measured_per_ml, .unit = "1/ml", .low = 0, .high = 1e18,         \
              .help = "Number that the instrument found; left out where a report is given"),       \
        FIELD(struct calibrating, measured_uncertainty_per_ml, .unit = "1/ml", .low = 0,           \
              .high = 1e18, .help = "Its expanded uncertainty, k = 2"),                            \
        FIELD(struct calibrating, done_on, .required = true, .help = "Day of the calibration"),    \
        FIELD(struct calibrating, valid_until, .required = true, .help = "Last valid day"),        \
        FIELD(struct calibrating, report,                                                          \
              .help = "What exoledger measure --json wrote of the beads, instead of numbers"),     \
        FIELD(struct calibrating, certificate, .help = "Certificate of the beads")

static const struct field given_fields[] = {CALIBRATING_FIELDS};
static const struct schema given_schema =
    SCHEMA("calibration_given", struct calibrating, given_fields);
static const struct field judged_fields[] = {
    CALIBRATING_FIELDS,
    FIELD(struct calibrating, program, .help = "Program whose report was read"),
    FIELD(struct calibrating, passed, .help = "Every rule was met"),
    FIELD(struct calibrating, facts, .of = &calibration_facts_schema,
          .help = "What the calibration shows"),
    FIELD(struct calibrating, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema judged_schema =
    SCHEMA("calibration_judged", struct calibrating, judged_fields);

static bool is_typed(const struct calibrating *given)
{
    return given->measured_nm.text || given->measured_uncertainty_nm.text ||
           given->measured_per_ml.text || given->measured_uncertainty_per_ml.text;
}

static void take_value(const struct measured_sample *measured, const char *name, struct real *value,
                       struct real *uncertainty)
{
    const struct reported_value *found = measured_sample_value(measured, name);
    if (!found)
        return;
    *value = found->value;
    *uncertainty = found->uncertainty;
}

/* Numbers are typed or read from the report, never both. */
static bool settle_measured(struct work *work, struct calibrating *body)
{
    struct measured_sample measured = {0};
    if (!body->report.sha256)
        return is_typed(body) ||
               fail(&work->fault, FAULT_INPUT, "measured_nm",
                    "Give what the instrument found of the beads, or the report of exoledger "
                    "measure --json.");
    struct report_reading *reading = arena_take(work->arena, sizeof *reading);
    if (is_typed(body))
        return fail(&work->fault, FAULT_INPUT, "report",
                    "The measured size and number are read from the report; leave them out.");
    if (!reported_read(work, &body->report, reading))
        return false;
    measured_sample_fill(work->arena, reading, &measured);
    body->program = measured.program;
    take_value(&measured, "d50_nm", &body->measured_nm, &body->measured_uncertainty_nm);
    take_value(&measured, "particles_per_ml", &body->measured_per_ml,
               &body->measured_uncertainty_per_ml);
    return true;
}

static bool check_days(struct work *work, const struct calibrating *given)
{
    return step_day(work, "done_on", &given->done_on) &&
           (strcmp(given->valid_until.text, given->done_on.text) >= 0 ||
            fail(&work->fault, FAULT_INPUT, "valid_until",
                 "The last valid day %s lies before %s, the day of the calibration; correct them.",
                 given->valid_until.text, given->done_on.text));
}

static bool need_counter(struct work *work, const char *field, const char *code)
{
    struct equipment equipment = {0};
    return view_need(work, &equipment_table, field, code, &equipment) &&
           operation_at_site(work, field, equipment.site, "equipment") &&
           (text_equals(equipment.kind, "nta") ||
            fail(&work->fault, FAULT_INPUT, field,
                 "%s is a %s and counts no particles; name an instrument of the kind nta.", code,
                 equipment.kind));
}

static bool gather(struct work *work, struct calibrating *body)
{
    body->facts = (struct calibration_facts){
        .done_on = body->done_on,
        .beads_expire_on = body->beads_expire_on,
        .nominal_nm = body->nominal_nm,
        .nominal_uncertainty_nm = body->nominal_uncertainty_nm,
        .measured_nm = body->measured_nm,
        .measured_uncertainty_nm = body->measured_uncertainty_nm,
        .certified_per_ml = body->certified_per_ml,
        .certified_uncertainty_per_ml = body->certified_uncertainty_per_ml,
        .measured_per_ml = body->measured_per_ml,
        .measured_uncertainty_per_ml = body->measured_uncertainty_per_ml,
    };
    return setting_real(work, "calibration_size_most_percent", &body->facts.size_most_percent) &&
           setting_real(work, "calibration_number_most_percent", &body->facts.number_most_percent);
}

static bool calibrate_judge(struct work *work, const void *input, void *body)
{
    const struct calibrating *given = input;
    struct calibrating *judged = body;
    *judged = *given;
    if (!need_counter(work, "equipment", given->equipment) ||
        !view_free(work, &calibration_table, "code", given->code) || !check_days(work, given) ||
        !kept_already(work, "report", &given->report) ||
        !kept_already(work, "certificate", &given->certificate) || !settle_measured(work, judged) ||
        !gather(work, judged))
        return false;
    calibration_judge(work->arena, &judged->facts, &judged->findings);
    judged->passed = findings_all_met(&judged->findings);
    return true;
}

static bool calibrate_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct calibrating *judged = body;
    const struct calibration row = {.code = judged->code,
                                    .site = entry->site,
                                    .equipment = judged->equipment,
                                    .material = judged->material,
                                    .bead_lot = judged->bead_lot,
                                    .done_on = judged->done_on,
                                    .valid_until = judged->valid_until,
                                    .passed = judged->passed,
                                    .entry = entry->seq};
    return view_put(work, &calibration_table, &row);
}

/* What was measured with it would have been refused without it. */
static bool calibrate_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct calibrating *judged = body;
    struct rows rows;
    (void)entry;
    if (!view_list(work, &assay_table, "calibration", value_text(judged->code), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (!ROWS(rows, const struct assay)[i].annulled)
            return refuse(&work->fault, FAULT_RULE, "seq", "QC-26.calibrated/1",
                          "The assay %s rests on the calibration %s; annul the assay first, or "
                          "record a further calibration.",
                          ROWS(rows, const struct assay)[i].code, judged->code);
    return view_remove(work, &calibration_table, VALUES(value_text(judged->code)));
}

static bool calibrate_again(struct work *work, const void *body, struct rows *findings)
{
    const struct calibrating *judged = body;
    calibration_judge(work->arena, &judged->facts, findings);
    return true;
}

bool calibration_facts_read(struct work *work, int64_t entry, struct calibration_facts *facts)
{
    void *body = NULL;
    if (!book_body(work, entry, "equipment.calibrate", &body))
        return false;
    *facts = ((const struct calibrating *)body)->facts;
    return true;
}

/* Why it may not be used that day, or NULL. */
static const char *doubt(struct arena *arena, const struct calibration *newest, struct date day)
{
    if (!newest)
        return arena_print(arena, "no calibration with counted beads is recorded by %s", day.text);
    if (!newest->passed)
        return arena_print(arena, "it failed the calibration %s of %s", newest->code,
                           newest->done_on.text);
    if (strcmp(newest->valid_until.text, day.text) < 0)
        return arena_print(arena, "its calibration %s ended on %s", newest->code,
                           newest->valid_until.text);
    return NULL;
}

bool calibration_need(struct work *work, const char *field, const char *equipment, struct date day,
                      const char **code)
{
    struct rows rows;
    if (!need_counter(work, field, equipment) || !gate_equipment(work, field, equipment, day) ||
        !view_list(work, &calibration_table, "equipment", value_text(equipment), &rows))
        return false;
    const struct calibration *newest = calibration_newest(&rows, day);
    const char *why = doubt(work->arena, newest, day);
    if (why)
        return refuse(&work->fault, FAULT_RULE, field, "QC-26.calibrated/1",
                      "%s cannot be used for a measurement of %s: %s; calibrate it with counted "
                      "beads (equipment.calibrate) and measure again.",
                      equipment, day.text, why);
    *code = newest->code;
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct equipment equipment = {0};
    return view_need(work, &equipment_table, "code", key->code, &equipment) &&
           view_list(work, &calibration_table, "equipment", value_text(key->code), rows);
}

const struct operation calibration_operations[CALIBRATION_OPERATIONS] = {
    {.name = "equipment.calibrate",
     .method = "POST",
     .path = "/equipment/{equipment}/calibrations",
     .summary = "Record a calibration with counted beads; the program judges size and number.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &given_schema,
     .output = &judged_schema,
     .subject = "code",
     .judge = calibrate_judge,
     .apply = calibrate_apply,
     .judge_again = calibrate_again,
     .retract = calibrate_retract},
    {.name = "equipment.calibrations",
     .method = "GET",
     .path = "/equipment/{code}/calibrations",
     .summary = "List the calibrations of an instrument with counted beads.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &calibration_schema,
     .list = list_read},
};
