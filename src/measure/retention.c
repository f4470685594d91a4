/* retention.c: which part of a particle's frames lies in tracks that are long enough? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/measure.h"

#include <math.h>
#include <string.h>

/* Particles wander freely in the direction of the depth; one is in view while it is in the slab.
 * Between frames its place changes by a normal step, so that a track is a run of a Markov chain.
 * The slab is symmetric, and so is all that is asked: half of it is enough. */

enum { POSITIONS_MOST = 100, NODES_BASE = 14, NODES_PER_STEP = 2 };
_Static_assert((int)POSITIONS_MOST < (int)MEASURE_LENGTHS, "the shortest tracks have a length");
#define PI 3.14159265358979323846

/* Beyond so many widths of a whole track's walk the two faces know nothing of each other. */
#define FACES_APART 6.0

struct walk {
    size_t nodes;
    double *weights; /* of the quadrature, over half the slab, sum 1 */
    double *stay;    /* nodes x nodes: in view at one frame and at the next */
    double *skip;    /* in view, out of view, in view again */
};

/* From here on lengths are counted together. No track below it spans the whole video. */
static size_t long_from(const struct measure_slab *slab)
{
    return slab->frames / 2 < MEASURE_LENGTHS ? slab->frames / 2 : MEASURE_LENGTHS;
}

/* In units of the step of one axis from frame to frame. */
static double half_depth_most(const struct measure_slab *slab)
{
    return FACES_APART / 2 * sqrt(2 * (double)long_from(slab));
}

/* Nodes closer than a step: more change no figure. */
static size_t nodes_for(double half_depth)
{
    return NODES_BASE + (size_t)ceil(NODES_PER_STEP * half_depth);
}

static bool slab_is_usable(const struct measure_slab *slab)
{
    return slab->depth_um > 0 && isfinite(slab->depth_um) && slab->frame_s > 0 &&
           isfinite(slab->frame_s) && slab->positions_least >= 1 &&
           slab->positions_least <= POSITIONS_MOST && slab->frames >= 2 * slab->positions_least;
}

enum { WALK_MATRICES = 2, WALK_VECTORS = 10 };

size_t measure_retention_room(const struct measure_slab *slab)
{
    if (!slab_is_usable(slab))
        return 0;
    size_t nodes = nodes_for(half_depth_most(slab));
    return WALK_MATRICES * nodes * nodes + WALK_VECTORS * nodes;
}

/* Nodes and weights of Gauss and Legendre from 0 to 1, by Newton steps on the polynomial. */
static void legendre(size_t count, double *nodes, double *weights)
{
    for (size_t i = 0; i < count; i++) {
        double x = cos(PI * ((double)i + 0.75) / ((double)count + 0.5)), slope = 1;
        for (int round = 0; round < 50; round++) {
            double here = x, before = 1;
            for (size_t k = 2; k <= count; k++) {
                double next =
                    ((2 * (double)k - 1) * x * here - ((double)k - 1) * before) / (double)k;
                before = here;
                here = next;
            }
            slope = (double)count * (x * here - before) / (x * x - 1);
            double step = here / slope;
            x -= step;
            if (fabs(step) < 1e-15)
                break;
        }
        nodes[i] = (1 - x) / 2;
        weights[i] = 1 / ((1 - x * x) * slope * slope);
    }
}

/* Normal density of a step of this variance between two places, or to the mirror image of one. */
static double step_density(double from, double to, double variance)
{
    double near = to - from, far = to + from;
    return (exp(-near * near / (2 * variance)) + exp(-far * far / (2 * variance))) /
           sqrt(2 * PI * variance);
}

/* Out of view between two frames in view: every way of two steps, less those that stay in view. */
static void skip_fill(const struct walk *walk, const double *places, double half_depth)
{
    size_t n = walk->nodes;
    for (size_t i = 0; i < n; i++) {
        double *row = walk->skip + i * n;
        for (size_t j = 0; j < n; j++)
            row[j] = step_density(places[i], places[j], 2) * walk->weights[j] * half_depth;
        for (size_t k = 0; k < n; k++)
            for (size_t j = 0; j < n; j++)
                row[j] -= walk->stay[i * n + k] * walk->stay[k * n + j];
    }
}

