/* video_counts.h: how many particles did the frames of each video show, part by part? */
#ifndef QUALITY_VIDEO_COUNTS_H
#define QUALITY_VIDEO_COUNTS_H

#include "contract/operation.h"

extern const struct operation video_counts_operations[];
enum { VIDEO_COUNTS_OPERATIONS = 1 };

#endif
