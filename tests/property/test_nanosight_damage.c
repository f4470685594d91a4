/* test_nanosight_damage.c: does a damaged experiment summary ever give a changed number unnoticed?
 * Law: whatever is cut off or changed, the file is refused, or a flag is raised, or every number
 * stays; except numbers that the file holds only once, which are counted by name. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "measure/nanosight_field.h"
#include "nanosight_example.h"

/* Last: cmocka makes a macro of the name fail. */
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define BEADS "../shared/data/nanosight_beads_MIT/"

enum { ARENA_BYTES = 64 << 20, MUTATIONS = 4000, REAL_CUTS = 200, NAMES = 32 };

/* What one damaged file did to the numbers. */
enum outcome {
    OUTCOME_REFUSED,
    OUTCOME_FLAGGED,  /* the flags differ from those of the whole file */
    OUTCOME_SAME,     /* all numbers are the same */
    OUTCOME_ROUNDING, /* changed by less than what the file's own rounding hides */
    OUTCOME_ONCE,     /* changed, and nothing else in the file tells: see the list below */
    OUTCOME_SILENT,   /* the law is broken */
    OUTCOMES,
};

/* Numbers that no other number of the file repeats. */
static const char *const held_once[] = {
    "Temperature/C",       "Viscosity/cP",        "Completed tracks", "Valid Tracks",
    "X-Drift (pix/frame)", "Y-Drift (pix/frame)", "time captured",
};

struct tally {
    size_t outcomes[OUTCOMES];
    const char *names[NAMES];
    size_t counts[NAMES];
};

static void tally_name(struct tally *tally, const char *name)
{
    for (size_t i = 0; i < NAMES; i++) {
        if (tally->names[i] && strcmp(tally->names[i], name) != 0)
            continue;
        tally->names[i] = name;
        tally->counts[i]++;
        return;
    }
}

static bool same_flags(const struct nanosight *a, const struct nanosight *b)
{
    bool same = a->flag_count == b->flag_count;
    for (size_t i = 0; same && i < a->flag_count; i++)
        same = strcmp(a->flags[i].id, b->flags[i].id) == 0 &&
               strcmp(a->flags[i].value, b->flags[i].value) == 0;
    return same;
}

static void worsen(enum outcome *outcome, enum outcome to)
{
    *outcome = to > *outcome ? to : *outcome;
}

/* Numbers with bins behind them may move by what rounding hides, and no further. */
static void judge_close(enum outcome *outcome, double is, double was, double hidden)
{
    if (is != was)
        worsen(outcome, fabs(is - was) <= hidden ? OUTCOME_ROUNDING : OUTCOME_SILENT);
}

static void judge_number(struct tally *tally, enum outcome *outcome, const char *label,
                         const struct nanosight_number *is, const struct nanosight_number *was,
                         double hidden)
{
    bool once = false;
    if (is->known == was->known && (!is->known || is->value == was->value))
        return;
    for (size_t i = 0; i < sizeof held_once / sizeof *held_once; i++)
        once = once || strcmp(held_once[i], label) == 0;
    if (once) {
        tally_name(tally, label);
        worsen(outcome, OUTCOME_ONCE);
    } else if (is->known && was->known && fabs(is->value - was->value) <= hidden) {
        worsen(outcome, OUTCOME_ROUNDING);
    } else {
        print_message("silent: %s is %s, was %s\n", label, is->text, was->text);
        worsen(outcome, OUTCOME_SILENT);
    }
}

/* What the rounding of a printed number, and of the average that repeats it, leaves open. */
static double hidden_in(const struct nanosight_field *field, double value, size_t videos)
{
    if (field->section == SECTION_SIZES)
        return 0.1001;
    if (strstr(field->label, "per frame"))
        return 0.2001 * (double)videos;
    return 0.0101 * value; /* three digits */
}

static void judge_printed(struct tally *tally, enum outcome *outcome, size_t videos,
                          struct nanosight_printed *is, struct nanosight_printed *was)
{
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        const struct nanosight_field *field = &nanosight_fields[i];
        if (field->kind != FIELD_PRINTED)
            continue;
        const struct nanosight_number *number = nanosight_printed_of(field, was);
        judge_number(tally, outcome, field->label, nanosight_printed_of(field, is), number,
                     hidden_in(field, number->value, videos));
    }
}

