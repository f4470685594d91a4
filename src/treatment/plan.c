/* plan.c: only a physician orders, for an eligible person, by a route that the product allows. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/plan.h"

#include "base/time.h"
#include "contract/setting.h"
#include "manufacture/product.h"
#include "treatment/examination.h"

static const struct field facts_fields[] = {
    FIELD(struct plan_facts, eligibility, .of = &eligibility_facts_schema,
          .help = "Eligibility of the patient"),
    FIELD(struct plan_facts, routes, .help = "Routes that the specification allows"),
    FIELD(struct plan_facts, route, .help = "Route that is ordered"),
    FIELD(struct plan_facts, standing, .help = "Contraindications that stand, or none"),
    FIELD(struct plan_facts, examined_route, .help = "Route examined for, or every"),
    FIELD(struct plan_facts, examined_by, .help = "Who examined in real time"),
    FIELD(struct plan_facts, examined_site, .help = "Where"),
    FIELD(struct plan_facts, site, .help = "Site of the order"),
    FIELD(struct plan_facts, minimum_days, .unit = "days", .help = "Fewest days, as ordered"),
    FIELD(struct plan_facts, minimum_days_least, .unit = "days", .help = "Fewest days, as signed"),
};
const struct schema plan_facts_schema = SCHEMA("plan_facts", struct plan_facts, facts_fields);

static const struct field session_fields[] = {
    FIELD(struct planned_session, session, .low = 0, .high = 1000, .help = "Number of the session"),
    FIELD(struct planned_session, on, .required = true, .help = "Planned day"),
    FIELD(struct planned_session, holiday, .help = "A national holiday: yes, no or not_signed"),
};
static const struct schema session_schema =
    SCHEMA("planned_session", struct planned_session, session_fields);

static const struct field row_fields[] = {
    FIELD(struct plan, code, .help = "Code of the plan"),
    FIELD(struct plan, patient, .help = "Patient"),
    FIELD(struct plan, site, .help = "Where"),
    FIELD(struct plan, specification, .help = "Product specification"),
    FIELD(struct plan, route, .help = "Route"),
    FIELD(struct plan, protocol, .help = "Protocol, if it names one"),
    FIELD(struct plan, price_list, .help = "Price list, if it names one"),
    FIELD(struct plan, vials_per_dose, .unit = "vials", .help = "Vials in one dose"),
    FIELD(struct plan, volume_per_dose_ul, .unit = "uL", .help = "Product in one dose"),
    FIELD(struct plan, doses, .help = "Number of doses"),
    FIELD(struct plan, minimum_days, .unit = "days", .help = "Fewest days between two doses"),
    FIELD(struct plan, interval_days, .unit = "days", .help = "Days between two doses, as wished"),
    FIELD(struct plan, sessions, .of = &session_schema, .help = "Planned days"),
    FIELD(struct plan, vials_planned, .unit = "vials", .help = "Vials in all"),
    FIELD(struct plan, volume_planned_ul, .unit = "uL", .help = "Product in all"),
    FIELD(struct plan, particles_low, .help = "Particles in all, at the label's lower limit"),
    FIELD(struct plan, particles_high, .help = "Particles in all, at the label's upper limit"),
    FIELD(struct plan, physician, .help = "Account of the physician"),
    FIELD(struct plan, stopped_by, .help = "What stopped it, as kind:code"),
    FIELD(struct plan, entry, .help = "Entry that ordered it"),
    FIELD(struct plan, changed_entry, .help = "Entry that changed it last, or 0"),
};
static const struct schema row_schema = SCHEMA("plan", struct plan, row_fields);
const struct table plan_table = {"plan", &row_schema, "code", "patient", TABLE_VIEW};

struct ordering {
    const char *code;
    const char *plan; /* the same, of a change */
    const char *patient;
    const char *specification;
    const char *route;
    const char *protocol;
    const char *price_list;
    int64_t vials_per_dose;
    struct count volume_per_dose_ul;
    int64_t doses;
    struct count minimum_days;
    struct count interval_days;
    struct date first_on;
    struct rows sessions;
    const char *why; /* of a change; personal */
    int64_t vials_planned;
    struct count volume_planned_ul;
    struct real particles_low;
    struct real particles_high;
    struct plan_facts facts;
    struct rows findings;
    struct rows used;
};

