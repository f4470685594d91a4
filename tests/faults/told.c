/* told.c: acknowledged is there once and byte for byte, refused is not, unknown is at most once. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "told.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_ENTRIES = 100000 };

static bool say(char why[200], const struct told *told, const char *sentence)
{
    snprintf(why, 200, "%s (%s) %s", told->key, told->operation, sentence);
    return false;
}

static bool note_stored(struct told *told, const char *answer, char why[200])
{
    const char *seq = answer ? strstr(answer, "\"entry\":{\"seq\":") : NULL;
    const char *hash = seq ? strstr(seq, "\"hash\":\"") : NULL;
    char hex[HASH_TEXT + 1] = {0};
    if (!hash)
        return say(why, told, "was stored and the answer names no entry");
    int64_t number = strtoll(seq + strlen("\"entry\":{\"seq\":"), NULL, 10);
    memcpy(hex, hash + strlen("\"hash\":\""), HASH_TEXT);
    if (told->word == TOLD_STORED && (told->seq != number || strcmp(told->hash, hex) != 0))
        return say(why, told, "was stored and asked again is another entry");
    told->word = TOLD_STORED;
    told->seq = number;
    memcpy(told->hash, hex, sizeof hex);
    return true;
}

/* A retry that failed says nothing about the request before it. */
bool told_note(struct told *told, const struct fault *fault, const char *answer, char why[200])
{
    bool was_open = told->word == TOLD_UNKNOWN || told->word == TOLD_STORED;
    size_t length = strlen(fault->text);
    if (fault->kind == FAULT_NONE)
        return note_stored(told, answer, why);
    if (!length || fault->text[length - 1] != '.')
        return say(why, told, "was not stored and no sentence says why");
    if (fault->kind == FAULT_UNKNOWN) {
        told->word = told->word == TOLD_STORED ? TOLD_STORED : TOLD_UNKNOWN;
        return true;
    }
    if (fault->kind == FAULT_STORAGE) {
        told->word = was_open ? told->word : TOLD_FAILED;
        return true;
    }
    if (told->word == TOLD_STORED)
        return say(why, told, "was stored and asked again is refused");
    told->word = TOLD_REFUSED;
    return true;
}

struct counted {
    int64_t times;
    int64_t seq;
    bool same; /* the bytes are those that were acknowledged */
};

static struct counted count_told(struct work *work, const struct rows *lines,
                                 const struct told *told)
{
    char needle[64];
    struct counted counted = {0};
    snprintf(needle, sizeof needle, "\"idempotency_key\":\"%s\"", told->key);
    for (size_t i = 0; i < lines->count; i++) {
        const struct ledger_line *line = &ROWS(*lines, const struct ledger_line)[i];
        if (!strstr(line->bytes, needle))
            continue;
        struct hash hash = hasher_hash(work->database->hasher, line->bytes, strlen(line->bytes));
        counted.times++;
        counted.seq = line->seq;
        counted.same = text_equals(hex_print(work->arena, hash.bytes, HASH_BYTES), told->hash);
    }
    return counted;
}

static bool holds_one(const struct told *told, const struct counted *counted, char why[200])
{
    char sentence[120];
    switch (told->word) {
    case TOLD_STORED:
        snprintf(sentence, sizeof sentence, "was acknowledged as entry %lld and stands %lld times",
                 (long long)told->seq, (long long)counted->times);
        if (counted->times != 1 || counted->seq != told->seq)
            return say(why, told, sentence);
        return counted->same || say(why, told, "was acknowledged and has other bytes");
    case TOLD_REFUSED:
        return counted->times == 0 || say(why, told, "was refused and is there");
    case TOLD_FAILED:
        return counted->times == 0 || say(why, told, "was told as failed and is there");
    case TOLD_NOTHING:
    case TOLD_UNKNOWN:
        break;
    }
    return counted->times <= 1 || say(why, told, "is there twice");
}

bool told_holds(struct work *work, const struct told *told, size_t count, char why[200])
{
    struct rows lines;
    struct arena_mark mark = arena_mark(work->arena);
    bool holds = ledger_lines(work, 1, MOST_ENTRIES, &lines);
    if (!holds)
        snprintf(why, 200, "the entries cannot be read: %.150s", work->fault.text);
    for (size_t i = 0; holds && i < count; i++) {
        struct counted counted = count_told(work, &lines, &told[i]);
        holds = holds_one(&told[i], &counted, why);
    }
    arena_rewind(work->arena, mark);
    return holds;
}
