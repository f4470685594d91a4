/* harvest.c: the age of the cells is asked again at each harvest. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/harvest.h"

#include "base/time.h"
#include "chain/link.h"
#include "manufacture/culture.h"
#include "manufacture/step.h"

static const struct field harvest_fields[] = {
    FIELD(struct harvest, code, .help = "Code of the harvest"),
    FIELD(struct harvest, site, .help = "Site"),
    FIELD(struct harvest, culture, .help = "Culture"),
    FIELD(struct harvest, source_tissue, .help = "Source tissue"),
    FIELD(struct harvest, harvested_on, .help = "Day of harvest"),
    FIELD(struct harvest, volume_ul, .help = "Clarified volume", .unit = "uL"),
    FIELD(struct harvest, passage, .help = "Passage"),
    FIELD(struct harvest, doublings, .help = "Cumulative population doublings"),
    FIELD(struct harvest, viable_cells, .help = "Viable cells at harvest", .unit = "cells"),
    FIELD(struct harvest, viability_percent, .help = "Viability at harvest", .unit = "%"),
    FIELD(struct harvest, entry, .help = "Entry that says so"),
};
static const struct schema harvest_schema = SCHEMA("harvest", struct harvest, harvest_fields);
const struct table harvest_table = {"harvest", &harvest_schema, "code", "culture", TABLE_VIEW};

struct reaping {
    const char *code;
    const char *culture;
    struct date harvested_on;
    int64_t volume_ul;
    int64_t passage;
    struct real doublings;
    int64_t viable_cells;
    struct real viability_percent;
    const char *source_tissue;
    struct age_facts facts;
    struct rows findings;
};
static const struct field reaping_fields[] = {
    FIELD(struct reaping, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the harvest"),
    FIELD(struct reaping, culture, .required = true, .code = true, .longest = 24,
          .help = "Culture"),
    FIELD(struct reaping, harvested_on, .required = true, .help = "Day of harvest"),
    FIELD(struct reaping, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Clarified volume"),
    FIELD(struct reaping, passage, .required = true, .low = 0, .high = 1000, .help = "Passage"),
    FIELD(struct reaping, doublings, .required = true, .low = 0, .high = 1000,
          .help = "Cumulative population doublings"),
    FIELD(struct reaping, viable_cells, .required = true, .low = 0, .high = 1e14, .unit = "cells",
          .help = "Viable cells at harvest"),
    FIELD(struct reaping, viability_percent, .required = true, .low = 0, .high = 100, .unit = "%",
          .help = "Viability at harvest"),
};
static const struct schema reaping_input = SCHEMA("harvest_record", struct reaping, reaping_fields);
static const struct field reaped_fields[] = {
    FIELD(struct reaping, code, .help = "Code of the harvest"),
    FIELD(struct reaping, culture, .help = "Culture"),
    FIELD(struct reaping, harvested_on, .help = "Day of harvest"),
    FIELD(struct reaping, volume_ul, .help = "Clarified volume", .unit = "uL"),
    FIELD(struct reaping, passage, .help = "Passage"),
    FIELD(struct reaping, doublings, .help = "Cumulative population doublings"),
    FIELD(struct reaping, viable_cells, .help = "Viable cells at harvest", .unit = "cells"),
    FIELD(struct reaping, viability_percent, .help = "Viability at harvest", .unit = "%"),
    FIELD(struct reaping, source_tissue, .help = "Source tissue"),
    FIELD(struct reaping, facts, .of = &age_facts_schema, .help = "Age of the cells, and limits"),
    FIELD(struct reaping, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema reaped_schema =
    SCHEMA("harvest_recorded", struct reaping, reaped_fields);

static bool check_growth(struct work *work, const struct reaping *given,
                         const struct culture *culture)
{
    int64_t day = 0;
    if (given->passage < culture->passage || given->doublings.value < culture->doublings.value)
        return fail(&work->fault, FAULT_INPUT, "doublings",
                    "Cells do not grow younger: %s began at P%lld and %s doublings.", culture->code,
                    (long long)culture->passage, culture->doublings.text);
    return (date_parse(given->harvested_on.text, &day) &&
            day >= day_of_instant(culture->thawed_at.usec, work->zone_minutes)) ||
           fail(&work->fault, FAULT_INPUT, "harvested_on",
                "The culture %s was thawed later; correct the day of harvest.", culture->code);
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct reaping *given = input;
    struct reaping *recorded = body;
    struct culture culture = {0};
    *recorded = *given;
    if (!view_free(work, &harvest_table, "code", given->code) ||
        !view_need(work, &culture_table, "culture", given->culture, &culture) ||
        !operation_at_site(work, "culture", culture.site, "culture") ||
        !step_unheld(work, "culture", "culture", given->culture) ||
        !step_day(work, "harvested_on", &given->harvested_on) ||
        !check_growth(work, given, &culture))
        return false;
    recorded->source_tissue = culture.source_tissue;
    recorded->facts = (struct age_facts){.passage = given->passage, .doublings = given->doublings};
    if (!age_gather(work, &recorded->facts))
        return false;
    age_judge(work->arena, &recorded->facts, &recorded->findings);
    return findings_allow(work->arena, &work->fault, "passage", &recorded->findings,
                          "The cells are too old to be harvested");
}

static bool record_again(struct work *work, const void *body, struct rows *findings)
{
    const struct reaping *recorded = body;
    age_judge(work->arena, &recorded->facts, findings);
    return true;
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct reaping *given = body;
    const struct harvest row = {.code = given->code,
                                .site = entry->site,
                                .culture = given->culture,
                                .source_tissue = given->source_tissue,
                                .harvested_on = given->harvested_on,
                                .volume_ul = given->volume_ul,
                                .passage = given->passage,
                                .doublings = given->doublings,
                                .viable_cells = given->viable_cells,
                                .viability_percent = given->viability_percent,
                                .entry = entry->seq};
    const struct link link = {.child = link_name(work->arena, "harvest", given->code),
                              .parent = link_name(work->arena, "culture", given->culture),
                              .entry = entry->seq};
    return view_put(work, &harvest_table, &row) && link_tie(work, &link);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &harvest_table, page->after, page_limit(page), rows);
}

const struct operation harvest_operations[HARVEST_OPERATIONS] = {
    {.name = "harvest.record",
     .method = "POST",
     .path = "/harvests",
     .summary = "Record what was taken off a culture.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &reaping_input,
     .output = &reaped_schema,
     .subject = "code",
     .judge = record_judge,
     .apply = record_apply,
     .judge_again = record_again},
    {.name = "harvest.list",
     .method = "GET",
     .path = "/harvests",
     .summary = "List the harvests.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &harvest_schema,
     .list = list_read},
};
