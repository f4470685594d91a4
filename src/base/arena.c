/* arena.c: chunks in a list; the only place, with the engines, that calls malloc. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 1 << 16, LARGEST_CHUNK = 1 << 22, ALIGNMENT = 16, SMALL_PRINT = 256 };

struct chunk {
    struct chunk *older;
    size_t size; /* usable bytes */
    size_t used;
    size_t before; /* bytes taken in older chunks */
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

struct deferred {
    struct deferred *older;
    void (*release)(void *thing);
    void *thing;
};

struct arena {
    struct chunk *newest;
    struct deferred *deferred;
    size_t limit;
};

static void stop(const char *why)
{
    fprintf(stderr, "exoledger: %s\n", why);
    abort();
}

void *arena_heap(size_t size)
{
    void *memory = malloc(size);
    if (!memory)
        stop("out of memory");
    return memory;
}

char *arena_heap_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_heap(size), text, size);
}

struct arena *arena_open(size_t limit)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        stop("out of memory");
    arena->limit = limit;
    return arena;
}

void arena_close(struct arena *arena)
{
    if (!arena)
        return;
    for (struct deferred *deferred = arena->deferred; deferred; deferred = deferred->older)
        deferred->release(deferred->thing);
    while (arena->newest) {
        struct chunk *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    free(arena);
}

static size_t taken(const struct arena *arena)
{
    return arena->newest ? arena->newest->before + arena->newest->used : 0;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){taken(arena), arena->deferred};
}

static size_t larger(size_t one, size_t other)
{
    return one > other ? one : other;
}

/* Large work takes large chunks, which malloc maps by themselves and gives back at once (main.c);
 * from many small ones the heap of a thread stays as large as it ever was. */
static void arena_grow(struct arena *arena, size_t size)
{
    size_t before = taken(arena);
    size_t usual = before < LARGEST_CHUNK ? larger(before, CHUNK_BYTES) : LARGEST_CHUNK;
    size_t room = larger(size, usual);
    if (before + size > arena->limit)
        stop("a piece of work asked for more memory than any work may need");
    struct chunk *chunk = malloc(sizeof *chunk + room);
    if (!chunk)
        stop("out of memory");
    chunk->older = arena->newest;
    chunk->size = room;
    chunk->used = 0;
    chunk->before = before;
    arena->newest = chunk;
}

void *arena_take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        stop("a piece of work asked for more memory than any work may need");
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!arena->newest || arena->newest->size - arena->newest->used < rounded)
        arena_grow(arena, rounded);
    void *memory = arena->newest->bytes + arena->newest->used;
    arena->newest->used += rounded;
    memset(memory, 0, rounded);
    return memory;
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    for (; arena->deferred != mark.deferred; arena->deferred = arena->deferred->older)
        arena->deferred->release(arena->deferred->thing);
    while (arena->newest && arena->newest->before > mark.taken) {
        struct chunk *older = arena->newest->older;
        free(arena->newest);
        arena->newest = older;
    }
    if (arena->newest)
        arena->newest->used = mark.taken - arena->newest->before;
}

char *arena_text(struct arena *arena, const char *bytes, size_t size)
{
    char *text = arena_take(arena, size + 1);
    if (size)
        memcpy(text, bytes, size);
    return text;
}

char *arena_copy(struct arena *arena, const char *text)
{
    return text ? arena_text(arena, text, strlen(text)) : NULL;
}

char *arena_print_list(struct arena *arena, const char *format, va_list list)
{
    char small[SMALL_PRINT]; /* most texts fit, and need not be formatted twice */
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(small, sizeof small, format, again);
    va_end(again);
    if (length < 0)
        stop("a text could not be formatted");
    if ((size_t)length < sizeof small)
        return arena_text(arena, small, (size_t)length);
    char *text = arena_take(arena, (size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, list);
    return text;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *text = arena_print_list(arena, format, list);
    va_end(list);
    return text;
}

void arena_defer(struct arena *arena, void (*release)(void *thing), void *thing)
{
    struct deferred *deferred = arena_take(arena, sizeof *deferred);
    deferred->older = arena->deferred;
    deferred->release = release;
    deferred->thing = thing;
    arena->deferred = deferred;
}
