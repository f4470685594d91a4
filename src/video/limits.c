/* limits.c: a process that can only compute on what it has. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

/* Sanitizers reserve terabytes of addresses, and look at the process with calls of their own. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

/* What threads, memory, files that are open, and the end of a process need. Nothing else works. */
static const int allowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(close),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(sysinfo),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

/* Memory may be had, but never memory that can be run. */
static int allow_memory(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp plain = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    int wrong = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &plain);
    return wrong ? wrong
                 : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &plain);
}

/* Threads of this process, but no process. clone3 keeps its flags in memory, where a filter cannot
 * look; the C library then takes clone. */
static int allow_threads(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
    int wrong = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    return wrong ? wrong
                 : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, &thread);
}

/* Limits can be read, not changed, for the size of a stack; files that are open can be asked for
 * their size. */
static int allow_asking(scmp_filter_ctx filter)
{
    const struct scmp_arg_cmp reads = SCMP_A2(SCMP_CMP_EQ, 0, 0);
    const struct scmp_arg_cmp is_open = SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0);
    int wrong = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, &reads);
    return wrong
               ? wrong
               : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, &is_open);
}

static int filter_calls(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EACCES));
    int wrong = filter ? 0 : ENOMEM;
    for (size_t i = 0; !wrong && i < sizeof allowed / sizeof *allowed; i++)
        wrong = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    wrong = wrong ? wrong : allow_memory(filter);
    wrong = wrong ? wrong : allow_threads(filter);
    wrong = wrong ? wrong : allow_asking(filter);
    wrong = wrong ? wrong : seccomp_load(filter);
    if (filter)
        seccomp_release(filter);
    return wrong;
}

/* Whoever passes the first is told by a signal, whoever passes the second is ended. */
static int set_limit(int what, size_t most)
{
    const struct rlimit limit = {most, what == RLIMIT_CPU ? most + 1 : most};
    return setrlimit((__rlimit_resource_t)what, &limit);
}

bool limits_enter(struct fault *fault, const struct limits *limits)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        set_limit(RLIMIT_CPU, limits->seconds) != 0 || set_limit(RLIMIT_FSIZE, 0) != 0 ||
        (!WATCHED && (set_limit(RLIMIT_CORE, 0) != 0 ||
                      set_limit(RLIMIT_AS, limits->memory_bytes) != 0 || filter_calls() != 0)))
        return fail(fault, FAULT_STORAGE, "",
                    "This system cannot fence the program that opens videos; nothing is opened.");
    return true;
}

#undef WATCHED
