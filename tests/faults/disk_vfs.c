/* disk_vfs.c: SQLite's door to the disk, which syncs folders where its own for Unix does. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "disk_vfs.h"

#include "disk_file.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { REGION_LOCKS = DISK_LOCKS };

struct handle {
    sqlite3_file base;
    struct disk_file *file;
    char path[DISK_PATH];
    bool has_path;
    bool removes;    /* when it is closed */
    bool folder_due; /* a log that was made: its folder is synced with its first sync */
    int level;       /* of the lock */
    bool maps;
    unsigned shared; /* locks of the index that this handle holds */
    unsigned exclusive;
};

static int close_file(sqlite3_file *base);
static int read_file(sqlite3_file *base, void *to, int size, sqlite3_int64 offset);
static int write_file(sqlite3_file *base, const void *from, int size, sqlite3_int64 offset);
static int cut_file(sqlite3_file *base, sqlite3_int64 size);
static int sync_file(sqlite3_file *base, int flags);
static int size_file(sqlite3_file *base, sqlite3_int64 *size);
static int lock_file(sqlite3_file *base, int level);
static int unlock_file(sqlite3_file *base, int level);
static int check_reserved(sqlite3_file *base, int *held);
static int control_file(sqlite3_file *base, int operation, void *argument);
static int sector_size(sqlite3_file *base);
static int characteristics(sqlite3_file *base);
static int map_index(sqlite3_file *base, int region, int size, int extend, void volatile **address);
static int lock_index(sqlite3_file *base, int first, int count, int flags);
static void index_barrier(sqlite3_file *base);
static int unmap_index(sqlite3_file *base, int removes);

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = cut_file,
    .xSync = sync_file,
    .xFileSize = size_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_index,
    .xShmLock = lock_index,
    .xShmBarrier = index_barrier,
    .xShmUnmap = unmap_index,
};

static int full_or(int code)
{
    return errno == ENOSPC || errno == EDQUOT ? SQLITE_FULL : code;
}

/* ---- one file ---- */

static int close_file(sqlite3_file *base)
{
    struct handle *handle = (struct handle *)base;
    unlock_file(base, SQLITE_LOCK_NONE);
    if (handle->maps)
        unmap_index(base, 0);
    handle->file->handles--;
    if (handle->removes && handle->has_path && disk_find(handle->path) == handle->file)
        (void)disk_remove(handle->path);
    return SQLITE_OK;
}

