/* bank.c: master banks come from tissue, working banks from one vial of another bank. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bank.h"

#include "chain/link.h"
#include "donation/collection.h"
#include "manufacture/step.h"

#include <string.h>

static const char *const kinds[] = {"master", "working", NULL};

const struct rule bank_rules[BANK_RULES] = {
    {"CB-07.single_use/1", "Was the vial of the bank not used before?",
     "バンクのバイアルは未使用か。", "ICH Q5D practice"},
};

static const struct field bank_fields[] = {
    FIELD(struct bank, code, .help = "Code of the bank"),
    FIELD(struct bank, site, .help = "Site that keeps it"),
    FIELD(struct bank, kind, .help = "master or working"),
    FIELD(struct bank, tissue, .help = "Collected tissue that a master bank was made from"),
    FIELD(struct bank, bank, .help = "Bank that a working bank was made from"),
    FIELD(struct bank, source_tissue, .help = "Source tissue"),
    FIELD(struct bank, frozen_on, .help = "Day of freezing"),
    FIELD(struct bank, passage, .help = "Passage"),
    FIELD(struct bank, doublings, .help = "Cumulative population doublings"),
    FIELD(struct bank, vials, .help = "Vials frozen", .unit = "vials"),
    FIELD(struct bank, cells_per_vial, .help = "Cells in each vial", .unit = "cells"),
    FIELD(struct bank, entry, .help = "Entry that says so"),
};
static const struct schema bank_schema = SCHEMA("bank", struct bank, bank_fields);
const struct table bank_table = {"bank", &bank_schema, "code", "", TABLE_VIEW};

static const struct field use_fields[] = {
    FIELD(struct bank_vial_use, bank, .help = "Bank"),
    FIELD(struct bank_vial_use, vial, .help = "Number of the vial"),
    FIELD(struct bank_vial_use, used_for, .help = "What it was thawed for"),
    FIELD(struct bank_vial_use, entry, .help = "Entry that says so"),
};
static const struct schema vial_use_schema =
    SCHEMA("bank_vial_use", struct bank_vial_use, use_fields);
const struct table bank_vial_use_table = {"bank_vial_use", &vial_use_schema, "bank vial", "",
                                          TABLE_VIEW};

struct freezing {
    const char *code;
    const char *kind;
    const char *tissue;
    const char *bank;
    int64_t bank_vial; /* 0 when not from a bank */
    struct date frozen_on;
    int64_t passage;
    struct real doublings;
    int64_t vials;
    int64_t cells_per_vial;
    const char *source_tissue;
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
    FIELD(struct freezing, frozen_on, .required = true, .help = "Day of freezing"),
    FIELD(struct freezing, passage, .required = true, .low = 0, .high = 1000, .help = "Passage"),
    FIELD(struct freezing, doublings, .required = true, .low = 0, .high = 1000,
          .help = "Cumulative population doublings"),
    FIELD(struct freezing, vials, .required = true, .low = 1, .high = 1e6, .unit = "vials",
          .help = "Vials frozen"),
    FIELD(struct freezing, cells_per_vial, .required = true, .low = 1, .high = 1e12,
          .unit = "cells", .help = "Cells in each vial"),
};
static const struct schema freezing_input =
    SCHEMA("bank_freezing", struct freezing, freezing_fields);
static const struct field frozen_fields[] = {
    FIELD(struct freezing, code, .help = "Code of the bank"),
    FIELD(struct freezing, kind, .help = "master or working"),
    FIELD(struct freezing, tissue, .help = "Collected tissue"),
    FIELD(struct freezing, bank, .help = "Bank it is made from"),
    FIELD(struct freezing, bank_vial, .help = "Vial that was thawed, or 0"),
    FIELD(struct freezing, frozen_on, .help = "Day of freezing"),
    FIELD(struct freezing, passage, .help = "Passage"),
    FIELD(struct freezing, doublings, .help = "Cumulative population doublings"),
    FIELD(struct freezing, vials, .help = "Vials frozen", .unit = "vials"),
    FIELD(struct freezing, cells_per_vial, .help = "Cells in each vial", .unit = "cells"),
    FIELD(struct freezing, source_tissue, .help = "Source tissue"),
    FIELD(struct freezing, facts, .of = &age_facts_schema, .help = "Age of the cells, and limits"),
    FIELD(struct freezing, findings, .of = &finding_schema, .help = "One per rule"),
};
static const struct schema frozen_schema = SCHEMA("bank_frozen", struct freezing, frozen_fields);

