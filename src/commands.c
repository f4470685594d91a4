/* commands.c: what the program does beside operations: the life of a record as a whole. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli.h"

#include "crew/erasure.h"
#include "exchange.h"
#include "importing.h"
#include "init.h"
#include "keeping.h"
#include "measuring.h"
#include "rulebook.h"
#include "simulating.h"
#include "verify.h"
#include "web/openapi.h"
#include "web/server.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_PORT = 8080 };

/* 2025-01-01T00:00:00Z: demonstrations begin before their story does. */
static const int64_t story_eve_usec = INT64_C(1735689600000000);

static bool run_init(struct cli *cli)
{
    struct work *work = cli->work;
    const struct init_settings settings = {cli->record, cli_option(cli, "server"),
                                           cli_option(cli, "demo") != NULL};
    if (settings.demo)
        work->now_usec = story_eve_usec;
    else if (!cli_read_clock(cli))
        return false;
    if (!cli_only(cli, "demo server") || !init_record(work, &settings, stdout))
        return false;
    printf("A new record lies in %s.\n", cli->record);
    return !settings.demo || init_print_accounts(work, stdout);
}

static void say_ready(void *context, const char *address, int port)
{
    const struct cli *cli = context;
    printf("listening on %s://%s:%d\n", cli_option(cli, "certificate") ? "https" : "http", address,
           port);
    fflush(stdout);
}

static bool run_serve(struct cli *cli)
{
    int64_t port = DEFAULT_PORT;
    if (!cli_only(cli, "port address certificate key next_free_port encrypted_in_front") ||
        !cli_number(cli, "port", 0, 65535, &port) || !cli_open(cli, ACCESS_WRITE) ||
        !erasure_finish_all(cli->work))
        return false;
    const char *address = cli_option(cli, "address");
    const struct server_settings settings = {
        .port = (int)port,
        .address = address ? address : "127.0.0.1",
        .certificate = cli_option(cli, "certificate"),
        .key = cli_option(cli, "key"),
        .next_free_port = cli_option(cli, "next_free_port") != NULL,
        .encrypted_in_front = cli_option(cli, "encrypted_in_front") != NULL,
        .ready = say_ready,
        .context = cli,
    };
    return server_run(cli->work, &settings);
}

static void show_step(void *context, const char *sentence, int64_t done, int64_t cases)
{
    (void)context;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%3lld %% %.70s", (long long)(100 * done / (cases ? cases : 1)),
                sentence);
    else if (done % 20 == 0 || done == cases)
        fprintf(stderr, "story: %lld of %lld\n", (long long)done, (long long)cases);
}

static bool play(struct cli *cli, const char *path, struct exchange_result *result)
{
    const struct exchange_progress progress = {show_step, NULL};
    if (!cli->work->record->demo)
        return refuse(&cli->work->fault, FAULT_CONFLICT, "record", "",
                      "A story can only be played "
                      "into a demonstration record; make one with exoledger init --demo.");
    bool worked = exchange_play(cli->work, path, &progress, stderr, result);
    if (isatty(STDERR_FILENO))
        fputs("\n", stderr);
    return worked;
}

static bool run_story(struct cli *cli)
{
    struct work *work = cli->work;
    struct exchange_result result = {0};
    const char *file = cli_option(cli, "file");
    if (!cli_only(cli, "file accounts") || !cli_open(cli, ACCESS_WRITE))
        return false;
    if (cli_option(cli, "accounts"))
        return init_print_accounts(work, stdout);
    if (!play(cli, file ? file : data_path(work->arena, "story"), &result))
        return false;
    printf("%lld passed, %lld failed\n", (long long)result.passed, (long long)result.failed);
    return result.failed == 0 || fail(&work->fault, FAULT_CONFLICT, "",
                                      "The story went otherwise "
                                      "than told.");
}

