/* hold.c: one hold upstream stops everything that came from it, at once and everywhere. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/hold.h"

#include <string.h>

static const char *const hold_reasons[] = {"reactive_donor",
                                           "suspected_infection",
                                           "adverse_event",
                                           "correction",
                                           "deviation",
                                           "recall",
                                           "late_information",
                                           "withdrawal",
                                           "out_of_specification",
                                           "other",
                                           NULL};

/* What is asked about before a step, a release, a shipment, a thaw or a dose. */
static const char *const held_kinds[] = {
    "donor:", "tissue:",    "bank:",   "bank_vial:", "material:", "culture:", "harvest:",
    "pool:",  "isolation:", "filter:", "bulk:",      "lot:",      NULL};

struct hold_body {
    const char *subject;
    const char *why;
    struct rows reached; /* struct link_node: everything that came from it */
};

static const struct field order_fields[] = {
    FIELD(struct hold_order, subject, .required = true, .code = true, .longest = 64,
          .help = "What is held, as kind:code"),
    FIELD(struct hold_order, why, .required = true, .choices = hold_reasons, .help = "Why"),
};
static const struct schema order_schema = SCHEMA("hold_order", struct hold_order, order_fields);

static const struct field body_fields[] = {
    FIELD(struct hold_body, subject, .help = "What is held, as kind:code"),
    FIELD(struct hold_body, why, .help = "Why"),
    FIELD(struct hold_body, reached, .of = &link_node_schema,
          .help = "Everything that came from it, and is stopped with it"),
};
static const struct schema body_schema = SCHEMA("hold", struct hold_body, body_fields);

static const struct field row_fields[] = {
    FIELD(struct hold, subject, .help = "What is held, as kind:code"),
    FIELD(struct hold, why, .help = "Why"),
    FIELD(struct hold, open, .help = "Still held"),
    FIELD(struct hold, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("hold", struct hold, row_fields);
const struct table hold_table = {"hold", &row_schema, "subject why", "open", TABLE_VIEW};

static void take_open(const char *besides, const struct rows *from, struct rows *holds)
{
    for (size_t i = 0; i < from->count; i++) {
        const struct hold *hold = &ROWS(*from, const struct hold)[i];
        if (hold->open && !text_equals(hold->subject, besides))
            ROWS(*holds, struct hold)[holds->count++] = *hold;
    }
}

bool hold_stopping(struct work *work, const char *name, struct rows *holds)
{
    struct rows own;
    struct rows sources;
    if (!view_list(work, &hold_table, "subject", value_text(name), &own) ||
        !view_sources(work, &hold_table, name, &sources))
        return false;
    *holds = (struct rows){
        0, arena_take(work->arena, (own.count + sources.count + 1) * sizeof(struct hold))};
    take_open(NULL, &own, holds);
    take_open(name, &sources, holds); /* which names it again where ties make a circle */
    return true;
}

static bool is_held_kind(const char *subject)
{
    for (size_t i = 0; held_kinds[i]; i++)
        if (text_starts(subject, held_kinds[i]))
            return true;
    return false;
}

/* Something that no entry is about cannot be held: a mistyped code must not look held, nor must a
 * thing that nobody asks about before it is used. */
static bool is_recorded(struct work *work, const char *subject)
{
    struct rows rows;
    const char *colon = strchr(subject, ':');
    if (!colon)
        return fail(&work->fault, FAULT_INPUT, "subject",
                    "The field subject must be a kind and a "
                    "code, such as lot:L-25-001.");
    if (!is_held_kind(subject))
        return fail(&work->fault, FAULT_INPUT, "subject",
                    "A hold on %s would stop nothing; hold what it was made from, or its lot, such "
                    "as lot:L-25-001.",
                    subject);
    if (!view_list(work, &journal_table, "subject", value_text(colon + 1), &rows))
        return false;
    return rows.count > 0 || fail(&work->fault, FAULT_MISSING, "subject",
                                  "Nothing is recorded "
                                  "about %s; check the code.",
                                  subject);
}

static bool find(struct work *work, const struct hold_order *order, struct hold *hold, bool *open)
{
    bool found = false;
    bool worked =
        view_find(work, &hold_table, VALUES(value_text(order->subject), value_text(order->why)),
                  hold, &found);
    *open = found && hold->open;
    return worked;
}

static bool fill(struct work *work, const struct hold_order *order, struct hold_body *body)
{
    *body = (struct hold_body){.subject = order->subject, .why = order->why};
    return link_reach(work, order->subject, LINK_FORWARD, &body->reached);
}

/* Holding twice is no fault: whoever holds must be sure that it is held afterwards. */
static bool place_judge(struct work *work, const void *input, void *body)
{
    const struct hold_order *order = input;
    return is_recorded(work, order->subject) && fill(work, order, body);
}

static bool place_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct hold_body *given = body;
    const struct hold hold = {given->subject, given->why, true, entry->seq};
    return view_put(work, &hold_table, &hold);
}

static bool lift_judge(struct work *work, const void *input, void *body)
{
    const struct hold_order *order = input;
    struct hold hold = {0};
    bool open = false;
    if (!find(work, order, &hold, &open))
        return false;
    if (!open)
        return fail(&work->fault, FAULT_MISSING, "subject", "%s is not held for %s.",
                    order->subject, order->why);
    return fill(work, order, body);
}

static bool lift_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct hold_body *given = body;
    const struct hold hold = {given->subject, given->why, false, entry->seq};
    return view_put(work, &hold_table, &hold);
}

static bool list_stream(struct work *work, const void *input, struct stream *stream)
{
    (void)input;
    return stream_table(work, stream, &hold_table);
}

const struct operation hold_operations[HOLD_OPERATIONS] = {
    {.name = "hold.place",
     .method = "POST",
     .path = "/holds",
     .summary = "Hold something and everything that came from it, everywhere and at once.",
     .permission = PERMIT_LOT_HOLD,
     .effect = RECORDS,
     .input = &order_schema,
     .output = &body_schema,
     .subject = "subject",
     .judge = place_judge,
     .apply = place_apply},
    {.name = "hold.lift",
     .method = "POST",
     .path = "/holds/lift",
     .summary = "Lift a hold.",
     .permission = PERMIT_LOT_LIFT,
     .effect = RECORDS,
     .signature = "approved",
     .input = &order_schema,
     .output = &body_schema,
     .subject = "subject",
     .judge = lift_judge,
     .apply = lift_apply},
    {.name = "hold.list",
     .method = "GET",
     .path = "/holds",
     .summary = "List what is or was on hold.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &nothing_schema,
     .output = &row_schema,
     .stream = list_stream},
};
