/* logger.c: minutes out of range are computed from the file that is kept, never typed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/logger.h"

#include "base/time.h"
#include "chain/link.h"
#include "contract/setting.h"
#include "quality/deviation.h"
#include "supply/box.h"
#include "supply/excursion.h"
#include "supply/exposure.h"
#include "supply/shipment.h"

/* What was read at one probe of a shipment. */
struct logger_probe {
    const char *shipment;
    const char *probe;
    int64_t readings;
    int64_t above;
    int64_t gaps;
    struct real maximum_c;
    struct real minimum_c;
    struct count minutes_out;
    int64_t entry;
};
static const struct field probe_fields[] = {
    FIELD(struct logger_probe, shipment, .help = "Shipment"),
    FIELD(struct logger_probe, probe, .help = "Probe"),
    FIELD(struct logger_probe, readings, .help = "Readings on the way"),
    FIELD(struct logger_probe, above, .help = "Readings above the signed limit"),
    FIELD(struct logger_probe, gaps, .help = "Stretches without a reading"),
    FIELD(struct logger_probe, maximum_c, .unit = "C", .help = "Highest reading"),
    FIELD(struct logger_probe, minimum_c, .unit = "C", .help = "Lowest reading"),
    FIELD(struct logger_probe, minutes_out, .unit = "min", .help = "Time out of range"),
    FIELD(struct logger_probe, entry, .help = "Entry that read it"),
};
static const struct schema probe_schema = SCHEMA("logger_probe", struct logger_probe, probe_fields);
const struct table logger_probe_table = {"logger_probe", &probe_schema, "shipment probe", "",
                                         TABLE_VIEW};

/* What the reading means for one box; without a code for vials that travel unboxed. */
struct logged_box {
    const char *code;
    int64_t first;
    int64_t last;
    const char *probe;
    struct real maximum_c;
    struct count minutes_out;
    struct count minutes_life;
    bool beyond; /* the signed minutes, known to be */
};
static const struct field logged_fields[] = {
    FIELD(struct logged_box, code, .help = "Box"),
    FIELD(struct logged_box, first, .help = "First serial"),
    FIELD(struct logged_box, last, .help = "Last serial"),
    FIELD(struct logged_box, probe, .help = "Probe, or none: the worst of all"),
    FIELD(struct logged_box, maximum_c, .unit = "C", .help = "Highest reading"),
    FIELD(struct logged_box, minutes_out, .unit = "min", .help = "Time out of range on this way"),
    FIELD(struct logged_box, minutes_life, .unit = "min",
          .help = "Time out of range of its worst vial, all transports together"),
    FIELD(struct logged_box, beyond, .help = "More than the signed minutes"),
};
const struct schema logged_box_schema = SCHEMA("logged_box", struct logged_box, logged_fields);

static const struct field import_fields[] = {
    FIELD(struct logger_import, shipment, .required = true, .code = true, .longest = 24,
          .help = "Shipment"),
    FIELD(struct logger_import, file, .required = true,
          .help = "CSV of the logger: time,probe_a_c,probe_b_c or time,zone,probe_a_c"),
    FIELD(struct logger_import, interval_minutes, .required = true, .low = 1, .high = 1440,
          .unit = "min", .help = "Interval to which the logger was set"),
    FIELD(struct logger_import, zone, .longest = 6,
          .help = "Zone of times that carry none, as +09:00"),
    FIELD(struct logger_import, arrived_at, .required = true,
          .help = "When the shipment arrived; later readings do not count"),
};
static const struct schema import_schema =
    SCHEMA("logger_import", struct logger_import, import_fields);
