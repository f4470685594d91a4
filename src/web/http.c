/* http.c: the one file that includes libmicrohttpd, with the checks that it leaves to us. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/http.h"

#include "base/time.h"
#include "web/address.h"

#include <microhttpd.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECTIONS = 250,
    IDLE_SECONDS = 30,
    UPLOAD_SECONDS = 600,
    HEAD_BYTES = 64 << 10,
    BODY_BYTES = 1 << 20,
    LOG_IN_BYTES = 16 << 10,
    FILE_BODY_BYTES = 100 << 20,
    DISCARD_BYTES = 16 << 20,  /* of a refused body, so that the sentence still arrives */
    SPOOLED_BYTES = 256 << 20, /* of large bodies at one time */
};

struct http {
    struct MHD_Daemon *daemon;
    struct service *service;
};

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

/* RFC 9110, 5.6.2; a blank before the colon is how requests are smuggled. */
static bool is_token(const char *name, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (name[i] <= ' ' || name[i] >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", name[i]))
            return false;
    return size > 0;
}

static bool is_visible(const char *value, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if ((value[i] < ' ' && value[i] != '\t') || value[i] == 0x7F)
            return false;
    return true;
}

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *name,
                                   size_t name_size, const char *value, size_t value_size)
{
    struct job *job = context;
    struct fault *fault = &job->work.fault;
    (void)kind;
    if (!is_token(name, name_size) || !is_visible(value ? value : "", value ? value_size : 0)) {
        job->hang_up = true;
        fail(fault, FAULT_INPUT, "", "A header of the request is malformed; send it as RFC 9112 "
                                     "has it.");
        return MHD_NO;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const char **member =
            (const char **)(void *)((char *)&job->headers + known[i].offset);
        if (strlen(known[i].name) != name_size || strncasecmp(known[i].name, name, name_size) != 0)
            continue;
        if (*member) {
            job->hang_up = true;
            fail(fault, FAULT_INPUT, "", "The header %s came twice; send it once.",
                 known[i].name);
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
        return fail(fault, FAULT_INPUT, "", "Content-Length and Transfer-Encoding came together; "
                                            "send one of them.");
    if (encoding && (!newer || strcasecmp(encoding, "chunked") != 0))
        return fail(fault, FAULT_INPUT, "", "The only Transfer-Encoding that is understood is "
                                            "chunked, with HTTP/1.1.");
    if (length && (!*length || strlen(length) > 15 ||
                   strspn(length, "0123456789") != strlen(length)))
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

static bool is_json(const char *type)
{
    static const char json[] = "application/json";
    if (!type || strncasecmp(type, json, sizeof json - 1) != 0)
        return false;
    type += sizeof json - 1;
    type += strspn(type, " \t");
    if (!*type)
        return true;
    return *type == ';' && strcasecmp(type + 1 + strspn(type + 1, " "), "charset=utf-8") == 0;
}

static size_t body_limit(const struct job *job)
{
    const struct operation *operation = job->route.operation;
    if (job->door == DOOR_SESSION)
        return LOG_IN_BYTES;
    for (size_t i = 0; operation && i < operation->input->count; i++)
        if (operation->input->fields[i].kind == FIELD_FILE)
            return FILE_BODY_BYTES;
    return BODY_BYTES;
}

static bool too_large(struct job *job)
{
    return fail(&job->work.fault, FAULT_TOO_LARGE, "", "The body is larger than the %zu KiB that "
                "are taken here; send less at a time.", job->body_most >> 10);
}

static bool check_body(struct job *job)
{
    struct fault *fault = &job->work.fault;
    int64_t length = declared_length(job);
    bool comes = length > 0 || job->headers.transfer_encoding;
    bool reads = text_equals(job->method, "GET") || text_equals(job->method, "HEAD");
    job->body_most = body_limit(job);
    if (!comes)
        return true;
    if (length > DISCARD_BYTES && (reads || length > (int64_t)job->body_most))
        job->hang_up = true;
    if (reads)
        return fail(fault, FAULT_INPUT, "", "%s takes no body; leave it out.", job->method);
    if (length > (int64_t)job->body_most)
        return too_large(job);
    return is_json(job->headers.content_type) ||
           fail(fault, FAULT_INPUT, "", "The body must be JSON: send Content-Type: "
                                        "application/json.");
}

static bool check_target(struct job *job)
{
    return address_is_plain(job->path) ||
           fail(&job->work.fault, FAULT_INPUT, "", "The address must begin with a slash and hold "
                "visible ASCII only; write the rest with percent signs.");
}

static void *arrive(void *context, const char *target, struct MHD_Connection *connection)
{
    struct job *job = job_open(context);
    size_t length = strcspn(target, "?");
    (void)connection;
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

static enum MHD_Result respond(struct job *job, struct MHD_Connection *connection)
{
    const char *text = job->reply.text.bytes ? job->reply.text.bytes : "";
    bool encrypted = job->service->encrypted;
    int file = job->file >= 0 ? dup(job->file) : -1;
    struct MHD_Response *response =
        file >= 0 ? MHD_create_response_from_fd64((uint64_t)job->file_size, file)
                  : MHD_create_response_from_buffer_with_free_callback(job->reply.text.length,
                                                                       NULL, NULL);
    (void)text;
    (void)encrypted;
    return response ? MHD_queue_response(connection, (unsigned)job->status, response) : MHD_NO;
}
