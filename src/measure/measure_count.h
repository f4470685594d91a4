/* measure_count.h: how many particles are there in a millilitre? A part of measure.h. */
#ifndef MEASURE_MEASURE_COUNT_H
#define MEASURE_MEASURE_COUNT_H

#include "measure/measure.h"

/* ---- Counts per frame. ---- */

enum { MEASURE_CLASSES = 64 }; /* of brightness, at most */

/* The rectangle in which spots are found, and how far inside it a position must lie to count. A
 * position on the left or upper edge counts, one on the right or lower edge does not, so that
 * rectangles side by side count every particle once. */
struct measure_view {
    double left_um;
    double top_um;
    double right_um;
    double bottom_um;
    double guard_um; /* spots this near to the edge may be cut off and missed */
};

enum measured measure_view_area_um2(const struct measure_view *view, double *area_um2);

/* Classes of the brightness of single spots, not of tracks: edges in ln(brightness/threshold), one
 * more than there are classes, ascending. What is brighter than the last edge goes into the last
 * class; what is dimmer than the first is not counted. Without edges there is one class, of all. */
struct measure_classes {
    const double *edges;
    size_t count;
    double threshold; /* in the unit of the brightness */
};

/* The counts of one video; the caller owns the array. */
struct measure_counts {
    struct measure_view view;
    struct measure_classes classes;
    size_t frames;
    double *counts; /* [class * frames + frame] */
    size_t guarded; /* spots that were not counted, being in the guard band or beyond */
    size_t dim;     /* the same, being dimmer than the first edge */
};

/* Checks view, classes and frames, and sets all counts to zero. */
enum measured measure_counts_begin(struct measure_counts *counts);
/* One spot. A brightness that is no number is malformed where there are edges. */
enum measured measure_counts_add(struct measure_counts *counts, int32_t frame, double x_um,
                                 double y_um, double brightness);

/* Edges that put as many of the values into each class; sorts the values. The first edge is the
 * smallest value. */
enum measured measure_class_edges(double *ln_ratios, size_t count, size_t classes, double *edges);

/* ---- Counting volume. ----
 *
 * From beads counted by other means or from the known geometry of the light, never from the
 * tracks of the sample itself: that way of finding the depth is patented. */

/* A spot at height z has the brightness peak exp(-2 z2/w2)/(1 + z2/zR2): w is the half width of the
 * light sheet at 1/e2 of its intensity, zR the range of focus. Either may be INFINITY. Where
 * fixed_um is set, the depth is that, for every brightness. */
struct measure_sheet {
    double half_width_um;
    double rayleigh_um;
    double fixed_um;
    double relative_sd; /* of the depths that follow */
    bool whole_light;   /* the brightness given is the whole light of a spot, which losing focus
                           spreads and does not take away; otherwise it is the height of the spot.
                           The threshold is one of height, in the same unit, in either case. */
};

/* 2 z*, the depth over which a particle of that peak brightness, as ln(peak/threshold), is above
 * the threshold; 0 for one that never is. */
enum measured measure_depth_um(const struct measure_sheet *sheet, double ln_ratio,
                               double *depth_um);

/* The mean of ln(brightness/threshold) over that depth, and the peak that has this mean. */
enum measured measure_depth_mean(const struct measure_sheet *sheet, double ln_ratio,
                                 double *mean_ln_ratio);
enum measured measure_depth_peak(const struct measure_sheet *sheet, double mean_ln_ratio,
                                 double *ln_ratio);

/* One depth per class such that the sum of counts/depth is the number per area and length for
 * particles of every peak brightness, wherever they are in the sheet: a particle is seen in its own
 * class only in the middle of the sheet, and in dimmer ones beside it. The equations are those of
 * Abel's integral, averaged over each class and solved from the dimmest class upwards; the sample
 * volume of a counter with uneven light is found in the same way (Holve and Self 1979, Applied
 * Optics 18, 1632). Particles whose peak lies in the first class count in part, hence complete
 * counts begin at the second edge; a first class from 0 to 0.6 keeps few spots from carrying much
 * of the sum, and steps of 0.25 from there on keep every peak within 1 %. The first edge must not
 * be below 0. */
enum measured measure_class_depths_um(const struct measure_sheet *sheet,
                                      const struct measure_classes *classes, double *depths_um);

