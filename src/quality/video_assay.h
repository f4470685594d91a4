/* video_assay.h: what did this program measure in the videos of a sample, and may it count? */
#ifndef QUALITY_VIDEO_ASSAY_H
#define QUALITY_VIDEO_ASSAY_H

#include "contract/operation.h"

/* What a measurement shows beside its values. */
struct video_facts {
    const char *worst_flag; /* fine, warn or fail */
    const char *failed;     /* flags that failed, or none */
    bool exposure_known;    /* recorded, not assumed */
    const char *demand;     /* of the limits that it was judged by, in words; NULL: none */
    bool demand_met;
};

extern const struct schema video_facts_schema;
extern const struct operation video_assay_operations[];
extern const struct rule video_assay_rules[];
enum { VIDEO_ASSAY_OPERATIONS = 1, VIDEO_ASSAY_RULES = 4 };

/* Pure: whether the measurement is more than interim. */
void video_assay_judge(struct arena *arena, const struct video_facts *facts, struct rows *findings);

#endif
