/* exposure.c: minutes out of range are added up per vial, over all its transports. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/exposure.h"

static const struct field row_fields[] = {
    FIELD(struct exposure, lot, .help = "Lot"),
    FIELD(struct exposure, first, .help = "First serial"),
    FIELD(struct exposure, last, .help = "Last serial"),
    FIELD(struct exposure, shipment, .help = "Shipment"),
    FIELD(struct exposure, minutes, .unit = "min", .help = "Time out of range on that way"),
    FIELD(struct exposure, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("exposure", struct exposure, row_fields);
const struct table exposure_table = {"exposure", &row_schema, "lot first shipment", "", TABLE_VIEW};

static struct count sum_at(const struct rows *exposures, int64_t serial)
{
    struct count sum = {true, 0};
    for (size_t i = 0; i < exposures->count; i++) {
        const struct exposure *row = &ROWS(*exposures, const struct exposure)[i];
        if (row->first > serial || row->last < serial)
            continue;
        sum.known = sum.known && row->minutes.known;
        sum.value += row->minutes.known ? row->minutes.value : 0;
    }
    return sum;
}

/* The sum only ever rises where a range begins, so that those serials speak for all. */
struct count exposure_most(const struct rows *exposures, int64_t first, int64_t last)
{
    struct count most = sum_at(exposures, first);
    for (size_t i = 0; i < exposures->count; i++) {
        const struct exposure *row = &ROWS(*exposures, const struct exposure)[i];
        if (row->first <= first || row->first > last)
            continue;
        struct count here = sum_at(exposures, row->first);
        most.known = most.known && here.known;
        most.value = here.value > most.value ? here.value : most.value;
    }
    return most.known ? most : (struct count){0};
}

bool exposure_minutes(struct work *work, const char *lot, int64_t first, int64_t last,
                      struct count *minutes)
{
    struct rows rows;
    const struct serials serials = {lot, first, last};
    *minutes = (struct count){0};
    if (!view_touching(work, &exposure_table, &serials, &rows))
        return false;
    *minutes = exposure_most(&rows, first, last);
    return true;
}