static void judge_video(struct tally *tally, enum outcome *outcome, size_t videos,
                        struct nanosight_video *is, struct nanosight_video *was)
{
    for (size_t i = 0; i < NANOSIGHT_FIELDS; i++) {
        const struct nanosight_field *field = &nanosight_fields[i];
        if (field->kind == FIELD_NUMBER)
            judge_number(tally, outcome, field->label, nanosight_number_of(field, is),
                         nanosight_number_of(field, was), 0);
    }
    judge_printed(tally, outcome, videos, &is->printed, &was->printed);
    for (size_t bin = 0; bin < NANOSIGHT_BINS; bin++)
        judge_close(outcome, is->bins_per_ml[bin], was->bins_per_ml[bin], 3 * (double)videos);
    judge_close(outcome, is->concentration_per_ml, was->concentration_per_ml,
                1e-7 * was->concentration_per_ml);
    judge_close(outcome, is->figures.mean_nm, was->figures.mean_nm, 1e-4);
    judge_close(outcome, is->figures.sd_nm, was->figures.sd_nm, 1e-3);
    judge_close(outcome, is->figures.mode_nm, was->figures.mode_nm, 0);
    judge_close(outcome, is->figures.d10_nm, was->figures.d10_nm, 1e-4);
    judge_close(outcome, is->figures.d50_nm, was->figures.d50_nm, 1e-4);
    judge_close(outcome, is->figures.d90_nm, was->figures.d90_nm, 1e-4);
}

static bool same_time(struct nanosight_time a, struct nanosight_time b)
{
    return a.known == b.known && a.year == b.year && a.month == b.month && a.day == b.day &&
           a.hour == b.hour && a.minute == b.minute && a.second == b.second;
}

static enum outcome judge(struct tally *tally, struct nanosight *is, struct nanosight *was)
{
    enum outcome outcome = OUTCOME_SAME;
    if (is->video_count != was->video_count || !same_flags(is, was))
        return OUTCOME_FLAGGED;
    for (size_t i = 0; i < was->video_count; i++)
        judge_video(tally, &outcome, was->video_count, &is->videos[i], &was->videos[i]);
    judge_printed(tally, &outcome, was->video_count, &is->average, &was->average);
    judge_printed(tally, &outcome, was->video_count, &is->standard_error, &was->standard_error);
    judge_close(&outcome, is->pooled.d50_nm, was->pooled.d50_nm, 1e-4);
    judge_close(&outcome, is->between.mean_per_ml, was->between.mean_per_ml,
                1e-7 * was->between.mean_per_ml);
    if (!same_time(is->time_captured, was->time_captured)) {
        tally_name(tally, "time captured");
        worsen(&outcome, OUTCOME_ONCE);
    }
    if (is->basis != was->basis || is->edge != was->edge || is->average_over != was->average_over)
        worsen(&outcome, OUTCOME_SILENT);
    return outcome;
}

/* Reads damaged bytes from a copy of exactly their size, so that a sanitizer sees every overrun. */
static enum outcome outcome_of(struct tally *tally, const char *bytes, size_t size,
                               struct nanosight *whole)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct fault fault = {.kind = FAULT_NONE};
    struct nanosight result;
    enum outcome outcome = OUTCOME_REFUSED;
    unsigned char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    if (nanosight_import(arena, &fault, copy, size, &result))
        outcome = judge(tally, &result, whole);
    else if (fault.kind != FAULT_INPUT || strcmp(fault.field, "file") != 0 ||
             strncmp(fault.text, "Line ", 5) != 0)
        fail_msg("refused without a place: %s", fault.text);
    tally->outcomes[outcome]++;
    free(copy);
    arena_close(arena);
    return outcome;
}

static void tally_print(const struct tally *tally, const char *of)
{
    print_message("%s: %zu refused, %zu flagged, %zu without effect, %zu below rounding, %zu in "
                  "numbers held once, %zu silent\n",
                  of, tally->outcomes[OUTCOME_REFUSED], tally->outcomes[OUTCOME_FLAGGED],
                  tally->outcomes[OUTCOME_SAME], tally->outcomes[OUTCOME_ROUNDING],
                  tally->outcomes[OUTCOME_ONCE], tally->outcomes[OUTCOME_SILENT]);
    for (size_t i = 0; i < NAMES && tally->names[i]; i++)
        print_message("    %zu x %s\n", tally->counts[i], tally->names[i]);
}

static struct nanosight *whole_of(struct arena *arena, const char *bytes, size_t size)
{
    struct fault fault = {.kind = FAULT_NONE};
    struct nanosight *whole = arena_take(arena, sizeof *whole);
    if (!nanosight_import(arena, &fault, (const unsigned char *)bytes, size, whole))
        fail_msg("%s", fault.text);
    return whole;
}

/* A cut file is refused, or it has lost nothing but blank rows and commas. */
static void cut(struct arena *arena, const char *name, const char *bytes, size_t size, size_t every)
{
    struct tally tally = {.names = {NULL}};
    struct nanosight *whole = whole_of(arena, bytes, size);
    size_t dense = size - 400; /* from here on every byte */
    size_t length = 0;
    while (length < size) {
        enum outcome outcome = outcome_of(&tally, bytes, length, whole);
        bool lost = bytes[length + strspn(bytes + length, ",\r\n")] != '\0';
        if (outcome != OUTCOME_REFUSED && (outcome != OUTCOME_SAME || lost))
            fail_msg("%s, cut at %zu of %zu bytes, was accepted", name, length, size);
        length += length < dense ? every : 1;
    }
    tally_print(&tally, name);
}

