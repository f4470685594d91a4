/* exchange.c: reads cases line by line, asks as a client would, compares what comes back. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "exchange.h"

#include "base/time.h"
#include "init.h"
#include "web/envelope.h"
#include "web/route.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXCHANGE_BYTES = 4 << 20, FILE_BYTES = 64 << 20 };

/* What one case says. Lines at and as hold until they are said again. */
struct exchange {
    const char *sentence;
    const char *at;
    const char *as;
    const char *site;
    const char *with; /* second person of this case */
    const char *key;  /* idempotency key of this case */
    bool is_unsigned; /* no signature is sent, to see what happens */
    const char *method;
    const char *path;
    const char *body;
    int64_t status;
    const char *expected;
};

struct player {
    struct work *work;
    const char *folder; /* of the file: where @file: looks */
    FILE *out;
    struct exchange_result *result;
};

/* A text value "@file:NAME" becomes the file's name and bytes; it lies beside the story or among
 * the shipped tables. */
static bool add_files(struct player *player, struct text *out, const char *body)
{
    static const char mark[] = "\"@file:";
    struct work *work = player->work;
    const char *at = NULL;
    while ((at = strstr(body, mark))) {
        text_add_bytes(out, body, (size_t)(at - body));
        at += sizeof mark - 1;
        const char *name = arena_text(work->arena, at, strcspn(at, "\""));
        const char *path = arena_print(work->arena, "%s/%s", player->folder, name);
        if (access(path, R_OK) != 0)
            path = data_path(work->arena, name);
        if (!folder_add_file(out, &work->fault, path, FILE_BYTES))
            return false;
        body = at + strlen(name) + 1;
    }
    text_add(out, body);
    return true;
}

/* "@seq:CODE" in a path becomes the number of the first entry about that code, "@seq:CODE:NAME"
 * that of the first entry of the operation NAME. */
static bool fill_path(struct work *work, const char *path, char **filled)
{
    static const char mark[] = "@seq:";
    const char *at = strstr(path, mark);
    struct rows rows;
    *filled = arena_copy(work->arena, path);
    if (!at)
        return true;
    const char *code = at + sizeof mark - 1;
    size_t length = strcspn(code, "/?");
    size_t coded = strcspn(code, ":/?");
    const char *operation =
        coded < length
            ? arena_print(work->arena, "%.*s/", (int)(length - coded - 1), code + coded + 1)
            : "";
    if (!view_list(work, &journal_table, "subject",
                   value_text(arena_text(work->arena, code, coded)), &rows))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const struct journal *row = &ROWS(rows, const struct journal)[i];
        if (!text_starts(row->operation, operation))
            continue;
        *filled = arena_print(work->arena, "%.*s%lld%s", (int)(at - path), path,
                              (long long)row->seq, code + length);
        return true;
    }
    return fail(&work->fault, FAULT_MISSING, "path", "No entry is about %s.", code);
}

/* A number as it is printed: "~2.80" expects whatever rounds to 2.80, "~9.75e9" whatever rounds to
 * 9.75e9 with two decimals before the power of ten. */
static bool same_rounded(struct arena *arena, const char *actual, const char *expected)
{
    const char *digits = strpbrk(expected, ".eE");
    const char *power = strpbrk(expected, "eE");
    size_t decimals = digits && *digits == '.' ? strspn(digits + 1, "0123456789") : 0;
    double value = 0;
    double wanted = 0;
    if (!actual || !real_parse(actual, &value) || !real_parse(expected, &wanted))
        return false;
    return power ? text_equals(arena_print(arena, "%.*e", (int)decimals, value),
                               arena_print(arena, "%.*e", (int)decimals, wanted))
                 : text_equals(arena_print(arena, "%.*f", (int)decimals, value),
                               arena_print(arena, "%.*f", (int)decimals, wanted));
}

static bool same_text(struct arena *arena, const char *actual, const char *expected)
{
    return expected[0] == '~' ? same_rounded(arena, actual, expected + 1)
                              : text_equals(actual, expected);
}

