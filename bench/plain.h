/* plain.h: how does a program of the benchmark stop, and what time is it? */
#ifndef BENCH_PLAIN_H
#define BENCH_PLAIN_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <time.h>

static inline noreturn void stop(const char *why)
{
    fprintf(stderr, "%s: %s\n", program_invocation_short_name, why);
    exit(1);
}

static inline void must(bool good, const char *what)
{
    if (!good)
        stop(what);
}

/* Of a clock that only runs forward. */
static inline double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

#endif
