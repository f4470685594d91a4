/* main.c: the one place beside web/ that reads the clock. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli.h"

#include "base/time.h"

#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

static int64_t clock_usec(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * USEC_PER_SECOND + now.tv_nsec / 1000;
}

/* A file that took the number of a closed output would be written into. */
static bool has_outputs(void)
{
    for (int i = 0; i < 3; i++)
        if (fcntl(i, F_GETFD) < 0 && open(i ? "/dev/full" : "/dev/null", O_RDWR) != i)
            return false;
    return true;
}

/* By itself malloc learns from the first large block to keep the next one in the heap. */
enum { MAPPED_FROM_BYTES = 256 << 10 };

int main(int count, char **words)
{
    signal(SIGPIPE, SIG_IGN); /* a reader that goes away must not end a writer */
    signal(SIGXFSZ, SIG_IGN); /* nor a limit on the size of files: the write fails and is told */
    mallopt(M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
    if (!has_outputs() || setenv("TZ", "UTC0", 1) != 0) /* zones named right/ count leap seconds */
        return 1;
    return cli_run(count, words, clock_usec);
}
