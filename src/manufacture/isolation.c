/* isolation.c: what was fed is retentate, permeate or hold-up, exactly. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/isolation.h"

#include "base/time.h"
#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/gate.h"
#include "manufacture/material.h"
#include "manufacture/pool.h"
#include "manufacture/step.h"

static const struct field isolation_fields[] = {
    FIELD(struct isolation, code, .help = "Code of the membrane step"),
    FIELD(struct isolation, site, .help = "Site"),
    FIELD(struct isolation, pool, .help = "Pool"),
    FIELD(struct isolation, specification, .help = "Specification of the pool"),
    FIELD(struct isolation, tissue, .help = "Source tissue"),
    FIELD(struct isolation, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct isolation, fed_ul, .help = "Volume fed", .unit = "uL"),
    FIELD(struct isolation, diafiltration_ul, .help = "Buffer that was added", .unit = "uL"),
    FIELD(struct isolation, retentate_ul, .help = "Volume kept back", .unit = "uL"),
    FIELD(struct isolation, permeate_ul, .help = "Volume that passed", .unit = "uL"),
    FIELD(struct isolation, holdup_ul, .help = "Volume that stayed in the device", .unit = "uL"),
    FIELD(struct isolation, feed_particles_per_ml, .help = "Count of the feed", .unit = "1/ml"),
    FIELD(struct isolation, retentate_particles_per_ml, .help = "Count of the retentate",
          .unit = "1/ml"),
    FIELD(struct isolation, feed_protein_ug_per_ml, .help = "Protein of the feed", .unit = "ug/ml"),
    FIELD(struct isolation, retentate_protein_ug_per_ml, .help = "Protein of the retentate",
          .unit = "ug/ml"),
    FIELD(struct isolation, permeate_protein_ug_per_ml, .help = "Protein of the permeate",
          .unit = "ug/ml"),
    FIELD(struct isolation, count_uncertainty_percent, .help = "Uncertainty of one count, k = 1",
          .unit = "%"),
    FIELD(struct isolation, volume_factor, .help = "Volume fed over volume kept back, computed"),
    FIELD(struct isolation, unmet, .help = "Rules that it did not meet"),
    FIELD(struct isolation, entry, .help = "Entry that says so"),
};
static const struct schema isolation_schema =
    SCHEMA("isolation", struct isolation, isolation_fields);
const struct table isolation_table = {"isolation", &isolation_schema, "code", "pool", TABLE_VIEW};

static const char *const integrities[] = {"passed", "failed", "not_done", NULL};

struct concentration {
    const char *code;
    const char *pool;
    int64_t fed_ul;
    int64_t retentate_ul;
    int64_t permeate_ul;
    int64_t holdup_ul;
    const char *diafiltration_lot;
    int64_t diafiltration_ul;
    int64_t cutoff_kda;
    const char *membrane_lot;
    int64_t membrane_use_count;
    const char *membrane_maker;
    const char *membrane_material;
    struct count membrane_area_cm2;
    struct count flush_ul;
    const char *integrity_before;
    const char *integrity_after;
    struct real feed_flow_ml_per_min;
    struct real pressure_start_kpa;
    struct real pressure_end_kpa;
    struct count minutes;
    struct real feed_particles_per_ml;
    struct real retentate_particles_per_ml;
    struct real feed_protein_ug_per_ml;
    struct real retentate_protein_ug_per_ml;
    struct real permeate_protein_ug_per_ml;
    const char *specification;
    const char *tissue;
    bool pool_of_donors;
    struct real volume_factor;
    struct real count_uncertainty_percent;
    struct rows derived;
    struct isolation_facts facts;
    struct rows findings;
    const char *unmet;
    const char *equipment;
};
#define CONCENTRATION_FIELDS                                                                       \
    FIELD(struct concentration, equipment, .longest = 200,                                         \
          .help = "Equipment of the step, codes separated by blanks"),                             \
        FIELD(struct concentration, code, .required = true, .code = true, .longest = 24,           \
              .help = "Code of the membrane step"),                                                \
        FIELD(struct concentration, pool, .required = true, .code = true, .longest = 24,           \
              .help = "Pool that was fed"),                                                        \
        FIELD(struct concentration, fed_ul, .required = true, .low = 1, .high = 1e12,              \
              .unit = "uL", .help = "Volume fed"),                                                 \
        FIELD(struct concentration, retentate_ul, .required = true, .low = 1, .high = 1e12,        \
              .unit = "uL", .help = "Volume kept back"),                                           \
        FIELD(struct concentration, permeate_ul, .required = true, .low = 0, .high = 1e12,         \
              .unit = "uL", .help = "Volume that passed"),                                         \
        FIELD(struct concentration, holdup_ul, .required = true, .low = 0, .high = 1e12,           \
              .unit = "uL", .help = "Volume that stayed in the device"),                           \
        FIELD(struct concentration, diafiltration_lot, .code = true, .longest = 40,                \
              .help = "Lot of the buffer that was added"),                                         \
        FIELD(struct concentration, diafiltration_ul, .low = 0, .high = 1e12, .unit = "uL",        \
              .help = "Volume of the buffer that was added"),                                      \
        FIELD(struct concentration, cutoff_kda, .required = true, .low = 1, .high = 1e5,           \
              .unit = "kDa", .help = "Nominal cut-off of the membrane"),                           \
        FIELD(struct concentration, membrane_lot, .required = true, .code = true, .longest = 40,   \
              .help = "Lot of the membrane"),                                                      \
        FIELD(struct concentration, membrane_use_count, .required = true, .low = 1, .high = 1000,  \
              .help = "Which use of the membrane this is; 1 for the first"),                       \
        FIELD(struct concentration, membrane_maker, .help = "Maker of the membrane"),              \
        FIELD(struct concentration, membrane_material, .help = "Material of the membrane"),        \
        FIELD(struct concentration, membrane_area_cm2, .low = 1, .high = 1e7, .unit = "cm2",       \
              .help = "Area of the membrane"),                                                     \
        FIELD(struct concentration, flush_ul, .low = 0, .high = 1e10, .unit = "uL",                \
              .help = "Volume of the flush before use"),                                           \
        FIELD(struct concentration, integrity_before, .choices = integrities,                      \
              .help = "Integrity test before use"),                                                \
        FIELD(struct concentration, integrity_after, .choices = integrities,                       \
              .help = "Integrity test after use"),                                                 \
        FIELD(struct concentration, feed_flow_ml_per_min, .low = 0, .high = 1e6, .unit = "ml/min", \
              .help = "Flow of the feed"),                                                         \
        FIELD(struct concentration, pressure_start_kpa, .low = 0, .high = 1e4, .unit = "kPa",      \
              .help = "Pressure over the membrane at the start"),                                  \
        FIELD(struct concentration, pressure_end_kpa, .low = 0, .high = 1e4, .unit = "kPa",        \
              .help = "Pressure over the membrane at the end"),                                    \
        FIELD(struct concentration, minutes, .low = 0, .high = 1e5, .unit = "min",                 \
              .help = "How long it took"),                                                         \
        FIELD(struct concentration, feed_particles_per_ml, .required = true, .low = 0,             \
              .high = 1e15, .unit = "1/ml", .help = "Particle count of the feed"),                 \
        FIELD(struct concentration, retentate_particles_per_ml, .required = true, .low = 0,        \
              .high = 1e15, .unit = "1/ml", .help = "Particle count of the retentate"),            \
        FIELD(struct concentration, feed_protein_ug_per_ml, .low = 0, .high = 1e6,                 \
              .unit = "ug/ml", .help = "Protein of the feed"),                                     \
        FIELD(struct concentration, retentate_protein_ug_per_ml, .low = 0, .high = 1e6,            \
              .unit = "ug/ml", .help = "Protein of the retentate"),                                \
        FIELD(struct concentration, permeate_protein_ug_per_ml, .low = 0, .high = 1e6,             \
              .unit = "ug/ml", .help = "Protein of the permeate")
static const struct field concentration_fields[] = {CONCENTRATION_FIELDS};
static const struct schema concentration_input =
    SCHEMA("isolation_concentrate", struct concentration, concentration_fields);
static const struct field concentrated_fields[] = {
    CONCENTRATION_FIELDS,
    FIELD(struct concentration, specification, .help = "Specification of the pool"),
    FIELD(struct concentration, tissue, .help = "Source tissue"),
    FIELD(struct concentration, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct concentration, count_uncertainty_percent, .unit = "%",
          .help = "Signed uncertainty of one count, k = 1"),
    FIELD(struct concentration, volume_factor, .help = "Volume fed over volume kept back"),
    FIELD(struct concentration, derived, .of = &derived_schema,
          .help = "What was computed from the measured values"),
    FIELD(struct concentration, facts, .of = &isolation_facts_schema,
          .help = "What the rules were asked about"),
    FIELD(struct concentration, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct concentration, unmet, .help = "Rules that it did not meet"),
};
static const struct schema concentrated_schema =
    SCHEMA("isolation_concentrated", struct concentration, concentrated_fields);

static bool check_balance(struct work *work, const struct concentration *given)
{
    int64_t out_ul = given->retentate_ul + given->permeate_ul + given->holdup_ul;
    int64_t in_ul = given->fed_ul + given->diafiltration_ul;
    return out_ul == in_ul ||
           refuse(&work->fault, FAULT_RULE, "fed_ul", "MF-09.balance/1",
                  "%lld uL were fed and added, and retentate, permeate and hold-up sum up to %lld "
                  "uL; name the difference.",
                  (long long)in_ul, (long long)out_ul);
}

/* Buffer that goes in is a material like any other. */
static bool check_buffer(struct work *work, const struct concentration *given)
{
    const struct date today = {
        date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes))};
    if (!given->diafiltration_lot != !given->diafiltration_ul)
        return fail(&work->fault, FAULT_INPUT,
                    given->diafiltration_ul ? "diafiltration_lot" : "diafiltration_ul",
                    "Lot and volume of the buffer that was added belong together; give both.");
    return !given->diafiltration_lot ||
           material_in_date(work, "diafiltration_lot", given->diafiltration_lot, &today);
}

