/* imported_nanosight.c: what NanoSight exports say, in the form of all imports. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/imported.h"

#include <math.h>

static const char right_edges[] =
    "number-weighted; cumulative sum at the right edge of 1 nm bins, interpolated linearly";
static const char right_edges_ja[] = "個数基準。1 nmビンの右端での累積を直線補間。";
static const char sorted_sizes[] =
    "number-weighted; place (n - 1) p among the sorted sizes of single particles, interpolated "
    "linearly; mode is the centre of the fullest 5 nm bin";
static const char sorted_sizes_ja[] =
    "個数基準。粒子ごとの粒径を並べた(n-1)p番目を直線補間。最頻値は最多の5 nmビンの中央。";

struct imported_figures imported_figures_of(const struct histogram_figures *figures)
{
    if (!figures->known)
        return (struct imported_figures){NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    return (struct imported_figures){figures->mean_nm, figures->sd_nm,  figures->mode_nm,
                                     figures->d10_nm,  figures->d50_nm, figures->d90_nm,
                                     figures->span};
}

static double value_of(const struct nanosight_number *number)
{
    return number->known ? number->value : NAN;
}

static struct imported_figures printed_figures(const struct nanosight_printed *printed)
{
    struct imported_figures figures = {
        .mean_nm = value_of(&printed->mean_nm),
        .sd_nm = value_of(&printed->sd_nm),
        .mode_nm = value_of(&printed->mode_nm),
        .d10_nm = value_of(&printed->d10_nm),
        .d50_nm = value_of(&printed->d50_nm),
        .d90_nm = value_of(&printed->d90_nm),
    };
    figures.span = (figures.d90_nm - figures.d10_nm) / figures.d50_nm;
    return figures;
}

static void videos_add(struct arena *arena, const struct nanosight *summary,
                       struct imported *imported)
{
    static const char *const words[] = {"videos", "Videos", "動画"};
    static const char *const names[] = {"video",         "per_ml",       "printed_per_ml",
                                        "mean_nm",       "mode_nm",      "d10_nm",
                                        "d50_nm",        "d90_nm",       "printed_d50_nm",
                                        "temperature_c", "viscosity_cp", "particles_per_frame"};
    enum { COLUMNS = sizeof names / sizeof *names };
    struct imported_table *table =
        imported_table_add(arena, imported, words, COLUMNS, summary->video_count);
    table->shown = true;
    for (size_t i = 0; i < COLUMNS; i++)
        table->names[i] = names[i];
    for (size_t i = 0; i < summary->video_count; i++) {
        const struct nanosight_video *video = &summary->videos[i];
        struct imported_figures figures = imported_figures_of(&video->figures);
        const double numbers[COLUMNS] = {0,
                                         video->empty ? NAN : video->concentration_per_ml,
                                         value_of(&video->printed.concentration_per_ml),
                                         figures.mean_nm,
                                         figures.mode_nm,
                                         figures.d10_nm,
                                         figures.d50_nm,
                                         figures.d90_nm,
                                         value_of(&video->printed.d50_nm),
                                         value_of(&video->temperature_c),
                                         value_of(&video->viscosity_cp),
                                         value_of(&video->printed.particles_per_frame)};
        for (size_t j = 0; j < COLUMNS; j++)
            table->values[i * COLUMNS + j] = (struct imported_value){NULL, numbers[j]};
        table->values[i * COLUMNS].text = video->name;
    }
}

static void pooled_add(struct arena *arena, const struct nanosight *summary,
                       struct imported *imported)
{
    static const char *const words[] = {"bins", "Bins", "ビン"};
    struct imported_table *table = imported_table_add(arena, imported, words, 2, NANOSIGHT_BINS);
    table->names[0] = "centre_nm";
    table->names[1] = "per_ml";
    for (size_t i = 0; i < NANOSIGHT_BINS; i++) {
        table->values[2 * i].number = (double)i + 0.5;
        table->values[2 * i + 1].number = summary->pooled_bins_per_ml[i];
    }
}

static const char *edge_text(enum nanosight_edge edge)
{
    switch (edge) {
    case EDGE_RIGHT:
        return "right edge of the bins";
    case EDGE_LEFT:
        return "left edge of the bins, 1 nm lower";
    case EDGE_UNKNOWN:
        break;
    }
    return "unknown";
}

static enum imported_basis basis_of(const struct nanosight *summary)
{
    switch (summary->basis) {
    case BASIS_AS_MEASURED:
        return IMPORTED_IN_CELL;
    case BASIS_DILUTION_APPLIED:
        return IMPORTED_DILUTION_APPLIED;
    case BASIS_UNKNOWN:
        break;
    }
    return IMPORTED_BASIS_UNKNOWN;
}

static void summary_facts(struct arena *arena, const struct nanosight *summary,
                          struct imported *imported)
{
    imported_text_add(imported, (const char *const[]){"sample", "Sample", "試料", ""},
                      *summary->sample_name ? summary->sample_name : summary->sample_description);
    imported_text_add(imported, (const char *const[]){"captured", "Captured", "撮影日時", ""},
                      summary->time_captured_text);
    imported_text_add(imported, (const char *const[]){"method", "Method", "方法", ""},
                      nanosight_method(arena, summary));
    imported_text_add(
        imported, (const char *const[]){"printed_percentiles", "Printed D", "印字のD値の定義", ""},
        edge_text(summary->edge));
    imported_number_add(imported, (const char *const[]){"videos", "Videos", "動画数", ""},
                        (double)summary->video_count);
    imported_number_add(
        imported,
        (const char *const[]){"videos_with_particles", "With particles", "粒子のある動画", ""},
        (double)summary->between.videos);
    imported_number_add(
        imported,
        (const char *const[]){"standard_error_per_ml", "Standard error", "標準誤差", "1/ml"},
        summary->between.spread_known ? summary->between.standard_error_per_ml : NAN);
    imported_number_add(imported,
                        (const char *const[]){"printed_average_per_ml", "Printed average",
                                              "印字の平均濃度", "1/ml"},
                        value_of(&summary->average.concentration_per_ml));
}

void imported_from_summary(struct arena *arena, const struct nanosight *summary,
                           struct imported *imported)
{
    struct imported_figures recomputed = imported_figures_of(&summary->pooled);
    struct imported_figures printed = printed_figures(&summary->average);
    const struct nanosight_video *video = &summary->videos[0];
    imported->instrument =
        arena_print(arena, "NanoSight, camera %s, laser %s", video->camera, video->laser);
    imported->software = summary->software;
    imported->basis = basis_of(summary);
    imported->dilution = video->dilution_factor.known ? video->dilution_factor.value : NAN;
    imported->concentration_per_ml =
        summary->between.mean_known ? summary->between.mean_per_ml : NAN;
    imported->weighting = "number";
    imported->percentiles = right_edges;
    imported->percentiles_ja = right_edges_ja;
    imported_set_add(imported, (const char *const[]){"recomputed", "recomputed", "再計算"},
                     &recomputed);
    imported_set_add(imported, (const char *const[]){"printed", "printed", "印字"}, &printed);
    summary_facts(arena, summary, imported);
    videos_add(arena, summary, imported);
    pooled_add(arena, summary, imported);
    imported->flag_count = summary->flag_count;
    for (size_t i = 0; i < summary->flag_count; i++)
        imported->flags[i] =
            (struct import_flag){summary->flags[i].id, summary->flags[i].value,
                                 summary->flags[i].effect, summary->flags[i].effect_ja};
}

static void particle_bins_add(struct arena *arena, const struct particles *particles,
                              struct imported *imported)
{
    static const char *const words[] = {"bins", "Bins", "ビン"};
    const struct particle_sizes *all = &particles->all;
    struct imported_table *table = imported_table_add(arena, imported, words, 3, all->bin_count);
    table->names[0] = "centre_nm";
    table->names[1] = "included";
    table->names[2] = "all";
    for (size_t i = 0; i < all->bin_count; i++) {
        struct imported_value *row = &table->values[3 * i];
        row[0].number = ((double)i + 0.5) * PARTICLE_BIN_NM;
        row[1].number = i < particles->included.bin_count ? (double)particles->included.bins[i] : 0;
        row[2].number = (double)all->bins[i];
    }
}

static void particle_facts(const struct particles *particles, struct imported *imported)
{
    imported_number_add(
        imported, (const char *const[]){"particles", "Particles", "粒子", ""},
        (double)(particles->particles.read ? particles->particles.count : particles->tracks.count));
    imported_number_add(imported,
                        (const char *const[]){"particles_with_size", "With a size", "粒径あり", ""},
                        (double)particles->all.count);
    imported_number_add(imported,
                        (const char *const[]){"particles_included", "Included", "装置が採用", ""},
                        (double)particles->included.count);
    imported_number_add(imported, (const char *const[]){"positions", "Positions", "位置の数", ""},
                        particles->tracks.read ? (double)particles->tracks.rows : NAN);
    imported_number_add(
        imported,
        (const char *const[]){"mobility_nm3_per_s", "kT/(3 pi viscosity)", "kT/(3πη)", "nm3/s"},
        particles->mobility_nm3_per_s);
    imported_text_add(
        imported, (const char *const[]){"unused_columns", "Unused columns", "未使用の列", ""},
        particles->particles.read ? particles->particles.unused : particles->tracks.unused);
}

void imported_from_particles(struct arena *arena, const struct particles *particles,
                             struct imported *imported)
{
    struct imported_figures included = imported_figures_of(&particles->included.figures);
    struct imported_figures all = imported_figures_of(&particles->all.figures);
    imported->instrument = "NanoSight; the file names neither instrument nor settings";
    imported->software = "not in the file";
    imported->unvalidated = true;
    imported->basis = IMPORTED_NO_CONCENTRATION;
    imported->dilution = NAN;
    imported->concentration_per_ml = NAN;
    imported->weighting = "number";
    imported->percentiles = sorted_sizes;
    imported->percentiles_ja = sorted_sizes_ja;
    imported_set_add(imported, (const char *const[]){"recomputed", "included", "装置が採用"},
                     &included);
    imported_set_add(imported, (const char *const[]){"all_particles", "all", "全粒子"}, &all);
    particle_facts(particles, imported);
    particle_bins_add(arena, particles, imported);
    imported->flag_count = particles->flags.count;
    for (size_t i = 0; i < particles->flags.count; i++)
        imported->flags[i] = particles->flags.items[i];
}
