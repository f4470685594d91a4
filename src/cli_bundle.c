/* cli_bundle.c: many requests of one file, judged one by one and committed together. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli.h"

#include "crew/erasure.h"
#include "web/bundle.h"

enum { BUNDLE_BYTES = 16 << 20 };

static size_t count_refused(const struct bundle *bundle)
{
    size_t refused = 0;
    for (size_t i = 0; i < bundle->count; i++)
        refused += bundled_fault(&bundle->items[i])->kind != FAULT_NONE;
    return refused;
}

/* What was refused, with its place in the file. */
static void print_refused(const struct bundle *bundle)
{
    for (size_t i = 0; i < bundle->count; i++) {
        const struct fault *fault = bundled_fault(&bundle->items[i]);
        if (fault->kind != FAULT_NONE)
            printf("Request %zu was refused: %s\n", i + 1, fault->text);
    }
}

static bool record(struct work *work, struct bundle *bundle)
{
    struct batch batch;
    if (!bundle_concerns_record(work, bundle))
        return true;
    if (!batch_begin(work, &batch))
        return false;
    if (bundle_record(work, &batch, bundle))
        return batch_commit(work, &batch);
    ledger_abandon(work);
    return false;
}

bool cli_bundle(struct cli *cli)
{
    struct work *work = cli->work;
    struct bundle bundle = {0};
    const char *file = cli_option(cli, "file");
    const char *secret = NULL;
    char *bytes = NULL;
    size_t size = 0;
    if (!cli_only(cli, "file"))
        return false;
    if (!file)
        return fail(&work->fault, FAULT_INPUT, "file",
                    "Say which file holds the requests: --file FILE.");
    if (!cli_sign_in(cli, cli->site, &secret) ||
        (work->record->can_sign && !erasure_finish_all(work)) ||
        !folder_read(work->arena, &work->fault, file, BUNDLE_BYTES, &bytes, &size) ||
        !bundle_read(work, bytes, size, &bundle) || !record(work, &bundle))
        return false;
    size_t refused = count_refused(&bundle);
    struct text text = text_open(work->arena);
    if (cli->json) {
        bundle_write(work, &bundle, 0, &text);
        printf("%s\n", text.bytes);
    } else {
        print_refused(&bundle);
        printf("%zu recorded, %zu refused\n", bundle.count - refused, refused);
    }
    return !refused || fail(&work->fault, FAULT_CONFLICT, "", "%zu of %zu requests were refused.",
                            refused, bundle.count);
}
