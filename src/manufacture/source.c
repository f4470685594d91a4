/* source.c: material may be worked on in quarantine while the window of its donor is open. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/source.h"

#include "chain/link.h"
#include "donation/donor.h"
#include "manufacture/bank.h"
#include "manufacture/step.h"

#include <string.h>

/* Every flag of every bank upstream, each once. */
static bool add_flags(struct work *work, const char *name, const char **flags)
{
    static const char bank_kind[] = "bank:";
    struct rows nodes;
    struct text text = text_open(work->arena);
    if (!link_reach(work, name, LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        const char *node = ROWS(nodes, const struct link_node)[i].name;
        struct bank bank = {0};
        if (!text_starts(node, bank_kind))
            continue;
        if (!view_need(work, &bank_table, "bank", node + strlen(bank_kind), &bank))
            return false;
        if (!text_equals(bank.source_flag, "none") && !text_has_word(text.bytes, bank.source_flag))
            text_print(&text, "%s%s", text.length ? " " : "", bank.source_flag);
    }
    *flags = text.length ? text.bytes : "none";
    return true;
}

bool source_of(struct work *work, const char *name, struct source *source)
{
    struct text donors = text_open(work->arena);
    size_t count = 0;
    size_t eligible = 0;
    size_t ineligible = 0;
    if (!step_donors(work, name, &donors))
        return false;
    const char **codes =
        donors.length ? text_split(work->arena, donors.bytes, ' ', &count) : (const char **)NULL;
    for (size_t i = 0; i < count; i++) {
        struct donor donor = {0};
        if (!view_need(work, &donor_table, "donor", codes[i], &donor))
            return false;
        eligible += text_equals(donor.decision, "eligible");
        ineligible += text_equals(donor.decision, "ineligible");
    }
    *source = (struct source){
        .donors = count ? donors.bytes : NULL,
        .standing =
            ineligible ? "ineligible" : (count && eligible == count ? "eligible" : "quarantine"),
        .all_ineligible = count && ineligible == count};
    return add_flags(work, name, &source->flags);
}

struct source_key {
    const char *name;
};
static const struct field key_fields[] = {
    FIELD(struct source_key, name, .required = true, .code = true, .longest = 64,
          .help = "What is asked about, as kind:code, such as lot:L-25-001"),
};
static const struct schema key_schema = SCHEMA("source_key", struct source_key, key_fields);
static const struct field source_fields[] = {
    FIELD(struct source, donors, .help = "Donors, separated by blanks"),
    FIELD(struct source, standing,
          .help = "quarantine until every donor is decided, then eligible or ineligible"),
    FIELD(struct source, all_ineligible, .help = "Every donor was decided ineligible"),
    FIELD(struct source, flags,
          .help = "gene_modified, immortalised or ips cells stand behind it, or none"),
};
static const struct schema source_schema = SCHEMA("source", struct source, source_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct source_key *key = input;
    struct rows ties;
    if (!link_ties(work, key->name, LINK_BACKWARD, &ties))
        return false;
    if (!ties.count)
        return fail(&work->fault, FAULT_MISSING, "name",
                    "Nothing is recorded upstream of %s; check kind and code.", key->name);
    return source_of(work, key->name, row);
}

const struct operation source_operations[SOURCE_OPERATIONS] = {
    {.name = "source.show",
     .method = "GET",
     .path = "/sources/{name}",
     .summary = "Show the donors behind a thing, how they stand, and how its cells are flagged.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_RECORD,
     .input = &key_schema,
     .output = &source_schema,
     .read = show_read},
};
