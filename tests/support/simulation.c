/* simulation.c: scenes simulated for tests, and values held against theory. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "simulation.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>

void assert_near(double value, double expected, double error)
{
    if (!(fabs(value - expected) <= 3 * error))
        fail_msg("%.9g is not %.9g within three times %.3g", value, expected, error);
}

struct simulated simulate(struct arena *arena, const struct scene *scene, uint64_t seed)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct simulated simulated;
    if (!simulate_tracks(arena, &fault, scene, seed, &simulated))
        fail_msg("%s", fault.text);
    return simulated;
}
