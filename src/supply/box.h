/* box.h: which vials travelled in which box, at which probe, and what became of that box? */
#ifndef SUPPLY_BOX_H
#define SUPPLY_BOX_H

#include "contract/operation.h"

/* What the packer says about one box; serials first..last, inclusive. */
struct box_given {
    const char *code;
    int64_t first;
    int64_t last;
    const char *layer; /* top, bottom, or NULL */
    const char *probe; /* name in the logger's file, or box_no_probe */
};

struct box {
    const char *code;
    const char *shipment;
    const char *lot;
    int64_t first;
    int64_t last;
    const char *layer;
    const char *probe;
    struct real maximum_c;     /* at its probe on the way; unknown until the logger was read */
    struct count minutes_out;  /* on that way; unknown until the logger was read */
    struct count minutes_life; /* of its worst vial, all transports until then */
    const char *decision;      /* in_transit, waiting, accepted, rejected */
    const char *why;
    int64_t entry;         /* of the sending */
    int64_t decided_entry; /* 0 before */
};

/* A box without a probe of its own counts as the worst of all probes. */
extern const char box_no_probe[];

extern const struct table box_table;
extern const struct schema box_given_schema;
extern const struct operation box_operations[];
enum { BOX_OPERATIONS = 2 };

/* Pure: box_whole when the boxes hold first..last exactly once and no code stands twice, otherwise
 * what is wrong, in words. */
extern const char box_whole[];
const char *box_cover(struct arena *arena, const struct rows *boxes, int64_t first, int64_t last);

/* Boxes of a shipment in the order of their codes. */
MUST_USE bool box_list(struct work *work, const char *shipment, struct rows *boxes);

/* The boxes of a lot that held the serial, as struct box: one per transport. */
MUST_USE bool box_of_vial(struct work *work, const char *lot, int64_t serial, struct rows *boxes);

#endif
