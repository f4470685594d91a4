/* particles_agreement.c: figures of particles one by one, and where two tables of them part. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/import_particles.h"

#include <math.h>
#include <stdlib.h>

/* Sizes are printed to a tenth of a nanometre at best and to whole ones at worst. */
#define SIZE_ROUNDING_NM 0.5
#define DIFFUSION_ROUNDING 0.5
#define OWN_ROUNDING 1e-9

static int compare_numbers(const void *left, const void *right)
{
    double one = *(const double *)left;
    double other = *(const double *)right;
    return (one > other) - (one < other);
}

static double sorted_at(const double *sorted, size_t count, double share)
{
    double place = share * (double)(count - 1);
    size_t below = (size_t)place;
    double rest = place - (double)below;
    return below + 1 < count ? sorted[below] + rest * (sorted[below + 1] - sorted[below])
                             : sorted[count - 1];
}

static void bins_fill(struct arena *arena, const double *sorted, struct particle_sizes *sizes)
{
    double most = sorted[sizes->count - 1] / PARTICLE_BIN_NM;
    sizes->bin_count = most < PARTICLE_BINS_MOST ? (size_t)most + 1 : PARTICLE_BINS_MOST;
    size_t *bins = arena_take(arena, sizes->bin_count * sizeof *bins);
    size_t fullest = 0;
    for (size_t i = 0; i < sizes->count; i++) {
        double bin = sorted[i] / PARTICLE_BIN_NM;
        if (bin < (double)sizes->bin_count)
            bins[(size_t)bin]++;
        else
            sizes->beyond++;
    }
    for (size_t i = 1; i < sizes->bin_count; i++)
        fullest = bins[i] > bins[fullest] ? i : fullest;
    sizes->bins = bins;
    sizes->figures.mode_nm = ((double)fullest + 0.5) * PARTICLE_BIN_NM;
    sizes->figures.mode_vertex_nm = sizes->figures.mode_nm;
}

static void sizes_describe(struct arena *arena, double *sorted, struct particle_sizes *sizes)
{
    struct histogram_figures *figures = &sizes->figures;
    double count = (double)sizes->count;
    double sum = 0;
    double squares = 0;
    if (sizes->count == 0)
        return;
    qsort(sorted, sizes->count, sizeof *sorted, compare_numbers);
    for (size_t i = 0; i < sizes->count; i++)
        sum += sorted[i];
    figures->known = true;
    figures->mean_nm = sum / count;
    for (size_t i = 0; i < sizes->count; i++)
        squares += (sorted[i] - figures->mean_nm) * (sorted[i] - figures->mean_nm);
    figures->sd_nm = sqrt(squares / count);
    figures->d10_nm = sorted_at(sorted, sizes->count, 0.1);
    figures->d50_nm = sorted_at(sorted, sizes->count, 0.5);
    figures->d90_nm = sorted_at(sorted, sizes->count, 0.9);
    figures->span = (figures->d90_nm - figures->d10_nm) / figures->d50_nm;
    bins_fill(arena, sorted, sizes);
}

static void sizes_settle(struct arena *arena, struct particles *result,
                         const struct particle_list *list)
{
    double *included = arena_take(arena, list->count * sizeof *included);
    double *all = arena_take(arena, list->count * sizeof *all);
    struct remarks missing = {.count = 0};
    struct remarks excluded = {.count = 0};
    struct remarks nothing = {.count = 0};
    for (size_t i = 0; i < list->count; i++) {
        const struct particle *particle = &list->items[i];
        if (isnan(particle->size_nm)) {
            remarks_add(&missing, "particle %lld", (long long)particle->id);
            continue;
        }
        all[result->all.count++] = particle->size_nm;
        if (particle->included)
            included[result->included.count++] = particle->size_nm;
    }
    sizes_describe(arena, included, &result->included);
    sizes_describe(arena, all, &result->all);
    if (result->included.count == 0)
        remarks_add(&nothing, "none of %zu particles is included", list->count);
    else if (result->included.count < list->count)
        remarks_add(&excluded, "%zu of %zu particles are not included",
                    list->count - result->included.count, list->count);
    import_flag_raise(arena, &result->flags, IMPORT_NOTHING_INCLUDED, &nothing);
    import_flag_raise(arena, &result->flags, IMPORT_PARTICLES_EXCLUDED, &excluded);
    import_flag_raise(arena, &result->flags, IMPORT_SIZE_MISSING, &missing);
}

