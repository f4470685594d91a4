/* appointment.c: booked after the ordered interval, inside the eligibility, with a reason where it
 * is not the planned day. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/appointment.h"

#include "base/time.h"
#include "treatment/dose.h"
#include "treatment/plan.h"

static const struct field facts_fields[] = {
    FIELD(struct appointment_facts, stopped_by, .help = "none, or what stopped the plan"),
    FIELD(struct appointment_facts, eligibility, .of = &eligibility_facts_schema,
          .help = "Eligibility on that day"),
    FIELD(struct appointment_facts, nearest_on, .help = "none, or day of the nearest dose"),
    FIELD(struct appointment_facts, nearest_days, .unit = "days", .help = "Days between"),
    FIELD(struct appointment_facts, minimum_days, .unit = "days", .help = "Ordered interval"),
    FIELD(struct appointment_facts, doses_given, .help = "Doses of the plan so far"),
    FIELD(struct appointment_facts, doses_ordered, .help = "Doses that were ordered"),
    FIELD(struct appointment_facts, deviation_days, .unit = "days",
          .help = "Days after the planned one"),
    FIELD(struct appointment_facts, told, .help = "A reason is given"),
};
static const struct schema facts_schema =
    SCHEMA("appointment_facts", struct appointment_facts, facts_fields);

static const struct field row_fields[] = {
    FIELD(struct appointment, plan, .help = "Plan"),
    FIELD(struct appointment, day, .help = "Day"),
    FIELD(struct appointment, patient, .help = "Patient"),
    FIELD(struct appointment, site, .help = "Where"),
    FIELD(struct appointment, session, .help = "Session of the plan"),
    FIELD(struct appointment, planned_on, .help = "Planned day"),
    FIELD(struct appointment, deviation_days, .unit = "days", .help = "Days after the planned one"),
    FIELD(struct appointment, why, .personal = true, .help = "Why not on the planned day"),
    FIELD(struct appointment, holiday, .help = "A national holiday: yes, no or not_signed"),
    FIELD(struct appointment, booked_by, .help = "Account of who booked"),
    FIELD(struct appointment, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("appointment", struct appointment, row_fields);
const struct table appointment_table = {"appointment", &row_schema, "plan day", "patient",
                                        TABLE_VIEW};

struct booking {
    const char *plan;
    struct date day;
    const char *why;
    const char *patient;
    int64_t session;
    struct date planned_on;
    const char *holiday;
    struct appointment_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field input_fields[] = {
    FIELD(struct booking, plan, .required = true, .code = true, .longest = 24, .help = "Plan"),
    FIELD(struct booking, day, .required = true, .help = "Day"),
    FIELD(struct booking, why, .personal = true, .longest = 400,
          .help = "Why not on the planned day"),
};
static const struct schema input_schema = SCHEMA("appointment_book", struct booking, input_fields);
static const struct field body_fields[] = {
    FIELD(struct booking, plan, .help = "Plan"),
    FIELD(struct booking, day, .help = "Day"),
    FIELD(struct booking, why, .personal = true, .help = "Why not on the planned day"),
    FIELD(struct booking, patient, .help = "Patient"),
    FIELD(struct booking, session, .help = "Session of the plan"),
    FIELD(struct booking, planned_on, .help = "Planned day"),
    FIELD(struct booking, holiday, .help = "A national holiday: yes, no or not_signed"),
    FIELD(struct booking, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct booking, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct booking, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema body_schema = SCHEMA("appointment_booked", struct booking, body_fields);

static const char *number(struct arena *arena, struct count count)
{
    return count.known ? arena_print(arena, "%lld", (long long)count.value) : "not known";
}

static enum verdict judge_interval(const struct appointment_facts *facts)
{
    if (text_equals(facts->nearest_on, "none"))
        return VERDICT_MET;
    return verdict_of(facts->nearest_on && facts->nearest_days.known && facts->minimum_days.known,
                      facts->nearest_days.value >= facts->minimum_days.value);
}

void appointment_judge(struct arena *arena, const struct appointment_facts *facts,
                       struct rows *findings)
{
    struct findings list = findings_open(arena);
    const char *nearest = facts->nearest_on ? facts->nearest_on : "not known";
    bool off = facts->deviation_days.known && facts->deviation_days.value != 0;
    bool counted = facts->doses_given.known && facts->doses_ordered.known;
    findings_add(&list, "CO-04.stop/1",
                 verdict_of(facts->stopped_by != NULL, text_equals(facts->stopped_by, "none")),
                 "not stopped", "stopped by %s",
                 facts->stopped_by ? facts->stopped_by : "not known");
    findings_add(&list, "PT-08.eligible/1", eligibility_lasts(&facts->eligibility), "eligible",
                 "%s", eligibility_tell(arena, &facts->eligibility));
    findings_add(&list, "CO-02.interval/1", judge_interval(facts),
                 arena_print(arena, "%s days", number(arena, facts->minimum_days)),
                 "nearest dose: %s, %s days", nearest,
                 text_equals(nearest, "none") ? "no" : number(arena, facts->nearest_days));
    findings_add(&list, "CO-03.amount/1",
                 verdict_of(counted, facts->doses_given.value < facts->doses_ordered.value),
                 arena_print(arena, "%s doses", number(arena, facts->doses_ordered)),
                 "%s doses given so far", number(arena, facts->doses_given));
    findings_add(&list, "CO-02.reason/1", verdict_of(true, !off || facts->told),
                 "a reason off the planned day", "%s days after it, reason %s",
                 number(arena, facts->deviation_days), facts->told ? "told" : "not told");
    *findings = list.rows;
}

static void take_nearest(struct appointment_facts *facts, const struct dose *dose, int64_t day)
{
    int64_t other = 0;
    if (!date_parse(dose->given_on.text, &other)) {
        facts->nearest_on = "an unknown day";
        facts->nearest_days = (struct count){0};
        return;
    }
    int64_t days = other < day ? day - other : other - day;
    if (text_equals(facts->nearest_on, "none") ||
        (facts->nearest_days.known && days < facts->nearest_days.value)) {
        facts->nearest_on = dose->given_on.text;
        facts->nearest_days = (struct count){true, days};
    }
}

static bool gather_doses(struct work *work, const struct plan *plan, int64_t day,
                         struct appointment_facts *facts)
{
    struct rows doses;
    if (!view_list(work, &dose_table, "patient", value_text(plan->patient), &doses))
        return false;
    facts->nearest_on = "none";
    facts->doses_given = (struct count){true, 0};
    for (size_t i = 0; i < doses.count; i++) {
        const struct dose *dose = &ROWS(doses, const struct dose)[i];
        if (dose->annulled)
            continue;
        if (text_equals(dose->route, plan->route))
            take_nearest(facts, dose, day);
        facts->doses_given.value += text_equals(dose->plan, plan->code);
    }
    facts->minimum_days = (struct count){true, plan->minimum_days};
    facts->doses_ordered = (struct count){true, plan->doses};
    return true;
}

static void gather_planned(struct booking *booking, const struct plan *plan, int64_t day)
{
    int64_t planned = 0;
    const size_t next = (size_t)booking->facts.doses_given.value;
    booking->session = booking->facts.doses_given.value + 1;
    if (next >= plan->sessions.count)
        return;
    booking->planned_on = ROWS(plan->sessions, const struct planned_session)[next].on;
    if (date_parse(booking->planned_on.text, &planned))
        booking->facts.deviation_days = (struct count){true, day - planned};
}

static bool book_judge(struct work *work, const void *input, void *body)
{
    struct booking *booking = body;
    struct plan plan = {0};
    struct patient patient = {0};
    struct use *uses = arena_take(work->arena, 2 * sizeof *uses);
    int64_t day = 0;
    *booking = *(const struct booking *)input;
    if (!view_need(work, &plan_table, "plan", booking->plan, &plan) ||
        !operation_at_site(work, "plan", plan.site, "plan") ||
        !view_need(work, &patient_table, "patient", plan.patient, &patient))
        return false;
    if (!date_parse(booking->day.text, &day) ||
        day < day_of_instant(work->now_usec, work->zone_minutes))
        return fail(&work->fault, FAULT_INPUT, "day",
                    "The field day lies in the past; book a day from today on.");
    booking->patient = plan.patient;
    booking->facts =
        (struct appointment_facts){.stopped_by = plan.stopped_by ? plan.stopped_by : "none",
                                   .eligibility = patient_eligibility(&patient, booking->day),
                                   .told = !text_is_empty(booking->why)};
    uses->entry = plan.changed_entry ? plan.changed_entry : plan.entry;
    uses[1].entry = patient.examined_entry;
    booking->used = (struct rows){patient.examined_entry ? 2 : 1, uses};
    if (!gather_doses(work, &plan, day, &booking->facts) ||
        !plan_holiday(work, booking->day, &booking->holiday))
        return false;
    gather_planned(booking, &plan, day);
    appointment_judge(work->arena, &booking->facts, &booking->findings);
    return findings_allow(work->arena, &work->fault, "day", &booking->findings,
                          "This day cannot be booked");
}

static bool book_again(struct work *work, const void *body, struct rows *findings)
{
    const struct booking *booking = body;
    appointment_judge(work->arena, &booking->facts, findings);
    return true;
}

static bool book_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct booking *booking = body;
    const struct appointment row = {
        .plan = booking->plan,
        .day = booking->day,
        .patient = booking->patient,
        .site = entry->site,
        .session = booking->session,
        .planned_on = booking->planned_on,
        .deviation_days = booking->facts.deviation_days,
        .why = booking->why,
        .holiday = booking->holiday,
        .booked_by = entry->actor,
        .entry = entry->seq,
    };
    return view_put(work, &appointment_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &appointment_table, "patient", value_text(key->code), rows);
}

const struct operation appointment_operations[APPOINTMENT_OPERATIONS] = {
    {.name = "plan.book",
     .method = "POST",
     .path = "/plans/{plan}/appointments",
     .summary = "Book the next session of a plan, after its interval.",
     .permission = PERMIT_PATIENT_WRITE,
     .effect = RECORDS,
     .input = &input_schema,
     .output = &body_schema,
     .subject = "plan",
     .person = "patient",
     .person_kind = "patient",
     .judge = book_judge,
     .apply = book_apply,
     .judge_again = book_again},
    {.name = "plan.appointments",
     .method = "GET",
     .path = "/patients/{code}/appointments",
     .summary = "List the appointments of a patient.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
