/* disk.c: which names does the disk hold, which call meets trouble, and what outlives it? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "disk_file.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_NAMES = 256, MOST_FILES = 4096, MOST_RENAMINGS = 1024 };

struct name {
    char path[DISK_PATH];
    struct disk_file *now;
    struct disk_file *stable;
};

/* A change of one or two names that becomes durable as a whole, with the folder's next sync. */
struct renaming {
    int64_t number;
    char folder[DISK_PATH];
    size_t names[2];
    struct disk_file *files[2];
    size_t count;
};

struct disk {
    struct name names[MOST_NAMES];
    size_t name_count;
    struct disk_file *files[MOST_FILES]; /* all that were made, also those without a name */
    size_t file_count;
    struct renaming renamings[MOST_RENAMINGS];
    size_t renaming_count;
    int64_t changes;
    uint64_t draws;
    struct disk_plan plan;
    int64_t calls;
    int64_t counts[DISK_CALLS];
    int64_t troubled;
    int64_t since; /* changes after the first trouble */
    bool stopped;
};

struct disk *disk;

uint64_t disk_draw(void)
{
    disk->draws ^= disk->draws >> 12;
    disk->draws ^= disk->draws << 25;
    disk->draws ^= disk->draws >> 27;
    return disk->draws * UINT64_C(2685821657736338717);
}

/* ---- calls that are counted ---- */

void disk_plan(const struct disk_plan *plan)
{
    disk->plan = plan ? *plan : (struct disk_plan){.kinds = DISK_CHANGES};
    disk->calls = 0;
    disk->troubled = 0;
    disk->since = 0;
    memset(disk->counts, 0, sizeof disk->counts);
}

int64_t disk_calls(unsigned kinds)
{
    int64_t calls = 0;
    for (size_t i = 0; i < DISK_CALLS; i++)
        calls += kinds >> i & 1 ? disk->counts[i] : 0;
    return calls;
}

int64_t disk_troubled(void)
{
    return disk->troubled;
}

bool disk_has_stopped(void)
{
    return disk->stopped;
}

int64_t disk_count_change(void)
{
    return ++disk->changes;
}

static bool ends_so(const char *path, const char *ending)
{
    size_t length = strlen(path);
    size_t end = ending ? strlen(ending) : 0;
    return length >= end && (!end || strcmp(path + length - end, ending) == 0);
}

static bool ends_later(enum disk_call call)
{
    if (disk->troubled && DISK_CHANGES >> call & 1)
        disk->since++;
    return disk->plan.then_stop && disk->since >= disk->plan.then_stop;
}

static enum disk_trouble meet(enum disk_call call, const char *path)
{
    const struct disk_plan *plan = &disk->plan;
    if (ends_later(call))
        disk->stopped = true;
    if (disk->stopped)
        return TROUBLE_STOP;
    disk->counts[call]++;
    if (!(plan->kinds >> call & 1) || !ends_so(path, plan->ending))
        return TROUBLE_NONE;
    disk->calls++;
    if (!plan->at || disk->calls < plan->at ||
        (plan->times && disk->calls >= plan->at + plan->times))
        return TROUBLE_NONE;
    disk->troubled++;
    disk->stopped = plan->trouble == TROUBLE_STOP;
    return plan->trouble;
}

bool disk_may(enum disk_call call, const char *path, bool *partly)
{
    enum disk_trouble trouble = meet(call, path);
    if (trouble == TROUBLE_NONE || trouble == TROUBLE_LIE || trouble == TROUBLE_SLOW)
        return true;
    if (partly)
        *partly = trouble == TROUBLE_SHORT;
    errno = trouble == TROUBLE_STOP ? EIO : disk->plan.error;
    return false;
}

bool disk_may_sync(enum disk_call call, const char *path, bool *lies)
{
    enum disk_trouble trouble = meet(call, path);
    *lies = trouble == TROUBLE_LIE;
    if (trouble == TROUBLE_SLOW)
        usleep(disk->plan.usec);
    if (trouble == TROUBLE_NONE || trouble == TROUBLE_LIE || trouble == TROUBLE_SLOW)
        return true;
    errno = trouble == TROUBLE_STOP ? EIO : disk->plan.error;
    return false;
}