static int read_file(sqlite3_file *base, void *to, int size, sqlite3_int64 offset)
{
    const struct handle *handle = (struct handle *)base;
    const struct disk_bytes *now = &handle->file->now;
    size_t from = (size_t)offset;
    size_t there = from < now->size ? now->size - from : 0;
    if (!disk_may(DISK_READ, handle->path, NULL))
        return SQLITE_IOERR_READ;
    there = there < (size_t)size ? there : (size_t)size;
    memcpy(to, there ? now->bytes + from : to, there);
    memset((char *)to + there, 0, (size_t)size - there);
    return there == (size_t)size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int write_file(sqlite3_file *base, const void *from, int size, sqlite3_int64 offset)
{
    struct handle *handle = (struct handle *)base;
    return disk_write(handle->file, handle->path, (size_t)offset, from, (size_t)size)
               ? SQLITE_OK
               : full_or(SQLITE_IOERR_WRITE);
}

static int cut_file(sqlite3_file *base, sqlite3_int64 size)
{
    struct handle *handle = (struct handle *)base;
    return disk_cut(handle->file, handle->path, (size_t)size) ? SQLITE_OK : SQLITE_IOERR_TRUNCATE;
}

/* As in SQLite's own: whether the folder's sync worked is not asked. */
static int sync_file(sqlite3_file *base, int flags)
{
    struct handle *handle = (struct handle *)base;
    (void)flags;
    if (!disk_sync(handle->file, handle->path))
        return SQLITE_IOERR_FSYNC;
    if (handle->folder_due) {
        (void)disk_sync_folder_of(handle->path);
        handle->folder_due = false;
    }
    return SQLITE_OK;
}

static int size_file(sqlite3_file *base, sqlite3_int64 *size)
{
    *size = (sqlite3_int64)((struct handle *)base)->file->now.size;
    return SQLITE_OK;
}

static int lock_file(sqlite3_file *base, int level)
{
    struct handle *handle = (struct handle *)base;
    struct disk_file *file = handle->file;
    if (handle->level >= level)
        return SQLITE_OK;
    if (handle->level == SQLITE_LOCK_NONE) {
        if (file->pending || file->exclusive)
            return SQLITE_BUSY;
        file->shared++;
        handle->level = SQLITE_LOCK_SHARED;
    }
    if (level >= SQLITE_LOCK_RESERVED && handle->level < SQLITE_LOCK_RESERVED) {
        if (file->reserved)
            return SQLITE_BUSY;
        file->reserved = true;
        handle->level = SQLITE_LOCK_RESERVED;
    }
    if (level == SQLITE_LOCK_EXCLUSIVE) {
        file->pending = true;
        handle->level = SQLITE_LOCK_PENDING;
        if (file->shared > 1)
            return SQLITE_BUSY;
        file->exclusive = true;
        handle->level = SQLITE_LOCK_EXCLUSIVE;
    }
    return SQLITE_OK;
}

static int unlock_file(sqlite3_file *base, int level)
{
    struct handle *handle = (struct handle *)base;
    struct disk_file *file = handle->file;
    if (handle->level <= level)
        return SQLITE_OK;
    if (handle->level >= SQLITE_LOCK_RESERVED)
        file->reserved = false;
    if (handle->level >= SQLITE_LOCK_PENDING)
        file->pending = false;
    if (handle->level >= SQLITE_LOCK_EXCLUSIVE)
        file->exclusive = false;
    if (level == SQLITE_LOCK_NONE)
        file->shared--;
    handle->level = level;
    return SQLITE_OK;
}

static int check_reserved(sqlite3_file *base, int *held)
{
    *held = ((struct handle *)base)->file->reserved;
    return SQLITE_OK;
}

static int control_file(sqlite3_file *base, int operation, void *argument)
{
    (void)base;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *base)
{
    (void)base;
    return 4096;
}

/* What SQLite supposes of every disk below Unix: a torn write harms nothing beside it. */
static int characteristics(sqlite3_file *base)
{
    (void)base;
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

/* ---- the index of the log, which is memory that connections share ---- */

static int map_index(sqlite3_file *base, int region, int size, int extend, void volatile **address)
{
    struct handle *handle = (struct handle *)base;
    struct disk_file *file = handle->file;
    *address = NULL;
    if (!handle->maps) {
        handle->maps = true;
        file->mappers++;
    }
    if (region >= DISK_REGIONS || disk_has_stopped())
        return SQLITE_IOERR_SHMMAP;
    if (!file->regions[region] && extend) {
        file->regions[region] = calloc(1, (size_t)size);
        if (!file->regions[region])
            return SQLITE_NOMEM;
    }
    *address = file->regions[region];
    return SQLITE_OK;
}

static int take_index(struct handle *handle, int first, int end, bool exclusive)
{
    struct disk_file *file = handle->file;
    for (int i = first; i < end; i++) {
        unsigned mine = 1U << i;
        bool others_share = file->index_shared[i] > ((handle->shared & mine) ? 1 : 0);
        bool other_excludes = file->index_exclusive[i] && !(handle->exclusive & mine);
        if (other_excludes || (exclusive && others_share))
            return SQLITE_BUSY;
    }
    for (int i = first; i < end; i++) {
        unsigned mine = 1U << i;
        if (exclusive) {
            file->index_exclusive[i] = true;
            handle->exclusive |= mine;
        } else if (!(handle->shared & mine)) {
            file->index_shared[i]++;
            handle->shared |= mine;
        }
    }
    return SQLITE_OK;
}

static void give_index(struct handle *handle, int first, int end)
{
    struct disk_file *file = handle->file;
    for (int i = first; i < end; i++) {
        unsigned mine = 1U << i;
        if (handle->exclusive & mine)
            file->index_exclusive[i] = false;
        if (handle->shared & mine)
            file->index_shared[i]--;
        handle->exclusive &= ~mine;
        handle->shared &= ~mine;
    }
}

static int lock_index(sqlite3_file *base, int first, int count, int flags)
{
    struct handle *handle = (struct handle *)base;
    if (flags & SQLITE_SHM_LOCK)
        return take_index(handle, first, first + count, flags & SQLITE_SHM_EXCLUSIVE);
    give_index(handle, first, first + count);
    return SQLITE_OK;
}

static void index_barrier(sqlite3_file *base)
{
    (void)base;
}

/* With its last user the index is gone; the next one makes it anew from the log. */
static int unmap_index(sqlite3_file *base, int removes)
{
    struct handle *handle = (struct handle *)base;
    struct disk_file *file = handle->file;
    (void)removes;
    if (!handle->maps)
        return SQLITE_OK;
    give_index(handle, 0, REGION_LOCKS);
    handle->maps = false;
    if (--file->mappers == 0)
        for (size_t i = 0; i < DISK_REGIONS; i++) {
            free(file->regions[i]);
            file->regions[i] = NULL;
        }
    return SQLITE_OK;
}

/* ---- the disk as a whole ---- */

static int open_file(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *given)
{
    enum { LOGS = SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL };
    struct handle *handle = (struct handle *)base;
    (void)vfs;
    *handle = (struct handle){.has_path = path != NULL};
    if (!path || strlen(path) >= sizeof handle->path)
        return SQLITE_CANTOPEN;
    memcpy(handle->path, path, strlen(path) + 1);
    handle->file = disk_has_stopped() ? NULL : disk_find(path);
    if (!handle->file && (flags & SQLITE_OPEN_CREATE)) {
        handle->file = disk_make(path, false);
        handle->folder_due = (flags & LOGS) != 0;
    }
    if (!handle->file)
        return SQLITE_CANTOPEN;
    handle->file->handles++;
    handle->removes = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    handle->base.pMethods = &methods;
    if (given)
        *given = flags;
    return SQLITE_OK;
}

static int remove_file(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
    (void)vfs;
    if (!disk_remove(path))
        return errno == ENOENT ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    return !sync_folder || disk_sync_folder_of(path) ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

/* A file without bytes counts as none, as in SQLite's own. */
static int access_file(sqlite3_vfs *vfs, const char *path, int flags, int *there)
{
    const struct disk_file *file = disk_find(path);
    (void)vfs;
    *there = file && (flags != SQLITE_ACCESS_EXISTS || file->now.size > 0);
    return SQLITE_OK;
}

static int full_name(sqlite3_vfs *vfs, const char *path, int room, char *to)
{
    (void)vfs;
    if (strlen(path) >= (size_t)room)
        return SQLITE_CANTOPEN;
    memcpy(to, path, strlen(path) + 1);
    return SQLITE_OK;
}

static int draw_bytes(sqlite3_vfs *vfs, int size, char *to)
{
    (void)vfs;
    for (int i = 0; i < size; i++)
        to[i] = (char)(disk_draw() >> 40);
    return size;
}

static int pause_for(sqlite3_vfs *vfs, int usec)
{
    (void)vfs;
    return usec;
}

static int tell_time(sqlite3_vfs *vfs, sqlite3_int64 *julian_msec)
{
    (void)vfs;
    *julian_msec = INT64_C(212600000000000);
    return SQLITE_OK;
}

static int last_error(sqlite3_vfs *vfs, int room, char *to)
{
    (void)vfs;
    (void)room;
    (void)to;
    return errno;
}

void disk_register(void)
{
    static sqlite3_vfs vfs = {
        .iVersion = 2,
        .szOsFile = sizeof(struct handle),
        .mxPathname = DISK_PATH,
        .zName = "disk-in-memory",
        .xOpen = open_file,
        .xDelete = remove_file,
        .xAccess = access_file,
        .xFullPathname = full_name,
        .xRandomness = draw_bytes,
        .xSleep = pause_for,
        .xGetLastError = last_error,
        .xCurrentTimeInt64 = tell_time,
    };
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
        abort();
}
