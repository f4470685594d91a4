/* inside_bedside.c: how long does the question at the bedside take without a network? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "catalogue.h"

#include "base/time.h"
#include "chain/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_GIVEN = 32 };

struct question {
    const struct operation *operation;
    const char *account;
    struct given given[MOST_GIVEN];
    size_t count;
};

static int compare(const void *one, const void *other)
{
    int64_t left = *(const int64_t *)one;
    int64_t right = *(const int64_t *)other;
    return (left > right) - (left < right);
}

static bool open_record(struct work *work, const char *folder)
{
    struct ledger_head head = {0};
    bool found = false;
    if (!record_open(work, folder, catalogue_tables, ACCESS_READ) ||
        !catalogue_make(work->arena, &work->fault, &work->record->catalogue) ||
        !view_find(work, &head_table, VALUES(value_integer(1)), &head, &found))
        return false;
    work->now_usec = head.at_usec;
    work->zone_minutes = 9 * 60;
    return true;
}

/* Who asks is read anew each time, as behind the door. */
static bool ask(struct work *work, const struct question *question, struct text *answer)
{
    struct actor actor = {0};
    struct reply reply = {.out = NULL};
    struct request request = {
        .operation = question->operation, .given = question->given, .count = question->count};
    if (!permission_grant(work, question->account, NULL, &actor))
        return false;
    work->actor = &actor;
    bool worked = operation_read(work, &request, &reply);
    work->actor = NULL;
    *answer = reply.text;
    return worked;
}

static bool measure(struct work *work, const struct question *question, int64_t *took_usec,
                    size_t times)
{
    for (size_t i = 0; i < times; i++) {
        struct arena_mark mark = arena_mark(work->arena);
        struct text answer = {0};
        int64_t began_usec = stopwatch_usec();
        if (!ask(work, question, &answer))
            return false;
        took_usec[i] = stopwatch_usec() - began_usec;
        if (i == 0 && (!strstr(answer.bytes, "\"met\"") || strstr(answer.bytes, "not_met") ||
                       strstr(answer.bytes, "unknown")))
            return fail(&work->fault, FAULT_RULE, "", "Not every rule is met: %s", answer.bytes);
        arena_rewind(work->arena, mark);
    }
    qsort(took_usec, times, sizeof *took_usec, compare);
    return true;
}

/* Usage: inside_bedside RECORD ACCOUNT COUNT MEMBER=VALUE... Prints p50 and p99 in microseconds. */
int main(int count, char **words)
{
    struct arena *arena = arena_open(WORK_ARENA_BYTES);
    struct work work = {.arena = arena};
    size_t times = count > 3 ? strtoul(words[3], NULL, 10) : 0;
    if (times < 100 || count - 4 > MOST_GIVEN) {
        fprintf(stderr, "Use: inside_bedside RECORD ACCOUNT COUNT MEMBER=VALUE...\n");
        return 2;
    }
    struct question question = {.account = words[2]};
    for (int i = 4; i < count; i++) {
        size_t length = strcspn(words[i], "=");
        question.given[question.count++] = (struct given){
            .name = arena_text(arena, words[i], length), .text = words[i] + length + 1};
    }
    int64_t *took_usec = arena_take(arena, times * sizeof *took_usec);
    bool worked = open_record(&work, words[1]);
    if (worked)
        question.operation = catalogue_find(work.record->catalogue, "dose.check");
    worked = worked && measure(&work, &question, took_usec, times);
    if (worked)
        printf("%lld %lld\n", (long long)took_usec[times / 2],
               (long long)took_usec[times * 99 / 100]);
    else
        fprintf(stderr, "inside_bedside: %s\n", work.fault.text);
    arena_close(arena);
    return worked ? 0 : 1;
}
