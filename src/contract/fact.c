/* fact.c: tables of facts are signed with a rule set; the newest of a name is in force. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/fact.h"

#include <string.h>

static const struct field file_fields[] = {
    FIELD(struct fact_sheet, name, .required = true, .code = true, .longest = 40,
          .help = "Name of the table, such as routes"),
    FIELD(struct fact_sheet, file, .required = true,
          .help = "Tab-separated text with one header line; the first column is the code"),
};
const struct schema fact_file_schema = SCHEMA("fact_file", struct fact_sheet, file_fields);

static const struct field line_fields[] = {
    FIELD(struct fact_line, code, .help = "Code of the row"),
    FIELD(struct fact_line, cells, .prose = true, .help = "All cells, with tabs between"),
};
static const struct schema line_schema = SCHEMA("fact_line", struct fact_line, line_fields);

static const struct field sheet_fields[] = {
    FIELD(struct fact_sheet, name, .help = "Name of the table"),
    FIELD(struct fact_sheet, file, .help = "The file as it was signed"),
    FIELD(struct fact_sheet, columns, .prose = true, .help = "Its columns, with tabs between"),
    FIELD(struct fact_sheet, lines, .of = &line_schema, .help = "Its rows"),
};
const struct schema fact_sheet_schema = SCHEMA("fact_sheet", struct fact_sheet, sheet_fields);

/* A table in force. */
struct facts {
    const char *name;
    const char *columns; /* with tabs between */
    int64_t rows;
    const char *sha256;
    const char *rule_set;
    int64_t entry;
};
static const struct field facts_fields[] = {
    FIELD(struct facts, name, .help = "Name of the table"),
    FIELD(struct facts, columns, .prose = true, .help = "Its columns, with tabs between"),
    FIELD(struct facts, rows, .help = "Number of its rows"),
    FIELD(struct facts, sha256, .help = "SHA-256 of the file that was signed"),
    FIELD(struct facts, rule_set, .help = "Rule set that brought it"),
    FIELD(struct facts, entry, .help = "Entry that signed it"),
};
static const struct schema facts_schema = SCHEMA("facts", struct facts, facts_fields);
const struct table fact_table = {"fact_table", &facts_schema, "name", "", TABLE_VIEW};

/* As it is stored: "table" is a word of SQL. */
struct fact_row {
    const char *name;
    const char *code;
    const char *cells;
    int64_t entry;
};
static const struct field row_fields[] = {
    FIELD(struct fact_row, name, .help = "Name of the table"),
    FIELD(struct fact_row, code, .help = "Code of the row"),
    FIELD(struct fact_row, cells, .prose = true, .help = "All cells, with tabs between"),
    FIELD(struct fact_row, entry, .help = "Entry that signed it"),
};
static const struct schema row_schema = SCHEMA("fact", struct fact_row, row_fields);
const struct table fact_row_table = {"fact", &row_schema, "name code", "", TABLE_VIEW};

bool fact_judge(struct work *work, const struct rows *given, struct rows *sheets)
{
    struct fact_sheet *made = arena_take(work->arena, (given->count + 1) * sizeof *made);
    const struct fact_sheet *from = given->items;
    for (size_t i = 0; i < given->count; i++) {
        made[i] = (struct fact_sheet){.name = from[i].name, .file = from[i].file};
        for (size_t j = 0; j < i; j++)
            if (text_equals(made[j].name, made[i].name))
                return fail(&work->fault, FAULT_INPUT, "tables.name",
                            "The table %s stands twice; give it once.", made[i].name);
        if (!fact_parse(work->arena, &work->fault, &made[i]))
            return false;
    }
    *sheets = (struct rows){given->count, made};
    return true;
}

