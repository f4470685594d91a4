/* marker.c: what was positive and negative is recorded; whether that is complete is computed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/marker.h"

#include "contract/setting.h"
#include "quality/assay.h"
#include "quality/sample.h"

static const struct field facts_fields[] = {
    FIELD(struct marker_facts, positives, .help = "Positive markers"),
    FIELD(struct marker_facts, negatives, .help = "Negative markers"),
    FIELD(struct marker_facts, contaminant, .help = "Contaminant that was measured"),
    FIELD(struct marker_facts, transmembrane, .help = "Markers of the membrane, as signed"),
    FIELD(struct marker_facts, cytosolic, .help = "Markers of the cytosol, as signed"),
    FIELD(struct marker_facts, contaminants, .help = "Contaminants, as signed"),
    FIELD(struct marker_facts, cellular, .help = "Markers of cell debris, as signed"),
};
const struct schema marker_facts_schema = SCHEMA("marker_facts", struct marker_facts, facts_fields);

static const struct field contaminant_fields[] = {
    FIELD(struct assay_companion, name, .code = true, .longest = 64, .help = "Contaminant"),
    FIELD(struct assay_companion, value, .low = 0, .high = 1e18, .help = "Value"),
    FIELD(struct assay_companion, unit, .longest = 24, .help = "Unit of the value"),
};
static const struct schema contaminant_schema =
    SCHEMA("marker_contaminant", struct assay_companion, contaminant_fields);

struct marking {
    const char *code;
    const char *lot;
    const char *positives;
    const char *negatives;
    struct assay_companion contaminant;
    const char *method;
    const char *kit_lot;
    struct date read_on;
    int64_t first_vial;
    int64_t last_vial;
    struct marker_facts facts;
    struct rows findings;
    struct assay_result result;
    struct rows parts;
};
#define MARKING_FIELDS                                                                             \
    FIELD(struct marking, code, .required = true, .code = true, .longest = 24,                     \
          .help = "Code of the assay"),                                                            \
        FIELD(struct marking, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),  \
        FIELD(struct marking, positives, .required = true, .longest = 400,                         \
              .help = "Positive markers, separated by blanks or commas"),                          \
        FIELD(struct marking, negatives, .longest = 400,                                           \
              .help = "Negative markers, separated by blanks or commas"),                          \
        FIELD(struct marking, contaminant, .of = &contaminant_schema,                              \
              .help = "A contaminant that was measured"),                                          \
        FIELD(struct marking, method, .required = true, .help = "Method and its version"),         \
        FIELD(struct marking, kit_lot, .longest = 64, .help = "Lot of the kit"),                   \
        FIELD(struct marking, read_on, .required = true, .help = "Day of the reading"),            \
        FIELD(struct marking, first_vial, .low = 0, .high = 1e7,                                   \
              .help = "First vial that was used, 0 for none"),                                     \
        FIELD(struct marking, last_vial, .low = 0, .high = 1e7, .help = "Last vial that was used")
static const struct field marking_fields[] = {MARKING_FIELDS};
static const struct schema marking_schema = SCHEMA("marker_record", struct marking, marking_fields);
static const struct field marked_fields[] = {
    MARKING_FIELDS,
    FIELD(struct marking, facts, .of = &marker_facts_schema, .help = "What was asked of them"),
    FIELD(struct marking, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct marking, result, .of = &assay_result_body_schema, .help = "The result, judged"),
    FIELD(struct marking, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema marked_schema = SCHEMA("marker_recorded", struct marking, marked_fields);

/* Commas and blanks both part words. */
static const char *words_of(struct arena *arena, const char *given)
{
    return text_exchange(arena, given ? given : "", ',', ' ');
}

