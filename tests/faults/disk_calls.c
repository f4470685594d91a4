/* disk_calls.c: libc's door to the disk: what the program calls, by the linker's --wrap. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "disk_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Descriptors of the disk lie where the system gives none. */
enum { FIRST_DESCRIPTOR = 1 << 24, MOST_DESCRIPTORS = 64 };

struct descriptor {
    bool used;
    struct disk_file *file;
    char path[DISK_PATH];
    size_t at;
    struct dirent entry;
};
static struct descriptor descriptors[MOST_DESCRIPTORS];

int __real_open(const char *path, int flags, ...);
int __real_close(int number);
ssize_t __real_write(int number, const void *bytes, size_t size);
ssize_t __real_read(int number, void *bytes, size_t size);
int __real_fsync(int number);
int __real_fstat(int number, struct stat *status);
int __real_stat(const char *path, struct stat *status);
int __real_flock(int number, int operation);
int __real_access(const char *path, int mode);
int __real_rename(const char *from, const char *to);
int __real_unlink(const char *path);
int __real_unlinkat(int folder, const char *name, int flags);
int __real_mkdir(const char *path, mode_t mode);
int __real_rmdir(const char *path);
char *__real_mkdtemp(char *path);
DIR *__real_opendir(const char *path);
struct dirent *__real_readdir(DIR *listing);
int __real_closedir(DIR *listing);
int __real_dirfd(DIR *listing);

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int number);
ssize_t __wrap_write(int number, const void *bytes, size_t size);
ssize_t __wrap_read(int number, void *bytes, size_t size);
int __wrap_fsync(int number);
int __wrap_fstat(int number, struct stat *status);
int __wrap_stat(const char *path, struct stat *status);
int __wrap_flock(int number, int operation);
int __wrap_access(const char *path, int mode);
int __wrap_rename(const char *from, const char *to);
int __wrap_unlink(const char *path);
int __wrap_unlinkat(int folder, const char *name, int flags);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_rmdir(const char *path);
char *__wrap_mkdtemp(char *path);
DIR *__wrap_opendir(const char *path);
struct dirent *__wrap_readdir(DIR *listing);
int __wrap_closedir(DIR *listing);
int __wrap_dirfd(DIR *listing);

static bool is_ours(const char *path)
{
    return disk && strncmp(path, DISK_MOUNT, strlen(DISK_MOUNT)) == 0;
}

static struct descriptor *ours(int number)
{
    return number >= FIRST_DESCRIPTOR ? &descriptors[number - FIRST_DESCRIPTOR] : NULL;
}

static int take_descriptor(struct disk_file *file, const char *path)
{
    for (int i = 0; i < MOST_DESCRIPTORS; i++)
        if (!descriptors[i].used) {
            descriptors[i] = (struct descriptor){.used = true, .file = file};
            snprintf(descriptors[i].path, DISK_PATH, "%s", path);
            file->handles++;
            return FIRST_DESCRIPTOR + i;
        }
    errno = EMFILE;
    return -1;
}

static int answer(bool worked)
{
    return worked ? 0 : -1;
}

static int missing(int error)
{
    errno = error;
    return -1;
}

static int open_ours(const char *path, int flags)
{
    struct disk_file *file = disk_find(path);
    if (disk_has_stopped())
        return missing(EIO);
    if (!file && (flags & O_CREAT)) {
        file = disk_make(path, false);
        return file ? take_descriptor(file, path) : -1;
    }
    if (!file)
        return missing(ENOENT);
    if ((flags & O_TRUNC) && file->now.size > 0 && !disk_cut(file, path, 0))
        return -1;
    return take_descriptor(file, path);
}

int __wrap_open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0;
    va_end(list);
    return is_ours(path) ? open_ours(path, flags) : __real_open(path, flags, mode);
}

int __wrap_close(int number)
{
    struct descriptor *descriptor = ours(number);
    if (!descriptor)
        return __real_close(number);
    descriptor->file->handles--;
    descriptor->used = false;
    return 0;
}

ssize_t __wrap_write(int number, const void *bytes, size_t size)
{
    struct descriptor *descriptor = ours(number);
    if (!descriptor)
        return __real_write(number, bytes, size);
    size_t before = descriptor->file->now.size;
    if (disk_write(descriptor->file, descriptor->path, descriptor->at, bytes, size)) {
        descriptor->at += size;
        return (ssize_t)size;
    }
    size_t there = descriptor->file->now.size;
    size_t part = there > before && descriptor->at >= before ? there - descriptor->at : 0;
    descriptor->at += part;
    return part ? (ssize_t)part : -1;
}

ssize_t __wrap_read(int number, void *bytes, size_t size)
{
    struct descriptor *descriptor = ours(number);
    if (!descriptor)
        return __real_read(number, bytes, size);
    const struct disk_bytes *now = &descriptor->file->now;
    if (!disk_may(DISK_READ, descriptor->path, NULL))
        return -1;
    size_t left = descriptor->at < now->size ? now->size - descriptor->at : 0;
    size_t part = left < size ? left : size;
    memcpy(bytes, part ? now->bytes + descriptor->at : bytes, part);
    descriptor->at += part;
    return (ssize_t)part;
}

