/* collection.c: the six things that the maker checks on receipt of tissue (DN-03). */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/collection.h"

#include "base/time.h"
#include "chain/person.h"
#include "contract/hold.h"
#include "donation/donor.h"
#include "donation/tested_person.h"

#include <stdlib.h>
#include <string.h>

static const char *const checks[] = {"passed", "open", NULL};

struct collection_record {
    const char *code;
    const char *donor;
    const char *institution;
    const char *collected_by;
    struct date collected_on;
    const char *screening_status;
    const char *collection_course;
    const char *transport_course;
    const char *other_items;
    int64_t volume_ul;
    int64_t pieces;
    struct count age_years;
    const char *tested_person_asked;
};
static const struct field record_fields[] = {
    FIELD(struct collection_record, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the tissue"),
    FIELD(struct collection_record, donor, .required = true, .code = true, .longest = 24,
          .help = "Donor"),
    FIELD(struct collection_record, institution, .required = true,
          .help = "Collecting institution"),
    FIELD(struct collection_record, collected_by, .code = true, .longest = 24,
          .help = "Account of the collecting physician or dentist"),
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
    FIELD(struct collection_record, pieces, .low = 0, .high = 1000,
          .help = "Pieces, as of teeth; 0 for what is measured by volume"),
};
static const struct schema record_schema =
    SCHEMA("collection_record", struct collection_record, record_fields);

static const struct field recorded_fields[] = {
    FIELD(struct collection_record, code, .help = "Code of the tissue"),
    FIELD(struct collection_record, donor, .help = "Donor"),
    FIELD(struct collection_record, institution, .help = "Collecting institution"),
    FIELD(struct collection_record, collected_by, .help = "Collecting physician or dentist"),
    FIELD(struct collection_record, collected_on, .help = "Day of collection"),
    FIELD(struct collection_record, screening_status, .help = "Interview and first tests"),
    FIELD(struct collection_record, collection_course, .help = "Course of the collection work"),
    FIELD(struct collection_record, transport_course, .help = "Course of the transport"),
    FIELD(struct collection_record, other_items, .help = "What else quality needs to know"),
    FIELD(struct collection_record, volume_ul, .unit = "uL", .help = "Volume"),
    FIELD(struct collection_record, pieces, .help = "Pieces"),
    FIELD(struct collection_record, age_years, .unit = "years",
          .help = "Age of the donor on that day, computed"),
    FIELD(struct collection_record, tested_person_asked,
          .help = "Who has to be tested by the signed facts: donor or birth_mother"),
};
static const struct schema recorded_schema =
    SCHEMA("collection_recorded", struct collection_record, recorded_fields);

#define COLLECTION_COLUMNS                                                                         \
    FIELD(struct collection, code, .help = "Code of the tissue"),                                  \
        FIELD(struct collection, donor, .help = "Donor"),                                          \
        FIELD(struct collection, site, .help = "Site that received it"),                           \
        FIELD(struct collection, tissue, .help = "Source tissue"),                                 \
        FIELD(struct collection, collected_on, .help = "Day of collection"),                       \
        FIELD(struct collection, volume_ul, .help = "Volume", .unit = "uL"),                       \
        FIELD(struct collection, pieces, .help = "Pieces"),                                        \
        FIELD(struct collection, age_years, .help = "Age of the donor then", .unit = "years"),     \
        FIELD(struct collection, tested_person_asked, .help = "Who has to be tested"),             \
        FIELD(struct collection, microbes,                                                         \
              .help = "Microbial test: not_detected, detected or not_done"),                       \
        FIELD(struct collection, entry, .help = "Entry that says so"),                             \
        FIELD(struct collection, microbes_entry, .help = "Entry of the microbial test, or 0")

static const struct field collection_fields[] = {COLLECTION_COLUMNS};
static const struct schema collection_schema =
    SCHEMA("collection", struct collection, collection_fields);
const struct table collection_table = {"collection", &collection_schema, "code", "donor",
                                       TABLE_VIEW};

static const struct field shown_fields[] = {
    COLLECTION_COLUMNS,
    FIELD(struct collection, status,
          .help = "quarantine until the donor is signed as eligible, usable, held or rejected"),
};
static const struct schema shown_schema =
    SCHEMA("collection_shown", struct collection, shown_fields);

bool collection_newest(struct work *work, const char *donor, struct collection *collection,
                       bool *found)
{
    struct rows rows;
    if (!view_list(work, &collection_table, "donor", value_text(donor), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct collection *row = &ROWS(rows, const struct collection)[i];
        if (!i || strcmp(row->collected_on.text, collection->collected_on.text) > 0)
            *collection = *row;
    }
    *found = rows.count > 0;
    return true;
}

/* Only what the rules need is kept of a birth date: whole years, and who has to be tested. */
static bool find_age(struct work *work, const struct donor *donor, struct collection_record *made)
{
    struct tested_person_question question = {.tissue = donor->tissue};
    const char *birth_date = NULL;
    bool erased = false;
    int64_t born = 0;
    int64_t day = 0;
    if (!person_open(work, "birth_date", donor->birth_date, &birth_date, &erased))
        return false;
    if (!erased && date_parse(birth_date, &born) && date_parse(made->collected_on.text, &day)) {
        if (day < born)
            return fail(&work->fault, FAULT_INPUT, "collected_on",
                        "The day in collected_on lies before the donor's birth; correct it.");
        question.age_days = (struct count){true, day - born};
        made->age_years = (struct count){
            true, strtoll(made->collected_on.text, NULL, 10) - strtoll(birth_date, NULL, 10) -
                      (strcmp(made->collected_on.text + 4, birth_date + 4) < 0)};
    }
    return tested_person_gather(work, &question) &&
           ((made->tested_person_asked = tested_person_asked(&question)), true);
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct collection_record *given = input;
    struct collection_record *made = body;
    struct donor donor = {0};
    struct account physician = {0};
    *made = *given;
    return donor_need(work, given->donor, &donor) &&
           donor_check_day(work, "collected_on", given->collected_on) &&
           (!given->collected_by ||
            view_need(work, &account_table, "collected_by", given->collected_by, &physician)) &&
           view_free(work, &collection_table, "code", given->code) && find_age(work, &donor, made);
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
        .pieces = given->pieces,
        .age_years = given->age_years,
        .tested_person_asked = given->tested_person_asked,
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

/* Asked, not kept: a decision or a hold elsewhere changes it without an entry here. */
static bool tell_status(struct work *work, struct collection *row)
{
    struct donor donor = {0};
    struct rows holds;
    if (!view_need(work, &donor_table, "donor", row->donor, &donor) ||
        !hold_stopping(work, link_name(work->arena, "tissue", row->code), &holds))
        return false;
    row->status = holds.count                                 ? "held"
                  : text_equals(donor.decision, "ineligible") ? "rejected"
                  : text_equals(donor.decision, "eligible")   ? "usable"
                                                              : "quarantine";
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    if (!view_page(work, &collection_table, page->after, page_limit(page), rows))
        return false;
    for (size_t i = 0; i < rows->count; i++)
        if (!tell_status(work, &ROWS(*rows, struct collection)[i]))
            return false;
    return true;
}

const struct operation collection_operations[COLLECTION_OPERATIONS] = {
    {.name = "collection.record",
     .method = "POST",
     .path = "/collections",
     .summary = "Record tissue that was collected from a donor and received.",
     .permission = PERMIT_DONOR_EXAMINE,
     .effect = RECORDS,
     .input = &record_schema,
     .output = &recorded_schema,
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
     .output = &shown_schema,
     .list = list_read},
};
