/* kept.h: what is in a file that the program made and kept with an entry? */
#ifndef QUALITY_KEPT_H
#define QUALITY_KEPT_H

#include "contract/operation.h"

/* A kept file as it is read back. */
struct kept {
    const char *name;
    const char *sha256;
    const char *type; /* media type */
    const char *base64;
};

/* The input of lists of what was made for a lot. */
struct lot_key {
    const char *lot;
};

extern const struct schema kept_schema, lot_key_schema;

/* For judges: names the bytes and hashes them, so that they are kept with the entry. */
struct file kept_file(struct work *work, const char *name, const unsigned char *bytes, size_t size);

/* For judges of entries that can be corrected: a correction carries no file into the record, so
 * that it may only name one that is there. An unset file passes. */
MUST_USE bool kept_already(struct work *work, const char *field, const struct file *file);

/* The bytes that were kept, checked against their hash. */
MUST_USE bool kept_read(struct work *work, const char *sha256, struct kept *kept);

#endif
