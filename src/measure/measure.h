/* measure.h: what do the positions of diffusing particles say about their size and number?
 *
 * Pure functions over the caller's arrays: no file, no clock, no allocation, no thread, nothing
 * kept between calls. Where a function needs room, a function named ..._room says how much. Units
 * stand in the names. A result is written only where MEASURED is returned. This header stands alone
 * and is also installed, with the library, as exoledger/measure.h. */
#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero is no result. */
enum measured {
    MEASURED_NOT,      /* nothing was measured, or it says nothing: no steps, all positions equal */
    MEASURED,          /* the result holds */
    MEASURED_OUTSIDE,  /* a setting is outside what the method covers */
    MEASURED_MALFORMED /* a number is not finite, or frames do not ascend */
};

/* ---- The medium. ---- */

struct measure_medium {
    double temperature_c;
    double viscosity_mpa_s;
};

/* Water at 0.1 MPa between 0 and 110 C: IAPWS 2008, R12-08, section 3.1 (its short correlation). */
enum measured measure_water_viscosity_mpa_s(double temperature_c, double *viscosity_mpa_s);

/* Stokes-Einstein: the diffusion coefficient of a sphere, and the sphere that diffuses so fast. */
enum measured measure_diffusion_um2_per_s(double diameter_nm, const struct measure_medium *medium,
                                          double *diffusion_um2_per_s);
enum measured measure_diameter_nm(double diffusion_um2_per_s, const struct measure_medium *medium,
                                  double *diameter_nm);

/* ---- Tracks. ---- */

/* How long a frame and its exposure last. An exposure is never assumed: at 32.5 ms of 40 ms a
 * particle of 100 nm read without its blur becomes 137 nm. */
struct measure_timing {
    double frame_s;
    double exposure_s; /* from 0 to frame_s, taken as uniform */
};

struct measure_track {
    const int32_t *frames; /* ascending; a number left out is a missed frame */
    const double *x_um;
    const double *y_um;
    size_t positions;
    uint32_t video;      /* from 0 */
    uint32_t brightness; /* class, from 0 */
    double noise_um2;    /* variance of localisation on one axis, as it is known of its class */
};

/* Where no position of the tracks is malformed: MEASURED. *wrong is the first track that is not. */
enum measured measure_tracks_check(const struct measure_track *tracks, size_t count, size_t *wrong);

/* ---- Pooled covariance estimator: Vestergaard, Blainey and Flyvbjerg 2014, PRE 89 022726. ---- */

struct measure_covariance {
    double diffusion_um2_per_s;
    double diffusion_sd;     /* standard error, in um2/s */
    double noise_um2;        /* variance of localisation on one axis */
    double noise_sd;         /* standard error, in um2 */
    double mean_square_um2;  /* of the steps from a frame to the next, on one axis */
    double mean_product_um2; /* of two such steps that follow each other, on one axis */
    size_t steps;
    size_t pairs;
};

/* Over the tracks of one class of brightness. Steps over missed frames are left out. The standard
 * errors come from the scatter of the tracks; a noise below zero is returned as it comes out. */
enum measured measure_covariance(const struct measure_track *tracks, size_t count,
                                 uint32_t brightness, const struct measure_timing *timing,
                                 struct measure_covariance *result);

/* A smooth drift with p parameters an axis, fitted to these n steps an axis and taken off, took
 * p 2D dt, the power of free diffusion at frequency zero, from their sum of squares and from their
 * sum of products; this gives it back. taken is p/n. */
void measure_covariance_restore(const struct measure_timing *timing, double taken,
                                struct measure_covariance *result);

/* Relative standard deviation that this estimator has on one track of so many steps in so many
 * dimensions: sqrt([(6 + 4e + 2e2)/N + 4(1 + e)2/N2]/dim) with e = noise/(D dt) - 2R. */
double measure_covariance_spread(size_t steps, unsigned dimensions, double blur_r, double noise_x);

/* ---- Exact likelihood of one track. ---- */

/* Room, in doubles, for functions on one track of so many positions. */
size_t measure_track_room(size_t positions);

/* ln L of the steps of one track at each diffusion coefficient, up to a constant of the track; both
 * axes, exposure blur (Berglund 2010, PRE 82 011917) and the track's noise_um2 within. Without
 * missed frames by the sine transform of the steps, otherwise by the tridiagonal covariance of the
 * steps that there are. */
enum measured measure_track_likelihood(const struct measure_track *track,
                                       const struct measure_timing *timing,
                                       const double *diffusions_um2_per_s, size_t count,
                                       double *room, double *log_likelihoods);

