/* pool.c: every microlitre of a pool came from a named harvest or is a named loss. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/pool.h"

#include "chain/link.h"
#include "manufacture/harvest.h"
#include "manufacture/product.h"
#include "manufacture/step.h"

#include <string.h>

const struct rule pool_rules[POOL_RULES] = {
    {"MF-03.balance/1", "Is the sum of the inputs the volume of the pool and the loss, exactly?",
     "投入量の合計はプール量と損失の和に一致するか。", "ASRM Rule Art. 1"},
    {"MF-03.drawn/1", "Is no more drawn from a harvest than it holds?",
     "収穫液の量を超えて使用していないか。", "ASRM Rule Art. 1"},
};

static const struct field pool_fields[] = {
    FIELD(struct pool, code, .help = "Code of the pool"),
    FIELD(struct pool, site, .help = "Site"),
    FIELD(struct pool, specification, .help = "Specification, code/version"),
    FIELD(struct pool, tissue, .help = "Source tissue"),
    FIELD(struct pool, donors, .help = "Donors, separated by blanks"),
    FIELD(struct pool, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct pool, volume_ul, .help = "Volume", .unit = "uL"),
    FIELD(struct pool, entry, .help = "Entry that says so"),
};
static const struct schema pool_schema = SCHEMA("pool", struct pool, pool_fields);
const struct table pool_table = {"pool", &pool_schema, "code", "", TABLE_VIEW};

struct pool_input {
    const char *harvest;
    int64_t volume_ul;
};
static const struct field input_fields[] = {
    FIELD(struct pool_input, harvest, .required = true, .code = true, .longest = 24,
          .help = "Harvest"),
    FIELD(struct pool_input, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Volume that went in"),
};
static const struct schema input_schema = SCHEMA("pool_input", struct pool_input, input_fields);

struct pooling {
    const char *code;
    const char *specification;
    struct rows inputs;
    int64_t volume_ul;
    int64_t loss_ul;
    const char *tissue;
    const char *donors;
    bool pool_of_donors;
};
static const struct field pooling_fields[] = {
    FIELD(struct pooling, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the pool"),
    FIELD(struct pooling, specification, .required = true, .code = true, .longest = 40,
          .help = "Specification, code/version"),
    FIELD(struct pooling, inputs, .required = true, .of = &input_schema,
          .help = "Harvests that went in"),
    FIELD(struct pooling, volume_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",
          .help = "Volume of the pool"),
    FIELD(struct pooling, loss_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",
          .help = "Volume that was lost"),
};
static const struct schema pooling_input = SCHEMA("pool_make", struct pooling, pooling_fields);
static const struct field made_fields[] = {
    FIELD(struct pooling, code, .help = "Code of the pool"),
    FIELD(struct pooling, specification, .help = "Specification, code/version"),
    FIELD(struct pooling, inputs, .of = &input_schema, .help = "Harvests that went in"),
    FIELD(struct pooling, volume_ul, .help = "Volume of the pool", .unit = "uL"),
    FIELD(struct pooling, loss_ul, .help = "Volume that was lost", .unit = "uL"),
    FIELD(struct pooling, tissue, .help = "Source tissue"),
    FIELD(struct pooling, donors, .help = "Donors, separated by blanks"),
    FIELD(struct pooling, pool_of_donors, .help = "More than one donor went in"),
};
static const struct schema made_schema = SCHEMA("pool_made", struct pooling, made_fields);

static bool check_input(struct work *work, const struct pool_input *input, const char *tissue,
                        struct text *donors)
{
    struct harvest harvest = {0};
    if (!view_need(work, &harvest_table, "inputs.harvest", input->harvest, &harvest) ||
        !operation_at_site(work, "inputs.harvest", harvest.site, "harvest") ||
        !step_same_tissue(work, "inputs.harvest", harvest.source_tissue, tissue, input->harvest) ||
        !step_unheld(work, "inputs.harvest", "harvest", input->harvest))
        return false;
    const struct draw draw = {"harvest", input->harvest, harvest.volume_ul, input->volume_ul,
                              "MF-03.drawn/1"};
    return step_left(work, "inputs.volume_ul", &draw) &&
           step_donors(work, link_name(work->arena, "harvest", input->harvest), donors);
}

static bool check_balance(struct work *work, const struct pooling *given)
{
    int64_t sum_ul = 0;
    for (size_t i = 0; i < given->inputs.count; i++)
        sum_ul += ROWS(given->inputs, const struct pool_input)[i].volume_ul;
    return sum_ul == given->volume_ul + given->loss_ul ||
           refuse(&work->fault, FAULT_RULE, "volume_ul", "MF-03.balance/1",
                  "The inputs sum up to %lld uL, and volume and loss to %lld uL; name the "
                  "difference.",
                  (long long)sum_ul, (long long)(given->volume_ul + given->loss_ul));
}

static bool make_judge(struct work *work, const void *input, void *body)
{
    const struct pooling *given = input;
    struct pooling *made = body;
    struct specification specification = {0};
    struct text donors = text_open(work->arena);
    const struct pool_input *inputs = given->inputs.items;
    *made = *given;
    if (!view_free(work, &pool_table, "code", given->code) ||
        !specification_need(work, "specification", given->specification, &specification))
        return false;
    for (size_t i = 0; i < given->inputs.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equals(inputs[i].harvest, inputs[j].harvest))
                return fail(&work->fault, FAULT_INPUT, "inputs.harvest",
                            "The harvest %s stands twice; give it once with the whole volume.",
                            inputs[i].harvest);
        if (!check_input(work, &inputs[i], specification.tissue, &donors))
            return false;
    }
    made->tissue = specification.tissue;
    made->donors = donors.length ? donors.bytes : NULL;
    made->pool_of_donors = donors.length && strchr(donors.bytes, ' ');
    return check_balance(work, given);
}

static bool make_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct pooling *given = body;
    const struct pool row = {.code = given->code,
                             .site = entry->site,
                             .specification = given->specification,
                             .tissue = given->tissue,
                             .donors = given->donors,
                             .pool_of_donors = given->pool_of_donors,
                             .volume_ul = given->volume_ul,
                             .entry = entry->seq};
    for (size_t i = 0; i < given->inputs.count; i++) {
        const struct pool_input *input = &ROWS(given->inputs, const struct pool_input)[i];
        const struct link link = {.child = link_name(work->arena, "pool", given->code),
                                  .parent = link_name(work->arena, "harvest", input->harvest),
                                  .amount = input->volume_ul,
                                  .unit = "uL",
                                  .entry = entry->seq};
        if (!link_tie(work, &link))
            return false;
    }
    return view_put(work, &pool_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &pool_table, page->after, page_limit(page), rows);
}

const struct operation pool_operations[POOL_OPERATIONS] = {
    {.name = "pool.make",
     .method = "POST",
     .path = "/pools",
     .summary = "Join harvests of the specified source tissue; inputs equal volume and loss.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &pooling_input,
     .output = &made_schema,
     .subject = "code",
     .judge = make_judge,
     .apply = make_apply},
    {.name = "pool.list",
     .method = "GET",
     .path = "/pools",
     .summary = "List the pools.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &pool_schema,
     .list = list_read},
};
