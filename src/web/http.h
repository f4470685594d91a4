/* http.h: the door itself: bytes from the network become jobs, answers become bytes. */
#ifndef WEB_HTTP_H
#define WEB_HTTP_H

#include "web/service.h"

struct http;

struct http_settings {
    int listener;            /* a listening socket */
    const char *certificate; /* PEM text, or NULL */
    const char *key;
};

/* Jobs go into service->arrivals or service->slow; sets service->deliver. */
MUST_USE bool http_open(struct arena *arena, struct fault *fault, struct service *service,
                        const struct http_settings *settings, struct http **http);
/* No new connections; those that are open still get their answers. */
void http_quiesce(struct http *http);
/* Every job must have been answered before. */
void http_close(struct http *http);

#endif
