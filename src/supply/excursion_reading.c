/* excursion_reading.c: what each reading counts for, and which of many show the same curve. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base/time.h"
#include "supply/excursion.h"

static const struct field reading_fields[] = {
    FIELD(struct excursion_reading, at, .help = "When it was read"),
    FIELD(struct excursion_reading, probe, .help = "Probe"),
    FIELD(struct excursion_reading, temperature_c, .unit = "C",
          .help = "Temperature, or unknown where the reading is missing"),
    FIELD(struct excursion_reading, state,
          .help = "good, warm, missing, outside of the way, or unjudged without a signed rule"),
    FIELD(struct excursion_reading, out,
          .help = "It counts as out of range; so does what no signed rule judges"),
    FIELD(struct excursion_reading, gap,
          .help = "Nothing is known between the reading before and this one"),
    FIELD(struct excursion_reading, minutes_out, .unit = "min",
          .help = "Time out of range from packing until here, by the signed rule"),
    FIELD(struct excursion_reading, left_out,
          .help = "Readings between the one before and this that are not told"),
};
const struct schema excursion_reading_schema =
    SCHEMA("excursion_reading", struct excursion_reading, reading_fields);

/* One probe, reading by reading. */
struct following {
    struct excursion_reading *rows;
    bool judged;
    double most_c;
    int64_t interval_usec;
    int64_t before_usec; /* last reading on the way, or packing */
    bool was_warm;
    int64_t usec;  /* out of range so far */
    size_t behind; /* index of the first reading after the last one on the way */
};

/* The step up to here counts whole or not at all, with every missing reading in it. */
static void end_step(struct following *follow, size_t until, int64_t here_usec, bool warm)
{
    const bool gap = here_usec - follow->before_usec > follow->interval_usec;
    const bool out = gap || warm || follow->was_warm;
    if (out && here_usec > follow->before_usec)
        follow->usec += here_usec - follow->before_usec;
    for (size_t i = follow->behind; i < until; i++)
        follow->rows[i].out |= out && text_equals(follow->rows[i].state, "missing");
    follow->before_usec = here_usec;
    follow->was_warm = warm;
    follow->behind = until + 1;
}

static void follow_known(struct following *follow, size_t at)
{
    struct excursion_reading *row = &follow->rows[at];
    const bool warm = !follow->judged || row->temperature_c.value > follow->most_c;
    row->gap = row->at.usec - follow->before_usec > follow->interval_usec;
    end_step(follow, at, row->at.usec, warm);
    row->state = !follow->judged ? "unjudged" : warm ? "warm" : "good";
    row->out = warm;
    row->minutes_out = (struct count){follow->judged, excursion_minutes_up(follow->usec)};
}

static void follow_way(struct following *follow, size_t count,
                       const struct excursion_question *question)
{
    for (size_t i = 0; i < count; i++) {
        struct excursion_reading *row = &follow->rows[i];
        if (row->at.usec < question->packed_usec || row->at.usec > question->arrived_usec) {
            row->state = "outside";
            continue;
        }
        row->state = "missing";
        row->out = !follow->judged;
        if (row->temperature_c.text)
            follow_known(follow, i);
    }
}

/* Readings of before packing and after arrival stay as they are. */
static void end_way(struct following *follow, size_t count,
                    const struct excursion_question *question)
{
    size_t until = count;
    while (until > follow->behind && follow->rows[until - 1].at.usec > question->arrived_usec)
        until--;
    end_step(follow, until, question->arrived_usec, false);
}

struct rows excursion_readings(struct arena *arena, const struct logger_file *file, size_t probe,
                               const struct excursion_question *question)
{
    struct following follow = {
        .rows = arena_take(arena, (file->readings + 1) * sizeof *follow.rows),
        .judged = question->most_c.text && text_equals(question->counting, excursion_between_good),
        .most_c = question->most_c.value,
        .interval_usec = excursion_longest_step(file, question),
        .before_usec = question->packed_usec,
    };
    for (size_t i = 0; i < file->readings; i++) {
        const struct logger_cell *cell = &file->cells[i * file->probes + probe];
        follow.rows[i] =
            (struct excursion_reading){.at = {file->at_usec[i]}, .probe = file->names[probe]};
        if (cell->known)
            follow.rows[i].temperature_c = excursion_temperature(arena, cell->c);
    }
    follow_way(&follow, file->readings, question);
    end_way(&follow, file->readings, question);
    return (struct rows){file->readings, follow.rows};
}

/* Of one part: indexes of what is kept, as many as may be. */
enum { KEPT_OF_PART = 6 };
struct part {
    size_t kept[KEPT_OF_PART];
    size_t count;
};

/* What was not found lies at the end, and is not kept. */
static void keep(struct part *part, size_t at, size_t end)
{
    if (at < end)
        part->kept[part->count++] = at;
}

static size_t extreme(const struct excursion_reading *rows, size_t first, size_t end, double sign)
{
    size_t found = end;
    for (size_t i = first; i < end; i++) {
        const struct real *read = &rows[i].temperature_c;
        if (read->text &&
            (found == end || sign * read->value > sign * rows[found].temperature_c.value))
            found = i;
    }
    return found;
}

static void choose(const struct excursion_reading *rows, size_t first, size_t end,
                   struct part *part)
{
    size_t missing = end;
    size_t gap = end;
    for (size_t i = first; i < end; i++) {
        missing = missing == end && !rows[i].temperature_c.text ? i : missing;
        gap = gap == end && rows[i].gap ? i : gap;
    }
    keep(part, first, end);
    keep(part, extreme(rows, first, end, -1), end);
    keep(part, extreme(rows, first, end, 1), end);
    keep(part, missing, end);
    keep(part, gap, end);
    if (gap > 0 && gap < end)
        keep(part, gap - 1, end);
}

/* A reading that is told carries how many were left out before it. */
static size_t gather(struct excursion_reading *rows, const struct rows *readings)
{
    size_t kept = 0;
    int64_t left_out = 0;
    for (size_t i = 0; i < readings->count; i++) {
        struct excursion_reading row = rows[i];
        if (row.left_out >= 0) {
            left_out++;
            continue;
        }
        row.left_out = left_out;
        left_out = 0;
        rows[kept++] = row;
    }
    return kept;
}

void excursion_thin(struct rows *readings, size_t points)
{
    struct excursion_reading *rows = readings->items;
    const size_t parts = (points - 1) / KEPT_OF_PART;
    if (readings->count <= points)
        return;
    for (size_t p = 0; p < parts; p++) {
        struct part part = {.count = 0};
        choose(rows, p * readings->count / parts, (p + 1) * readings->count / parts, &part);
        for (size_t i = 0; i < part.count; i++)
            rows[part.kept[i]].left_out = -1;
    }
    rows[readings->count - 1].left_out = -1;
    readings->count = gather(rows, readings);
}
