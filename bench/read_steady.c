/* read_steady.c: how long does an answer take at a fixed rate of requests that waits for nobody? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES = 16 << 10, SOCKETS = 32, SLACK_NS = 1000 };

#define LEAST_WAIT_S 2e-5

struct line {
    char answer[ANSWER_BYTES];
    size_t length;
    double due_s; /* when the request that is under way should have been sent; 0 when free */
};

struct steady {
    struct sockaddr_in server;
    const char *request;
    struct pollfd sockets[SOCKETS];
    struct line lines[SOCKETS];
    double *took_s;
    size_t answered;
};

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "read_steady: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void open_line(struct steady *steady, size_t at)
{
    int yes = 1;
    int made = socket(AF_INET, SOCK_STREAM, 0);
    must(made >= 0 &&
             connect(made, (const struct sockaddr *)&steady->server, sizeof steady->server) == 0,
         "no connection");
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    steady->sockets[at] = (struct pollfd){.fd = made, .events = POLLIN};
}

/* Whether head and body are here, by Content-Length. */
static bool is_whole(struct line *line)
{
    line->answer[line->length] = '\0';
    char *end = strstr(line->answer, "\r\n\r\n");
    char *declared = strcasestr(line->answer, "content-length:");
    if (!end || !declared)
        return false;
    size_t size = strtoul(declared + sizeof "content-length:" - 1, NULL, 10);
    if (line->length < (size_t)(end - line->answer) + 4 + size)
        return false;
    must(strncmp(line->answer, "HTTP/1.1 200", 12) == 0, line->answer);
    return true;
}

static void receive(struct steady *steady, size_t at)
{
    struct line *line = &steady->lines[at];
    ssize_t got = recv(steady->sockets[at].fd, line->answer + line->length,
                       ANSWER_BYTES - 1 - line->length, 0);
    must(got > 0, "the server hung up");
    line->length += (size_t)got;
    if (!is_whole(line))
        return;
    steady->took_s[steady->answered++] = now_s() - line->due_s;
    line->length = 0;
    line->due_s = 0;
}

/* Sends what is due on lines that are free; what finds none stays due, and its time runs. */
static void send_due(struct steady *steady, double began_s, double every_s, size_t times,
                     size_t *sent)
{
    size_t length = strlen(steady->request);
    double now = now_s();
    for (size_t i = 0; i < SOCKETS && *sent < times; i++) {
        double due_s = began_s + (double)*sent * every_s;
        if (due_s > now)
            return;
        if (steady->lines[i].due_s > 0)
            continue;
        must(send(steady->sockets[i].fd, steady->request, length, MSG_NOSIGNAL) == (ssize_t)length,
             "the server hung up");
        steady->lines[i].due_s = due_s;
        (*sent)++;
    }
}

static void wait_until(struct steady *steady, double next_s)
{
    double wait_s = next_s - now_s();
    struct timespec wait = {0, (long)((wait_s > LEAST_WAIT_S ? wait_s : LEAST_WAIT_S) * 1e9)};
    must(ppoll(steady->sockets, SOCKETS, &wait, NULL) >= 0, "poll");
    for (size_t i = 0; i < SOCKETS; i++)
        if (steady->sockets[i].revents)
            receive(steady, i);
}

static int compare(const void *one, const void *other)
{
    double left = *(const double *)one;
    double right = *(const double *)other;
    return (left > right) - (left < right);
}

/* Usage: read_steady PORT RATE SECONDS REQUEST. Prints p50 and p99 in microseconds, from when each
 * request was due, and the answers per second. */
int main(int count, char **words)
{
    must(count == 5, "usage: read_steady PORT RATE SECONDS REQUEST");
    struct steady *steady = calloc(1, sizeof *steady);
    double every_s = 1.0 / strtod(words[2], NULL);
    size_t times = (size_t)(strtod(words[3], NULL) / every_s);
    size_t sent = 0;
    must(steady && times >= 100, "RATE times SECONDS must be 100 or more");
    steady->took_s = calloc(times, sizeof *steady->took_s);
    must(steady->took_s != NULL, "memory");
    steady->server = (struct sockaddr_in){.sin_family = AF_INET,
                                          .sin_port = htons((uint16_t)strtoul(words[1], NULL, 10)),
                                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    steady->request = words[4];
    for (size_t i = 0; i < SOCKETS; i++)
        open_line(steady, i);
    prctl(PR_SET_TIMERSLACK, SLACK_NS, 0, 0, 0); /* a request is sent when it is due */
    double began_s = now_s();
    while (steady->answered < times) {
        send_due(steady, began_s, every_s, times, &sent);
        wait_until(steady, began_s + (double)sent * every_s);
    }
    double ended_s = now_s();
    qsort(steady->took_s, times, sizeof *steady->took_s, compare);
    printf("%.1f %.1f %.1f\n", steady->took_s[times / 2] * 1e6,
           steady->took_s[times * 99 / 100] * 1e6, (double)times / (ended_s - began_s));
    for (size_t i = 0; i < SOCKETS; i++)
        close(steady->sockets[i].fd);
    free(steady->took_s);
    free(steady);
    return 0;
}