#define CODES                                                                                      \
    FIELD(struct ordering, protocol, .code = true, .longest = 40,                                  \
          .help = "Protocol, if it names one"),                                                    \
        FIELD(struct ordering, price_list, .code = true, .longest = 40,                            \
              .help = "Price list, if it names one")
#define DAYS                                                                                       \
    FIELD(struct ordering, volume_per_dose_ul, .low = 1, .high = 1e9, .unit = "uL",                \
          .help = "Product in one dose"),                                                          \
        FIELD(struct ordering, minimum_days, .low = 0, .high = 3650, .unit = "days",               \
              .help = "Fewest days between two doses; the signed ones of the route if left out"),  \
        FIELD(struct ordering, interval_days, .low = 0, .high = 3650, .unit = "days",              \
              .help = "Days between two doses; the signed ones of the route if left out"),         \
        FIELD(struct ordering, first_on,                                                           \
              .help = "Planned day of the first session; the others follow by the interval"),      \
        FIELD(struct ordering, sessions, .of = &session_schema,                                    \
              .help = "Planned days, where they do not follow by the interval")
static const struct field input_fields[] = {
    FIELD(struct ordering, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the plan"),
    FIELD(struct ordering, patient, .required = true, .code = true, .longest = 24,
          .help = "Patient"),
    FIELD(struct ordering, specification, .required = true, .code = true, .longest = 64,
          .help = "Product specification, code/version"),
    FIELD(struct ordering, route, .required = true, .code = true, .longest = 24, .help = "Route"),
    CODES,
    FIELD(struct ordering, vials_per_dose, .required = true, .low = 1, .high = 1000,
          .unit = "vials", .help = "Vials in one dose"),
    FIELD(struct ordering, doses, .required = true, .low = 1, .high = 1000,
          .help = "Number of doses"),
    DAYS,
};
static const struct schema input_schema = SCHEMA("plan_order", struct ordering, input_fields);
static const struct field change_fields[] = {
    FIELD(struct ordering, plan, .required = true, .code = true, .longest = 24, .help = "Plan"),
    CODES,
    FIELD(struct ordering, vials_per_dose, .low = 0, .high = 1000, .unit = "vials",
          .help = "Vials in one dose; as before if left out"),
    FIELD(struct ordering, doses, .low = 0, .high = 1000,
          .help = "Number of doses; as before if left out"),
    DAYS,
    FIELD(struct ordering, why, .required = true, .personal = true, .longest = 1000, .prose = true,
          .help = "Why the plan changes"),
};
static const struct schema change_schema = SCHEMA("plan_change", struct ordering, change_fields);

#define BODY                                                                                       \
    FIELD(struct ordering, patient, .help = "Patient"),                                            \
        FIELD(struct ordering, specification, .help = "Product specification"),                    \
        FIELD(struct ordering, route, .help = "Route"),                                            \
        FIELD(struct ordering, protocol, .help = "Protocol, if it names one"),                     \
        FIELD(struct ordering, price_list, .help = "Price list, if it names one"),                 \
        FIELD(struct ordering, vials_per_dose, .unit = "vials", .help = "Vials in one dose"),      \
        FIELD(struct ordering, volume_per_dose_ul, .unit = "uL", .help = "Product in one dose"),   \
        FIELD(struct ordering, doses, .help = "Number of doses"),                                  \
        FIELD(struct ordering, minimum_days, .unit = "days",                                       \
              .help = "Fewest days between two doses"),                                            \
        FIELD(struct ordering, interval_days, .unit = "days",                                      \
              .help = "Days between two doses, as wished"),                                        \
        FIELD(struct ordering, sessions, .of = &session_schema, .help = "Planned days"),           \
        FIELD(struct ordering, vials_planned, .unit = "vials", .help = "Vials in all"),            \
        FIELD(struct ordering, volume_planned_ul, .unit = "uL", .help = "Product in all"),         \
        FIELD(struct ordering, particles_low,                                                      \
              .help = "Particles in all, at the label's lower limit"),                             \
        FIELD(struct ordering, particles_high,                                                     \
              .help = "Particles in all, at the label's upper limit"),                             \
        FIELD(struct ordering, facts, .of = &plan_facts_schema, .help = "What was known"),         \
        FIELD(struct ordering, findings, .of = &finding_schema, .help = "One per rule"),           \
        FIELD(struct ordering, used, .of = &use_schema, .help = "Entries it rests on")
static const struct field body_fields[] = {
    FIELD(struct ordering, code, .help = "Code of the plan"),
    BODY,
};
static const struct schema body_schema = SCHEMA("plan_ordered", struct ordering, body_fields);
static const struct field changed_fields[] = {
    FIELD(struct ordering, plan, .help = "Plan"),
    FIELD(struct ordering, why, .personal = true, .help = "Why the plan changes"),
    BODY,
};
static const struct schema changed_schema = SCHEMA("plan_changed", struct ordering, changed_fields);

/* The list is signed year by year, as holidays_2025. */
bool plan_holiday(struct work *work, struct date day, const char **holiday)
{
    const char *list = NULL;
    if (!setting_text(work, arena_print(work->arena, "holidays_%.4s", day.text), &list))
        return false;
    *holiday = !list ? "not_signed" : text_has_word(list, day.text) ? "yes" : "no";
    return true;
}

static bool plan_by_interval(struct work *work, struct ordering *ordering)
{
    int64_t first = 0;
    if (!ordering->interval_days.known)
        return fail(&work->fault, FAULT_INPUT, "interval_days",
                    "No interval is signed for the route %s; give interval_days.", ordering->route);
    if (!date_parse(ordering->first_on.text, &first))
        return fail(&work->fault, FAULT_INPUT, "first_on", "The field first_on is no date.");
    struct planned_session *sessions =
        arena_take(work->arena, (size_t)ordering->doses * sizeof *sessions);
    for (int64_t i = 0; i < ordering->doses; i++)
        sessions[i].on.text = date_print(work->arena, first + i * ordering->interval_days.value);
    ordering->sessions = (struct rows){(size_t)ordering->doses, sessions};
    return true;
}

static bool plan_sessions(struct work *work, struct ordering *ordering)
{
    if (ordering->first_on.text && !plan_by_interval(work, ordering))
        return false;
    if (ordering->sessions.count && ordering->sessions.count != (size_t)ordering->doses)
        return fail(&work->fault, FAULT_INPUT, "sessions",
                    "%zu days are planned for %lld doses; name one for each.",
                    ordering->sessions.count, (long long)ordering->doses);
    for (size_t i = 0; i < ordering->sessions.count; i++) {
        struct planned_session *session = &ROWS(ordering->sessions, struct planned_session)[i];
        session->session = (int64_t)i + 1;
        if (!plan_holiday(work, session->on, &session->holiday))
            return false;
    }
    return true;
}

static struct real times(struct work *work, struct real per_ml, int64_t volume_ul)
{
    const double ml_per_ul = 1e-3;
    return per_ml.text ? real_of(work->arena, per_ml.value * ml_per_ul * (double)volume_ul)
                       : (struct real){0};
}

/* No lot is chosen yet: the label's limits say what the particles in all may be (CO-03). */
static bool count_totals(struct work *work, struct ordering *ordering)
{
    struct specification_limit limit = {0};
    bool found = false;
    ordering->vials_planned = ordering->vials_per_dose * ordering->doses;
    if (!ordering->volume_per_dose_ul.known)
        return true;
    const int64_t volume_ul = ordering->volume_per_dose_ul.value * ordering->doses;
    ordering->volume_planned_ul = (struct count){true, volume_ul};
    if (!specification_limit_find(work, ordering->specification, "particles_per_ml", &limit,
                                  &found))
        return false;
    if (found) {
        ordering->particles_low = times(work, limit.low, volume_ul);
        ordering->particles_high = times(work, limit.high, volume_ul);
    }
    return true;
}

static bool signed_days(struct work *work, struct ordering *ordering)
{
    struct plan_facts *facts = &ordering->facts;
    struct count interval = {0};
    const char *least = arena_print(work->arena, "minimum_days.%s", ordering->route);
    const char *wished = arena_print(work->arena, "interval_days.%s", ordering->route);
    if (!setting_count(work, least, &facts->minimum_days_least) ||
        !setting_count(work, wished, &interval))
        return false;
    if (!ordering->minimum_days.known)
        ordering->minimum_days = facts->minimum_days_least;
    if (!ordering->interval_days.known)
        ordering->interval_days = interval;
    facts->minimum_days = ordering->minimum_days;
    return true;
}

static bool gather_examination(struct work *work, const struct patient *patient,
                               struct plan_facts *facts)
{
    struct examination examination = {0};
    if (!patient->examination)
        return true;
    if (!view_need(work, &examination_table, "patient", patient->examination, &examination))
        return false;
    facts->standing = patient->standing;
    facts->examined_route = patient->examined_route ? patient->examined_route : "every";
    facts->examined_by = examination.realtime ? examination.physician : NULL;
    facts->examined_site = examination.site;
    return true;
}

static bool judge(struct work *work, struct ordering *ordering)
{
    struct patient patient = {0};
    struct specification specification = {0};
    struct use *uses = arena_take(work->arena, 2 * sizeof *uses);
    const struct date today = {
        date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes))};
    if (!view_need(work, &patient_table, "patient", ordering->patient, &patient) ||
        !operation_at_site(work, "patient", patient.site, "patient") ||
        !specification_need(work, "specification", ordering->specification, &specification))
        return false;
    ordering->facts = (struct plan_facts){.eligibility = patient_eligibility(&patient, today),
                                          .routes = specification.routes,
                                          .route = ordering->route,
                                          .site = patient.site};
    ordering->used = (struct rows){0, uses};
    uses[ordering->used.count++].entry = specification.entry;
    if (patient.examined_entry)
        uses[ordering->used.count++].entry = patient.examined_entry;
    if (!gather_examination(work, &patient, &ordering->facts) || !signed_days(work, ordering))
        return false;
    plan_judge(work->arena, &ordering->facts, &ordering->findings);
    return findings_allow(work->arena, &work->fault, "patient", &ordering->findings,
                          "The treatment cannot be ordered") &&
           plan_sessions(work, ordering) && count_totals(work, ordering);
}

