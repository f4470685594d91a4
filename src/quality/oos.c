/* oos.c: an investigation opens by itself and closes by two signatures. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/oos.h"

#include "contract/hold.h"
#include "quality/assay.h"

static const char *const causes[] = {"dilution_error",  "sample_mix_up", "instrument_failure",
                                     "reagent_failure", "contamination", "calculation_error",
                                     "process",         "none_found",    NULL};
static const char *const conclusions[] = {"invalidated", "confirmed", NULL};

static const struct field oos_fields[] = {
    FIELD(struct oos, code, .help = "Code of the investigation"),
    FIELD(struct oos, lot, .help = "Lot"),
    FIELD(struct oos, site, .help = "Site"),
    FIELD(struct oos, attribute, .help = "What was measured"),
    FIELD(struct oos, assay, .help = "Assay whose first value it is"),
    FIELD(struct oos, result_entry, .help = "Entry of the first value"),
    FIELD(struct oos, value, .help = "The first value, which stays"),
    FIELD(struct oos, outcome, .help = "Outcome of a test without a value"),
    FIELD(struct oos, unit, .help = "Unit"),
    FIELD(struct oos, asked, .help = "The limit in words"),
    FIELD(struct oos, status, .help = "open, checked, planned, retested, reported, closed"),
    FIELD(struct oos, cause, .help = "Assigned cause"),
    FIELD(struct oos, corrected_value, .help = "First reading times what the dilution really was"),
    FIELD(struct oos, plan_first, .help = "First vial of the retest, or 0"),
    FIELD(struct oos, plan_last, .help = "Last vial of the retest, or 0"),
    FIELD(struct oos, analyst, .help = "Who retests"),
    FIELD(struct oos, rule, .help = "What the retests must meet"),
    FIELD(struct oos, planned_entry, .help = "Entry of the signed plan, or 0"),
    FIELD(struct oos, retested_on, .help = "Day of the retest"),
    FIELD(struct oos, mean, .help = "Mean of the retests"),
    FIELD(struct oos, deviation, .help = "Standard deviation of the retests"),
    FIELD(struct oos, variation_percent, .unit = "%", .help = "Deviation over mean"),
    FIELD(struct oos, mean_verdict, .help = "The mean held against the limit"),
    FIELD(struct oos, retest_verdict, .help = "Every single retest held against the limit"),
    FIELD(struct oos, retested_entry, .help = "Entry of the retests, or 0"),
    FIELD(struct oos, reported, .help = "What is reported"),
    FIELD(struct oos, reported_entry, .help = "Entry of the report, or 0"),
    FIELD(struct oos, conclusion, .help = "invalidated or confirmed"),
    FIELD(struct oos, opened_entry, .help = "Entry that opened it"),
    FIELD(struct oos, closed_entry, .help = "Entry that closed it, or 0"),
};
const struct schema oos_schema = SCHEMA("oos", struct oos, oos_fields);
const struct table oos_table = {"oos", &oos_schema, "code", "lot result_entry status", TABLE_VIEW};

static const struct field retest_fields[] = {
    FIELD(struct oos_retest, oos, .help = "Investigation"),
    FIELD(struct oos_retest, vial, .help = "Serial of the vial"),
    FIELD(struct oos_retest, reading, .help = "Reading of the diluted sample"),
    FIELD(struct oos_retest, dilution, .help = "Its dilution"),
    FIELD(struct oos_retest, value, .help = "Reading times dilution"),
    FIELD(struct oos_retest, verdict, .help = "Held against the limit"),
    FIELD(struct oos_retest, entry, .help = "Entry that says so"),
};
const struct schema oos_retest_schema = SCHEMA("oos_retest", struct oos_retest, retest_fields);
const struct table oos_retest_table = {"oos_retest", &oos_retest_schema, "oos vial", "",
                                       TABLE_VIEW};

bool oos_open_codes(struct work *work, const char *lot, const char **codes)
{
    struct rows rows;
    struct text text = text_open(work->arena);
    if (!view_list(work, &oos_table, "lot", value_text(lot), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct oos *oos = &ROWS(rows, const struct oos)[i];
        if (!text_equals(oos->status, "closed"))
            text_print(&text, "%s%s", text.length ? " " : "", oos->code);
    }
    *codes = text.length ? text.bytes : "none";
    return true;
}

bool oos_rests_on(struct work *work, int64_t entry, bool *rests)
{
    struct rows rows;
    bool worked = view_list(work, &oos_table, "result_entry", value_integer(entry), &rows);
    *rests = worked && rows.count > 0;
    return worked;
}

bool oos_need(struct work *work, const char *code, const char *states, struct oos *oos)
{
    return view_need(work, &oos_table, "code", code, oos) &&
           operation_at_site(work, "code", oos->site, "investigation") &&
           (text_has_word(states, oos->status) ||
            refuse(&work->fault, FAULT_RULE, "code", "QC-22.order/1",
                   "The investigation %s is %s; this step needs it %s.", code, oos->status,
                   states));
}

struct opening {
    const char *code;
    const char *lot;
    const char *attribute;
    const char *assay;
    int64_t result_entry;
    struct real value;
    const char *outcome;
    const char *unit;
    const char *asked;
};
static const struct field opening_fields[] = {
    FIELD(struct opening, code, .help = "Code, given by the program"),
    FIELD(struct opening, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct opening, attribute, .required = true, .code = true, .longest = 64,
          .help = "What was measured"),
    FIELD(struct opening, assay, .required = true, .help = "Assay whose first value it is"),
    FIELD(struct opening, result_entry, .help = "Entry of the first value"),
    FIELD(struct opening, value, .help = "The first value"),
    FIELD(struct opening, outcome, .help = "Outcome of a test without a value"),
    FIELD(struct opening, unit, .help = "Unit"),
    FIELD(struct opening, asked, .help = "The limit in words"),
};
static const struct schema opening_schema = SCHEMA("oos_opening", struct opening, opening_fields);

bool oos_follow(struct work *work, const struct entry *entry, const void *body, struct rows *inputs)
{
    struct rows rows;
    (void)body;
    if (!view_list(work, &assay_result_table, "entry", value_integer(entry->seq), &rows))
        return false;
    struct opening *openings = arena_take(work->arena, (rows.count + 1) * sizeof *openings);
    *inputs = (struct rows){0, openings};
    for (size_t i = 0; i < rows.count; i++) {
        const struct assay_result *row = &ROWS(rows, const struct assay_result)[i];
        if (!row->annulled && text_equals(row->verdict, "not_met"))
            openings[inputs->count++] = (struct opening){.lot = row->lot,
                                                         .attribute = row->attribute,
                                                         .assay = row->code,
                                                         .result_entry = row->entry,
                                                         .value = row->value,
                                                         .outcome = row->outcome,
                                                         .unit = row->unit,
                                                         .asked = row->asked};
    }
    return true;
}

bool oos_hold(struct work *work, const struct entry *entry, const void *body, struct rows *inputs)
{
    const struct opening *opening = body;
    struct lot lot = {0};
    struct hold_order *order = arena_take(work->arena, sizeof *order);
    (void)entry;
    if (!view_need(work, &lot_table, "lot", opening->lot, &lot))
        return false;
    *order = (struct hold_order){link_name(work->arena, "lot", lot.code), "out_of_specification"};
    *inputs = (struct rows){text_equals(lot.status, "released") ? 1 : 0, order};
    return true;
}

/* Nobody closes an investigation by opening it twice, so that the number runs. */
static bool open_judge(struct work *work, const void *input, void *body)
{
    struct opening *opening = body;
    struct rows rows;
    *opening = *(const struct opening *)input;
    if (!view_list(work, &oos_table, NULL, value_text(NULL), &rows))
        return false;
    opening->code = arena_print(work->arena, "OOS-%04zu", rows.count + 1);
    return true;
}

