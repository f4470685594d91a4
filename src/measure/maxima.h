/* maxima.h: which maxima of the matched filters belong to one spot? */
#ifndef MEASURE_MAXIMA_H
#define MEASURE_MAXIMA_H

#include "measure/matched_filter.h"

struct maximum {
    double strength; /* in standard deviations of the noise */
    double growth;   /* of the variance of a pixel, that of its background being 1, with light in
                        standard deviations */
    float x_px;
    float y_px;
    int32_t scale;
    int32_t next; /* in its cell; -1: none */
    bool kept;    /* as a spot of its own */
};

/* Lives in its arena; one thread's. */
struct maxima {
    const struct matched_filter *filter;
    struct maximum *list;
    size_t count; /* may be more than there is room for */
    size_t most;
    int32_t *cells; /* the first in each */
    int32_t columns;
    int32_t rows;
};

struct maxima maxima_open(struct arena *arena, const struct matched_filter *filter, size_t most);

/* Sorts them, the strongest first, and keeps one for each spot: a weaker one near a stronger one is
 * of the same spot; a wide one that covers several that stand apart is none. */
void maxima_join(struct maxima *maxima);

#endif
