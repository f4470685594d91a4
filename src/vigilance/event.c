/* event.c: reported once, and the clock, the holds and the stops follow by themselves. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/event.h"

#include "base/time.h"
#include "contract/hold.h"
#include "contract/setting.h"
#include "treatment/dose.h"
#include "treatment/plan.h"
#include "vigilance/trace.h"

static const char *const kinds[] = {
    "none", "hospitalisation", "life_threatening", "death", "disability", "other", NULL};

static const struct field facts_fields[] = {
    FIELD(struct event_facts, grade, .help = "Grade"),
    FIELD(struct event_facts, seriousness, .help = "Seriousness"),
    FIELD(struct event_facts, suspected_infection, .help = "Infection is suspected"),
    FIELD(struct event_facts, death_days, .unit = "days", .help = "Signed clock of deaths"),
    FIELD(struct event_facts, serious_days, .unit = "days", .help = "Signed clock, other serious"),
    FIELD(struct event_facts, hold_grade, .help = "Signed grade from which lots are held"),
    FIELD(struct event_facts, stop_grade, .help = "Signed grade from which plans are stopped"),
};
static const struct schema facts_schema = SCHEMA("event_facts", struct event_facts, facts_fields);

static const struct field row_fields[] = {
    FIELD(struct event, code, .help = "Code of the event"),
    FIELD(struct event, patient, .help = "Patient"),
    FIELD(struct event, dose, .help = "Dose"),
    FIELD(struct event, site, .help = "Where"),
    FIELD(struct event, verbatim, .help = "In the reporter's words", .personal = true),
    FIELD(struct event, onset_at, .help = "When it began"),
    FIELD(struct event, known_at, .help = "When the manager knew: day 0"),
    FIELD(struct event, grade, .help = "Grade"),
    FIELD(struct event, seriousness, .help = "Seriousness"),
    FIELD(struct event, suspected_infection, .help = "Infection is suspected"),
    FIELD(struct event, due_on, .help = "Last day of the report"),
    FIELD(struct event, holds, .help = "Its lots are held"),
    FIELD(struct event, stops, .help = "The patient's plans are stopped"),
    FIELD(struct event, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("event", struct event, row_fields);
const struct table event_table = {"event", &row_schema, "code", "patient dose due_on", TABLE_VIEW};

struct event_lot {
    const char *lot;
    bool sibling; /* of the same donor, not given here */
};
static const struct field lot_fields[] = {
    FIELD(struct event_lot, lot, .help = "Lot"),
    FIELD(struct event_lot, sibling, .help = "Shares a donor with a lot that was given"),
};
static const struct schema event_lot_schema = SCHEMA("event_lot", struct event_lot, lot_fields);

