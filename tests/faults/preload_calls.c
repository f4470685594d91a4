/* preload_calls.c: which calls can be struck? Each goes to the kernel by itself, or not at all. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "preload.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

/* Does the call unless it is struck, and dies behind it where that is its fate. */
#define MEET(type, chosen, broken, call)                                                           \
    do {                                                                                           \
        enum fate met = (chosen);                                                                  \
        if (met == FATE_BREAK)                                                                     \
            return broken;                                                                         \
        type result = (type)(call);                                                                \
        if (met == FATE_LAST)                                                                      \
            preload_die();                                                                         \
        return result;                                                                             \
    } while (0)

/* The same for calls that move bytes and may move fewer. */
#define MOVE(chosen, size, call)                                                                   \
    do {                                                                                           \
        enum fate met = (chosen);                                                                  \
        if (met == FATE_BREAK)                                                                     \
            return -1;                                                                             \
        if (met == FATE_SHORTEN && (size) > 1)                                                     \
            (size) /= 2;                                                                           \
        ssize_t result = (call);                                                                   \
        if (met == FATE_LAST)                                                                      \
            preload_die();                                                                         \
        return result;                                                                             \
    } while (0)

/* The first call of the program; what libraries do before is not its business. */
char *setlocale(int category, const char *name)
{
    void *found = dlsym(RTLD_NEXT, "setlocale");
    char *(*real)(int, const char *) = NULL;
    memcpy(&real, &found, sizeof real);
    char *result = real(category, name);
    preload_begin();
    return result;
}

ssize_t read(int file, void *bytes, size_t size)
{
    MOVE(preload_file(CALL_READ, file), size, syscall(SYS_read, file, bytes, size));
}

ssize_t pread(int file, void *bytes, size_t size, off_t at)
{
    MOVE(preload_file(CALL_PREAD, file), size, syscall(SYS_pread64, file, bytes, size, at));
}

ssize_t pread64(int file, void *bytes, size_t size, off64_t at)
{
    return pread(file, bytes, size, at);
}

ssize_t write(int file, const void *bytes, size_t size)
{
    MOVE(preload_file(CALL_WRITE, file), size, syscall(SYS_write, file, bytes, size));
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t at)
{
    MOVE(preload_file(CALL_PWRITE, file), size, syscall(SYS_pwrite64, file, bytes, size, at));
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t at)
{
    return pwrite(file, bytes, size, at);
}

int fsync(int file)
{
    MEET(int, preload_file(CALL_FSYNC, file), -1, syscall(SYS_fsync, file));
}

int fdatasync(int file)
{
    MEET(int, preload_file(CALL_FDATASYNC, file), -1, syscall(SYS_fdatasync, file));
}

int ftruncate(int file, off_t size)
{
    MEET(int, preload_file(CALL_TRUNCATE, file), -1, syscall(SYS_ftruncate, file, size));
}

int ftruncate64(int file, off64_t size)
{
    return ftruncate(file, size);
}

static int open_at(int folder, const char *path, int flags, mode_t mode)
{
    MEET(int, preload_path(CALL_OPEN, path), -1, syscall(SYS_openat, folder, path, flags, mode));
}

/* The mode is there only where a file may be made. */
#define OPENS(folder, path, flags)                                                                 \
    va_list list;                                                                                  \
    va_start(list, flags);                                                                         \
    mode_t mode = (flags) & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;                    \
    va_end(list);                                                                                  \
    return open_at(folder, path, flags, mode)

int open(const char *path, int flags, ...)
{
    OPENS(AT_FDCWD, path, flags);
}

int open64(const char *path, int flags, ...)
{
    OPENS(AT_FDCWD, path, flags);
}

int openat(int folder, const char *path, int flags, ...)
{
    OPENS(folder, path, flags);
}

/* A close that fails has closed nevertheless. */
int close(int file)
{
    enum fate fate = preload_file(CALL_CLOSE, file);
    const int error = errno;
    int result = (int)syscall(SYS_close, file);
    if (fate == FATE_LAST)
        preload_die();
    if (fate != FATE_BREAK)
        return result;
    errno = error;
    return -1;
}

int rename(const char *from, const char *to)
{
    MEET(int, preload_path(CALL_RENAME, to), -1, syscall(SYS_rename, from, to));
}

int unlink(const char *path)
{
    MEET(int, preload_path(CALL_UNLINK, path), -1, syscall(SYS_unlink, path));
}

int unlinkat(int folder, const char *path, int flags)
{
    MEET(int, preload_file(CALL_UNLINK, folder), -1, syscall(SYS_unlinkat, folder, path, flags));
}

int mkdir(const char *path, mode_t mode)
{
    MEET(int, preload_path(CALL_MKDIR, path), -1, syscall(SYS_mkdir, path, mode));
}

int access(const char *path, int kind)
{
    MEET(int, preload_path(CALL_ACCESS, path), -1, syscall(SYS_access, path, kind));
}

void *mmap(void *near, size_t size, int protection, int flags, int file, off_t at)
{
    MEET(void *, preload_file(CALL_MMAP, file), MAP_FAILED,
         syscall(SYS_mmap, near, size, protection, flags, file, at));
}

void *mmap64(void *near, size_t size, int protection, int flags, int file, off64_t at)
{
    return mmap(near, size, protection, flags, file, at);
}

int flock(int file, int kind)
{
    MEET(int, preload_file(CALL_LOCK, file), -1, syscall(SYS_flock, file, kind));
}

static int control_file(int file, int command, long argument)
{
    bool locks = command == F_SETLK || command == F_SETLKW || command == F_GETLK;
    MEET(int, locks ? preload_file(CALL_LOCK, file) : FATE_PASS, -1,
         syscall(SYS_fcntl, file, command, argument));
}

#define CONTROLS(file, command)                                                                    \
    va_list list;                                                                                  \
    va_start(list, command);                                                                       \
    long argument = va_arg(list, long);                                                            \
    va_end(list);                                                                                  \
    return control_file(file, command, argument)

int fcntl(int file, int command, ...)
{
    CONTROLS(file, command);
}

int fcntl64(int file, int command, ...)
{
    CONTROLS(file, command);
}

void *malloc(size_t size)
{
    MEET(void *, preload_memory(), NULL, __libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
    MEET(void *, preload_memory(), NULL, __libc_calloc(count, size));
}

void *realloc(void *memory, size_t size)
{
    MEET(void *, preload_memory(), NULL, __libc_realloc(memory, size));
}

int posix_memalign(void **memory, size_t alignment, size_t size)
{
    if (preload_memory() == FATE_BREAK)
        return ENOMEM;
    *memory = __libc_memalign(alignment, size);
    return *memory ? 0 : ENOMEM;
}
