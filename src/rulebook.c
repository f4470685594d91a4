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

static bool read_roles(struct work *work, struct role_line *roles, size_t most, size_t *count)
{
    char *bytes = NULL;
    size_t size = 0;
    size_t lines = 0;
    if (!record_read_file(work->arena, &work->fault, data_path(work->arena, "roles.tsv"),
                          TABLE_BYTES, &bytes, &size))
        return false;
    const char **line = text_split(work->arena, bytes, '\n', &lines);
    *count = 0;
    for (size_t i = 1; i < lines && *count < most; i++) {
        size_t cells = 0;
        const char **cell = text_split(work->arena, line[i], '\t', &cells);
        if (cells > 3)
            roles[(*count)++] = (struct role_line){cell[0], cell[3]};
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

bool rulebook_permissions(struct work *work, bool json, FILE *out)
{
    enum { MOST_ROLES = 64 };
    struct role_line roles[MOST_ROLES];
    size_t count = 0;
    const struct catalogue *catalogue = NULL;
    const char *between = "";
    if (!read_roles(work, roles, MOST_ROLES, &count) ||
        !catalogue_make(work->arena, &work->fault, &catalogue))
        return false;
    fputs(json ? "{" : "", out);
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *operation = catalogue->operations[i];
        const char *comma = "";
        if (!operation->method)
            continue;
        fprintf(out, json ? "%s\n\"%s\":[" : "%s%-24s", json ? between : "", operation->name);
        for (size_t j = 0; j < count; j++) {
            if (!holds(work, &roles[j], operation->permission))
                continue;
            fprintf(out, json ? "%s\"%s\"" : "%s %s", json ? comma : "", roles[j].role);
            comma = ",";
        }
        fputs(json ? "]" : "\n", out);
        between = ",";
    }
    fputs(json ? "\n}\n" : "", out);
    return true;
}
