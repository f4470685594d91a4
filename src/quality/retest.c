/* retest.c: planned before it is made, made by whom the plan names, reported without the first. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "quality/assay.h"
#include "quality/limit.h"
#include "quality/oos.h"
#include "quality/sample.h"

#include <inttypes.h>

static const char *const plan_rules[] = {"every_inside", NULL};
static const char *const plan_reports[] = {"mean", NULL};

struct plan {
    const char *code;
    int64_t vials;
    int64_t first_vial;
    int64_t last_vial;
    const char *analyst;
    const char *rule;
    const char *report;
};
static const struct field plan_fields[] = {
    FIELD(struct plan, code, .required = true, .code = true, .longest = 24,
          .help = "Investigation"),
    FIELD(struct plan, vials, .required = true, .low = 1, .high = 100, .unit = "vials",
          .help = "Vials to retest"),
    FIELD(struct plan, first_vial, .required = true, .low = 1, .high = 1e9, .help = "First serial"),
    FIELD(struct plan, last_vial, .required = true, .low = 1, .high = 1e9, .help = "Last serial"),
    FIELD(struct plan, analyst, .required = true, .code = true, .longest = 64,
          .help = "Account that retests"),
    FIELD(struct plan, rule, .required = true, .choices = plan_rules,
          .help = "What the retests must meet"),
    FIELD(struct plan, report, .required = true, .choices = plan_reports,
          .help = "What is reported"),
};
static const struct schema plan_schema = SCHEMA("retest_plan", struct plan, plan_fields);

static bool plan_judge(struct work *work, const void *input, void *body)
{
    const struct plan *given = input;
    struct oos oos = {0};
    struct account account = {0};
    *(struct plan *)body = *given;
    if (!oos_need(work, given->code, "checked", &oos) ||
        !view_need(work, &account_table, "analyst", given->analyst, &account))
        return false;
    if (!oos.value.text)
        return fail(&work->fault, FAULT_INPUT, "code",
                    "A test without a value is not retested by readings; confirm the first result "
                    "or test a new lot.");
    if (given->last_vial - given->first_vial + 1 != given->vials)
        return fail(&work->fault, FAULT_INPUT, "last_vial",
                    "The serials hold %" PRId64 " vials and the plan says %" PRId64 "; correct it.",
                    given->last_vial - given->first_vial + 1, given->vials);
    const struct vial_range asked = {.lot = oos.lot,
                                     .first = given->first_vial,
                                     .last = given->last_vial,
                                     .state = "in_stock",
                                     .site = oos.site};
    struct rows parts;
    return sample_draw(work, &asked, &parts);
}

static bool plan_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct plan *plan = body;
    struct oos oos = {0};
    if (!view_need(work, &oos_table, "code", plan->code, &oos))
        return false;
    oos.status = "planned";
    oos.plan_first = plan->first_vial;
    oos.plan_last = plan->last_vial;
    oos.analyst = plan->analyst;
    oos.rule = plan->rule;
    oos.planned_entry = entry->seq;
    return view_put(work, &oos_table, &oos);
}

static const struct field given_retest_fields[] = {
    FIELD(struct oos_retest, vial, .required = true, .low = 1, .high = 1e9,
          .help = "Serial of the vial"),
    FIELD(struct oos_retest, reading, .required = true, .help = "Reading of the diluted sample"),
    FIELD(struct oos_retest, dilution, .required = true, .low = 1, .high = 1e9,
          .help = "Its dilution"),
};
static const struct schema given_retest_schema =
    SCHEMA("retest_given", struct oos_retest, given_retest_fields);

struct retest {
    const char *code;
    struct rows results; /* struct oos_retest */
    struct date tested_on;
    struct oos spread; /* mean, deviation and variation alone */
    const char *mean_verdict;
    struct rows findings;
    struct rows parts;
};
static const struct field retest_fields[] = {
    FIELD(struct retest, code, .required = true, .code = true, .longest = 24,
          .help = "Investigation"),
    FIELD(struct retest, results, .required = true, .of = &given_retest_schema,
          .help = "One per vial of the plan"),
};
static const struct schema retest_schema = SCHEMA("retest", struct retest, retest_fields);

