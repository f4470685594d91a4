/* today_quality.c: which results, deviations, plates and pulls wait for their next step? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/view.h"
#include "contract/setting.h"
#include "manufacture/environment.h"
#include "manufacture/lot.h"
#include "quality/deviation.h"
#include "quality/oos.h"
#include "quality/stability.h"
#include "vigilance/today_finding.h"

/* How far an investigation is, what comes next, and what to say. */
static const struct {
    const char *status;
    const char *operation;
    const char *waiting;
} oos_steps[] = {
    {"open", "oos.check", "The check of the laboratory is not recorded."},
    {"checked", "oos.plan", "The retest is not planned."},
    {"planned", "oos.retest", "The retests are not recorded."},
    {"retested", "oos.report", "The mean of the retests is not reported."},
    {"reported", "oos.close", "The investigation is not closed."},
};

static bool add_investigation(struct today *today, size_t step, const struct oos *oos)
{
    struct waiting waiting = {.kind = "result_investigation",
                              .subject_kind = "oos",
                              .code = oos->code,
                              .operation = oos_steps[step].operation,
                              .beside = today_print(today, "lot:%s", oos->lot),
                              .waiting = oos_steps[step].waiting};
    return today_since(today, oos->opened_entry, &waiting.since) && today_add(today, &waiting);
}

bool today_find_investigations(struct today *today)
{
    for (size_t i = 0; i < sizeof oos_steps / sizeof *oos_steps; i++) {
        struct rows rows;
        if (!today_may(today, oos_steps[i].operation))
            continue;
        if (!view_list(today->work, &oos_table, "status", value_text(oos_steps[i].status), &rows))
            return false;
        for (size_t j = 0; j < rows.count; j++) {
            const struct oos *oos = &ROWS(rows, const struct oos)[j];
            if (text_equals(oos->site, today->site) && !add_investigation(today, i, oos))
                return false;
        }
    }
    return true;
}

/* It concerns the site that recorded it and the maker of the lot. */
static bool is_ours(struct today *today, const struct deviation *deviation, bool *ours)
{
    struct lot lot = {0};
    bool found = false;
    *ours = text_equals(deviation->site, today->site);
    if (*ours || !deviation->lot)
        return true;
    if (!view_find(today->work, &lot_table, VALUES(value_text(deviation->lot)), &lot, &found))
        return false;
    *ours = found && text_equals(lot.site, today->site);
    return true;
}

static bool add_deviation(struct today *today, const struct deviation *deviation,
                          const struct waiting *step)
{
    struct waiting waiting = *step;
    waiting.subject_kind = "deviation";
    waiting.code = deviation->code;
    waiting.beside = deviation->about;
    waiting.since = deviation->noticed_at;
    return today_add(today, &waiting);
}

static bool find_untold(struct today *today, const struct deviation *deviation)
{
    struct rows notices;
    const char *untold = NULL;
    size_t count = 0;
    if (text_equals(deviation->class, "minor") || text_equals(deviation->class, "major"))
        return true;
    if (!deviation_untold(today->work, deviation, &notices, &untold))
        return false;
    (void)text_split(today->work->arena, untold, ' ', &count);
    return !count ||
           add_deviation(
               today, deviation,
               &(struct waiting){.kind = "deviation_notice",
                                 .operation = "deviation.notify",
                                 .amount = {true, (int64_t)count},
                                 .unit = "clinics",
                                 .waiting = today_print(today, "Not told so far: %s.", untold)});
}

static bool find_deviation(struct today *today, const struct deviation *deviation)
{
    bool assessed = deviation->assessed_entry != 0;
    bool ours = false;
    if (!is_ours(today, deviation, &ours) || !ours)
        return today->work->fault.kind == FAULT_NONE;
    if (today_may(today, "deviation.notify") && !find_untold(today, deviation))
        return false;
    return add_deviation(
        today, deviation,
        &(struct waiting){.kind = assessed ? "deviation_closing" : "deviation_assessment",
                          .operation = assessed ? "deviation.close" : "deviation.assess",
                          .waiting =
                              today_print(today,
                                          assessed ? "A %s deviation is assessed and not closed."
                                                   : "A %s deviation is not assessed.",
                                          deviation->class)});
}

