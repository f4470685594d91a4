/* noise_table.h: which number does a pixel show that only the background lights? */
#ifndef MEASURE_NOISE_TABLE_H
#define MEASURE_NOISE_TABLE_H

#include "measure/random.h"
#include "measure/scene.h"

enum { NOISE_GUIDES = 1024 };

/* Probabilities of all numbers that occur, summed, so that one draw gives one pixel; most pixels
 * of a video are such. */
struct noise_table {
    int32_t first; /* number of the first outcome */
    int32_t count; /* of outcomes; 0: too many, pixels are drawn one by one */
    double *below; /* probability of this outcome or a lower one */
    int32_t guide[NOISE_GUIDES];
};

struct noise_table *noise_table_make(struct arena *arena, const struct scene *scene);

int32_t noise_table_draw(const struct noise_table *table, struct random *random);

/* The number of a pixel with so many electrons. */
int32_t noise_number(const struct scene *scene, double electrons);

#endif