static bool same_scalar(struct arena *arena, const struct json *actual, const struct json *expected)
{
    enum json_kind kind = json_kind(expected);
    if (kind == JSON_IS_TEXT)
        return same_text(arena, json_as_text(actual), json_as_text(expected));
    if (kind == JSON_IS_INTEGER)
        return json_as_integer(actual) == json_as_integer(expected);
    return kind == JSON_IS_NULL ||
           (kind == JSON_IS_FLAG && json_as_flag(actual) == json_as_flag(expected));
}

/* Everything that an answer must contain; lists must be as long, objects may hold more. */
static bool contains(struct arena *arena, const struct json *actual, const struct json *expected)
{
    enum json_kind kind = json_kind(expected);
    size_t count = json_count(expected);
    if (json_kind(actual) != kind || (kind == JSON_IS_LIST && json_count(actual) != count))
        return false;
    if (kind != JSON_IS_LIST && kind != JSON_IS_OBJECT)
        return same_scalar(arena, actual, expected);
    const char **names = kind == JSON_IS_OBJECT ? json_names(arena, expected) : NULL;
    for (size_t i = 0; i < count; i++) {
        bool inside =
            names ? contains(arena, json_member(actual, names[i]), json_member(expected, names[i]))
                  : contains(arena, json_element(actual, i), json_element(expected, i));
        if (!inside)
            return false;
    }
    return true;
}

static const char *fault_answer(struct arena *arena, const struct fault *fault)
{
    struct text text = text_open(arena);
    size_t count = 0;
    const char **rules = text_split(arena, fault->rules, ' ', &count);
    text_print(&text, "{\"fault\":\"%s\",\"field\":", fault_meaning(fault->kind).word);
    json_add_text(&text, fault->field);
    text_add(&text, ",\"rules\":[");
    for (size_t i = 0; i < count; i++)
        text_print(&text, "%s\"%s\"", i ? "," : "", rules[i]);
    text_add(&text, "],\"text\":");
    json_add_text(&text, fault->text);
    text_add(&text, "}");
    return text.bytes;
}

static const char *read_back(struct work *work, FILE *streamed)
{
    /* cppcheck-suppress nullPointerRedundantCheck ; without the file nothing has worked */
    long size = ftell(streamed);
    char *bytes = arena_take(work->arena, size > 0 ? (size_t)size + 1 : 1);
    rewind(streamed);
    size_t got = size > 0 ? fread(bytes, 1, (size_t)size, streamed) : 0;
    return arena_text(work->arena, bytes, got);
}

/* Runs the request; a stream's answer is read back from a temporary file. */
static const char *perform(struct work *work, struct request *request, int64_t *status)
{
    struct reply reply = {.out = tmpfile()};
    bool streams = request->operation->shape == SHAPE_STREAM;
    bool worked = (reply.out || fail(&work->fault, FAULT_STORAGE, "",
                                     "There is no room for a "
                                     "temporary file.")) &&
                  operation_perform(work, request, &reply);
    const char *answer = !worked   ? fault_answer(work->arena, &work->fault)
                         : streams ? read_back(work, reply.out)
                                   : reply.text.bytes;
    int success = request->operation->effect == RECORDS ? 201 : 200;
    *status = worked ? success : fault_meaning(work->fault.kind).status;
    work->fault = (struct fault){0};
    if (reply.out)
        fclose(reply.out);
    return answer;
}

/* As the door does it: a wish to change what no row offers is refused and kept. */
static bool ask_unoffered(struct player *player, const struct route *route, const char *method,
                          const char **answer, int64_t *status)
{
    struct work *work = player->work;
    const struct unoffered unoffered = route_unoffered(work->arena, route, method);
    struct batch batch;
    if (!route_is_change(method))
        return fail(&work->fault, FAULT_MISSING, "path", "No operation has this method and path.");
    if (!batch_begin(work, &batch))
        return false;
    operation_refuse_change(work, &batch, &unoffered);
    struct fault refused = work->fault;
    if (refused.kind == FAULT_STORAGE || refused.kind == FAULT_UNKNOWN) {
        ledger_abandon(work);
        return false;
    }
    work->fault = (struct fault){0};
    *answer = fault_answer(work->arena, &refused);
    *status = fault_meaning(refused.kind).status;
    return batch_commit(work, &batch);
}