static const struct field imported_fields[] = {
    FIELD(struct logger_import, shipment, .help = "Shipment"),
    FIELD(struct logger_import, file, .help = "CSV of the logger, kept as it is"),
    FIELD(struct logger_import, interval_minutes, .unit = "min", .help = "Interval"),
    FIELD(struct logger_import, zone, .help = "Zone of times that carry none"),
    FIELD(struct logger_import, arrived_at, .help = "When the shipment arrived"),
    FIELD(struct logger_import, lot, .help = "Lot"),
    FIELD(struct logger_import, most_c, .unit = "C", .help = "Signed limit of a good reading"),
    FIELD(struct logger_import, counting, .help = "Signed rule of counting"),
    FIELD(struct logger_import, minutes_most, .unit = "min", .help = "Signed limit of the time"),
    FIELD(struct logger_import, probes, .of = &excursion_figures_schema, .help = "Probe by probe"),
    FIELD(struct logger_import, periods, .of = &excursion_period_schema, .help = "Out of range"),
    FIELD(struct logger_import, boxes, .of = &logged_box_schema, .help = "Box by box"),
    FIELD(struct logger_import, maximum_c, .unit = "C", .help = "Highest reading at any box"),
    FIELD(struct logger_import, minutes_out, .unit = "min",
          .help = "Time out of range of the worst box on this way"),
    FIELD(struct logger_import, vials_beyond, .unit = "vials",
          .help = "Vials beyond the signed minutes"),
};
static const struct schema imported_schema =
    SCHEMA("logger_imported", struct logger_import, imported_fields);

static bool check_state(struct work *work, const struct shipment *shipment)
{
    if (work->amends)
        return refuse(&work->fault, FAULT_CONFLICT, "seq", "AU-04.amend/1",
                      "A correction carries no file; annul the reading and import the logger "
                      "again.");
    if (!operation_at_site(work, "shipment", shipment->to_site, "shipment"))
        return false;
    if (shipment->logger_entry)
        return fail(&work->fault, FAULT_CONFLICT, "shipment",
                    "The logger of shipment %s was read already, in entry %lld.", shipment->code,
                    (long long)shipment->logger_entry);
    return text_equals(shipment->status, "in_transit") ||
           text_equals(shipment->status, "quarantine") ||
           fail(&work->fault, FAULT_CONFLICT, "shipment", "Shipment %s is %s already.",
                shipment->code, shipment->status);
}

static bool check_arrival(struct work *work, const struct shipment *shipment,
                          struct instant arrived_at)
{
    if (arrived_at.usec <= shipment->packed_at.usec)
        return fail(&work->fault, FAULT_INPUT, "arrived_at",
                    "The field arrived_at must lie behind the packing; correct it.");
    if (shipment->received_entry && arrived_at.usec != shipment->arrived_at.usec)
        return fail(&work->fault, FAULT_INPUT, "arrived_at",
                    "Shipment %s arrived at %s by its receipt; give that time.", shipment->code,
                    instant_print_zone(work->arena, shipment->arrived_at.usec, work->zone_minutes));
    return shipment_check_past(work, "arrived_at", arrived_at);
}

static bool check_interval(struct work *work, const struct logger_file *file, int64_t minutes)
{
    return file->interval_usec == minutes * USEC_PER_MINUTE ||
           fail(&work->fault, FAULT_INPUT, "interval_minutes",
                "Most readings of the file are %.2f minutes apart; give the interval of the "
                "logger.",
                (double)file->interval_usec / (double)USEC_PER_MINUTE);
}

/* Dry ice is at -78.5 C and somewhat below in moving air; -127.0 is what a torn wire reads. */
static bool is_reached(const struct shipment *shipment, const struct excursion_figures *figures)
{
    const double coldest_c = -100.0;
    return !figures->minimum_c.text || figures->minimum_c.value >= coldest_c ||
           text_equals(shipment->coolant, "nitrogen_vapour");
}

static bool count_probes(struct work *work, const struct shipment *shipment,
                         const struct logger_file *file, struct logger_import *body)
{
    const struct excursion_question question = {.packed_usec = shipment->packed_at.usec,
                                                .arrived_usec = body->arrived_at.usec,
                                                .most_c = body->most_c,
                                                .counting = body->counting,
                                                .minutes_most = body->minutes_most};
    struct excursion_figures *figures = arena_take(work->arena, file->probes * sizeof *figures);
    body->periods = excursion_periods(work->arena);
    body->probes = (struct rows){file->probes, figures};
    for (size_t i = 0; i < file->probes; i++) {
        figures[i] = excursion_count(work->arena, file, i, &question, &body->periods);
        if (!is_reached(shipment, &figures[i]))
            return fail(&work->fault, FAULT_INPUT, "file",
                        "Line 1, column %zu: probe %s reads %s C on the way, colder than its "
                        "coolant; it was broken, so leave those cells empty.",
                        i + 2, figures[i].probe, figures[i].minimum_c.text);
        if (!figures[i].readings)
            return fail(&work->fault, FAULT_INPUT, "file",
                        "Line 1, column %zu: probe %s has no reading between packing and arrival; "
                        "check that this is the file of shipment %s.",
                        i + 2, figures[i].probe, shipment->code);
    }
    return true;
}

