/* import_flag.h: what must a reader of an instrument's export know about its numbers? */
#ifndef MEASURE_IMPORT_FLAG_H
#define MEASURE_IMPORT_FLAG_H

#include "measure/remarks.h"

#include <stddef.h>

enum { IMPORT_FLAGS = 40 };

/* A stable word, what was seen, and what it does to the result. */
struct import_flag {
    const char *id;
    const char *value;
    const char *effect;
    const char *effect_ja;
};

struct import_flags {
    size_t count;
    struct import_flag items[IMPORT_FLAGS];
};

enum import_flag_kind {
    IMPORT_UNVALIDATED,
    IMPORT_NO_CONCENTRATION,
    IMPORT_NOTHING_INCLUDED,
    IMPORT_PARTICLES_EXCLUDED,
    IMPORT_SIZE_MISSING,
    IMPORT_SIZE_NOT_DIFFUSION,
    IMPORT_ROWS_DISAGREE,
    IMPORT_IDS_DISAGREE,
    IMPORT_LENGTH_DISAGREES,
    IMPORT_START_DISAGREES,
    IMPORT_INCLUSION_DISAGREES,
    IMPORT_VALUES_DISAGREE,
    IMPORT_EMPTY_RESULT,
    IMPORT_CONCENTRATION_IN_CELL,
    IMPORT_CONCENTRATION_DISAGREES,
    IMPORT_CONCENTRATION_MULTIPLIED,
    IMPORT_CORRECTION_FACTOR,
    IMPORT_NOT_CONCENTRATIONS,
    IMPORT_MOMENTS_DISAGREE,
    IMPORT_TRACES_DISAGREE,
    IMPORT_MEDIAN_AT_CENTRE,
    IMPORT_MEDIAN_DISAGREES,
    IMPORT_VISCOSITY_NOT_WATER,
    IMPORT_TEMPERATURE_ENTERED,
    IMPORT_CHECK_NEVER,
    IMPORT_CHECK_NOT_GOOD,
    IMPORT_FIELD_MISSING,
    IMPORT_VERSION_UNTESTED,
    IMPORT_RANGE_EXCEEDED,
    IMPORT_POSITIONS_REMOVED,
    IMPORT_POSITION_EMPTY,
    IMPORT_NO_POSITION_USED,
    IMPORT_REMOVAL_UNCLEAR,
    IMPORT_MEANS_MISSING,
    IMPORT_MEANS_DISAGREE,
    IMPORT_ORIGINAL_DISAGREES,
    IMPORT_POSITIONS_DISAGREE,
    IMPORT_FLAG_KINDS,
};

/* Raises the flag when there is something to show. */
void import_flag_raise(struct arena *arena, struct import_flags *flags, enum import_flag_kind kind,
                       const struct remarks *findings);

/* The flag of that id, or NULL where it was not raised. */
const struct import_flag *import_flag_named(const struct import_flags *flags, const char *id);

#endif
