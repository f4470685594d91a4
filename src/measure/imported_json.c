/* imported_json.c: an import as one JSON object; a number that is not known is null. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/member.h"
#include "measure/imported.h"

#include <string.h>

static void add_value(struct text *out, const char *name, const struct imported_value *value)
{
    if (value->text)
        member_words(out, name, value->text);
    else
        member_number(out, name, value->number);
}

static void add_files(struct text *out, const struct imported *imported)
{
    member_begin(out, "files", "[");
    for (size_t i = 0; i < imported->file_count; i++) {
        member_begin(out, NULL, "{");
        member_words(out, "name", imported->files[i].name);
        member_words(out, "sha256", imported->files[i].sha256);
        member_words(out, "kind", imported_kind_name(imported->files[i].kind));
        text_add(out, "}");
    }
    text_add(out, "]");
}

static void add_concentration(struct text *out, const struct imported *imported)
{
    static const char *const bases[] = {"unknown", "none", "in_cell", "dilution_applied"};
    member_begin(out, "concentration", "{");
    member_number(out, "per_ml", imported->concentration_per_ml);
    member_words(out, "basis", bases[imported->basis]);
    member_words(out, "basis_words", imported_basis_words(imported->basis, false));
    member_words(out, "basis_words_ja", imported_basis_words(imported->basis, true));
    member_number(out, "dilution", imported->dilution);
    text_add(out, "}");
}

static void add_sets(struct text *out, const struct imported *imported)
{
    member_begin(out, "size", "{");
    member_words(out, "weighting", imported->weighting);
    member_words(out, "percentile_definition", imported->percentiles);
    for (size_t i = 0; i < imported->set_count; i++) {
        const struct imported_figures *figures = &imported->sets[i].figures;
        member_begin(out, imported->sets[i].name, "{");
        member_number(out, "mean_nm", figures->mean_nm);
        member_number(out, "sd_nm", figures->sd_nm);
        member_number(out, "mode_nm", figures->mode_nm);
        member_number(out, "d10_nm", figures->d10_nm);
        member_number(out, "d50_nm", figures->d50_nm);
        member_number(out, "d90_nm", figures->d90_nm);
        member_number(out, "span", figures->span);
        text_add(out, "}");
    }
    text_add(out, "}");
}

static void add_facts(struct text *out, const struct imported *imported)
{
    member_begin(out, "facts", "{");
    for (size_t i = 0; i < imported->fact_count; i++)
        add_value(out, imported->facts[i].name, &imported->facts[i].value);
    text_add(out, "}");
}

static void add_table(struct text *out, const struct imported_table *table)
{
    member_begin(out, table->name, "{");
    member_words(out, "title", table->label);
    member_begin(out, "columns", "[");
    for (size_t i = 0; i < table->columns; i++)
        member_words(out, NULL, table->names[i]);
    text_add(out, "]");
    member_begin(out, "rows", "[");
    for (size_t i = 0; i < table->rows; i++) {
        member_begin(out, NULL, "[");
        for (size_t j = 0; j < table->columns; j++)
            add_value(out, NULL, &table->values[i * table->columns + j]);
        text_add(out, "]");
    }
    text_add(out, "]}");
}

static void add_flags(struct text *out, const struct imported *imported)
{
    member_begin(out, "flags", "[");
    for (size_t i = 0; i < imported->flag_count; i++) {
        member_begin(out, NULL, "{");
        member_words(out, "id", imported->flags[i].id);
        member_words(out, "value", imported->flags[i].value);
        member_words(out, "effect", imported->flags[i].effect);
        member_words(out, "effect_ja", imported->flags[i].effect_ja);
        text_add(out, "}");
    }
    text_add(out, "]");
}

void imported_json(const struct imported *imported, struct text *out)
{
    text_add(out, "{");
    member_words(out, "program", imported->program);
    add_files(out, imported);
    member_words(out, "kind", imported_kind_name(imported->kind));
    member_words(out, "instrument", imported->instrument);
    member_words(out, "software", imported->software);
    member_flag(out, "validated", !imported->unvalidated);
    add_concentration(out, imported);
    add_sets(out, imported);
    add_facts(out, imported);
    member_begin(out, "tables", "{");
    for (size_t i = 0; i < imported->table_count; i++)
        add_table(out, &imported->tables[i]);
    text_add(out, "}");
    add_flags(out, imported);
    text_add(out, "}\n");
}
