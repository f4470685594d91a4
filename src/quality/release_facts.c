/* release_facts.c: what the record knows about a lot on the day of its release. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/release.h"

#include "chain/link.h"
#include "contract/hold.h"
#include "donation/donor.h"
#include "manufacture/balance.h"
#include "manufacture/environment.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "manufacture/vial.h"
#include "quality/assay.h"
#include "quality/deviation.h"
#include "quality/oos.h"
#include "quality/sample.h"

static const struct field test_fields[] = {
    FIELD(struct release_test, attribute, .help = "What the specification limits"),
    FIELD(struct release_test, verdict, .help = "Of the result that stands"),
    FIELD(struct release_test, interim, .help = "Assay that is not read to its end"),
    FIELD(struct release_test, demand, .help = "What the limit demands of the measurement"),
};
static const struct schema test_schema = SCHEMA("release_test", struct release_test, test_fields);
static const struct field donor_fields[] = {
    FIELD(struct release_donor, donor, .help = "Donor"),
    FIELD(struct release_donor, decision, .help = "eligible or ineligible, once signed"),
};
static const struct schema donor_schema =
    SCHEMA("release_donor", struct release_donor, donor_fields);
static const struct field figure_fields[] = {
    FIELD(struct release_figure, name, .help = "Figure"),
    FIELD(struct release_figure, value, .help = "Computed value"),
    FIELD(struct release_figure, uncertainty, .help = "Its uncertainty, k = 1"),
};
static const struct schema figure_schema =
    SCHEMA("release_figure", struct release_figure, figure_fields);
static const struct field facts_fields[] = {
    FIELD(struct release_facts, kind, .help = "product or vehicle"),
    FIELD(struct release_facts, report, .help = "received, once the production report is signed"),
    FIELD(struct release_facts, tests, .of = &test_schema, .help = "One per limit"),
    FIELD(struct release_facts, donors, .of = &donor_schema, .help = "Donors of the lot"),
    FIELD(struct release_facts, holds, .help = "Open holds on the lot and what it came from"),
    FIELD(struct release_facts, makers, .help = "Accounts that made it"),
    FIELD(struct release_facts, releaser, .help = "Account that releases"),
    FIELD(struct release_facts, today, .help = "Day of the decision"),
    FIELD(struct release_facts, expires_on, .help = "Last usable day"),
    FIELD(struct release_facts, oos, .help = "Open investigations of results, or none"),
    FIELD(struct release_facts, deviations, .help = "Open critical deviations, or none"),
    FIELD(struct release_facts, environment, .help = "Sessions that were not read, or none"),
    FIELD(struct release_facts, environment_failed, .help = "Sessions beyond a limit, or none"),
    FIELD(struct release_facts, inspected, .help = "inspected, once every vial was looked at"),
    FIELD(struct release_facts, labels, .help = "reconciled, once every label is accounted for"),
    FIELD(struct release_facts, reserve, .of = &reserve_facts_schema, .help = "Reserve and need"),
    FIELD(struct release_facts, figures, .of = &figure_schema, .help = "Of the process"),
};
const struct schema release_facts_schema =
    SCHEMA("release_facts", struct release_facts, facts_fields);

static void note_use(struct rows *used, int64_t entry)
{
    struct use *uses = used->items;
    for (size_t i = 0; i < used->count; i++)
        if (uses[i].entry == entry)
            return;
    if (entry)
        uses[used->count++].entry = entry;
}

/* used has room for one entry per result. */
static bool gather_tests(struct work *work, const struct lot *lot, const struct rows *results,
                         struct rows *tests, struct rows *used)
{
    struct rows limits;
    if (!view_list(work, &specification_limit_table, "specification",
                   value_text(lot->specification), &limits))
        return false;
    struct release_test *items = arena_take(work->arena, limits.count * sizeof *items + 1);
    *tests = (struct rows){limits.count, items};
    for (size_t i = 0; i < limits.count; i++) {
        const struct specification_limit *limit =
            &ROWS(limits, const struct specification_limit)[i];
        items[i].attribute = limit->attribute;
        items[i].demand = specification_limit_demand(work->arena, limit);
        for (size_t j = 0; j < results->count; j++) {
            const struct assay_result *result = &ROWS(*results, const struct assay_result)[j];
            if (result->annulled || !text_equals(result->attribute, items[i].attribute))
                continue;
            if (text_equals(result->standing, "interim") && !items[i].verdict)
                items[i].interim = result->code;
            if (!assay_stands(result))
                continue;
            items[i].interim = NULL;
            items[i].demand = NULL;
            items[i].verdict = result->verdict;
            note_use(used, result->entry);
        }
    }
    return true;
}

/* used has room for one entry per donor. */
static bool gather_donors(struct work *work, const char **codes, size_t count, struct rows *donors,
                          struct rows *used)
{
    struct release_donor *items = arena_take(work->arena, count * sizeof *items + 1);
    *donors = (struct rows){count, items};
    for (size_t i = 0; i < count; i++) {
        struct donor donor = {0};
        if (!view_need(work, &donor_table, "donor", codes[i], &donor))
            return false;
        items[i] = (struct release_donor){donor.code, donor.decision};
        note_use(used, donor.decided_entry);
    }
    return true;
}

