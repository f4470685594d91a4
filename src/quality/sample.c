/* sample.c: a vial that is opened for a test is never stock again. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/sample.h"

const struct rule sample_rules[SAMPLE_RULES] = {
    {"QC-01.planned/1", "Are the vials those that the sample plan of the lot names for this test?",
     "試験に用いたバイアルは、ロットの採取計画がその試験に定めたものか。",
     "ASRM Rule Art. 100; GMP Art. 11"},
};

static const struct field use_fields[] = {
    FIELD(struct sample_use, lot, .help = "Lot"),
    FIELD(struct sample_use, number, .help = "Number of the use in the plan"),
    FIELD(struct sample_use, attributes, .help = "What is tested, separated by blanks"),
    FIELD(struct sample_use, first, .help = "First serial"),
    FIELD(struct sample_use, last, .help = "Last serial"),
    FIELD(struct sample_use, vials, .unit = "vials", .help = "Number of vials"),
    FIELD(struct sample_use, entry, .help = "Entry that planned it"),
};
static const struct schema use_row_schema = SCHEMA("sample_use", struct sample_use, use_fields);
const struct table sample_use_table = {"sample_use", &use_row_schema, "lot number", "", TABLE_VIEW};

static const struct field planned_use_fields[] = {
    FIELD(struct sample_use, attributes, .required = true, .longest = 400,
          .help = "What is tested, as in the specification, separated by blanks"),
    FIELD(struct sample_use, first, .required = true, .low = 1, .high = 1e9,
          .help = "First serial"),
    FIELD(struct sample_use, last, .required = true, .low = 1, .high = 1e9, .help = "Last serial"),
};
static const struct schema planned_use_schema =
    SCHEMA("sample_planned_use", struct sample_use, planned_use_fields);

struct plan {
    const char *lot;
    struct rows uses; /* struct sample_use */
    int64_t vials;
};
static const struct field plan_fields[] = {
    FIELD(struct plan, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct plan, uses, .required = true, .of = &planned_use_schema,
          .help = "Which vials are for which tests"),
};
static const struct schema plan_input = SCHEMA("sample_plan", struct plan, plan_fields);
static const struct field planned_fields[] = {
    FIELD(struct plan, lot, .help = "Lot"),
    FIELD(struct plan, uses, .of = &use_row_schema, .help = "Which vials are for which tests"),
    FIELD(struct plan, vials, .unit = "vials", .help = "Vials that the tests need"),
};
static const struct schema planned_schema = SCHEMA("sample_planned", struct plan, planned_fields);

static bool plan_of(struct work *work, const char *lot, struct rows *uses)
{
    return view_list(work, &sample_use_table, "lot", value_text(lot), uses);
}

static bool overlap(const struct sample_use *one, const struct sample_use *other)
{
    return one->first <= other->last && other->first <= one->last;
}

/* A vial is opened for one use alone. */
static bool check_uses(struct work *work, const struct lot *lot, const struct rows *uses)
{
    const struct sample_use *use = uses->items;
    for (size_t i = 0; i < uses->count; i++) {
        if (use[i].last < use[i].first || use[i].last > lot->vials)
            return fail(&work->fault, FAULT_INPUT, "uses.last",
                        "Vials %lld to %lld are no range of lot %s, which has %lld.",
                        (long long)use[i].first, (long long)use[i].last, lot->code,
                        (long long)lot->vials);
        for (size_t j = 0; j < i; j++)
            if (overlap(&use[i], &use[j]))
                return fail(&work->fault, FAULT_INPUT, "uses.first",
                            "Vial %lld stands in two uses of the plan; a vial is opened for one.",
                            (long long)(use[i].first > use[j].first ? use[i].first : use[j].first));
    }
    return true;
}

