/* tracing.c: sends what was found, vials lot by lot, and counts what was sent. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/tracing.h"

#include "supply/box.h"
#include "supply/shipment.h"
#include "treatment/dose.h"
#include "vigilance/event.h"

#include <stdlib.h>
#include <string.h>

/* Of wide tables, the columns that a long answer needs. */
struct given_dose {
    const char *code;
    const char *lot;
    int64_t first;
    int64_t last;
    int64_t volume_ul;
    const char *route;
    struct date given_on;
    const char *patient;
    bool annulled;
};
static const struct field given_fields[] = {
    FIELD(struct given_dose, code, .help = "Code of the dose"),
    FIELD(struct given_dose, lot, .help = "Lot"),
    FIELD(struct given_dose, first, .help = "First serial"),
    FIELD(struct given_dose, last, .help = "Last serial"),
    FIELD(struct given_dose, volume_ul, .help = "Volume given", .unit = "uL"),
    FIELD(struct given_dose, route, .help = "Route"),
    FIELD(struct given_dose, given_on, .help = "Day"),
    FIELD(struct given_dose, patient, .help = "Patient"),
    FIELD(struct given_dose, annulled, .help = "The entry was annulled"),
};
static const struct schema given_schema = SCHEMA("given_dose", struct given_dose, given_fields);
static const struct table given_table = {"dose", &given_schema, "code", "patient lot", TABLE_VIEW};

struct passage {
    const char *code;
    const char *lot;
    int64_t first;
    int64_t last;
    int64_t entry;
};
static const struct field passage_fields[] = {
    FIELD(struct passage, code, .help = "Code of the shipment"),
    FIELD(struct passage, lot, .help = "Lot"),
    FIELD(struct passage, first, .help = "First serial"),
    FIELD(struct passage, last, .help = "Last serial"),
    FIELD(struct passage, entry, .help = "Entry of the sending"),
};
static const struct schema passage_schema = SCHEMA("passage", struct passage, passage_fields);
static const struct table passage_table = {"shipment", &passage_schema, "code", "lot", TABLE_VIEW};

struct resident {
    const char *code;
    const char *site;
    const char *language;
};
static const struct field resident_fields[] = {
    FIELD(struct resident, code, .help = "Code of the patient"),
    FIELD(struct resident, site, .help = "Site"),
    FIELD(struct resident, language, .help = "Language"),
};
static const struct schema resident_schema = SCHEMA("resident", struct resident, resident_fields);
static const struct table resident_table = {"patient", &resident_schema, "code", "", TABLE_VIEW};

struct happening {
    const char *code;
    const char *patient;
    const char *dose;
};
static const struct field happening_fields[] = {
    FIELD(struct happening, code, .help = "Code of the event"),
    FIELD(struct happening, patient, .help = "Patient"),
    FIELD(struct happening, dose, .help = "Dose, if it is known which"),
};
static const struct schema happening_schema =
    SCHEMA("happening", struct happening, happening_fields);
static const struct table happening_table = {"event", &happening_schema, "code", "patient dose",
                                             TABLE_VIEW};

static void close_kept(void *thing)
{
    arena_close(thing);
}

struct tracing tracing_open(struct work *work, struct stream *stream, enum link_direction direction)
{
    struct arena *kept = arena_open(WORK_ARENA_BYTES);
    const struct names none = {.arena = kept};
    arena_defer(work->arena, close_kept, kept);
    return (struct tracing){.work = work,
                            .stream = stream,
                            .direction = direction,
                            .kept = kept,
                            .things = none,
                            .lots = none,
                            .boxes = none,
                            .shipments = none,
                            .sites = none,
                            .doses = none,
                            .patients = none,
                            .events = none};
}

static const char vials_kind[] = "vials";

/* Adds to the count of a kind, which is how the sums at the end come about. */
static void count(struct tracing *to, const char *kind, int64_t more)
{
    size_t at = 0;
    while (at < to->kinds && to->counts[at].kind != kind && !text_equals(to->counts[at].kind, kind))
        at++;
    if (at == TRACING_KINDS)
        return;
    if (at == to->kinds)
        to->counts[to->kinds++].kind = kind;
    to->counts[at].count += more;
}

bool tracing_row(struct tracing *to, const struct trace_row *row)
{
    count(to, row->kind,
          row->amount.known && text_equals(row->kind, vials_kind) ? row->amount.value : 1);
    return to->only_counts || stream_row(to->work, to->stream, row);
}

