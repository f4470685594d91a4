/* qualify_counts.h: how true are the concentrations of simulated samples? */
#ifndef MEASURE_QUALIFY_COUNTS_H
#define MEASURE_QUALIFY_COUNTS_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/qualify.h"

/* Adds a row for each condition: depth from counted beads and from geometry, lognormal sizes above
 * the detection limit, coverage, linearity, blank, spread of a video. Beads for calibration are
 * drawn from the seeds behind those of the scores. Takes memory for one run at a time. */
MUST_USE bool qualify_counts(struct arena *arena, struct fault *fault,
                             const struct qualify_seeds *seeds,
                             struct qualification *qualification);

#endif
