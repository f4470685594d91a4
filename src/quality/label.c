/* label.c: labels are printed from the record alone, and what was printed is kept. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/label.h"

#include "base/time.h"
#include "contract/hold.h"
#include "contract/setting.h"
#include "manufacture/lot.h"
#include "manufacture/product.h"
#include "manufacture/vial.h"
#include "quality/assay.h"
#include "quality/claim.h"
#include "quality/figure.h"
#include "quality/kept.h"
#include "quality/label_sheet.h"

#include <string.h>

static const char *const label_kinds[] = {"in_process", "release", NULL};
static const char *const languages[] = {"ja", "en", NULL};

static const struct field content_fields[] = {
    FIELD(struct label_content, product, .help = "Product"),
    FIELD(struct label_content, class_name, .help = "Class of the product"),
    FIELD(struct label_content, lot, .help = "Lot"),
    FIELD(struct label_content, volume, .help = "Volume in a vial"),
    FIELD(struct label_content, particles, .help = "Particles per vial, method and assay"),
    FIELD(struct label_content, storage, .help = "Storage"),
    FIELD(struct label_content, expiry, .help = "Last usable day"),
    FIELD(struct label_content, after_thaw, .help = "Time after thawing"),
    FIELD(struct label_content, routes, .help = "Routes"),
    FIELD(struct label_content, tissue, .help = "Source tissue"),
    FIELD(struct label_content, maker, .help = "Maker"),
    FIELD(struct label_content, text, .help = "Free text"),
};
const struct schema label_content_schema =
    SCHEMA("label_content", struct label_content, content_fields);

static const struct field facts_fields[] = {
    FIELD(struct label_facts, kind, .help = "in_process or release"),
    FIELD(struct label_facts, status, .help = "Of the lot"),
    FIELD(struct label_facts, inspected, .help = "inspected, once every vial was looked at"),
    FIELD(struct label_facts, unfit, .help = "Vials that were rejected or are gone",
          .unit = "vials"),
    FIELD(struct label_facts, holds, .help = "Open holds on the lot and what it came from"),
    FIELD(struct label_facts, missing, .help = "Of the label minimum, or none"),
    FIELD(struct label_facts, says_origin, .help = "yes where a line names an origin not shown"),
    FIELD(struct label_facts, claims, .of = &claim_schema, .help = "Claims of the free text"),
};
static const struct schema facts_schema = SCHEMA("label_facts", struct label_facts, facts_fields);

struct label_print {
    const char *code;
    const char *lot;
    const char *kind;
    int64_t first;
    int64_t last;
    const char *text;
    const char *language;
    int64_t labels;
    struct label_content content;
    struct label_facts facts;
    struct rows findings;
    struct rows used;
    struct file file;
};
static const struct field print_fields[] = {
    FIELD(struct label_print, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the sheet"),
    FIELD(struct label_print, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct label_print, kind, .required = true, .choices = label_kinds,
          .help = "Of vials under test, or of released ones"),
    FIELD(struct label_print, first, .required = true, .low = 1, .high = 1e7,
          .help = "First serial"),
    FIELD(struct label_print, last, .required = true, .low = 1, .high = 1e7, .help = "Last serial"),
    FIELD(struct label_print, text, .longest = 120,
          .help = "Free text; every claim in it is judged"),
    FIELD(struct label_print, language, .required = true, .choices = languages, .help = "Language"),
};
static const struct schema print_input = SCHEMA("label_print", struct label_print, print_fields);
static const struct field printed_fields[] = {
    FIELD(struct label_print, code, .help = "Code of the sheet"),
    FIELD(struct label_print, lot, .help = "Lot"),
    FIELD(struct label_print, kind, .help = "in_process or release"),
    FIELD(struct label_print, first, .help = "First serial"),
    FIELD(struct label_print, last, .help = "Last serial"),
    FIELD(struct label_print, text, .help = "Free text"),
    FIELD(struct label_print, language, .help = "Language"),
    FIELD(struct label_print, labels, .help = "Labels printed", .unit = "labels"),
    FIELD(struct label_print, content, .of = &label_content_schema, .help = "What they say"),
    FIELD(struct label_print, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct label_print, findings, .of = &finding_schema, .help = "One per rule and claim"),
    FIELD(struct label_print, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct label_print, file, .help = "The sheet as it was printed"),
};
static const struct schema printed_schema =
    SCHEMA("label_printed", struct label_print, printed_fields);

struct label {
    const char *code;
    const char *lot;
    int64_t entry;
    const char *kind;
    int64_t first;
    int64_t last;
    const char *language;
    const char *sha256;
};
static const struct field label_fields[] = {
    FIELD(struct label, code, .help = "Code of the sheet"),
    FIELD(struct label, lot, .help = "Lot"),
    FIELD(struct label, entry, .help = "Entry that printed them"),
    FIELD(struct label, kind, .help = "in_process or release"),
    FIELD(struct label, first, .help = "First serial"),
    FIELD(struct label, last, .help = "Last serial"),
    FIELD(struct label, language, .help = "Language"),
    FIELD(struct label, sha256, .help = "SHA-256 of the sheet"),
};
static const struct schema label_schema = SCHEMA("label", struct label, label_fields);
const struct table label_table = {"label", &label_schema, "code", "lot", TABLE_VIEW};

/* What the sheet is made from. */
struct sources {
    struct lot lot;
    struct specification specification;
    struct site site;
    struct real storage_c;
    struct count thaw_minutes;
    struct assay_result count;
    bool counted;
};

