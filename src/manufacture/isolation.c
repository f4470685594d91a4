/* isolation.c: what was fed is retentate, permeate or hold-up, exactly. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/isolation.h"

#include "chain/link.h"
#include "manufacture/pool.h"
#include "manufacture/step.h"

static const char volume_factor_formula[] = "volume_factor/1: fed_ul / retentate_ul";

const struct rule isolation_rules[ISOLATION_RULES] = {
    {"MF-09.balance/1", "Is what was fed the sum of retentate, permeate and hold-up, exactly?",
     "供給量は保持液・透過液・残留量の和に一致するか。", "ASRM Rule Art. 99"},
    {"MF-09.drawn/1", "Is no more fed than the pool has left?",
     "プールの残量を超えて供給していないか。", "ASRM Rule Art. 99"},
};

static const struct field isolation_fields[] = {
    FIELD(struct isolation, code, .help = "Code of the membrane step"),
    FIELD(struct isolation, site, .help = "Site"),
    FIELD(struct isolation, pool, .help = "Pool"),
    FIELD(struct isolation, specification, .help = "Specification of the pool"),
    FIELD(struct isolation, tissue, .help = "Source tissue"),
    FIELD(struct isolation, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct isolation, fed_ul, .help = "Volume fed", .unit = "uL"),
    FIELD(struct isolation, retentate_ul, .help = "Volume kept back", .unit = "uL"),
    FIELD(struct isolation, volume_factor, .help = "Volume fed over volume kept back"),
    FIELD(struct isolation, entry, .help = "Entry that says so"),
};
static const struct schema isolation_schema =
    SCHEMA("isolation", struct isolation, isolation_fields);
const struct table isolation_table = {"isolation", &isolation_schema, "code", "pool", TABLE_VIEW};

struct concentration {
    const char *code;
    const char *pool;
    int64_t fed_ul;
    int64_t retentate_ul;
    int64_t permeate_ul;
    int64_t holdup_ul;
    int64_t cutoff_kda;
    const char *membrane_lot;
    const char *specification;
    const char *tissue;
    bool pool_of_donors;
    struct real volume_factor;
    const char *volume_factor_formula;
};
static const struct field concentration_fields[] = {
    FIELD(struct concentration, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the membrane step"),
    FIELD(struct concentration, pool, .required = true, .code = true, .longest = 24,
          .help = "Pool that was fed"),
    FIELD(struct concentration, fed_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",
          .help = "Volume fed"),
    FIELD(struct concentration, retentate_ul, .required = true, .low = 1, .high = 1e12,
          .unit = "uL", .help = "Volume kept back"),
    FIELD(struct concentration, permeate_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",
          .help = "Volume that passed"),
    FIELD(struct concentration, holdup_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",
          .help = "Volume that stayed in the device"),
    FIELD(struct concentration, cutoff_kda, .required = true, .low = 1, .high = 1e5, .unit = "kDa",
          .help = "Nominal cut-off of the membrane"),
    FIELD(struct concentration, membrane_lot, .required = true, .code = true, .longest = 40,
          .help = "Lot of the membrane"),
};
static const struct schema concentration_input =
    SCHEMA("isolation_concentrate", struct concentration, concentration_fields);
static const struct field concentrated_fields[] = {
    FIELD(struct concentration, code, .help = "Code of the membrane step"),
    FIELD(struct concentration, pool, .help = "Pool that was fed"),
    FIELD(struct concentration, fed_ul, .help = "Volume fed", .unit = "uL"),
    FIELD(struct concentration, retentate_ul, .help = "Volume kept back", .unit = "uL"),
    FIELD(struct concentration, permeate_ul, .help = "Volume that passed", .unit = "uL"),
    FIELD(struct concentration, holdup_ul, .help = "Volume in the device", .unit = "uL"),
    FIELD(struct concentration, cutoff_kda, .help = "Nominal cut-off", .unit = "kDa"),
    FIELD(struct concentration, membrane_lot, .help = "Lot of the membrane"),
    FIELD(struct concentration, specification, .help = "Specification of the pool"),
    FIELD(struct concentration, tissue, .help = "Source tissue"),
    FIELD(struct concentration, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct concentration, volume_factor, .help = "Volume fed over volume kept back"),
    FIELD(struct concentration, volume_factor_formula, .help = "How the factor was computed"),
};
static const struct schema concentrated_schema =
    SCHEMA("isolation_concentrated", struct concentration, concentrated_fields);

static bool check_balance(struct work *work, const struct concentration *given)
{
    int64_t sum_ul = given->retentate_ul + given->permeate_ul + given->holdup_ul;
    return sum_ul == given->fed_ul ||
           refuse(&work->fault, FAULT_RULE, "fed_ul", "MF-09.balance/1",
                  "%lld uL were fed, and retentate, permeate and hold-up sum up to %lld uL; name "
                  "the difference.",
                  (long long)given->fed_ul, (long long)sum_ul);
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
        !step_unheld(work, "pool", "pool", given->pool))
        return false;
    const struct draw draw = {"pool", given->pool, pool.volume_ul, given->fed_ul, "MF-09.drawn/1"};
    made->specification = pool.specification;
    made->tissue = pool.tissue;
    made->pool_of_donors = pool.pool_of_donors;
    made->volume_factor = real_of(work->arena, (double)given->fed_ul / (double)given->retentate_ul);
    made->volume_factor_formula = volume_factor_formula;
    return check_balance(work, given) && step_left(work, "fed_ul", &draw);
}

static bool concentrate_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct concentration *given = body;
    const struct isolation row = {.code = given->code,
                                  .site = entry->site,
                                  .pool = given->pool,
                                  .specification = given->specification,
                                  .tissue = given->tissue,
                                  .pool_of_donors = given->pool_of_donors,
                                  .fed_ul = given->fed_ul,
                                  .retentate_ul = given->retentate_ul,
                                  .volume_factor = given->volume_factor,
                                  .entry = entry->seq};
    const struct link link = {.child = link_name(work->arena, "isolation", given->code),
                              .parent = link_name(work->arena, "pool", given->pool),
                              .amount = given->fed_ul,
                              .unit = "uL",
                              .entry = entry->seq};
    return view_put(work, &isolation_table, &row) && link_tie(work, &link);
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
     .judge = concentrate_judge,
     .apply = concentrate_apply},
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
