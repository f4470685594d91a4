/* receipt.c: the arrival is recorded; vials that were out of range wait for their maker. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/receipt.h"

#include "base/time.h"
#include "contract/setting.h"
#include "supply/box.h"
#include "supply/exposure.h"
#include "supply/shipment.h"
#include "supply/stock.h"

static const char *const receipts[] = {"accept", "quarantine", NULL};
static const char *const looks[] = {"intact", "damaged", "wet", "other", NULL};

struct receiving {
    const char *shipment;
    struct instant arrived_at;
    bool seal_intact;
    const char *appearance;
    struct count coolant_left_g;
    const char *decision;
    const char *site;
    int64_t vials;
    struct arrival_facts facts;
    struct rows findings;
    struct rows used;
    struct rows parts;
};
static const struct field receive_fields[] = {
    FIELD(struct receiving, shipment, .required = true, .code = true, .longest = 24,
          .help = "Shipment"),
    FIELD(struct receiving, arrived_at, .required = true, .help = "When it arrived"),
    FIELD(struct receiving, seal_intact, .required = true, .help = "The seal was intact"),
    FIELD(struct receiving, appearance, .required = true, .choices = looks,
          .help = "How it looked from outside and inside"),
    FIELD(struct receiving, coolant_left_g, .low = 0, .high = 1e6, .unit = "g",
          .help = "Coolant that was left; left out when it could not be weighed"),
    FIELD(struct receiving, decision, .required = true, .choices = receipts,
          .help = "accept into stock, or quarantine until the maker decides"),
};
const struct schema receipt_schema = SCHEMA("shipment_receive", struct receiving, receive_fields);
static const struct field received_fields[] = {
    FIELD(struct receiving, shipment, .help = "Shipment"),
    FIELD(struct receiving, arrived_at, .help = "When it arrived"),
    FIELD(struct receiving, seal_intact, .help = "The seal was intact"),
    FIELD(struct receiving, appearance, .help = "How it looked"),
    FIELD(struct receiving, coolant_left_g, .unit = "g", .help = "Coolant that was left"),
    FIELD(struct receiving, decision, .help = "accept or quarantine"),
    FIELD(struct receiving, site, .help = "Where it arrived"),
    FIELD(struct receiving, vials, .unit = "vials", .help = "Vials that arrived"),
    FIELD(struct receiving, facts, .of = &arrival_facts_schema, .help = "What was known"),
    FIELD(struct receiving, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct receiving, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct receiving, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
const struct schema receipt_body_schema =
    SCHEMA("shipment_received", struct receiving, received_fields);

/* The minutes were counted up to an arrival; it must be this one. */
static bool check_arrival(struct work *work, const struct shipment *shipment,
                          const struct receiving *given)
{
    if (given->arrived_at.usec < shipment->packed_at.usec)
        return fail(&work->fault, FAULT_INPUT, "arrived_at",
                    "The field arrived_at lies before the packing; correct it.");
    if (shipment->logger_entry && given->arrived_at.usec != shipment->arrived_at.usec)
        return fail(&work->fault, FAULT_INPUT, "arrived_at",
                    "The logger of shipment %s was read for an arrival at %s; give that time, or "
                    "annul the reading and import it again.",
                    shipment->code,
                    instant_print_zone(work->arena, shipment->arrived_at.usec, work->zone_minutes));
    return shipment_check_past(work, "arrived_at", given->arrived_at);
}

static bool receive_check(struct work *work, const struct shipment *shipment,
                          const struct receiving *given)
{
    if (!operation_at_site(work, "shipment", shipment->to_site, "shipment"))
        return false;
    if (!text_equals(shipment->status, "in_transit"))
        return fail(&work->fault, FAULT_CONFLICT, "shipment",
                    "Shipment %s was received already; it is %s.", shipment->code,
                    shipment->status);
    return check_arrival(work, shipment, given);
}

static bool gather_facts(struct work *work, const struct shipment *shipment,
                         struct receiving *receiving)
{
    struct use *uses = arena_take(work->arena, 2 * sizeof *uses);
    receiving->facts = (struct arrival_facts){.returned = shipment->returned,
                                              .seal_intact = receiving->seal_intact,
                                              .appearance = receiving->appearance,
                                              .coolant_left_g = receiving->coolant_left_g,
                                              .logger_read = shipment->logger_entry > 0,
                                              .maximum_c = shipment->maximum_c,
                                              .minutes_out = shipment->minutes_out};
    uses[0].entry = shipment->entry;
    uses[1].entry = shipment->logger_entry;
    receiving->used = (struct rows){shipment->logger_entry ? 2 : 1, uses};
    return exposure_minutes(work, shipment->lot, shipment->first, shipment->last,
                            &receiving->facts.minutes_life) &&
           setting_count(work, "transport_minutes_most", &receiving->facts.minutes_most);
}

bool receipt_judge(struct work *work, const void *input, void *body)
{
    struct receiving *receiving = body;
    struct shipment shipment = {0};
    *receiving = *(const struct receiving *)input;
    if (!view_need(work, &shipment_table, "shipment", receiving->shipment, &shipment) ||
        !receive_check(work, &shipment, receiving) ||
        !shipment_parts(work, &shipment, "in_transit", &receiving->parts) ||
        !gather_facts(work, &shipment, receiving))
        return false;
    receiving->site = shipment.to_site;
    receiving->vials = stock_vials(&receiving->parts);
    shipment_judge_arrival(work->arena, &receiving->facts, &receiving->findings);
    return text_equals(receiving->decision, "quarantine") ||
           findings_allow(work->arena, &work->fault, "decision", &receiving->findings,
                          "The shipment cannot be accepted; put it in quarantine for the maker");
}

bool receipt_again(struct work *work, const void *body, struct rows *findings)
{
    const struct receiving *receiving = body;
    shipment_judge_arrival(work->arena, &receiving->facts, findings);
    return true;
}

static bool mark_boxes(struct work *work, const struct receiving *receiving, int64_t entry)
{
    struct rows boxes;
    bool accepted = text_equals(receiving->decision, "accept");
    if (!box_list(work, receiving->shipment, &boxes))
        return false;
    for (size_t i = 0; i < boxes.count; i++) {
        struct box box = ROWS(boxes, const struct box)[i];
        box.decision = accepted ? "accepted" : "waiting";
        box.decided_entry = accepted ? entry : 0;
        if (!view_put(work, &box_table, &box))
            return false;
    }
    return true;
}

bool receipt_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct receiving *receiving = body;
    struct shipment row = {0};
    bool accepted = text_equals(receiving->decision, "accept");
    const struct vial_range to = {
        .state = accepted ? "in_stock" : "arrived", .site = receiving->site, .entry = entry->seq};
    if (!view_need(work, &shipment_table, "shipment", receiving->shipment, &row))
        return false;
    row.status = accepted ? "accepted" : "quarantine";
    row.arrived_at = receiving->arrived_at;
    row.seal_intact = receiving->seal_intact;
    row.received_entry = entry->seq;
    return stock_turn(work, &receiving->parts, &to) && mark_boxes(work, receiving, entry->seq) &&
           view_put(work, &shipment_table, &row);
}
