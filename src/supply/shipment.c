/* shipment.c: sent by the maker, received by a clinic, decided by the maker where it got warm. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/shipment.h"

#include "base/time.h"
#include "manufacture/lot.h"
#include "supply/box.h"
#include "supply/exposure.h"
#include "supply/receipt.h"
#include "supply/stock.h"

static const char *const coolants[] = {"dry_ice", "nitrogen_vapour", "gel_packs", NULL};

static const struct field row_fields[] = {
    FIELD(struct shipment, code, .help = "Code of the shipment"),
    FIELD(struct shipment, from_site, .help = "Site that sent it"),
    FIELD(struct shipment, to_site, .help = "Site that it goes to"),
    FIELD(struct shipment, lot, .help = "Lot"),
    FIELD(struct shipment, first, .help = "First serial"),
    FIELD(struct shipment, last, .help = "Last serial"),
    FIELD(struct shipment, returned, .help = "It goes back to the maker"),
    FIELD(struct shipment, unboxed, .help = "The vials travel without boxes"),
    FIELD(struct shipment, packed_at, .help = "When it was packed"),
    FIELD(struct shipment, packed_by, .help = "Who packed it"),
    FIELD(struct shipment, carrier, .help = "Carrier"),
    FIELD(struct shipment, shipper, .help = "Container that it travels in"),
    FIELD(struct shipment, qualified_until, .help = "Until when the packed shipper is qualified"),
    FIELD(struct shipment, coolant, .help = "Coolant"),
    FIELD(struct shipment, coolant_g, .unit = "g", .help = "Mass of the coolant at packing"),
    FIELD(struct shipment, logger, .help = "Temperature logger"),
    FIELD(struct shipment, calibrated_until, .help = "Last day of the logger's calibration"),
    FIELD(struct shipment, status, .help = "in_transit, quarantine, accepted or decided"),
    FIELD(struct shipment, arrived_at, .help = "When it arrived"),
    FIELD(struct shipment, seal_intact, .help = "The seal was intact on arrival"),
    FIELD(struct shipment, maximum_c, .unit = "C", .help = "Highest reading on the way"),
    FIELD(struct shipment, minutes_out, .unit = "min",
          .help = "Time out of range of the worst box on the way"),
    FIELD(struct shipment, entry, .help = "Entry of the sending"),
    FIELD(struct shipment, logger_entry, .help = "Entry that read the logger, or 0"),
    FIELD(struct shipment, logger_sha256, .help = "SHA-256 of the logger's file"),
    FIELD(struct shipment, received_entry, .help = "Entry of the receipt, or 0"),
    FIELD(struct shipment, decided_entry, .help = "Entry of the maker's newest decision, or 0"),
};
static const struct schema row_schema = SCHEMA("shipment", struct shipment, row_fields);
const struct table shipment_table = {"shipment", &row_schema, "code", "lot status", TABLE_VIEW};

static const struct field sending_facts_fields[] = {
    FIELD(struct sending_facts, returned, .help = "It goes back to the maker"),
    FIELD(struct sending_facts, lot_status, .help = "Status of the lot"),
    FIELD(struct sending_facts, holds, .help = "What is on hold, or none"),
    FIELD(struct sending_facts, expires_on, .help = "Last usable day"),
    FIELD(struct sending_facts, packed_on, .help = "Day of packing"),
    FIELD(struct sending_facts, boxes, .help = "whole, unboxed, or what is wrong with the boxes"),
    FIELD(struct sending_facts, shipper, .help = "Container"),
    FIELD(struct sending_facts, packed_at, .help = "When it was packed"),
    FIELD(struct sending_facts, qualified_until, .help = "Until when the shipper is qualified"),
    FIELD(struct sending_facts, coolant, .help = "Coolant"),
    FIELD(struct sending_facts, coolant_g, .unit = "g", .help = "Mass of the coolant"),
    FIELD(struct sending_facts, logger, .help = "Temperature logger"),
    FIELD(struct sending_facts, calibrated_until, .help = "Last day of its calibration"),
};
static const struct schema sending_facts_schema =
    SCHEMA("sending_facts", struct sending_facts, sending_facts_fields);
static const struct field arrival_facts_fields[] = {
    FIELD(struct arrival_facts, returned, .help = "It came back to the maker"),
    FIELD(struct arrival_facts, seal_intact, .help = "The seal was intact"),
    FIELD(struct arrival_facts, appearance, .help = "How it looked"),
    FIELD(struct arrival_facts, coolant_left_g, .unit = "g", .help = "Coolant that was left"),
    FIELD(struct arrival_facts, logger_read, .help = "The logger was read"),
    FIELD(struct arrival_facts, maximum_c, .unit = "C", .help = "Highest reading"),
    FIELD(struct arrival_facts, minutes_out, .unit = "min",
          .help = "Time out of range of the worst vial on this way"),
    FIELD(struct arrival_facts, minutes_life, .unit = "min",
          .help = "Time out of range of the worst vial, all transports together"),
    FIELD(struct arrival_facts, minutes_most, .unit = "min", .help = "Signed limit"),
};
const struct schema arrival_facts_schema =
    SCHEMA("arrival_facts", struct arrival_facts, arrival_facts_fields);
static const struct field decision_facts_fields[] = {
    FIELD(struct decision_facts, returned, .help = "The vials came back to their maker"),
    FIELD(struct decision_facts, proof, .help = "Proof of unbroken storage"),
    FIELD(struct decision_facts, accepted, .unit = "vials", .help = "Vials to be accepted"),
    FIELD(struct decision_facts, minutes_life, .unit = "min",
          .help = "Time out of range of the worst of them, all transports together"),
    FIELD(struct decision_facts, minutes_most, .unit = "min", .help = "Signed limit"),
};
const struct schema decision_facts_schema =
    SCHEMA("decision_facts", struct decision_facts, decision_facts_fields);

struct sending {
    const char *code;
    const char *to_site;
    const char *lot;
    int64_t first;
    int64_t last;
    struct rows boxes; /* struct box_given */
    bool unboxed;
    struct instant packed_at;
    const char *carrier;
    const char *shipper;
    struct instant qualified_until;
    const char *coolant;
    struct count coolant_g;
    const char *logger;
    struct date calibrated_until;
    const char *to_name;
    const char *product;
    int64_t vials;
    struct sending_facts facts;
    struct rows findings;
    struct rows used;
    struct rows parts;
};
static const struct field send_fields[] = {
    FIELD(struct sending, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the shipment"),
    FIELD(struct sending, to_site, .required = true, .code = true, .longest = 24,
          .help = "Clinic that it goes to, or the maker when vials go back"),
    FIELD(struct sending, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct sending, first, .required = true, .low = 1, .high = 1e9, .help = "First serial"),
    FIELD(struct sending, last, .required = true, .low = 1, .high = 1e9, .help = "Last serial"),
    FIELD(struct sending, boxes, .of = &box_given_schema, .longest = 200,
          .help = "Boxes, which together hold every vial once"),
    FIELD(struct sending, unboxed, .help = "The vials travel without boxes"),
    FIELD(struct sending, packed_at, .required = true, .help = "When it was packed"),
    FIELD(struct sending, carrier, .required = true, .help = "Carrier"),
    FIELD(struct sending, shipper, .code = true, .longest = 24,
          .help = "Container that it travels in"),
    FIELD(struct sending, qualified_until,
          .help = "Until when the packed shipper is qualified to keep the temperature"),
    FIELD(struct sending, coolant, .choices = coolants, .help = "Coolant"),
    FIELD(struct sending, coolant_g, .low = 0, .high = 1e6, .unit = "g",
          .help = "Mass of the coolant at packing"),
    FIELD(struct sending, logger, .code = true, .longest = 24, .help = "Temperature logger"),
    FIELD(struct sending, calibrated_until, .help = "Last day of the logger's calibration"),
};
static const struct schema send_schema = SCHEMA("shipment_send", struct sending, send_fields);
static const struct field sent_fields[] = {
    FIELD(struct sending, code, .help = "Code of the shipment"),
    FIELD(struct sending, to_site, .help = "Site that it goes to"),
    FIELD(struct sending, to_name, .help = "Name of that site"),
    FIELD(struct sending, lot, .help = "Lot"),
    FIELD(struct sending, product, .help = "Specification of the lot"),
    FIELD(struct sending, first, .help = "First serial"),
    FIELD(struct sending, last, .help = "Last serial"),
    FIELD(struct sending, vials, .unit = "vials", .help = "Number of vials"),
    FIELD(struct sending, boxes, .of = &box_given_schema, .help = "Boxes"),
    FIELD(struct sending, unboxed, .help = "The vials travel without boxes"),
    FIELD(struct sending, packed_at, .help = "When it was packed"),
    FIELD(struct sending, carrier, .help = "Carrier"),
    FIELD(struct sending, shipper, .help = "Container"),
    FIELD(struct sending, qualified_until, .help = "Until when the shipper is qualified"),
    FIELD(struct sending, coolant, .help = "Coolant"),
    FIELD(struct sending, coolant_g, .unit = "g", .help = "Mass of the coolant at packing"),
    FIELD(struct sending, logger, .help = "Temperature logger"),
    FIELD(struct sending, calibrated_until, .help = "Last day of the logger's calibration"),
    FIELD(struct sending, facts, .of = &sending_facts_schema, .help = "What was known"),
    FIELD(struct sending, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct sending, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct sending, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema sent_schema = SCHEMA("shipment_sent", struct sending, sent_fields);

bool shipment_check_past(struct work *work, const char *field, struct instant instant)
{
    return instant.usec <= work->now_usec ||
           fail(&work->fault, FAULT_INPUT, field, "The field %s lies in the future; correct it.",
                field);
}

/* From the maker to a clinic, or from a clinic back to the maker of the lot. */
static bool settle_way(struct work *work, const struct lot *lot, struct sending *sending)
{
    struct site site = {0};
    const bool from_maker = text_equals(stock_site(work), lot->site);
    if (!view_need(work, &site_table, "to_site", sending->to_site, &site))
        return false;
    sending->to_name = site.name;
    sending->product = lot->specification;
    sending->facts.returned = !from_maker && text_equals(sending->to_site, lot->site);
    if (from_maker)
        return text_equals(site.kind, "clinic") ||
               fail(&work->fault, FAULT_INPUT, "to_site",
                    "Site %s is no clinic; released vials go to clinics.", sending->to_site);
    return sending->facts.returned ||
           fail(&work->fault, FAULT_INPUT, "to_site",
                "From here vials of lot %s go back to their maker alone, site %s.", lot->code,
                lot->site);
}

static bool check_boxes(struct work *work, struct sending *sending)
{
    if (sending->unboxed && sending->boxes.count)
        return fail(&work->fault, FAULT_INPUT, "unboxed",
                    "The field unboxed says that there are no boxes, but some are given; leave one "
                    "of them out.");
    for (size_t i = 0; i < sending->boxes.count; i++)
        if (!view_free(work, &box_table, "boxes",
                       ROWS(sending->boxes, const struct box_given)[i].code))
            return false;
    sending->facts.boxes =
        sending->unboxed ? "unboxed"
                         : box_cover(work->arena, &sending->boxes, sending->first, sending->last);
    return true;
}

static bool send_gather(struct work *work, struct sending *body)
{
    struct lot lot = {0};
    struct use *uses = arena_take(work->arena, sizeof *uses);
    struct sending_facts *facts = &body->facts;
    if (!view_need(work, &lot_table, "lot", body->lot, &lot) || !settle_way(work, &lot, body))
        return false;
    const struct vial_range asked = {.lot = body->lot,
                                     .first = body->first,
                                     .last = body->last,
                                     .state =
                                         facts->returned ? "in_stock arrived rejected" : "in_stock",
                                     .site = stock_site(work)};
    if (!stock_holds(work, body->lot, &facts->holds) || !stock_take(work, &asked, &body->parts) ||
        !check_boxes(work, body))
        return false;
    body->vials = stock_vials(&body->parts);
    facts->lot_status = lot.status;
    facts->expires_on = lot.expires_on;
    facts->packed_at = body->packed_at;
    facts->packed_on.text =
        date_print(work->arena, day_of_instant(body->packed_at.usec, work->zone_minutes));
    facts->shipper = body->shipper;
    facts->qualified_until = body->qualified_until;
    facts->coolant = body->coolant;
    facts->coolant_g = body->coolant_g;
    facts->logger = body->logger;
    facts->calibrated_until = body->calibrated_until;
    uses->entry = lot.decided_entry;
    body->used = (struct rows){lot.decided_entry ? 1 : 0, uses};
    return true;
}

static bool send_judge(struct work *work, const void *input, void *body)
{
    struct sending *sending = body;
    *sending = *(const struct sending *)input;
    if (!view_free(work, &shipment_table, "code", sending->code) ||
        !shipment_check_past(work, "packed_at", sending->packed_at) || !send_gather(work, sending))
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

static bool put_exposure(struct work *work, const struct sending *sending, int64_t first,
                         int64_t last, int64_t entry)
{
    const struct exposure row = {.lot = sending->lot,
                                 .first = first,
                                 .last = last,
                                 .shipment = sending->code,
                                 .entry = entry};
    return view_put(work, &exposure_table, &row);
}

/* Until its logger is read, nobody knows how warm a box was. */
static bool put_boxes(struct work *work, const struct sending *sending, int64_t entry)
{
    if (sending->unboxed)
        return put_exposure(work, sending, sending->first, sending->last, entry);
    for (size_t i = 0; i < sending->boxes.count; i++) {
        const struct box_given *given = &ROWS(sending->boxes, const struct box_given)[i];
        const struct box row = {.code = given->code,
                                .shipment = sending->code,
                                .lot = sending->lot,
                                .first = given->first,
                                .last = given->last,
                                .layer = given->layer,
                                .probe = given->probe,
                                .decision = "in_transit",
                                .entry = entry};
        if (!view_put(work, &box_table, &row) ||
            !put_exposure(work, sending, given->first, given->last, entry))
            return false;
    }
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
        .returned = sending->facts.returned,
        .unboxed = sending->unboxed,
        .packed_at = sending->packed_at,
        .packed_by = entry->actor,
        .carrier = sending->carrier,
        .shipper = sending->shipper,
        .qualified_until = sending->qualified_until,
        .coolant = sending->coolant,
        .coolant_g = sending->coolant_g,
        .logger = sending->logger,
        .calibrated_until = sending->calibrated_until,
        .status = "in_transit",
        .entry = entry->seq,
    };
    return stock_turn(work, &sending->parts, &to) && put_boxes(work, sending, entry->seq) &&
           view_put(work, &shipment_table, &row);
}

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

bool shipment_boxes(struct work *work, const struct shipment *shipment, struct rows *boxes)
{
    struct box *all = arena_take(work->arena, sizeof *all);
    if (!shipment->unboxed)
        return box_list(work, shipment->code, boxes);
    *all = (struct box){.shipment = shipment->code,
                        .lot = shipment->lot,
                        .first = shipment->first,
                        .last = shipment->last,
                        .probe = box_no_probe,
                        .maximum_c = shipment->maximum_c,
                        .minutes_out = shipment->minutes_out};
    *boxes = (struct rows){1, all};
    return true;
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
     .summary = "Record that released vials were packed and sent, or that vials go back to "
                "their maker.",
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
     .input = &receipt_schema,
     .output = &receipt_body_schema,
     .subject = "shipment",
     .judge = receipt_judge,
     .apply = receipt_apply,
     .judge_again = receipt_again},
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
