/* random.c: xoshiro256++ and the variates made of it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/random.h"

#include <math.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ mixed >> 31;
}

struct random random_stream(uint64_t seed, uint64_t stream)
{
    struct random random = {.has_spare = 0};
    uint64_t of_stream = stream;
    uint64_t state = seed ^ splitmix(&of_stream);
    for (int i = 0; i < 4; i++)
        random.state[i] = splitmix(&state);
    return random;
}

static uint64_t rotate(uint64_t bits, int by)
{
    return bits << by | bits >> (64 - by);
}

uint64_t random_bits(struct random *random)
{
    uint64_t *s = random->state;
    uint64_t bits = rotate(s[0] + s[3], 23) + s[0];
    uint64_t moved = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= moved;
    s[3] = rotate(s[3], 45);
    return bits;
}

double random_uniform(struct random *random)
{
    return (double)(random_bits(random) >> 11) * 0x1p-53;
}

uint64_t random_below(struct random *random, uint64_t below)
{
    uint64_t first = -below % below; /* numbers under it would make the low remainders likelier */
    uint64_t bits = random_bits(random);
    while (bits < first)
        bits = random_bits(random);
    return bits % below;
}

double random_normal(struct random *random)
{
    if (random->has_spare) {
        random->has_spare = 0;
        return random->spare;
    }
    double a = 0, b = 0, square = 0;
    do {
        a = 2 * random_uniform(random) - 1;
        b = 2 * random_uniform(random) - 1;
        square = a * a + b * b;
    } while (square >= 1 || square <= 0);
    double scale = sqrt(-2 * log(square) / square);
    random->spare = b * scale;
    random->has_spare = 1;
    return a * scale;
}

/* How often a product of uniform numbers stays above exp(-mean). */
static uint64_t poisson_by_products(struct random *random, double mean)
{
    double limit = exp(-mean);
    double product = random_uniform(random);
    uint64_t count = 0;
    while (product > limit) {
        product *= random_uniform(random);
        count++;
    }
    return count;
}

/* Transformed rejection with squeeze: W. Hörmann, Insurance: Mathematics and Economics 12 (1993)
 * 39-45; its constants. */
static uint64_t poisson_by_rejection(struct random *random, double mean)
{
    double b = 0.931 + 2.53 * sqrt(mean);
    double a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    double fits = 0.9277 - 3.6224 / (b - 2);
    int sign = 0; /* lgamma would keep it where all threads write */
    for (;;) {
        double u = random_uniform(random) - 0.5;
        double v = random_uniform(random);
        double us = 0.5 - fabs(u);
        double count = floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= fits)
            return (uint64_t)count;
        if (count < 0 || (us < 0.013 && v > us))
            continue;
        if (log(v * inverse_alpha / (a / (us * us) + b)) <=
            count * log(mean) - mean - lgamma_r(count + 1, &sign))
            return (uint64_t)count;
    }
}

uint64_t random_poisson(struct random *random, double mean)
{
    enum { REJECTION_FROM = 30 };
    if (!(mean > 0))
        return 0;
    return mean < REJECTION_FROM ? poisson_by_products(random, mean)
                                 : poisson_by_rejection(random, mean);
}
