/* disk_file.h: what the disk's two doors share: files, names, and changes on their way. */
#ifndef FAULTS_DISK_FILE_H
#define FAULTS_DISK_FILE_H

#include "disk.h"

enum { DISK_LOCKS = 8, DISK_PATH = 160, DISK_REGIONS = 64 };

struct disk_bytes {
    unsigned char *bytes;
    size_t size;
    size_t room;
};

/* Not yet durable: bytes written at an offset, or NULL for a new length. */
struct disk_change {
    int64_t number; /* over all files and names, in the order of time */
    size_t offset;
    size_t size;
    unsigned char *bytes;
};

struct disk_file {
    bool is_folder;
    struct disk_bytes now;    /* what a reader sees */
    struct disk_bytes stable; /* what a loss of power cannot take */
    struct disk_change *changes;
    size_t count;
    size_t room;
    int handles;
    /* Locks of SQLite: of the file, and of the index of the log, with its memory. */
    int shared;
    bool reserved;
    bool pending;
    bool exclusive;
    int mappers;
    int index_shared[DISK_LOCKS];
    bool index_exclusive[DISK_LOCKS];
    void *regions[DISK_REGIONS];
};

/* Whether a call may go on. Counts it; false: errno says why not. *partly: half of it is done. */
bool disk_may(enum disk_call call, const char *path, bool *partly);
/* The same for syncs; *lies: nothing becomes durable. */
bool disk_may_sync(enum disk_call call, const char *path, bool *lies);
/* The number of the next change. */
int64_t disk_count_change(void);

struct disk_file *disk_find(const char *path);
/* NULL with errno where it cannot be made. */
struct disk_file *disk_make(const char *path, bool is_folder);
bool disk_remove(const char *path);
bool disk_rename(const char *from, const char *to);
/* The next name in a folder, without the folder; NULL behind the last. *at begins with 0. */
const char *disk_name(const char *folder, size_t *at);

bool disk_write(struct disk_file *file, const char *path, size_t offset, const void *bytes,
                size_t size);
bool disk_cut(struct disk_file *file, const char *path, size_t size);
bool disk_sync(struct disk_file *file, const char *path);
bool disk_sync_folder(const char *path);
/* The folder that the path lies in. */
bool disk_sync_folder_of(const char *path);

/* What a loss of power is drawn from. */
struct disk_lot {
    enum disk_loss loss;
    size_t sector;  /* bytes that are there or not as a whole; 0 for a whole write */
    uint64_t kept;  /* of eight */
    int64_t border; /* number between older and newer changes */
    uint64_t draws;
};
struct disk_lot disk_lot(enum disk_loss loss, int64_t newest, uint64_t seed);
bool disk_lot_keeps(struct disk_lot *lot, int64_t number, bool is_name);
void disk_settle(struct disk_file *file, struct disk_lot *lot);

void disk_file_forget_locks(struct disk_file *file);
struct disk_file *disk_file_copy(const struct disk_file *from);
void disk_file_free(struct disk_file *file);
void disk_bytes_put(struct disk_bytes *to, size_t offset, const void *bytes, size_t size);
void disk_bytes_cut(struct disk_bytes *to, size_t size);

#endif
