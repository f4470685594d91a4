/* server.h: serves a record over HTTP until it is told to stop. */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include "chain/work.h"

struct server_settings {
    const char *address;     /* numeric; 127.0.0.1 when NULL */
    int port;                /* 0 takes any that is free */
    bool next_free_port;     /* when the port is taken, one of the next hundred */
    const char *certificate; /* path of a PEM file, or NULL for plain HTTP */
    const char *key;         /* path of its key */
    bool encrypted_in_front; /* a proxy in front speaks TLS: cookies are marked for it */
    void (*ready)(void *context, const char *address, int port); /* may be NULL */
    void *context;
};

/* work holds the opened record and its zone. Returns when SIGINT or SIGTERM came and everything
 * accepted was answered. */
MUST_USE bool server_run(struct work *work, const struct server_settings *settings);

#endif
