/* oos_rules.c: retests stand for themselves, and a first value falls only with its cause. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/oos.h"

#include <math.h>

const struct rule oos_rules[OOS_RULES] = {
    {"QC-22.plan/1", "Was the retest plan signed before any retest, and is the retest as planned?",
     "再試験計画は再試験の前に承認され、再試験はそのとおりに行われたか。",
     "FDA OOS practice; GMP Art. 11"},
    {"QC-22.analyst/1", "Does the analyst retest whom the plan names?",
     "再試験は計画に定めた担当者が行ったか。", "FDA OOS practice"},
    {"QC-22.every_inside/1", "Does every single retest value lie within the limit?",
     "再試験のすべての値が規格内か。", "retest plan, as signed"},
    {"QC-22.average/1", "Is what is averaged all of the retests, and the first value not among it?",
     "平均されるのは再試験の全値のみで、初回値を含まないか。", "FDA OOS practice"},
    {"QC-22.cause/1", "Is a cause assigned, with evidence, before a first value is set aside?",
     "初回値を無効とする前に、原因とその根拠が示されているか。", "FDA OOS practice; GMP Art. 11"},
    {"QC-22.report/1", "Is the retest reported, and does what is reported meet the limit?",
     "再試験が報告され、その値は規格に適合するか。", "FDA OOS practice"},
    {"QC-22.order/1", "Does this step of the investigation follow the one before it?",
     "調査の手順は順序どおりか。", "FDA OOS practice"},
    {"QC-22.derived/1", "Is nothing under investigation that the value would be derived from?",
     "導出の元となる値に調査中のものがないか。", "FDA OOS practice"},
};

static const struct field closing_facts_fields[] = {
    FIELD(struct closing_facts, conclusion, .help = "invalidated or confirmed"),
    FIELD(struct closing_facts, cause, .help = "Assigned cause"),
    FIELD(struct closing_facts, evidence, .help = "What shows it"),
    FIELD(struct closing_facts, status, .help = "How far the investigation is"),
    FIELD(struct closing_facts, retest_verdict, .help = "Of every single retest"),
    FIELD(struct closing_facts, mean_verdict, .help = "Of their mean"),
};
const struct schema closing_facts_schema =
    SCHEMA("closing_facts", struct closing_facts, closing_facts_fields);

static double mean_of(const struct rows *retests)
{
    double sum = 0;
    for (size_t i = 0; i < retests->count; i++)
        sum += ROWS(*retests, const struct oos_retest)[i].value.value;
    return sum / (double)retests->count;
}

void oos_spread(struct arena *arena, const struct rows *retests, struct oos *oos)
{
    double squares = 0;
    if (!retests->count)
        return;
    double mean = mean_of(retests);
    oos->mean = real_of(arena, mean);
    for (size_t i = 0; i < retests->count; i++) {
        double off = ROWS(*retests, const struct oos_retest)[i].value.value - mean;
        squares += off * off;
    }
    if (retests->count < 2)
        return;
    double deviation = sqrt(squares / (double)(retests->count - 1));
    oos->deviation = real_of(arena, deviation);
    if (mean > 0)
        oos->variation_percent = real_of(arena, 100 * deviation / mean);
}

struct real oos_mean_of_all(struct arena *arena, const struct rows *retests, struct real first)
{
    double count = (double)retests->count;
    if (!retests->count || !first.text)
        return (struct real){0};
    return real_of(arena, (mean_of(retests) * count + first.value) / (count + 1));
}

void retest_judge(struct arena *arena, const struct rows *retests, struct rows *findings)
{
    struct findings list = findings_open(arena);
    size_t met = 0;
    size_t outside = 0;
    for (size_t i = 0; i < retests->count; i++) {
        const char *verdict = ROWS(*retests, const struct oos_retest)[i].verdict;
        met += text_equals(verdict, "met");
        outside += text_equals(verdict, "not_met");
    }
    bool known = retests->count > 0 && met + outside == retests->count;
    findings_add(&list, "QC-22.every_inside/1", verdict_of(known || outside, outside == 0),
                 "every one", "%zu of %zu inside", met, retests->count);
    *findings = list.rows;
}

void closing_judge(struct arena *arena, const struct closing_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    bool confirmed = text_equals(facts->conclusion, "confirmed");
    bool checked = facts->status && !text_equals(facts->status, "open") &&
                   !text_equals(facts->status, "closed");
    findings_add(&list, "QC-22.order/1", verdict_of(facts->status != NULL, checked),
                 "phase 1 is recorded", "%s", facts->status ? facts->status : "not known");
    if (!confirmed) {
        bool cause = !text_is_empty(facts->cause) && !text_equals(facts->cause, "none_found");
        findings_add(&list, "QC-22.cause/1",
                     verdict_of(true, cause && !text_is_empty(facts->evidence)),
                     "a cause and its evidence", "%s", cause ? facts->cause : "no cause");
        findings_add(&list, "QC-22.report/1",
                     verdict_of(text_equals(facts->status, "reported") && facts->mean_verdict,
                                text_equals(facts->mean_verdict, "met") &&
                                    text_equals(facts->retest_verdict, "met")),
                     "every retest and their mean within the limit", "retests %s, mean %s",
                     facts->retest_verdict ? facts->retest_verdict : "not made",
                     facts->mean_verdict ? facts->mean_verdict : "not known");
    }
    *findings = list.rows;
}
