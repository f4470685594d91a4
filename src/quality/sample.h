/* sample.h: which vials are meant for which test, and what were they before they were opened? */
#ifndef QUALITY_SAMPLE_H
#define QUALITY_SAMPLE_H

#include "manufacture/lot.h"
#include "manufacture/vial.h"

/* One use of the sample plan of a lot: these vials are for these tests. */
struct sample_use {
    const char *lot;
    int64_t number;
    const char *attributes; /* words separated by blanks */
    int64_t first;
    int64_t last;
    int64_t vials;
    int64_t entry;
};

/* The vials that somebody names for tests. */
struct sample {
    const char *attributes; /* that are tested, words separated by blanks */
    int64_t first;          /* 0 for none */
    int64_t last;
    int64_t pull; /* number of the stability pull that they come from; 0: a test of the lot */
};

extern const struct table sample_use_table;
extern const struct operation sample_operations[];
extern const struct rule sample_rules[];
enum { SAMPLE_OPERATIONS = 2, SAMPLE_RULES = 1 };

/* For judges: the vials may be opened for these tests. parts are those among them that are still
 * in stock, cut at both ends; vials that were taken for the same use before stay as they are. A
 * lot with a sample plan is tested from the vials of the plan alone (QC-01.planned/1). */
MUST_USE bool sample_take(struct work *work, const struct lot *lot, const struct sample *sample,
                          struct rows *parts);

/* For judges: the parts of a range that is wholly in the state, at the site and for the purpose
 * asked for (NULL: set aside for none), cut at both ends. */
MUST_USE bool sample_draw(struct work *work, const struct vial_range *asked, struct rows *parts);

/* For apply: they count as tested from here on. */
MUST_USE bool sample_mark(struct work *work, const struct rows *parts, int64_t entry);
MUST_USE bool sample_mark_for(struct work *work, const struct rows *parts, const char *purpose,
                              int64_t entry);

/* How many vials the tests of a lot need: by its plan or, without one, as many as were taken. */
MUST_USE bool sample_needed(struct work *work, const char *lot, struct count *vials);

#endif
