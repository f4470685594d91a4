/* qualify_above.h: how true is the number of particles that are large enough to be seen? */
#ifndef MEASURE_QUALIFY_ABOVE_H
#define MEASURE_QUALIFY_ABOVE_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/qualify.h"

#include <stdint.h>

/* Lognormal samples whose small particles are below the threshold; everything that the answer
 * needs, the law of brightness included, is taken from their tracks and the geometry of the light.
 */
MUST_USE bool qualify_above(struct arena *arena, struct fault *fault, uint64_t seed,
                            struct qualification *qualification);

#endif