static const struct field spread_fields[] = {
    FIELD(struct oos, mean, .help = "Mean of the retests"),
    FIELD(struct oos, deviation, .help = "Standard deviation of the retests"),
    FIELD(struct oos, variation_percent, .unit = "%", .help = "Deviation over mean"),
};
static const struct schema spread_schema = SCHEMA("retest_spread", struct oos, spread_fields);
static const struct field retested_fields[] = {
    FIELD(struct retest, code, .help = "Investigation"),
    FIELD(struct retest, results, .of = &oos_retest_schema, .help = "One per vial"),
    FIELD(struct retest, tested_on, .help = "Day of the retest"),
    FIELD(struct retest, spread, .of = &spread_schema, .help = "Mean and spread of the retests"),
    FIELD(struct retest, mean_verdict, .help = "The mean held against the limit"),
    FIELD(struct retest, findings, .of = &finding_schema, .help = "Whether they are as planned"),
    FIELD(struct retest, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema retested_schema = SCHEMA("retested", struct retest, retested_fields);

static bool refuse_plan(struct work *work, const char *code, const char *why)
{
    return refuse(&work->fault, FAULT_RULE, "results", "QC-22.plan/1", "%s: %s", code, why);
}

/* Exactly the vials of the plan, each once. */
static bool check_vials(struct work *work, const struct oos *oos, const struct rows *results)
{
    const struct oos_retest *result = results->items;
    int64_t planned = oos->plan_last - oos->plan_first + 1;
    for (size_t i = 0; i < results->count; i++) {
        if (result[i].vial < oos->plan_first || result[i].vial > oos->plan_last)
            return refuse_plan(work, oos->code, "a vial is not among those of the signed plan.");
        for (size_t j = 0; j < i; j++)
            if (result[i].vial == result[j].vial)
                return refuse_plan(work, oos->code, "a vial stands twice.");
    }
    return (int64_t)results->count == planned ||
           refuse_plan(work, oos->code, "not every vial of the signed plan has a result.");
}

static bool may_retest(struct work *work, const char *code, struct oos *oos)
{
    if (!view_need(work, &oos_table, "code", code, oos) ||
        !operation_at_site(work, "code", oos->site, "investigation"))
        return false;
    if (!oos->planned_entry || !text_equals(oos->status, "planned"))
        return refuse_plan(work, code,
                           "a retest needs a plan that was signed before it, and is made once.");
    return text_equals(work->actor ? work->actor->account : NULL, oos->analyst) ||
           refuse(&work->fault, FAULT_FORBIDDEN, "code", "QC-22.analyst/1",
                  "The plan of %s names %s as the analyst; nobody else retests.", code,
                  oos->analyst);
}

static bool limit_of(struct work *work, const struct oos *oos, struct specification_limit *limit)
{
    struct lot lot = {0};
    bool found = false;
    return view_need(work, &lot_table, "lot", oos->lot, &lot) &&
           specification_limit_find(work, lot.specification, oos->attribute, limit, &found);
}

static const char *judge_one(const struct specification_limit *limit, struct real value)
{
    const struct reading reading = {.value = value};
    return verdict_word(limit_judge(limit, &reading));
}

static bool retest_decide(struct work *work, const void *input, void *body)
{
    const struct retest *given = input;
    struct retest *retest = body;
    struct oos oos = {0};
    struct specification_limit limit = {0};
    *retest = *given;
    if (!may_retest(work, given->code, &oos) || !check_vials(work, &oos, &given->results) ||
        !limit_of(work, &oos, &limit))
        return false;
    struct oos_retest *result = retest->results.items;
    for (size_t i = 0; i < retest->results.count; i++) {
        result[i].oos = given->code;
        result[i].value = real_of(work->arena, result[i].reading.value * result[i].dilution.value);
        result[i].verdict = judge_one(&limit, result[i].value);
    }
    oos_spread(work->arena, &retest->results, &retest->spread);
    retest->mean_verdict = judge_one(&limit, retest->spread.mean);
    retest_judge(work->arena, &retest->results, &retest->findings);
    retest->tested_on.text =
        date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes));
    const struct vial_range asked = {.lot = oos.lot,
                                     .first = oos.plan_first,
                                     .last = oos.plan_last,
                                     .state = "in_stock",
                                     .site = oos.site};
    return sample_draw(work, &asked, &retest->parts);
}

static bool retest_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct retest *retest = body;
    struct oos oos = {0};
    if (!view_need(work, &oos_table, "code", retest->code, &oos))
        return false;
    for (size_t i = 0; i < retest->results.count; i++) {
        struct oos_retest row = ROWS(retest->results, const struct oos_retest)[i];
        row.entry = entry->seq;
        if (!view_put(work, &oos_retest_table, &row))
            return false;
    }
    oos.status = "retested";
    oos.retested_on = retest->tested_on;
    oos.mean = retest->spread.mean;
    oos.deviation = retest->spread.deviation;
    oos.variation_percent = retest->spread.variation_percent;
    oos.mean_verdict = retest->mean_verdict;
    oos.retest_verdict = ROWS(retest->findings, const struct finding)[0].verdict;
    oos.retested_entry = entry->seq;
    return view_put(work, &oos_table, &oos) &&
           sample_mark_for(work, &retest->parts, "retest", entry->seq);
}

