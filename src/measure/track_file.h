/* track_file.h: what does the table of a tracker say, whichever tracker wrote it? */
#ifndef MEASURE_TRACK_FILE_H
#define MEASURE_TRACK_FILE_H

#include "base/text.h"
#include "measure/track.h"

enum {
    TRACK_FILE_BYTES = 512 << 20, /* larger files are refused */
    TRACK_FILE_FRAMES = 10000000, /* of one video; later ones are refused */
    TRACK_FILE_VIDEOS = 256,      /* in one file; higher numbers are refused */
};

enum track_file_kind {
    TRACK_FILE_UNKNOWN,
    TRACK_FILE_PLAIN,     /* frame, particle, x and y with their unit, perhaps brightness */
    TRACK_FILE_TRACKPY,   /* x and y in pixels, mass */
    TRACK_FILE_NANOSIGHT, /* AllTracks */
    TRACK_FILE_VIDEO,     /* no table: its tracks were found here */
};

struct track_file {
    enum track_file_kind kind;
    bool in_pixels; /* x and y need the size of a pixel */
    bool has_brightness;
    size_t rows;        /* with a particle */
    size_t videos;      /* 1, or the highest number in a column "video" */
    const char *unused; /* names of the columns that say nothing here, in their order, or "" */
};

/* Reads the table of one video into rows of the arena, all of video 0; or of several, where a
 * column "video" numbers them from 1. There a row without particle and position says that its frame
 * was looked at, so that observations->frames knows of frames in which nothing was seen. Positions
 * in pixels are multiplied by pixel_um; where that is 0 such a file is refused. Fails with
 * FAULT_INPUT and the place of the cell. */
MUST_USE bool track_file_read(struct arena *arena, struct fault *fault, const struct text *bytes,
                              double pixel_um, struct track_file *file,
                              struct observations *observations);

#endif
