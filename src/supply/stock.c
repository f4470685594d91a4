/* stock.c: set aside, destroyed, lost: every vial keeps a state, so that the sum is what was made.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/stock.h"

#include "contract/hold.h"
#include "manufacture/lot.h"
#include "quality/reserve.h"

const struct rule stock_rules[STOCK_RULES] = {
    {"DV-10.evidence/1", "Are retained vials of a held lot kept, unless a recall destroys them?",
     "保留中ロットの保存品を、回収以外の理由で廃棄していないか。",
     "evidence hold, requirement DV-10"},
    {"RS-06.approved/1", "Did the quality unit approve what is taken out of the reserve?",
     "参考品・保存品からの払出しを品質部門が承認したか。", "requirement RS-06, practice"},
};

/* What vials are set aside for, and the state that they are in from then on. */
static const char *const purposes[] = {"tested",   "retained",      "reserve",
                                       "identity", "stability",     "release_test",
                                       "retest",   "investigation", NULL};
static const char *const kept_purposes[] = {"retained", "reserve", "identity", "stability", NULL};
static const char *const withdrawals[] = {"release_test", "retest", "investigation", NULL};
static const char *const reasons[] = {"inspection", "excursion", "broken",  "not_used", "returned",
                                      "recall",     "expired",   "counted", "other",    NULL};

struct stock_order {
    const char *lot;
    int64_t first;
    int64_t last;
    const char *purpose;
    const char *why;
    const char *site;
    int64_t vials;
    struct rows parts; /* struct vial_range: what they were before */
    struct reserve_facts facts;
    struct rows findings;
};

#define ORDER_FIELDS                                                                               \
    FIELD(struct stock_order, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),  \
        FIELD(struct stock_order, first, .required = true, .low = 1, .high = 1e9,                  \
              .help = "First serial"),                                                             \
        FIELD(struct stock_order, last, .required = true, .low = 1, .high = 1e9,                   \
              .help = "Last serial")
#define BODY_FIELDS                                                                                \
    FIELD(struct stock_order, lot, .help = "Lot"),                                                 \
        FIELD(struct stock_order, first, .help = "First serial"),                                  \
        FIELD(struct stock_order, last, .help = "Last serial"),                                    \
        FIELD(struct stock_order, site, .help = "Where"),                                          \
        FIELD(struct stock_order, vials, .unit = "vials", .help = "Number of vials"),              \
        FIELD(struct stock_order, parts, .of = &vial_range_schema,                                 \
              .help = "What they were before")

static const struct field aside_fields[] = {
    ORDER_FIELDS,
    FIELD(struct stock_order, purpose, .required = true, .choices = purposes,
          .help = "What they are for: kept as reserve, identity or stability, or opened"),
};
static const struct schema aside_schema = SCHEMA("stock_aside", struct stock_order, aside_fields);
static const struct field aside_body_fields[] = {
    BODY_FIELDS,
    FIELD(struct stock_order, purpose, .help = "What they are for"),
};
static const struct schema aside_body_schema =
    SCHEMA("stock_set_aside", struct stock_order, aside_body_fields);
static const struct field end_fields[] = {
    ORDER_FIELDS,
    FIELD(struct stock_order, why, .required = true, .choices = reasons, .help = "Why"),
};
static const struct schema end_schema = SCHEMA("stock_end", struct stock_order, end_fields);
static const struct field end_body_fields[] = {
    BODY_FIELDS,
    FIELD(struct stock_order, why, .help = "Why"),
};
static const struct schema end_body_schema =
    SCHEMA("stock_ended", struct stock_order, end_body_fields);

static const struct field withdrawal_fields[] = {
    ORDER_FIELDS,
    FIELD(struct stock_order, purpose, .required = true, .choices = withdrawals,
          .help = "What they are taken for"),
    FIELD(struct stock_order, why, .required = true, .longest = 400, .help = "Why"),
};
static const struct schema withdrawal_schema =
    SCHEMA("stock_withdrawal", struct stock_order, withdrawal_fields);