struct measure_diffusion {
    double diffusion_um2_per_s; /* of the highest likelihood; 0 where noise explains every step */
    double low_um2_per_s;       /* 95 % interval */
    double high_um2_per_s;
    double bound_sd; /* Cramer-Rao bound at the estimate with the noise known, um2/s */
    size_t steps;
};

enum measured measure_track_diffusion(const struct measure_track *track,
                                      const struct measure_timing *timing, double *room,
                                      struct measure_diffusion *result);

/* Cramer-Rao bound of D relative to D for one track without missed frames: blur_r = exposure/(6
 * dt), noise_x = s2/(D dt); the noise known, or estimated from the same track. */
double measure_diffusion_bound(size_t steps, unsigned dimensions, double blur_r, double noise_x,
                               bool noise_known);

/* ---- Drift and vibration of the whole field. ---- */

struct measure_drift {
    double x_um_per_s; /* mean over the video */
    double y_um_per_s;
    double x_se_um_per_s;
    double y_se_um_per_s;
    double shear_per_s; /* growth of x speed with y, as a pump makes it; 0 unless asked for */
    double shear_se_per_s;
    double taken;           /* p/n: parameters of the polygon per step, what the fit takes of it */
    double vibration_ratio; /* common-mode variance over what independent steps give */
    double vibration_limit; /* 99 % point of that ratio where nothing vibrates */
    double rms_step_um;     /* of one axis, drift removed */
};

struct measure_drift_settings {
    uint32_t video;
    size_t frames; /* of that video, from frame 0 */
    double knot_s; /* of the polygon of speeds; at least four frames */
    bool with_shear;
    double *path_x_um; /* [frames], the caller's: the way of the field since frame 0 */
    double *path_y_um;
};

/* Room, in doubles, for a video of so many frames. */
size_t measure_drift_room(size_t frames, double frame_s, double knot_s);

/* The drift of one video as a speed that changes linearly between knots, by least squares over all
 * steps from a frame to the next. */
enum measured measure_drift(const struct measure_track *tracks, size_t count,
                            const struct measure_timing *timing,
                            const struct measure_drift_settings *settings, double *room,
                            struct measure_drift *result);

/* ---- Tracks that do not diffuse freely. ---- */

/* How far the mean squares at four frames and at one disagree with free diffusion at the track's
 * own D, in standard deviations; below zero: confined or stuck, above: carried along. Needs nine
 * positions without a missed frame among five. */
enum measured measure_anomaly(const struct measure_track *track,
                              const struct measure_timing *timing, double diffusion_um2_per_s,
                              double *deviation);

/* ---- Sizes. ---- */

/* Cells of equal width in ln(size); cell i reaches from low (high/low)^(i/count) on. */
struct measure_sizes {
    double low_nm;
    double high_nm;
    size_t count;
};

double measure_size_centre_nm(const struct measure_sizes *sizes, size_t cell);
double measure_size_edge_nm(const struct measure_sizes *sizes, size_t cell);

/* ---- Counts, volumes, concentrations and detection limits. */
#include "measure/measure_count.h"

/* ---- Shares of sizes: non-parametric maximum likelihood, with the tracks' exact likelihoods as
 * kernel in place of the Gamma kernels of Walker 2012, Meas. Sci. Technol. 23 065605. ------------
 */

/* 10 to 2000 nm in 240 cells. */
struct measure_sizes measure_sizes_default(void);

/* D of each cell's centre. */
enum measured measure_size_diffusions(const struct measure_sizes *sizes,
                                      const struct measure_medium *medium,
                                      double *diffusions_um2_per_s);

/* The likelihoods of each track at each cell relative to its highest, which is 1. All arrays are
 * the caller's. Doubles, although the rows need no such precision: conversion costs more time than
 * the memory of floats saves. */
struct measure_kernel {
    double *likelihoods; /* tracks x cells; what lies outside the band is never read */
    uint32_t *first;     /* of each track; below it, and from last on, nothing is above 1e-12 */
    uint32_t *last;
    size_t tracks;
    size_t cells;
};

/* One row from the logarithms at the cells' D. A row without any finite likelihood says nothing and
 * is MEASURED_NOT; minus infinity is allowed, NaN and plus infinity are not. */
enum measured measure_kernel_row(const double *log_likelihoods, size_t track,
                                 struct measure_kernel *kernel);

struct measure_fit_settings {
    double gradient_limit;  /* stop where no cell could raise ln L by more per unit of weight */
    size_t iterations_most; /* or here, and then the result says so */
};

/* As chosen on simulations: docs/measurement.md. */
struct measure_fit_settings measure_fit_settings_default(void);

struct measure_fit {
    bool converged;
    size_t iterations;
    double gradient;         /* Lindsay 1983: ln L is within this times the weight of its maximum */
    double log_likelihood;   /* weighted, of the rows as they are scaled in the kernel */
    double weight;           /* sum of the weights */
    size_t tracks;           /* of a weight above zero */
    double tracks_effective; /* (sum of weights)^2 / sum of their squares */
};

