/* material.h: which lot of medium or reagent came in, from whom, and what is in it? */
#ifndef MANUFACTURE_MATERIAL_H
#define MANUFACTURE_MATERIAL_H

#include "contract/operation.h"

struct material {
    const char *code;
    const char *site;
    const char *kind; /* medium, supplement, serum, reagent, buffer, consumable */
    const char *supplier;
    const char *certificate;
    struct date expires_on;   /* last usable day */
    const char *serum;        /* none, or what kind */
    const char *serum_origin; /* country and standard met; NULL without serum */
    const char *antibiotics;  /* none, or names */
    int64_t entry;
};

extern const struct table material_table;
extern const struct operation material_operations[];
enum { MATERIAL_OPERATIONS = 2 };

/* For judges: the lot, if it is at the actor's site and nothing holds it. */
MUST_USE bool material_need(struct work *work, const char *field, const char *code,
                            struct material *material);
/* For judges: the same, and it is in date on a day. */
MUST_USE bool material_in_date(struct work *work, const char *field, const char *code,
                               const struct date *day);

#endif
