/* setting.c: rule sets are signed by two; the newest value of a key is in force. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/setting.h"

#include "contract/fact.h"

struct rule_set {
    const char *code;
    const char *note;
    struct rows settings;
    struct rows tables; /* struct fact_sheet */
    int64_t entry;
};

static const char *const sure_words[] = {"S", "S~", "P", "G", NULL};

static const struct field setting_fields[] = {
    FIELD(struct setting, key, .required = true, .code = true, .longest = 64,
          .help = "Name of the value, such as retest_interval_days"),
    FIELD(struct setting, value, .required = true, .longest = 2000,
          .help = "The value, as entered"),
    FIELD(struct setting, unit, .longest = 24, .help = "Its unit"),
    FIELD(struct setting, basis, .required = true, .longest = 400,
          .help = "Where the value comes from"),
    FIELD(struct setting, sure, .choices = sure_words, .help = "How well the source is known"),
    FIELD(struct setting, rule_set, .longest = 24, .help = "Rule set that set it"),
};
static const struct schema setting_schema = SCHEMA("setting", struct setting, setting_fields);
const struct table setting_table = {"setting", &setting_schema, "key", "", TABLE_VIEW};

static const struct field rule_set_fields[] = {
    FIELD(struct rule_set, code, .required = true, .code = true, .longest = 24,
          .help = "Code of the rule set"),
    FIELD(struct rule_set, note, .longest = 400, .prose = true, .help = "What it changes and why"),
    FIELD(struct rule_set, settings, .of = &setting_schema, .help = "The values that it sets"),
    FIELD(struct rule_set, tables, .of = &fact_file_schema, .longest = FACT_SHEETS,
          .help = "Tables of facts; each replaces the one of its name, and the rows of "
                  "the table settings are settings"),
};
static const struct schema rule_set_input = SCHEMA("rule_set", struct rule_set, rule_set_fields);
static const struct field rule_set_body_fields[] = {
    FIELD(struct rule_set, code, .help = "Code of the rule set"),
    FIELD(struct rule_set, note, .prose = true, .help = "What it changes and why"),
    FIELD(struct rule_set, settings, .of = &setting_schema, .help = "The values that it sets"),
    FIELD(struct rule_set, tables, .of = &fact_sheet_schema, .help = "Tables of facts, as read"),
};
static const struct schema rule_set_body =
    SCHEMA("rule_set_signed", struct rule_set, rule_set_body_fields);

struct rule_set_row {
    const char *code;
    const char *note;
    int64_t entry;
};
static const struct field rule_set_row_fields[] = {
    FIELD(struct rule_set_row, code, .help = "Code of the rule set"),
    FIELD(struct rule_set_row, note, .help = "What it changes and why"),
    FIELD(struct rule_set_row, entry, .help = "Entry that signed it"),
};
static const struct schema rule_set_row_schema =
    SCHEMA("rule_set", struct rule_set_row, rule_set_row_fields);
const struct table rule_set_table = {"rule_set", &rule_set_row_schema, "code", "", TABLE_VIEW};

static bool find(struct work *work, const char *key, struct setting *setting)
{
    bool found = false;
    *setting = (struct setting){0};
    return view_find(work, &setting_table, VALUES(value_text(key)), setting, &found);
}

bool setting_text(struct work *work, const char *key, const char **text)
{
    struct setting setting;
    bool worked = find(work, key, &setting);
    *text = setting.value;
    return worked;
}

bool setting_real(struct work *work, const char *key, struct real *real)
{
    const char *text = NULL;
    *real = (struct real){0};
    if (!setting_text(work, key, &text))
        return false;
    if (real_parse(text, &real->value))
        real->text = text;
    return true;
}

bool setting_count(struct work *work, const char *key, struct count *count)
{
    struct real real;
    bool worked = setting_real(work, key, &real);
    bool whole = real.text && real.value >= -1e15 && real.value <= 1e15 &&
                 (double)(int64_t)real.value >= real.value &&
                 (double)(int64_t)real.value <= real.value;
    *count = (struct count){whole, whole ? (int64_t)real.value : 0};
    return worked;
}

