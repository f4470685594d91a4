/* serum.h: what is kept of a donor's blood for later tests, and which tubes were used? */
#ifndef DONATION_SERUM_H
#define DONATION_SERUM_H

#include "contract/operation.h"

struct serum {
    const char *code; /* SE-0001 */
    const char *donor;
    const char *site;
    const char *specimen; /* from which it was taken */
    const char *kind;     /* serum, plasma */
    int64_t tubes;
    int64_t volume_per_tube_ul;
    const char *position;        /* in the freezer */
    const char *keep_until_rule; /* what happens afterwards, fixed before storing */
    const char *why_none;        /* where no tube could be kept */
    int64_t used;                /* tubes */
    int64_t entry;
};
/* A tube is thawed once. */
struct serum_use {
    const char *serum;
    int64_t tube;
    const char *purpose;
    int64_t entry;
};

extern const struct table serum_table, serum_use_table;
extern const struct rule serum_rules[];
extern const struct operation serum_operations[];
enum { SERUM_OPERATIONS = 3, SERUM_RULES = 1 };

#endif
