/* disk_file.c: what do the bytes of one file become when power is lost? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "disk_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void *grown(void *old, size_t size)
{
    void *bytes = realloc(old, size);
    if (!bytes)
        abort();
    return bytes;
}

static void reserve(struct disk_bytes *to, size_t size)
{
    if (size <= to->room)
        return;
    size_t room = size + size / 2;
    to->bytes = grown(to->bytes, room);
    memset(to->bytes + to->room, 0, room - to->room);
    to->room = room;
}

void disk_bytes_put(struct disk_bytes *to, size_t offset, const void *bytes, size_t size)
{
    if (!size)
        return;
    reserve(to, offset + size);
    memcpy(to->bytes + offset, bytes, size);
    if (to->size < offset + size)
        to->size = offset + size;
}

/* What lies behind the end reads as zero once the file grows again. */
void disk_bytes_cut(struct disk_bytes *to, size_t size)
{
    reserve(to, size);
    if (size < to->size)
        memset(to->bytes + size, 0, to->size - size);
    to->size = size;
}

static struct disk_bytes copy_bytes(const struct disk_bytes *from)
{
    struct disk_bytes copy = {0};
    disk_bytes_put(&copy, 0, from->bytes, from->size);
    return copy;
}

static void note_change(struct disk_file *file, const struct disk_change *change)
{
    if (file->count == file->room) {
        file->room = file->room ? file->room * 2 : 16;
        file->changes = grown(file->changes, file->room * sizeof *file->changes);
    }
    struct disk_change *noted = &file->changes[file->count++];
    *noted = *change;
    if (change->bytes) {
        noted->bytes = grown(NULL, change->size ? change->size : 1);
        memcpy(noted->bytes, change->bytes, change->size);
    }
}

static void drop_changes(struct disk_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        free(file->changes[i].bytes);
    file->count = 0;
}

static void apply_whole(struct disk_file *file, const struct disk_change *change)
{
    if (change->bytes)
        disk_bytes_put(&file->stable, change->offset, change->bytes, change->size);
    else
        disk_bytes_cut(&file->stable, change->size);
}

static void apply_changes(struct disk_file *file)
{
    for (size_t i = 0; i < file->count; i++)
        apply_whole(file, &file->changes[i]);
    drop_changes(file);
}

bool disk_write(struct disk_file *file, const char *path, size_t offset, const void *bytes,
                size_t size)
{
    bool partly = false;
    bool may = disk_may(DISK_WRITE, path, &partly);
    size_t done = may ? size : partly ? size / 2 : 0;
    const struct disk_change change = {disk_count_change(), offset, done, (void *)(uintptr_t)bytes};
    if (done) {
        disk_bytes_put(&file->now, offset, bytes, done);
        note_change(file, &change);
    }
    return may;
}

bool disk_cut(struct disk_file *file, const char *path, size_t size)
{
    const struct disk_change change = {disk_count_change(), 0, size, NULL};
    if (!disk_may(DISK_CUT, path, NULL))
        return false;
    disk_bytes_cut(&file->now, size);
    note_change(file, &change);
    return true;
}

/* A sync that fails leaves pages clean that never reached the disk: a later sync that works does
 * not write them again. */
bool disk_sync(struct disk_file *file, const char *path)
{
    bool lies = false;
    if (disk_may_sync(DISK_SYNC, path, &lies)) {
        if (!lies)
            apply_changes(file);
        return true;
    }
    int error = errno;
    for (size_t i = 0; !disk_has_stopped() && i < file->count; i++)
        if (disk_draw() & 1)
            apply_whole(file, &file->changes[i]);
    if (!disk_has_stopped())
        drop_changes(file);
    errno = error;
    return false;
}

static uint64_t below(uint64_t *draws, uint64_t limit)
{
    *draws ^= *draws >> 12;
    *draws ^= *draws << 25;
    *draws ^= *draws >> 27;
    return (*draws * UINT64_C(2685821657736338717) >> 33) % limit;
}

/* Each sector by itself; a new length is one thing. */
static void apply_torn(struct disk_file *file, const struct disk_change *change,
                       const struct disk_lot *lot, uint64_t *draws)
{
    size_t sector = lot->sector;
    if (!sector || !change->bytes) {
        if (below(draws, 8) < lot->kept)
            apply_whole(file, change);
        return;
    }
    for (size_t at = 0; at < change->size;) {
        size_t next = (change->offset + at) / sector * sector + sector - change->offset;
        size_t end = next < change->size ? next : change->size;
        if (below(draws, 8) < lot->kept)
            disk_bytes_put(&file->stable, change->offset + at, change->bytes + at, end - at);
        at = end;
    }
}

struct disk_lot disk_lot(enum disk_loss loss, int64_t newest, uint64_t seed)
{
    static const size_t sectors[] = {0, 512, 4096};
    uint64_t draws = seed * 2 + 1;
    below(&draws, 8);
    struct disk_lot lot = {.loss = loss};
    lot.sector = sectors[below(&draws, 3)];
    lot.kept = 1 + below(&draws, 7);
    lot.border = newest - (int64_t)below(&draws, 24);
    lot.draws = draws;
    return lot;
}

bool disk_lot_keeps(struct disk_lot *lot, int64_t number, bool is_name)
{
    switch (lot->loss) {
    case LOSS_NONE:
    case LOSS_NOTHING:
        return true;
    case LOSS_SOME:
        return below(&lot->draws, 8) < lot->kept;
    case LOSS_FIRST:
        return number >= lot->border;
    case LOSS_LAST:
        return number < lot->border;
    case LOSS_NAMES:
        return !is_name;
    case LOSS_BYTES:
        return is_name;
    case LOSS_ALL:
    case LOSS_COUNT:
        break;
    }
    return false;
}

void disk_settle(struct disk_file *file, struct disk_lot *lot)
{
    for (size_t i = 0; i < file->count; i++)
        if (lot->loss == LOSS_SOME)
            apply_torn(file, &file->changes[i], lot, &lot->draws);
        else if (disk_lot_keeps(lot, file->changes[i].number, false))
            apply_whole(file, &file->changes[i]);
    drop_changes(file);
    free(file->now.bytes);
    file->now = copy_bytes(&file->stable);
}

struct disk_file *disk_file_copy(const struct disk_file *from)
{
    struct disk_file *copy = calloc(1, sizeof *copy);
    if (!copy)
        abort();
    copy->is_folder = from->is_folder;
    copy->now = copy_bytes(&from->now);
    copy->stable = copy_bytes(&from->stable);
    for (size_t i = 0; i < from->count; i++)
        note_change(copy, &from->changes[i]);
    return copy;
}

void disk_file_forget_locks(struct disk_file *file)
{
    for (size_t i = 0; i < DISK_REGIONS; i++)
        free(file->regions[i]);
    const struct disk_file unlocked = {.is_folder = file->is_folder,
                                       .now = file->now,
                                       .stable = file->stable,
                                       .changes = file->changes,
                                       .count = file->count,
                                       .room = file->room};
    *file = unlocked;
}

void disk_file_free(struct disk_file *file)
{
    disk_file_forget_locks(file);
    drop_changes(file);
    free(file->changes);
    free(file->now.bytes);
    free(file->stable.bytes);
    free(file);
}