/* ---- names ---- */

static void folder_of(const char *path, char folder[DISK_PATH])
{
    const char *slash = strrchr(path, '/');
    size_t length = slash ? (size_t)(slash - path) : 0;
    memcpy(folder, path, length);
    folder[length] = '\0';
}

static struct name *look_up(const char *path)
{
    for (size_t i = 0; i < disk->name_count; i++)
        if (strcmp(disk->names[i].path, path) == 0)
            return &disk->names[i];
    return NULL;
}

static size_t index_of(const char *path)
{
    const struct name *known = look_up(path);
    if (known)
        return (size_t)(known - disk->names);
    assert(disk->name_count < MOST_NAMES && strlen(path) < DISK_PATH);
    struct name *name = &disk->names[disk->name_count];
    *name = (struct name){.now = NULL};
    strcpy(name->path, path);
    return disk->name_count++;
}

struct disk_file *disk_find(const char *path)
{
    const struct name *name = look_up(path);
    return name ? name->now : NULL;
}

static void note_renaming(const char *path, struct renaming renaming)
{
    assert(disk->renaming_count < MOST_RENAMINGS);
    renaming.number = disk_count_change();
    folder_of(path, renaming.folder);
    for (size_t i = 0; i < renaming.count; i++)
        disk->names[renaming.names[i]].now = renaming.files[i];
    disk->renamings[disk->renaming_count++] = renaming;
}

static struct disk_file *new_file(bool is_folder)
{
    struct disk_file *file = calloc(1, sizeof *file);
    if (!file || disk->file_count == MOST_FILES)
        abort();
    file->is_folder = is_folder;
    return disk->files[disk->file_count++] = file;
}

struct disk_file *disk_make(const char *path, bool is_folder)
{
    char folder[DISK_PATH];
    folder_of(path, folder);
    size_t index = index_of(path);
    const struct disk_file *parent = disk_find(folder);
    if (disk->names[index].now || !parent || !parent->is_folder) {
        errno = disk->names[index].now ? EEXIST : ENOENT;
        return NULL;
    }
    if (!disk_may(is_folder ? DISK_MAKE : DISK_OPEN, path, NULL))
        return NULL;
    struct disk_file *file = new_file(is_folder);
    note_renaming(path, (struct renaming){.names = {index}, .files = {file}, .count = 1});
    return file;
}

bool disk_remove(const char *path)
{
    if (!disk_find(path)) {
        errno = ENOENT;
        return false;
    }
    if (!disk_may(DISK_REMOVE, path, NULL))
        return false;
    note_renaming(path, (struct renaming){.names = {index_of(path)}, .count = 1});
    return true;
}

bool disk_rename(const char *from, const char *to)
{
    struct disk_file *file = disk_find(from);
    if (!file) {
        errno = ENOENT;
        return false;
    }
    if (!disk_may(DISK_RENAME, to, NULL))
        return false;
    note_renaming(to, (struct renaming){.names = {index_of(from), index_of(to)},
                                        .files = {NULL, file},
                                        .count = 2});
    return true;
}

const char *disk_name(const char *folder, size_t *at)
{
    size_t length = strlen(folder);
    while (*at < disk->name_count) {
        const struct name *name = &disk->names[(*at)++];
        if (name->now && strncmp(name->path, folder, length) == 0 && name->path[length] == '/' &&
            !strchr(name->path + length + 1, '/'))
            return name->path + length + 1;
    }
    return NULL;
}

static void apply_renaming(const struct renaming *renaming)
{
    for (size_t i = 0; i < renaming->count; i++)
        disk->names[renaming->names[i]].stable = renaming->files[i];
}

bool disk_sync_folder(const char *path)
{
    bool lies = false;
    size_t left = 0;
    if (!disk_may_sync(DISK_SYNC_FOLDER, path, &lies))
        return false;
    for (size_t i = 0; !lies && i < disk->renaming_count; i++) {
        if (strcmp(disk->renamings[i].folder, path) == 0)
            apply_renaming(&disk->renamings[i]);
        else
            disk->renamings[left++] = disk->renamings[i];
    }
    disk->renaming_count = lies ? disk->renaming_count : left;
    return true;
}

