/* medium.c: how fast does a sphere of this size diffuse in this liquid? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

#include <math.h>

static const double boltzmann_j_per_k = 1.380649e-23; /* exact: SI of 2019 */
static const double zero_celsius_k = 273.15;
static const double pi = 3.14159265358979323846;

enum measured measure_water_viscosity_mpa_s(double temperature_c, double *viscosity_mpa_s)
{
    if (!isfinite(temperature_c))
        return MEASURED_MALFORMED;
    if (temperature_c < 0 || temperature_c > 110)
        return MEASURED_OUTSIDE;
    double t = (temperature_c + zero_celsius_k) / 300;
    *viscosity_mpa_s = (280.68 * pow(t, -1.9) + 511.45 * pow(t, -7.7) + 61.131 * pow(t, -19.6) +
                        0.45903 * pow(t, -40)) *
                       1e-3;
    return MEASURED;
}

static enum measured medium_check(const struct measure_medium *medium, double value)
{
    if (!isfinite(value) || !isfinite(medium->temperature_c) || !isfinite(medium->viscosity_mpa_s))
        return MEASURED_MALFORMED;
    return value > 0 && medium->temperature_c > -zero_celsius_k && medium->viscosity_mpa_s > 0
               ? MEASURED
               : MEASURED_OUTSIDE;
}

/* kB T/(3 pi eta) in nm um2/s: what diameter and diffusion coefficient multiply to. */
static double mobility_nm_um2_per_s(const struct measure_medium *medium)
{
    double m3_per_s = boltzmann_j_per_k * (medium->temperature_c + zero_celsius_k) /
                      (3 * pi * medium->viscosity_mpa_s * 1e-3);
    return m3_per_s * 1e21;
}

enum measured measure_diffusion_um2_per_s(double diameter_nm, const struct measure_medium *medium,
                                          double *diffusion_um2_per_s)
{
    enum measured state = medium_check(medium, diameter_nm);
    if (state == MEASURED)
        *diffusion_um2_per_s = mobility_nm_um2_per_s(medium) / diameter_nm;
    return state;
}

enum measured measure_diameter_nm(double diffusion_um2_per_s, const struct measure_medium *medium,
                                  double *diameter_nm)
{
    enum measured state = medium_check(medium, diffusion_um2_per_s);
    if (state == MEASURED)
        *diameter_nm = mobility_nm_um2_per_s(medium) / diffusion_um2_per_s;
    return state;
}
