/* standing.c: what the closing of a recall would be judged by, asked without closing it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/standing.h"

#include "vigilance/reach.h"

struct standing {
    const char *code;
    const char *site;
    const char *lot;
    const char *donor;
    const char *class;
    const char *why;
    const char *status;
    int64_t entry;
    int64_t closed_entry;
    struct recall_facts facts;
    struct rows findings;
};
static const struct field standing_fields[] = {
    FIELD(struct standing, code, .help = "Code of the recall"),
    FIELD(struct standing, site, .help = "Site that opened it"),
    FIELD(struct standing, lot, .help = "Scope: one lot"),
    FIELD(struct standing, donor, .help = "Scope: every lot of a donor"),
    FIELD(struct standing, class, .help = "Class"),
    FIELD(struct standing, why, .help = "Why"),
    FIELD(struct standing, status, .help = "open or closed"),
    FIELD(struct standing, entry, .help = "Entry that opened it"),
    FIELD(struct standing, closed_entry, .help = "Entry that closed it, or 0"),
    FIELD(struct standing, facts, .of = &recall_facts_schema, .help = "What is known now"),
    FIELD(struct standing, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema standing_schema =
    SCHEMA("recall_standing", struct standing, standing_fields);

static bool standing_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct standing *standing = row;
    struct recall recall = {0};
    struct rows used;
    if (!view_need(work, &recall_table, "code", key->code, &recall))
        return false;
    *standing = (struct standing){
        .code = recall.code,
        .site = recall.site,
        .lot = recall.lot,
        .donor = recall.donor,
        .class = recall.class,
        .why = recall.why,
        .status = recall.status,
        .entry = recall.entry,
        .closed_entry = recall.closed_entry,
    };
    if (!reach_gather(work, key->code, &standing->facts, &used))
        return false;
    recall_judge(work->arena, &standing->facts, &standing->findings);
    return true;
}

const struct operation standing_operations[STANDING_OPERATIONS] = {
    {.name = "recall.standing",
     .method = "GET",
     .path = "/recalls/{code}/standing",
     .summary = "Show how a recall stands, and what still keeps it open.",
     .permission = PERMIT_RECALL_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &standing_schema,
     .read = standing_read},
};
