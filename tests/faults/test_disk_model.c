/* test_disk_model.c: does the disk in memory lose what a disk may lose, and nothing else? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "disk.h"
#include "disk_vfs.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

static int open_disk(void **state)
{
    *state = disk = disk_new(1);
    return 0;
}

static int close_disk(void **state)
{
    (void)state;
    disk_free(disk);
    disk = NULL;
    return 0;
}

static const char draft[] = DISK_MOUNT "/draft";
static const char final[] = DISK_MOUNT "/final";

static void put(const char *path, const char *text, bool synced)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    if (synced)
        assert_int_equal(fsync(file), 0);
    assert_int_equal(close(file), 0);
}

static void sync_mount(void)
{
    int folder = open(DISK_MOUNT, O_RDONLY | O_DIRECTORY);
    assert_int_equal(fsync(folder), 0);
    assert_int_equal(close(folder), 0);
}

/* "-" for a file that is not there. */
static const char *got(const char *path)
{
    static char text[64];
    int file = open(path, O_RDONLY);
    if (file < 0)
        return "-";
    ssize_t size = read(file, text, sizeof text - 1);
    assert_true(size >= 0);
    text[size] = '\0';
    assert_int_equal(close(file), 0);
    return text;
}

static void unsynced_bytes_are_lost_and_synced_ones_stay(void **state)
{
    (void)state;
    put(final, "one", true);
    sync_mount();
    put(final, "two", false);
    assert_string_equal(got(final), "two");
    disk_restart(LOSS_NONE, 1);
    assert_string_equal(got(final), "two");
    disk_restart(LOSS_ALL, 1);
    assert_string_equal(got(final), "one");
}

static void a_name_is_lost_until_its_folder_is_synced(void **state)
{
    (void)state;
    put(final, "one", true);
    disk_restart(LOSS_ALL, 1);
    assert_string_equal(got(final), "-");
}

static void a_renaming_happens_as_a_whole(void **state)
{
    (void)state;
    put(final, "old", true);
    sync_mount();
    put(draft, "new", true);
    assert_int_equal(rename(draft, final), 0);
    struct disk *moment = disk_copy(disk);
    for (uint64_t seed = 0; seed < 64; seed++) {
        disk_free(disk);
        disk = disk_copy(moment);
        disk_restart(LOSS_SOME, seed);
        assert_true(strcmp(got(final), "old") == 0 || strcmp(got(final), "new") == 0);
    }
    disk_free(moment);
    disk_restart(LOSS_ALL, 1);
}

static void a_file_cut_and_not_synced_has_its_old_length(void **state)
{
    (void)state;
    put(final, "long text", true);
    sync_mount();
    put(final, "", false);
    assert_string_equal(got(final), "");
    disk_restart(LOSS_BYTES, 1);
    assert_string_equal(got(final), "long text");
}

/* As on Linux: the pages count as clean after the error. */
static void what_a_failed_sync_dropped_no_later_sync_brings(void **state)
{
    (void)state;
    const struct disk_plan once = {
        .trouble = TROUBLE_ERROR, .kinds = 1 << DISK_SYNC, .at = 1, .times = 1, .error = EIO};
    bool lost = false;
    put(final, "one", true);
    sync_mount();
    for (int i = 0; i < 32 && !lost; i++) {
        int file = open(final, O_WRONLY);
        assert_int_equal(write(file, "two", 3), 3);
        disk_plan(&once);
        assert_int_equal(fsync(file), -1);
        assert_int_equal(errno, EIO);
        assert_int_equal(fsync(file), 0);
        assert_int_equal(close(file), 0);
        disk_restart(LOSS_ALL, 1);
        lost = strcmp(got(final), "one") == 0;
        put(final, "one", true);
    }
    assert_true(lost);
}

