/* effect.h: what does a hold stop, in numbers, at the moment at which it was placed? */
#ifndef VIGILANCE_EFFECT_H
#define VIGILANCE_EFFECT_H

#include "contract/operation.h"

/* Everything that came from the held thing, itself included, as it stood then. */
struct hold_effect {
    const char *subject; /* kind:code */
    int64_t hold;        /* entry of the hold */
    int64_t tissues;
    int64_t banks;
    int64_t bank_vials; /* in stock or in reserve: neither thawed, tested nor destroyed */
    int64_t cultures;
    int64_t harvests;
    int64_t pools;
    int64_t lots;
    int64_t vials;          /* of these lots, not given, tested, destroyed or lost */
    int64_t shipments_open; /* on the road, or arrived and not decided */
    int64_t patients;       /* who received a vial of these lots */
    int64_t entry;
};

extern const struct table effect_table;
extern const struct operation effect_operations[];
enum { EFFECT_OPERATIONS = 2 };

/* A hold on anything is counted out in the same transaction (DN-08, AE-05). */
MUST_USE bool effect_follow(struct work *work, const struct entry *entry, const void *body,
                            struct rows *inputs);

#endif
