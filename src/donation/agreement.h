/* agreement.h: did the donor, or who speaks for the donor, agree to every item, and until when can
 * that be taken back? The rules are pure: no clock, no database. */
#ifndef DONATION_AGREEMENT_H
#define DONATION_AGREEMENT_H

#include "contract/operation.h"

struct agreement {
    const char *code; /* AG-0001 */
    const char *donor;
    const char *site;
    const char *version; /* of the form */
    struct date signed_on;
    const char *explained_by; /* account */
    const char *signer;       /* donor, proxy */
    const char *proxy_relation;
    const char *own_understanding; /* of a child: understood, not_able, refused */
    struct date withdrawn_on;
    int64_t entry;
    int64_t withdrawn_entry;
};

/* What is known when an agreement is judged. */
struct agreement_facts {
    const char *missing; /* items of the signed list without an answer, "none", or NULL: no list */
    const char *signer;
    const char *proxy_relation;
    const char *own_understanding;
    struct count age_years;
    struct count proxy_below_years; /* signed: younger donors do not sign for themselves */
    struct count payment_yen;
};

extern const struct table agreement_table;
extern const struct rule agreement_rules[];
extern const struct operation agreement_operations[];
enum { AGREEMENT_OPERATIONS = 3, AGREEMENT_RULES = 4, AGREEMENT_JUDGED = 3 };

/* One finding for each of the first AGREEMENT_JUDGED rules. */
void agreement_judge(struct arena *arena, const struct agreement_facts *facts,
                     struct rows *findings);
/* Free of charge: nothing but actual costs. */
enum verdict agreement_judge_free(struct count payment_yen);
/* processed: what was made from the donor's tissue, "none", or NULL: not known. */
enum verdict agreement_judge_withdrawal(const char *processed);

/* A withdrawal holds the donor and everything that came from the donor. */
MUST_USE bool agreement_follow(struct work *work, const struct entry *entry, const void *body,
                               struct rows *inputs);

#endif
