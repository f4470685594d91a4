/* measurement.c: one test as it was read; what it means is computed, never typed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/measurement.h"

#include "base/time.h"
#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/equipment.h"
#include "quality/assay.h"
#include "quality/calibration.h"
#include "quality/derivation.h"
#include "quality/sample.h"
#include "quality/stability.h"

#include <string.h>

static const char *const control_words[] = {"passed", "failed", "not_done", NULL};
static const char *const growth_words[] = {"grew", "did_not_grow", NULL};

static const struct field given_companion_fields[] = {
    FIELD(struct assay_companion, name, .required = true, .code = true, .longest = 64,
          .help = "What the number is, such as mode"),
    FIELD(struct assay_companion, value, .required = true, .help = "Value"),
    FIELD(struct assay_companion, unit, .longest = 24, .help = "Unit of the value"),
};
static const struct schema given_companion_schema =
    SCHEMA("assay_companion_given", struct assay_companion, given_companion_fields);

struct measurement {
    const char *code;
    const char *lot;
    const char *attribute;
    struct real value;
    struct real reading;
    struct real dilution;
    struct real uncertainty;
    const char *outcome;
    const char *unit;
    bool not_applicable;
    const char *why;
    const char *method;
    const char *instrument;
    const char *calibration;
    const char *kit_lot;
    const char *sample_of;
    int64_t pull;
    int64_t first_vial;
    int64_t last_vial;
    struct date started_on;
    struct date read_on;
    const char *amount_tested_note;
    int64_t amount_tested_ul;
    int64_t amount_lot_ul;
    struct real share_percent;
    const char *controls;
    const char *positive_control;
    const char *negative_control;
    struct real loq;
    struct real detection_limit;
    struct real spike_recovery_percent;
    struct rows companions; /* struct assay_companion */
    struct assay_result result;
    struct assay_facts facts;
    struct rows findings;
    struct rows parts;
};

#define MEASUREMENT_FIELDS                                                                         \
    FIELD(struct measurement, code, .required = true, .code = true, .longest = 24,                 \
          .help = "Code of the assay"),                                                            \
        FIELD(struct measurement, lot, .required = true, .code = true, .longest = 24,              \
              .help = "Lot"),                                                                      \
        FIELD(struct measurement, attribute, .required = true, .code = true, .longest = 64,        \
              .help = "What was measured, as in the specification"),                               \
        FIELD(struct measurement, value, .help = "Value"),                                         \
        FIELD(struct measurement, reading, .help = "Reading of the diluted sample"),               \
        FIELD(struct measurement, dilution, .low = 1, .high = 1e9,                                 \
              .help = "Its dilution; the value is the product"),                                   \
        FIELD(struct measurement, uncertainty, .low = 0, .high = 1e18,                             \
              .help = "Expanded uncertainty, in the unit of the value"),                           \
        FIELD(struct measurement, outcome, .code = true, .longest = 64,                            \
              .help = "Outcome of a test without a value, such as no_growth"),                     \
        FIELD(struct measurement, unit, .longest = 24, .help = "Unit of the value"),               \
        FIELD(struct measurement, not_applicable, .help = "The test does not apply to this lot"),  \
        FIELD(struct measurement, why, .longest = 400, .help = "Why it does not apply"),           \
        FIELD(struct measurement, method, .required = true, .help = "Method and its version"),     \
        FIELD(struct measurement, instrument, .code = true, .longest = 24,                         \
              .help = "Code of the instrument"),                                                   \
        FIELD(struct measurement, kit_lot, .longest = 64, .help = "Lot of the kit"),               \
        FIELD(struct measurement, sample_of, .longest = 400,                                       \
              .help = "What was sampled, as kind:code separated by blanks, if not vials"),         \
        FIELD(struct measurement, pull, .low = 0, .high = 1000,                                    \
              .help = "Number of the stability pull, 0 for a test of the lot"),                    \
        FIELD(struct measurement, first_vial, .low = 0, .high = 1e7,                               \
              .help = "First vial that was used, 0 for none"),                                     \
        FIELD(struct measurement, last_vial, .low = 0, .high = 1e7,                                \
              .help = "Last vial that was used"),                                                  \
        FIELD(struct measurement, started_on, .help = "Day on which the test began"),              \
        FIELD(struct measurement, read_on, .help = "Day of the reading"),                          \
        FIELD(struct measurement, amount_tested_note, .longest = 400,                              \
              .help = "How much was tested, of how much"),                                         \
        FIELD(struct measurement, amount_tested_ul, .low = 0, .high = 1e12, .unit = "uL",          \
              .help = "Volume that was tested, 0 where it does not matter"),                       \
        FIELD(struct measurement, amount_lot_ul, .low = 0, .high = 1e12, .unit = "uL",             \
              .help = "Volume of the whole"),                                                      \
        FIELD(struct measurement, controls, .choices = control_words,                              \
              .help = "Controls of the method; not done where none is said"),                      \
        FIELD(struct measurement, positive_control, .choices = growth_words,                       \
              .help = "Positive control of the run"),                                              \
        FIELD(struct measurement, negative_control, .choices = growth_words,                       \
              .help = "Negative control of the run"),                                              \
        FIELD(struct measurement, loq, .low = 0, .high = 1e18, .help = "Limit of quantification"), \
        FIELD(struct measurement, detection_limit, .low = 0, .high = 1e18,                         \
              .help = "Limit of detection"),                                                       \
        FIELD(struct measurement, spike_recovery_percent, .low = 0, .high = 1e6, .unit = "%",      \
              .help = "Recovery of what was added")

