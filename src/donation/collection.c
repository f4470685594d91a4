/* collection.c: the six things that the maker checks on receipt of tissue (DN-03). */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/collection.h"

#include "chain/link.h"
#include "donation/donor.h"

static const char *const checks[] = {"passed", "open", NULL};

struct collection_record {
    const char *code;
    const char *donor;
    const char *institution;
    struct date collected_on;
    const char *screening_status;
    const char *collection_course;
    const char *transport_course;
    const char *other_items;
    int64_t volume_ul;
};
static const struct field record_fields[] = {
    FIELD(struct collection_record, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the tissue"),
    FIELD(struct collection_record, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct collection_record, institution, .required = true,
          .help = "Collecting institution"),
    FIELD(struct collection_record, collected_on, .required = true, .help = "Day of collection"),
    FIELD(struct collection_record, screening_status, .required = true, .choices = checks,
          .help = "Interview and first tests: passed, or open"),
    FIELD(struct collection_record, collection_course, .required = true, .longest = 400,
          .help = "Course of the collection work"),
    FIELD(struct collection_record, transport_course, .required = true, .longest = 400,
          .help = "Course of the transport"),
    FIELD(struct collection_record, other_items, .required = true, .longest = 400,
          .help = "What else quality needs to know, or none"),
    FIELD(struct collection_record, volume_ul, .required = true, .low = 0, .high = 1e10,
          .unit = "uL", .help = "Volume; 0 for what is counted in pieces"),
};
static const struct schema record_schema =
    SCHEMA("collection_record", struct collection_record, record_fields);

static const struct field collection_fields[] = {
    FIELD(struct collection, code, .help = "Code of the tissue"),
    FIELD(struct collection, donor, .help = "Donor"),
    FIELD(struct collection, site, .help = "Site that received it"),
    FIELD(struct collection, tissue, .help = "Source tissue"),
    FIELD(struct collection, collected_on, .help = "Day of collection"),
    FIELD(struct collection, volume_ul, .help = "Volume", .unit = "uL"),
    FIELD(struct collection, entry, .help = "Entry that says so"),
};
static const struct schema collection_schema =
    SCHEMA("collection", struct collection, collection_fields);
const struct table collection_table = {"collection", &collection_schema, "code", "donor",
                                       TABLE_VIEW};

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct collection_record *given = input;
    struct donor donor = {0};
    *(struct collection_record *)body = *given;
    return view_need(work, &donor_table, "donor", given->donor, &donor) &&
           operation_at_site(work, "donor", donor.site, "donor") &&
           view_free(work, &collection_table, "code", given->code);
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct collection_record *given = body;
    struct donor donor = {0};
    if (!view_need(work, &donor_table, "donor", given->donor, &donor))
        return false;
    const struct collection row = {
        .code = given->code,
        .donor = given->donor,
        .site = entry->site,
        .tissue = donor.tissue,
        .collected_on = given->collected_on,
        .volume_ul = given->volume_ul,
        .entry = entry->seq,
    };
    const struct link link = {
        .child = link_name(work->arena, "tissue", given->code),
        .parent = link_name(work->arena, "donor", given->donor),
        .amount = given->volume_ul,
        .unit = "uL",
        .entry = entry->seq,
    };
    return view_put(work, &collection_table, &row) && link_tie(work, &link);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &collection_table, page->after, page_limit(page), rows);
}

const struct operation collection_operations[COLLECTION_OPERATIONS] = {
    {.name = "collection.record",
     .method = "POST",
     .path = "/collections",
     .summary = "Record tissue that was collected from a donor and received.",
     .permission = PERMIT_DONOR_EXAMINE,
     .effect = RECORDS,
     .input = &record_schema,
     .output = &record_schema,
     .subject = "code",
     .judge = record_judge,
     .apply = record_apply},
    {.name = "collection.list",
     .method = "GET",
     .path = "/collections",
     .summary = "List the tissues that were received.",
     .permission = PERMIT_DONOR_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &collection_schema,
     .list = list_read},
};
