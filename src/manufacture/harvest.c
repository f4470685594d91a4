/* harvest.c: the age of the cells is asked again at each harvest, and every volume must close. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/harvest.h"

#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/culture.h"
#include "manufacture/culture_passage.h"
#include "manufacture/gate.h"
#include "manufacture/growth.h"
#include "manufacture/material.h"
#include "manufacture/material_bottle.h"

#include <string.h>

static const struct field harvest_fields[] = {
    FIELD(struct harvest, code, .help = "Code of the harvest"),
    FIELD(struct harvest, site, .help = "Site"),
    FIELD(struct harvest, culture, .help = "Culture"),
    FIELD(struct harvest, donors, .help = "Donors, separated by blanks"),
    FIELD(struct harvest, source_tissue, .help = "Source tissue"),
    FIELD(struct harvest, source_flag,
          .help = "Gene-modified, immortalised or iPS-derived source, or none"),
    FIELD(struct harvest, harvested_on, .help = "Day of harvest"),
    FIELD(struct harvest, medium_in_ul, .help = "Medium that went in", .unit = "uL"),
    FIELD(struct harvest, collected_ul, .help = "Volume collected", .unit = "uL"),
    FIELD(struct harvest, evaporation_ul, .help = "Medium that was not collected", .unit = "uL"),
    FIELD(struct harvest, clarification_loss_ul, .help = "Lost in clarification", .unit = "uL"),
    FIELD(struct harvest, sample_ul, .help = "Taken as a sample", .unit = "uL"),
    FIELD(struct harvest, sample_retained_ul, .help = "Of the sample, retained", .unit = "uL"),
    FIELD(struct harvest, clarified_ul, .help = "Clarified volume", .unit = "uL"),
    FIELD(struct harvest, volume_ul, .unit = "uL",
          .help = "Clarified volume less what was lost or destroyed in bottles"),
    FIELD(struct harvest, particles_per_ml, .help = "Particles in it", .unit = "1/ml"),
    FIELD(struct harvest, particles_method, .help = "Method of the count"),
    FIELD(struct harvest, particles_collected, .help = "Particles in the collected volume"),
    FIELD(struct harvest, particles_per_cell_day, .help = "Particles per viable cell and day"),
    FIELD(struct harvest, plausible, .help = "usual, unusual or unknown: a flag, not a limit"),
    FIELD(struct harvest, passage, .help = "Passage"),
    FIELD(struct harvest, doublings, .help = "Cumulative population doublings"),
    FIELD(struct harvest, viable_cells, .help = "Viable cells at harvest", .unit = "cells"),
    FIELD(struct harvest, viability_percent, .help = "Viability at harvest", .unit = "%"),
    FIELD(struct harvest, conditioning_hours, .help = "Hours of conditioning", .unit = "h"),
    FIELD(struct harvest, confluence_percent, .help = "Confluence at harvest", .unit = "%"),
    FIELD(struct harvest, bottles, .help = "Bottles frozen from it, or 0"),
    FIELD(struct harvest, entry, .help = "Entry that says so"),
};
static const struct schema harvest_schema = SCHEMA("harvest", struct harvest, harvest_fields);
const struct table harvest_table = {"harvest", &harvest_schema, "code", "culture", TABLE_VIEW};

struct reaping {
    const char *code;
    const char *culture;
    struct date harvested_on;
    struct rows medium;
    int64_t medium_in_ul;
    int64_t collected_ul;
    int64_t clarification_loss_ul;
    int64_t sample_ul;
    struct count sample_tested_ul;
    struct count sample_retained_ul;
    int64_t volume_ul;
    struct real particles_per_ml;
    const char *particles_method;
    int64_t viable_cells;
    struct real viability_percent;
    struct real conditioning_hours;
    struct real confluence_percent;
    bool serum_free;
    int64_t evaporation_ul;
    struct real particles_collected;
    struct real particles_per_cell_day;
    const char *plausible;
    int64_t passage;
    int64_t cells_seeded;
    struct real doublings_gained;
    const char *formula;
    const char *donors;
    const char *source_tissue;
    const char *source_flag;
    struct age_facts facts;
    struct rows findings;
    const char *equipment;
};
static const struct field reaping_fields[] = {
    FIELD(struct reaping, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the harvest"),
    FIELD(struct reaping, culture, .required = true, .code = true, .longest = 24,
          .help = "Culture"),
    FIELD(struct reaping, harvested_on, .required = true, .help = "Day of harvest"),
    FIELD(struct reaping, medium, .required = true, .of = &material_use_schema, .longest = 50,
          .help = "Bottles that the medium came from, and how much of each"),
    FIELD(struct reaping, medium_in_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Medium that went in"),
    FIELD(struct reaping, collected_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Volume collected"),
    FIELD(struct reaping, clarification_loss_ul, .required = true, .low = 0, .high = 1e10,
          .unit = "uL", .help = "Lost in clarification"),
    FIELD(struct reaping, sample_ul, .required = true, .low = 0, .high = 1e10, .unit = "uL",
          .help = "Taken as a sample"),
    FIELD(struct reaping, sample_tested_ul, .low = 0, .high = 1e10, .unit = "uL",
          .help = "Of the sample, tested"),
    FIELD(struct reaping, sample_retained_ul, .low = 0, .high = 1e10, .unit = "uL",
          .help = "Of the sample, retained"),
    FIELD(struct reaping, volume_ul, .required = true, .low = 1, .high = 1e10, .unit = "uL",
          .help = "Clarified volume"),
    FIELD(struct reaping, particles_per_ml, .required = true, .low = 0, .high = 1e15,
          .unit = "1/ml", .help = "Particles in the clarified volume"),
    FIELD(struct reaping, particles_method, .required = true, .longest = 120,
          .help = "Method of the count"),
    FIELD(struct reaping, viable_cells, .required = true, .low = 1, .high = 1e14, .unit = "cells",
          .help = "Viable cells at harvest"),
    FIELD(struct reaping, viability_percent, .required = true, .low = 0, .high = 100, .unit = "%",
          .help = "Viability at harvest"),
    FIELD(struct reaping, conditioning_hours, .required = true, .low = 0.1, .high = 1000,
          .unit = "h", .help = "Hours of conditioning"),
    FIELD(struct reaping, confluence_percent, .low = 0, .high = 100, .unit = "%",
          .help = "Confluence at harvest"),
    FIELD(struct reaping, serum_free, .required = true,
          .help = "Whether the medium was free of serum"),
    FIELD(struct reaping, equipment, .longest = 200,
          .help = "Equipment of the step, codes separated by blanks"),
};
static const struct schema reaping_input = SCHEMA("harvest_record", struct reaping, reaping_fields);
static const struct field reaped_fields[] = {
    FIELD(struct reaping, code, .help = "Code of the harvest"),
    FIELD(struct reaping, culture, .help = "Culture"),
    FIELD(struct reaping, harvested_on, .help = "Day of harvest"),
    FIELD(struct reaping, medium, .of = &material_use_schema,
          .help = "Bottles that the medium came from"),
    FIELD(struct reaping, medium_in_ul, .unit = "uL", .help = "Medium that went in"),
    FIELD(struct reaping, collected_ul, .unit = "uL", .help = "Volume collected"),
    FIELD(struct reaping, evaporation_ul, .unit = "uL", .help = "Medium that was not collected"),
    FIELD(struct reaping, clarification_loss_ul, .unit = "uL", .help = "Lost in clarification"),
    FIELD(struct reaping, sample_ul, .unit = "uL", .help = "Taken as a sample"),
    FIELD(struct reaping, sample_tested_ul, .unit = "uL", .help = "Of the sample, tested"),
    FIELD(struct reaping, sample_retained_ul, .unit = "uL", .help = "Of the sample, retained"),
    FIELD(struct reaping, volume_ul, .unit = "uL", .help = "Clarified volume"),
    FIELD(struct reaping, particles_per_ml, .unit = "1/ml",
          .help = "Particles in the clarified volume"),
    FIELD(struct reaping, particles_method, .help = "Method of the count"),
    FIELD(struct reaping, particles_collected, .help = "Particles in the collected volume"),
    FIELD(struct reaping, particles_per_cell_day, .help = "Particles per viable cell and day"),
    FIELD(struct reaping, plausible, .help = "usual, unusual or unknown: a flag, not a limit"),
    FIELD(struct reaping, passage, .help = "Passage"),
    FIELD(struct reaping, cells_seeded, .unit = "cells", .help = "Cells it was seeded with"),
    FIELD(struct reaping, viable_cells, .unit = "cells", .help = "Viable cells at harvest"),
    FIELD(struct reaping, viability_percent, .unit = "%", .help = "Viability at harvest"),
    FIELD(struct reaping, doublings_gained, .help = "Doublings in this passage"),
    FIELD(struct reaping, formula, .help = "Formula of the doublings"),
    FIELD(struct reaping, conditioning_hours, .unit = "h", .help = "Hours of conditioning"),
    FIELD(struct reaping, confluence_percent, .unit = "%", .help = "Confluence at harvest"),
    FIELD(struct reaping, serum_free, .help = "Whether the medium was free of serum"),
    FIELD(struct reaping, donors, .help = "Donors, separated by blanks"),
    FIELD(struct reaping, source_tissue, .help = "Source tissue"),
    FIELD(struct reaping, source_flag, .help = "What the source is flagged with"),
    FIELD(struct reaping, facts, .of = &age_facts_schema, .help = "Age of the cells, and limits"),
    FIELD(struct reaping, equipment, .help = "Equipment of the step, codes separated by blanks"),
    FIELD(struct reaping, findings, .of = &finding_schema, .help = "One per rule and balance"),
};
static const struct schema reaped_schema =
    SCHEMA("harvest_recorded", struct reaping, reaped_fields);

static bool check_day(struct work *work, const struct reaping *given, const struct culture *culture)
{
    return strcmp(given->harvested_on.text, culture->seeded_on.text) >= 0 ||
           fail(&work->fault, FAULT_INPUT, "harvested_on",
                "P%lld of %s was seeded on %s; correct the day of harvest.",
                (long long)culture->passage, culture->code, culture->seeded_on.text);
}

/* What is said about serum is held against what the lots of the medium say. */
static bool check_serum(struct work *work, const struct reaping *given)
{
    if (!given->serum_free)
        return refuse(&work->fault, FAULT_RULE, "serum_free", "MF-04.serum/1",
                      "Particles of serum cannot be told from those of the cells; harvest in "
                      "medium without serum.");
    for (size_t i = 0; i < given->medium.count; i++) {
        struct material material = {0};
        const char *code = ROWS(given->medium, const struct material_use)[i].material;
        if (!view_need(work, &material_table, "medium", code, &material))
            return false;
        if (!text_equals(material.serum, "none"))
            return refuse(&work->fault, FAULT_RULE, "medium", "MF-04.serum/1",
                          "The lot %s holds serum (%s); harvest in medium without serum.", code,
                          material.serum);
    }
    return true;
}

