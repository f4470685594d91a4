/* cli_operation.c: an operation asked from the command line, by an account with its secret. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli.h"

#include "base/time.h"
#include "crew/erasure.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <wchar.h>

enum { FILE_BYTES = 64 << 20, WIDEST_CELL = 48, LONGEST_LAID_OUT = 4 << 20 };

/* --file PATH becomes the JSON object that the file's field asks for. */
static bool load_file(struct cli *cli, struct given *given)
{
    struct work *work = cli->work;
    struct text text = text_open(work->arena);
    if (!folder_add_file(&text, &work->fault, given->text, FILE_BYTES))
        return false;
    given->text = text.bytes;
    return true;
}

/* --tables FOLDER becomes a list: each file of the folder under its name without what is behind
 * the point. */
static bool load_folder(struct cli *cli, struct given *given)
{
    struct work *work = cli->work;
    struct text text = text_open(work->arena);
    const char **names = NULL;
    size_t count = 0;
    if (!folder_list(work->arena, &work->fault, given->text, ".tsv", &names, &count))
        return false;
    text_add(&text, "[");
    for (size_t i = 0; i < count; i++) {
        text_add(&text, i ? ",{\"name\":" : "{\"name\":");
        json_add_text(&text, arena_text(work->arena, names[i], strcspn(names[i], ".")));
        text_add(&text, ",\"file\":");
        if (!folder_add_file(&text, &work->fault,
                             arena_print(work->arena, "%s/%s", given->text, names[i]), FILE_BYTES))
            return false;
        text_add(&text, "}");
    }
    text_add(&text, "]");
    given->text = text.bytes;
    return true;
}

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool load_files(struct cli *cli, const struct operation *operation)
{
    for (size_t i = 0; i < cli->option_count; i++) {
        const struct field *field = schema_field(operation->input, cli->options[i].name);
        if (field && field->kind == FIELD_FILE && !load_file(cli, &cli->options[i]))
            return false;
        if (field && field->kind == FIELD_LIST && schema_holds_files(field->of) &&
            is_folder(cli->options[i].text) && !load_folder(cli, &cli->options[i]))
            return false;
    }
    return true;
}

/* Where an operation asks for a member of this name, the option is that member. */
static const char *lend(struct cli *cli, const struct operation *operation, const char *name,
                        const char *text)
{
    if (!text || !schema_field(operation->input, name))
        return text;
    cli->options[cli->option_count++] = (struct given){.name = name, .text = text};
    return NULL;
}

static bool fill_request(struct cli *cli, const struct operation *operation, const char *secret,
                         struct request *request)
{
    struct work *work = cli->work;
    int zone_minutes = 0;
    *request = (struct request){.operation = operation,
                                .given = cli->options,
                                .count = cli->option_count,
                                .idempotency_key = cli->idempotency_key,
                                .reason = cli->reason};
    if (cli->occurred_at &&
        !instant_parse(cli->occurred_at, &request->occurred_at.usec, &zone_minutes))
        return fail(&work->fault, FAULT_INPUT, "occurred_at",
                    "The option --occurred-at is not a "
                    "time with its zone such as 2025-01-14T10:00:00+09:00.");
    if (operation->signature) {
        request->signature = (struct credential){cli->account, secret};
        if (!cli->secret_file && !work->record->demo) {
            fprintf(stderr, "Sign as %s (\"%s\"). ", work->actor->name, operation->signature);
            if (!cli_secret(cli, cli->account, NULL, &request->signature.secret))
                return false;
        }
    }
    request->witness.account = cli->witness;
    return !cli->witness ||
           cli_secret(cli, cli->witness, cli->witness_file, &request->witness.secret);
}

static void close_file(void *thing)
{
    fclose(thing);
}

