/* culture.c: what a thaw hands on to the culture, and what forbids it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/culture.h"

#include "chain/link.h"
#include "manufacture/bank.h"
#include "manufacture/step.h"

static const struct field culture_fields[] = {
    FIELD(struct culture, code, .help = "Code of the culture"),
    FIELD(struct culture, site, .help = "Site"),
    FIELD(struct culture, bank, .help = "Bank"),
    FIELD(struct culture, bank_vial, .help = "Vial of the bank"),
    FIELD(struct culture, source_tissue, .help = "Source tissue"),
    FIELD(struct culture, passage, .help = "Passage at thaw"),
    FIELD(struct culture, doublings, .help = "Cumulative population doublings at thaw"),
    FIELD(struct culture, thawed_at, .help = "Time of thaw"),
    FIELD(struct culture, viable_cells, .help = "Viable cells after thaw", .unit = "cells"),
    FIELD(struct culture, medium_lot, .help = "Lot of the medium"),
    FIELD(struct culture, entry, .help = "Entry that says so"),
};
static const struct schema culture_schema = SCHEMA("culture", struct culture, culture_fields);
const struct table culture_table = {"culture", &culture_schema, "code", "bank", TABLE_VIEW};

struct thaw {
    const char *code;
    const char *bank;
    int64_t bank_vial;
    struct instant thawed_at;
    int64_t viable_cells;
    const char *medium_lot;
    const char *source_tissue;
    struct age_facts facts;
    struct rows findings;
};
static const struct field thaw_fields[] = {
    FIELD(struct thaw, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the culture"),
    FIELD(struct thaw, bank, .required = true, .code = true, .longest = 24, .help = "Bank"),
    FIELD(struct thaw, bank_vial, .required = true, .low = 1, .high = 1e6,
          .help = "Vial of the bank"),
    FIELD(struct thaw, thawed_at, .required = true, .help = "Time of thaw"),
    FIELD(struct thaw, viable_cells, .required = true, .low = 0, .high = 1e12, .unit = "cells",
          .help = "Viable cells after thaw"),
    FIELD(struct thaw, medium_lot, .required = true, .code = true, .longest = 40,
          .help = "Lot of the medium"),
};
static const struct schema thaw_input = SCHEMA("culture_thaw", struct thaw, thaw_fields);
static const struct field started_fields[] = {
    FIELD(struct thaw, code, .help = "Code of the culture"),
    FIELD(struct thaw, bank, .help = "Bank"),
    FIELD(struct thaw, bank_vial, .help = "Vial of the bank"),
    FIELD(struct thaw, thawed_at, .help = "Time of thaw"),
    FIELD(struct thaw, viable_cells, .help = "Viable cells after thaw", .unit = "cells"),
    FIELD(struct thaw, medium_lot, .help = "Lot of the medium"),
    FIELD(struct thaw, source_tissue, .help = "Source tissue"),
    FIELD(struct thaw, facts, .of = &age_facts_schema, .help = "Age of the cells, and limits"),
    FIELD(struct thaw, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema started_schema = SCHEMA("culture_started", struct thaw, started_fields);

static bool start_judge(struct work *work, const void *input, void *body)
{
    const struct thaw *given = input;
    struct thaw *started = body;
    struct bank bank = {0};
    *started = *given;
    if (!view_free(work, &culture_table, "code", given->code) ||
        !bank_thaw_check(work, given->bank, given->bank_vial, &bank) ||
        !bank_thaw_time(work, given->thawed_at, &bank))
        return false;
    started->source_tissue = bank.source_tissue;
    started->facts = (struct age_facts){.passage = bank.passage, .doublings = bank.doublings};
    if (!age_gather(work, &started->facts))
        return false;
    age_judge(work->arena, &started->facts, &started->findings);
    return findings_allow(work->arena, &work->fault, "bank", &started->findings,
                          "The cells of the bank are too old to be thawed");
}

static bool start_again(struct work *work, const void *body, struct rows *findings)
{
    const struct thaw *started = body;
    age_judge(work->arena, &started->facts, findings);
    return true;
}

static bool start_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct thaw *given = body;
    const struct culture row = {.code = given->code,
                                .site = entry->site,
                                .bank = given->bank,
                                .bank_vial = given->bank_vial,
                                .source_tissue = given->source_tissue,
                                .passage = given->facts.passage,
                                .doublings = given->facts.doublings,
                                .thawed_at = given->thawed_at,
                                .viable_cells = given->viable_cells,
                                .medium_lot = given->medium_lot,
                                .entry = entry->seq};
    return view_put(work, &culture_table, &row) &&
           bank_thaw(work, given->bank, given->bank_vial,
                     link_name(work->arena, "culture", given->code), entry->seq);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &culture_table, page->after, page_limit(page), rows);
}

const struct operation culture_operations[CULTURE_OPERATIONS] = {
    {.name = "culture.start",
     .method = "POST",
     .path = "/cultures",
     .summary = "Thaw one vial of a bank, once, and start a culture.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .witness = PERMIT_BANK_COUNTERSIGN,
     .input = &thaw_input,
     .output = &started_schema,
     .subject = "code",
     .judge = start_judge,
     .apply = start_apply,
     .judge_again = start_again},
    {.name = "culture.list",
     .method = "GET",
     .path = "/cultures",
     .summary = "List the cultures.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &culture_schema,
     .list = list_read},
};
