/* dose_facts.c: what is recorded about a person, a plan and vials when somebody wants to give. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/dose.h"

#include "base/time.h"
#include "contract/setting.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "supply/exposure.h"
#include "supply/stock.h"
#include "treatment/consent.h"
#include "treatment/plan.h"
#include "treatment/rater.h"
#include "treatment/same_day.h"
#include "treatment/thaw.h"

static const struct field facts_fields[] = {
    FIELD(struct dose_facts, before, .help = "Asked before it is given"),
    FIELD(struct dose_facts, site, .help = "Where it is given"),
    FIELD(struct dose_facts, patient_site, .help = "Site of the patient"),
    FIELD(struct dose_facts, consent, .help = "State of the consent"),
    FIELD(struct dose_facts, consent_changes, .help = "none, or what changed since the consent"),
    FIELD(struct dose_facts, consent_hours, .unit = "h", .help = "Whole hours since the consent"),
    FIELD(struct dose_facts, cooling_hours, .unit = "h", .help = "Signed hours before a dose"),
    FIELD(struct dose_facts, eligibility, .of = &eligibility_facts_schema, .help = "Eligibility"),
    FIELD(struct dose_facts, examined_route, .help = "Route examined for, or every"),
    FIELD(struct dose_facts, rater_gives,
          .help = "Whether the rater of the patient's study may give doses; none without a study"),
    FIELD(struct dose_facts, stopped_by, .help = "none, or what stopped the plan"),
    FIELD(struct dose_facts, temperature_c, .unit = "C", .help = "Body temperature"),
    FIELD(struct dose_facts, fever_c, .unit = "C", .help = "Signed limit"),
    FIELD(struct dose_facts, weight_kg, .unit = "kg", .help = "Body weight"),
    FIELD(struct dose_facts, pregnant, .help = "yes, no or not_applicable"),
    FIELD(struct dose_facts, unwell, .help = "Acutely unwell: yes or no"),
    FIELD(struct dose_facts, check_minutes, .unit = "min", .help = "From the check to the start"),
    FIELD(struct dose_facts, same_day_hours, .unit = "h", .help = "Signed validity of the check"),
    FIELD(struct dose_facts, ordered, .help = "Specification that was ordered"),
    FIELD(struct dose_facts, specification, .help = "Specification of the lot"),
    FIELD(struct dose_facts, lot_status, .help = "Status of the lot"),
    FIELD(struct dose_facts, holds, .help = "none, or what is on hold"),
    FIELD(struct dose_facts, expires_on, .help = "Last usable day"),
    FIELD(struct dose_facts, vial_state, .help = "State of the vials, or of the first unusable"),
    FIELD(struct dose_facts, vial_site, .help = "Where the vials are"),
    FIELD(struct dose_facts, given_to, .help = "none, or who received one of them"),
    FIELD(struct dose_facts, opened_for, .help = "none, or whom else one was thawed for"),
    FIELD(struct dose_facts, life_minutes, .unit = "min", .help = "Out of range, over their life"),
    FIELD(struct dose_facts, life_minutes_most, .unit = "min", .help = "Signed limit"),
    FIELD(struct dose_facts, routes, .help = "Routes that the lot's specification allows"),
    FIELD(struct dose_facts, route, .help = "Route that was ordered"),
    FIELD(struct dose_facts, thaw_minutes, .unit = "min", .help = "From thaw to start"),
    FIELD(struct dose_facts, thaw_minutes_most, .unit = "min", .help = "Signed limit"),
    FIELD(struct dose_facts, nearest_on, .help = "none, or day of the nearest other dose"),
    FIELD(struct dose_facts, nearest_days, .unit = "days", .help = "Days between"),
    FIELD(struct dose_facts, minimum_days, .unit = "days", .help = "Ordered interval"),
    FIELD(struct dose_facts, session, .help = "Session of the plan"),
    FIELD(struct dose_facts, planned_on, .help = "Planned day"),
    FIELD(struct dose_facts, deviation_days, .unit = "days", .help = "Days after the planned one"),
    FIELD(struct dose_facts, deviation_told, .help = "The reason is recorded"),
    FIELD(struct dose_facts, doses_given, .help = "Doses of the plan so far"),
    FIELD(struct dose_facts, doses_ordered, .help = "Doses that were ordered"),
    FIELD(struct dose_facts, vials, .unit = "vials", .help = "Vials asked for"),
    FIELD(struct dose_facts, vials_ordered, .unit = "vials", .help = "Vials per dose as ordered"),
    FIELD(struct dose_facts, content_ul, .unit = "uL", .help = "Content of the vials"),
    FIELD(struct dose_facts, accounted_ul, .unit = "uL", .help = "Given, left over and wasted"),
    FIELD(struct dose_facts, made_to_specification, .help = "The clinic confirms the product"),
    FIELD(struct dose_facts, eu_per_kg_hour, .unit = "EU/kg/h", .help = "Endotoxin of a drip"),
    FIELD(struct dose_facts, eu_per_kg_hour_most, .unit = "EU/kg/h", .help = "Signed limit"),
    FIELD(struct dose_facts, emergency_ready, .help = "Emergency equipment is ready"),
    FIELD(struct dose_facts, adrenaline_until, .help = "Last usable day of the adrenaline"),
    FIELD(struct dose_facts, emergency_doctor, .help = "Doctor on site"),
    FIELD(struct dose_facts, emergency_hospital, .help = "Hospital for a transfer"),
};
const struct schema dose_facts_schema = SCHEMA("dose_facts", struct dose_facts, facts_fields);

struct gathering {
    const struct dose_question *question;
    struct dose_facts *facts;
    struct plan plan;
    struct lot lot;
    struct use *uses;
    size_t used;
};

enum { USES = 24 };

/* More parts than fit are more than anybody opens for one person. */
static void use(struct gathering *to, int64_t entry)
{
    if (entry && to->used < USES)
        to->uses[to->used++].entry = entry;
}

