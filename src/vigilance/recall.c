/* recall.c: opened by two, every lot held at once, every notice counted, closed by two at zero. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/recall.h"

#include "contract/hold.h"
#include "donation/donor.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "treatment/patient.h"
#include "vigilance/reach.h"
#include "vigilance/trace.h"

#include <stdlib.h>
#include <string.h>

static const char *const reasons[] = {
    "suspected_infection", "adverse_event", "reactive_donor", "quality", "label", "other", NULL};
static const char *const answers[] = {"open", "reached", "unreachable", NULL};

static const struct field row_fields[] = {
    FIELD(struct recall, code, .help = "Code of the recall"),
    FIELD(struct recall, site, .help = "Site that opened it"),
    FIELD(struct recall, lot, .help = "Scope: one lot"),
    FIELD(struct recall, donor, .help = "Scope: every lot of a donor"),
    FIELD(struct recall, class, .help = "Class"),
    FIELD(struct recall, why, .help = "Why"),
    FIELD(struct recall, status, .help = "open or closed"),
    FIELD(struct recall, entry, .help = "Entry that opened it"),
    FIELD(struct recall, closed_entry, .help = "Entry that closed it, or 0"),
};
static const struct schema row_schema = SCHEMA("recall", struct recall, row_fields);
const struct table recall_table = {"recall", &row_schema, "code", "status", TABLE_VIEW};

static const struct field lot_fields[] = {
    FIELD(struct recall_lot, recall, .help = "Recall"),
    FIELD(struct recall_lot, lot, .help = "Lot in scope"),
};
static const struct schema recall_lot_schema = SCHEMA("recall_lot", struct recall_lot, lot_fields);
const struct table recall_lot_table = {"recall_lot", &recall_lot_schema, "recall lot", "lot",
                                       TABLE_VIEW};

static const struct field notice_fields[] = {
    FIELD(struct recall_notice, recall, .help = "Recall"),
    FIELD(struct recall_notice, recipient, .help = "Who was told, as site:K1 or patient:P-0001"),
    FIELD(struct recall_notice, sent_at, .help = "When it was sent"),
    FIELD(struct recall_notice, answer, .help = "open, reached or unreachable"),
    FIELD(struct recall_notice, entry, .help = "Entry that says so"),
};
static const struct schema notice_schema =
    SCHEMA("recall_notice", struct recall_notice, notice_fields);
const struct table recall_notice_table = {"recall_notice", &notice_schema, "recall recipient", "",
                                          TABLE_VIEW};

struct opening {
    const char *code;
    const char *lot;
    const char *donor;
    const char *class;
    const char *why;
    struct rows lots; /* struct recall_lot */
};
static const struct field open_fields[] = {
    FIELD(struct opening, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the recall"),
    FIELD(struct opening, lot, .code = true, .longest = 24, .help = "Scope: one lot"),
    FIELD(struct opening, donor, .code = true, .longest = 24,
          .help = "Scope: every lot that came from a donor"),
    FIELD(struct opening, class, .required = true, .longest = 24, .help = "Class, such as II"),
    FIELD(struct opening, why, .required = true, .choices = reasons, .help = "Why"),
};
static const struct schema open_schema = SCHEMA("recall_open", struct opening, open_fields);
static const struct field opened_fields[] = {
    FIELD(struct opening, code, .help = "Code of the recall"),
    FIELD(struct opening, lot, .help = "Scope: one lot"),
    FIELD(struct opening, donor, .help = "Scope: every lot that came from a donor"),
    FIELD(struct opening, class, .help = "Class"),
    FIELD(struct opening, why, .help = "Why"),
    FIELD(struct opening, lots, .of = &recall_lot_schema, .help = "Lots in scope"),
};
static const struct schema opened_schema = SCHEMA("recall_opened", struct opening, opened_fields);

static bool find_lots(struct work *work, struct opening *opening)
{
    struct rows lots;
    struct lot lot = {0};
    struct donor donor = {0};
    struct recall_lot *rows = arena_take(work->arena, sizeof *rows);
    *rows = (struct recall_lot){opening->code, opening->lot};
    opening->lots = (struct rows){1, rows};
    if (opening->lot)
        return view_need(work, &lot_table, "lot", opening->lot, &lot);
    if (!view_need(work, &donor_table, "donor", opening->donor, &donor) ||
        !trace_lots(work, link_name(work->arena, "donor", opening->donor), &lots))
        return false;
    rows = arena_take(work->arena, (lots.count + 1) * sizeof *rows);
    opening->lots = (struct rows){lots.count, rows};
    for (size_t i = 0; i < lots.count; i++)
        rows[i] = (struct recall_lot){opening->code, ROWS(lots, const char *)[i]};
    return lots.count > 0 || fail(&work->fault, FAULT_MISSING, "donor",
                                  "No lot came from donor %s; "
                                  "there is nothing to recall.",
                                  opening->donor);
}

static bool open_judge(struct work *work, const void *input, void *body)
{
    struct opening *opening = body;
    *opening = *(const struct opening *)input;
    if (!opening->lot == !opening->donor)
        return fail(&work->fault, FAULT_INPUT, "lot", "Give the scope as either a lot or a donor.");
    return view_free(work, &recall_table, "code", opening->code) && find_lots(work, opening);
}

static bool open_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct opening *opening = body;
    const struct recall row = {
        .code = opening->code,
        .site = entry->site,
        .lot = opening->lot,
        .donor = opening->donor,
        .class = opening->class,
        .why = opening->why,
        .status = "open",
        .entry = entry->seq,
    };
    for (size_t i = 0; i < opening->lots.count; i++)
        if (!view_put(work, &recall_lot_table, &ROWS(opening->lots, const struct recall_lot)[i]))
            return false;
    return view_put(work, &recall_table, &row);
}