static bool ask(struct player *player, const struct exchange *exchange, const char **answer,
                int64_t *status)
{
    struct work *work = player->work;
    struct route route = {0};
    struct request request = {0};
    struct actor actor;
    struct text body = text_open(work->arena);
    char *path = NULL;
    if (!fill_path(work, exchange->path, &path))
        return false;
    char *query = strchr(path, '?');
    if (query)
        *query++ = '\0';
    if (!permission_grant(work, exchange->as, exchange->site, &actor) ||
        !route_find(work->arena, &work->fault, work->record->catalogue, exchange->method, path,
                    &route) ||
        !add_files(player, &body, exchange->body))
        return false;
    work->actor = &actor;
    if (!route.operation)
        return ask_unoffered(player, &route, exchange->method, answer, status);
    const struct envelope envelope = {.method = exchange->method,
                                      .query = query,
                                      .body = body.bytes,
                                      .size = body.length,
                                      .idempotency_key = exchange->key};
    work->actor = &actor;
    envelope_read(work, &route, &envelope, &request);
    if (route.operation->signature && !exchange->is_unsigned)
        request.signature =
            (struct credential){actor.account, actor_demo_secret(work->arena, actor.account)};
    if (exchange->with)
        request.witness =
            (struct credential){exchange->with, actor_demo_secret(work->arena, exchange->with)};
    *answer = perform(work, &request, status);
    work->actor = NULL;
    return true;
}

static bool play_case(struct player *player, const struct exchange *exchange)
{
    struct work *work = player->work;
    const struct json *actual = NULL;
    const struct json *expected = NULL;
    const char *answer = "";
    int64_t status = 0;
    int zone_minutes = 0;
    if (!instant_parse(exchange->at, &work->now_usec, &zone_minutes))
        return fail(&work->fault, FAULT_INPUT, "at", "The line at of the case \"%s\" is no time.",
                    exchange->sentence);
    work->zone_minutes = zone_minutes;
    if (!ask(player, exchange, &answer, &status))
        return false;
    bool good = status == exchange->status &&
                json_parse(work->arena, &work->fault, answer, strlen(answer), &actual) &&
                json_parse(work->arena, &work->fault, exchange->expected,
                           strlen(exchange->expected), &expected) &&
                contains(work->arena, actual, expected);
    player->result->passed += good;
    player->result->failed += !good;
    if (!good)
        fprintf(player->out, "# %s\n%s %s %s\nexpected %lld %s\nanswered %lld %.1500s\n%s\n\n",
                exchange->sentence, exchange->as, exchange->method, exchange->path,
                (long long)exchange->status, exchange->expected, (long long)status, answer,
                work->fault.text);
    return work->fault.kind == FAULT_NONE;
}

/* The text behind the first word of a line. */
static char *behind(char *line)
{
    char *at = line + strcspn(line, " \t");
    return at + strspn(at, " \t");
}

static bool is_word(const char *line, const char *word)
{
    size_t length = strlen(word);
    return strncmp(line, word, length) == 0 && strchr(" \t", line[length]) != NULL;
}

/* Lines that begin with a blank go on with the line before. */
static char *whole_line(char **rest)
{
    char *line = *rest;
    for (char *at = line;; at++) {
        if (*at == '\n' && at[1] != ' ' && at[1] != '\t') {
            *at = '\0';
            *rest = at + 1;
            return line;
        }
        if (!*at) {
            *rest = at;
            return line;
        }
        if (*at == '\n')
            *at = ' ';
    }
}

static void take_request(struct arena *arena, struct exchange *exchange, char *line)
{
    char *path = behind(line);
    char *body = behind(path);
    exchange->method = arena_text(arena, line, strcspn(line, " \t"));
    exchange->path = arena_text(arena, path, strcspn(path, " \t"));
    exchange->body = *body ? body : "";
}

