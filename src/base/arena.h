/* arena.h: where does memory come from, and when does it go? */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

#define PRINTF_LIKE(pattern, first) __attribute__((format(printf, pattern, first)))
#define MUST_USE __attribute__((warn_unused_result))

/* A region that may grow to limit bytes. Never NULL: no memory stops the program. */
struct arena *arena_open(size_t limit);

/* Runs what was deferred, newest first, then frees everything taken. NULL is allowed. */
void arena_close(struct arena *arena);

/* Zeroed memory that lives until arena_close. Never NULL: running past the limit stops the
 * program, because no request may need that much. */
void *arena_take(struct arena *arena, size_t size);

/* malloc for the engines and for libraries that do not notice when there is none: that stops the
 * program. */
void *arena_heap(size_t size);
char *arena_heap_copy(const char *text);

/* A copy of size bytes with a NUL behind them. */
char *arena_text(struct arena *arena, const char *bytes, size_t size);

/* A copy of a whole string; NULL stays NULL. */
char *arena_copy(struct arena *arena, const char *text);

char *arena_print(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
char *arena_print_list(struct arena *arena, const char *format, va_list list) PRINTF_LIKE(2, 0);

/* Calls release(thing) when the arena closes; for handles that are not memory. */
void arena_defer(struct arena *arena, void (*release)(void *thing), void *thing);

/* arena_rewind gives back what was taken since the mark, for loops over many rows, and runs what
 * was deferred since. */
struct deferred;
struct arena_mark {
    size_t taken;
    struct deferred *deferred;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

#endif