/* Unknown minutes of one are unknown minutes of all. */
static void take_worse(struct logged_box *box, const struct excursion_figures *figures, bool first)
{
    if (first || figures->maximum_c.value > box->maximum_c.value)
        box->maximum_c = figures->maximum_c;
    if (first || !figures->minutes_out.known ||
        (box->minutes_out.known && figures->minutes_out.value > box->minutes_out.value))
        box->minutes_out = figures->minutes_out;
}

static bool read_box(struct work *work, const struct rows *probes, struct logged_box *box)
{
    bool first = true;
    for (size_t i = 0; i < probes->count; i++) {
        const struct excursion_figures *figures = &ROWS(*probes, const struct excursion_figures)[i];
        if (!text_equals(box->probe, box_no_probe) && !text_equals(box->probe, figures->probe))
            continue;
        take_worse(box, figures, first);
        first = false;
    }
    return !first ||
           fail(&work->fault, FAULT_INPUT, "file",
                "Line 1, column 2: box %s lies at probe %s, which the file does not have.",
                box->code, box->probe);
}

/* The minutes of this way join those of earlier ones. */
static bool add_life(struct work *work, const char *shipment, const char *lot,
                     const struct rows *boxes)
{
    struct rows exposures;
    if (!view_list(work, &exposure_table, "lot", value_text(lot), &exposures))
        return false;
    struct logged_box *box = boxes->items;
    for (size_t i = 0; i < exposures.count; i++) {
        struct exposure *row = &ROWS(exposures, struct exposure)[i];
        for (size_t j = 0; j < boxes->count; j++)
            if (text_equals(row->shipment, shipment) && row->first == box[j].first)
                row->minutes = box[j].minutes_out;
    }
    for (size_t j = 0; j < boxes->count; j++)
        box[j].minutes_life = exposure_most(&exposures, box[j].first, box[j].last);
    return true;
}

static void sum_up(struct logger_import *body)
{
    for (size_t i = 0; i < body->boxes.count; i++) {
        struct logged_box *box = &ROWS(body->boxes, struct logged_box)[i];
        const struct excursion_figures figures = {.maximum_c = box->maximum_c,
                                                  .minutes_out = box->minutes_out};
        struct logged_box worst = {.maximum_c = body->maximum_c, .minutes_out = body->minutes_out};
        take_worse(&worst, &figures, i == 0);
        body->maximum_c = worst.maximum_c;
        body->minutes_out = worst.minutes_out;
        box->beyond = box->minutes_life.known && body->minutes_most.known &&
                      box->minutes_life.value > body->minutes_most.value;
        body->vials_beyond += box->beyond ? box->last - box->first + 1 : 0;
    }
}

static bool read_boxes(struct work *work, const struct shipment *shipment,
                       struct logger_import *body)
{
    struct rows boxes;
    if (!shipment_boxes(work, shipment, &boxes))
        return false;
    struct logged_box *logged = arena_take(work->arena, (boxes.count + 1) * sizeof *logged);
    body->boxes = (struct rows){boxes.count, logged};
    for (size_t i = 0; i < boxes.count; i++) {
        const struct box *box = &ROWS(boxes, const struct box)[i];
        logged[i] = (struct logged_box){
            .code = box->code, .first = box->first, .last = box->last, .probe = box->probe};
        if (!read_box(work, &body->probes, &logged[i]))
            return false;
    }
    if (!add_life(work, shipment->code, shipment->lot, &body->boxes))
        return false;
    sum_up(body);
    return true;
}