static const struct field withdrawn_fields[] = {
    BODY_FIELDS,
    FIELD(struct stock_order, purpose, .help = "What they are taken for"),
    FIELD(struct stock_order, why, .help = "Why"),
    FIELD(struct stock_order, facts, .of = &reserve_facts_schema, .help = "What is left of it"),
    FIELD(struct stock_order, findings, .of = &finding_schema,
          .help = "Whether the rest is still enough"),
};
static const struct schema withdrawn_schema =
    SCHEMA("stock_withdrawn", struct stock_order, withdrawn_fields);

const char *stock_site(const struct work *work)
{
    return work->actor ? work->actor->site : "";
}

static bool is_among(struct arena *arena, const char *words, const char *word)
{
    size_t count = 0;
    const char **list = text_split(arena, words, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (text_equals(list[i], word))
            return true;
    return false;
}

static bool refuse_part(struct work *work, const struct vial_range *part,
                        const struct vial_range *asked)
{
    return fail(&work->fault, FAULT_CONFLICT, "first",
                "Vial %lld of lot %s is %s at %s; this needs "
                "it at %s as one of: %s.",
                (long long)part->first, part->lot, part->state, part->site ? part->site : "no site",
                *asked->site ? asked->site : "a site", asked->state);
}

bool stock_take(struct work *work, const struct vial_range *asked, struct rows *parts)
{
    if (work->amends)
        return refuse(&work->fault, FAULT_CONFLICT, "seq", "AU-04.amend/1",
                      "Vials that an entry "
                      "moved cannot be corrected; annul the entry and record a new one.");
    if (asked->last < asked->first)
        return fail(&work->fault, FAULT_INPUT, "last",
                    "The field last lies before first; correct "
                    "the serials.");
    if (!vial_overlapping(work, asked->lot, asked->first, asked->last, parts))
        return false;
    int64_t reached = asked->first - 1;
    struct vial_range *part = parts->items;
    for (size_t i = 0; i < parts->count; i++) {
        part[i].first = part[i].first < asked->first ? asked->first : part[i].first;
        part[i].last = part[i].last > asked->last ? asked->last : part[i].last;
        if (!text_equals(part[i].site, asked->site) ||
            !is_among(work->arena, asked->state, part[i].state))
            return refuse_part(work, &part[i], asked);
        reached = part[i].last;
    }
    const int64_t missing = reached + 1;
    return reached == asked->last ||
           fail(&work->fault, FAULT_MISSING, "last", "Lot %s has no vial %lld; check the serials.",
                asked->lot, (long long)missing);
}

bool stock_turn(struct work *work, const struct rows *parts, const struct vial_range *to)
{
    for (size_t i = 0; i < parts->count; i++) {
        struct vial_range part = ROWS(*parts, const struct vial_range)[i];
        part.state = to->state;
        part.site = to->site ? to->site : part.site;
        part.shipment = to->shipment ? to->shipment : part.shipment;
        part.patient = to->patient;
        part.dose = to->dose;
        part.purpose = to->purpose ? to->purpose : part.purpose;
        part.entry = to->entry;
        if (!vial_change(work, &part))
            return false;
    }
    return true;
}

int64_t stock_vials(const struct rows *parts)
{
    int64_t vials = 0;
    for (size_t i = 0; i < parts->count; i++) {
        const struct vial_range *part = &ROWS(*parts, const struct vial_range)[i];
        vials += part->last - part->first + 1;
    }
    return vials;
}

bool stock_holds(struct work *work, const char *lot, const char **holds)
{
    struct rows rows;
    struct text text = text_open(work->arena);
    if (!hold_stopping(work, link_name(work->arena, "lot", lot), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct hold *hold = &ROWS(rows, const struct hold)[i];
        text_print(&text, "%s%s %s", i ? ", " : "", hold->subject, hold->why);
    }
    *holds = rows.count ? text.bytes : "none";
    return true;
}

static bool fill_body(struct work *work, const struct stock_order *given, const char *states,
                      struct stock_order *body)
{
    struct lot lot = {0};
    *body = *given;
    body->site = stock_site(work);
    const struct vial_range asked = {.lot = given->lot,
                                     .first = given->first,
                                     .last = given->last,
                                     .state = states,
                                     .site = body->site};
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !stock_take(work, &asked, &body->parts))
        return false;
    body->vials = stock_vials(&body->parts);
    return true;
}

static bool turn_all(struct work *work, const struct entry *entry, const void *body,
                     const char *state)
{
    const struct stock_order *order = body;
    const char *purpose = text_equals(order->purpose, state) ? NULL : order->purpose;
    const struct vial_range to = {.state = state, .purpose = purpose, .entry = entry->seq};
    return stock_turn(work, &order->parts, &to);
}

static bool retract_all(struct work *work, const struct entry *entry, const void *body)
{
    const struct stock_order *order = body;
    return vial_return(work, &order->parts, entry->seq);
}

static bool is_kept_purpose(const char *purpose)
{
    for (size_t i = 0; kept_purposes[i]; i++)
        if (text_equals(purpose, kept_purposes[i]))
            return true;
    return false;
}

/* What was set aside for a purpose is opened for that purpose, or with an approval. */
static bool check_aside(struct work *work, const struct stock_order *order)
{
    for (size_t i = 0; i < order->parts.count; i++) {
        const struct vial_range *part = &ROWS(order->parts, const struct vial_range)[i];
        if (!part->purpose || !text_equals(part->state, "retained"))
            continue;
        if (text_equals(part->purpose, "stability"))
            return fail(&work->fault, FAULT_CONFLICT, "first",
                        "Vial %lld of lot %s is kept for stability; record a stability pull.",
                        (long long)part->first, part->lot);
        return refuse(&work->fault, FAULT_RULE, "first", "RS-06.approved/1",
                      "Vial %lld of lot %s is kept as %s; taking it out needs a purpose and the "
                      "approval of the quality unit, as a withdrawal.",
                      (long long)part->first, part->lot, part->purpose);
    }
    return true;
}

/* What is retained may still be tested: that is what it is retained for. */
static bool aside_judge(struct work *work, const void *input, void *body)
{
    const struct stock_order *given = input;
    bool kept = is_kept_purpose(given->purpose);
    return fill_body(work, given, kept ? "in_stock" : "in_stock retained", body) &&
           check_aside(work, body);
}

static bool aside_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct stock_order *order = body;
    return turn_all(work, entry, body, is_kept_purpose(order->purpose) ? "retained" : "tested");
}

