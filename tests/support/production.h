/* production.h: a demonstration record in which a lot is on its way, for tests of the stages. */
#ifndef SUPPORT_PRODUCTION_H
#define SUPPORT_PRODUCTION_H

#include "demo.h"

/* How far the chain is made. Donor D-1 (adipose), tissue T-1, banks MCB-1 and WCB-1, cultures
 * C-1 and C-2, harvests HV-1 (640,000 uL) and HV-2 (610,500 uL), pool PL-1 (1,250,000 uL),
 * membrane step TF-1 (410,000 uL retentate), lot L-1 (96 vials of 1,050 uL). Donor D-2 (dental
 * pulp) has a bank MCB-2, a culture C-3 and a harvest HV-3. */
enum production_stage { STAGE_BANKS, STAGE_HARVESTS, STAGE_RETENTATE, STAGE_LOT };

/* The clock stands on 2025-06-30T10:00:00+09:00 afterwards. */
void production_make(struct demo *demo, enum production_stage stage);

/* The account does it; the test fails where the operation does. */
struct demo_answer production_do(struct demo *demo, const char *account, const char *operation,
                                 const char *input);
/* The same before a second person, or NULL. */
struct demo_answer production_witnessed(struct demo *demo, const char *account, const char *witness,
                                        const char *operation, const char *input);
/* The account is refused, with the kind and the ids of these rules ("" for none). */
void production_refused(struct demo *demo, const char *account, const struct demo_request *asked,
                        enum fault_kind kind, const char *rules);

/* The text of a member of the answer's body. */
const char *production_text(const struct demo_answer *answer, const char *record,
                            const char *member);
int64_t production_seq(const struct demo_answer *answer);

#endif
