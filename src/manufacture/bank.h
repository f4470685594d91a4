/* bank.h: which cells are frozen, how old are they, and which vial of a bank was used for what? */
#ifndef MANUFACTURE_BANK_H
#define MANUFACTURE_BANK_H

#include "contract/operation.h"

struct bank {
    const char *code;
    const char *site;
    const char *kind;          /* master, working */
    const char *tissue;        /* of a master bank: the collection it was made from */
    const char *bank;          /* of a working bank: the bank it was made from */
    const char *source_tissue; /* as adipose */
    struct date frozen_on;
    int64_t passage;
    struct real doublings; /* cumulative */
    int64_t vials;
    int64_t cells_per_vial;
    int64_t entry;
};

/* A vial of a bank is thawed once. */
struct bank_vial_use {
    const char *bank;
    int64_t vial;
    const char *used_for; /* kind:code */
    int64_t entry;
};

extern const struct table bank_table, bank_vial_use_table;
extern const struct operation bank_operations[];
extern const struct rule bank_rules[];
enum { BANK_OPERATIONS = 2, BANK_RULES = 1 };

/* For judges: the bank, if the vial exists in it, was not used, and nothing holds it. */
MUST_USE bool bank_vial_check(struct work *work, const char *code, int64_t vial, struct bank *bank);
/* For apply. */
MUST_USE bool bank_vial_take(struct work *work, const struct bank_vial_use *use);

#endif