void tracing_span(struct tracing *to, const char *lot, int64_t first, int64_t last)
{
    if (to->span_count == to->span_room) {
        to->span_room = to->span_room ? 2 * to->span_room : 64;
        struct span *moved = arena_take(to->kept, to->span_room * sizeof *moved);
        if (to->span_count)
            memcpy(moved, to->spans, to->span_count * sizeof *moved);
        to->spans = moved;
    }
    to->spans[to->span_count++] = (struct span){arena_copy(to->kept, lot), first, last};
}

static bool send_range(struct work *work, void *context, const void *item)
{
    struct tracing *to = context;
    const struct vial_range *range = item;
    struct text *code = &to->code;
    struct text *detail = &to->detail;
    int64_t vials = range->last - range->first + 1;
    (void)work;
    to->given += range->dose ? vials : 0;
    names_add(&to->sites, range->site);
    if (to->direction == LINK_FORWARD)
        names_add(&to->patients, range->patient);
    text_reset(code);
    text_add(code, range->lot);
    text_add(code, "/");
    text_add_integer(code, range->first);
    text_add(code, "-");
    text_add_integer(code, range->last);
    text_reset(detail);
    text_add(detail, range->state);
    text_add(detail, " at ");
    text_add(detail, range->site ? range->site : "no site");
    const struct trace_row row = {.kind = vials_kind,
                                  .code = code->bytes,
                                  .depth = to->depth,
                                  .amount = {true, vials},
                                  .unit = vials_kind,
                                  .detail = detail->bytes};
    return tracing_row(to, &row);
}

static bool send_part(struct tracing *to, const struct span *span)
{
    struct rows ranges;
    if (!vial_within(to->work, span->lot, span->first, span->last, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++)
        if (!send_range(to->work, to, &ROWS(ranges, const struct vial_range)[i]))
            return false;
    return true;
}

/* Sites and patients are noted on the way, so that no vial is held in memory. */
static bool send_vials(struct tracing *to)
{
    const struct visitor visitor = {send_range, to};
    to->code = text_open(to->kept);
    to->detail = text_open(to->kept);
    for (size_t i = 0; i < to->span_count; i++) {
        const struct span *span = &to->spans[i];
        struct arena_mark mark = arena_mark(to->work->arena);
        bool worked = span->last == WHOLE_LOT ? vial_each(to->work, span->lot, &visitor)
                                              : send_part(to, span);
        arena_rewind(to->work->arena, mark);
        if (!worked)
            return false;
        if (to->patients.count > MOST_PATIENTS)
            return fail(&to->work->fault, FAULT_INPUT, "name",
                        "More than %d patients are reached; ask for each lot.", MOST_PATIENTS);
    }
    to->depth += to->span_count > 0;
    return true;
}

static int compare_spans(const void *one, const void *other)
{
    const struct span *a = one;
    const struct span *b = other;
    int lots = strcmp(a->lot, b->lot);
    return lots ? lots : (a->first > b->first) - (a->first < b->first);
}

/* Whether one of the vials that were found is among these. */
static bool is_found(const struct tracing *to, const char *lot, int64_t first, int64_t last)
{
    size_t low = 0;
    size_t high = to->span_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(to->by_lot[middle].lot, lot) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < to->span_count && text_equals(to->by_lot[low].lot, lot); low++)
        if (to->by_lot[low].first <= last && to->by_lot[low].last >= first)
            return true;
    return false;
}

/* A vial names its newest shipment alone; one that came back travelled before. Of a shipment that
 * the trace begins with, later ones lie ahead and earlier ones behind. */
static bool add_shipments(struct tracing *to, const struct serials *serials)
{
    struct arena_mark mark = arena_mark(to->work->arena);
    struct rows passages;
    bool forward = to->direction == LINK_FORWARD;
    bool worked = view_touching(to->work, &passage_table, serials, &passages);
    for (size_t i = 0; worked && i < passages.count; i++) {
        const struct passage *row = &ROWS(passages, const struct passage)[i];
        bool beside = to->begun && (forward ? row->entry < to->begun : row->entry > to->begun);
        if (!beside && is_found(to, row->lot, row->first, row->last))
            names_add(&to->shipments, row->code);
    }
    arena_rewind(to->work->arena, mark);
    return worked;
}

