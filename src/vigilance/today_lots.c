/* today_lots.c: which lots in quarantine wait for a look, a test, a report or a decision? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/view.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "quality/assay.h"
#include "quality/release.h"
#include "vigilance/today_finding.h"

static bool add_step(struct today *today, const struct lot *lot, const struct waiting *step,
                     int64_t entry)
{
    struct waiting waiting = *step;
    waiting.subject_kind = "lot";
    waiting.code = lot->code;
    return today_since(today, entry, &waiting.since) && today_add(today, &waiting);
}

/* Inspection, labels and report follow on each other. */
static bool find_step(struct today *today, const struct lot *lot)
{
    if (!lot->inspected_entry)
        return add_step(today, lot,
                        &(struct waiting){.kind = "lot_inspection",
                                          .operation = "lot.inspect",
                                          .amount = {true, lot->vials},
                                          .unit = "vials",
                                          .waiting = "The visual inspection is not recorded."},
                        lot->entry);
    if (!lot_labels_close(lot))
        return add_step(today, lot,
                        &(struct waiting){.kind = "lot_labels",
                                          .operation = "lot.reconcile_labels",
                                          .waiting = "The labels are not reconciled."},
                        lot->inspected_entry);
    if (lot->reported_entry)
        return true;
    return add_step(today, lot,
                    &(struct waiting){.kind = "lot_report",
                                      .operation = "lot.report",
                                      .waiting = "The production report is not signed."},
                    lot->labels_entry);
}

/* What stands for an attribute, or the reading that was made before its end; NULL for neither. */
static const struct assay_result *result_of(const struct rows *results, const char *attribute)
{
    const struct assay_result *found = NULL;
    for (size_t i = 0; i < results->count; i++) {
        const struct assay_result *result = &ROWS(*results, const struct assay_result)[i];
        if (result->annulled || !text_equals(result->attribute, attribute))
            continue;
        if (assay_stands(result))
            return result;
        if (text_equals(result->standing, "interim"))
            found = result;
    }
    return found;
}

static bool add_final(struct today *today, const struct lot *lot, const struct assay_result *result)
{
    return add_step(
        today, lot,
        &(struct waiting){.kind = "lot_final_reading",
                          .operation = "assay.record",
                          .beside = today_print(today, "assay:%s", result->code),
                          .waiting = today_print(today, "%s awaits its final reading.",
                                                 today_plain(today, result->attribute))},
        result->entry);
}

static bool find_tests(struct today *today, const struct lot *lot)
{
    struct rows limits;
    struct rows results;
    int64_t open = 0;
    if (!view_list(today->work, &specification_limit_table, "specification",
                   value_text(lot->specification), &limits) ||
        !view_list(today->work, &assay_result_table, "lot", value_text(lot->code), &results))
        return false;
    for (size_t i = 0; i < limits.count; i++) {
        const struct assay_result *result =
            result_of(&results, ROWS(limits, const struct specification_limit)[i].attribute);
        open += result == NULL;
        if (result && !assay_stands(result) && !add_final(today, lot, result))
            return false;
    }
    return !open || add_step(today, lot,
                             &(struct waiting){
                                 .kind = "lot_tests",
                                 .operation = "assay.record",
                                 .amount = {true, open},
                                 .unit = "limits",
                                 .waiting = today_print(today, "%lld of %zu limits have no result.",
                                                        (long long)open, limits.count)},
                             lot->entry);
}

/* Who made a lot does not judge it, so it does not wait for them. */
static bool find_decision(struct today *today, const struct lot *lot)
{
    const struct release_question question = {lot->code, today->work->actor->account, today->on};
    struct release_facts facts;
    struct rows used;
    struct rows findings;
    int64_t unmet = 0;
    if (!release_gather(today->work, &question, &facts, &used))
        return false;
    release_judge(today->work->arena, &facts, &findings);
    for (size_t i = 0; i < findings.count; i++)
        unmet += !text_equals(ROWS(findings, const struct finding)[i].verdict, "met");
    if (release_is_own(&facts))
        return true;
    return add_step(
        today, lot,
        &(struct waiting){
            .kind = "lot_decision",
            .operation = "lot.release",
            .amount = {true, unmet},
            .unit = "criteria",
            .waiting = unmet ? today_print(today, "%lld of %zu criteria are not met.",
                                           (long long)unmet, findings.count)
                             : today_print(today, "All %zu criteria are met.", findings.count)},
        lot->reported_entry ? lot->reported_entry : lot->entry);
}

bool today_find_lots(struct today *today)
{
    struct rows lots;
    bool tests = today_may(today, "assay.record");
    bool decides = today_may(today, "lot.release");
    if (!tests && !decides && !today_may(today, "lot.inspect") && !today_may(today, "lot.report"))
        return true;
    if (!view_list(today->work, &lot_table, "status", value_text("quarantine"), &lots))
        return false;
    for (size_t i = 0; i < lots.count; i++) {
        const struct lot *lot = &ROWS(lots, const struct lot)[i];
        if (!text_equals(lot->site, today->site))
            continue;
        if (!find_step(today, lot) || (tests && !find_tests(today, lot)) ||
            (decides && !find_decision(today, lot)))
            return false;
    }
    return true;
}