static bool gather(struct work *work, struct marker_facts *facts)
{
    return setting_text(work, "marker_transmembrane", &facts->transmembrane) &&
           setting_text(work, "marker_cytosolic", &facts->cytosolic) &&
           setting_text(work, "marker_contaminant", &facts->contaminants) &&
           setting_text(work, "marker_cellular", &facts->cellular);
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct marking *given = input;
    struct marking *marked = body;
    const struct sample sample = {"markers", given->first_vial, given->last_vial, 0};
    struct lot lot = {0};
    *marked = *given;
    marked->facts = (struct marker_facts){.positives = words_of(work->arena, given->positives),
                                          .negatives = words_of(work->arena, given->negatives),
                                          .contaminant = given->contaminant.name};
    if (!assay_begin(work, given->code, given->lot, &lot) ||
        !assay_day(work, "read_on", &given->read_on, &lot, NULL) || !gather(work, &marked->facts))
        return false;
    if (!given->contaminant.name != !given->contaminant.value.text)
        return fail(&work->fault, FAULT_INPUT, "contaminant",
                    "A contaminant has a name and a value; give both.");
    marker_judge(work->arena, &marked->facts, &marked->findings);
    marked->result = (struct assay_result){.attribute = "markers",
                                           .outcome = marker_outcome(&marked->findings),
                                           .read_on = given->read_on};
    return assay_result_judge(work, &lot, &marked->result) &&
           sample_take(work, &lot, &sample, &marked->parts);
}

static bool put_marking(struct work *work, const struct entry *entry, const struct marking *marked,
                        bool annulled)
{
    struct assay_result result = marked->result;
    const struct rows results = {1, &result};
    const struct assay assay = {.code = marked->code,
                                .site = entry->site,
                                .lot = marked->lot,
                                .method = marked->method,
                                .first_vial = marked->first_vial,
                                .last_vial = marked->last_vial,
                                .annulled = annulled,
                                .entry = entry->seq};
    return annulled ? assay_take_back(work, &assay, &results, &marked->parts)
                    : assay_put(work, &assay, &results);
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct marking *marked = body;
    struct assay_companion contaminant = marked->contaminant;
    contaminant.code = marked->code;
    contaminant.lot = marked->lot;
    return put_marking(work, entry, marked, false) &&
           sample_mark(work, &marked->parts, entry->seq) &&
           (!contaminant.name || view_put(work, &assay_companion_table, &contaminant));
}

static bool record_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct marking *marked = body;
    const char *name = marked->contaminant.name;
    return put_marking(work, entry, marked, true) &&
           (!name || view_remove(work, &assay_companion_table,
                                 VALUES(value_text(marked->code), value_text(name))));
}

static bool record_again(struct work *work, const void *body, struct rows *findings)
{
    const struct marking *marked = body;
    marker_judge(work->arena, &marked->facts, findings);
    return true;
}

struct marker_question {
    const char *positives;
    const char *negatives;
    const char *contaminant;
};
static const struct field question_fields[] = {
    FIELD(struct marker_question, positives, .required = true, .longest = 400,
          .help = "Positive markers, separated by commas"),
    FIELD(struct marker_question, negatives, .longest = 400,
          .help = "Negative markers, separated by commas"),
    FIELD(struct marker_question, contaminant, .longest = 64,
          .help = "Contaminant that is measured"),
};
static const struct schema question_schema =
    SCHEMA("marker_question", struct marker_question, question_fields);

struct marker_answer {
    const char *outcome;
    struct marker_facts facts;
    struct rows findings;
};
static const struct field answer_fields[] = {
    FIELD(struct marker_answer, outcome, .help = "complete or not_complete"),
    FIELD(struct marker_answer, facts, .of = &marker_facts_schema,
          .help = "What was asked of them"),
    FIELD(struct marker_answer, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema answer_schema =
    SCHEMA("marker_answer", struct marker_answer, answer_fields);

static bool check_read(struct work *work, const void *input, void *row)
{
    const struct marker_question *question = input;
    struct marker_answer *answer = row;
    *answer =
        (struct marker_answer){.facts = {.positives = words_of(work->arena, question->positives),
                                         .negatives = words_of(work->arena, question->negatives),
                                         .contaminant = question->contaminant}};
    if (!gather(work, &answer->facts))
        return false;
    marker_judge(work->arena, &answer->facts, &answer->findings);
    answer->outcome = marker_outcome(&answer->findings);
    return true;
}

const struct operation marker_operations[MARKER_OPERATIONS] = {
    {.name = "marker.record",
     .method = "POST",
     .path = "/lots/{lot}/markers",
     .summary = "Record positive and negative markers of a lot; completeness is computed.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &marking_schema,
     .output = &marked_schema,
     .subject = "code",
     .judge = record_judge,
     .apply = record_apply,
     .judge_again = record_again,
     .retract = record_retract},
    {.name = "marker.check",
     .method = "GET",
     .path = "/markers/check",
     .summary = "Ask whether markers would be complete; nothing is recorded.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &question_schema,
     .output = &answer_schema,
     .read = check_read},
};