static bool add_boxes(struct tracing *to, const char *shipment)
{
    struct arena_mark mark = arena_mark(to->work->arena);
    struct rows boxes;
    bool worked = box_list(to->work, shipment, &boxes);
    for (size_t i = 0; worked && i < boxes.count; i++) {
        const struct box *box = &ROWS(boxes, const struct box)[i];
        if (is_found(to, box->lot, box->first, box->last))
            names_add(&to->boxes, box->code);
    }
    arena_rewind(to->work->arena, mark);
    return worked;
}

static bool find_places(struct tracing *to)
{
    struct serials serials = {0};
    to->by_lot = arena_take(to->kept, (to->span_count + 1) * sizeof *to->by_lot);
    if (to->span_count) {
        memcpy(to->by_lot, to->spans, to->span_count * sizeof *to->by_lot);
        qsort(to->by_lot, to->span_count, sizeof *to->by_lot, compare_spans);
    }
    for (size_t i = 0; i < to->span_count; i++) {
        const struct span *span = &to->by_lot[i];
        bool ends = i + 1 == to->span_count || !text_equals(span->lot, to->by_lot[i + 1].lot);
        if (!i || !text_equals(span->lot, to->by_lot[i - 1].lot))
            serials = (struct serials){span->lot, span->first, span->last};
        serials.last = serials.last > span->last ? serials.last : span->last;
        if (ends && !add_shipments(to, &serials))
            return false;
    }
    names_sort(&to->shipments);
    for (size_t i = 0; i < to->shipments.count; i++)
        if (!add_boxes(to, to->shipments.items[i]))
            return false;
    return true;
}

static bool tell_box(struct tracing *to, const char *code, struct trace_row *row)
{
    struct box box = {0};
    if (!view_need(to->work, &box_table, "name", code, &box))
        return false;
    row->detail = arena_print(to->work->arena, "lot %s, %lld-%lld, %s", box.lot,
                              (long long)box.first, (long long)box.last, box.decision);
    return true;
}

static bool tell_shipment(struct tracing *to, const char *code, struct trace_row *row)
{
    struct shipment shipment = {0};
    if (!view_need(to->work, &shipment_table, "name", code, &shipment))
        return false;
    row->detail = arena_print(to->work->arena, "lot %s to %s, %s", shipment.lot, shipment.to_site,
                              shipment.status);
    return true;
}

static bool tell_given(struct tracing *to, const struct given_dose *dose, struct trace_row *row)
{
    row->amount = (struct count){true, dose->volume_ul};
    row->unit = "uL";
    row->detail = arena_print(to->work->arena, "%s on %s to %s", dose->route, dose->given_on.text,
                              dose->patient);
    return true;
}

static bool tell_dose(struct tracing *to, const char *code, struct trace_row *row)
{
    struct given_dose dose = {0};
    return view_need(to->work, &given_table, "name", code, &dose) && tell_given(to, &dose, row);
}

static bool tell_patient(struct tracing *to, const char *code, struct trace_row *row)
{
    struct resident patient = {0};
    if (!view_need(to->work, &resident_table, "name", code, &patient))
        return false;
    row->detail =
        arena_print(to->work->arena, "site %s, language %s", patient.site, patient.language);
    return true;
}

static bool tell_event(struct tracing *to, const char *code, struct trace_row *row)
{
    struct event event = {0};
    if (!view_need(to->work, &event_table, "name", code, &event))
        return false;
    row->detail = arena_print(to->work->arena, "grade %lld, %s, patient %s", (long long)event.grade,
                              event.seriousness, event.patient);
    return true;
}

static bool tell_nothing(struct tracing *to, const char *code, struct trace_row *row)
{
    (void)to;
    (void)code;
    (void)row;
    return true;
}

static bool send_names(struct tracing *to, struct names *names, const char *kind,
                       bool (*tell)(struct tracing *to, const char *code, struct trace_row *row))
{
    names_sort(names);
    for (size_t i = 0; i < names->count; i++) {
        struct arena_mark mark = arena_mark(to->work->arena);
        struct trace_row row = {.kind = kind, .code = names->items[i], .depth = to->depth};
        bool worked = tell(to, names->items[i], &row) && tracing_row(to, &row);
        arena_rewind(to->work->arena, mark);
        if (!worked)
            return false;
    }
    to->depth += names->count > 0;
    return true;
}

