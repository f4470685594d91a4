/* deviation.c: recorded with content and effect, told to whom it concerns, assessed, closed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/deviation.h"

#include "chain/link.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "quality/deviation_close.h"

#include <stdlib.h>
#include <string.h>

static const char *const classes[] = {"minor", "major", "critical", NULL};
static const char *const ways[] = {"telephone", "message", "letter", "in_person", NULL};

static const struct field row_fields[] = {
    FIELD(struct deviation, code, .help = "Code of the deviation"),
    FIELD(struct deviation, class, .help = "minor, major or critical"),
    FIELD(struct deviation, about, .help = "What it is about, as kind:code"),
    FIELD(struct deviation, lot, .help = "Lot whose vials or material it touches"),
    FIELD(struct deviation, site, .help = "Where it was recorded"),
    FIELD(struct deviation, content, .help = "What was not as it should be"),
    FIELD(struct deviation, effect, .help = "What it may do to the product"),
    FIELD(struct deviation, noticed_at, .help = "When it was noticed"),
    FIELD(struct deviation, status, .help = "open, assessed or closed"),
    FIELD(struct deviation, clinics, .help = "Clinics that had received vials by then"),
    FIELD(struct deviation, report_on, .help = "Written report to the site manager"),
    FIELD(struct deviation, entry, .help = "Entry that recorded it"),
    FIELD(struct deviation, assessed_entry, .help = "Entry of the newest assessment, or 0"),
    FIELD(struct deviation, closed_entry, .help = "Entry that closed it, or 0"),
};
static const struct schema row_schema = SCHEMA("deviation", struct deviation, row_fields);
const struct table deviation_table = {"deviation", &row_schema, "code", "lot status", TABLE_VIEW};

static const struct field notice_row_fields[] = {
    FIELD(struct deviation_notice, deviation, .help = "Deviation"),
    FIELD(struct deviation_notice, site, .help = "Who was told"),
    FIELD(struct deviation_notice, sent_at, .help = "When"),
    FIELD(struct deviation_notice, how, .help = "How"),
    FIELD(struct deviation_notice, entry, .help = "Entry that says so"),
};
static const struct schema notice_row_schema =
    SCHEMA("deviation_notice", struct deviation_notice, notice_row_fields);
const struct table deviation_notice_table = {"deviation_notice", &notice_row_schema,
                                             "deviation site", "", TABLE_VIEW};

static const struct field open_fields[] = {
    FIELD(struct deviation_opening, code, .code = true, .longest = 24,
          .help = "Code of the deviation; left out, the next running number"),
    FIELD(struct deviation_opening, class, .required = true, .choices = classes,
          .help = "minor, major or critical"),
    FIELD(struct deviation_opening, about, .required = true, .code = true, .longest = 64,
          .help = "What it is about, as kind:code, such as lot:L-25-001"),
    FIELD(struct deviation_opening, lot, .code = true, .longest = 24,
          .help = "Lot whose vials or material it touches"),
    FIELD(struct deviation_opening, content, .required = true, .longest = 1000, .prose = true,
          .help = "What was not as it should be"),
    FIELD(struct deviation_opening, effect, .required = true, .longest = 1000, .prose = true,
          .help = "What it may do to the product"),
    FIELD(struct deviation_opening, noticed_at, .required = true, .help = "When it was noticed"),
};
static const struct schema open_schema =
    SCHEMA("deviation_open", struct deviation_opening, open_fields);

struct opened {
    struct deviation_opening given;
    const char *clinics;
};
#define GIVEN(member, ...)                                                                         \
    {                                                                                              \
        .name = #member, .kind = FIELD_KIND(((struct opened *)0)->given.member),                   \
        .offset = offsetof(struct opened, given.member), __VA_ARGS__                               \
    }
static const struct field opened_fields[] = {
    GIVEN(code, .help = "Code of the deviation"),
    GIVEN(class, .help = "minor, major or critical"),
    GIVEN(about, .help = "What it is about, as kind:code"),
    GIVEN(lot, .help = "Lot whose vials or material it touches"),
    GIVEN(content, .help = "What was not as it should be"),
    GIVEN(effect, .help = "What it may do to the product"),
    GIVEN(noticed_at, .help = "When it was noticed"),
    FIELD(struct opened, clinics, .help = "Clinics that had received vials by then"),
};
static const struct schema opened_schema = SCHEMA("deviation_opened", struct opened, opened_fields);

static bool is_among(const char *words, const char *word)
{
    return words && text_has_word(words, word);
}

static bool is_about_part(const struct vial_range *range, const char *about)
{
    static const char shipment[] = "shipment:";
    return !text_starts(about, shipment) ||
           text_equals(range->shipment, about + sizeof shipment - 1);
}

bool deviation_clinics(struct work *work, const char *about, const char *lot, const char **clinics)
{
    struct rows ranges;
    struct text text = text_open(work->arena);
    text_add(&text, "");
    if (lot && !view_list(work, &vial_table, "lot", value_text(lot), &ranges))
        return false;
    for (size_t i = 0; lot && i < ranges.count; i++) {
        const struct vial_range *range = &ROWS(ranges, const struct vial_range)[i];
        struct site site = {0};
        bool found = false;
        if (!range->shipment || !range->site || is_among(text.bytes, range->site) ||
            !is_about_part(range, about))
            continue;
        if (!view_find(work, &site_table, VALUES(value_text(range->site)), &site, &found))
            return false;
        if (found && text_equals(site.kind, "clinic"))
            text_print(&text, "%s%s", text.length ? " " : "", range->site);
    }
    *clinics = text.bytes;
    return true;
}

struct numbering {
    long last;
};

static bool note_number(struct work *work, void *context, const void *row)
{
    static const char start[] = "DEV-";
    const struct deviation *deviation = row;
    struct numbering *numbering = context;
    (void)work;
    if (!text_starts(deviation->code, start))
        return true;
    long number = strtol(deviation->code + sizeof start - 1, NULL, 10);
    if (number > numbering->last && number < 1000000)
        numbering->last = number;
    return true;
}

static bool next_code(struct work *work, const char **code)
{
    struct numbering numbering = {0};
    const struct visitor visitor = {note_number, &numbering};
    if (!view_each(work, &deviation_table, NULL, value_text(NULL), &visitor))
        return false;
    *code = arena_print(work->arena, "DEV-%04ld", numbering.last + 1);
    return true;
}

/* A deviation about something that nobody recorded would be found by nobody. */
static bool check_about(struct work *work, const char *about)
{
    struct rows rows;
    const char *colon = strchr(about, ':');
    if (!colon || !colon[1])
        return fail(&work->fault, FAULT_INPUT, "about",
                    "The field about must be a kind and a code, such as lot:L-25-001.");
    if (!view_list(work, &journal_table, "subject", value_text(colon + 1), &rows))
        return false;
    return rows.count > 0 || fail(&work->fault, FAULT_MISSING, "about",
                                  "Nothing is recorded about %s; check the code.", about);
}