static bool open_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct opening *opening = body;
    const struct oos oos = {.code = opening->code,
                            .lot = opening->lot,
                            .site = entry->site,
                            .attribute = opening->attribute,
                            .assay = opening->assay,
                            .result_entry = opening->result_entry,
                            .value = opening->value,
                            .outcome = opening->outcome,
                            .unit = opening->unit,
                            .asked = opening->asked,
                            .status = "open",
                            .opened_entry = entry->seq};
    return view_put(work, &oos_table, &oos);
}

struct check {
    const char *code;
    struct real raw_reading;
    struct real recorded_dilution;
    struct real true_dilution;
    const char *found;
    const char *assigned_cause;
    const char *evidence;
    struct real recorded_value;  /* raw x recorded */
    struct real corrected_value; /* raw x true */
};
#define CHECK_FIELDS                                                                               \
    FIELD(struct check, code, .required = true, .code = true, .longest = 24,                       \
          .help = "Investigation"),                                                                \
        FIELD(struct check, raw_reading, .help = "Reading as the instrument gave it"),             \
        FIELD(struct check, recorded_dilution, .low = 1, .high = 1e9,                              \
              .help = "Dilution as it was recorded"),                                              \
        FIELD(struct check, true_dilution, .low = 1, .high = 1e9,                                  \
              .help = "Dilution as the evidence shows it"),                                        \
        FIELD(struct check, found, .required = true, .prose = true, .longest = 2000,               \
              .help = "What the check of the laboratory found"),                                   \
        FIELD(struct check, assigned_cause, .required = true, .choices = causes,                   \
              .help = "Cause; none_found where there is none"),                                    \
        FIELD(struct check, evidence, .prose = true, .longest = 2000,                              \
              .help = "What shows the cause")
