/* assay.c: verdicts are computed from value and limit, never typed; the first result stands. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/assay.h"

#include "quality/limit.h"
#include "quality/sample.h"

static const char *const control_words[] = {"passed", "failed", "not_done", NULL};

const struct rule assay_rules[ASSAY_RULES] = {
    {"QC-04.controls/1", "Did the controls of the run pass?", "試験の対照は成立したか。",
     "draft microbiology guideline, run controls"},
    {"QC-22.first_value/1", "Is this the first result of the attribute that stands?",
     "その項目で有効な最初の結果か。", "GMP Art. 11"},
};

static const struct field assay_fields[] = {
    FIELD(struct assay, code, .help = "Code of the assay"),
    FIELD(struct assay, site, .help = "Site"),
    FIELD(struct assay, lot, .help = "Lot"),
    FIELD(struct assay, method, .help = "Method"),
    FIELD(struct assay, sha256, .help = "SHA-256 of the instrument's file"),
    FIELD(struct assay, annulled, .help = "The entry was amended"),
    FIELD(struct assay, entry, .help = "Entry that says so"),
};
static const struct schema assay_schema = SCHEMA("assay", struct assay, assay_fields);
const struct table assay_table = {"assay", &assay_schema, "code", "lot", TABLE_VIEW};

static const struct field result_fields[] = {
    FIELD(struct assay_result, lot, .help = "Lot"),
    FIELD(struct assay_result, attribute, .help = "What was measured"),
    FIELD(struct assay_result, entry, .help = "Entry that says so"),
    FIELD(struct assay_result, code, .help = "Code of the assay"),
    FIELD(struct assay_result, value, .help = "Value"),
    FIELD(struct assay_result, uncertainty, .help = "Expanded uncertainty"),
    FIELD(struct assay_result, outcome, .help = "Outcome of a test without a value"),
    FIELD(struct assay_result, unit, .help = "Unit"),
    FIELD(struct assay_result, asked, .help = "The limit, if the specification sets one"),
    FIELD(struct assay_result, verdict, .help = "met, not_met or unknown, computed"),
    FIELD(struct assay_result, method, .help = "Method"),
    FIELD(struct assay_result, controls, .help = "Controls of the run"),
    FIELD(struct assay_result, annulled, .help = "The entry was amended"),
};
static const struct schema result_schema =
    SCHEMA("assay_result", struct assay_result, result_fields);
const struct table assay_result_table = {"assay_result", &result_schema, "lot attribute entry", "",
                                         TABLE_VIEW};

static const struct field result_body_fields[] = {
    FIELD(struct assay_result, attribute, .help = "What was measured"),
    FIELD(struct assay_result, value, .help = "Value"),
    FIELD(struct assay_result, uncertainty, .help = "Expanded uncertainty"),
    FIELD(struct assay_result, outcome, .help = "Outcome of a test without a value"),
    FIELD(struct assay_result, unit, .help = "Unit"),
    FIELD(struct assay_result, limit, .of = &specification_limit_schema,
          .help = "The limit as it was applied"),
    FIELD(struct assay_result, asked, .help = "The limit in words"),
    FIELD(struct assay_result, verdict, .help = "met, not_met or unknown, computed"),
    FIELD(struct assay_result, controls, .help = "Controls of the run"),
};
const struct schema assay_result_body_schema =
    SCHEMA("assay_result_body", struct assay_result, result_body_fields);

bool assay_begin(struct work *work, const char *code, const char *lot_code, struct lot *lot)
{
    return view_need(work, &lot_table, "lot", lot_code, lot) &&
           operation_at_site(work, "lot", lot->site, "lot") &&
           view_free(work, &assay_table, "code", code);
}

static bool check_first(struct work *work, const char *lot, const char *attribute)
{
    struct rows rows;
    if (!view_list(work, &assay_result_table, "lot", value_text(lot), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct assay_result *row = &ROWS(rows, const struct assay_result)[i];
        if (!row->annulled && row->entry != work->amends && text_equals(row->attribute, attribute))
            return refuse(&work->fault, FAULT_RULE, "attribute", "QC-22.first_value/1",
                          "The result %s of %s stands; it is neither replaced nor averaged, only "
                          "amended with a reason.",
                          row->code, attribute);
    }
    return true;
}

static bool check_kind(struct work *work, const struct assay_result *result, bool limited)
{
    if ((result->value.text != NULL) == (result->outcome != NULL))
        return fail(&work->fault, FAULT_INPUT, "value",
                    "A result is either a value or an outcome; give one of them.");
    if (!limited)
        return true;
    if ((result->limit.outcome != NULL) != (result->outcome != NULL))
        return fail(&work->fault, FAULT_INPUT, result->limit.outcome ? "outcome" : "value",
                    "The specification asks %s to be %s; give %s.", result->attribute,
                    result->asked, result->limit.outcome ? "an outcome" : "a value");
    return text_equals(result->unit, result->limit.unit) ||
           (!result->unit && !result->limit.unit) ||
           fail(&work->fault, FAULT_INPUT, "unit",
                "The specification gives %s in %s; give the result in the same unit.",
                result->attribute, result->limit.unit ? result->limit.unit : "no unit");
}

bool assay_result_judge(struct work *work, const struct lot *lot, struct assay_result *result)
{
    bool limited = false;
    const struct reading reading = {result->value, result->uncertainty, result->outcome,
                                    result->controls};
    if (!specification_limit_find(work, lot->specification, result->attribute, &result->limit,
                                  &limited))
        return false;
    if (limited)
        result->asked = specification_limit_print(work->arena, &result->limit);
    if (!check_kind(work, result, limited) || !check_first(work, lot->code, result->attribute))
        return false;
    if (limited)
        result->verdict = verdict_word(limit_judge(&result->limit, &reading));
    return true;
}

bool assay_put(struct work *work, const struct assay *assay, const struct rows *results)
{
    for (size_t i = 0; i < results->count; i++) {
        struct assay_result row = ROWS(*results, const struct assay_result)[i];
        row.lot = assay->lot;
        row.entry = assay->entry;
        row.code = assay->code;
        row.method = assay->method;
        row.annulled = assay->annulled;
        if (!view_put(work, &assay_result_table, &row))
            return false;
    }
    return view_put(work, &assay_table, assay);
}

struct assay_record {
    const char *code;
    const char *lot;
    const char *attribute;
    struct real value;
    struct real uncertainty;
    const char *outcome;
    const char *unit;
    const char *method;
    const char *amount_tested_note;
    const char *controls;
    int64_t first_vial;
    int64_t last_vial;
    struct rows parts;
    struct assay_result result;
};
static const struct field record_fields[] = {
    FIELD(struct assay_record, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the assay"),
    FIELD(struct assay_record, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct assay_record, attribute, .required = true, .code = true, .longest = 64,
          .help = "What was measured, as in the specification"),
    FIELD(struct assay_record, value, .help = "Value"),
    FIELD(struct assay_record, uncertainty, .low = 0, .high = 1e18,
          .help = "Expanded uncertainty, in the unit of the value"),
    FIELD(struct assay_record, outcome, .code = true, .longest = 64,
          .help = "Outcome of a test without a value, such as no_growth"),
    FIELD(struct assay_record, unit, .longest = 24, .help = "Unit of the value"),
    FIELD(struct assay_record, method, .required = true, .help = "Method and its version"),
    FIELD(struct assay_record, amount_tested_note, .longest = 400,
          .help = "How much was tested, of how much"),
    FIELD(struct assay_record, controls, .choices = control_words,
          .help = "Controls of the run; not done where none is said"),
    FIELD(struct assay_record, first_vial, .low = 0, .high = 1e7,
          .help = "First vial that was used, 0 for none"),
    FIELD(struct assay_record, last_vial, .low = 0, .high = 1e7, .help = "Last vial that was used"),
};
static const struct schema record_input =
    SCHEMA("assay_record", struct assay_record, record_fields);
static const struct field recorded_fields[] = {
    FIELD(struct assay_record, code, .help = "Code of the assay"),
    FIELD(struct assay_record, lot, .help = "Lot"),
    FIELD(struct assay_record, attribute, .help = "What was measured"),
    FIELD(struct assay_record, value, .help = "Value"),
    FIELD(struct assay_record, uncertainty, .help = "Expanded uncertainty"),
    FIELD(struct assay_record, outcome, .help = "Outcome of a test without a value"),
    FIELD(struct assay_record, unit, .help = "Unit of the value"),
    FIELD(struct assay_record, method, .help = "Method and its version"),
    FIELD(struct assay_record, amount_tested_note, .help = "How much was tested"),
    FIELD(struct assay_record, controls, .help = "Controls of the run"),
    FIELD(struct assay_record, first_vial, .help = "First vial that was used, or 0"),
    FIELD(struct assay_record, last_vial, .help = "Last vial that was used, or 0"),
    FIELD(struct assay_record, parts, .of = &vial_range_schema,
          .help = "What the vials were before"),
    FIELD(struct assay_record, result, .of = &assay_result_body_schema,
          .help = "The result, judged"),
};
static const struct schema recorded_schema =
    SCHEMA("assay_recorded", struct assay_record, recorded_fields);

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct assay_record *given = input;
    struct assay_record *recorded = body;
    const struct sample sample = {given->attribute, given->first_vial, given->last_vial, 0};
    struct lot lot = {0};
    *recorded = *given;
    recorded->controls = given->controls ? given->controls : "not_done";
    recorded->result = (struct assay_result){.attribute = given->attribute,
                                             .value = given->value,
                                             .uncertainty = given->uncertainty,
                                             .outcome = given->outcome,
                                             .unit = given->unit,
                                             .controls = recorded->controls};
    return assay_begin(work, given->code, given->lot, &lot) &&
           assay_result_judge(work, &lot, &recorded->result) &&
           sample_take(work, &lot, &sample, &recorded->parts);
}

static bool put_record(struct work *work, const struct entry *entry,
                       const struct assay_record *given, bool annulled)
{
    struct assay_result result = given->result;
    const struct assay assay = {.code = given->code,
                                .site = entry->site,
                                .lot = given->lot,
                                .method = given->method,
                                .annulled = annulled,
                                .entry = entry->seq};
    const struct rows results = {1, &result};
    return assay_put(work, &assay, &results);
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct assay_record *given = body;
    return put_record(work, entry, given, false) && sample_mark(work, &given->parts, entry->seq);
}

static bool record_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct assay_record *given = body;
    return put_record(work, entry, given, true) && vial_return(work, &given->parts, entry->seq);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) &&
           view_list(work, &assay_result_table, "lot", value_text(key->code), rows);
}

const struct operation assay_operations[ASSAY_OPERATIONS] = {
    {.name = "assay.record",
     .method = "POST",
     .path = "/lots/{lot}/assays",
     .summary = "Record a test result; the program judges it against the specification.",
     .permission = PERMIT_ASSAY_WRITE,
     .kept_by = "QC-22.first_value/1",
     .effect = RECORDS,
     .input = &record_input,
     .output = &recorded_schema,
     .subject = "code",
     .judge = record_judge,
     .apply = record_apply,
     .retract = record_retract},
    {.name = "assay.list",
     .method = "GET",
     .path = "/lots/{code}/assays",
     .summary = "List every result of a lot, those that were amended too.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &result_schema,
     .list = list_read},
};
