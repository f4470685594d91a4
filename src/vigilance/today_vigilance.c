/* today_vigilance.c: which clocks of events run, which recalls are open, what is on hold? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "chain/view.h"
#include "contract/hold.h"
#include "donation/donor.h"
#include "manufacture/lot.h"
#include "treatment/dose.h"
#include "vigilance/event.h"
#include "vigilance/reach.h"
#include "vigilance/today_finding.h"

#include <string.h>

/* It concerns the clinic, and the maker of the lot that was given. */
static bool concerns(struct today *today, const struct event *event, bool *ours)
{
    struct dose dose = {0};
    struct lot lot = {0};
    bool found = false;
    *ours = text_equals(event->site, today->site);
    if (*ours || !event->dose)
        return true;
    if (!view_find(today->work, &dose_table, VALUES(value_text(event->dose)), &dose, &found) ||
        (found && !view_find(today->work, &lot_table, VALUES(value_text(dose.lot)), &lot, &found)))
        return false;
    *ours = found && text_equals(lot.site, today->site);
    return true;
}

static bool add_event(struct today *today, const struct event *event)
{
    int64_t due = 0;
    struct waiting waiting = {.kind = "event_report",
                              .subject_kind = "event",
                              .code = event->code,
                              .operation = "event.show",
                              .beside = today_print(today, "patient:%s", event->patient),
                              .since = event->known_at,
                              .due_on = event->due_on,
                              .unit = "days"};
    if (!date_parse(event->due_on.text, &due))
        return true;
    waiting.amount = (struct count){true, due - today->day};
    waiting.waiting = today_print(today, "Grade %lld, seriousness %s: the report is due on %s.",
                                  (long long)event->grade, today_plain(today, event->seriousness),
                                  event->due_on.text);
    return today_add(today, &waiting);
}

/* Whether the report was sent is not recorded: a clock is shown while it runs, and not behind, to
 * who reports events. */
bool today_find_events(struct today *today)
{
    struct rows rows;
    if (!today_may(today, "event.report"))
        return true;
    if (!view_list_between(today->work, &event_table, "due_on", value_text(today->on),
                           value_text("9999-12-31"), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct event *event = &ROWS(rows, const struct event)[i];
        bool ours = false;
        if (!concerns(today, event, &ours) || (ours && !add_event(today, event)))
            return false;
    }
    return true;
}

static bool add_recall(struct today *today, const struct recall *recall, struct waiting waiting)
{
    waiting.subject_kind = "recall";
    waiting.code = recall->code;
    waiting.beside = recall->lot     ? today_print(today, "lot:%s", recall->lot)
                     : recall->donor ? today_print(today, "donor:%s", recall->donor)
                                     : NULL;
    return today_since(today, recall->entry, &waiting.since) && today_add(today, &waiting);
}

static bool find_recall(struct today *today, const struct recall *recall)
{
    struct recall_facts facts;
    struct rows used;
    size_t unanswered = 0;
    int64_t difference = 0;
    if (!reach_gather(today->work, recall->code, &facts, &used))
        return false;
    if (!text_equals(facts.unanswered, "none"))
        (void)text_split(today->work->arena, facts.unanswered ? facts.unanswered : "", ' ',
                         &unanswered);
    for (size_t i = 0; i < facts.balances.count; i++) {
        int64_t one = ROWS(facts.balances, const struct recall_balance)[i].difference;
        difference += one < 0 ? -one : one;
    }
    if (unanswered && !add_recall(today, recall,
                                  (struct waiting){.kind = "recall_notices",
                                                   .operation = "recall.notify",
                                                   .amount = {true, (int64_t)unanswered},
                                                   .unit = "notices",
                                                   .waiting = today_print(today,
                                                                          "Recipients without an "
                                                                          "answered notice: %zu.",
                                                                          unanswered)}))
        return false;
    return add_recall(
        today, recall,
        (struct waiting){
            .kind = "recall_closing",
            .operation = "recall.close",
            .amount = {true, difference},
            .unit = "vials",
            .waiting = today_print(today, "The recall is open: difference %lld, unanswered %zu.",
                                   (long long)difference, unanswered)});
}

bool today_find_recalls(struct today *today)
{
    struct rows rows;
    if (!today_may(today, "recall.notify") && !today_may(today, "recall.close"))
        return true;
    if (!view_list(today->work, &recall_table, "status", value_text("open"), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct recall *recall = &ROWS(rows, const struct recall)[i];
        if (text_equals(recall->site, today->site) && !find_recall(today, recall))
            return false;
    }
    return true;
}

/* A lot and a donor have a site; what else is held is lifted where it was held. */
static bool site_of_hold(struct today *today, const struct hold *hold, const char **site)
{
    struct lot lot = {0};
    struct donor donor = {0};
    struct journal journal = {0};
    bool found = false;
    const char *colon = strchr(hold->subject, ':');
    const char *code = colon ? colon + 1 : "";
    if (text_starts(hold->subject, "lot:") &&
        !view_find(today->work, &lot_table, VALUES(value_text(code)), &lot, &found))
        return false;
    if (text_starts(hold->subject, "donor:") &&
        !view_find(today->work, &donor_table, VALUES(value_text(code)), &donor, &found))
        return false;
    *site = lot.site ? lot.site : donor.site;
    if (*site)
        return true;
    if (!journal_read(today->work, hold->entry, &journal))
        return false;
    *site = journal.site;
    return true;
}

bool today_find_holds(struct today *today)
{
    struct rows rows;
    if (!today_may(today, "hold.lift"))
        return true;
    if (!view_list(today->work, &hold_table, "open", value_integer(1), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct hold *hold = &ROWS(rows, const struct hold)[i];
        const char *site = NULL;
        struct waiting waiting = {.kind = "hold",
                                  .subject_kind = "hold",
                                  .code = hold->subject,
                                  .operation = "hold.lift",
                                  .member = "subject"};
        waiting.waiting = today_print(today, "On hold: %s.", today_plain(today, hold->why));
        if (!site_of_hold(today, hold, &site))
            return false;
        if (!text_equals(site, today->site))
            continue;
        if (!today_since(today, hold->entry, &waiting.since) || !today_add(today, &waiting))
            return false;
    }
    return true;
}
