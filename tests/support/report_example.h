/* report_example.h: a report that the program itself wrote of simulated particles. */
#ifndef SUPPORT_REPORT_EXAMPLE_H
#define SUPPORT_REPORT_EXAMPLE_H

#include "measure/report.h"

/* Two videos of beads of 100 nm. Zero is the plain case. */
struct report_example {
    uint64_t seed;
    bool uncounted; /* no view, no dilution: sizes alone */
    bool exposure_assumed;
    bool few;              /* too few tracks: a flag fails */
    double dilution;       /* 0: 10 */
    size_t replicates;     /* of the resampling; 0: no intervals of sizes */
    const char *hash_mark; /* fifteen hexadecimal digits that the hashes repeat; NULL: some */
};

/* The JSON as the program writes it; the measurement that it tells, where one is asked for. */
const char *report_example(struct arena *arena, const struct report_example *example,
                           struct measurement *measurement);

/* The text with the first occurrence of one part replaced; the test fails where it has none. */
const char *report_changed(struct arena *arena, const char *report, const char *from,
                           const char *to);

#endif
