/* shipment.c: sent by the maker, received by a clinic, decided by the maker where it got warm. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/shipment.h"

#include "base/time.h"
#include "contract/setting.h"
#include "manufacture/lot.h"
#include "supply/stock.h"

static const char *const receipts[] = {"accept", "quarantine", NULL};

static const struct field row_fields[] = {
    FIELD(struct shipment, code, .help = "Code of the shipment"),
    FIELD(struct shipment, from_site, .help = "Site that sent it"),
    FIELD(struct shipment, to_site, .help = "Site that it goes to"),
    FIELD(struct shipment, lot, .help = "Lot"),
    FIELD(struct shipment, first, .help = "First serial"),
    FIELD(struct shipment, last, .help = "Last serial"),
    FIELD(struct shipment, packed_at, .help = "When it was packed"),
    FIELD(struct shipment, carrier, .help = "Carrier"),
    FIELD(struct shipment, status, .help = "in_transit, quarantine, accepted or decided"),
    FIELD(struct shipment, arrived_at, .help = "When it arrived"),
    FIELD(struct shipment, seal_intact, .help = "The seal was intact on arrival"),
    FIELD(struct shipment, maximum_c, .unit = "C", .help = "Highest temperature on the way"),
    FIELD(struct shipment, minutes_out, .unit = "min", .help = "Time out of range on the way"),
    FIELD(struct shipment, entry, .help = "Entry of the sending"),
    FIELD(struct shipment, received_entry, .help = "Entry of the receipt, or 0"),
    FIELD(struct shipment, decided_entry, .help = "Entry of the maker's newest decision, or 0"),
};
static const struct schema row_schema = SCHEMA("shipment", struct shipment, row_fields);
const struct table shipment_table = {"shipment", &row_schema, "code", "lot", TABLE_VIEW};

static const struct field sending_facts_fields[] = {
    FIELD(struct sending_facts, lot_status, .help = "Status of the lot"),
    FIELD(struct sending_facts, holds, .help = "What is on hold, or none"),
    FIELD(struct sending_facts, expires_on, .help = "Last usable day"),
    FIELD(struct sending_facts, packed_on, .help = "Day of packing"),
};
static const struct schema sending_facts_schema =
    SCHEMA("sending_facts", struct sending_facts, sending_facts_fields);
static const struct field arrival_facts_fields[] = {
    FIELD(struct arrival_facts, seal_intact, .help = "The seal was intact"),
    FIELD(struct arrival_facts, maximum_c, .unit = "C", .help = "Highest temperature"),
    FIELD(struct arrival_facts, minutes_out, .unit = "min", .help = "Time out of range"),
    FIELD(struct arrival_facts, minutes_most, .unit = "min", .help = "Signed limit"),
};
const struct schema arrival_facts_schema =
    SCHEMA("arrival_facts", struct arrival_facts, arrival_facts_fields);

struct sending {
    const char *code;
    const char *to_site;
    const char *lot;
    int64_t first;
    int64_t last;
    struct instant packed_at;
    const char *carrier;
    struct sending_facts facts;
    struct rows findings;
    struct rows used;
    struct rows parts;
};
static const struct field send_fields[] = {
    FIELD(struct sending, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the shipment"),
    FIELD(struct sending, to_site, .required = true, .code = true, .longest = 24,
          .help = "Clinic that it goes to"),
    FIELD(struct sending, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct sending, first, .required = true, .low = 1, .high = 1e9, .help = "First serial"),
    FIELD(struct sending, last, .required = true, .low = 1, .high = 1e9, .help = "Last serial"),
    FIELD(struct sending, packed_at, .required = true, .help = "When it was packed"),
    FIELD(struct sending, carrier, .required = true, .help = "Carrier"),
};
static const struct schema send_schema = SCHEMA("shipment_send", struct sending, send_fields);
static const struct field sent_fields[] = {
    FIELD(struct sending, code, .help = "Code of the shipment"),
    FIELD(struct sending, to_site, .help = "Clinic that it goes to"),
    FIELD(struct sending, lot, .help = "Lot"),
    FIELD(struct sending, first, .help = "First serial"),
    FIELD(struct sending, last, .help = "Last serial"),
    FIELD(struct sending, packed_at, .help = "When it was packed"),
    FIELD(struct sending, carrier, .help = "Carrier"),
    FIELD(struct sending, facts, .of = &sending_facts_schema, .help = "What was known"),
    FIELD(struct sending, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct sending, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct sending, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema sent_schema = SCHEMA("shipment_sent", struct sending, sent_fields);

static bool check_clinic(struct work *work, const char *code)
{
    struct site site = {0};
    if (!view_need(work, &site_table, "to_site", code, &site))
        return false;
    return text_equals(site.kind, "clinic") || fail(&work->fault, FAULT_INPUT, "to_site",
                                                    "Site %s is no clinic; released vials go to "
                                                    "clinics.",
                                                    code);
}

static bool check_past(struct work *work, const char *field, struct instant instant)
{
    return instant.usec <= work->now_usec ||
           fail(&work->fault, FAULT_INPUT, field, "The field %s lies in the future; correct it.",
                field);
}

static bool send_gather(struct work *work, struct sending *body)
{
    struct lot lot = {0};
    struct use *uses = arena_take(work->arena, sizeof *uses);
    const struct vial_range asked = {.lot = body->lot,
                                     .first = body->first,
                                     .last = body->last,
                                     .state = "in_stock",
                                     .site = stock_site(work)};
    if (!view_need(work, &lot_table, "lot", body->lot, &lot) ||
        !stock_holds(work, body->lot, &body->facts.holds) ||
        !stock_take(work, &asked, &body->parts))
        return false;
    body->facts.lot_status = lot.status;
    body->facts.expires_on = lot.expires_on;
    body->facts.packed_on.text =
        date_print(work->arena, day_of_instant(body->packed_at.usec, work->zone_minutes));
    uses->entry = lot.decided_entry;
    body->used = (struct rows){lot.decided_entry ? 1 : 0, uses};
    return true;
}

static bool send_judge(struct work *work, const void *input, void *body)
{
    struct sending *sending = body;
    *sending = *(const struct sending *)input;
    if (!view_free(work, &shipment_table, "code", sending->code) ||
        !check_clinic(work, sending->to_site) ||
        !check_past(work, "packed_at", sending->packed_at) || !send_gather(work, sending))
        return false;
    shipment_judge_sending(work->arena, &sending->facts, &sending->findings);
    return findings_allow(work->arena, &work->fault, "lot", &sending->findings,
                          "These vials may not leave");
}

static bool send_again(struct work *work, const void *body, struct rows *findings)
{
    const struct sending *sending = body;
    shipment_judge_sending(work->arena, &sending->facts, findings);
    return true;
}

static bool send_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct sending *sending = body;
    const struct vial_range to = {
        .state = "in_transit", .shipment = sending->code, .entry = entry->seq};
    const struct shipment row = {
        .code = sending->code,
        .from_site = entry->site,
        .to_site = sending->to_site,
        .lot = sending->lot,
        .first = sending->first,
        .last = sending->last,
        .packed_at = sending->packed_at,
        .carrier = sending->carrier,
        .status = "in_transit",
        .entry = entry->seq,
    };
    return stock_turn(work, &sending->parts, &to) && view_put(work, &shipment_table, &row);
}

struct receiving {
    const char *shipment;
    struct instant arrived_at;
    bool seal_intact;
    struct real maximum_c;
    struct count minutes_out;
    const char *decision;
    const char *site;
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
    FIELD(struct receiving, maximum_c, .low = -273.15, .high = 100, .unit = "C",
          .help = "Highest temperature on the way; left out when it could not be read"),
    FIELD(struct receiving, minutes_out, .required = true, .low = 0, .high = 1e6, .unit = "min",
          .help = "Time out of range, counted by the signed rule"),
    FIELD(struct receiving, decision, .required = true, .choices = receipts,
          .help = "accept into stock, or quarantine until the maker decides"),
};
static const struct schema receive_schema =
    SCHEMA("shipment_receive", struct receiving, receive_fields);
static const struct field received_fields[] = {
    FIELD(struct receiving, shipment, .help = "Shipment"),
    FIELD(struct receiving, arrived_at, .help = "When it arrived"),
    FIELD(struct receiving, seal_intact, .help = "The seal was intact"),
    FIELD(struct receiving, maximum_c, .unit = "C", .help = "Highest temperature on the way"),
    FIELD(struct receiving, minutes_out, .unit = "min", .help = "Time out of range"),
    FIELD(struct receiving, decision, .help = "accept or quarantine"),
    FIELD(struct receiving, site, .help = "Where it arrived"),
    FIELD(struct receiving, facts, .of = &arrival_facts_schema, .help = "What was known"),
    FIELD(struct receiving, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct receiving, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct receiving, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema received_schema =
    SCHEMA("shipment_received", struct receiving, received_fields);

bool shipment_parts(struct work *work, const struct shipment *shipment, const char *state,
                    struct rows *parts)
{
    struct rows ranges;
    if (!vial_overlapping(work, shipment->lot, shipment->first, shipment->last, &ranges))
        return false;
    struct vial_range *part = ranges.items;
    *parts = (struct rows){0, part};
    for (size_t i = 0; i < ranges.count; i++)
        if (text_equals(part[i].state, state) && text_equals(part[i].shipment, shipment->code))
            part[parts->count++] = part[i];
    return true;
}

static bool receive_check(struct work *work, const struct shipment *shipment,
                          const struct receiving *given)
{
    if (!operation_at_site(work, "shipment", shipment->to_site, "shipment"))
        return false;
    if (!text_equals(shipment->status, "in_transit"))
        return fail(&work->fault, FAULT_CONFLICT, "shipment",
                    "Shipment %s was received already; "
                    "it is %s.",
                    shipment->code, shipment->status);
    if (given->arrived_at.usec < shipment->packed_at.usec)
        return fail(&work->fault, FAULT_INPUT, "arrived_at",
                    "The field arrived_at lies before the "
                    "packing; correct it.");
    return check_past(work, "arrived_at", given->arrived_at);
}

static bool receive_judge(struct work *work, const void *input, void *body)
{
    struct receiving *receiving = body;
    struct shipment shipment = {0};
    struct use *uses = arena_take(work->arena, sizeof *uses);
    *receiving = *(const struct receiving *)input;
    if (!view_need(work, &shipment_table, "shipment", receiving->shipment, &shipment) ||
        !receive_check(work, &shipment, receiving) ||
        !shipment_parts(work, &shipment, "in_transit", &receiving->parts))
        return false;
    receiving->site = shipment.to_site;
    receiving->facts = (struct arrival_facts){.seal_intact = receiving->seal_intact,
                                              .maximum_c = receiving->maximum_c,
                                              .minutes_out = receiving->minutes_out};
    uses->entry = shipment.entry;
    receiving->used = (struct rows){1, uses};
    if (!setting_count(work, "transport_minutes_most", &receiving->facts.minutes_most))
        return false;
    shipment_judge_arrival(work->arena, &receiving->facts, &receiving->findings);
    return text_equals(receiving->decision, "quarantine") ||
           findings_allow(work->arena, &work->fault, "decision", &receiving->findings,
                          "The shipment cannot be accepted; put it in quarantine for the maker");
}

static bool receive_again(struct work *work, const void *body, struct rows *findings)
{
    const struct receiving *receiving = body;
    shipment_judge_arrival(work->arena, &receiving->facts, findings);
    return true;
}

static bool receive_apply(struct work *work, const struct entry *entry, const void *body)
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
    row.maximum_c = receiving->maximum_c;
    row.minutes_out = receiving->minutes_out;
    row.received_entry = entry->seq;
    return stock_turn(work, &receiving->parts, &to) && view_put(work, &shipment_table, &row);
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &shipment_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &shipment_table, page->after, page_limit(page), rows);
}

const struct operation shipment_operations[SHIPMENT_OPERATIONS] = {
    {.name = "shipment.send",
     .method = "POST",
     .path = "/shipments",
     .summary = "Record that released vials were packed and sent to a clinic.",
     .permission = PERMIT_SHIPMENT_SEND,
     .effect = RECORDS,
     .input = &send_schema,
     .output = &sent_schema,
     .subject = "code",
     .judge = send_judge,
     .apply = send_apply,
     .judge_again = send_again},
    {.name = "shipment.receive",
     .method = "POST",
     .path = "/shipments/{shipment}/receipt",
     .summary = "Record the arrival of a shipment: into stock, or in quarantine.",
     .permission = PERMIT_SHIPMENT_RECEIVE,
     .effect = RECORDS,
     .input = &receive_schema,
     .output = &received_schema,
     .subject = "shipment",
     .judge = receive_judge,
     .apply = receive_apply,
     .judge_again = receive_again},
    {.name = "shipment.show",
     .method = "GET",
     .path = "/shipments/{code}",
     .summary = "Show one shipment.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &row_schema,
     .read = show_read},
    {.name = "shipment.list",
     .method = "GET",
     .path = "/shipments",
     .summary = "List the shipments.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &row_schema,
     .list = list_read},
};
