/* job.h: one request on its way through the server, from its first byte to its answer. */
#ifndef WEB_JOB_H
#define WEB_JOB_H

#include "crew/session.h"
#include "web/body.h"
#include "web/bundle.h"

struct service;
struct desk;

enum door {
    DOOR_OPERATION, /* a row of the catalogue */
    DOOR_PAGE,      /* the browser's pages and what they load */
    DOOR_HEALTH,
    DOOR_OPENAPI,
    DOOR_SESSION,
    DOOR_BUNDLE, /* many operations in one body */
};

/* What the writer is asked to do. */
enum change {
    CHANGE_RECORD,   /* an operation */
    CHANGE_BUNDLE,   /* many of them */
    CHANGE_REFUSE,   /* keep that a change was asked for which no operation offers */
    CHANGE_SIGN_IN,  /* open a session */
    CHANGE_SIGN_OUT, /* close it */
    CHANGE_TOUCH,    /* note when a session was last used; nobody waits for it */
};

/* Values of headers, NULL where they did not come. */
struct headers {
    const char *host;
    const char *content_length;
    const char *content_type;
    const char *transfer_encoding;
    const char *authorization;
    const char *cookie;
    const char *idempotency_key;
    const char *proof; /* X-CSRF-Token */
    const char *zone;  /* X-Zone */
};

struct asset;

struct job {
    struct job *next; /* in a queue */
    struct service *service;
    struct arena *arena;
    void *connection; /* of the door that it came through */
    int64_t number;
    int64_t began_usec; /* of a clock that only runs forward */

    /* As it came. */
    const char *method;
    const char *path;
    const char *query;   /* or NULL */
    const char *address; /* of who asks for more than reading */
    struct headers headers;
    struct body body;
    size_t body_most;
    size_t discarded; /* bytes of a body that is refused anyway */
    int64_t spooled;  /* bytes of the service's allowance for large bodies */

    struct desk *desk; /* at which it is worked on */

    /* As it was understood. */
    enum door door;
    const char *pattern;       /* the path without anybody's codes in it, for the log */
    const char *allow;         /* methods on offer */
    const struct asset *asset; /* of DOOR_PAGE */
    struct route route;
    struct work work;
    struct actor actor;
    struct session session;
    const char *token; /* of the session */
    struct request request;
    struct bundle bundle;
    struct credential credential; /* of a log-in */
    const char *site;
    enum change change;
    bool secrets_due; /* understood; secrets are still to be checked */

    /* The answer. */
    int status; /* where no kind of fault says it, or 0 */
    struct reply reply;
    int file; /* a long answer, or -1 */
    int64_t file_size;
    const char *content_type;
    const char *disposition; /* Content-Disposition of what is saved as a file, or NULL */
    const char *policy;      /* Content-Security-Policy */
    const char *packing;     /* Content-Encoding, or NULL */
    bool lasts;              /* the same for ever at this address */
    const char *set_cookie;
    bool hang_up; /* the connection cannot be trusted any more */
    bool begun;
    bool answered;
};

/* Never NULL. */
struct job *job_open(struct service *service);
/* Gives back everything, the arena last. */
void job_close(struct job *job);

/* GET and HEAD. */
bool job_reads(const struct job *job);

/* Completes the answer from what the job found and hands it to the door. After this the job
 * belongs to the door. */
void job_answer(struct job *job);
/* The same without handing it over. */
void job_conclude(struct job *job);

/* Which door, and for an operation which row. What does not fit is in job->work.fault. */
void job_direct(struct job *job);

/* One line on the error output: no path, no query, no name of a person. */
void job_log(const struct job *job);

#endif
