/* kept.c: PDF files that entries keep, read back by their hash. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "quality/kept.h"

#include <sodium.h>

static const struct field kept_fields[] = {
    FIELD(struct kept, name, .help = "Name of the file"),
    FIELD(struct kept, sha256, .help = "SHA-256 of its bytes"),
    FIELD(struct kept, type, .help = "Media type"),
    FIELD(struct kept, base64, .help = "Its bytes as base64"),
};
const struct schema kept_schema = SCHEMA("kept", struct kept, kept_fields);

static const struct field lot_key_fields[] = {
    FIELD(struct lot_key, lot, .required = true, .code = true, .longest = 24, .help = "Lot"),
};
const struct schema lot_key_schema = SCHEMA("lot_key", struct lot_key, lot_key_fields);

struct file kept_file(struct work *work, const char *name, const unsigned char *bytes, size_t size)
{
    const struct hash hash = hasher_hash(work->database->hasher, bytes, size);
    return (struct file){name, hex_print(work->arena, hash.bytes, HASH_BYTES), bytes, size};
}

bool kept_already(struct work *work, const char *field, const struct file *file)
{
    struct file kept;
    bool found = false;
    if (!work->amends || !file->sha256)
        return true;
    if (!ledger_load_file(work, file->sha256, &kept, &found))
        return false;
    return found || fail(&work->fault, FAULT_INPUT, field,
                         "A correction cannot bring in another file; annul the entry and record "
                         "the right one.");
}

bool kept_read(struct work *work, const char *sha256, struct kept *kept)
{
    struct file file = {0};
    bool found = false;
    if (!ledger_load_file(work, sha256, &file, &found))
        return false;
    if (!found)
        return fail(&work->fault, FAULT_STORAGE, "file",
                    "The file %s is not kept any more; run exoledger verify.", sha256);
    const size_t room = sodium_base64_encoded_len(file.size, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = arena_take(work->arena, room);
    sodium_bin2base64(base64, room, file.bytes, file.size, sodium_base64_VARIANT_ORIGINAL);
    *kept = (struct kept){file.name, file.sha256, "application/pdf", base64};
    return true;
}
