/* sizes.c: which sizes does a cell of the grid stand for? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/sizes.h"

#include <math.h>

struct measure_sizes measure_sizes_default(void)
{
    return (struct measure_sizes){.low_nm = 10, .high_nm = 2000, .count = 240};
}

bool sizes_are_usable(const struct measure_sizes *sizes)
{
    return sizes->low_nm > 0 && isfinite(sizes->high_nm) && sizes->high_nm > sizes->low_nm &&
           sizes->count >= SIZES_LEAST && sizes->count <= SIZES_MOST;
}

double sizes_log_width(const struct measure_sizes *sizes)
{
    return log(sizes->high_nm / sizes->low_nm) / (double)sizes->count;
}

double measure_size_centre_nm(const struct measure_sizes *sizes, size_t cell)
{
    return sizes->low_nm * exp(((double)cell + 0.5) * sizes_log_width(sizes));
}

double measure_size_edge_nm(const struct measure_sizes *sizes, size_t cell)
{
    return sizes->low_nm * exp((double)cell * sizes_log_width(sizes));
}

enum measured measure_size_diffusions(const struct measure_sizes *sizes,
                                      const struct measure_medium *medium,
                                      double *diffusions_um2_per_s)
{
    if (!sizes_are_usable(sizes))
        return MEASURED_OUTSIDE;
    for (size_t i = 0; i < sizes->count; i++) {
        enum measured measured = measure_diffusion_um2_per_s(measure_size_centre_nm(sizes, i),
                                                             medium, &diffusions_um2_per_s[i]);
        if (measured != MEASURED)
            return measured;
    }
    return MEASURED;
}
