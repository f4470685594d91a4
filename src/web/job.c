/* job.c: where a request goes, and how its answer is put. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/job.h"

#include "base/time.h"
#include "web/asset.h"
#include "web/service.h"

#include <string.h>

static const struct {
    const char *path;
    const char *allow;
    enum door door;
} fixed[] = {
    {ROUTE_MOUNT "/health", "GET", DOOR_HEALTH},
    {ROUTE_MOUNT "/openapi.json", "GET", DOOR_OPENAPI},
    {ROUTE_MOUNT "/bundle", "POST", DOOR_BUNDLE},
    {ROUTE_MOUNT "/session", "GET, POST, DELETE", DOOR_SESSION},
};

/* Methods that the log may name; others are anybody's text. */
static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

struct job *job_open(struct service *service)
{
    struct arena *arena = arena_open(WORK_ARENA_BYTES);
    struct job *job = arena_take(arena, sizeof *job);
    job->arena = arena;
    job->service = service;
    job->number = atomic_fetch_add(&service->requests, 1) + 1;
    job->began_usec = stopwatch_usec();
    job->method = "";
    job->path = "";
    job->address = "";
    job->file = -1;
    job->content_type = "application/json; charset=utf-8";
    job->policy = "default-src 'none'; frame-ancestors 'none'";
    job->body = body_open(arena, service->record->folder);
    job->work.arena = arena;
    job->work.record = service->record;
    job->work.zone_minutes = service->zone_minutes;
    atomic_fetch_add(&service->open_jobs, 1);
    return job;
}

void job_close(struct job *job)
{
    struct service *service = job->service;
    atomic_fetch_sub(&service->spooled, job->spooled);
    arena_close(job->arena);
    atomic_fetch_sub(&service->open_jobs, 1);
}

bool job_reads(const struct job *job)
{
    return text_equals(job->method, "GET") || text_equals(job->method, "HEAD");
}

static bool method_is_on(const char *allow, const char *method)
{
    size_t length = strlen(method);
    for (const char *at = strstr(allow, method); length && at; at = strstr(at + 1, method))
        if ((at == allow || at[-1] == ' ') && (!at[length] || at[length] == ','))
            return true;
    return false;
}

static void refuse_method(struct job *job)
{
    job->status = 405;
    fail(&job->work.fault, FAULT_INPUT, "", "This address offers %s only.", job->allow);
}

static bool is_mounted(const char *path)
{
    return text_starts(path, ROUTE_MOUNT) && path[strlen(ROUTE_MOUNT)] == '/';
}

static void direct_page(struct job *job, const char *asked)
{
    job->door = DOOR_PAGE;
    job->allow = "GET";
    job->asset = asset_find(job->path);
    if (!job->asset) {
        fail(&job->work.fault, FAULT_MISSING, "",
             "There is nothing at this address; the pages "
             "begin at /.");
        return;
    }
    job->pattern = asset_lasts(job->asset) ? job->asset->path : "/";
    if (!text_equals(asked, "GET"))
        refuse_method(job);
}

void job_direct(struct job *job)
{
    const char *asked = text_equals(job->method, "HEAD") ? "GET" : job->method;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (!text_equals(job->path, fixed[i].path))
            continue;
        job->door = fixed[i].door;
        job->pattern = fixed[i].path;
        job->allow = fixed[i].allow;
        if (!method_is_on(job->allow, asked))
            refuse_method(job);
        return;
    }
    if (!is_mounted(job->path)) {
        direct_page(job, asked);
        return;
    }
    if (!route_find(job->arena, &job->work.fault, job->service->record->catalogue, job->method,
                    job->path + strlen(ROUTE_MOUNT), &job->route))
        return;
    job->door = DOOR_OPERATION;
    job->allow = job->route.allow;
    job->pattern = arena_print(job->arena, ROUTE_MOUNT "%s", job->route.pattern);
    if (!job->route.operation && !route_is_change(job->method))
        refuse_method(job);
}

static void tell_fault(struct job *job)
{
    job->reply.text = text_open(job->arena);
    envelope_fault(&job->reply.text, &job->work.fault, job->service->record->demo, job->number);
    job->content_type = "application/json; charset=utf-8";
    job->policy = "default-src 'none'; frame-ancestors 'none'";
    job->set_cookie = NULL;
    job->disposition = NULL;
    job->packing = NULL;
    job->lasts = false;
    job->file = -1;
}

void job_conclude(struct job *job)
{
    enum fault_kind kind = job->work.fault.kind;
    if (kind != FAULT_NONE)
        tell_fault(job);
    if (!job->status || (kind != FAULT_NONE && job->status < 400))
        job->status = fault_meaning(kind).status;
    job->answered = true;
}

void job_answer(struct job *job)
{
    if (job->desk && job->work.fault.kind == FAULT_STORAGE)
        job->desk->troubled = true;
    job_conclude(job);
    job->service->deliver(job);
}

/* Names of fields that somebody made up may say anything; only declared ones are logged. */
static const char *logged_field(const struct job *job)
{
    const char *field = job->work.fault.field;
    const struct operation *operation = job->route.operation;
    const char *head = arena_text(job->arena, field, strcspn(field, ".["));
    bool declared = *head && operation &&
                    (schema_field(operation->input, head) || schema_field(&envelope_schema, head) ||
                     schema_field(&excerpt_schema, head));
    return declared ? head : "";
}

void job_log(const struct job *job)
{
    const char *field = logged_field(job);
    const char *method = "OTHER";
    struct arena *arena = job->arena;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (text_equals(methods[i], job->method))
            method = methods[i];
    fprintf(stderr, "%s %lld %s %s %d %s%s%s %lld us %s\n", instant_print(arena, service_real()),
            (long long)job->number, method, job->pattern ? job->pattern : "-", job->status,
            fault_meaning(job->work.fault.kind).word, *field ? ":" : "", field,
            (long long)(stopwatch_usec() - job->began_usec),
            job->actor.account ? job->actor.account : "-");
}
