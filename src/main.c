/* main.c: the one place beside web/ that reads the clock. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli.h"

#include "base/time.h"

#include <signal.h>
#include <time.h>

static int64_t clock_usec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * USEC_PER_SECOND + now.tv_nsec / 1000;
}

int main(int count, char **words)
{
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not end a writer */
    return cli_run(count, words, clock_usec);
}
