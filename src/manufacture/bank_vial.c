/* bank_vial.c: every vial of a bank has a place and a state, and the states sum to what was made.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/bank_vial.h"

#include "manufacture/bank.h"
#include "manufacture/step.h"

#include <string.h>

const struct rule bank_vial_rules[BANK_VIAL_RULES] = {
    {"CB-07.single_use/1", "Was the vial of the bank not used before?",
     "バンクのバイアルは未使用か。", "ICH Q5D practice"},
};

static const char *const states[] = {"in_stock", "qc", "reserve", "thawed", "destroyed", NULL};
static const char *const purposes[] = {"qc", "reserve", "stock", NULL};

static const struct field range_fields[] = {
    FIELD(struct bank_vial, bank, .help = "Bank"),
    FIELD(struct bank_vial, first, .help = "First vial"),
    FIELD(struct bank_vial, last, .help = "Last vial"),
    FIELD(struct bank_vial, state, .help = "What became of them", .choices = states),
    FIELD(struct bank_vial, used_for, .help = "What a thawed vial became, as kind:code"),
    FIELD(struct bank_vial, why, .help = "Why they are in this state"),
    FIELD(struct bank_vial, entry, .help = "Entry that says so"),
};
static const struct schema range_schema = SCHEMA("bank_vial", struct bank_vial, range_fields);
const struct table bank_vial_table = {"bank_vial", &range_schema, "bank first", "", TABLE_VIEW};

static const struct field counts_fields[] = {
    FIELD(struct bank_counts, made, .help = "Vials frozen", .unit = "vials"),
    FIELD(struct bank_counts, in_stock, .help = "In stock", .unit = "vials"),
    FIELD(struct bank_counts, qc, .help = "Used for quality control", .unit = "vials"),
    FIELD(struct bank_counts, reserve, .help = "Kept as the reserve", .unit = "vials"),
    FIELD(struct bank_counts, thawed, .help = "Thawed for the next step", .unit = "vials"),
    FIELD(struct bank_counts, destroyed, .help = "Destroyed", .unit = "vials"),
    FIELD(struct bank_counts, sum, .help = "Sum of the states", .unit = "vials"),
};
const struct schema bank_counts_schema = SCHEMA("bank_counts", struct bank_counts, counts_fields);

const char *bank_vial_code(struct arena *arena, const char *bank, int64_t number)
{
    return arena_print(arena, "%s-%02lld", bank, (long long)number);
}

bool bank_vial_freeze(struct work *work, const char *bank, int64_t made, int64_t entry)
{
    const struct bank_vial all = {
        .bank = bank, .first = 1, .last = made, .state = "in_stock", .entry = entry};
    return view_add(work, &bank_vial_table, &all);
}

static bool list_ranges(struct work *work, const char *bank, struct rows *ranges)
{
    return view_list(work, &bank_vial_table, "bank", value_text(bank), ranges);
}

static bool refuse_vial(struct work *work, const char *field, const struct bank_vial *found,
                        const char *asked)
{
    const char *code = bank_vial_code(work->arena, found->bank, found->first);
    if (found->used_for)
        return refuse(&work->fault, FAULT_CONFLICT, field, "CB-07.single_use/1",
                      "Vial %s was thawed for %s; take another vial.", code, found->used_for);
    return fail(&work->fault, FAULT_CONFLICT, field,
                "Vial %s is %s and this needs one of: %s; take another vial.", code, found->state,
                asked);
}

bool bank_vial_check(struct work *work, const char *field, const struct bank_vial *asked,
                     struct rows *parts)
{
    struct rows ranges;
    struct bank_vial *kept = NULL;
    int64_t reached = asked->first - 1;
    *parts = (struct rows){0};
    if (asked->last < asked->first)
        return fail(&work->fault, FAULT_INPUT, "last",
                    "The field last lies before first; correct the numbers.");
    if (!list_ranges(work, asked->bank, &ranges))
        return false;
    kept = arena_take(work->arena, (ranges.count + 1) * sizeof *kept);
    for (size_t i = 0; i < ranges.count; i++) {
        struct bank_vial part = ROWS(ranges, const struct bank_vial)[i];
        if (part.last < asked->first || part.first > asked->last)
            continue;
        part.first = part.first < asked->first ? asked->first : part.first;
        part.last = part.last > asked->last ? asked->last : part.last;
        if (!text_has_word(asked->state, part.state))
            return refuse_vial(work, field, &part, asked->state);
        reached = part.last;
        kept[parts->count++] = part;
    }
    parts->items = kept;
    return reached == asked->last || fail(&work->fault, FAULT_MISSING, field,
                                          "The bank %s has no vial %lld; check the number.",
                                          asked->bank, (long long)asked->last);
}

static bool put_part(struct work *work, const struct bank_vial *range, int64_t first, int64_t last)
{
    struct bank_vial part = *range;
    part.first = first;
    part.last = last;
    return first > last || view_put(work, &bank_vial_table, &part);
}

bool bank_vial_change(struct work *work, const struct bank_vial *to)
{
    struct rows ranges;
    if (!list_ranges(work, to->bank, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct bank_vial *range = &ROWS(ranges, const struct bank_vial)[i];
        if (range->last < to->first || range->first > to->last)
            continue;
        if (!view_remove(work, &bank_vial_table,
                         VALUES(value_text(range->bank), value_integer(range->first))) ||
            !put_part(work, range, range->first, to->first - 1) ||
            !put_part(work, range, to->last + 1, range->last))
            return false;
    }
    return view_put(work, &bank_vial_table, to);
}

static int64_t *count_of(struct bank_counts *counts, const char *state)
{
    int64_t *const members[] = {&counts->in_stock, &counts->qc, &counts->reserve, &counts->thawed,
                                &counts->destroyed};
    size_t i = 0;
    while (i + 1 < sizeof members / sizeof *members && !text_equals(states[i], state))
        i++;
    return members[i];
}

bool bank_vial_count(struct work *work, const char *bank, struct bank_counts *counts)
{
    struct rows ranges;
    struct bank row = {0};
    *counts = (struct bank_counts){0};
    if (!view_need(work, &bank_table, "code", bank, &row) || !list_ranges(work, bank, &ranges))
        return false;
    counts->made = row.vials;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct bank_vial *range = &ROWS(ranges, const struct bank_vial)[i];
        const int64_t vials = range->last - range->first + 1;
        *count_of(counts, range->state) += vials;
        counts->sum += vials;
    }
    return true;
}

struct allocation {
    const char *bank;
    const char *purpose;
    int64_t first;
    int64_t last;
    const char *why;
    int64_t vials;
    struct bank_counts counts;
};
static const struct field allocation_fields[] = {
    FIELD(struct allocation, bank, .required = true, .code = true, .longest = 24, .help = "Bank"),
    FIELD(struct allocation, purpose, .required = true, .choices = purposes,
          .help = "qc or reserve out of the stock; stock for vials that were the reserve"),
    FIELD(struct allocation, first, .required = true, .low = 1, .high = 1e6, .help = "First vial"),
    FIELD(struct allocation, last, .required = true, .low = 1, .high = 1e6, .help = "Last vial"),
    FIELD(struct allocation, why, .longest = 400, .help = "Why, if it needs a word"),
};
static const struct schema allocation_input =
    SCHEMA("bank_allocation", struct allocation, allocation_fields);
static const struct field allocated_fields[] = {
    FIELD(struct allocation, bank, .help = "Bank"),
    FIELD(struct allocation, purpose, .help = "qc, reserve or stock"),
    FIELD(struct allocation, first, .help = "First vial"),
    FIELD(struct allocation, last, .help = "Last vial"),
    FIELD(struct allocation, why, .help = "Why"),
    FIELD(struct allocation, vials, .help = "Number of vials", .unit = "vials"),
    FIELD(struct allocation, counts, .of = &bank_counts_schema,
          .help = "Vials of the bank by state afterwards"),
};
static const struct schema allocated_schema =
    SCHEMA("bank_allocated", struct allocation, allocated_fields);

static const char *state_of(const char *purpose)
{
    return text_equals(purpose, "stock") ? "in_stock" : purpose;
}

static bool allocate_judge(struct work *work, const void *input, void *body)
{
    const struct allocation *given = input;
    struct allocation *allocated = body;
    struct bank bank = {0};
    struct rows parts;
    const char *from = text_equals(given->purpose, "stock") ? "reserve" : "in_stock";
    const struct bank_vial asked = {
        .bank = given->bank, .first = given->first, .last = given->last, .state = from};
    *allocated = *given;
    if (!view_need(work, &bank_table, "bank", given->bank, &bank) ||
        !operation_at_site(work, "bank", bank.site, "bank") ||
        !step_unheld(work, "bank", "bank", given->bank) ||
        !bank_vial_check(work, "first", &asked, &parts) ||
        !bank_vial_count(work, given->bank, &allocated->counts))
        return false;
    allocated->vials = given->last - given->first + 1;
    *count_of(&allocated->counts, from) -= allocated->vials;
    *count_of(&allocated->counts, state_of(given->purpose)) += allocated->vials;
    return true;
}

static bool allocate_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct allocation *given = body;
    const struct bank_vial to = {.bank = given->bank,
                                 .first = given->first,
                                 .last = given->last,
                                 .state = state_of(given->purpose),
                                 .why = given->why,
                                 .entry = entry->seq};
    return bank_vial_change(work, &to);
}

/* One line of the map. */
struct bank_place {
    const char *code;
    int64_t vial;
    const char *state;
    const char *position;
    const char *used_for;
    const char *why;
    int64_t entry;
};
static const struct field place_fields[] = {
    FIELD(struct bank_place, code, .help = "Code of the vial"),
    FIELD(struct bank_place, vial, .help = "Number of the vial"),
    FIELD(struct bank_place, state, .help = "What became of it", .choices = states),
    FIELD(struct bank_place, position,
          .help = "Freezer, row and box of the bank, and the place behind the first"),
    FIELD(struct bank_place, used_for, .help = "What it became, as kind:code"),
    FIELD(struct bank_place, why, .help = "Why it is in this state"),
    FIELD(struct bank_place, entry, .help = "Entry that says so"),
};
static const struct schema place_schema = SCHEMA("bank_place", struct bank_place, place_fields);

