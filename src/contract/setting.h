/* setting.h: limits, intervals and lists as signed data, by key. */
#ifndef CONTRACT_SETTING_H
#define CONTRACT_SETTING_H

#include "contract/operation.h"

/* One value of a rule set. Values are text, as entered. */
struct setting {
    const char *key;
    const char *value;
    const char *unit;
    const char *basis;    /* where the value comes from */
    const char *sure;     /* S, S~, P, G: how well the source is known */
    const char *rule_set; /* that set it; not given on the way in */
};

extern const struct table setting_table, rule_set_table;
extern const struct operation setting_operations[];
enum { SETTING_OPERATIONS = 3 };

/* The value in force; unknown when no signed rule set holds the key. */
MUST_USE bool setting_count(struct work *work, const char *key, struct count *count);
MUST_USE bool setting_real(struct work *work, const char *key, struct real *real);
MUST_USE bool setting_text(struct work *work, const char *key, const char **text);

/* Code of the newest rule set, or "" before the first. */
MUST_USE bool setting_rule_set(struct work *work, const char **code);

#endif