static bool plan_judge(struct work *work, const void *input, void *body)
{
    const struct plan *given = input;
    struct plan *planned = body;
    struct lot lot = {0};
    struct rows before;
    *planned = *given;
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot") || !plan_of(work, given->lot, &before) ||
        !check_uses(work, &lot, &given->uses))
        return false;
    if (before.count && ROWS(before, const struct sample_use)[0].entry != work->amends)
        return fail(&work->fault, FAULT_CONFLICT, "lot",
                    "Lot %s has a sample plan already; correct that entry instead.", given->lot);
    struct sample_use *use = planned->uses.items;
    for (size_t i = 0; i < planned->uses.count; i++) {
        use[i].lot = given->lot;
        use[i].number = (int64_t)i + 1;
        use[i].vials = use[i].last - use[i].first + 1;
        planned->vials += use[i].vials;
    }
    return true;
}

static bool plan_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct plan *planned = body;
    for (size_t i = 0; i < planned->uses.count; i++) {
        struct sample_use use = ROWS(planned->uses, const struct sample_use)[i];
        use.entry = entry->seq;
        if (!view_put(work, &sample_use_table, &use))
            return false;
    }
    return true;
}

static bool plan_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct plan *planned = body;
    (void)entry;
    for (size_t i = 0; i < planned->uses.count; i++) {
        const struct sample_use *use = &ROWS(planned->uses, const struct sample_use)[i];
        if (!view_remove(work, &sample_use_table,
                         VALUES(value_text(planned->lot), value_integer(use->number))))
            return false;
    }
    return true;
}

static bool plan_list(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    return view_need(work, &lot_table, "code", key->code, &lot) && plan_of(work, key->code, rows);
}

static bool is_meant(struct work *work, const struct sample_use *use, const struct sample *sample)
{
    size_t count = 0;
    size_t meant = 0;
    const char **words = text_split(work->arena, sample->attributes, ' ', &count);
    for (size_t i = 0; i < count; i++)
        meant += text_has_word(use->attributes, words[i]);
    return meant == count;
}

static bool is_named(struct work *work, const struct rows *uses, const struct sample *sample)
{
    for (size_t i = 0; i < uses->count; i++)
        if (is_meant(work, &ROWS(*uses, const struct sample_use)[i], sample))
            return true;
    return false;
}

static bool is_planned(struct work *work, const struct rows *uses, const struct sample *sample)
{
    for (size_t i = 0; i < uses->count; i++) {
        const struct sample_use *use = &ROWS(*uses, const struct sample_use)[i];
        if (is_meant(work, use, sample) && sample->first >= use->first && sample->last <= use->last)
            return true;
    }
    return false;
}

/* In stock, or taken for this use before: vials of the plan are shared by the tests of one use. */
static bool may_open(const struct work *work, const struct vial_range *part,
                     const struct sample *sample, bool planned)
{
    bool taken = text_equals(part->state, "tested");
    if (sample->pull)
        return taken && text_equals(part->purpose, "stability");
    return text_equals(part->state, "in_stock") || (work->amends && part->entry == work->amends) ||
           (planned && taken && text_equals(part->purpose, "release_test"));
}

static bool check_part(struct work *work, const struct lot *lot, const struct vial_range *part,
                       bool good)
{
    return (good && text_equals(part->site, lot->site)) ||
           fail(&work->fault, FAULT_CONFLICT, "first_vial",
                "Vial %s-%04lld is %s%s%s at %s and cannot be opened for this test; check the "
                "serials.",
                part->lot, (long long)part->first, part->state, part->purpose ? " for " : "",
                part->purpose ? part->purpose : "", part->site);
}

static bool take_parts(struct work *work, const struct lot *lot, const struct sample *sample,
                       bool planned, struct rows *parts)
{
    int64_t reached = sample->first - 1;
    struct vial_range *part = parts->items;
    size_t kept = 0;
    for (size_t i = 0; i < parts->count; i++) {
        struct vial_range cut = part[i];
        cut.first = cut.first < sample->first ? sample->first : cut.first;
        cut.last = cut.last > sample->last ? sample->last : cut.last;
        reached = cut.last;
        if (!check_part(work, lot, &cut, may_open(work, &cut, sample, planned)))
            return false;
        if (text_equals(cut.state, "tested") && !(work->amends && cut.entry == work->amends))
            continue;
        cut.state = "in_stock";
        cut.purpose = NULL;
        part[kept++] = cut;
    }
    parts->count = kept;
    return reached == sample->last || fail(&work->fault, FAULT_CONFLICT, "first_vial",
                                           "Vial %s-%04lld does not exist; check the serials.",
                                           lot->code, (long long)reached + 1);
}

