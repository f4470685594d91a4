/* imported_zetaview.c: what the texts of a ZetaView say, in the form of all imports. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/imported.h"

#include <math.h>

static const char right_edges[] =
    "number-weighted; cumulative sum at the right edge of the linear bins (5 nm), interpolated "
    "linearly";
static const char right_edges_ja[] = "個数基準。線形ビン（5 nm）の右端での累積を直線補間。";

static double value_of(const struct zetaview_number *number)
{
    return number->known ? number->value : NAN;
}

struct fact_word {
    const char *words[4];
    size_t offset;
};

static void head_facts(const struct zetaview_head *head, struct imported *imported)
{
    static const struct fact_word texts[] = {
        {{"sample", "Sample", "試料", ""}, offsetof(struct zetaview_head, sample)},
        {{"type", "Type", "測定の種類", ""}, offsetof(struct zetaview_head, type)},
        {{"date", "Date", "日付", ""}, offsetof(struct zetaview_head, date)},
        {{"time", "Time", "時刻", ""}, offsetof(struct zetaview_head, time)},
        {{"video", "Video", "動画", ""}, offsetof(struct zetaview_head, original_file)},
        {{"electrolyte", "Electrolyte", "電解質", ""}, offsetof(struct zetaview_head, electrolyte)},
        {{"camera", "Camera", "カメラ", ""}, offsetof(struct zetaview_head, camera)},
        {{"filter", "Filter", "フィルター", ""}, offsetof(struct zetaview_head, filter)},
    };
    static const struct fact_word numbers[] = {
        {{"temperature_c", "Temperature", "温度", "C"},
         offsetof(struct zetaview_head, temperature_c)},
        {{"viscosity_mpa_s", "Viscosity", "粘度", "mPa s"},
         offsetof(struct zetaview_head, viscosity_mpa_s)},
        {{"traces", "Traces", "軌跡数", ""}, offsetof(struct zetaview_head, traces)},
        {{"particles_in_view", "Particles in view", "視野内の平均粒子数", ""},
         offsetof(struct zetaview_head, particles)},
        {{"correction_factor", "Correction factor", "濃度補正係数", ""},
         offsetof(struct zetaview_head, correction_factor)},
        {{"sensitivity", "Sensitivity", "感度", ""}, offsetof(struct zetaview_head, sensitivity)},
        {{"shutter_per_s", "Shutter", "シャッター", "1/s"},
         offsetof(struct zetaview_head, shutter_per_s)},
        {{"least_trace_length", "Least trace", "最短の軌跡", "frames"},
         offsetof(struct zetaview_head, least_length)},
        {{"least_brightness", "Least brightness", "最小輝度", ""},
         offsetof(struct zetaview_head, least_brightness)},
        {{"laser_nm", "Laser", "レーザー", "nm"}, offsetof(struct zetaview_head, laser_nm)},
        {{"pixel_um", "Pixel", "画素", "um"}, offsetof(struct zetaview_head, pixel_um)},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        imported_text_add(
            imported, texts[i].words,
            *(const char *const *)(const void *)((const char *)head + texts[i].offset));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        imported_number_add(imported, numbers[i].words,
                            value_of((const void *)((const char *)head + numbers[i].offset)));
    imported_text_add(imported,
                      (const char *const[]){"temperature_is", "Temperature is", "温度の由来", ""},
                      head->temperature_c.word);
}

static void head_table(struct arena *arena, const struct zetaview_head *head,
                       struct imported *imported)
{
    static const char *const words[] = {"head", "Head", "見出し"};
    struct imported_table *table = imported_table_add(arena, imported, words, 3, head->count);
    table->names[0] = "key";
    table->names[1] = "value";
    table->names[2] = "word";
    for (size_t i = 0; i < head->count; i++) {
        table->values[3 * i].text = head->entries[i].key;
        table->values[3 * i + 1].text = head->entries[i].value;
        table->values[3 * i + 2].text = head->entries[i].word;
    }
}

static void bins_table(struct arena *arena, const struct zetaview_bins *bins,
                       const char *const words[3], struct imported *imported)
{
    struct imported_table *table = imported_table_add(arena, imported, words, 3, bins->count);
    table->names[0] = "centre_nm";
    table->names[1] = "number";
    table->names[2] = "per_ml";
    for (size_t i = 0; i < bins->count; i++) {
        table->values[3 * i].number = bins->centres_nm[i];
        table->values[3 * i + 1].number = bins->numbers[i];
        table->values[3 * i + 2].number = bins->per_cm3[i];
    }
}

static enum imported_basis basis_of(const struct zetaview_size *size)
{
    if (size->empty)
        return IMPORTED_NO_CONCENTRATION;
    switch (size->basis) {
    case ZETAVIEW_IN_CELL:
        return IMPORTED_IN_CELL;
    case ZETAVIEW_MULTIPLIED:
        return IMPORTED_DILUTION_APPLIED;
    case ZETAVIEW_BASIS_UNKNOWN:
        break;
    }
    return IMPORTED_BASIS_UNKNOWN;
}

static void size_fill(struct arena *arena, const struct zetaview *zetaview,
                      struct imported *imported)
{
    const struct zetaview_size *size = &zetaview->size;
    struct imported_figures recomputed = imported_figures_of(&size->figures);
    struct imported_figures printed = {NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    if (!size->empty)
        printed.d50_nm = value_of(&zetaview->head.median_number_nm);
    imported->basis = basis_of(size);
    imported->concentration_per_ml = size->per_ml;
    imported->weighting = "number";
    imported->percentiles = right_edges;
    imported->percentiles_ja = right_edges_ja;
    imported_set_add(imported, (const char *const[]){"recomputed", "recomputed", "再計算"},
                     &recomputed);
    imported_set_add(imported, (const char *const[]){"printed", "printed", "印字"}, &printed);
    imported_number_add(imported,
                        (const char *const[]){"particles", "Particles in bins", "ビンの粒子数", ""},
                        size->number);
    imported_number_add(imported,
                        (const char *const[]){"printed_median_concentration_nm",
                                              "Printed D50 (conc.)", "印字の中央値（濃度）", "nm"},
                        size->empty ? NAN : value_of(&zetaview->head.median_concentration_nm));
    imported_number_add(imported,
                        (const char *const[]){"printed_median_volume_nm", "Printed D50 (volume)",
                                              "印字の中央値（体積）", "nm"},
                        size->empty ? NAN : value_of(&zetaview->head.median_volume_nm));
    bins_table(arena, &size->linear, (const char *const[]){"bins", "Bins", "ビン"}, imported);
    bins_table(arena, &size->logarithmic,
               (const char *const[]){"logarithmic_bins", "Logarithmic bins", "対数ビン"}, imported);
}

static void places_table(struct arena *arena, const struct zetaview_places *places,
                         struct imported *imported)
{
    static const char *const words[] = {"positions", "Positions", "位置"};
    static const char *const names[] = {
        "used",   "position", "mean_intensity", "particles", "per_ml",         "original_per_ml",
        "traces", "x50_nm",   "peak_nm",        "span",      "drift_um_per_s", "removal"};
    enum { COLUMNS = sizeof names / sizeof *names };
    struct imported_table *table =
        imported_table_add(arena, imported, words, COLUMNS, places->count);
    table->shown = true;
    for (size_t i = 0; i < COLUMNS; i++)
        table->names[i] = names[i];
    for (size_t i = 0; i < places->count; i++) {
        struct imported_value *row = &table->values[i * COLUMNS];
        row[0].text = places->places[i].used ? "X" : "";
        for (size_t j = 0; j < ZETAVIEW_FIGURES; j++)
            row[j + 1].number = places->places[i].figures[j];
        row[COLUMNS - 1].text = places->places[i].removal;
    }
}

static void places_fill(struct arena *arena, const struct zetaview *zetaview,
                        struct imported *imported)
{
    const struct zetaview_places *places = &zetaview->places;
    const double *mean = places->own_mean;
    const double *sd = places->own_sd;
    imported_number_add(
        imported, (const char *const[]){"positions_used", "Positions used", "使用した位置", ""},
        (double)places->used);
    imported_number_add(imported,
                        (const char *const[]){"positions_mean_per_ml", "Mean of positions",
                                              "位置の平均濃度", "1/ml"},
                        mean[ZETAVIEW_PER_ML]);
    imported_number_add(
        imported,
        (const char *const[]){"positions_sd_per_ml", "SD of positions", "位置間の標準偏差", "1/ml"},
        sd[ZETAVIEW_PER_ML]);
    imported_number_add(imported,
                        (const char *const[]){"positions_mean_x50_nm", "Mean X50", "平均X50", "nm"},
                        mean[ZETAVIEW_X50_NM]);
    imported_number_add(
        imported, (const char *const[]){"positions_sd_x50_nm", "SD of X50", "X50の標準偏差", "nm"},
        sd[ZETAVIEW_X50_NM]);
    imported_number_add(
        imported,
        (const char *const[]){"dilution_at_least", "Dilution, at least", "希釈倍率（下限）", ""},
        places->dilution_low);
    imported_number_add(
        imported,
        (const char *const[]){"dilution_at_most", "Dilution, at most", "希釈倍率（上限）", ""},
        places->dilution_high);
    places_table(arena, places, imported);
    if (zetaview->size.read)
        return;
    imported->instrument = "ZetaView; the file names neither instrument nor settings";
    imported->software = "not in the file";
    imported->weighting = "";
    imported->percentiles = "";
    imported->percentiles_ja = "";
    imported->dilution = NAN;
    imported->concentration_per_ml = mean[ZETAVIEW_PER_ML];
    imported->basis = !places->used     ? IMPORTED_NO_CONCENTRATION
                      : places->in_cell ? IMPORTED_IN_CELL
                                        : IMPORTED_BASIS_UNKNOWN;
}

static void profile_fill(struct arena *arena, const struct zetaview *zetaview,
                         struct imported *imported)
{
    imported->unvalidated = true;
    imported->basis = IMPORTED_NO_CONCENTRATION;
    imported->concentration_per_ml = NAN;
    imported->weighting = "";
    imported->percentiles = "";
    imported->percentiles_ja = "";
    for (size_t i = 0; i < zetaview->profile.count && imported->table_count < IMPORTED_TABLES;
         i++) {
        const struct zetaview_table *source = &zetaview->profile.tables[i];
        const char *name = arena_print(arena, "table_%zu", i + 1);
        struct imported_table *table = imported_table_add(
            arena, imported, (const char *const[]){name, source->title, source->title},
            source->columns, source->rows);
        table->shown = true;
        for (size_t j = 0; j < source->columns; j++)
            table->names[j] = source->names[j];
        for (size_t j = 0; j < source->columns * source->rows; j++)
            table->values[j] = (struct imported_value){
                isnan(source->values[j]) ? source->texts[j] : NULL, source->values[j]};
    }
}

void imported_from_zetaview(struct arena *arena, const struct zetaview *zetaview,
                            struct imported *imported)
{
    const struct zetaview_head *head = &zetaview->head;
    if (zetaview->size.read || zetaview->profile.read) {
        imported->instrument = arena_print(arena, "ZetaView %s", head->serial);
        imported->software = head->software;
        imported->dilution =
            head->dilution.known && head->dilution.value > 0 ? head->dilution.value : NAN;
        head_facts(head, imported);
        head_table(arena, head, imported);
    }
    if (zetaview->size.read)
        size_fill(arena, zetaview, imported);
    if (zetaview->places.read)
        places_fill(arena, zetaview, imported);
    if (zetaview->profile.read)
        profile_fill(arena, zetaview, imported);
    imported->flag_count = zetaview->flags.count;
    for (size_t i = 0; i < zetaview->flags.count; i++)
        imported->flags[i] = zetaview->flags.items[i];
}
