/* dose.c: asked before, recorded after, by the same facts and the same rules. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose_body.h"

#include "supply/stock.h"
#include "treatment/plan.h"

static const struct field row_fields[] = {
    FIELD(struct dose, code, .help = "Code of the dose"),
    FIELD(struct dose, patient, .help = "Patient"),
    FIELD(struct dose, plan, .help = "Plan"),
    FIELD(struct dose, site, .help = "Where"),
    FIELD(struct dose, lot, .help = "Lot"),
    FIELD(struct dose, first, .help = "First serial"),
    FIELD(struct dose, last, .help = "Last serial"),
    FIELD(struct dose, same_day, .help = "Same-day check"),
    FIELD(struct dose, thaw, .help = "Thaw"),
    FIELD(struct dose, route, .help = "Route"),
    FIELD(struct dose, session, .help = "Session of the plan"),
    FIELD(struct dose, given_on, .help = "Day"),
    FIELD(struct dose, planned_on, .help = "Planned day"),
    FIELD(struct dose, deviation_days, .unit = "days", .help = "Days after the planned one"),
    FIELD(struct dose, deviation_why, .personal = true, .help = "Why not on the planned day"),
    FIELD(struct dose, started_at, .help = "When it began"),
    FIELD(struct dose, volume_ul, .unit = "uL", .help = "Product given"),
    FIELD(struct dose, waste_ul, .unit = "uL", .help = "Product left over"),
    FIELD(struct dose, residue_ul, .unit = "uL", .help = "Product left in the bag"),
    FIELD(struct dose, particles, .help = "Particles given, by the standing count of the lot"),
    FIELD(struct dose, particles_uncertainty, .help = "Standard uncertainty of that"),
    FIELD(struct dose, eu_per_kg_hour, .unit = "EU/kg/h", .help = "Endotoxin of a drip"),
    FIELD(struct dose, given_by, .help = "Account of who gave it"),
    FIELD(struct dose, checked_by, .help = "Account of the second person"),
    FIELD(struct dose, annulled, .help = "The entry was annulled"),
    FIELD(struct dose, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("dose", struct dose, row_fields);
const struct table dose_table = {"dose", &row_schema, "code", "patient plan lot", TABLE_VIEW};

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

static bool give_judge(struct work *work, const void *input, void *body)
{
    struct giving *giving = body;
    struct plan plan = {0};
    *giving = *(const struct giving *)input;
    const struct dose_question question = dose_question_of(giving);
    const struct vial_range asked = {.lot = giving->lot,
                                     .first = giving->first,
                                     .last = giving->last,
                                     .state = "in_stock",
                                     .site = stock_site(work)};
    if (!view_free(work, &dose_table, "code", giving->code) || !check_times(work, giving) ||
        !view_need(work, &plan_table, "plan", giving->plan, &plan) ||
        !dose_gather(work, &question, &plan, &giving->facts, &giving->used))
        return false;
    giving->patient = plan.patient;
    giving->route = plan.route;
    giving->given_on = giving->facts.eligibility.asked_on;
    giving->session = giving->facts.session.value;
    dose_judge(work->arena, &giving->facts, &giving->findings);
    return findings_allow(work->arena, &work->fault, "lot", &giving->findings,
                          "These vials may not be given") &&
           dose_amounts(work, &question, giving->facts.weight_kg, &giving->amounts) &&
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
        .same_day = giving->same_day,
        .thaw = giving->thaw,
        .route = giving->route,
        .session = giving->session,
        .given_on = giving->given_on,
        .planned_on = giving->facts.planned_on,
        .deviation_days = giving->facts.deviation_days,
        .deviation_why = giving->deviation_why,
        .started_at = giving->started_at,
        .volume_ul = giving->volume_ul,
        .waste_ul = giving->waste_ul,
        .residue_ul = giving->residue_ul,
        .particles = giving->amounts.particles,
        .particles_uncertainty = giving->amounts.particles_uncertainty,
        .eu_per_kg_hour = giving->amounts.eu_per_kg_hour,
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

/* Asked beyond the own site for the lot, which is the maker's, never for the person. */
static bool check_list(struct work *work, const void *input, struct rows *rows)
{
    const struct checking *given = input;
    struct dose_facts facts;
    struct rows used;
    struct plan plan = {0};
    struct dose_question question = dose_question_of(&given->said);
    question.before = true;
    question.first = question.last = given->serial;
    question.started_at.usec = work->now_usec;
    question.waste_ul.known = false;
    if (!view_need(work, &plan_table, "plan", given->said.plan, &plan))
        return false;
    question.volume_ul = given->volume_ul.known ? given->volume_ul : plan.volume_per_dose_ul;
    if (!operation_at_site(work, "plan", plan.site, "plan") ||
        !dose_gather(work, &question, &plan, &facts, &used))
        return false;
    dose_judge(work->arena, &facts, rows);
    return true;
}

/* What a patient received by one route, over all plans (CO-03). */
struct total {
    const char *route;
    int64_t doses;
    int64_t vials;
    int64_t volume_ul;
    struct real particles; /* unknown where one dose was given without a count */
};
static const struct field total_fields[] = {
    FIELD(struct total, route, .help = "Route"),
    FIELD(struct total, doses, .help = "Doses given"),
    FIELD(struct total, vials, .unit = "vials", .help = "Vials given"),
    FIELD(struct total, volume_ul, .unit = "uL", .help = "Product given"),
    FIELD(struct total, particles, .help = "Particles given"),
};
static const struct schema total_schema = SCHEMA("dose_total", struct total, total_fields);

static struct total *total_of(struct rows *totals, const char *route)
{
    struct total *rows = totals->items;
    for (size_t i = 0; i < totals->count; i++)
        if (text_equals(rows[i].route, route))
            return &rows[i];
    rows[totals->count] = (struct total){.route = route, .particles = {"0", 0}};
    return &rows[totals->count++];
}

static bool totals_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct rows doses;
    if (!view_list(work, &dose_table, "patient", value_text(key->code), &doses))
        return false;
    *rows = (struct rows){0, arena_take(work->arena, (doses.count + 1) * sizeof(struct total))};
    for (size_t i = 0; i < doses.count; i++) {
        const struct dose *dose = &ROWS(doses, const struct dose)[i];
        if (dose->annulled)
            continue;
        struct total *total = total_of(rows, dose->route);
        bool known = total->particles.text && dose->particles.text;
        total->doses++;
        total->vials += dose->last - dose->first + 1;
        total->volume_ul += dose->volume_ul;
        total->particles =
            known ? real_of(work->arena, total->particles.value + dose->particles.value)
                  : (struct real){0};
    }
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
     .input = &dose_check_schema,
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
     .input = &dose_give_schema,
     .output = &dose_given_schema,
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
    {.name = "dose.totals",
     .method = "GET",
     .path = "/patients/{code}/totals",
     .summary = "Add up what a patient received, by route.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &total_schema,
     .list = totals_list},
};
