/* http.c: the one file that includes libmicrohttpd, with the checks that it leaves to us. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/http.h"

#include "base/time.h"
#include "web/address.h"
#include "web/header.h"
#include "web/patience.h"

#include <microhttpd.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECTIONS = 250,
    CROWD = 245, /* connections from which on each answer gives its place to who waits */
    IDLE_SECONDS = 30,
    CROWDED_SECONDS = 5,
    UPLOAD_SECONDS = 600,
    HEAD_BYTES = 16 << 10, /* cleared by the library at each request */
    BODY_BYTES = 1 << 20,
    LOG_IN_BYTES = 16 << 10,
    FILE_BODY_BYTES = 100 << 20,
    DISCARD_BYTES = 16 << 20,  /* of a refused body, so that the sentence still arrives */
    SPOOLED_BYTES = 256 << 20, /* of large bodies at one time */
};

/* The library takes no connection above its limit: who comes then waits in the listening socket
 * until another one leaves. Only the library's thread looks at the connections. */
struct http {
    struct MHD_Daemon *daemon;
    struct service *service;
    struct patience *patience;
    struct line {
        struct MHD_Connection *connection; /* NULL while the place is free */
        struct visitor *visitor;           /* who is watched for being slow */
        struct job *job;                   /* from its first line to its end */
    } lines[CONNECTIONS];
    size_t open;
};

static struct line *line_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* NULL where there is nobody to watch. */
static struct visitor *visitor_of(struct MHD_Connection *connection)
{
    const struct line *line = line_of(connection);
    return line ? line->visitor : NULL;
}

/* Headers that are read. Twice the same one could be read in two ways, so it is refused. */
static const struct {
    const char *name;
    size_t offset;
} known[] = {
    {"Host", offsetof(struct headers, host)},
    {"Content-Length", offsetof(struct headers, content_length)},
    {"Content-Type", offsetof(struct headers, content_type)},
    {"Transfer-Encoding", offsetof(struct headers, transfer_encoding)},
    {"Authorization", offsetof(struct headers, authorization)},
    {"Cookie", offsetof(struct headers, cookie)},
    {"Idempotency-Key", offsetof(struct headers, idempotency_key)},
    {"X-CSRF-Token", offsetof(struct headers, proof)},
    {"X-Zone", offsetof(struct headers, zone)},
};

/* A line that goes on with a blank (RFC 9112, 5.2) belongs to the value; the library hangs it on
 * the name instead, so that "Content-Lengt: 9" and " h" make a length. It moves the name for that,
 * behind its value. */
static bool is_folded(const char *name, const char *value)
{
    return MHD_VERSION < 0x01000000 && value && (uintptr_t)value < (uintptr_t)name;
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    struct job *job = context;
    struct fault *fault = &job->work.fault;
    (void)kind;
    if (is_folded(name, value) || !header_is_token(name, name_size) ||
        !header_is_visible(value ? value : "", value ? value_size : 0)) {
        job->hang_up = true;
        fail(fault, FAULT_INPUT, "",
             "A header of the request is malformed; send it as RFC 9112 "
             "has it.");
        return MHD_NO;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char **member = (const char **)(void *)((char *)&job->headers + known[i].offset);
        if (strlen(known[i].name) != name_size || strncasecmp(known[i].name, name, name_size) != 0)
            continue;
        if (*member) {
            job->hang_up = true;
            fail(fault, FAULT_INPUT, "", "The header %s came twice; send it once.", known[i].name);
            return MHD_NO;
        }
        *member = arena_text(job->arena, value ? value : "", value ? value_size : 0);
    }
    return MHD_YES;
}