static void print_verified(const struct cli *cli, const struct verified *verified)
{
    printf(cli->json ? "{\"entries\":%lld,\"root\":\"%s\",\"tables\":%lld,\"decisions\":%lld,"
                       "\"files\":%lld,\"checkpoints\":%lld,\"unsigned\":%lld}\n"
                     : "The record is whole: %lld entries, root %s, %lld tables follow from them, "
                       "%lld decisions judged again, %lld files, %lld checkpoints.\n",
           (long long)verified->entries, verified->root, (long long)verified->tables,
           (long long)verified->decisions, (long long)verified->files,
           (long long)verified->checkpoints, (long long)verified->unsigned_entries);
    if (!cli->json && verified->unsigned_entries)
        printf("Entries from %lld on lie behind the signed head: no signature covers them until "
               "the next entry is recorded.\n",
               (long long)verified->entries - (long long)verified->unsigned_entries + 1);
}

static bool run_verify_ledger(struct cli *cli)
{
    struct verified verified;
    if (!cli_open(cli, ACCESS_READ) || !verify_ledger(cli->work, &verified))
        return false;
    printf(cli->json ? "{\"entries\":%lld,\"root\":\"%s\",\"checkpoints\":%lld}\n"
                     : "The ledger is whole: %lld entries, root %s, %lld checkpoints. Tables, "
                       "decisions and files were not looked at.\n",
           (long long)verified.entries, verified.root, (long long)verified.checkpoints);
    return true;
}

static bool run_verify(struct cli *cli)
{
    struct verified verified;
    struct checkpoint kept = {0};
    const char *path = cli_option(cli, "checkpoint");
    if (cli_option(cli, "ledger"))
        return cli_only(cli, "ledger") && run_verify_ledger(cli);
    if (!cli_only(cli, "rules checkpoint") || (path && !checkpoint_read(cli->work, path, &kept)) ||
        !cli_open(cli, ACCESS_WRITE) || !verify_record(cli->work, path ? &kept : NULL, &verified))
        return false;
    print_verified(cli, &verified);
    return true;
}

static bool run_rebuild(struct cli *cli)
{
    int64_t entries = 0;
    const char *before = NULL;
    const char *after = NULL;
    if (!cli_only(cli, "") || !cli_open(cli, ACCESS_WRITE) ||
        !verify_fingerprint(cli->work, &before) || !verify_rebuild(cli->work, &entries) ||
        !verify_fingerprint(cli->work, &after))
        return false;
    bool same = text_equals(before, after);
    printf("Rebuilt from %lld entries; the tables are %s (%s).\n", (long long)entries,
           same ? "the same as before" : "NOT the same as before", after);
    return same;
}

static bool run_prove(struct cli *cli)
{
    int64_t seq = 0;
    int64_t older = 0;
    if (!cli_only(cli, "seq older") || !cli_number(cli, "seq", 1, INT64_MAX - 1, &seq) ||
        !cli_number(cli, "older", 1, INT64_MAX - 1, &older))
        return false;
    if ((seq == 0) == (older == 0))
        return fail(&cli->work->fault, FAULT_INPUT, "seq",
                    "Say what to prove: --seq NUMBER for an "
                    "entry, or --older SIZE for a checkpoint signed at that size.");
    if (!cli_open(cli, ACCESS_READ))
        return false;
    return seq ? keeping_prove_entry(cli->work, seq, stdout)
               : keeping_prove_growth(cli->work, older, stdout);
}

static bool run_checkpoint(struct cli *cli)
{
    struct checkpoint checkpoint;
    struct text text = text_open(cli->work->arena);
    if (!cli_only(cli, "") || !cli_open(cli, ACCESS_WRITE) ||
        !ledger_checkpoint(cli->work, &checkpoint))
        return false;
    schema_write(&text, &checkpoint_schema, &checkpoint, ORDER_CANONICAL);
    printf("%s\n", text.bytes);
    return true;
}

static bool copied(int64_t entries, const char *to)
{
    printf("%lld entries with the same root lie in %s.\n", (long long)entries, to);
    return true;
}

