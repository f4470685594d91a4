/* cli.c: options to a request, faults to exit codes, help from the tables. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli.h"

#include "base/time.h"
#include "contract/book.h"

#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

enum { SECRET_BYTES = 1024, MOST_WORDS = 16 };
static const int default_zone_minutes = 9 * 60;

/* Options of the program itself; each takes a text unless it says otherwise. */
static const struct {
    const char *name;
    size_t offset;
    const char *help;
} own_options[] = {
    {"record", offsetof(struct cli, record), "folder of the record (EXOLEDGER_RECORD, or record)"},
    {"as", offsetof(struct cli, account), "account that asks"},
    {"site", offsetof(struct cli, site), "site at which it acts, or that the operation asks for"},
    {"secret-file", offsetof(struct cli, secret_file), "file with the secret; asked for otherwise"},
    {"witness", offsetof(struct cli, witness), "account of the second person"},
    {"witness-file", offsetof(struct cli, witness_file), "file with that secret"},
    {"reason", offsetof(struct cli, reason), "why"},
    {"occurred-at", offsetof(struct cli, occurred_at), "when it happened, if earlier"},
    {"idempotency-key", offsetof(struct cli, idempotency_key), "the same key is done only once"},
    {"save", offsetof(struct cli, save), "writes the file in the answer here, such as a PDF"},
    {"zone", offsetof(struct cli, zone), "zone in which you enter and read times (+09:00)"},
};

const char *cli_option(const struct cli *cli, const char *name)
{
    for (size_t i = 0; i < cli->option_count; i++)
        if (text_equals(cli->options[i].name, name))
            return cli->options[i].text;
    return NULL;
}

bool cli_only(struct cli *cli, const char *names)
{
    size_t count = 0;
    const char **allowed = text_split(cli->work->arena, names, ' ', &count);
    for (size_t i = 0; i < cli->option_count; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++)
            known = known || text_equals(allowed[j], cli->options[i].name);
        if (!known)
            return fail(&cli->work->fault, FAULT_INPUT, cli->options[i].name,
                        "The option --%s is "
                        "not known here; exoledger --help lists them.",
                        cli->options[i].name);
    }
    return true;
}

bool cli_number(struct cli *cli, const char *name, int64_t low, int64_t high, int64_t *number)
{
    const char *text = cli_option(cli, name);
    char *end = NULL;
    if (!text)
        return true;
    *number = strtoll(text, &end, 10);
    return (*text && !*end && *number >= low && *number <= high) ||
           fail(&cli->work->fault, FAULT_INPUT, name,
                "The option --%s must be a whole number "
                "between %lld and %lld.",
                name, (long long)low, (long long)high);
}

bool cli_required(struct cli *cli, const char *name, const char **value)
{
    *value = cli_option(cli, name);
    return *value ||
           fail(&cli->work->fault, FAULT_INPUT, name, "The option --%s is missing.", name);
}

/* Hyphens in options stand for underscores in members. */
static const char *member_name(struct arena *arena, const char *option)
{
    char *name = arena_text(arena, option, strcspn(option, "="));
    for (char *at = name; *at; at++)
        if (*at == '-')
            *at = '_';
    return name;
}

static bool take_own(struct cli *cli, const char *name, const char *value, bool *taken)
{
    for (size_t i = 0; i < sizeof own_options / sizeof *own_options; i++) {
        const char **member = (const char **)(void *)((char *)cli + own_options[i].offset);
        *taken = text_equals(name, member_name(cli->work->arena, own_options[i].name));
        if (*taken) {
            *member = value;
            return value != NULL || fail(&cli->work->fault, FAULT_INPUT, own_options[i].name,
                                         "The option --%s needs a value.", own_options[i].name);
        }
    }
    return true;
}

