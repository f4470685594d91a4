/* production.h: a demonstration record in which a lot is on its way, for tests of the stages. */
#ifndef SUPPORT_PRODUCTION_H
#define SUPPORT_PRODUCTION_H

#include "demo.h"

/* How far the chain is made. Donor D-1 (adipose), tissue T-1, banks MCB-1 and WCB-1, cultures
 * C-1 and C-2, harvests HV-1 (640,000 uL) and HV-2 (610,500 uL), pool PL-1 (1,250,000 uL),
 * membrane step TF-1 (410,000 uL retentate), lot L-1 (96 vials of 1,050 uL). Donor D-2 (dental
 * pulp) has a bank MCB-2, a culture C-3 and a harvest HV-3. */
enum production_stage { STAGE_BANKS, STAGE_HARVESTS, STAGE_RETENTATE, STAGE_LOT };

/* Material MD-1 has bottles 1 to 5 of 2,000,000 uL: 1 is used by HV-1 and HV-2, 2 by HV-3. */
#define THAW(code, bank, vial)                                                                     \
    "{\"equipment\": \"BSC-01\", \"code\": \"" code "\", \"bank\": \"" bank                        \
    "\", \"bank_vial\": " vial                                                                     \
    ", \"viable_cells\": 1125000, \"thawed_at\": \"2025-05-12T08:40:00+09:00\","                   \
    "\"medium_lot\": \"MD-1\", \"vessel\": \"flask\", \"vessel_area_cm2\": \"225\"}"
#define PASS(culture, passage, cells, next)                                                        \
    "{\"equipment\": \"BSC-01\", \"culture\": \"" culture "\", \"passage\": " passage              \
    ", \"cells_end\": " cells ", \"to_next\": " next ", \"sampled\": 2000000, \"discarded\": 0,"   \
    "\"ended_on\": \"2025-05-26\", \"seeded_on\": \"2025-05-26\", \"viability_percent\": \"96\","  \
    "\"vessel\": \"stack\", \"vessel_area_cm2\": \"6320\"}"
#define REAP(code, culture, bottle, volume, cells)                                                 \
    "{\"equipment\": \"BSC-01\", \"code\": \"" code "\", \"culture\": \"" culture                  \
    "\", \"harvested_on\": \"2025-06-04\","                                                        \
    "\"medium\": [{\"material\": \"MD-1\", \"bottle\": " bottle ", \"volume_ul\": " volume "}],"   \
    "\"medium_in_ul\": " volume ", \"collected_ul\": " volume ", \"clarification_loss_ul\": 0,"    \
    "\"sample_ul\": 0, \"volume_ul\": " volume ", \"particles_per_ml\": \"5e9\","                  \
    "\"particles_method\": \"NTA\", \"viable_cells\": " cells                                      \
    ", \"viability_percent\": \"96.0\", \"conditioning_hours\": \"48\", \"serum_free\": true}"
#define CLOSE_TESTS(bank)                                                                          \
    "{\"bank\": \"" bank "\", \"tested_on\": \"2025-04-25\", \"results\": ["                       \
    "{\"test\": \"STR\", \"done\": true, \"outcome\": \"match\"},"                                 \
    "{\"test\": \"CD73\", \"done\": true, \"value\": \"98.9\"}]}"

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
