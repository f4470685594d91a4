/* proof.c: a signature over the whole, and the path from a part to it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/proof.h"

static bool read_leaf(void *context, int64_t index, struct hash *leaf)
{
    struct work *work = context;
    struct ledger_line line = {0};
    bool found = false;
    struct arena_mark mark = arena_mark(work->arena);
    bool worked = view_find(work, &entry_table, VALUES(value_integer(index + 1)), &line, &found) &&
                  found && hex_parse(line.hash, leaf->bytes, HASH_BYTES);
    arena_rewind(work->arena, mark);
    return worked;
}

bool proof_sign(struct work *work, struct checkpoint *checkpoint)
{
    struct ledger_head head = {.id = 1};
    struct merkle merkle;
    struct hash last;
    if (!work->record->can_sign)
        return fail(&work->fault, FAULT_STORAGE, "record",
                    "The checkpoint key is not here; a proof needs its signature.");
    if (!ledger_size(work, &head.size) || !ledger_tree(work, head.size, &merkle, &last) ||
        !ledger_compare_tree(work, &merkle))
        return false;
    return ledger_sign(work, &head, &merkle, checkpoint);
}

static void write_path(struct work *work, const struct merkle_proof *path,
                       const struct checkpoint *checkpoint, struct text *proof)
{
    text_print(proof, "\"size\":%lld,\"path\":[", (long long)checkpoint->size);
    for (size_t i = 0; i < path->count; i++)
        text_print(proof, "%s\"%s\"", i ? "," : "",
                   hex_print(work->arena, path->path[i].bytes, HASH_BYTES));
    text_add(proof, "],\"checkpoint\":");
    schema_write(proof, &checkpoint_schema, checkpoint, ORDER_CANONICAL);
    text_add(proof, "}");
}

static bool not_made(struct work *work, const char *field)
{
    return work->fault.kind == FAULT_NONE &&
           fail(&work->fault, FAULT_STORAGE, field, "The proof could not be made.");
}

bool proof_find(struct work *work, int64_t seq, struct ledger_line *line)
{
    bool found = false;
    return ledger_find(work, seq, line, &found) &&
           (found ||
            fail(&work->fault, FAULT_MISSING, "seq", "There is no entry %lld.", (long long)seq));
}

bool proof_of_entry(struct work *work, const struct ledger_line *line, struct text *proof)
{
    struct checkpoint checkpoint;
    struct merkle_proof path;
    const struct merkle_leaves leaves = {read_leaf, work};
    if (!proof_sign(work, &checkpoint))
        return false;
    if (!merkle_prove_inclusion(work->database->hasher, &leaves, line->seq - 1, checkpoint.size,
                                &path))
        return not_made(work, "seq");
    text_print(proof, "{\"kind\":\"inclusion\",\"seq\":%lld,\"hash\":\"%s\",", (long long)line->seq,
               line->hash);
    write_path(work, &path, &checkpoint, proof);
    return true;
}

bool proof_of_growth(struct work *work, int64_t older, struct text *proof)
{
    struct checkpoint now;
    struct merkle_proof path;
    struct rows signed_before;
    const struct merkle_leaves leaves = {read_leaf, work};
    if (!view_list(work, &checkpoint_table, "size", value_integer(older), &signed_before) ||
        !proof_sign(work, &now))
        return false;
    if (!signed_before.count)
        return fail(&work->fault, FAULT_MISSING, "older",
                    "No checkpoint was signed at %lld entries; exoledger checkpoint signs one.",
                    (long long)older);
    if (!merkle_prove_consistency(work->database->hasher, &leaves, older, now.size, &path))
        return not_made(work, "older");
    text_add(proof, "{\"kind\":\"consistency\",\"older\":");
    schema_write(proof, &checkpoint_schema, signed_before.items, ORDER_CANONICAL);
    text_add(proof, ",");
    write_path(work, &path, &now, proof);
    return true;
}
