/* reserve.c: the reserve is held against what the specified tests of the lot need. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/reserve.h"

#include "contract/setting.h"
#include "quality/sample.h"

const struct rule reserve_rules[RESERVE_RULES] = {
    {"RS-03.reserve/1", "Does the reserve hold the signed multiple of what the tests need?",
     "参考品は、規格試験に必要な量の定められた倍数以上あるか。", "GMP Art. 11, 28; GCTP Art. 12"},
};

static const struct field facts_fields[] = {
    FIELD(struct reserve_facts, reserve, .unit = "vials", .help = "Vials kept as reserve"),
    FIELD(struct reserve_facts, needed, .unit = "vials", .help = "Vials of the specified tests"),
    FIELD(struct reserve_facts, factor_least, .help = "Least multiple, as signed"),
};
const struct schema reserve_facts_schema =
    SCHEMA("reserve_facts", struct reserve_facts, facts_fields);

bool reserve_gather(struct work *work, const char *lot, struct reserve_facts *facts)
{
    const struct vial_range kept = {.lot = lot, .purpose = "reserve", .state = "retained"};
    *facts = (struct reserve_facts){.reserve = {.known = true}};
    return vial_count(work, &kept, &facts->reserve.value) &&
           sample_needed(work, lot, &facts->needed) &&
           setting_real(work, "reserve_factor_least", &facts->factor_least);
}

static bool is_known(const struct reserve_facts *facts)
{
    return facts->reserve.known && facts->needed.known && facts->needed.value > 0;
}

struct real reserve_factor(struct arena *arena, const struct reserve_facts *facts)
{
    if (!is_known(facts))
        return (struct real){0};
    return real_of(arena, (double)facts->reserve.value / (double)facts->needed.value);
}

void reserve_judge(struct arena *arena, const struct reserve_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    bool known = is_known(facts) && facts->factor_least.text;
    double asked = facts->factor_least.value * (double)facts->needed.value;
    findings_add(&list, "RS-03.reserve/1", verdict_of(known, (double)facts->reserve.value >= asked),
                 known ? arena_print(arena, "%s x %lld vials", facts->factor_least.text,
                                     (long long)facts->needed.value)
                       : "the signed multiple of what the tests need",
                 "%lld vials kept", (long long)facts->reserve.value);
    *findings = list.rows;
}

struct reserve {
    struct count reserve;
    struct count needed;
    struct real factor;
    struct real factor_least;
    const char *verdict;
};
static const struct field reserve_fields[] = {
    FIELD(struct reserve, reserve, .unit = "vials", .help = "Vials kept as reserve"),
    FIELD(struct reserve, needed, .unit = "vials", .help = "Vials of the specified tests"),
    FIELD(struct reserve, factor, .help = "Reserve over need"),
    FIELD(struct reserve, factor_least, .help = "Least multiple, as signed"),
    FIELD(struct reserve, verdict, .help = "met, not_met or unknown"),
};
static const struct schema reserve_schema = SCHEMA("reserve", struct reserve, reserve_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    struct reserve_facts facts;
    struct rows findings;
    if (!view_need(work, &lot_table, "code", key->code, &lot) ||
        !reserve_gather(work, key->code, &facts))
        return false;
    reserve_judge(work->arena, &facts, &findings);
    *(struct reserve *)row =
        (struct reserve){facts.reserve, facts.needed, reserve_factor(work->arena, &facts),
                         facts.factor_least, ROWS(findings, const struct finding)[0].verdict};
    return true;
}

const struct operation reserve_operations[RESERVE_OPERATIONS] = {
    {.name = "reserve.show",
     .method = "GET",
     .path = "/lots/{code}/reserve",
     .summary = "Hold the reserve of a lot against what its tests need.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &reserve_schema,
     .read = show_read},
};