static bool check_lot(struct work *work, struct deviation_opening *given)
{
    static const char start[] = "lot:";
    struct lot lot = {0};
    if (!given->lot && text_starts(given->about, start))
        given->lot = given->about + sizeof start - 1;
    return !given->lot || view_need(work, &lot_table, "lot", given->lot, &lot);
}

static bool open_judge(struct work *work, const void *input, void *body)
{
    struct opened *opened = body;
    opened->given = *(const struct deviation_opening *)input;
    if (!opened->given.code && !next_code(work, &opened->given.code))
        return false;
    if (opened->given.noticed_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "noticed_at",
                    "The field noticed_at lies in the future; correct it.");
    return view_free(work, &deviation_table, "code", opened->given.code) &&
           check_about(work, opened->given.about) && check_lot(work, &opened->given) &&
           deviation_clinics(work, opened->given.about, opened->given.lot, &opened->clinics);
}

static bool open_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct opened *opened = body;
    const struct deviation row = {
        .code = opened->given.code,
        .class = opened->given.class,
        .about = opened->given.about,
        .lot = opened->given.lot,
        .site = entry->site,
        .content = opened->given.content,
        .effect = opened->given.effect,
        .noticed_at = opened->given.noticed_at,
        .status = "open",
        .clinics = opened->clinics,
        .entry = entry->seq,
    };
    return view_put(work, &deviation_table, &row);
}

static bool is_about_sent(const char *about)
{
    return text_starts(about, "shipment:") || text_starts(about, "box:");
}

bool deviation_open_critical(struct work *work, const char *lot, const char **codes)
{
    struct rows nodes;
    struct rows deviations;
    struct text text = text_open(work->arena);
    if (!link_reach(work, link_name(work->arena, "lot", lot), LINK_BACKWARD, &nodes))
        return false;
    if (!view_list(work, &deviation_table, NULL, value_text(NULL), &deviations))
        return false;
    for (size_t i = 0; i < deviations.count; i++) {
        const struct deviation *row = &ROWS(deviations, const struct deviation)[i];
        bool counts = !text_equals(row->status, "closed") && text_equals(row->class, "critical");
        bool reached = counts && text_equals(row->lot, lot) && !is_about_sent(row->about);
        for (size_t j = 0; counts && j < nodes.count; j++)
            reached =
                reached || text_equals(ROWS(nodes, const struct link_node)[j].name, row->about);
        if (reached)
            text_print(&text, "%s%s", text.length ? " " : "", row->code);
    }
    *codes = text.length ? text.bytes : "none";
    return true;
}

