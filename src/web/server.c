/* server.c: opens everything in order, waits for a signal, closes everything in order. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/server.h"

#include "base/time.h"
#include "chain/ledger.h"
#include "web/clerk.h"
#include "web/http.h"
#include "web/writer.h"

#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    WORKERS = 2,
    ARRIVALS = 256, /* more than there can be connections */
    SLOW = 16,      /* secrets to check: at 83 ms each nobody waits for more than seconds */
    CHANGES = 512,
    PORTS_TRIED = 100,
    PEM_BYTES = 1 << 20,
    FAREWELL_SECONDS = 5,
};

struct thread {
    pthread_t handle;
    struct desk desk;
    struct queue *queue;
    void (*work)(struct desk *desk, struct job **jobs, size_t count);
    size_t most; /* jobs at one time */
    bool running;
};

struct server {
    struct work *work;
    const struct server_settings *settings;
    struct service service;
    struct http *http;
    struct thread workers[WORKERS];
    struct thread slow;
    struct thread writer;
    int listener;
    int port;
    sigset_t signals;
    sigset_t before; /* signals that were held back already */
};

static void do_each(struct desk *desk, struct job **jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        clerk_handle(desk, jobs[i]);
}

static void *thread_main(void *context)
{
    struct thread *thread = context;
    struct job *jobs[WRITER_BATCH];
    size_t count = 0;
    while ((count = queue_take(thread->queue, jobs, thread->most)) > 0)
        thread->work(&thread->desk, jobs, count);
    desk_leave(&thread->desk);
    return NULL;
}

static bool thread_start(struct server *server, struct thread *thread, struct queue *queue)
{
    bool writes = queue == server->service.changes;
    *thread = (struct thread){
        .queue = queue,
        .work = writes ? writer_do : do_each,
        .most = writes ? WRITER_BATCH : 1,
        .desk = {.service = &server->service, .access = writes ? ACCESS_WRITE : ACCESS_READ}};
    thread->running = pthread_create(&thread->handle, NULL, thread_main, thread) == 0;
    return thread->running || fail(&server->work->fault, FAULT_STORAGE, "",
                                   "No thread can be started; the machine "
                                   "has too little room.");
}

static void thread_finish(struct thread *thread)
{
    if (!thread->running)
        return;
    queue_close(thread->queue);
    pthread_join(thread->handle, NULL);
    thread->running = false;
}

static bool start_threads(struct server *server)
{
    for (size_t i = 0; i < WORKERS; i++)
        if (!thread_start(server, &server->workers[i], server->service.arrivals))
            return false;
    return thread_start(server, &server->slow, server->service.slow) &&
           thread_start(server, &server->writer, server->service.changes);
}

/* In the order in which jobs pass from thread to thread, so that each is still finished. */
static void finish_threads(struct server *server)
{
    for (size_t i = 0; i < WORKERS; i++)
        thread_finish(&server->workers[i]);
    thread_finish(&server->slow);
    thread_finish(&server->writer);
}

static void close_openapi(void *thing)
{
    struct service *service = thing;
    arena_close(service->openapi.arena);
    pthread_mutex_destroy(&service->openapi_lock);
}

/* Its memory is nobody else's, because any worker may write it. */
static void open_openapi(struct service *service, struct arena *arena)
{
    service->openapi = text_open(arena_open(WORK_ARENA_BYTES));
    pthread_mutex_init(&service->openapi_lock, NULL);
    arena_defer(arena, close_openapi, service);
}

static bool open_service(struct server *server)
{
    struct work *work = server->work;
    struct service *service = &server->service;
    struct ledger_head head = {0};
    bool found = false;
    const struct catalogue *catalogue = work->record->catalogue;
    if (!ledger_compare_head(work) || !route_check(work->arena, &work->fault, catalogue) ||
        !envelope_check(&work->fault, catalogue) || !excerpt_check(&work->fault, catalogue) ||
        !view_find(work, &head_table, VALUES(value_integer(1)), &head, &found))
        return false;
    service->record = work->record;
    service->zone_minutes = work->zone_minutes;
    service->encrypted = server->settings->certificate || server->settings->encrypted_in_front;
    service->story_usec = head.at_usec;
    service->began_usec = stopwatch_usec();
    service->pace = pace_open(work->arena);
    service->arrivals = queue_open(work->arena, ARRIVALS);
    service->slow = queue_open(work->arena, SLOW);
    service->changes = queue_open(work->arena, CHANGES);
    service->attempts = attempts_open(work->arena);
    open_openapi(service, work->arena);
    return true;
}

