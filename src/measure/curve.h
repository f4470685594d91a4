/* curve.h: how does a distribution look when it is drawn, and where else might it run?
 *
 * Shares of maximum likelihood gather in few places, which are others with every sample; a reader
 * would take each for a population of its own. Drawn is what is left of them behind a bell of 10 %,
 * about the distance at which one sample can tell two sizes apart, of the fit and of every
 * replicate alike. Figures never come from what is drawn. */
#ifndef MEASURE_CURVE_H
#define MEASURE_CURVE_H

#include "measure/bootstrap.h"

#define CURVE_LN_SD 0.10 /* of the bell, in ln(size) */

/* The content stays: what the bell would lay beyond the first or last cell is thrown back. */
void curve_smooth(const struct measure_sizes *sizes, const double *shares, double *smooth);

/* Between which shares each cell of the replicates lies in 95 of 100. rows holds the shares of all
 * replicates, room as many doubles as there are replicates. */
void curve_interval(const struct bootstrap *bootstrap, const struct bootstrap_replicate *replicates,
                    double *room, double *low, double *high);

#endif
