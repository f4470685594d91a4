/* stability.c: vials are pulled on their due day; a late pull is recorded and shown as late. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/stability.h"

#include "base/time.h"
#include "contract/setting.h"
#include "quality/assay.h"

const struct rule stability_rules[STABILITY_RULES] = {
    {"QC-24.window/1", "Was the pull made within the signed days around its due day?",
     "安定性試験の払出しは、予定日の前後の定められた日数以内か。", "GMP Art. 11-2"},
    {"QC-24.vials/1", "Were as many vials pulled as the plan asks for?",
     "安定性試験の払出し本数は計画どおりか。", "GMP Art. 11-2"},
};

static const struct field pull_fields[] = {
    FIELD(struct stability_pull, lot, .help = "Lot"),
    FIELD(struct stability_pull, number, .help = "Number of the pull"),
    FIELD(struct stability_pull, due_on, .help = "Day on which it is due"),
    FIELD(struct stability_pull, vials, .unit = "vials", .help = "Vials as planned"),
    FIELD(struct stability_pull, pulled_on, .help = "Day on which it was made"),
    FIELD(struct stability_pull, first, .help = "First serial, or 0"),
    FIELD(struct stability_pull, last, .help = "Last serial, or 0"),
    FIELD(struct stability_pull, entry, .help = "Entry that says so"),
};
static const struct schema pull_schema =
    SCHEMA("stability_pull", struct stability_pull, pull_fields);
const struct table stability_table = {"stability_pull", &pull_schema, "lot number", "first",
                                      TABLE_VIEW};

static const struct field facts_fields[] = {
    FIELD(struct pull_facts, due_on, .help = "Day on which it is due"),
    FIELD(struct pull_facts, pulled_on, .help = "Day on which it was made"),
    FIELD(struct pull_facts, window_days, .unit = "days", .help = "Days early or late, as signed"),
    FIELD(struct pull_facts, planned, .unit = "vials", .help = "Vials as planned"),
    FIELD(struct pull_facts, pulled, .unit = "vials", .help = "Vials that were pulled"),
};
static const struct schema facts_schema = SCHEMA("pull_facts", struct pull_facts, facts_fields);

static bool days_off(const struct pull_facts *facts, int64_t *days)
{
    int64_t due = 0;
    int64_t pulled = 0;
    bool known = date_parse(facts->due_on.text, &due) && date_parse(facts->pulled_on.text, &pulled);
    *days = pulled - due;
    return known;
}

void stability_judge(struct arena *arena, const struct pull_facts *facts, struct rows *findings)
{
    struct findings list = findings_open(arena);
    int64_t days = 0;
    bool known = days_off(facts, &days) && facts->window_days.known;
    int64_t window = facts->window_days.value;
    findings_add(
        &list, "QC-24.window/1", verdict_of(known, days <= window && -days <= window),
        arena_print(arena, "%s, at most %lld days off", facts->due_on.text, (long long)window),
        "%s, %lld days off", facts->pulled_on.text, (long long)days);
    findings_add(&list, "QC-24.vials/1",
                 verdict_of(facts->planned.known && facts->pulled.known,
                            facts->planned.value == facts->pulled.value),
                 arena_print(arena, "%lld vials", (long long)facts->planned.value), "%lld vials",
                 (long long)facts->pulled.value);
    *findings = list.rows;
}

static bool pulls_of(struct work *work, const char *lot, struct rows *pulls)
{
    return view_list(work, &stability_table, "lot", value_text(lot), pulls);
}

bool stability_check(struct work *work, const char *lot, const struct sample *sample)
{
    struct stability_pull pull = {0};
    bool found = false;
    if (!sample->pull)
        return true;
    if (!view_find(work, &stability_table, VALUES(value_text(lot), value_integer(sample->pull)),
                   &pull, &found))
        return false;
    return (found && pull.first && sample->first >= pull.first && sample->last <= pull.last &&
            sample->last >= sample->first) ||
           refuse(&work->fault, FAULT_RULE, "pull", "QC-24.pulled/1",
                  "Vials %lld to %lld of %s were not pulled as number %lld of its stability plan.",
                  (long long)sample->first, (long long)sample->last, lot, (long long)sample->pull);
}

static const struct field planned_pull_fields[] = {
    FIELD(struct stability_pull, due_on, .required = true, .help = "Day on which it is due"),
    FIELD(struct stability_pull, vials, .required = true, .low = 1, .high = 1e6, .unit = "vials",
          .help = "Vials to pull"),
};
static const struct schema planned_pull_schema =
    SCHEMA("stability_planned_pull", struct stability_pull, planned_pull_fields);

struct plan {
    const char *lot;
    struct rows pulls; /* struct stability_pull */
    int64_t vials;
};
static const struct field plan_fields[] = {
    FIELD(struct plan, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct plan, pulls, .required = true, .of = &planned_pull_schema,
          .help = "The pulls, the first one first"),
};
static const struct schema plan_input = SCHEMA("stability_plan", struct plan, plan_fields);
static const struct field planned_fields[] = {
    FIELD(struct plan, lot, .help = "Lot"),
    FIELD(struct plan, pulls, .of = &pull_schema, .help = "The pulls"),
    FIELD(struct plan, vials, .unit = "vials", .help = "Vials that they need together"),
};
static const struct schema planned_schema =
    SCHEMA("stability_planned", struct plan, planned_fields);

