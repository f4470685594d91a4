/* sieve.c: each row is looked at once; only what the answer may need is kept of it. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "contract/excerpt.h"

#include "base/csv.h"
#include "base/fold.h"
#include "base/time.h"
#include "contract/operation.h"

#include <stdlib.h>

enum {
    TAKE_DEFAULT = 100,
    PAGE_ROWS = 1000,
    SPARE_ROWS = 1024, /* kept beyond what is needed before the rest is thrown away */
    LONGEST_RUN = 255, /* digits of a number inside of a text that count */
};
/* Of written rows in one answer: a list as csv may be long, and memory is not endless. */
static const size_t kept_bytes_most = (size_t)128 << 20;

/* A row that matched: where it belongs, and as what it goes out. */
struct match {
    bool known; /* what is unknown comes last, in both directions */
    bool descending;
    int64_t place;    /* among those that matched, in the list's own order */
    int64_t whole;    /* key of integers, counts, flags and instants */
    double real;      /* key of measured numbers */
    const char *text; /* key of texts and dates, or NULL */
    const char *row;
    size_t length;
};

struct sieve {
    const struct operation *operation;
    const struct schema *schema;
    const struct excerpt *excerpt;
    const struct field *sort;
    const char **words;
    size_t word_count;
    bool seeks_number; /* a word that may stand in a number or a time */
    int zone_minutes;
    struct person_reader *reader;
    struct arena *kept; /* what matched, in memory of its own: that of the list is used again */
    struct match *matches;
    size_t count;
    size_t room;
    size_t bytes;
    int64_t matched; /* in all */
    int64_t first;   /* place of the first row that is asked for */
    int64_t end;     /* and of the first behind them */
    bool is_full;    /* a row behind matches[count - 1] is not needed */
    const struct row_writer *writer;
};

static void close_kept(void *thing)
{
    struct sieve *sieve = thing;
    arena_close(sieve->kept);
}

static void read_words(struct arena *arena, struct sieve *sieve)
{
    struct text even = text_open(arena);
    text_add_even(&even, sieve->excerpt->search);
    sieve->words = text_split(arena, even.bytes, ' ', &sieve->word_count);
    for (size_t i = 0; i < sieve->word_count; i++)
        if (!sieve->words[i][strspn(sieve->words[i], "0123456789+-.:tz")])
            sieve->seeks_number = true;
}

struct sieve *sieve_open(struct work *work, const struct operation *operation,
                         const struct excerpt *excerpt)
{
    struct sieve *sieve = arena_take(work->arena, sizeof *sieve);
    int64_t most = excerpt_is_csv(excerpt) ? INT64_MAX / 2 : TAKE_DEFAULT;
    *sieve = (struct sieve){
        .operation = operation,
        .schema = operation->output,
        .excerpt = excerpt,
        .sort = excerpt->sort ? schema_field(operation->output, excerpt->sort) : NULL,
        .zone_minutes = work->zone_minutes,
        .kept = arena_open(WORK_ARENA_BYTES),
        .first = excerpt->skip.known ? excerpt->skip.value : 0,
    };
    arena_defer(work->arena, close_kept, sieve);
    sieve->end = sieve->first + (excerpt->take.known ? excerpt->take.value : most);
    sieve->reader = person_reader_open(work->arena);
    sieve->writer = row_writer_open(work->arena, sieve->schema);
    read_words(work->arena, sieve);
    return sieve;
}

static void add_line(struct text *out, const char *line)
{
    if (!line)
        return;
    text_add_even(out, line);
    text_add_bytes(out, "\n", 1);
}

/* Times as they are sent and as who asks reads them. */
static void add_instant(struct text *out, int64_t usec, int zone_minutes)
{
    if (!usec)
        return;
    add_line(out, instant_print(out->arena, usec));
    add_line(out, instant_print(out->arena, usec + zone_minutes * USEC_PER_MINUTE));
}

