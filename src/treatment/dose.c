/* dose.c: asked before, recorded after, by the same facts and the same rules. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose.h"

#include "manufacture/lot.h"
#include "quality/assay.h"
#include "supply/stock.h"
#include "treatment/plan.h"

static const char *const pregnancy[] = {"yes", "no", "not_applicable", NULL};

static const struct field row_fields[] = {
    FIELD(struct dose, code, .help = "Code of the dose"),
    FIELD(struct dose, patient, .help = "Patient"),
    FIELD(struct dose, plan, .help = "Plan"),
    FIELD(struct dose, site, .help = "Where"),
    FIELD(struct dose, lot, .help = "Lot"),
    FIELD(struct dose, first, .help = "First serial"),
    FIELD(struct dose, last, .help = "Last serial"),
    FIELD(struct dose, route, .help = "Route"),
    FIELD(struct dose, given_on, .help = "Day"),
    FIELD(struct dose, started_at, .help = "When it began"),
    FIELD(struct dose, volume_ul, .unit = "uL", .help = "Product given"),
    FIELD(struct dose, waste_ul, .unit = "uL", .help = "Product left over"),
    FIELD(struct dose, particles, .help = "Particles given, by the standing count of the lot"),
    FIELD(struct dose, given_by, .help = "Account of who gave it"),
    FIELD(struct dose, checked_by, .help = "Account of the second person"),
    FIELD(struct dose, annulled, .help = "The entry was annulled"),
    FIELD(struct dose, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("dose", struct dose, row_fields);
const struct table dose_table = {"dose", &row_schema, "code", "patient plan", TABLE_VIEW};

struct giving {
    const char *code;
    const char *plan;
    const char *lot;
    int64_t first;
    int64_t last;
    struct instant thawed_at;
    struct instant started_at;
    int64_t volume_ul;
    struct real temperature_c;
    struct real weight_kg;
    const char *pregnant;
    bool emergency_ready;
    const char *patient;
    const char *route;
    struct date given_on;
    int64_t waste_ul;
    struct real particles;
    struct dose_facts facts;
    struct rows findings;
    struct rows used;
    struct rows parts;
};
static const struct field give_fields[] = {
    FIELD(struct giving, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the dose"),
    FIELD(struct giving, plan, .required = true, .code = true, .longest = 24, .help = "Plan"),
    FIELD(struct giving, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct giving, first, .required = true, .low = 1, .high = 1e9, .help = "First serial"),
    FIELD(struct giving, last, .required = true, .low = 1, .high = 1e9, .help = "Last serial"),
    FIELD(struct giving, thawed_at, .required = true, .help = "End of the thaw"),
    FIELD(struct giving, started_at, .required = true, .help = "When it began"),
    FIELD(struct giving, volume_ul, .required = true, .low = 0, .high = 1e9, .unit = "uL",
          .help = "Product given, without diluent"),
    FIELD(struct giving, temperature_c, .required = true, .low = 30, .high = 45, .unit = "C",
          .help = "Body temperature the same day"),
    FIELD(struct giving, weight_kg, .required = true, .low = 0.1, .high = 500, .unit = "kg",
          .help = "Body weight the same day"),
    FIELD(struct giving, pregnant, .required = true, .choices = pregnancy,
          .help = "Answer to the pregnancy question"),
    FIELD(struct giving, emergency_ready, .required = true,
          .help = "Adrenaline, oxygen, airway and a doctor are at hand"),
};
static const struct schema give_schema = SCHEMA("dose_give", struct giving, give_fields);
static const struct field given_fields[] = {
    FIELD(struct giving, code, .help = "Code of the dose"),
    FIELD(struct giving, plan, .help = "Plan"),
    FIELD(struct giving, patient, .help = "Patient"),
    FIELD(struct giving, lot, .help = "Lot"),
    FIELD(struct giving, first, .help = "First serial"),
    FIELD(struct giving, last, .help = "Last serial"),
    FIELD(struct giving, route, .help = "Route"),
    FIELD(struct giving, given_on, .help = "Day"),
    FIELD(struct giving, thawed_at, .help = "End of the thaw"),
    FIELD(struct giving, started_at, .help = "When it began"),
    FIELD(struct giving, volume_ul, .unit = "uL", .help = "Product given"),
    FIELD(struct giving, waste_ul, .unit = "uL", .help = "Product left over"),
    FIELD(struct giving, particles, .help = "Particles given, by the standing count of the lot"),
    FIELD(struct giving, facts, .of = &dose_facts_schema, .help = "What was known"),
    FIELD(struct giving, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct giving, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct giving, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema given_schema = SCHEMA("dose_given", struct giving, given_fields);

static struct dose_question question_of(const struct giving *giving)
{
    return (struct dose_question){
        .plan = giving->plan,
        .lot = giving->lot,
        .first = giving->first,
        .last = giving->last,
        .thawed_at = giving->thawed_at,
        .started_at = giving->started_at,
        .temperature_c = giving->temperature_c,
        .weight_kg = giving->weight_kg,
        .pregnant = giving->pregnant,
        .emergency_ready = giving->emergency_ready,
    };
}

static bool check_amount(struct work *work, struct giving *giving)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", giving->lot, &lot))
        return false;
    int64_t held_ul = (giving->last - giving->first + 1) * lot.volume_per_vial_ul;
    giving->waste_ul = held_ul - giving->volume_ul;
    return giving->waste_ul >= 0 || fail(&work->fault, FAULT_INPUT, "volume_ul",
                                         "These vials hold %lld uL; the field "
                                         "volume_ul cannot be more.",
                                         (long long)held_ul);
}

static bool check_times(struct work *work, const struct giving *giving)
{
    if (giving->last < giving->first)
        return fail(&work->fault, FAULT_INPUT, "last",
                    "The field last lies before first; correct "
                    "the serials.");
    return giving->started_at.usec <= work->now_usec ||
           fail(&work->fault, FAULT_INPUT, "started_at",
                "The field started_at lies in the future; "
                "record the dose once it has begun.");
}

/* Particles, not vials, are the dose (requirement 0.7); a lot without a count leaves them unknown.
 */
