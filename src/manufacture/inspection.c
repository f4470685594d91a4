/* inspection.c: every vial is looked at and every label accounted for before the lot is reported.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/inspection.h"

#include "manufacture/derived.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"

const struct rule inspection_rules[INSPECTION_RULES] = {
    {"MF-11.inspection/1", "Was every vial that was filled inspected, once?",
     "充填した全バイアルを一度検査したか。", "GMP Art. 10"},
    {"MF-11.rejects/1", "Do the reasons for rejecting add up to the serials that are rejected?",
     "不適の理由別の数の合計は不適とした番号の数に一致するか。", "GMP Art. 10"},
    {"MF-11.labels/1", "Are the labels issued all used, spoiled or destroyed?",
     "発行ラベル数は使用・汚損・廃棄の和に一致するか。", "GMP Art. 10"},
    {"MF-11.used/1", "Is one label used for each vial that passed the inspection?",
     "検査に合格したバイアル一本につき一枚のラベルを使用したか。", "GMP Art. 10"},
};

static const char *const reject_reasons[] = {"visible_particle", "low_fill", "cracked",
                                             "stopper",          "other",    NULL};

struct reject {
    const char *why;
    int64_t vials;
};
static const struct field reject_fields[] = {
    FIELD(struct reject, why, .required = true, .choices = reject_reasons, .help = "What was seen"),
    FIELD(struct reject, vials, .required = true, .low = 1, .high = 1e7, .unit = "vials",
          .help = "Vials rejected for it"),
};
static const struct schema reject_schema = SCHEMA("reject", struct reject, reject_fields);

struct inspecting {
    const char *lot;
    int64_t inspected;
    struct rows rejects;
    int64_t first;
    int64_t last;
    int64_t rejected;
    struct real rejected_percent;
    struct rows derived;
    struct rows before;
};
#define INSPECTING_FIELDS                                                                          \
    FIELD(struct inspecting, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),   \
        FIELD(struct inspecting, inspected, .required = true, .low = 1, .high = 1e7,               \
              .unit = "vials", .help = "Vials that were looked at"),                               \
        FIELD(struct inspecting, rejects, .of = &reject_schema,                                    \
              .help = "Vials rejected, by what was seen"),                                         \
        FIELD(struct inspecting, first, .low = 0, .high = 1e7,                                     \
              .help = "First serial of the rejected; 0 for none"),                                 \
        FIELD(struct inspecting, last, .low = 0, .high = 1e7,                                      \
              .help = "Last serial of the rejected; 0 for none")
static const struct field inspecting_fields[] = {INSPECTING_FIELDS};
static const struct schema inspecting_input =
    SCHEMA("lot_inspect", struct inspecting, inspecting_fields);
static const struct field inspected_fields[] = {
    INSPECTING_FIELDS,
    FIELD(struct inspecting, rejected, .unit = "vials", .help = "Vials rejected"),
    FIELD(struct inspecting, rejected_percent, .unit = "%", .help = "Of those inspected"),
    FIELD(struct inspecting, derived, .of = &derived_schema, .help = "What was computed"),
    FIELD(struct inspecting, before, .of = &vial_range_schema,
          .help = "The rejected vials as they were"),
};
static const struct schema inspected_schema =
    SCHEMA("lot_inspected", struct inspecting, inspected_fields);

static int64_t reject_sum(const struct rows *rejects)
{
    int64_t sum = 0;
    for (size_t i = 0; i < rejects->count; i++)
        sum += ROWS(*rejects, const struct reject)[i].vials;
    return sum;
}

static bool check_inspected(struct work *work, const struct inspecting *given,
                            const struct lot *lot)
{
    if (lot->inspected_entry && lot->inspected_entry != work->amends)
        return refuse(&work->fault, FAULT_CONFLICT, "lot", "MF-11.inspection/1",
                      "The lot %s was inspected by entry %lld; correct that entry instead.",
                      lot->code, (long long)lot->inspected_entry);
    return given->inspected == lot->vials ||
           refuse(&work->fault, FAULT_RULE, "inspected", "MF-11.inspection/1",
                  "%lld vials were filled and %lld inspected; every vial is inspected once.",
                  (long long)lot->vials, (long long)given->inspected);
}

static bool check_rejected(struct work *work, const struct inspecting *given)
{
    int64_t sum = reject_sum(&given->rejects);
    int64_t serials = given->first ? given->last - given->first + 1 : 0;
    if (!given->first && given->last)
        return fail(&work->fault, FAULT_INPUT, "first",
                    "The last rejected serial is %lld and the first is not said; give both.",
                    (long long)given->last);
    return sum == serials ||
           refuse(&work->fault, FAULT_RULE, "rejects", "MF-11.rejects/1",
                  "%lld vials are rejected by reason and %lld by serial; correct one of them.",
                  (long long)sum, (long long)serials);
}

/* The ranges that hold the rejected serials, cut to them, so that the entry can be taken back. */
static bool note_before(struct work *work, struct inspecting *made)
{
    if (!vial_overlapping(work, made->lot, made->first, made->last, &made->before))
        return false;
    for (size_t i = 0; i < made->before.count; i++) {
        struct vial_range *range = &ROWS(made->before, struct vial_range)[i];
        range->first = range->first < made->first ? made->first : range->first;
        range->last = range->last > made->last ? made->last : range->last;
    }
    return true;
}

