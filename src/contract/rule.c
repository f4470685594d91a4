/* rule.c: lists of findings, and what they add up to. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/rule.h"

#include <string.h>

static const struct field finding_fields[] = {
    FIELD(struct finding, rule, .help = "Requirement, word and version of the rule"),
    FIELD(struct finding, verdict, .help = "met, not_met or unknown; only met passes"),
    FIELD(struct finding, fact, .help = "What was found"),
    FIELD(struct finding, limit, .help = "What was asked for"),
};
const struct schema finding_schema = SCHEMA("finding", struct finding, finding_fields);

const char *verdict_word(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_MET:
        return "met";
    case VERDICT_NOT_MET:
        return "not_met";
    case VERDICT_UNKNOWN:
        break;
    }
    return "unknown";
}

enum verdict verdict_of(bool known, bool good)
{
    if (!known)
        return VERDICT_UNKNOWN;
    return good ? VERDICT_MET : VERDICT_NOT_MET;
}

enum verdict verdict_both(enum verdict one, enum verdict other)
{
    if (one == VERDICT_NOT_MET || other == VERDICT_NOT_MET)
        return VERDICT_NOT_MET;
    return one == VERDICT_MET ? other : one;
}

const char *finding_word(const char *text)
{
    return text ? text : "not known";
}

struct findings findings_open(struct arena *arena)
{
    return (struct findings){.arena = arena};
}

void findings_add(struct findings *findings, const char *rule, enum verdict verdict,
                  const char *limit, const char *format, ...)
{
    va_list list;
    if (findings->rows.count == findings->room) {
        findings->room = findings->room ? 2 * findings->room : 16;
        struct finding *moved = arena_take(findings->arena, findings->room * sizeof *moved);
        if (findings->rows.count)
            memcpy(moved, findings->rows.items, findings->rows.count * sizeof *moved);
        findings->rows.items = moved;
    }
    va_start(list, format);
    ROWS(findings->rows, struct finding)
    [findings->rows.count++] = (struct finding){
        .rule = rule,
        .verdict = verdict_word(verdict),
        .fact = arena_print_list(findings->arena, format, list),
        .limit = arena_copy(findings->arena, limit),
    };
    va_end(list);
}

static bool is_met(const struct finding *finding)
{
    return text_equals(finding->verdict, "met");
}

bool findings_all_met(const struct rows *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        if (!is_met(&ROWS(*findings, const struct finding)[i]))
            return false;
    return findings->count > 0;
}

const char *findings_unmet(struct arena *arena, const struct rows *findings)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &ROWS(*findings, const struct finding)[i];
        if (!is_met(finding) && !strstr(text.bytes, finding->rule))
            text_print(&text, "%s%s", text.length ? " " : "", finding->rule);
    }
    return text.bytes;
}

const char *findings_tell(struct arena *arena, const struct rows *findings)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &ROWS(*findings, const struct finding)[i];
        if (!is_met(finding))
            text_print(&text, "%s%s: %s (asked: %s)", text.length ? "; " : "", finding->rule,
                       finding->fact, finding->limit ? finding->limit : "yes");
    }
    return text.bytes;
}

bool findings_equal(const struct rows *one, const struct rows *other)
{
    if (one->count != other->count)
        return false;
    for (size_t i = 0; i < one->count; i++) {
        const struct finding *a = &ROWS(*one, const struct finding)[i];
        const struct finding *b = &ROWS(*other, const struct finding)[i];
        if (!text_equals(a->rule, b->rule) || !text_equals(a->verdict, b->verdict))
            return false;
    }
    return true;
}

bool findings_allow(struct arena *arena, struct fault *fault, const char *field,
                    const struct rows *findings, const char *what)
{
    if (findings_all_met(findings))
        return true;
    return refuse(fault, FAULT_RULE, field, findings_unmet(arena, findings), "%s: %s.", what,
                  findings_tell(arena, findings));
}
