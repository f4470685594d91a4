/* destruction.c: held material is evidence until its donors are decided; the reserve stays. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/destruction.h"

#include "contract/hold.h"
#include "manufacture/bank.h"
#include "manufacture/bank_vial.h"
#include "manufacture/bottle.h"
#include "manufacture/harvest.h"
#include "manufacture/source.h"

const struct rule destruction_rules[DESTRUCTION_RULES] = {
    {"DN-08.destroy/1",
     "Is nothing that is held destroyed before every donor of it was decided ineligible?",
     "保留中のものを、全ドナーの不適格判定前に廃棄していないか。", "ASRM Rule Art. 15, 16"},
    {"RS-01.reserve/1", "Is no reserve destroyed while it is held?",
     "保留中の保存検体を廃棄していないか。", "ASRM Rule Art. 16"},
};

static const struct field facts_fields[] = {
    FIELD(struct destruction_facts, holds, .help = "Holds that stop it, or none"),
    FIELD(struct destruction_facts, standing,
          .help = "Donors: quarantine, eligible, or ineligible when all of them are"),
    FIELD(struct destruction_facts, reserve, .help = "Reserve vials among them", .unit = "vials"),
};
static const struct schema facts_schema =
    SCHEMA("destruction_facts", struct destruction_facts, facts_fields);

void destruction_judge(struct arena *arena, const struct destruction_facts *facts,
                       struct rows *findings)
{
    struct findings list = findings_open(arena);
    const bool known = facts->holds && facts->standing;
    const bool free_of_holds = text_equals(facts->holds, "none");
    findings_add(&list, "DN-08.destroy/1",
                 verdict_of(known, free_of_holds || text_equals(facts->standing, "ineligible")),
                 "not held, or every donor ineligible", "held: %s; donors %s",
                 facts->holds ? facts->holds : "unknown",
                 facts->standing ? facts->standing : "unknown");
    findings_add(&list, "RS-01.reserve/1",
                 verdict_of(facts->holds != NULL, free_of_holds || facts->reserve == 0),
                 "no reserve while held", "%lld reserve vials", (long long)facts->reserve);
    *findings = list.rows;
}

struct destruction {
    const char *bank;    /* of vials */
    const char *harvest; /* of bottles */
    int64_t first;
    int64_t last;
    const char *why;
    int64_t vials;
    int64_t volume_ul;
    struct destruction_facts facts;
    struct rows findings;
};

#define ORDER_FIELDS(most)                                                                         \
    FIELD(struct destruction, first, .required = true, .low = 1, .high = (most),                   \
          .help = "First number"),                                                                 \
        FIELD(struct destruction, last, .required = true, .low = 1, .high = (most),                \
              .help = "Last number"),                                                              \
        FIELD(struct destruction, why, .required = true, .longest = 400, .help = "Why")
#define BODY_FIELDS                                                                                \
    FIELD(struct destruction, first, .help = "First number"),                                      \
        FIELD(struct destruction, last, .help = "Last number"),                                    \
        FIELD(struct destruction, why, .help = "Why"),                                             \
        FIELD(struct destruction, facts, .of = &facts_schema, .help = "What was known"),           \
        FIELD(struct destruction, findings, .of = &finding_schema, .help = "One per rule")

static const struct field vials_fields[] = {
    FIELD(struct destruction, bank, .required = true, .code = true, .longest = 24, .help = "Bank"),
    ORDER_FIELDS(1e6),
};
static const struct schema vials_input =
    SCHEMA("bank_destruction", struct destruction, vials_fields);
static const struct field vials_body_fields[] = {
    FIELD(struct destruction, bank, .help = "Bank"),
    FIELD(struct destruction, vials, .help = "Vials destroyed", .unit = "vials"),
    BODY_FIELDS,
};
static const struct schema vials_body =
    SCHEMA("bank_destroyed", struct destruction, vials_body_fields);
static const struct field bottles_fields[] = {
    FIELD(struct destruction, harvest, .required = true, .code = true, .longest = 24,
          .help = "Harvest"),
    ORDER_FIELDS(1000),
};
static const struct schema bottles_input =
    SCHEMA("bottle_destruction", struct destruction, bottles_fields);
static const struct field bottles_body_fields[] = {
    FIELD(struct destruction, harvest, .help = "Harvest"),
    FIELD(struct destruction, volume_ul, .help = "Volume destroyed", .unit = "uL"),
    BODY_FIELDS,
};
static const struct schema bottles_body =
    SCHEMA("bottle_destroyed", struct destruction, bottles_body_fields);