static bool run_backup(struct cli *cli)
{
    const char *to = NULL;
    const char *keys = cli_option(cli, "keys");
    int64_t entries = 0;
    return cli_only(cli, "to keys") && cli_required(cli, "to", &to) && cli_open(cli, ACCESS_READ) &&
           (!keys || erasure_finish_all(cli->work)) &&
           keeping_copy(cli->work, to, NULL, false, keys, &entries) && copied(entries, to);
}

/* Keys are put into the backup's folder for the time of reading, as files of a record. */
static bool run_restore(struct cli *cli)
{
    const char *from = NULL;
    const char *keys = NULL;
    const char *to = cli->record;
    int64_t entries = 0;
    if (!cli_only(cli, "from keys server") || !cli_required(cli, "from", &from) ||
        !cli_required(cli, "keys", &keys))
        return false;
    cli->record = from;
    return cli_open(cli, ACCESS_READ) && record_adopt_keys(cli->work, keys) &&
           keeping_copy(cli->work, to, cli_option(cli, "server"), true, NULL, &entries) &&
           copied(entries, to);
}

static bool run_move(struct cli *cli)
{
    const char *to = NULL;
    int64_t entries = 0;
    return cli_only(cli, "to server") && cli_required(cli, "to", &to) &&
           cli_open(cli, ACCESS_READ) &&
           keeping_copy(cli->work, to, cli_option(cli, "server"), true, NULL, &entries) &&
           copied(entries, to);
}

static bool make_catalogue(struct cli *cli, const struct catalogue **catalogue)
{
    return cli_only(cli, "") && catalogue_make(cli->work->arena, &cli->work->fault, catalogue);
}

static bool run_openapi(struct cli *cli)
{
    const struct catalogue *catalogue = NULL;
    struct text text = text_open(cli->work->arena);
    if (!make_catalogue(cli, &catalogue))
        return false;
    openapi_write(&text, catalogue);
    printf("%s\n", text.bytes);
    return true;
}

static bool run_rules(struct cli *cli)
{
    const struct catalogue *catalogue = NULL;
    return make_catalogue(cli, &catalogue) && rulebook_write(cli->work, catalogue, stdout);
}

static bool run_permissions(struct cli *cli)
{
    return cli_only(cli, "") && rulebook_permissions(cli->work, cli->json, stdout);
}

/* A record is one flat folder. */
static void remove_folder(const char *folder)
{
    DIR *listing = opendir(folder);
    for (struct dirent *at = listing ? readdir(listing) : NULL; at; at = readdir(listing))
        unlinkat(dirfd(listing), at->d_name, 0);
    if (listing)
        closedir(listing);
    rmdir(folder);
}

static bool run_selftest(struct cli *cli)
{
    struct work *work = cli->work;
    struct exchange_result result = {0};
    struct verified verified;
    int64_t entries = 0;
    const char *before = NULL;
    const char *after = NULL;
    char folder[] = "/tmp/exoledger-selftest-XXXXXX";
    if (!cli_only(cli, "") || !mkdtemp(folder))
        return false;
    const char *record = arena_print(work->arena, "%s/record", folder);
    const struct init_settings settings = {record, NULL, true};
    work->now_usec = story_eve_usec;
    FILE *nowhere = fopen("/dev/null", "w");
    bool worked = nowhere && init_record(work, &settings, nowhere) &&
                  play(cli, data_path(work->arena, "story"), &result) &&
                  verify_record(work, NULL, &verified) && verify_fingerprint(work, &before) &&
                  verify_rebuild(work, &entries) && verify_fingerprint(work, &after);
    if (nowhere)
        fclose(nowhere);
    bool same = worked && text_equals(before, after);
    if (same)
        remove_folder(record);
    rmdir(folder);
    result.passed += worked + same;
    result.failed += !worked + !same;
    printf("%lld passed, %lld failed\n", (long long)result.passed, (long long)result.failed);
    return worked && same && !result.failed;
}

