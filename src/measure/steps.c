/* steps.c: may these tracks and times be reckoned with? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/steps.h"

#include <math.h>

enum measured timing_check(const struct measure_timing *timing)
{
    if (!isfinite(timing->frame_s) || !isfinite(timing->exposure_s))
        return MEASURED_MALFORMED;
    return timing->frame_s > 0 && timing->exposure_s >= 0 && timing->exposure_s <= timing->frame_s
               ? MEASURED
               : MEASURED_OUTSIDE;
}

enum measured track_check(const struct measure_track *track)
{
    for (size_t i = 0; i < track->positions; i++) {
        if (!isfinite(track->x_um[i]) || !isfinite(track->y_um[i]))
            return MEASURED_MALFORMED;
        if (i > 0 && track_gap(track, i - 1) < 1)
            return MEASURED_MALFORMED;
    }
    return isfinite(track->noise_um2) ? MEASURED : MEASURED_MALFORMED;
}

enum measured measure_tracks_check(const struct measure_track *tracks, size_t count, size_t *wrong)
{
    for (size_t i = 0; i < count; i++)
        if (track_check(&tracks[i]) != MEASURED) {
            *wrong = i;
            return MEASURED_MALFORMED;
        }
    return MEASURED;
}