static bool gather_sources(struct work *work, const char *lot, struct sources *sources)
{
    return view_need(work, &lot_table, "lot", lot, &sources->lot) &&
           specification_need(work, "lot", sources->lot.specification, &sources->specification) &&
           view_need(work, &site_table, "lot", sources->lot.site, &sources->site) &&
           setting_real(work, "transport_c_most", &sources->storage_c) &&
           setting_count(work, "thaw_minutes_most", &sources->thaw_minutes) &&
           assay_standing(work, lot, "particles_per_ml", &sources->count, &sources->counted);
}

/* The first word of the method, and the assay in which all of it is found. */
static const char *print_particles(struct arena *arena, const struct sources *sources, bool ja)
{
    const struct assay_result *count = &sources->count;
    if (!sources->counted || !count->value.text || text_is_empty(count->method))
        return NULL;
    const double volume_ml = (double)sources->lot.volume_per_vial_ul / 1000;
    const struct real each = real_of(arena, count->value.value * volume_ml);
    const char *method = arena_text(arena, count->method, strcspn(count->method, " ,;"));
    return arena_print(arena, ja ? "%s 粒子/本 (%s %s)" : "%s particles/vial (%s %s)",
                       figure_print(arena, &each, 3), method, count->code);
}

static const char *print_after_thaw(struct arena *arena, const struct count *minutes, bool ja)
{
    if (!minutes->known)
        return NULL;
    return arena_print(arena,
                       ja ? "融解後 %lld 分以内に使用・再凍結不可"
                          : "Use within %lld min of thawing, never refreeze",
                       (long long)minutes->value);
}

static struct label_content fill_content(struct arena *arena, const struct sources *sources,
                                         const struct label_print *asked)
{
    const bool ja = text_equals(asked->language, "ja");
    const enum wording_language language = ja ? WORDING_JA : WORDING_EN;
    const struct lot *lot = &sources->lot;
    const struct real volume_ml = real_of(arena, (double)lot->volume_per_vial_ul / 1000);
    return (struct label_content){
        .product = sources->specification.code,
        .class_name = wording_of(arena, sources->specification.product_class, language),
        .lot = lot->code,
        .volume = arena_print(arena, "%s mL", figure_fixed(arena, &volume_ml, 2)),
        .particles = print_particles(arena, sources, ja),
        .storage = sources->storage_c.text
                       ? arena_print(arena, "≤ %s °C", figure_fixed(arena, &sources->storage_c, 0))
                       : NULL,
        .expiry = lot->expires_on.text,
        .after_thaw = print_after_thaw(arena, &sources->thaw_minutes, ja),
        .routes = wording_list(arena, sources->specification.routes, language),
        .tissue = wording_of(arena, lot->tissue, language),
        .maker = sources->site.name,
        .text = asked->text,
    };
}

static bool is_unfit(const char *state)
{
    return text_equals(state, "rejected") || text_equals(state, "destroyed") ||
           text_equals(state, "lost") || text_equals(state, "given");
}

/* How many of first..last lie in the range that was asked for. */
static int64_t count_within(const struct label_print *asked, int64_t first, int64_t last)
{
    const int64_t from = first > asked->first ? first : asked->first;
    const int64_t to = last < asked->last ? last : asked->last;
    return to < from ? 0 : to - from + 1;
}

/* Rejected at inspection, whether they are still there or not, and what is gone besides. */
static bool count_unfit(struct work *work, const struct lot *lot, const struct label_print *asked,
                        struct count *unfit)
{
    struct rows ranges;
    int64_t rejected = 0;
    int64_t gone = 0;
    if (!vial_overlapping(work, asked->lot, asked->first, asked->last, &ranges))
        return false;
    if (lot->rejected_first)
        rejected = count_within(asked, lot->rejected_first, lot->rejected_last);
    for (size_t i = 0; i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        if (is_unfit(range->state))
            gone += count_within(asked, range->first, range->last);
    }
    *unfit = (struct count){true, rejected > gone ? rejected : gone};
    return true;
}

static bool check_serials(struct work *work, const struct lot *lot, const struct label_print *asked)
{
    if (asked->last < asked->first || asked->last > lot->vials)
        return fail(&work->fault, FAULT_INPUT, "last",
                    "The lot %s has the vials 1 to %lld; give a range of them.", lot->code,
                    (long long)lot->vials);
    return asked->last - asked->first < LABELS_MOST ||
           fail(&work->fault, FAULT_INPUT, "last",
                "A sheet holds %d labels; print the others on another one.", LABELS_MOST);
}

