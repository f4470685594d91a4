/* source.h: which donors stand behind a thing, and was each decided? */
#ifndef MANUFACTURE_SOURCE_H
#define MANUFACTURE_SOURCE_H

#include "contract/operation.h"

struct source {
    const char *donors;   /* codes separated by blanks, or NULL */
    const char *standing; /* eligible: all are; ineligible: one is; quarantine: neither */
    bool all_ineligible;  /* none is usable, ever */
};

MUST_USE bool source_of(struct work *work, const char *name, struct source *source);

#endif
