/* vial.h: where is each vial of a lot? Ranges of serials, clustered by (lot, first). */
#ifndef MANUFACTURE_VIAL_H
#define MANUFACTURE_VIAL_H

#include "contract/operation.h"

/* Serials first..last, inclusive, that share everything below. Ranges of a lot never overlap and
 * cover 1..made without a gap. */
struct vial_range {
    const char *lot;
    int64_t first;
    int64_t last;
    const char *state;    /* one of vial_states */
    const char *site;     /* where they are, or were last */
    const char *shipment; /* newest shipment, or NULL */
    const char *patient;  /* who received them, or NULL */
    const char *dose;     /* in which dose, or NULL */
    const char *purpose;  /* what they were set aside for, as reserve, or NULL */
    int64_t entry;        /* entry that put them here */
};

/* in_stock, in_transit, arrived (received, not decided), rejected, tested, retained, given,
 * destroyed, lost. NULL-terminated. */
extern const char *const vial_states[];
extern const struct schema vial_range_schema;
extern const struct table vial_table;

/* made vials of a new lot, in stock at the site. For apply. */
MUST_USE bool vial_fill(struct work *work, const char *lot, int64_t made, const char *site,
                        int64_t entry);

/* For judges: all of first..last exist, are in the state and at the site; otherwise
 * FAULT_CONFLICT that names the first serial that is not, and what it is instead. */
MUST_USE bool vial_check(struct work *work, const struct vial_range *asked);

/* For apply: first..last become what to says; ranges are split at the edges. */
MUST_USE bool vial_change(struct work *work, const struct vial_range *to);

/* For retract: the vials that an entry moved go back to what parts says they were. FAULT_CONFLICT
 * when a later entry has moved one of them on. */
MUST_USE bool vial_return(struct work *work, const struct rows *parts, int64_t entry);

/* Ranges that overlap first..last, as they are; whole ranges, not cut. */
MUST_USE bool vial_overlapping(struct work *work, const char *lot, int64_t first, int64_t last,
                               struct rows *ranges);

/* The same, cut to first..last. */
MUST_USE bool vial_within(struct work *work, const char *lot, int64_t first, int64_t last,
                          struct rows *ranges);

/* Every range of a lot in order of serial, without purpose and entry, as struct vial_range; a gap
 * between two is a damaged record. The visitor may not ask the database or keep texts. */
MUST_USE bool vial_each(struct work *work, const char *lot, const struct visitor *visitor);

/* One row per state and site with the number of vials; the sum is made. */
struct vial_balance {
    const char *state;
    const char *site;
    int64_t vials;
};
extern const struct schema vial_balance_schema;
MUST_USE bool vial_balance(struct work *work, const char *lot, struct rows *balance);

/* One row per purpose, state and site: what the vials of a lot that were set aside are for. */
struct vial_purpose {
    const char *purpose;
    const char *state;
    const char *site;
    int64_t vials;
};
extern const struct schema vial_purpose_schema;
MUST_USE bool vial_purposes(struct work *work, const char *lot, struct rows *purposes);

/* Vials of a purpose in a state, at every site; any state where it is NULL. */
MUST_USE bool vial_count(struct work *work, const struct vial_range *asked, int64_t *vials);

#endif
