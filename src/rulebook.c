/* rulebook.c: written from the tables, compared on every check. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rulebook.h"

#include "chain/view.h"
#include "init.h"

#include <string.h>

enum { TABLE_BYTES = 1 << 20 };

static void write_rules(const struct catalogue *catalogue, FILE *out)
{
    fputs(
        "# The rule book\n\nWritten by `exoledger rules`; do not edit. An id is the requirement, a "
        "word and a version; it is never reused. Every rule answers met, not met or unknown, and "
        "only met passes.\n\n| id | question | 問い | basis |\n|---|---|---|---|\n",
        out);
    for (size_t i = 0; catalogue->rules[i]; i++) {
        const struct rule *rule = catalogue->rules[i];
        fprintf(out, "| `%s` | %s | %s | %s |\n", rule->id, rule->asks, rule->asks_ja, rule->basis);
    }
}

enum { REQUIREMENT_ID, REQUIREMENT_ASKS, REQUIREMENT_RECORDED_BY, REQUIREMENT_MISSING, CELLS };

/* The rules whose ids begin with the requirement; false when there are none. */
static bool print_own_rules(const struct catalogue *catalogue, const char *id, FILE *out)
{
    const char *between = "";
    for (size_t i = 0; catalogue->rules[i]; i++) {
        const char *rule = catalogue->rules[i]->id;
        if (!text_starts(rule, id) || rule[strlen(id)] != '.')
            continue;
        fprintf(out, "%s`%s`", between, rule);
        between = " ";
    }
    return *between != '\0';
}

/* The operations that record it; one that this program does not have is a fault of the table. */
static bool print_operations(struct work *work, const struct catalogue *catalogue,
                             const char **cell, FILE *out)
{
    size_t count = 0;
    const char **words = text_split(work->arena, cell[REQUIREMENT_RECORDED_BY], ' ', &count);
    for (size_t i = 0; i < count; i++) {
        if (!catalogue_find(catalogue, words[i]))
            return fail(&work->fault, FAULT_INPUT, "data",
                        "requirements.tsv names the operation %s for %s, which does not exist; "
                        "mend the table.",
                        words[i], cell[REQUIREMENT_ID]);
        fprintf(out, "%s%s", i ? " " : "", words[i]);
    }
    return true;
}

static bool write_requirement(struct work *work, const struct catalogue *catalogue,
                              const char **cell, FILE *out)
{
    fprintf(out, "| %s | %s | ", cell[REQUIREMENT_ID], cell[REQUIREMENT_ASKS]);
    bool ruled = print_own_rules(catalogue, cell[REQUIREMENT_ID], out);
    bool recorded = *cell[REQUIREMENT_RECORDED_BY] != '\0';
    fputs(" | ", out);
    if (!print_operations(work, catalogue, cell, out))
        return false;
    fprintf(out, " | %s%s |\n", ruled || recorded ? "" : "not built yet. ",
            cell[REQUIREMENT_MISSING]);
    return ruled || recorded || *cell[REQUIREMENT_MISSING] ||
           fail(&work->fault, FAULT_INPUT, "data",
                "requirements.tsv says neither what builds %s nor why it is not built.",
                cell[REQUIREMENT_ID]);
}

/* Cells may be empty, so that the line is cut at each tab. */
static bool cut(struct work *work, const char *line, const char **cell)
{
    for (size_t i = 0; i < CELLS; i++) {
        size_t length = strcspn(line, "\t");
        cell[i] = arena_text(work->arena, line, length);
        if ((i + 1 == CELLS) != (line[length] == '\0'))
            return fail(&work->fault, FAULT_INPUT, "data",
                        "A line of requirements.tsv does not have %d cells; mend the table.",
                        CELLS);
        line += length + 1;
    }
    return true;
}

static bool write_requirements(struct work *work, const struct catalogue *catalogue, FILE *out)
{
    char *bytes = NULL;
    size_t size = 0;
    size_t count = 0;
    if (!folder_read(work->arena, &work->fault, data_path(work->arena, "requirements.tsv"),
                     TABLE_BYTES, &bytes, &size))
        return false;
    fputs("\n# What is asked for, and what is built of it\n\n"
          "| requirement | asks | rules | recorded by | not built |\n|---|---|---|---|---|\n",
          out);
    const char **lines = text_split(work->arena, bytes, '\n', &count);
    for (size_t i = 1; i < count; i++) {
        const char *cell[CELLS];
        if (!cut(work, lines[i], cell) || !write_requirement(work, catalogue, cell, out))
            return false;
    }
    return true;
}

bool rulebook_write(struct work *work, const struct catalogue *catalogue, FILE *out)
{
    write_rules(catalogue, out);
    return write_requirements(work, catalogue, out);
}

struct role_line {
    const char *role;
    const char *permissions;
};

enum { MOST_ROLES = 64 };

struct roles {
    struct role_line lines[MOST_ROLES];
    size_t count;
};

static bool read_roles(struct work *work, struct roles *roles)
{
    char *bytes = NULL;
    size_t size = 0;
    size_t lines = 0;
    if (!folder_read(work->arena, &work->fault, data_path(work->arena, "roles.tsv"), TABLE_BYTES,
                     &bytes, &size))
        return false;
    const char **line = text_split(work->arena, bytes, '\n', &lines);
    for (size_t i = 1; i < lines && roles->count < MOST_ROLES; i++) {
        size_t cells = 0;
        const char **cell = text_split(work->arena, line[i], '\t', &cells);
        if (cells > 3)
            roles->lines[roles->count++] = (struct role_line){cell[0], cell[3]};
    }
    return true;
}

static bool holds(struct work *work, const struct role_line *role, enum permission permission)
{
    size_t count = 0;
    const char **words = text_split(work->arena, role->permissions, ' ', &count);
    for (size_t i = 0; i < count; i++)
        if (permission_of(words[i]) == permission)
            return permission != PERMISSION_UNSET;
    return permission_is_everybodys(permission);
}

/* One line of the matrix: the roles that may. */
static void print_roles(struct work *work, const struct operation *operation,
                        const struct roles *roles, bool json, FILE *out)
{
    const char *between = json ? "" : " ";
    for (size_t i = 0; i < roles->count; i++) {
        if (!holds(work, &roles->lines[i], operation->permission))
            continue;
        fprintf(out, json ? "%s\"%s\"" : "%s%s", between, roles->lines[i].role);
        between = json ? "," : " ";
    }
}

bool rulebook_permissions(struct work *work, bool json, FILE *out)
{
    struct roles roles = {.count = 0};
    const struct catalogue *catalogue = NULL;
    const char *between = "{";
    if (!read_roles(work, &roles) || !catalogue_make(work->arena, &work->fault, &catalogue))
        return false;
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *operation = catalogue->operations[i];
        if (!operation->method)
            continue;
        if (json)
            fprintf(out, "%s\n\"%s\":[", between, operation->name);
        else
            fprintf(out, "%-24s", operation->name);
        print_roles(work, operation, &roles, json, out);
        fputs(json ? "]" : "\n", out);
        between = ",";
    }
    fputs(json ? "\n}\n" : "", out);
    return true;
}
