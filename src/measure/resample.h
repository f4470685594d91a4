/* resample.h: which other tracks might as well have been seen? */
#ifndef MEASURE_RESAMPLE_H
#define MEASURE_RESAMPLE_H

#include "measure/measure.h"

/* Tracks of several videos. All arrays are the caller's. */
struct resample {
    const uint32_t *videos; /* of each track, from 0 */
    const double *weights;  /* of each track */
    size_t tracks;
    size_t video_count;
    size_t *order; /* tracks by video, as given within a video */
    size_t *first; /* in order, of each video; one more at the end */
    double
        shrink; /* from 0 to 1: how much of the videos' differences is more than the tracks' own */
};

/* Fills order and first. False where a track names a video that there is not. */
bool resample_sort(struct resample *resample);

/* Cochran's Q of the videos' weighted means of a value of the tracks, and Higgins' I2 = 1 -
 * (k-1)/Q: the part of their spread that the tracks within do not explain. 0 below two videos. Sets
 * shrink to its root. */
double resample_compare(struct resample *resample, const double *values);

/* New weights for one replicate: in each video as many tracks as it has are drawn with replacement,
 * and each video counts 1 + shrink (m k/(k - 1) - 1) times, m being how often it comes in k - 1
 * draws of k videos with replacement (Rao and Wu 1988, JASA 83 231). Drawing both freely would
 * count the spread of tracks twice. A stream of its own for each replicate. */
void resample_draw(const struct resample *resample, uint64_t seed, uint64_t replicate,
                   double *weights);

#endif