bool recall_follow(struct work *work, const struct entry *entry, const void *body,
                   struct rows *inputs)
{
    const struct opening *opening = body;
    struct hold_order *orders = arena_take(work->arena, (opening->lots.count + 1) * sizeof *orders);
    (void)entry;
    for (size_t i = 0; i < opening->lots.count; i++)
        orders[i] = (struct hold_order){
            link_name(work->arena, "lot", ROWS(opening->lots, const struct recall_lot)[i].lot),
            "recall"};
    *inputs = (struct rows){opening->lots.count, orders};
    return true;
}

struct reached_row {
    const char *lot;
    int64_t first;
    int64_t last;
    int64_t vials;
    const char *state;
    const char *site;
    const char *to_site;
    const char *shipment;
    const char *patient;
    const char *dose;
};
static const struct field reached_fields[] = {
    FIELD(struct reached_row, lot, .help = "Lot"),
    FIELD(struct reached_row, first, .help = "First serial"),
    FIELD(struct reached_row, last, .help = "Last serial"),
    FIELD(struct reached_row, vials, .unit = "vials", .help = "Number of vials"),
    FIELD(struct reached_row, state, .help = "What became of them"),
    FIELD(struct reached_row, site, .help = "Where they are, or were last"),
    FIELD(struct reached_row, to_site, .help = "Where they are going, while they are on the road"),
    FIELD(struct reached_row, shipment, .help = "Newest shipment"),
    FIELD(struct reached_row, patient, .help = "Who received them, by code"),
    FIELD(struct reached_row, dose, .help = "In which dose"),
};
static const struct schema reached_schema =
    SCHEMA("recall_reach", struct reached_row, reached_fields);

/* Of shipments, what a long list needs: the columns of the same table. */
struct way {
    const char *code;
    const char *lot;
    const char *to_site;
};
static const struct field way_fields[] = {
    FIELD(struct way, code, .help = "Code of the shipment"),
    FIELD(struct way, lot, .help = "Lot"),
    FIELD(struct way, to_site, .help = "Where it goes"),
};
static const struct schema way_schema = SCHEMA("way", struct way, way_fields);
static const struct table way_table = {"shipment", &way_schema, "code", "lot", TABLE_VIEW};

struct reaching {
    struct stream *stream;
    struct rows ways; /* of the lot, in order of code */
};

static int compare_ways(const void *code, const void *way)
{
    return strcmp(code, ((const struct way *)way)->code);
}

static const char *destination(const struct rows *ways, const struct vial_range *range)
{
    const struct way *found = NULL;
    if (ways->count && range->shipment && text_equals(range->state, "in_transit"))
        found = bsearch(range->shipment, ways->items, ways->count, sizeof *found, compare_ways);
    return found ? found->to_site : NULL;
}

