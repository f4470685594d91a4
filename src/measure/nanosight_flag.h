/* nanosight_flag.h: what must a reader of an experiment summary's numbers know about them? */
#ifndef MEASURE_NANOSIGHT_FLAG_H
#define MEASURE_NANOSIGHT_FLAG_H

#include "measure/nanosight_field.h"
#include "measure/remarks.h"

enum nanosight_flag_kind {
    FLAG_PRINTED_DISAGREES,
    FLAG_AVERAGE_DISAGREES,
    FLAG_PERCENTILE_LEFT_EDGE,
    FLAG_PERCENTILE_EDGE_UNKNOWN,
    FLAG_EMPTY_VIDEO,
    FLAG_AVERAGE_INCLUDES_EMPTY,
    FLAG_UNPROCESSED_VIDEO,
    FLAG_SINGLE_VIDEO,
    FLAG_DILUTION_NOT_RECORDED,
    FLAG_DILUTION_UNKNOWN,
    FLAG_DILUTION_DIFFERS,
    FLAG_CONCENTRATION_WARNING,
    FLAG_NOISE_WARNING,
    FLAG_VIBRATION,
    FLAG_COUNT_HIGH,
    FLAG_COUNT_LOW,
    FLAG_VENDOR_WARNING,
    FLAG_SETTINGS_DIFFER,
    FLAG_TEMPERATURE_CONSTANT,
    FLAG_VISCOSITY_NOT_WATER,
    FLAG_SHUTTER_TOO_LONG,
    FLAG_TRACKS_INCONSISTENT,
    FLAG_RANGE_EXCEEDED,
    FLAG_ROW_MISSING,
    FLAG_VALUE_MISSING,
    FLAG_VERSION_UNTESTED,
    FLAG_VERSION_DIFFERS,
    FLAG_TIME_NOT_UNDERSTOOD,
    FLAG_KINDS,
};

/* Raises the flag when there is something to show. */
void nanosight_flag_raise(struct arena *arena, struct nanosight *draft,
                          enum nanosight_flag_kind kind, const struct remarks *findings);

#endif
