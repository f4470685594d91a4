/* time.h: instants, civil dates and zones as text and as numbers. The clock itself is data. */
#ifndef BASE_TIME_H
#define BASE_TIME_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

#define USEC_PER_SECOND INT64_C(1000000)
#define USEC_PER_MINUTE (60 * USEC_PER_SECOND)
#define USEC_PER_DAY (86400 * USEC_PER_SECOND)

/* RFC 3339 with a zone, years 1900 to 2200 there and in UTC, at most six decimals of a second; a
 * leap second is refused. usec counts from 1970-01-01T00:00:00Z; zone_minutes is the offset as
 * written. */
bool instant_parse(const char *text, int64_t *usec, int *zone_minutes);

/* Whether it can be written so that instant_parse reads it. */
bool instant_is_known(int64_t usec);

/* As 2025-01-14T01:00:00.000000Z, so that texts sort as instants do. */
char *instant_print(struct arena *arena, int64_t usec);
/* As 2025-01-14T10:00:00+09:00, for people; seconds are cut, not rounded. */
char *instant_print_zone(struct arena *arena, int64_t usec, int zone_minutes);

/* +09:00 to 540 and back. */
bool zone_parse(const char *text, int *zone_minutes);
char *zone_print(struct arena *arena, int zone_minutes);

/* YYYY-MM-DD, years 1900 to 2200, to days since 1970-01-01 and back. */
bool date_parse(const char *text, int64_t *day);
char *date_print(struct arena *arena, int64_t day);

/* Microseconds on a clock that only runs forward: how long something took, never what time it is.
 */
int64_t stopwatch_usec(void);

/* The civil day on which an instant falls in a zone. */
int64_t day_of_instant(int64_t usec, int zone_minutes);

#endif
