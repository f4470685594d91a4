/* release.h: may this lot leave quarantine? The rules are pure: no clock, no database. */
#ifndef QUALITY_RELEASE_H
#define QUALITY_RELEASE_H

#include "contract/operation.h"
#include "quality/reserve.h"

/* One limit of the specification and the result that stands. */
struct release_test {
    const char *attribute;
    const char *verdict; /* met, not_met, unknown; NULL: no result that stands */
    const char *interim; /* assay that was read before its end, where nothing stands yet */
    const char *demand;  /* what the limit demands of the measurement, where nothing stands yet */
};

struct release_donor {
    const char *donor;
    const char *decision; /* eligible, ineligible; NULL: not signed */
};

/* One figure of the process, beside the results on the screen of release (MF-21). */
struct release_figure {
    const char *name;
    struct real value;
    struct real uncertainty; /* k = 1 */
};

/* What is known about a lot when its release is judged. Codes are separated by blanks; "none" is
 * known to be none, NULL is not known. */
struct release_facts {
    const char *kind;     /* product or vehicle; a vehicle has no donor and no reserve */
    const char *report;   /* received, or NULL */
    struct rows tests;    /* struct release_test, one per limit */
    struct rows donors;   /* struct release_donor */
    struct count holds;   /* open ones, of the lot and of all that it came from */
    const char *makers;   /* accounts separated by blanks; NULL or "": not known */
    const char *releaser; /* account; NULL: nobody */
    struct date today;
    struct date expires_on;         /* last usable day */
    const char *oos;                /* investigations of results that are not closed */
    const char *deviations;         /* critical ones that are not closed */
    const char *environment;        /* sessions that were not read */
    const char *environment_failed; /* sessions beyond a limit */
    const char *inspected;          /* inspected, or NULL */
    const char *labels;             /* reconciled, or NULL */
    struct reserve_facts reserve;
    struct rows figures; /* struct release_figure */
};

extern const struct schema release_facts_schema;
extern const struct rule release_rules[];
extern const struct operation release_operations[];
enum { RELEASE_OPERATIONS = 4, RELEASE_JUDGED = 12, RELEASE_RULES = 12 };

/* One finding for each rule that is judged. */
void release_judge(struct arena *arena, const struct release_facts *facts, struct rows *findings);

/* What is missing, one finding for each thing: every test, every donor, every open code. */
void release_missing(struct arena *arena, const struct release_facts *facts, struct rows *missing);

/* Whether the releaser is one of the makers: then the release is not his or hers to sign. */
bool release_is_own(const struct release_facts *facts);

/* Whose release it would be, and on which day. */
struct release_question {
    const char *lot;
    const char *releaser;
    const char *today; /* YYYY-MM-DD */
};
/* The facts as they are recorded now, and the entries they rest on. */
MUST_USE bool release_gather(struct work *work, const struct release_question *question,
                             struct release_facts *facts, struct rows *used);

/* The certificate of a release. */
MUST_USE bool release_follow(struct work *work, const struct entry *entry, const void *body,
                             struct rows *inputs);

#endif
