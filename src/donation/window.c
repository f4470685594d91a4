/* window.c: the window of each agent, counted from recovery. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "donation/window.h"

#include "base/time.h"
#include "contract/setting.h"

#include <string.h>

static const struct field window_fields[] = {
    FIELD(struct window, agent, .help = "Agent of the signed panel"),
    FIELD(struct window, markers, .help = "Its markers"),
    FIELD(struct window, retest_after_days, .unit = "days", .help = "Signed interval"),
    FIELD(struct window, retest_from, .help = "First day on which a sample can close it"),
    FIELD(struct window, tested_after_days, .unit = "days",
          .help = "From recovery to the newest sample that answers all its markers"),
};
const struct schema window_schema = SCHEMA("window", struct window, window_fields);

/* marker:agent of the panel, cut in two; a marker without an agent stands for itself. */
static const char *cut_agent(struct arena *arena, const char *word, const char **marker)
{
    const char *colon = strchr(word, ':');
    *marker = colon ? arena_text(arena, word, (size_t)(colon - word)) : word;
    return colon ? colon + 1 : word;
}

static struct window *find_agent(const struct rows *windows, const char *agent)
{
    for (size_t i = 0; i < windows->count; i++)
        if (text_equals(ROWS(*windows, struct window)[i].agent, agent))
            return &ROWS(*windows, struct window)[i];
    return NULL;
}

static bool fill_agent(struct work *work, const char *agent, struct date recovered_on,
                       struct window *window)
{
    int64_t day = 0;
    *window = (struct window){.agent = agent};
    const char *key = arena_print(work->arena, "retest_after_days.%s", agent);
    if (!setting_count(work, key, &window->retest_after_days))
        return false;
    if (window->retest_after_days.known && date_parse(recovered_on.text, &day))
        window->retest_from.text = date_print(work->arena, day + window->retest_after_days.value);
    return true;
}

bool window_gather(struct work *work, struct date recovered_on, struct rows *windows)
{
    const char *panel = NULL;
    size_t count = 0;
    if (!setting_text(work, "donor_panel", &panel))
        return false;
    const char **words = text_split(work->arena, panel ? panel : "", ' ', &count);
    *windows = (struct rows){0, arena_take(work->arena, (count + 1) * sizeof(struct window))};
    for (size_t i = 0; i < count; i++) {
        const char *marker = NULL;
        const char *agent = cut_agent(work->arena, words[i], &marker);
        struct window *window = find_agent(windows, agent);
        if (!window) {
            window = &ROWS(*windows, struct window)[windows->count++];
            if (!fill_agent(work, agent, recovered_on, window))
                return false;
        }
        window->markers =
            window->markers ? arena_print(work->arena, "%s %s", window->markers, marker) : marker;
    }
    return true;
}

bool window_missing(struct work *work, const char *answered, const char **missing)
{
    const char *panel = NULL;
    size_t count = 0;
    struct text text = text_open(work->arena);
    *missing = NULL;
    if (!setting_text(work, "donor_panel", &panel))
        return false;
    const char **words = text_split(work->arena, panel ? panel : "", ' ', &count);
    for (size_t i = 0; i < count; i++) {
        const char *marker = NULL;
        cut_agent(work->arena, words[i], &marker);
        if (!text_has_word(answered, marker))
            text_print(&text, "%s%s", text.length ? " " : "", marker);
    }
    if (count)
        *missing = text.length ? text.bytes : "none";
    return true;
}

static bool has_words(struct arena *arena, const char *list, const char *wanted)
{
    size_t count = 0;
    const char **words = text_split(arena, wanted, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (!text_has_word(list, words[i]))
            return false;
    return true;
}

void window_note(struct arena *arena, struct rows *windows, int64_t after_days,
                 const char *answered)
{
    for (size_t i = 0; i < windows->count; i++) {
        struct window *window = &ROWS(*windows, struct window)[i];
        struct count *newest = &window->tested_after_days;
        if (has_words(arena, answered, window->markers) &&
            (!newest->known || after_days > newest->value))
            *newest = (struct count){true, after_days};
    }
}

enum verdict window_judge_one(const struct window *window)
{
    return verdict_of(window->retest_after_days.known && window->tested_after_days.known,
                      window->tested_after_days.value >= window->retest_after_days.value);
}

enum verdict window_judge(const struct rows *windows)
{
    enum verdict whole = windows->count ? VERDICT_MET : VERDICT_UNKNOWN;
    for (size_t i = 0; i < windows->count; i++) {
        enum verdict one = window_judge_one(&ROWS(*windows, const struct window)[i]);
        if (one == VERDICT_NOT_MET)
            return one;
        if (one == VERDICT_UNKNOWN)
            whole = one;
    }
    return whole;
}

const char *window_open_agents(struct arena *arena, const struct rows *windows, int64_t after_days)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < windows->count; i++) {
        const struct window *window = &ROWS(*windows, const struct window)[i];
        if (!window->retest_after_days.known || after_days < window->retest_after_days.value)
            text_print(&text, "%s%s", text.length ? " " : "", window->agent);
    }
    return text.length ? text.bytes : "none";
}

struct date window_retest_from(const struct rows *windows)
{
    struct date latest = {0};
    for (size_t i = 0; i < windows->count; i++) {
        const struct window *window = &ROWS(*windows, const struct window)[i];
        if (!window->retest_from.text)
            return (struct date){0};
        if (!latest.text || strcmp(window->retest_from.text, latest.text) > 0)
            latest = window->retest_from;
    }
    return latest;
}

static bool is_open_from(const struct window *window, struct date from)
{
    return window_judge_one(window) != VERDICT_MET &&
           (text_equals(window->retest_from.text, from.text) ||
            (!window->retest_from.text && !from.text));
}

static void tell_from(struct text *text, const struct rows *windows, size_t first)
{
    const struct window *rows = ROWS(*windows, const struct window);
    struct date from = rows[first].retest_from;
    text_print(text, "%sopen:", text->length ? "; " : "");
    for (size_t i = first; i < windows->count; i++)
        if (is_open_from(&rows[i], from))
            text_print(text, " %s", rows[i].agent);
    text_print(text, ", re-test possible from %s", from.text ? from.text : "an unknown day");
}

static bool is_told(const struct rows *windows, size_t at)
{
    const struct window *rows = ROWS(*windows, const struct window);
    bool told = window_judge_one(&rows[at]) == VERDICT_MET;
    for (size_t i = 0; i < at && !told; i++)
        told = is_open_from(&rows[i], rows[at].retest_from);
    return told;
}

/* Agents that open on the same day stand together. */
const char *window_tell(struct arena *arena, const struct rows *windows)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < windows->count; i++)
        if (!is_told(windows, i))
            tell_from(&text, windows, i);
    if (!windows->count)
        return "no panel is signed";
    return text.length ? text.bytes : "every agent was tested late enough";
}

const char *window_tell_limit(struct arena *arena, const struct rows *windows)
{
    struct text text = text_open(arena);
    for (size_t i = 0; i < windows->count; i++) {
        const struct window *window = &ROWS(*windows, const struct window)[i];
        text_print(&text, "%s%s ", text.length ? ", " : "", window->agent);
        if (window->retest_after_days.known)
            text_print(&text, "%lld days", (long long)window->retest_after_days.value);
        else
            text_add(&text, "not signed");
    }
    return text.length ? text.bytes : "a signed panel";
}