static bool send_reached(struct work *work, void *context, const void *item)
{
    const struct reaching *to = context;
    const struct vial_range *range = item;
    const struct reached_row row = {
        .lot = range->lot,
        .first = range->first,
        .last = range->last,
        .vials = range->last - range->first + 1,
        .state = range->state,
        .site = range->site,
        .to_site = destination(&to->ways, range),
        .shipment = range->shipment,
        .patient = range->patient,
        .dose = range->dose,
    };
    return stream_row(work, to->stream, &row);
}

static bool reach_lot(struct work *work, struct stream *stream, const char *lot)
{
    struct arena_mark mark = arena_mark(work->arena);
    struct reaching reaching = {.stream = stream};
    const struct visitor visitor = {send_reached, &reaching};
    bool worked = view_list(work, &way_table, "lot", value_text(lot), &reaching.ways) &&
                  vial_each(work, lot, &visitor);
    arena_rewind(work->arena, mark);
    return worked;
}

static bool reach_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct code_key *key = input;
    struct recall recall = {0};
    struct rows lots;
    if (!view_need(work, &recall_table, "code", key->code, &recall) ||
        !view_list(work, &recall_lot_table, "recall", value_text(key->code), &lots))
        return false;
    for (size_t i = 0; i < lots.count; i++)
        if (!reach_lot(work, stream, ROWS(lots, const struct recall_lot)[i].lot))
            return false;
    return true;
}

static bool need_open(struct work *work, const char *code)
{
    struct recall recall = {0};
    if (!view_need(work, &recall_table, "recall", code, &recall))
        return false;
    return text_equals(recall.status, "open") ||
           fail(&work->fault, FAULT_CONFLICT, "recall", "Recall %s is closed.", code);
}

struct notifying {
    const char *recall;
    const char *site;
    const char *patient;
    struct instant sent_at;
    const char *answer;
    const char *recipient;
};
static const struct field notify_fields[] = {
    FIELD(struct notifying, recall, .required = true, .code = true, .longest = 24,
          .help = "Recall"),
    FIELD(struct notifying, site, .code = true, .longest = 24, .help = "Site that was told"),
    FIELD(struct notifying, patient, .code = true, .longest = 24, .help = "Patient who was told"),
    FIELD(struct notifying, sent_at, .required = true, .help = "When it was sent"),
    FIELD(struct notifying, answer, .required = true, .choices = answers,
          .help = "open until answered, then reached or unreachable"),
};
static const struct schema notify_schema = SCHEMA("recall_notify", struct notifying, notify_fields);
static const struct field notified_fields[] = {
    FIELD(struct notifying, recall, .help = "Recall"),
    FIELD(struct notifying, patient, .help = "Patient who was told, if it was one"),
    FIELD(struct notifying, recipient, .help = "Who was told, as site:K1 or patient:P-0001"),
    FIELD(struct notifying, sent_at, .help = "When it was sent"),
    FIELD(struct notifying, answer, .help = "open, reached or unreachable"),
};
static const struct schema notified_schema =
    SCHEMA("recall_notified", struct notifying, notified_fields);

static bool notify_judge(struct work *work, const void *input, void *body)
{
    struct notifying *notifying = body;
    struct site site = {0};
    struct patient patient = {0};
    *notifying = *(const struct notifying *)input;
    if (!notifying->site == !notifying->patient)
        return fail(&work->fault, FAULT_INPUT, "site", "Name either a site or a patient.");
    if (notifying->sent_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "sent_at",
                    "The field sent_at lies in the future; "
                    "correct it.");
    notifying->recipient = notifying->site ? link_name(work->arena, "site", notifying->site)
                                           : link_name(work->arena, "patient", notifying->patient);
    return need_open(work, notifying->recall) &&
           (notifying->site
                ? view_need(work, &site_table, "site", notifying->site, &site)
                : view_need(work, &patient_table, "patient", notifying->patient, &patient));
}

static bool notify_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct notifying *notifying = body;
    const struct recall_notice row = {notifying->recall, notifying->recipient, notifying->sent_at,
                                      notifying->answer, entry->seq};
    return view_put(work, &recall_notice_table, &row);
}

