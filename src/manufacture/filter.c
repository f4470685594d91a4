/* filter.c: sterile filtration with a count on either side; the label speaks of the one behind. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/filter.h"

#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/derived.h"
#include "manufacture/gate.h"
#include "manufacture/isolation.h"
#include "manufacture/step.h"

static const char *const integrities[] = {"passed", "failed", "not_done", NULL};

static const struct field filter_fields[] = {
    FIELD(struct filter, code, .help = "Code of the filtration"),
    FIELD(struct filter, site, .help = "Site"),
    FIELD(struct filter, isolation, .help = "Membrane step whose retentate was filtered"),
    FIELD(struct filter, specification, .help = "Specification of the pool"),
    FIELD(struct filter, tissue, .help = "Source tissue"),
    FIELD(struct filter, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct filter, sampled_ul, .help = "Sampled before the filter", .unit = "uL"),
    FIELD(struct filter, in_ul, .help = "Volume that went in", .unit = "uL"),
    FIELD(struct filter, out_ul, .help = "Volume that came out", .unit = "uL"),
    FIELD(struct filter, holdup_ul, .help = "Volume that stayed in the filter", .unit = "uL"),
    FIELD(struct filter, particles_per_ml_before, .help = "Count before", .unit = "1/ml"),
    FIELD(struct filter, particles_per_ml_after, .help = "Count after", .unit = "1/ml"),
    FIELD(struct filter, recovery_percent, .help = "Particles that passed, computed", .unit = "%"),
    FIELD(struct filter, unmet, .help = "Rules that it did not meet"),
    FIELD(struct filter, entry, .help = "Entry that says so"),
};
static const struct schema filter_schema = SCHEMA("filter", struct filter, filter_fields);
const struct table filter_table = {"filter", &filter_schema, "code", "isolation", TABLE_VIEW};

struct filtration {
    const char *code;
    const char *isolation;
    struct rows samples_before;
    int64_t in_ul;
    int64_t out_ul;
    int64_t holdup_ul;
    struct real pore_um;
    const char *filter_lot;
    const char *integrity_after;
    struct real particles_per_ml_before;
    struct real particles_per_ml_after;
    const char *specification;
    const char *tissue;
    bool pool_of_donors;
    int64_t sampled_ul;
    struct rows derived;
    struct real recovery_percent;
    struct filter_facts facts;
    struct rows findings;
    const char *unmet;
    const char *equipment;
};
#define FILTRATION_FIELDS                                                                          \
    FIELD(struct filtration, equipment, .longest = 200,                                            \
          .help = "Equipment of the step, codes separated by blanks"),                             \
        FIELD(struct filtration, code, .required = true, .code = true, .longest = 24,              \
              .help = "Code of the filtration"),                                                   \
        FIELD(struct filtration, isolation, .required = true, .code = true, .longest = 24,         \
              .help = "Membrane step whose retentate is filtered"),                                \
        FIELD(struct filtration, samples_before, .of = &step_sample_schema,                        \
              .help = "What was taken of the retentate before the filter"),                        \
        FIELD(struct filtration, in_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",    \
              .help = "Volume that went in"),                                                      \
        FIELD(struct filtration, out_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",   \
              .help = "Volume that came out"),                                                     \
        FIELD(struct filtration, holdup_ul, .required = true, .low = 0, .high = 1e12,              \
              .unit = "uL", .help = "Volume that stayed in the filter"),                           \
        FIELD(struct filtration, pore_um, .required = true, .low = 0.01, .high = 10, .unit = "um", \
              .help = "Nominal pore"),                                                             \
        FIELD(struct filtration, filter_lot, .required = true, .code = true, .longest = 40,        \
              .help = "Lot of the filter"),                                                        \
        FIELD(struct filtration, integrity_after, .required = true, .choices = integrities,        \
              .help = "Integrity test after use"),                                                 \
        FIELD(struct filtration, particles_per_ml_before, .required = true, .low = 0,              \
              .high = 1e15, .unit = "1/ml", .help = "Particle count before the filter"),           \
        FIELD(struct filtration, particles_per_ml_after, .required = true, .low = 0, .high = 1e15, \
              .unit = "1/ml", .help = "Particle count after the filter")
static const struct field filtration_fields[] = {FILTRATION_FIELDS};
static const struct schema filtration_input =
    SCHEMA("filter_pass", struct filtration, filtration_fields);
static const struct field filtered_fields[] = {
    FILTRATION_FIELDS,
    FIELD(struct filtration, specification, .help = "Specification of the pool"),
    FIELD(struct filtration, tissue, .help = "Source tissue"),
    FIELD(struct filtration, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct filtration, sampled_ul, .unit = "uL", .help = "Sum of the samples"),
    FIELD(struct filtration, derived, .of = &derived_schema,
          .help = "What was computed from the measured values"),
    FIELD(struct filtration, recovery_percent, .unit = "%", .help = "Particles that passed"),
    FIELD(struct filtration, facts, .of = &filter_facts_schema,
          .help = "What the rules were asked about"),
    FIELD(struct filtration, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct filtration, unmet, .help = "Rules that it did not meet"),
};
static const struct schema filtered_schema =
    SCHEMA("filter_passed", struct filtration, filtered_fields);

static bool check_balance(struct work *work, const struct filtration *given)
{
    int64_t sum_ul = given->out_ul + given->holdup_ul;
    return sum_ul == given->in_ul ||
           refuse(&work->fault, FAULT_RULE, "in_ul", "MF-10.balance/1",
                  "%lld uL went in, and %lld uL came out or stayed; name the difference.",
                  (long long)given->in_ul, (long long)sum_ul);
}

static bool derive(struct work *work, struct filtration *made)
{
    struct filter_facts *facts = &made->facts;
    struct derivations list = derivations_open(work->arena);
    if (!setting_real(work, "filter_recovery_least_percent", &facts->recovery_least_percent))
        return false;
    facts->integrity_after = made->integrity_after;
    facts->particles_in =
        derived_particles(work->arena, made->in_ul, made->particles_per_ml_before);
    facts->particles_out =
        derived_particles(work->arena, made->out_ul, made->particles_per_ml_after);
    made->recovery_percent =
        derived_percent(work->arena, facts->particles_out, facts->particles_in);
    const struct derived rows[] = {
        {"particles_in", facts->particles_in, .unit = "particles",
         .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
        {"particles_out", facts->particles_out, .unit = "particles",
         .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
        {"recovery_percent", made->recovery_percent, .unit = "%",
         .formula = "filter_recovery/1: 100 * particles_out / particles_in"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        derivations_add(&list, &rows[i]);
    made->derived = list.rows;
    filter_judge(work->arena, facts, &made->findings);
    return step_judged(work, "integrity_after", &made->findings, &made->unmet);
}

static bool pass_judge(struct work *work, const void *input, void *body)
{
    const struct filtration *given = input;
    struct filtration *made = body;
    struct isolation isolation = {0};
    *made = *given;
    made->sampled_ul = step_sampled(&given->samples_before);
    if (!view_free(work, &filter_table, "code", given->code) ||
        !view_need(work, &isolation_table, "isolation", given->isolation, &isolation) ||
        !operation_at_site(work, "isolation", isolation.site, "membrane step") ||
        !step_unheld(work, "isolation", "isolation", given->isolation) ||
        !step_conforms(work, "isolation", given->isolation, isolation.unmet))
        return false;
    const struct draw draw = {"isolation", given->isolation, isolation.retentate_ul,
                              given->in_ul + made->sampled_ul, "MF-10.drawn/1"};
    made->specification = isolation.specification;
    made->tissue = isolation.tissue;
    made->pool_of_donors = isolation.pool_of_donors;
    return check_balance(work, given) && step_left(work, "in_ul", &draw) && derive(work, made);
}

static bool pass_signed_on(struct work *work, const void *input, void *body)
{
    const struct filtration *given = input;
    return pass_judge(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool pass_again(struct work *work, const void *body, struct rows *findings)
{
    const struct filtration *made = body;
    filter_judge(work->arena, &made->facts, findings);
    return true;
}

static bool pass_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct filtration *given = body;
    const struct filter row = {.code = given->code,
                               .site = entry->site,
                               .isolation = given->isolation,
                               .specification = given->specification,
                               .tissue = given->tissue,
                               .pool_of_donors = given->pool_of_donors,
                               .sampled_ul = given->sampled_ul,
                               .in_ul = given->in_ul,
                               .out_ul = given->out_ul,
                               .holdup_ul = given->holdup_ul,
                               .particles_per_ml_before = given->particles_per_ml_before,
                               .particles_per_ml_after = given->particles_per_ml_after,
                               .recovery_percent = given->recovery_percent,
                               .unmet = given->unmet,
                               .entry = entry->seq};
    const struct link link = {.child = link_name(work->arena, "filter", given->code),
                              .parent = link_name(work->arena, "isolation", given->isolation),
                              .amount = given->in_ul + given->sampled_ul,
                              .unit = "uL",
                              .entry = entry->seq};
    return view_put(work, &filter_table, &row) && link_tie(work, &link);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &filter_table, page->after, page_limit(page), rows);
}

const struct operation filter_operations[FILTER_OPERATIONS] = {
    {.name = "filter.pass",
     .method = "POST",
     .path = "/filters",
     .summary = "Record a sterile filtration, counted before and after, with its integrity test.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &filtration_input,
     .output = &filtered_schema,
     .subject = "code",
     .judge = pass_signed_on,
     .apply = pass_apply,
     .judge_again = pass_again},
    {.name = "filter.list",
     .method = "GET",
     .path = "/filters",
     .summary = "List the sterile filtrations.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &filter_schema,
     .list = list_read},
};