static bool gather_claims(struct work *work, const struct label_sheet *sheet,
                          struct label_facts *facts)
{
    struct claim_facts claims;
    struct label_content own = *sheet->content;
    struct label_sheet ours = *sheet;
    if (!claim_gather(work, own.lot, &claims))
        return false;
    own.text = NULL; /* judged claim by claim */
    ours.content = &own;
    const bool shown = !text_equals(claims.origin, "none");
    const bool says =
        claim_has_kind(work->arena, &claims.words, "origin", label_lines(work->arena, &ours));
    facts->says_origin = says && !shown ? "yes" : "no";
    claims.text = sheet->content->text;
    if (claims.text)
        claim_judge(work->arena, &claims, &facts->claims);
    return true;
}

static bool gather_facts(struct work *work, const struct sources *sources,
                         const struct label_sheet *sheet, struct label_print *print)
{
    struct rows holds;
    struct label_facts *facts = &print->facts;
    *facts = (struct label_facts){.kind = print->kind, .status = sources->lot.status};
    if (!hold_stopping(work, link_name(work->arena, "lot", print->lot), &holds) ||
        !count_unfit(work, &sources->lot, print, &facts->unfit) ||
        !gather_claims(work, sheet, facts))
        return false;
    facts->holds = (struct count){true, (int64_t)holds.count};
    facts->inspected = sources->lot.inspected_entry ? "inspected" : NULL;
    facts->missing = label_missing(work->arena, &print->content, print->kind);
    return true;
}

static void note_used(struct work *work, const struct sources *sources, struct rows *used)
{
    const int64_t entries[] = {sources->lot.inspected_entry, sources->lot.decided_entry,
                               sources->counted ? sources->count.entry : 0};
    struct use *uses = arena_take(work->arena, sizeof entries / sizeof *entries * sizeof *uses);
    *used = (struct rows){0, uses};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (entries[i])
            uses[used->count++].entry = entries[i];
}

static bool draw(struct work *work, const struct label_sheet *sheet, struct label_print *print)
{
    const unsigned char *bytes = NULL;
    size_t size = 0;
    if (!label_draw(work->arena, &work->fault, sheet, &bytes, &size))
        return false;
    print->file = kept_file(work,
                            arena_print(work->arena, "labels-%s-%04lld-%04lld.pdf", print->lot,
                                        (long long)print->first, (long long)print->last),
                            bytes, size);
    return true;
}

static bool print_judge(struct work *work, const void *input, void *body)
{
    struct label_print *print = body;
    struct sources sources = {0};
    *print = *(const struct label_print *)input;
    if (!view_free(work, &label_table, "code", print->code) ||
        !gather_sources(work, print->lot, &sources) ||
        !operation_at_site(work, "lot", sources.lot.site, "lot") ||
        !check_serials(work, &sources.lot, print))
        return false;
    print->labels = print->last - print->first + 1;
    print->content = fill_content(work->arena, &sources, print);
    const struct label_sheet sheet = {
        .content = &print->content,
        .kind = print->kind,
        .made_at = instant_print_zone(work->arena, work->now_usec, work->zone_minutes),
        .language = text_equals(print->language, "ja") ? WORDING_JA : WORDING_EN,
        .first = print->first,
        .last = print->last,
    };
    if (!gather_facts(work, &sources, &sheet, print))
        return false;
    note_used(work, &sources, &print->used);
    label_judge(work->arena, &print->facts, &print->findings);
    return findings_allow(work->arena, &work->fault, "text", &print->findings,
                          "These labels cannot be printed") &&
           draw(work, &sheet, print);
}

static bool print_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct label_print *print = body;
    const struct label label = {.code = print->code,
                                .lot = print->lot,
                                .entry = entry->seq,
                                .kind = print->kind,
                                .first = print->first,
                                .last = print->last,
                                .language = print->language,
                                .sha256 = print->file.sha256};
    return view_put(work, &label_table, &label);
}

static bool print_again(struct work *work, const void *body, struct rows *findings)
{
    const struct label_print *print = body;
    label_judge(work->arena, &print->facts, findings);
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct lot_key *key = input;
    return view_list(work, &label_table, "lot", value_text(key->lot), rows);
}

static bool sheet_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct label label = {0};
    return view_need(work, &label_table, "code", key->code, &label) &&
           kept_read(work, label.sha256, row);
}

const struct operation label_operations[LABEL_OPERATIONS] = {
    {.name = "label.print",
     .method = "POST",
     .path = "/lots/{lot}/labels",
     .summary = "Print labels of vials, each with its code; every claim on them is judged.",
     .permission = PERMIT_LABEL_PRINT,
     .effect = RECORDS,
     .input = &print_input,
     .output = &printed_schema,
     .subject = "code",
     .judge = print_judge,
     .apply = print_apply,
     .judge_again = print_again},
    {.name = "label.list",
     .method = "GET",
     .path = "/lots/{lot}/labels",
     .summary = "List the sheets of labels that were printed for a lot.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &lot_key_schema,
     .output = &label_schema,
     .list = list_read},
    {.name = "label.sheet",
     .method = "GET",
     .path = "/labels/{code}/file",
     .summary = "Fetch a sheet of labels exactly as it was printed.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &kept_schema,
     .read = sheet_read},
};
