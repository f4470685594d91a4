/* lot_report.c: the production unit's own review, signed, once everything is counted. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/lot_report.h"

#include "manufacture/balance.h"
#include "manufacture/lot.h"

const struct rule lot_report_rules[LOT_REPORT_RULES] = {
    {"MF-19.report/1", "Is there one production report of the lot?", "ロットの製造報告は一つか。",
     "ASRM Rule Art. 99, 100"},
    {"MF-19.complete/1", "Was every vial inspected and every label reconciled before the report?",
     "報告の前に全バイアルの検査と全ラベルの照合が済んでいるか。", "ASRM Rule Art. 99, 100"},
    {"MF-19.balance/1", "Do volumes, vials and labels of every step close?",
     "全工程の液量・バイアル数・ラベル数の収支が合うか。", "ASRM Rule Art. 99, 100"},
};

static const struct field facts_fields[] = {
    FIELD(struct report_facts, inspected, .help = "Every vial was inspected"),
    FIELD(struct report_facts, labels_reconciled, .help = "Every label was reconciled"),
    FIELD(struct report_facts, steps, .help = "Rows of the balance sheet"),
    FIELD(struct report_facts, open_steps, .help = "Steps that do not close, or none"),
};
const struct schema report_facts_schema = SCHEMA("report_facts", struct report_facts, facts_fields);

void report_judge(struct arena *arena, const struct report_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    const char *open = facts->open_steps;
    findings_add(
        &list, "MF-19.complete/1", verdict_of(true, facts->inspected && facts->labels_reconciled),
        "inspected and reconciled", "%s, %s", facts->inspected ? "inspected" : "not inspected",
        facts->labels_reconciled ? "labels reconciled" : "labels not reconciled");
    findings_add(&list, "MF-19.balance/1",
                 verdict_of(open && facts->steps > 0, text_equals(open, "none")),
                 "every step closes", "%lld rows, open: %s", (long long)facts->steps,
                 open ? open : "unknown");
    *findings = list.rows;
}

struct report {
    const char *lot;
    const char *statement;
    const char *deviations;
    struct report_facts facts;
    struct rows findings;
};
#define REPORT_FIELDS                                                                              \
    FIELD(struct report, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),       \
        FIELD(struct report, statement, .required = true, .prose = true, .longest = 4000,          \
              .help = "The production unit's own review of the lot"),                              \
        FIELD(struct report, deviations, .required = true, .longest = 400,                         \
              .help = "Codes of the deviations that it covers, or none")
static const struct field report_fields[] = {REPORT_FIELDS};
static const struct schema report_input = SCHEMA("lot_report", struct report, report_fields);
static const struct field reported_fields[] = {
    REPORT_FIELDS,
    FIELD(struct report, facts, .of = &report_facts_schema, .help = "What the record says"),
    FIELD(struct report, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema reported_schema = SCHEMA("lot_reported", struct report, reported_fields);

static bool gather(struct work *work, const struct lot *lot, struct report_facts *facts)
{
    struct rows rows;
    if (!balance_sheet(work, lot->code, &rows))
        return false;
    const char *open = balance_open_steps(work->arena, &rows);
    *facts = (struct report_facts){.inspected = lot->inspected_entry > 0,
                                   .labels_reconciled = lot_labels_close(lot),
                                   .steps = (int64_t)rows.count,
                                   .open_steps = open ? open : "none"};
    return true;
}

static bool report_lot(struct work *work, const void *input, void *body)
{
    struct report *report = body;
    struct lot lot = {0};
    *report = *(const struct report *)input;
    if (!view_need(work, &lot_table, "lot", report->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot"))
        return false;
    if (lot.reported_entry && lot.reported_entry != work->amends)
        return refuse(&work->fault, FAULT_CONFLICT, "lot", "MF-19.report/1",
                      "The lot %s was reported by entry %lld; correct that entry instead.",
                      report->lot, (long long)lot.reported_entry);
    if (!gather(work, &lot, &report->facts))
        return false;
    report_judge(work->arena, &report->facts, &report->findings);
    return findings_allow(work->arena, &work->fault, "lot", &report->findings,
                          "The lot cannot be reported");
}

static bool report_again(struct work *work, const void *body, struct rows *findings)
{
    const struct report *report = body;
    report_judge(work->arena, &report->facts, findings);
    return true;
}

static bool set_reported(struct work *work, const struct report *given, int64_t entry)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", given->lot, &lot))
        return false;
    lot.reported_entry = entry;
    return view_put(work, &lot_table, &lot);
}

static bool report_apply(struct work *work, const struct entry *entry, const void *body)
{
    return set_reported(work, body, entry->seq);
}

static bool report_retract(struct work *work, const struct entry *entry, const void *body)
{
    (void)entry;
    return set_reported(work, body, 0);
}

const struct operation lot_report_operations[LOT_REPORT_OPERATIONS] = {
    {.name = "lot.report",
     .method = "POST",
     .path = "/lots/{lot}/report",
     .summary = "Sign the production unit's own review of a lot; every step must close.",
     .permission = PERMIT_PRODUCTION_REPORT,
     .effect = RECORDS,
     .signature = "reviewed",
     .input = &report_input,
     .output = &reported_schema,
     .subject = "lot",
     .judge = report_lot,
     .apply = report_apply,
     .judge_again = report_again,
     .retract = report_retract},
};