static bool order_judge(struct work *work, const void *input, void *body)
{
    struct ordering *ordering = body;
    *ordering = *(const struct ordering *)input;
    return view_free(work, &plan_table, "code", ordering->code) && judge(work, ordering);
}

/* What a change does not name stays as it was. */
static void overlay(struct ordering *to, const struct plan *plan)
{
    to->patient = plan->patient;
    to->specification = plan->specification;
    to->route = plan->route;
    to->protocol = to->protocol ? to->protocol : plan->protocol;
    to->price_list = to->price_list ? to->price_list : plan->price_list;
    to->vials_per_dose = to->vials_per_dose ? to->vials_per_dose : plan->vials_per_dose;
    to->doses = to->doses ? to->doses : plan->doses;
    if (!to->volume_per_dose_ul.known)
        to->volume_per_dose_ul = plan->volume_per_dose_ul;
    if (!to->minimum_days.known)
        to->minimum_days = (struct count){true, plan->minimum_days};
    if (!to->sessions.count && !to->first_on.text && plan->sessions.count)
        to->first_on = ROWS(plan->sessions, const struct planned_session)[0].on;
    if (!to->interval_days.known)
        to->interval_days = plan->interval_days;
}

static bool change_judge(struct work *work, const void *input, void *body)
{
    struct ordering *ordering = body;
    struct plan plan = {0};
    *ordering = *(const struct ordering *)input;
    if (!view_need(work, &plan_table, "plan", ordering->plan, &plan))
        return false;
    if (plan.stopped_by)
        return refuse(&work->fault, FAULT_RULE, "plan", "CO-04.stop/1",
                      "Plan %s was stopped by %s; examine the patient and order anew.", plan.code,
                      plan.stopped_by);
    overlay(ordering, &plan);
    return judge(work, ordering);
}