/* A suspension of beads that was counted by other means and then seen here. */
struct measure_bead {
    const char *lot;
    const char *date;
    double per_ml;           /* as it was in the cell */
    double relative_sd;      /* of per_ml and of the count here, together */
    const double *per_frame; /* mean count of each class */
    double area_um2;
};

/* What a bead says of the depth. */
struct measure_depth_point {
    double ln_ratio; /* mean over its spots, by the middles of the classes */
    double depth_um; /* count/(per_ml area) */
    double relative_sd;
    double residual; /* ln of the concentration found with the fitted sheet over the true one */
};

/* Fits the sheet to beads: one bead scales it; two or three fit w and zR, starting from the sheet
 * given, with the ratio of both held to the given one within a factor of e^0.5 (one sd), because
 * beads of similar brightness leave it open. Points may be NULL. */
enum measured measure_sheet_calibrate(const struct measure_bead *beads, size_t count,
                                      const struct measure_classes *classes,
                                      struct measure_sheet *sheet,
                                      struct measure_depth_point *points);

/* ---- Autocorrelation of the count. ---- */

struct measure_series {
    const double *values; /* one per frame */
    size_t count;
};

struct measure_correlation {
    double frames;        /* tau = 1 + 2 sum of the autocorrelations, at least 1 */
    double mean_variance; /* of the mean of one series */
    size_t lags;          /* that were summed */
};

/* Integrated autocorrelation time by the initial monotone sequence (Geyer 1992, Statistical Science
 * 7, 473), autocovariances taken about the mean of each series, averaged over the series, and
 * corrected for that mean being estimated (Wolff 2004, Computer Physics Communications 156, 143).
 * Constant series say nothing: MEASURED_NOT. */
enum measured measure_correlation(const struct measure_series *series, size_t count,
                                  struct measure_correlation *result);

/* Particles that diffuse through a counted depth in the middle of a cell. */
struct measure_passage {
    double depth_um;
    double cell_um; /* depth of the cell, INFINITY where it is not known */
    double diffusion_um2_per_s;
    double frame_s;
};

/* tau of a video of so many frames for particles that only diffuse: 1 + 2 sum of (1 - lag/T)
 * P(lag), P being the probability of being in the depth again (Smoluchowski's probability after-
 * effect), walls reflecting, nothing leaving sideways. In a deep cell P falls as slowly as
 * 1/sqrt(lag), which no video is long enough to show: there measure_correlation finds too little.
 * Flow shortens it. */
enum measured measure_correlation_diffusion(const struct measure_passage *passage, size_t frames,
                                            double *correlation_frames);

/* Change over the whole series relative to its mean, by least squares, and its standard error where
 * the values are correlated over so many frames. */
struct measure_trend {
    double change;
    double change_sd;
};
enum measured measure_trend(const struct measure_series *series, double correlation_frames,
                            struct measure_trend *result);

/* ---- Concentration. ---- */

/* How counts become a density: NULL efficiencies are 1, NULL false spots 0. */
struct measure_yield {
    const double *depths_um;       /* of each class */
    const double *efficiencies;    /* share of the particles found within the depth */
    const double *false_per_frame; /* spots expected that are no particles */
};

/* What one video says. */
struct measure_density {
    size_t frames;
    double per_frame;          /* spots of all classes */
    double per_um3;            /* (1/area) sum over classes of (n - f)/(h e) */
    double false_per_um3;      /* what was taken off for false spots */
    double equal_per_frame;    /* (sum w n)2/(sum w2 n), w = 1/(h e): spots of equal weight */
    double heaviest_um3;       /* density that one spot per frame of the rarest class stands for */
    double correlation_frames; /* tau; 0 where the video does not tell */
};

/* series, of one value per frame, receives the density frame by frame. */
enum measured measure_density(const struct measure_counts *counts,
                              const struct measure_yield *yield, double *series,
                              struct measure_density *result);

/* Relative standard uncertainties of what is common to all videos. */
struct measure_factors {
    double dilution; /* how many times the sample was diluted; 0 is not known and refused */
    double dilution_sd;
    double volume_sd;
    double efficiency_sd;
    double false_sd;           /* of the false spots */
    double correlation_frames; /* tau is at least this; where neither tells, a video is one look */
};

