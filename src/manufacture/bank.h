/* bank.h: which cells are frozen, how old are they, and what was tested on them? */
#ifndef MANUFACTURE_BANK_H
#define MANUFACTURE_BANK_H

#include "contract/operation.h"

struct bank {
    const char *code;
    const char *site;
    const char *kind;          /* master, working */
    const char *tissue;        /* of a master bank: the collection it was made from */
    const char *bank;          /* of a working bank: the bank it was made from */
    int64_t bank_vial;         /* of a working bank: the vial of that bank */
    const char *source_tissue; /* as adipose */
    const char *source_flag;   /* none, gene_modified, immortalised, ips */
    struct date frozen_on;
    int64_t passage;
    struct real doublings; /* cumulative */
    int64_t vials;
    int64_t cells_per_vial;
    const char *position; /* of its box in the freezer; vials are numbered within */
    const char *tests;    /* open, passed, failed */
    int64_t entry;
    int64_t tests_entry; /* that closed the tests, or 0 */
};

extern const struct table bank_table;
extern const struct operation bank_operations[];
enum { BANK_OPERATIONS = 3 };

/* For judges: the bank, if the vial is in its stock and nothing holds it. */
MUST_USE bool bank_thaw_check(struct work *work, const char *code, int64_t vial, struct bank *bank);
/* For judges: refuses a time of thawing that lies ahead or before the freezing. */
MUST_USE bool bank_thaw_time(struct work *work, struct instant thawed_at, const struct bank *bank);
/* For apply: the vial becomes what used_for (kind:code) says, and is tied between both. */
MUST_USE bool bank_thaw(struct work *work, const char *code, int64_t vial, const char *used_for,
                        int64_t entry);

#endif
