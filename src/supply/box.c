/* box.c: boxes hold every shipped vial once, so that a probe's reading reaches each of them. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/box.h"

const char box_no_probe[] = "none";
const char box_whole[] = "whole";

static const struct field given_fields[] = {
    FIELD(struct box_given, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the box"),
    FIELD(struct box_given, first, .required = true, .low = 1, .high = 1e9, .help = "First serial"),
    FIELD(struct box_given, last, .required = true, .low = 1, .high = 1e9, .help = "Last serial"),
    FIELD(struct box_given, layer, .longest = 24, .help = "Where it lies, as top or bottom"),
    FIELD(struct box_given, probe, .required = true, .code = true, .longest = 8,
          .help = "Probe that lies at it, as the logger's file heads it, or none"),
};
const struct schema box_given_schema = SCHEMA("box", struct box_given, given_fields);

static const struct field row_fields[] = {
    FIELD(struct box, code, .help = "Code of the box"),
    FIELD(struct box, shipment, .help = "Shipment"),
    FIELD(struct box, lot, .help = "Lot"),
    FIELD(struct box, first, .help = "First serial"),
    FIELD(struct box, last, .help = "Last serial"),
    FIELD(struct box, layer, .help = "Where it lay"),
    FIELD(struct box, probe, .help = "Probe that lay at it, or none"),
    FIELD(struct box, maximum_c, .unit = "C", .help = "Highest reading on the way"),
    FIELD(struct box, minutes_out, .unit = "min", .help = "Time out of range on the way"),
    FIELD(struct box, minutes_life, .unit = "min",
          .help = "Time out of range of its worst vial, all transports together"),
    FIELD(struct box, decision, .help = "in_transit, waiting, accepted or rejected"),
    FIELD(struct box, why, .help = "Why it was decided so"),
    FIELD(struct box, entry, .help = "Entry of the sending"),
    FIELD(struct box, decided_entry, .help = "Entry of the decision, or 0"),
};
static const struct schema row_schema = SCHEMA("box", struct box, row_fields);
const struct table box_table = {"box", &row_schema, "code", "shipment lot", TABLE_VIEW};

static const struct box_given *begins_at(const struct rows *boxes, int64_t serial)
{
    for (size_t i = 0; i < boxes->count; i++)
        if (ROWS(*boxes, const struct box_given)[i].first == serial)
            return &ROWS(*boxes, const struct box_given)[i];
    return NULL;
}

static const char *code_twice(const struct rows *boxes)
{
    const struct box_given *box = boxes->items;
    for (size_t i = 0; i < boxes->count; i++)
        for (size_t j = 0; j < i; j++)
            if (text_equals(box[i].code, box[j].code))
                return box[i].code;
    return NULL;
}

const char *box_cover(struct arena *arena, const struct rows *boxes, int64_t first, int64_t last)
{
    int64_t next = first;
    const char *twice = code_twice(boxes);
    if (twice)
        return arena_print(arena, "box %s stands twice", twice);
    for (size_t i = 0; i < boxes->count; i++) {
        const struct box_given *box = begins_at(boxes, next);
        if (!box)
            return arena_print(arena, "no box begins with vial %lld", (long long)next);
        if (box->last < box->first || box->last > last)
            return arena_print(arena, "box %s ends with vial %lld", box->code,
                               (long long)box->last);
        next = box->last + 1;
    }
    return next == last + 1 ? box_whole
                            : arena_print(arena, "vial %lld is in no box", (long long)next);
}

bool box_list(struct work *work, const char *shipment, struct rows *boxes)
{
    return view_list(work, &box_table, "shipment", value_text(shipment), boxes);
}

bool box_of_vial(struct work *work, const char *lot, int64_t serial, struct rows *boxes)
{
    if (!view_list(work, &box_table, "lot", value_text(lot), boxes))
        return false;
    struct box *box = boxes->items;
    size_t kept = 0;
    for (size_t i = 0; i < boxes->count; i++)
        if (box[i].first <= serial && box[i].last >= serial)
            box[kept++] = box[i];
    boxes->count = kept;
    return true;
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return view_need(work, &box_table, "code", key->code, row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return box_list(work, key->code, rows);
}

const struct operation box_operations[BOX_OPERATIONS] = {
    {.name = "box.show",
     .method = "GET",
     .path = "/boxes/{code}",
     .summary = "Show one box: lot, serials, shipment, time out of range, decision.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &row_schema,
     .read = show_read},
    {.name = "box.list",
     .method = "GET",
     .path = "/shipments/{code}/boxes",
     .summary = "List the boxes of a shipment.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