/* Size times diffusion coefficient is kT/(3 pi viscosity): one number for a video. */
static void mobility_settle(struct arena *arena, struct particles *result,
                            const struct particle_list *list)
{
    double *products = arena_take(arena, list->count * sizeof *products);
    size_t count = 0;
    struct remarks findings = {.count = 0};
    result->mobility_nm3_per_s = NAN;
    for (size_t i = 0; i < list->count; i++) {
        double product = list->items[i].size_nm * list->items[i].diffusion_nm2_per_s;
        if (product > 0)
            products[count++] = product;
    }
    if (count == 0)
        return;
    qsort(products, count, sizeof *products, compare_numbers);
    result->mobility_nm3_per_s = sorted_at(products, count, 0.5);
    for (size_t i = 0; i < list->count; i++) {
        const struct particle *particle = &list->items[i];
        double product = particle->size_nm * particle->diffusion_nm2_per_s;
        /* Twice, because the median is rounded itself. */
        double doubt = 2 * (SIZE_ROUNDING_NM / particle->size_nm +
                            DIFFUSION_ROUNDING / particle->diffusion_nm2_per_s);
        if (product > 0 && fabs(product / result->mobility_nm3_per_s - 1) > doubt + OWN_ROUNDING)
            remarks_add(&findings, "particle %lld: %.4g nm3/s instead of %.4g",
                        (long long)particle->id, product, result->mobility_nm3_per_s);
    }
    import_flag_raise(arena, &result->flags, IMPORT_SIZE_NOT_DIFFUSION, &findings);
}

/* What two tables of one video say of the same particle. */
struct disagreement {
    struct remarks ids;
    struct remarks lengths;
    struct remarks starts;
    struct remarks inclusions;
    struct remarks values;
};

static bool differs(double one, double other)
{
    return one != other && !isnan(one) && !isnan(other);
}

static void pair_compare(const struct particle *own, const struct particle *track,
                         struct disagreement *found)
{
    long long id = (long long)own->id;
    if (own->length >= 0 && own->length != track->length)
        remarks_add(&found->lengths, "particle %lld: %lld printed, %lld positions", id,
                    (long long)own->length, (long long)track->length);
    if (own->start_frame >= 0 && own->start_frame != track->start_frame)
        remarks_add(&found->starts, "particle %lld: %lld printed, first position in frame %lld", id,
                    (long long)own->start_frame, (long long)track->start_frame);
    if (own->included != track->included)
        remarks_add(&found->inclusions, "particle %lld", id);
    if (differs(own->size_nm, track->size_nm) || isnan(own->size_nm) != isnan(track->size_nm) ||
        differs(own->diffusion_nm2_per_s, track->diffusion_nm2_per_s))
        remarks_add(&found->values, "particle %lld: %g and %g nm", id, own->size_nm,
                    track->size_nm);
}

static void tables_compare(struct arena *arena, struct particles *result)
{
    struct disagreement *found = arena_take(arena, sizeof *found);
    struct particle_index tracks;
    struct particle_index particles;
    particle_index_make(arena, &result->tracks, result->tracks.count, &tracks);
    particle_index_make(arena, &result->particles, result->particles.count, &particles);
    for (size_t i = 0; i < result->particles.count; i++) {
        const struct particle *own = &result->particles.items[i];
        const struct particle *track = particle_index_find(&tracks, &result->tracks, own->id);
        if (track)
            pair_compare(own, track, found);
        else
            remarks_add(&found->ids, "particle %lld has no positions", (long long)own->id);
    }
    for (size_t i = 0; i < result->tracks.count; i++) {
        int64_t id = result->tracks.items[i].id;
        if (!particle_index_find(&particles, &result->particles, id))
            remarks_add(&found->ids, "particle %lld has positions alone", (long long)id);
    }
    import_flag_raise(arena, &result->flags, IMPORT_IDS_DISAGREE, &found->ids);
    import_flag_raise(arena, &result->flags, IMPORT_LENGTH_DISAGREES, &found->lengths);
    import_flag_raise(arena, &result->flags, IMPORT_START_DISAGREES, &found->starts);
    import_flag_raise(arena, &result->flags, IMPORT_INCLUSION_DISAGREES, &found->inclusions);
    import_flag_raise(arena, &result->flags, IMPORT_VALUES_DISAGREE, &found->values);
}

bool particles_settle(struct arena *arena, struct fault *fault, struct particles *result)
{
    const struct particle_list *list =
        result->particles.read ? &result->particles : &result->tracks;
    struct remarks always = {.count = 0};
    struct remarks none = {.count = 0};
    if (!list->read)
        return fail(fault, FAULT_INPUT, "file",
                    "Line 1, column 1: no table of particles is there.");
    remarks_add(&always, "%s%s%s", result->particles.read ? "ParticleData" : "",
                result->particles.read && result->tracks.read ? " and " : "",
                result->tracks.read ? "AllTracks" : "");
    remarks_add(&none, "sizes alone");
    import_flag_raise(arena, &result->flags, IMPORT_UNVALIDATED, &always);
    import_flag_raise(arena, &result->flags, IMPORT_NO_CONCENTRATION, &none);
    sizes_settle(arena, result, list);
    mobility_settle(arena, result, list);
    if (result->particles.read && result->tracks.read)
        tables_compare(arena, result);
    return true;
}
