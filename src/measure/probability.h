/* probability.h: how likely is a value, and which value is that likely? */
#ifndef MEASURE_PROBABILITY_H
#define MEASURE_PROBABILITY_H

/* Share of a standard normal variate below z. */
double probability_normal(double z);
double probability_normal_quantile(double probability);

/* Quantile of a gamma variate of that shape and scale 1; shape 0 gives 0. */
double probability_gamma_quantile(double shape, double probability);

/* Quantiles of Student's t and of Fisher's F. */
double probability_t_quantile(double degrees, double probability);
double probability_f_quantile(double above, double below, double probability);

#endif
