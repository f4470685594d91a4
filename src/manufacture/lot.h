/* lot.h: one production period, one series of steps, numbered vials. */
#ifndef MANUFACTURE_LOT_H
#define MANUFACTURE_LOT_H

#include "contract/operation.h"

struct lot {
    const char *code;
    const char *site;          /* of the maker */
    const char *kind;          /* product or vehicle */
    const char *bulk;          /* of a product */
    const char *material;      /* lot of the buffer of a vehicle */
    const char *specification; /* code/version, as XP-AD/1.0 */
    const char *tissue;
    bool pool_of_donors;
    struct date filled_on;
    struct date expires_on; /* last usable day */
    int64_t vials;          /* made */
    int64_t volume_per_vial_ul;
    int64_t volume_in_ul; /* vials, priming and end of line */
    int64_t priming_ul;
    int64_t end_of_line_ul;
    const char *status;      /* quarantine, released, rejected */
    int64_t entry;           /* fill */
    int64_t inspected_entry; /* visual inspection, 0 before */
    int64_t vials_rejected;  /* at inspection */
    int64_t rejected_first;  /* 0 for none */
    int64_t rejected_last;
    int64_t labels_entry; /* reconciliation of the labels, 0 before */
    int64_t labels_issued;
    int64_t labels_used;
    int64_t labels_spoiled;
    int64_t labels_destroyed;
    int64_t reported_entry; /* production report, 0 before */
    int64_t decided_entry;  /* release or rejection, 0 before */
};

extern const struct table lot_table;
extern const struct schema lot_schema;
extern const struct operation lot_operations[];
enum { LOT_OPERATIONS = 2 };

/* Whether the labels were reconciled, and with as many vials as passed the inspection that stands.
 */
bool lot_labels_close(const struct lot *lot);

/* Codes of the donors that a lot came from, separated by blanks. */
MUST_USE bool lot_donors(struct work *work, const char *lot, const char **donors);

/* Accounts that recorded or signed any production step of the lot or of what it came from (RL-02):
 * words separated by blanks. */
MUST_USE bool lot_makers(struct work *work, const char *lot, const char **accounts);

#endif
