/* deviation_close.c: assessed with cause and action; closed when every clinic concerned was told.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/deviation_close.h"

#include "manufacture/step.h"

struct assessing {
    const char *deviation;
    const char *effect;
    const char *cause;
    const char *action;
    const char *owner;
    struct date due_on;
    struct date check_on;
    struct date report_on;
};
static const struct field assess_fields[] = {
    FIELD(struct assessing, deviation, .required = true, .code = true, .longest = 24,
          .help = "Deviation"),
    FIELD(struct assessing, effect, .required = true, .longest = 1000, .prose = true,
          .help = "Effect on the product and on those who received it"),
    FIELD(struct assessing, cause, .required = true, .longest = 1000, .prose = true,
          .help = "Cause, as far as it is known"),
    FIELD(struct assessing, action, .required = true, .longest = 1000, .prose = true,
          .help = "What is done, and so that it does not happen again"),
    FIELD(struct assessing, owner, .required = true, .code = true, .longest = 24,
          .help = "Account that carries the action"),
    FIELD(struct assessing, due_on, .required = true, .help = "When the action is due"),
    FIELD(struct assessing, check_on, .required = true,
          .help = "When it is checked whether the action worked"),
    FIELD(struct assessing, report_on,
          .help = "Day of the written report to the site manager, needed for a critical one"),
};
const struct schema deviation_assess_schema =
    SCHEMA("deviation_assess", struct assessing, assess_fields);

static bool need_open(struct work *work, const char *code, struct deviation *deviation)
{
    if (!view_need(work, &deviation_table, "deviation", code, deviation))
        return false;
    return !text_equals(deviation->status, "closed") ||
           fail(&work->fault, FAULT_CONFLICT, "deviation",
                "Deviation %s is closed already; record a new one for what was found since.", code);
}

bool deviation_assess_judge(struct work *work, const void *input, void *body)
{
    const struct assessing *given = input;
    struct deviation deviation = {0};
    *(struct assessing *)body = *given;
    return need_open(work, given->deviation, &deviation) &&
           (!given->report_on.text || step_day(work, "report_on", &given->report_on));
}

bool deviation_assess_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct assessing *given = body;
    struct deviation row = {0};
    if (!view_need(work, &deviation_table, "deviation", given->deviation, &row))
        return false;
    row.status = "assessed";
    row.report_on = given->report_on;
    row.assessed_entry = entry->seq;
    return view_put(work, &deviation_table, &row);
}

static const struct field facts_fields[] = {
    FIELD(struct deviation_facts, class, .help = "minor, major or critical"),
    FIELD(struct deviation_facts, assessed, .help = "The effect was assessed"),
    FIELD(struct deviation_facts, untold, .help = "Clinics concerned that were not told"),
    FIELD(struct deviation_facts, report_on, .help = "Written report to the site manager"),
};
static const struct schema facts_schema =
    SCHEMA("deviation_facts", struct deviation_facts, facts_fields);

struct closing {
    const char *deviation;
    const char *conclusion;
    struct deviation_facts facts;
    struct rows findings;
    struct rows used;
};
static const struct field close_fields[] = {
    FIELD(struct closing, deviation, .required = true, .code = true, .longest = 24,
          .help = "Deviation"),
    FIELD(struct closing, conclusion, .required = true, .longest = 1000, .prose = true,
          .help = "What became of it"),
};
const struct schema deviation_close_schema =
    SCHEMA("deviation_close", struct closing, close_fields);
static const struct field closed_fields[] = {
    FIELD(struct closing, deviation, .help = "Deviation"),
    FIELD(struct closing, conclusion, .help = "What became of it"),
    FIELD(struct closing, facts, .of = &facts_schema, .help = "What was known"),
    FIELD(struct closing, findings, .of = &finding_schema, .help = "One per rule"),
    FIELD(struct closing, used, .of = &use_schema, .help = "Entries it rests on"),
};
const struct schema deviation_closed_schema =
    SCHEMA("deviation_closed", struct closing, closed_fields);

static bool has_notice(const struct rows *notices, const char *site)
{
    for (size_t i = 0; i < notices->count; i++)
        if (text_equals(ROWS(*notices, const struct deviation_notice)[i].site, site))
            return true;
    return false;
}

/* The clinics of the day it was recorded and of today: vials may have moved on since. */
bool deviation_untold(struct work *work, const struct deviation *deviation, struct rows *notices,
                      const char **untold)
{
    const char *today = NULL;
    size_t count = 0;
    if (!deviation_clinics(work, deviation->about, deviation->lot, &today) ||
        !view_list(work, &deviation_notice_table, "deviation", value_text(deviation->code),
                   notices))
        return false;
    const char *words = arena_print(work->arena, "%s %s", deviation->clinics, today);
    const char **clinics = text_split(work->arena, words, ' ', &count);
    struct text text = text_open(work->arena);
    text_add(&text, "");
    for (size_t i = 0; i < count; i++)
        if (!has_notice(notices, clinics[i]) && !text_has_word(text.bytes, clinics[i]))
            text_print(&text, "%s%s", text.length ? " " : "", clinics[i]);
    *untold = text.bytes;
    return true;
}

static bool count_untold(struct work *work, const struct deviation *deviation,
                         struct closing *closing)
{
    struct rows notices;
    const char *untold = NULL;
    size_t count = 0;
    if (!deviation_untold(work, deviation, &notices, &untold))
        return false;
    (void)text_split(work->arena, untold, ' ', &count);
    closing->facts.untold = (struct count){true, (int64_t)count};
    struct use *uses = arena_take(work->arena, (notices.count + 2) * sizeof *uses);
    closing->used = (struct rows){1, uses};
    uses[0].entry = deviation->entry;
    if (deviation->assessed_entry)
        uses[closing->used.count++].entry = deviation->assessed_entry;
    for (size_t i = 0; i < notices.count; i++)
        uses[closing->used.count++].entry = ROWS(notices, const struct deviation_notice)[i].entry;
    return true;
}

bool deviation_close_judge(struct work *work, const void *input, void *body)
{
    struct closing *closing = body;
    struct deviation deviation = {0};
    *closing = *(const struct closing *)input;
    if (!need_open(work, closing->deviation, &deviation))
        return false;
    closing->facts = (struct deviation_facts){.class = deviation.class,
                                              .assessed = deviation.assessed_entry > 0,
                                              .report_on = deviation.report_on};
    if (!count_untold(work, &deviation, closing))
        return false;
    deviation_judge(work->arena, &closing->facts, &closing->findings);
    return findings_allow(work->arena, &work->fault, "deviation", &closing->findings,
                          "This deviation cannot be closed yet");
}

bool deviation_close_again(struct work *work, const void *body, struct rows *findings)
{
    const struct closing *closing = body;
    deviation_judge(work->arena, &closing->facts, findings);
    return true;
}

bool deviation_close_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct closing *closing = body;
    struct deviation row = {0};
    if (!view_need(work, &deviation_table, "deviation", closing->deviation, &row))
        return false;
    row.status = "closed";
    row.closed_entry = entry->seq;
    return view_put(work, &deviation_table, &row);
}