static bool withdraw_judge(struct work *work, const void *input, void *body)
{
    struct stock_order *order = body;
    int64_t taken = 0;
    if (!fill_body(work, input, "retained", body) ||
        !reserve_gather(work, order->lot, &order->facts))
        return false;
    for (size_t i = 0; i < order->parts.count; i++) {
        const struct vial_range *part = &ROWS(order->parts, const struct vial_range)[i];
        if (text_equals(part->purpose, "reserve"))
            taken += part->last - part->first + 1;
        else if (!text_equals(part->purpose, "identity"))
            return fail(&work->fault, FAULT_CONFLICT, "first",
                        "Vial %lld of lot %s is not kept as reserve or identity sample.",
                        (long long)part->first, part->lot);
    }
    order->facts.reserve.value -= taken;
    reserve_judge(work->arena, &order->facts, &order->findings);
    return true;
}

static bool withdraw_apply(struct work *work, const struct entry *entry, const void *body)
{
    return turn_all(work, entry, body, "tested");
}

static bool withdraw_again(struct work *work, const void *body, struct rows *findings)
{
    const struct stock_order *order = body;
    reserve_judge(work->arena, &order->facts, findings);
    return true;
}

/* A recall holds its lots; a word alone recalls nothing. */
static bool is_recalled(struct work *work, const char *lot, bool *recalled)
{
    struct rows holds;
    if (!hold_stopping(work, link_name(work->arena, "lot", lot), &holds))
        return false;
    for (size_t i = 0; i < holds.count; i++)
        *recalled = *recalled || text_equals(ROWS(holds, const struct hold)[i].why, "recall");
    return true;
}

static bool keeps_evidence(struct work *work, const struct stock_order *order)
{
    const char *holds = NULL;
    bool retained = false;
    bool recalled = false;
    for (size_t i = 0; i < order->parts.count; i++)
        retained = retained ||
                   text_equals(ROWS(order->parts, const struct vial_range)[i].state, "retained");
    if (!retained)
        return true;
    if (!stock_holds(work, order->lot, &holds) || !is_recalled(work, order->lot, &recalled))
        return false;
    return text_equals(holds, "none") || (recalled && text_equals(order->why, "recall")) ||
           refuse(&work->fault, FAULT_RULE, "first", "DV-10.evidence/1",
                  "Retained vials of lot %s "
                  "are evidence while it is held (%s); lift the hold first, or destroy them for a "
                  "recall.",
                  order->lot, holds);
}