/* Room, in doubles, for the fit. */
size_t measure_fit_room(size_t cells);

/* The shares that maximise sum w ln(sum q L) by expectation and maximisation from equal shares; no
 * step lowers the likelihood, and stopping at the limit is what keeps the shares smooth. Weights
 * may be NULL: each 1. */
enum measured measure_shares_fit(const struct measure_kernel *kernel, const double *weights,
                                 const struct measure_fit_settings *settings, double *room,
                                 double *shares, struct measure_fit *fit);

/* Mean of ln(size) of each track, given the shares of all; 0 at a weight of zero. */
enum measured measure_track_log_sizes(const struct measure_kernel *kernel,
                                      const struct measure_sizes *sizes, const double *shares,
                                      double *log_sizes);

/* ---- What the shortest accepted track selects. --------------------------------------------------
 */

/* Particles are seen while they are between two planes; wide in the other directions. */
struct measure_slab {
    double depth_um;
    double frame_s;
    size_t frames;             /* of one video */
    size_t positions_least;    /* of a track that is accepted */
    bool missed_frame_allowed; /* a track goes on over one frame without its particle */
};

enum { MEASURE_LENGTHS = 128 };

struct measure_retention {
    double frames_kept;     /* share of the positions of such particles that accepted tracks hold */
    double tracks_per_view; /* accepted tracks per position in view, accepted or not */
    size_t long_from;       /* positions from which lengths are counted together */
    double lengths[MEASURE_LENGTHS + 1]; /* parts of the accepted tracks, by positions; sum 1 */
};

/* Room, in doubles; 0 where the slab makes no sense. */
size_t measure_retention_room(const struct measure_slab *slab);

/* Diffusion between absorbing planes in steps of one frame, by Gauss-Legendre quadrature (Nystrom);
 * entries, exits and both ends of the video counted. */
enum measured measure_retention(const struct measure_slab *slab, double diffusion_um2_per_s,
                                double *room, struct measure_retention *result);

/* ln of the probability that an accepted track has so many positions. Small particles leave sooner,
 * so that the length of a track says something of its size; the row of a track in the kernel takes
 * this in, because a mixture that is the same at every length would be wrong. The shares of tracks
 * that come out become shares of particles in view by division by tracks_per_view. */
double measure_length_log(const struct measure_retention *retention, size_t positions);

/* Shares divided by a value of each cell, and brought to the sum 1. NULL: by nothing. In place. */
enum measured measure_shares_divide(const double *divisors, size_t count, double *shares);

/* ---- Figures of a distribution. -----------------------------------------------------------------
 */

/* The content of a cell is spread evenly over its ln(size), so that a sample that lies in one cell
 * has its D50 at the centre of the cell. */
struct measure_figures {
    double mean_nm;
    double
        mode_nm; /* of the shares smoothed by 1-4-6-4-1: vertex of the parabola through the top */
    double d10_nm;
    double d50_nm;
    double d90_nm;
    double span;  /* (D90 - D10) / D50 */
    double sd_ln; /* standard deviation of ln(size) */
};

/* Shares or counts: they need not sum to 1. */
enum measured measure_figures(const struct measure_sizes *sizes, const double *shares,
                              struct measure_figures *figures);

/* The size below which so much of the content lies, from 0 to 1. */
enum measured measure_percentile_nm(const struct measure_sizes *sizes, const double *shares,
                                    double content, double *size_nm);

/* Shares by number become shares by volume. */
enum measured measure_shares_by_volume(const struct measure_sizes *sizes, const double *shares,
                                       double *volume_shares);

/* ISO 13322-1 for a geometric standard deviation of 1.6: particles needed so that a figure by
 * volume is within 5 % at 95 %. Wider samples need more. */
enum { MEASURE_VOLUME_MEAN_NEEDS = 6000, MEASURE_VOLUME_D90_NEEDS = 61000 };

/* A maximum of the smoothed shares, between the minima beside it. */
struct measure_peak {
    double size_nm;
    double share;
};

/* Peaks that a valley of at most 0.8 of the lower one parts, and that hold at least least_share.
 * The content of lesser ones is given to the peak before, or else behind. */
enum measured measure_peaks(const struct measure_sizes *sizes, const double *shares,
                            double least_share, struct measure_peak *peaks, size_t most,
                            size_t *count);

/* The naive histogram: each particle in the cell of its own size; outside is the content that no
 * cell holds. Weights may be NULL. */
enum measured measure_raw_shares(const struct measure_sizes *sizes, const double *sizes_nm,
                                 const double *weights, size_t count, double *shares,
                                 double *outside);

#endif