static const struct field record_fields[] = {
    MEASUREMENT_FIELDS,
    FIELD(struct measurement, companions, .of = &given_companion_schema, .longest = 40,
          .help = "Numbers beside the result, such as mode, D10, D50 and D90"),
};
static const struct schema record_input = SCHEMA("assay_record", struct measurement, record_fields);
static const struct field recorded_fields[] = {
    MEASUREMENT_FIELDS,
    FIELD(struct measurement, companions, .of = &assay_companion_schema,
          .help = "Numbers beside the result"),
    FIELD(struct measurement, calibration,
          .help = "Calibration of the instrument, where it is a particle counter"),
    FIELD(struct measurement, share_percent, .unit = "%", .help = "Tested share of the whole"),
    FIELD(struct measurement, result, .of = &assay_result_body_schema,
          .help = "The result, judged"),
    FIELD(struct measurement, facts, .of = &assay_facts_schema,
          .help = "What the result shows beside its value"),
    FIELD(struct measurement, findings, .of = &finding_schema, .help = "One per rule that applies"),
    FIELD(struct measurement, parts, .of = &vial_range_schema,
          .help = "What the vials were before"),
};
static const struct schema recorded_schema =
    SCHEMA("assay_recorded", struct measurement, recorded_fields);

/* Of the lot itself; of a stability pull nothing is derived yet. */
static bool check_typed(struct work *work, const struct measurement *measured)
{
    if (!measured->pull && derivation_computes(measured->attribute))
        return refuse(&work->fault, FAULT_RULE, "attribute", "QC-12.derived/1",
                      "The program computes %s from the record; ask for its derivation instead of "
                      "giving a value.",
                      measured->attribute);
    return !text_equals(measured->attribute, "markers") ||
           refuse(&work->fault, FAULT_RULE, "attribute", "QC-14.categories/1",
                  "Whether markers are complete is computed; record which were positive and "
                  "negative instead.");
}

/* The value is typed or is the product of what was read, never both. */
static bool settle_value(struct work *work, struct measurement *measured)
{
    if (!measured->reading.text != !measured->dilution.text)
        return fail(&work->fault, FAULT_INPUT, measured->reading.text ? "dilution" : "reading",
                    "A reading and its dilution belong together; give both.");
    if (!measured->reading.text)
        return true;
    if (measured->value.text)
        return fail(&work->fault, FAULT_INPUT, "value",
                    "The value is computed from reading and dilution; leave it out.");
    measured->value = real_of(work->arena, measured->reading.value * measured->dilution.value);
    return true;
}

static bool settle_application(struct work *work, const struct lot *lot,
                               struct measurement *measured)
{
    struct specification_limit limit = {0};
    bool limited = false;
    if (!measured->not_applicable)
        return !text_equals(measured->outcome, "not_applicable") ||
               fail(&work->fault, FAULT_INPUT, "outcome",
                    "Say not_applicable with its reason instead of an outcome.");
    if (!specification_limit_find(work, lot->specification, measured->attribute, &limit, &limited))
        return false;
    if (!limited || !limit.outcome || !strstr(limit.outcome, "not_applicable_allowed") ||
        text_is_empty(measured->why))
        return refuse(&work->fault, FAULT_RULE, "not_applicable", "QC-19.not_applicable/1",
                      "%s may be not applicable only where the specification allows it, and with a "
                      "reason.",
                      measured->attribute);
    if (measured->value.text || measured->outcome)
        return fail(&work->fault, FAULT_INPUT, "value",
                    "A test that does not apply has no value and no outcome; leave them out.");
    measured->outcome = "not_applicable";
    return true;
}