static bool count_particles(struct work *work, struct giving *giving)
{
    struct rows results;
    const double ml_per_ul = 1e-3;
    if (!view_list(work, &assay_result_table, "lot", value_text(giving->lot), &results))
        return false;
    for (size_t i = 0; i < results.count; i++) {
        const struct assay_result *result = &ROWS(results, const struct assay_result)[i];
        if (result->annulled || !result->value.text ||
            !text_equals(result->attribute, "particles_per_ml"))
            continue;
        giving->particles =
            real_of(work->arena, result->value.value * ml_per_ul * (double)giving->volume_ul);
    }
    return true;
}

static bool give_judge(struct work *work, const void *input, void *body)
{
    struct giving *giving = body;
    struct plan plan = {0};
    *giving = *(const struct giving *)input;
    const struct dose_question question = question_of(giving);
    const struct vial_range asked = {.lot = giving->lot,
                                     .first = giving->first,
                                     .last = giving->last,
                                     .state = "in_stock",
                                     .site = stock_site(work)};
    if (!view_free(work, &dose_table, "code", giving->code) || !check_times(work, giving) ||
        !view_need(work, &plan_table, "plan", giving->plan, &plan) ||
        !dose_gather(work, &question, &giving->facts, &giving->used))
        return false;
    giving->patient = plan.patient;
    giving->route = plan.route;
    giving->given_on = giving->facts.eligibility.asked_on;
    dose_judge(work->arena, &giving->facts, &giving->findings);
    return findings_allow(work->arena, &work->fault, "lot", &giving->findings,
                          "These vials may not be given") &&
           check_amount(work, giving) && count_particles(work, giving) &&
           stock_take(work, &asked, &giving->parts);
}

static bool give_again(struct work *work, const void *body, struct rows *findings)
{
    const struct giving *giving = body;
    dose_judge(work->arena, &giving->facts, findings);
    return true;
}

static const char *second_person(const struct entry *entry)
{
    for (size_t i = 0; i < entry->signatures.count; i++) {
        const struct signature *signature = &ROWS(entry->signatures, const struct signature)[i];
        if (!text_equals(signature->account, entry->actor))
            return signature->account;
    }
    return NULL;
}

