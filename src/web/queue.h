/* queue.h: jobs that wait for a thread; never more than fit. */
#ifndef WEB_QUEUE_H
#define WEB_QUEUE_H

#include "web/job.h"

struct queue;

struct queue *queue_open(struct arena *arena, size_t most);
/* False when it is full or closed: the job stays with who asked. */
MUST_USE bool queue_push(struct queue *queue, struct job *job);
/* Waits for the first and takes what is there, at most most. 0 once it is closed and empty. */
size_t queue_take(struct queue *queue, struct job **jobs, size_t most);
/* What waits is still taken, nothing more comes in. */
void queue_close(struct queue *queue);

#endif
