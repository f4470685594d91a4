/* measuring_tables.h: what do the tables of tracks that were given hold together? */
#ifndef MEASURING_TABLES_H
#define MEASURING_TABLES_H

#include "measure/report.h"

/* Lives in its arena. */
struct measuring_tables {
    struct report_file *files; /* of each video */
    size_t video_count;
    struct track_table table;
};

/* Each file is a video of its own, or several where it numbers them; at most MEASUREMENT_VIDEOS. */
MUST_USE bool measuring_tables_read(struct arena *arena, struct fault *fault,
                                    const char *const *paths, size_t count, double pixel_um,
                                    struct measuring_tables *tables);

#endif
