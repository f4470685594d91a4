/* lot_fill.c: a bulk becomes numbered vials in quarantine, and every microlitre is named. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/lot_fill.h"

#include "base/time.h"
#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/bulk.h"
#include "manufacture/gate.h"
#include "manufacture/harvest.h"
#include "manufacture/lot.h"
#include "manufacture/material.h"
#include "manufacture/material_bottle.h"
#include "manufacture/product.h"
#include "manufacture/step.h"
#include "manufacture/vial.h"

#include <string.h>

struct fill {
    const char *code;
    const char *bulk;
    const char *material;
    int64_t bottle;
    const char *specification;
    struct date filled_on;
    struct date expires_on;
    int64_t vials;
    int64_t volume_per_vial_ul;
    int64_t nominal_ul;
    int64_t volume_in_ul;
    int64_t priming_ul;
    int64_t end_of_line_ul;
    const char *vial_lot;
    const char *stopper_lot;
    struct instant started_at;
    struct instant ended_at;
    bool clearance_before;
    bool clearance_after;
    const char *kind;
    const char *tissue;
    bool pool_of_donors;
    struct fill_facts facts;
    struct rows findings;
    const char *equipment;
};
#define FILL_FIELDS                                                                                \
    FIELD(struct fill, equipment, .longest = 200,                                                  \
          .help = "Equipment of the step, codes separated by blanks"),                             \
        FIELD(struct fill, code, .required = true, .code = true, .longest = 24,                    \
              .help = "Code of the lot"),                                                          \
        FIELD(struct fill, bulk, .code = true, .longest = 24, .help = "Bulk that was filled"),     \
        FIELD(struct fill, material, .code = true, .longest = 24,                                  \
              .help = "For a vehicle: lot of the buffer that was filled instead of a bulk"),       \
        FIELD(struct fill, bottle, .low = 0, .high = 1e6,                                          \
              .help = "For a vehicle: number of the bottle of buffer"),                            \
        FIELD(struct fill, specification, .required = true, .code = true, .longest = 40,           \
              .help = "Specification, code/version"),                                              \
        FIELD(struct fill, filled_on, .required = true, .help = "Day of filling"),                 \
        FIELD(struct fill, expires_on,                                                             \
              .help = "Last usable day, if it is to be earlier than the signed shelf life says"),  \
        FIELD(struct fill, vials, .required = true, .low = 1, .high = 1e7, .unit = "vials",        \
              .help = "Vials filled"),                                                             \
        FIELD(struct fill, volume_per_vial_ul, .required = true, .low = 1, .high = 1e7,            \
              .unit = "uL", .help = "Volume in each vial"),                                        \
        FIELD(struct fill, nominal_ul, .low = 0, .high = 1e7, .unit = "uL",                        \
              .help = "Volume that the label names"),                                              \
        FIELD(struct fill, volume_in_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",   \
              .help = "Volume that was taken for filling"),                                        \
        FIELD(struct fill, priming_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",     \
              .help = "Volume that primed the line"),                                              \
        FIELD(struct fill, end_of_line_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL", \
              .help = "Volume that was left in the line"),                                         \
        FIELD(struct fill, vial_lot, .required = true, .code = true, .longest = 40,                \
              .help = "Lot of the vials"),                                                         \
        FIELD(struct fill, stopper_lot, .required = true, .code = true, .longest = 40,             \
              .help = "Lot of the stoppers"),                                                      \
        FIELD(struct fill, started_at, .required = true, .help = "When the fill began"),           \
        FIELD(struct fill, ended_at, .required = true, .help = "When the fill ended"),             \
        FIELD(struct fill, clearance_before, .required = true,                                     \
              .help = "The line was cleared before the fill"),                                     \
        FIELD(struct fill, clearance_after, .required = true,                                      \
              .help = "The line was cleared after the fill")
static const struct field fill_fields[] = {FILL_FIELDS};
static const struct schema fill_input = SCHEMA("lot_fill", struct fill, fill_fields);
static const struct field filled_fields[] = {
    FILL_FIELDS,
    FIELD(struct fill, kind, .help = "product or vehicle"),
    FIELD(struct fill, tissue, .help = "Source tissue"),
    FIELD(struct fill, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct fill, facts, .of = &fill_facts_schema, .help = "What the rules were asked about"),
    FIELD(struct fill, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema filled_schema = SCHEMA("lot_filled", struct fill, filled_fields);

static bool check_sums(struct work *work, const struct fill *given)
{
    int64_t volume_ul =
        given->vials * given->volume_per_vial_ul + given->priming_ul + given->end_of_line_ul;
    return volume_ul == given->volume_in_ul ||
           refuse(&work->fault, FAULT_RULE, "volume_in_ul", "MF-11.balance/1",
                  "%lld uL were taken, and vials, priming and end of line hold %lld uL; name the "
                  "difference.",
                  (long long)given->volume_in_ul, (long long)volume_ul);
}

static bool check_times(struct work *work, const struct fill *given)
{
    int64_t day = 0;
    if (given->ended_at.usec < given->started_at.usec || given->ended_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "ended_at",
                    "A fill ends after it began and not in the future; correct its times.");
    return (date_parse(given->filled_on.text, &day) &&
            day == day_of_instant(given->started_at.usec, work->zone_minutes)) ||
           fail(&work->fault, FAULT_INPUT, "filled_on",
                "The fill began on another day than filled_on says; correct one of them.");
}

static bool is_vehicle(const struct specification *specification)
{
    return text_equals(specification->product_class, "placebo_vehicle");
}

static bool check_made_for(struct work *work, const struct fill *given, const struct bulk *bulk,
                           const struct specification *specification)
{
    if (!given->bulk == !given->material)
        return refuse(&work->fault, FAULT_RULE, "bulk", "PR-01.source/1",
                      "A lot is filled from a bulk or, as a vehicle, from a buffer; give one of "
                      "the two.");
    bool fits = given->material ? is_vehicle(specification)
                                : text_equals(bulk->specification, given->specification);
    return fits || refuse(&work->fault, FAULT_RULE, "specification", "PR-01.specification/1",
                          "%s was not made for %s; fill it for its own specification.",
                          given->bulk ? given->bulk : given->material, given->specification);
}

static bool take_bulk(struct work *work, struct fill *filled,
                      const struct specification *specification)
{
    struct bulk bulk = {0};
    if (!view_need(work, &bulk_table, "bulk", filled->bulk, &bulk) ||
        !operation_at_site(work, "bulk", bulk.site, "bulk") ||
        !step_same_tissue(work, "specification", bulk.tissue, specification->tissue,
                          filled->bulk) ||
        !check_made_for(work, filled, &bulk, specification) ||
        !step_unheld(work, "bulk", "bulk", filled->bulk) ||
        !harvest_came_first(work, "filled_on", link_name(work->arena, "bulk", filled->bulk),
                            &filled->filled_on))
        return false;
    const struct draw draw = {"bulk", filled->bulk, bulk.volume_ul - bulk.sampled_ul,
                              filled->volume_in_ul, "MF-11.drawn/1"};
    filled->kind = "product";
    filled->tissue = bulk.tissue;
    filled->pool_of_donors = bulk.pool_of_donors;
    return step_left(work, "volume_in_ul", &draw);
}

/* What the fill of a vehicle draws: one bottle of buffer that no cells were near. */
static struct material_draw draw_of(struct work *work, const struct fill *filled)
{
    struct rows *uses = arena_take(work->arena, sizeof *uses);
    struct material_use *use = arena_take(work->arena, sizeof *use);
    *use = (struct material_use){filled->material, filled->bottle, filled->volume_in_ul};
    *uses = (struct rows){1, use};
    return (struct material_draw){.field = "material", .uses = uses, .used_on = filled->filled_on};
}

