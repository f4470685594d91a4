/* report_table.h: what was seen, and what each track says, as tables for other programs? */
#ifndef MEASURE_REPORT_TABLE_H
#define MEASURE_REPORT_TABLE_H

#include "measure/report.h"

/* Every position, in a form that track_file_read takes back to the last digit: video, frame,
 * particle, x_um, y_um, brightness. Drift is still in it. */
void report_tracks(const struct report *report, struct text *out);

/* One row for each track that gave a size. */
void report_sizes(const struct report *report, struct text *out);

#endif
