/* today_patients.c: who comes today, who did not come, and who has to be examined first? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "chain/view.h"
#include "contract/setting.h"
#include "treatment/appointment.h"
#include "treatment/dose.h"
#include "treatment/plan.h"
#include "treatment/same_day.h"
#include "vigilance/today_finding.h"

#include <string.h>

/* The next session of a plan that goes on. */
struct next_session {
    const struct patient *patient;
    const struct plan *plan;
    int64_t session; /* counts from 1 */
    struct date on;  /* booked, or planned where nothing is booked; unknown for neither */
    bool booked;
    bool given_today; /* a session before it */
};

static const char *tell_day(const struct next_session *next)
{
    return next->booked ? "booked" : "planned";
}

static bool add_next(struct today *today, const struct next_session *next,
                     const struct waiting *step)
{
    struct waiting waiting = *step;
    bool about_plan = text_equals(waiting.subject_kind, "plan");
    waiting.code = about_plan ? next->plan->code : next->patient->code;
    waiting.beside = about_plan ? today_print(today, "patient:%s", next->patient->code)
                                : today_print(today, "plan:%s", next->plan->code);
    waiting.due_on = next->on;
    return today_since(today,
                       next->plan->changed_entry ? next->plan->changed_entry : next->plan->entry,
                       &waiting.since) &&
           today_add(today, &waiting);
}

static const char *tell_session(struct today *today, const struct next_session *next,
                                const char *rest)
{
    return today_print(today, "Session %lld of %lld is %s for %s%s", (long long)next->session,
                       (long long)next->plan->doses, tell_day(next), next->on.text, rest);
}

/* Eligibility that ended, or that ends before the next session. */
static bool find_examination(struct today *today, const struct next_session *next)
{
    struct waiting step = {
        .kind = "examination", .subject_kind = "patient", .operation = "patient.examine"};
    const char *day =
        next->on.text && strcmp(next->on.text, today->on) > 0 ? next->on.text : today->on;
    const struct eligibility eligibility = patient_eligibility(next->patient, (struct date){day});
    if (eligibility_lasts(&eligibility) == VERDICT_MET)
        return true;
    step.overdue = today_is_past(today, next->on);
    step.waiting =
        next->patient->ended_by
            ? today_print(today, "The eligibility was ended by %s.",
                          today_plain(today, next->patient->ended_by))
            : today_print(today, "The eligibility lasts until %s.",
                          eligibility.until.text ? eligibility.until.text : "an unknown day");
    return add_next(today, next, &step);
}

static bool is_checked(struct today *today, const char *patient, bool *checked)
{
    struct rows rows;
    *checked = false;
    if (!view_list(today->work, &same_day_table, "patient", value_text(patient), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *checked = *checked || day_of_instant(ROWS(rows, const struct same_day)[i].measured_at.usec,
                                              today->work->zone_minutes) == today->day;
    return true;
}

static bool find_visit(struct today *today, const struct next_session *next)
{
    bool checked = false;
    if (!today_may(today, "patient.check"))
        return true;
    if (!is_checked(today, next->patient->code, &checked))
        return false;
    if (!checked)
        return add_next(
            today, next,
            &(struct waiting){.kind = "visit_check",
                              .subject_kind = "patient",
                              .operation = "patient.check",
                              .waiting = tell_session(
                                  today, next, ", and the check of the day is not recorded.")});
    return add_next(
        today, next,
        &(struct waiting){.kind = "visit_dose",
                          .subject_kind = "plan",
                          .operation = "dose.give",
                          .member = "plan",
                          .amount = {true, next->plan->vials_per_dose},
                          .unit = "vials",
                          .waiting = tell_session(today, next, ", and the dose is not recorded.")});
}

static bool find_next(struct today *today, const struct next_session *next)
{
    if (!find_examination(today, next))
        return false;
    if (!next->on.text || strcmp(next->on.text, today->on) > 0 || next->given_today)
        return true;
    if (text_equals(next->on.text, today->on))
        return find_visit(today, next);
    return add_next(today, next,
                    &(struct waiting){
                        .kind = "visit_missed",
                        .subject_kind = "plan",
                        .operation = "plan.book",
                        .overdue = true,
                        .waiting = tell_session(today, next, ", and no dose is recorded since.")});
}

/* The day of the next session: the last one booked for it, or else the planned one. */
static bool take_day(struct today *today, struct next_session *next)
{
    struct rows rows;
    if (!view_list(today->work, &appointment_table, "plan", value_text(next->plan->code), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct appointment *row = &ROWS(rows, const struct appointment)[i];
        if (row->session != next->session)
            continue;
        next->on = row->day;
        next->booked = true;
    }
    size_t at = (size_t)next->session - 1;
    if (!next->booked && at < next->plan->sessions.count)
        next->on = ROWS(next->plan->sessions, const struct planned_session)[at].on;
    return true;
}

static bool find_plans(struct today *today, const struct patient *patient)
{
    struct rows plans;
    struct rows doses;
    if (!view_list(today->work, &plan_table, "patient", value_text(patient->code), &plans) ||
        !view_list(today->work, &dose_table, "patient", value_text(patient->code), &doses))
        return false;
    for (size_t i = 0; i < plans.count; i++) {
        const struct plan *plan = &ROWS(plans, const struct plan)[i];
        struct next_session next = {.patient = patient, .plan = plan, .session = 1};
        for (size_t j = 0; j < doses.count; j++) {
            const struct dose *dose = &ROWS(doses, const struct dose)[j];
            bool counts = !dose->annulled && text_equals(dose->plan, plan->code);
            next.session += counts;
            next.given_today =
                next.given_today || (counts && text_equals(dose->given_on.text, today->on));
        }
        if (plan->stopped_by || next.session > plan->doses)
            continue;
        if (!take_day(today, &next) || !find_next(today, &next))
            return false;
    }
    return true;
}

/* Patients whose eligibility ended longer ago than it ever lasts are nobody's of today. */
bool today_find_patients(struct today *today)
{
    struct rows rows;
    struct count lasts = {0};
    if (!today_may(today, "patient.check") && !today_may(today, "plan.book") &&
        !today_may(today, "patient.examine"))
        return true;
    if (!setting_count(today->work, "eligibility_days", &lasts) ||
        !view_list_between(
            today->work, &patient_table, "eligible_until",
            value_text(today_later(today, today->on, lasts.known ? -lasts.value : 0)),
            value_text("9999-12-31"), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct patient *patient = &ROWS(rows, const struct patient)[i];
        if (text_equals(patient->site, today->site) && !find_plans(today, patient))
            return false;
    }
    return true;
}
