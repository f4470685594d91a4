/* readings.c: the kept file read again, by the rules of the entry that read it first. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/readings.h"

#include "contract/book.h"
#include "supply/excursion.h"
#include "supply/logger.h"
#include "supply/logger_file.h"
#include "supply/shipment.h"

struct readings_key {
    const char *code;
    int64_t points;
};
static const struct field key_fields[] = {
    FIELD(struct readings_key, code, .required = true, .code = true, .longest = 64,
          .help = "Shipment"),
    FIELD(struct readings_key, points, .low = EXCURSION_POINTS_LEAST, .high = LOGGER_READINGS,
          .help = "Most readings told of each probe, the extremes and gaps of each part kept; all "
                  "if not given"),
};
static const struct schema key_schema = SCHEMA("readings_key", struct readings_key, key_fields);

/* What was told of a shipment's file when it was read. */
struct excursions {
    const char *shipment;
    const char *lot;
    const char *logger;
    struct instant packed_at;
    struct instant arrived_at;
    const char *file;
    const char *sha256;
    int64_t interval_minutes;
    struct real most_c;
    const char *counting;
    struct count minutes_most;
    struct rows probes;
    struct rows periods;
    struct rows boxes;
    struct real maximum_c;
    struct count minutes_out;
    int64_t vials_beyond;
    int64_t entry;
};
static const struct field excursions_fields[] = {
    FIELD(struct excursions, shipment, .help = "Shipment"),
    FIELD(struct excursions, lot, .help = "Lot"),
    FIELD(struct excursions, logger, .help = "Temperature logger"),
    FIELD(struct excursions, packed_at,
          .help = "When it was packed; earlier readings do not count"),
    FIELD(struct excursions, arrived_at, .help = "When it arrived; later readings do not count"),
    FIELD(struct excursions, file, .help = "Name of the logger's file"),
    FIELD(struct excursions, sha256, .help = "SHA-256 of the logger's file"),
    FIELD(struct excursions, interval_minutes, .unit = "min", .help = "Interval"),
    FIELD(struct excursions, most_c, .unit = "C", .help = "Signed limit of a good reading"),
    FIELD(struct excursions, counting, .help = "Signed rule of counting"),
    FIELD(struct excursions, minutes_most, .unit = "min", .help = "Signed limit of the time"),
    FIELD(struct excursions, probes, .of = &excursion_figures_schema, .help = "Probe by probe"),
    FIELD(struct excursions, periods, .of = &excursion_period_schema, .help = "Out of range"),
    FIELD(struct excursions, boxes, .of = &logged_box_schema, .help = "Box by box"),
    FIELD(struct excursions, maximum_c, .unit = "C", .help = "Highest reading at any box"),
    FIELD(struct excursions, minutes_out, .unit = "min",
          .help = "Time out of range of the worst box on this way"),
    FIELD(struct excursions, vials_beyond, .unit = "vials",
          .help = "Vials beyond the signed minutes"),
    FIELD(struct excursions, entry, .help = "Entry that read it"),
};
static const struct schema excursions_schema =
    SCHEMA("excursions", struct excursions, excursions_fields);

/* The limit and the rule of that day are in the entry; those of today may be others. */
static bool need_import(struct work *work, const char *code, struct shipment *shipment,
                        struct logger_import **body)
{
    void *kept = NULL;
    if (!view_need(work, &shipment_table, "code", code, shipment))
        return false;
    if (!shipment->logger_entry)
        return fail(&work->fault, FAULT_MISSING, "code",
                    "The logger of shipment %s was not read yet; import its file first.", code);
    if (!book_body(work, shipment->logger_entry, "logger.import", &kept))
        return false;
    *body = kept;
    return true;
}

static bool read_file(struct work *work, const struct logger_import *body, struct logger_file *file)
{
    struct file kept = {0};
    bool found = false;
    if (!ledger_load_file(work, body->file.sha256, &kept, &found))
        return false;
    return (found ||
            fail(&work->fault, FAULT_STORAGE, "file",
                 "The file %s is not kept any more; run exoledger verify.", body->file.sha256)) &&
           logger_file_read(work->arena, &work->fault, kept.bytes, kept.size, body->zone, file);
}

static bool send_readings(struct work *work, const struct rows *readings, struct stream *stream)
{
    for (size_t i = 0; i < readings->count; i++)
        if (!stream_row(work, stream, &ROWS(*readings, const struct excursion_reading)[i]))
            return false;
    return true;
}

static bool readings_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct readings_key *key = input;
    struct shipment shipment = {0};
    struct logger_import *body = NULL;
    struct logger_file file = {0};
    if (!need_import(work, key->code, &shipment, &body) || !read_file(work, body, &file))
        return false;
    const struct excursion_question question = {.packed_usec = shipment.packed_at.usec,
                                                .arrived_usec = body->arrived_at.usec,
                                                .most_c = body->most_c,
                                                .counting = body->counting,
                                                .minutes_most = body->minutes_most};
    for (size_t i = 0; i < file.probes; i++) {
        const struct arena_mark mark = arena_mark(work->arena);
        struct rows readings = excursion_readings(work->arena, &file, i, &question);
        if (key->points)
            excursion_thin(&readings, (size_t)key->points);
        if (!send_readings(work, &readings, stream))
            return false;
        arena_rewind(work->arena, mark);
    }
    return true;
}

static bool excursions_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct shipment shipment = {0};
    struct logger_import *body = NULL;
    if (!need_import(work, key->code, &shipment, &body))
        return false;
    *(struct excursions *)row = (struct excursions){.shipment = shipment.code,
                                                    .lot = body->lot,
                                                    .logger = shipment.logger,
                                                    .packed_at = shipment.packed_at,
                                                    .arrived_at = body->arrived_at,
                                                    .file = body->file.name,
                                                    .sha256 = body->file.sha256,
                                                    .interval_minutes = body->interval_minutes,
                                                    .most_c = body->most_c,
                                                    .counting = body->counting,
                                                    .minutes_most = body->minutes_most,
                                                    .probes = body->probes,
                                                    .periods = body->periods,
                                                    .boxes = body->boxes,
                                                    .maximum_c = body->maximum_c,
                                                    .minutes_out = body->minutes_out,
                                                    .vials_beyond = body->vials_beyond,
                                                    .entry = shipment.logger_entry};
    return true;
}

const struct operation readings_operations[READINGS_OPERATIONS] = {
    {.name = "logger.readings",
     .method = "GET",
     .path = "/shipments/{code}/readings",
     .summary = "Read the temperatures of a shipment from the file that is kept, probe by probe.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &key_schema,
     .output = &excursion_reading_schema,
     .stream = readings_stream},
    {.name = "logger.excursions",
     .method = "GET",
     .path = "/shipments/{code}/excursions",
     .summary = "Show when a shipment was out of range, by the limit and the rule that were signed "
                "on the day when its logger was read.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &excursions_schema,
     .read = excursions_read},
};
