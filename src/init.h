/* init.h: a new record: its first entry, roles as data, and the first accounts. */
#ifndef INIT_H
#define INIT_H

#include "catalogue.h"

struct init_settings {
    const char *folder;
    const char *server; /* connection string for PostgreSQL, or NULL */
    bool demo;
};

/* Prints the one-time administrator secret, or the example accounts of a demonstration, to out. */
MUST_USE bool init_record(struct work *work, const struct init_settings *settings, FILE *out);

/* The example accounts as a table; their secret is demo-<account>-secret. */
MUST_USE bool init_print_accounts(struct work *work, FILE *out);

/* Folder with the shipped tables: EXOLEDGER_DATA, or beside the program, or where it installs. */
const char *data_path(struct arena *arena, const char *name);

#endif