static bool inspect_judge(struct work *work, const void *input, void *body)
{
    const struct inspecting *given = input;
    struct inspecting *made = body;
    struct lot lot = {0};
    struct derivations list = derivations_open(work->arena);
    *made = *given;
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot") || !check_inspected(work, given, &lot) ||
        !check_rejected(work, given))
        return false;
    made->rejected = reject_sum(&given->rejects);
    made->rejected_percent =
        derived_number(work->arena, 100 * (double)made->rejected / (double)made->inspected);
    derivations_add(&list,
                    &(struct derived){"visual_rejects_percent", made->rejected_percent, .unit = "%",
                                      .formula = "rejects/1: 100 * rejected / inspected"});
    made->derived = list.rows;
    const struct vial_range asked = {.lot = given->lot,
                                     .first = given->first,
                                     .last = given->last,
                                     .state = "in_stock",
                                     .site = lot.site};
    return !given->first || (vial_check(work, &asked) && note_before(work, made));
}

static bool set_inspected(struct work *work, const struct inspecting *made, int64_t entry)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", made->lot, &lot))
        return false;
    lot.inspected_entry = entry;
    lot.vials_rejected = entry ? made->rejected : 0;
    lot.rejected_first = entry ? made->first : 0;
    lot.rejected_last = entry ? made->last : 0;
    return view_put(work, &lot_table, &lot);
}

static bool inspect_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct inspecting *made = body;
    const struct vial_range rejected = {.lot = made->lot,
                                        .first = made->first,
                                        .last = made->last,
                                        .state = "rejected",
                                        .site = entry->site,
                                        .entry = entry->seq};
    return set_inspected(work, made, entry->seq) && (!made->first || vial_change(work, &rejected));
}

static bool inspect_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct inspecting *made = body;
    return vial_return(work, &made->before, entry->seq) && set_inspected(work, made, 0);
}

struct reconciling {
    const char *lot;
    int64_t issued;
    int64_t used;
    int64_t spoiled;
    int64_t destroyed;
};
static const struct field reconciling_fields[] = {
    FIELD(struct reconciling, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct reconciling, issued, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels issued"),
    FIELD(struct reconciling, used, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels on vials"),
    FIELD(struct reconciling, spoiled, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels spoiled"),
    FIELD(struct reconciling, destroyed, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels destroyed unused"),
};
static const struct schema reconciling_schema =
    SCHEMA("lot_reconcile", struct reconciling, reconciling_fields);

static bool check_labels(struct work *work, const struct reconciling *given, const struct lot *lot)
{
    int64_t sum = given->used + given->spoiled + given->destroyed;
    int64_t passed = lot->vials - lot->vials_rejected;
    if (sum != given->issued)
        return refuse(&work->fault, FAULT_RULE, "issued", "MF-11.labels/1",
                      "%lld labels were issued, and used, spoiled and destroyed ones sum up to "
                      "%lld; find the others.",
                      (long long)given->issued, (long long)sum);
    return given->used == passed ||
           refuse(&work->fault, FAULT_RULE, "used", "MF-11.used/1",
                  "%lld vials passed the inspection and %lld labels were used; find the "
                  "difference.",
                  (long long)passed, (long long)given->used);
}

static bool reconcile_judge(struct work *work, const void *input, void *body)
{
    const struct reconciling *given = input;
    struct lot lot = {0};
    *(struct reconciling *)body = *given;
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot"))
        return false;
    if (lot.labels_entry && lot.labels_entry != work->amends)
        return refuse(&work->fault, FAULT_CONFLICT, "lot", "MF-11.labels/1",
                      "The labels of %s were reconciled by entry %lld; correct that entry instead.",
                      lot.code, (long long)lot.labels_entry);
    if (!lot.inspected_entry)
        return refuse(&work->fault, FAULT_RULE, "lot", "MF-11.inspection/1",
                      "The lot %s was not inspected; how many labels it needs is known "
                      "afterwards.",
                      lot.code);
    return check_labels(work, given, &lot);
}

static bool set_labels(struct work *work, const struct reconciling *given, int64_t entry)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", given->lot, &lot))
        return false;
    lot.labels_entry = entry;
    lot.labels_issued = given->issued;
    lot.labels_used = given->used;
    lot.labels_spoiled = given->spoiled;
    lot.labels_destroyed = given->destroyed;
    return view_put(work, &lot_table, &lot);
}

static bool reconcile_apply(struct work *work, const struct entry *entry, const void *body)
{
    return set_labels(work, body, entry->seq);
}

static bool reconcile_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct reconciling *given = body;
    const struct reconciling none = {.lot = given->lot};
    (void)entry;
    return set_labels(work, &none, 0);
}

const struct operation inspection_operations[INSPECTION_OPERATIONS] = {
    {.name = "lot.inspect",
     .method = "POST",
     .path = "/lots/{lot}/inspection",
     .summary = "Record the visual inspection of every vial; the rejected ones leave the stock.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &inspecting_input,
     .output = &inspected_schema,
     .subject = "lot",
     .judge = inspect_judge,
     .apply = inspect_apply,
     .retract = inspect_retract},
    {.name = "lot.reconcile_labels",
     .method = "POST",
     .path = "/lots/{lot}/labels/reconciliation",
     .summary = "Record where every label went: on a vial, spoiled or destroyed.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &reconciling_schema,
     .output = &reconciling_schema,
     .subject = "lot",
     .judge = reconcile_judge,
     .apply = reconcile_apply,
     .retract = reconcile_retract},
};
