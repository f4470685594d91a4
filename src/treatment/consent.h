/* consent.h: has this person agreed to this, and does it still hold? */
#ifndef TREATMENT_CONSENT_H
#define TREATMENT_CONSENT_H

#include "contract/operation.h"

/* What the patient asked and was told. */
struct consent_answer {
    const char *question; /* personal */
    const char *answer;   /* personal */
};

struct consent {
    const char *code;
    const char *patient;
    const char *site;
    const char *template; /* code/version */
    const char *form;     /* code of the form */
    int64_t version;
    const char *specification;
    const char *route;
    const char *tissue;
    const char *maker;
    const char *protocol;   /* NULL: the form names none */
    const char *price_list; /* NULL: the form names none */
    struct instant signed_at;
    struct instant expires_at; /* unknown: without end */
    struct instant withdrawn_at;
    const char *explained_by;
    struct instant explained_at;
    struct count minutes; /* of explaining */
    bool copy_given;
    const char *language;
    const char *proxy;    /* personal: who signed for the patient, or NULL */
    const char *relation; /* of the proxy */
    bool own_understanding;
    bool card_printed;     /* about blood donation */
    struct rows questions; /* struct consent_answer */
    int64_t entry;
    int64_t withdrawn_entry; /* 0 before */
};

/* In the order of asking; zero is the safe one. */
enum consent_state {
    CONSENT_ABSENT,
    CONSENT_WITHDRAWN,
    CONSENT_NOT_YET,
    CONSENT_EXPIRED,
    CONSENT_OTHER_PURPOSE,
    CONSENT_OLD_FORM,
    CONSENT_VALID,
};

struct consent_question {
    const struct consent *consent; /* NULL: none was signed */
    struct instant at;
    const char *specification;
    const char *route;
    const char *tissue;
    const char *maker;
    const char *protocol;   /* that the plan names, or NULL */
    const char *price_list; /* that the plan names, or NULL */
    int64_t oldest_version; /* of the form that still suffices */
};

extern const struct table consent_table;
extern const struct operation consent_operations[];
enum { CONSENT_OPERATIONS = 3 };

/* Pure. A consent ends at the named instant itself, and a withdrawal holds from its own. */
enum consent_state consent_state(const struct consent_question *question);
const char *consent_word(enum consent_state state);
/* Pure: what is no longer as it was consented to, as words, or none; NULL without a consent. */
const char *consent_changes(struct arena *arena, const struct consent_question *question);

/* Whether any consent of the patient covers the question; otherwise how far the best one gets.
 * The members consent and oldest_version of the question are filled. */
MUST_USE bool consent_find(struct work *work, const char *patient,
                           struct consent_question *question, enum consent_state *state);

#endif