enum measure_term {
    MEASURE_TERM_NONE,
    MEASURE_TERM_COUNTING,   /* 1/sqrt(N_eff) */
    MEASURE_TERM_VIDEOS,     /* what the spread of the videos has beyond counting */
    MEASURE_TERM_DILUTION,   /* as given */
    MEASURE_TERM_VOLUME,     /* as given, from calibration or geometry */
    MEASURE_TERM_EFFICIENCY, /* as given */
    MEASURE_TERM_FALSE,      /* false spots */
    MEASURE_TERM_BLANK,      /* counting and spread of the blank */
    MEASURE_TERMS
};

const char *measure_term_name(enum measure_term term);

struct measure_term_value {
    double relative_sd; /* of the concentration */
    double degrees;     /* of freedom, INFINITY where it is taken as known */
};

struct measure_concentration {
    double per_ml;            /* of the undiluted sample, never below zero */
    double difference_per_ml; /* the same as it comes out, which a blank can make negative */
    double blank_per_ml;      /* what was subtracted */
    double low_per_ml;        /* interval of 95 % */
    double high_per_ml;
    bool upper_limit;   /* nothing is seen beyond blank and chance: high_per_ml is a limit */
    bool budget_known;  /* false where per_ml is 0 */
    double relative_sd; /* combined */
    double expanded;    /* 2 relative_sd */
    double degrees;     /* effective, Welch and Satterthwaite */
    double independent; /* N_eff, over all videos */
    double per_frame;   /* spots */
    enum measure_term largest;
    struct measure_term_value terms[MEASURE_TERMS];
};

/* C = DF (density - density of the blank), and its budget.
 *
 * A particle stays in view for many frames, so that the mean of T frames with n spots each has the
 * variance n tau/T (Poisson occupancy): N_eff = n T/tau, the number of particles that were seen
 * independently. The interval of the count is that of a Poisson number (Garwood 1936) of N_eff; the
 * blank is taken off by the method of variance estimates recovery (Zou and Donner 2008), which
 * keeps the skewness of both. The spread of the videos s2/k contains their counting noise: only
 * what it has beyond 1/N_eff is a term of its own, so that the larger of the two counts. */
enum measured measure_concentration(const struct measure_density *videos, size_t count,
                                    const struct measure_density *blanks, size_t blank_count,
                                    const struct measure_factors *factors,
                                    struct measure_concentration *result);

/* ---- Detection limit. ---- */

/* ln(brightness) = ln(reference) + exponent ln(size/reference size) + normal spread; a spot is
 * found where brightness and noise exceed the threshold. */
struct measure_scatter {
    double reference_nm;
    double reference_brightness; /* in the middle of the sheet */
    double exponent;             /* 6 for small spheres (Rayleigh), less for vesicles */
    double spread;               /* sd of ln(brightness) between particles of one size */
    double threshold;
    double noise; /* sd of the brightness of one spot at the threshold */
};

enum measured measure_detection(const struct measure_scatter *scatter, double diameter_nm,
                                double *probability);
/* The size that is found with that probability. */
enum measured measure_detection_limit_nm(const struct measure_scatter *scatter, double probability,
                                         double *diameter_nm);

/* Mean depth over which particles of that size are seen, among those that are found at all. */
enum measured measure_size_depth_um(const struct measure_scatter *scatter,
                                    const struct measure_sheet *sheet, double diameter_nm,
                                    double *depth_um);

/* exponent and reference from pairs of ln(size) and ln(brightness) of particles, by Tukey's
 * resistant line of ln(size) on ln(brightness): sizes of single tracks err by far more than
 * brightness does, and the line on the noisier axis would come out flat. Sorts the pairs' order in
 * room, of 3 count doubles; spread becomes the robust sd of ln(brightness) that is left when the
 * known sd of ln(size) of a track is taken off. Threshold and noise stay as they are. */
enum measured measure_scatter_fit(const double *ln_sizes, const double *ln_brightness, size_t count,
                                  double ln_size_sd, double *room, struct measure_scatter *scatter);

/* Shares of the particles by size, which add up to 1, split at the sizes found with 95 and 50 %. */
struct measure_limited {
    double d50_nm;
    double d95_nm;
    double above;        /* share at or above d95: the result */
    double below;        /* share below d95, as it was counted */
    double extrapolated; /* what would come to below if it were divided by its efficiency, down to
                            d50; under that nothing is extrapolated */
};

enum measured measure_limit_split(const struct measure_scatter *scatter,
                                  const struct measure_sizes *sizes, const double *shares,
                                  struct measure_limited *result);

#endif