static const struct field check_fields[] = {CHECK_FIELDS};
static const struct schema check_schema = SCHEMA("oos_check", struct check, check_fields);
static const struct field checked_fields[] = {
    CHECK_FIELDS,
    FIELD(struct check, recorded_value, .help = "Reading times recorded dilution"),
    FIELD(struct check, corrected_value, .help = "Reading times true dilution; not a result"),
};
static const struct schema checked_schema = SCHEMA("oos_checked", struct check, checked_fields);

static bool is_first_value(const struct oos *oos, const struct real *recorded)
{
    double off = recorded->value - oos->value.value;
    double slack = 1e-9 * oos->value.value;
    return oos->value.text && off <= slack && -off <= slack;
}

static bool check_judge(struct work *work, const void *input, void *body)
{
    const struct check *given = input;
    struct check *check = body;
    struct oos oos = {0};
    *check = *given;
    if (!oos_need(work, given->code, "open", &oos))
        return false;
    if (!given->raw_reading.text)
        return true;
    if (!given->recorded_dilution.text)
        return fail(&work->fault, FAULT_INPUT, "recorded_dilution",
                    "A reading and its recorded dilution belong together; give both.");
    check->recorded_value =
        real_of(work->arena, given->raw_reading.value * given->recorded_dilution.value);
    if (given->true_dilution.text)
        check->corrected_value =
            real_of(work->arena, given->raw_reading.value * given->true_dilution.value);
    return is_first_value(&oos, &check->recorded_value) ||
           fail(&work->fault, FAULT_INPUT, "raw_reading",
                "Reading times recorded dilution is %s and the first value %s; check the "
                "laboratory record.",
                check->recorded_value.text, oos.value.text ? oos.value.text : "none");
}

static bool check_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct check *check = body;
    struct oos oos = {0};
    (void)entry;
    if (!view_need(work, &oos_table, "code", check->code, &oos))
        return false;
    oos.status = "checked";
    oos.cause = check->assigned_cause;
    oos.corrected_value = check->corrected_value;
    return view_put(work, &oos_table, &oos);
}

struct closing {
    const char *code;
    const char *conclusion;
    const char *evidence;
    struct closing_facts facts;
    struct rows findings;
    struct assay_result result; /* that stands from here on */
};
#define CLOSING_FIELDS                                                                             \
    FIELD(struct closing, code, .required = true, .code = true, .longest = 24,                     \
          .help = "Investigation"),                                                                \
        FIELD(struct closing, conclusion, .required = true, .choices = conclusions,                \
              .help = "invalidated: the retest stands; confirmed: the first value stands"),        \
        FIELD(struct closing, evidence, .required = true, .prose = true, .longest = 2000,          \
              .help = "What the conclusion rests on")
static const struct field closing_fields[] = {CLOSING_FIELDS};
static const struct schema closing_schema = SCHEMA("oos_closing", struct closing, closing_fields);
static const struct field closed_fields[] = {
    CLOSING_FIELDS,
    FIELD(struct closing, facts, .of = &closing_facts_schema, .help = "What was known"),
    FIELD(struct closing, findings, .of = &finding_schema, .help = "One per rule that applies"),
    FIELD(struct closing, result, .of = &assay_result_body_schema,
          .help = "The result that stands from here on"),
};
static const struct schema closed_schema = SCHEMA("oos_closed", struct closing, closed_fields);

static bool first_result(struct work *work, const struct oos *oos, struct assay_result *first)
{
    bool found = false;
    return view_find(work, &assay_result_table,
                     VALUES(value_text(oos->lot), value_text(oos->attribute),
                            value_integer(oos->result_entry)),
                     first, &found) &&
           (found || fail(&work->fault, FAULT_STORAGE, "code",
                          "The first value of %s is not there; run exoledger verify.", oos->code));
}

