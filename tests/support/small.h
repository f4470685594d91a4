/* small.h: a record of about forty entries, and the ways around its guards that tests take. */
#ifndef SUPPORT_SMALL_H
#define SUPPORT_SMALL_H

#include "demo.h"

/* The name of donor D-0001, who is the only one of this name. Accounts: W1 works with donors, C1
 * and C2 sign rule sets and erasures. The retention of 30 years is signed. */
extern const char small_name[];

struct demo *small_record(const struct engine *engine);
/* Its two halves: a folder with the first tables, and what is recorded in it. */
const char *small_tables(struct arena *arena);
void small_live(struct demo *demo);
int small_open_sqlite(void **state);
int small_open_postgres(void **state);

/* A rule set that says how many years personal data are kept. */
void small_approve(struct demo *demo, const char *code, int years);

/* Triggers and rights away, as the owner of a database can do at any time. */
void small_put_guards_aside(struct demo *demo);
/* A copy to damage; on the server there is none, and the test has the record for itself. */
struct demo *small_damaged_copy(struct demo *demo);
/* Verifies that the damage was undone. */
void small_drop_copy(const struct demo *demo, struct demo *copy);

/* Fails unless verify finds something; what, seq and at say what was changed. */
void small_expect_damage(struct demo *demo, const char *what, int64_t seq, size_t at);
/* The same, and the check of the ledger alone must find it as well. */
void small_expect_ledger_damage(struct demo *demo, const char *what, int64_t seq, size_t at);

#endif
