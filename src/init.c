/* init.c: the first entries of a record, from tables that the site may replace. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "init.h"

#include "contract/book.h"
#include "crew/account.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TABLE_BYTES = 1 << 20, MOST_CELLS = 8, SECRET_BYTES = 15 };

const char *data_path(struct arena *arena, const char *name)
{
    char program[4096];
    const char *named = getenv("EXOLEDGER_DATA");
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (named)
        return arena_print(arena, "%s/%s", named, name);
    if (length <= 0)
        return arena_print(arena, "data/%s", name);
    program[length] = '\0';
    *strrchr(program, '/') = '\0';
    for (int up = 0; up < 4; up++) {
        const char *beside = arena_print(arena, "%s/data/%s", program, name);
        const char *shared = arena_print(arena, "%s/share/exoledger/data/%s", program, name);
        char *slash = strrchr(program, '/');
        if (access(beside, R_OK) == 0)
            return beside;
        if (access(shared, R_OK) == 0)
            return shared;
        if (!slash)
            break;
        *slash = '\0';
    }
    return arena_print(arena, "/usr/share/exoledger/data/%s", name);
}

/* Calls row for each line but the first; cells that are empty are NULL. */
struct table_reader {
    size_t cells;
    bool (*row)(struct work *work, struct batch *batch, const char **cells);
};

static bool read_row(struct work *work, struct batch *batch, const struct table_reader *reader,
                     char *line, const char *name)
{
    const char *cells[MOST_CELLS] = {0};
    size_t count = 0;
    for (char *at = line; at && count < MOST_CELLS;) {
        char *tab = strchr(at, '\t');
        if (tab)
            *tab = '\0';
        cells[count++] = *at ? at : NULL;
        at = tab ? tab + 1 : NULL;
    }
    return count == reader->cells ? reader->row(work, batch, cells)
                                  : fail(&work->fault, FAULT_INPUT, "data",
                                         "A line of %s has %zu "
                                         "cells instead of %zu; mend the table.",
                                         name, count, reader->cells);
}

static bool read_table(struct work *work, struct batch *batch, const char *name,
                       const struct table_reader *reader)
{
    char *bytes = NULL;
    size_t size = 0;
    if (!folder_read(work->arena, &work->fault, data_path(work->arena, name), TABLE_BYTES, &bytes,
                     &size))
        return false;
    char *line = strchr(bytes, '\n');
    for (line = line ? line + 1 : bytes + size; *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (*line && !read_row(work, batch, reader, line, name))
            return false;
        line = end ? end + 1 : line + strlen(line);
    }
    return true;
}

static bool found_role(struct work *work, struct batch *batch, const char **cells)
{
    const struct role_definition role = {cells[0], cells[1], cells[2],
                                         cells[3], cells[4], cells[5]};
    return operation_found(work, batch, "role.define", &role);
}

static bool found_site(struct work *work, struct batch *batch, const char **cells)
{
    const struct site_registration site = {cells[0], cells[1], cells[2]};
    return operation_found(work, batch, "site.register", &site);
}

static bool found_account(struct work *work, struct batch *batch, const char *code,
                          const char *name, const char *secret)
{
    struct account_creation account = {code, name, NULL};
    return actor_hash_secret(work, secret, &account.secret) &&
           operation_found(work, batch, "account.create", &account);
}

static bool found_roles(struct work *work, struct batch *batch, const char *account,
                        const char *site, const char *roles)
{
    size_t count = 0;
    const char **words = text_split(work->arena, roles, ' ', &count);
    for (size_t i = 0; i < count; i++) {
        const struct account_role role = {account, site, words[i]};
        if (!operation_found(work, batch, "account.assign", &role))
            return false;
    }
    return true;
}

static bool found_example(struct work *work, struct batch *batch, const char **cells)
{
    const char *secret = actor_demo_secret(work->arena, cells[0]);
    return found_account(work, batch, cells[0], cells[1], secret) &&
           found_roles(work, batch, cells[0], cells[2], cells[3]);
}

