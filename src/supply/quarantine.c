/* quarantine.c: decided by the quality unit of the maker, box by box, never by the clinic. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/quarantine.h"

#include "contract/setting.h"
#include "manufacture/lot.h"
#include "supply/box.h"
#include "supply/exposure.h"
#include "supply/shipment.h"
#include "supply/stock.h"

static const char *const decisions[] = {"accept", "reject", NULL};

/* A decision about one box; without a code about vials that travel unboxed. */
struct decided_box {
    const char *code;
    const char *decision;
    const char *why;
    int64_t first;
    int64_t last;
    int64_t vials; /* that still waited */
    struct count minutes_out;
    struct count minutes_life;
};
static const struct field box_fields[] = {
    FIELD(struct decided_box, code, .required = true, .code = true, .longest = 24, .help = "Box"),
    FIELD(struct decided_box, decision, .required = true, .choices = decisions,
          .help = "accept into stock, or reject"),
    FIELD(struct decided_box, why, .required = true, .longest = 400, .help = "Why"),
};
static const struct schema box_schema = SCHEMA("box_decision", struct decided_box, box_fields);
static const struct field decided_box_fields[] = {
    FIELD(struct decided_box, code, .help = "Box"),
    FIELD(struct decided_box, decision, .help = "accept or reject"),
    FIELD(struct decided_box, why, .help = "Why"),
    FIELD(struct decided_box, first, .help = "First serial"),
    FIELD(struct decided_box, last, .help = "Last serial"),
    FIELD(struct decided_box, vials, .unit = "vials", .help = "Vials that still waited"),
    FIELD(struct decided_box, minutes_out, .unit = "min", .help = "Time out of range on this way"),
    FIELD(struct decided_box, minutes_life, .unit = "min",
          .help = "Time out of range of its worst vial, all transports together"),
};
static const struct schema decided_box_schema =
    SCHEMA("box_decided", struct decided_box, decided_box_fields);

struct deciding {
    const char *shipment;
    struct rows boxes; /* struct decided_box */
    const char *decision;
    const char *why;
    const char *storage_proof;
    int64_t vials_accepted;
    int64_t vials_rejected;
    int64_t undecided; /* vials of the shipment that still wait */
    struct decision_facts facts;
    struct rows findings;
    struct rows used;
    struct rows accepted; /* what the vials were before */
    struct rows rejected;
};
static const struct field decide_fields[] = {
    FIELD(struct deciding, shipment, .required = true, .code = true, .longest = 24,
          .help = "Shipment"),
    FIELD(struct deciding, boxes, .of = &box_schema, .longest = 200, .help = "Box by box"),
    FIELD(struct deciding, decision, .choices = decisions,
          .help = "accept or reject, about everything that waits, instead of boxes"),
    FIELD(struct deciding, why, .longest = 400, .help = "Why, about everything that waits"),
    FIELD(struct deciding, storage_proof, .longest = 400,
          .help = "For vials that came back: what proves that they were stored without a break"),
};
static const struct schema decide_schema =
    SCHEMA("shipment_decide", struct deciding, decide_fields);
static const struct field decided_fields[] = {
    FIELD(struct deciding, shipment, .help = "Shipment"),
    FIELD(struct deciding, boxes, .of = &decided_box_schema, .help = "Box by box"),
    FIELD(struct deciding, decision, .help = "accept or reject, about everything"),
    FIELD(struct deciding, why, .help = "Why"),
    FIELD(struct deciding, storage_proof, .help = "What proves unbroken storage"),
    FIELD(struct deciding, vials_accepted, .unit = "vials", .help = "Vials that were accepted"),
    FIELD(struct deciding, vials_rejected, .unit = "vials", .help = "Vials that were rejected"),
    FIELD(struct deciding, undecided, .unit = "vials", .help = "Vials that still wait"),
    FIELD(struct deciding, facts, .of = &decision_facts_schema, .help = "What was known"),
    FIELD(struct deciding, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct deciding, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct deciding, accepted, .of = &vial_range_schema,
          .help = "What the accepted vials were before"),
    FIELD(struct deciding, rejected, .of = &vial_range_schema,
          .help = "What the rejected vials were before"),
};
static const struct schema decided_schema =
    SCHEMA("shipment_decided", struct deciding, decided_fields);

static bool check_maker(struct work *work, const struct shipment *shipment)
{
    struct lot lot = {0};
    if (!view_need(work, &lot_table, "lot", shipment->lot, &lot))
        return false;
    return text_equals(lot.site, stock_site(work)) ||
           refuse(&work->fault, FAULT_FORBIDDEN, "shipment", "CC-04.accept/1 CC-05.decision/1",
                  "Whether these vials are usable is decided by the quality unit of their maker, "
                  "site %s.",
                  lot.site);
}

