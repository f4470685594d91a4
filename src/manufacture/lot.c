/* lot.c: what a lot is, where it came from, and who had a hand in making it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/lot.h"

#include "chain/link.h"
#include "manufacture/culture_passage.h"
#include "manufacture/step.h"

#include <string.h>

static const struct field lot_fields[] = {
    FIELD(struct lot, code, .help = "Code of the lot"),
    FIELD(struct lot, site, .help = "Site of the maker"),
    FIELD(struct lot, kind, .help = "product or vehicle"),
    FIELD(struct lot, bulk, .help = "Bulk that was filled"),
    FIELD(struct lot, material, .help = "Buffer that was filled, of a vehicle"),
    FIELD(struct lot, specification, .help = "Specification, code/version"),
    FIELD(struct lot, tissue, .help = "Source tissue"),
    FIELD(struct lot, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct lot, filled_on, .help = "Day of filling"),
    FIELD(struct lot, expires_on, .help = "Last usable day"),
    FIELD(struct lot, vials, .help = "Vials made", .unit = "vials"),
    FIELD(struct lot, volume_per_vial_ul, .help = "Volume in each vial", .unit = "uL"),
    FIELD(struct lot, volume_in_ul, .help = "Volume taken for filling", .unit = "uL"),
    FIELD(struct lot, priming_ul, .help = "Volume that primed the line", .unit = "uL"),
    FIELD(struct lot, end_of_line_ul, .help = "Volume left in the line", .unit = "uL"),
    FIELD(struct lot, status, .help = "quarantine, released or rejected"),
    FIELD(struct lot, entry, .help = "Entry of the fill"),
    FIELD(struct lot, inspected_entry, .help = "Entry of the visual inspection, or 0"),
    FIELD(struct lot, vials_rejected, .help = "Rejected at inspection", .unit = "vials"),
    FIELD(struct lot, rejected_first, .help = "First serial of the rejected, or 0"),
    FIELD(struct lot, rejected_last, .help = "Last serial of the rejected, or 0"),
    FIELD(struct lot, labels_entry, .help = "Entry of the reconciliation of labels, or 0"),
    FIELD(struct lot, labels_issued, .help = "Labels issued", .unit = "labels"),
    FIELD(struct lot, labels_used, .help = "Labels on vials", .unit = "labels"),
    FIELD(struct lot, labels_spoiled, .help = "Labels spoiled", .unit = "labels"),
    FIELD(struct lot, labels_destroyed, .help = "Labels destroyed unused", .unit = "labels"),
    FIELD(struct lot, reported_entry, .help = "Entry of the production report, or 0"),
    FIELD(struct lot, decided_entry, .help = "Entry of release or rejection, or 0"),
};
const struct schema lot_schema = SCHEMA("lot", struct lot, lot_fields);
const struct table lot_table = {"lot", &lot_schema, "code", "status", TABLE_VIEW};

bool lot_labels_close(const struct lot *lot)
{
    return lot->inspected_entry && lot->labels_entry &&
           lot->labels_used == lot->vials - lot->vials_rejected;
}

bool lot_donors(struct work *work, const char *lot, const char **donors)
{
    struct text text = text_open(work->arena);
    bool worked = step_donors(work, link_name(work->arena, "lot", lot), &text);
    *donors = text.length ? text.bytes : "";
    return worked;
}

static void add_maker(struct text *makers, const char *account)
{
    if (!text_has_word(makers->bytes, account))
        text_print(makers, "%s%s", makers->length ? " " : "", account);
}

/* Whoever recorded an entry, and whoever signed it. */
static bool add_makers(struct work *work, int64_t seq, struct text *makers)
{
    struct journal journal = {0};
    struct entry entry;
    const char *hash = NULL;
    bool found = false;
    if (!journal_read(work, seq, &journal) || !ledger_read(work, seq, &entry, &hash, &found))
        return false;
    add_maker(makers, journal.actor);
    for (size_t i = 0; found && i < entry.signatures.count; i++)
        add_maker(makers, ROWS(entry.signatures, const struct signature)[i].account);
    return true;
}

/* A passage ties nothing, so that the ties do not tell who made it. */
static bool add_passages(struct work *work, const char *name, struct text *makers)
{
    static const char kind[] = "culture:";
    struct rows passages = {0};
    if (text_starts(name, kind) && !view_list(work, &culture_passage_table, "culture",
                                              value_text(name + strlen(kind)), &passages))
        return false;
    for (size_t i = 0; i < passages.count; i++)
        if (!add_makers(work, ROWS(passages, const struct culture_passage)[i].entry, makers))
            return false;
    return true;
}

static bool add_ties(struct work *work, const char *name, struct text *makers)
{
    struct rows ties;
    if (!link_ties(work, name, LINK_BACKWARD, &ties))
        return false;
    for (size_t i = 0; i < ties.count; i++)
        if (!add_makers(work, ROWS(ties, const struct link)[i].entry, makers))
            return false;
    return true;
}

bool lot_makers(struct work *work, const char *code, const char **accounts)
{
    struct rows nodes;
    struct lot lot = {0};
    struct text makers = text_open(work->arena);
    if (!view_need(work, &lot_table, "lot", code, &lot) ||
        !link_reach(work, link_name(work->arena, "lot", code), LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        const char *name = ROWS(nodes, const struct link_node)[i].name;
        if (!add_ties(work, name, &makers) || !add_passages(work, name, &makers))
            return false;
    }
    const int64_t later[] = {lot.inspected_entry, lot.labels_entry, lot.reported_entry};
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (later[i] && !add_makers(work, later[i], &makers))
            return false;
    *accounts = makers.length ? makers.bytes : "";
    return true;
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &lot_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &lot_table, page->after, page_limit(page), rows);
}

const struct operation lot_operations[LOT_OPERATIONS] = {
    {.name = "lot.show",
     .method = "GET",
     .path = "/lots/{code}",
     .summary = "Show one lot.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &lot_schema,
     .read = show_read},
    {.name = "lot.list",
     .method = "GET",
     .path = "/lots",
     .summary = "List the lots.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &lot_schema,
     .list = list_read},
};
