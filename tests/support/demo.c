/* demo.c: a demonstration record of its own for a test, and how the test asks it for things. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "demo.h"

#include "init.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char variable[] = "EXOLEDGER_TEST_SERVER";
enum { TEXT_BYTES = 1 << 20 };

bool demo_is_long(void)
{
    const char *wanted = getenv("EXOLEDGER_LONG");
    return wanted && *wanted && strcmp(wanted, "0") != 0;
}

uint64_t demo_draw(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(2685821657736338717);
}

size_t demo_below(uint64_t *state, size_t limit)
{
    return (size_t)(demo_draw(state) >> 33) % limit;
}

const char *demo_server(void)
{
    const char *server = getenv(variable);
    if (server && *server)
        return server;
    fprintf(stderr, "SKIPPED: nothing is tested on PostgreSQL, because %s is not set.\n", variable);
    return NULL;
}

const char *demo_folder(struct arena *arena)
{
    const char *below = getenv("TMPDIR");
    char *folder = arena_print(arena, "%s/exoledger-demo-XXXXXX", below && *below ? below : "/tmp");
    assert_non_null(mkdtemp(folder));
    return folder;
}

void demo_remove_folder(const char *folder)
{
    char path[4096];
    DIR *listing = opendir(folder);
    assert_non_null(listing);
    for (struct dirent *at = readdir(listing); at; at = readdir(listing)) {
        snprintf(path, sizeof path, "%s/%s", folder, at->d_name);
        unlink(path);
    }
    closedir(listing);
    assert_int_equal(rmdir(folder), 0);
}

const char *demo_path(const struct demo *demo, const char *name)
{
    return arena_print(demo->arena, "%s/%s", demo->folder, name);
}

static struct demo *new_demo(const struct engine *engine)
{
    struct arena *arena = arena_open((size_t)64 << 20);
    struct demo *demo = arena_take(arena, sizeof *demo);
    *demo = (struct demo){.arena = arena, .engine = engine, .folder = demo_folder(arena)};
    demo->work = (struct work){
        .arena = arena_open(WORK_ARENA_BYTES), .now_usec = DEMO_USEC, .zone_minutes = 540};
    return demo;
}

/* One statement on the server itself, outside of any schema of a test. */
static void run_on_server(const char *format, const char *schema)
{
    struct arena *arena = arena_open(TEXT_BYTES);
    struct work work = {.arena = arena};
    const struct statement statement = {
        .takes = "",
        .sql = arena_print(arena, "%s %s%s", format, schema, *format == 'D' ? " CASCADE" : "")};
    if (!database_open(arena, &work.fault, &postgres_engine, getenv(variable), ACCESS_WRITE,
                       &work.database) ||
        !database_run(&work, &statement, NO_VALUES))
        fail_msg("%s", work.fault.text);
    arena_close(arena);
}

static const char *make_schema(struct demo *demo)
{
    const char *name = strrchr(demo->folder, '-') + 1;
    assert_non_null(demo_server());
    demo->schema = arena_print(demo->arena, "demo_%s", name);
    run_on_server("CREATE SCHEMA", demo->schema);
    return arena_print(demo->arena, "%s options='-c search_path=demo_%s'", getenv(variable), name);
}

struct demo *demo_make(const struct engine *engine, const char *tables)
{
    struct demo *demo = new_demo(engine);
    FILE *unread = fopen("/dev/null", "w");
    const struct init_settings settings = {
        .folder = demo->folder,
        .server = engine == &postgres_engine ? make_schema(demo) : NULL,
        .demo = true,
    };
    setenv("EXOLEDGER_DATA", tables ? tables : "data", 1);
    if (!unread || !init_record(&demo->work, &settings, unread))
        fail_msg("A demonstration record cannot be made: %s", demo->work.fault.text);
    fclose(unread);
    demo_reopen(demo);
    return demo;
}

void demo_reopen(struct demo *demo)
{
    const struct catalogue *catalogue = NULL;
    struct work *work = &demo->work;
    arena_close(work->arena);
    *work = (struct work){.arena = arena_open(WORK_ARENA_BYTES),
                          .now_usec = work->now_usec,
                          .zone_minutes = work->zone_minutes};
    if (!catalogue_make(work->arena, &work->fault, &catalogue) ||
        !record_open(work, demo->folder, catalogue_tables, ACCESS_WRITE))
        fail_msg("The record cannot be opened: %s", work->fault.text);
    work->record->catalogue = catalogue;
}