static bool accepts(const struct decided_box *box)
{
    return text_equals(box->decision, "accept");
}

static const struct box *find_box(const struct rows *boxes, const char *code)
{
    for (size_t i = 0; i < boxes->count; i++)
        if (text_equals(ROWS(*boxes, const struct box)[i].code, code))
            return &ROWS(*boxes, const struct box)[i];
    return NULL;
}

static struct decided_box decide_box(const struct box *from, const char *decision, const char *why)
{
    return (struct decided_box){.code = from->code,
                                .decision = decision,
                                .why = why,
                                .first = from->first,
                                .last = from->last,
                                .minutes_out = from->minutes_out};
}

static bool name_one(struct work *work, const struct shipment *shipment, const struct rows *boxes,
                     const struct decided_box *named, struct rows *decided)
{
    const struct box *from = find_box(boxes, named->code);
    struct decided_box *box = decided->items;
    if (!from)
        return fail(&work->fault, FAULT_MISSING, "boxes", "Shipment %s has no box %s.",
                    shipment->code, named->code);
    for (size_t i = 0; i < decided->count; i++)
        if (text_equals(box[i].code, from->code))
            return fail(&work->fault, FAULT_INPUT, "boxes", "Box %s stands twice.", from->code);
    box[decided->count++] = decide_box(from, named->decision, named->why);
    return true;
}

/* The boxes that are named, or all of them. */
static bool name_boxes(struct work *work, const struct shipment *shipment,
                       const struct deciding *given, struct rows *decided)
{
    struct rows boxes;
    if (!shipment_boxes(work, shipment, &boxes))
        return false;
    const bool all = given->boxes.count == 0;
    if (all ? !given->decision || !given->why : given->decision || given->why)
        return fail(&work->fault, FAULT_INPUT, "boxes",
                    "Give the field boxes with a decision and a reason each, or the fields "
                    "decision and why for everything that waits.");
    const size_t count = all ? boxes.count : given->boxes.count;
    struct decided_box *box = arena_take(work->arena, (count + 1) * sizeof *box);
    *decided = (struct rows){0, box};
    for (size_t i = 0; all && i < count; i++)
        box[decided->count++] =
            decide_box(&ROWS(boxes, const struct box)[i], given->decision, given->why);
    for (size_t i = 0; !all && i < count; i++)
        if (!name_one(work, shipment, &boxes, &ROWS(given->boxes, const struct decided_box)[i],
                      decided))
            return false;
    return true;
}

/* The vials of the box that still wait, added to where its decision puts them. */
static void take_waiting(const struct rows *waiting, struct decided_box *box,
                         struct deciding *deciding)
{
    struct rows *to = accepts(box) ? &deciding->accepted : &deciding->rejected;
    for (size_t i = 0; i < waiting->count; i++) {
        struct vial_range cut = ROWS(*waiting, const struct vial_range)[i];
        cut.first = cut.first < box->first ? box->first : cut.first;
        cut.last = cut.last > box->last ? box->last : cut.last;
        if (cut.first > cut.last)
            continue;
        ROWS(*to, struct vial_range)[to->count++] = cut;
        box->vials += cut.last - cut.first + 1;
    }
}

static bool decide_parts(struct work *work, const struct shipment *shipment,
                         struct deciding *deciding)
{
    struct rows waiting;
    if (!shipment_parts(work, shipment, "arrived", &waiting))
        return false;
    const size_t room = waiting.count + deciding->boxes.count + 1;
    deciding->accepted =
        (struct rows){0, arena_take(work->arena, room * sizeof(struct vial_range))};
    deciding->rejected =
        (struct rows){0, arena_take(work->arena, room * sizeof(struct vial_range))};
    for (size_t i = 0; i < deciding->boxes.count; i++) {
        struct decided_box *box = &ROWS(deciding->boxes, struct decided_box)[i];
        take_waiting(&waiting, box, deciding);
        if (!box->vials)
            return fail(&work->fault, FAULT_CONFLICT, "shipment",
                        "No vial %lld to %lld of shipment %s waits for a decision; it is %s.",
                        (long long)box->first, (long long)box->last, shipment->code,
                        shipment->status);
    }
    deciding->vials_accepted = stock_vials(&deciding->accepted);
    deciding->vials_rejected = stock_vials(&deciding->rejected);
    deciding->undecided =
        stock_vials(&waiting) - deciding->vials_accepted - deciding->vials_rejected;
    return true;
}

