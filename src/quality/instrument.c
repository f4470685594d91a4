/* instrument.c: measurements and calibrations of one instrument, beside each other. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/instrument.h"

#include "manufacture/equipment.h"
#include "quality/assay.h"
#include "quality/calibration.h"

/* What one calibration showed, as percent of what the beads' certificate says. */
struct bias {
    const char *code;
    struct date done_on;
    struct date valid_until;
    bool passed;
    struct real nominal_nm;
    struct real measured_nm;
    struct real size_bias_percent;
    struct real size_uncertainty_percent;
    struct real size_most_percent;
    struct real certified_per_ml;
    struct real measured_per_ml;
    struct real number_bias_percent;
    struct real number_uncertainty_percent;
    struct real number_most_percent;
    int64_t entry;
};
static const struct field bias_fields[] = {
    FIELD(struct bias, code, .help = "Code of the calibration"),
    FIELD(struct bias, done_on, .help = "Day of the calibration"),
    FIELD(struct bias, valid_until, .help = "Last valid day"),
    FIELD(struct bias, passed, .help = "Every rule was met"),
    FIELD(struct bias, nominal_nm, .unit = "nm", .help = "Certified size"),
    FIELD(struct bias, measured_nm, .unit = "nm", .help = "Measured median size"),
    FIELD(struct bias, size_bias_percent, .unit = "%", .help = "How far the size was off"),
    FIELD(struct bias, size_uncertainty_percent, .unit = "%", .help = "Its expanded uncertainty"),
    FIELD(struct bias, size_most_percent, .unit = "%", .help = "Tolerance, as signed on that day"),
    FIELD(struct bias, certified_per_ml, .unit = "1/ml", .help = "Certified number"),
    FIELD(struct bias, measured_per_ml, .unit = "1/ml", .help = "Measured number"),
    FIELD(struct bias, number_bias_percent, .unit = "%", .help = "How far the number was off"),
    FIELD(struct bias, number_uncertainty_percent, .unit = "%", .help = "Its expanded uncertainty"),
    FIELD(struct bias, number_most_percent, .unit = "%",
          .help = "Tolerance, as signed on that day"),
    FIELD(struct bias, entry, .help = "Entry that says so"),
};
static const struct schema bias_schema = SCHEMA("calibration_bias", struct bias, bias_fields);

static void fill_bias(struct arena *arena, const struct calibration *calibration,
                      const struct calibration_facts *facts, struct bias *row)
{
    const struct calibration_bias size = calibration_size_bias(facts);
    const struct calibration_bias number = calibration_number_bias(facts);
    *row = (struct bias){.code = calibration->code,
                         .done_on = calibration->done_on,
                         .valid_until = calibration->valid_until,
                         .passed = calibration->passed,
                         .nominal_nm = facts->nominal_nm,
                         .measured_nm = facts->measured_nm,
                         .size_most_percent = facts->size_most_percent,
                         .certified_per_ml = facts->certified_per_ml,
                         .measured_per_ml = facts->measured_per_ml,
                         .number_most_percent = facts->number_most_percent,
                         .entry = calibration->entry};
    if (size.known) {
        row->size_bias_percent = real_of(arena, size.percent);
        row->size_uncertainty_percent = real_of(arena, size.uncertainty_percent);
    }
    if (number.known) {
        row->number_bias_percent = real_of(arena, number.percent);
        row->number_uncertainty_percent = real_of(arena, number.uncertainty_percent);
    }
}

static bool need_equipment(struct work *work, const char *code)
{
    struct equipment equipment = {0};
    return view_need(work, &equipment_table, "code", code, &equipment);
}

static bool biases_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct rows calibrations;
    if (!need_equipment(work, key->code) ||
        !view_list(work, &calibration_table, "equipment", value_text(key->code), &calibrations))
        return false;
    struct bias *row = arena_take(work->arena, (calibrations.count + 1) * sizeof *row);
    *rows = (struct rows){calibrations.count, row};
    for (size_t i = 0; i < calibrations.count; i++) {
        const struct calibration *calibration = &ROWS(calibrations, const struct calibration)[i];
        struct calibration_facts facts = {.done_on = {NULL}};
        if (!calibration_facts_read(work, calibration->entry, &facts))
            return false;
        fill_bias(work->arena, calibration, &facts, &row[i]);
    }
    return true;
}

static bool assays_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    if (!need_equipment(work, key->code) ||
        !view_list(work, &assay_table, NULL, value_text(NULL), rows))
        return false;
    struct assay *assay = rows->items;
    size_t kept = 0;
    for (size_t i = 0; i < rows->count; i++)
        if (text_equals(assay[i].equipment, key->code))
            assay[kept++] = assay[i];
    rows->count = kept;
    return true;
}

const struct operation instrument_operations[INSTRUMENT_OPERATIONS] = {
    {.name = "equipment.biases",
     .method = "GET",
     .path = "/equipment/{code}/biases",
     .summary = "Show how far an instrument was off on counted beads, with the tolerance of the "
                "day.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &bias_schema,
     .list = biases_list},
    {.name = "equipment.assays",
     .method = "GET",
     .path = "/equipment/{code}/assays",
     .summary = "List the assays that were made with an instrument.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &assay_schema,
     .list = assays_list},
};