/* Streams are rows to a person as well; what is too long to lay out goes through as it is. */
static void print_stream(struct cli *cli, FILE *streamed, bool lays_out)
{
    struct arena *arena = cli->work->arena;
    long size = ftell(streamed);
    rewind(streamed);
    if (lays_out && size > 0 && size <= LONGEST_LAID_OUT) {
        char *bytes = arena_take(arena, (size_t)size + 1);
        if (fread(bytes, 1, (size_t)size, streamed) == (size_t)size)
            print_answer(arena, bytes, stdout);
        return;
    }
    char part[4096];
    for (size_t got = 0; (got = fread(part, 1, sizeof part, streamed)) > 0;)
        fwrite(part, 1, got, stdout);
}

/* The bytes of a row that carries a file, as certificates and labels do. */
static bool save_file(struct cli *cli, const char *answer)
{
    struct work *work = cli->work;
    const struct json *value = NULL;
    if (answer && !json_parse(work->arena, &work->fault, answer, strlen(answer), &value))
        return false;
    const char *base64 = json_as_text(json_member(json_member(value, "row"), "base64"));
    if (!base64)
        return fail(&work->fault, FAULT_INPUT, "save",
                    "The answer carries no file; leave --save out.");
    unsigned char *bytes = arena_take(work->arena, strlen(base64) + 1);
    size_t size = 0;
    return (sodium_base642bin(bytes, strlen(base64), base64, strlen(base64), NULL, &size, NULL,
                              sodium_base64_VARIANT_ORIGINAL) == 0 ||
            fail(&work->fault, FAULT_STORAGE, "save", "The file in the answer is damaged.")) &&
           folder_write(work->arena, &work->fault, cli->save, (const char *)bytes, size, false);
}

bool cli_sign_in(struct cli *cli, const char *site, const char **secret)
{
    struct work *work = cli->work;
    struct actor *actor = arena_take(work->arena, sizeof *actor);
    if (!cli->account)
        return fail(&work->fault, FAULT_SIGN_IN, "as", "Say who asks: --as ACCOUNT.");
    if (!cli_open(cli, ACCESS_WRITE) || !cli_secret(cli, cli->account, cli->secret_file, secret) ||
        !actor_check_secret(work, cli->account, *secret, "secret") ||
        !permission_grant(work, cli->account, site, actor))
        return false;
    work->actor = actor;
    return true;
}

static void tell(struct cli *cli, const struct reply *reply, FILE *streamed)
{
    if (reply->text.bytes && reply->table)
        fputs(reply->text.bytes, stdout);
    else if (reply->text.bytes && cli->json)
        printf("%s\n", reply->text.bytes);
    else if (reply->text.bytes)
        print_answer(cli->work->arena, reply->text.bytes, stdout);
    else if (streamed)
        print_stream(cli, streamed, reply->table == NULL);
}

bool cli_operation(struct cli *cli, const struct operation *operation)
{
    struct work *work = cli->work;
    struct request request;
    bool lays_out = operation->shape == SHAPE_STREAM && !cli->json;
    struct reply reply = {.out = stdout};
    const char *secret = NULL;
    if (!cli_sign_in(cli, lend(cli, operation, "site", cli->site), &secret))
        return false;
    if (operation->effect == RECORDS && work->record->can_sign && !erasure_finish_all(work))
        return false;
    FILE *streamed = lays_out ? tmpfile() : NULL;
    if (streamed) {
        arena_defer(work->arena, close_file, streamed);
        reply.out = streamed;
    }
    if (!load_files(cli, operation) || !fill_request(cli, operation, secret, &request) ||
        !operation_perform(work, &request, &reply))
        return false;
    if (cli->save && !save_file(cli, reply.text.bytes))
        return false;
    tell(cli, &reply, streamed);
    return true;
}

static const char *cell_text(struct arena *arena, const struct json *value)
{
    struct text text = text_open(arena);
    struct fault ignored = {0};
    if (json_kind(value) == JSON_IS_TEXT)
        return json_as_text(value);
    return value && json_add_canonical(&ignored, &text, value) ? text.bytes : "";
}

/* Columns that a terminal needs: a Japanese character takes two. */
static int shown_width(const char *text)
{
    wchar_t wide[512];
    size_t count = mbstowcs(wide, text, 511);
    if (count == (size_t)-1)
        return (int)strlen(text);
    wide[count < 511 ? count : 511] = L'\0';
    int width = wcswidth(wide, 512);
    return width < 0 ? (int)count : width;
}

