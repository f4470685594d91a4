/* culture_passage.c: every cell of a passage went on, was sampled or was discarded. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/culture_passage.h"

#include "manufacture/culture.h"
#include "manufacture/gate.h"
#include "manufacture/growth.h"
#include "manufacture/step.h"

#include <string.h>

const struct rule culture_passage_rules[CULTURE_PASSAGE_RULES] = {
    {"MF-07.cells/1",
     "Are the cells at the end of a passage those that went on, were sampled or "
     "discarded, exactly?",
     "継代終了時の細胞数は次工程・採取・廃棄の和に一致するか。", "culture record, MISEV2018"},
};

static const struct field passage_fields[] = {
    FIELD(struct culture_passage, culture, .help = "Culture"),
    FIELD(struct culture_passage, passage, .help = "Passage"),
    FIELD(struct culture_passage, vessel, .help = "Vessel"),
    FIELD(struct culture_passage, vessel_area_cm2, .help = "Nominal area", .unit = "cm2"),
    FIELD(struct culture_passage, seeded_on, .help = "Day of seeding"),
    FIELD(struct culture_passage, cells_seeded, .help = "Cells seeded", .unit = "cells"),
    FIELD(struct culture_passage, density_per_cm2, .help = "Cells seeded on each cm2",
          .unit = "1/cm2"),
    FIELD(struct culture_passage, ended_on, .help = "Day on which it ended"),
    FIELD(struct culture_passage, cells_end, .help = "Viable cells at its end", .unit = "cells"),
    FIELD(struct culture_passage, to_next, .help = "Cells that went on", .unit = "cells"),
    FIELD(struct culture_passage, sampled, .help = "Cells sampled", .unit = "cells"),
    FIELD(struct culture_passage, discarded, .help = "Cells discarded", .unit = "cells"),
    FIELD(struct culture_passage, viability_percent, .help = "Viability at its end", .unit = "%"),
    FIELD(struct culture_passage, doublings_gained, .help = "Doublings in this passage"),
    FIELD(struct culture_passage, doublings, .help = "Cumulative population doublings at its end"),
    FIELD(struct culture_passage, entry, .help = "Entry that says so"),
};
static const struct schema passage_schema =
    SCHEMA("culture_passage", struct culture_passage, passage_fields);
const struct table culture_passage_table = {"culture_passage", &passage_schema, "culture passage",
                                            "", TABLE_VIEW};

struct real passage_density(struct arena *arena, int64_t cells, const struct real *area_cm2)
{
    if (!area_cm2->text || !(area_cm2->value > 0))
        return (struct real){0};
    return real_of(arena, (double)cells / area_cm2->value);
}

/* What a caller says: passage begins, and the one before it ended with these cells. */
struct passaging {
    const char *culture;
    int64_t passage;
    struct date ended_on;
    int64_t cells_end;
    struct real viability_percent;
    int64_t to_next;
    int64_t sampled;
    int64_t discarded;
    const char *vessel;
    struct real vessel_area_cm2;
    struct date seeded_on;
    int64_t cells_seeded; /* of the passage that ended */
    struct real doublings_gained;
    const char *formula;
    struct real density_per_cm2;
    struct age_facts facts;
    struct rows findings;
    const char *equipment;
};
static const struct field passaging_fields[] = {
    FIELD(struct passaging, culture, .required = true, .code = true, .longest = 24,
          .help = "Culture"),
    FIELD(struct passaging, passage, .required = true, .low = 1, .high = 1000,
          .help = "Passage that begins, one above the one that ends"),
    FIELD(struct passaging, ended_on, .required = true,
          .help = "Day on which the cells of the passage before were taken up"),
    FIELD(struct passaging, cells_end, .required = true, .low = 1, .high = 1e14, .unit = "cells",
          .help = "Viable cells then"),
    FIELD(struct passaging, viability_percent, .required = true, .low = 0, .high = 100, .unit = "%",
          .help = "Viability then"),
    FIELD(struct passaging, to_next, .required = true, .low = 1, .high = 1e14, .unit = "cells",
          .help = "Cells seeded in the passage that begins"),
    FIELD(struct passaging, sampled, .required = true, .low = 0, .high = 1e14, .unit = "cells",
          .help = "Cells taken as samples"),
    FIELD(struct passaging, discarded, .required = true, .low = 0, .high = 1e14, .unit = "cells",
          .help = "Cells discarded"),
    FIELD(struct passaging, vessel, .required = true, .longest = 80, .help = "Vessel"),
    FIELD(struct passaging, vessel_area_cm2, .required = true, .low = 0.01, .high = 1e7,
          .unit = "cm2", .help = "Nominal area of the vessel"),
    FIELD(struct passaging, seeded_on, .required = true, .help = "Day of seeding"),
    FIELD(struct passaging, equipment, .longest = 200,
          .help = "Equipment of the step, codes separated by blanks"),
};
static const struct schema passaging_input =
    SCHEMA("culture_passaging", struct passaging, passaging_fields);
