/* stage.h: one record with the short story in it, kept open while inputs are tried on it. */
#ifndef SUPPORT_STAGE_H
#define SUPPORT_STAGE_H

#include "catalogue.h"

struct stage {
    struct arena *arena; /* of this struct and of the record */
    const char *folder;
    struct work work; /* open for writing */
    struct actor actor;
    char *persons; /* the store of personal keys as it was, put back after each input */
    size_t persons_size;
};

/* Every operation, made at the first call. */
const struct catalogue *stage_catalogue(void);

/* Made at the first call, below TMPDIR, and removed when the process ends. Runs in the folder of
 * the sources; stops the process where the record cannot be made. */
struct stage *stage_open(void);

/* Before each input: the work and an actor who may do everything, at the clock of the story. */
void stage_begin(struct stage *stage);
/* Behind each input: memory and files are as they were. */
void stage_end(struct stage *stage, struct arena_mark mark);

#endif