static bool check_unused(struct work *work, const char *code, int64_t vial)
{
    struct bank_vial_use use = {0};
    bool found = false;
    if (!view_find(work, &bank_vial_use_table, VALUES(value_text(code), value_integer(vial)), &use,
                   &found))
        return false;
    return !found || refuse(&work->fault, FAULT_CONFLICT, "bank_vial", "CB-07.single_use/1",
                            "Vial %lld of %s was used for %s; take another vial.", (long long)vial,
                            code, use.used_for);
}

bool bank_vial_check(struct work *work, const char *code, int64_t vial, struct bank *bank)
{
    if (!view_need(work, &bank_table, "bank", code, bank) ||
        !operation_at_site(work, "bank", bank->site, "bank"))
        return false;
    if (vial > bank->vials)
        return fail(&work->fault, FAULT_MISSING, "bank_vial",
                    "The bank %s has %lld vials; check the number.", code, (long long)bank->vials);
    return check_unused(work, code, vial) && step_unheld(work, "bank", "bank", code);
}

bool bank_vial_take(struct work *work, const struct bank_vial_use *use)
{
    return view_put(work, &bank_vial_use_table, use);
}

static bool judge_master(struct work *work, struct freezing *body)
{
    struct collection collection = {0};
    if (!body->tissue || body->bank || body->bank_vial)
        return fail(&work->fault, FAULT_INPUT, "tissue",
                    "A master bank is made from tissue: give tissue, and neither bank nor "
                    "bank_vial.");
    if (!view_need(work, &collection_table, "tissue", body->tissue, &collection) ||
        !operation_at_site(work, "tissue", collection.site, "tissue") ||
        !step_unheld(work, "tissue", "tissue", body->tissue))
        return false;
    body->source_tissue = collection.tissue;
    return strcmp(body->frozen_on.text, collection.collected_on.text) >= 0 ||
           fail(&work->fault, FAULT_INPUT, "frozen_on",
                "The tissue was collected on %s; the bank cannot have been frozen before.",
                collection.collected_on.text);
}

static bool judge_working(struct work *work, struct freezing *body)
{
    struct bank parent = {0};
    if (body->tissue || !body->bank || !body->bank_vial)
        return fail(&work->fault, FAULT_INPUT, "bank",
                    "A working bank is made from one vial of a bank: give bank and bank_vial, and "
                    "no tissue.");
    if (!bank_vial_check(work, body->bank, body->bank_vial, &parent))
        return false;
    body->source_tissue = parent.source_tissue;
    if (body->passage < parent.passage || body->doublings.value < parent.doublings.value)
        return fail(&work->fault, FAULT_INPUT, "doublings",
                    "Cells do not grow younger: %s was at P%lld and %s doublings.", parent.code,
                    (long long)parent.passage, parent.doublings.text);
    return strcmp(body->frozen_on.text, parent.frozen_on.text) >= 0 ||
           fail(&work->fault, FAULT_INPUT, "frozen_on",
                "The bank %s was frozen on %s; this one cannot have been frozen before.",
                parent.code, parent.frozen_on.text);
}

static bool freeze_judge(struct work *work, const void *input, void *body)
{
    const struct freezing *given = input;
    struct freezing *frozen = body;
    *frozen = *given;
    frozen->facts = (struct age_facts){.passage = given->passage, .doublings = given->doublings};
    if (!view_free(work, &bank_table, "code", given->code) ||
        !step_day(work, "frozen_on", &given->frozen_on) ||
        !(text_equals(given->kind, "master") ? judge_master(work, frozen)
                                             : judge_working(work, frozen)) ||
        !age_gather(work, &frozen->facts))
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
                              .source_tissue = given->source_tissue,
                              .frozen_on = given->frozen_on,
                              .passage = given->passage,
                              .doublings = given->doublings,
                              .vials = given->vials,
                              .cells_per_vial = given->cells_per_vial,
                              .entry = entry->seq};
    const char *name = link_name(work->arena, "bank", given->code);
    const struct bank_vial_use use = {given->bank, given->bank_vial, name, entry->seq};
    const struct link link = {.child = name,
                              .parent = given->bank
                                            ? link_name(work->arena, "bank", given->bank)
                                            : link_name(work->arena, "tissue", given->tissue),
                              .amount = given->bank ? 1 : 0,
                              .unit = given->bank ? "vials" : NULL,
                              .entry = entry->seq};
    return view_put(work, &bank_table, &bank) && link_tie(work, &link) &&
           (!given->bank || bank_vial_take(work, &use));
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
};