static bool take_material(struct work *work, struct fill *filled,
                          const struct specification *specification)
{
    struct material material = {0};
    const struct material_draw draw = draw_of(work, filled);
    int64_t drawn_ul = 0;
    if (!check_made_for(work, filled, NULL, specification) ||
        !view_need(work, &material_table, "material", filled->material, &material))
        return false;
    if (!text_equals(material.kind, "buffer"))
        return refuse(&work->fault, FAULT_RULE, "material", "PR-01.source/1",
                      "A vehicle is filled from a buffer, and %s is a %s; name the buffer.",
                      filled->material, material.kind);
    filled->kind = "vehicle";
    filled->tissue = specification->tissue;
    return material_check(work, &draw, &drawn_ul);
}

static bool set_expiry(struct work *work, struct fill *filled,
                       const struct specification *specification)
{
    struct fill_facts *facts = &filled->facts;
    facts->shelf_life_months = specification->shelf_life_months;
    if (!facts->shelf_life_months.known &&
        !setting_count(work, "shelf_life_months", &facts->shelf_life_months))
        return false;
    facts->clearance_before = filled->clearance_before;
    facts->clearance_after = filled->clearance_after;
    facts->filled_on = filled->filled_on;
    facts->last_usable_day =
        last_usable_day(work->arena, filled->filled_on, facts->shelf_life_months);
    if (!filled->expires_on.text)
        filled->expires_on = facts->last_usable_day;
    facts->expires_on = filled->expires_on;
    fill_judge(work->arena, facts, &filled->findings);
    return findings_allow(work->arena, &work->fault, "expires_on", &filled->findings,
                          "The lot cannot be filled so");
}

