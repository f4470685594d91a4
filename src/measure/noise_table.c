/* noise_table.c: the distribution of a background pixel, tabulated for inversion. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/noise_table.h"

#include <math.h>

enum { MOST_OUTCOMES = 4096, MOST_BACKGROUND = 500 };

int32_t noise_number(const struct scene *scene, double electrons)
{
    double top = ldexp(1, scene->bits) - 1;
    double number = floor(electrons * scene->gain_dn_per_e + scene->offset_dn + 0.5);
    return (int32_t)fmin(fmax(number, 0), top);
}

/* Probability of fewer electrons than so many: Poisson light and normal read noise. */
static double probability_below(const struct scene *scene, double electrons, int most)
{
    double mean = scene->background_photons;
    double light = exp(-mean);
    double sum = 0;
    for (int count = 0; count <= most; count++) {
        double over = electrons - count;
        double share = over > 0;
        if (scene->read_noise_e > 0)
            share = 0.5 * erfc(-over / (scene->read_noise_e * sqrt(2)));
        sum += light * share;
        light *= mean / (count + 1);
    }
    return sum;
}

static void set_guides(struct noise_table *table)
{
    int32_t at = 0;
    for (int i = 0; i < NOISE_GUIDES; i++) {
        while (at + 1 < table->count && table->below[at] <= (double)i / NOISE_GUIDES)
            at++;
        table->guide[i] = at;
    }
}

/* exp(-mean) must not vanish, and outcomes farther out than 10 standard deviations do not occur. */
struct noise_table *noise_table_make(struct arena *arena, const struct scene *scene)
{
    struct noise_table *table = arena_take(arena, sizeof *table);
    double mean = scene->background_photons;
    if (mean > MOST_BACKGROUND)
        return table;
    int most = (int)(mean + 12 * sqrt(mean)) + 40;
    double reach = 10 * scene->read_noise_e;
    table->first = noise_number(scene, -reach);
    int32_t last = noise_number(scene, most + reach);
    if (last - table->first >= MOST_OUTCOMES)
        return table;
    table->count = last - table->first + 1;
    table->below = arena_take(arena, (size_t)table->count * sizeof *table->below);
    for (int32_t i = 0; i < table->count; i++) {
        double edge = (table->first + i + 0.5 - scene->offset_dn) / scene->gain_dn_per_e;
        table->below[i] = i + 1 < table->count ? probability_below(scene, edge, most) : 1;
    }
    set_guides(table);
    return table;
}

int32_t noise_table_draw(const struct noise_table *table, struct random *random)
{
    double share = random_uniform(random);
    int32_t at = table->guide[(int)(share * NOISE_GUIDES)];
    while (at + 1 < table->count && share >= table->below[at])
        at++;
    return table->first + at;
}
