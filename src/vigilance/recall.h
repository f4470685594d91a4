/* recall.h: which vials, places and patients does a recall reach, and does it add up? */
#ifndef VIGILANCE_RECALL_H
#define VIGILANCE_RECALL_H

#include "contract/operation.h"

struct recall {
    const char *code;
    const char *site;
    const char *lot;   /* scope: one lot, or */
    const char *donor; /* every lot that came from a donor */
    const char *class;
    const char *why;
    const char *status; /* open, closed */
    int64_t entry;
    int64_t closed_entry; /* 0 before */
};

struct recall_lot { /* one row per lot in scope */
    const char *recall;
    const char *lot;
};

struct recall_notice { /* the newest word from one recipient */
    const char *recall;
    const char *recipient; /* as site:K1 or patient:P-0001 */
    struct instant sent_at;
    const char *answer; /* open, reached, unreachable */
    int64_t entry;
};

/* Where every vial of one lot is; together they are what was made. */
struct recall_balance {
    const char *lot;
    int64_t made;
    int64_t tested;
    int64_t retained;
    int64_t given;
    int64_t destroyed;
    int64_t lost;
    int64_t in_stock;
    int64_t in_transit;
    int64_t arrived;
    int64_t rejected;
    int64_t difference; /* made less all of the above */
};

struct recall_facts {
    struct rows balances;   /* struct recall_balance */
    int64_t sites;          /* reached, apart from the makers */
    int64_t patients;       /* reached */
    const char *unanswered; /* none, or who has no notice that is answered; NULL: not asked */
};

extern const struct table recall_table, recall_lot_table, recall_notice_table;
extern const struct rule recall_rules[];
extern const struct operation recall_operations[];
enum { RECALL_OPERATIONS = 7, RECALL_RULES = 2 };

/* Pure: may the recall be closed? */
void recall_judge(struct arena *arena, const struct recall_facts *facts, struct rows *findings);

/* Every lot in scope is held in the same transaction. */
MUST_USE bool recall_follow(struct work *work, const struct entry *entry, const void *body,
                            struct rows *inputs);

#endif
