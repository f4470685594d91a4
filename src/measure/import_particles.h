/* import_particles.h: what do NanoSight's tables of particles and of positions say, and do they
 * agree? A pure reader: no file, no clock. */
#ifndef MEASURE_IMPORT_PARTICLES_H
#define MEASURE_IMPORT_PARTICLES_H

#include "base/arena.h"
#include "base/fault.h"
#include "measure/histogram.h"
#include "measure/import_flag.h"

#include <stdint.h>

enum {
    PARTICLE_FILE_BYTES = 512 << 20, /* larger files are refused */
    PARTICLE_BIN_NM = 5,
    PARTICLE_BINS_MOST = 2000, /* to 10 um; larger particles are counted beyond */
};

struct particle {
    int64_t id;
    int64_t start_frame; /* -1 where the file does not say */
    int64_t last_frame;
    int64_t length;             /* positions of its track; -1 where the file does not say */
    double size_nm;             /* NAN where the instrument gave none */
    double diffusion_nm2_per_s; /* NAN where the file does not say */
    double ln_intensity;        /* the same; mean over the rows of a table of positions */
    bool included;              /* in the instrument's distribution */
};

struct particle_list {
    bool read;
    struct particle *items; /* in the order of the file */
    size_t count;
    size_t rows;        /* positions, or particles */
    const char *unused; /* names of the columns that say nothing here, or "" */
};

/* Percentiles are interpolated linearly at place (n - 1) p among the sorted sizes (type 7 of
 * Hyndman and Fan 1996); mode is the centre of the fullest bin of PARTICLE_BIN_NM. */
struct particle_sizes {
    size_t count;
    size_t beyond;    /* above the last bin */
    size_t bin_count; /* from 0 nm to the largest size */
    const size_t *bins;
    struct histogram_figures figures;
};

struct particles {
    struct particle_list particles; /* ParticleData, where it was given */
    struct particle_list tracks;    /* AllTracks, where it was given */
    struct particle_sizes included; /* of ParticleData where it was given, of AllTracks otherwise */
    struct particle_sizes all;
    double mobility_nm3_per_s; /* median of size times diffusion coefficient; NAN unknown */
    struct import_flags flags;
};

/* One of the two tables, whichever of them the columns name. A second table of the same kind is
 * refused. Fails with FAULT_INPUT, field "file" and line and column. */
MUST_USE bool particles_read(struct arena *arena, struct fault *fault, const unsigned char *bytes,
                             size_t size, struct particles *result);

/* Once all tables are read: figures, and where the tables do not agree. */
MUST_USE bool particles_settle(struct arena *arena, struct fault *fault, struct particles *result);

/* Places of items by id, for lists in any order; 0 stands for none, others are index + 1. At most
 * half of them are ever taken. */
struct particle_index {
    size_t *places;
    size_t room; /* a power of two */
};

/* With room for as many items as are said to come. */
void particle_index_make(struct arena *arena, const struct particle_list *list, size_t most,
                         struct particle_index *index);
const struct particle *particle_index_find(const struct particle_index *index,
                                           const struct particle_list *list, int64_t id);

#endif
