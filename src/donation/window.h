/* window.h: which agents could still hide in a donor, and from when can a sample rule them out?
 * The interval of every agent is signed data; the verdicts are pure. */
#ifndef DONATION_WINDOW_H
#define DONATION_WINDOW_H

#include "contract/operation.h"

/* One agent of the signed panel, and how late after recovery it was tested in full. */
struct window {
    const char *agent;              /* as HBV */
    const char *markers;            /* of the panel, separated by blanks */
    struct count retest_after_days; /* signed, from recovery */
    struct date retest_from;        /* first day on which a sample can close it */
    struct count tested_after_days; /* from recovery to the newest sample that answers it */
};

extern const struct schema window_schema;

/* The agents of the signed panel with their intervals; no panel, no agents. recovered_on may be
 * unknown. */
MUST_USE bool window_gather(struct work *work, struct date recovered_on, struct rows *windows);

/* Markers of the panel that are not among the answered ones: words, or "none"; NULL without a
 * panel. */
MUST_USE bool window_missing(struct work *work, const char *answered, const char **missing);

/* A sample that was drawn so many days after recovery answered these markers. */
void window_note(struct arena *arena, struct rows *windows, int64_t after_days,
                 const char *answered);

enum verdict window_judge_one(const struct window *window);
/* Met only when every agent is ruled out, and there is one. */
enum verdict window_judge(const struct rows *windows);

/* Agents whose interval had not passed so many days after recovery: words, or "none". */
const char *window_open_agents(struct arena *arena, const struct rows *windows, int64_t after_days);
/* The latest first day over all agents; unknown where one of them is. */
struct date window_retest_from(const struct rows *windows);
/* Which agents are open, and from when each can be tested again, in words. */
const char *window_tell(struct arena *arena, const struct rows *windows);
const char *window_tell_limit(struct arena *arena, const struct rows *windows);

#endif