static bool map_stream(struct work *work, const void *input, struct stream *stream)
{
    const struct code_key *key = input;
    struct bank bank = {0};
    struct rows ranges;
    if (!view_need(work, &bank_table, "code", key->code, &bank) ||
        !list_ranges(work, key->code, &ranges))
        return false;
    for (size_t i = 0; i < ranges.count; i++) {
        const struct bank_vial *range = &ROWS(ranges, const struct bank_vial)[i];
        for (int64_t vial = range->first; vial <= range->last; vial++) {
            struct arena_mark mark = arena_mark(work->arena);
            const struct bank_place place = {
                .code = bank_vial_code(work->arena, bank.code, vial),
                .vial = vial,
                .state = range->state,
                .position = arena_print(work->arena, "%s/%lld", bank.position, (long long)vial),
                .used_for = range->used_for,
                .why = range->why,
                .entry = range->entry};
            if (!stream_row(work, stream, &place))
                return false;
            arena_rewind(work->arena, mark);
        }
    }
    return true;
}

static bool balance_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    return bank_vial_count(work, key->code, row);
}

const struct operation bank_vial_operations[BANK_VIAL_OPERATIONS] = {
    {.name = "bank.allocate",
     .method = "POST",
     .path = "/banks/{bank}/allocations",
     .summary = "Set vials of a bank aside for quality control or as the reserve.",
     .permission = PERMIT_BANK_WRITE,
     .effect = RECORDS,
     .input = &allocation_input,
     .output = &allocated_schema,
     .subject = "bank",
     .judge = allocate_judge,
     .apply = allocate_apply},
    {.name = "bank.vials",
     .method = "GET",
     .path = "/banks/{code}/vials",
     .summary = "Show every vial of a bank: where it is and what became of it.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_STREAM,
     .input = &code_key_schema,
     .output = &place_schema,
     .stream = map_stream},
    {.name = "bank.balance",
     .method = "GET",
     .path = "/banks/{code}/balance",
     .summary = "Count the vials of a bank by state; the sum is what was made.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_RECORD,
     .input = &code_key_schema,
     .output = &bank_counts_schema,
     .read = balance_read},
};