static bool judge_volumes(struct work *work, struct reaping *recorded)
{
    int64_t used_ul = 0;
    const struct material_draw draw = {"medium", &recorded->medium, recorded->donors,
                                       recorded->harvested_on};
    if (!check_serum(work, recorded) || !material_check(work, &draw, &used_ul))
        return false;
    const struct harvest_volumes volumes = {
        .medium_in_ul = recorded->medium_in_ul,
        .medium_used_ul = used_ul,
        .collected_ul = recorded->collected_ul,
        .clarification_loss_ul = recorded->clarification_loss_ul,
        .sample_ul = recorded->sample_ul,
        .sample_tested_ul = recorded->sample_tested_ul,
        .sample_retained_ul = recorded->sample_retained_ul,
        .clarified_ul = recorded->volume_ul,
    };
    struct rows findings;
    harvest_balance(work->arena, &volumes, &findings);
    recorded->evaporation_ul = recorded->medium_in_ul - recorded->collected_ul;
    return findings_allow(work->arena, &work->fault, "volume_ul", &findings,
                          "The volumes of the harvest do not close");
}

static bool judge_age(struct work *work, struct reaping *recorded, const struct culture *culture)
{
    recorded->passage = culture->passage;
    recorded->cells_seeded = culture->seeded_cells;
    recorded->formula = growth_formula;
    recorded->doublings_gained = growth_doublings(work->arena, (double)culture->seeded_cells,
                                                  (double)recorded->viable_cells);
    recorded->facts = (struct age_facts){
        .passage = culture->passage,
        .doublings = growth_sum(work->arena, &culture->doublings, &recorded->doublings_gained)};
    if (!age_gather(work, &recorded->facts))
        return false;
    age_judge(work->arena, &recorded->facts, &recorded->findings);
    return findings_allow(work->arena, &work->fault, "viable_cells", &recorded->findings,
                          "The cells are too old to be harvested");
}

