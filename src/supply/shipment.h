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
    bool returned; /* back to the maker */
    bool unboxed;  /* the vials travel without boxes */
    struct instant packed_at;
    const char *packed_by;
    const char *carrier;
    const char *shipper; /* container */
    struct instant qualified_until;
    const char *coolant;
    struct count coolant_g;
    const char *logger;
    struct date calibrated_until; /* of the logger */
    const char *status;           /* in_transit, quarantine, accepted, decided */
    struct instant arrived_at;
    bool seal_intact;
    struct real maximum_c;    /* of the worst box on the way */
    struct count minutes_out; /* of the worst box on the way */
    int64_t entry;
    int64_t logger_entry;      /* 0 until the logger was read */
    const char *logger_sha256; /* of its file */
    int64_t received_entry;    /* 0 before */
    int64_t decided_entry;     /* of the maker's quality unit, 0 before */
};

/* What is known when vials are sent. */
struct sending_facts {
    bool returned;
    const char *lot_status;
    const char *holds; /* none, or what is held; NULL: not asked */
    struct date expires_on;
    struct date packed_on;
    const char *boxes; /* box_whole, unboxed, or what is wrong; NULL: not asked */
    const char *shipper;
    struct instant packed_at;
    struct instant qualified_until;
    const char *coolant;
    struct count coolant_g;
    const char *logger;
    struct date calibrated_until;
};

/* What is known when vials arrive. */
struct arrival_facts {
    bool returned;
    bool seal_intact;
    const char *appearance;
    struct count coolant_left_g;
    bool logger_read;
    struct real maximum_c;
    struct count minutes_out;  /* of the worst vial on this way */
    struct count minutes_life; /* of the worst vial, all transports together */
    struct count minutes_most; /* signed setting */
};

/* What is known when the maker decides on vials that wait. */
struct decision_facts {
    bool returned;
    const char *proof;         /* of unbroken storage, for vials that came back, or NULL */
    int64_t accepted;          /* vials that are to be accepted */
    struct count minutes_life; /* of the worst of them, all transports together */
    struct count minutes_most;
};

extern const struct table shipment_table;
extern const struct schema arrival_facts_schema, decision_facts_schema;
extern const struct rule shipment_rules[];
extern const struct operation shipment_operations[];
enum { SHIPMENT_OPERATIONS = 4, SHIPMENT_RULES = 11 };

/* The ranges of a shipment's vials that are in the state, whole; some may have been lost. */
MUST_USE bool shipment_parts(struct work *work, const struct shipment *shipment, const char *state,
                             struct rows *parts);

/* Its boxes as struct box; one without a code for vials that travel unboxed. */
MUST_USE bool shipment_boxes(struct work *work, const struct shipment *shipment,
                             struct rows *boxes);

MUST_USE bool shipment_check_past(struct work *work, const char *field, struct instant instant);

/* Pure: may the vials leave (RL-01, RL-08, CC-01, CC-03), may they be accepted on arrival (CC-04,
 * CC-05, CC-10), may the maker's quality unit accept what was in quarantine (CC-05, CC-10)? */
void shipment_judge_sending(struct arena *arena, const struct sending_facts *facts,
                            struct rows *findings);
void shipment_judge_arrival(struct arena *arena, const struct arrival_facts *facts,
                            struct rows *findings);
void shipment_judge_decision(struct arena *arena, const struct decision_facts *facts,
                             struct rows *findings);

/* Verdicts that giving asks as well. */
enum verdict shipment_lot_released(const char *lot_status);
enum verdict shipment_lot_free(const char *holds);
enum verdict shipment_lot_lasts(struct date expires_on, struct date day);

#endif
