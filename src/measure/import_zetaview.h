/* import_zetaview.h: what do the texts of a ZetaView say, and do they agree with themselves? A pure
 * reader: no file, no clock. */
#ifndef MEASURE_IMPORT_ZETAVIEW_H
#define MEASURE_IMPORT_ZETAVIEW_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/histogram.h"
#include "measure/import_flag.h"

enum {
    ZETAVIEW_FILE_BYTES = 16 << 20, /* larger files are refused */
    ZETAVIEW_ENTRIES = 256,
    ZETAVIEW_POSITIONS = 64,
    ZETAVIEW_TABLES = 8,
};

/* Part of the cell in which particles are counted: the printed concentrations are the mean number
 * of particles over this volume in all files that were seen. */
#define ZETAVIEW_VOLUME_CM3 2.33e-6

enum zetaview_part {
    ZETAVIEW_NONE,
    ZETAVIEW_SIZE,
    ZETAVIEW_PLACES, /* the positions in the cell, mostly eleven */
    ZETAVIEW_PROFILE,
};

/* A line of the head: text without its colons; "" where nothing stands behind it. */
struct zetaview_entry {
    const char *key;
    const char *value;
    const char *word; /* such as "sensed" */
    size_t line;
};

struct zetaview_number {
    bool known;
    double value;
    const char *word; /* what stands behind it, or "" */
};

/* Texts are "" where the line is missing. */
struct zetaview_head {
    size_t count;
    struct zetaview_entry entries[ZETAVIEW_ENTRIES]; /* all of them, in their order */
    const char *original_file;
    const char *software;
    const char *serial;
    const char *sample;
    const char *electrolyte;
    const char *date;
    const char *time;
    const char *type;
    const char *drift_checked;
    const char *drift_result;
    const char *cell_checked;
    const char *cell_result;
    const char *camera;
    const char *filter;
    struct zetaview_number temperature_c;
    struct zetaview_number viscosity_mpa_s;
    struct zetaview_number positions;
    struct zetaview_number traces;
    struct zetaview_number particles; /* mean number in view */
    struct zetaview_number dilution;
    struct zetaview_number correction_factor;
    struct zetaview_number least_brightness;
    struct zetaview_number least_area;
    struct zetaview_number most_area;
    struct zetaview_number least_length;
    struct zetaview_number sensitivity;
    struct zetaview_number shutter_per_s;
    struct zetaview_number laser_nm;
    struct zetaview_number pixel_um;
    struct zetaview_number median_number_nm;
    struct zetaview_number median_concentration_nm;
    struct zetaview_number median_volume_nm;
};

struct zetaview_bins {
    size_t count;
    double *centres_nm;
    double *numbers;
    double *per_cm3;
    double *volumes_nm3; /* number times the volume of a sphere; NAN without the column */
    double *areas_nm2;
};

enum zetaview_basis {
    ZETAVIEW_BASIS_UNKNOWN,
    ZETAVIEW_IN_CELL,    /* not multiplied by the dilution */
    ZETAVIEW_MULTIPLIED, /* by the dilution, unlike any file that was seen */
};

struct zetaview_size {
    bool read;
    bool empty;                       /* nothing was tracked: no figure, and no zero */
    double width_nm;                  /* of a linear bin */
    struct zetaview_bins linear;      /* from 0 nm */
    struct zetaview_bins logarithmic; /* the same particles once more */
    enum zetaview_basis basis;
    double number;
    double per_ml;                    /* sum of the column Concentration; NAN where empty */
    struct histogram_figures figures; /* recomputed from the linear bins */
};

enum zetaview_figure {
    ZETAVIEW_POSITION,
    ZETAVIEW_INTENSITY,
    ZETAVIEW_PARTICLES,
    ZETAVIEW_PER_ML,
    ZETAVIEW_ORIGINAL_PER_ML,
    ZETAVIEW_TRACES,
    ZETAVIEW_X50_NM,
    ZETAVIEW_PEAK_NM,
    ZETAVIEW_SPAN,
    ZETAVIEW_DRIFT_UM_PER_S,
    ZETAVIEW_FIGURES,
};

struct zetaview_place {
    bool used;
    double figures[ZETAVIEW_FIGURES]; /* NAN where the column is missing or says NaN */
    const char *removal;              /* why it was left out, or "" */
};

struct zetaview_places {
    bool read;
    size_t count;
    size_t used;
    struct zetaview_place places[ZETAVIEW_POSITIONS];
    bool mean_printed;
    bool sd_printed;
    double mean[ZETAVIEW_FIGURES]; /* as printed */
    double sd[ZETAVIEW_FIGURES];
    double own_mean[ZETAVIEW_FIGURES]; /* of the positions used; NAN without any */
    double own_sd[ZETAVIEW_FIGURES];
    double dilution_low; /* which dilutions the two concentrations allow; NAN unknown */
    double dilution_high;
    bool in_cell; /* concentration is the number over the counting volume */
};

/* A table as it stands there. */
struct zetaview_table {
    const char *title;
    size_t columns;
    const char **names;
    size_t rows;
    const char **texts;   /* row by row */
    const double *values; /* NAN where the text is no number */
};

struct zetaview_profile {
    bool read;
    size_t count;
    struct zetaview_table tables[ZETAVIEW_TABLES];
};

struct zetaview {
    struct zetaview_head head; /* of the size or of the profile */
    struct zetaview_size size;
    struct zetaview_places places;
    struct zetaview_profile profile;
    struct import_flags flags;
};

/* Which of the texts this is, by what stands in it. */
enum zetaview_part zetaview_part_of(const unsigned char *bytes, size_t size);

/* Reads one of the texts into its part. Fails with FAULT_INPUT, field "file" and line and column.
 */
MUST_USE bool zetaview_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                            size_t size, struct zetaview *result);

/* Once all texts are read: what they say against themselves and one another. */
void zetaview_settle(struct arena *arena, struct zetaview *result);

#endif
