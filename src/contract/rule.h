/* rule.h: facts in, verdict out; three-valued, so that unknown never passes. */
#ifndef CONTRACT_RULE_H
#define CONTRACT_RULE_H

#include "base/schema.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_MET, VERDICT_NOT_MET }; /* zero blocks */

/* One rule as the rule book prints it. The id is requirement, word and version, never reused. */
struct rule {
    const char *id;
    const char *asks; /* the question in words */
    const char *asks_ja;
    const char *basis; /* where the question comes from */
};

/* What a decision recorded about one rule. */
struct finding {
    const char *rule;
    const char *verdict; /* met, not_met, unknown */
    const char *fact;    /* what was found, in words */
    const char *limit;   /* what was asked for */
};

extern const struct schema finding_schema;

const char *verdict_word(enum verdict verdict);

/* met only when known and true; unknown when not known */
enum verdict verdict_of(bool known, bool good);

/* Of two: what is known to be bad outranks what is not known. */
enum verdict verdict_both(enum verdict one, enum verdict other);

/* A fact as a finding tells it: "not known" for NULL. */
const char *finding_word(const char *text);

/* A list that grows in the arena; findings are kept in the order of asking. */
struct findings {
    struct arena *arena;
    struct rows rows;
    size_t room;
};

struct findings findings_open(struct arena *arena);
void findings_add(struct findings *findings, const char *rule, enum verdict verdict,
                  const char *limit, const char *format, ...) PRINTF_LIKE(5, 6);

bool findings_all_met(const struct rows *findings); /* false for an empty list */
/* Ids of all that are not met, separated by blanks. */
const char *findings_unmet(struct arena *arena, const struct rows *findings);
/* The same as sentences for the screen: "id: fact (asked: limit)". */
const char *findings_tell(struct arena *arena, const struct rows *findings);
bool findings_equal(const struct rows *one, const struct rows *other);

/* FAULT_RULE with the ids of all that are not met, or true. */
MUST_USE bool findings_allow(struct arena *arena, struct fault *fault, const char *field,
                             const struct rows *findings, const char *what);

#endif
