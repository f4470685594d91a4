/* preload.h: is this call the one that is struck, and how? */
#ifndef FAULTS_PRELOAD_H
#define FAULTS_PRELOAD_H

#include <stdbool.h>
#include <stdint.h>

enum call {
    CALL_READ,
    CALL_PREAD,
    CALL_WRITE,
    CALL_PWRITE,
    CALL_FSYNC,
    CALL_FDATASYNC,
    CALL_TRUNCATE,
    CALL_OPEN,
    CALL_CLOSE,
    CALL_RENAME,
    CALL_UNLINK,
    CALL_MKDIR,
    CALL_ACCESS,
    CALL_MMAP,
    CALL_LOCK,
    CALL_MALLOC,
    CALLS,
};

enum fate {
    FATE_PASS,
    FATE_BREAK,   /* it fails, with errno set */
    FATE_SHORTEN, /* it moves half of the bytes */
    FATE_LAST,    /* it is done, and the process dies behind it */
};

enum fate preload_path(enum call call, const char *path);
enum fate preload_file(enum call call, int file);
enum fate preload_memory(void);
void preload_die(void);
void preload_begin(void); /* from here on calls count */

const char *preload_setting(const char *name);
uint64_t preload_draw(uint64_t *state);

#endif