/* One logger may travel with two shipments; two loggers never write the same file. */
static bool check_file(struct work *work, const struct shipment *shipment, const char *sha256)
{
    struct rows rows;
    if (!view_list(work, &shipment_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct shipment *other = &ROWS(rows, const struct shipment)[i];
        if (sha256 && text_equals(other->logger_sha256, sha256) &&
            !text_equals(other->logger, shipment->logger))
            return fail(&work->fault, FAULT_CONFLICT, "file",
                        "This is the file of logger %s, read for shipment %s; give the file of "
                        "logger %s, which travelled with %s.",
                        other->logger ? other->logger : "(unnamed)", other->code,
                        shipment->logger ? shipment->logger : "(unnamed)", shipment->code);
    }
    return true;
}

static bool import_judge(struct work *work, const void *input, void *body)
{
    struct logger_import *importing = body;
    struct shipment shipment = {0};
    struct logger_file file;
    *importing = *(const struct logger_import *)input;
    if (!view_need(work, &shipment_table, "shipment", importing->shipment, &shipment) ||
        !check_state(work, &shipment) || !check_arrival(work, &shipment, importing->arrived_at) ||
        !logger_file_read(work->arena, &work->fault, importing->file.bytes, importing->file.size,
                          importing->zone, &file) ||
        !check_interval(work, &file, importing->interval_minutes))
        return false;
    importing->lot = shipment.lot;
    return check_file(work, &shipment, importing->file.sha256) &&
           setting_real(work, "transport_c_most", &importing->most_c) &&
           setting_text(work, "transport_counting", &importing->counting) &&
           setting_count(work, "transport_minutes_most", &importing->minutes_most) &&
           count_probes(work, &shipment, &file, importing) &&
           read_boxes(work, &shipment, importing);
}

static bool put_probes(struct work *work, const struct logger_import *body, int64_t entry,
                       bool keep)
{
    for (size_t i = 0; i < body->probes.count; i++) {
        const struct excursion_figures *from =
            &ROWS(body->probes, const struct excursion_figures)[i];
        const struct logger_probe row = {.shipment = body->shipment,
                                         .probe = from->probe,
                                         .readings = from->readings,
                                         .above = from->above,
                                         .gaps = from->gaps,
                                         .maximum_c = from->maximum_c,
                                         .minimum_c = from->minimum_c,
                                         .minutes_out = from->minutes_out,
                                         .entry = entry};
        if (keep ? !view_put(work, &logger_probe_table, &row)
                 : !view_remove(work, &logger_probe_table,
                                VALUES(value_text(row.shipment), value_text(row.probe))))
            return false;
    }
    return true;
}

/* What a box was told of its way, or nothing once that is taken back. */
static bool put_box(struct work *work, const struct logged_box *from, bool keep)
{
    struct box box = {0};
    if (!view_need(work, &box_table, "boxes", from->code, &box))
        return false;
    box.maximum_c = keep ? from->maximum_c : (struct real){0};
    box.minutes_out = keep ? from->minutes_out : (struct count){0};
    box.minutes_life = keep ? from->minutes_life : (struct count){0};
    return view_put(work, &box_table, &box);
}

static bool put_boxes(struct work *work, const struct logger_import *body, int64_t entry, bool keep)
{
    for (size_t i = 0; i < body->boxes.count; i++) {
        const struct logged_box *from = &ROWS(body->boxes, const struct logged_box)[i];
        const struct exposure exposure = {.lot = body->lot,
                                          .first = from->first,
                                          .last = from->last,
                                          .shipment = body->shipment,
                                          .minutes = keep ? from->minutes_out : (struct count){0},
                                          .entry = entry};
        if (!view_put(work, &exposure_table, &exposure) ||
            (from->code && !put_box(work, from, keep)))
            return false;
    }
    return true;
}

static bool import_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct logger_import *importing = body;
    struct shipment row = {0};
    if (!view_need(work, &shipment_table, "shipment", importing->shipment, &row))
        return false;
    row.arrived_at = importing->arrived_at;
    row.maximum_c = importing->maximum_c;
    row.minutes_out = importing->minutes_out;
    row.logger_entry = entry->seq;
    row.logger_sha256 = importing->file.sha256;
    return put_probes(work, importing, entry->seq, true) &&
           put_boxes(work, importing, entry->seq, true) && view_put(work, &shipment_table, &row);
}