static bool take_option(struct cli *cli, char **words, int *at)
{
    const char *word = words[*at] + 2;
    const char *equals = strchr(word, '=');
    const char *name = member_name(cli->work->arena, word);
    const char *value = equals ? equals + 1 : words[*at + 1];
    bool taken = false;
    bool lone = !equals && (!value || text_starts(value, "--"));
    if (text_equals(word, "json") || text_equals(word, "help")) {
        cli->json = cli->json || text_equals(word, "json");
        cli->help = cli->help || text_equals(word, "help");
        return true;
    }
    if (!take_own(cli, name, lone ? NULL : value, &taken))
        return false;
    if (!taken)
        cli->options[cli->option_count++] =
            (struct given){.name = name, .text = lone ? "true" : value};
    *at += !equals && !lone;
    return true;
}

static bool take_words(struct cli *cli, int count, char **words)
{
    struct arena *arena = cli->work->arena;
    cli->words = arena_take(arena, (size_t)(count + 1) * sizeof *cli->words);
    cli->options = arena_take(arena, (size_t)(count + 1) * sizeof *cli->options);
    for (int i = 1; i < count; i++) {
        if (!text_is_utf8(words[i], strlen(words[i])))
            return fail(&cli->work->fault, FAULT_INPUT, "", "Word %d is not valid UTF-8.", i);
        if (!text_starts(words[i], "--"))
            cli->words[cli->word_count++] = words[i];
        else if (!take_option(cli, words, &i))
            return false;
    }
    return true;
}

/* 2020-01-01T00:00:00Z: a machine that lost its clock begins in 1970. */
static const int64_t earliest_usec = INT64_C(1577836800000000);

bool cli_read_clock(struct cli *cli)
{
    int64_t now_usec = cli->clock();
    cli->work->now_usec = now_usec;
    return (now_usec >= earliest_usec && instant_is_known(now_usec)) ||
           fail(&cli->work->fault, FAULT_STORAGE, "clock",
                "The clock of this machine is wrong by years (%lld seconds since 1970); set it "
                "right first.",
                (long long)(now_usec / USEC_PER_SECOND));
}

/* A demonstration goes on from where its story stands. */
static bool set_time(struct cli *cli)
{
    struct work *work = cli->work;
    struct ledger_head head = {0};
    bool found = false;
    work->zone_minutes = default_zone_minutes;
    if (cli->zone && !zone_parse(cli->zone, &work->zone_minutes))
        return fail(&work->fault, FAULT_INPUT, "zone", "The zone %s is none such as +09:00.",
                    cli->zone);
    if (!view_find(work, &head_table, VALUES(value_integer(1)), &head, &found))
        return false;
    if (work->record->demo) {
        work->now_usec = found ? head.at_usec + USEC_PER_SECOND : cli->clock();
        return true;
    }
    if (!cli_read_clock(cli))
        return false;
    if (head.at_usec - work->now_usec > USEC_PER_MINUTE)
        fprintf(stderr,
                "exoledger: The clock of this machine is %lld minutes behind the newest entry; set "
                "it right.\n",
                (long long)((head.at_usec - work->now_usec) / USEC_PER_MINUTE));
    return true;
}

bool cli_open(struct cli *cli, enum engine_access access)
{
    struct work *work = cli->work;
    const struct catalogue *catalogue = NULL;
    if (!catalogue_make(work->arena, &work->fault, &catalogue) ||
        !record_open(work, cli->record, catalogue_tables, access))
        return false;
    work->record->catalogue = catalogue;
    return ledger_compare_head(work) && book_check_opening(work) && set_time(cli);
}

static bool read_terminal(struct cli *cli, const char *account, const char **secret)
{
    struct termios shown;
    struct termios hidden;
    char *line = arena_take(cli->work->arena, SECRET_BYTES);
    bool terminal = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &shown) == 0;
    fprintf(stderr, "Secret of %s: ", account);
    if (terminal) {
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    bool read = fgets(line, SECRET_BYTES, stdin) != NULL;
    if (terminal)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    fputs("\n", stderr);
    line[strcspn(line, "\r\n")] = '\0';
    *secret = line;
    return read || fail(&cli->work->fault, FAULT_SIGN_IN, "secret", "No secret was given.");
}

