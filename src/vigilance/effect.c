/* effect.c: counts what came from a held thing, so that nobody has to ask in a hurry. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "vigilance/effect.h"

#include "chain/link.h"
#include "manufacture/bank_vial.h"
#include "vigilance/reach.h"
#include "vigilance/trace.h"

#include <string.h>

#define COUNT_FIELDS(type)                                                                         \
    FIELD(struct type, tissues, .help = "Tissues that came from it"),                              \
        FIELD(struct type, banks, .help = "Banks"),                                                \
        FIELD(struct type, bank_vials, .unit = "vials",                                            \
              .help = "Bank vials in stock or in reserve"),                                        \
        FIELD(struct type, cultures, .help = "Cultures"),                                          \
        FIELD(struct type, harvests, .help = "Harvests"),                                          \
        FIELD(struct type, pools, .help = "Pools"), FIELD(struct type, lots, .help = "Lots"),      \
        FIELD(struct type, vials, .unit = "vials", .help = "Vials of these lots that are left"),   \
        FIELD(struct type, shipments_open,                                                         \
              .help = "Shipments on the road, or arrived and not decided"),                        \
        FIELD(struct type, patients, .help = "Patients who received a vial")

static const struct field row_fields[] = {
    FIELD(struct hold_effect, subject, .help = "What was held, as kind:code"),
    FIELD(struct hold_effect, hold, .help = "Entry of the hold"),
    COUNT_FIELDS(hold_effect),
    FIELD(struct hold_effect, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("hold_effect", struct hold_effect, row_fields);
const struct table effect_table = {"hold_effect", &row_schema, "subject hold", "", TABLE_VIEW};

struct counting {
    const char *subject;
    int64_t hold;
    int64_t tissues;
    int64_t banks;
    int64_t bank_vials;
    int64_t cultures;
    int64_t harvests;
    int64_t pools;
    int64_t lots;
    int64_t vials;
    int64_t shipments_open;
    int64_t patients;
    struct rows sites;  /* struct reached_site */
    struct rows people; /* struct reached_patient */
};
static const struct field input_fields[] = {
    FIELD(struct counting, subject, .required = true, .code = true, .longest = 64,
          .help = "What was held, as kind:code"),
    FIELD(struct counting, hold, .required = true, .help = "Entry of the hold"),
};
static const struct schema input_schema = SCHEMA("hold_count", struct counting, input_fields);
static const struct field body_fields[] = {
    FIELD(struct counting, subject, .help = "What was held, as kind:code"),
    FIELD(struct counting, hold, .help = "Entry of the hold"),
    COUNT_FIELDS(counting),
    FIELD(struct counting, sites, .of = &reached_site_schema, .help = "Where their vials are"),
    FIELD(struct counting, people, .of = &reached_patient_schema, .help = "Who received some"),
};
static const struct schema body_schema = SCHEMA("hold_counted", struct counting, body_fields);

bool effect_follow(struct work *work, const struct entry *entry, const void *body,
                   struct rows *inputs)
{
    struct counting *input = arena_take(work->arena, sizeof *input);
    (void)body;
    *input = (struct counting){.subject = entry->subject, .hold = entry->seq};
    *inputs = (struct rows){1, input};
    return true;
}

static bool count_bank(struct work *work, const char *code, struct counting *to)
{
    struct bank_counts counts = {0};
    if (!bank_vial_count(work, code, &counts))
        return false;
    to->bank_vials += counts.in_stock + counts.reserve;
    return true;
}

static bool count_node(struct work *work, const char *name, struct counting *to)
{
    const struct {
        const char *prefix;
        int64_t *sum;
    } kinds[] = {
        {"tissue:", &to->tissues},   {"bank:", &to->banks}, {"culture:", &to->cultures},
        {"harvest:", &to->harvests}, {"pool:", &to->pools}, {"lot:", &to->lots},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        *kinds[i].sum += text_starts(name, kinds[i].prefix);
    return !text_starts(name, "bank:") || count_bank(work, name + strlen("bank:"), to);
}

static bool count_lots(struct work *work, struct counting *to)
{
    struct rows lots;
    struct lots_reached reached;
    if (!trace_lots(work, to->subject, &lots) || !reach_lots(work, &lots, &reached))
        return false;
    for (size_t i = 0; i < reached.sites.count; i++)
        to->vials += ROWS(reached.sites, const struct reached_site)[i].vials;
    to->shipments_open = reached.shipments;
    to->patients = (int64_t)reached.patients.count;
    to->sites = reached.sites;
    to->people = reached.patients;
    return true;
}

static bool count_judge(struct work *work, const void *input, void *body)
{
    struct counting *counting = body;
    struct rows nodes;
    *counting = *(const struct counting *)input;
    if (!link_reach(work, counting->subject, LINK_FORWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count; i++)
        if (!count_node(work, ROWS(nodes, const struct link_node)[i].name, counting))
            return false;
    return count_lots(work, counting);
}

static bool count_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct counting *counted = body;
    const struct hold_effect row = {
        .subject = counted->subject,
        .hold = counted->hold,
        .tissues = counted->tissues,
        .banks = counted->banks,
        .bank_vials = counted->bank_vials,
        .cultures = counted->cultures,
        .harvests = counted->harvests,
        .pools = counted->pools,
        .lots = counted->lots,
        .vials = counted->vials,
        .shipments_open = counted->shipments_open,
        .patients = counted->patients,
        .entry = entry->seq,
    };
    return view_put(work, &effect_table, &row);
}

struct effect_key {
    const char *subject;
};
static const struct field key_fields[] = {
    FIELD(struct effect_key, subject, .required = true, .code = true, .longest = 64,
          .help = "What was held, as kind:code"),
};
static const struct schema key_schema = SCHEMA("hold_effect_key", struct effect_key, key_fields);

static bool effects_list(struct work *work, const void *input, struct rows *rows)
{
    const struct effect_key *key = input;
    return view_list(work, &effect_table, "subject", value_text(key->subject), rows);
}

const struct operation effect_operations[EFFECT_OPERATIONS] = {
    {.name = "hold.count",
     .summary = "Count out what a hold stops, in the same transaction.",
     .effect = RECORDS,
     .input = &input_schema,
     .output = &body_schema,
     .subject = "subject",
     .judge = count_judge,
     .apply = count_apply},
    {.name = "hold.effects",
     .method = "GET",
     .path = "/holds/{subject}/effects",
     .summary = "Show what each hold on a thing stopped, in numbers, when it was placed.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &key_schema,
     .output = &row_schema,
     .list = effects_list},
};
