/* today_finding.h: what the parts that look for waiting things share. */
#ifndef VIGILANCE_TODAY_FINDING_H
#define VIGILANCE_TODAY_FINDING_H

#include "vigilance/today.h"

struct today {
    struct work *work;
    const char *site; /* where the actor stands */
    const char *on;   /* YYYY-MM-DD, in the actor's zone */
    int64_t day;      /* the same since 1970-01-01 */
    const char *soon; /* last day that is shown before it comes: signed, or today itself */
    struct rows rows; /* struct waiting */
    size_t room;
};

/* Whether the actor may do this at all: asked before anything is looked for. */
bool today_may(const struct today *today, const char *operation);
/* Adds what waits here. Nothing is added for who may not settle it. */
MUST_USE bool today_add(struct today *today, const struct waiting *waiting);
/* When an entry was recorded; unknown for none. */
MUST_USE bool today_since(struct today *today, int64_t entry, struct instant *since);
/* The date so many days later; NULL where the date is none. */
const char *today_later(struct today *today, const char *date, int64_t days);
/* Whether a day has come, or is near enough to be shown. An unknown day has not. */
bool today_is_near(const struct today *today, struct date day);
bool today_is_past(const struct today *today, struct date day);
/* A word of the record for a sentence: media_fill as media fill. */
const char *today_plain(struct today *today, const char *word);
const char *today_print(struct today *today, const char *format, ...) PRINTF_LIKE(2, 3);

MUST_USE bool today_find_donors(struct today *today);
MUST_USE bool today_find_samples(struct today *today);
MUST_USE bool today_find_banks(struct today *today);
MUST_USE bool today_find_lots(struct today *today);
MUST_USE bool today_find_investigations(struct today *today);
MUST_USE bool today_find_deviations(struct today *today);
MUST_USE bool today_find_plates(struct today *today);
MUST_USE bool today_find_pulls(struct today *today);
MUST_USE bool today_find_equipment(struct today *today);
MUST_USE bool today_find_operators(struct today *today);
MUST_USE bool today_find_shipments(struct today *today);
MUST_USE bool today_find_patients(struct today *today);
MUST_USE bool today_find_thaws(struct today *today);
MUST_USE bool today_find_events(struct today *today);
MUST_USE bool today_find_recalls(struct today *today);
MUST_USE bool today_find_holds(struct today *today);
MUST_USE bool today_find_accounts(struct today *today);

#endif
