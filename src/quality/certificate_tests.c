/* certificate_tests.c: from results, figures and the release to printed words. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/certificate_tests.h"

#include "base/time.h"
#include "chain/record.h"
#include "manufacture/balance.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "manufacture/vial.h"
#include "quality/assay.h"
#include "quality/figure.h"
#include "quality/wording.h"

#include <stdlib.h>
#include <string.h>

/* A value that does not count any more is shown to every digit that was measured. */
enum { FIRST_VALUE_DIGITS = 6 };

static const char *print_result(struct arena *arena, const struct assay_result *result)
{
    if (result->outcome)
        return result->outcome;
    if (!assay_stands(result) && !result->reported)
        return figure_print(arena, &result->value, FIRST_VALUE_DIGITS);
    return result->reported ? result->reported : figure_entered(arena, &result->value);
}

/* Markers one by one, and numbers such as the mode beside a size share. */
static bool print_beside(struct work *work, const struct assay_result *result, const char **beside)
{
    struct rows rows;
    struct text text = text_open(work->arena);
    if (!view_list(work, &assay_companion_table, "code", value_text(result->code), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct assay_companion *row = &ROWS(rows, const struct assay_companion)[i];
        text_print(&text, "%s%s %s%s%s", i ? ", " : "",
                   wording_of(work->arena, row->name, WORDING_EN),
                   figure_entered(work->arena, &row->value), row->unit ? " " : "",
                   row->unit ? row->unit : "");
    }
    *beside = text.length ? text.bytes : NULL;
    return true;
}

/* Interim readings and stability pulls are no results of the lot at release. */
static bool is_printed(const struct assay_result *result)
{
    return result->annulled || assay_stands(result) || text_equals(result->standing, "invalidated");
}

static bool add_test(struct work *work, const struct lot *lot, const struct assay_result *result,
                     struct certificate_test *test)
{
    struct specification_limit limit = {0};
    struct journal journal = {0};
    bool limited = false;
    struct arena *arena = work->arena;
    if (!specification_limit_find(work, lot->specification, result->attribute, &limit, &limited) ||
        !journal_read(work, result->entry, &journal))
        return false;
    *test = (struct certificate_test){
        .attribute = result->attribute,
        .code = result->code,
        .method = result->method,
        .result = print_result(arena, result),
        .unit = result->unit,
        .uncertainty =
            result->uncertainty.text ? figure_entered(arena, &result->uncertainty) : NULL,
        .loq = result->loq.text ? figure_entered(arena, &result->loq) : NULL,
        .limit = limited ? specification_limit_print(arena, &limit) : NULL,
        .decision_rule = limited ? limit.decision_rule : NULL,
        .verdict = result->verdict,
        .standing = result->annulled ? "amended" : result->standing,
        .reason = result->reason,
        .read_on = result->read_on.text
                       ? result->read_on.text
                       : date_print(arena, day_of_instant(journal.at.usec, work->zone_minutes)),
    };
    return print_beside(work, result, &test->beside);
}

/* As the list of printed names has them; of one attribute the result that stands comes first. */
static int compare(const void *one, const void *other)
{
    const struct certificate_test *a = one;
    const struct certificate_test *b = other;
    const int rank = wording_rank(a->attribute) - wording_rank(b->attribute);
    if (rank)
        return rank;
    const bool a_stands = text_equals(a->standing, "standing");
    const bool b_stands = text_equals(b->standing, "standing");
    if (a_stands != b_stands)
        return a_stands ? -1 : 1;
    return strcmp(a->code, b->code);
}

static bool gather_tests(struct work *work, const struct lot *lot, struct rows *tests)
{
    struct rows results;
    if (!view_list(work, &assay_result_table, "lot", value_text(lot->code), &results))
        return false;
    struct certificate_test *items = arena_take(work->arena, results.count * sizeof *items + 1);
    *tests = (struct rows){0, items};
    for (size_t i = 0; i < results.count; i++) {
        const struct assay_result *result = &ROWS(results, const struct assay_result)[i];
        if (is_printed(result) && !add_test(work, lot, result, &items[tests->count++]))
            return false;
    }
    if (tests->count)
        qsort(items, tests->count, sizeof *items, compare);
    return true;
}

static void add_figure(struct rows *figures, const char *name, const char *value,
                       const char *uncertainty)
{
    ROWS(*figures, struct certificate_figure)
    [figures->count++] = (struct certificate_figure){name, value, uncertainty};
}

static bool gather_figures(struct work *work, const char *lot, struct rows *figures)
{
    struct lot_figures known = {0};
    struct arena *arena = work->arena;
    *figures = (struct rows){0, arena_take(arena, 8 * sizeof(struct certificate_figure))};
    if (!balance_figures(work, lot, &known))
        return false;
    if (known.volume_factor.text)
        add_figure(figures, "volume_factor", figure_fixed(arena, &known.volume_factor, 2), NULL);
    if (known.particle_factor.text)
        add_figure(figures, "particle_factor", figure_fixed(arena, &known.particle_factor, 2),
                   known.particle_factor_uncertainty.text
                       ? figure_fixed(arena, &known.particle_factor_uncertainty, 2)
                       : NULL);
    if (known.retention.text)
        add_figure(figures, "retention", figure_print(arena, &known.retention, 4), NULL);
    return true;
}

static bool gather_release(struct work *work, const struct certificate_order *order,
                           struct certificate_data *data)
{
    struct entry entry;
    const char *hash = NULL;
    bool found = false;
    int zone = 0;
    if (!ledger_read(work, order->release, &entry, &hash, &found))
        return false;
    if (!found || !zone_parse(entry.zone, &zone))
        return fail(&work->fault, FAULT_STORAGE, "release",
                    "The release of %s cannot be read back; run exoledger verify.", order->lot);
    const struct signature *signature = entry.signatures.items;
    const bool is_signed = entry.signatures.count > 0;
    data->release_hash = hash;
    data->released_by = is_signed ? signature->account : entry.actor;
    data->released_by_name = is_signed ? signature->name : entry.actor;
    data->released_at = instant_print_zone(work->arena, entry.at.usec, zone);
    return true;
}

static bool count_stock(struct work *work, const char *lot, int64_t *vials)
{
    struct rows balance;
    *vials = 0;
    if (!vial_balance(work, lot, &balance))
        return false;
    for (size_t i = 0; i < balance.count; i++)
        if (text_equals(ROWS(balance, const struct vial_balance)[i].state, "in_stock"))
            *vials += ROWS(balance, const struct vial_balance)[i].vials;
    return true;
}

static bool gather_potency(struct work *work, const char *lot, const char **potency)
{
    struct assay_result result = {0};
    bool found = false;
    if (!assay_standing(work, lot, "potency", &result, &found))
        return false;
    *potency = found && text_equals(result.verdict, "met") ? result.code : "none";
    return true;
}

bool certificate_gather(struct work *work, const struct certificate_order *order,
                        struct certificate_data *data)
{
    struct lot lot = {0};
    struct specification specification = {0};
    struct site site = {0};
    if (!view_need(work, &lot_table, "lot", order->lot, &lot) ||
        !specification_need(work, "lot", lot.specification, &specification) ||
        !view_need(work, &site_table, "lot", lot.site, &site))
        return false;
    *data = (struct certificate_data){
        .code = order->code,
        .record = work->record->identifier,
        .release_entry = order->release,
        .lot = lot.code,
        .kind = lot.kind,
        .product = specification.code,
        .product_class = specification.product_class,
        .specification = lot.specification,
        .tissue = lot.tissue,
        .maker = site.name,
        .filled_on = lot.filled_on.text,
        .expires_on = lot.expires_on.text,
        .vials_made = lot.vials,
        .volume_per_vial_ul = lot.volume_per_vial_ul,
    };
    return gather_release(work, order, data) && gather_tests(work, &lot, &data->tests) &&
           gather_figures(work, lot.code, &data->figures) &&
           gather_potency(work, lot.code, &data->potency) &&
           count_stock(work, lot.code, &data->vials_released);
}
