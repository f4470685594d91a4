/* microbe.c: the microbial test of received tissue, or why it was left out. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/microbe.h"

#include "donation/collection.h"
#include "donation/donor.h"

static const char *const outcomes[] = {"not_detected", "detected", "not_done", NULL};

struct microbes {
    const char *tissue;
    const char *outcome;
    struct date tested_on;
    const char *method;
    const char *why;
};
static const struct field fields[] = {
    FIELD(struct microbes, tissue, .required = true, .code = true, .longest = 24,
          .help = "Code of the tissue"),
    FIELD(struct microbes, outcome, .required = true, .choices = outcomes, .help = "Outcome"),
    FIELD(struct microbes, tested_on, .required = true, .help = "Day of the result"),
    FIELD(struct microbes, method, .help = "Method"),
    FIELD(struct microbes, why, .longest = 400, .help = "Why it was not done"),
};
static const struct schema schema = SCHEMA("microbes", struct microbes, fields);

static bool record_judge(struct work *work, const void *input, void *body)
{
    const struct microbes *given = input;
    struct collection tissue = {0};
    bool done = !text_equals(given->outcome, "not_done");
    *(struct microbes *)body = *given;
    if (!view_need(work, &collection_table, "tissue", given->tissue, &tissue) ||
        !operation_at_site(work, "tissue", tissue.site, "tissue") ||
        !donor_check_day(work, "tested_on", given->tested_on))
        return false;
    if (done && !given->method)
        return fail(&work->fault, FAULT_INPUT, "method", "Say in method how it was tested.");
    if (!done && !given->why)
        return fail(&work->fault, FAULT_INPUT, "why", "Say in why the test was left out.");
    bool stands = tissue.microbes && !text_equals(tissue.microbes, "not_done") &&
                  tissue.microbes_entry != work->amends;
    return !stands ||
           fail(&work->fault, FAULT_CONFLICT, "outcome",
                "The tissue %s has a result already; correct that entry.", given->tissue);
}

static bool put(struct work *work, int64_t entry, const char *code, const char *outcome)
{
    struct collection tissue = {0};
    if (!view_need(work, &collection_table, "tissue", code, &tissue))
        return false;
    tissue.microbes = outcome;
    tissue.microbes_entry = entry;
    return view_put(work, &collection_table, &tissue);
}

static bool record_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct microbes *given = body;
    return put(work, entry->seq, given->tissue, given->outcome);
}

static bool record_retract(struct work *work, const struct entry *entry, const void *body)
{
    const struct microbes *given = body;
    (void)entry;
    return put(work, 0, given->tissue, NULL);
}

const struct operation microbe_operations[MICROBE_OPERATIONS] = {
    {.name = "microbe.record",
     .method = "POST",
     .path = "/collections/{tissue}/microbes",
     .summary = "Record the microbial test of received tissue, or why it was left out.",
     .permission = PERMIT_SCREENING_WRITE,
     .effect = RECORDS,
     .input = &schema,
     .output = &schema,
     .subject = "tissue",
     .judge = record_judge,
     .apply = record_apply,
     .retract = record_retract},
};