static const struct field passaged_fields[] = {
    FIELD(struct passaging, culture, .help = "Culture"),
    FIELD(struct passaging, passage, .help = "Passage that begins"),
    FIELD(struct passaging, ended_on, .help = "Day on which the one before ended"),
    FIELD(struct passaging, cells_seeded, .help = "Cells it was seeded with", .unit = "cells"),
    FIELD(struct passaging, cells_end, .help = "Viable cells at its end", .unit = "cells"),
    FIELD(struct passaging, viability_percent, .help = "Viability at its end", .unit = "%"),
    FIELD(struct passaging, doublings_gained, .help = "Doublings in it"),
    FIELD(struct passaging, formula, .help = "Formula of the doublings"),
    FIELD(struct passaging, to_next, .help = "Cells seeded in the new passage", .unit = "cells"),
    FIELD(struct passaging, sampled, .help = "Cells taken as samples", .unit = "cells"),
    FIELD(struct passaging, discarded, .help = "Cells discarded", .unit = "cells"),
    FIELD(struct passaging, vessel, .help = "Vessel"),
    FIELD(struct passaging, vessel_area_cm2, .help = "Nominal area", .unit = "cm2"),
    FIELD(struct passaging, density_per_cm2, .help = "Cells seeded on each cm2", .unit = "1/cm2"),
    FIELD(struct passaging, seeded_on, .help = "Day of seeding"),
    FIELD(struct passaging, facts, .of = &age_facts_schema,
          .help = "Passage that begins, cumulative doublings so far, and limits"),
    FIELD(struct passaging, equipment, .help = "Equipment of the step, codes separated by blanks"),
    FIELD(struct passaging, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema passaged_schema =
    SCHEMA("culture_passaged", struct passaging, passaged_fields);

static bool check_cells(struct work *work, const struct passaging *given)
{
    const int64_t sum = given->to_next + given->sampled + given->discarded;
    return sum == given->cells_end ||
           refuse(&work->fault, FAULT_RULE, "cells_end", "MF-07.cells/1",
                  "There were %lld cells, and %lld went on, were sampled or discarded; name the "
                  "difference.",
                  (long long)given->cells_end, (long long)sum);
}

static bool check_order(struct work *work, const struct passaging *given,
                        const struct culture *culture)
{
    if (given->passage != culture->passage + 1)
        return fail(&work->fault, FAULT_INPUT, "passage",
                    "The culture %s is in P%lld; the passage that begins is P%lld.", culture->code,
                    (long long)culture->passage, (long long)culture->passage + 1);
    return (strcmp(given->ended_on.text, culture->seeded_on.text) >= 0 &&
            strcmp(given->seeded_on.text, given->ended_on.text) >= 0) ||
           fail(&work->fault, FAULT_INPUT, "ended_on",
                "P%lld was seeded on %s; it cannot have ended before, nor the next have begun "
                "before it ended.",
                (long long)culture->passage, culture->seeded_on.text);
}

static bool pass_judge(struct work *work, const void *input, void *body)
{
    const struct passaging *given = input;
    struct passaging *passed = body;
    struct culture culture = {0};
    *passed = *given;
    if (!view_need(work, &culture_table, "culture", given->culture, &culture) ||
        !operation_at_site(work, "culture", culture.site, "culture") ||
        !step_unheld(work, "culture", "culture", given->culture) ||
        !step_day(work, "ended_on", &given->ended_on) ||
        !step_day(work, "seeded_on", &given->seeded_on) || !check_order(work, given, &culture))
        return false;
    passed->cells_seeded = culture.seeded_cells;
    passed->formula = growth_formula;
    passed->doublings_gained =
        growth_doublings(work->arena, (double)culture.seeded_cells, (double)given->cells_end);
    passed->density_per_cm2 = passage_density(work->arena, given->to_next, &given->vessel_area_cm2);
    passed->facts = (struct age_facts){
        .passage = given->passage,
        .doublings = growth_sum(work->arena, &culture.doublings, &passed->doublings_gained)};
    if (!age_gather(work, &passed->facts))
        return false;
    age_judge(work->arena, &passed->facts, &passed->findings);
    return findings_allow(work->arena, &work->fault, "passage", &passed->findings,
                          "The cells are too old for another passage") &&
           check_cells(work, given);
}

static bool pass_signed_on(struct work *work, const void *input, void *body)
{
    const struct passaging *given = input;
    return pass_judge(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool pass_again(struct work *work, const void *body, struct rows *findings)
{
    const struct passaging *passed = body;
    age_judge(work->arena, &passed->facts, findings);
    return true;
}

bool passage_end(struct work *work, const struct culture_passage *ended)
{
    struct culture_passage row = {0};
    bool found = false;
    if (!view_find(work, &culture_passage_table,
                   VALUES(value_text(ended->culture), value_integer(ended->passage)), &row, &found))
        return false;
    struct culture_passage all = *ended;
    all.vessel = row.vessel;
    all.vessel_area_cm2 = row.vessel_area_cm2;
    all.seeded_on = row.seeded_on;
    all.cells_seeded = row.cells_seeded;
    all.density_per_cm2 = row.density_per_cm2;
    return !found || view_put(work, &culture_passage_table, &all);
}

static bool pass_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct passaging *given = body;
    struct culture culture = {0};
    const struct culture_passage ended = {.culture = given->culture,
                                          .passage = given->passage - 1,
                                          .ended_on = given->ended_on,
                                          .cells_end = given->cells_end,
                                          .to_next = given->to_next,
                                          .sampled = given->sampled,
                                          .discarded = given->discarded,
                                          .viability_percent = given->viability_percent,
                                          .doublings_gained = given->doublings_gained,
                                          .doublings = given->facts.doublings,
                                          .entry = entry->seq};
    const struct culture_passage begun = {.culture = given->culture,
                                          .passage = given->passage,
                                          .vessel = given->vessel,
                                          .vessel_area_cm2 = given->vessel_area_cm2,
                                          .seeded_on = given->seeded_on,
                                          .cells_seeded = given->to_next,
                                          .density_per_cm2 = given->density_per_cm2,
                                          .entry = entry->seq};
    if (!view_need(work, &culture_table, "culture", given->culture, &culture))
        return false;
    culture.passage = given->passage;
    culture.doublings = given->facts.doublings;
    culture.seeded_cells = given->to_next;
    culture.seeded_on = given->seeded_on;
    return passage_end(work, &ended) && view_put(work, &culture_passage_table, &begun) &&
           view_put(work, &culture_table, &culture);
}

struct culture_key {
    const char *culture;
};
static const struct field key_fields[] = {
    FIELD(struct culture_key, culture, .required = true, .code = true, .longest = 24,
          .help = "Culture"),
};
static const struct schema key_schema = SCHEMA("culture_key", struct culture_key, key_fields);

static bool passages_list(struct work *work, const void *input, struct rows *rows)
{
    const struct culture_key *key = input;
    struct culture culture = {0};
    return view_need(work, &culture_table, "culture", key->culture, &culture) &&
           view_list(work, &culture_passage_table, "culture", value_text(key->culture), rows);
}

const struct operation culture_passage_operations[CULTURE_PASSAGE_OPERATIONS] = {
    {.name = "culture.pass",
     .method = "POST",
     .path = "/cultures/{culture}/passages",
     .summary = "End a passage with all of its cells, and begin the next.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &passaging_input,
     .output = &passaged_schema,
     .subject = "culture",
     .judge = pass_signed_on,
     .apply = pass_apply,
     .judge_again = pass_again},
    {.name = "culture.passages",
     .method = "GET",
     .path = "/cultures/{culture}/passages",
     .summary = "Show the passages of a culture: cells, density, doublings.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &passage_schema,
     .list = passages_list},
};
