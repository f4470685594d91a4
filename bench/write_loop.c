/* write_loop.c: how fast can the rows of an event be written, durably, by a plain loop? */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "event.h"

#include <pthread.h>
#include <sqlite3.h>

/* Usage: write_loop DATABASE bare|rows|group|single EVENTS BATCH-OR-THREADS
 *
 * DATABASE is a copy of a record's: the same tables and indexes. WAL, synchronous=FULL.
 *   bare    one row of bytes for each event, BATCH events in one transaction
 *   rows    chain, tree and every row that the program writes for the event, BATCH in one
 *   group   the same by THREADS threads: each waits for its event, one thread commits together
 *   single  the same by THREADS threads: each commits its own event under a lock
 * Prints events per second, and for threads p50 and p99 of the waiting time in microseconds. */

enum { ENTRY, JOURNAL, SPECIMEN, RETRY, HEAD, BARE, STATEMENTS };

static const char *const texts[STATEMENTS] = {
    [ENTRY] = "INSERT INTO entry (seq, hash, bytes) VALUES (?, ?, ?)",
    [JOURNAL] = "INSERT INTO journal (seq, at, occurred_at, operation, subject, actor, site, "
                "cause, corrected_by, annulled_by, hash) VALUES (?, 1738540800000000, "
                "1738540800000000, 'specimen.draw/1', ?, 'DC1', 'M', 0, 0, 0, ?)",
    [SPECIMEN] = "INSERT INTO specimen (code, donor, site, drawn_on, drawn_at, tubes, annulled, "
                 "entry) VALUES (?2, 'D-BENCH', 'M', '2025-02-03', NULL, 3, 0, ?1)",
    [RETRY] = "INSERT INTO retry (idempotency_key, actor, operation, fingerprint, seq) VALUES "
              "('key-' || ?2, 'DC1', 'specimen.draw', ?3, ?1)",
    [HEAD] = "INSERT INTO head (id, size, at_usec, last, peaks) VALUES (1, ?, 1738540800000000, "
             "?, ?) ON CONFLICT (id) DO UPDATE SET size = excluded.size, last = excluded.last, "
             "peaks = excluded.peaks",
    [BARE] = "INSERT INTO bare (seq, bytes) VALUES (?, ?)",
};

struct writer {
    sqlite3 *connection;
    sqlite3_stmt *statements[STATEMENTS];
    struct chain chain;
};

static void run(const struct writer *writer, const char *sql)
{
    must(sqlite3_exec(writer->connection, sql, NULL, NULL, NULL) == SQLITE_OK,
         sqlite3_errmsg(writer->connection));
}

static void open_writer(struct writer *writer, const char *path)
{
    sqlite3_stmt *size = NULL;
    must(sqlite3_open_v2(path, &writer->connection, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK,
         "the database cannot be opened");
    run(writer, "PRAGMA journal_mode=WAL");
    run(writer, "PRAGMA synchronous=FULL");
    run(writer, "CREATE TABLE IF NOT EXISTS bare (seq INTEGER PRIMARY KEY, bytes TEXT) STRICT");
    for (int i = 0; i < STATEMENTS; i++)
        must(sqlite3_prepare_v3(writer->connection, texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                                &writer->statements[i], NULL) == SQLITE_OK,
             sqlite3_errmsg(writer->connection));
    must(sqlite3_prepare_v2(writer->connection, "SELECT max(seq) FROM entry", -1, &size, NULL) ==
                 SQLITE_OK &&
             sqlite3_step(size) == SQLITE_ROW,
         "there is no table entry");
    chain_begin(&writer->chain, sqlite3_column_int64(size, 0));
    sqlite3_finalize(size);
}

static void close_writer(struct writer *writer)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(writer->statements[i]);
    sqlite3_close(writer->connection);
    chain_end(&writer->chain);
}

