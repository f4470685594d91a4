/* batch.c: what is committed together, and what follows the commit? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/operation.h"

bool batch_begin(struct work *work, struct batch *batch)
{
    batch->unfinished = 0;
    if (ledger_begin(work, &batch->head, &batch->merkle))
        return true;
    ledger_abandon(work);
    return false;
}

/* The entry stands, so this is no refusal: asked again, what is left of it is done. */
static bool doubt_finish(struct work *work, const struct operation *operation)
{
    const struct fault why = work->fault;
    work->fault = (struct fault){0};
    return fail(
        &work->fault, FAULT_UNKNOWN, why.field,
        "%s is recorded, but not finished: %s Then ask again with the same idempotency key.",
        operation->name, why.text);
}

bool batch_commit(struct work *work, struct batch *batch)
{
    if (!ledger_commit(work, &batch->head, &batch->merkle)) {
        ledger_abandon(work);
        return false;
    }
    for (size_t i = 0; i < batch->unfinished; i++)
        if (!batch->finishing[i].operation->finish(work, batch->finishing[i].body))
            return doubt_finish(work, batch->finishing[i].operation);
    return true;
}

bool batch_finish_later(struct work *work, struct batch *batch, const struct operation *operation,
                        const void *body)
{
    if (!operation->finish)
        return true;
    if (batch->unfinished == sizeof batch->finishing / sizeof *batch->finishing)
        return fail(&work->fault, FAULT_TOO_OFTEN, "", "Too many of these at once; try again.");
    batch->finishing[batch->unfinished].operation = operation;
    batch->finishing[batch->unfinished++].body = body;
    return true;
}

bool batch_finish_again(struct work *work, struct batch *batch, const struct operation *operation,
                        int64_t seq)
{
    struct entry entry;
    const char *hash = NULL;
    bool found = false;
    if (!operation->finish)
        return true;
    void *body = arena_take(work->arena, operation->output->size);
    return ledger_read(work, seq, &entry, &hash, &found) && found &&
           operation_read_body(work, operation, entry.body, body) &&
           batch_finish_later(work, batch, operation, body);
}