bool setting_rule_set(struct work *work, const char **code)
{
    struct rows rows;
    int64_t newest = 0;
    *code = "";
    if (!view_list(work, &rule_set_table, NULL, value_text(NULL), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct rule_set_row *row = &ROWS(rows, const struct rule_set_row)[i];
        if (row->entry > newest) {
            newest = row->entry;
            *code = row->code;
        }
    }
    return true;
}

static bool check_settings(struct work *work, const struct rows *rows)
{
    const struct setting *settings = rows->items;
    for (size_t i = 0; i < rows->count; i++) {
        if (settings[i].rule_set)
            return fail(&work->fault, FAULT_INPUT, "settings.rule_set",
                        "The field settings.rule_set is set by the program; leave it out.");
        for (size_t j = 0; j < i; j++)
            if (text_equals(settings[i].key, settings[j].key))
                return fail(&work->fault, FAULT_INPUT, "settings.key",
                            "The key %s stands twice; give it once.", settings[i].key);
    }
    return true;
}

/* A row of the table settings, whose columns are the members of a setting. */
static bool read_setting(struct work *work, const struct fact *fact, struct setting *setting)
{
    static const char *const columns[] = {"key", "value", "unit", "basis", "sure"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        const struct field *field = schema_field(&setting_schema, columns[i]);
        const char *cell = fact_cell(work->arena, fact, columns[i]);
        if (!cell && field->required)
            return fail(&work->fault, FAULT_INPUT, "tables.file",
                        "The table settings has no %s for %s; fill it in.", columns[i], fact->code);
        if (cell && !field_set(work->arena, &work->fault, field, "tables.file", cell, setting))
            return false;
    }
    return true;
}

/* The settings that are given one by one, and behind them those of the table of that name. */
static bool add_sheet(struct work *work, const struct rows *sheets, struct rows *settings)
{
    const struct fact_sheet *sheet = NULL;
    for (size_t i = 0; i < sheets->count; i++)
        if (text_equals(ROWS(*sheets, const struct fact_sheet)[i].name, "settings"))
            sheet = &ROWS(*sheets, const struct fact_sheet)[i];
    if (!sheet)
        return true;
    struct setting *all =
        arena_take(work->arena, (settings->count + sheet->lines.count) * sizeof *all);
    for (size_t i = 0; i < settings->count; i++)
        all[i] = ROWS(*settings, const struct setting)[i];
    for (size_t i = 0; i < sheet->lines.count; i++) {
        const struct fact_line *line = &ROWS(sheet->lines, const struct fact_line)[i];
        const struct fact fact = {
            .code = line->code, .cells = line->cells, .columns = sheet->columns};
        if (!read_setting(work, &fact, &all[settings->count + i]))
            return false;
    }
    *settings = (struct rows){settings->count + sheet->lines.count, all};
    return true;
}

static bool ruleset_judge(struct work *work, const void *input, void *body)
{
    const struct rule_set *given = input;
    struct rule_set *set = body;
    *set = *given;
    if (!given->settings.count && !given->tables.count)
        return fail(&work->fault, FAULT_INPUT, "settings",
                    "This rule set sets nothing; give settings, tables or both.");
    return view_free(work, &rule_set_table, "code", given->code) &&
           fact_judge(work, &given->tables, &set->tables) &&
           add_sheet(work, &set->tables, &set->settings) && check_settings(work, &set->settings);
}

static bool ruleset_apply(struct work *work, const struct entry *entry, const void *body)
{
    const struct rule_set *set = body;
    const struct rule_set_row row = {set->code, set->note, entry->seq};
    for (size_t i = 0; i < set->settings.count; i++) {
        struct setting setting = ROWS(set->settings, struct setting)[i];
        setting.rule_set = set->code;
        if (!view_put(work, &setting_table, &setting))
            return false;
    }
    return view_put(work, &rule_set_table, &row) &&
           fact_apply(work, set->code, entry->seq, &set->tables);
}

static bool setting_list_read(struct work *work, const void *input, struct rows *rows)
{
    (void)input;
    return view_list(work, &setting_table, NULL, value_text(NULL), rows);
}

static bool ruleset_list_read(struct work *work, const void *input, struct rows *rows)
{
    (void)input;
    return view_list(work, &rule_set_table, NULL, value_text(NULL), rows);
}

const struct operation setting_operations[SETTING_OPERATIONS] = {
    {.name = "ruleset.approve",
     .method = "POST",
     .path = "/rulesets",
     .summary = "Sign a set of limits, intervals and lists; they are in force from then on.",
     .permission = PERMIT_RULES_APPROVE,
     .effect = RECORDS,
     .signature = "approved",
     .witness = PERMIT_RULES_COUNTERSIGN,
     .input = &rule_set_input,
     .output = &rule_set_body,
     .subject = "code",
     .judge = ruleset_judge,
     .apply = ruleset_apply},
    {.name = "ruleset.list",
     .method = "GET",
     .path = "/rulesets",
     .summary = "List the rule sets that were signed.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &nothing_schema,
     .output = &rule_set_row_schema,
     .list = ruleset_list_read},
    {.name = "setting.list",
     .method = "GET",
     .path = "/settings",
     .summary = "List the values in force, each with the rule set that signed it.",
     .permission = PERMIT_LOT_READ,
     .effect = READS,
     .scope = SCOPE_CODES,
     .shape = SHAPE_LIST,
     .input = &nothing_schema,
     .output = &setting_schema,
     .list = setting_list_read},
};