int __wrap_fsync(int number)
{
    const struct descriptor *descriptor = ours(number);
    if (!descriptor)
        return __real_fsync(number);
    return answer(descriptor->file->is_folder ? disk_sync_folder(descriptor->path)
                                              : disk_sync(descriptor->file, descriptor->path));
}

static void tell_status(const struct disk_file *file, struct stat *status)
{
    *status = (struct stat){.st_mode = file->is_folder ? S_IFDIR | 0700 : S_IFREG | 0600,
                            .st_size = (off_t)file->now.size};
}

int __wrap_fstat(int number, struct stat *status)
{
    const struct descriptor *descriptor = ours(number);
    if (!descriptor)
        return __real_fstat(number, status);
    tell_status(descriptor->file, status);
    return 0;
}

int __wrap_stat(const char *path, struct stat *status)
{
    const struct disk_file *file = is_ours(path) ? disk_find(path) : NULL;
    if (!is_ours(path))
        return __real_stat(path, status);
    if (!file)
        return missing(ENOENT);
    tell_status(file, status);
    return 0;
}

int __wrap_flock(int number, int operation)
{
    return ours(number) ? 0 : __real_flock(number, operation);
}

int __wrap_access(const char *path, int mode)
{
    if (!is_ours(path))
        return __real_access(path, mode);
    return disk_find(path) ? 0 : missing(ENOENT);
}

int __wrap_rename(const char *from, const char *to)
{
    return is_ours(from) ? answer(disk_rename(from, to)) : __real_rename(from, to);
}

int __wrap_unlink(const char *path)
{
    return is_ours(path) ? answer(disk_remove(path)) : __real_unlink(path);
}

int __wrap_unlinkat(int folder, const char *name, int flags)
{
    char path[2 * DISK_PATH];
    const struct descriptor *descriptor = ours(folder);
    if (!descriptor)
        return __real_unlinkat(folder, name, flags);
    snprintf(path, sizeof path, "%s/%s", descriptor->path, name);
    return answer(disk_remove(path));
}

int __wrap_mkdir(const char *path, mode_t mode)
{
    return is_ours(path) ? answer(disk_make(path, true) != NULL) : __real_mkdir(path, mode);
}

int __wrap_rmdir(const char *path)
{
    size_t at = 0;
    if (!is_ours(path))
        return __real_rmdir(path);
    return disk_name(path, &at) ? missing(ENOTEMPTY) : answer(disk_remove(path));
}

char *__wrap_mkdtemp(char *path)
{
    if (!is_ours(path))
        return __real_mkdtemp(path);
    for (char *at = path + strlen(path) - 6; *at; at++)
        *at = (char)('a' + (disk_draw() >> 33) % 26);
    return disk_make(path, true) ? path : NULL;
}

/* A listing is a descriptor whose place counts names. */
static struct descriptor *listed(DIR *listing)
{
    struct descriptor *descriptor = (struct descriptor *)(void *)listing;
    bool is_one = descriptor >= descriptors && descriptor < descriptors + MOST_DESCRIPTORS;
    return is_one ? descriptor : NULL;
}

DIR *__wrap_opendir(const char *path)
{
    if (!is_ours(path))
        return __real_opendir(path);
    int number = open_ours(path, O_RDONLY);
    return number < 0 ? NULL : (DIR *)(void *)ours(number);
}

struct dirent *__wrap_readdir(DIR *listing)
{
    struct descriptor *descriptor = listed(listing);
    if (!descriptor)
        return __real_readdir(listing);
    const char *name = disk_name(descriptor->path, &descriptor->at);
    if (!name)
        return NULL;
    snprintf(descriptor->entry.d_name, sizeof descriptor->entry.d_name, "%s", name);
    return &descriptor->entry;
}

int __wrap_closedir(DIR *listing)
{
    struct descriptor *descriptor = listed(listing);
    return descriptor ? __wrap_close((int)(descriptor - descriptors) + FIRST_DESCRIPTOR)
                      : __real_closedir(listing);
}

int __wrap_dirfd(DIR *listing)
{
    struct descriptor *descriptor = listed(listing);
    return descriptor ? (int)(descriptor - descriptors) + FIRST_DESCRIPTOR : __real_dirfd(listing);
}

/* Secrets cost as little as the library allows: how long one takes is not what is tested here. */
int __real_crypto_pwhash_str(char *out, const char *secret, unsigned long long length,
                             unsigned long long operations, size_t memory);
int __wrap_crypto_pwhash_str(char *out, const char *secret, unsigned long long length,
                             unsigned long long operations, size_t memory);

int __wrap_crypto_pwhash_str(char *out, const char *secret, unsigned long long length,
                             unsigned long long operations, size_t memory)
{
    (void)operations;
    (void)memory;
    return __real_crypto_pwhash_str(out, secret, length, crypto_pwhash_OPSLIMIT_MIN,
                                    crypto_pwhash_MEMLIMIT_MIN);
}

/* Time stands still, so that a seed always gives the same entries. */
int64_t __wrap_stopwatch_usec(void);

int64_t __wrap_stopwatch_usec(void)
{
    return 0;
}