struct reporting {
    const char *code;
    const char *patient;
    const char *dose;
    const char *verbatim;
    struct instant onset_at;
    struct instant known_at;
    int64_t grade;
    const char *seriousness;
    bool suspected_infection;
    struct date due_on;
    bool holds;
    bool stops;
    struct rows lots;
    struct event_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field input_fields[] = {
    FIELD(struct reporting, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the event"),
    FIELD(struct reporting, patient, .required = true, .code = true, .longest = 24,
          .help = "Patient"),
    FIELD(struct reporting, dose, .code = true, .longest = 24,
          .help = "Dose; every dose of the patient when left out"),
    FIELD(struct reporting, verbatim, .required = true, .personal = true, .prose = true,
          .longest = 4000, .help = "What happened, in the reporter's words"),
    FIELD(struct reporting, onset_at, .required = true, .help = "When it began"),
    FIELD(struct reporting, known_at, .required = true,
          .help = "When the manager of the institution knew: day 0 of the clock"),
    FIELD(struct reporting, grade, .required = true, .low = 1, .high = 5, .help = "CTCAE grade"),
    FIELD(struct reporting, seriousness, .required = true, .choices = kinds,
          .help = "Seriousness, apart from the grade"),
    FIELD(struct reporting, suspected_infection, .required = true,
          .help = "Infection is suspected"),
};
static const struct schema input_schema = SCHEMA("event_report", struct reporting, input_fields);
static const struct field body_fields[] = {
    FIELD(struct reporting, code, .help = "Code of the event"),
    FIELD(struct reporting, patient, .help = "Patient"),
    FIELD(struct reporting, dose, .help = "Dose"),
    FIELD(struct reporting, verbatim, .personal = true, .help = "In the reporter's words"),
    FIELD(struct reporting, onset_at, .help = "When it began"),
    FIELD(struct reporting, known_at, .help = "When the manager knew: day 0"),
    FIELD(struct reporting, grade, .help = "Grade"),
    FIELD(struct reporting, seriousness, .help = "Seriousness"),
    FIELD(struct reporting, suspected_infection, .help = "Infection is suspected"),
    FIELD(struct reporting, due_on, .help = "Last day of the report"),
    FIELD(struct reporting, holds, .help = "Its lots are held"),
    FIELD(struct reporting, stops, .help = "The patient's plans are stopped"),
    FIELD(struct reporting, lots, .of = &event_lot_schema, .help = "Lots that are concerned"),
    FIELD(struct reporting, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct reporting, findings, .of = &finding_schema, .help = "One per question"),
    FIELD(struct reporting, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema body_schema = SCHEMA("event_reported", struct reporting, body_fields);

static bool check_times(struct work *work, const struct reporting *reporting)
{
    if (reporting->known_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "known_at",
                    "The field known_at lies in the future; "
                    "correct it.");
    return reporting->onset_at.usec <= reporting->known_at.usec ||
           fail(&work->fault, FAULT_INPUT, "onset_at",
                "The field onset_at lies behind known_at; "
                "correct one of them.");
}

static bool has_lot(const struct rows *lots, const char *lot)
{
    for (size_t i = 0; i < lots->count; i++)
        if (text_equals(ROWS(*lots, const struct event_lot)[i].lot, lot))
            return true;
    return false;
}

static void add_lot(struct work *work, struct rows *lots, const char *lot, bool sibling)
{
    if (has_lot(lots, lot))
        return;
    struct event_lot *moved = arena_take(work->arena, (lots->count + 1) * sizeof *moved);
    for (size_t i = 0; i < lots->count; i++)
        moved[i] = ROWS(*lots, struct event_lot)[i];
    moved[lots->count] = (struct event_lot){lot, sibling};
    *lots = (struct rows){lots->count + 1, moved};
}

/* The lots of the named dose, or of every dose of the patient when nobody can say which. */
static bool gather_lots(struct work *work, struct reporting *reporting)
{
    struct rows doses;
    bool named = false;
    if (!view_list(work, &dose_table, "patient", value_text(reporting->patient), &doses))
        return false;
    struct use *uses = arena_take(work->arena, (doses.count + 1) * sizeof *uses);
    reporting->used = (struct rows){0, uses};
    for (size_t i = 0; i < doses.count; i++) {
        const struct dose *dose = &ROWS(doses, const struct dose)[i];
        if (dose->annulled || (reporting->dose && !text_equals(reporting->dose, dose->code)))
            continue;
        named = true;
        add_lot(work, &reporting->lots, dose->lot, false);
        uses[reporting->used.count++].entry = dose->entry;
    }
    return named || !reporting->dose ||
           fail(&work->fault, FAULT_MISSING, "dose",
                "Patient %s has no dose %s; check the code, or "
                "leave the dose out.",
                reporting->patient, reporting->dose);
}

/* Lots that share a donor with those given (AE-05). */
static bool gather_siblings(struct work *work, struct reporting *reporting)
{
    size_t own = reporting->lots.count;
    for (size_t i = 0; i < own; i++) {
        struct rows siblings;
        const char *lot = ROWS(reporting->lots, const struct event_lot)[i].lot;
        if (!trace_siblings(work, lot, &siblings))
            return false;
        for (size_t j = 0; j < siblings.count; j++)
            add_lot(work, &reporting->lots, ROWS(siblings, const char *)[j], true);
    }
    return true;
}

static bool gather_facts(struct work *work, struct reporting *reporting)
{
    struct event_facts *facts = &reporting->facts;
    *facts = (struct event_facts){.grade = reporting->grade,
                                  .seriousness = reporting->seriousness,
                                  .suspected_infection = reporting->suspected_infection};
    return setting_count(work, "clock_death_days", &facts->death_days) &&
           setting_count(work, "clock_serious_days", &facts->serious_days) &&
           setting_count(work, "hold_grade", &facts->hold_grade) &&
           setting_count(work, "stop_grade", &facts->stop_grade);
}

/* An event is never refused for want of a signed setting: it is recorded, and it holds. */
static bool report_judge(struct work *work, const void *input, void *body)
{
    struct reporting *reporting = body;
    struct patient patient = {0};
    *reporting = *(const struct reporting *)input;
    if (!view_need(work, &patient_table, "patient", reporting->patient, &patient) ||
        !operation_at_site(work, "patient", patient.site, "patient") ||
        !view_free(work, &event_table, "code", reporting->code) || !check_times(work, reporting) ||
        !gather_lots(work, reporting) || !gather_facts(work, reporting))
        return false;
    bool grave = reporting->suspected_infection || text_equals(reporting->seriousness, "death");
    if (grave && !gather_siblings(work, reporting))
        return false;
    struct count days = event_clock(&reporting->facts);
    if (days.known)
        reporting->due_on.text = date_print(
            work->arena, day_of_instant(reporting->known_at.usec, work->zone_minutes) + days.value);
    event_judge(work->arena, &reporting->facts, &reporting->findings);
    reporting->holds = event_spares_lots(&reporting->facts) != VERDICT_MET;
    reporting->stops = event_spares_plans(&reporting->facts) != VERDICT_MET;
    return true;
}

static bool report_again(struct work *work, const void *body, struct rows *findings)
{
    const struct reporting *reporting = body;
    event_judge(work->arena, &reporting->facts, findings);
    return true;
}

static bool stop_plans(struct work *work, const char *patient, const char *stopped_by)
{
    struct rows plans;
    if (!view_list(work, &plan_table, "patient", value_text(patient), &plans))
        return false;
    for (size_t i = 0; i < plans.count; i++) {
        struct plan plan = ROWS(plans, const struct plan)[i];
        if (plan.stopped_by)
            continue;
        plan.stopped_by = stopped_by;
        if (!view_put(work, &plan_table, &plan))
            return false;
    }
    return true;
}

/* Every event ends the eligibility, whatever its grade (PT-08). */
static bool end_eligibility(struct work *work, const char *code, const char *ended_by)
{
    struct patient patient = {0};
    if (!view_need(work, &patient_table, "patient", code, &patient))
        return false;
    patient.ended_by = ended_by;
    return view_put(work, &patient_table, &patient);
}

static bool report_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct reporting *reporting = body;
    const char *name = link_name(work->arena, "event", reporting->code);
    const struct event row = {
        .code = reporting->code,
        .patient = reporting->patient,
        .dose = reporting->dose,
        .site = entry->site,
        .verbatim = reporting->verbatim,
        .onset_at = reporting->onset_at,
        .known_at = reporting->known_at,
        .grade = reporting->grade,
        .seriousness = reporting->seriousness,
        .suspected_infection = reporting->suspected_infection,
        .due_on = reporting->due_on,
        .holds = reporting->holds,
        .stops = reporting->stops,
        .entry = entry->seq,
    };
    return view_put(work, &event_table, &row) && end_eligibility(work, reporting->patient, name) &&
           (!reporting->stops || stop_plans(work, reporting->patient, name));
}

bool event_follow(struct work *work, const struct entry *entry, const void *body,
                  struct rows *inputs)
{
    const struct reporting *reporting = body;
    size_t count = reporting->holds ? reporting->lots.count : 0;
    struct hold_order *orders = arena_take(work->arena, (count + 1) * sizeof *orders);
    (void)entry;
    for (size_t i = 0; i < count; i++)
        orders[i] = (struct hold_order){
            link_name(work->arena, "lot", ROWS(reporting->lots, const struct event_lot)[i].lot),
            reporting->suspected_infection ? "suspected_infection" : "adverse_event"};
    *inputs = (struct rows){count, orders};
    return true;
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &event_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &event_table, page->after, page_limit(page), rows);
}

const struct operation event_operations[EVENT_OPERATIONS] = {
    {.name = "event.report",
     .method = "POST",
     .path = "/events",
     .summary = "Report an adverse event; clock, holds and stops follow from it.",
     .permission = PERMIT_EVENT_WRITE,
     .effect = RECORDS,
     .input = &input_schema,
     .output = &body_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = report_judge,
     .apply = report_apply,
     .judge_again = report_again},
    {.name = "event.show",
     .method = "GET",
     .path = "/events/{code}",
     .summary = "Show one adverse event.",
     .permission = PERMIT_EVENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .input = &code_key_schema,
     .output = &row_schema,
     .read = show_read},
    {.name = "event.list",
     .method = "GET",
     .path = "/events",
     .summary = "List the adverse events of the site.",
     .permission = PERMIT_EVENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