/* True when the line completes the case. */
static bool take_line(struct arena *arena, struct exchange *exchange, char *line)
{
    if (*line == '#')
        exchange->sentence = behind(line);
    else if (is_word(line, "at"))
        exchange->at = behind(line);
    else if (is_word(line, "as")) {
        size_t count = 0;
        const char **words = text_split(arena, behind(line), ' ', &count);
        exchange->as = words[0];
        exchange->site = count > 1 ? words[1] : NULL;
    } else if (is_word(line, "with"))
        exchange->with = behind(line);
    else if (is_word(line, "key"))
        exchange->key = behind(line);
    else if (text_equals(line, "unsigned"))
        exchange->is_unsigned = true;
    else if (*line >= '1' && *line <= '9') {
        exchange->status = strtoll(line, NULL, 10);
        exchange->expected = *behind(line) ? behind(line) : "{}";
        return true;
    } else if (*line) {
        take_request(arena, exchange, line);
    }
    return false;
}

static int64_t count_cases(const char *text)
{
    int64_t cases = 0;
    for (const char *at = text; at && *at; at = strchr(at, '\n')) {
        at += *at == '\n';
        cases += *at >= '1' && *at <= '9';
        if (!*at)
            break;
    }
    return cases;
}

static bool play_file(struct player *player, const char *path,
                      const struct exchange_progress *progress)
{
    char *text = NULL;
    size_t size = 0;
    struct work *work = player->work;
    struct exchange exchange = {.sentence = ""};
    const char *slash = strrchr(path, '/');
    player->folder = slash ? arena_text(work->arena, path, (size_t)(slash - path)) : ".";
    if (!folder_read(work->arena, &work->fault, path, EXCHANGE_BYTES, &text, &size))
        return false;
    if (!text_is_utf8(text, size))
        return fail(&work->fault, FAULT_INPUT, "file",
                    "The file of exchanges is not UTF-8 without NUL; save it as UTF-8.");
    for (char *rest = text; *rest;) {
        char *line = whole_line(&rest);
        if (!take_line(work->arena, &exchange, line))
            continue;
        if (!exchange.at || !exchange.as || !exchange.method)
            return fail(&work->fault, FAULT_INPUT, "at",
                        "The case \"%s\" lacks at, as or a request.", exchange.sentence);
        struct arena_mark mark = arena_mark(work->arena);
        bool worked = play_case(player, &exchange);
        arena_rewind(work->arena, mark);
        if (!worked)
            return false;
        if (progress)
            progress->step(progress->context, exchange.sentence,
                           player->result->passed + player->result->failed, player->result->cases);
        exchange.with = NULL;
        exchange.key = NULL;
        exchange.is_unsigned = false;
    }
    return true;
}

static bool count_file(struct work *work, const char *path, struct exchange_result *result)
{
    char *text = NULL;
    size_t size = 0;
    if (!folder_read(work->arena, &work->fault, path, EXCHANGE_BYTES, &text, &size))
        return false;
    result->cases += count_cases(text);
    return true;
}

/* The chapters of a folder, in order of their names. */
static bool list_chapters(struct work *work, const char *path, const char ***chapters,
                          size_t *count)
{
    if (!folder_list(work->arena, &work->fault, path, ".txt", chapters, count))
        return false;
    for (size_t i = 0; i < *count; i++)
        (*chapters)[i] = arena_print(work->arena, "%s/%s", path, (*chapters)[i]);
    return true;
}

bool exchange_play(struct work *work, const char *path, const struct exchange_progress *progress,
                   FILE *out, struct exchange_result *result)
{
    struct player player = {.work = work, .out = out, .result = result};
    struct stat status;
    const char **chapters = &path;
    size_t count = 1;
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode) &&
        !list_chapters(work, path, &chapters, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!count_file(work, chapters[i], result))
            return false;
    for (size_t i = 0; i < count; i++)
        if (!play_file(&player, chapters[i], progress))
            return false;
    return true;
}
