/* exchange.h: plays exchanges as text: the story, the self-test and the tests at the door. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "catalogue.h"

struct exchange_result {
    int64_t passed;
    int64_t failed;
    int64_t cases; /* in the file */
};

/* Called after each case, for a progress line. */
struct exchange_progress {
    void (*step)(void *context, const char *sentence, int64_t done, int64_t cases);
    void *context;
};

/* Plays a file of exchanges (grammar: docs/story.md), or the chapters of a folder, into a
 * demonstration record. Each answer is compared with what the file expects; differences are printed
 * to out and counted. */
MUST_USE bool exchange_play(struct work *work, const char *path,
                            const struct exchange_progress *progress, FILE *out,
                            struct exchange_result *result);

#endif
