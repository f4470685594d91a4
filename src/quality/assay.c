/* assay.c: verdicts are computed from value and limit, never typed; the first result stands. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/assay.h"

#include "manufacture/harvest.h"
#include "manufacture/step.h"
#include "manufacture/vial.h"
#include "quality/oos.h"
#include "quality/reported.h"
#include "quality/video.h"

#include <string.h>

static const struct field assay_fields[] = {
    FIELD(struct assay, code, .help = "Code of the assay"),
    FIELD(struct assay, site, .help = "Site"),
    FIELD(struct assay, lot, .help = "Lot"),
    FIELD(struct assay, method, .help = "Method"),
    FIELD(struct assay, sha256, .help = "SHA-256 of the instrument's file"),
    FIELD(struct assay, equipment, .help = "Particle counter that it was made with"),
    FIELD(struct assay, calibration, .help = "Calibration of that with counted beads"),
    FIELD(struct assay, first_vial, .help = "First vial that was used, or 0"),
    FIELD(struct assay, last_vial, .help = "Last vial that was used, or 0"),
    FIELD(struct assay, annulled, .help = "The entry was amended"),
    FIELD(struct assay, entry, .help = "Entry that says so"),
};
const struct schema assay_schema = SCHEMA("assay", struct assay, assay_fields);
const struct table assay_table = {"assay", &assay_schema, "code", "lot calibration", TABLE_VIEW};

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
    FIELD(struct assay_result, standing,
          .help = "standing, interim, stability or invalidated: the first value stays"),
    FIELD(struct assay_result, reported, .help = "As it is printed, such as <0.05"),
    FIELD(struct assay_result, loq, .help = "Limit of quantification"),
    FIELD(struct assay_result, sample_of, .help = "What was sampled, where not vials of the lot"),
    FIELD(struct assay_result, measured_by, .help = "video or calibrated_instrument, if shown"),
    FIELD(struct assay_result, worst_flag, .help = "Worst flag of a measurement by video"),
    FIELD(struct assay_result, reason, .help = "Why it does not apply, or no longer counts"),
    FIELD(struct assay_result, read_on, .help = "Day of the reading"),
    FIELD(struct assay_result, pull, .help = "Number of the stability pull, or 0"),
    FIELD(struct assay_result, annulled, .help = "The entry was amended"),
};
const struct schema assay_result_schema =
    SCHEMA("assay_result", struct assay_result, result_fields);
const struct table assay_result_table = {"assay_result", &assay_result_schema,
                                         "lot attribute entry", "entry", TABLE_VIEW};

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
    FIELD(struct assay_result, standing, .help = "standing, interim or stability"),
    FIELD(struct assay_result, reported, .help = "As it is printed, such as <0.05"),
    FIELD(struct assay_result, loq, .help = "Limit of quantification"),
    FIELD(struct assay_result, sample_of, .help = "What was sampled, where not vials of the lot"),
    FIELD(struct assay_result, measured_by, .help = "video or calibrated_instrument, if shown"),
    FIELD(struct assay_result, worst_flag, .help = "Worst flag of a measurement by video"),
    FIELD(struct assay_result, reason, .help = "Why it does not apply, or does not count yet"),
    FIELD(struct assay_result, read_on, .help = "Day of the reading"),
    FIELD(struct assay_result, pull, .help = "Number of the stability pull, or 0"),
};
const struct schema assay_result_body_schema =
    SCHEMA("assay_result_body", struct assay_result, result_body_fields);

static const struct field companion_fields[] = {
    FIELD(struct assay_companion, code, .help = "Code of the assay"),
    FIELD(struct assay_companion, name, .help = "What the number is"),
    FIELD(struct assay_companion, lot, .help = "Lot"),
    FIELD(struct assay_companion, value, .help = "Value"),
    FIELD(struct assay_companion, unit, .help = "Unit of the value"),
};
const struct schema assay_companion_schema =
    SCHEMA("assay_companion", struct assay_companion, companion_fields);
const struct table assay_companion_table = {"assay_companion", &assay_companion_schema, "code name",
                                            "lot", TABLE_VIEW};

bool assay_begin(struct work *work, const char *code, const char *lot_code, struct lot *lot)
{
    return view_need(work, &lot_table, "lot", lot_code, lot) &&
           operation_at_site(work, "lot", lot->site, "lot") &&
           view_free(work, &assay_table, "code", code);
}

bool assay_day(struct work *work, const char *field, const struct date *day, const struct lot *lot,
               const char *sample_of)
{
    size_t count = 0;
    const char **named = text_split(work->arena, sample_of ? sample_of : "", ' ', &count);
    if (!day->text)
        return true;
    if (!step_day(work, field, day))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!harvest_came_first(work, field, named[i], day))
            return false;
    return count || strcmp(day->text, lot->filled_on.text) >= 0 ||
           fail(&work->fault, FAULT_INPUT, field,
                "Lot %s was filled on %s; its vials were not pulled or tested before, "
                "correct the field %s.",
                lot->code, lot->filled_on.text, field);
}

bool assay_stands(const struct assay_result *result)
{
    return !result->annulled && text_equals(result->standing, "standing");
}

bool assay_standing(struct work *work, const char *lot, const char *attribute,
                    struct assay_result *result, bool *found)
{
    struct rows rows;
    *found = false;
    if (!view_list_both(work, &assay_result_table, value_text(lot), value_text(attribute), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct assay_result *row = &ROWS(rows, const struct assay_result)[i];
        if (!assay_stands(row))
            continue;
        *result = *row;
        *found = true;
    }
    return true;
}

/* An interim reading is followed by the last one; all others are followed by none. */
static bool check_first(struct work *work, const char *lot, const struct assay_result *result)
{
    struct rows rows;
    if (!view_list(work, &assay_result_table, "lot", value_text(lot), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct assay_result *row = &ROWS(rows, const struct assay_result)[i];
        if (!row->annulled && row->entry != work->amends && row->pull == result->pull &&
            !text_equals(row->standing, "interim") &&
            text_equals(row->attribute, result->attribute))
            return refuse(&work->fault, FAULT_RULE, "attribute", "QC-22.first_value/1",
                          "The result %s of %s stands; it is neither replaced nor averaged, only "
                          "amended with a reason or investigated.",
                          row->code, result->attribute);
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

/* What fails its limit fails whatever measured it; all else waits for what is demanded. */
static void await_demanded(struct arena *arena, struct assay_result *result)
{
    if (text_equals(result->verdict, "not_met") || result->pull)
        return;
    result->standing = "interim";
    result->reason = arena_print(arena, "QC-13.measured_by/1: %s is asked for",
                                 specification_limit_demand(arena, &result->limit));
}

bool assay_result_judge(struct work *work, const struct lot *lot, struct assay_result *result)
{
    bool limited = false;
    const bool below =
        result->value.text && result->loq.text && result->value.value < result->loq.value;
    const struct reading reading = {.value = result->value,
                                    .uncertainty = result->uncertainty,
                                    .outcome = result->outcome,
                                    .controls = result->controls,
                                    .below = below ? result->loq : (struct real){0},
                                    .measured_by = result->measured_by,
                                    .worst_flag = result->worst_flag};
    result->standing = result->pull ? "stability" : "standing";
    if (below)
        result->reported = arena_print(work->arena, "<%s", result->loq.text);
    if (!specification_limit_find(work, lot->specification, result->attribute, &result->limit,
                                  &limited))
        return false;
    if (limited)
        result->asked = specification_limit_print(work->arena, &result->limit);
    if (!check_kind(work, result, limited) || !check_first(work, lot->code, result))
        return false;
    if (limited)
        result->verdict = verdict_word(limit_judge(&result->limit, &reading));
    if (limited && !limit_is_measured_so(&result->limit, &reading))
        await_demanded(work->arena, result);
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

/* Vials that another test opened as well stay tested. */
static bool is_shared(struct work *work, const struct assay *assay, bool *shared)
{
    struct rows rows;
    *shared = false;
    if (!view_list(work, &assay_table, "lot", value_text(assay->lot), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct assay *other = &ROWS(rows, const struct assay)[i];
        if (!other->annulled && !text_equals(other->code, assay->code) && other->last_vial &&
            other->first_vial <= assay->last_vial && assay->first_vial <= other->last_vial)
            *shared = true;
    }
    return true;
}

bool assay_take_back(struct work *work, const struct assay *assay, const struct rows *results,
                     const struct rows *parts)
{
    bool shared = false;
    bool rests = false;
    if (!oos_rests_on(work, assay->entry, &rests))
        return false;
    if (rests)
        return refuse(&work->fault, FAULT_RULE, "seq", "QC-22.first_value/1",
                      "The first value of %s is under investigation and stays; close the "
                      "investigation instead.",
                      assay->code);
    if (!is_shared(work, assay, &shared))
        return false;
    return assay_put(work, assay, results) && (shared || vial_return(work, parts, assay->entry));
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) &&
           view_list(work, &assay_result_table, "lot", value_text(key->code), rows);
}

struct assay_key {
    const char *lot;
    const char *code;
};
static const struct field key_fields[] = {
    FIELD(struct assay_key, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct assay_key, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the assay"),
};
static const struct schema key_schema = SCHEMA("assay_key", struct assay_key, key_fields);

struct assay_shown {
    struct assay assay;
    struct rows results;
    struct rows companions;
    struct rows measured; /* struct measured_sample: one where a video was measured */
    struct rows videos;
};
static const struct field shown_fields[] = {
    FIELD(struct assay_shown, assay, .of = &assay_schema, .help = "The assay"),
    FIELD(struct assay_shown, results, .of = &assay_result_schema, .help = "Its results"),
    FIELD(struct assay_shown, companions, .of = &assay_companion_schema,
          .help = "Numbers beside the results"),
    FIELD(struct assay_shown, measured, .of = &measured_sample_schema,
          .help = "Settings, results and flags of a measurement by video"),
    FIELD(struct assay_shown, videos, .of = &video_schema, .help = "What was measured in it"),
};
static const struct schema shown_schema = SCHEMA("assay_shown", struct assay_shown, shown_fields);

bool assay_of_lot(struct work *work, const char *lot, const char *code, struct assay *assay)
{
    return view_need(work, &assay_table, "code", code, assay) &&
           (text_equals(assay->lot, lot) ||
            fail(&work->fault, FAULT_MISSING, "lot", "%s is no assay of lot %s.", code, lot));
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct assay_key *key = input;
    struct assay_shown *shown = row;
    *shown = (struct assay_shown){0};
    if (!assay_of_lot(work, key->lot, key->code, &shown->assay) ||
        !view_list(work, &assay_result_table, "lot", value_text(key->lot), &shown->results) ||
        !view_list(work, &assay_companion_table, "code", value_text(key->code),
                   &shown->companions) ||
        !view_list(work, &measured_sample_table, "assay", value_text(key->code),
                   &shown->measured) ||
        !view_list(work, &video_table, "assay", value_text(key->code), &shown->videos))
        return false;
    struct assay_result *result = shown->results.items;
    size_t kept = 0;
    for (size_t i = 0; i < shown->results.count; i++)
        if (text_equals(result[i].code, key->code))
            result[kept++] = result[i];
    shown->results.count = kept;
    return true;
}

const struct operation assay_operations[ASSAY_OPERATIONS] = {
    {.name = "assay.list",
     .method = "GET",
     .path = "/lots/{code}/assays",
     .summary = "List every result of a lot, those that were amended too.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &assay_result_schema,
     .list = list_read},
    {.name = "assay.show",
     .method = "GET",
     .path = "/lots/{lot}/assays/{code}",
     .summary = "Show one assay with its results and the numbers beside them.",
     .permission = PERMIT_LOT_READ,
     .kept_by = "QC-22.first_value/1",
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &key_schema,
     .output = &shown_schema,
     .read = show_read},
};
