/* preload.c: what does the program do when a call of the C library fails, or is its last? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */

/* A shared object for LD_PRELOAD. It numbers the calls of the chosen kinds: those of files only
 * where the path lies in the folder, those of memory from the first line of the program on.
 *
 *   EXOLEDGER_FAULT_FOLDER  absolute path below which calls count
 *   EXOLEDGER_FAULT_CALLS   kinds that count, by the words below, with blanks between
 *   EXOLEDGER_FAULT_AT      number of the first call that is struck; 0 for none
 *   EXOLEDGER_FAULT_TIMES   how many calls from there on; 0 for all
 *   EXOLEDGER_FAULT_EVERY   strikes each call whose number is a multiple of this as well
 *   EXOLEDGER_FAULT_CHANCE  strikes so many of a thousand calls as well, drawn by ..._SEED
 *   EXOLEDGER_FAULT_HOW     kill-before, kill-after, short, slow:MILLISECONDS, or a word as EIO
 *   EXOLEDGER_FAULT_LOG     file to which struck calls are added, all calls with ..._TRACE
 *   EXOLEDGER_FAULT_CLOCK   file of four 64-bit numbers, in microseconds, which may change while
 *                           the program runs: what the clock is ahead, the instant at which it
 *                           stands still or 0, how far each reading may lie off, and what the
 *                           clock that only runs forward is ahead */
#include "preload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *const call_words[CALLS] = {
    "read",  "pread",  "write",  "pwrite", "fsync",  "fdatasync", "truncate", "open",
    "close", "rename", "unlink", "mkdir",  "access", "mmap",      "lock",     "malloc"};

static const struct {
    const char *word;
    int error;
} errors[] = {{"EIO", EIO},       {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EFBIG", EFBIG},
              {"EROFS", EROFS},   {"EMFILE", EMFILE}, {"EINTR", EINTR},   {"EACCES", EACCES},
              {"ENOMEM", ENOMEM}, {"ENOLCK", ENOLCK}};

enum how { HOW_ERROR, HOW_KILL_BEFORE, HOW_KILL_AFTER, HOW_SHORT, HOW_SLOW };

static struct {
    bool begun; /* the program's own code runs */
    bool counts[CALLS];
    char folder[PATH_MAX];
    char log[PATH_MAX];
    bool traces;
    int64_t at;
    int64_t times;
    int64_t every;
    int64_t chance;
    uint64_t draws;
    enum how how;
    int error;
    int64_t slow_ms;
    int64_t number; /* calls so far, by all threads */
} plan;

/* xorshift64: threads may disturb each other's draws, which costs nothing but the order. */
uint64_t preload_draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

const char *preload_setting(const char *name)
{
    char whole[64];
    snprintf(whole, sizeof whole, "EXOLEDGER_FAULT_%s", name);
    const char *text = getenv(whole);
    return text ? text : "";
}

static void read_how(const char *how)
{
    static const char slow[] = "slow:";
    plan.error = EIO;
    if (strcmp(how, "kill-before") == 0)
        plan.how = HOW_KILL_BEFORE;
    else if (strcmp(how, "kill-after") == 0)
        plan.how = HOW_KILL_AFTER;
    else if (strcmp(how, "short") == 0)
        plan.how = HOW_SHORT;
    else if (strncmp(how, slow, sizeof slow - 1) == 0) {
        plan.how = HOW_SLOW;
        plan.slow_ms = strtoll(how + sizeof slow - 1, NULL, 10);
    }
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(how, errors[i].word) == 0)
            plan.error = errors[i].error;
}

static void read_calls(const char *words)
{
    while (*words) {
        size_t length = strcspn(words, " ");
        for (size_t i = 0; i < CALLS; i++)
            if (strlen(call_words[i]) == length && strncmp(words, call_words[i], length) == 0)
                plan.counts[i] = true;
        words += length + strspn(words + length, " ");
    }
}

__attribute__((constructor)) static void read_plan(void)
{
    snprintf(plan.folder, sizeof plan.folder, "%s", preload_setting("FOLDER"));
    snprintf(plan.log, sizeof plan.log, "%s", preload_setting("LOG"));
    plan.traces = *preload_setting("TRACE") != '\0';
    plan.at = strtoll(preload_setting("AT"), NULL, 10);
    plan.times = strtoll(preload_setting("TIMES"), NULL, 10);
    plan.every = strtoll(preload_setting("EVERY"), NULL, 10);
    plan.chance = strtoll(preload_setting("CHANCE"), NULL, 10);
    plan.draws = strtoull(preload_setting("SEED"), NULL, 10) * 2654435769U + 1;
    read_how(preload_setting("HOW"));
    read_calls(preload_setting("CALLS"));
}

static void add_to_log(int64_t number, enum call call, const char *path)
{
    char line[PATH_MAX + 64];
    const char *shown =
        strncmp(path, plan.folder, strlen(plan.folder)) == 0 ? path + strlen(plan.folder) : path;
    int length =
        snprintf(line, sizeof line, "%lld %s %s\n", (long long)number, call_words[call], shown);
    int file = (int)syscall(SYS_openat, AT_FDCWD, plan.log,
                            O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0)
        return;
    syscall(SYS_write, file, line, (size_t)length);
    syscall(SYS_close, file);
}

void preload_die(void)
{
    syscall(SYS_kill, (pid_t)syscall(SYS_getpid), SIGKILL);
    for (;;)
        syscall(SYS_pause);
}

static bool is_struck(int64_t number)
{
    bool first =
        plan.at > 0 && number >= plan.at && (plan.times == 0 || number < plan.at + plan.times);
    bool nth = plan.every > 0 && number % plan.every == 0;
    return first || nth ||
           (plan.chance > 0 && (int64_t)(preload_draw(&plan.draws) % 1000) < plan.chance);
}

static enum fate fate_of(enum call call, const char *path)
{
    int64_t number = __atomic_add_fetch(&plan.number, 1, __ATOMIC_SEQ_CST);
    bool struck = is_struck(number);
    const int before = errno;
    if (*plan.log && (struck || plan.traces))
        add_to_log(number, call, path);
    errno = before;
    if (!struck)
        return FATE_PASS;
    switch (plan.how) {
    case HOW_KILL_BEFORE:
        preload_die();
        return FATE_PASS;
    case HOW_KILL_AFTER:
        return FATE_LAST;
    case HOW_SHORT:
        return FATE_SHORTEN;
    case HOW_SLOW:
        syscall(SYS_nanosleep,
                &(struct timespec){plan.slow_ms / 1000, plan.slow_ms % 1000 * 1000000}, NULL);
        return FATE_PASS;
    case HOW_ERROR:
        break;
    }
    errno = plan.error;
    return FATE_BREAK;
}

static bool is_inside(const char *path)
{
    size_t length = strlen(plan.folder);
    return length && strncmp(path, plan.folder, length) == 0;
}

enum fate preload_path(enum call call, const char *path)
{
    bool counts = plan.begun && plan.counts[call] && is_inside(path);
    return counts ? fate_of(call, path) : FATE_PASS;
}

enum fate preload_file(enum call call, int file)
{
    char link[64];
    char path[PATH_MAX];
    if (!plan.begun || !plan.counts[call] || file < 0)
        return FATE_PASS;
    const int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    long length = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    path[length > 0 ? length : 0] = '\0';
    errno = before;
    return is_inside(path) ? fate_of(call, path) : FATE_PASS;
}

enum fate preload_memory(void)
{
    return plan.begun && plan.counts[CALL_MALLOC] ? fate_of(CALL_MALLOC, "") : FATE_PASS;
}

void preload_begin(void)
{
    plan.begun = true;
}
