/* service.h: what the threads of a running server share. */
#ifndef WEB_SERVICE_H
#define WEB_SERVICE_H

#include "web/attempt.h"
#include "web/pace.h"
#include "web/queue.h"

#include <pthread.h>
#include <stdatomic.h>

struct service {
    struct record *record;
    int zone_minutes;
    bool encrypted;
    int64_t story_usec; /* in a demonstration record: its last instant when the server began */
    int64_t began_usec; /* of the clock that only runs forward */
    struct pace *pace;
    pthread_mutex_t openapi_lock;
    struct text openapi; /* written when it is first asked for */
    struct queue *arrivals;
    struct queue *slow;    /* secrets and large bodies: one at a time */
    struct queue *changes; /* for the one writer */
    struct attempts *attempts;
    _Atomic int64_t requests;
    _Atomic int64_t open_jobs;
    _Atomic int64_t spooled; /* bytes of large bodies that lie on the disk */
    _Atomic bool closing;
    void (*deliver)(struct job *job); /* hands an answer to the door */
};

/* Of the record: the system's, or the story's last instant and what has gone by since. */
int64_t service_now(const struct service *service);
/* The system's, also in a demonstration: for the log. */
int64_t service_real(void);
/* The description of the API: large, the same for everybody, and seldom asked for. */
struct text service_openapi(struct service *service);

/* A thread's own connection to the record, opened when it is first needed and after trouble. */
struct desk {
    struct service *service;
    struct arena *arena;
    struct database *database;
    enum engine_access access;
    bool troubled; /* the connection failed somebody: it is opened again */
};

MUST_USE bool desk_ready(struct desk *desk, struct fault *fault);
void desk_leave(struct desk *desk);
/* Behind every job: a connection that failed is given up. */
void desk_settle(struct desk *desk);
/* A job's work at this desk. */
void desk_take(struct desk *desk, struct job *job);

#endif
