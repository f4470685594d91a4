/* view.h: tables made from field tables; all but the ledger can be dropped and rebuilt. */
#ifndef CHAIN_VIEW_H
#define CHAIN_VIEW_H

#include "chain/work.h"

enum table_kind {
    TABLE_VIEW,   /* written by apply alone, rebuilt from the entries, compared by verify */
    TABLE_LEDGER, /* the truth: no UPDATE, no DELETE */
    TABLE_LOCAL,  /* of this place: secrets, sessions, counters; kept by rebuild, not proved */
};

struct table {
    const char *name;
    const struct schema *row; /* columns are members */
    const char *key;          /* primary key: members separated by blanks */
    const char *indexes;      /* members with an index of their own, separated by blanks, or "" */
    enum table_kind kind;
};

/* Creates what does not exist yet; ledger tables are guarded by triggers. */
MUST_USE bool view_create(struct work *work, const struct table *table);
MUST_USE bool view_drop(struct work *work, const struct table *table);

/* Inserts, or replaces the row with the same key. */
MUST_USE bool view_put(struct work *work, const struct table *table, const void *row);
/* Inserts; an existing key is FAULT_CONFLICT with a sentence that names it. */
MUST_USE bool view_add(struct work *work, const struct table *table, const void *row);
/* By the whole key. */
MUST_USE bool view_find(struct work *work, const struct table *table, const struct value *key,
                        size_t count, void *row, bool *found);
MUST_USE bool view_remove(struct work *work, const struct table *table, const struct value *key,
                          size_t count);

/* By a one-member text key that the user named in field: FAULT_MISSING with a sentence if there
 * is no such row. */
MUST_USE bool view_need(struct work *work, const struct table *table, const char *field,
                        const char *code, void *row);
/* By a one-member text key that must not be taken yet: FAULT_CONFLICT otherwise. */
MUST_USE bool view_free(struct work *work, const struct table *table, const char *field,
                        const char *code);

/* Rows whose column (the first of the key, or an index) equals value; all rows when column is
 * NULL. Ordered by key. */
MUST_USE bool view_list(struct work *work, const struct table *table, const char *column,
                        struct value value, struct rows *rows);
/* The same without keeping the rows. */
MUST_USE bool view_each(struct work *work, const struct table *table, const char *column,
                        struct value value, const struct visitor *visitor);
/* Rows whose first two members of the key equal these. */
MUST_USE bool view_list_both(struct work *work, const struct table *table, struct value one,
                             struct value other, struct rows *rows);
/* Rows of a lot, in tables with serials first and last, that touch these serials. */
struct serials {
    const char *lot;
    int64_t first;
    int64_t last;
};
MUST_USE bool view_touching(struct work *work, const struct table *table,
                            const struct serials *serials, struct rows *rows);
/* Like view_list, but lists inside of a row are left out: reading them takes longer than the row.
 */
MUST_USE bool view_list_brief(struct work *work, const struct table *table, const char *column,
                              struct value value, struct rows *rows);
/* The highest version of a code, in tables that have both; lists inside of it are left out. */
MUST_USE bool view_newest(struct work *work, const struct table *table, const char *code, void *row,
                          bool *found);
/* Rows whose first member of the key names something that a thing came from, however far back. */
MUST_USE bool view_sources(struct work *work, const struct table *table, const char *name,
                           struct rows *rows);
/* Rows whose column (an index) lies from low to high, both included; unknown ones never do. */
MUST_USE bool view_list_between(struct work *work, const struct table *table, const char *column,
                                struct value low, struct value high, struct rows *rows);
/* At most limit rows whose key lies behind after (NULL from the start); one-member text keys. */
MUST_USE bool view_page(struct work *work, const struct table *table, const char *after,
                        int64_t limit, struct rows *rows);

/* The statements that the functions above run for a table, so that tests can prepare each. */
enum view_statement {
    VIEW_PUT,
    VIEW_ADD,
    VIEW_FIND,
    VIEW_REMOVE,
    VIEW_LIST,
    VIEW_PAGE,
    VIEW_BRIEF,
    VIEW_BOTH,
    VIEW_TOUCHING,
    VIEW_NEWEST,
    VIEW_SOURCES,
    VIEW_BETWEEN,
};
struct statement view_statement(struct arena *arena, const struct table *table,
                                enum view_statement which, const char *column, bool scoped);

#endif
