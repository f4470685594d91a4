/* naming.c: codes are chosen by people, so that only the record can say what one is. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/naming.h"

#include "chain/link.h"
#include "donation/donor.h"
#include "manufacture/lot.h"
#include "manufacture/vial.h"
#include "supply/box.h"
#include "supply/shipment.h"
#include "treatment/dose.h"
#include "treatment/patient.h"
#include "vigilance/event.h"

#include <stdlib.h>
#include <string.h>

struct named {
    const char *name;
    const char *kind;
    const char *code;
};
static const struct field named_fields[] = {
    FIELD(struct named, name, .help = "As a trace asks for it, kind:code"),
    FIELD(struct named, kind, .help = "Its kind"),
    FIELD(struct named, code, .help = "Its code; lot/serial of a vial"),
};
static const struct schema named_schema = SCHEMA("trace_named", struct named, named_fields);

struct sought {
    const char *code;
};
static const struct field sought_fields[] = {
    FIELD(struct sought, code, .required = true, .code = true, .longest = 64,
          .help = "Any code, or what the label of a vial reads"),
};
static const struct schema sought_schema = SCHEMA("trace_sought", struct sought, sought_fields);

/* Known where something was made of it or it was made of something; and kinds with a table. */
static const char *const tied[] = {"tissue", "bank",      "bank_vial", "culture", "harvest",
                                   "pool",   "isolation", "filter",    "bulk",    "material"};
static const struct {
    const char *kind;
    const struct table *table;
} kept[] = {{"donor", &donor_table},       {"lot", &lot_table},   {"box", &box_table},
            {"shipment", &shipment_table}, {"dose", &dose_table}, {"patient", &patient_table},
            {"event", &event_table}};
enum { TIED = sizeof tied / sizeof *tied, KEPT = sizeof kept / sizeof *kept };

static void add(struct work *work, struct rows *rows, const char *kind, const char *code)
{
    ROWS(*rows, struct named)
    [rows->count++] = (struct named){link_name(work->arena, kind, code), kind, code};
}

static bool find_tied(struct work *work, const char *code, struct rows *rows)
{
    for (size_t i = 0; i < TIED; i++) {
        struct rows from;
        struct rows into;
        const char *name = link_name(work->arena, tied[i], code);
        if (!link_ties(work, name, LINK_BACKWARD, &from) ||
            !link_ties(work, name, LINK_FORWARD, &into))
            return false;
        if (from.count + into.count > 0)
            add(work, rows, tied[i], code);
    }
    return true;
}

static bool find_kept(struct work *work, const char *code, struct rows *rows)
{
    for (size_t i = 0; i < KEPT; i++) {
        void *row = arena_take(work->arena, kept[i].table->row->size);
        bool found = false;
        if (!view_find(work, kept[i].table, VALUES(value_text(code)), row, &found))
            return false;
        if (found)
            add(work, rows, kept[i].kind, code);
    }
    return true;
}

/* A label reads LOT-0361, a trace LOT/361. */
static bool find_vial(struct work *work, const char *code, struct rows *rows)
{
    const char *dash = strrchr(code, '-');
    const char *slash = strrchr(code, '/');
    const char *mark = slash ? slash : dash;
    struct rows ranges;
    if (!mark || !mark[1] || mark[1 + strspn(mark + 1, "0123456789")] || strlen(mark + 1) > 9)
        return true;
    const char *lot = arena_text(work->arena, code, (size_t)(mark - code));
    int64_t serial = strtoll(mark + 1, NULL, 10);
    if (!vial_overlapping(work, lot, serial, serial, &ranges))
        return false;
    if (ranges.count)
        add(work, rows, "vial", arena_print(work->arena, "%s/%lld", lot, (long long)serial));
    return true;
}

static bool find_list(struct work *work, const void *input, struct rows *rows)
{
    const struct sought *sought = input;
    *rows = (struct rows){0, arena_take(work->arena, (TIED + KEPT + 1) * sizeof(struct named))};
    return find_tied(work, sought->code, rows) && find_kept(work, sought->code, rows) &&
           find_vial(work, sought->code, rows);
}

const struct operation naming_operations[NAMING_OPERATIONS] = {
    {.name = "trace.find",
     .method = "GET",
     .path = "/trace/names/{code}",
     .summary = "Tell which things a code names, that a trace can begin with.",
     .permission = PERMIT_TRACE_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &sought_schema,
     .output = &named_schema,
     .list = find_list},
};
