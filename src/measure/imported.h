/* imported.h: what does an instrument's export say, in one form for every instrument? */
#ifndef MEASURE_IMPORTED_H
#define MEASURE_IMPORTED_H

#include "base/text.h"
#include "measure/import_nanosight.h"
#include "measure/import_particles.h"
#include "measure/import_zetaview.h"

enum { IMPORTED_SETS = 4, IMPORTED_FACTS = 48, IMPORTED_TABLES = 12 };

enum imported_kind {
    IMPORTED_UNKNOWN,
    IMPORTED_NANOSIGHT_SUMMARY,
    IMPORTED_NANOSIGHT_PARTICLES, /* ParticleData */
    IMPORTED_NANOSIGHT_TRACKS,    /* AllTracks */
    IMPORTED_ZETAVIEW_SIZE,
    IMPORTED_ZETAVIEW_POSITIONS,
    IMPORTED_ZETAVIEW_PROFILE,
    IMPORTED_KINDS,
};

/* What a concentration counts. */
enum imported_basis {
    IMPORTED_BASIS_UNKNOWN,
    IMPORTED_NO_CONCENTRATION, /* the file holds none */
    IMPORTED_IN_CELL,          /* particles in the liquid that was measured, diluted as it was */
    IMPORTED_DILUTION_APPLIED, /* multiplied by the recorded dilution already */
};

/* A number that is not known is NAN. */
struct imported_figures {
    double mean_nm;
    double sd_nm;
    double mode_nm;
    double d10_nm;
    double d50_nm;
    double d90_nm;
    double span;
};

struct imported_set {
    const char *name; /* "recomputed", "printed", "all_particles" */
    const char *label;
    const char *label_ja;
    struct imported_figures figures;
};

/* A text, or where it is NULL a number. */
struct imported_value {
    const char *text;
    double number;
};

struct imported_fact {
    const char *name;
    const char *label;
    const char *label_ja;
    const char *unit;
    struct imported_value value;
};

struct imported_table {
    const char *name;
    const char *label;
    const char *label_ja;
    bool shown; /* on the page too, not only as JSON */
    size_t columns;
    const char **names; /* one per column */
    size_t rows;
    struct imported_value *values; /* row by row */
};

struct imported_file {
    const char *name;
    const char *sha256;
    enum imported_kind kind;
};

/* Texts are UTF-8 and live in the arena of the import. */
struct imported {
    enum imported_kind kind;
    const char *program; /* name and version of ours */
    const struct imported_file *files;
    size_t file_count;
    const char *instrument;
    const char *software;
    bool unvalidated; /* no real file of the kind was at hand */
    enum imported_basis basis;
    double dilution;             /* as the file prints it; NAN where it does not */
    double concentration_per_ml; /* of what the basis says */
    const char *weighting;       /* "number", or "" where there are no sizes */
    const char *percentiles;     /* what D10, D50 and D90 mean */
    const char *percentiles_ja;
    size_t set_count;
    struct imported_set sets[IMPORTED_SETS];
    size_t fact_count;
    struct imported_fact facts[IMPORTED_FACTS];
    size_t table_count;
    struct imported_table tables[IMPORTED_TABLES];
    size_t flag_count;
    struct import_flag flags[IMPORT_FLAGS];
};

/* Which kind of export these bytes are, by what stands in them. */
enum imported_kind imported_kind_of(const unsigned char *bytes, size_t size);
/* "nanosight_particle_data" */
const char *imported_kind_name(enum imported_kind kind);
/* "a NanoSight ParticleData file" */
const char *imported_kind_words(enum imported_kind kind);

const char *imported_basis_words(enum imported_basis basis, bool japanese);

/* Bytes of the files that are there; at most one of each kind, of kinds that belong together. */
struct imported_bytes {
    const unsigned char *bytes;
    size_t size;
};

/* Reads what belongs together. Where it fails, *wrong is the kind of the file at fault. */
MUST_USE bool imported_read(struct arena *arena, struct fault *fault,
                            const struct imported_bytes files[IMPORTED_KINDS],
                            struct imported *imported, enum imported_kind *wrong);

void imported_from_summary(struct arena *arena, const struct nanosight *summary,
                           struct imported *imported);
void imported_from_particles(struct arena *arena, const struct particles *particles,
                             struct imported *imported);
void imported_from_zetaview(struct arena *arena, const struct zetaview *zetaview,
                            struct imported *imported);

/* For filling. */
void imported_set_add(struct imported *imported, const char *const words[3],
                      const struct imported_figures *figures);
void imported_number_add(struct imported *imported, const char *const words[4], double number);
void imported_text_add(struct imported *imported, const char *const words[4], const char *text);
struct imported_table *imported_table_add(struct arena *arena, struct imported *imported,
                                          const char *const words[3], size_t columns, size_t rows);
struct imported_figures imported_figures_of(const struct histogram_figures *figures);

/* One page in English or Japanese, or one JSON object. */
void imported_print(const struct imported *imported, bool japanese, struct text *out);
void imported_json(const struct imported *imported, struct text *out);

#endif
