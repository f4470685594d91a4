/* consent_template.h: what must a form say before anybody may sign it? */
#ifndef TREATMENT_CONSENT_TEMPLATE_H
#define TREATMENT_CONSENT_TEMPLATE_H

#include "contract/operation.h"

struct consent_statement {
    const char *code; /* CS-01, UA-5, CE-12 */
    const char *text;
    const char *text_en;
    bool not_applicable; /* text then says why */
};

/* A published form, bound to one product, tissue, maker, route, protocol and price list. */
struct consent_template {
    const char *template; /* code/version, as CT-IV/4 */
    const char *code;
    int64_t version;
    const char *title;
    const char *specification; /* code/version */
    const char *route;
    const char *tissue;
    const char *maker;       /* site of the maker */
    const char *protocol;    /* NULL: it names none */
    const char *price_list;  /* NULL: it names none */
    int64_t oldest_accepted; /* consents on older versions no longer suffice */
    struct count valid_days; /* unknown: the form names no end */
    struct rows statements;
    int64_t entry;
};

struct template_facts {
    const char *required;           /* signed list of codes, separated by blanks; NULL: none */
    const char *items_missing;      /* none, or codes without a text */
    const char *statements_missing; /* none, or codes of unapproved-medicine statements */
    const char *promises;           /* none, or codes with banned words; NULL: no signed list */
    const char *names;              /* the same for names that nothing was shown for */
};

/* Signed lists, separated by blanks; NULL where nothing is signed. */
struct template_lists {
    const char *required; /* CS-01, or CS-14:may_not_apply */
    const char *promises; /* words that promise a benefit */
    const char *names;    /* words that name what was not shown */
};

extern const struct schema template_facts_schema;
extern const struct table consent_template_table;
extern const struct rule consent_template_rules[];
extern const struct operation consent_template_operations[];
enum { CONSENT_TEMPLATE_OPERATIONS = 2, CONSENT_TEMPLATE_RULES = 5 };

/* Pure: what a list of statements lacks or says too much, and the findings about it. */
struct template_facts consent_template_lacks(struct arena *arena,
                                             const struct template_lists *lists,
                                             const struct rows *statements);
void consent_template_judge(struct arena *arena, const struct template_facts *facts,
                            struct rows *findings);

/* The oldest version of a form that still suffices, as its newest version says. */
MUST_USE bool consent_template_oldest(struct work *work, const char *code, int64_t *version);

#endif