/* Once the arrival is recorded, somebody has looked at these minutes and acted on them. */
static bool import_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct logger_import *importing = body;
    struct shipment row = {0};
    if (!view_need(work, &shipment_table, "shipment", importing->shipment, &row))
        return false;
    if (row.received_entry)
        return refuse(&work->fault, FAULT_CONFLICT, "seq", "AU-04.amend/1",
                      "Shipment %s was received on this reading; it stays.", row.code);
    row.arrived_at = (struct instant){0};
    row.maximum_c = (struct real){0};
    row.minutes_out = (struct count){0};
    row.logger_entry = 0;
    row.logger_sha256 = NULL;
    return put_probes(work, importing, entry->seq, false) &&
           put_boxes(work, importing, row.entry, false) && view_put(work, &shipment_table, &row);
}

static const char *tell(struct work *work, const struct logger_import *body)
{
    struct text text = text_open(work->arena);
    text_print(&text, "Time out of range beyond %lld min on the way:",
               (long long)body->minutes_most.value);
    for (size_t i = 0; i < body->boxes.count; i++) {
        const struct logged_box *box = &ROWS(body->boxes, const struct logged_box)[i];
        if (box->beyond)
            text_print(&text, " %s vials %lld to %lld %lld min, maximum %s C;",
                       box->code ? box->code : "unboxed", (long long)box->first,
                       (long long)box->last, (long long)box->minutes_life.value,
                       box->maximum_c.text);
    }
    text.bytes[text.length - 1] = '.';
    size_t whole = text_whole(text.bytes, 900);
    return arena_text(work->arena, text.bytes, whole);
}

bool logger_follow(struct work *work, const struct entry *entry, const void *body,
                   struct rows *inputs)
{
    const struct logger_import *importing = body;
    const char *class = NULL;
    struct deviation_opening *opening = arena_take(work->arena, sizeof *opening);
    *inputs = (struct rows){0, opening};
    (void)entry;
    if (!importing->vials_beyond)
        return true;
    if (!setting_text(work, "excursion_class", &class))
        return false;
    bool lower = text_equals(class, "minor") || text_equals(class, "major");
    *opening = (struct deviation_opening){
        .class = lower ? class : "critical",
        .about = link_name(work->arena, "shipment", importing->shipment),
        .lot = importing->lot,
        .content = tell(work, importing),
        .effect = arena_print(work->arena,
                              "%lld vials may have lost particles or function; none of them is "
                              "used before the maker's quality unit has decided.",
                              (long long)importing->vials_beyond),
        .noticed_at = {work->now_usec},
    };
    inputs->count = 1;
    return true;
}

static bool show_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct shipment shipment = {0};
    return view_need(work, &shipment_table, "code", key->code, &shipment) &&
           view_list(work, &logger_probe_table, "shipment", value_text(key->code), rows);
}

const struct operation logger_operations[LOGGER_OPERATIONS] = {
    {.name = "logger.import",
     .method = "POST",
     .path = "/shipments/{shipment}/logger",
     .summary = "Import the file of a shipment's temperature logger: CSV in UTF-8, headed "
                "time,probe_a_c,probe_b_c or time,zone,probe_a_c; times rise, an empty cell is a "
                "missing reading. Minutes out of range are counted from it.",
     .permission = PERMIT_SHIPMENT_RECEIVE,
     .effect = RECORDS,
     .input = &import_schema,
     .output = &imported_schema,
     .subject = "shipment",
     .judge = import_judge,
     .apply = import_apply,
     .retract = import_retract},
    {.name = "logger.show",
     .method = "GET",
     .path = "/shipments/{code}/logger",
     .summary = "Show what each probe of a shipment read on the way.",
     .permission = PERMIT_SHIPMENT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &probe_schema,
     .list = show_list},
};
