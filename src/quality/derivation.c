/* derivation.c: what follows from the record is computed from the record and never typed. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/derivation.h"

#include "base/time.h"
#include "chain/link.h"
#include "manufacture/balance.h"
#include "manufacture/filter.h"
#include "manufacture/isolation.h"
#include "quality/assay.h"
#include "quality/oos.h"

#include <string.h>

static const char *const attributes[] = {"particles_per_ug", "visual_rejects_percent",
                                         "filter_recovery_percent", "membrane_yield_percent", NULL};

const struct rule derivation_rules[DERIVATION_RULES] = {
    {"QC-12.derived/1", "Is the value the one that its recorded sources give?",
     "導出値は記録された元の値から計算されたものか。", "MISEV2018, ratio of two methods"},
};

static const struct field facts_fields[] = {
    FIELD(struct derivation_facts, formula, .help = "How the value is computed"),
    FIELD(struct derivation_facts, over, .help = "What is divided"),
    FIELD(struct derivation_facts, under, .help = "By what"),
    FIELD(struct derivation_facts, value, .help = "Value"),
};
const struct schema derivation_facts_schema =
    SCHEMA("derivation_facts", struct derivation_facts, facts_fields);

struct derivation {
    const char *code;
    const char *lot;
    const char *attribute;
    struct derivation_facts facts;
    struct rows findings;
    struct rows used; /* struct use */
    struct assay_result result;
};
static const struct field asked_fields[] = {
    FIELD(struct derivation, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the assay"),
    FIELD(struct derivation, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
    FIELD(struct derivation, attribute, .required = true, .choices = attributes,
          .help = "What is derived"),
};
static const struct schema asked_schema = SCHEMA("assay_derive", struct derivation, asked_fields);
static const struct field derivation_fields[] = {
    FIELD(struct derivation, code, .help = "Code of the assay"),
    FIELD(struct derivation, lot, .help = "Lot"),
    FIELD(struct derivation, attribute, .help = "What is derived"),
    FIELD(struct derivation, facts, .of = &derivation_facts_schema, .help = "What it rests on"),
    FIELD(struct derivation, findings, .of = &finding_schema, .help = "Whether it follows"),
    FIELD(struct derivation, used, .of = &use_schema, .help = "Entries it rests on"),
    FIELD(struct derivation, result, .of = &assay_result_body_schema, .help = "The result, judged"),
};
static const struct schema derivation_schema =
    SCHEMA("assay_derived", struct derivation, derivation_fields);

static bool agree(double one, double other)
{
    double slack = 1e-9 * (other < 0 ? -other : other);
    return one - other <= slack && other - one <= slack;
}

void derivation_judge(struct arena *arena, const struct derivation_facts *facts,
                      struct rows *findings)
{
    struct findings list = findings_open(arena);
    bool known =
        facts->over.text && facts->under.text && facts->value.text && facts->under.value > 0;
    findings_add(&list, "QC-12.derived/1",
                 verdict_of(known, known && agree(facts->value.value,
                                                  facts->over.value / facts->under.value)),
                 facts->formula ? facts->formula : "a known formula", "%s over %s",
                 facts->over.text ? facts->over.text : "nothing",
                 facts->under.text ? facts->under.text : "nothing");
    *findings = list.rows;
}

bool derivation_computes(const char *attribute)
{
    for (size_t i = 0; attributes[i]; i++)
        if (text_equals(attributes[i], attribute))
            return true;
    return false;
}

static void note_use(struct derivation *derived, int64_t entry)
{
    struct use *uses = derived->used.items;
    if (entry)
        uses[derived->used.count++].entry = entry;
}

/* A result of which an investigation is open carries nothing. */
static bool need_result(struct work *work, struct derivation *derived, const char *attribute,
                        struct assay_result *result)
{
    struct rows open;
    bool found = false;
    if (!assay_standing(work, derived->lot, attribute, result, &found) ||
        !view_list(work, &oos_table, "lot", value_text(derived->lot), &open))
        return false;
    if (!found || !result->value.text)
        return fail(&work->fault, FAULT_MISSING, "attribute",
                    "Lot %s has no value of %s yet; record it first.", derived->lot, attribute);
    for (size_t i = 0; i < open.count; i++) {
        const struct oos *oos = &ROWS(open, const struct oos)[i];
        if (text_equals(oos->attribute, attribute) && !text_equals(oos->status, "closed"))
            return refuse(&work->fault, FAULT_RULE, "attribute", "QC-22.derived/1",
                          "%s of %s is under investigation (%s); nothing is derived from it "
                          "before that is closed.",
                          attribute, derived->lot, oos->code);
    }
    note_use(derived, result->entry);
    return true;
}

static bool gather_ratio(struct work *work, struct derivation *derived)
{
    struct assay_result particles = {0};
    struct assay_result protein = {0};
    if (!need_result(work, derived, "particles_per_ml", &particles) ||
        !need_result(work, derived, "protein_ug_per_ml", &protein))
        return false;
    bool later = text_is_empty(particles.read_on.text) ||
                 (protein.read_on.text && strcmp(protein.read_on.text, particles.read_on.text) > 0);
    derived->result.read_on = later ? protein.read_on : particles.read_on;
    derived->result.unit = "1/ug";
    derived->facts = (struct derivation_facts){
        "particles per ml / ug of protein per ml", particles.value, protein.value, {0}};
    return true;
}

static bool note_steps(struct work *work, struct derivation *derived, const struct lot *lot)
{
    struct rows nodes;
    if (!link_reach(work, link_name(work->arena, "lot", lot->code), LINK_BACKWARD, &nodes))
        return false;
    for (size_t i = 0; i < nodes.count && derived->used.count < 8; i++) {
        const char *name = ROWS(nodes, const struct link_node)[i].name;
        const char *code = strchr(name, ':');
        struct filter filter = {0};
        struct isolation isolation = {0};
        if (text_starts(name, "filter:")) {
            if (!view_need(work, &filter_table, "lot", code + 1, &filter))
                return false;
            note_use(derived, filter.entry);
        } else if (text_starts(name, "isolation:")) {
            if (!view_need(work, &isolation_table, "lot", code + 1, &isolation))
                return false;
            note_use(derived, isolation.entry);
        }
    }
    return true;
}

static struct real whole(struct work *work, int64_t number)
{
    return real_of(work->arena, (double)number);
}

/* The figures of the way to the lot; what they are made of stands in the balance of the lot. */
static bool gather_figure(struct work *work, struct derivation *derived, const struct lot *lot)
{
    struct lot_figures figures;
    struct derivation_facts *facts = &derived->facts;
    derived->result.unit = "%";
    if (!balance_figures(work, lot->code, &figures))
        return false;
    if (text_equals(derived->attribute, "visual_rejects_percent")) {
        *facts = (struct derivation_facts){"100 x vials rejected at inspection / vials made",
                                           whole(work, 100 * lot->vials_rejected),
                                           whole(work, lot->vials),
                                           {0}};
        if (!lot->inspected_entry)
            facts->over = (struct real){0};
        note_use(derived, lot->inspected_entry);
        return true;
    }
    bool filtered = text_equals(derived->attribute, "filter_recovery_percent");
    *facts = (struct derivation_facts){
        filtered ? "particles behind / before the filter, in percent"
                 : "particles kept / fed to the membrane, in percent",
        filtered ? figures.filter_recovery_percent : figures.membrane_yield_percent,
        whole(work, 1),
        {0}};
    return note_steps(work, derived, lot);
}

static bool gather(struct work *work, struct derivation *derived, const struct lot *lot)
{
    struct derivation_facts *facts = &derived->facts;
    derived->used = (struct rows){0, arena_take(work->arena, 8 * sizeof(struct use))};
    bool ratio = text_equals(derived->attribute, "particles_per_ug");
    if (!(ratio ? gather_ratio(work, derived) : gather_figure(work, derived, lot)))
        return false;
    if (!facts->over.text || !facts->under.text || facts->under.value <= 0)
        return fail(&work->fault, FAULT_MISSING, "attribute",
                    "What %s of %s is computed from is not recorded yet.", derived->attribute,
                    derived->lot);
    facts->value = real_of(work->arena, facts->over.value / facts->under.value);
    return true;
}

static bool derive_judge(struct work *work, const void *input, void *body)
{
    const struct derivation *given = input;
    struct derivation *derived = body;
    struct lot lot = {0};
    *derived =
        (struct derivation){.code = given->code, .lot = given->lot, .attribute = given->attribute};
    derived->result.attribute = given->attribute;
    derived->result.read_on.text =
        date_print(work->arena, day_of_instant(work->now_usec, work->zone_minutes));
    if (!assay_begin(work, given->code, given->lot, &lot) || !gather(work, derived, &lot))
        return false;
    derived->result.value = derived->facts.value;
    derivation_judge(work->arena, &derived->facts, &derived->findings);
    return assay_result_judge(work, &lot, &derived->result);
}

static struct assay assay_of(const struct entry *entry, const struct derivation *derived)
{
    return (struct assay){.code = derived->code,
                          .site = entry->site,
                          .lot = derived->lot,
                          .method = derived->facts.formula,
                          .entry = entry->seq};
}

static bool derive_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct derivation *derived = body;
    struct assay_result result = derived->result;
    const struct assay assay = assay_of(entry, derived);
    const struct rows results = {1, &result};
    return assay_put(work, &assay, &results);
}

static bool derive_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct derivation *derived = body;
    struct assay_result result = derived->result;
    struct assay assay = assay_of(entry, derived);
    const struct rows results = {1, &result};
    const struct rows none = {0};
    assay.annulled = true;
    return assay_take_back(work, &assay, &results, &none);
}

