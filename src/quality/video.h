/* video.h: which sample does a video show, and where does it lie? */
#ifndef QUALITY_VIDEO_H
#define QUALITY_VIDEO_H

#include "measure/report_reading.h"
#include "quality/sample.h"

/* One file that was measured: a video, or the table of tracks that was made of one. */
struct video {
    const char *sha256;
    const char *assay;
    const char *lot;
    int64_t pull;
    int64_t first_vial;
    int64_t last_vial;
    const char *name;
    const char *kind;
    const char *place; /* where it lies, as somebody says; NULL: nobody said */
    int64_t number;    /* of the video in a file that holds several, or 0 */
    int64_t frames;
    struct count frames_lost; /* unknown, as what follows, where a table of tracks was measured */
    struct count width_px;
    struct count height_px;
    struct count bits; /* of a pixel */
    bool lossy;        /* its compression has changed the light */
    struct real threshold_sd;
    int64_t tracks; /* with a size */
    int64_t entry;
};

/* Where a file of the report lies. */
struct video_place {
    const char *file; /* its name or hash */
    const char *place;
};

extern const struct table video_table;
extern const struct schema video_schema;
extern const struct schema video_body_schema; /* inside of a body */
extern const struct schema video_place_schema;
extern const struct operation video_operations[];
extern const struct rule video_rules[];
enum { VIDEO_OPERATIONS = 1, VIDEO_RULES = 1 };

/* For judges: what a report measured, as videos of this sample. Refuses a place that belongs to no
 * file, and a file that another sample was measured with (QC-13.video/1). */
MUST_USE bool videos_take(struct work *work, const struct report_reading *reading,
                          const struct rows *places, const struct video *sample,
                          struct rows *videos);

/* For apply and for retract: of one assay. */
MUST_USE bool videos_put(struct work *work, const struct video *sample, const struct rows *videos);
MUST_USE bool videos_give_back(struct work *work, const char *assay, const struct rows *videos);

#endif
