/* remarks.h: what was found of one kind, the first few in words, and how many in all? */
#ifndef MEASURE_REMARKS_H
#define MEASURE_REMARKS_H

#include "base/arena.h"

enum { FINDINGS_BYTES = 960, FINDINGS_SHOWN = 4 };

/* The first few findings in words, and how many there were. */
struct remarks {
    size_t count;
    size_t length;
    char text[FINDINGS_BYTES];
};

void remarks_add(struct remarks *findings, const char *format, ...) PRINTF_LIKE(2, 3);

/* The words, and how many more there were. */
const char *remarks_text(struct arena *arena, const struct remarks *findings);

#endif