static bool plan_judge(struct work *work, const void *input, void *body)
{
    const struct plan *given = input;
    struct plan *plan = body;
    struct lot lot = {0};
    struct rows before;
    int64_t kept = 0;
    const struct vial_range asked = {
        .lot = given->lot, .purpose = "stability", .state = "retained"};
    *plan = *given;
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot") || !pulls_of(work, given->lot, &before) ||
        !vial_count(work, &asked, &kept))
        return false;
    if (before.count)
        return fail(&work->fault, FAULT_CONFLICT, "lot",
                    "Lot %s has a stability plan already; its pulls are made by that plan.",
                    given->lot);
    struct stability_pull *pull = plan->pulls.items;
    for (size_t i = 0; i < plan->pulls.count; i++) {
        pull[i].lot = given->lot;
        pull[i].number = (int64_t)i + 1;
        plan->vials += pull[i].vials;
    }
    return plan->vials <= kept ||
           fail(&work->fault, FAULT_CONFLICT, "pulls",
                "The pulls need %lld vials and %lld are kept for stability; set more aside.",
                (long long)plan->vials, (long long)kept);
}

static bool plan_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct plan *plan = body;
    for (size_t i = 0; i < plan->pulls.count; i++) {
        struct stability_pull pull = ROWS(plan->pulls, const struct stability_pull)[i];
        pull.entry = entry->seq;
        if (!view_put(work, &stability_table, &pull))
            return false;
    }
    return true;
}

struct pulling {
    const char *lot;
    struct date pulled_on;
    int64_t first;
    int64_t last;
    int64_t number;
    struct pull_facts facts;
    struct rows findings;
    struct rows parts;
};
#define PULLING_FIELDS                                                                             \
    FIELD(struct pulling, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),      \
        FIELD(struct pulling, pulled_on, .required = true, .help = "Day of the pull"),             \
        FIELD(struct pulling, first, .required = true, .low = 1, .high = 1e9,                      \
              .help = "First serial"),                                                             \
        FIELD(struct pulling, last, .required = true, .low = 1, .high = 1e9,                       \
              .help = "Last serial")
static const struct field pulling_fields[] = {PULLING_FIELDS};
static const struct schema pulling_schema =
    SCHEMA("stability_pulling", struct pulling, pulling_fields);
static const struct field pulled_fields[] = {
    PULLING_FIELDS,
    FIELD(struct pulling, number, .help = "Number of the pull"),
    FIELD(struct pulling, facts, .of = &facts_schema, .help = "The pull and its plan"),
    FIELD(struct pulling, findings, .of = &finding_schema, .help = "Whether it is as planned"),
    FIELD(struct pulling, parts, .of = &vial_range_schema, .help = "What the vials were before"),
};
static const struct schema pulled_schema =
    SCHEMA("stability_pulled", struct pulling, pulled_fields);

static const struct stability_pull *next_of(const struct rows *pulls)
{
    for (size_t i = 0; i < pulls->count; i++)
        if (!ROWS(*pulls, const struct stability_pull)[i].first)
            return &ROWS(*pulls, const struct stability_pull)[i];
    return NULL;
}