static bool send_given(struct work *work, void *context, const void *item)
{
    struct tracing *to = context;
    const struct given_dose *dose = item;
    struct trace_row row = {.kind = "dose", .code = dose->code, .depth = to->depth};
    (void)work;
    if (dose->annulled || !is_found(to, dose->lot, dose->first, dose->last))
        return true;
    to->told_doses = true;
    return tell_given(to, dose, &row) && tracing_row(to, &row);
}

/* Doses that the trace began with, or those of the vials, lot by lot. */
static bool send_doses(struct tracing *to)
{
    const struct visitor visitor = {send_given, to};
    if (!send_names(to, &to->doses, "dose", tell_dose))
        return false;
    for (size_t i = 0; i < to->span_count; i++)
        if ((!i || !text_equals(to->by_lot[i].lot, to->by_lot[i - 1].lot)) &&
            !view_each(to->work, &given_table, "lot", value_text(to->by_lot[i].lot), &visitor))
            return false;
    to->depth += to->told_doses;
    return true;
}

/* Events of patients who were found, before it is known whether they are about these doses. */
struct candidates {
    struct tracing *to;
    struct happening *items;
    size_t count;
    size_t room;
};

static bool add_candidate(struct work *work, void *context, const void *item)
{
    struct candidates *list = context;
    const struct happening *event = item;
    struct arena *kept = list->to->kept;
    (void)work;
    if (!names_hold(&list->to->patients, event->patient))
        return true;
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 16;
        struct happening *moved = arena_take(kept, list->room * sizeof *moved);
        if (list->count)
            memcpy(moved, list->items, list->count * sizeof *moved);
        list->items = moved;
    }
    list->items[list->count++] = (struct happening){.code = arena_copy(kept, event->code),
                                                    .dose = arena_copy(kept, event->dose)};
    return true;
}

static bool is_about_these(struct tracing *to, const char *dose, bool *about)
{
    struct given_dose row = {0};
    bool found = false;
    *about = !dose || names_hold(&to->doses, dose);
    if (*about)
        return true;
    if (!view_find(to->work, &given_table, VALUES(value_text(dose)), &row, &found))
        return false;
    *about = found && !row.annulled && is_found(to, row.lot, row.first, row.last);
    return true;
}

/* A few patients are asked for one by one; for many, every event is read once. */
static bool find_candidates(struct tracing *to, struct candidates *list)
{
    enum { FEW = 1000 };
    const struct visitor visitor = {add_candidate, list};
    if (to->patients.count > FEW)
        return view_each(to->work, &happening_table, NULL, value_text(NULL), &visitor);
    for (size_t i = 0; i < to->patients.count; i++)
        if (!view_each(to->work, &happening_table, "patient", value_text(to->patients.items[i]),
                       &visitor))
            return false;
    return true;
}

/* About these doses, or about no named one. */
static bool find_events(struct tracing *to)
{
    struct candidates list = {.to = to};
    if (!find_candidates(to, &list))
        return false;
    for (size_t i = 0; i < list.count; i++) {
        bool about = false;
        if (!is_about_these(to, list.items[i].dose, &about))
            return false;
        if (about)
            names_add(&to->events, list.items[i].code);
    }
    return true;
}

static bool send_places(struct tracing *to)
{
    return send_names(to, &to->boxes, "box", tell_box) &&
           send_names(to, &to->shipments, "shipment", tell_shipment) &&
           send_names(to, &to->sites, "site", tell_nothing);
}

bool tracing_send(struct tracing *to)
{
    if (!find_places(to))
        return false;
    if (to->direction == LINK_FORWARD)
        return send_vials(to) && send_places(to) && send_doses(to) &&
               send_names(to, &to->patients, "patient", tell_patient) && find_events(to) &&
               send_names(to, &to->events, "event", tell_event);
    return send_names(to, &to->events, "event", tell_event) &&
           send_names(to, &to->patients, "patient", tell_patient) &&
           send_names(to, &to->doses, "dose", tell_dose) && send_vials(to) && send_places(to);
}

bool tracing_counts(struct tracing *to)
{
    if (to->given)
        count(to, "vials_given", to->given);
    for (size_t i = 0; i < to->kinds; i++) {
        const struct trace_row row = {
            .kind = "count", .code = to->counts[i].kind, .amount = {true, to->counts[i].count}};
        if (!stream_row(to->work, to->stream, &row))
            return false;
    }
    return true;
}