/* The worst box that is to be accepted speaks for all; where none is, the worst that is not. */
static bool gather_minutes(struct work *work, const char *lot, struct deciding *deciding)
{
    struct count worst = {true, 0};
    const bool some = deciding->vials_accepted > 0;
    for (size_t i = 0; i < deciding->boxes.count; i++) {
        struct decided_box *box = &ROWS(deciding->boxes, struct decided_box)[i];
        if (!exposure_minutes(work, lot, box->first, box->last, &box->minutes_life))
            return false;
        if (some && !accepts(box))
            continue;
        worst.known = worst.known && box->minutes_life.known;
        worst.value = box->minutes_life.value > worst.value ? box->minutes_life.value : worst.value;
    }
    deciding->facts.minutes_life = worst.known ? worst : (struct count){0};
    return setting_count(work, "transport_minutes_most", &deciding->facts.minutes_most);
}

static void list_used(struct work *work, const struct shipment *shipment, struct rows *used)
{
    const int64_t entries[] = {shipment->entry, shipment->logger_entry, shipment->received_entry};
    struct use *uses = arena_take(work->arena, sizeof entries / sizeof *entries * sizeof *uses);
    *used = (struct rows){0, uses};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        if (entries[i])
            uses[used->count++].entry = entries[i];
}

static bool decide_judge(struct work *work, const void *input, void *body)
{
    struct deciding *deciding = body;
    struct shipment shipment = {0};
    struct rows boxes;
    *deciding = *(const struct deciding *)input;
    if (!view_need(work, &shipment_table, "shipment", deciding->shipment, &shipment) ||
        !check_maker(work, &shipment) || !name_boxes(work, &shipment, deciding, &boxes))
        return false;
    deciding->boxes = boxes;
    if (!decide_parts(work, &shipment, deciding))
        return false;
    deciding->facts = (struct decision_facts){.returned = shipment.returned,
                                              .proof = deciding->storage_proof,
                                              .accepted = deciding->vials_accepted};
    list_used(work, &shipment, &deciding->used);
    if (!gather_minutes(work, shipment.lot, deciding))
        return false;
    shipment_judge_decision(work->arena, &deciding->facts, &deciding->findings);
    return !deciding->vials_accepted ||
           findings_allow(work->arena, &work->fault, "boxes", &deciding->findings,
                          "These vials cannot be accepted");
}

static bool decide_again(struct work *work, const void *body, struct rows *findings)
{
    const struct deciding *deciding = body;
    shipment_judge_decision(work->arena, &deciding->facts, findings);
    return true;
}

static bool mark_boxes(struct work *work, const struct deciding *deciding, int64_t entry)
{
    for (size_t i = 0; i < deciding->boxes.count; i++) {
        const struct decided_box *from = &ROWS(deciding->boxes, const struct decided_box)[i];
        struct box row = {0};
        if (!from->code)
            continue;
        if (!view_need(work, &box_table, "boxes", from->code, &row))
            return false;
        row.decision = accepts(from) ? "accepted" : "rejected";
        row.why = from->why;
        row.decided_entry = entry;
        if (!view_put(work, &box_table, &row))
            return false;
    }
    return true;
}

static bool decide_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct deciding *deciding = body;
    struct shipment row = {0};
    const struct vial_range stock = {.state = "in_stock", .entry = entry->seq};
    const struct vial_range rejected = {.state = "rejected", .entry = entry->seq};
    if (!view_need(work, &shipment_table, "shipment", deciding->shipment, &row))
        return false;
    row.status = deciding->undecided ? row.status : "decided";
    row.decided_entry = entry->seq;
    return stock_turn(work, &deciding->accepted, &stock) &&
           stock_turn(work, &deciding->rejected, &rejected) &&
           mark_boxes(work, deciding, entry->seq) && view_put(work, &shipment_table, &row);
}

const struct operation quarantine_operations[QUARANTINE_OPERATIONS] = {
    {.name = "shipment.decide",
     .method = "POST",
     .path = "/shipments/{shipment}/decision",
     .summary = "Decide for the maker, box by box, whether vials in quarantine are usable.",
     .permission = PERMIT_SHIPMENT_DECIDE,
     .forbidden_by = "CC-04.accept/1 CC-05.decision/1",
     .effect = RECORDS,
     .signature = "approved",
     .input = &decide_schema,
     .output = &decided_schema,
     .subject = "shipment",
     .judge = decide_judge,
     .apply = decide_apply,
     .judge_again = decide_again},
};
