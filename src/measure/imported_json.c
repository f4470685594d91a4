/* imported_json.c: an import as one JSON object; a number that is not known is null. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/json.h"
#include "measure/imported.h"

#include <string.h>

static void add_name(struct text *out, const char *name)
{
    static const char open[] = "{[";
    if (out->length && !strchr(open, out->bytes[out->length - 1]))
        text_add(out, ",");
    if (!name)
        return;
    json_add_text(out, name);
    text_add(out, ":");
}

static void add_text(struct text *out, const char *name, const char *text)
{
    add_name(out, name);
    json_add_text(out, text);
}

static void add_number(struct text *out, const char *name, double number)
{
    add_name(out, name);
    json_add_real(out, number);
}

static void add_flag(struct text *out, const char *name, bool flag)
{
    add_name(out, name);
    text_add(out, flag ? "true" : "false");
}

static void begin(struct text *out, const char *name, const char *bracket)
{
    add_name(out, name);
    text_add(out, bracket);
}

static void add_value(struct text *out, const char *name, const struct imported_value *value)
{
    if (value->text)
        add_text(out, name, value->text);
    else
        add_number(out, name, value->number);
}

static void add_files(struct text *out, const struct imported *imported)
{
    begin(out, "files", "[");
    for (size_t i = 0; i < imported->file_count; i++) {
        begin(out, NULL, "{");
        add_text(out, "name", imported->files[i].name);
        add_text(out, "sha256", imported->files[i].sha256);
        add_text(out, "kind", imported_kind_name(imported->files[i].kind));
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_concentration(struct text *out, const struct imported *imported)
{
    static const char *const bases[] = {"unknown", "none", "in_cell", "dilution_applied"};
    begin(out, "concentration", "{");
    add_number(out, "per_ml", imported->concentration_per_ml);
    add_text(out, "basis", bases[imported->basis]);
    add_text(out, "basis_words", imported_basis_words(imported->basis, false));
    add_text(out, "basis_words_ja", imported_basis_words(imported->basis, true));
    add_number(out, "dilution", imported->dilution);
    text_add(out, "}");
}

static void add_sets(struct text *out, const struct imported *imported)
{
    begin(out, "size", "{");
    add_text(out, "weighting", imported->weighting);
    add_text(out, "percentile_definition", imported->percentiles);
    for (size_t i = 0; i < imported->set_count; i++) {
        const struct imported_figures *figures = &imported->sets[i].figures;
        begin(out, imported->sets[i].name, "{");
        add_number(out, "mean_nm", figures->mean_nm);
        add_number(out, "sd_nm", figures->sd_nm);
        add_number(out, "mode_nm", figures->mode_nm);
        add_number(out, "d10_nm", figures->d10_nm);
        add_number(out, "d50_nm", figures->d50_nm);
        add_number(out, "d90_nm", figures->d90_nm);
        add_number(out, "span", figures->span);
        text_add(out, "}");
    }
    text_add(out, "}");
}

static void add_facts(struct text *out, const struct imported *imported)
{
    begin(out, "facts", "{");
    for (size_t i = 0; i < imported->fact_count; i++)
        add_value(out, imported->facts[i].name, &imported->facts[i].value);
    text_add(out, "}");
}

static void add_table(struct text *out, const struct imported_table *table)
{
    begin(out, table->name, "{");
    add_text(out, "title", table->label);
    begin(out, "columns", "[");
    for (size_t i = 0; i < table->columns; i++)
        add_text(out, NULL, table->names[i]);
    text_add(out, "]");
    begin(out, "rows", "[");
    for (size_t i = 0; i < table->rows; i++) {
        begin(out, NULL, "[");
        for (size_t j = 0; j < table->columns; j++)
            add_value(out, NULL, &table->values[i * table->columns + j]);
        text_add(out, "]");
    }
    text_add(out, "]}");
}

static void add_flags(struct text *out, const struct imported *imported)
{
    begin(out, "flags", "[");
    for (size_t i = 0; i < imported->flag_count; i++) {
        begin(out, NULL, "{");
        add_text(out, "id", imported->flags[i].id);
        add_text(out, "value", imported->flags[i].value);
        add_text(out, "effect", imported->flags[i].effect);
        add_text(out, "effect_ja", imported->flags[i].effect_ja);
        text_add(out, "}");
    }
    text_add(out, "]");
}

void imported_json(const struct imported *imported, struct text *out)
{
    text_add(out, "{");
    add_text(out, "program", imported->program);
    add_files(out, imported);
    add_text(out, "kind", imported_kind_name(imported->kind));
    add_text(out, "instrument", imported->instrument);
    add_text(out, "software", imported->software);
    add_flag(out, "validated", !imported->unvalidated);
    add_concentration(out, imported);
    add_sets(out, imported);
    add_facts(out, imported);
    begin(out, "tables", "{");
    for (size_t i = 0; i < imported->table_count; i++)
        add_table(out, &imported->tables[i]);
    text_add(out, "}");
    add_flags(out, imported);
    text_add(out, "}\n");
}