bool cli_secret(struct cli *cli, const char *account, const char *file, const char **secret)
{
    struct work *work = cli->work;
    char *bytes = NULL;
    size_t size = 0;
    if (!file && work->record->demo) {
        *secret = actor_demo_secret(work->arena, account);
        return true;
    }
    if (!file)
        return read_terminal(cli, account, secret);
    if (!folder_read(work->arena, &work->fault, file, SECRET_BYTES, &bytes, &size))
        return false;
    bytes[strcspn(bytes, "\r\n")] = '\0';
    *secret = bytes;
    return true;
}

static void print_options(void)
{
    printf("\nOptions of every command:\n  --json                answer as JSON\n");
    for (size_t i = 0; i < sizeof own_options / sizeof *own_options; i++)
        printf("  --%-19s %s\n", own_options[i].name, own_options[i].help);
    printf("\nExit codes: 0 done, 1 something else, 2 input, 3 sign-in, 4 forbidden, 5 missing, "
           "6 conflict,\n7 rule, 8 too large, 9 too often, 10 storage, 11 outcome unknown.\n");
}

static const char *verb(struct arena *arena, const char *name)
{
    char *words = arena_copy(arena, name);
    for (char *at = words; *at; at++)
        if (*at == '.')
            *at = ' ';
    return words;
}

static void print_help(struct cli *cli, const struct catalogue *catalogue)
{
    printf("exoledger: the record of exosome and culture-supernatant therapy, from donor to "
           "outcome.\n\nCommands:\n");
    for (const struct command *at = commands; at->name; at++)
        printf("  %-12s %-38s %s\n", at->name, at->arguments, at->summary);
    printf("\nOperations (exoledger VERB --help tells more):\n");
    for (size_t i = 0; catalogue->operations[i]; i++)
        if (catalogue->operations[i]->method)
            printf("  %-24s %s\n", verb(cli->work->arena, catalogue->operations[i]->name),
                   catalogue->operations[i]->summary);
    print_options();
}

/* Whoever knows the noun alone is told its verbs, beside the fault. */
static void print_verbs(struct cli *cli, const struct catalogue *catalogue)
{
    const char *noun = arena_print(cli->work->arena, "%s.", cli->words[0]);
    for (size_t i = 0; catalogue->operations[i]; i++)
        if (catalogue->operations[i]->method && text_starts(catalogue->operations[i]->name, noun))
            fprintf(stderr, "  %-24s %s\n", verb(cli->work->arena, catalogue->operations[i]->name),
                    catalogue->operations[i]->summary);
}

static void print_field_help(const struct field *field)
{
    const char *required = field->required ? " (required)" : "";
    if (field->unit)
        printf("  --%-20s %s [%s]%s\n", field->name, field->help, field->unit, required);
    else
        printf("  --%-20s %s%s\n", field->name, field->help, required);
    if (!field->choices)
        return;
    for (size_t i = 0; field->choices[i]; i++)
        printf("%s%s", i ? ", " : "    one of: ", field->choices[i]);
    printf("\n");
}

static void print_operation_help(struct cli *cli, const struct operation *operation)
{
    printf("exoledger %s\n  %s\n  Permission: %s (%s)\n", verb(cli->work->arena, operation->name),
           operation->summary, permission_word(operation->permission),
           permission_meaning(operation->permission));
    if (operation->signature)
        printf("  Signed: \"%s\"\n", operation->signature);
    if (operation->witness)
        printf("  Second person: %s\n", permission_meaning(operation->witness));
    for (size_t i = 0; i < operation->input->count; i++)
        print_field_help(&operation->input->fields[i]);
    if (operation->effect == READS && operation->shape != SHAPE_RECORD)
        printf("\nWhich of the rows, and how:\n");
    for (size_t i = 0;
         operation->effect == READS && operation->shape != SHAPE_RECORD && i < excerpt_schema.count;
         i++)
        print_field_help(&excerpt_schema.fields[i]);
    print_options();
}