static bool fill_lot(struct work *work, const void *input, void *body)
{
    const struct fill *given = input;
    struct fill *filled = body;
    struct specification specification = {0};
    *filled = *given;
    if (!view_free(work, &lot_table, "code", given->code) ||
        !specification_need(work, "specification", given->specification, &specification) ||
        !step_day(work, "filled_on", &given->filled_on) || !check_times(work, given))
        return false;
    if (given->expires_on.text && strcmp(given->expires_on.text, given->filled_on.text) <= 0)
        return fail(&work->fault, FAULT_INPUT, "expires_on",
                    "The field expires_on must lie after filled_on; correct one of them.");
    return check_sums(work, given) &&
           (given->bulk && !given->material ? take_bulk(work, filled, &specification)
                                            : take_material(work, filled, &specification)) &&
           set_expiry(work, filled, &specification);
}

static bool fill_signed_on(struct work *work, const void *input, void *body)
{
    const struct fill *given = input;
    return fill_lot(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool fill_again(struct work *work, const void *body, struct rows *findings)
{
    const struct fill *filled = body;
    fill_judge(work->arena, &filled->facts, findings);
    return true;
}

static bool fill_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct fill *given = body;
    const struct lot lot = {.code = given->code,
                            .site = entry->site,
                            .kind = given->kind,
                            .bulk = given->bulk,
                            .material = given->material,
                            .specification = given->specification,
                            .tissue = given->tissue,
                            .pool_of_donors = given->pool_of_donors,
                            .filled_on = given->filled_on,
                            .expires_on = given->expires_on,
                            .vials = given->vials,
                            .volume_per_vial_ul = given->volume_per_vial_ul,
                            .volume_in_ul = given->volume_in_ul,
                            .priming_ul = given->priming_ul,
                            .end_of_line_ul = given->end_of_line_ul,
                            .status = "quarantine",
                            .entry = entry->seq};
    const char *made = link_name(work->arena, "lot", given->code);
    const struct material_draw draw = draw_of(work, given);
    const struct link link = {.child = made,
                              .parent = link_name(work->arena, "bulk", given->bulk),
                              .amount = given->volume_in_ul,
                              .unit = "uL",
                              .entry = entry->seq};
    return view_put(work, &lot_table, &lot) &&
           (given->bulk ? link_tie(work, &link) : material_take(work, &draw, made, entry->seq)) &&
           vial_fill(work, given->code, given->vials, entry->site, entry->seq);
}

const struct operation lot_fill_operations[LOT_FILL_OPERATIONS] = {
    {.name = "lot.fill",
     .method = "POST",
     .path = "/lots",
     .summary = "Fill a bulk, or a vehicle's buffer, into numbered vials; volumes must close.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &fill_input,
     .output = &filled_schema,
     .subject = "code",
     .judge = fill_signed_on,
     .apply = fill_apply,
     .judge_again = fill_again},
};