static bool closing_decide(struct work *work, const void *input, void *body)
{
    const struct closing *given = input;
    struct closing *closing = body;
    struct oos oos = {0};
    *closing = *given;
    if (!oos_need(work, given->code, "open checked planned retested reported", &oos) ||
        !first_result(work, &oos, &closing->result))
        return false;
    closing->facts = (struct closing_facts){.conclusion = given->conclusion,
                                            .cause = oos.cause,
                                            .evidence = given->evidence,
                                            .status = oos.status,
                                            .retest_verdict = oos.retest_verdict,
                                            .mean_verdict = oos.mean_verdict};
    closing_judge(work->arena, &closing->facts, &closing->findings);
    if (text_equals(given->conclusion, "invalidated")) {
        closing->result.value = oos.reported;
        closing->result.uncertainty = (struct real){0};
        closing->result.reported = NULL;
        closing->result.measured_by = NULL;
        closing->result.worst_flag = NULL;
        closing->result.verdict = oos.mean_verdict;
        closing->result.read_on = oos.retested_on;
        closing->result.reason = arena_print(work->arena, "retest of %s", oos.code);
    }
    return findings_allow(work->arena, &work->fault, "code", &closing->findings,
                          "The investigation cannot be closed like this");
}

static bool closing_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct closing *closing = body;
    struct oos oos = {0};
    struct assay_result first = {0};
    if (!view_need(work, &oos_table, "code", closing->code, &oos) ||
        !first_result(work, &oos, &first))
        return false;
    oos.status = "closed";
    oos.conclusion = closing->conclusion;
    oos.closed_entry = entry->seq;
    if (!view_put(work, &oos_table, &oos) || text_equals(closing->conclusion, "confirmed"))
        return work->fault.kind == FAULT_NONE;
    struct assay_result retest = closing->result;
    retest.lot = oos.lot;
    retest.entry = entry->seq;
    retest.code = oos.code;
    retest.method = first.method;
    first.standing = "invalidated";
    first.reason = arena_print(work->arena, "%s: assigned cause %s", oos.code, oos.cause);
    return view_put(work, &assay_result_table, &first) &&
           view_put(work, &assay_result_table, &retest);
}

static bool closing_again(struct work *work, const void *body, struct rows *findings)
{
    const struct closing *closing = body;
    closing_judge(work->arena, &closing->facts, findings);
    return true;
}

struct shown {
    struct oos oos;
    struct rows retests;
};
static const struct field shown_fields[] = {
    FIELD(struct shown, oos, .of = &oos_schema, .help = "The investigation"),
    FIELD(struct shown, retests, .of = &oos_retest_schema, .help = "Retested vials"),
};
static const struct schema shown_schema = SCHEMA("oos_shown", struct shown, shown_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct shown *shown = row;
    return view_need(work, &oos_table, "code", key->code, &shown->oos) &&
           view_list(work, &oos_retest_table, "oos", value_text(key->code), &shown->retests);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) &&
           view_list(work, &oos_table, "lot", value_text(key->code), rows);
}

const struct operation oos_operations[OOS_OPERATIONS] = {
    {.name = "oos.open",
     .summary = "Open an investigation; the program does this where a result fails its limit.",
     .effect = RECORDS,
     .input = &opening_schema,
     .output = &opening_schema,
     .subject = "code",
     .judge = open_judge,
     .apply = open_apply},
    {.name = "oos.check",
     .method = "POST",
     .path = "/oos/{code}/phase1",
     .summary = "Record what the check of the laboratory found.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &check_schema,
     .output = &checked_schema,
     .subject = "code",
     .judge = check_judge,
     .apply = check_apply},
    {.name = "oos.close",
     .method = "POST",
     .path = "/oos/{code}/closing",
     .summary = "Sign, as two, whether the first value is invalidated or confirmed.",
     .permission = PERMIT_ASSAY_REVIEW,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_ASSAY_COUNTERSIGN,
     .input = &closing_schema,
     .output = &closed_schema,
     .subject = "code",
     .judge = closing_decide,
     .apply = closing_apply,
     .judge_again = closing_again},
    {.name = "oos.show",
     .method = "GET",
     .path = "/oos/{code}",
     .summary = "Show one investigation with its retests.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &shown_schema,
     .read = show_read},
    {.name = "oos.list",
     .method = "GET",
     .path = "/lots/{code}/oos",
     .summary = "List the investigations of a lot.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &oos_schema,
     .list = list_read},
};
