/* qualify_images.h: what does the whole way from the pixels to sizes and numbers come out as? */
#ifndef MEASURE_QUALIFY_IMAGES_H
#define MEASURE_QUALIFY_IMAGES_H

#include "base/fault.h"
#include "measure/qualify.h"

struct qualify_images_settings {
    struct qualify_seeds seeds; /* videos of each scene */
    unsigned threads;
};

/* Simulated videos, never written: recall, precision, localisation, links, D, drift, sizes and
 * concentration against what was simulated. */
MUST_USE bool qualify_images(struct fault *fault, const struct qualify_images_settings *settings,
                             struct qualification *qualification);

#endif
