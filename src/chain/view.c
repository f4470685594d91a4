/* view.c: the SQL of tables that are made from field tables, in one place. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/view.h"

#include "chain/record.h"

#include <string.h>

static const char *column_type(const struct engine *engine, const struct field *field)
{
    return field_letter(field) == 'i' ? engine->integer_type : engine->text_type;
}

/* Views with a key of several columns are read by the first: their rows lie in the order of the
 * key itself. */
static bool is_list(const struct table *table, size_t keys)
{
    return table->kind == TABLE_VIEW && keys > 1;
}

static const char *create_sql(struct arena *arena, const struct engine *engine,
                              const struct table *table)
{
    struct text sql = text_open(arena);
    size_t keys = 0;
    const char **key = text_split(arena, table->key, ' ', &keys);
    text_print(&sql, "CREATE TABLE IF NOT EXISTS %s (", table->name);
    for (size_t i = 0; i < table->row->count; i++) {
        const struct field *field = &table->row->fields[i];
        text_print(&sql, "%s %s%s, ", field->name, column_type(engine, field),
                   text_has_word(table->key, field->name) ? " NOT NULL" : "");
    }
    text_add(&sql, "PRIMARY KEY (");
    for (size_t i = 0; i < keys; i++)
        text_print(&sql, "%s%s", i ? ", " : "", key[i]);
    text_print(&sql, "))%s", is_list(table, keys) ? engine->list_end : engine->table_end);
    return sql.bytes;
}

static bool run_sql(struct work *work, const char *sql)
{
    const struct statement statement = {.takes = "", .sql = sql};
    return database_run(work, &statement, NO_VALUES);
}

bool view_create(struct work *work, const struct table *table)
{
    const struct engine *engine = work->database->engine;
    size_t count = 0;
    const char **indexes = text_split(work->arena, table->indexes, ' ', &count);
    if (!run_sql(work, create_sql(work->arena, engine, table)))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!run_sql(work,
                     arena_print(work->arena, "CREATE INDEX IF NOT EXISTS %s_by_%s ON %s (%s)",
                                 table->name, indexes[i], table->name, indexes[i])))
            return false;
    return table->kind != TABLE_LEDGER ||
           engine->forbid_change(work->database->handle, &work->fault, work->arena, table->name);
}

bool view_drop(struct work *work, const struct table *table)
{
    return run_sql(work, arena_print(work->arena, "DROP TABLE IF EXISTS %s", table->name));
}

static void add_columns(struct text *sql, const struct table *table)
{
    for (size_t i = 0; i < table->row->count; i++)
        text_print(sql, "%s%s", i ? ", " : "", table->row->fields[i].name);
}

static void add_columns_but_lists(struct text *sql, const struct table *table)
{
    for (size_t i = 0; i < table->row->count; i++) {
        const struct field *field = &table->row->fields[i];
        text_print(sql, "%s%s%s", i ? ", " : "", field->kind == FIELD_LIST ? "NULL AS " : "",
                   field->name);
    }
}

static const char *letters_of_row(struct arena *arena, const struct table *table)
{
    char *letters = arena_take(arena, table->row->count + 1);
    for (size_t i = 0; i < table->row->count; i++)
        letters[i] = field_letter(&table->row->fields[i]);
    return letters;
}

static void add_replacing(struct text *sql, const struct table *table)
{
    size_t keys = 0;
    const char **key = text_split(sql->arena, table->key, ' ', &keys);
    const char *between = "";
    text_add(sql, " ON CONFLICT (");
    for (size_t i = 0; i < keys; i++)
        text_print(sql, "%s%s", i ? ", " : "", key[i]);
    text_add(sql, keys == table->row->count ? ") DO NOTHING" : ") DO UPDATE SET ");
    for (size_t i = 0; i < table->row->count; i++) {
        const char *name = table->row->fields[i].name;
        if (text_has_word(table->key, name))
            continue;
        text_print(sql, "%s%s = excluded.%s", between, name, name);
        between = ", ";
    }
}

static struct statement insert_statement(struct arena *arena, const struct table *table,
                                         bool replace)
{
    struct text sql = text_open(arena);
    text_print(&sql, "INSERT INTO %s (", table->name);
    add_columns(&sql, table);
    text_add(&sql, ") VALUES (");
    for (size_t i = 0; i < table->row->count; i++)
        text_print(&sql, "%s$%zu", i ? ", " : "", i + 1);
    text_add(&sql, ")");
    if (replace)
        add_replacing(&sql, table);
    return (struct statement){letters_of_row(arena, table), NULL, sql.bytes};
}