static const struct field notify_fields[] = {
    FIELD(struct deviation_notice, deviation, .required = true, .code = true, .longest = 24,
          .help = "Deviation"),
    FIELD(struct deviation_notice, site, .required = true, .code = true, .longest = 24,
          .help = "Site that was told"),
    FIELD(struct deviation_notice, sent_at, .required = true, .help = "When it was told"),
    FIELD(struct deviation_notice, how, .required = true, .choices = ways, .help = "How"),
};
static const struct schema notify_schema =
    SCHEMA("deviation_notify", struct deviation_notice, notify_fields);

static bool notify_judge(struct work *work, const void *input, void *body)
{
    const struct deviation_notice *given = input;
    struct deviation deviation = {0};
    struct site site = {0};
    *(struct deviation_notice *)body = *given;
    if (!view_need(work, &deviation_table, "deviation", given->deviation, &deviation) ||
        !view_need(work, &site_table, "site", given->site, &site))
        return false;
    if (given->sent_at.usec > work->now_usec || given->sent_at.usec < deviation.noticed_at.usec)
        return fail(&work->fault, FAULT_INPUT, "sent_at",
                    "The field sent_at must lie between the moment when deviation %s was noticed "
                    "and now; correct it.",
                    deviation.code);
    return true;
}

static bool notify_apply(struct work *work, const struct entry *entry, const void *body)
{
    struct deviation_notice row = *(const struct deviation_notice *)body;
    row.entry = entry->seq;
    return view_put(work, &deviation_notice_table, &row);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &deviation_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &deviation_table, page->after, page_limit(page), rows);
}

static bool notices_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct deviation deviation = {0};
    return view_need(work, &deviation_table, "code", key->code, &deviation) &&
           view_list(work, &deviation_notice_table, "deviation", value_text(key->code), rows);
}

const struct operation deviation_operations[DEVIATION_OPERATIONS] = {
    {.name = "deviation.open",
     .method = "POST",
     .path = "/deviations",
     .summary = "Record a deviation with its content and its effect.",
     .permission = PERMIT_DEVIATION_WRITE,
     .effect = RECORDS,
     .input = &open_schema,
     .output = &opened_schema,
     .subject = "code",
     .judge = open_judge,
     .apply = open_apply},
    {.name = "deviation.notify",
     .method = "POST",
     .path = "/deviations/{deviation}/notices",
     .summary = "Record that a site was told of a deviation.",
     .permission = PERMIT_DEVIATION_WRITE,
     .effect = RECORDS,
     .input = &notify_schema,
     .output = &notify_schema,
     .subject = "deviation",
     .judge = notify_judge,
     .apply = notify_apply},
    {.name = "deviation.assess",
     .method = "POST",
     .path = "/deviations/{deviation}/assessment",
     .summary = "Assess a deviation: its effect, its cause, and the action with owner and days.",
     .permission = PERMIT_DEVIATION_CLOSE,
     .effect = RECORDS,
     .signature = "approved",
     .input = &deviation_assess_schema,
     .output = &deviation_assess_schema,
     .subject = "deviation",
     .judge = deviation_assess_judge,
     .apply = deviation_assess_apply},
    {.name = "deviation.close",
     .method = "POST",
     .path = "/deviations/{deviation}/closing",
     .summary = "Close a deviation, before a second person.",
     .permission = PERMIT_DEVIATION_CLOSE,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_DEVIATION_WRITE,
     .input = &deviation_close_schema,
     .output = &deviation_closed_schema,
     .subject = "deviation",
     .judge = deviation_close_judge,
     .apply = deviation_close_apply,
     .judge_again = deviation_close_again},
    {.name = "deviation.show",
     .method = "GET",
     .path = "/deviations/{code}",
     .summary = "Show one deviation.",
     .permission = PERMIT_DEVIATION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &row_schema,
     .read = show_read},
    {.name = "deviation.notices",
     .method = "GET",
     .path = "/deviations/{code}/notices",
     .summary = "List who was told of a deviation.",
     .permission = PERMIT_DEVIATION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &notice_row_schema,
     .list = notices_list},
    {.name = "deviation.list",
     .method = "GET",
     .path = "/deviations",
     .summary = "List the deviations.",
     .permission = PERMIT_DEVIATION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
