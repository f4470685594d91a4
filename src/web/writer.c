/* writer.c: group commit; an outcome that is not known is never told as a failure. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/writer.h"

#include "base/time.h"
#include "web/sign_in.h"

/* Jobs of one kind of transaction, in the order of their arrival. */
struct group {
    struct job *jobs[WRITER_BATCH];
    size_t count;
};

static bool is_local(const struct job *job)
{
    return job->change == CHANGE_SIGN_IN || job->change == CHANGE_SIGN_OUT ||
           job->change == CHANGE_TOUCH;
}

/* Requests that a job brings. */
static size_t weight(const struct job *job)
{
    return job->change == CHANGE_BUNDLE ? job->bundle.count : 1;
}

/* Nobody waits for a touch. */
static void finish(struct job *job)
{
    if (job->change == CHANGE_TOUCH)
        job_close(job);
    else
        job_answer(job);
}

static void finish_all(const struct group *group)
{
    for (size_t i = 0; i < group->count; i++)
        finish(group->jobs[i]);
}

static void fail_all(const struct group *group, const struct fault *fault)
{
    for (size_t i = 0; i < group->count; i++) {
        group->jobs[i]->work.fault = *fault;
        finish(group->jobs[i]);
    }
}

/* A commit's outcome is open: the connection is given up and the record compared first. */
static void doubt(struct desk *desk, const struct group *group)
{
    struct fault fault = {0};
    desk->troubled = true;
    fail(&fault, FAULT_UNKNOWN, "",
         "It is not known whether this was stored; ask again with the "
         "same idempotency key.");
    fail_all(group, &fault);
}

static struct work writer_work(const struct desk *desk)
{
    return (struct work){.arena = arena_open(WORK_ARENA_BYTES),
                         .record = desk->service->record,
                         .database = desk->database,
                         .now_usec = service_now(desk->service),
                         .zone_minutes = desk->service->zone_minutes};
}

/* Sessions are of this place and no entries: one plain transaction for all of them. */
static void write_local(struct desk *desk, const struct group *group)
{
    struct work work = writer_work(desk);
    bool worked = database_step(&work, STEP_BEGIN_WRITE);
    for (size_t i = 0; worked && i < group->count; i++) {
        desk_take(desk, group->jobs[i]);
        worked = sign_in_write(group->jobs[i]);
        if (!worked)
            work.fault = group->jobs[i]->work.fault;
    }
    if (worked && database_step(&work, STEP_COMMIT)) {
        finish_all(group);
    } else {
        struct fault fault = work.fault;
        work.fault = (struct fault){0};
        bool undone = database_step(&work, STEP_ROLLBACK);
        (void)undone;
        desk->troubled = true;
        fail_all(group, &fault);
    }
    arena_close(work.arena);
}

static void refuse_change(struct job *job, struct batch *batch)
{
    const struct unoffered unoffered = route_unoffered(job->arena, &job->route, job->method);
    operation_refuse_change(&job->work, batch, &unoffered);
}

static bool write_bundle(struct job *job, struct batch *batch)
{
    job->reply.text = text_open(job->arena);
    if (!bundle_record(&job->work, batch, &job->bundle))
        return false;
    bundle_write(&job->work, &job->bundle, job->number, &job->reply.text);
    return true;
}

/* One job in its own savepoint. False when the database itself failed: the batch cannot go on. */
static bool write_one(struct desk *desk, struct batch *batch, struct job *job)
{
    job->work.fault = (struct fault){0};
    desk_take(desk, job);
    if (job->change == CHANGE_BUNDLE)
        return write_bundle(job, batch);
    if (job->change == CHANGE_REFUSE)
        refuse_change(job, batch);
    else if (operation_record(&job->work, batch, &job->request, &job->reply))
        job->status = 201;
    enum fault_kind kind = job->work.fault.kind;
    return kind != FAULT_STORAGE && kind != FAULT_UNKNOWN;
}

static void count_fault(const struct job *job, enum fault_kind kind)
{
    if (kind == FAULT_FORBIDDEN || kind == FAULT_RULE || kind == FAULT_CONFLICT)
        attempt_failed(job->service->attempts, ATTEMPT_REFUSED, job->actor.account,
                       stopwatch_usec());
}