/* A rate outside of what is usually seen is flagged; it refuses nothing. */
static bool flag_rate(struct work *work, struct reaping *recorded)
{
    struct real low;
    struct real high;
    const double particles =
        recorded->particles_per_ml.value * ((double)recorded->collected_ul / 1000);
    recorded->particles_collected = real_of(work->arena, particles);
    recorded->particles_per_cell_day = harvest_rate(
        work->arena, particles, (double)recorded->viable_cells, recorded->conditioning_hours.value);
    const struct real *rate = &recorded->particles_per_cell_day;
    if (!setting_real(work, "particles_per_cell_day_low", &low) ||
        !setting_real(work, "particles_per_cell_day_high", &high))
        return false;
    recorded->plausible = !low.text || !high.text || !rate->text                  ? "unknown"
                          : rate->value >= low.value && rate->value <= high.value ? "usual"
                                                                                  : "unusual";
    return true;
}

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct reaping *given = input;
    struct reaping *recorded = body;
    struct culture culture = {0};
    struct text donors = text_open(work->arena);
    *recorded = *given;
    if (!view_free(work, &harvest_table, "code", given->code) ||
        !view_need(work, &culture_table, "culture", given->culture, &culture) ||
        !operation_at_site(work, "culture", culture.site, "culture") ||
        !step_unheld(work, "culture", "culture", given->culture) ||
        !step_day(work, "harvested_on", &given->harvested_on) ||
        !check_day(work, given, &culture) ||
        !step_donors(work, link_name(work->arena, "culture", given->culture), &donors))
        return false;
    recorded->donors = donors.length ? donors.bytes : NULL;
    recorded->source_tissue = culture.source_tissue;
    recorded->source_flag = culture.source_flag;
    return judge_age(work, recorded, &culture) && judge_volumes(work, recorded) &&
           flag_rate(work, recorded);
}