void demo_remove(struct demo *demo)
{
    arena_close(demo->work.arena);
    demo_remove_folder(demo->folder);
    if (demo->schema)
        run_on_server("DROP SCHEMA", demo->schema);
    arena_close(demo->arena);
}

int demo_open_sqlite(void **state)
{
    *state = demo_make(&sqlite_engine, NULL);
    return 0;
}

int demo_open_postgres(void **state)
{
    *state = demo_make(&postgres_engine, NULL);
    return 0;
}

int demo_close(void **state)
{
    demo_remove(*state);
    return 0;
}

static void copy_file(const char *from, const char *to)
{
    char bytes[4096];
    FILE *source = fopen(from, "rb");
    FILE *target = fopen(to, "wb");
    assert_true(source && target);
    for (size_t got = 0; (got = fread(bytes, 1, sizeof bytes, source)) > 0;)
        assert_int_equal(fwrite(bytes, 1, got, target), got);
    fclose(source);
    assert_int_equal(fclose(target), 0);
}

struct demo *demo_copy(struct demo *demo)
{
    struct demo *copy = new_demo(demo->engine);
    DIR *listing = opendir(demo->folder);
    assert_true(demo->engine == &sqlite_engine && listing);
    for (struct dirent *at = readdir(listing); at; at = readdir(listing))
        if (at->d_name[0] != '.')
            copy_file(demo_path(demo, at->d_name), demo_path(copy, at->d_name));
    closedir(listing);
    copy->work.now_usec = demo->work.now_usec;
    demo_reopen(copy);
    return copy;
}

void demo_sign_in(struct demo *demo, const char *account, const char *site)
{
    if (!permission_grant(&demo->work, account, site, &demo->actor))
        fail_msg("%s cannot sign in: %s", account, demo->work.fault.text);
    demo->work.actor = &demo->actor;
}

void demo_give(struct arena *arena, const char *json, struct request *request)
{
    const struct json *object = NULL;
    struct fault fault = {0};
    if (!json_parse(arena, &fault, json, strlen(json), &object))
        fail_msg("%s: %s", json, fault.text);
    size_t count = json_count(object);
    const char **names = json_names(arena, object);
    struct given *given = arena_take(arena, (count + 1) * sizeof *given);
    for (size_t i = 0; i < count; i++)
        given[i] = (struct given){.name = names[i], .value = json_member(object, names[i])};
    request->given = given;
    request->count = count;
}

static struct credential credential_of(struct arena *arena, const char *account)
{
    return (struct credential){account, arena_print(arena, "demo-%s-secret", account)};
}

void demo_request_fill(struct demo *demo, const struct demo_request *asked, struct request *request)
{
    struct arena *arena = demo->work.arena;
    const struct operation *operation =
        catalogue_find(demo->work.record->catalogue, asked->operation);
    if (!operation)
        fail_msg("There is no operation %s.", asked->operation);
    *request = (struct request){
        .operation = operation, .idempotency_key = asked->key, .reason = asked->reason};
    demo_give(arena, asked->input ? asked->input : "{}", request);
    if (operation->signature && !asked->is_unsigned)
        request->signature = credential_of(arena, demo->actor.account);
    if (asked->witness)
        request->witness = credential_of(arena, asked->witness);
}

static const char *written(struct arena *arena, FILE *out)
{
    long size = ftell(out);
    char *bytes = arena_take(arena, (size_t)size + 1);
    rewind(out);
    assert_int_equal(fread(bytes, 1, (size_t)size, out), size);
    return bytes;
}

struct demo_answer demo_ask(struct demo *demo, const struct demo_request *asked)
{
    struct work *work = &demo->work;
    struct demo_answer answer = {0};
    struct request request;
    struct fault broken = {0};
    struct reply reply = {.out = tmpfile()};
    assert_non_null(reply.out);
    demo_request_fill(demo, asked, &request);
    answer.worked = operation_perform(work, &request, &reply);
    answer.fault = work->fault;
    work->fault = (struct fault){0};
    answer.text = reply.text.bytes ? reply.text.bytes : written(work->arena, reply.out);
    fclose(reply.out);
    assert_int_equal(answer.worked, answer.fault.kind == FAULT_NONE);
    if (!answer.worked)
        demo_check_fault(demo, &answer.fault);
    else if (!json_parse(work->arena, &broken, answer.text, strlen(answer.text), &answer.json))
        fail_msg("%s answers what is no JSON: %s", asked->operation, broken.text);
    return answer;
}