static bool check_days(struct work *work, const struct measurement *measured, const struct lot *lot)
{
    const char *const days[] = {measured->started_on.text, measured->read_on.text};
    static const char *const names[] = {"started_on", "read_on"};
    for (size_t i = 0; i < 2; i++) {
        const struct date date = {days[i]};
        if (!assay_day(work, names[i], &date, lot, measured->sample_of))
            return false;
        if (!days[i] && assay_days_key(measured->attribute) && !measured->not_applicable)
            return fail(&work->fault, FAULT_INPUT, names[i],
                        "A test of %s runs for days; say when it began and when it was read.",
                        measured->attribute);
    }
    return !days[0] || !days[1] || strcmp(days[0], days[1]) <= 0 ||
           fail(&work->fault, FAULT_INPUT, "read_on",
                "The reading lies before the start; correct one of them.");
}

static bool reached(const struct rows *nodes, const char *name)
{
    for (size_t i = 0; i < nodes->count; i++)
        if (text_equals(ROWS(*nodes, const struct link_node)[i].name, name))
            return true;
    return false;
}

/* A test on harvests stands for the lot only where every harvest of the lot was sampled. */
static bool check_sample_of(struct work *work, const struct measurement *measured)
{
    size_t count = 0;
    struct rows nodes;
    if (text_is_empty(measured->sample_of))
        return true;
    const char **named = text_split(work->arena, measured->sample_of, ' ', &count);
    if (!link_reach(work, link_name(work->arena, "lot", measured->lot), LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (!reached(&nodes, named[i]))
            return refuse(&work->fault, FAULT_RULE, "sample_of", "QC-02.upstream/1",
                          "Lot %s did not come from %s; name what was sampled as kind:code.",
                          measured->lot, named[i]);
        const char *kind = arena_text(work->arena, named[i], strcspn(named[i], ":") + 1);
        for (size_t j = 0; j < nodes.count; j++) {
            const char *node = ROWS(nodes, const struct link_node)[j].name;
            if (text_starts(node, kind) && !text_has_word(measured->sample_of, node))
                return refuse(&work->fault, FAULT_RULE, "sample_of", "QC-02.upstream/1",
                              "Lot %s came from %s too, which was not sampled.", measured->lot,
                              node);
        }
    }
    return true;
}

static bool gather(struct work *work, struct measurement *measured)
{
    struct assay_facts *facts = &measured->facts;
    const char *key = assay_days_key(measured->attribute);
    int64_t from = 0;
    int64_t to = 0;
    *facts = (struct assay_facts){.attribute = measured->attribute,
                                  .outcome = measured->outcome,
                                  .controls = measured->controls,
                                  .positive_control = measured->positive_control,
                                  .negative_control = measured->negative_control,
                                  .spike_recovery_percent = measured->spike_recovery_percent,
                                  .value = measured->value,
                                  .loq = measured->loq,
                                  .limit_low = measured->result.limit.low,
                                  .limit_high = measured->result.limit.high};
    if (measured->started_on.text && measured->read_on.text &&
        date_parse(measured->started_on.text, &from) && date_parse(measured->read_on.text, &to))
        facts->days = (struct count){true, to - from};
    return (!key || setting_count(work, key, &facts->days_least)) &&
           (!text_starts(measured->attribute, "endotoxin") ||
            (setting_real(work, "spike_recovery_least_percent", &facts->spike_least_percent) &&
             setting_real(work, "spike_recovery_most_percent", &facts->spike_most_percent)));
}

static bool judge_result(struct work *work, const struct lot *lot, struct measurement *measured)
{
    struct assay_result *result = &measured->result;
    *result =
        (struct assay_result){.attribute = measured->attribute,
                              .value = measured->value,
                              .uncertainty = measured->uncertainty,
                              .outcome = measured->outcome,
                              .unit = measured->unit,
                              .controls = measured->controls,
                              .loq = measured->loq,
                              .measured_by = measured->calibration ? "calibrated_instrument" : NULL,
                              .sample_of = measured->sample_of,
                              .reason = measured->why,
                              .read_on = measured->read_on,
                              .pull = measured->pull};
    if (!assay_result_judge(work, lot, result) || !gather(work, measured))
        return false;
    assay_judge(work->arena, &measured->facts, &measured->findings);
    if (assay_is_interim(result->verdict, &measured->findings) && !measured->pull)
        result->standing = "interim";
    result->verdict = assay_verdict(result->verdict, &measured->findings);
    return true;
}

static void fill_companions(struct measurement *measured)
{
    struct assay_companion *companion = measured->companions.items;
    for (size_t i = 0; i < measured->companions.count; i++) {
        companion[i].code = measured->code;
        companion[i].lot = measured->lot;
    }
}

static bool fill_share(struct work *work, struct measurement *measured)
{
    if (!measured->amount_tested_ul && !measured->amount_lot_ul)
        return true;
    if (measured->amount_tested_ul > measured->amount_lot_ul)
        return fail(&work->fault, FAULT_INPUT, "amount_tested_ul",
                    "More was tested than there is; correct one of the amounts.");
    measured->share_percent = real_of(work->arena, 100.0 * (double)measured->amount_tested_ul /
                                                       (double)measured->amount_lot_ul);
    return true;
}

/* A particle counter that is registered must be calibrated; of others the program knows nothing. */
static bool settle_instrument(struct work *work, struct measurement *measured)
{
    struct equipment equipment = {0};
    struct date day = measured->read_on;
    bool found = false;
    if (!measured->instrument)
        return true;
    if (!view_find(work, &equipment_table, VALUES(value_text(measured->instrument)), &equipment,
                   &found))
        return false;
    if (!found || !text_equals(equipment.kind, "nta"))
        return true;
    if (!day.text)
        day.text = date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes));
    return calibration_need(work, "instrument", measured->instrument, day, &measured->calibration);
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct measurement *given = input;
    struct measurement *measured = body;
    const struct sample sample = {given->attribute, given->first_vial, given->last_vial,
                                  given->pull};
    struct lot lot = {0};
    *measured = *given;
    measured->controls = given->controls ? given->controls : "not_done";
    if (!assay_begin(work, given->code, given->lot, &lot) || !check_typed(work, measured) ||
        !settle_value(work, measured) || !settle_application(work, &lot, measured) ||
        !check_sample_of(work, measured) || !check_days(work, measured, &lot) ||
        !settle_instrument(work, measured) || !fill_share(work, measured) ||
        !stability_check(work, given->lot, &sample) || !judge_result(work, &lot, measured))
        return false;
    fill_companions(measured);
    return sample_take(work, &lot, &sample, &measured->parts);
}

