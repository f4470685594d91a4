/* inside_recall.c: a recall asked of the program in its own process, without a server between. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* inside_recall RECORD ACCOUNT
 *
 * Reads lines OPERATION CODE FILE, performs the operation as the account with the code as its one
 * input, the answer into the file, and answers each with seconds and the most memory that it has
 * had until then, in KiB. */
#include "plain.h"

#include "catalogue.h"
#include "chain/record.h"

#include <stdlib.h>
#include <string.h>

/* Of this program alone: getrusage counts the process that started it as well. */
static long most_memory_kib(void)
{
    enum { LONGEST = 256 };
    char line[LONGEST];
    long kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    static const char start[] = "VmHWM:";
    while (status && !kib && fgets(line, sizeof line, status))
        if (strncmp(line, start, sizeof start - 1) == 0)
            kib = strtol(line + sizeof start - 1, NULL, 10);
    if (!status || !kib)
        stop("The memory of this process is not told.");
    fclose(status);
    return kib;
}

static void answer(struct work *work, const char *name, const char *code, const char *path)
{
    const struct operation *operation = catalogue_find(work->record->catalogue, name);
    if (!operation || !operation->stream)
        stop("There is no such operation.");
    const struct given given = {.name = operation->input->fields[0].name, .text = code};
    struct request request = {.operation = operation, .given = &given, .count = 1};
    struct arena_mark mark = arena_mark(work->arena);
    double began = now_s();
    struct reply reply = {.out = fopen(path, "w")};
    if (!reply.out)
        stop("The answer's file cannot be written.");
    if (!operation_read(work, &request, &reply))
        stop(work->fault.text);
    if (fclose(reply.out))
        stop("The answer could not be written.");
    printf("%.9f %ld\n", now_s() - began, most_memory_kib());
    fflush(stdout);
    arena_rewind(work->arena, mark);
}

int main(int count, char **words)
{
    enum { LONGEST = 256 };
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    struct actor actor;
    const struct catalogue *catalogue = NULL;
    char line[LONGEST];
    if (count != 3)
        stop("Use: inside_recall RECORD ACCOUNT");
    if (!catalogue_make(work.arena, &work.fault, &catalogue) ||
        !record_open(&work, words[1], catalogue_tables, ACCESS_READ))
        stop(work.fault.text);
    work.record->catalogue = catalogue;
    if (!permission_grant(&work, words[2], NULL, &actor))
        stop(work.fault.text);
    work.actor = &actor;
    while (fgets(line, sizeof line, stdin)) {
        char name[64];
        char code[64];
        char path[LONGEST];
        if (sscanf(line, "%63s %63s %255s", name, code, path) != 3)
            stop("A line reads: OPERATION CODE FILE");
        answer(&work, name, code, path);
    }
    arena_close(work.arena);
    return 0;
}
