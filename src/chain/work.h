/* work.h: what every piece of work carries. Adding a member needs a decision page. */
#ifndef CHAIN_WORK_H
#define CHAIN_WORK_H

#include "base/fault.h"
#include "chain/actor.h"
#include "chain/database.h"

#include <stdint.h>

struct record;

struct work {
    struct arena *arena;       /* memory that lives as long as this work */
    struct record *record;     /* the folder: keys, settings, tables; shared by all threads */
    struct database *database; /* inside one transaction */
    const struct actor *actor; /* who asks; NULL for the program itself */
    int64_t now_usec;          /* one clock reading for all of it */
    int zone_minutes;          /* the zone in which the actor enters and reads times */
    const char *scope_site;    /* reads see rows of this site only; NULL sees all */
    int64_t amends;            /* seq of the entry that is being corrected; 0 for none */
    struct fault fault;        /* filled when a function returns false */
};

/* One arena takes any accepted request: the largest file as base64, twice over, and its rows. */
#define WORK_ARENA_BYTES ((size_t)512 << 20)

#endif
