/* limit.c: the three decision rules for a value and its uncertainty. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/limit.h"

#include <string.h>

static bool is_above(const struct specification_limit *limit, double value)
{
    if (!limit->high.text)
        return false;
    return limit->strict ? value >= limit->high.value : value > limit->high.value;
}

static bool is_below(const struct specification_limit *limit, double value)
{
    if (!limit->low.text)
        return false;
    return limit->strict ? value <= limit->low.value : value < limit->low.value;
}

static bool is_within(const struct specification_limit *limit, double value)
{
    return !is_below(limit, value) && !is_above(limit, value);
}

static enum verdict judge_interval(const struct specification_limit *limit, double least,
                                   double most)
{
    if (is_within(limit, least) && is_within(limit, most))
        return VERDICT_MET;
    if (text_equals(limit->decision_rule, "guarded") || is_below(limit, most) ||
        is_above(limit, least))
        return VERDICT_NOT_MET;
    return VERDICT_UNKNOWN;
}

/* Somewhere below loq: what is known is that it does not reach it. */
static enum verdict judge_below(const struct specification_limit *limit, double loq)
{
    if (limit->low.text)
        return loq <= limit->low.value ? VERDICT_NOT_MET : VERDICT_UNKNOWN;
    return verdict_of(loq <= limit->high.value, true);
}

static enum verdict judge_value(const struct specification_limit *limit,
                                const struct reading *reading)
{
    double value = reading->value.value;
    double uncertainty = reading->uncertainty.value;
    bool whole = text_equals(limit->decision_rule, "guarded") ||
                 text_equals(limit->decision_rule, "interval");
    if (!reading->value.text || (!limit->low.text && !limit->high.text))
        return VERDICT_UNKNOWN;
    if (reading->below.text)
        return judge_below(limit, reading->below.value);
    if (text_equals(limit->decision_rule, "simple"))
        return verdict_of(true, is_within(limit, value));
    if (!whole || !reading->uncertainty.text || uncertainty < 0)
        return VERDICT_UNKNOWN;
    return judge_interval(limit, value - uncertainty, value + uncertainty);
}

/* Growth stays growth whatever the controls say: they only take away what would pass. */
static bool is_controlled(const struct specification_limit *limit, const struct reading *reading)
{
    if (text_starts(limit->attribute, "sterility"))
        return text_equals(reading->controls, "passed");
    return !text_equals(reading->controls, "failed");
}

static bool is_among(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = words; at; at = strchr(at, ':')) {
        at += *at == ':';
        if (strncmp(at, word, length) == 0 && (at[length] == '\0' || at[length] == ':'))
            return true;
    }
    return false;
}

static enum verdict judge_outcome(const char *asked, const char *outcome)
{
    static const char allowed[] = "not_applicable_allowed";
    if (text_is_empty(outcome))
        return VERDICT_UNKNOWN;
    if (text_equals(outcome, "not_applicable"))
        return verdict_of(true, is_among(asked, allowed));
    if (text_equals(asked, allowed))
        return VERDICT_UNKNOWN;
    return verdict_of(true, !text_equals(outcome, allowed) && is_among(asked, outcome));
}

/* A video is measured on a calibrated instrument, so that it satisfies both demands. */
bool limit_is_measured_so(const struct specification_limit *limit, const struct reading *reading)
{
    const bool by_video = text_equals(reading->measured_by, "video");
    if (!limit->measured_by)
        return true;
    if (text_equals(limit->measured_by, "calibrated_instrument"))
        return by_video || text_equals(reading->measured_by, "calibrated_instrument");
    if (!text_equals(limit->measured_by, "video") || !by_video)
        return false;
    return text_equals(reading->worst_flag, "fine") ||
           (text_equals(reading->worst_flag, "warn") && text_equals(limit->flags_worst, "warn"));
}

enum verdict limit_judge(const struct specification_limit *limit, const struct reading *reading)
{
    enum verdict verdict = VERDICT_UNKNOWN;
    if (!limit->attribute)
        return VERDICT_UNKNOWN;
    if (limit->outcome)
        verdict = judge_outcome(limit->outcome, reading->outcome);
    else
        verdict = judge_value(limit, reading);
    const bool counts = is_controlled(limit, reading) && limit_is_measured_so(limit, reading);
    return verdict == VERDICT_MET && !counts ? VERDICT_UNKNOWN : verdict;
}
