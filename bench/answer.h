/* answer.h: connections to a server on this machine, and is the answer of one here as a whole? */
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include "plain.h"

#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_BYTES = 16 << 10 };

struct answer {
    char bytes[ANSWER_BYTES];
    size_t length;
    bool closing; /* it says that the server ends the connection behind it */
};

static inline int connect_to(const char *port)
{
    const struct sockaddr_in server = {.sin_family = AF_INET,
                                       .sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
                                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int made = socket(AF_INET, SOCK_STREAM, 0);
    must(made >= 0 && connect(made, (const struct sockaddr *)&server, sizeof server) == 0,
         "There is no connection to the server.");
    return made;
}

static inline bool send_whole(int to, const char *request)
{
    size_t length = strlen(request);
    return send(to, request, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* Whether head and body are here, by Content-Length. Anything but 200 ends the program. */
static inline bool answer_is_whole(struct answer *answer)
{
    answer->bytes[answer->length] = '\0';
    char *end = strstr(answer->bytes, "\r\n\r\n");
    char *declared = strcasestr(answer->bytes, "content-length:");
    if (!end || !declared)
        return false;
    size_t size = strtoul(declared + sizeof "content-length:" - 1, NULL, 10);
    if (answer->length < (size_t)(end - answer->bytes) + 4 + size)
        return false;
    must(strncmp(answer->bytes, "HTTP/1.1 200", 12) == 0, answer->bytes);
    answer->closing = strcasestr(answer->bytes, "connection: close") != NULL;
    return true;
}

/* Adds what has come; false when the connection has ended. */
static inline bool answer_receive(struct answer *answer, int from)
{
    ssize_t got = recv(from, answer->bytes + answer->length, ANSWER_BYTES - 1 - answer->length, 0);
    answer->length += got > 0 ? (size_t)got : 0;
    return got > 0;
}

#endif