static bool destroy_judge(struct work *work, const void *input, void *body)
{
    return fill_body(work, input, "in_stock arrived rejected retained", body) &&
           keeps_evidence(work, body);
}

static bool destroy_apply(struct work *work, const struct entry *entry, const void *body)
{
    return turn_all(work, entry, body, "destroyed");
}

/* Vials on the road are lost by the site that sent them: they were there last. */
static bool lose_judge(struct work *work, const void *input, void *body)
{
    return fill_body(work, input, "in_stock in_transit arrived rejected retained", body);
}

static bool lose_apply(struct work *work, const struct entry *entry, const void *body)
{
    return turn_all(work, entry, body, "lost");
}

static bool send_range(struct work *work, void *context, const void *row)
{
    return stream_row(work, context, row);
}

static bool show_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct code_key *key = input;
    const struct visitor visitor = {send_range, stream};
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) &&
           view_each(work, &vial_table, "lot", value_text(key->code), &visitor);
}

static bool balance_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) &&
           vial_balance(work, key->code, rows);
}

static bool purposes_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) &&
           vial_purposes(work, key->code, rows);
}

const struct operation stock_operations[STOCK_OPERATIONS] = {
    {.name = "stock.show",
     .method = "GET",
     .path = "/lots/{code}/vials",
     .summary = "Show where every vial of a lot is, in ranges of serials.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &code_key_schema,
     .output = &vial_range_schema,
     .stream = show_stream},
    {.name = "stock.balance",
     .method = "GET",
     .path = "/lots/{code}/balance",
     .summary = "Count the vials of a lot by state and site; the sum is what was made.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &vial_balance_schema,
     .list = balance_list},
    {.name = "stock.purposes",
     .method = "GET",
     .path = "/lots/{code}/purposes",
     .summary = "Count the vials that were set aside, by what they are for.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &vial_purpose_schema,
     .list = purposes_list},
    {.name = "stock.withdraw",
     .method = "POST",
     .path = "/lots/{lot}/reserve/withdrawals",
     .summary = "Take vials out of the reserve, approved by the quality unit.",
     .permission = PERMIT_STOCK_WRITE,
     .effect = RECORDS,
     .signature = "made",
     .witness = PERMIT_LOT_RELEASE,
     .input = &withdrawal_schema,
     .output = &withdrawn_schema,
     .subject = "lot",
     .judge = withdraw_judge,
     .apply = withdraw_apply,
     .judge_again = withdraw_again,
     .retract = retract_all},
    {.name = "stock.set_aside",
     .method = "POST",
     .path = "/lots/{lot}/set_aside",
     .summary = "Take vials for tests, or keep them for a purpose.",
     .permission = PERMIT_STOCK_WRITE,
     .effect = RECORDS,
     .input = &aside_schema,
     .output = &aside_body_schema,
     .subject = "lot",
     .judge = aside_judge,
     .apply = aside_apply,
     .retract = retract_all},
    {.name = "stock.destroy",
     .method = "POST",
     .path = "/lots/{lot}/destruction",
     .summary = "Record that vials were destroyed, before a second person.",
     .permission = PERMIT_STOCK_WRITE,
     .effect = RECORDS,
     .signature = "made",
     .witness = PERMIT_STOCK_COUNTERSIGN,
     .input = &end_schema,
     .output = &end_body_schema,
     .subject = "lot",
     .judge = destroy_judge,
     .apply = destroy_apply,
     .retract = retract_all},
    {.name = "stock.lose",
     .method = "POST",
     .path = "/lots/{lot}/loss",
     .summary = "Write off vials that cannot be found, before a second person.",
     .permission = PERMIT_STOCK_WRITE,
     .effect = RECORDS,
     .signature = "made",
     .witness = PERMIT_STOCK_COUNTERSIGN,
     .input = &end_schema,
     .output = &end_body_schema,
     .subject = "lot",
     .judge = lose_judge,
     .apply = lose_apply,
     .retract = retract_all},
};