bool today_find_deviations(struct today *today)
{
    static const char *const open[] = {"open", "assessed"};
    if (!today_may(today, "deviation.assess") && !today_may(today, "deviation.notify"))
        return true;
    for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
        struct rows rows;
        if (!view_list(today->work, &deviation_table, "status", value_text(open[i]), &rows))
            return false;
        for (size_t j = 0; j < rows.count; j++)
            if (!find_deviation(today, &ROWS(rows, const struct deviation)[j]))
                return false;
    }
    return true;
}

/* Of sessions, what waits: columns of the same table. */
struct session {
    const char *code;
    const char *site;
    const char *room;
    struct date session_on;
    const char *outcome;
    int64_t entry;
};
static const struct field session_fields[] = {
    FIELD(struct session, code, .help = "Code of the session"),
    FIELD(struct session, site, .help = "Site"),
    FIELD(struct session, room, .help = "Room or cabinet"),
    FIELD(struct session, session_on, .help = "Day"),
    FIELD(struct session, outcome, .help = "pending, passed or failed"),
    FIELD(struct session, entry, .help = "Entry of the session"),
};
static const struct schema session_schema = SCHEMA("environment", struct session, session_fields);
static const struct table session_table = {"environment", &session_schema, "code", "outcome",
                                           TABLE_VIEW};

/* Before the signed days of incubation are over there is nothing to read. */
static bool find_session(struct today *today, const struct session *session, struct count days)
{
    struct waiting waiting = {.kind = "environment_plates",
                              .subject_kind = "environment",
                              .code = session->code,
                              .operation = "environment.read",
                              .beside = session->room ? today_print(today, "room:%s", session->room)
                                                      : NULL};
    if (days.known)
        waiting.due_on.text = today_later(today, session->session_on.text, days.value);
    waiting.waiting =
        today_print(today, "The plates of %s are not read.", session->session_on.text);
    if (days.known && !today_is_near(today, waiting.due_on))
        return true;
    return today_since(today, session->entry, &waiting.since) && today_add(today, &waiting);
}

bool today_find_plates(struct today *today)
{
    struct rows rows;
    struct count days = {0};
    if (!today_may(today, "environment.read"))
        return true;
    if (!setting_count(today->work, "environment_days_least", &days) ||
        !view_list(today->work, &session_table, "outcome", value_text("pending"), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct session *session = &ROWS(rows, const struct session)[i];
        if (text_equals(session->site, today->site) && !find_session(today, session, days))
            return false;
    }
    return true;
}

static bool add_pull(struct today *today, const struct stability_pull *pull, struct count window)
{
    struct waiting waiting = {.kind = "stability_pull",
                              .subject_kind = "lot",
                              .code = pull->lot,
                              .operation = "stability.pull",
                              .due_on = pull->due_on,
                              .amount = {true, pull->vials},
                              .unit = "vials"};
    const int64_t days = window.known ? window.value : 0;
    const struct date first = {today_later(today, pull->due_on.text, -days)};
    const struct date last = {today_later(today, pull->due_on.text, days)};
    waiting.overdue = today_is_past(today, last);
    waiting.waiting =
        today_print(today, "Pull %lld of the stability plan is not made.", (long long)pull->number);
    return !today_is_near(today, first) ||
           (today_since(today, pull->entry, &waiting.since) && today_add(today, &waiting));
}

bool today_find_pulls(struct today *today)
{
    struct rows rows;
    struct count window = {0};
    if (!today_may(today, "stability.pull"))
        return true;
    if (!setting_count(today->work, "stability_window_days", &window) ||
        !view_list(today->work, &stability_table, "first", value_integer(0), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct stability_pull *pull = &ROWS(rows, const struct stability_pull)[i];
        struct lot lot = {0};
        if (!view_need(today->work, &lot_table, "lot", pull->lot, &lot) ||
            (text_equals(lot.site, today->site) && !text_equals(lot.status, "rejected") &&
             !add_pull(today, pull, window)))
            return false;
    }
    return true;
}