static bool retest_again(struct work *work, const void *body, struct rows *findings)
{
    const struct retest *retest = body;
    retest_judge(work->arena, &retest->results, findings);
    return true;
}

struct report {
    const char *code;
    const char *values; /* first and serials */
    struct real reported;
    const char *verdict;
};
static const struct field report_fields[] = {
    FIELD(struct report, code, .required = true, .code = true, .longest = 24,
          .help = "Investigation"),
    FIELD(struct report, values, .required = true, .longest = 400,
          .help = "What is averaged: serials of retested vials, or first, separated by blanks"),
};
static const struct schema report_schema = SCHEMA("retest_report", struct report, report_fields);
static const struct field reported_fields[] = {
    FIELD(struct report, code, .help = "Investigation"),
    FIELD(struct report, values, .help = "What was averaged"),
    FIELD(struct report, reported, .help = "Mean of the retests"),
    FIELD(struct report, verdict, .help = "Held against the limit"),
};
static const struct schema reported_schema =
    SCHEMA("retest_reported", struct report, reported_fields);

/* The average that is barred is told, because it may well lie inside: that is why it is barred. */
static bool refuse_first(struct work *work, const struct oos *oos, const struct rows *retests)
{
    struct specification_limit limit = {0};
    const struct real all = oos_mean_of_all(work->arena, retests, oos->value);
    if (!limit_of(work, oos, &limit))
        return false;
    const char *verdict = judge_one(&limit, all);
    return refuse(&work->fault, FAULT_RULE, "values", "QC-22.average/1",
                  "A first value is never averaged with retests: all %zu would give %.5g (%s: %s), "
                  "and the first value %s would be hidden in it; report the mean of the retests "
                  "alone.",
                  retests->count + 1, all.value, verdict,
                  specification_limit_print(work->arena, &limit), oos->value.text);
}

/* Every retest, each once, and nothing else. */
static bool check_values(struct work *work, const struct report *given, const struct rows *retests)
{
    size_t count = 0;
    size_t named = 0;
    const char **words = text_split(work->arena, given->values, ' ', &count);
    for (size_t i = 0; i < retests->count; i++)
        for (size_t j = 0; j < count; j++)
            named +=
                text_equals(words[j], arena_print(work->arena, "%" PRId64,
                                                  ROWS(*retests, const struct oos_retest)[i].vial));
    return (named == count && count == retests->count) ||
           refuse(&work->fault, FAULT_RULE, "values", "QC-22.average/1",
                  "The plan reports the mean of all %zu retests, each once; none is left out and "
                  "nothing is added.",
                  retests->count);
}

static bool report_judge(struct work *work, const void *input, void *body)
{
    const struct report *given = input;
    struct report *report = body;
    struct oos oos = {0};
    struct rows retests;
    *report = *given;
    if (!view_need(work, &oos_table, "code", given->code, &oos) ||
        !view_list(work, &oos_retest_table, "oos", value_text(given->code), &retests))
        return false;
    if (text_has_word(given->values, "first"))
        return refuse_first(work, &oos, &retests);
    if (!oos_need(work, given->code, "retested", &oos) || !check_values(work, given, &retests))
        return false;
    report->reported = oos.mean;
    report->verdict = oos.mean_verdict;
    return true;
}

static bool report_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct report *report = body;
    struct oos oos = {0};
    if (!view_need(work, &oos_table, "code", report->code, &oos))
        return false;
    oos.status = "reported";
    oos.reported = report->reported;
    oos.reported_entry = entry->seq;
    return view_put(work, &oos_table, &oos);
}

const struct operation retest_operations[RETEST_OPERATIONS] = {
    {.name = "oos.plan",
     .method = "POST",
     .path = "/oos/{code}/plan",
     .summary = "Sign the retest before it is made: vials, analyst, rule and report.",
     .permission = PERMIT_ASSAY_REVIEW,
     .effect = RECORDS,
     .signature = "approved",
     .input = &plan_schema,
     .output = &plan_schema,
     .subject = "code",
     .judge = plan_judge,
     .apply = plan_apply},
    {.name = "oos.retest",
     .method = "POST",
     .path = "/oos/{code}/retests",
     .summary = "Record the retests; each value is computed and judged by itself.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &retest_schema,
     .output = &retested_schema,
     .subject = "code",
     .judge = retest_decide,
     .apply = retest_apply,
     .judge_again = retest_again},
    {.name = "oos.report",
     .method = "POST",
     .path = "/oos/{code}/report",
     .summary = "Report the mean of the retests; the first value is never averaged in.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &report_schema,
     .output = &reported_schema,
     .subject = "code",
     .judge = report_judge,
     .apply = report_apply},
};
