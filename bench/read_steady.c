/* read_steady.c: how long does an answer take at a fixed rate of requests that waits for nobody? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "answer.h"

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>

enum { SOCKETS = 32, SLACK_NS = 1000 };

#define LEAST_WAIT_S 2e-5

struct line {
    struct answer answer;
    double due_s; /* when the request that is under way should have been sent; 0 when free */
};

struct steady {
    const char *request;
    struct pollfd sockets[SOCKETS];
    struct line lines[SOCKETS];
    double *took_s;
    size_t answered;
};

static void open_line(struct steady *steady, size_t at, const char *port)
{
    int yes = 1;
    int made = connect_to(port);
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    steady->sockets[at] = (struct pollfd){.fd = made, .events = POLLIN};
}

static void receive(struct steady *steady, size_t at)
{
    struct line *line = &steady->lines[at];
    must(answer_receive(&line->answer, steady->sockets[at].fd), "The server hung up.");
    if (!answer_is_whole(&line->answer))
        return;
    steady->took_s[steady->answered++] = now_s() - line->due_s;
    line->answer.length = 0;
    line->due_s = 0;
}

/* Sends what is due on lines that are free; what finds none stays due, and its time runs. */
static void send_due(struct steady *steady, double began_s, double every_s, size_t times,
                     size_t *sent)
{
    double now = now_s();
    for (size_t i = 0; i < SOCKETS && *sent < times; i++) {
        double due_s = began_s + (double)*sent * every_s;
        if (due_s > now)
            return;
        if (steady->lines[i].due_s > 0)
            continue;
        must(send_whole(steady->sockets[i].fd, steady->request), "The server hung up.");
        steady->lines[i].due_s = due_s;
        (*sent)++;
    }
}

static void wait_until(struct steady *steady, double next_s)
{
    double wait_s = next_s - now_s();
    struct timespec wait = {0, (long)((wait_s > LEAST_WAIT_S ? wait_s : LEAST_WAIT_S) * 1e9)};
    must(ppoll(steady->sockets, SOCKETS, &wait, NULL) >= 0, "The sockets cannot be waited for.");
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
    must(count == 5, "Use: read_steady PORT RATE SECONDS REQUEST");
    struct steady *steady = calloc(1, sizeof *steady);
    double every_s = 1.0 / strtod(words[2], NULL);
    size_t times = (size_t)(strtod(words[3], NULL) / every_s);
    size_t sent = 0;
    must(steady && times >= 100, "RATE times SECONDS must be 100 or more.");
    steady->took_s = calloc(times, sizeof *steady->took_s);
    must(steady->took_s != NULL, "There is not enough memory.");
    steady->request = words[4];
    for (size_t i = 0; i < SOCKETS; i++)
        open_line(steady, i, words[1]);
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
