/* read_burst.c: how fast are many sockets answered that are all ready at the same instant? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "answer.h"

#include <poll.h>

enum { MOST_SOCKETS = 1024 };

struct line {
    struct answer answer;
    bool waiting;
};

struct burst {
    const char *port;
    const char *request;
    size_t count;
    struct pollfd sockets[MOST_SOCKETS];
    struct line *lines;
    long answered;
    long renewed; /* connections that the server ended behind an answer, or without one */
};

static void open_line(struct burst *burst, size_t at)
{
    burst->sockets[at] = (struct pollfd){.fd = connect_to(burst->port), .events = POLLIN};
    burst->lines[at].answer = (struct answer){.length = 0};
}

static void renew(struct burst *burst, size_t at)
{
    close(burst->sockets[at].fd);
    open_line(burst, at);
    burst->renewed++;
}

static void send_request(struct burst *burst, size_t at)
{
    if (!send_whole(burst->sockets[at].fd, burst->request)) {
        renew(burst, at); /* closed meanwhile: a request was never taken from it */
        must(send_whole(burst->sockets[at].fd, burst->request), "A new connection takes nothing.");
    }
    burst->lines[at].waiting = true;
}

static void receive(struct burst *burst, size_t at)
{
    struct line *line = &burst->lines[at];
    if (!answer_receive(&line->answer, burst->sockets[at].fd)) {
        renew(burst, at); /* closed before the request was read: asked again, as a browser does */
        send_request(burst, at);
        return;
    }
    if (!answer_is_whole(&line->answer))
        return;
    line->answer.length = 0;
    line->waiting = false;
    burst->answered++;
    if (line->answer.closing)
        renew(burst, at);
}

/* One request on every socket, then every answer. */
static void play_round(struct burst *burst)
{
    size_t left = burst->count;
    for (size_t i = 0; i < burst->count; i++)
        send_request(burst, i);
    while (left > 0) {
        must(poll(burst->sockets, burst->count, 10000) > 0, "Nothing came for ten seconds.");
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
    must(count == 5, "Use: read_burst PORT SOCKETS SECONDS REQUEST");
    struct burst *burst = calloc(1, sizeof *burst);
    must(burst != NULL, "There is not enough memory.");
    burst->port = words[1];
    burst->count = strtoul(words[2], NULL, 10);
    burst->request = words[4];
    burst->lines = calloc(MOST_SOCKETS, sizeof *burst->lines);
    must(burst->lines && burst->count > 0 && burst->count <= MOST_SOCKETS,
         "SOCKETS lies outside of what there may be.");
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
