/* oos.h: a result outside of its limit: what was found, retested and decided? */
#ifndef QUALITY_OOS_H
#define QUALITY_OOS_H

#include "contract/operation.h"
#include "manufacture/product.h"

/* One investigation. Members are filled as it goes on; status says how far it is. */
struct oos {
    const char *code;
    const char *lot;
    const char *site;
    const char *attribute;
    const char *assay; /* whose first value it is */
    int64_t result_entry;
    struct real value; /* the first value, for ever */
    const char *outcome;
    const char *unit;
    const char *asked;
    const char *status; /* open, checked, planned, retested, reported, closed */
    const char *cause;  /* assigned in phase 1, or NULL */
    struct real corrected_value;
    int64_t plan_first; /* serials of the retest */
    int64_t plan_last;
    const char *analyst;
    const char *rule; /* of the plan: every_inside */
    int64_t planned_entry;
    struct date retested_on;
    struct real mean;
    struct real deviation; /* of the sample */
    struct real variation_percent;
    const char *mean_verdict;
    const char *retest_verdict; /* of the worst single value */
    int64_t retested_entry;
    struct real reported;
    int64_t reported_entry;
    const char *conclusion; /* invalidated or confirmed */
    int64_t opened_entry;
    int64_t closed_entry;
};

/* One retested vial. */
struct oos_retest {
    const char *oos;
    int64_t vial;
    struct real reading;
    struct real dilution;
    struct real value; /* reading x dilution */
    const char *verdict;
    int64_t entry;
};

/* What a closing is judged by. */
struct closing_facts {
    const char *conclusion;
    const char *cause;
    const char *evidence;
    const char *status;
    const char *retest_verdict;
    const char *mean_verdict;
};

extern const struct table oos_table, oos_retest_table;
extern const struct schema oos_schema, oos_retest_schema, closing_facts_schema;
extern const struct operation oos_operations[], retest_operations[];
extern const struct rule oos_rules[];
enum { OOS_OPERATIONS = 5, RETEST_OPERATIONS = 3, OOS_RULES = 8 };

/* Codes of the investigations of a lot that are not closed, separated by blanks, or "none". */
MUST_USE bool oos_open_codes(struct work *work, const char *lot, const char **codes);
/* Whether an investigation rests on the results of an entry. */
MUST_USE bool oos_rests_on(struct work *work, int64_t entry, bool *rests);
/* The investigation at the actor's site, in one of these states (words separated by blanks). */
MUST_USE bool oos_need(struct work *work, const char *code, const char *states, struct oos *oos);

/* A result outside of its limit opens an investigation in the same transaction. */
MUST_USE bool oos_follow(struct work *work, const struct entry *entry, const void *body,
                         struct rows *inputs);

/* A released lot is held from then on, wherever its vials are, until the hold is lifted. */
MUST_USE bool oos_hold(struct work *work, const struct entry *entry, const void *body,
                       struct rows *inputs);

/* Pure. */
void oos_spread(struct arena *arena, const struct rows *retests, struct oos *oos);
/* The mean of the retests and the first value, which nobody may report. */
struct real oos_mean_of_all(struct arena *arena, const struct rows *retests, struct real first);
void retest_judge(struct arena *arena, const struct rows *retests, struct rows *findings);
void closing_judge(struct arena *arena, const struct closing_facts *facts, struct rows *findings);

#endif