static void add_number(struct text *out, int64_t number)
{
    text_add_integer(out, number);
    text_add_bytes(out, "\n", 1);
}

static void add_scalar(struct text *out, const struct sieve *sieve, const struct field *field,
                       const void *row)
{
    const void *member = (const char *)row + field->offset;
    switch (field->kind) {
    case FIELD_INTEGER:
        if (sieve->seeks_number)
            add_number(out, *(const int64_t *)member);
        return;
    case FIELD_COUNT:
        if (sieve->seeks_number && ((const struct count *)member)->known)
            add_number(out, ((const struct count *)member)->value);
        return;
    case FIELD_INSTANT:
        if (sieve->seeks_number)
            add_instant(out, ((const struct instant *)member)->usec, sieve->zone_minutes);
        return;
    case FIELD_FILE:
        add_line(out, ((const struct file *)member)->name);
        add_line(out, ((const struct file *)member)->sha256);
        return;
    case FIELD_TEXT:
    case FIELD_REAL:
    case FIELD_DATE:
        add_line(out, field_print(out->arena, field, row));
        return;
    case FIELD_FLAG:
    case FIELD_LIST:
    case FIELD_RECORD:
    case FIELD_UNSET:
        return;
    }
}

/* Everything that the row shows, one value a line: no word that is searched holds a line's end. */
static void add_shown(struct text *out, const struct sieve *sieve, const struct schema *schema,
                      const void *row)
{
    for (size_t i = 0; i < schema->count; i++) {
        const struct field *field = &schema->fields[i];
        const void *member = (const char *)row + field->offset;
        const struct rows *rows = member;
        if (field->secret)
            continue;
        if (field->kind == FIELD_RECORD)
            add_shown(out, sieve, field->of, member);
        for (size_t j = 0; field->kind == FIELD_LIST && j < rows->count; j++)
            add_shown(out, sieve, field->of, (const char *)rows->items + j * field->of->size);
        add_scalar(out, sieve, field, row);
    }
}

static bool shows_words(struct arena *arena, const struct sieve *sieve, const void *row)
{
    struct text shown = text_open(arena);
    add_shown(&shown, sieve, sieve->schema, row);
    for (size_t i = 0; i < sieve->word_count; i++)
        if (!shown.length || !strstr(shown.bytes, sieve->words[i]))
            return false;
    return true;
}

/* Compares as text does, and the numbers inside as numbers: before its digits each has how many
 * there are. */
static const char *natural_key(struct arena *arena, const char *text)
{
    static const char digits[] = "0123456789";
    struct text even = text_open(arena);
    struct text key = text_open(arena);
    text_add_even(&even, text);
    for (const char *at = even.bytes; *at;) {
        size_t words = strcspn(at, digits);
        text_add_bytes(&key, at, words);
        at += words;
        while (*at == '0' && at[1] >= '0' && at[1] <= '9')
            at++;
        size_t length = strspn(at, digits);
        if (!length)
            break;
        const char counted = (char)(unsigned char)(length < LONGEST_RUN ? length : LONGEST_RUN);
        text_add_bytes(&key, "0", 1);
        text_add_bytes(&key, &counted, 1);
        text_add_bytes(&key, at, length);
        at += length;
    }
    return key.length ? key.bytes : "";
}

static void set_key(struct arena *arena, const struct field *field, const void *row,
                    struct match *match)
{
    const void *member = (const char *)row + field->offset;
    match->known = true;
    if (field->kind == FIELD_INTEGER) {
        match->whole = *(const int64_t *)member;
    } else if (field->kind == FIELD_FLAG) {
        match->whole = *(const bool *)member;
    } else if (field->kind == FIELD_INSTANT) {
        match->whole = ((const struct instant *)member)->usec;
        match->known = match->whole != 0;
    } else if (field->kind == FIELD_COUNT) {
        match->whole = ((const struct count *)member)->value;
        match->known = ((const struct count *)member)->known;
    } else if (field->kind == FIELD_REAL) {
        match->real = ((const struct real *)member)->value;
        match->known = ((const struct real *)member)->text != NULL;
    } else {
        const char *text = field_print(arena, field, row);
        match->known = text != NULL;
        match->text = text ? natural_key(arena, text) : NULL;
    }
}