/* half_depth in units of the step; places is room for one vector. */
static void walk_fill(const struct walk *walk, double half_depth, bool missed_frame_allowed,
                      double *places)
{
    size_t n = walk->nodes;
    legendre(n, places, walk->weights);
    for (size_t i = 0; i < n; i++)
        places[i] *= half_depth;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            walk->stay[i * n + j] =
                step_density(places[i], places[j], 1) * walk->weights[j] * half_depth;
    if (missed_frame_allowed)
        skip_fill(walk, places, half_depth);
    else
        memset(walk->skip, 0, n * n * sizeof *walk->skip);
}

static void matrix_add(const double *matrix, const double *vector, size_t n, double *result)
{
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += matrix[i * n + j] * vector[j];
        result[i] += sum;
    }
}

static double mean_product(const struct walk *walk, const double *one, const double *other)
{
    double sum = 0;
    for (size_t i = 0; i < walk->nodes; i++)
        sum += walk->weights[i] * one[i] * other[i];
    return sum;
}

/* Vectors over the nodes. */
struct runs {
    double *ending; /* probability that a track ends here, whatever frames follow */
    double *cut;    /* the same where only one frame follows in the video */
    double *one;
    double *alive; /* ways of so many positions with whatever behind them */
    double *next_alive;
    double *ways;  /* of tracks that end here with so many positions */
    double *spans; /* the same, times the frames from the first to the last */
    double *next_ways;
    double *next_spans;
};

/* Of so many positions; moves on to one more. */
static void runs_extend(const struct walk *walk, struct runs *runs)
{
    size_t n = walk->nodes;
    memset(runs->next_alive, 0, n * sizeof(double));
    memset(runs->next_ways, 0, n * sizeof(double));
    memset(runs->next_spans, 0, n * sizeof(double));
    matrix_add(walk->stay, runs->alive, n, runs->next_alive);
    matrix_add(walk->skip, runs->alive, n, runs->next_alive);
    matrix_add(walk->stay, runs->ways, n, runs->next_ways);
    matrix_add(walk->skip, runs->ways, n, runs->next_ways);
    matrix_add(walk->stay, runs->spans, n, runs->next_spans);
    matrix_add(walk->skip, runs->spans, n, runs->next_spans);
    matrix_add(walk->skip, runs->ways, n, runs->next_spans); /* a missed frame more in the span */
    for (size_t i = 0; i < n; i++)
        runs->next_spans[i] += runs->next_ways[i];
    double *alive = runs->alive, *ways = runs->ways, *spans = runs->spans;
    runs->alive = runs->next_alive;
    runs->next_alive = alive;
    runs->ways = runs->next_ways;
    runs->spans = runs->next_spans;
    runs->next_ways = ways;
    runs->next_spans = spans;
}

/* Where a track begins or ends: no frame of the two before it, or behind it, sees the particle. */
static void runs_begin(const struct walk *walk, struct runs *runs)
{
    size_t n = walk->nodes;
    for (size_t i = 0; i < n; i++)
        runs->one[i] = runs->alive[i] = 1;
    memset(runs->cut, 0, n * sizeof(double));
    matrix_add(walk->stay, runs->one, n, runs->cut);
    memcpy(runs->ending, runs->cut, n * sizeof(double));
    matrix_add(walk->skip, runs->one, n, runs->ending);
    for (size_t i = 0; i < n; i++) {
        runs->cut[i] = 1 - runs->cut[i];
        runs->ending[i] = 1 - runs->ending[i];
        runs->ways[i] = runs->spans[i] = runs->ending[i];
    }
}

/* Expected tracks of so many positions of one particle that is in view at each frame. A track that
 * touches an end of the video needs no entry or exit there. */
