/* storm_steps.c: what people do in a storm, on the command line and at the server's writer. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "storm_steps.h"

#include "storm_keeping.h"
#include "web/writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char site[] = "M";

static void note(struct storm *storm, struct told *told, const struct fault *fault,
                 const char *answer)
{
    char why[200];
    storm->last = *fault;
    if (disk_has_stopped())
        told->word = told->word == TOLD_STORED ? TOLD_STORED : TOLD_UNKNOWN;
    else if (!told_note(told, fault, answer, why))
        storm_wrong(storm, "%s", why);
}

static void fill(struct arena *arena, const struct catalogue *catalogue, const struct told *told,
                 struct request *request)
{
    *request = (struct request){.operation = catalogue_find(catalogue, told->operation),
                                .idempotency_key = told->key};
    assert_non_null(request->operation);
    demo_give(arena, told->input, request);
    if (request->operation->signature)
        request->signature =
            (struct credential){told->account, actor_demo_secret(arena, told->account)};
    if (told->witness)
        request->witness =
            (struct credential){told->witness, actor_demo_secret(arena, told->witness)};
}

static bool is_of_storage(enum fault_kind kind)
{
    return kind == FAULT_STORAGE || kind == FAULT_UNKNOWN;
}

static bool is_open(const struct storm *storm)
{
    return storm->work.database != NULL;
}

void storm_ask(struct storm *storm, struct told *told)
{
    struct work *work = &storm->work;
    struct request request;
    struct reply reply = {0};
    if (!is_open(storm) && !storm_open(storm)) {
        storm->last = work->fault;
        storm_end(storm);
        return;
    }
    work->now_usec = storm->now_usec += USEC_PER_SECOND;
    if (permission_grant(work, told->account, site, &storm->actor)) {
        work->actor = &storm->actor;
        fill(work->arena, work->record->catalogue, told, &request);
        bool worked = operation_perform(work, &request, &reply);
        if (worked != (work->fault.kind == FAULT_NONE))
            storm_wrong(storm, "%s worked %d with fault %d", told->key, worked, work->fault.kind);
        note(storm, told, &work->fault, reply.text.bytes);
    }
    storm->last = work->fault;
    work->fault = (struct fault){0};
    if (is_of_storage(storm->last.kind))
        storm_end(storm);
}

/* ---- the server's writer ---- */

struct delivery {
    struct storm *storm;
    struct told *told;
};

static void deliver(struct job *job)
{
    struct delivery *delivery = job->connection;
    const char *answer = job->reply.text.bytes;
    note(delivery->storm, delivery->told, &job->work.fault, answer);
    if (job->status == 201 && job->work.fault.kind != FAULT_NONE)
        storm_wrong(delivery->storm, "%s is answered with 201 and a fault", delivery->told->key);
    job_close(job);
}

/* Beside the processes of the command line, with connections of its own. */
static bool serve(struct storm *storm)
{
    struct arena *arena = arena_open(WORK_ARENA_BYTES);
    struct work work = {.arena = arena, .now_usec = storm->now_usec};
    const struct catalogue *catalogue = NULL;
    storm->server = arena;
    bool open = catalogue_make(arena, &work.fault, &catalogue) &&
                record_open(&work, storm_folder(), catalogue_tables, ACCESS_WRITE) &&
                ledger_compare_head(&work);
    storm->last = work.fault;
    storm->desk = (struct desk){.service = &storm->service, .access = ACCESS_WRITE};
    if (!open) {
        arena_close(arena);
        storm->server = NULL;
        return false;
    }
    work.record->catalogue = catalogue;
    storm->service = (struct service){.record = work.record,
                                      .zone_minutes = 540,
                                      .story_usec = storm->now_usec,
                                      .attempts = attempts_open(arena),
                                      .deliver = deliver};
    return true;
}

static struct job *job_for(struct storm *storm, struct told *told)
{
    struct job *job = job_open(&storm->service);
    struct delivery *delivery = arena_take(job->arena, sizeof *delivery);
    *delivery = (struct delivery){storm, told};
    job->connection = delivery;
    job->actor = storm->actor;
    job->work.actor = &job->actor;
    job->work.now_usec = storm->now_usec;
    fill(job->arena, storm->service.record->catalogue, told, &job->request);
    operation_prepare(&job->work, &job->request);
    return job;
}

void storm_ask_writer(struct storm *storm, struct told **told, size_t count)
{
    struct job *jobs[WRITER_BATCH];
    bool unknown = false;
    if (!storm->server && !serve(storm))
        return;
    storm->now_usec += USEC_PER_SECOND;
    storm->service.story_usec = storm->now_usec;
    if ((!is_open(storm) && !storm_open(storm)) ||
        !permission_grant(&storm->work, told[0]->account, site, &storm->actor)) {
        storm_end(storm);
        return;
    }
    for (size_t i = 0; i < count; i++)
        jobs[i] = job_for(storm, told[i]);
    writer_do(&storm->desk, jobs, count);
    for (size_t i = 0; i < count; i++)
        unknown = unknown || told[i]->word == TOLD_UNKNOWN;
    if (unknown && !disk_has_stopped() && storm->last.kind == FAULT_UNKNOWN && storm->desk.database)
        storm_wrong(storm, "%s has no known outcome and the writer goes on at its connection",
                    told[0]->key);
}

/* ---- what is asked ---- */