static void add_figure(struct rows *figures, const char *name, const struct real *value,
                       const struct real *uncertainty)
{
    if (value->text)
        ROWS(*figures, struct release_figure)
    [figures->count++] =
        (struct release_figure){name, *value, uncertainty ? *uncertainty : (struct real){0}};
}

/* The count that the vials hold after their one thaw; unknown until one stands. */
static struct real thawed_count(const struct rows *results)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct assay_result *result = &ROWS(*results, const struct assay_result)[i];
        if (assay_stands(result) && text_equals(result->attribute, "particles_per_ml"))
            return result->value;
    }
    return (struct real){0};
}

static bool gather_figures(struct work *work, const char *lot, const struct rows *results,
                           struct rows *figures)
{
    struct lot_figures known = {0};
    *figures = (struct rows){0, arena_take(work->arena, 8 * sizeof(struct release_figure))};
    if (!balance_figures(work, lot, &known))
        return false;
    add_figure(figures, "pool_closure_percent", &known.pool_closure_percent, NULL);
    add_figure(figures, "membrane_yield_percent", &known.membrane_yield_percent, NULL);
    add_figure(figures, "volume_factor", &known.volume_factor, NULL);
    add_figure(figures, "particle_factor", &known.particle_factor,
               &known.particle_factor_uncertainty);
    add_figure(figures, "retention", &known.retention, NULL);
    add_figure(figures, "filter_recovery_percent", &known.filter_recovery_percent, NULL);
    add_figure(figures, "visual_rejects_percent", &known.visual_rejects_percent, NULL);
    const struct real loss =
        balance_thaw_loss(work->arena, known.bulk_particles_per_ml, thawed_count(results));
    add_figure(figures, "thaw_loss_percent", &loss, NULL);
    return true;
}

static bool gather_open(struct work *work, const char *lot, struct release_facts *facts)
{
    struct rows holds;
    if (!hold_stopping(work, link_name(work->arena, "lot", lot), &holds))
        return false;
    facts->holds = (struct count){true, (int64_t)holds.count};
    return oos_open_codes(work, lot, &facts->oos) &&
           deviation_open_critical(work, lot, &facts->deviations) &&
           environment_pending(work, lot, &facts->environment) &&
           environment_failed(work, lot, &facts->environment_failed) &&
           reserve_gather(work, lot, &facts->reserve);
}

/* The reserve rests on the plan that says what the tests need, and on each setting aside of it. */
static void gather_reserve_used(const struct rows *uses, const struct rows *ranges,
                                struct rows *used)
{
    for (size_t i = 0; i < uses->count; i++)
        note_use(used, ROWS(*uses, const struct sample_use)[i].entry);
    for (size_t i = 0; i < ranges->count; i++)
        if (text_equals(ROWS(*ranges, const struct vial_range)[i].purpose, "reserve"))
            note_use(used, ROWS(*ranges, const struct vial_range)[i].entry);
}

static void fill_lot(const struct lot *lot, struct release_facts *facts)
{
    facts->kind = lot->kind;
    facts->report = lot->reported_entry ? "received" : NULL;
    facts->expires_on = lot->expires_on;
    facts->inspected = lot->inspected_entry ? "inspected" : NULL;
    facts->labels = lot_labels_close(lot) ? "reconciled" : NULL;
}

bool release_gather(struct work *work, const struct release_question *question,
                    struct release_facts *facts, struct rows *used)
{
    struct lot lot = {0};
    struct rows results;
    struct rows uses;
    struct rows ranges;
    const char *words = NULL;
    size_t count = 0;
    *facts = (struct release_facts){.releaser = question->releaser, .today = {question->today}};
    if (!view_need(work, &lot_table, "lot", question->lot, &lot) ||
        !view_list(work, &assay_result_table, "lot", value_text(lot.code), &results) ||
        !view_list(work, &sample_use_table, "lot", value_text(lot.code), &uses) ||
        !view_list(work, &vial_table, "lot", value_text(lot.code), &ranges) ||
        !lot_makers(work, lot.code, &facts->makers) || !lot_donors(work, lot.code, &words))
        return false;
    const char **codes = text_split(work->arena, words, ' ', &count);
    const size_t room = results.count + count + uses.count + ranges.count + 3;
    *used = (struct rows){0, arena_take(work->arena, room * sizeof(struct use))};
    fill_lot(&lot, facts);
    note_use(used, lot.reported_entry);
    note_use(used, lot.inspected_entry);
    note_use(used, lot.labels_entry);
    gather_reserve_used(&uses, &ranges, used);
    return gather_tests(work, &lot, &results, &facts->tests, used) &&
           gather_donors(work, codes, count, &facts->donors, used) &&
           gather_open(work, lot.code, facts) &&
           gather_figures(work, lot.code, &results, &facts->figures);
}