/* What says two things about where a request ends is not read any further. */
static bool check_framing(struct job *job, const char *version)
{
    const struct headers *headers = &job->headers;
    struct fault *fault = &job->work.fault;
    const char *length = headers->content_length;
    const char *encoding = headers->transfer_encoding;
    bool newer = text_equals(version, "HTTP/1.1");
    job->hang_up = true;
    if (!newer && !text_equals(version, "HTTP/1.0"))
        return fail(fault, FAULT_INPUT, "", "This server speaks HTTP/1.1 only.");
    if (newer && text_is_empty(headers->host))
        return fail(fault, FAULT_INPUT, "", "The header Host is missing.");
    if (length && encoding)
        return fail(fault, FAULT_INPUT, "",
                    "Content-Length and Transfer-Encoding came together; "
                    "send one of them.");
    if (encoding && (!newer || strcasecmp(encoding, "chunked") != 0))
        return fail(fault, FAULT_INPUT, "",
                    "The only Transfer-Encoding that is understood is "
                    "chunked, with HTTP/1.1.");
    if (length &&
        (!*length || strlen(length) > 15 || strspn(length, "0123456789") != strlen(length)))
        return fail(fault, FAULT_INPUT, "", "The header Content-Length must be one whole number.");
    job->hang_up = false;
    return true;
}

static int64_t declared_length(const struct job *job)
{
    int64_t length = 0;
    for (const char *at = job->headers.content_length; at && *at; at++)
        length = length * 10 + (*at - '0');
    return length;
}

static size_t body_limit(const struct job *job)
{
    const struct operation *operation = job->route.operation;
    if (job->door == DOOR_SESSION)
        return LOG_IN_BYTES;
    return operation && schema_holds_files(operation->input) ? FILE_BODY_BYTES : BODY_BYTES;
}

static bool too_large(struct job *job)
{
    return fail(&job->work.fault, FAULT_TOO_LARGE, "",
                "The body is larger than the %zu KiB that "
                "are taken here; send less at a time.",
                job->body_most >> 10);
}

static bool check_body(struct job *job)
{
    struct fault *fault = &job->work.fault;
    int64_t length = declared_length(job);
    bool comes = length > 0 || job->headers.transfer_encoding;
    bool reads = job_reads(job);
    job->body_most = body_limit(job);
    if (!comes)
        return true;
    if (length > DISCARD_BYTES && (reads || length > (int64_t)job->body_most))
        job->hang_up = true;
    if (reads)
        return fail(fault, FAULT_INPUT, "", "%s takes no body; leave it out.", job->method);
    if (length > (int64_t)job->body_most)
        return too_large(job);
    return header_is_json(job->headers.content_type) ||
           fail(fault, FAULT_INPUT, "",
                "The body must be JSON: send Content-Type: "
                "application/json.");
}

static bool check_target(struct job *job)
{
    return address_is_plain(job->path) ||
           fail(&job->work.fault, FAULT_INPUT, "",
                "The address must begin with a slash and hold "
                "visible ASCII only; write the rest with percent signs.");
}

static void *arrive(void *context, const char *target, struct MHD_Connection *connection)
{
    struct job *job = job_open(context);
    size_t length = strcspn(target, "?");
    struct line *line = line_of(connection);
    if (line)
        line->job = job;
    job->path = arena_text(job->arena, target, length);
    job->query = target[length] ? arena_copy(job->arena, target + length + 1) : NULL;
    return job;
}

static const char *peer_address(struct arena *arena, struct MHD_Connection *connection)
{
    char host[NI_MAXHOST];
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr)
        return "";
    socklen_t size = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                              : sizeof(struct sockaddr_in);
    return getnameinfo(info->client_addr, size, host, sizeof host, NULL, 0, NI_NUMERICHOST) == 0
               ? arena_copy(arena, host)
               : "";
}

struct sent_header {
    const char *name;
    const char *value; /* NULL to leave it out */
};

static struct MHD_Response *make_response(struct job *job)
{
    if (job->file < 0)
        return MHD_create_response_from_buffer(job->reply.text.length, job->reply.text.bytes,
                                               MHD_RESPMEM_PERSISTENT);
    int file = dup(job->file);
    struct MHD_Response *response =
        file < 0 ? NULL : MHD_create_response_from_fd64((uint64_t)job->file_size, file);
    if (!response && file >= 0)
        close(file);
    return response;
}