static bool try_port(struct server *server, const struct addrinfo *place)
{
    int yes = 1;
    server->listener =
        socket(place->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, place->ai_protocol);
    if (server->listener < 0)
        return false;
    setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(server->listener, place->ai_addr, place->ai_addrlen) == 0 &&
        listen(server->listener, SOMAXCONN) == 0)
        return true;
    int why = errno;
    close(server->listener);
    server->listener = -1;
    errno = why;
    return false;
}

static const char *address_of(const struct server *server)
{
    return server->settings->address ? server->settings->address : "127.0.0.1";
}

static bool bind_port(struct server *server, int port)
{
    const struct addrinfo hints = {.ai_family = AF_UNSPEC,
                                   .ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *place = NULL;
    const char *service = arena_print(server->work->arena, "%d", port);
    if (getaddrinfo(address_of(server), service, &hints, &place) != 0)
        return fail(&server->work->fault, FAULT_INPUT, "address",
                    "%s is not a numeric address; "
                    "give one such as 127.0.0.1.",
                    address_of(server));
    bool bound = try_port(server, place);
    int why = errno;
    freeaddrinfo(place);
    errno = why;
    return bound;
}

static bool find_port(struct server *server)
{
    const struct server_settings *settings = server->settings;
    union {
        struct sockaddr_storage any;
        struct sockaddr whole;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } bound = {.any = {.ss_family = AF_UNSPEC}};
    socklen_t size = sizeof bound;
    int tries = settings->next_free_port && settings->port ? PORTS_TRIED : 1;
    for (int i = 0; i < tries && settings->port + i < 65536; i++) {
        if (bind_port(server, settings->port + i) || server->work->fault.kind != FAULT_NONE ||
            errno != EADDRINUSE)
            break;
    }
    if (server->listener < 0)
        return fail(&server->work->fault, FAULT_STORAGE, "port",
                    "Port %d on %s cannot be opened "
                    "(%s); choose another one.",
                    settings->port, address_of(server), strerror(errno));
    if (getsockname(server->listener, &bound.whole, &size) != 0)
        return fail(&server->work->fault, FAULT_STORAGE, "port", "The port cannot be read.");
    server->port =
        ntohs(bound.any.ss_family == AF_INET6 ? bound.six.sin6_port : bound.four.sin_port);
    return true;
}

static bool open_http(struct server *server)
{
    struct work *work = server->work;
    const struct server_settings *settings = server->settings;
    char *certificate = NULL;
    char *key = NULL;
    size_t size = 0;
    if (!settings->certificate != !settings->key)
        return fail(&work->fault, FAULT_INPUT, "certificate",
                    "A certificate and its key belong "
                    "together; give both.");
    if (settings->certificate &&
        (!folder_read(work->arena, &work->fault, settings->certificate, PEM_BYTES, &certificate,
                      &size) ||
         !folder_read(work->arena, &work->fault, settings->key, PEM_BYTES, &key, &size)))
        return false;
    const struct http_settings http = {server->listener, certificate, key};
    if (!http_open(work->arena, &work->fault, &server->service, &http, &server->http))
        return false;
    server->listener = -1; /* the door's from here on */
    return true;
}

/* Answers that are ready still go out; who does not read them is not waited for. */
static void say_farewell(const struct server *server)
{
    const struct timespec pause = {.tv_nsec = 10000000};
    int64_t end_usec = stopwatch_usec() + FAREWELL_SECONDS * USEC_PER_SECOND;
    while (atomic_load(&server->service.open_jobs) > 0 && stopwatch_usec() < end_usec)
        nanosleep(&pause, NULL);
}

static void serve(struct server *server)
{
    int received = 0;
    if (server->settings->ready)
        server->settings->ready(server->settings->context, address_of(server), server->port);
    sigwait(&server->signals, &received);
    atomic_store(&server->service.closing, true);
    http_quiesce(server->http);
}

bool server_run(struct work *work, const struct server_settings *settings)
{
    struct server *server = arena_take(work->arena, sizeof *server);
    sigset_t held;
    server->work = work;
    server->settings = settings;
    server->listener = -1;
    sigemptyset(&server->signals);
    sigaddset(&server->signals, SIGINT);
    sigaddset(&server->signals, SIGTERM);
    held = server->signals;
    sigaddset(&held, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &held, &server->before);
    bool worked =
        open_service(server) && find_port(server) && start_threads(server) && open_http(server);
    if (worked)
        serve(server);
    finish_threads(server);
    if (server->http) {
        say_farewell(server);
        http_close(server->http);
    }
    if (server->listener >= 0)
        close(server->listener);
    if (!worked) /* otherwise who asks twice to stop would be answered with a broken end */
        pthread_sigmask(SIG_SETMASK, &server->before, NULL);
    return worked;
}
