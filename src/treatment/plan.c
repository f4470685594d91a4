/* plan.c: only a physician orders, for an eligible person, by a route that the product allows. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/plan.h"

#include "base/time.h"
#include "manufacture/product.h"

const struct rule plan_rules[PLAN_RULES] = {
    {"PT-08.eligible/1", "Is the patient examined, eligible, and is the eligibility still running?",
     "診察で適格と判定され、その有効期間内か。", "site's signed days"},
    {"PR-05.route/1", "Does the specification of the product allow the route?",
     "製品規格が認める投与経路か。", "signed specification"},
};

static const struct field facts_fields[] = {
    FIELD(struct plan_facts, eligibility, .of = &eligibility_facts_schema,
          .help = "Eligibility of the patient"),
    FIELD(struct plan_facts, routes, .help = "Routes that the specification allows"),
    FIELD(struct plan_facts, route, .help = "Route that is ordered"),
};
static const struct schema facts_schema = SCHEMA("plan_facts", struct plan_facts, facts_fields);

static const struct field row_fields[] = {
    FIELD(struct plan, code, .help = "Code of the plan"),
    FIELD(struct plan, patient, .help = "Patient"),
    FIELD(struct plan, site, .help = "Where"),
    FIELD(struct plan, specification, .help = "Product specification"),
    FIELD(struct plan, route, .help = "Route"),
    FIELD(struct plan, vials_per_dose, .unit = "vials", .help = "Vials in one dose"),
    FIELD(struct plan, doses, .help = "Number of doses"),
    FIELD(struct plan, minimum_days, .unit = "days", .help = "Fewest days between two doses"),
    FIELD(struct plan, physician, .help = "Account of the physician"),
    FIELD(struct plan, stopped_by, .help = "What stopped it, as kind:code"),
    FIELD(struct plan, entry, .help = "Entry that ordered it"),
};
static const struct schema row_schema = SCHEMA("plan", struct plan, row_fields);
const struct table plan_table = {"plan", &row_schema, "code", "patient", TABLE_VIEW};

struct ordering {
    const char *code;
    const char *patient;
    const char *specification;
    const char *route;
    int64_t vials_per_dose;
    int64_t doses;
    int64_t minimum_days;
    struct plan_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field input_fields[] = {
    FIELD(struct ordering, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the plan"),
    FIELD(struct ordering, patient, .required = true, .code = true, .longest = 24,
          .help = "Patient"),
    FIELD(struct ordering, specification, .required = true, .code = true, .longest = 64,
          .help = "Product specification, code/version"),
    FIELD(struct ordering, route, .required = true, .code = true, .longest = 24, .help = "Route"),
    FIELD(struct ordering, vials_per_dose, .required = true, .low = 1, .high = 1000,
          .unit = "vials", .help = "Vials in one dose"),
    FIELD(struct ordering, doses, .required = true, .low = 1, .high = 1000,
          .help = "Number of doses"),
    FIELD(struct ordering, minimum_days, .required = true, .low = 0, .high = 3650, .unit = "days",
          .help = "Fewest days between two doses"),
};
static const struct schema input_schema = SCHEMA("plan_order", struct ordering, input_fields);
static const struct field body_fields[] = {
    FIELD(struct ordering, code, .help = "Code of the plan"),
    FIELD(struct ordering, patient, .help = "Patient"),
    FIELD(struct ordering, specification, .help = "Product specification"),
    FIELD(struct ordering, route, .help = "Route"),
    FIELD(struct ordering, vials_per_dose, .unit = "vials", .help = "Vials in one dose"),
    FIELD(struct ordering, doses, .help = "Number of doses"),
    FIELD(struct ordering, minimum_days, .unit = "days", .help = "Fewest days between two doses"),
    FIELD(struct ordering, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct ordering, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct ordering, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema body_schema = SCHEMA("plan_ordered", struct ordering, body_fields);

enum verdict plan_route_allowed(struct arena *arena, const char *routes, const char *route)
{
    size_t count = 0;
    bool allowed = false;
    const char **words = routes ? text_split(arena, routes, ' ', &count) : NULL;
    for (size_t i = 0; i < count; i++)
        allowed = allowed || text_equals(words[i], route);
    return verdict_of(routes && route, allowed);
}

void plan_judge(struct arena *arena, const struct plan_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    findings_add(&list, "PT-08.eligible/1", eligibility_lasts(&facts->eligibility), "eligible",
                 "%s", eligibility_tell(arena, &facts->eligibility));
    findings_add(&list, "PR-05.route/1", plan_route_allowed(arena, facts->routes, facts->route),
                 facts->routes, "route %s", facts->route ? facts->route : "not known");
    *findings = list.rows;
}

static bool order_judge(struct work *work, const void *input, void *body)
{
    struct ordering *ordering = body;
    struct patient patient = {0};
    struct specification specification = {0};
    struct use *uses = arena_take(work->arena, 2 * sizeof *uses);
    const struct date today = {
        date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes))};
    *ordering = *(const struct ordering *)input;
    if (!view_need(work, &patient_table, "patient", ordering->patient, &patient) ||
        !operation_at_site(work, "patient", patient.site, "patient") ||
        !view_free(work, &plan_table, "code", ordering->code) ||
        !specification_need(work, "specification", ordering->specification, &specification))
        return false;
    ordering->facts = (struct plan_facts){.eligibility = patient_eligibility(&patient, today),
                                          .routes = specification.routes,
                                          .route = ordering->route};
    ordering->used = (struct rows){0, uses};
    uses[ordering->used.count++].entry = specification.entry;
    if (patient.examined_entry)
        uses[ordering->used.count++].entry = patient.examined_entry;
    plan_judge(work->arena, &ordering->facts, &ordering->findings);
    return findings_allow(work->arena, &work->fault, "patient", &ordering->findings,
                          "The treatment cannot be ordered");
}

static bool order_again(struct work *work, const void *body, struct rows *findings)
{
    const struct ordering *ordering = body;
    plan_judge(work->arena, &ordering->facts, findings);
    return true;
}

static bool order_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct ordering *ordering = body;
    const struct plan row = {
        .code = ordering->code,
        .patient = ordering->patient,
        .site = entry->site,
        .specification = ordering->specification,
        .route = ordering->route,
        .vials_per_dose = ordering->vials_per_dose,
        .doses = ordering->doses,
        .minimum_days = ordering->minimum_days,
        .physician = entry->actor,
        .entry = entry->seq,
    };
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
