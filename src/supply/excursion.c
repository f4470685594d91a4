/* excursion.c: out of range from the last good reading before to the first good reading after. */
/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "supply/excursion.h"

#include "base/time.h"

const char excursion_between_good[] = "between_last_and_first_good";

static const struct field period_fields[] = {
    FIELD(struct excursion_period, probe, .help = "Probe"),
    FIELD(struct excursion_period, from, .help = "Last good reading before, or packing"),
    FIELD(struct excursion_period, until, .help = "First good reading after, or arrival"),
    FIELD(struct excursion_period, minutes, .unit = "min", .help = "Time between, rounded up"),
    FIELD(struct excursion_period, why, .help = "warm, gap or warm_and_gap"),
};
const struct schema excursion_period_schema =
    SCHEMA("excursion_period", struct excursion_period, period_fields);

static const struct field figures_fields[] = {
    FIELD(struct excursion_figures, probe, .help = "Probe"),
    FIELD(struct excursion_figures, readings, .help = "Readings on the way"),
    FIELD(struct excursion_figures, above, .help = "Readings above the signed limit"),
    FIELD(struct excursion_figures, gaps, .help = "Stretches without a reading"),
    FIELD(struct excursion_figures, periods, .help = "Stretches of time out of range"),
    FIELD(struct excursion_figures, maximum_c, .unit = "C", .help = "Highest reading"),
    FIELD(struct excursion_figures, minimum_c, .unit = "C", .help = "Lowest reading"),
    FIELD(struct excursion_figures, minutes_out, .unit = "min",
          .help = "Time out of range by the signed rule"),
    FIELD(struct excursion_figures, hold_last_minutes, .unit = "min",
          .help = "For comparison: each reading holds until the next"),
    FIELD(struct excursion_figures, linear_minutes, .unit = "min",
          .help = "For comparison: a straight line between two readings"),
};
const struct schema excursion_figures_schema =
    SCHEMA("excursion_figures", struct excursion_figures, figures_fields);

/* Readings of the probe that are known and lie on the way. */
struct way {
    const struct logger_file *file;
    const struct excursion_question *question;
    size_t probe;
    size_t count;
    size_t *at; /* index of each among the readings of the file */
};

static double value_at(const struct way *way, size_t i)
{
    return way->file->cells[way->at[i] * way->file->probes + way->probe].c;
}

static int64_t time_at(const struct way *way, size_t i)
{
    return way->file->at_usec[way->at[i]];
}

static bool is_warm(const struct way *way, size_t i)
{
    return value_at(way, i) > way->question->most_c.value;
}

static struct way way_of(struct arena *arena, const struct logger_file *file, size_t probe,
                         const struct excursion_question *question)
{
    struct way way = {.file = file, .question = question, .probe = probe};
    way.at = arena_take(arena, (file->readings + 1) * sizeof *way.at);
    for (size_t i = 0; i < file->readings; i++)
        if (file->cells[i * file->probes + probe].known &&
            file->at_usec[i] >= question->packed_usec && file->at_usec[i] <= question->arrived_usec)
            way.at[way.count++] = i;
    return way;
}

/* With as few decimals, one at least, as say the same number: -70.0, not -7e+01. */
struct real excursion_temperature(struct arena *arena, double c)
{
    struct real real = real_of(arena, c);
    for (int decimals = 1; decimals <= 6; decimals++) {
        const char *text = arena_print(arena, "%.*f", decimals, c);
        double same = 0;
        if (real_parse(text, &same) && !(same < c) && !(same > c)) {
            real.text = text;
            break;
        }
    }
    return real;
}

/* A comparison is told to a tenth of a minute. */
static struct real tenths(struct arena *arena, double minutes)
{
    struct real real = {arena_print(arena, "%.1f", minutes), minutes};
    if (!real_parse(real.text, &real.value))
        real.value = minutes;
    return real;
}

static void find_extremes(struct arena *arena, const struct way *way,
                          struct excursion_figures *figures)
{
    double most = 0;
    double least = 0;
    for (size_t i = 0; i < way->count; i++) {
        const double c = value_at(way, i);
        most = i == 0 || c > most ? c : most;
        least = i == 0 || c < least ? c : least;
        figures->above += way->question->most_c.text && is_warm(way, i);
    }
    figures->readings = (int64_t)way->count;
    if (way->count) {
        figures->maximum_c = excursion_temperature(arena, most);
        figures->minimum_c = excursion_temperature(arena, least);
    }
}

/* The periods of one probe so far. */
struct tally {
    struct rows *periods;
    struct excursion_period open; /* until is 0 while nothing is out */
    bool warm;
    bool gap;
    int64_t usec;      /* sum of the periods so far */
    int64_t stretches; /* number of them, listed or not */
};