struct told *storm_new(struct storm *storm, const char *account, const char *operation)
{
    if (storm->count == STORM_ASKED)
        return NULL;
    struct told *told = &storm->asked[storm->count++];
    *told = (struct told){.account = account, .operation = operation};
    snprintf(told->key, sizeof told->key, "key-%lld", (long long)++storm->number);
    return told;
}

static struct told *new_donor(struct storm *storm, const char *account, const char *code)
{
    struct told *told = storm_new(storm, account, "donor.register");
    if (told)
        snprintf(told->input, sizeof told->input,
                 "{\"code\":\"%s\",\"tissue\":\"adipose\",\"sex\":\"female\",\"name\":\"Nagi Aoi\","
                 "\"birth_date\":\"1998-03-09\",\"identity_checked\":true,\"treatment_first\":true,"
                 "\"tested_person\":\"donor\",\"payment_yen\":0,\"travel_yen\":0,"
                 "\"chosen_because\":\"planned operation\"}",
                 code);
    return told;
}

static struct told *fresh_donor(struct storm *storm)
{
    char code[32];
    snprintf(code, sizeof code, "D-S%lld", (long long)storm->number + 1);
    return new_donor(storm, "W1", code);
}

static struct told *new_hold(struct storm *storm)
{
    int64_t of = 7 + (int64_t)demo_below(&storm->draws, 9);
    struct told *told = storm_new(storm, "W1", "hold.place");
    if (told)
        snprintf(told->input, sizeof told->input,
                 "{\"subject\":\"donor:D-%04lld\",\"why\":\"deviation\"}", (long long)of);
    return told;
}

static struct told *known_donor(struct storm *storm)
{
    char code[32];
    snprintf(code, sizeof code, "D-%04zu", 1 + demo_below(&storm->draws, 15));
    return new_donor(storm, "W1", code);
}

static void ask_group(struct storm *storm)
{
    struct told *told[6] = {NULL};
    size_t count = 2 + demo_below(&storm->draws, 5);
    size_t filled = 0;
    for (size_t i = 0; i < count; i++) {
        size_t kind = demo_below(&storm->draws, 8);
        struct told *one = kind < 4   ? fresh_donor(storm)
                           : kind < 6 ? new_hold(storm)
                           : kind < 7 ? known_donor(storm)
                           : filled   ? told[filled - 1]
                                      : NULL;
        if (one)
            told[filled++] = one;
    }
    if (filled)
        storm_ask_writer(storm, told, filled);
}

static void ask(struct storm *storm, struct told *told)
{
    if (told)
        storm_ask(storm, told);
}

/* ---- which, and when ---- */

/* Once in a storm, when the clock of retention has run out. */
static void erase(struct storm *storm)
{
    struct told *told = NULL;
    for (size_t i = 0; i < storm->count; i++)
        if (text_equals(storm->asked[i].operation, "person.erase"))
            told = &storm->asked[i];
    if (!told) {
        told = storm_new(storm, "C1", "person.erase");
        storm->now_usec += 40 * 366 * USEC_PER_DAY;
    }
    if (!told)
        return;
    told->witness = "C2";
    snprintf(told->input, sizeof told->input,
             "{\"person\":\"" STORM_ERASED "\",\"why\":\"retention_over\"}");
    storm_ask(storm, told);
}

void storm_do(struct storm *storm, enum storm_step step)
{
    if (!is_open(storm) && !storm_open(storm)) {
        storm->last = storm->work.fault;
        storm_end(storm);
        return;
    }
    switch (step) {
    case STEP_REGISTER:
        ask(storm, fresh_donor(storm));
        break;
    case STEP_HOLD:
        ask(storm, new_hold(storm));
        break;
    case STEP_REPEAT:
        ask(storm, known_donor(storm));
        break;
    case STEP_FORBIDDEN:
        ask(storm, new_donor(storm, "C1", "D-NEVER"));
        break;
    case STEP_AGAIN:
        if (storm->count)
            storm_ask(storm, &storm->asked[demo_below(&storm->draws, storm->count)]);
        break;
    case STEP_GROUP:
        ask_group(storm);
        break;
    case STEP_REOPEN:
        storm_leave(storm);
        break;
    case STEP_CHECKPOINT:
        storm_checkpoint(storm);
        break;
    case STEP_REBUILD:
        storm_rebuild(storm);
        break;
    case STEP_BACKUP:
        storm_back_up(storm);
        break;
    case STEP_ERASE:
        erase(storm);
        break;
    case STEP_INIT:
        storm_init(storm);
        break;
    case STEP_KINDS:
        break;
    }
}

/* Of a hundred. */
static enum storm_step draw_step(struct storm *storm)
{
    static const struct {
        size_t below;
        enum storm_step step;
    } lots[] = {{24, STEP_REGISTER}, {34, STEP_HOLD},   {42, STEP_REPEAT}, {46, STEP_FORBIDDEN},
                {54, STEP_AGAIN},    {78, STEP_GROUP},  {88, STEP_REOPEN}, {91, STEP_CHECKPOINT},
                {94, STEP_REBUILD},  {96, STEP_BACKUP}, {100, STEP_ERASE}};
    size_t lot = demo_below(&storm->draws, 100);
    size_t i = 0;
    while (lot >= lots[i].below)
        i++;
    return lots[i].step;
}

void storm_play(struct storm *storm, size_t steps)
{
    for (size_t i = 0; i < steps && !*storm->why && !disk_has_stopped(); i++)
        storm_do(storm, draw_step(storm));
}