static bool remove_rows(struct work *work, const char *name)
{
    struct rows rows;
    if (!view_list(work, &fact_row_table, "name", value_text(name), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        if (!view_remove(
                work, &fact_row_table,
                VALUES(value_text(name), value_text(ROWS(rows, const struct fact_row)[i].code))))
            return false;
    return true;
}

static bool apply_one(struct work *work, const char *rule_set, int64_t entry,
                      const struct fact_sheet *sheet)
{
    const struct facts facts = {sheet->name,        sheet->columns, (int64_t)sheet->lines.count,
                                sheet->file.sha256, rule_set,       entry};
    if (!remove_rows(work, sheet->name) || !view_put(work, &fact_table, &facts))
        return false;
    for (size_t i = 0; i < sheet->lines.count; i++) {
        const struct fact_line *line = &ROWS(sheet->lines, const struct fact_line)[i];
        const struct fact_row row = {sheet->name, line->code, line->cells, entry};
        if (!view_put(work, &fact_row_table, &row))
            return false;
    }
    return true;
}

bool fact_apply(struct work *work, const char *rule_set, int64_t entry, const struct rows *sheets)
{
    for (size_t i = 0; i < sheets->count; i++)
        if (!apply_one(work, rule_set, entry, &ROWS(*sheets, const struct fact_sheet)[i]))
            return false;
    return true;
}

bool fact_find(struct work *work, const char *table, const char *code, struct fact *fact,
               bool *found)
{
    struct facts facts = {0};
    struct fact_row row = {0};
    *fact = (struct fact){0};
    *found = false;
    if (!table || !code)
        return true;
    if (!view_find(work, &fact_table, VALUES(value_text(table)), &facts, found) || !*found ||
        !view_find(work, &fact_row_table, VALUES(value_text(table), value_text(code)), &row,
                   found) ||
        !*found)
        return work->fault.kind == FAULT_NONE;
    *fact = (struct fact){table, row.code, row.cells, facts.columns, row.entry};
    return true;
}

/* The cell at *at, which moves behind it; NULL behind the last. */
static const char *next_cell(struct arena *arena, const char **at)
{
    if (!*at)
        return NULL;
    size_t length = strcspn(*at, "\t");
    const char *cell = arena_text(arena, *at, length);
    *at = (*at)[length] ? *at + length + 1 : NULL;
    return cell;
}

const char *fact_cell(struct arena *arena, const struct fact *fact, const char *column)
{
    const char *columns = fact->columns;
    const char *cells = fact->cells;
    while (columns && cells) {
        const char *name = next_cell(arena, &columns);
        const char *cell = next_cell(arena, &cells);
        if (text_equals(name, column))
            return *cell ? cell : NULL;
    }
    return NULL;
}

/* A row as it is shown: each cell under the name of its column, empty ones left out. */
struct cell {
    const char *column;
    const char *value;
};
static const struct field cell_fields[] = {
    FIELD(struct cell, column, .help = "Name of the column"),
    FIELD(struct cell, value, .help = "What the cell says"),
};
static const struct schema cell_schema = SCHEMA("fact_cell", struct cell, cell_fields);
struct shown {
    const char *code;
    struct rows cells;
    int64_t entry;
};
static const struct field shown_fields[] = {
    FIELD(struct shown, code, .help = "Code of the row"),
    FIELD(struct shown, cells, .of = &cell_schema,
          .help = "What is stated; an empty cell states nothing and is left out"),
    FIELD(struct shown, entry, .help = "Entry that signed it"),
};
static const struct schema shown_schema = SCHEMA("fact_shown", struct shown, shown_fields);

static struct shown show(struct arena *arena, const struct fact_row *row, const char *columns)
{
    struct cell *cells = arena_take(arena, FACT_COLUMNS * sizeof *cells);
    struct shown shown = {row->code, {0, cells}, row->entry};
    const char *at = row->cells;
    while (columns && at && shown.cells.count < FACT_COLUMNS) {
        const struct cell cell = {next_cell(arena, &columns), next_cell(arena, &at)};
        if (*cell.value)
            cells[shown.cells.count++] = cell;
    }
    return shown;
}

struct row_key {
    const char *table;
    const char *code;
};
static const struct field row_key_fields[] = {
    FIELD(struct row_key, table, .required = true, .code = true, .longest = 40,
          .help = "Name of the table"),
    FIELD(struct row_key, code, .required = true, .code = true, .longest = 64,
          .help = "Code of the row"),
};
static const struct schema row_key_schema = SCHEMA("fact_key", struct row_key, row_key_fields);

struct listing {
    const char *table;
    const char *after;
    int64_t limit;
};
static const struct field listing_fields[] = {
    FIELD(struct listing, table, .required = true, .code = true, .longest = 40,
          .help = "Name of the table"),
    FIELD(struct listing, after, .help = "Code behind which the page begins"),
    FIELD(struct listing, limit, .low = 1, .high = 1000, .help = "Most rows, 100 if not given"),
};
static const struct schema listing_schema = SCHEMA("fact_listing", struct listing, listing_fields);

static bool table_list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct page *page = input;
    return view_page(work, &fact_table, page->after, page_limit(page), rows);
}

static bool list_read(struct work *work, const void *input, struct rows *rows)
{
    const struct listing *listing = input;
    const struct page page = {listing->after, listing->limit};
    struct facts facts = {0};
    struct rows all;
    if (!view_need(work, &fact_table, "table", listing->table, &facts) ||
        !view_list(work, &fact_row_table, "name", value_text(listing->table), &all))
        return false;
    struct shown *shown = arena_take(work->arena, (all.count + 1) * sizeof *shown);
    *rows = (struct rows){0, shown};
    for (size_t i = 0; i < all.count && (int64_t)rows->count < page_limit(&page); i++) {
        const struct fact_row *row = &ROWS(all, const struct fact_row)[i];
        if (!listing->after || strcmp(row->code, listing->after) > 0)
            shown[rows->count++] = show(work->arena, row, facts.columns);
    }
    return true;
}

static bool show_read(struct work *work, const void *input, void *row)
{
    const struct row_key *key = input;
    struct facts facts = {0};
    struct fact_row found_row = {0};
    bool found = false;
    if (!view_need(work, &fact_table, "table", key->table, &facts) ||
        !view_find(work, &fact_row_table, VALUES(value_text(key->table), value_text(key->code)),
                   &found_row, &found))
        return false;
    *(struct shown *)row = show(work->arena, &found_row, facts.columns);
    return found || fail(&work->fault, FAULT_MISSING, "code",
                         "The table %s has no row %s; check the code.", key->table, key->code);
}

const struct operation fact_operations[FACT_OPERATIONS] = {
    {.name = "facts.list",
     .method = "GET",
     .path = "/facts",
     .summary = "List the tables of facts in force, each with the rule set that signed it.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &page_schema,
     .output = &facts_schema,
     .list = table_list_read},
    {.name = "fact.list",
     .method = "GET",
     .path = "/facts/{table}",
     .summary = "List the rows of a table of facts.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &listing_schema,
     .output = &shown_schema,
     .list = list_read},
    {.name = "fact.show",
     .method = "GET",
     .path = "/facts/{table}/{code}",
     .summary = "Show one row of a table of facts.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .input = &row_key_schema,
     .output = &shown_schema,
     .read = show_read},
};