static bool pull_judge(struct work *work, const void *input, void *body)
{
    const struct pulling *given = input;
    struct pulling *pulling = body;
    struct lot lot = {0};
    struct rows pulls;
    *pulling = *given;
    if (!view_need(work, &lot_table, "lot", given->lot, &lot) ||
        !operation_at_site(work, "lot", lot.site, "lot") ||
        !assay_day(work, "pulled_on", &given->pulled_on, &lot, NULL) ||
        !pulls_of(work, given->lot, &pulls))
        return false;
    const struct stability_pull *next = next_of(&pulls);
    if (!next)
        return fail(&work->fault, FAULT_CONFLICT, "lot",
                    "Lot %s has no stability pull that is still to be made.", given->lot);
    const struct vial_range asked = {.lot = given->lot,
                                     .first = given->first,
                                     .last = given->last,
                                     .state = "retained",
                                     .site = lot.site,
                                     .purpose = "stability"};
    pulling->number = next->number;
    pulling->facts = (struct pull_facts){.due_on = next->due_on,
                                         .pulled_on = given->pulled_on,
                                         .planned = {true, next->vials},
                                         .pulled = {true, given->last - given->first + 1}};
    if (!sample_draw(work, &asked, &pulling->parts) ||
        !setting_count(work, "stability_window_days", &pulling->facts.window_days))
        return false;
    stability_judge(work->arena, &pulling->facts, &pulling->findings);
    return true;
}

static bool pull_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct pulling *pulling = body;
    const struct stability_pull pull = {.lot = pulling->lot,
                                        .number = pulling->number,
                                        .due_on = pulling->facts.due_on,
                                        .vials = pulling->facts.planned.value,
                                        .pulled_on = pulling->pulled_on,
                                        .first = pulling->first,
                                        .last = pulling->last,
                                        .entry = entry->seq};
    return view_put(work, &stability_table, &pull) &&
           sample_mark_for(work, &pulling->parts, "stability", entry->seq);
}

static bool pull_again(struct work *work, const void *body, struct rows *findings)
{
    const struct pulling *pulling = body;
    stability_judge(work->arena, &pulling->facts, findings);
    return true;
}

struct pull_shown {
    int64_t number;
    struct date due_on;
    int64_t vials;
    const char *state;
    struct date pulled_on;
    int64_t first;
    int64_t last;
};
static const struct field shown_fields[] = {
    FIELD(struct pull_shown, number, .help = "Number of the pull"),
    FIELD(struct pull_shown, due_on, .help = "Day on which it is due"),
    FIELD(struct pull_shown, vials, .unit = "vials", .help = "Vials as planned"),
    FIELD(struct pull_shown, state, .help = "done, planned, due or overdue"),
    FIELD(struct pull_shown, pulled_on, .help = "Day on which it was made"),
    FIELD(struct pull_shown, first, .help = "First serial, or 0"),
    FIELD(struct pull_shown, last, .help = "Last serial, or 0"),
};
static const struct schema shown_schema =
    SCHEMA("stability_shown", struct pull_shown, shown_fields);

/* Due from its first day of the window on; without a signed window, on the very day. */
static const char *state_of(const struct stability_pull *pull, int64_t today, int64_t window)
{
    int64_t due = 0;
    if (pull->first)
        return "done";
    if (!date_parse(pull->due_on.text, &due) || today > due + window)
        return "overdue";
    return today < due - window ? "planned" : "due";
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    struct lot lot = {0};
    struct count window;
    struct rows pulls;
    int64_t today = day_of_instant(work->now_usec, work->zone_minutes);
    if (!view_need(work, &lot_table, "code", key->code, &lot) ||
        !pulls_of(work, key->code, &pulls) ||
        !setting_count(work, "stability_window_days", &window))
        return false;
    struct pull_shown *shown = arena_take(work->arena, pulls.count * sizeof *shown + 1);
    *rows = (struct rows){pulls.count, shown};
    for (size_t i = 0; i < pulls.count; i++) {
        const struct stability_pull *pull = &ROWS(pulls, const struct stability_pull)[i];
        shown[i] = (struct pull_shown){
            pull->number,    pull->due_on, pull->vials, state_of(pull, today, window.value),
            pull->pulled_on, pull->first,  pull->last};
    }
    return true;
}

const struct operation stability_operations[STABILITY_OPERATIONS] = {
    {.name = "stability.plan",
     .method = "POST",
     .path = "/lots/{lot}/stability",
     .summary = "Plan when vials of a lot are pulled for stability.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &plan_input,
     .output = &planned_schema,
     .subject = "lot",
     .judge = plan_judge,
     .apply = plan_apply},
    {.name = "stability.pull",
     .method = "POST",
     .path = "/lots/{lot}/stability/pulls",
     .summary = "Pull the vials of the next planned day.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &pulling_schema,
     .output = &pulled_schema,
     .subject = "lot",
     .judge = pull_judge,
     .apply = pull_apply,
     .judge_again = pull_again},
    {.name = "stability.list",
     .method = "GET",
     .path = "/lots/{code}/stability",
     .summary = "List the stability pulls of a lot: done, due, overdue or planned.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &shown_schema,
     .list = list_read},
};
