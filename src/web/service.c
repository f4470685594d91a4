/* service.c: clocks, and each thread's own connection to the record. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/service.h"

#include "base/time.h"
#include "chain/ledger.h"
#include "web/openapi.h"

#include <time.h>

int64_t service_real(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * USEC_PER_SECOND + now.tv_nsec / 1000;
}

int64_t service_now(const struct service *service)
{
    if (service->record->demo)
        return service->story_usec + stopwatch_usec() - service->began_usec;
    return pace_now(service->pace, service_real(), stopwatch_usec());
}

struct text service_openapi(struct service *service)
{
    pthread_mutex_lock(&service->openapi_lock);
    if (!service->openapi.length)
        openapi_write(&service->openapi, service->record->catalogue);
    struct text whole = service->openapi;
    pthread_mutex_unlock(&service->openapi_lock);
    return whole;
}

/* Behind the same address may lie an older copy by now: a restored file, a replica that took over.
 * So whoever connects compares first. */
bool desk_ready(struct desk *desk, struct fault *fault)
{
    if (desk->database)
        return true;
    struct service *service = desk->service;
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    bool ready = record_connect(&work, service->record, desk->access);
    work.now_usec = service_now(service);
    ready = ready && ledger_compare_head(&work);
    if (!ready) {
        *fault = work.fault;
        arena_close(work.arena);
        return false;
    }
    desk->arena = work.arena;
    desk->database = work.database;
    return true;
}

void desk_leave(struct desk *desk)
{
    arena_close(desk->arena);
    desk->arena = NULL;
    desk->database = NULL;
}

void desk_settle(struct desk *desk)
{
    if (desk->troubled)
        desk_leave(desk);
    desk->troubled = false;
}

void desk_take(struct desk *desk, struct job *job)
{
    job->desk = desk;
    job->work.database = desk->database;
    job->work.now_usec = service_now(desk->service);
    job->work.actor = job->actor.account ? &job->actor : NULL;
}