static bool notices_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct recall recall = {0};
    return view_need(work, &recall_table, "code", key->code, &recall) &&
           view_list(work, &recall_notice_table, "recall", value_text(key->code), rows);
}

static bool balance_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct recall recall = {0};
    return view_need(work, &recall_table, "code", key->code, &recall) &&
           reach_balances(work, key->code, rows);
}

struct closing {
    const char *recall;
    struct recall_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field close_fields[] = {
    FIELD(struct closing, recall, .required = true, .code = true, .longest = 24, .help = "Recall"),
};
static const struct schema close_schema = SCHEMA("recall_close", struct closing, close_fields);
static const struct field closed_fields[] = {
    FIELD(struct closing, recall, .help = "Recall"),
    FIELD(struct closing, facts, .of = &recall_facts_schema, .help = "What was known"),
    FIELD(struct closing, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct closing, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema closed_schema = SCHEMA("recall_closed", struct closing, closed_fields);

static bool close_judge(struct work *work, const void *input, void *body)
{
    struct closing *closing = body;
    *closing = *(const struct closing *)input;
    if (!need_open(work, closing->recall) ||
        !reach_gather(work, closing->recall, &closing->facts, &closing->used))
        return false;
    recall_judge(work->arena, &closing->facts, &closing->findings);
    return findings_allow(work->arena, &work->fault, "recall", &closing->findings,
                          "The recall cannot be closed");
}

static bool close_again(struct work *work, const void *body, struct rows *findings)
{
    const struct closing *closing = body;
    recall_judge(work->arena, &closing->facts, findings);
    return true;
}

static bool close_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct closing *closing = body;
    struct recall row = {0};
    if (!view_need(work, &recall_table, "recall", closing->recall, &row))
        return false;
    row.status = "closed";
    row.closed_entry = entry->seq;
    return view_put(work, &recall_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &recall_table, page->after, page_limit(page), rows);
}

const struct operation recall_operations[RECALL_OPERATIONS] = {
    {.name = "recall.open",
     .method = "POST",
     .path = "/recalls",
     .summary = "Open a recall of a lot, or of every lot of a donor; all are held at once.",
     .permission = PERMIT_RECALL_OPEN,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_RECALL_COUNTERSIGN,
     .input = &open_schema,
     .output = &opened_schema,
     .subject = "code",
     .judge = open_judge,
     .apply = open_apply},
    {.name = "recall.reach",
     .method = "GET",
     .path = "/recalls/{code}/reach",
     .summary = "Show every vial of every lot in scope, with places and patients by code.",
     .permission = PERMIT_RECALL_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &code_key_schema,
     .output = &reached_schema,
     .stream = reach_stream},
    {.name = "recall.notify",
     .method = "POST",
     .path = "/recalls/{recall}/notices",
     .summary = "Record a notice to a site or a patient, or what was answered to it.",
     .permission = PERMIT_RECALL_WRITE,
     .effect = RECORDS,
     .input = &notify_schema,
     .output = &notified_schema,
     .subject = "recall",
     .person = "patient",
     .person_kind = "patient",
     .judge = notify_judge,
     .apply = notify_apply},
    {.name = "recall.notices",
     .method = "GET",
     .path = "/recalls/{code}/notices",
     .summary = "List who was told of a recall, and what was answered.",
     .permission = PERMIT_RECALL_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &notice_schema,
     .list = notices_list},
    {.name = "recall.balance",
     .method = "GET",
     .path = "/recalls/{code}/balance",
     .summary = "Add up the vials of each lot in scope; the difference must be none.",
     .permission = PERMIT_RECALL_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &recall_balance_schema,
     .list = balance_list},
    {.name = "recall.close",
     .method = "POST",
     .path = "/recalls/{recall}/closing",
     .summary = "Close a recall in which every vial and everybody is accounted for.",
     .permission = PERMIT_RECALL_OPEN,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_RECALL_COUNTERSIGN,
     .input = &close_schema,
     .output = &closed_schema,
     .subject = "recall",
     .judge = close_judge,
     .apply = close_apply,
     .judge_again = close_again},
    {.name = "recall.list",
     .method = "GET",
     .path = "/recalls",
     .summary = "List the recalls.",
     .permission = PERMIT_RECALL_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
