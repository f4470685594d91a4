/* qualify_diffusion.h: do the estimators find the diffusion that tracks were made with? */
#ifndef MEASURE_QUALIFY_DIFFUSION_H
#define MEASURE_QUALIFY_DIFFUSION_H

#include "base/arena.h"
#include "measure/qualify.h"

/* Sixteen conditions, exposures of 0, 0.43, 0.81 and 1 of a frame by reduced noise x = s2/(D dt) of
 * 0, 0.05, 0.25 and 1, each for tracks of 5, 10, 20, 50 and 100 steps, of which the worst is told;
 * then the same with every fifth frame missed. steps is how many go into each. */
void qualify_diffusion(struct arena *arena, const struct qualify_seeds *seeds, size_t steps,
                       struct qualification *qualification);

#endif
