/* record.h: the folder that is a record: database, keys, signed head, settings of the place. */
#ifndef CHAIN_RECORD_H
#define CHAIN_RECORD_H

#include "chain/folder.h"
#include "chain/person.h"
#include "chain/view.h"

enum { RECORD_FORMAT = 2, KEY_PUBLIC_BYTES = 32, KEY_SECRET_BYTES = 64 };

struct catalogue; /* contract/operation.h: every operation, rule and consequence */

struct record {
    const char *folder;
    const char *identifier; /* sixteen bytes in hexadecimal, drawn at init */
    const struct engine *engine;
    const char *place;                 /* what the engine opens */
    bool demo;                         /* example accounts, a clock that the story may set */
    const struct table *const *tables; /* NULL-terminated; every table but the ledger's own */
    const struct catalogue *catalogue;
    struct person_store *persons;
    unsigned char public_key[KEY_PUBLIC_BYTES]; /* Ed25519, of checkpoints and heads */
    unsigned char secret_key[KEY_SECRET_BYTES];
    bool can_sign; /* the secret key is here */
};

struct record_settings {
    const char *server; /* connection string for PostgreSQL, or NULL for SQLite inside */
    bool demo;
};

/* Makes the folder, its keys and empty tables. The folder must not hold a record yet. Nothing in it
 * is taken for one before record_finish, and what is interrupted before can be begun again. */
MUST_USE bool record_create(struct work *work, const char *folder,
                            const struct record_settings *settings,
                            const struct table *const *tables);
/* The same for a copy of another record: identifier and public key are taken over, and the
 * secret keys too when with_keys is set. */
MUST_USE bool record_create_copy(struct work *work, const char *folder, const char *server,
                                 struct work *from, bool with_keys);
/* The record is whole from here on. */
MUST_USE bool record_finish(struct work *work);
/* Copies checkpoint key and person keys of a record into a folder, replacing what lies there. */
MUST_USE bool record_copy_keys(struct work *from, const char *folder);
/* Lets a record that was opened without its keys use those in a folder. */
MUST_USE bool record_adopt_keys(struct work *work, const char *folder);
/* Opens one; a record of a newer format is refused and left as it is. Sets work->record and
 * work->database, both closed with work->arena. */
MUST_USE bool record_open(struct work *work, const char *folder, const struct table *const *tables,
                          enum engine_access access);
/* Another connection to the same record, for another thread or a scratch view. */
MUST_USE bool record_connect(struct work *work, struct record *record, enum engine_access access);

#endif