static bool found_people(struct work *work, struct batch *batch, bool demo, FILE *out)
{
    static const struct table_reader sites = {3, found_site};
    static const struct table_reader accounts = {4, found_example};
    unsigned char drawn[SECRET_BYTES];
    char secret[sodium_base64_ENCODED_LEN(SECRET_BYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING)];
    const char *main_site[] = {"MAIN", "Main site", "other"};
    if (demo)
        return read_table(work, batch, "demo_sites.tsv", &sites) &&
               read_table(work, batch, "demo_accounts.tsv", &accounts);
    randombytes_buf(drawn, sizeof drawn);
    sodium_bin2base64(secret, sizeof secret, drawn, sizeof drawn,
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    fprintf(out,
            "Administrator account: ADMIN\nOne-time secret: %s\n"
            "Write it down: it is shown only here. Two more administrators can replace it.\n",
            secret);
    return found_site(work, batch, main_site) &&
           found_account(work, batch, "ADMIN", "Administrator", secret) &&
           found_roles(work, batch, "ADMIN", "MAIN", "administrator");
}

static bool found_all(struct work *work, struct batch *batch, bool demo, FILE *out)
{
    static const struct table_reader roles = {6, found_role};
    const struct opening opening = {work->record->identifier, demo, RECORD_FORMAT};
    return operation_found(work, batch, "record.open", &opening) &&
           read_table(work, batch, "roles.tsv", &roles) && found_people(work, batch, demo, out);
}

/* Asked first, so that nothing is half-made without them. */
static bool has_tables(struct work *work, bool demo)
{
    const char *names[] = {"roles.tsv", "demo_sites.tsv", "demo_accounts.tsv"};
    for (size_t i = 0; i < (demo ? 3 : 1); i++)
        if (access(data_path(work->arena, names[i]), R_OK) != 0)
            return fail(&work->fault, FAULT_MISSING, "data",
                        "The shipped table %s is not to be found; name its folder in "
                        "EXOLEDGER_DATA.",
                        names[i]);
    return true;
}

/* They decide nothing until two people sign them, so a record begins without them. */
static void tell_facts(struct work *work, FILE *out)
{
    int count = 0;
    const char *folder = data_path(work->arena, "facts");
    DIR *opened = opendir(folder);
    for (const struct dirent *entry; opened && (entry = readdir(opened));) {
        const char *dot = strrchr(entry->d_name, '.');
        count += dot && strcmp(dot, ".tsv") == 0;
    }
    if (opened)
        closedir(opened);
    if (count > 0)
        fprintf(out, "%d tables of facts are in %s; the first rule set can sign them.\n", count,
                folder);
    else
        fprintf(out, "No tables of facts are in %s; a rule set can bring its own.\n", folder);
}

/* A secret that nobody saw would open nothing: it is out before anything is kept. */
static bool tell(struct work *work, FILE *out)
{
    tell_facts(work, out);
    return fflush(out) == 0 || fail(&work->fault, FAULT_STORAGE, "",
                                    "The secret of the administrator cannot be shown (%s); nothing "
                                    "was made.",
                                    strerror(errno));
}

bool init_record(struct work *work, const struct init_settings *settings, FILE *out)
{
    struct batch batch;
    const struct catalogue *catalogue = NULL;
    const struct record_settings place = {settings->server, settings->demo};
    if (!has_tables(work, settings->demo) ||
        !catalogue_make(work->arena, &work->fault, &catalogue) ||
        !record_create(work, settings->folder, &place, catalogue_tables))
        return false;
    work->record->catalogue = catalogue;
    if (!batch_begin(work, &batch))
        return false;
    if (found_all(work, &batch, settings->demo, out) && tell(work, out))
        return batch_commit(work, &batch) && record_finish(work);
    ledger_abandon(work);
    return false;
}

bool init_print_accounts(struct work *work, FILE *out)
{
    struct rows rows;
    const char *before = "";
    if (!view_list(work, &assignment_table, NULL, value_text(NULL), &rows))
        return false;
    fprintf(out, "Example accounts (invented people; only in this demonstration):\n");
    for (size_t i = 0; i < rows.count; i++) {
        const struct assignment *row = &ROWS(rows, const struct assignment)[i];
        if (text_equals(before, row->account))
            fprintf(out, " %s", row->role);
        else
            fprintf(out, "%s  %-6s at %-3s secret %s  %s", i ? "\n" : "", row->account, row->site,
                    actor_demo_secret(work->arena, row->account), row->role);
        before = row->account;
    }
    fprintf(out, "\n");
    return true;
}