int64_t excursion_minutes_up(int64_t usec)
{
    return (usec + USEC_PER_MINUTE - 1) / USEC_PER_MINUTE;
}

static void close_period(struct tally *tally)
{
    if (!tally->open.until.usec)
        return;
    tally->open.why = tally->warm && tally->gap ? "warm_and_gap" : tally->warm ? "warm" : "gap";
    tally->open.minutes = excursion_minutes_up(tally->open.until.usec - tally->open.from.usec);
    tally->usec += tally->open.until.usec - tally->open.from.usec;
    if (tally->periods->count < EXCURSION_PERIODS)
        ROWS(*tally->periods, struct excursion_period)[tally->periods->count++] = tally->open;
    tally->stretches++;
    tally->open = (struct excursion_period){.probe = tally->open.probe};
    tally->warm = tally->gap = false;
}

/* The time between two neighbours is good when both are and no more than one interval apart. */
static void add_step(struct tally *tally, int64_t from, int64_t until, bool warm, bool gap)
{
    if (!warm && !gap) {
        close_period(tally);
        return;
    }
    if (!tally->open.until.usec)
        tally->open.from.usec = from;
    tally->open.until.usec = until;
    tally->warm = tally->warm || warm;
    tally->gap = tally->gap || gap;
}

int64_t excursion_longest_step(const struct logger_file *file,
                               const struct excursion_question *question)
{
    const struct count most = question->minutes_most;
    const int64_t interval = file->interval_usec;
    const int64_t signed_usec = most.value * USEC_PER_MINUTE;
    return most.known && signed_usec < interval ? signed_usec : interval;
}

/* Packing, every reading, arrival: the steps between them fill the whole way. A good reading ends
 * a period even where the next one begins at once. */
static int64_t count_between_good(const struct way *way, struct excursion_figures *figures,
                                  struct rows *periods)
{
    struct tally tally = {.periods = periods, .open = {.probe = figures->probe}};
    const int64_t interval = excursion_longest_step(way->file, way->question);
    int64_t before = way->question->packed_usec;
    bool was_warm = false;
    for (size_t i = 0; i <= way->count; i++) {
        const bool last = i == way->count;
        const int64_t here = last ? way->question->arrived_usec : time_at(way, i);
        const bool warm = !last && is_warm(way, i);
        const bool gap = here - before > interval;
        figures->gaps += gap;
        if (here > before)
            add_step(&tally, before, here, warm || was_warm, gap);
        if (!warm)
            close_period(&tally);
        before = here;
        was_warm = warm;
    }
    close_period(&tally);
    figures->periods = tally.stretches;
    return excursion_minutes_up(tally.usec);
}

static double minutes_of(int64_t usec)
{
    return (double)usec / (double)USEC_PER_MINUTE;
}

/* Share of the step from i to i + 1 that a straight line spends above the limit. */
static double share_above(const struct way *way, size_t i)
{
    const double limit = way->question->most_c.value;
    const double one = value_at(way, i);
    const double other = value_at(way, i + 1);
    if (one <= limit && other <= limit)
        return 0;
    if (one > limit && other > limit)
        return 1;
    const double higher = one > other ? one : other;
    const double lower = one > other ? other : one;
    return (higher - limit) / (higher - lower);
}

static void compare(struct arena *arena, const struct way *way, struct excursion_figures *figures)
{
    double held = 0;
    double linear = 0;
    for (size_t i = 0; i + 1 < way->count; i++) {
        const double minutes = minutes_of(time_at(way, i + 1) - time_at(way, i));
        held += is_warm(way, i) ? minutes : 0;
        linear += share_above(way, i) * minutes;
    }
    figures->hold_last_minutes = tenths(arena, held);
    figures->linear_minutes = tenths(arena, linear);
}

struct rows excursion_periods(struct arena *arena)
{
    return (struct rows){0, arena_take(arena, EXCURSION_PERIODS * sizeof(struct excursion_period))};
}

struct excursion_figures excursion_count(struct arena *arena, const struct logger_file *file,
                                         size_t probe, const struct excursion_question *question,
                                         struct rows *periods)
{
    struct excursion_figures figures = {.probe = file->names[probe]};
    const struct way way = way_of(arena, file, probe, question);
    find_extremes(arena, &way, &figures);
    if (!question->most_c.text)
        return figures;
    compare(arena, &way, &figures);
    if (text_equals(question->counting, excursion_between_good) && way.count > 0)
        figures.minutes_out = (struct count){true, count_between_good(&way, &figures, periods)};
    return figures;
}
