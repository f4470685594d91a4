/* permission.h: what can be allowed, in words that a quality manager can read. */
#ifndef CONTRACT_PERMISSION_H
#define CONTRACT_PERMISSION_H

#include "chain/work.h"

#define PERMISSIONS(P)                                                                             \
    P(RECORD_READ, "read entries, refusals, files and proofs")                                     \
    P(RECORD_CORRECT, "correct or annul an entry")                                                 \
    P(RULES_APPROVE, "sign a rule set")                                                            \
    P(RULES_COUNTERSIGN, "sign a rule set as the second person")                                   \
    P(CREW_READ, "see accounts, roles and sites")                                                  \
    P(CREW_WRITE, "open and close accounts, give and withdraw roles, register sites")              \
    P(CREW_COUNTERSIGN, "agree to a change of roles or to a new secret as the second person")      \
    P(CREW_QUALIFY, "record health, training and media fills of operators")                        \
    P(DONOR_READ, "see donors and their screening")                                                \
    P(DONOR_WRITE, "register donors")                                                              \
    P(DONOR_EXAMINE, "record history, examination and collection of a donor")                      \
    P(SCREENING_WRITE, "record laboratory results of a donor")                                     \
    P(DONOR_DECIDE, "sign whether a donor is eligible")                                            \
    P(PRODUCTION_READ, "see banks, cultures, harvests, pools and membrane steps")                  \
    P(BANK_WRITE, "freeze and thaw bank vials")                                                    \
    P(BANK_COUNTERSIGN, "scan a bank vial as the second person")                                   \
    P(BANK_JUDGE, "close the tests of a bank")                                                     \
    P(MATERIAL_WRITE, "receive, use and discard media and other materials by lot")                 \
    P(MATERIAL_DESTROY, "destroy bank vials and bottles")                                          \
    P(MATERIAL_COUNTERSIGN, "witness that bank vials and bottles were destroyed")                  \
    P(ROOM_WRITE, "record what was open in which cabinet or room, and when")                       \
    P(EQUIPMENT_WRITE, "record calibration and maintenance of equipment")                          \
    P(PRODUCTION_WRITE, "record culture, harvest, pool, membrane step and fill")                   \
    P(PRODUCTION_REPORT, "sign the production report to the quality unit")                         \
    P(LABEL_PRINT, "print labels of vials")                                                        \
    P(SPECIFICATION_APPROVE, "sign a specification")                                               \
    P(SPECIFICATION_COUNTERSIGN, "sign a specification as the second person")                      \
    P(ASSAY_WRITE, "record test results and import instrument files")                              \
    P(ASSAY_REVIEW, "approve retest plans and close investigations of results")                    \
    P(ASSAY_COUNTERSIGN, "countersign the close of an investigation")                              \
    P(LOT_READ, "see lots, vials, specifications and test results")                                \
    P(LOT_RELEASE, "release or reject a lot")                                                      \
    P(LOT_HOLD, "put a lot or the material of a donor on hold")                                    \
    P(LOT_LIFT, "lift a hold")                                                                     \
    P(DEVIATION_READ, "see deviations")                                                            \
    P(DEVIATION_WRITE, "record deviations and who was told")                                       \
    P(DEVIATION_CLOSE, "assess and close deviations")                                              \
    P(STOCK_WRITE, "set aside, test, destroy or write off vials")                                  \
    P(STOCK_COUNTERSIGN, "witness that vials were destroyed or lost")                              \
    P(SHIPMENT_READ, "see shipments")                                                              \
    P(SHIPMENT_SEND, "pack and send released vials")                                               \
    P(SHIPMENT_RECEIVE, "record the arrival of a shipment")                                        \
    P(SHIPMENT_DECIDE, "decide for the maker's quality unit whether received vials are usable")    \
    P(PATIENT_READ, "see patients of the own site by code")                                        \
    P(PATIENT_WRITE, "register patients and their wishes")                                         \
    P(PATIENT_EXAMINE, "examine a patient and decide on eligibility")                              \
    P(PATIENT_COUNTERSIGN, "accept a relative reason as the second physician")                     \
    P(CONSENT_PUBLISH, "publish a consent template")                                               \
    P(CONSENT_WRITE, "record that a patient signed or withdrew a consent")                         \
    P(PLAN_WRITE, "order a treatment")                                                             \
    P(DOSE_GIVE, "ask whether a vial may be given, and record that it was")                        \
    P(DOSE_COUNTERSIGN, "check a preparation as the second person")                                \
    P(STUDY_READ, "see studies and their subjects by code")                                        \
    P(STUDY_WRITE, "open a study, enrol subjects and draw sides")                                  \
    P(EVENT_READ, "see adverse events")                                                            \
    P(EVENT_WRITE, "report an adverse event")                                                      \
    P(TRACE_READ, "trace forward and backward, by code")                                           \
    P(RECALL_READ, "see recalls with vials, places and patients by code")                          \
    P(RECALL_OPEN, "open a recall")                                                                \
    P(RECALL_REHEARSE, "time a mock recall")                                                       \
    P(RECALL_WRITE, "record notices and answers of a recall")                                      \
    P(RECALL_COUNTERSIGN, "sign the opening or closing of a recall as the second person")          \
    P(PERSON_READ, "see who a person is")                                                          \
    P(PERSON_ERASE, "erase the personal data of a person")                                         \
    P(PERSON_COUNTERSIGN, "agree to an erasure as the second person")                              \
    P(RECORD_WIDE, "read beyond the own site")                                                     \
    P(TODAY_READ, "see what waits for oneself; whoever holds any role may")

enum permission {
    PERMISSION_UNSET, /* zero: an operation that forgets its permission is refused */
#define P(name, meaning) PERMIT_##name,
    PERMISSIONS(P)
#undef P
        PERMISSION_COUNT,
};
_Static_assert((int)PERMISSION_COUNT <= (int)ACTOR_PERMISSIONS, "actors carry too few permissions");

const char *permission_word(enum permission permission);    /* as DONOR_READ */
const char *permission_meaning(enum permission permission); /* the sentence above */
enum permission permission_of(const char *word);            /* PERMISSION_UNSET if unknown */

/* What no role has to name, because everybody who holds one may. */
bool permission_is_everybodys(enum permission permission);

/* Fills the actor from the roles that the account holds at the site. FAULT_SIGN_IN for an
 * account that is closed or unknown, FAULT_FORBIDDEN for one without a role there. A NULL site
 * means the only site, or the first by code. */
MUST_USE bool permission_grant(struct work *work, const char *account, const char *site,
                               struct actor *actor);
/* The same for somebody whom a field of the request names: nobody is asked to sign in again, so an
 * account that is closed or unknown is FAULT_MISSING. */
MUST_USE bool permission_grant_named(struct work *work, const char *field, const char *account,
                                     const char *site, struct actor *actor);

#endif
