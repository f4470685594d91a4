/* fuzz_http.c: any bytes on a connection are answered in whole answers, never by a broken server.
 */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "stage.h"

#include "web/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size);

enum { ANSWER_BYTES = 1 << 22, PATIENCE_MSEC = 60000, QUIET_MSEC = 5, SECRET_MSEC = 2000 };

/* One connection. */
struct talk {
    int line;
    const char *sent; /* what is still to be sent */
    size_t size;
    char *answer;
    size_t got;
    int quiet_msec;
};

/* One server beside the target, on a record of its own thread. */
struct served {
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ready;
    int port;
    char headers[512]; /* of a session of DC1 */
};

static void demand(bool truth)
{
    if (!truth)
        abort();
}

static struct served *the_server(void)
{
    static struct served served = {.lock = PTHREAD_MUTEX_INITIALIZER,
                                   .ready = PTHREAD_COND_INITIALIZER};
    return &served;
}

static void note_port(void *context, const char *address, int port)
{
    struct served *served = context;
    (void)address;
    pthread_mutex_lock(&served->lock);
    served->port = port;
    pthread_cond_signal(&served->ready);
    pthread_mutex_unlock(&served->lock);
}

static void *serve(void *context)
{
    struct stage *stage = stage_open();
    const struct server_settings settings = {.ready = note_port, .context = context};
    stage->work.actor = NULL;
    if (!server_run(&stage->work, &settings)) {
        fprintf(stderr, "%s\n", stage->work.fault.text);
        abort();
    }
    return NULL;
}

static int connect_to(const struct served *served)
{
    union {
        struct sockaddr_in four;
        struct sockaddr any;
    } place = {.four = {.sin_family = AF_INET,
                        .sin_port = htons((uint16_t)served->port),
                        .sin_addr = {htonl(INADDR_LOOPBACK)}}};
    int line = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    demand(line >= 0 && connect(line, &place.any, sizeof place.four) == 0);
    return line;
}

static bool is_start(const char *answer, size_t size)
{
    return size >= 12 && memcmp(answer, "HTTP/1.", 7) == 0;
}

/* Whether nothing is missing at the end. Each answer has the length that it says; one to HEAD has
 * no body, so another start may follow at once. */
static bool answers_are_whole(const char *answer, size_t size)
{
    while (size > 0) {
        const char *end = memmem(answer, size, "\r\n\r\n", 4);
        if (!end)
            return false;
        demand(is_start(answer, size));
        long status = strtol(answer + 9, NULL, 10);
        demand(status >= 100 && status < 506 && status != 500 && status != 502 && status != 504);
        const char *length = memmem(answer, (size_t)(end - answer), "\r\nContent-Length: ", 18);
        size_t body = length ? strtoul(length + 18, NULL, 10) : 0;
        size -= (size_t)(end + 4 - answer);
        answer = end + 4;
        if (is_start(answer, size))
            continue;
        if (size && size < body)
            return false;
        answer += size ? body : 0;
        size -= size ? body : 0;
    }
    return true;
}

/* One turn of the talk: true while the line is open and something may still come. A client that
 * has said everything and hears nothing for a while hangs up; the library answers nobody who does
 * so before. */
static bool take_turn(struct talk *talk)
{
    struct pollfd ask = {.fd = talk->line, .events = (short)(POLLIN | (talk->size ? POLLOUT : 0))};
    bool patient = talk->size || !answers_are_whole(talk->answer, talk->got);
    int ready = poll(&ask, 1, patient ? PATIENCE_MSEC : talk->quiet_msec);
    demand(ready > 0 || !patient); /* a server that keeps silent hangs */
    if (!ready)
        return false;
    if (talk->size && (ask.revents & POLLOUT)) {
        ssize_t gone = send(talk->line, talk->sent, talk->size, MSG_NOSIGNAL | MSG_DONTWAIT);
        talk->size = gone < 0 ? 0 : talk->size - (size_t)gone;
        talk->sent += gone < 0 ? 0 : gone;
    }
    if (!(ask.revents & (POLLIN | POLLHUP | POLLERR)))
        return true;
    ssize_t more =
        recv(talk->line, talk->answer + talk->got, ANSWER_BYTES - talk->got, MSG_DONTWAIT);
    talk->got += more > 0 ? (size_t)more : 0;
    talk->size = more > 0 ? talk->size : 0;
    return more > 0;
}

static size_t converse(const struct served *served, const struct text *sent, char *answer,
                       int quiet_msec)
{
    struct talk talk = {.line = connect_to(served),
                        .sent = sent->bytes,
                        .size = sent->length,
                        .answer = answer,
                        .quiet_msec = quiet_msec};
    while (take_turn(&talk))
        continue;
    close(talk.line);
    return talk.got;
}

static void sign_in(struct arena *arena, struct served *served, char *answer)
{
    struct text request = text_open(arena);
    text_add(&request, "POST /api/session HTTP/1.1\r\nHost: t\r\nContent-Type: "
                       "application/json\r\nContent-Length: 47\r\n\r\n"
                       "{\"account\": \"DC1\", \"secret\": \"demo-DC1-secret\"}");
    size_t got = converse(served, &request, answer, SECRET_MSEC);
    answer[got] = '\0';
    const char *cookie = strstr(answer, "Set-Cookie: ");
    const char *proof = strstr(answer, "\"csrf\":\"");
    demand(cookie && proof);
    cookie += strlen("Set-Cookie: ");
    proof += strlen("\"csrf\":\"");
    snprintf(served->headers, sizeof served->headers, "Cookie: %.*s\r\nX-CSRF-Token: %.64s",
             (int)strcspn(cookie, ";"), cookie, proof);
}

static void stop(void)
{
    pthread_kill(the_server()->thread, SIGTERM);
    pthread_join(the_server()->thread, NULL);
}

static struct served *ready_server(struct arena *arena, char *answer)
{
    struct served *served = the_server();
    if (served->port)
        return served;
    stage_open(); /* first, so that it is removed last */
    demand(pthread_create(&served->thread, NULL, serve, served) == 0);
    pthread_mutex_lock(&served->lock);
    while (!served->port)
        pthread_cond_wait(&served->ready, &served->lock);
    pthread_mutex_unlock(&served->lock);
    atexit(stop);
    sign_in(arena, served, answer);
    return served;
}

/* "@session" stands for the headers of somebody who is signed in. */
int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t size)
{
    static const char mark[] = "@session";
    struct arena *arena = arena_open((size_t)1 << 26);
    char *answer = arena_take(arena, ANSWER_BYTES + 1);
    const struct served *served = ready_server(arena, answer);
    struct text sent = text_open(arena);
    const char *from = arena_text(arena, (const char *)bytes, size);
    const char *at = memmem(from, size, mark, sizeof mark - 1);
    text_add(&sent, "");
    if (at) {
        text_add_bytes(&sent, from, (size_t)(at - from));
        text_add(&sent, served->headers);
        at += sizeof mark - 1;
        text_add_bytes(&sent, at, size - (size_t)(at - from));
    } else {
        text_add_bytes(&sent, from, size);
    }
    converse(served, &sent, answer, QUIET_MSEC);
    arena_close(arena);
    return 0;
}