static bool derive_again(struct work *work, const void *body, struct rows *findings)
{
    const struct derivation *derived = body;
    derivation_judge(work->arena, &derived->facts, findings);
    return true;
}

/* Stands as long as its sources give the same value. */
static bool derive_reconsider(struct work *work, const void *body, bool *stands)
{
    struct derivation again = *(const struct derivation *)body;
    struct lot lot = {0};
    struct fault before = work->fault;
    *stands = false;
    if (!view_need(work, &lot_table, "lot", again.lot, &lot))
        return false;
    const double value = again.facts.value.value;
    bool gathered = gather(work, &again, &lot);
    if (!gathered && work->fault.kind == FAULT_STORAGE)
        return false;
    work->fault = before;
    *stands = gathered && agree(again.facts.value.value, value);
    return true;
}

const struct operation derivation_operations[DERIVATION_OPERATIONS] = {
    {.name = "assay.derive",
     .method = "POST",
     .path = "/lots/{lot}/derivations",
     .summary = "Derive a result from other results or from the way the lot was made.",
     .permission = PERMIT_ASSAY_WRITE,
     .effect = RECORDS,
     .input = &asked_schema,
     .output = &derivation_schema,
     .subject = "lot",
     .judge = derive_judge,
     .apply = derive_apply,
     .judge_again = derive_again,
     .reconsider = derive_reconsider,
     .kind = "lot",
     .retract = derive_retract},
};
