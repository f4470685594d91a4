/* thaw.c: a vial is thawed once, for one plan; it stays in stock until it is given or discarded. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "treatment/thaw.h"

#include "base/time.h"
#include "contract/setting.h"
#include "manufacture/lot.h"
#include "supply/shipment.h"
#include "supply/stock.h"
#include "treatment/plan.h"

const struct rule thaw_rules[THAW_RULES] = {
    {"CC-06.once/1", "Was each vial thawed fewer times before than the signed number allows?",
     "各バイアルの融解回数は、署名済みの回数に達していないか。", "site, as signed"},
};

static const char *const methods[] = {"dry_block", "water_bath", "refrigerator", "room", NULL};

static const struct field facts_fields[] = {
    FIELD(struct vial_thaw_facts, stopped_by, .help = "none, or what stopped the plan"),
    FIELD(struct vial_thaw_facts, ordered, .help = "Specification that was ordered"),
    FIELD(struct vial_thaw_facts, specification, .help = "Specification of the lot"),
    FIELD(struct vial_thaw_facts, lot_status, .help = "Status of the lot"),
    FIELD(struct vial_thaw_facts, holds, .help = "none, or what is on hold"),
    FIELD(struct vial_thaw_facts, expires_on, .help = "Last usable day"),
    FIELD(struct vial_thaw_facts, thawed_on, .help = "Day of the thaw"),
    FIELD(struct vial_thaw_facts, thawed_before, .help = "Thaws before, of the vial that has most"),
    FIELD(struct vial_thaw_facts, freeze_thaw_most, .help = "Signed number of thaws"),
};
static const struct schema facts_schema =
    SCHEMA("vial_thaw_facts", struct vial_thaw_facts, facts_fields);

static const struct field row_fields[] = {
    FIELD(struct thaw, code, .help = "Code of the thaw"),
    FIELD(struct thaw, plan, .help = "Plan that it is for"),
    FIELD(struct thaw, patient, .help = "Patient"),
    FIELD(struct thaw, site, .help = "Where"),
    FIELD(struct thaw, lot, .help = "Lot"),
    FIELD(struct thaw, first, .help = "First serial"),
    FIELD(struct thaw, last, .help = "Last serial"),
    FIELD(struct thaw, started_at, .help = "Begin of the thaw"),
    FIELD(struct thaw, ended_at, .help = "End of the thaw"),
    FIELD(struct thaw, method, .help = "How"),
    FIELD(struct thaw, position, .help = "Position in the block or bath"),
    FIELD(struct thaw, thawed_by, .help = "Account of who thawed"),
    FIELD(struct thaw, entry, .help = "Entry that says so"),
};
static const struct schema row_schema = SCHEMA("thaw", struct thaw, row_fields);
const struct table thaw_table = {"thaw", &row_schema, "code", "lot patient", TABLE_VIEW};

struct thawing {
    struct thaw said;
    struct vial_thaw_facts facts;
    struct rows findings;
    struct rows used;
};
/* Members of the row, told under their own names. */
#define SAID(member, kind_of, ...)                                                                 \
    {                                                                                              \
        .name = #member, .kind = kind_of, .offset = offsetof(struct thawing, said.member),         \
        __VA_ARGS__                                                                                \
    }
#define SAID_FIELDS                                                                                \
    SAID(code, FIELD_TEXT, .required = true, .code = true, .longest = 24,                          \
         .help = "Code of the thaw"),                                                              \
        SAID(plan, FIELD_TEXT, .required = true, .code = true, .longest = 24,                      \
             .help = "Plan that it is for"),                                                       \
        SAID(lot, FIELD_TEXT, .required = true, .code = true, .longest = 24, .help = "Lot"),       \
        SAID(first, FIELD_INTEGER, .required = true, .low = 1, .high = 1e9,                        \
             .help = "First serial"),                                                              \
        SAID(last, FIELD_INTEGER, .required = true, .low = 1, .high = 1e9, .help = "Last serial"), \
        SAID(started_at, FIELD_INSTANT, .required = true, .help = "Begin of the thaw"),            \
        SAID(ended_at, FIELD_INSTANT, .required = true, .help = "End of the thaw"),                \
        SAID(method, FIELD_TEXT, .required = true, .choices = methods, .help = "How"),             \
        SAID(position, FIELD_TEXT, .longest = 40, .help = "Position in the block or bath")
static const struct field input_fields[] = {SAID_FIELDS};
static const struct schema input_schema = SCHEMA("thaw_start", struct thawing, input_fields);
static const struct field body_fields[] = {
    SAID_FIELDS,
    SAID(patient, FIELD_TEXT, .help = "Patient"),
    FIELD(struct thawing, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct thawing, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct thawing, used, .of = &use_schema, .help = "Entries it rests on"),
};
static const struct schema body_schema = SCHEMA("thawed", struct thawing, body_fields);

bool thaw_touching(struct work *work, const char *lot, int64_t first, int64_t last,
                   struct rows *thaws)
{
    const struct serials serials = {lot, first, last};
    return view_touching(work, &thaw_table, &serials, thaws);
}