static struct statement key_statement(struct arena *arena, const struct table *table,
                                      const char *verb, bool scoped)
{
    struct text sql = text_open(arena);
    size_t keys = 0;
    const char **key = text_split(arena, table->key, ' ', &keys);
    char *letters = arena_take(arena, keys + 2);
    text_add(&sql, verb);
    if (*verb == 'S')
        add_columns(&sql, table);
    text_print(&sql, " FROM %s WHERE ", table->name);
    for (size_t i = 0; i < keys; i++) {
        letters[i] = field_letter(schema_field(table->row, key[i]));
        text_print(&sql, "%s%s = $%zu", i ? " AND " : "", key[i], i + 1);
    }
    if (scoped) {
        text_print(&sql, " AND site = $%zu", keys + 1);
        letters[keys] = 't';
    }
    return (struct statement){letters, *verb == 'S' ? table->row : NULL, sql.bytes};
}

static void add_order(struct text *sql, const struct table *table)
{
    size_t keys = 0;
    const char **key = text_split(sql->arena, table->key, ' ', &keys);
    for (size_t i = 0; i < keys; i++)
        text_print(sql, "%s%s", i ? ", " : " ORDER BY ", key[i]);
}

static struct statement list_statement(struct arena *arena, const struct table *table,
                                       const char *column, bool scoped, bool brief)
{
    struct text sql = text_open(arena);
    char *letters = arena_take(arena, 3);
    size_t taken = 0;
    text_add(&sql, "SELECT ");
    if (brief)
        add_columns_but_lists(&sql, table);
    else
        add_columns(&sql, table);
    text_print(&sql, " FROM %s", table->name);
    if (column) {
        letters[taken++] = field_letter(schema_field(table->row, column));
        text_print(&sql, " WHERE %s = $1", column);
    }
    if (scoped) {
        letters[taken++] = 't';
        text_print(&sql, " %s site = $%zu", column ? "AND" : "WHERE", taken);
    }
    add_order(&sql, table);
    return (struct statement){letters, table->row, sql.bytes};
}

static struct statement page_statement(struct arena *arena, const struct table *table, bool scoped)
{
    struct text sql = text_open(arena);
    text_add(&sql, "SELECT ");
    add_columns(&sql, table);
    text_print(&sql, " FROM %s WHERE %s > $1%s", table->name, table->key,
               scoped ? " AND site = $3" : "");
    add_order(&sql, table);
    text_add(&sql, " LIMIT $2");
    return (struct statement){scoped ? "tit" : "ti", table->row, sql.bytes};
}

static struct statement both_statement(struct arena *arena, const struct table *table)
{
    struct text sql = text_open(arena);
    size_t keys = 0;
    const char **key = text_split(arena, table->key, ' ', &keys);
    const char letters[] = {field_letter(schema_field(table->row, key[0])),
                            field_letter(schema_field(table->row, key[1])), '\0'};
    text_add(&sql, "SELECT ");
    add_columns(&sql, table);
    text_print(&sql, " FROM %s WHERE %s = $1 AND %s = $2", table->name, key[0], key[1]);
    add_order(&sql, table);
    return (struct statement){arena_copy(arena, letters), table->row, sql.bytes};
}

static struct statement touching_statement(struct arena *arena, const struct table *table)
{
    struct text sql = text_open(arena);
    text_add(&sql, "SELECT ");
    add_columns(&sql, table);
    text_print(&sql, " FROM %s WHERE lot = $1 AND first <= $3 AND last >= $2", table->name);
    add_order(&sql, table);
    return (struct statement){"tii", table->row, sql.bytes};
}

static struct statement newest_statement(struct arena *arena, const struct table *table)
{
    struct text sql = text_open(arena);
    text_add(&sql, "SELECT ");
    add_columns_but_lists(&sql, table);
    text_print(&sql, " FROM %s WHERE code = $1 ORDER BY version DESC LIMIT 1", table->name);
    return (struct statement){"t", table->row, sql.bytes};
}

/* A circle of ties ends, because UNION takes a name up once. */
static struct statement sources_statement(struct arena *arena, const struct table *table)
{
    struct text sql = text_open(arena);
    const char *key = arena_text(arena, table->key, strcspn(table->key, " "));
    text_add(&sql, "WITH RECURSIVE source(name) AS (SELECT parent FROM link WHERE child = $1 "
                   "UNION SELECT link.parent FROM source CROSS JOIN link "
                   "WHERE link.child = source.name) SELECT ");
    add_columns(&sql, table);
    text_print(&sql, " FROM source CROSS JOIN %s WHERE %s = source.name", table->name, key);
    add_order(&sql, table);
    return (struct statement){"t", table->row, sql.bytes};
}

