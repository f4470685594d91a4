/* pool.c: every microlitre of a pool came from a named harvest or is a named loss. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "manufacture/pool.h"

#include "chain/link.h"
#include "contract/setting.h"
#include "manufacture/bottle.h"
#include "manufacture/derived.h"
#include "manufacture/gate.h"
#include "manufacture/harvest.h"
#include "manufacture/product.h"
#include "manufacture/step.h"

#include <string.h>

static const struct field pool_fields[] = {
    FIELD(struct pool, code, .help = "Code of the pool"),
    FIELD(struct pool, site, .help = "Site"),
    FIELD(struct pool, specification, .help = "Specification, code/version"),
    FIELD(struct pool, tissue, .help = "Source tissue"),
    FIELD(struct pool, donors, .help = "Donors, separated by blanks"),
    FIELD(struct pool, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct pool, input_ul, .help = "Sum of what went in", .unit = "uL"),
    FIELD(struct pool, loss_ul, .help = "Volume that was lost", .unit = "uL"),
    FIELD(struct pool, volume_ul, .help = "Volume", .unit = "uL"),
    FIELD(struct pool, sampled_ul, .help = "Sampled of the volume", .unit = "uL"),
    FIELD(struct pool, particles_per_ml, .help = "Count of the pool, measured", .unit = "1/ml"),
    FIELD(struct pool, particles_in, .help = "Sum over the inputs, computed", .unit = "particles"),
    FIELD(struct pool, particles, .help = "Of the pool, computed", .unit = "particles"),
    FIELD(struct pool, closure_percent, .help = "Difference of the two, computed", .unit = "%"),
    FIELD(struct pool, unmet, .help = "Rules that it did not meet"),
    FIELD(struct pool, entry, .help = "Entry that says so"),
};
static const struct schema pool_schema = SCHEMA("pool", struct pool, pool_fields);
const struct table pool_table = {"pool", &pool_schema, "code", "", TABLE_VIEW};

struct pool_input {
    const char *harvest;
    int64_t volume_ul;
    struct real particles_per_ml;
    struct real particles;
};
#define INPUT_FIELDS                                                                               \
    FIELD(struct pool_input, harvest, .required = true, .code = true, .longest = 24,               \
          .help = "Harvest"),                                                                      \
        FIELD(struct pool_input, volume_ul, .required = true, .low = 1, .high = 1e10,              \
              .unit = "uL", .help = "Volume that went in")
static const struct field input_fields[] = {INPUT_FIELDS};
static const struct schema input_schema = SCHEMA("pool_input", struct pool_input, input_fields);
static const struct field joined_fields[] = {
    INPUT_FIELDS,
    FIELD(struct pool_input, particles_per_ml, .help = "Count of the harvest", .unit = "1/ml"),
    FIELD(struct pool_input, particles, .help = "That went in, computed", .unit = "particles"),
};
static const struct schema joined_schema = SCHEMA("pool_joined", struct pool_input, joined_fields);

struct pooling {
    const char *code;
    const char *specification;
    struct rows inputs;
    int64_t volume_ul;
    int64_t loss_ul;
    struct real particles_per_ml;
    struct rows samples;
    const char *tissue;
    const char *donors;
    bool pool_of_donors;
    int64_t input_ul;
    int64_t sampled_ul;
    struct real closure_percent;
    struct rows derived;
    struct joining_facts joining;
    struct closure_facts closure;
    struct rows findings;
    const char *unmet;
    const char *equipment;
};
#define POOLING_FIELDS(inputs_schema)                                                              \
    FIELD(struct pooling, equipment, .longest = 200,                                               \
          .help = "Equipment of the step, codes separated by blanks"),                             \
        FIELD(struct pooling, code, .required = true, .code = true, .longest = 24,                 \
              .help = "Code of the pool"),                                                         \
        FIELD(struct pooling, specification, .required = true, .code = true, .longest = 40,        \
              .help = "Specification, code/version"),                                              \
        FIELD(struct pooling, inputs, .required = true, .of = &inputs_schema,                      \
              .help = "Harvests that went in"),                                                    \
        FIELD(struct pooling, volume_ul, .required = true, .low = 1, .high = 1e12, .unit = "uL",   \
              .help = "Volume of the pool"),                                                       \
        FIELD(struct pooling, loss_ul, .required = true, .low = 0, .high = 1e12, .unit = "uL",     \
              .help = "Volume that was lost"),                                                     \
        FIELD(struct pooling, particles_per_ml, .required = true, .low = 0, .high = 1e15,          \
              .unit = "1/ml", .help = "Particle count of the pool"),                               \
        FIELD(struct pooling, samples, .of = &step_sample_schema,                                  \
              .help = "What was taken of the pool for tests or to be kept")
static const struct field pooling_fields[] = {POOLING_FIELDS(input_schema)};
static const struct schema pooling_input = SCHEMA("pool_make", struct pooling, pooling_fields);
static const struct field made_fields[] = {
    POOLING_FIELDS(joined_schema),
    FIELD(struct pooling, tissue, .help = "Source tissue"),
    FIELD(struct pooling, donors, .help = "Donors, separated by blanks"),
    FIELD(struct pooling, pool_of_donors, .help = "More than one donor went in"),
    FIELD(struct pooling, input_ul, .help = "Sum of what went in", .unit = "uL"),
    FIELD(struct pooling, sampled_ul, .help = "Sum of the samples", .unit = "uL"),
    FIELD(struct pooling, closure_percent, .unit = "%",
          .help = "How far the pool lies from its inputs, computed"),
    FIELD(struct pooling, derived, .of = &derived_schema,
          .help = "What was computed from the measured values"),
    FIELD(struct pooling, joining, .of = &joining_facts_schema,
          .help = "What was asked before the harvests were joined"),
    FIELD(struct pooling, closure, .of = &closure_facts_schema,
          .help = "What was asked of the particles"),
    FIELD(struct pooling, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct pooling, unmet, .help = "Rules that it did not meet"),
};
static const struct schema made_schema = SCHEMA("pool_made", struct pooling, made_fields);

static void note_harvest(struct work *work, const struct harvest *harvest, struct pooling *made)
{
    struct joining_facts *facts = &made->joining;
    struct date day = harvest->harvested_on;
    const char *tissue = harvest->source_tissue ? harvest->source_tissue : "unknown";
    if (!facts->tissues)
        facts->tissues = tissue;
    else if (!text_has_word(facts->tissues, tissue))
        facts->tissues = arena_print(work->arena, "%s %s", facts->tissues, tissue);
    if (!facts->first_harvest.text || strcmp(day.text, facts->first_harvest.text) < 0)
        facts->first_harvest = day;
    if (!facts->last_harvest.text || strcmp(day.text, facts->last_harvest.text) > 0)
        facts->last_harvest = day;
}

static bool note_input(struct work *work, struct pool_input *input, struct pooling *made)
{
    struct harvest harvest = {0};
    if (!view_need(work, &harvest_table, "inputs.harvest", input->harvest, &harvest) ||
        !operation_at_site(work, "inputs.harvest", harvest.site, "harvest"))
        return false;
    input->particles_per_ml = harvest.particles_per_ml;
    input->particles = derived_particles(work->arena, input->volume_ul, input->particles_per_ml);
    note_harvest(work, &harvest, made);
    return true;
}

/* What is frozen is there, and cannot be poured. */
static bool check_thawed(struct work *work, const struct draw *draw)
{
    int64_t frozen_ul = 0;
    int64_t drawn_ul = 0;
    if (!bottle_frozen(work, draw->code, &frozen_ul) ||
        !step_drawn(work, link_name(work->arena, draw->kind, draw->code), &drawn_ul))
        return false;
    return draw->taken_ul <= draw->made_ul - drawn_ul - frozen_ul ||
           refuse(&work->fault, FAULT_RULE, "inputs.volume_ul", draw->rule,
                  "Of the harvest %s, %lld uL are frozen in bottles and %lld uL are not; thaw the "
                  "bottles first or correct the volume.",
                  draw->code, (long long)frozen_ul,
                  (long long)(draw->made_ul - drawn_ul - frozen_ul));
}

