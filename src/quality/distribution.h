/* distribution.h: how are the sizes of a sample distributed, as the kept file of its assay tells?
 */
#ifndef QUALITY_DISTRIBUTION_H
#define QUALITY_DISTRIBUTION_H

#include "contract/operation.h"

extern const struct operation distribution_operations[];
enum { DISTRIBUTION_OPERATIONS = 1 };

#endif
