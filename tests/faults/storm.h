/* storm.h: a record on the disk in memory, people who work in it, and trouble at a drawn moment. */
#ifndef FAULTS_STORM_H
#define FAULTS_STORM_H

#include "disk.h"
#include "told.h"
#include "web/service.h"

/* The person who is erased in storms. */
#define STORM_ERASED "donor:D-0012"

enum { STORM_ASKED = 96, STORM_WHY = 400 };

/* What people do; each drawn again and again. */
enum storm_step {
    STEP_REGISTER, /* on the command line: a donor, whose person gets a key */
    STEP_HOLD,
    STEP_REPEAT, /* a code that exists: refused, and the refusal is an entry */
    STEP_FORBIDDEN,
    STEP_AGAIN, /* an earlier request with its key */
    STEP_GROUP, /* several at the server's writer, in one commit */
    STEP_REOPEN,
    STEP_CHECKPOINT,
    STEP_REBUILD,
    STEP_BACKUP,
    STEP_ERASE,
    STEP_INIT, /* a second record */
    STEP_KINDS,
};

struct storm {
    uint64_t draws;
    struct work work; /* a process at the command line; .database is NULL where it did not open */
    struct actor actor;
    struct arena *server; /* a server with its writer, or NULL */
    struct service service;
    struct desk desk;
    int64_t now_usec;
    struct told asked[STORM_ASKED];
    size_t count;
    int64_t number;      /* of the next code */
    bool begun;          /* the second record was begun */
    bool made;           /* and acknowledged */
    int64_t copied;      /* entries of the newest backup that was acknowledged, or 0 */
    int64_t copy;        /* its number */
    int64_t copies;      /* begun */
    bool copy_refused;   /* it could not be opened, or did not verify */
    int64_t failures;    /* of what no client is told about: a rebuild, a backup */
    struct fault last;   /* of the newest answer */
    char why[STORM_WHY]; /* the first thing that was wrong, or "" */
};

/* The record that every storm begins with, made once. */
void storm_prepare(void);
void storm_forget(void);

/* The disk as it was prepared, and nothing asked yet. */
void storm_begin(struct storm *storm, uint64_t seed);
/* The process at the command line ends; the server goes on. */
void storm_end(struct storm *storm);
/* The server ends as well. What had stopped stays stopped. */
void storm_leave(struct storm *storm);

/* A new process opens the record as the command line does. False: work.fault says why. */
bool storm_open(struct storm *storm);
/* So many drawn steps; processes that failed end, and the next ones open the record anew. */
void storm_play(struct storm *storm, size_t steps);
void storm_do(struct storm *storm, enum storm_step step);

/* Everything that was told holds, and with whole the record verifies: its tables too are what the
 * entries say. False: why says what is wrong. */
bool storm_holds(struct storm *storm, bool whole);
bool storm_verifies(struct storm *storm);
/* Asks again what has no known outcome, until it has one. */
bool storm_settle(struct storm *storm);
/* A rebuild changes no table. */
bool storm_rebuilds(struct storm *storm);
/* The first tables, for a record that is made anew; the folder of the one that storms begin with.
 */
const char *storm_tables(void);
const char *storm_folder(void);
bool storm_wrong(struct storm *storm, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
