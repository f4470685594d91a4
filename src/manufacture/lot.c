/* lot.c: a retentate becomes numbered vials in quarantine; volume and labels must add up. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/lot.h"

#include "chain/link.h"
#include "manufacture/isolation.h"
#include "manufacture/product.h"
#include "manufacture/step.h"
#include "manufacture/vial.h"

#include <string.h>

const struct rule lot_rules[LOT_RULES] = {
    {"MF-11.balance/1", "Is the volume taken the content of all vials and the loss, exactly?",
     "取出量は全バイアルの充填量と損失の和に一致するか。", "GMP Art. 10"},
    {"MF-11.labels/1", "Are the labels issued all used, spoiled or destroyed?",
     "発行ラベル数は使用・汚損・廃棄の和に一致するか。", "GMP Art. 10"},
    {"MF-11.drawn/1", "Is no more filled than the retentate has left?",
     "保持液の残量を超えて充填していないか。", "GMP Art. 10"},
    {"PR-01.specification/1", "Is the lot filled for the specification its pool was made for?",
     "プールと同じ規格のために充填したか。", "ASRM Rule Art. 99"},
    {"MF-19.report/1", "Is there one production report of the lot?", "ロットの製造報告は一つか。",
     "ASRM Rule Art. 99, 100"},
};

static const struct field lot_fields[] = {
    FIELD(struct lot, code, .help = "Code of the lot"),
    FIELD(struct lot, site, .help = "Site of the maker"),
    FIELD(struct lot, specification, .help = "Specification, code/version"),
    FIELD(struct lot, tissue, .help = "Source tissue"),
    FIELD(struct lot, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct lot, filled_on, .help = "Day of filling"),
    FIELD(struct lot, expires_on, .help = "Last usable day"),
    FIELD(struct lot, vials, .help = "Vials made", .unit = "vials"),
    FIELD(struct lot, volume_per_vial_ul, .help = "Volume in each vial", .unit = "uL"),
    FIELD(struct lot, status, .help = "quarantine, released or rejected"),
    FIELD(struct lot, entry, .help = "Entry of the fill"),
    FIELD(struct lot, reported_entry, .help = "Entry of the production report, or 0"),
    FIELD(struct lot, decided_entry, .help = "Entry of release or rejection, or 0"),
};
const struct schema lot_schema = SCHEMA("lot", struct lot, lot_fields);
const struct table lot_table = {"lot", &lot_schema, "code", "", TABLE_VIEW};

struct fill {
    const char *code;
    const char *isolation;
    const char *specification;
    struct date filled_on;
    struct date expires_on;
    int64_t vials;
    int64_t volume_per_vial_ul;
    int64_t volume_in_ul;
    int64_t line_loss_ul;
    int64_t vials_unlabelled;
    int64_t labels_issued;
    int64_t labels_spoiled;
    int64_t labels_destroyed;
    const char *tissue;
    bool pool_of_donors;
};
static const struct field fill_fields[] = {
    FIELD(struct fill, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the lot"),
    FIELD(struct fill, isolation, .required = true, .code = true, .longest = 24,
          .help = "Membrane step whose retentate was filled"),
    FIELD(struct fill, specification, .required = true, .code = true, .longest = 40,
          .help = "Specification, code/version"),
    FIELD(struct fill, filled_on, .required = true, .help = "Day of filling"),
    FIELD(struct fill, expires_on, .required = true, .help = "Last usable day"),
    FIELD(struct fill, vials, .required = true, .low = 1, .high = 1e7, .unit = "vials",
          .help = "Vials filled"),
    FIELD(struct fill, volume_per_vial_ul, .required = true, .low = 1, .high = 1e7, .unit = "uL",
          .help = "Volume in each vial"),
    FIELD(struct fill, volume_in_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",
          .help = "Volume that was taken for filling"),
    FIELD(struct fill, line_loss_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",
          .help = "Volume that was lost in filling"),
    FIELD(struct fill, vials_unlabelled, .low = 0, .high = 1e7, .unit = "vials",
          .help = "Vials that got no label because inspection rejected them"),
    FIELD(struct fill, labels_issued, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels issued"),
    FIELD(struct fill, labels_spoiled, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels spoiled"),
    FIELD(struct fill, labels_destroyed, .required = true, .low = 0, .high = 1e8, .unit = "labels",
          .help = "Labels destroyed unused"),
};
static const struct schema fill_input = SCHEMA("lot_fill", struct fill, fill_fields);
static const struct field filled_fields[] = {
    FIELD(struct fill, code, .help = "Code of the lot"),
    FIELD(struct fill, isolation, .help = "Membrane step"),
    FIELD(struct fill, specification, .help = "Specification, code/version"),
    FIELD(struct fill, filled_on, .help = "Day of filling"),
    FIELD(struct fill, expires_on, .help = "Last usable day"),
    FIELD(struct fill, vials, .help = "Vials filled", .unit = "vials"),
    FIELD(struct fill, volume_per_vial_ul, .help = "Volume in each vial", .unit = "uL"),
    FIELD(struct fill, volume_in_ul, .help = "Volume taken for filling", .unit = "uL"),
    FIELD(struct fill, line_loss_ul, .help = "Volume lost in filling", .unit = "uL"),
    FIELD(struct fill, vials_unlabelled, .help = "Vials without a label", .unit = "vials"),
    FIELD(struct fill, labels_issued, .help = "Labels issued", .unit = "labels"),
    FIELD(struct fill, labels_spoiled, .help = "Labels spoiled", .unit = "labels"),
    FIELD(struct fill, labels_destroyed, .help = "Labels destroyed unused", .unit = "labels"),
    FIELD(struct fill, tissue, .help = "Source tissue"),
    FIELD(struct fill, pool_of_donors, .help = "More than one donor went in"),
};
static const struct schema filled_schema = SCHEMA("lot_filled", struct fill, filled_fields);

static bool check_sums(struct work *work, const struct fill *given)
{
    int64_t volume_ul = given->vials * given->volume_per_vial_ul + given->line_loss_ul;
    int64_t labels =
        given->vials - given->vials_unlabelled + given->labels_spoiled + given->labels_destroyed;
    if (given->vials_unlabelled > given->vials)
        return fail(&work->fault, FAULT_INPUT, "vials_unlabelled",
                    "More vials without a label than vials were given; correct the numbers.");
    if (volume_ul != given->volume_in_ul)
        return refuse(&work->fault, FAULT_RULE, "volume_in_ul", "MF-11.balance/1",
                      "%lld uL were taken, and vials and loss hold %lld uL; name the difference.",
                      (long long)given->volume_in_ul, (long long)volume_ul);
    return labels == given->labels_issued ||
           refuse(&work->fault, FAULT_RULE, "labels_issued", "MF-11.labels/1",
                  "%lld labels were issued, and used, spoiled and destroyed ones sum up to %lld; "
                  "find the others.",
                  (long long)given->labels_issued, (long long)labels);
}

static bool check_made_for(struct work *work, const struct fill *given,
                           const struct isolation *isolation)
{
    return text_equals(isolation->specification, given->specification) ||
           refuse(&work->fault, FAULT_RULE, "specification", "PR-01.specification/1",
                  "%s was made for %s; fill it for that specification.", isolation->code,
                  isolation->specification);
}

static bool fill_judge(struct work *work, const void *input, void *body)
{
    const struct fill *given = input;
    struct fill *filled = body;
    struct isolation isolation = {0};
    struct specification specification = {0};
    *filled = *given;
    if (!view_free(work, &lot_table, "code", given->code) ||
        !view_need(work, &isolation_table, "isolation", given->isolation, &isolation) ||
        !operation_at_site(work, "isolation", isolation.site, "membrane step") ||
        !specification_need(work, "specification", given->specification, &specification) ||
        !step_same_tissue(work, "specification", isolation.tissue, specification.tissue,
                          given->isolation) ||
        !check_made_for(work, given, &isolation) ||
        !step_unheld(work, "isolation", "isolation", given->isolation) ||
        !step_day(work, "filled_on", &given->filled_on))
        return false;
    if (strcmp(given->expires_on.text, given->filled_on.text) <= 0)
        return fail(&work->fault, FAULT_INPUT, "expires_on",
                    "The field expires_on must lie after filled_on; correct one of them.");
    filled->tissue = isolation.tissue;
    filled->pool_of_donors = isolation.pool_of_donors;
    const struct draw draw = {"isolation", given->isolation, isolation.retentate_ul,
                              given->volume_in_ul, "MF-11.drawn/1"};
    return check_sums(work, given) && step_left(work, "volume_in_ul", &draw);
}

static bool fill_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct fill *given = body;
    const struct lot lot = {.code = given->code,
                            .site = entry->site,
                            .specification = given->specification,
                            .tissue = given->tissue,
                            .pool_of_donors = given->pool_of_donors,
                            .filled_on = given->filled_on,
                            .expires_on = given->expires_on,
                            .vials = given->vials,
                            .volume_per_vial_ul = given->volume_per_vial_ul,
                            .status = "quarantine",
                            .entry = entry->seq};
    const struct link link = {.child = link_name(work->arena, "lot", given->code),
                              .parent = link_name(work->arena, "isolation", given->isolation),
                              .amount = given->volume_in_ul,
                              .unit = "uL",
                              .entry = entry->seq};
    return view_put(work, &lot_table, &lot) && link_tie(work, &link) &&
           vial_fill(work, given->code, given->vials, entry->site, entry->seq);
}

struct report {
    const char *lot;
    const char *statement;
};
static const struct field report_fields[] = {
    FIELD(struct report, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct report, statement, .required = true, .prose = true, .longest = 4000,
          .help = "The production unit's own review of the lot"),
};
static const struct schema report_schema = SCHEMA("lot_report", struct report, report_fields);

static bool report_judge(struct work *work, const void *input, void *body)
{
    const struct report *given = input;
    struct lot lot = {0};
    *(struct report *)body = *given;
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot"))
        return false;
    return !lot.reported_entry || lot.reported_entry == work->amends ||
           refuse(&work->fault, FAULT_CONFLICT, "lot", "MF-19.report/1",
                  "The lot %s was reported by entry %lld; correct that entry instead.", given->lot,
                  (long long)lot.reported_entry);
}

static bool set_reported(struct work *work, const struct report *given, int64_t entry)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", given->lot, &lot))
        return false;
    lot.reported_entry = entry;
    return view_put(work, &lot_table, &lot);
}

static bool report_apply(struct work *work, const struct entry *entry, const void *body)
{
    return set_reported(work, body, entry->seq);
}

static bool report_retract(struct work *work, const struct entry *entry, const void *body)
{
    (void)entry;
    return set_reported(work, body, 0);
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

bool lot_makers(struct work *work, const char *code, const char **accounts)
{
    struct rows nodes;
    struct lot lot = {0};
    struct text makers = text_open(work->arena);
    if (!view_need(work, &lot_table, "lot", code, &lot) ||
        !link_reach(work, link_name(work->arena, "lot", code), LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++) {
        struct rows ties;
        if (!link_ties(work, ROWS(nodes, const struct link_node)[i].name, LINK_BACKWARD, &ties))
            return false;
        for (size_t j = 0; j < ties.count; j++)
            if (!add_makers(work, ROWS(ties, const struct link)[j].entry, &makers))
                return false;
    }
    if (lot.reported_entry && !add_makers(work, lot.reported_entry, &makers))
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
    {.name = "lot.fill",
     .method = "POST",
     .path = "/lots",
     .summary = "Fill a retentate into numbered vials; volume and labels must add up.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &fill_input,
     .output = &filled_schema,
     .subject = "code",
     .judge = fill_judge,
     .apply = fill_apply},
    {.name = "lot.report",
     .method = "POST",
     .path = "/lots/{lot}/report",
     .summary = "Sign the production unit's report of a lot to the quality unit.",
     .permission = PERMIT_PRODUCTION_REPORT,
     .effect = RECORDS,
     .signature = "reviewed",
     .input = &report_schema,
     .output = &report_schema,
     .subject = "lot",
     .judge = report_judge,
     .apply = report_apply,
     .retract = report_retract},
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