static void a_stopped_disk_does_nothing_more(void **state)
{
    (void)state;
    const struct disk_plan stop = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES, .at = 2};
    put(final, "one", true);
    sync_mount();
    disk_plan(&stop);
    int file = open(draft, O_WRONLY | O_CREAT, 0600);
    assert_int_equal(write(file, "two", 3), -1);
    assert_true(disk_has_stopped());
    assert_int_equal(fsync(file), -1);
    assert_int_equal(close(file), 0);
    assert_int_equal(unlink(final), -1);
    disk_restart(LOSS_NONE, 1);
    assert_string_equal(got(final), "one");
    assert_string_equal(got(draft), "");
}

/* ---- SQLite on it ---- */

static const char database[] = DISK_MOUNT "/database";

static bool run(sqlite3 *connection, const char *sql)
{
    return sqlite3_exec(connection, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static sqlite3 *connect(const char *synchronous)
{
    sqlite3 *connection = NULL;
    char sql[64];
    assert_int_equal(sqlite3_open(database, &connection), SQLITE_OK);
    snprintf(sql, sizeof sql, "PRAGMA synchronous=%s", synchronous);
    assert_true(run(connection, "PRAGMA journal_mode=WAL") && run(connection, sql) &&
                run(connection, "CREATE TABLE IF NOT EXISTS thing (number)"));
    return connection;
}

static int count_things(void)
{
    sqlite3 *connection = connect("FULL");
    sqlite3_stmt *statement = NULL;
    assert_int_equal(
        sqlite3_prepare_v2(connection, "SELECT count(*) FROM thing", -1, &statement, NULL),
        SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    assert_int_equal(sqlite3_close(connection), SQLITE_OK);
    return count;
}

/* Ten rows, then the machine stops; how many are there without what was not synced? */
static int left_of_ten(const char *synchronous)
{
    const struct disk_plan stop = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES, .at = 1};
    sqlite3 *connection = connect(synchronous);
    for (int i = 0; i < 10; i++)
        assert_true(run(connection, "INSERT INTO thing VALUES (1)"));
    disk_plan(&stop);
    assert_false(run(connection, "INSERT INTO thing VALUES (1)"));
    sqlite3_close(connection);
    disk_restart(LOSS_ALL, 1);
    return count_things();
}

static void a_durable_commit_outlives_the_power(void **state)
{
    (void)state;
    assert_int_equal(left_of_ten("FULL"), 10);
}

static void a_commit_without_sync_does_not(void **state)
{
    (void)state;
    assert_int_equal(left_of_ten("OFF"), 0);
}

static void a_sync_that_lies_loses_a_commit(void **state)
{
    (void)state;
    const struct disk_plan lie = {.trouble = TROUBLE_LIE, .kinds = DISK_SYNCS, .at = 1};
    sqlite3 *connection = connect("FULL");
    assert_true(run(connection, "INSERT INTO thing VALUES (1)"));
    disk_plan(&lie);
    assert_true(run(connection, "INSERT INTO thing VALUES (1)"));
    const struct disk_plan stop = {.trouble = TROUBLE_STOP, .kinds = DISK_CHANGES, .at = 1};
    disk_plan(&stop);
    sqlite3_close(connection);
    disk_restart(LOSS_ALL, 1);
    assert_int_equal(count_things(), 1);
}

#define ON_A_DISK(test) cmocka_unit_test_setup_teardown(test, open_disk, close_disk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_DISK(unsynced_bytes_are_lost_and_synced_ones_stay),
        ON_A_DISK(a_name_is_lost_until_its_folder_is_synced),
        ON_A_DISK(a_renaming_happens_as_a_whole),
        ON_A_DISK(a_file_cut_and_not_synced_has_its_old_length),
        ON_A_DISK(what_a_failed_sync_dropped_no_later_sync_brings),
        ON_A_DISK(a_stopped_disk_does_nothing_more),
        ON_A_DISK(a_durable_commit_outlives_the_power),
        ON_A_DISK(a_commit_without_sync_does_not),
        ON_A_DISK(a_sync_that_lies_loses_a_commit),
    };
    disk_register();
    return cmocka_run_group_tests_name("the disk in memory", tests, NULL, NULL);
}
