/* preload_clock.c: what does the program do when the clock of the machine is wrong? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preload.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct clock_control {
    int64_t ahead_usec;
    int64_t frozen_usec;
    int64_t wobble_usec;
    int64_t passed_usec; /* what the clock that only runs forward is ahead */
};
static const volatile struct clock_control *control;
static uint64_t wobbles = 88172645463325252U;

__attribute__((constructor)) static void map_clock(void)
{
    const char *path = preload_setting("CLOCK");
    if (!*path)
        return;
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
    long memory = file < 0 ? -1
                           : syscall(SYS_mmap, NULL, sizeof(struct clock_control), PROT_READ,
                                     MAP_SHARED, file, 0);
    if (memory == -1)
        abort();
    control = (const volatile struct clock_control *)memory;
    syscall(SYS_close, file);
}

static int64_t turned(int64_t usec)
{
    if (!control)
        return usec;
    if (control->frozen_usec)
        return control->frozen_usec;
    int64_t wobble = control->wobble_usec;
    if (wobble)
        usec += (int64_t)(preload_draw(&wobbles) % (uint64_t)(2 * wobble)) - wobble;
    return usec + control->ahead_usec;
}

static int64_t wall_usec(void)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
    return turned((int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

int clock_gettime(clockid_t which, struct timespec *now)
{
    int64_t usec = 0;
    if (which == CLOCK_REALTIME) {
        usec = wall_usec();
    } else {
        int result = (int)syscall(SYS_clock_gettime, which, now);
        if (result != 0 || which != CLOCK_MONOTONIC || !control)
            return result;
        usec = (int64_t)now->tv_sec * 1000000 + now->tv_nsec / 1000 + control->passed_usec;
    }
    *now = (struct timespec){usec / 1000000, usec % 1000000 * 1000};
    return 0;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    int64_t usec = wall_usec();
    (void)zone;
    *now = (struct timeval){usec / 1000000, usec % 1000000};
    return 0;
}

time_t time(time_t *now)
{
    time_t seconds = (time_t)(wall_usec() / 1000000);
    if (now)
        *now = seconds;
    return seconds;
}