static struct assay assay_of(const struct entry *entry, const struct measurement *given)
{
    return (struct assay){.code = given->code,
                          .site = entry->site,
                          .lot = given->lot,
                          .method = given->method,
                          .equipment = given->calibration ? given->instrument : NULL,
                          .calibration = given->calibration,
                          .first_vial = given->first_vial,
                          .last_vial = given->last_vial,
                          .entry = entry->seq};
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct measurement *given = body;
    struct assay_result result = given->result;
    const struct assay assay = assay_of(entry, given);
    const struct rows results = {1, &result};
    for (size_t i = 0; i < given->companions.count; i++)
        if (!view_put(work, &assay_companion_table,
                      &ROWS(given->companions, const struct assay_companion)[i]))
            return false;
    return assay_put(work, &assay, &results) && sample_mark(work, &given->parts, entry->seq);
}

static bool record_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct measurement *given = body;
    struct assay_result result = given->result;
    struct assay assay = assay_of(entry, given);
    const struct rows results = {1, &result};
    assay.annulled = true;
    for (size_t i = 0; i < given->companions.count; i++) {
        const struct assay_companion *companion =
            &ROWS(given->companions, const struct assay_companion)[i];
        if (!view_remove(work, &assay_companion_table,
                         VALUES(value_text(companion->code), value_text(companion->name))))
            return false;
    }
    return assay_take_back(work, &assay, &results, &given->parts);
}

static bool record_again(struct work *work, const void *body, struct rows *findings)
{
    const struct measurement *measured = body;
    assay_judge(work->arena, &measured->facts, findings);
    return true;
}

const struct operation measurement_operations[MEASUREMENT_OPERATIONS] = {
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
     .judge_again = record_again,
     .retract = record_retract},
};