static bool record_signed_on(struct work *work, const void *input, void *body)
{
    const struct reaping *given = input;
    return record_judge(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool record_again(struct work *work, const void *body, struct rows *findings)
{
    const struct reaping *recorded = body;
    age_judge(work->arena, &recorded->facts, findings);
    return true;
}

static struct harvest row_of(const struct entry *entry, const struct reaping *given)
{
    return (struct harvest){.code = given->code,
                            .site = entry->site,
                            .culture = given->culture,
                            .donors = given->donors,
                            .source_tissue = given->source_tissue,
                            .source_flag = given->source_flag,
                            .harvested_on = given->harvested_on,
                            .medium_in_ul = given->medium_in_ul,
                            .collected_ul = given->collected_ul,
                            .evaporation_ul = given->evaporation_ul,
                            .clarification_loss_ul = given->clarification_loss_ul,
                            .sample_ul = given->sample_ul,
                            .sample_retained_ul = given->sample_retained_ul,
                            .clarified_ul = given->volume_ul,
                            .volume_ul = given->volume_ul,
                            .particles_per_ml = given->particles_per_ml,
                            .particles_method = given->particles_method,
                            .particles_collected = given->particles_collected,
                            .particles_per_cell_day = given->particles_per_cell_day,
                            .plausible = given->plausible,
                            .passage = given->passage,
                            .doublings = given->facts.doublings,
                            .viable_cells = given->viable_cells,
                            .viability_percent = given->viability_percent,
                            .conditioning_hours = given->conditioning_hours,
                            .confluence_percent = given->confluence_percent,
                            .entry = entry->seq};
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct reaping *given = body;
    const struct harvest row = row_of(entry, given);
    const char *name = link_name(work->arena, "harvest", given->code);
    const struct material_draw draw = {"medium", &given->medium, given->donors,
                                       given->harvested_on};
    const struct link link = {.child = name,
                              .parent = link_name(work->arena, "culture", given->culture),
                              .entry = entry->seq};
    const struct culture_passage ended = {.culture = given->culture,
                                          .passage = given->passage,
                                          .ended_on = given->harvested_on,
                                          .cells_end = given->viable_cells,
                                          .viability_percent = given->viability_percent,
                                          .doublings_gained = given->doublings_gained,
                                          .doublings = given->facts.doublings,
                                          .entry = entry->seq};
    return view_put(work, &harvest_table, &row) && link_tie(work, &link) &&
           material_take(work, &draw, name, entry->seq) && passage_end(work, &ended);
}

bool harvest_came_first(struct work *work, const char *field, const char *name,
                        const struct date *day)
{
    static const char kind[] = "harvest:";
    struct rows nodes;
    if (!link_reach(work, name, LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        struct harvest harvest = {0};
        const char *node = ROWS(nodes, const struct link_node)[i].name;
        if (!text_starts(node, kind))
            continue;
        if (!view_need(work, &harvest_table, field, node + strlen(kind), &harvest))
            return false;
        if (strcmp(day->text, harvest.harvested_on.text) < 0)
            return fail(&work->fault, FAULT_INPUT, field,
                        "%s was harvested on %s; the field %s cannot lie before, correct it.",
                        harvest.code, harvest.harvested_on.text, field);
    }
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &harvest_table, page->after, page_limit(page), rows);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &harvest_table, "code", key->code, row);
}

const struct operation harvest_operations[HARVEST_OPERATIONS] = {
    {.name = "harvest.record",
     .method = "POST",
     .path = "/harvests",
     .summary = "Record what was taken off a culture: volumes, particles and cells.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &reaping_input,
     .output = &reaped_schema,
     .subject = "code",
     .judge = record_signed_on,
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
    {.name = "harvest.show",
     .method = "GET",
     .path = "/harvests/{code}",
     .summary = "Show one harvest.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_RECORD,
     .input = &code_key_schema,
     .output = &harvest_schema,
     .read = show_read},
};