static bool check_input(struct work *work, const struct pool_input *input, struct text *donors)
{
    struct harvest harvest = {0};
    if (!view_need(work, &harvest_table, "inputs.harvest", input->harvest, &harvest) ||
        !step_unheld(work, "inputs.harvest", "harvest", input->harvest))
        return false;
    const struct draw draw = {"harvest", input->harvest, harvest.volume_ul, input->volume_ul,
                              "MF-03.drawn/1"};
    return step_left(work, "inputs.volume_ul", &draw) && check_thawed(work, &draw) &&
           step_donors(work, link_name(work->arena, "harvest", input->harvest), donors);
}

static bool check_volumes(struct work *work, const struct pooling *made)
{
    if (made->input_ul != made->volume_ul + made->loss_ul)
        return refuse(&work->fault, FAULT_RULE, "volume_ul", "MF-03.balance/1",
                      "The inputs sum up to %lld uL, and volume and loss to %lld uL; name the "
                      "difference.",
                      (long long)made->input_ul, (long long)(made->volume_ul + made->loss_ul));
    return made->sampled_ul < made->volume_ul ||
           fail(&work->fault, FAULT_INPUT, "samples",
                "The samples leave nothing of the pool; correct their volumes.");
}

static bool check_joining(struct work *work, struct pooling *made)
{
    made->joining.tissue = made->tissue;
    if (!setting_count(work, "production_period_days", &made->joining.production_period_days))
        return false;
    joining_judge(work->arena, &made->joining, &made->findings);
    return findings_allow(work->arena, &work->fault, "inputs.harvest", &made->findings,
                          "The harvests cannot be joined");
}