static struct isolation row_of(const struct concentration *given)
{
    return (struct isolation){
        .code = given->code,
        .pool = given->pool,
        .specification = given->specification,
        .tissue = given->tissue,
        .pool_of_donors = given->pool_of_donors,
        .fed_ul = given->fed_ul,
        .diafiltration_ul = given->diafiltration_ul,
        .retentate_ul = given->retentate_ul,
        .permeate_ul = given->permeate_ul,
        .holdup_ul = given->holdup_ul,
        .feed_particles_per_ml = given->feed_particles_per_ml,
        .retentate_particles_per_ml = given->retentate_particles_per_ml,
        .feed_protein_ug_per_ml = given->feed_protein_ug_per_ml,
        .retentate_protein_ug_per_ml = given->retentate_protein_ug_per_ml,
        .permeate_protein_ug_per_ml = given->permeate_protein_ug_per_ml,
        .count_uncertainty_percent = given->count_uncertainty_percent,
        .volume_factor = given->volume_factor,
        .unmet = given->unmet,
    };
}

static bool derive(struct work *work, struct concentration *made)
{
    struct isolation_figures figures;
    if (!setting_real(work, "count_uncertainty_percent", &made->count_uncertainty_percent) ||
        !setting_real(work, "membrane_yield_least_percent", &made->facts.yield_least_percent))
        return false;
    const struct isolation measured = row_of(made);
    isolation_derive(work->arena, &measured, &figures);
    made->derived = isolation_list_figures(work->arena, &figures);
    made->volume_factor = figures.volume_factor;
    made->facts.particles_fed = figures.particles_fed;
    made->facts.particles_retentate = figures.particles_retentate;
    made->facts.integrity_before = made->integrity_before;
    made->facts.integrity_after = made->integrity_after;
    isolation_judge(work->arena, &made->facts, &made->findings);
    return step_judged(work, "retentate_particles_per_ml", &made->findings, &made->unmet);
}