/* Last but one step of every request; the last is the log. */
static enum MHD_Result respond(const struct http *http, struct job *job,
                               struct MHD_Connection *connection)
{
    bool last = job->hang_up || http->open >= CROWD || atomic_load(&job->service->closing);
    const struct sent_header headers[] = {
        {"Content-Type", job->content_type},
        {"Content-Disposition", job->disposition},
        {"Cache-Control", job->lasts ? "public, max-age=31536000, immutable" : "no-store"},
        {"Content-Security-Policy", job->policy},
        {"Content-Encoding", job->packing},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"X-Frame-Options", "DENY"},
        {"Strict-Transport-Security", job->service->encrypted ? "max-age=31536000" : NULL},
        {"Set-Cookie", job->set_cookie},
        {"Allow", job->route.operation || job->status < 400 ? NULL : job->allow},
        {"WWW-Authenticate", job->status == 401 ? "Bearer" : NULL},
        {"Connection", last ? "close" : NULL},
    };
    struct MHD_Response *response = make_response(job);
    job_log(job);
    if (!response)
        return MHD_NO;
    patience_begin(http->patience, visitor_of(connection),
                   job->file < 0 ? job->reply.text.length : (size_t)job->file_size);
    bool worked = true;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (headers[i].value)
            worked = worked && MHD_add_response_header(response, headers[i].name,
                                                       headers[i].value) == MHD_YES;
    enum MHD_Result result =
        worked ? MHD_queue_response(connection, (unsigned)job->status, response) : MHD_NO;
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result respond_at_once(const struct http *http, struct job *job,
                                       struct MHD_Connection *connection)
{
    job_conclude(job);
    return respond(http, job, connection);
}

/* The head of the request is here: what can be refused without a body is. */
static enum MHD_Result begin(const struct http *http, struct job *job,
                             struct MHD_Connection *connection, const char *method,
                             const char *version)
{
    job->begun = true;
    job->connection = connection;
    patience_begin(http->patience, visitor_of(connection), 0);
    job->method = arena_copy(job->arena, method);
    if (!job_reads(job)) /* asked where secrets are tried */
        job->address = peer_address(job->arena, connection);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, note_header, job);
    if (job->work.fault.kind == FAULT_NONE && check_framing(job, version) && check_target(job))
        job_direct(job);
    if (job->work.fault.kind == FAULT_NONE && check_body(job))
        return MHD_YES;
    if (declared_length(job) > DISCARD_BYTES)
        job->hang_up = true;
    return job->hang_up ? respond_at_once(http, job, connection) : MHD_YES;
}

/* Bytes of large bodies are counted over all requests, because they fill the disk. */
static bool take_allowance(struct job *job)
{
    int64_t more = body_is_large(&job->body) ? (int64_t)job->body.size - job->spooled : 0;
    int64_t all = atomic_fetch_add(&job->service->spooled, more) + more;
    job->spooled += more;
    return all <= SPOOLED_BYTES || fail(&job->work.fault, FAULT_TOO_OFTEN, "",
                                        "Too many large files arrive at this "
                                        "moment; try again in a minute.");
}

/* A part of the body. False when the connection is not worth listening to any more. */
static bool take(struct job *job, const char *bytes, size_t size)
{
    struct fault *fault = &job->work.fault;
    if (stopwatch_usec() - job->began_usec > UPLOAD_SECONDS * USEC_PER_SECOND)
        return false;
    if (fault->kind == FAULT_NONE && job->body.size + size > job->body_most)
        too_large(job);
    if (fault->kind == FAULT_NONE && body_add(&job->body, fault, bytes, size) &&
        take_allowance(job))
        return true;
    job->discarded += size;
    return job->discarded <= DISCARD_BYTES;
}

/* The whole request is here. */
static enum MHD_Result finish(const struct http *http, struct job *job,
                              struct MHD_Connection *connection)
{
    struct service *service = job->service;
    patience_rest(http->patience, visitor_of(connection));
    if (atomic_load(&service->closing))
        fail(&job->work.fault, FAULT_STORAGE, "",
             "The server stops at this moment; ask again in "
             "a minute.");
    if (job->work.fault.kind != FAULT_NONE)
        return respond_at_once(http, job, connection);
    /* From here on the job is its worker's until it comes back answered. */
    MHD_suspend_connection(connection);
    struct queue *queue = body_is_large(&job->body) ? service->slow : service->arrivals;
    if (queue_push(queue, job))
        return MHD_YES;
    fail(&job->work.fault, FAULT_TOO_OFTEN, "",
         "The server has too much to do at this moment; try "
         "again in a few seconds.");
    job_answer(job);
    return MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *bytes,
                              size_t *size, void **kept)
{
    const struct http *http = context;
    struct job *job = *kept;
    (void)url;
    if (!job->begun)
        return begin(http, job, connection, method, version);
    if (job->answered)
        return respond(http, job, connection);
    if (!*size)
        return finish(http, job, connection);
    patience_extend(http->patience, visitor_of(connection), *size);
    bool taken = take(job, bytes, *size);
    *size = 0;
    return taken ? MHD_YES : MHD_NO;
}