bool disk_sync_folder_of(const char *path)
{
    char folder[DISK_PATH];
    folder_of(path, folder);
    return disk_sync_folder(folder);
}

/* ---- the whole disk ---- */

struct disk *disk_new(uint64_t seed)
{
    struct disk *kept = disk;
    struct disk *made = calloc(1, sizeof *made);
    if (!made)
        abort();
    disk = made;
    disk->draws = seed * 2 + 1;
    disk_plan(NULL);
    struct name *mount = &disk->names[index_of(DISK_MOUNT)];
    mount->now = mount->stable = new_file(true);
    disk = kept;
    return made;
}

static size_t place_of(const struct disk *in, const struct disk_file *file)
{
    size_t i = 0;
    while (i < in->file_count && in->files[i] != file)
        i++;
    return i;
}

static bool is_reachable(const struct disk *in, const struct disk_file *file)
{
    for (size_t i = 0; i < in->name_count; i++)
        if (in->names[i].now == file || in->names[i].stable == file)
            return true;
    for (size_t i = 0; i < in->renaming_count; i++)
        if (in->renamings[i].files[0] == file || in->renamings[i].files[1] == file)
            return true;
    return false;
}

static struct disk_file *twin(const struct disk *from, const struct disk *to,
                              const struct disk_file *file)
{
    return file ? to->files[place_of(from, file)] : NULL;
}

struct disk *disk_copy(const struct disk *from)
{
    struct disk *copy = malloc(sizeof *copy);
    if (!copy)
        abort();
    *copy = *from;
    for (size_t i = 0; i < copy->file_count; i++) {
        assert(!from->files[i]->handles);
        copy->files[i] = is_reachable(from, from->files[i]) ? disk_file_copy(from->files[i]) : NULL;
    }
    for (size_t i = 0; i < copy->name_count; i++) {
        copy->names[i].now = twin(from, copy, from->names[i].now);
        copy->names[i].stable = twin(from, copy, from->names[i].stable);
    }
    for (size_t i = 0; i < copy->renaming_count; i++)
        for (size_t j = 0; j < 2; j++)
            copy->renamings[i].files[j] = twin(from, copy, from->renamings[i].files[j]);
    size_t kept = 0;
    for (size_t i = 0; i < copy->file_count; i++)
        if (copy->files[i])
            copy->files[kept++] = copy->files[i];
    copy->file_count = kept;
    return copy;
}

void disk_free(struct disk *old)
{
    for (size_t i = 0; old && i < old->file_count; i++)
        disk_file_free(old->files[i]);
    free(old);
}

/* What lies in a folder that is gone cannot be found either. */
static void drop_orphans(void)
{
    char folder[DISK_PATH];
    bool again = true;
    while (again) {
        again = false;
        for (size_t i = 0; i < disk->name_count; i++) {
            struct name *name = &disk->names[i];
            folder_of(name->path, folder);
            if (!name->now || strcmp(name->path, DISK_MOUNT) == 0 || disk_find(folder))
                continue;
            name->now = name->stable = NULL;
            again = true;
        }
    }
}

void disk_restart(enum disk_loss loss, uint64_t seed)
{
    struct disk_lot lot = disk_lot(loss, disk->changes, seed);
    disk->stopped = false;
    disk_plan(NULL);
    for (size_t i = 0; i < disk->file_count; i++) {
        assert(!disk->files[i]->handles);
        disk_file_forget_locks(disk->files[i]);
        if (loss != LOSS_NONE)
            disk_settle(disk->files[i], &lot);
    }
    if (loss == LOSS_NONE)
        return;
    for (size_t i = 0; i < disk->renaming_count; i++)
        if (disk_lot_keeps(&lot, disk->renamings[i].number, true))
            apply_renaming(&disk->renamings[i]);
    disk->renaming_count = 0;
    for (size_t i = 0; i < disk->name_count; i++)
        disk->names[i].now = disk->names[i].stable;
    drop_orphans();
}
