/* ledger.h: the append-only record: append, read back, commit, publish the signed head. */
#ifndef CHAIN_LEDGER_H
#define CHAIN_LEDGER_H

#include "chain/entry.h"
#include "chain/merkle.h"
#include "chain/record.h"

/* One stored line; also the row of table entry. */
struct ledger_line {
    int64_t seq;
    const char *hash;  /* SHA-256 of bytes, hexadecimal */
    const char *bytes; /* canonical JSON */
};

/* Where the record stands; the row of table head, beside the entries. */
struct ledger_head {
    int64_t id; /* always 1 */
    int64_t size;
    int64_t at_usec;   /* of the newest entry: time never runs backwards */
    const char *last;  /* hash of the newest entry */
    const char *peaks; /* hexadecimal, largest subtree first */
};

/* A signed statement that the record had this size and this root; head.json holds one. */
struct checkpoint {
    int64_t size;
    const char *root;
    struct instant at;
    const char *record;    /* identifier of the record */
    const char *key;       /* public key, hexadecimal */
    const char *signature; /* Ed25519 over the canonical JSON without this member */
};

/* All SQL of the ledger, so that tests can prepare it on both engines. */
enum { LEDGER_STATEMENTS = 5 };
extern const struct statement ledger_statements[];

extern const struct table entry_table, file_table, checkpoint_table, head_table;
extern const struct schema checkpoint_schema;

/* A batch: takes the write lock, re-reads the head. Every batch ends in one of the other two. */
MUST_USE bool ledger_begin(struct work *work, struct ledger_head *head, struct merkle *merkle);
/* Commits and publishes the head beside the database; FAULT_UNKNOWN when the outcome is open. */
MUST_USE bool ledger_commit(struct work *work, const struct ledger_head *head,
                            const struct merkle *merkle);
void ledger_abandon(struct work *work);

/* Where the database says that the record stands. */
MUST_USE bool ledger_read_head(struct work *work, struct ledger_head *head, struct merkle *merkle);
/* Signs the head and puts it beside the database, unless a later one lies there. */
MUST_USE bool ledger_publish_head(struct work *work, const struct ledger_head *head,
                                  const struct merkle *merkle);
/* Is this the record that the connection knows, or the same with more entries? One that knows
 * nothing yet compares the signed head. Nothing else is ever signed. */
MUST_USE bool ledger_goes_on(struct work *work, const struct ledger_head *head,
                             const struct merkle *merkle);
void ledger_know(struct work *work, const struct ledger_head *head, const struct merkle *merkle);

/* Sets seq, at, previous, format, program; writes, reads back and compares. */
MUST_USE bool ledger_append(struct work *work, struct ledger_head *head, struct merkle *merkle,
                            struct entry *entry, const char **hash);

/* An entry as it is stored, held against its hash: damage is never shown as what was recorded. */
MUST_USE bool ledger_find(struct work *work, int64_t seq, struct ledger_line *line, bool *found);
MUST_USE bool ledger_read(struct work *work, int64_t seq, struct entry *entry, const char **hash,
                          bool *found);
MUST_USE bool ledger_size(struct work *work, int64_t *size);
/* Lines from seq first on, in order, each passed with its bytes as they are stored. */
MUST_USE bool ledger_each(struct work *work, int64_t first, const struct visitor *visitor);

/* At most limit lines from seq first on, into the arena, for whoever asks the database between. */
MUST_USE bool ledger_lines(struct work *work, int64_t first, int64_t limit, struct rows *lines);

/* A file by its hash; the same bytes twice are one file. */
MUST_USE bool ledger_keep_file(struct work *work, const struct file *file);
MUST_USE bool ledger_load_file(struct work *work, const char *sha256, struct file *file,
                               bool *found);

/* The hashes of all files, as struct file_name. */
struct file_name {
    const char *sha256;
};
MUST_USE bool ledger_file_names(struct work *work, struct rows *names);

/* Signs the present state and stores it. */
MUST_USE bool ledger_checkpoint(struct work *work, struct checkpoint *checkpoint);
MUST_USE bool ledger_sign(struct work *work, const struct ledger_head *head,
                          const struct merkle *merkle, struct checkpoint *checkpoint);
bool checkpoint_is_signed(struct arena *arena, const struct checkpoint *checkpoint);
/* From a file that holds one. */
MUST_USE bool checkpoint_read(struct work *work, const char *path, struct checkpoint *checkpoint);
/* Signed, and by the key of this record, and about it. */
MUST_USE bool checkpoint_is_ours(struct work *work, const struct checkpoint *checkpoint);
/* The head beside the database, with its signature checked; without a root when there is none. It
 * is read before the database is looked at: another process may publish a later one meanwhile. */
MUST_USE bool ledger_outside(struct work *work, struct checkpoint *outside);
/* The head beside the database must be contained in the database. */
MUST_USE bool ledger_contains(struct work *work, const struct checkpoint *outside);
/* Both, one after the other, in a read transaction of its own. */
MUST_USE bool ledger_compare_head(struct work *work);
/* The tree computed from the entries themselves must be the one that the stored head stands for;
 * together with ledger_compare_head the signature then covers every entry. */
MUST_USE bool ledger_compare_tree(struct work *work, const struct merkle *merkle);
MUST_USE bool ledger_tree(struct work *work, int64_t size, struct merkle *merkle,
                          struct hash *last);

#endif