static bool judge_facts(struct work *work, const char *name, struct destruction *body)
{
    struct rows holds;
    struct source source;
    struct text text = text_open(work->arena);
    if (!hold_stopping(work, name, &holds) || !source_of(work, name, &source))
        return false;
    for (size_t i = 0; i < holds.count; i++)
        text_print(&text, "%s%s", i ? " " : "", ROWS(holds, const struct hold)[i].subject);
    body->facts.holds = holds.count ? text.bytes : "none";
    /* One donor decided ineligible is not enough where several stand behind it. */
    body->facts.standing = text_equals(source.standing, "ineligible") && !source.all_ineligible
                               ? "quarantine"
                               : source.standing;
    destruction_judge(work->arena, &body->facts, &body->findings);
    return findings_allow(work->arena, &work->fault, "first", &body->findings, "This must be kept");
}

static bool vials_judge(struct work *work, const void *input, void *out)
{
    const struct destruction *given = input;
    struct destruction *body = out;
    struct bank bank = {0};
    struct rows parts;
    const struct bank_vial asked = {.bank = given->bank,
                                    .first = given->first,
                                    .last = given->last,
                                    .state = "in_stock reserve"};
    *body = *given;
    if (!view_need(work, &bank_table, "bank", given->bank, &bank) ||
        !operation_at_site(work, "bank", bank.site, "bank") ||
        !bank_vial_check(work, "first", &asked, &parts))
        return false;
    body->vials = given->last - given->first + 1;
    for (size_t i = 0; i < parts.count; i++) {
        const struct bank_vial *part = &ROWS(parts, const struct bank_vial)[i];
        if (text_equals(part->state, "reserve"))
            body->facts.reserve += part->last - part->first + 1;
    }
    return judge_facts(work, link_name(work->arena, "bank", given->bank), body);
}

static bool vials_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct destruction *given = body;
    const struct bank_vial to = {.bank = given->bank,
                                 .first = given->first,
                                 .last = given->last,
                                 .state = "destroyed",
                                 .why = given->why,
                                 .entry = entry->seq};
    return bank_vial_change(work, &to);
}

static bool bottles_judge(struct work *work, const void *input, void *out)
{
    const struct destruction *given = input;
    struct destruction *body = out;
    struct harvest harvest = {0};
    *body = *given;
    return view_need(work, &harvest_table, "harvest", given->harvest, &harvest) &&
           operation_at_site(work, "harvest", harvest.site, "harvest") &&
           bottle_check(work, given->harvest, given->first, given->last, &body->volume_ul) &&
           judge_facts(work, link_name(work->arena, "harvest", given->harvest), body);
}

static bool bottles_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct destruction *given = body;
    struct harvest harvest = {0};
    const struct bottle to = {
        .harvest = given->harvest, .state = "destroyed", .why = given->why, .entry = entry->seq};
    if (!view_need(work, &harvest_table, "harvest", given->harvest, &harvest))
        return false;
    harvest.volume_ul -= given->volume_ul;
    return bottle_change(work, &to, given->first, given->last) &&
           view_put(work, &harvest_table, &harvest);
}

static bool judge_again(struct work *work, const void *body, struct rows *findings)
{
    const struct destruction *given = body;
    destruction_judge(work->arena, &given->facts, findings);
    return true;
}

const struct operation destruction_operations[DESTRUCTION_OPERATIONS] = {
    {.name = "bank.destroy",
     .method = "POST",
     .path = "/banks/{bank}/destruction",
     .summary = "Destroy vials of a bank before a witness.",
     .permission = PERMIT_MATERIAL_DESTROY,
     .effect = RECORDS,
     .witness = PERMIT_MATERIAL_COUNTERSIGN,
     .input = &vials_input,
     .output = &vials_body,
     .subject = "bank",
     .judge = vials_judge,
     .apply = vials_apply,
     .judge_again = judge_again},
    {.name = "harvest.destroy",
     .method = "POST",
     .path = "/harvests/{harvest}/bottles/destruction",
     .summary = "Destroy frozen bottles of a harvest before a witness.",
     .permission = PERMIT_MATERIAL_DESTROY,
     .effect = RECORDS,
     .witness = PERMIT_MATERIAL_COUNTERSIGN,
     .input = &bottles_input,
     .output = &bottles_body,
     .subject = "harvest",
     .judge = bottles_judge,
     .apply = bottles_apply,
     .judge_again = judge_again},
};
