/* excerpt.h: which rows of a list are asked for, in which order, and written as what? */
#ifndef CONTRACT_EXCERPT_H
#define CONTRACT_EXCERPT_H

#include "chain/work.h"

struct operation;
struct catalogue;

/* What every list and every stream can be asked beside its own input. */
struct excerpt {
    const char *search; /* words, all of which a row must show */
    const char *sort;   /* member of the row; NULL: in the order of the list */
    bool descending;
    struct count skip;
    struct count take;
    const char *format; /* csv, or else JSON */
};
extern const struct schema excerpt_schema;

/* *given becomes what is left when the members of an excerpt are taken out. *excerpt is NULL where
 * there was none. What the rows of this operation do not offer is refused. */
MUST_USE bool excerpt_read(struct work *work, const struct operation *operation,
                           const struct given **given, size_t *count,
                           const struct excerpt **excerpt);

bool excerpt_is_csv(const struct excerpt *excerpt);

/* No operation may call a member of its input as an excerpt calls its own; and where a list comes
 * in pages, a page begins behind the first member of a row. */
MUST_USE bool excerpt_check(struct fault *fault, const struct catalogue *catalogue);

/* The rows of one answer, as they pass: counted, chosen, sorted and written. */
struct sieve;
struct sieve *sieve_open(struct work *work, const struct operation *operation,
                         const struct excerpt *excerpt);
/* A row as the record holds it, personal members sealed. It is not kept. */
MUST_USE bool sieve_row(struct work *work, struct sieve *sieve, const void *row);
/* Every row of an operation that gives a list: where it gives pages, one page after the other. */
MUST_USE bool sieve_list(struct work *work, struct sieve *sieve, const void *input);
/* The whole answer; start is what comes before the rows in JSON. */
struct text sieve_text(struct work *work, struct sieve *sieve, const char *start);

#endif
