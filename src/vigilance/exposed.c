/* exposed.c: doses whose vials were out of range, or about which nobody can say. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/exposed.h"

#include "supply/exposure.h"
#include "treatment/dose.h"

static const struct field row_fields[] = {
    FIELD(struct exposed, dose, .help = "Dose"),
    FIELD(struct exposed, patient, .help = "Patient, by code"),
    FIELD(struct exposed, site, .help = "Where it was given"),
    FIELD(struct exposed, lot, .help = "Lot"),
    FIELD(struct exposed, first, .help = "First serial"),
    FIELD(struct exposed, last, .help = "Last serial"),
    FIELD(struct exposed, minutes, .unit = "min",
          .help = "Time out of range over the life of the worst vial; left out when not known"),
};
static const struct schema row_schema = SCHEMA("exposed", struct exposed, row_fields);

struct exposed_key {
    const char *lot;
};
static const struct field key_fields[] = {
    FIELD(struct exposed_key, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
};
static const struct schema key_schema = SCHEMA("exposed_key", struct exposed_key, key_fields);

/* Visitors may not ask the database, so the doses are listed first. */
static bool exposed_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct exposed_key *key = input;
    struct rows doses;
    if (!view_list(work, &dose_table, "lot", value_text(key->lot), &doses))
        return false;
    for (size_t i = 0; i < doses.count; i++) {
        const struct dose *dose = &ROWS(doses, const struct dose)[i];
        struct exposed row = {
            .dose = dose->code,
            .patient = dose->patient,
            .site = dose->site,
            .lot = dose->lot,
            .first = dose->first,
            .last = dose->last,
        };
        if (dose->annulled)
            continue;
        if (!exposure_minutes(work, dose->lot, dose->first, dose->last, &row.minutes))
            return false;
        if ((!row.minutes.known || row.minutes.value > 0) && !stream_row(work, stream, &row))
            return false;
    }
    return true;
}

const struct operation exposed_operations[EXPOSED_OPERATIONS] = {
    {.name = "trace.exposed",
     .method = "GET",
     .path = "/lots/{lot}/exposed",
     .summary = "List who received vials of a lot that had been out of range, or may have been.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &row_schema,
     .stream = exposed_stream},
};
