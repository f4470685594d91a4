/* read_burst.c: how fast are many sockets answered that are all ready at the same instant? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_BYTES = 16 << 10, MOST_SOCKETS = 1024 };

struct line {
    char answer[ANSWER_BYTES];
    size_t length;
    bool waiting;
    bool closing; /* the answer said so */
};

struct burst {
    struct sockaddr_in server;
    const char *request;
    size_t count;
    struct pollfd sockets[MOST_SOCKETS];
    struct line *lines;
    long answered;
    long renewed; /* connections that the server ended behind an answer, or without one */
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
    fprintf(stderr, "read_burst: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void open_line(struct burst *burst, size_t at)
{
    int made = socket(AF_INET, SOCK_STREAM, 0);
    must(made >= 0 &&
             connect(made, (const struct sockaddr *)&burst->server, sizeof burst->server) == 0,
         "no connection");
    burst->sockets[at] = (struct pollfd){.fd = made, .events = POLLIN};
    burst->lines[at].length = 0;
    burst->lines[at].closing = false;
}

static void send_request(struct burst *burst, size_t at)
{
    size_t length = strlen(burst->request);
    ssize_t sent = send(burst->sockets[at].fd, burst->request, length, MSG_NOSIGNAL);
    if (sent != (ssize_t)length) { /* closed meanwhile: a request was never taken from it */
        close(burst->sockets[at].fd);
        open_line(burst, at);
        burst->renewed++;
        must(send(burst->sockets[at].fd, burst->request, length, MSG_NOSIGNAL) == (ssize_t)length,
             "a new connection takes nothing");
    }
    burst->lines[at].waiting = true;
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
    line->closing = strcasestr(line->answer, "connection: close") != NULL;
    return true;
}

static void receive(struct burst *burst, size_t at)
{
    struct line *line = &burst->lines[at];
    ssize_t got = recv(burst->sockets[at].fd, line->answer + line->length,
                       ANSWER_BYTES - 1 - line->length, 0);
    if (got <= 0) { /* closed before the request was read: asked again, as a browser does */
        close(burst->sockets[at].fd);
        open_line(burst, at);
        burst->renewed++;
        send_request(burst, at);
        return;
    }
    line->length += (size_t)got;
    if (!is_whole(line))
        return;
    line->length = 0;
    line->waiting = false;
    burst->answered++;
    if (line->closing) {
        close(burst->sockets[at].fd);
        open_line(burst, at);
        burst->renewed++;
    }
}

/* One request on every socket, then every answer. */
static void play_round(struct burst *burst)
{
    size_t left = burst->count;
    for (size_t i = 0; i < burst->count; i++)
        send_request(burst, i);
    while (left > 0) {
        must(poll(burst->sockets, burst->count, 10000) > 0, "nothing came for ten seconds");
        left = 0;
        for (size_t i = 0; i < burst->count; i++) {
            if (burst->lines[i].waiting && burst->sockets[i].revents)
                receive(burst, i);
            left += burst->lines[i].waiting;
        }
    }
}

/* Usage: read_burst PORT SOCKETS SECONDS REQUEST. Prints answers per second, the longest round in
 * milliseconds, and how often the server ended a connection. */
int main(int count, char **words)
{
    must(count == 5, "usage: read_burst PORT SOCKETS SECONDS REQUEST");
    struct burst *burst = calloc(1, sizeof *burst);
    must(burst != NULL, "memory");
    burst->server = (struct sockaddr_in){.sin_family = AF_INET,
                                         .sin_port = htons((uint16_t)strtoul(words[1], NULL, 10)),
                                         .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    burst->count = strtoul(words[2], NULL, 10);
    burst->request = words[4];
    burst->lines = calloc(MOST_SOCKETS, sizeof *burst->lines);
    must(burst->lines && burst->count > 0 && burst->count <= MOST_SOCKETS, "SOCKETS");
    double seconds = strtod(words[3], NULL);
    double longest_s = 0;
    for (size_t i = 0; i < burst->count; i++)
        open_line(burst, i);
    double began_s = now_s();
    double at_s = began_s;
    while (at_s < began_s + seconds) {
        play_round(burst);
        double ended_s = now_s();
        longest_s = ended_s - at_s > longest_s ? ended_s - at_s : longest_s;
        at_s = ended_s;
    }
    printf("%.1f %.2f %ld\n", (double)burst->answered / (at_s - began_s), longest_s * 1e3,
           burst->renewed);
    for (size_t i = 0; i < burst->count; i++)
        close(burst->sockets[i].fd);
    free(burst->lines);
    free(burst);
    return 0;
}