static int compare_numbers(double one, double other)
{
    return (one > other) - (one < other);
}

static int compare_matches(const void *one, const void *other)
{
    const struct match *left = one;
    const struct match *right = other;
    if (left->known != right->known)
        return left->known ? -1 : 1;
    int order = left->text && right->text
                    ? strcmp(left->text, right->text)
                    : (left->whole > right->whole) - (left->whole < right->whole);
    if (!order)
        order = compare_numbers(left->real, right->real);
    if (order)
        return left->descending ? -order : order;
    return (left->place > right->place) - (left->place < right->place);
}

/* Throws away what is certainly not asked for, and its memory with it. */
static void settle(struct sieve *sieve)
{
    struct arena *old = sieve->kept;
    struct match *before = sieve->matches;
    size_t wanted = (size_t)sieve->end;
    qsort(before, sieve->count, sizeof *before, compare_matches);
    sieve->is_full = sieve->count >= wanted;
    sieve->count = sieve->is_full ? wanted : sieve->count;
    sieve->bytes = 0;
    sieve->room = sieve->count + sieve->count + SPARE_ROWS;
    sieve->kept = arena_open(WORK_ARENA_BYTES);
    sieve->matches = arena_take(sieve->kept, sieve->room * sizeof *before);
    for (size_t i = 0; i < sieve->count; i++) {
        struct match *match = &sieve->matches[i];
        *match = before[i];
        match->text = arena_copy(sieve->kept, match->text);
        match->row = arena_text(sieve->kept, match->row, match->length);
        sieve->bytes += match->length;
    }
    arena_close(old);
}

static void make_room(struct sieve *sieve)
{
    if (sieve->count < sieve->room)
        return;
    if (sieve->sort && (int64_t)sieve->count >= sieve->end) {
        settle(sieve);
        return;
    }
    sieve->room = sieve->room * 2 + SPARE_ROWS;
    struct match *moved = arena_take(sieve->kept, sieve->room * sizeof *moved);
    if (sieve->count)
        memcpy(moved, sieve->matches, sieve->count * sizeof *moved);
    sieve->matches = moved;
}

static bool is_wanted(const struct sieve *sieve, const struct match *match)
{
    if (!sieve->sort)
        return match->place >= sieve->first && match->place < sieve->end;
    return sieve->end > 0 && !(sieve->is_full && sieve->count &&
                               compare_matches(match, &sieve->matches[sieve->end - 1]) > 0);
}

static bool keep(struct work *work, struct sieve *sieve, struct match match, const void *row)
{
    struct text text = text_open(work->arena);
    if (excerpt_is_csv(sieve->excerpt))
        csv_write_row(&text, sieve->schema, row);
    else
        row_write(&text, sieve->writer, row);
    make_room(sieve);
    match.text = arena_copy(sieve->kept, match.text);
    match.row = arena_text(sieve->kept, text.bytes, text.length);
    match.length = text.length;
    sieve->matches[sieve->count++] = match;
    sieve->bytes += text.length;
    return sieve->bytes <= kept_bytes_most ||
           fail(&work->fault, FAULT_TOO_LARGE, "take",
                "The answer would be larger than %zu MiB; search for less or take fewer rows.",
                kept_bytes_most >> 20);
}

/* What is personal is opened only where it is looked at. */
static bool unseal_key(struct work *work, const struct sieve *sieve, void *row)
{
    const struct schema key = {.name = "", .fields = sieve->sort, .count = 1};
    return !sieve->sort || operation_unseal_by(work, sieve->reader, &key, row);
}

