/* qualify_links.h: are spots linked to the particle to which they belong? */
#ifndef MEASURE_QUALIFY_LINKS_H
#define MEASURE_QUALIFY_LINKS_H

#include "base/fault.h"
#include "measure/qualify.h"

/* Simulated spots without their numbers, linked, held against the truth: links between different
 * particles, links that are lost, the pooled D; with drift, misses, lost frames, false spots, in a
 * light sheet, and in a crowd. seeds->count runs of each condition, of a tenth of their frames
 * where it has to be quick. */
MUST_USE bool qualify_links(struct fault *fault, const struct qualify_seeds *seeds, bool quick,
                            struct qualification *qualification);

#endif
