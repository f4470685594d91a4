/* rulebook.c: written from the tables, compared on every check. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "rulebook.h"

#include "chain/view.h"
#include "init.h"

#include <string.h>

enum { TABLE_BYTES = 1 << 20 };

void rulebook_write(const struct catalogue *catalogue, FILE *out)
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
    return false;
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