static bool run_completion(struct cli *cli)
{
    const struct catalogue *catalogue = NULL;
    if (!make_catalogue(cli, &catalogue))
        return false;
    printf("_exoledger() {\n  local words=\"");
    for (const struct command *at = commands; at->name; at++)
        printf("%s ", at->name);
    const char *before = "";
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const char *name = catalogue->operations[i]->name;
        const char *noun = arena_text(cli->work->arena, name, strcspn(name, "."));
        if (catalogue->operations[i]->method && !text_equals(noun, before))
            printf("%s ", noun);
        before = noun;
    }
    printf("\"\n  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "    COMPREPLY=($(compgen -W \"$words\" -- \"${COMP_WORDS[1]}\")); return; fi\n"
           "  case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n");
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const struct operation *operation = catalogue->operations[i];
        const char *dot = strchr(operation->name, '.');
        if (!operation->method || !dot)
            continue;
        printf("  \"%.*s %s\") COMPREPLY=($(compgen -W \"", (int)(dot - operation->name),
               operation->name, dot + 1);
        for (size_t j = 0; j < operation->input->count; j++)
            printf("--%s ", operation->input->fields[j].name);
        printf("--as --json --record --help\" -- \"${COMP_WORDS[COMP_CWORD]}\"));;\n");
    }
    printf("  *) COMPREPLY=($(compgen -W \"$(exoledger verbs \"${COMP_WORDS[1]}\")\" -- "
           "\"${COMP_WORDS[COMP_CWORD]}\"));;\n  esac\n}\ncomplete -F _exoledger exoledger\n");
    return true;
}

/* The second words of a verb, for the completion. */
static bool run_verbs(struct cli *cli)
{
    const struct catalogue *catalogue = NULL;
    if (!make_catalogue(cli, &catalogue))
        return false;
    for (size_t i = 0; catalogue->operations[i]; i++) {
        const char *name = catalogue->operations[i]->name;
        const char *dot = strchr(name, '.');
        if (dot && catalogue->operations[i]->method && cli->word_count > 1 &&
            strlen(cli->words[1]) == (size_t)(dot - name) && text_starts(name, cli->words[1]))
            printf("%s\n", dot + 1);
    }
    return true;
}

const struct command commands[] = {
    {"init", "[--demo] [--server CONNECTION]", "make a new record", run_init},
    {"serve", "[--port N] [--next-free-port]", "serve it over HTTP", run_serve},
    {"story", "[--file FILE]", "play exchanges into a demonstration", run_story},
    {"bundle", "--file FILE", "record many requests of one file in one commit", cli_bundle},
    {"verify", "[--ledger] [--checkpoint FILE]",
     "check chain, tree, head, tables, files and decisions", run_verify},
    {"rebuild", "", "make every table anew from the entries", run_rebuild},
    {"prove", "--seq N | --older SIZE", "print a proof that a stranger can check", run_prove},
    {"checkpoint", "", "sign size and root of the record", run_checkpoint},
    {"backup", "--to FOLDER [--keys FOLDER]", "copy the record; keys apart", run_backup},
    {"restore", "--from FOLDER --keys FOLDER", "make a record from a backup", run_restore},
    {"move", "--to FOLDER [--server CONNECTION]", "to SQLite or PostgreSQL", run_move},
    {"import", "FILE... [--language ja|en]", "what an export of a NanoSight or ZetaView says",
     importing_run},
    {"measure", "FILE... --pixel-nm N --exposure-ms N",
     "sizes and number of the particles in videos or tables of tracks", measuring_run},
    {"qualify", "[--set NAME] [--quick]", "how true the measurement is, by simulation",
     qualifying_run},
    {"permissions", "", "the matrix of roles and operations", run_permissions},
    {"openapi", "", "the description of the API", run_openapi},
    {"rules", "", "the rule book", run_rules},
    {"simulate", "--scene NAME --out FOLDER [--seed N]", "a video of particles, with its truth",
     simulating_run},
    {"selftest", "", "play the story in a temporary record and verify it", run_selftest},
    {"completion", "", "completion for bash", run_completion},
    {"verbs", "NOUN", "verbs of a noun, for the completion", run_verbs},
    {NULL, NULL, NULL, NULL},
};