static void a_cut_file_is_refused_or_has_lost_nothing(void **state)
{
    (void)state;
    for (unsigned mask = 0; mask < 4; mask++) {
        struct arena *arena = arena_open(ARENA_BYTES);
        struct example example = {.videos = 2, .crlf = mask & 1, .tables = mask & 2 ? 3 : 1};
        const struct example_text *text = example_write(arena, &example);
        cut(arena, mask & 2 ? "three weightings, cut" : "one weighting, cut", text->bytes,
            text->size, 211);
        arena_close(arena);
    }
}

static void real_files_cut_anywhere_are_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {BEADS "beads2_NS300_NTA3.4_ExperimentSummary.csv",
                                        BEADS "beads_NS300_NTA3.2_ExperimentSummary.csv"};
    for (size_t i = 0; i < 2; i++) {
        FILE *file = fopen(paths[i], "rb");
        if (!file) {
            print_message("SKIPPED: %s is not there, so no real file was cut.\n", paths[i]);
            skip();
        }
        struct arena *arena = arena_open(ARENA_BYTES);
        char *bytes = arena_take(arena, 1 << 20);
        size_t size = fread(bytes, 1, (1 << 20) - 1, file);
        assert_int_equal(fclose(file), 0);
        cut(arena, strrchr(paths[i], '/') + 1, bytes, size, size / REAL_CUTS);
        arena_close(arena);
    }
}

/* xorshift64*, seeded, so that a failure can be repeated. */
static unsigned long long random_next(unsigned long long *seed)
{
    *seed ^= *seed >> 12;
    *seed ^= *seed << 25;
    *seed ^= *seed >> 27;
    return *seed * 2685821657736338717ULL;
}

/* One of: any byte, a digit for a digit, a bit, one byte more, one byte less, two exchanged. */
static size_t mutate(unsigned long long *seed, char *bytes, size_t size)
{
    size_t at = random_next(seed) % (size - 1);
    char byte = (char)(random_next(seed) & 0xFF);
    char digit = (char)('0' + random_next(seed) % 10);
    switch (random_next(seed) % 6) {
    case 0:
        bytes[at] = byte;
        return size;
    case 1:
        while (bytes[at] < '0' || bytes[at] > '9')
            at = (at + 1) % size;
        bytes[at] = digit;
        return size;
    case 2:
        bytes[at] = (char)(bytes[at] ^ (1 << random_next(seed) % 8));
        return size;
    case 3:
        memmove(bytes + at + 1, bytes + at, size - at);
        bytes[at] = digit;
        return size + 1;
    case 4:
        memmove(bytes + at, bytes + at + 1, size - at - 1);
        return size - 1;
    default:
        byte = bytes[at];
        bytes[at] = bytes[at + 1];
        bytes[at + 1] = byte;
        return size;
    }
}

/* Half of them anywhere, half above the bins. More take longer: NANOSIGHT_MUTATIONS=20000. */
static size_t mutations_wanted(void)
{
    const char *wanted = getenv("NANOSIGHT_MUTATIONS");
    long count = wanted ? strtol(wanted, NULL, 10) : 0;
    return count > 0 ? (size_t)count : MUTATIONS;
}

/* Changes the first bytes of an example, so many of them, again and again. */
static void mutations(const char *where, bool head_only)
{
    struct arena *arena = arena_open(ARENA_BYTES);
    struct example example = {.videos = 2, .dilution = "1.00e+03"};
    const struct example_text *text = example_write(arena, &example);
    struct nanosight *whole = whole_of(arena, text->bytes, text->size);
    size_t head = (size_t)(strstr(text->bytes, "Graph Data") - text->bytes);
    size_t reach = head_only ? head : text->size;
    char *copy = arena_take(arena, text->size + 1);
    unsigned long long seed = 20240229;
    struct tally tally = {.names = {NULL}};
    size_t wanted = mutations_wanted() / 2;
    for (size_t i = 0; i < wanted; i++) {
        memcpy(copy, text->bytes, text->size);
        size_t changed = mutate(&seed, copy, reach);
        memcpy(copy + changed, text->bytes + reach, text->size - reach);
        size_t size = text->size - reach + changed;
        if (outcome_of(&tally, copy, size, whole) == OUTCOME_SILENT)
            print_message("mutation %zu changes a number and nobody is told\n", i);
    }
    tally_print(&tally, where);
    assert_int_equal(tally.outcomes[OUTCOME_SILENT], 0);
    assert_true(tally.outcomes[OUTCOME_REFUSED] > wanted / 5);
    assert_true(tally.outcomes[OUTCOME_FLAGGED] > wanted / 10);
    arena_close(arena);
}

static void a_changed_byte_never_changes_a_number_unnoticed(void **state)
{
    (void)state;
    mutations("mutations anywhere", false);
    mutations("mutations above the bins", true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cut_file_is_refused_or_has_lost_nothing),
        cmocka_unit_test(real_files_cut_anywhere_are_refused),
        cmocka_unit_test(a_changed_byte_never_changes_a_number_unnoticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
