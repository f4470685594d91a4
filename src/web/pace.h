/* pace.h: what time is it for a server whose machine's clock is set back or stands still? */
#ifndef WEB_PACE_H
#define WEB_PACE_H

#include "base/arena.h"

#include <stdint.h>

struct pace;

struct pace *pace_open(struct arena *arena);

/* The wall clock's time, unless that lies behind what was said before: then half of the time that
 * went by on the stopwatch since, until the wall clock has caught up. So time never runs backwards,
 * never stands still for long, and sessions end however the clock is set. Any thread may ask. */
int64_t pace_now(struct pace *pace, int64_t wall_usec, int64_t stopwatch_usec);

#endif