bool sample_take(struct work *work, const struct lot *lot, const struct sample *sample,
                 struct rows *parts)
{
    struct rows uses = {0};
    *parts = (struct rows){0};
    if (!plan_of(work, lot->code, &uses))
        return false;
    if (!sample->first && !sample->last)
        return sample->pull || !is_named(work, &uses, sample) ||
               refuse(&work->fault, FAULT_RULE, "first_vial", "QC-01.planned/1",
                      "The sample plan of %s names vials for %s; give those that were used.",
                      lot->code, sample->attributes);
    if (sample->first < 1 || sample->last < sample->first)
        return fail(&work->fault, FAULT_INPUT, "first_vial",
                    "The serials must begin at 1 or above and end at or behind the first; correct "
                    "them.");
    if (!sample->pull && uses.count && !is_planned(work, &uses, sample))
        return refuse(&work->fault, FAULT_RULE, "first_vial", "QC-01.planned/1",
                      "The sample plan of %s does not name vials %lld to %lld for %s.", lot->code,
                      (long long)sample->first, (long long)sample->last, sample->attributes);
    return vial_overlapping(work, lot->code, sample->first, sample->last, parts) &&
           take_parts(work, lot, sample, uses.count > 0, parts);
}

static bool is_kept_for(const char *purpose, const char *asked)
{
    return asked ? text_equals(purpose, asked) : purpose == NULL;
}

bool sample_draw(struct work *work, const struct vial_range *asked, struct rows *parts)
{
    if (!vial_check(work, asked) ||
        !vial_overlapping(work, asked->lot, asked->first, asked->last, parts))
        return false;
    struct vial_range *part = parts->items;
    for (size_t i = 0; i < parts->count; i++) {
        part[i].first = part[i].first < asked->first ? asked->first : part[i].first;
        part[i].last = part[i].last > asked->last ? asked->last : part[i].last;
        if (!is_kept_for(part[i].purpose, asked->purpose))
            return fail(&work->fault, FAULT_CONFLICT, "first",
                        "Vial %s-%04lld is kept for %s and not for %s; check the serials.",
                        asked->lot, (long long)part[i].first,
                        part[i].purpose ? part[i].purpose : "stock",
                        asked->purpose ? asked->purpose : "this");
    }
    return true;
}

bool sample_mark(struct work *work, const struct rows *parts, int64_t entry)
{
    return sample_mark_for(work, parts, "release_test", entry);
}

bool sample_mark_for(struct work *work, const struct rows *parts, const char *purpose,
                     int64_t entry)
{
    for (size_t i = 0; i < parts->count; i++) {
        struct vial_range part = ROWS(*parts, const struct vial_range)[i];
        part.state = "tested";
        part.purpose = purpose;
        part.entry = entry;
        if (!vial_change(work, &part))
            return false;
    }
    return true;
}

bool sample_needed(struct work *work, const char *lot, struct count *vials)
{
    struct rows uses;
    int64_t opened = 0;
    const struct vial_range taken = {.lot = lot, .purpose = "release_test"};
    *vials = (struct count){.known = true};
    if (!plan_of(work, lot, &uses) || !vial_count(work, &taken, &opened))
        return false;
    for (size_t i = 0; i < uses.count; i++)
        vials->value += ROWS(uses, const struct sample_use)[i].vials;
    if (vials->value < opened)
        vials->value = opened;
    return true;
}

const struct operation sample_operations[SAMPLE_OPERATIONS] = {
    {.name = "sample.plan",
     .method = "POST",
     .path = "/lots/{lot}/samples",
     .summary = "Plan which vials of a lot are for which tests, before any is opened.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &plan_input,
     .output = &planned_schema,
     .subject = "lot",
     .judge = plan_judge,
     .apply = plan_apply,
     .retract = plan_retract},
    {.name = "sample.list",
     .method = "GET",
     .path = "/lots/{code}/samples",
     .summary = "List which vials of a lot are meant for which tests.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &use_row_schema,
     .list = plan_list},
};