static bool order_again(struct work *work, const void *body, struct rows *findings)
{
    const struct ordering *ordering = body;
    plan_judge(work->arena, &ordering->facts, findings);
    return true;
}

static struct plan row_of(const struct ordering *ordering)
{
    return (struct plan){
        .patient = ordering->patient,
        .specification = ordering->specification,
        .route = ordering->route,
        .protocol = ordering->protocol,
        .price_list = ordering->price_list,
        .vials_per_dose = ordering->vials_per_dose,
        .volume_per_dose_ul = ordering->volume_per_dose_ul,
        .doses = ordering->doses,
        .minimum_days = ordering->minimum_days.value,
        .interval_days = ordering->interval_days,
        .sessions = ordering->sessions,
        .vials_planned = ordering->vials_planned,
        .volume_planned_ul = ordering->volume_planned_ul,
        .particles_low = ordering->particles_low,
        .particles_high = ordering->particles_high,
    };
}

static bool order_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct ordering *ordering = body;
    struct plan row = row_of(ordering);
    row.code = ordering->code;
    row.site = entry->site;
    row.physician = entry->actor;
    row.entry = entry->seq;
    return view_put(work, &plan_table, &row);
}

static bool change_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct ordering *ordering = body;
    struct plan before = {0};
    struct plan row = row_of(ordering);
    if (!view_need(work, &plan_table, "plan", ordering->plan, &before))
        return false;
    row.code = before.code;
    row.site = before.site;
    row.stopped_by = before.stopped_by;
    row.physician = entry->actor;
    row.entry = before.entry;
    row.changed_entry = entry->seq;
    return view_put(work, &plan_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &plan_table, "patient", value_text(key->code), rows);
}

const struct operation plan_operations[PLAN_OPERATIONS] = {
    {.name = "plan.order",
     .method = "POST",
     .path = "/plans",
     .summary = "Order a treatment for an eligible patient.",
     .permission = PERMIT_PLAN_WRITE,
     .forbidden_by = "PT-10.physician/1",
     .effect = RECORDS,
     .signature = "responsible",
     .input = &input_schema,
     .output = &body_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = order_judge,
     .apply = order_apply,
     .judge_again = order_again},
    {.name = "plan.change",
     .method = "POST",
     .path = "/plans/{plan}/changes",
     .summary = "Change interval, number or days of a plan; every question is asked again.",
     .permission = PERMIT_PLAN_WRITE,
     .forbidden_by = "PT-10.physician/1",
     .effect = RECORDS,
     .signature = "responsible",
     .input = &change_schema,
     .output = &changed_schema,
     .subject = "plan",
     .person = "patient",
     .person_kind = "patient",
     .judge = change_judge,
     .apply = change_apply,
     .judge_again = order_again},
    {.name = "plan.list",
     .method = "GET",
     .path = "/patients/{code}/plans",
     .summary = "List what was ordered for a patient.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