static bool pass(struct work *work, struct sieve *sieve, void *row)
{
    struct match match = {.descending = sieve->excerpt->descending};
    if (sieve->word_count) {
        if (!operation_unseal_by(work, sieve->reader, sieve->schema, row))
            return false;
        if (!shows_words(work->arena, sieve, row))
            return true;
    }
    if (!unseal_key(work, sieve, row))
        return false;
    match.place = sieve->matched++;
    if (sieve->sort)
        set_key(work->arena, sieve->sort, row, &match);
    return !is_wanted(sieve, &match) ||
           (operation_unseal_by(work, sieve->reader, sieve->schema, row) &&
            keep(work, sieve, match, row));
}

bool sieve_row(struct work *work, struct sieve *sieve, const void *row)
{
    struct arena_mark mark = arena_mark(work->arena);
    void *copy = arena_take(work->arena, sieve->schema->size);
    memcpy(copy, row, sieve->schema->size);
    bool worked = pass(work, sieve, copy);
    arena_rewind(work->arena, mark);
    return worked;
}

static bool pass_rows(struct work *work, struct sieve *sieve, const struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!sieve_row(work, sieve, (const char *)rows->items + i * sieve->schema->size))
            return false;
    return true;
}

/* Where the next page begins: behind the first member of the last row. */
static void set_after(struct arena *arena, const struct operation *operation, void *input,
                      const void *last)
{
    const struct field *after = schema_field(operation->input, "after");
    const struct field *first = &operation->output->fields[0];
    void *to = (char *)input + after->offset;
    const void *from = (const char *)last + first->offset;
    if (after->kind == FIELD_INTEGER)
        *(int64_t *)to = *(const int64_t *)from;
    else
        *(const char **)to = arena_copy(arena, *(const char *const *)from);
}

bool sieve_list(struct work *work, struct sieve *sieve, const void *input)
{
    const struct operation *operation = sieve->operation;
    const struct field *limit = schema_field(operation->input, "limit");
    bool in_pages = limit && schema_field(operation->input, "after");
    void *asked = arena_take(work->arena, operation->input->size + 1);
    struct arena *between = arena_open(WORK_ARENA_BYTES);
    bool worked = true;
    bool more = true;
    memcpy(asked, input, operation->input->size);
    if (in_pages)
        *(int64_t *)(void *)((char *)asked + limit->offset) = PAGE_ROWS;
    while (worked && more) {
        struct arena_mark mark = arena_mark(work->arena);
        struct rows rows = {0};
        worked = operation->list(work, asked, &rows) && pass_rows(work, sieve, &rows);
        more = in_pages && rows.count;
        if (worked && more)
            set_after(between, operation, asked,
                      (const char *)rows.items + (rows.count - 1) * operation->output->size);
        arena_rewind(work->arena, mark);
    }
    arena_close(between);
    return worked;
}

struct text sieve_text(struct work *work, struct sieve *sieve, const char *start)
{
    bool csv = excerpt_is_csv(sieve->excerpt);
    struct text out = text_open(work->arena);
    bool begun = false;
    if (sieve->sort && sieve->count > 0)
        qsort(sieve->matches, sieve->count, sizeof *sieve->matches, compare_matches);
    text_grow(&out, sieve->bytes + sieve->count + strlen(start) + PAGE_ROWS);
    if (csv)
        csv_write_head(&out, sieve->schema);
    else
        text_print(&out, "%s\"rows\":[", start);
    for (size_t i = sieve->sort ? (size_t)sieve->first : 0;
         i < sieve->count && (!sieve->sort || (int64_t)i < sieve->end); i++) {
        text_add(&out, begun && !csv ? ",\n" : "");
        text_add_bytes(&out, sieve->matches[i].row, sieve->matches[i].length);
        begun = true;
    }
    if (!csv)
        text_print(&out, "],\"count\":%lld}", (long long)sieve->matched);
    return out;
}