/* Begun minutes count whole, in both directions. */
static struct count minutes_between(struct instant from, struct instant to)
{
    int64_t usec = to.usec - from.usec;
    int64_t minutes = usec < 0 ? -((-usec + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE)
                               : (usec + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE;
    bool known = from.usec && to.usec;
    return (struct count){known, known ? minutes : 0};
}

/* A check of somebody else says nothing. */
static bool gather_check(struct work *work, struct gathering *to)
{
    struct same_day check = {0};
    struct dose_facts *facts = to->facts;
    const char *code = to->question->same_day;
    if (!setting_real(work, "fever_c", &facts->fever_c) ||
        !setting_count(work, "same_day_hours", &facts->same_day_hours))
        return false;
    if (!code)
        return true;
    if (!view_need(work, &same_day_table, "same_day", code, &check))
        return false;
    if (!text_equals(check.patient, to->plan.patient))
        return fail(&work->fault, FAULT_INPUT, "same_day", "Check %s is of another patient.", code);
    facts->temperature_c = check.temperature_c;
    facts->weight_kg = check.weight_kg;
    facts->pregnant = check.pregnant;
    facts->unwell = check.unwell ? "yes" : "no";
    facts->check_minutes = minutes_between(check.measured_at, to->question->started_at);
    use(to, check.entry);
    return true;
}

/* The doctor on site is one who may examine there. */
static bool check_doctor(struct work *work, const char *doctor)
{
    struct account account = {0};
    struct actor actor = {0};
    if (!doctor)
        return true;
    return view_need(work, &account_table, "emergency_doctor", doctor, &account) &&
           permission_grant_named(work, "emergency_doctor", doctor, stock_site(work), &actor) &&
           (actor.permitted[PERMIT_PATIENT_EXAMINE] ||
            refuse(&work->fault, FAULT_RULE, "emergency_doctor", "AD-09.emergency/1",
                   "%s is no physician at site %s; name the doctor who is there.", doctor,
                   stock_site(work)));
}

static bool gather_person(struct work *work, struct gathering *to)
{
    struct patient patient = {0};
    struct dose_facts *facts = to->facts;
    const int64_t started = to->question->started_at.usec;
    const struct date day = {date_print(work->arena, day_of_instant(started, work->zone_minutes))};
    enum consent_state state = CONSENT_ABSENT;
    struct consent_question asked = {.at = to->question->started_at,
                                     .specification = to->lot.specification,
                                     .route = to->plan.route,
                                     .tissue = to->lot.tissue,
                                     .maker = to->lot.site,
                                     .protocol = to->plan.protocol,
                                     .price_list = to->plan.price_list};
    if (!view_need(work, &patient_table, "patient", to->plan.patient, &patient) ||
        !consent_find(work, to->plan.patient, &asked, &state))
        return false;
    facts->site = stock_site(work);
    facts->patient_site = patient.site;
    facts->consent = consent_word(state);
    facts->consent_changes = consent_changes(work->arena, &asked);
    if (asked.consent && started >= asked.consent->signed_at.usec)
        facts->consent_hours = (struct count){true, (started - asked.consent->signed_at.usec) /
                                                        (60 * USEC_PER_MINUTE)};
    facts->eligibility = patient_eligibility(&patient, day);
    if (patient.examination)
        facts->examined_route = patient.examined_route ? patient.examined_route : "every";
    facts->stopped_by = to->plan.stopped_by ? to->plan.stopped_by : "none";
    use(to, patient.examined_entry);
    if (asked.consent)
        use(to,
            asked.consent->withdrawn_entry ? asked.consent->withdrawn_entry : asked.consent->entry);
    return setting_count(work, "consent_cooling_hours", &facts->cooling_hours) &&
           rater_gives_to(work, to->plan.patient, &facts->rater_gives) && gather_check(work, to) &&
           check_doctor(work, to->question->emergency_doctor);
}

static bool gather_lot(struct work *work, struct gathering *to)
{
    struct specification specification = {0};
    struct dose_facts *facts = to->facts;
    bool found = false;
    if (!stock_holds(work, to->lot.code, &facts->holds) ||
        !view_find(work, &specification_table, VALUES(value_text(to->lot.specification)),
                   &specification, &found))
        return false;
    facts->ordered = to->plan.specification;
    facts->specification = to->lot.specification;
    facts->lot_status = to->lot.status;
    facts->expires_on = to->lot.expires_on;
    facts->routes = found ? specification.routes : NULL;
    facts->route = to->plan.route;
    use(to, to->lot.decided_entry ? to->lot.decided_entry : to->lot.entry);
    return true;
}

static bool is_usable(const char *state, const char *site, const char *here)
{
    return text_equals(state, "in_stock") && text_equals(site, here);
}

/* The first that is not usable speaks for all. */
static void add_range(struct dose_facts *facts, const struct vial_range *range)
{
    if (!facts->vial_state || is_usable(facts->vial_state, facts->vial_site, facts->site)) {
        facts->vial_state = range->state;
        facts->vial_site = range->site;
    }
    if (!facts->given_to)
        facts->given_to = range->patient;
}

static bool gather_vials(struct work *work, struct gathering *to)
{
    struct rows ranges;
    struct dose_facts *facts = to->facts;
    const struct dose_question *question = to->question;
    int64_t reached = question->first - 1;
    facts->vials = (struct count){true, question->last - question->first + 1};
    if (!vial_overlapping(work, question->lot, question->first, question->last, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        add_range(facts, range);
        use(to, range->entry);
        reached = range->last;
    }
    if (reached < question->last) /* a serial that does not exist is in no state */
        facts->vial_state = facts->vial_site = facts->given_to = NULL;
    else if (!facts->given_to)
        facts->given_to = "none";
    return true;
}

/* The nearest dose on either side: a late entry may lie before one that is recorded already. */
static void take_nearest(struct dose_facts *facts, const struct dose *dose, const char *today)
{
    int64_t day = 0;
    int64_t other = 0;
    if (!date_parse(dose->given_on.text, &other) || !date_parse(today, &day)) {
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

/* A thaw of other vials says nothing about these. */
static bool gather_thaw(struct work *work, struct gathering *to)
{
    struct rows thaws;
    const struct dose_question *question = to->question;
    struct dose_facts *facts = to->facts;
    if (!setting_count(work, "thaw_minutes_most", &facts->thaw_minutes_most) ||
        !thaw_touching(work, question->lot, question->first, question->last, &thaws))
        return false;
    facts->opened_for = "none";
    for (size_t i = 0; i < thaws.count; i++) {
        const struct thaw *thaw = &ROWS(thaws, const struct thaw)[i];
        if (!text_equals(thaw->patient, to->plan.patient))
            facts->opened_for = thaw->patient;
        if (!text_equals(thaw->code, question->thaw))
            continue;
        use(to, thaw->entry);
        if (thaw->first <= question->first && thaw->last >= question->last)
            facts->thaw_minutes = minutes_between(thaw->ended_at, question->started_at);
    }
    return true;
}

/* The next session of the plan, and how far from its day this is. */
static void gather_session(struct gathering *to)
{
    struct dose_facts *facts = to->facts;
    int64_t planned = 0;
    int64_t day = 0;
    const size_t next = (size_t)facts->doses_given.value;
    facts->session = (struct count){true, facts->doses_given.value + 1};
    facts->deviation_told = to->question->deviation_told;
    if (next >= to->plan.sessions.count)
        return;
    facts->planned_on = ROWS(to->plan.sessions, const struct planned_session)[next].on;
    if (date_parse(facts->planned_on.text, &planned) &&
        date_parse(facts->eligibility.asked_on.text, &day))
        facts->deviation_days = (struct count){true, day - planned};
}

static bool gather_amount(struct work *work, struct gathering *to)
{
    const struct dose_question *question = to->question;
    struct dose_facts *facts = to->facts;
    struct dose_amounts amounts = {0};
    int64_t residue = question->residue_ul.known ? question->residue_ul.value : 0;
    if (!dose_amounts(work, question, facts->weight_kg, &amounts) ||
        !setting_real(work, "endotoxin_eu_per_kg_hour_most", &facts->eu_per_kg_hour_most) ||
        !setting_count(work, "transport_minutes_most", &facts->life_minutes_most) ||
        !exposure_minutes(work, question->lot, question->first, question->last,
                          &facts->life_minutes))
        return false;
    facts->content_ul = (struct count){true, facts->vials.value * to->lot.volume_per_vial_ul};
    facts->accounted_ul =
        (struct count){question->volume_ul.known && question->waste_ul.known,
                       question->volume_ul.value + question->waste_ul.value + residue};
    facts->eu_per_kg_hour = amounts.eu_per_kg_hour;
    return true;
}

static bool gather_doses(struct work *work, struct gathering *to)
{
    struct rows rows;
    struct dose_facts *facts = to->facts;
    if (!view_list(work, &dose_table, "patient", value_text(to->plan.patient), &rows))
        return false;
    facts->nearest_on = "none";
    facts->doses_given = (struct count){true, 0};
    for (size_t i = 0; i < rows.count; i++) {
        const struct dose *dose = &ROWS(rows, const struct dose)[i];
        if (dose->annulled || dose->entry == work->amends)
            continue;
        if (text_equals(dose->route, to->plan.route))
            take_nearest(facts, dose, facts->eligibility.asked_on.text);
        facts->doses_given.value += text_equals(dose->plan, to->plan.code);
    }
    facts->minimum_days = (struct count){true, to->plan.minimum_days};
    facts->doses_ordered = (struct count){true, to->plan.doses};
    facts->vials_ordered = (struct count){true, to->plan.vials_per_dose};
    return true;
}

bool dose_gather(struct work *work, const struct dose_question *question, const struct plan *plan,
                 struct dose_facts *facts, struct rows *used)
{
    struct gathering to = {.question = question, .facts = facts, .plan = *plan};
    to.uses = arena_take(work->arena, USES * sizeof *to.uses);
    *facts = (struct dose_facts){.before = question->before,
                                 .made_to_specification = question->made_to_specification,
                                 .emergency_ready = question->emergency_ready,
                                 .adrenaline_until = question->adrenaline_until,
                                 .emergency_doctor = question->emergency_doctor,
                                 .emergency_hospital = question->emergency_hospital};
    if (!view_need(work, &lot_table, "lot", question->lot, &to.lot))
        return false;
    use(&to, to.plan.changed_entry ? to.plan.changed_entry : to.plan.entry);
    if (!gather_person(work, &to) || !gather_lot(work, &to) || !gather_vials(work, &to) ||
        !gather_thaw(work, &to) || !gather_doses(work, &to) || !gather_amount(work, &to))
        return false;
    gather_session(&to);
    *used = (struct rows){to.used, to.uses};
    return true;
}