static struct statement between_statement(struct arena *arena, const struct table *table,
                                          const char *column)
{
    struct text sql = text_open(arena);
    const char letter = field_letter(schema_field(table->row, column));
    const char letters[] = {letter, letter, '\0'};
    text_add(&sql, "SELECT ");
    add_columns(&sql, table);
    text_print(&sql, " FROM %s WHERE %s >= $1 AND %s <= $2", table->name, column, column);
    add_order(&sql, table);
    return (struct statement){arena_copy(arena, letters), table->row, sql.bytes};
}

struct statement view_statement(struct arena *arena, const struct table *table,
                                enum view_statement which, const char *column, bool scoped)
{
    switch (which) {
    case VIEW_PUT:
        return insert_statement(arena, table, true);
    case VIEW_ADD:
        return insert_statement(arena, table, false);
    case VIEW_FIND:
        return key_statement(arena, table, "SELECT ", scoped);
    case VIEW_REMOVE:
        return key_statement(arena, table, "DELETE", false);
    case VIEW_LIST:
    case VIEW_BRIEF:
        return list_statement(arena, table, column, scoped, which == VIEW_BRIEF);
    case VIEW_PAGE:
        return page_statement(arena, table, scoped);
    case VIEW_BOTH:
        return both_statement(arena, table);
    case VIEW_TOUCHING:
        return touching_statement(arena, table);
    case VIEW_NEWEST:
        return newest_statement(arena, table);
    case VIEW_SOURCES:
        return sources_statement(arena, table);
    case VIEW_BETWEEN:
        return between_statement(arena, table, column);
    }
    return (struct statement){0};
}

/* The statements of one connection, by what they are for: their text is made once. */
enum { STATEMENT_BUCKETS = 256 };

struct kept_statement {
    const struct kept_statement *next;
    const struct table *table;
    const char *name; /* of the table, which tests may make anew at the same address */
    const struct schema *row;
    enum view_statement which;
    const char *column;
    bool scoped;
    struct statement statement;
};

struct statements {
    const struct kept_statement *buckets[STATEMENT_BUCKETS];
};

static bool is_for(const struct kept_statement *kept, const struct kept_statement *wanted)
{
    return kept->table == wanted->table && kept->name == wanted->name && kept->row == wanted->row &&
           kept->which == wanted->which && kept->scoped == wanted->scoped &&
           (kept->column == wanted->column || text_equals(kept->column, wanted->column));
}

static const struct statement *statement_for(struct work *work, const struct table *table,
                                             enum view_statement which, const char *column,
                                             bool scoped)
{
    struct database *database = work->database;
    struct arena *arena = database->kept;
    const struct kept_statement wanted = {NULL,  table,  table->name, table->row,
                                          which, column, scoped,      {0}};
    if (!database->statements)
        database->statements = arena_take(arena, sizeof *database->statements);
    size_t bucket = ((uintptr_t)table / 16 + (size_t)which * 5) % STATEMENT_BUCKETS;
    const struct kept_statement **first = &database->statements->buckets[bucket];
    for (const struct kept_statement *at = *first; at; at = at->next)
        if (is_for(at, &wanted))
            return &at->statement;
    struct kept_statement *made = arena_take(arena, sizeof *made);
    *made = wanted;
    made->next = *first;
    made->column = arena_copy(arena, column);
    made->statement = view_statement(arena, table, which, made->column, scoped);
    *first = made;
    return &made->statement;
}

/* Reads with a scope see only rows of that site, in tables that say a row's site. */
static bool is_scoped(const struct work *work, const struct table *table)
{
    return work->scope_site && schema_field(table->row, "site");
}

static bool insert(struct work *work, const struct table *table, const void *row,
                   enum view_statement which)
{
    const struct statement *statement = statement_for(work, table, which, NULL, false);
    struct value *values = arena_take(work->arena, table->row->count * sizeof *values);
    for (size_t i = 0; i < table->row->count; i++)
        values[i] = field_value(work->arena, &table->row->fields[i], row);
    return database_put(work, statement, values, table->row->count);
}

bool view_put(struct work *work, const struct table *table, const void *row)
{
    return insert(work, table, row, VIEW_PUT);
}

bool view_add(struct work *work, const struct table *table, const void *row)
{
    return insert(work, table, row, VIEW_ADD);
}

bool view_find(struct work *work, const struct table *table, const struct value *key, size_t count,
               void *row, bool *found)
{
    bool scoped = is_scoped(work, table);
    const struct statement *statement = statement_for(work, table, VIEW_FIND, NULL, scoped);
    struct value *values = arena_take(work->arena, (count + 1) * sizeof *values);
    memcpy(values, key, count * sizeof *values);
    values[count] = value_text(work->scope_site);
    return database_find(work, statement, values, count + scoped, row, found);
}