static const struct operation *find_operation(struct cli *cli, const struct catalogue *catalogue,
                                              size_t *used)
{
    const struct operation *found = NULL;
    for (size_t words = 1; words <= cli->word_count && words <= 3; words++) {
        struct text name = text_open(cli->work->arena);
        for (size_t i = 0; i < words; i++)
            text_print(&name, "%s%s", i ? "." : "", cli->words[i]);
        const struct operation *operation = catalogue_find(catalogue, name.bytes);
        if (operation && operation->method) {
            found = operation;
            *used = words;
        }
    }
    return found;
}

/* Words behind the verb are the members of the path, in their order. */
static bool take_positions(struct cli *cli, const struct operation *operation, size_t used)
{
    const char *at = operation->path;
    for (size_t i = used; i < cli->word_count; i++) {
        at = strchr(at, '{');
        if (!at)
            return fail(&cli->work->fault, FAULT_INPUT, "",
                        "The word %s is too many; options begin "
                        "with --.",
                        cli->words[i]);
        at++;
        cli->options[cli->option_count++] = (struct given){
            .name = arena_text(cli->work->arena, at, strcspn(at, "}")), .text = cli->words[i]};
    }
    return true;
}

static bool run_words(struct cli *cli)
{
    struct work *work = cli->work;
    const struct catalogue *catalogue = NULL;
    size_t used = 0;
    if (!catalogue_make(work->arena, &work->fault, &catalogue))
        return false;
    const struct operation *operation = find_operation(cli, catalogue, &used);
    if (operation && cli->help) {
        print_operation_help(cli, operation);
        return true;
    }
    if (cli->help || !cli->word_count || text_equals(cli->words[0], "help")) {
        print_help(cli, catalogue);
        return true;
    }
    if (operation)
        return take_positions(cli, operation, used) && cli_operation(cli, operation);
    for (const struct command *at = commands; at->name; at++)
        if (text_equals(at->name, cli->words[0]))
            return at->run(cli);
    print_verbs(cli, catalogue);
    return fail(&work->fault, FAULT_INPUT, "",
                "There is no command %s%s%s; exoledger --help lists "
                "them.",
                cli->words[0], cli->word_count > 1 ? " " : "",
                cli->word_count > 1 ? cli->words[1] : "");
}

static void print_fault(const struct cli *cli, const struct fault *fault)
{
    struct text text = text_open(cli->work->arena);
    if (!cli->json) {
        fprintf(stderr, "exoledger: %s\n", fault->text);
        return;
    }
    text_print(&text, "{\"fault\":\"%s\",\"field\":", fault_meaning(fault->kind).word);
    json_add_text(&text, fault->field);
    text_add(&text, ",\"text\":");
    json_add_text(&text, fault->text);
    fprintf(stderr, "%s}\n", text.bytes);
}

/* A pipe whose reader went away wanted no more; anything else that is lost is told. */
static bool flush_answer(struct work *work)
{
    struct stat status;
    bool lost = fflush(stdout) != 0;
    int why = errno;
    if (!lost && !ferror(stdout))
        return true;
    return (fstat(STDOUT_FILENO, &status) == 0 && S_ISFIFO(status.st_mode)) ||
           fail(&work->fault, FAULT_UNKNOWN, "",
                "It was done, but the answer could not be written out (%s); make room and ask "
                "again with the same idempotency key.",
                lost ? strerror(why) : "output failed");
}

int cli_run(int count, char **words, cli_clock *clock)
{
    struct work work = {.arena = arena_open(WORK_ARENA_BYTES)};
    const char *named = getenv("EXOLEDGER_RECORD");
    struct cli cli = {.work = &work, .clock = clock, .record = named ? named : "record"};
    setlocale(LC_CTYPE, "C.UTF-8");
    json_begin();
    bool worked = take_words(&cli, count, words) && run_words(&cli) && flush_answer(&work);
    int code = 0;
    if (!worked) {
        print_fault(&cli, &work.fault);
        code = work.fault.kind == FAULT_NONE ? 1 : fault_meaning(work.fault.kind).exit_code;
    }
    arena_close(work.arena);
    return code;
}
