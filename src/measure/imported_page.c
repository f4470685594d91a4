/* imported_page.c: an import as a page of text, in English or Japanese. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/imported.h"

#include <math.h>
#include <string.h>

enum { LABEL_COLUMNS = 24, PAGE_COLUMNS = 98, CELL_COLUMNS = 11 };

const char *imported_basis_words(enum imported_basis basis, bool japanese)
{
    static const char *const words[][2] = {
        [IMPORTED_BASIS_UNKNOWN] =
            {"unknown: whether a dilution is in it cannot be told, do not use it",
             "不明：希釈倍率が掛かっているか分からないため使わないこと"},
        [IMPORTED_NO_CONCENTRATION] = {"the file holds no concentration", "濃度の記録なし"},
        [IMPORTED_IN_CELL] = {"in the cell, of the diluted sample; NOT multiplied by the dilution",
                              "セル内（希釈後）の値。希釈倍率は掛かっていない"},
        [IMPORTED_DILUTION_APPLIED] = {"of the undiluted sample; the file has multiplied by the "
                                       "dilution already",
                                       "希釈前の値。希釈倍率はファイル側で掛け済み"},
    };
    return words[basis][japanese];
}

/* Columns on a terminal: letters beyond U+1100 take two here, as in Japanese. */
static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if ((*at & 0xC0) == 0x80)
            continue;
        columns += *at >= 0xE1 ? 2 : 1;
    }
    return columns;
}

static void add_padded(struct text *out, const char *text, size_t columns)
{
    text_add(out, text);
    for (size_t i = columns_of(text); i < columns; i++)
        text_add(out, " ");
}

static void end_line(struct text *out)
{
    while (out->length && out->bytes[out->length - 1] == ' ')
        out->bytes[--out->length] = '\0';
    text_add(out, "\n");
}

/* A long text in lines, broken at blanks, or between Japanese letters. */
static void add_wrapped(struct text *out, const char *text, size_t indent)
{
    size_t column = indent;
    while (*text) {
        size_t length = strcspn(text, " ");
        bool wide = (unsigned char)*text >= 0xE1;
        if (wide)
            length = text_whole(text, 4) > 3 ? 3 : text_whole(text, 3);
        const char *word = arena_text(out->arena, text, length);
        if (column > indent && column + columns_of(word) > PAGE_COLUMNS) {
            end_line(out);
            add_padded(out, "", indent);
            column = indent;
        }
        text_add(out, word);
        column += columns_of(word);
        text += length;
        for (; *text == ' '; text++, column++)
            text_add(out, " ");
    }
    end_line(out);
}

static void add_line(struct text *out, const char *label, const char *text)
{
    add_padded(out, label, LABEL_COLUMNS);
    add_wrapped(out, text, LABEL_COLUMNS);
}

static const char *number_text(struct arena *arena, double number)
{
    return isfinite(number) ? arena_print(arena, "%.6g", number) : "-";
}

static void add_number_line(struct text *out, const char *label, double number, const char *unit)
{
    if (!isfinite(number))
        return;
    add_line(out, label, arena_print(out->arena, "%.6g%s%s", number, *unit ? " " : "", unit));
}

static void print_head(const struct imported *imported, bool japanese, struct text *out)
{
    for (size_t i = 0; i < imported->file_count; i++)
        add_line(out,
                 i          ? ""
                 : japanese ? "ファイル"
                            : "File",
                 arena_print(out->arena, "%s (%s)", imported->files[i].name,
                             imported_kind_name(imported->files[i].kind)));
    add_line(out, japanese ? "装置" : "Instrument", imported->instrument);
    add_line(out, japanese ? "ソフトウェア" : "Software", imported->software);
    if (imported->unvalidated)
        add_line(out, japanese ? "検証" : "Validation",
                 japanese ? "未検証：実機のファイルがありませんでした"
                          : "unvalidated: no real file was at hand");
}

static void print_concentration(const struct imported *imported, bool japanese, struct text *out)
{
    add_line(out, japanese ? "濃度" : "Concentration",
             isfinite(imported->concentration_per_ml)
                 ? arena_print(out->arena, "%.4g /ml", imported->concentration_per_ml)
             : japanese ? "不明"
                        : "not known");
    add_line(out, japanese ? "濃度の基準" : "Basis",
             imported_basis_words(imported->basis, japanese));
    add_line(out, japanese ? "印字の希釈倍率" : "Dilution printed",
             isfinite(imported->dilution) ? number_text(out->arena, imported->dilution)
             : japanese                   ? "記録なし"
                                          : "none");
}

