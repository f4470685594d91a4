/* localisation.h: where exactly are the spots that were found, and how bright is each?
 *
 * Spots closer than three of their widths are fitted together, and what spots farther away throw
 * over them is taken off first. */
#ifndef MEASURE_LOCALISATION_H
#define MEASURE_LOCALISATION_H

#include "base/arena.h"
#include "measure/detection.h"
#include "measure/spot_fit.h"

/* Lives in its arena; one thread's. */
struct localiser;

struct localiser *localiser_open(struct arena *arena, const struct detection_settings *settings);

/* spots[*count] begin as they were found, the strongest first, and end as they are most likely, in
 * the same order; those that come to nothing are left out. */
void localise(struct localiser *localiser, const struct frame *frame, const float *residual,
              struct located *spots, size_t *count);

/* Variance of a pixel whose background stands at this level, in DN^2. */
double localiser_variance(const struct frame_noise *noise, double level_dn);

/* Standard deviation of the light that is found for a spot alone. */
double localiser_light_error_dn(struct localiser *localiser, double sd_px, double level_dn,
                                double light_dn);

#endif
