/* test_video_limits.c: can a process behind its limits do nothing but compute? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/limits.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct limits limits = {.memory_bytes = (size_t)1 << 30, .seconds = 2};

/* What is tried behind the limits; true where it was possible. */
typedef bool attempt(void);

static bool opens_a_file(void)
{
    return open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0;
}

static bool makes_a_file(void)
{
    return open("/tmp/exoledger-limits", O_CREAT | O_WRONLY | O_CLOEXEC, 0600) >= 0 ||
           mkdir("/tmp/exoledger-limits", 0700) == 0;
}

static bool connects(void)
{
    return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0 ||
           socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) >= 0;
}

static bool starts_a_process(void)
{
    pid_t child = fork();
    if (child == 0)
        _exit(0);
    return child > 0;
}

static bool starts_a_program(void)
{
    char *const words[] = {NULL};
    execve("/bin/true", words, words);
    return false; /* where it is possible, nobody comes here, and the exit code says so */
}

static bool makes_memory_that_runs(void)
{
    void *plain = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
               MAP_FAILED ||
           mprotect(plain, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool looks_into_its_parent(void)
{
    return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0 || kill(getppid(), 0) == 0;
}

static bool takes_too_much_memory(void)
{
    return mmap(NULL, (size_t)2 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                0) != MAP_FAILED;
}

static void *nothing(void *context)
{
    return context;
}

static bool computes(void)
{
    pthread_t thread;
    int pipe_made_before = STDIN_FILENO;
    char byte = 0;
    char *room = malloc(8 << 20);
    bool worked = room && pthread_create(&thread, NULL, nothing, NULL) == 0 &&
                  pthread_join(thread, NULL) == 0 && read(pipe_made_before, &byte, 1) == 1;
    free(room);
    return worked;
}

enum { POSSIBLE = 10, IMPOSSIBLE = 11, UNFENCED = 12 };

static int result_of(attempt *try)
{
    int status = 0, ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x", 1), 1);
    pid_t child = fork();
    if (child == 0) {
        struct fault fault = {.kind = FAULT_NONE};
        dup2(ends[0], STDIN_FILENO);
        if (!limits_enter(&fault, &limits))
            _exit(UNFENCED);
        _exit(try() ? POSSIBLE : IMPOSSIBLE);
    }
    waitpid(child, &status, 0);
    close(ends[0]);
    close(ends[1]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Sanitizers need files and calls of their own, so that a program with them is not fenced. */
static void skip_where_watched(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip();
#endif
}

static void only_what_is_open_can_be_reached(void **state)
{
    static attempt *const attempts[] = {
        opens_a_file,          makes_a_file,          connects,
        starts_a_process,      starts_a_program,      makes_memory_that_runs,
        looks_into_its_parent, takes_too_much_memory,
    };
    (void)state;
    skip_where_watched();
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        if (result_of(attempts[i]) != IMPOSSIBLE)
            fail_msg("attempt %zu: %d", i, result_of(attempts[i]));
}

static void threads_memory_and_open_files_work(void **state)
{
    (void)state;
    assert_int_equal(result_of(computes), POSSIBLE);
}

static bool runs_for_ever(void)
{
    volatile bool on = true;
    while (on)
        continue;
    return !on;
}

static void time_runs_out(void **state)
{
    (void)state;
    assert_int_equal(result_of(runs_for_ever), -SIGXCPU);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_open_can_be_reached),
        cmocka_unit_test(threads_memory_and_open_files_work),
        cmocka_unit_test(time_runs_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
