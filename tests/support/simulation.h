/* simulation.h: what does a scene give, and is it what theory asks for? */
#ifndef SUPPORT_SIMULATION_H
#define SUPPORT_SIMULATION_H

#include "measure/simulate.h"

/* Fails the test unless value is within three standard errors of what is expected; theory gives
 * the error, and the seeds are fixed. */
void assert_near(double value, double expected, double error);

/* Fails the test with the sentence of the fault where the scene cannot be simulated. */
struct simulated simulate(struct arena *arena, const struct scene *scene, uint64_t seed);

#endif