void vial_thaw_judge(struct arena *arena, const struct vial_thaw_facts *facts,
                     struct rows *findings)
{
    struct findings list = findings_open(arena);
    bool product = facts->ordered && facts->specification;
    bool counted = facts->thawed_before.known && facts->freeze_thaw_most.known;
    findings_add(&list, "CO-04.stop/1",
                 verdict_of(facts->stopped_by != NULL, text_equals(facts->stopped_by, "none")),
                 "not stopped", "stopped by %s", finding_word(facts->stopped_by));
    findings_add(&list, "AD-02.product/1",
                 verdict_of(product, text_equals(facts->ordered, facts->specification)),
                 finding_word(facts->ordered), "lot of %s", finding_word(facts->specification));
    findings_add(&list, "AD-02.lot/1", shipment_lot_released(facts->lot_status), "released",
                 "the lot is %s", finding_word(facts->lot_status));
    findings_add(&list, "RL-01.hold/1", shipment_lot_free(facts->holds), "no hold", "on hold: %s",
                 finding_word(facts->holds));
    findings_add(&list, "AD-02.expiry/1", shipment_lot_lasts(facts->expires_on, facts->thawed_on),
                 facts->expires_on.text, "thawed on %s", finding_word(facts->thawed_on.text));
    findings_add(&list, "CC-06.once/1",
                 verdict_of(counted, facts->thawed_before.value < facts->freeze_thaw_most.value),
                 counted ? arena_print(arena, "%lld thaw", (long long)facts->freeze_thaw_most.value)
                         : "not known",
                 "thawed %lld times before", (long long)facts->thawed_before.value);
    *findings = list.rows;
}

static struct count most_thaws(const struct rows *thaws, int64_t first, int64_t last)
{
    struct count most = {true, 0};
    for (int64_t serial = first; serial <= last && serial - first < 1000; serial++) {
        int64_t here = 0;
        for (size_t i = 0; i < thaws->count; i++) {
            const struct thaw *thaw = &ROWS(*thaws, const struct thaw)[i];
            here += thaw->first <= serial && thaw->last >= serial;
        }
        most.value = here > most.value ? here : most.value;
    }
    return most;
}

static bool check_times(struct work *work, const struct thaw *said)
{
    if (said->ended_at.usec > work->now_usec)
        return fail(&work->fault, FAULT_INPUT, "ended_at",
                    "The field ended_at lies in the future; record the thaw once it has ended.");
    return said->started_at.usec <= said->ended_at.usec ||
           fail(&work->fault, FAULT_INPUT, "started_at",
                "The field started_at lies behind ended_at; correct one of them.");
}

static bool gather(struct work *work, const struct thaw *said, const struct plan *plan,
                   struct thawing *to)
{
    struct lot lot = {0};
    struct rows thaws;
    struct vial_thaw_facts *facts = &to->facts;
    struct use *uses = arena_take(work->arena, 2 * sizeof *uses);
    if (!view_need(work, &lot_table, "lot", said->lot, &lot) ||
        !stock_holds(work, lot.code, &facts->holds) ||
        !thaw_touching(work, lot.code, said->first, said->last, &thaws))
        return false;
    facts->stopped_by = plan->stopped_by ? plan->stopped_by : "none";
    facts->ordered = plan->specification;
    facts->specification = lot.specification;
    facts->lot_status = lot.status;
    facts->expires_on = lot.expires_on;
    facts->thawed_on.text =
        date_print(work->arena, day_of_instant(said->ended_at.usec, work->zone_minutes));
    facts->thawed_before = most_thaws(&thaws, said->first, said->last);
    uses[0].entry = plan->entry;
    uses[1].entry = lot.decided_entry ? lot.decided_entry : lot.entry;
    to->used = (struct rows){2, uses};
    return setting_count(work, "freeze_thaw_most", &facts->freeze_thaw_most);
}

static bool start_judge(struct work *work, const void *input, void *body)
{
    struct thawing *thawing = body;
    struct thaw *said = &thawing->said;
    struct plan plan = {0};
    struct rows parts;
    *thawing = *(const struct thawing *)input;
    const struct vial_range asked = {.lot = said->lot,
                                     .first = said->first,
                                     .last = said->last,
                                     .state = "in_stock",
                                     .site = stock_site(work)};
    if (!view_free(work, &thaw_table, "code", said->code) || !check_times(work, said) ||
        !view_need(work, &plan_table, "plan", said->plan, &plan) ||
        !operation_at_site(work, "plan", plan.site, "plan") || !gather(work, said, &plan, thawing))
        return false;
    said->patient = plan.patient;
    vial_thaw_judge(work->arena, &thawing->facts, &thawing->findings);
    return findings_allow(work->arena, &work->fault, "lot", &thawing->findings,
                          "These vials may not be thawed") &&
           stock_take(work, &asked, &parts);
}

static bool start_again(struct work *work, const void *body, struct rows *findings)
{
    const struct thawing *thawing = body;
    vial_thaw_judge(work->arena, &thawing->facts, findings);
    return true;
}

static bool start_apply(struct work *work, const struct entry *entry, const void *body)
{
    struct thaw row = ((const struct thawing *)body)->said;
    row.site = entry->site;
    row.thawed_by = entry->actor;
    row.entry = entry->seq;
    return view_put(work, &thaw_table, &row);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct code_key *key = input;
    return view_list(work, &thaw_table, "patient", value_text(key->code), rows);
}

const struct operation thaw_operations[THAW_OPERATIONS] = {
    {.name = "thaw.record",
     .method = "POST",
     .path = "/thaws",
     .summary = "Record that vials were thawed for a plan; a vial is thawed once.",
     .permission = PERMIT_DOSE_GIVE,
     .effect = RECORDS,
     .input = &input_schema,
     .output = &body_schema,
     .subject = "code",
     .person = "patient",
     .person_kind = "patient",
     .judge = start_judge,
     .apply = start_apply,
     .judge_again = start_again},
    {.name = "thaw.list",
     .method = "GET",
     .path = "/patients/{code}/thaws",
     .summary = "List what was thawed for a patient.",
     .permission = PERMIT_PATIENT_READ,
     .effect = READS,
     .scope = SCOPE_SITE,
     .shape = SHAPE_LIST,
     .input = &code_key_schema,
     .output = &row_schema,
     .list = list_read},
};
