/* event.h: what happened to a patient, by when must it be reported, and what does it stop? */
#ifndef VIGILANCE_EVENT_H
#define VIGILANCE_EVENT_H

#include "contract/operation.h"

struct event {
    const char *code;
    const char *patient;
    const char *dose; /* or NULL: not known which */
    const char *site;
    const char *verbatim; /* personal */
    struct instant onset_at;
    struct instant known_at; /* day 0 of the clock */
    int64_t grade;
    const char *seriousness;
    bool suspected_infection;
    struct date due_on; /* unknown: no clock of days runs, or none is signed */
    bool holds;         /* its lots are held */
    bool stops;         /* the patient's plans are stopped */
    int64_t entry;
};

struct event_facts {
    int64_t grade;
    const char *seriousness; /* none, hospitalisation, life_threatening, death, disability, other */
    bool suspected_infection;
    struct count death_days;   /* signed clock: death, or what may lead to it */
    struct count serious_days; /* signed clock: every other serious case */
    struct count hold_grade;   /* signed: from here lots are held */
    struct count stop_grade;   /* signed: from here plans are stopped */
};

extern const struct table event_table;
extern const struct rule event_rules[];
extern const struct operation event_operations[];
enum { EVENT_OPERATIONS = 3, EVENT_RULES = 2 };

/* Pure. Days of the clock from the day of knowledge; unknown where none runs or none is signed. */
struct count event_clock(const struct event_facts *facts);
/* One finding per question: does a clock name its day, may the lots stay in use, may the plans go
 * on? Only met lets them. */
void event_judge(struct arena *arena, const struct event_facts *facts, struct rows *findings);
enum verdict event_spares_lots(const struct event_facts *facts);
enum verdict event_spares_plans(const struct event_facts *facts);

/* The lots of an event that stops them are held, everywhere (AE-05). */
MUST_USE bool event_follow(struct work *work, const struct entry *entry, const void *body,
                           struct rows *inputs);

#endif