bool view_remove(struct work *work, const struct table *table, const struct value *key,
                 size_t count)
{
    const struct statement *statement = statement_for(work, table, VIEW_REMOVE, NULL, false);
    return database_run(work, statement, key, count);
}

bool view_need(struct work *work, const struct table *table, const char *field, const char *code,
               void *row)
{
    bool found = false;
    if (!view_find(work, table, VALUES(value_text(code)), row, &found))
        return false;
    return found || fail(&work->fault, FAULT_MISSING, field, "There is no %s %s%s; check the code.",
                         table->name, code ? code : "", work->scope_site ? " at this site" : "");
}

/* While an entry is corrected, the row that it made is not in its own way. */
static bool is_amended(const struct work *work, const struct table *table, const void *row)
{
    const struct field *field = schema_field(table->row, "entry");
    return field && work->amends &&
           *(const int64_t *)(const void *)((const char *)row + field->offset) == work->amends;
}

bool view_free(struct work *work, const struct table *table, const char *field, const char *code)
{
    bool found = false;
    void *row = arena_take(work->arena, table->row->size);
    if (!view_find(work, table, VALUES(value_text(code)), row, &found))
        return false;
    return !found || is_amended(work, table, row) ||
           fail(&work->fault, FAULT_CONFLICT, field,
                "The %s %s exists already; codes are never "
                "reused.",
                table->name, code);
}

static bool list(struct work *work, const struct statement *statement, struct value value,
                 struct rows *rows)
{
    const struct value values[] = {value, value_text(work->scope_site)};
    return database_list(work, statement, values, strlen(statement->takes), rows);
}

bool view_list(struct work *work, const struct table *table, const char *column, struct value value,
               struct rows *rows)
{
    bool scoped = is_scoped(work, table);
    const struct statement *statement = statement_for(work, table, VIEW_LIST, column, scoped);
    return list(work, statement, column ? value : value_text(work->scope_site), rows);
}

bool view_list_brief(struct work *work, const struct table *table, const char *column,
                     struct value value, struct rows *rows)
{
    bool scoped = is_scoped(work, table);
    const struct statement *statement = statement_for(work, table, VIEW_BRIEF, column, scoped);
    return list(work, statement, column ? value : value_text(work->scope_site), rows);
}

bool view_each(struct work *work, const struct table *table, const char *column, struct value value,
               const struct visitor *visitor)
{
    bool scoped = is_scoped(work, table);
    const struct statement *statement = statement_for(work, table, VIEW_LIST, column, scoped);
    const struct value values[] = {column ? value : value_text(work->scope_site),
                                   value_text(work->scope_site)};
    return database_each(work, statement, values, strlen(statement->takes), visitor);
}

bool view_page(struct work *work, const struct table *table, const char *after, int64_t limit,
               struct rows *rows)
{
    bool scoped = is_scoped(work, table);
    const struct statement *statement = statement_for(work, table, VIEW_PAGE, NULL, scoped);
    const struct value values[] = {value_text(after ? after : ""), value_integer(limit),
                                   value_text(work->scope_site)};
    return database_list(work, statement, values, scoped ? 3 : 2, rows);
}

bool view_list_both(struct work *work, const struct table *table, struct value one,
                    struct value other, struct rows *rows)
{
    return database_list(work, statement_for(work, table, VIEW_BOTH, NULL, false),
                         VALUES(one, other), rows);
}

bool view_touching(struct work *work, const struct table *table, const struct serials *serials,
                   struct rows *rows)
{
    return database_list(work, statement_for(work, table, VIEW_TOUCHING, NULL, false),
                         VALUES(value_text(serials->lot), value_integer(serials->first),
                                value_integer(serials->last)),
                         rows);
}

bool view_newest(struct work *work, const struct table *table, const char *code, void *row,
                 bool *found)
{
    return database_find(work, statement_for(work, table, VIEW_NEWEST, NULL, false),
                         VALUES(value_text(code)), row, found);
}

bool view_sources(struct work *work, const struct table *table, const char *name, struct rows *rows)
{
    return database_list(work, statement_for(work, table, VIEW_SOURCES, NULL, false),
                         VALUES(value_text(name)), rows);
}

bool view_list_between(struct work *work, const struct table *table, const char *column,
                       struct value low, struct value high, struct rows *rows)
{
    return database_list(work, statement_for(work, table, VIEW_BETWEEN, column, false),
                         VALUES(low, high), rows);
}