static void complete(void *context, struct MHD_Connection *connection, void **kept,
                     enum MHD_RequestTerminationCode why)
{
    const struct http *http = context;
    (void)why;
    patience_begin(http->patience, visitor_of(connection), 0);
    struct line *line = line_of(connection);
    if (line)
        line->job = NULL;
    if (*kept)
        job_close(*kept);
    *kept = NULL;
}

/* Whoever came earlier and asks nothing makes room for who waits. */
static void make_room(struct http *http)
{
    for (size_t i = 0; i < CONNECTIONS; i++)
        if (http->lines[i].connection)
            MHD_set_connection_option(http->lines[i].connection, MHD_CONNECTION_OPTION_TIMEOUT,
                                      (unsigned)CROWDED_SECONDS);
}

static struct line *meet(struct http *http, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    size_t at = 0;
    while (at < CONNECTIONS && http->lines[at].connection)
        at++;
    if (at == CONNECTIONS || !info)
        return NULL;
    http->lines[at] = (struct line){.connection = connection,
                                    .visitor = patience_meet(http->patience, info->connect_fd)};
    http->open++;
    return &http->lines[at];
}

/* The library completes a request on every way out but one: where its arguments take more memory
 * than there is. */
static void part(struct http *http, struct line *line)
{
    patience_part(http->patience, line->visitor);
    if (line->job && !line->job->begun)
        job_close(line->job);
    *line = (struct line){0};
    http->open--;
}

static void notice(void *context, struct MHD_Connection *connection, void **line,
                   enum MHD_ConnectionNotificationCode what)
{
    struct http *http = context;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        if (http->open >= CROWD)
            make_room(http);
        *line = meet(http, connection);
    } else if (*line) {
        part(http, *line);
    }
}

static void deliver(struct job *job)
{
    MHD_resume_connection(job->connection);
}

bool http_open(struct arena *arena, struct fault *fault, struct service *service,
               const struct http_settings *settings, struct http **http)
{
    unsigned flags = MHD_USE_POLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     (settings->certificate ? MHD_USE_TLS : 0U);
    union {
        const char *in;
        void *out;
    } key = {settings->key}, certificate = {settings->certificate};
    const struct MHD_OptionItem keys[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, key.out},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, certificate.out},
        {MHD_OPTION_END, 0, NULL},
    };
    *http = arena_take(arena, sizeof **http);
    (*http)->service = service;
    service->deliver = deliver;
    if (!patience_open(arena, fault, CONNECTIONS, CROWD, &(*http)->patience))
        return false;
    (*http)->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, handle, *http, MHD_OPTION_LISTEN_SOCKET, settings->listener,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)IDLE_SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEAD_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, arrive, service,
        MHD_OPTION_NOTIFY_COMPLETED, complete, *http, MHD_OPTION_NOTIFY_CONNECTION, notice, *http,
        MHD_OPTION_ARRAY, settings->certificate ? keys : &keys[2], MHD_OPTION_END);
    return (*http)->daemon ||
           fail(fault, FAULT_STORAGE, "", "The server cannot start%s.",
                settings->certificate ? "; check the certificate and its key" : "");
}

void http_quiesce(struct http *http)
{
    MHD_socket listener = MHD_quiesce_daemon(http->daemon);
    if (listener != MHD_INVALID_SOCKET)
        close(listener);
}

void http_close(struct http *http)
{
    MHD_stop_daemon(http->daemon);
    patience_close(http->patience);
}