struct demo_answer demo_do(struct demo *demo, const char *operation, const char *input)
{
    const struct demo_request asked = {.operation = operation, .input = input};
    struct demo_answer answer = demo_ask(demo, &asked);
    if (!answer.worked)
        fail_msg("%s %s: %s", operation, input, answer.fault.text);
    return answer;
}

static bool is_declared(const struct catalogue *catalogue, const char *id)
{
    for (size_t i = 0; catalogue->rules[i]; i++)
        if (text_equals(catalogue->rules[i]->id, id))
            return true;
    return false;
}

void demo_check_fault(const struct demo *demo, const struct fault *fault)
{
    struct arena *arena = arena_open(TEXT_BYTES);
    size_t count = 0;
    size_t length = strlen(fault->text);
    const char **ids = text_split(arena, fault->rules, ' ', &count);
    if (fault->kind == FAULT_NONE || length == 0 || fault->text[length - 1] != '.')
        fail_msg("A refusal without a whole sentence: kind %d, field %s, \"%s\"", (int)fault->kind,
                 fault->field, fault->text);
    if (!text_is_utf8(fault->text, length))
        fail_msg("A refusal that is not UTF-8: %s", fault->text);
    for (size_t i = 0; i < count; i++)
        if (!is_declared(demo->work.record->catalogue, ids[i]))
            fail_msg("The rule %s is cited (\"%s\") and not declared.", ids[i], fault->text);
    arena_close(arena);
}

int64_t demo_entries(struct demo *demo)
{
    int64_t size = 0;
    if (!ledger_size(&demo->work, &size))
        fail_msg("%s", demo->work.fault.text);
    return size;
}

const char *demo_fingerprint(struct demo *demo)
{
    const char *fingerprint = NULL;
    if (!verify_fingerprint(&demo->work, &fingerprint))
        fail_msg("%s", demo->work.fault.text);
    return fingerprint;
}

struct fault demo_damage(struct demo *demo)
{
    struct verified verified;
    struct arena_mark mark = arena_mark(demo->work.arena);
    bool whole = verify_record(&demo->work, NULL, &verified);
    struct fault fault = demo->work.fault;
    demo->work.fault = (struct fault){0};
    assert_int_equal(whole, fault.kind == FAULT_NONE);
    arena_rewind(demo->work.arena, mark);
    return fault;
}

/* Two ranges in a transaction of the caller, as the door asks for them. */
static void verify_in_ranges(struct demo *demo, int64_t size)
{
    struct verified first = {0};
    struct verified second = {0};
    int64_t middle = (size + 1) / 2;
    bool worked = database_step(&demo->work, STEP_BEGIN_READ) &&
                  verify_range(&demo->work, 1, middle, &first) &&
                  (middle == size || verify_range(&demo->work, middle + 1, size, &second));
    if (!database_end_read(&demo->work, worked))
        fail_msg("verify in ranges: %s", demo->work.fault.text);
    assert_int_equal(first.entries + second.entries, size);
}

void demo_verify(struct demo *demo)
{
    struct fault fault = demo_damage(demo);
    if (fault.kind != FAULT_NONE)
        fail_msg("verify: %s", fault.text);
    if (demo_entries(demo) > 0)
        verify_in_ranges(demo, demo_entries(demo));
}

void demo_rebuild(struct demo *demo)
{
    int64_t entries = 0;
    if (!verify_rebuild(&demo->work, &entries))
        fail_msg("rebuild: %s", demo->work.fault.text);
    assert_int_equal(entries, demo_entries(demo));
}

void demo_sql(struct demo *demo, const char *sql, const struct value *values, size_t count)
{
    static const char letters[] = {
        [VALUE_NULL] = 't', [VALUE_TEXT] = 't', [VALUE_INTEGER] = 'i', [VALUE_BLOB] = 'b'};
    char *takes = arena_take(demo->work.arena, count + 1);
    for (size_t i = 0; i < count; i++)
        takes[i] = letters[values[i].kind];
    const struct statement statement = {.takes = takes, .sql = sql};
    if (!database_run(&demo->work, &statement, values, count))
        fail_msg("%s: %s", sql, demo->work.fault.text);
}
