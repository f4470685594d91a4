/* expectation.h: what does one step of expectation and maximisation make of the shares? */
#ifndef MEASURE_EXPECTATION_H
#define MEASURE_EXPECTATION_H

#include "measure/measure.h"

/* Sum of weights times the probability of each cell given its track, over the share of the cell:
 * shares times this are the new shares times the sum of weights. False where a track has no
 * likelihood under the shares. */
bool expectation_sum(const struct measure_kernel *kernel, const double *weights,
                     const double *shares, double *sums);

/* sum w ln(sum q L). */
double expectation_log_likelihood(const struct measure_kernel *kernel, const double *weights,
                                  const double *shares);

#endif
