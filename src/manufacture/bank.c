/* bank.c: master banks come from tissue, working banks from one thawed vial of another bank. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bank.h"

#include "base/time.h"
#include "contract/hold.h"
#include "donation/collection.h"
#include "manufacture/bank_vial.h"
#include "manufacture/growth.h"
#include "manufacture/source.h"
#include "manufacture/step.h"

#include <string.h>

static const char *const kinds[] = {"master", "working", NULL};
static const char *const flags[] = {"none", "gene_modified", "immortalised", "ips", NULL};
static const char *const test_words[] = {"open", "passed", "failed", NULL};

static const struct field bank_fields[] = {
    FIELD(struct bank, code, .help = "Code of the bank"),
    FIELD(struct bank, site, .help = "Site that keeps it"),
    FIELD(struct bank, kind, .help = "master or working"),
    FIELD(struct bank, tissue, .help = "Collected tissue that a master bank was made from"),
    FIELD(struct bank, bank, .help = "Bank that a working bank was made from"),
    FIELD(struct bank, bank_vial, .help = "Vial of that bank, or 0"),
    FIELD(struct bank, source_tissue, .help = "Source tissue"),
    FIELD(struct bank, source_flag, .choices = flags,
          .help = "Gene-modified, immortalised or iPS-derived source, or none"),
    FIELD(struct bank, frozen_on, .help = "Day of freezing"),
    FIELD(struct bank, passage, .help = "Passage"),
    FIELD(struct bank, doublings, .help = "Cumulative population doublings"),
    FIELD(struct bank, vials, .help = "Vials frozen", .unit = "vials"),
    FIELD(struct bank, cells_per_vial, .help = "Cells in each vial", .unit = "cells"),
    FIELD(struct bank, position, .help = "Freezer, row and box"),
    FIELD(struct bank, tests, .choices = test_words, .help = "Bank tests: open, passed or failed"),
    FIELD(struct bank, entry, .help = "Entry that says so"),
    FIELD(struct bank, tests_entry, .help = "Entry that closed the tests, or 0"),
};
static const struct schema bank_schema = SCHEMA("bank", struct bank, bank_fields);
const struct table bank_table = {"bank", &bank_schema, "code", "tests", TABLE_VIEW};

struct freezing {
    const char *code;
    const char *kind;
    const char *tissue;
    const char *bank;
    int64_t bank_vial; /* 0 when not from a bank */
    struct instant thawed_at;
    int64_t thawed_viable_cells;
    struct date frozen_on;
    int64_t passage;
    struct real doublings;
    int64_t vials;
    int64_t cells_per_vial;
    const char *position;
    const char *source_flag;
    const char *source_tissue;
    const char *standing;
    struct real doublings_gained;
    const char *formula;
    struct age_facts facts;
    struct rows findings;
};
static const struct field freezing_fields[] = {
    FIELD(struct freezing, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the bank"),
    FIELD(struct freezing, kind, .required = true, .choices = kinds, .help = "master or working"),
    FIELD(struct freezing, tissue, .code = true, .longest = 24,
          .help = "Of a master bank: the collected tissue"),
    FIELD(struct freezing, bank, .code = true, .longest = 24,
          .help = "Of a working bank: the bank it is made from"),
    FIELD(struct freezing, bank_vial, .low = 1, .high = 1e6,
          .help = "Of a working bank: the vial that was thawed"),
    FIELD(struct freezing, thawed_at, .help = "Of a working bank: when the vial was thawed"),
    FIELD(struct freezing, thawed_viable_cells, .low = 1, .high = 1e12, .unit = "cells",
          .help = "Of a working bank: viable cells after the thaw"),
    FIELD(struct freezing, frozen_on, .required = true, .help = "Day of freezing"),
    FIELD(struct freezing, passage, .required = true, .low = 0, .high = 1000, .help = "Passage"),
    FIELD(struct freezing, doublings, .low = 0, .high = 1000,
          .help = "Of a master bank: cumulative population doublings; computed for a working bank"),
    FIELD(struct freezing, vials, .required = true, .low = 1, .high = 1e6, .unit = "vials",
          .help = "Vials frozen"),
    FIELD(struct freezing, cells_per_vial, .required = true, .low = 1, .high = 1e12,
          .unit = "cells", .help = "Cells in each vial"),
    FIELD(struct freezing, position, .required = true, .code = true, .longest = 40,
          .help = "Freezer, row and box, such as F1-R2-B3; the vials are numbered within"),
    FIELD(struct freezing, source_flag, .choices = flags,
          .help = "Of a master bank: gene_modified, immortalised, ips or none; a working bank "
                  "takes it over"),
};
static const struct schema freezing_input =
    SCHEMA("bank_freezing", struct freezing, freezing_fields);
static const struct field frozen_fields[] = {
    FIELD(struct freezing, code, .help = "Code of the bank"),
    FIELD(struct freezing, kind, .help = "master or working"),
    FIELD(struct freezing, tissue, .help = "Collected tissue"),
    FIELD(struct freezing, bank, .help = "Bank it is made from"),
    FIELD(struct freezing, bank_vial, .help = "Vial that was thawed, or 0"),
    FIELD(struct freezing, thawed_at, .help = "When it was thawed"),
    FIELD(struct freezing, thawed_viable_cells, .unit = "cells",
          .help = "Viable cells after the thaw, or 0"),
    FIELD(struct freezing, frozen_on, .help = "Day of freezing"),
    FIELD(struct freezing, passage, .help = "Passage"),
    FIELD(struct freezing, doublings, .help = "Cumulative population doublings"),
    FIELD(struct freezing, vials, .help = "Vials frozen", .unit = "vials"),
    FIELD(struct freezing, cells_per_vial, .help = "Cells in each vial", .unit = "cells"),
    FIELD(struct freezing, position, .help = "Freezer, row and box"),
    FIELD(struct freezing, source_flag, .help = "What the source is flagged with"),
    FIELD(struct freezing, source_tissue, .help = "Source tissue"),
    FIELD(struct freezing, standing, .help = "quarantine until every donor is decided"),
    FIELD(struct freezing, doublings_gained, .help = "Doublings since the thaw"),
    FIELD(struct freezing, formula, .help = "Formula of the doublings"),
    FIELD(struct freezing, facts, .of = &age_facts_schema, .help = "Age of the cells, and limits"),
    FIELD(struct freezing, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema frozen_schema = SCHEMA("bank_frozen", struct freezing, frozen_fields);

bool bank_thaw_check(struct work *work, const char *code, int64_t vial, struct bank *bank)
{
    struct rows parts;
    const struct bank_vial asked = {.bank = code, .first = vial, .last = vial, .state = "in_stock"};
    return view_need(work, &bank_table, "bank", code, bank) &&
           operation_at_site(work, "bank", bank->site, "bank") &&
           bank_vial_check(work, "bank_vial", &asked, &parts) &&
           step_unheld(work, "bank", "bank", code);
}

bool bank_thaw_time(struct work *work, struct instant thawed_at, const struct bank *bank)
{
    int64_t frozen = 0;
    if (thawed_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "thawed_at",
                    "The field thawed_at lies in the future; give the time at which it was done.");
    return (date_parse(bank->frozen_on.text, &frozen) &&
            day_of_instant(thawed_at.usec, work->zone_minutes) >= frozen) ||
           fail(&work->fault, FAULT_INPUT, "thawed_at",
                "The bank %s was frozen on %s; its vials cannot have been thawed before.",
                bank->code, bank->frozen_on.text);
}

bool bank_thaw(struct work *work, const char *code, int64_t vial, const char *used_for,
               int64_t entry)
{
    const char *name = link_name(work->arena, "bank_vial", bank_vial_code(work->arena, code, vial));
    const struct bank_vial to = {.bank = code,
                                 .first = vial,
                                 .last = vial,
                                 .state = "thawed",
                                 .used_for = used_for,
                                 .entry = entry};
    const struct link up = {name, link_name(work->arena, "bank", code), 1, "vials", entry};
    const struct link down = {used_for, name, 1, "vials", entry};
    return bank_vial_change(work, &to) && link_tie(work, &up) && link_tie(work, &down);
}

static bool judge_master(struct work *work, struct freezing *body)
{
    struct collection collection = {0};
    struct source source;
    if (!body->tissue || body->bank || body->bank_vial || body->thawed_at.usec ||
        body->thawed_viable_cells)
        return fail(&work->fault, FAULT_INPUT, "tissue",
                    "A master bank is made from tissue: give tissue, and nothing about a bank or a "
                    "thawed vial.");
    if (!body->doublings.text || !body->source_flag)
        return fail(&work->fault, FAULT_INPUT, body->source_flag ? "doublings" : "source_flag",
                    "Of a master bank, say its doublings and in source_flag whether the source is "
                    "gene_modified, immortalised, ips or none.");
    if (!view_need(work, &collection_table, "tissue", body->tissue, &collection) ||
        !operation_at_site(work, "tissue", collection.site, "tissue") ||
        !step_unheld(work, "tissue", "tissue", body->tissue) ||
        !source_of(work, link_name(work->arena, "tissue", body->tissue), &source))
        return false;
    body->source_tissue = collection.tissue;
    body->standing = source.standing;
    return strcmp(body->frozen_on.text, collection.collected_on.text) >= 0 ||
           fail(&work->fault, FAULT_INPUT, "frozen_on",
                "The tissue was collected on %s; the bank cannot have been frozen before.",
                collection.collected_on.text);
}

static bool check_working(struct work *work, const struct freezing *body)
{
    if (body->tissue || !body->bank || !body->bank_vial)
        return fail(&work->fault, FAULT_INPUT, "bank",
                    "A working bank is made from one vial of a bank: give bank and bank_vial, and "
                    "no tissue.");
    if (!body->thawed_at.usec || !body->thawed_viable_cells)
        return fail(&work->fault, FAULT_INPUT, "thawed_viable_cells",
                    "Give thawed_at and thawed_viable_cells of the vial; the doublings are "
                    "computed from them.");
    return (!body->doublings.text && !body->source_flag) ||
           fail(&work->fault, FAULT_INPUT, body->doublings.text ? "doublings" : "source_flag",
                "Doublings and source_flag of a working bank follow from its parent; leave them "
                "out.");
}

static bool judge_working(struct work *work, struct freezing *body)
{
    struct bank parent = {0};
    struct source source;
    int64_t frozen = 0;
    if (!check_working(work, body) ||
        !bank_thaw_check(work, body->bank, body->bank_vial, &parent) ||
        !bank_thaw_time(work, body->thawed_at, &parent) ||
        !source_of(work, link_name(work->arena, "bank", body->bank), &source))
        return false;
    if (text_equals(parent.tests, "failed"))
        return refuse(&work->fault, FAULT_RULE, "bank", "CB-04.closed/1",
                      "The tests of %s failed; no bank is made from it.", parent.code);
    if (!date_parse(body->frozen_on.text, &frozen) ||
        frozen < day_of_instant(body->thawed_at.usec, work->zone_minutes))
        return fail(&work->fault, FAULT_INPUT, "frozen_on",
                    "The vial was thawed later; correct the day of freezing.");
    body->source_tissue = parent.source_tissue;
    body->source_flag = parent.source_flag;
    body->standing = source.standing;
    body->formula = growth_formula;
    body->doublings_gained = growth_doublings(work->arena, (double)body->thawed_viable_cells,
                                              (double)body->vials * (double)body->cells_per_vial);
    body->doublings = growth_sum(work->arena, &parent.doublings, &body->doublings_gained);
    return body->passage >= parent.passage ||
           fail(&work->fault, FAULT_INPUT, "passage",
                "Cells do not grow younger: %s was at P%lld and %s doublings.", parent.code,
                (long long)parent.passage, parent.doublings.text);
}

static bool freeze_judge(struct work *work, const void *input, void *body)
{
    const struct freezing *given = input;
    struct freezing *frozen = body;
    *frozen = *given;
    if (!view_free(work, &bank_table, "code", given->code) ||
        !step_day(work, "frozen_on", &given->frozen_on) ||
        !(text_equals(given->kind, "master") ? judge_master(work, frozen)
                                             : judge_working(work, frozen)))
        return false;
    if (text_equals(frozen->standing, "ineligible"))
        return refuse(&work->fault, FAULT_RULE, given->bank ? "bank" : "tissue", "DN-06.source/1",
                      "A donor of %s was decided ineligible; no bank is made from it.",
                      given->bank ? given->bank : given->tissue);
    frozen->facts = (struct age_facts){.passage = frozen->passage, .doublings = frozen->doublings};
    if (!age_gather(work, &frozen->facts))
        return false;
    age_judge(work->arena, &frozen->facts, &frozen->findings);
    return findings_allow(work->arena, &work->fault, "passage", &frozen->findings,
                          "The cells are too old for a bank");
}

static bool freeze_again(struct work *work, const void *body, struct rows *findings)
{
    const struct freezing *frozen = body;
    age_judge(work->arena, &frozen->facts, findings);
    return true;
}

static bool freeze_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct freezing *given = body;
    const struct bank bank = {.code = given->code,
                              .site = entry->site,
                              .kind = given->kind,
                              .tissue = given->tissue,
                              .bank = given->bank,
                              .bank_vial = given->bank_vial,
                              .source_tissue = given->source_tissue,
                              .source_flag = given->source_flag,
                              .frozen_on = given->frozen_on,
                              .passage = given->passage,
                              .doublings = given->doublings,
                              .vials = given->vials,
                              .cells_per_vial = given->cells_per_vial,
                              .position = given->position,
                              .tests = "open",
                              .entry = entry->seq};
    const char *name = link_name(work->arena, "bank", given->code);
    const struct link link = {.child = name,
                              .parent = link_name(work->arena, "tissue", given->tissue),
                              .entry = entry->seq};
    return view_put(work, &bank_table, &bank) &&
           bank_vial_freeze(work, given->code, given->vials, entry->seq) &&
           (given->bank ? bank_thaw(work, given->bank, given->bank_vial, name, entry->seq)
                        : link_tie(work, &link));
}

/* A bank with what is left of it. */
struct bank_shown {
    struct bank bank;
    struct bank_counts counts;
    const char *donors;
    const char *standing;
    bool held;
};
static const struct field shown_fields[] = {
    FIELD(struct bank_shown, bank, .of = &bank_schema, .help = "The bank"),
    FIELD(struct bank_shown, counts, .of = &bank_counts_schema, .help = "Its vials by state"),
    FIELD(struct bank_shown, donors, .help = "Donors, separated by blanks"),
    FIELD(struct bank_shown, standing,
          .help = "quarantine until every donor is decided, then eligible or ineligible"),
    FIELD(struct bank_shown, held, .help = "Stopped by a hold on it or on what it came from"),
};
static const struct schema shown_schema = SCHEMA("bank_shown", struct bank_shown, shown_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct bank_shown *shown = row;
    struct source source;
    struct rows holds;
    const char *name = link_name(work->arena, "bank", key->code);
    if (!view_need(work, &bank_table, "code", key->code, &shown->bank) ||
        !bank_vial_count(work, key->code, &shown->counts) || !source_of(work, name, &source) ||
        !hold_stopping(work, name, &holds))
        return false;
    shown->donors = source.donors;
    shown->standing = source.standing;
    shown->held = holds.count > 0;
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &bank_table, page->after, page_limit(page), rows);
}

const struct operation bank_operations[BANK_OPERATIONS] = {
    {.name = "bank.freeze",
     .method = "POST",
     .path = "/banks",
     .summary = "Record a bank of cells that was frozen from tissue or from a vial of a bank.",
     .permission = PERMIT_BANK_WRITE,
     .effect = RECORDS,
     .witness = PERMIT_BANK_COUNTERSIGN,
     .input = &freezing_input,
     .output = &frozen_schema,
     .subject = "code",
     .judge = freeze_judge,
     .apply = freeze_apply,
     .judge_again = freeze_again},
    {.name = "bank.list",
     .method = "GET",
     .path = "/banks",
     .summary = "List the banks of cells.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &bank_schema,
     .list = list_read},
    {.name = "bank.show",
     .method = "GET",
     .path = "/banks/{code}",
     .summary = "Show one bank with its vials by state.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_RECORD,
     .input = &code_key_schema,
     .output = &shown_schema,
     .read = show_read},
};
