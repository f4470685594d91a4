/* fuzz_time.c: any text is one instant, date or zone, printed and read back the same, or none. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

static void demand(bool truth)
{
    if (!truth)
        abort();
}

/* Texts of instants sort as the instants do. */
static void demand_instant(struct arena *arena, int64_t usec, int zone_minutes)
{
    int64_t again = 0;
    int64_t day = 0;
    int zone = 1;
    const char *text = instant_print(arena, usec);
    demand(instant_parse(text, &again, &zone) && again == usec && zone == 0);
    demand(strcmp(text, instant_print(arena, usec + 1)) < 0);
    demand(instant_parse(instant_print_zone(arena, usec, zone_minutes), &again, &zone));
    demand(zone == zone_minutes && again <= usec && usec - again < USEC_PER_SECOND);
    day = day_of_instant(usec, zone_minutes);
    demand(day * USEC_PER_DAY <= usec + zone_minutes * USEC_PER_MINUTE);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    struct arena *arena = arena_open((size_t)1 << 24);
    const char *text = arena_text(arena, (const char *)bytes, size);
    int64_t usec = 0;
    int64_t day = 0;
    int minutes = 0;
    int again = 0;
    if (instant_parse(text, &usec, &minutes))
        demand_instant(arena, usec, minutes);
    if (date_parse(text, &day))
        demand(strcmp(date_print(arena, day), text) == 0);
    if (zone_parse(text, &minutes))
        demand(zone_parse(zone_print(arena, minutes), &again) && again == minutes);
    arena_close(arena);
    return 0;
}