static struct real sum_particles(struct arena *arena, const struct rows *inputs)
{
    double sum = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        const struct pool_input *input = &ROWS(*inputs, const struct pool_input)[i];
        if (!input->particles.text)
            return (struct real){0};
        sum += input->particles.value;
    }
    return real_of(arena, sum);
}

static void judge_both(struct arena *arena, const struct pooling *made, struct rows *findings)
{
    struct rows closure;
    joining_judge(arena, &made->joining, findings);
    closure_judge(arena, &made->closure, &closure);
    struct finding *both =
        arena_take(arena, (findings->count + closure.count) * sizeof(struct finding));
    memcpy(both, findings->items, findings->count * sizeof *both);
    memcpy(both + findings->count, closure.items, closure.count * sizeof *both);
    *findings = (struct rows){findings->count + closure.count, both};
}

static bool derive(struct work *work, struct pooling *made)
{
    struct arena *arena = work->arena;
    struct closure_facts *facts = &made->closure;
    struct derivations list = derivations_open(arena);
    if (!setting_real(work, "pool_closure_most_percent", &facts->closure_most_percent))
        return false;
    facts->particles_in = sum_particles(arena, &made->inputs);
    facts->particles = derived_particles(arena, made->volume_ul, made->particles_per_ml);
    made->closure_percent = derived_percent(
        arena, derived_less(arena, facts->particles_in, facts->particles), facts->particles_in);
    const struct derived rows[] = {
        {"particles_in", facts->particles_in, .unit = "particles",
         .formula = "particle_sum/1: sum of volume_ul / 1000 * particles_per_ml over the inputs"},
        {"particles", facts->particles, .unit = "particles",
         .formula = "particles/1: volume_ul / 1000 * particles_per_ml"},
        {"closure_percent", made->closure_percent, .unit = "%",
         .formula = "pool_closure/1: 100 * (particles_in - particles) / particles_in"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        derivations_add(&list, &rows[i]);
    made->derived = list.rows;
    judge_both(arena, made, &made->findings);
    return step_judged(work, "particles_per_ml", &made->findings, &made->unmet);
}

static bool note_inputs(struct work *work, struct pooling *made)
{
    struct pool_input *inputs = arena_take(work->arena, made->inputs.count * sizeof *inputs);
    memcpy(inputs, made->inputs.items, made->inputs.count * sizeof *inputs);
    made->inputs.items = inputs;
    made->sampled_ul = step_sampled(&made->samples);
    for (size_t i = 0; i < made->inputs.count; i++) {
        for (size_t j = 0; j < i; j++)
            if (text_equals(inputs[i].harvest, inputs[j].harvest))
                return fail(&work->fault, FAULT_INPUT, "inputs.harvest",
                            "The harvest %s stands twice; give it once with the whole volume.",
                            inputs[i].harvest);
        if (!note_input(work, &inputs[i], made))
            return false;
        made->input_ul += inputs[i].volume_ul;
    }
    return true;
}

static bool make_judge(struct work *work, const void *input, void *body)
{
    struct pooling *made = body;
    struct specification specification = {0};
    struct text donors = text_open(work->arena);
    *made = *(const struct pooling *)input;
    if (!view_free(work, &pool_table, "code", made->code) ||
        !specification_need(work, "specification", made->specification, &specification) ||
        !note_inputs(work, made))
        return false;
    made->tissue = specification.tissue;
    if (!check_joining(work, made))
        return false;
    for (size_t i = 0; i < made->inputs.count; i++)
        if (!check_input(work, &ROWS(made->inputs, const struct pool_input)[i], &donors))
            return false;
    made->donors = donors.length ? donors.bytes : NULL;
    made->pool_of_donors = donors.length && strchr(donors.bytes, ' ');
    return check_volumes(work, made) && derive(work, made);
}

static bool make_signed_on(struct work *work, const void *input, void *body)
{
    const struct pooling *given = input;
    return make_judge(work, input, body) && gate_open(work, "equipment", given->equipment);
}

static bool make_again(struct work *work, const void *body, struct rows *findings)
{
    judge_both(work->arena, body, findings);
    return true;
}

static bool make_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct pooling *given = body;
    const struct pool row = {.code = given->code,
                             .site = entry->site,
                             .specification = given->specification,
                             .tissue = given->tissue,
                             .donors = given->donors,
                             .pool_of_donors = given->pool_of_donors,
                             .input_ul = given->input_ul,
                             .loss_ul = given->loss_ul,
                             .volume_ul = given->volume_ul,
                             .sampled_ul = given->sampled_ul,
                             .particles_per_ml = given->particles_per_ml,
                             .particles_in = given->closure.particles_in,
                             .particles = given->closure.particles,
                             .closure_percent = given->closure_percent,
                             .unmet = given->unmet,
                             .entry = entry->seq};
    for (size_t i = 0; i < given->inputs.count; i++) {
        const struct pool_input *input = &ROWS(given->inputs, const struct pool_input)[i];
        const struct link link = {.child = link_name(work->arena, "pool", given->code),
                                  .parent = link_name(work->arena, "harvest", input->harvest),
                                  .amount = input->volume_ul,
                                  .unit = "uL",
                                  .entry = entry->seq};
        if (!link_tie(work, &link))
            return false;
    }
    return view_put(work, &pool_table, &row);
}

struct pool_shown {
    struct pool pool;
    int64_t fed_ul;
    int64_t remaining_ul;
};
static const struct field shown_fields[] = {
    FIELD(struct pool_shown, pool, .of = &pool_schema, .help = "The pool"),
    FIELD(struct pool_shown, fed_ul, .help = "Fed to membrane steps so far", .unit = "uL"),
    FIELD(struct pool_shown, remaining_ul, .help = "Left of it", .unit = "uL"),
};
static const struct schema shown_schema = SCHEMA("pool_shown", struct pool_shown, shown_fields);

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct code_key *key = input;
    struct pool_shown *shown = row;
    if (!view_need(work, &pool_table, "code", key->code, &shown->pool) ||
        !step_drawn(work, link_name(work->arena, "pool", key->code), &shown->fed_ul))
        return false;
    shown->remaining_ul = shown->pool.volume_ul - shown->pool.sampled_ul - shown->fed_ul;
    return true;
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &pool_table, page->after, page_limit(page), rows);
}

const struct operation pool_operations[POOL_OPERATIONS] = {
    {.name = "pool.make",
     .method = "POST",
     .path = "/pools",
     .summary = "Join harvests of the specified source tissue; inputs equal volume and loss.",
     .permission = PERMIT_PRODUCTION_WRITE,
     .effect = RECORDS,
     .input = &pooling_input,
     .output = &made_schema,
     .subject = "code",
     .judge = make_signed_on,
     .apply = make_apply,
     .judge_again = make_again},
    {.name = "pool.show",
     .method = "GET",
     .path = "/pools/{code}",
     .summary = "Show one pool and what is left of it.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &code_key_schema,
     .output = &shown_schema,
     .read = show_read},
    {.name = "pool.list",
     .method = "GET",
     .path = "/pools",
     .summary = "List the pools.",
     .permission = PERMIT_PRODUCTION_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &pool_schema,
     .list = list_read},
};
