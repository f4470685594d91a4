/* erasure.c: two sign, no retention clock runs, then the key is destroyed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "crew/erasure.h"

#include "base/time.h"
#include "contract/setting.h"

#include <stdlib.h>
#include <string.h>

const struct rule erasure_rules[ERASURE_RULES] = {
    {"AU-15.retention/1", "Has the signed retention time of the person's records passed?",
     "当該個人の記録の保存期間は満了したか。", "requirements 19.1; years as signed"},
};

struct erasure_order {
    const char *person;
    const char *why;
};
static const char *const reasons[] = {"request", "retention_over", NULL};
static const struct field order_fields[] = {
    FIELD(struct erasure_order, person, .required = true, .code = true, .longest = 64,
          .help = "Person, as patient:P-0001 or donor:D-0001"),
    FIELD(struct erasure_order, why, .required = true, .choices = reasons, .help = "Why"),
};
static const struct schema order_schema =
    SCHEMA("erasure_order", struct erasure_order, order_fields);

struct erasure_facts {
    const char *person;
    const char *why;
    struct date newest_on; /* day of the newest entry with personal data */
    struct count retention_years;
    struct date free_from; /* first day on which no clock runs */
    struct date today;
    struct rows findings;
};
static const struct field facts_fields[] = {
    FIELD(struct erasure_facts, person, .help = "Person"),
    FIELD(struct erasure_facts, why, .help = "Why"),
    FIELD(struct erasure_facts, newest_on, .help = "Day of the newest entry with personal data"),
    FIELD(struct erasure_facts, retention_years, .unit = "years", .help = "Signed retention"),
    FIELD(struct erasure_facts, free_from, .help = "First day without a running clock"),
    FIELD(struct erasure_facts, today, .help = "Day of the request"),
    FIELD(struct erasure_facts, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema facts_schema = SCHEMA("erasure", struct erasure_facts, facts_fields);

static const struct field row_fields[] = {
    FIELD(struct erasure, person, .help = "Person"),
    FIELD(struct erasure, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("erasure", struct erasure, row_fields);
const struct table erasure_table = {"erasure", &row_schema, "person", "", TABLE_VIEW};

/* The same day so many years later; 29 February becomes 1 March. */
static const char *years_later(struct arena *arena, const char *day, int64_t years)
{
    const char *later =
        arena_print(arena, "%04lld%s", strtoll(day, NULL, 10) + (long long)years, day + 4);
    int64_t number = 0;
    return date_parse(later, &number) ? later : arena_print(arena, "%.4s-03-01", later);
}

static void judge(struct arena *arena, const struct erasure_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    bool known = facts->free_from.text && facts->today.text;
    findings_add(&list, "AU-15.retention/1",
                 verdict_of(known, known && strcmp(facts->today.text, facts->free_from.text) >= 0),
                 facts->free_from.text, "requested on %s",
                 facts->today.text ? facts->today.text : "an unknown day");
    *findings = list.rows;
}

static bool erase_judge(struct work *work, const void *input, void *body)
{
    const struct erasure_order *order = input;
    struct erasure_facts *facts = body;
    struct person_last last = {0};
    bool found = false;
    *facts = (struct erasure_facts){.person = order->person, .why = order->why};
    if (!view_find(work, &person_last_table, VALUES(value_text(order->person)), &last, &found) ||
        !setting_count(work, "retention_years", &facts->retention_years))
        return false;
    if (!found)
        return fail(&work->fault, FAULT_MISSING, "person",
                    "Nothing personal is recorded about %s; "
                    "check kind and code.",
                    order->person);
    facts->newest_on.text =
        date_print(work->arena, day_of_instant(last.at.usec, work->zone_minutes));
    facts->today.text = date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes));
    if (facts->retention_years.known)
        facts->free_from.text =
            years_later(work->arena, facts->newest_on.text, facts->retention_years.value);
    judge(work->arena, facts, &facts->findings);
    return findings_allow(work->arena, &work->fault, "person", &facts->findings,
                          "The data cannot be erased yet");
}

static bool erase_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct erasure_facts *facts = body;
    const struct erasure row = {facts->person, entry->seq};
    return view_put(work, &erasure_table, &row);
}

static bool erase_again(struct work *work, const void *body, struct rows *findings)
{
    judge(work->arena, body, findings);
    return true;
}

static bool erase_finish(struct work *work, const void *body)
{
    const struct erasure_facts *facts = body;
    bool known = person_is_known(work, facts->person);
    return work->fault.kind == FAULT_NONE && (!known || person_forget(work, facts->person)) &&
           person_store_tidy(work);
}

bool erasure_finish_all(struct work *work)
{
    struct rows rows;
    if (!view_list(work, &erasure_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct erasure_facts facts = {.person = ROWS(rows, const struct erasure)[i].person};
        if (!erase_finish(work, &facts))
            return false;
    }
    return true;
}

const struct operation erasure_operations[ERASURE_OPERATIONS] = {
    {.name = "person.erase",
     .method = "POST",
     .path = "/persons/{person}/erasure",
     .summary = "Destroy the key of a person, so that the personal data can never be read again.",
     .permission = PERMIT_PERSON_ERASE,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_PERSON_COUNTERSIGN,
     .input = &order_schema,
     .output = &facts_schema,
     .subject = "person",
     .judge = erase_judge,
     .apply = erase_apply,
     .judge_again = erase_again,
     .finish = erase_finish},
};
