/* body.c: memory for the small ones, unlinked files for the rest. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "web/body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FIRST_BYTES = 4 << 10, SMALL_BYTES = 64 << 10 };

static void close_file(void *thing)
{
    close(*(const int *)thing);
}

bool body_file(struct arena *arena, struct fault *fault, const char *folder, int *file)
{
    int *kept = arena_take(arena, sizeof *kept);
    char *path = arena_print(arena, "%s/waiting-XXXXXX", folder);
    *kept = mkostemp(path, O_CLOEXEC);
    if (*kept < 0)
        return fail(fault, FAULT_STORAGE, "",
                    "A temporary file cannot be made in the folder of "
                    "the record (%s); check its rights and room.",
                    strerror(errno));
    unlink(path);
    arena_defer(arena, close_file, kept);
    *file = *kept;
    return true;
}

struct body body_open(struct arena *arena, const char *folder)
{
    return (struct body){.arena = arena, .folder = folder, .file = -1};
}

bool body_is_large(const struct body *body)
{
    return body->file >= 0;
}

static bool write_file(struct body *body, struct fault *fault, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(body->file, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return fail(fault, FAULT_STORAGE, "",
                        "The request cannot be kept while it arrives "
                        "(%s); the disk may be full.",
                        strerror(errno));
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

static void keep_small(struct body *body, const char *bytes, size_t size)
{
    if (body->size + size > body->room) {
        body->room = body->room ? SMALL_BYTES : FIRST_BYTES;
        if (body->room < body->size + size)
            body->room = SMALL_BYTES;
        char *moved = arena_take(body->arena, body->room);
        if (body->size)
            memcpy(moved, body->bytes, body->size);
        body->bytes = moved;
    }
    memcpy(body->bytes + body->size, bytes, size);
    body->size += size;
}

bool body_add(struct body *body, struct fault *fault, const char *bytes, size_t size)
{
    if (!body_is_large(body) && body->size + size <= SMALL_BYTES) {
        keep_small(body, bytes, size);
        return true;
    }
    if (!body_is_large(body) && (!body_file(body->arena, fault, body->folder, &body->file) ||
                                 !write_file(body, fault, body->bytes, body->size)))
        return false;
    body->size += size;
    return write_file(body, fault, bytes, size);
}

struct mapping {
    void *start;
    size_t size;
};

static void unmap(void *thing)
{
    const struct mapping *mapping = thing;
    munmap(mapping->start, mapping->size);
}

bool body_read(struct body *body, struct fault *fault, const char **bytes)
{
    *bytes = body->bytes ? body->bytes : "";
    if (!body_is_large(body))
        return true;
    struct mapping *mapping = arena_take(body->arena, sizeof *mapping);
    *mapping =
        (struct mapping){mmap(NULL, body->size, PROT_READ, MAP_PRIVATE, body->file, 0), body->size};
    if (mapping->start == MAP_FAILED)
        return fail(fault, FAULT_STORAGE, "",
                    "The request is too large for the memory that is "
                    "left; try again.");
    arena_defer(body->arena, unmap, mapping);
    *bytes = mapping->start;
    return true;
}