static void print_members(struct arena *arena, const struct json *object, const char *indent,
                          FILE *out)
{
    const char **names = json_names(arena, object);
    for (size_t i = 0; i < json_count(object); i++)
        if (!text_equals(names[i], "base64"))
            fprintf(out, "%s%-22s %s\n", indent, names[i],
                    cell_text(arena, json_member(object, names[i])));
}

struct column {
    const char *name;
    int width;
};

enum { MOST_COLUMNS = 64 };

struct columns {
    struct column list[MOST_COLUMNS];
    size_t count;
};

static void widen(struct columns *columns, const char *name, int width)
{
    size_t at = 0;
    while (at < columns->count && !text_equals(columns->list[at].name, name))
        at++;
    if (at == MOST_COLUMNS)
        return;
    if (at == columns->count)
        columns->list[columns->count++] = (struct column){name, shown_width(name)};
    if (width > columns->list[at].width)
        columns->list[at].width = width < WIDEST_CELL ? width : WIDEST_CELL;
}

/* The columns are the members of any row, in the order in which they first appear. */
static struct columns *find_columns(struct arena *arena, const struct json *rows)
{
    struct columns *columns = arena_take(arena, sizeof *columns);
    for (size_t i = 0; i < json_count(rows); i++) {
        const struct json *row = json_element(rows, i);
        const char **names = json_names(arena, row);
        for (size_t j = 0; j < json_count(row); j++)
            widen(columns, names[j], shown_width(cell_text(arena, json_member(row, names[j]))));
    }
    return columns;
}

static void print_cell(const char *text, int width, FILE *out)
{
    fputs(text, out);
    fputs("  ", out);
    for (int shown = shown_width(text); shown < width; shown++)
        fputc(' ', out);
}

static void print_rows(struct arena *arena, const struct json *rows, FILE *out)
{
    const struct columns *found = find_columns(arena, rows);
    const struct column *columns = found->list;
    const size_t count = found->count;
    for (size_t j = 0; j < count; j++)
        print_cell(columns[j].name, columns[j].width, out);
    fputs("\n", out);
    for (size_t i = 0; i < json_count(rows); i++) {
        for (size_t j = 0; j < count; j++)
            print_cell(cell_text(arena, json_member(json_element(rows, i), columns[j].name)),
                       columns[j].width, out);
        fputs("\n", out);
    }
    fprintf(out, "%zu row%s\n", json_count(rows), json_count(rows) == 1 ? "" : "s");
}

void print_answer(struct arena *arena, const char *json, FILE *out)
{
    struct fault fault = {0};
    const struct json *answer = NULL;
    if (!json_parse(arena, &fault, json, strlen(json), &answer)) {
        fprintf(out, "%s\n", json);
        return;
    }
    if (json_as_flag(json_member(answer, "demo")))
        fputs("(demonstration record: nothing in it is real)\n", out);
    const struct json *entry = json_member(answer, "entry");
    if (entry) {
        fprintf(out, "Recorded as entry %lld: %s %s\n",
                (long long)json_as_integer(json_member(entry, "seq")),
                json_as_text(json_member(entry, "operation")),
                json_as_text(json_member(entry, "subject")));
        print_members(arena, json_member(answer, "body"), "  ", out);
        const struct json *followed = json_member(answer, "followed");
        for (size_t i = 0; i < json_count(followed); i++) {
            const struct json *each = json_element(followed, i);
            fprintf(out, "  and entry %lld: %s %s\n",
                    (long long)json_as_integer(json_member(each, "seq")),
                    json_as_text(json_member(each, "operation")),
                    json_as_text(json_member(each, "subject")));
        }
    } else if (json_member(answer, "rows")) {
        print_rows(arena, json_member(answer, "rows"), out);
    } else {
        print_members(arena, json_member(answer, "row"), "", out);
    }
}
