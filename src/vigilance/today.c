/* today.c: everything that waits for one person, in the order in which it presses. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/today.h"

#include "base/time.h"
#include "chain/record.h"
#include "contract/setting.h"
#include "vigilance/today_finding.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {
    "donor_agreement",
    "donor_examination",
    "donor_laboratory",
    "tissue_microbes",
    "donor_retest",
    "donor_decision",
    "bank_tests",
    "lot_inspection",
    "lot_labels",
    "lot_report",
    "lot_tests",
    "lot_final_reading",
    "lot_decision",
    "result_investigation",
    "deviation_assessment",
    "deviation_notice",
    "deviation_closing",
    "environment_plates",
    "stability_pull",
    "equipment_check",
    "calibration",
    "qualification",
    "declaration",
    "shipment_arrival",
    "shipment_logger",
    "shipment_decision",
    "visit_check",
    "visit_dose",
    "visit_missed",
    "examination",
    "thawed_vials",
    "event_report",
    "recall_notices",
    "recall_closing",
    "hold",
    "account_role",
    "token",
    NULL,
};

static const struct field waiting_fields[] = {
    FIELD(struct waiting, kind, .choices = kinds, .help = "What kind of thing waits"),
    FIELD(struct waiting, subject_kind, .help = "Kind of what it is about"),
    FIELD(struct waiting, code, .help = "Code of what it is about"),
    FIELD(struct waiting, site, .help = "Site at which it is settled"),
    FIELD(struct waiting, operation, .help = "Operation that settles it"),
    FIELD(struct waiting, member, .help = "Field of that operation which takes the code"),
    FIELD(struct waiting, beside, .help = "What else it concerns, as kind:code"),
    FIELD(struct waiting, since, .help = "Since when it waits"),
    FIELD(struct waiting, due_on, .help = "Day on which it is due, or from which it can be done"),
    FIELD(struct waiting, due_at, .help = "Instant at which it is due"),
    FIELD(struct waiting, overdue, .help = "Its last day or last minute has passed"),
    FIELD(struct waiting, waiting, .help = "What it waits for, in one sentence"),
    FIELD(struct waiting, amount, .help = "How many"),
    FIELD(struct waiting, unit, .help = "Of what"),
};
const struct schema waiting_schema = SCHEMA("waiting", struct waiting, waiting_fields);

static const struct operation *settles(const struct today *today, const char *name)
{
    return catalogue_find(today->work->record->catalogue, name);
}

bool today_may(const struct today *today, const char *name)
{
    const struct operation *operation = settles(today, name);
    return operation && operation_permits(today->work->actor, operation);
}

/* The code stands in the path of most operations: between the first braces. */
static const char *member_of(struct arena *arena, const struct operation *operation)
{
    const char *open = operation->path ? strchr(operation->path, '{') : NULL;
    return open ? arena_text(arena, open + 1, strcspn(open + 1, "}")) : NULL;
}

bool today_add(struct today *today, const struct waiting *waiting)
{
    struct arena *arena = today->work->arena;
    const struct operation *operation = settles(today, waiting->operation);
    if (!operation)
        return fail(&today->work->fault, FAULT_STORAGE, "",
                    "There is no operation %s, which %s waits for.", waiting->operation,
                    waiting->code);
    if (!operation_permits(today->work->actor, operation))
        return true;
    if (today->rows.count == today->room) {
        size_t room = today->room ? 2 * today->room : 32;
        struct waiting *grown = arena_take(arena, room * sizeof *grown);
        if (today->rows.count)
            memcpy(grown, today->rows.items, today->rows.count * sizeof *grown);
        today->rows.items = grown;
        today->room = room;
    }
    struct waiting *row = &ROWS(today->rows, struct waiting)[today->rows.count++];
    *row = *waiting;
    row->site = today->site;
    row->member = waiting->member ? waiting->member : member_of(arena, operation);
    return true;
}

bool today_since(struct today *today, int64_t entry, struct instant *since)
{
    struct journal journal = {0};
    if (entry && !journal_read(today->work, entry, &journal))
        return false;
    *since = journal.occurred_at.usec ? journal.occurred_at : journal.at;
    return true;
}

const char *today_later(struct today *today, const char *date, int64_t days)
{
    int64_t day = 0;
    return date && date_parse(date, &day) ? date_print(today->work->arena, day + days) : NULL;
}

/* YYYY-MM-DD texts compare as dates do. */
bool today_is_near(const struct today *today, struct date day)
{
    return day.text && strcmp(day.text, today->soon) <= 0;
}

bool today_is_past(const struct today *today, struct date day)
{
    return day.text && strcmp(day.text, today->on) < 0;
}

const char *today_print(struct today *today, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    const char *text = arena_print_list(today->work->arena, format, list);
    va_end(list);
    return text;
}

const char *today_plain(struct today *today, const char *word)
{
    return text_exchange(today->work->arena, word ? word : "-", '_', ' ');
}

/* The last instant of a due day stands for it; what is due at no time comes last. Instants are
 * compared in UTC, which a day is near enough to for an order. */
static int64_t due_usec(const struct waiting *waiting)
{
    int64_t day = 0;
    if (waiting->due_at.usec)
        return waiting->due_at.usec;
    if (waiting->due_on.text && date_parse(waiting->due_on.text, &day))
        return (day + 1) * USEC_PER_DAY - 1;
    return INT64_MAX;
}

static int compare_words(const char *one, const char *other)
{
    return strcmp(one ? one : "", other ? other : "");
}

int waiting_compare(const void *one, const void *other)
{
    const struct waiting *left = one;
    const struct waiting *right = other;
    if (left->overdue != right->overdue)
        return left->overdue ? -1 : 1;
    int64_t due = due_usec(left);
    int64_t other_due = due_usec(right);
    if (due != other_due)
        return due < other_due ? -1 : 1;
    int order = compare_words(left->kind, right->kind);
    order = order ? order : compare_words(left->code, right->code);
    return order ? order : compare_words(left->beside, right->beside);
}

static bool (*const finders[])(struct today *today) = {
    today_find_donors,         today_find_samples,    today_find_banks,     today_find_lots,
    today_find_investigations, today_find_deviations, today_find_plates,    today_find_pulls,
    today_find_equipment,      today_find_operators,  today_find_shipments, today_find_patients,
    today_find_thaws,          today_find_events,     today_find_recalls,   today_find_holds,
    today_find_accounts,
};

static bool today_read(struct work *work, const void *input, struct rows *rows)
{
    struct count ahead = {0};
    struct today today = {.work = work, .site = work->actor->site};
    (void)input;
    if (!setting_count(work, "today_days_ahead", &ahead))
        return false;
    today.day = day_of_instant(work->now_usec, work->zone_minutes);
    today.on = date_print(work->arena, today.day);
    today.soon = date_print(work->arena, today.day + (ahead.known ? ahead.value : 0));
    for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
        if (!finders[i](&today))
            return false;
    if (today.rows.count)
        qsort(today.rows.items, today.rows.count, sizeof(struct waiting), waiting_compare);
    *rows = today.rows;
    return true;
}

const struct operation today_operations[TODAY_OPERATIONS] = {
    {.name = "today.list",
     .method = "GET",
     .path = "/today",
     .summary = "List what waits for you at this site, overdue first.",
     .permission = PERMIT_TODAY_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &nothing_schema,
     .output = &waiting_schema,
     .list = today_read},
};