static void text(sqlite3_stmt *statement, int index, const char *value)
{
    sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

static void step(const struct writer *writer, int which)
{
    must(sqlite3_step(writer->statements[which]) == SQLITE_DONE,
         sqlite3_errmsg(writer->connection));
    sqlite3_reset(writer->statements[which]);
}

/* A row of the number of the event and one or two texts. */
static void write_texts(const struct writer *writer, int which, const struct event *event,
                        const char *first, const char *second)
{
    sqlite3_stmt *statement = writer->statements[which];
    sqlite3_bind_int64(statement, 1, event->seq);
    text(statement, 2, first);
    if (second)
        text(statement, 3, second);
    step(writer, which);
}

static void write_rows(struct writer *writer, int number)
{
    struct event event;
    event_make(&writer->chain, number, &event);
    write_texts(writer, ENTRY, &event, event.hash, event.bytes);
    write_texts(writer, JOURNAL, &event, event.code, event.hash);
    write_texts(writer, SPECIMEN, &event, event.code, NULL);
    write_texts(writer, RETRY, &event, event.code, event.hash);
}

/* No chain and no tree: the same bytes again and again. */
static void write_bare(struct writer *writer, const struct event *event, int number)
{
    sqlite3_bind_int64(writer->statements[BARE], 1, number + 1);
    text(writer->statements[BARE], 2, event->bytes);
    step(writer, BARE);
}

static void write_head(struct writer *writer)
{
    char peaks[LEVELS * HASH_LETTERS + 1];
    chain_peaks(&writer->chain, peaks);
    sqlite3_bind_int64(writer->statements[HEAD], 1, writer->chain.size);
    text(writer->statements[HEAD], 2, writer->chain.last);
    text(writer->statements[HEAD], 3, peaks);
    step(writer, HEAD);
}

static void loop_bare(struct writer *writer, int events, int batch)
{
    struct event event;
    event_make(&writer->chain, 0, &event);
    for (int done = 0; done < events;) {
        run(writer, "BEGIN IMMEDIATE");
        for (int i = 0; i < batch && done < events; i++)
            write_bare(writer, &event, done++);
        run(writer, "COMMIT");
    }
}

static void loop_rows(struct writer *writer, int events, int batch)
{
    for (int done = 0; done < events;) {
        run(writer, "BEGIN IMMEDIATE");
        for (int i = 0; i < batch && done < events; i++)
            write_rows(writer, done++);
        write_head(writer);
        run(writer, "COMMIT");
    }
}

/* Threads that ask, and what they share. */
struct crowd {
    struct writer *writer;
    int events, threads;
    int grouped;
    pthread_mutex_t lock;
    pthread_cond_t asked, answered;
    long long tickets, committed; /* events asked for, and on disk */
    double *waited_s;
};

struct client {
    struct crowd *crowd;
    pthread_t thread;
    int first, count;
};

static void ask_grouped(struct crowd *crowd)
{
    pthread_mutex_lock(&crowd->lock);
    long long ticket = ++crowd->tickets;
    pthread_cond_signal(&crowd->asked);
    while (crowd->committed < ticket)
        pthread_cond_wait(&crowd->answered, &crowd->lock);
    pthread_mutex_unlock(&crowd->lock);
}

static void ask_alone(struct crowd *crowd)
{
    pthread_mutex_lock(&crowd->lock);
    run(crowd->writer, "BEGIN IMMEDIATE");
    write_rows(crowd->writer, (int)crowd->tickets++);
    write_head(crowd->writer);
    run(crowd->writer, "COMMIT");
    pthread_mutex_unlock(&crowd->lock);
}

static void *client_main(void *context)
{
    const struct client *client = context;
    for (int i = 0; i < client->count; i++) {
        double began_s = now_s();
        if (client->crowd->grouped)
            ask_grouped(client->crowd);
        else
            ask_alone(client->crowd);
        client->crowd->waited_s[client->first + i] = now_s() - began_s;
    }
    return NULL;
}

static void commit_groups(struct crowd *crowd)
{
    long long done = 0;
    while (done < crowd->events) {
        pthread_mutex_lock(&crowd->lock);
        while (crowd->tickets == done)
            pthread_cond_wait(&crowd->asked, &crowd->lock);
        long long until = crowd->tickets;
        pthread_mutex_unlock(&crowd->lock);
        run(crowd->writer, "BEGIN IMMEDIATE");
        for (; done < until; done++)
            write_rows(crowd->writer, (int)done);
        write_head(crowd->writer);
        run(crowd->writer, "COMMIT");
        pthread_mutex_lock(&crowd->lock);
        crowd->committed = done;
        pthread_cond_broadcast(&crowd->answered);
        pthread_mutex_unlock(&crowd->lock);
    }
}

static int compare_times(const void *one, const void *other)
{
    double left = *(const double *)one;
    double right = *(const double *)other;
    return (left > right) - (left < right);
}

static void crowd_run(struct crowd *crowd)
{
    struct client *clients = calloc((size_t)crowd->threads, sizeof *clients);
    must(clients != NULL, "there is no memory");
    for (int i = 0; i < crowd->threads; i++) {
        int share = crowd->events / crowd->threads;
        clients[i] = (struct client){.crowd = crowd, .first = i * share, .count = share};
        must(pthread_create(&clients[i].thread, NULL, client_main, &clients[i]) == 0,
             "no thread can be started");
    }
    if (crowd->grouped)
        commit_groups(crowd);
    for (int i = 0; i < crowd->threads; i++)
        pthread_join(clients[i].thread, NULL);
    free(clients);
}

int main(int count, char **words)
{
    struct writer writer = {0};
    struct crowd crowd = {.writer = &writer,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .asked = PTHREAD_COND_INITIALIZER,
                          .answered = PTHREAD_COND_INITIALIZER};
    must(count == 5, "Use: write_loop DATABASE bare|rows|group|single EVENTS BATCH-OR-THREADS");
    const char *mode = words[2];
    int each = (int)strtol(words[4], NULL, 10);
    int crowded = strcmp(mode, "group") == 0 || strcmp(mode, "single") == 0;
    must(each > 0, "the last word is a number above zero");
    crowd.threads = each;
    crowd.events = (int)strtol(words[3], NULL, 10) / each * each;
    crowd.grouped = strcmp(mode, "group") == 0;
    crowd.waited_s = calloc((size_t)crowd.events + 1, sizeof *crowd.waited_s);
    must(crowd.waited_s != NULL, "there is no memory");
    open_writer(&writer, words[1]);
    double began_s = now_s();
    if (crowded)
        crowd_run(&crowd);
    else if (strcmp(mode, "bare") == 0)
        loop_bare(&writer, crowd.events, each);
    else
        loop_rows(&writer, crowd.events, each);
    double took_s = now_s() - began_s;
    qsort(crowd.waited_s, (size_t)crowd.events, sizeof *crowd.waited_s, compare_times);
    printf("%.1f %.0f %.0f\n", crowd.events / took_s, crowd.waited_s[crowd.events / 2] * 1e6,
           crowd.waited_s[(long long)crowd.events * 99 / 100] * 1e6);
    free(crowd.waited_s);
    close_writer(&writer);
    return 0;
}
