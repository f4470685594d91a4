/* culture.c: what a thaw hands on to the culture, and what forbids it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/culture.h"

#include "base/time.h"
#include "chain/link.h"
#include "manufacture/bank.h"
#include "manufacture/culture_passage.h"
#include "manufacture/gate.h"
#include "manufacture/material.h"
#include "manufacture/source.h"

const struct rule culture_rules[CULTURE_RULES] = {
    {"CB-04.closed/1", "Were the tests of the bank closed, and passed?",
     "バンクの試験は完了し、適合したか。", "ICH Q5A(R2), Q5D, as summarised"},
    {"DN-06.source/1", "Is no donor of the bank decided as ineligible?",
     "バンクのドナーに不適格と判定された者はいないか。", "ASRM Rule Art. 15, 93"},
};

static const struct field culture_fields[] = {
    FIELD(struct culture, code, .help = "Code of the culture"),
    FIELD(struct culture, site, .help = "Site"),
    FIELD(struct culture, bank, .help = "Bank"),
    FIELD(struct culture, bank_vial, .help = "Vial of the bank"),
    FIELD(struct culture, source_tissue, .help = "Source tissue"),
    FIELD(struct culture, source_flag,
          .help = "Gene-modified, immortalised or iPS-derived source, or none"),
    FIELD(struct culture, passage, .help = "Passage that is running"),
    FIELD(struct culture, doublings, .help = "Cumulative population doublings when it was seeded"),
    FIELD(struct culture, thawed_at, .help = "Time of thaw"),
    FIELD(struct culture, viable_cells, .help = "Viable cells after thaw", .unit = "cells"),
    FIELD(struct culture, seeded_cells, .help = "Cells seeded in the running passage",
          .unit = "cells"),
    FIELD(struct culture, seeded_on, .help = "Day on which it was seeded"),
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
    const char *vessel;
    struct real vessel_area_cm2;
    int64_t passage;
    struct date seeded_on;
    struct real density_per_cm2;
    const char *donors;
    const char *source_tissue;
    const char *source_flag;
    struct thaw_facts facts;
    struct rows findings;
    const char *equipment;
};
static const struct field thaw_fields[] = {
    FIELD(struct thaw, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the culture"),
    FIELD(struct thaw, bank, .required = true, .code = true, .longest = 24, .help = "Bank"),
    FIELD(struct thaw, bank_vial, .required = true, .low = 1, .high = 1e6,
          .help = "Vial of the bank"),
    FIELD(struct thaw, thawed_at, .required = true, .help = "Time of thaw"),
    FIELD(struct thaw, viable_cells, .required = true, .low = 1, .high = 1e12, .unit = "cells",
          .help = "Viable cells after thaw, all seeded"),
    FIELD(struct thaw, medium_lot, .required = true, .code = true, .longest = 24,
          .help = "Lot of the medium"),
    FIELD(struct thaw, vessel, .required = true, .longest = 80, .help = "Vessel"),
    FIELD(struct thaw, vessel_area_cm2, .required = true, .low = 0.01, .high = 1e7, .unit = "cm2",
          .help = "Nominal area of the vessel"),
    FIELD(struct thaw, equipment, .longest = 200,
          .help = "Equipment of the step, codes separated by blanks"),
};
static const struct schema thaw_input = SCHEMA("culture_thaw", struct thaw, thaw_fields);

static const struct field facts_fields[] = {
    FIELD(struct thaw_facts, age, .of = &age_facts_schema, .help = "Age of the cells, and limits"),
    FIELD(struct thaw_facts, tests, .help = "Tests of the bank: open, passed or failed"),
    FIELD(struct thaw_facts, standing,
          .help = "quarantine while the window of a donor is open; eligible; ineligible"),
};
static const struct schema facts_schema = SCHEMA("thaw_facts", struct thaw_facts, facts_fields);
static const struct field started_fields[] = {
    FIELD(struct thaw, code, .help = "Code of the culture"),
    FIELD(struct thaw, bank, .help = "Bank"),
    FIELD(struct thaw, bank_vial, .help = "Vial of the bank"),
    FIELD(struct thaw, thawed_at, .help = "Time of thaw"),
    FIELD(struct thaw, viable_cells, .help = "Viable cells after thaw", .unit = "cells"),
    FIELD(struct thaw, medium_lot, .help = "Lot of the medium"),
    FIELD(struct thaw, vessel, .help = "Vessel"),
    FIELD(struct thaw, vessel_area_cm2, .help = "Nominal area of the vessel", .unit = "cm2"),
    FIELD(struct thaw, passage, .help = "Passage that begins"),
    FIELD(struct thaw, seeded_on, .help = "Day on which it was seeded"),
    FIELD(struct thaw, density_per_cm2, .help = "Cells seeded on each cm2", .unit = "1/cm2"),
    FIELD(struct thaw, donors, .help = "Donors, separated by blanks"),
    FIELD(struct thaw, source_tissue, .help = "Source tissue"),
    FIELD(struct thaw, source_flag, .help = "What the source is flagged with"),
    FIELD(struct thaw, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct thaw, equipment, .help = "Equipment of the step, codes separated by blanks"),
    FIELD(struct thaw, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema started_schema = SCHEMA("culture_started", struct thaw, started_fields);

void thaw_judge(struct arena *arena, const struct thaw_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    age_judge(arena, &facts->age, &list.rows);
    list.room = list.rows.count;
    findings_add(&list, "CB-04.closed/1",
                 verdict_of(facts->tests && !text_equals(facts->tests, "open"),
                            text_equals(facts->tests, "passed")),
                 "passed", "bank tests %s", facts->tests ? facts->tests : "unknown");
    findings_add(&list, "DN-06.source/1",
                 verdict_of(facts->standing != NULL, !text_equals(facts->standing, "ineligible")),
                 "quarantine or eligible", "donors %s",
                 facts->standing ? facts->standing : "unknown");
    *findings = list.rows;
}

static bool start_judge(struct work *work, const void *input, void *body)
{
    const struct thaw *given = input;
    struct thaw *started = body;
    struct bank bank = {0};
    struct source source;
    *started = *given;
    if (!view_free(work, &culture_table, "code", given->code) ||
        !bank_thaw_check(work, given->bank, given->bank_vial, &bank) ||
        !bank_thaw_time(work, given->thawed_at, &bank) ||
        !source_of(work, link_name(work->arena, "bank", given->bank), &source))
        return false;
    started->source_tissue = bank.source_tissue;
    started->source_flag = bank.source_flag;
    started->donors = source.donors;
    started->seeded_on.text =
        date_print(work->arena, day_of_instant(given->thawed_at.usec, work->zone_minutes));
    if (!material_in_date(work, "medium_lot", given->medium_lot, &started->seeded_on))
        return false;
    started->passage = bank.passage + 1;
    started->density_per_cm2 =
        passage_density(work->arena, given->viable_cells, &given->vessel_area_cm2);
    started->facts = (struct thaw_facts){
        .age = {.passage = started->passage, .doublings = bank.doublings},
        .tests = bank.tests,
        .standing = source.standing,
    };
    if (!age_gather(work, &started->facts.age))
        return false;
    thaw_judge(work->arena, &started->facts, &started->findings);
    return findings_allow(work->arena, &work->fault, "bank", &started->findings,
                          "The vial cannot be thawed for a culture");
}

static bool start_signed_on(struct work *work, const void *input, void *body)
{
    const struct thaw *given = input;
    return start_judge(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool start_again(struct work *work, const void *body, struct rows *findings)
{
    const struct thaw *started = body;
    thaw_judge(work->arena, &started->facts, findings);
    return true;
}

static bool start_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct thaw *given = body;
    const char *name = link_name(work->arena, "culture", given->code);
    const struct culture row = {.code = given->code,
                                .site = entry->site,
                                .bank = given->bank,
                                .bank_vial = given->bank_vial,
                                .source_tissue = given->source_tissue,
                                .source_flag = given->source_flag,
                                .passage = given->passage,
                                .doublings = given->facts.age.doublings,
                                .thawed_at = given->thawed_at,
                                .viable_cells = given->viable_cells,
                                .seeded_cells = given->viable_cells,
                                .seeded_on = given->seeded_on,
                                .medium_lot = given->medium_lot,
                                .entry = entry->seq};
    const struct culture_passage passage = {.culture = given->code,
                                            .passage = given->passage,
                                            .vessel = given->vessel,
                                            .vessel_area_cm2 = given->vessel_area_cm2,
                                            .seeded_on = given->seeded_on,
                                            .cells_seeded = given->viable_cells,
                                            .density_per_cm2 = given->density_per_cm2,
                                            .entry = entry->seq};
    const struct link medium = {.child = name,
                                .parent = link_name(work->arena, "material", given->medium_lot),
                                .entry = entry->seq};
    return view_put(work, &culture_table, &row) &&
           view_put(work, &culture_passage_table, &passage) &&
           bank_thaw(work, given->bank, given->bank_vial, name, entry->seq) &&
           link_tie(work, &medium);
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
     .judge = start_signed_on,
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
