/* bulk.c: a filtrate, or a part of one, under the code that the lot is filled from. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bulk.h"

#include "chain/link.h"
#include "manufacture/filter.h"
#include "manufacture/step.h"

static const struct field bulk_fields[] = {
    FIELD(struct bulk, code, .help = "Code of the bulk"),
    FIELD(struct bulk, site, .help = "Site"),
    FIELD(struct bulk, filter, .help = "Filtration that it comes from"),
    FIELD(struct bulk, specification, .help = "Specification of the pool"),
    FIELD(struct bulk, tissue, .help = "Source tissue"),
    FIELD(struct bulk, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct bulk, volume_ul, .help = "Volume taken of the filtrate", .unit = "uL"),
    FIELD(struct bulk, sampled_ul, .help = "Volume sampled of it", .unit = "uL"),
    FIELD(struct bulk, entry, .help = "Entry that says so"),
};
static const struct schema bulk_schema = SCHEMA("bulk", struct bulk, bulk_fields);
const struct table bulk_table = {"bulk", &bulk_schema, "code", "filter", TABLE_VIEW};

struct bulking {
    const char *code;
    const char *filter;
    int64_t volume_ul;
    int64_t sample_ul;
    const char *specification;
    const char *tissue;
    bool pool_of_donors;
};
#define BULKING_FIELDS                                                                             \
    FIELD(struct bulking, code, .required = true, .code = true, .longest = 24,                     \
          .help = "Code of the bulk"),                                                             \
        FIELD(struct bulking, filter, .required = true, .code = true, .longest = 24,               \
              .help = "Filtration that it comes from"),                                            \
        FIELD(struct bulking, volume_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",   \
              .help = "Volume taken of the filtrate, samples included"),                           \
        FIELD(struct bulking, sample_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",   \
              .help = "Volume sampled of the bulk")
static const struct field bulking_fields[] = {BULKING_FIELDS};
static const struct schema bulking_input = SCHEMA("bulk_take", struct bulking, bulking_fields);
static const struct field bulked_fields[] = {
    BULKING_FIELDS,
    FIELD(struct bulking, specification, .help = "Specification of the pool"),
    FIELD(struct bulking, tissue, .help = "Source tissue"),
    FIELD(struct bulking, pool_of_donors, .help = "More than one donor went in"),
};
static const struct schema bulked_schema = SCHEMA("bulk_taken", struct bulking, bulked_fields);

static bool take_judge(struct work *work, const void *input, void *body)
{
    const struct bulking *given = input;
    struct bulking *taken = body;
    struct filter filter = {0};
    *taken = *given;
    if (!view_free(work, &bulk_table, "code", given->code) ||
        !view_need(work, &filter_table, "filter", given->filter, &filter) ||
        !operation_at_site(work, "filter", filter.site, "filtration") ||
        !step_unheld(work, "filter", "filter", given->filter) ||
        !step_conforms(work, "filter", given->filter, filter.unmet))
        return false;
    const struct draw draw = {"filter", given->filter, filter.out_ul, given->volume_ul,
                              "MF-10.drawn/1"};
    taken->specification = filter.specification;
    taken->tissue = filter.tissue;
    taken->pool_of_donors = filter.pool_of_donors;
    if (given->sample_ul >= given->volume_ul)
        return fail(&work->fault, FAULT_INPUT, "sample_ul",
                    "The sample leaves nothing of the bulk to be filled; correct one of them.");
    return step_left(work, "volume_ul", &draw);
}

static bool take_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct bulking *given = body;
    const struct bulk row = {.code = given->code,
                             .site = entry->site,
                             .filter = given->filter,
                             .specification = given->specification,
                             .tissue = given->tissue,
                             .pool_of_donors = given->pool_of_donors,
                             .volume_ul = given->volume_ul,
                             .sampled_ul = given->sample_ul,
                             .entry = entry->seq};
    const struct link link = {.child = link_name(work->arena, "bulk", given->code),
                              .parent = link_name(work->arena, "filter", given->filter),
                              .amount = given->volume_ul,
                              .unit = "uL",
                              .entry = entry->seq};
    return view_put(work, &bulk_table, &row) && link_tie(work, &link);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &bulk_table, page->after, page_limit(page), rows);
}

const struct operation bulk_operations[BULK_OPERATIONS] = {
    {.name = "bulk.take",
     .method = "POST",
     .path = "/bulks",
     .summary = "Name a filtrate, or a part of one, as the bulk that is filled.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &bulking_input,
     .output = &bulked_schema,
     .subject = "code",
     .judge = take_judge,
     .apply = take_apply},
    {.name = "bulk.list",
     .method = "GET",
     .path = "/bulks",
     .summary = "List the bulks.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &bulk_schema,
     .list = list_read},
};