static void count_refusals(const struct job *job)
{
    count_fault(job, job->work.fault.kind);
    for (size_t i = 0; i < job->bundle.count; i++)
        count_fault(job, bundled_fault(&job->bundle.items[i])->kind);
}

enum outcome {
    OUTCOME_UNKNOWN, /* the commit did not say */
    OUTCOME_STORED,
    OUTCOME_UNDONE, /* one job met a database fault */
    OUTCOME_CLOSED, /* the batch could not even begin */
};

/* Nothing is answered here. In *fault why nothing was stored. */
static enum outcome write_batch(struct desk *desk, const struct group *group, struct fault *fault)
{
    struct batch batch;
    struct work work = writer_work(desk);
    enum outcome outcome = OUTCOME_CLOSED;
    bool worked = batch_begin(&work, &batch);
    for (size_t i = 0; worked && i < group->count; i++) {
        worked = write_one(desk, &batch, group->jobs[i]);
        if (!worked) {
            outcome = OUTCOME_UNDONE;
            work.fault = group->jobs[i]->work.fault;
            ledger_abandon(&work);
        }
    }
    if (worked)
        outcome = batch_commit(&work, &batch) ? OUTCOME_STORED : OUTCOME_UNKNOWN;
    *fault = work.fault;
    arena_close(work.arena);
    return outcome;
}

/* Where one job met a database fault, the others are done again, each by itself, so that nobody
 * is refused for a neighbour's trouble. */
static void write_apart(struct desk *desk, const struct group *group)
{
    for (size_t i = 0; i < group->count; i++) {
        const struct group one = {{group->jobs[i]}, 1};
        struct fault fault = {0};
        desk_settle(desk);
        if (!desk_ready(desk, &fault)) {
            fail_all(&one, &fault);
            continue;
        }
        switch (write_batch(desk, &one, &fault)) {
        case OUTCOME_STORED:
            count_refusals(group->jobs[i]);
            finish_all(&one);
            break;
        case OUTCOME_UNDONE:
        case OUTCOME_CLOSED:
            desk->troubled = true;
            fail_all(&one, &fault);
            break;
        case OUTCOME_UNKNOWN:
            doubt(desk, &one);
            break;
        }
    }
}

static void write_entries(struct desk *desk, const struct group *group)
{
    struct fault fault = {0};
    switch (write_batch(desk, group, &fault)) {
    case OUTCOME_STORED:
        for (size_t i = 0; i < group->count; i++)
            count_refusals(group->jobs[i]);
        finish_all(group);
        return;
    case OUTCOME_UNDONE:
        desk->troubled = true;
        write_apart(desk, group);
        return;
    case OUTCOME_CLOSED:
        desk->troubled = true;
        fail_all(group, &fault);
        return;
    case OUTCOME_UNKNOWN:
        doubt(desk, group);
        return;
    }
}

static void write_ready(struct desk *desk, struct group *entries)
{
    struct fault fault = {0};
    if (!entries->count)
        return;
    if (desk_ready(desk, &fault))
        write_entries(desk, entries);
    else
        fail_all(entries, &fault);
    desk_settle(desk);
    entries->count = 0;
}

/* Bundles are not all put into one commit: nobody waits for many thousand requests. */
static void write_groups(struct desk *desk, const struct group *all)
{
    struct group entries = {.count = 0};
    size_t requests = 0;
    for (size_t i = 0; i < all->count; i++) {
        size_t more = weight(all->jobs[i]);
        if (requests + more > WRITER_REQUESTS) {
            write_ready(desk, &entries);
            requests = 0;
        }
        requests += more;
        entries.jobs[entries.count++] = all->jobs[i];
    }
    write_ready(desk, &entries);
}

/* An answered job is gone: they are told apart before any is done. */
void writer_do(struct desk *desk, struct job **jobs, size_t count)
{
    struct group local = {.count = 0};
    struct group entries = {.count = 0};
    struct fault fault = {0};
    for (size_t i = 0; i < count; i++) {
        struct group *group = is_local(jobs[i]) ? &local : &entries;
        group->jobs[group->count++] = jobs[i];
    }
    if (local.count && desk_ready(desk, &fault))
        write_local(desk, &local);
    else
        fail_all(&local, &fault);
    desk_settle(desk);
    write_groups(desk, &entries);
}