static bool put(struct work *work, const struct entry *entry, const struct giving *giving,
                bool annulled)
{
    const struct dose row = {
        .code = giving->code,
        .patient = giving->patient,
        .plan = giving->plan,
        .site = entry->site,
        .lot = giving->lot,
        .first = giving->first,
        .last = giving->last,
        .route = giving->route,
        .given_on = giving->given_on,
        .started_at = giving->started_at,
        .volume_ul = giving->volume_ul,
        .waste_ul = giving->waste_ul,
        .particles = giving->particles,
        .given_by = entry->actor,
        .checked_by = second_person(entry),
        .annulled = annulled,
        .entry = entry->seq,
    };
    return view_put(work, &dose_table, &row);
}

static bool give_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct giving *giving = body;
    const struct vial_range to = {
        .state = "given", .patient = giving->patient, .dose = giving->code, .entry = entry->seq};
    return stock_turn(work, &giving->parts, &to) && put(work, entry, giving, false);
}

static bool give_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct giving *giving = body;
    return vial_return(work, &giving->parts, entry->seq) && put(work, entry, giving, true);
}

struct checking {
    const char *plan;
    const char *lot;
    int64_t serial;
    struct instant thawed_at;
    struct real temperature_c;
    struct real weight_kg;
    const char *pregnant;
    bool emergency_ready;
};
static const struct field check_fields[] = {
    FIELD(struct checking, plan, .required = true, .code = true, .longest = 24, .help = "Plan"),
    FIELD(struct checking, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct checking, serial, .required = true, .low = 1, .high = 1e9,
          .help = "Serial of the vial"),
    FIELD(struct checking, thawed_at, .help = "End of the thaw"),
    FIELD(struct checking, temperature_c, .low = 30, .high = 45, .unit = "C",
          .help = "Body temperature the same day"),
    FIELD(struct checking, weight_kg, .low = 0.1, .high = 500, .unit = "kg",
          .help = "Body weight the same day"),
    FIELD(struct checking, pregnant, .choices = pregnancy,
          .help = "Answer to the pregnancy question"),
    FIELD(struct checking, emergency_ready, .help = "Emergency equipment is at hand"),
};
static const struct schema check_schema = SCHEMA("dose_check", struct checking, check_fields);

/* Asked beyond the own site for the lot, which is the maker's, never for the person. */
static bool check_list(struct work *work, const void *input, struct rows *rows)
{
    const struct checking *given = input;
    struct dose_facts facts;
    struct rows used;
    struct plan plan = {0};
    const struct dose_question question = {
        .plan = given->plan,
        .lot = given->lot,
        .first = given->serial,
        .last = given->serial,
        .thawed_at = given->thawed_at,
        .started_at = {work->now_usec},
        .temperature_c = given->temperature_c,
        .weight_kg = given->weight_kg,
        .pregnant = given->pregnant,
        .emergency_ready = given->emergency_ready,
    };
    if (!view_need(work, &plan_table, "plan", given->plan, &plan) ||
        !operation_at_site(work, "plan", plan.site, "plan") ||
        !dose_gather(work, &question, &facts, &used))
        return false;
    dose_judge(work->arena, &facts, rows);
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &dose_table, "patient", value_text(key->code), rows);
}

const struct operation dose_operations[DOSE_OPERATIONS] = {
    {.name = "dose.check",
     .method = "GET",
     .path = "/doses/check",
     .summary = "Ask whether a vial may go into a person now; every stop is asked at once.",
     .permission = PERMIT_DOSE_GIVE,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &check_schema,
     .output = &finding_schema,
     .list = check_list},
    {.name = "dose.give",
     .method = "POST",
     .path = "/doses",
     .summary = "Record a dose that was given, checked by a second person.",
     .permission = PERMIT_DOSE_GIVE,
     .effect = RECORDS,
     .signature = "responsible",
     .witness = PERMIT_DOSE_COUNTERSIGN,
     .input = &give_schema,
     .output = &given_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = give_judge,
     .apply = give_apply,
     .judge_again = give_again,
     .retract = give_retract},
    {.name = "dose.list",
     .method = "GET",
     .path = "/patients/{code}/doses",
     .summary = "List the doses of a patient.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
