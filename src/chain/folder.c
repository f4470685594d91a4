/* folder.c: small files are written whole or not at all. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "chain/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool folder_fault(struct fault *fault, const char *path, const char *what)
{
    return fail(fault, FAULT_STORAGE, "record",
                "%s cannot be %s (%s); check the folder and its "
                "rights.",
                path, what, strerror(errno));
}

static size_t without_slashes(const char *path, size_t length)
{
    while (length > 1 && path[length - 1] == '/')
        length--;
    return length;
}

/* The folder that holds the path: its sync makes a name in it durable. */
static bool sync_folder_of(const char *path)
{
    char folder[4096];
    size_t length = without_slashes(path, strlen(path));
    while (length > 0 && path[length - 1] != '/')
        length--;
    length = without_slashes(path, length);
    if (length >= sizeof folder)
        return false;
    memcpy(folder, length ? path : ".", length ? length : 1);
    folder[length ? length : 1] = '\0';
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool worked = descriptor >= 0 && fsync(descriptor) == 0;
    if (descriptor >= 0)
        close(descriptor);
    return worked;
}

/* A folder that was there may lie in one that is not ours to read. */
bool folder_make(struct fault *fault, const char *path)
{
    bool made = mkdir(path, 0700) == 0;
    if (!made && errno != EEXIST)
        return folder_fault(fault, path, "made");
    return sync_folder_of(path) || (!made && errno == EACCES) || folder_fault(fault, path, "made");
}

static bool write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

bool folder_write(struct arena *arena, struct fault *fault, const char *path, const char *bytes,
                  size_t size, bool secret)
{
    const char *draft = arena_print(arena, "%s.%d.draft", path, (int)getpid());
    int descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, secret ? 0600 : 0644);
    if (descriptor < 0)
        return folder_fault(fault, path, "written");
    bool worked = write_all(descriptor, bytes, size) && fsync(descriptor) == 0;
    worked = close(descriptor) == 0 && worked;
    if (worked && rename(draft, path) == 0 && sync_folder_of(path))
        return true;
    folder_fault(fault, path, "written");
    unlink(draft);
    return false;
}

bool folder_sync(struct fault *fault, const char *path)
{
    return sync_folder_of(path) || folder_fault(fault, path, "written");
}

bool folder_rename(struct fault *fault, const char *from, const char *to)
{
    return (rename(from, to) == 0 && sync_folder_of(to)) || folder_fault(fault, to, "written");
}

bool folder_read(struct arena *arena, struct fault *fault, const char *path, size_t most,
                 char **bytes, size_t *size)
{
    struct stat status;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    *size = 0;
    if (descriptor < 0 || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        folder_fault(fault, path, "read");
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    bool fits = (uint64_t)status.st_size <= most;
    *bytes = arena_take(arena, fits ? (size_t)status.st_size + 1 : 1);
    while (fits && *size < (size_t)status.st_size) {
        ssize_t got = read(descriptor, *bytes + *size, (size_t)status.st_size - *size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        *size += (size_t)got;
    }
    close(descriptor);
    if (!fits)
        return fail(fault, FAULT_TOO_LARGE, "file", "%s is larger than %zu bytes.", path, most);
    return *size == (size_t)status.st_size || folder_fault(fault, path, "read");
}

bool folder_add_file(struct text *out, struct fault *fault, const char *path, size_t most)
{
    char *bytes = NULL;
    size_t size = 0;
    const char *slash = strrchr(path, '/');
    if (!folder_read(out->arena, fault, path, most, &bytes, &size))
        return false;
    size_t room = sodium_base64_encoded_len(size, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = arena_take(out->arena, room);
    sodium_bin2base64(base64, room, (const unsigned char *)bytes, size,
                      sodium_base64_VARIANT_ORIGINAL);
    text_add(out, "{\"name\":");
    json_add_text(out, slash ? slash + 1 : path);
    text_add(out, ",\"base64\":\"");
    text_add(out, base64);
    text_add(out, "\"}");
    return true;
}

static bool ends_so(const char *name, const char *end)
{
    size_t length = strlen(name);
    return length > strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

static int compare_names(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

bool folder_list(struct arena *arena, struct fault *fault, const char *path, const char *end,
                 const char ***names, size_t *count)
{
    enum { MOST_FILES = 200 };
    DIR *folder = opendir(path);
    const struct dirent *entry = NULL;
    *count = 0;
    *names = arena_take(arena, MOST_FILES * sizeof **names);
    while (folder && *count < MOST_FILES && (entry = readdir(folder)))
        if (ends_so(entry->d_name, end))
            (*names)[(*count)++] = arena_copy(arena, entry->d_name);
    if (folder)
        closedir(folder);
    qsort(*names, *count, sizeof **names, compare_names);
    return *count > 0 ||
           fail(fault, FAULT_MISSING, "file", "There is no file *%s in %s.", end, path);
}
