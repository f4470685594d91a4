/* reach.h: what does a recall reach as the record stands now? */
#ifndef VIGILANCE_REACH_H
#define VIGILANCE_REACH_H

#include "vigilance/recall.h"

extern const struct schema recall_facts_schema, recall_balance_schema;

/* What is reached of one lot: places apart from the maker's, patients, vials. */
struct reached_site {
    const char *site;
    int64_t vials; /* there now, in whatever state but given, destroyed or lost */
};
struct reached_patient {
    const char *patient;
    int64_t vials;
};
struct lots_reached {
    struct rows balances; /* struct recall_balance */
    struct rows sites;    /* struct reached_site, of every site where vials are, the maker's too */
    struct rows patients; /* struct reached_patient */
    int64_t vials;        /* made */
    int64_t shipments;    /* on the road, or arrived and not decided */
};
extern const struct schema reached_site_schema, reached_patient_schema;
/* lots: const char * codes. */
MUST_USE bool reach_lots(struct work *work, const struct rows *lots, struct lots_reached *reached);

/* The balance of each lot in scope, in order of code. */
MUST_USE bool reach_balances(struct work *work, const char *recall, struct rows *balances);

/* Balances, places and patients, whose notices are not answered, and the entries it rests on. */
MUST_USE bool reach_gather(struct work *work, const char *recall, struct recall_facts *facts,
                           struct rows *used);

#endif
