/* shipment.h: which vials went where, was it kept cold, and who decided that they are usable? */
#ifndef SUPPLY_SHIPMENT_H
#define SUPPLY_SHIPMENT_H

#include "contract/operation.h"

struct shipment {
    const char *code;
    const char *from_site;
    const char *to_site;
    const char *lot;
    int64_t first;
    int64_t last;
    struct instant packed_at;
    const char *carrier;
    const char *status; /* in_transit, quarantine, accepted, decided */
    struct instant arrived_at;
    bool seal_intact;
    struct real maximum_c;
    struct count minutes_out;
    int64_t entry;
    int64_t received_entry; /* 0 before */
    int64_t decided_entry;  /* of the maker's quality unit, 0 before */
};

/* What is known when released vials are sent. */
struct sending_facts {
    const char *lot_status;
    const char *holds; /* none, or what is held; NULL: not asked */
    struct date expires_on;
    struct date packed_on;
};

/* What is known when vials that arrived become usable. */
struct arrival_facts {
    bool seal_intact;
    struct real maximum_c;
    struct count minutes_out;
    struct count minutes_most; /* signed setting */
};

extern const struct table shipment_table;
extern const struct schema arrival_facts_schema;
extern const struct rule shipment_rules[];
extern const struct operation shipment_operations[];
enum { SHIPMENT_OPERATIONS = 4, SHIPMENT_RULES = 6 };

/* The ranges of a shipment's vials that are in the state, whole; some may have been lost. */
MUST_USE bool shipment_parts(struct work *work, const struct shipment *shipment, const char *state,
                             struct rows *parts);

/* Pure: may the lot leave (RL-01, RL-08), may it be accepted on arrival (CC-04), may the maker's
 * quality unit accept what was in quarantine (CC-05)? */
void shipment_judge_sending(struct arena *arena, const struct sending_facts *facts,
                            struct rows *findings);
void shipment_judge_arrival(struct arena *arena, const struct arrival_facts *facts,
                            struct rows *findings);
void shipment_judge_decision(struct arena *arena, const struct arrival_facts *facts,
                             struct rows *findings);

/* Verdicts that giving asks as well. */
enum verdict shipment_lot_released(const char *lot_status);
enum verdict shipment_lot_free(const char *holds);
enum verdict shipment_lot_lasts(struct date expires_on, struct date day);

#endif