static double runs_expected(const struct measure_slab *slab, const struct walk *walk,
                            const struct runs *runs)
{
    bool missed = slab->missed_frame_allowed;
    double margin = missed ? 3 : 1;
    double both = mean_product(walk, runs->ending, runs->ways);
    double spans = mean_product(walk, runs->ending, runs->spans);
    double at_end = mean_product(walk, runs->one, runs->ways) +
                    (missed ? mean_product(walk, runs->cut, runs->ways) : 0);
    double expected = ((double)slab->frames - margin) * both - spans + 2 * at_end;
    return expected > 0 ? expected : 0;
}

/* The same of at least so many: each begins once, where the video has room for it. */
static double runs_longer(const struct measure_slab *slab, const struct walk *walk,
                          const struct runs *runs)
{
    bool missed = slab->missed_frame_allowed;
    double room = (double)slab->frames - (missed ? 1 : 0);
    return room * mean_product(walk, runs->one, runs->ways) -
           mean_product(walk, runs->one, runs->spans) + mean_product(walk, runs->one, runs->alive) +
           (missed ? mean_product(walk, runs->cut, runs->alive) : 0);
}

/* What is lost is lost at the two faces, which a deeper slab only moves apart: faces is the depth
 * computed over the depth there is. */
static void retention_count(const struct measure_slab *slab, const struct walk *walk,
                            struct runs *runs, double faces, struct measure_retention *result)
{
    double frames = (double)slab->frames, lost = 0, kept = 0, accepted = 0;
    size_t last = long_from(slab);
    for (size_t n = 0; n <= MEASURE_LENGTHS; n++)
        result->lengths[n] = 0;
    for (size_t n = 1; n < last; n++) {
        double expected = runs_expected(slab, walk, runs) * faces;
        result->lengths[n] = n < slab->positions_least ? 0 : expected;
        *(n < slab->positions_least ? &lost : &kept) += (double)n * expected;
        runs_extend(walk, runs);
    }
    double longer = 1 + (runs_longer(slab, walk, runs) - 1) * faces;
    result->lengths[last] = longer;
    result->long_from = last;
    for (size_t n = 1; n <= last; n++)
        accepted += result->lengths[n];
    for (size_t n = 1; n <= last && accepted > 0; n++)
        result->lengths[n] /= accepted;
    /* What the short tracks leave; where that drowns in rounding, what the others hold at least. */
    double left = frames - lost, held = kept + (double)last * longer;
    result->frames_kept = (left > held ? left : held) / frames;
    result->tracks_per_view = accepted / frames;
}

enum measured measure_retention(const struct measure_slab *slab, double diffusion_um2_per_s,
                                double *room, struct measure_retention *result)
{
    if (!slab_is_usable(slab))
        return MEASURED_OUTSIDE;
    if (!(diffusion_um2_per_s > 0) || !isfinite(diffusion_um2_per_s))
        return MEASURED_MALFORMED;
    double half_depth = slab->depth_um / 2 / sqrt(2 * diffusion_um2_per_s * slab->frame_s);
    double most = half_depth_most(slab);
    double computed = half_depth < most ? half_depth : most;
    size_t n = nodes_for(computed);
    struct walk walk = {.nodes = n, .stay = room, .skip = room + n * n};
    walk.weights = walk.skip + n * n;
    double *vectors = walk.weights + n;
    walk_fill(&walk, computed, slab->missed_frame_allowed, vectors);
    struct runs runs = {.ending = vectors,
                        .cut = vectors + n,
                        .one = vectors + 2 * n,
                        .alive = vectors + 3 * n,
                        .next_alive = vectors + 4 * n,
                        .ways = vectors + 5 * n,
                        .spans = vectors + 6 * n,
                        .next_ways = vectors + 7 * n,
                        .next_spans = vectors + 8 * n};
    runs_begin(&walk, &runs);
    retention_count(slab, &walk, &runs, computed / half_depth, result);
    return MEASURED;
}

double measure_length_log(const struct measure_retention *retention, size_t positions)
{
    size_t length = positions < retention->long_from ? positions : retention->long_from;
    return log(retention->lengths[length]);
}
