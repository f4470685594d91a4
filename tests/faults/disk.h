/* disk.h: a disk in memory that loses power: what every file holds, and what of it is durable. */
#ifndef FAULTS_DISK_H
#define FAULTS_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Every path below it lies on the disk, for SQLite (disk_vfs.c) and for libc (disk_calls.c). */
#define DISK_MOUNT "/disk-in-memory"

/* The calls that are counted and can fail. */
enum disk_call {
    DISK_OPEN, /* makes a file */
    DISK_WRITE,
    DISK_CUT,
    DISK_SYNC,
    DISK_SYNC_FOLDER,
    DISK_REMOVE,
    DISK_RENAME,
    DISK_MAKE, /* makes a folder */
    DISK_READ,
    DISK_CALLS,
};
enum {
    DISK_CHANGES = (1 << DISK_READ) - 1, /* everything but reads */
    DISK_SYNCS = 1 << DISK_SYNC | 1 << DISK_SYNC_FOLDER,
};

enum disk_trouble {
    TROUBLE_NONE,
    TROUBLE_STOP,  /* the machine or the process ends here: nothing more is done */
    TROUBLE_ERROR, /* the call fails with .error */
    TROUBLE_SHORT, /* a write writes a part, then fails with .error */
    TROUBLE_LIE,   /* a sync says that it worked and did nothing */
    TROUBLE_SLOW,  /* a sync takes .usec */
};

/* Trouble from the at-th call of these kinds on, for so many of them. */
struct disk_plan {
    enum disk_trouble trouble;
    unsigned kinds;     /* 1 << DISK_SYNC and so on */
    int64_t at;         /* counts from 1; 0 for never */
    int64_t times;      /* 0: for good */
    int error;          /* EIO, ENOSPC, ... */
    unsigned usec;      /* of TROUBLE_SLOW */
    const char *ending; /* only of files whose name ends so, or NULL for all */
    int64_t then_stop; /* so many changes after the first trouble the machine ends; 0: it goes on */
};

/* What a loss of power leaves of the changes that were not synced. */
enum disk_loss {
    LOSS_NONE,    /* kill -9: the system's cache goes on */
    LOSS_ALL,     /* all of them are gone */
    LOSS_SOME,    /* each sector and each name by lot, torn at 512 or 4096 bytes or whole writes */
    LOSS_FIRST,   /* older ones are gone, newer ones are there */
    LOSS_LAST,    /* the other way round */
    LOSS_NAMES,   /* contents are there; names made, changed and removed are not */
    LOSS_NOTHING, /* all of them reached the disk in time */
    LOSS_BYTES,   /* names are there; contents are not, and cut files have their old length */
    LOSS_COUNT,
};

/* The disk that the calls work on; one at a time. */
struct disk;
extern struct disk *disk;

struct disk *disk_new(uint64_t seed);
/* A disk of its own with what can be reached by a name. Nothing may be open on it. */
struct disk *disk_copy(const struct disk *from);
void disk_free(struct disk *old);

/* The plan that holds from here on; calls count anew. NULL for none. */
void disk_plan(const struct disk_plan *plan);
/* Calls of these kinds since then, and how many of all met trouble. */
int64_t disk_calls(unsigned kinds);
int64_t disk_troubled(void);
bool disk_has_stopped(void);

/* What a next process finds: the losses are drawn from the seed; trouble is over. */
void disk_restart(enum disk_loss loss, uint64_t seed);

/* Numbers that follow from the disk's seed, for salts and nonces. */
uint64_t disk_draw(void);

#endif
