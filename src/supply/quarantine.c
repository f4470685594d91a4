/* quarantine.c: decided by the quality unit of the maker, box by box, never by the clinic. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/quarantine.h"

#include "contract/setting.h"
#include "manufacture/lot.h"
#include "supply/shipment.h"
#include "supply/stock.h"

static const char *const decisions[] = {"accept", "reject", NULL};

struct deciding {
    const char *shipment;
    const char *decision;
    struct count first;
    struct count last;
    struct count minutes_out;
    int64_t vials;
    int64_t undecided; /* vials of the shipment that still wait */
    struct arrival_facts facts;
    struct rows findings;
    struct rows used;
    struct rows parts;
};
static const struct field decide_fields[] = {
    FIELD(struct deciding, shipment, .required = true, .code = true, .longest = 24,
          .help = "Shipment"),
    FIELD(struct deciding, decision, .required = true, .choices = decisions,
          .help = "accept into stock, or reject"),
    FIELD(struct deciding, first, .low = 1, .high = 1e9,
          .help = "First serial, when the decision is about a part"),
    FIELD(struct deciding, last, .low = 1, .high = 1e9,
          .help = "Last serial, when the decision is about a part"),
    FIELD(struct deciding, minutes_out, .low = 0, .high = 1e6, .unit = "min",
          .help = "Time out of range of this part, when its probe read another than the receipt"),
};
static const struct schema decide_schema =
    SCHEMA("shipment_decide", struct deciding, decide_fields);
static const struct field decided_fields[] = {
    FIELD(struct deciding, shipment, .help = "Shipment"),
    FIELD(struct deciding, decision, .help = "accept or reject"),
    FIELD(struct deciding, first, .help = "First serial"),
    FIELD(struct deciding, last, .help = "Last serial"),
    FIELD(struct deciding, minutes_out, .unit = "min", .help = "Time out of range of this part"),
    FIELD(struct deciding, vials, .unit = "vials", .help = "Number of vials"),
    FIELD(struct deciding, undecided, .unit = "vials", .help = "Vials that still wait"),
    FIELD(struct deciding, facts, .of = &arrival_facts_schema, .help = "What was known"),
    FIELD(struct deciding, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct deciding, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct deciding, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema decided_schema =
    SCHEMA("shipment_decided", struct deciding, decided_fields);

static bool check_maker(struct work *work, const struct shipment *shipment, const char *decision)
{
    struct lot lot = {0};
    bool accept = text_equals(decision, "accept");
    if (!view_need(work, &lot_table, "lot", shipment->lot, &lot))
        return false;
    return text_equals(lot.site, stock_site(work)) ||
           refuse(&work->fault, FAULT_FORBIDDEN, "shipment",
                  accept ? "CC-04.accept/1 CC-05.decision/1" : "CC-05.decision/1",
                  "Whether these vials are usable is decided by the quality unit of their maker, "
                  "site %s.",
                  lot.site);
}

static bool decide_parts(struct work *work, const struct shipment *shipment,
                         struct deciding *deciding)
{
    struct rows waiting;
    int64_t first = deciding->first.known ? deciding->first.value : shipment->first;
    int64_t last = deciding->last.known ? deciding->last.value : shipment->last;
    if (!shipment_parts(work, shipment, "arrived", &waiting))
        return false;
    struct vial_range *part = arena_take(work->arena, (waiting.count + 1) * sizeof *part);
    deciding->parts = (struct rows){0, part};
    for (size_t i = 0; i < waiting.count; i++) {
        struct vial_range cut = ROWS(waiting, const struct vial_range)[i];
        cut.first = cut.first < first ? first : cut.first;
        cut.last = cut.last > last ? last : cut.last;
        if (cut.first <= cut.last)
            part[deciding->parts.count++] = cut;
    }
    deciding->first = (struct count){true, first};
    deciding->last = (struct count){true, last};
    deciding->vials = stock_vials(&deciding->parts);
    deciding->undecided = stock_vials(&waiting) - deciding->vials;
    return deciding->vials > 0 ||
           fail(&work->fault, FAULT_CONFLICT, "shipment",
                "No vial %lld to %lld of shipment %s "
                "waits for a decision; it is %s.",
                (long long)first, (long long)last, shipment->code, shipment->status);
}

static bool decide_judge(struct work *work, const void *input, void *body)
{
    struct deciding *deciding = body;
    struct shipment shipment = {0};
    struct use *uses = arena_take(work->arena, 2 * sizeof *uses);
    *deciding = *(const struct deciding *)input;
    if (!view_need(work, &shipment_table, "shipment", deciding->shipment, &shipment) ||
        !check_maker(work, &shipment, deciding->decision) ||
        !decide_parts(work, &shipment, deciding))
        return false;
    if (!deciding->minutes_out.known)
        deciding->minutes_out = shipment.minutes_out;
    deciding->facts = (struct arrival_facts){.seal_intact = shipment.seal_intact,
                                             .maximum_c = shipment.maximum_c,
                                             .minutes_out = deciding->minutes_out};
    uses[0].entry = shipment.entry;
    uses[1].entry = shipment.received_entry;
    deciding->used = (struct rows){2, uses};
    if (!setting_count(work, "transport_minutes_most", &deciding->facts.minutes_most))
        return false;
    shipment_judge_decision(work->arena, &deciding->facts, &deciding->findings);
    return text_equals(deciding->decision, "reject") ||
           findings_allow(work->arena, &work->fault, "decision", &deciding->findings,
                          "These vials cannot be accepted");
}

static bool decide_again(struct work *work, const void *body, struct rows *findings)
{
    const struct deciding *deciding = body;
    shipment_judge_decision(work->arena, &deciding->facts, findings);
    return true;
}

static bool decide_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct deciding *deciding = body;
    struct shipment row = {0};
    bool accepted = text_equals(deciding->decision, "accept");
    const struct vial_range to = {.state = accepted ? "in_stock" : "rejected", .entry = entry->seq};
    if (!view_need(work, &shipment_table, "shipment", deciding->shipment, &row))
        return false;
    row.status = deciding->undecided ? row.status : "decided";
    row.decided_entry = entry->seq;
    return stock_turn(work, &deciding->parts, &to) && view_put(work, &shipment_table, &row);
}

const struct operation quarantine_operations[QUARANTINE_OPERATIONS] = {
    {.name = "shipment.decide",
     .method = "POST",
     .path = "/shipments/{shipment}/decision",
     .summary = "Decide for the maker whether vials in quarantine are usable.",
     .permission = PERMIT_SHIPMENT_DECIDE,
     .effect = RECORDS,
     .signature = "approved",
     .input = &decide_schema,
     .output = &decided_schema,
     .subject = "shipment",
     .judge = decide_judge,
     .apply = decide_apply,
     .judge_again = decide_again},
};