static bool concentrate_judge(struct work *work, const void *input, void *body)
{
    const struct concentration *given = input;
    struct concentration *made = body;
    struct pool pool = {0};
    *made = *given;
    if (!view_free(work, &isolation_table, "code", given->code) ||
        !view_need(work, &pool_table, "pool", given->pool, &pool) ||
        !operation_at_site(work, "pool", pool.site, "pool") ||
        !step_unheld(work, "pool", "pool", given->pool) ||
        !step_conforms(work, "pool", given->pool, pool.unmet))
        return false;
    const struct draw draw = {"pool", given->pool, pool.volume_ul - pool.sampled_ul, given->fed_ul,
                              "MF-09.drawn/1"};
    made->specification = pool.specification;
    made->tissue = pool.tissue;
    made->pool_of_donors = pool.pool_of_donors;
    return check_balance(work, given) && check_buffer(work, given) &&
           step_left(work, "fed_ul", &draw) && derive(work, made);
}

static bool concentrate_signed_on(struct work *work, const void *input, void *body)
{
    const struct concentration *given = input;
    return concentrate_judge(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool concentrate_again(struct work *work, const void *body, struct rows *findings)
{
    const struct concentration *made = body;
    isolation_judge(work->arena, &made->facts, findings);
    return true;
}

static bool concentrate_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct concentration *given = body;
    struct isolation row = row_of(given);
    row.site = entry->site;
    row.entry = entry->seq;
    const struct link link = {.child = link_name(work->arena, "isolation", given->code),
                              .parent = link_name(work->arena, "pool", given->pool),
                              .amount = given->fed_ul,
                              .unit = "uL",
                              .entry = entry->seq};
    const struct link buffer = {.child = link.child,
                                .parent =
                                    link_name(work->arena, "material", given->diafiltration_lot),
                                .amount = given->diafiltration_ul,
                                .unit = "uL",
                                .entry = entry->seq};
    return view_put(work, &isolation_table, &row) && link_tie(work, &link) &&
           (!given->diafiltration_lot || link_tie(work, &buffer));
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &isolation_table, page->after, page_limit(page), rows);
}

const struct operation isolation_operations[ISOLATION_OPERATIONS] = {
    {.name = "isolation.concentrate",
     .method = "POST",
     .path = "/isolations",
     .summary = "Record a membrane step; what was fed equals retentate, permeate and hold-up.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &concentration_input,
     .output = &concentrated_schema,
     .subject = "code",
     .judge = concentrate_signed_on,
     .apply = concentrate_apply,
     .judge_again = concentrate_again},
    {.name = "isolation.list",
     .method = "GET",
     .path = "/isolations",
     .summary = "List the membrane steps.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &isolation_schema,
     .list = list_read},
};
