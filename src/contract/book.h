/* book.h: the record as a book: opened once, read by anybody who may, corrected without erasing. */
#ifndef CONTRACT_BOOK_H
#define CONTRACT_BOOK_H

#include "contract/operation.h"

struct opening {        /* the first entry */
    const char *record; /* identifier */
    bool demo;
    int64_t format;
};

/* record.json is not signed: what it says about the record stands in the first entry, too. */
MUST_USE bool book_check_opening(struct work *work);

/* What entry.correct and entry.annul keep. */
struct amendment {
    int64_t seq;           /* of the entry that is corrected or annulled */
    const char *operation; /* of that entry */
    const char *subject;
    const char *body; /* the new body as canonical JSON; NULL when annulled */
    const char *why;
};

/* For reads: the body that an entry gave to rows, its own or the one by which it corrects another.
 * FAULT_STORAGE where it is none of the operation. */
MUST_USE bool book_body(struct work *work, int64_t seq, const char *operation, void **body);

extern const struct table opening_table;
extern const struct operation book_operations[];
extern const struct rule book_rules[];
enum { BOOK_OPERATIONS = 6, BOOK_RULES = 2 };

/* Decisions that used the amended entry are judged again; where one no longer stands, what it
 * let through is held. */
MUST_USE bool book_follow(struct work *work, const struct entry *entry, const void *body,
                          struct rows *inputs);

#endif
