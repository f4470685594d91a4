/* random.h: which number comes next, the same for the same seed on every machine? */
#ifndef MEASURE_RANDOM_H
#define MEASURE_RANDOM_H

#include <stdint.h>

/* xoshiro256++ 1.0 (Blackman and Vigna 2019), filled by splitmix64. For simulation and resampling
 * only, never for secrets. A stream of its own for each thing that draws (a particle, a frame, a
 * replicate) makes the draws independent of order and threads. */
struct random {
    uint64_t state[4];
    double spare; /* the second normal of a pair */
    int has_spare;
};

struct random random_stream(uint64_t seed, uint64_t stream);
uint64_t random_bits(struct random *random);
/* From 0 up to, but not including, 1. */
double random_uniform(struct random *random);
/* From 0 up to, but not including, below; without bias. below must not be 0. */
uint64_t random_below(struct random *random, uint64_t below);
/* Mean 0, standard deviation 1: Marsaglia's polar method. */
double random_normal(struct random *random);
/* A count with this mean: by products below 30, by Hörmann's PTRS (1993) from there on. */
uint64_t random_poisson(struct random *random, double mean);

#endif
