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

#endif
