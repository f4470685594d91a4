/* source.h: which donors and which kinds of cells stand behind a thing, and was each decided? */
#ifndef MANUFACTURE_SOURCE_H
#define MANUFACTURE_SOURCE_H

#include "contract/operation.h"

struct source {
    const char *donors;   /* codes separated by blanks, or NULL */
    const char *standing; /* eligible: all are; ineligible: one is; quarantine: neither */
    bool all_ineligible;  /* none is usable, ever */
    const char *flags;    /* gene_modified, immortalised, ips, as the banks say; or none */
};

extern const struct operation source_operations[];
enum { SOURCE_OPERATIONS = 1 };

/* Asked of the record upstream, not copied, so that no descendant can lose its flag. */
MUST_USE bool source_of(struct work *work, const char *name, struct source *source);

#endif