static void print_sets(const struct imported *imported, bool japanese, struct text *out)
{
    static const struct {
        const char *label;
        const char *label_ja;
        size_t offset;
    } rows[] = {
        {"D10 nm", "D10 nm", offsetof(struct imported_figures, d10_nm)},
        {"D50 nm", "D50 nm", offsetof(struct imported_figures, d50_nm)},
        {"D90 nm", "D90 nm", offsetof(struct imported_figures, d90_nm)},
        {"Mean nm", "平均 nm", offsetof(struct imported_figures, mean_nm)},
        {"SD nm", "標準偏差 nm", offsetof(struct imported_figures, sd_nm)},
        {"Mode nm", "最頻値 nm", offsetof(struct imported_figures, mode_nm)},
        {"Span", "スパン", offsetof(struct imported_figures, span)},
    };
    if (imported->set_count == 0)
        return;
    add_line(out, japanese ? "百分位径の定義" : "Percentiles",
             japanese ? imported->percentiles_ja : imported->percentiles);
    add_padded(out, "", LABEL_COLUMNS);
    for (size_t i = 0; i < imported->set_count; i++)
        add_padded(out, japanese ? imported->sets[i].label_ja : imported->sets[i].label,
                   CELL_COLUMNS + 1);
    end_line(out);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        add_padded(out, japanese ? rows[i].label_ja : rows[i].label, LABEL_COLUMNS);
        for (size_t j = 0; j < imported->set_count; j++) {
            const double *figure =
                (const void *)((const char *)&imported->sets[j].figures + rows[i].offset);
            add_padded(out, number_text(out->arena, *figure), CELL_COLUMNS + 1);
        }
        end_line(out);
    }
}

static void print_facts(const struct imported *imported, bool japanese, struct text *out)
{
    for (size_t i = 0; i < imported->fact_count; i++) {
        const struct imported_fact *fact = &imported->facts[i];
        const char *label = japanese ? fact->label_ja : fact->label;
        if (!fact->value.text)
            add_number_line(out, label, fact->value.number, fact->unit);
        else if (*fact->value.text)
            add_line(out, label, fact->value.text);
    }
}

/* The longest text of a column says how wide it is. */
static size_t column_width(const struct imported_table *table, size_t column, struct arena *arena)
{
    size_t width = columns_of(table->names[column]);
    for (size_t i = 0; i < table->rows; i++) {
        const struct imported_value *value = &table->values[i * table->columns + column];
        size_t own = columns_of(value->text ? value->text : number_text(arena, value->number));
        width = own > width ? own : width;
    }
    return width + 2;
}

static void print_table(const struct imported_table *table, bool japanese, struct text *out)
{
    size_t *widths = arena_take(out->arena, table->columns * sizeof *widths);
    text_print(out, "\n%s\n", japanese ? table->label_ja : table->label);
    for (size_t i = 0; i < table->columns; i++) {
        widths[i] = column_width(table, i, out->arena);
        add_padded(out, table->names[i], widths[i]);
    }
    end_line(out);
    for (size_t i = 0; i < table->rows; i++) {
        for (size_t j = 0; j < table->columns; j++) {
            const struct imported_value *value = &table->values[i * table->columns + j];
            add_padded(out, value->text ? value->text : number_text(out->arena, value->number),
                       widths[j]);
        }
        end_line(out);
    }
}

static void print_flags(const struct imported *imported, bool japanese, struct text *out)
{
    text_print(out, "\n%s\n",
               imported->flag_count ? (japanese ? "注意" : "Flags")
                                    : (japanese ? "注意なし" : "No flags"));
    for (size_t i = 0; i < imported->flag_count; i++) {
        const struct import_flag *flag = &imported->flags[i];
        text_add(out, "  ");
        add_wrapped(out, arena_print(out->arena, "%s: %s", flag->id, flag->value), 4);
        text_add(out, "    ");
        add_wrapped(out, japanese ? flag->effect_ja : flag->effect, 4);
    }
}

void imported_print(const struct imported *imported, bool japanese, struct text *out)
{
    print_head(imported, japanese, out);
    print_concentration(imported, japanese, out);
    print_sets(imported, japanese, out);
    print_facts(imported, japanese, out);
    for (size_t i = 0; i < imported->table_count; i++)
        if (imported->tables[i].shown)
            print_table(&imported->tables[i], japanese, out);
    print_flags(imported, japanese, out);
    text_print(out, "\n%s\n", imported->program);
}
